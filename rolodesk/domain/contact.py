"""A contact's fields and addresses: what they are called and how a typed one is cleaned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import IntEnum, StrEnum
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from msgspec import Struct

from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.ids import ContactId, IdentityId
from rolodesk.domain.json import Json, is_blank

FIELDS = (
    "fullname",
    "firstname",
    "lastname",
    "email",
    "phone",
    "company",
    "note",
    "streetAddress",
    "city",
    "region",
    "zipcode",
    "country",
)
PROPERTY = "properties."
TAG = "tag"
PROPERTY_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
MAX_PROPERTIES = 50
MAX_TEXT = 1_000
MAX_NOTE = 20_000
MAX_TAG = 100
WORD_MARK = "\x1f"
REFUSED_KEYS = frozenset(
    {"", "null", "undefined", "[object object]", "0", "anonymous", "nan", "none", "false", "true"}
)


class Status(IntEnum):
    """A contact's status as the API numbers it."""

    ERASED = 0
    TEMPORARY = 50
    NORMAL = 100
    TRASHED = 1000


class Source(StrEnum):
    """Who a value comes from, as decided by the caller and never by the value."""

    VISITOR = "visitor"
    API = "api"
    TOKEN = "token"
    AGENT = "agent"


RANK = {Source.VISITOR: 0, Source.API: 1, Source.TOKEN: 2, Source.AGENT: 3}


class Value(Struct, frozen=True):
    """A value of a contact with its origin. `value` None is a clearing; `item` names a tag or an item of a list.

    `basis_id` is the member whose value an edit started from; `generated` marks a name made by the product. A row that
    `adopts` a source shows what the member `basis_id` has of that source, and holds no value itself.
    """

    id: str
    contact_id: ContactId
    field: str
    item: str
    value: Json
    source: Source
    by: str
    at: int
    identity_id: IdentityId | None = None
    basis_id: ContactId | None = None
    generated: bool = False
    verified: bool = False
    adopts: Source | None = None


class Point(Struct, frozen=True):
    """An email or a phone that a contact has had. `key` is the normalised form, None where there is none.

    One that is removed hides the same address of what is merged into the contact; one that was edited from the
    address of the member `basis_id` goes with that member.
    """

    id: str
    contact_id: ContactId
    kind: str
    value: str
    key: str | None
    source: Source
    by: str
    at: int
    identity_id: IdentityId | None = None
    verified_at: int | None = None
    removed_at: int | None = None
    basis_id: ContactId | None = None


class Identity(Struct, frozen=True):
    """One browser, one signed-in user, or one key made for a contact that was typed in."""

    id: IdentityId
    kind: str
    key: str
    contact_id: ContactId
    verified_at: int | None
    blocked_at: int | None
    first_seen: int
    last_seen: int
    conversations: int = 0


class Property(Struct, frozen=True):
    """The definition of a custom field."""

    id: str
    name: str
    label: str
    type: str
    status: int
    identifying: bool
    created_by: str
    created_at: int
    updated_at: int


PROPERTY_TYPES = ("text", "number", "boolean", "date", "list", "url")


def clean_text(value: Json, param: str, limit: int = MAX_TEXT) -> str | None:
    """A trimmed text or None for a blank one. Raises Invalid for another type, NUL, or more than `limit` characters."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid(Problem("must be a text", param))
    text = value.replace("\r\n", "\n").strip()
    if not is_text(text):
        raise Invalid(Problem("holds characters that are no text", param))
    if len(text) > limit:
        raise Invalid(Problem(f"is longer than {limit} characters", param))
    return text or None


def is_text(text: str) -> bool:
    """Whether the databases can hold it: no NUL, no half of a character."""
    return "\x00" not in text and not any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def email_key(text: str) -> str | None:
    """The address in its comparable form (NFKC, IDNA, lower case), or None if it is no address."""
    try:
        found = validate_email(
            unicodedata.normalize("NFKC", text.strip()),
            check_deliverability=False,
            test_environment=True,
        )
    except EmailNotValidError:
        return None
    return f"{found.local_part.lower()}@{found.ascii_domain.lower()}"


def phone_key(text: str, country: str | None = None) -> str | None:
    """The number in E.164, read with the project's default country (two letters), or None if it is no number."""
    typed = text.strip()
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    try:
        number = phonenumbers.parse(typed, (country or "").upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_email(value: Json, param: str = "email") -> str | None:
    """The trimmed address, or None for a blank one. Raises Invalid if it is no address."""
    text = clean_text(value, param, 320)
    if text is not None and email_key(text) is None:
        raise Invalid(Problem("is not an email address", param))
    return text


def clean_phone(value: Json, country: str | None, param: str = "phone") -> str | None:
    """The number in E.164, or None for a blank one. Raises Invalid if it is no number."""
    text = clean_text(value, param, 50)
    if text is None:
        return None
    key = phone_key(text, country)
    if key is None:
        raise Invalid(
            Problem("is not a phone number; write it with its country code, as +39 06 1234567", param)
        )
    return key


def clean_tag(value: Json, param: str = "tags") -> str:
    """The trimmed tag. Raises Invalid if blank, too long or no text."""
    text = clean_text(value, param, MAX_TAG)
    if text is None:
        raise Invalid(Problem("a tag must be a text that is not blank", param))
    return text


def clean_property(definition: Property | None, name: str, value: Json) -> Json:
    """The value as the property's type keeps it; an undefined property takes any scalar or list of texts.

    Raises Invalid, naming the property.
    """
    param = PROPERTY + name
    if is_blank(value):
        return None
    kind = definition.type if definition else None
    if kind == "number":
        return _number(value, param)
    if kind == "boolean":
        return _boolean(value, param)
    if kind == "date":
        return _date(value, param)
    if kind == "list" or (kind is None and isinstance(value, list)):
        return _list(value, param)
    if kind == "url":
        return _url(value, param)
    if kind is None and isinstance(value, bool | int | float):
        return value
    if kind == "text" and isinstance(value, bool | int | float):
        return _as_text(value)
    return clean_text(value, param, MAX_NOTE)


def _as_text(value: bool | int | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number(value: Json, param: str) -> Json:
    if isinstance(value, str):
        try:
            value = float(value) if re.search(r"[.eE]", value) else int(value)
        except ValueError:
            raise Invalid(Problem("must be a number", param)) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e300:
        raise Invalid(Problem("must be a number", param))
    return value


def _boolean(value: Json, param: str) -> Json:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise Invalid(Problem("must be true or false", param))
    return value


def _date(value: Json, param: str) -> Json:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise Invalid(Problem("must be a date, as 2026-11-22", param)) from None


def _list(value: Json, param: str) -> Json:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list):
        raise Invalid(Problem("must be a list of texts", param))
    if len(items) > 200:
        raise Invalid(Problem("has more than 200 items", param))
    cleaned = [clean_text(item, param) for item in items]
    return [item for item in dict.fromkeys(cleaned) if item is not None]


def _url(value: Json, param: str) -> Json:
    text = clean_text(value, param, 2_000)
    if not is_web_address(text or ""):
        raise Invalid(Problem("must be an address that starts with http:// or https://", param))
    return text


def is_web_address(text: str) -> bool:
    """Whether the text is an http or https address with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def clean_user_key(value: Json, param: str = "_id") -> str:
    """A site's own user id. Raises Invalid for what a careless script sends instead of one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    text = clean_text(value, param, 256)
    if text is None or text.lower() in REFUSED_KEYS:
        raise Invalid(Problem("is not a usable user id", param))
    return text


def clean_fields(typed: Mapping[str, Json], country: str | None) -> dict[str, Json]:
    """Every known field of `typed`, cleaned; None for a blank one. Raises Invalid naming every wrong one."""
    cleaned: dict[str, Json] = {}
    problems: list[Problem] = []
    for field in FIELDS:
        if field not in typed:
            continue
        try:
            cleaned[field] = _clean_field(field, typed[field], country)
        except Invalid as wrong:
            problems += wrong.problems
    if problems:
        raise Invalid(problems)
    return cleaned


def _clean_field(field: str, value: Json, country: str | None) -> Json:
    if field == "email":
        return clean_email(value)
    if field == "phone":
        return clean_phone(value, country)
    return clean_text(value, field, MAX_NOTE if field == "note" else MAX_TEXT)


def searchable(text: str) -> str:
    """The text as search sees it: folded case, no accents, single spaces."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(plain.casefold().replace("\x00", "").split())


def marked_words(text: str) -> str:
    """The text's words as search sees them, each between marks that no searchable text holds."""
    return "".join(f"{WORD_MARK}{word}" for word in re.findall(r"\w+", searchable(text))) + WORD_MARK
