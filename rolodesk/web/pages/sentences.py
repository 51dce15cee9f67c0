"""What the domain says when something is wrong, listed here for the catalogues: its own layer knows no language."""

from __future__ import annotations


def _(text: str) -> str:
    return text


SENTENCES = (
    _("Invalid value"),
    _("must be a text"),
    _("holds characters that are no text"),
    _("is not an email address"),
    _("is not a phone number; write it with its country code, as +39 06 1234567"),
    _("a tag must be a text that is not blank"),
    _("must be a number"),
    _("must be true or false"),
    _("must be a date, as 2026-11-22"),
    _("has more than 200 items"),
    _("must be an address that starts with http:// or https://"),
    _("is not a usable user id"),
    _("must not be blank"),
    _("must be a colour like #1f6feb"),
    _("must be left or right"),
    _("must be addresses like https://www.example.com"),
    _("must have at least 8 characters"),
    _("must have at most 200 characters"),
    _("text field is required"),
    _("is longer than 100 characters"),
    _("is longer than 200 characters"),
    _("is longer than 1000 characters"),
    _("label must be a text or texts by language"),
    _("a select needs options"),
    _("regex is not a regular expression"),
    _("must be small letters, digits and _, beginning with a letter, and no field's name"),
    _("there is a property with this name"),
    _("there is such a tag"),
    _("this person is a member already"),
    _("a project needs an owner: make somebody else owner first"),
    _("you dont have the required role."),
    _("the contact has no such address"),
    _("this contact has been merged into another"),
    _("owner"),
    _("admin"),
    _("supervisor"),
    _("agent"),
    _("teammate"),
)
