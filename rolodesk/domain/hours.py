"""When a project is open: spans of time by weekday in a time zone, as clients write them down."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.json import Json

PARAM = "operatingHours"
DAYS = ("0", "1", "2", "3", "4", "5", "6")
ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,40}(/[A-Za-z0-9_+-]{1,40}){0,2}")
TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00")
MAX_SPANS = 20
MAX_SIZE = 20_000


class Span(Struct, frozen=True):
    """From a minute of the day up to another, which is no longer in it."""

    start: int
    end: int


class Hours(Struct, frozen=True):
    """The spans of each weekday, Sunday being 0, in the time of `zone`; a day that is not there is closed."""

    zone: str
    days: Mapping[int, tuple[Span, ...]]


def read_hours(given: Json) -> Hours:
    """What clients store, as an object or as its JSON text: `{"1": [{"start": "09:00", "end": "13:00"}], "tzname":
    "Europe/Rome"}`, Sunday being 0. Raises Invalid."""
    if len(str(given)) > MAX_SIZE:
        # It is stored as it is given, and read with the project at every call.
        raise _wrong(f"is larger than {MAX_SIZE} characters")
    found = _decoded(given)
    if not isinstance(found, dict):
        raise _wrong("must be spans of time by weekday, with a tzname")
    zone = found.get("tzname")
    if not isinstance(zone, str) or not ZONE.fullmatch(zone):
        raise _wrong("needs a time zone, as Europe/Rome")
    return Hours(zone, {int(day): _spans(found[day]) for day in DAYS if found.get(day) is not None})


def _decoded(given: Json) -> Json:
    if not isinstance(given, str):
        return given
    try:
        found: Json = msgspec.json.decode(given)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _wrong("is no JSON") from None
    return found


def _spans(given: Json) -> tuple[Span, ...]:
    if not isinstance(given, list) or len(given) > MAX_SPANS:
        raise _wrong("a day is a list of spans of time")
    return tuple(_span(one) for one in given)


def _span(given: Json) -> Span:
    if not isinstance(given, dict):
        raise _wrong("a span needs start and end, as 09:00")
    span = Span(_minute(given.get("start")), _minute(given.get("end")))
    if span.end <= span.start:
        raise _wrong("a span must end after its beginning")
    return span


def _minute(given: Json) -> int:
    if not isinstance(given, str) or not TIME.fullmatch(given):
        raise _wrong("a span needs start and end, as 09:00")
    hour, _, minute = given.partition(":")
    return int(hour) * 60 + int(minute)


def _wrong(why: str) -> Invalid:
    return Invalid(Problem(why, PARAM))


def is_open(hours: Hours, weekday: int, minute: int) -> bool:
    """Whether that minute of that weekday (Sunday is 0), both in the time of the hours' zone, is within a span."""
    return any(span.start <= minute < span.end for span in hours.days.get(weekday, ()))
