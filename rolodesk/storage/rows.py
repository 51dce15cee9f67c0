"""Columns that hold JSON, and nothing more: how they are written and read."""

from __future__ import annotations

from typing import Any

import msgspec

from rolodesk.domain.json import Json

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def to_text(value: object) -> str:
    """JSON text of a value; a msgspec struct is fine."""
    return _encode(value).decode()


def to_text_or_none(value: object | None) -> str | None:
    """JSON text, or NULL for None."""
    return None if value is None else _encode(value).decode()


def from_text(text: str | None) -> Any:
    """The value of a JSON column, None for NULL."""
    return None if text is None else _decode(text)


def object_from_text(text: str | None) -> dict[str, Json]:
    """The object in a JSON column, an empty one for NULL."""
    found: dict[str, Json] = {} if text is None else _decode(text)
    return found
