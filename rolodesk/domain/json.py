"""JSON values as types."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

if TYPE_CHECKING:
    Json: TypeAlias = "Scalar | list[Json] | dict[str, Json]"
else:
    # msgspec reads annotations at run time and knows no recursive types.
    from typing import Any as Json


def is_blank(value: Json) -> bool:
    """Whether a value says nothing: a blank string, null, an empty list. `False` and `0` are values."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == []
