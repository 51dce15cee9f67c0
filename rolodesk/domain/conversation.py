"""A conversation and its messages: what may be posted, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum

import msgspec
from msgspec import Struct

from rolodesk.domain.contact import is_text, is_web_address
from rolodesk.domain.errors import Invalid, Problem, TooLarge
from rolodesk.domain.ids import ConversationId, IdentityId, MessageId, UserId
from rolodesk.domain.json import Json

MAX_MESSAGE = 20_000
MAX_ATTRIBUTES = 16_384
MAX_PEOPLE = 50
MESSAGE_TYPES = ("text", "image", "file")
_CHANNEL = re.compile(r"[A-Za-z0-9_.\-]{1,50}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:\-]{1,200}")
PRIORITIES = ("low", "medium", "high", "urgent")
WORKING_STATUSES = ("new", "pending", "open")
# What waits for an answer of days rather than minutes: its conversations are not handed to whoever is there.
OFFLINE_CHANNELS = ("email", "form")


class ConversationStatus(IntEnum):
    """A conversation's status as the API numbers it."""

    TEMPORARY = 50
    UNASSIGNED = 100
    ABANDONED = 150
    ASSIGNED = 200
    SERVED = 300
    CLOSED = 1000


OPEN = (ConversationStatus.UNASSIGNED, ConversationStatus.ASSIGNED, ConversationStatus.SERVED)


class Message(Struct, frozen=True):
    """One message. `number` counts within its conversation from 1; times in milliseconds."""

    id: MessageId
    number: int
    sender_kind: str
    sender_id: str
    sender_name: str | None
    type: str
    text: str
    created_at: int
    client_id: str | None = None
    attributes: dict[str, Json] | None = None
    metadata: Json = None
    language: str | None = None


class Note(Struct, frozen=True):
    """An internal note of the team."""

    id: str
    text: str
    created_by: str
    created_at: int
    updated_at: int


class ConversationTag(Struct, frozen=True):
    """A tag of a conversation."""

    id: str
    tag: str
    color: str | None


class Conversation(Struct, frozen=True):
    """One thread, held by an identity for good. `*_seen` are numbers of messages; `waiting_since` is when the visitor
    began to wait for an answer; `followers` are ids of memberships."""

    id: ConversationId
    request_id: str
    ticket: int
    identity_id: IdentityId
    status: int
    first_text: str
    channel: str
    priority: str
    messages: int
    created_by: str
    created_at: int
    updated_at: int
    department_id: str | None = None
    subject: str | None = None
    language: str | None = None
    source_page: str | None = None
    user_agent: str | None = None
    attributes: dict[str, Json] | None = None
    location: dict[str, Json] | None = None
    rating: int | None = None
    rating_message: str | None = None
    last_message: Message | None = None
    waiting_since: int | None = None
    visitor_seen: int = 0
    team_seen: int = 0
    first_response_at: int | None = None
    assigned_at: int | None = None
    closed_at: int | None = None
    closed_by: str | None = None
    participants: tuple[UserId, ...] = ()
    preflight: bool = False
    draft: bool = False
    working_status: str | None = None
    smart_assignment: bool = True
    followers: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        return self.status == ConversationStatus.CLOSED


class Opening(Struct, frozen=True):
    """How a member of the team wants a new conversation to begin. `participants` are users, `followers` memberships;
    with `waits` nobody is given it."""

    channel: str | None = None
    location: dict[str, Json] | None = None
    priority: str | None = None
    participants: tuple[UserId, ...] = ()
    followers: tuple[str, ...] = ()
    waits: bool = False


class Draft(Struct, frozen=True):
    """What somebody wants to post, cleaned. A `preflight` message begins a preliminary conversation, which is nobody's
    business until a real message comes."""

    text: str
    type: str = "text"
    client_id: str | None = None
    attributes: dict[str, Json] | None = None
    metadata: Json = None
    language: str | None = None
    source_page: str | None = None
    user_agent: str | None = None
    department_id: str | None = None
    subject: str | None = None
    sender_name: str | None = None
    email: str | None = None
    preflight: bool = False
    opening: Opening = Opening()


def check_request_id(request_id: str) -> str:
    """The id of a conversation as a client may make it. Raises Invalid."""
    if not _REQUEST_ID.fullmatch(request_id):
        raise Invalid(Problem("must be 1 to 200 letters, digits, _ . : or -", "request_id", "path"))
    return request_id


def check_draft(draft: Draft) -> Draft:
    """The draft if it can be stored. Raises Invalid, or TooLarge for what is beyond the limits."""
    problems = []
    if draft.type not in MESSAGE_TYPES:
        problems.append(Problem(f"type must be one of {', '.join(MESSAGE_TYPES)}", "type"))
    if draft.type == "text" and not draft.text.strip():
        problems.append(Problem("text field is required", "text"))
    if not is_text(draft.text):
        problems.append(Problem("holds characters that are no text", "text"))
    if draft.client_id is not None and not (0 < len(draft.client_id) <= 64 and is_text(draft.client_id)):
        problems.append(Problem("must have 1 to 64 characters", "client_id"))
    if draft.type != "text" and not is_web_address(_source(draft.metadata)):
        problems.append(Problem("src must be an http or https address", "metadata"))
    if problems:
        raise Invalid(problems)
    if len(draft.text) > MAX_MESSAGE:
        raise TooLarge(f"a message has at most {MAX_MESSAGE} characters", "message_too_long")
    for name, value in (("attributes", draft.attributes), ("metadata", draft.metadata)):
        if value is not None and _size(value, name) > MAX_ATTRIBUTES:
            raise TooLarge(f"{name} are larger than {MAX_ATTRIBUTES} bytes", f"{name}_too_large")
    check_opening(draft.opening)
    return draft


def _size(value: Json, param: str) -> int:
    try:
        return len(msgspec.json.encode(value))
    except UnicodeEncodeError:
        raise Invalid(Problem("holds characters that are no text", param)) from None


def _source(metadata: Json) -> str:
    if isinstance(metadata, Mapping):
        return str(metadata.get("src", ""))
    return ""


def check_opening(opening: Opening) -> Opening:
    """The same if a conversation can begin like that. Raises Invalid."""
    if opening.channel is not None:
        check_channel(opening.channel, "channel")
    if opening.priority is not None and opening.priority not in PRIORITIES:
        raise Invalid(Problem(f"must be one of {', '.join(PRIORITIES)}", "priority"))
    if opening.location is not None and _size(opening.location, "location") > MAX_ATTRIBUTES:
        raise TooLarge(f"location is larger than {MAX_ATTRIBUTES} bytes", "location_too_large")
    for name, ids in (("participants", opening.participants), ("followers", opening.followers)):
        if len(ids) > MAX_PEOPLE:
            raise Invalid(Problem(f"must be at most {MAX_PEOPLE} ids", name))
    return opening


def check_channel(name: Json, param: str) -> str:
    """The name of a channel. Raises Invalid."""
    if not isinstance(name, str) or not _CHANNEL.fullmatch(name):
        raise Invalid(Problem("must be 1 to 50 letters, digits, _ . or -", param))
    return name


def check_rating(rating: Json) -> int:
    """A rating of 1 to 5 stars. Raises Invalid."""
    if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
        raise Invalid(Problem("must be a whole number from 1 to 5", "rating"))
    return rating


def status_after_message(status: int, by_team: bool, has_participants: bool) -> int:
    """A closed or preliminary conversation is opened by writing into it; the team's answer assigns an unassigned
    one."""
    begins = status in (ConversationStatus.CLOSED, ConversationStatus.TEMPORARY)
    if by_team and (begins or status == ConversationStatus.UNASSIGNED):
        return ConversationStatus.ASSIGNED
    if begins:
        return ConversationStatus.ASSIGNED if has_participants else ConversationStatus.UNASSIGNED
    return status
