"""Rolodesk: the contact CRM for live chat."""

__version__ = "0.1.0"
