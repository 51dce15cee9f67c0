"""Custom events: what a site or the team tells of somebody, by a name of its own."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from rolodesk.domain.contact import is_text
from rolodesk.domain.errors import Invalid, Problem, TooLarge
from rolodesk.domain.ids import ProjectId
from rolodesk.domain.json import Json

TERM = 3_600_000
MAX_NAME = 100
MAX_ATTRIBUTES = 16_384


class Emitted(Struct, frozen=True):
    """A custom event. `kind` is `agent`, or that of the visitor; `key` the user's id, or the visitor's key.

    `member_id` is the agent's membership; a visitor has the one that `member_of` makes of its key.
    """

    id: str
    name: str
    attributes: dict[str, Json] | None
    member_id: str
    kind: str
    key: str
    at: int


def member_of(project_id: ProjectId, key: str) -> str:
    """The id of a visitor's membership as long as it has no identity: always the same, and kept nowhere but in what the
    visitor emits."""
    return hashlib.sha256(f"{project_id} {key}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


def check_name(name: Json) -> str:
    """The name of a custom event. Raises Invalid."""
    if not isinstance(name, str) or not name.strip() or not is_text(name):
        raise Invalid(Problem("Invalid value", "name"))
    if len(name) > MAX_NAME:
        raise Invalid(Problem(f"must have at most {MAX_NAME} characters", "name"))
    return name


def check_attributes(attributes: Json) -> dict[str, Json] | None:
    """The attributes of a custom event. Raises Invalid, TooLarge."""
    if attributes is None:
        return None
    if not isinstance(attributes, dict):
        raise Invalid(Problem("must be an object", "attributes"))
    try:
        size = len(msgspec.json.encode(attributes))
    except UnicodeEncodeError:
        raise Invalid(Problem("holds characters that are no text", "attributes")) from None
    if size > MAX_ATTRIBUTES:
        raise TooLarge(f"attributes are larger than {MAX_ATTRIBUTES} bytes", "attributes_too_large")
    return attributes
