"""Reading what a call brings: bodies whose fields may be absent, parameters that fall back to their defaults."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Request
from litestar.params import HeaderParameter

from rolodesk.domain.errors import Invalid, Problem

AnyRequest = Request[Any, Any, Any]
MAX_LIMIT = 1_000
IdempotencyKey: TypeAlias = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", description="The same call under the same key is done once."),
]


def given(body: msgspec.Struct) -> dict[str, Any]:
    """The fields of a body that were there, null ones too."""
    return {
        name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not msgspec.UNSET
    }


def whole(text: str | None, default: int, least: int = 0, most: int = MAX_LIMIT) -> int:
    """A whole number, or the default for anything that cannot be used; at most `most`."""
    try:
        number = int(text or "")
    except ValueError:
        return default
    return min(number, most) if number >= least else default


def flag(text: str | None) -> bool | None:
    """true or false, None for anything else."""
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").lower())


def moment(text: str | None, param: str) -> int | None:
    """Milliseconds of an ISO 8601 time or date, or of a number of milliseconds. Raises Invalid."""
    if not text:
        return None
    if text.isdecimal() and len(text) > 8:
        return int(text[:16])
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(Problem("must be a time like 2026-11-22T10:00:00Z", param, "query")) from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
