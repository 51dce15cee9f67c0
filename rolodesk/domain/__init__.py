"""The rules of the product as pure functions and frozen values: no input or output, no clock, no random."""
