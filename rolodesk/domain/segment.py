"""Segments of contacts: what a condition may ask for, and whether a contact answers it.

A contact is asked as its profile shows it, everything merged into it included. The rules:

- A field may have several values: email and phone have every address, tags and lists have their items. A condition
  holds if one of the values answers it. `!=`, `does not contain` and `is null` are the exact opposites of `=`,
  `contains` and `is not null`; so a missing value is `!=` anything and does not contain anything, and no order
  (`>`, `>=`, `<`, `<=`) holds for it.
- Texts are compared letter by letter, each in its lower case by Unicode's simple mapping (`folded`); one text is
  before another by its code points. Accents count.
- What is or looks like a number compares as a number, in properties; a text and a number have no order. `starts with`
  and `contains` look at texts only. true and false are the texts of these words.
- Times are compared in milliseconds; a date without a time is that whole day in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from operator import ge, gt, le, lt

from msgspec import UNSET, Struct, UnsetType

from rolodesk.domain.contact import FIELDS, MAX_TEXT, PROPERTY, PROPERTY_NAME, clean_text, is_text
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.json import Json
from rolodesk.domain.profile import Contact

TEXTS = (*FIELDS, "tags", "lead_id")
TIMES = ("createdAt", "updatedAt", "last_seen")
NUMBERS = ("conversations", "status")
ORDER: dict[str, Callable[[float | str, float | str], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}
PARTS = ("starts with", "contains", "does not contain")
PRESENCE = ("is null", "is not null")
OPERATORS = ("=", "!=", *ORDER, *PARTS, *PRESENCE, "in")
OPPOSITES = {"!=": "=", "does not contain": "contains", "is null": "is not null", "in": "="}
MATCHES = ("all", "any")
ACTIVE, DELETED = 100, 0
MAX_CONDITIONS = 20
MAX_LISTED = 100
MAX_NAME = 200
DAY = 86_400_000
# Without a question mark, which stands for an argument in SQL.
NUMBER = r"-{0,1}[0-9]{1,15}(\.[0-9]{1,15}){0,1}"
TOO_LARGE = 1e300
_number = re.compile(NUMBER)
_spacing = re.compile(r"[\s().\-/]")


class Condition(Struct, frozen=True):
    """One line of a segment, as it was given."""

    field: str
    operator: str
    value: Json | UnsetType = UNSET


class Segment(Struct, frozen=True):
    """A set of contacts that says of itself who belongs to it. One without conditions has everybody."""

    id: str
    name: str
    match: str
    filters: tuple[Condition, ...]
    status: int
    created_by: str
    created_at: int
    updated_at: int


class Question(Struct, frozen=True):
    """What a condition asks for, made ready: the operator is `=`, an order, `starts with`, `contains` or
    `is not null`, and the answer is turned round if `negated`.

    `texts` are folded. Of a time `numbers` hold the first millisecond and the first one after it, in pairs for `=`.
    """

    field: str
    operator: str
    negated: bool = False
    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


def _lower_letters() -> dict[int, str]:
    """Beyond the first two planes there are no letters with a case."""
    pairs = ((code, chr(code).lower()) for code in range(0x80, 0x20000))
    return {code: low for code, low in pairs if len(low) == 1 and low != chr(code)}


LOWER_LETTERS = _lower_letters()


def folded(text: str) -> str:
    """Each letter in lower case by itself, whatever stands around it."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


_LOWER = {**LOWER_LETTERS, **{code: chr(code + 32) for code in range(65, 91)}}


def number_of(value: Json) -> float | None:
    """The number that a value is or looks like, if one."""
    if isinstance(value, str):
        return float(value) if _number.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < TOO_LARGE else None


def clean_segment(name: Json, match: Json, filters: Json) -> tuple[str, str, tuple[Condition, ...]]:
    """Name, match and conditions of a segment. Raises Invalid naming every wrong one, as `filters[2].operator`."""
    problems: list[Problem] = []
    cleaned = (
        _tried(lambda: _name(name), problems),
        _tried(lambda: _match(match), problems),
        _conditions(filters, problems),
    )
    if problems:
        raise Invalid(problems)
    return cleaned[0] or "", cleaned[1] or "", cleaned[2]


def _tried(clean: Callable[[], str], problems: list[Problem]) -> str | None:
    try:
        return clean()
    except Invalid as error:
        problems += error.problems
        return None


def _name(name: Json) -> str:
    text = clean_text(name, "name", MAX_NAME)
    if text is None:
        raise Invalid(Problem("must not be blank", "name"))
    return text


def _match(match: Json) -> str:
    if match is None:
        return "all"
    if match not in MATCHES:
        raise Invalid(Problem(f"must be one of {', '.join(MATCHES)}", "match"))
    return str(match)


def _conditions(filters: Json, problems: list[Problem]) -> tuple[Condition, ...]:
    if filters is None:
        return ()
    if not isinstance(filters, list) or len(filters) > MAX_CONDITIONS:
        problems.append(Problem(f"must be a list of at most {MAX_CONDITIONS} conditions", "filters"))
        return ()
    found = []
    for place, given in enumerate(filters):
        try:
            found.append(_condition(given, f"filters[{place}]"))
        except Invalid as error:
            problems += error.problems
    return tuple(found)


def _condition(given: Json, param: str) -> Condition:
    if not isinstance(given, Mapping):
        raise Invalid(Problem("must have a field, an operator and a value", param))
    field, operator = given.get("field"), given.get("operator")
    if not isinstance(field, str) or not is_field(field):
        raise Invalid(Problem("is no field of a contact", f"{param}.field"))
    if not isinstance(operator, str) or operator not in operators_of(field):
        listed = ", ".join(operators_of(field))
        raise Invalid(Problem(f"must be one of {listed}", f"{param}.operator"))
    condition = Condition(field, operator, given.get("value", UNSET))
    if operator in PRESENCE:
        return Condition(field, operator, _small(condition.value))
    question(condition, f"{param}.value")
    return condition


def _small(value: Json | UnsetType) -> Json | UnsetType:
    """What stands beside an operator that needs nothing: it is given back if it is a short text or a number."""
    fits = is_text(value) and len(value) <= MAX_TEXT if isinstance(value, str) else number_of_any(value)
    return value if fits else UNSET


def number_of_any(value: Json | UnsetType) -> bool:
    """Whether it is a number or truth value that any database holds."""
    return isinstance(value, bool) or (value is not UNSET and number_of(value) is not None)


def is_field(field: str) -> bool:
    """Whether a condition may ask for it."""
    if field.startswith(PROPERTY):
        name = field.removeprefix(PROPERTY)
        # Clients may write capitals in a property that nobody has defined.
        return name.isascii() and PROPERTY_NAME.fullmatch(name.lower()) is not None
    return field in TEXTS or field in TIMES or field in NUMBERS


def operators_of(field: str) -> tuple[str, ...]:
    """The operators that the field takes."""
    if field in TIMES or field in NUMBERS:
        return tuple(operator for operator in OPERATORS if operator not in PARTS)
    return OPERATORS


def question(condition: Condition, param: str = "value") -> Question:
    """The condition made ready. Raises Invalid at `param` for a value that it cannot ask for."""
    operator = OPPOSITES.get(condition.operator, condition.operator)
    negated = condition.operator in ("!=", "does not contain", "is null")
    if operator == "is not null":
        return Question(condition.field, operator, negated)
    values = _listed(condition.value, param) if condition.operator == "in" else [condition.value]
    if condition.field in TIMES:
        spans = [_span(value, param) for value in values]
        return Question(condition.field, operator, negated, (), tuple(at for span in spans for at in span))
    if condition.field in NUMBERS:
        return Question(condition.field, operator, negated, (), tuple(_as_number(v, param) for v in values))
    texts = [_as_text(value, param) for value in values]
    if condition.field == "phone":
        texts = [_dialled(text) for text in texts]
    numbers: tuple[float, ...] = ()
    if condition.field.startswith(PROPERTY) and operator not in PARTS:
        numbers = tuple(n for value in values if (n := number_of(_plain(value))) is not None)
        if operator in ORDER and numbers:
            texts = []
    return Question(condition.field, operator, negated, tuple(map(folded, texts)), numbers)


def _listed(value: Json | UnsetType, param: str) -> list[Json | UnsetType]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LISTED:
        raise Invalid(Problem(f"must be a list of 1 to {MAX_LISTED} values", param))
    return list(value)


def _as_text(value: Json | UnsetType, param: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and number_of(value) is not None:
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise Invalid(Problem("must be a text or a number that is not blank", param))
    if not is_text(value):
        raise Invalid(Problem("holds characters that are no text", param))
    if len(value) > MAX_TEXT:
        raise Invalid(Problem(f"is longer than {MAX_TEXT} characters", param))
    return value


def _plain(value: Json | UnsetType) -> Json:
    return None if value is UNSET else value


def _dialled(text: str) -> str:
    """A piece of a phone number as numbers are kept: without what is only written for the eye."""
    digits = _spacing.sub("", text)
    return ("+" + digits[2:] if digits.startswith("00") else digits) or text


def _as_number(value: Json | UnsetType, param: str) -> float:
    number = number_of(_plain(value))
    if number is None:
        raise Invalid(Problem("must be a number", param))
    return number


def _span(value: Json | UnsetType, param: str) -> tuple[float, float]:
    """The first millisecond of a time or a day, and the first one after it."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return float(int(value)), float(int(value) + 1)
    try:
        text = value if isinstance(value, str) else ""
        if len(text) == 10:
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return day.timestamp() * 1000, day.timestamp() * 1000 + DAY
        at = datetime.fromisoformat(text)
        first = round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Invalid(Problem("must be a time, as 2026-11-22 or 2026-11-22T10:00:00Z", param)) from None
    return float(first), float(first + 1)


def matches(segment: Segment, contact: Contact) -> bool:
    """Whether the contact belongs to the segment; its status as a list's filter is not looked at."""
    answers = (_answers(question(condition), contact) for condition in segment.filters)
    return not segment.filters or (all(answers) if segment.match == "all" else any(answers))


def _answers(asked: Question, contact: Contact) -> bool:
    return any(_holds(asked, value) for value in values_of(contact, asked.field)) is not asked.negated


def _holds(asked: Question, value: str | float) -> bool:
    if asked.operator == "is not null":
        return True
    if asked.field in TIMES:
        return _when(asked, float(value))
    number = number_of(value) if asked.numbers or not isinstance(value, str) else None
    text = folded(value) if isinstance(value, str) else None
    if asked.operator == "=":
        return number in asked.numbers or text in asked.texts
    if asked.operator in ORDER:
        if asked.numbers:
            return number is not None and ORDER[asked.operator](number, asked.numbers[0])
        return text is not None and ORDER[asked.operator](text, asked.texts[0])
    if text is None:
        return False
    return text.startswith(asked.texts[0]) if asked.operator == "starts with" else asked.texts[0] in text


def _when(asked: Question, at: float) -> bool:
    first, after = asked.numbers[:2]
    if asked.operator == "=":
        spans = zip(asked.numbers[::2], asked.numbers[1::2], strict=True)
        return any(begin <= at < end for begin, end in spans)
    return {">": at >= after, ">=": at >= first, "<": at < first, "<=": at < after}[asked.operator]


def values_of(contact: Contact, field: str) -> tuple[str | float, ...]:
    """The texts and numbers of the field, none if it has no value."""
    profile = contact.profile
    if field in ("email", "phone"):
        return tuple(point.value for point in (profile.emails if field == "email" else profile.phones))
    if field == "tags":
        return profile.tags
    if field == "fullname":
        return (profile.fullname,) if profile.fullname is not None else ()
    if field == "lead_id":
        return (contact.lead_id,)
    numbers = {
        "createdAt": contact.created_at,
        "updatedAt": contact.updated_at,
        "last_seen": contact.last_seen,
        "conversations": contact.conversations,
        "status": contact.status,
    }
    if field in numbers:
        return (numbers[field],)
    entry = profile.values.get(field)
    return tuple(_scalars(entry.value)) if entry else ()


def _scalars(value: Json) -> Iterable[str | float]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, bool):
            yield "true" if item else "false"
        elif isinstance(item, str | int | float):
            yield item
