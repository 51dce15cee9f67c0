"""Webhooks: which events there are by which names, who stands in whose line, when what failed is tried again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, ProjectId

State = Literal["waiting", "delivered", "given_up"]
DAY = 24 * 3_600_000
MAX_HOOKS = 50
MAX_TARGET = 2_000
MAX_NAMES = 100
TRIES_KEPT = 20
KEPT = 30 * DAY
SECRET_OVERLAP = DAY
EVERYTHING = "*"
TEST = "webhook.test"
# The line of what concerns no contact.
PROJECT = ContactId("project")
# Seconds to wait after the first failure, the second …; the last holds from then on.
PAUSES = (5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0)

# By which names what has happened is told; the first is what a hook for everything is told.
NAMES: dict[EventName, tuple[str, ...]] = {
    EventName.MESSAGE_CREATE: ("message.create",),
    EventName.REQUEST_CREATE: ("request.create",),
    EventName.REQUEST_UPDATE: ("request.update",),
    EventName.REQUEST_ASSIGN: ("request.update",),
    EventName.REQUEST_REOPEN: ("request.update",),
    EventName.REQUEST_RATING: ("request.update",),
    EventName.REQUEST_NOTE: ("request.update",),
    EventName.REQUEST_NOTE_DELETE: ("request.update",),
    EventName.REQUEST_CLOSE: ("request.close", "request.update"),
    EventName.REQUEST_DELETE: ("request.delete",),
    EventName.LEAD_CREATE: ("lead.create",),
    EventName.LEAD_UPDATE: ("lead.update",),
    EventName.LEAD_DELETE: ("lead.delete",),
    EventName.LEAD_RESTORE: ("lead.restore",),
    EventName.LEAD_ERASE: ("lead.erase",),
    EventName.LEAD_MERGE: ("lead.merge",),
    EventName.LEAD_UNMERGE: ("lead.unmerge",),
    EventName.LEAD_SPLIT: ("lead.split",),
    EventName.LEAD_DUPLICATE: ("lead.duplicate",),
    EventName.MEMBER_INVITE: ("project_user.invite",),
    EventName.MEMBER_CREATE: ("project_user.create",),
    EventName.MEMBER_UPDATE: ("project_user.update",),
    EventName.MEMBER_DELETE: ("project_user.delete",),
    EventName.PROJECT_UPDATE: ("project.update",),
    EventName.PROJECT_DELETE: ("project.delete",),
}
# Told by their own names: rows of these parts of a project.
OWN_NAMES = re.compile(r"(department|group)\.(create|update|delete)|event\.emit")
OFFERED: dict[str, tuple[str, ...]] = {
    "message": ("message.create",),
    "request": ("request.create", "request.update", "request.close", "request.delete"),
    "lead": (
        *("lead.create", "lead.update", "lead.delete", "lead.restore", "lead.erase"),
        *("lead.merge", "lead.unmerge", "lead.split", "lead.duplicate"),
    ),
    "project": (
        *("project_user.invite", "project_user.create", "project_user.update", "project_user.delete"),
        *("department.create", "department.update", "department.delete"),
        *("group.create", "group.update", "group.delete"),
        *("project.update", "project.delete", "event.emit"),
    ),
}
# A Tiledesk server takes these and never tells them.
SILENT = ("message.received",)
KNOWN = frozenset((EVERYTHING, *SILENT, *(name for group in OFFERED.values() for name in group)))
PATTERNS = re.compile(
    r"message\.create(\.from\.requester)?(\.request)?\.channel\.[^\s,]{1,50}|event\.emit\.[^\s,][^\t\r\n,]{0,199}"
)


class Webhook(Struct, frozen=True):
    """A hook: which events it wants (`names`, sorted) and where they are sent to. `secret` signs, and until
    `former_until` the former one too.

    `planned` is the last event whose delivery stands in the list or is not wanted; `failing_since` is None as long as
    what is sent goes through. `disabled_by` is the user's id or `system`.
    """

    id: str
    project_id: ProjectId
    target: str
    names: tuple[str, ...]
    secret: str
    legacy: bool
    planned: int
    created_by: str
    created_at: int
    updated_at: int
    former_secret: str | None = None
    former_until: int | None = None
    failing_since: int | None = None
    disabled_at: int | None = None
    disabled_by: str | None = None
    reason: str | None = None

    @property
    def event(self) -> str:
        """Its events as one text, as the API says it."""
        return ",".join(self.names)

    @property
    def enabled(self) -> bool:
        return self.disabled_at is None

    def secrets(self, at: int) -> tuple[str, ...]:
        """The secrets that sign now, the newest first."""
        if self.former_secret and self.former_until is not None and at < self.former_until:
            return self.secret, self.former_secret
        return (self.secret,)

    def wanted(self, names: Sequence[str]) -> str | None:
        """By which of its names the hook is told of something, None if it does not want it."""
        if EVERYTHING in self.names:
            return names[0] if names else None
        return next((name for name in names if name in self.names), None)


class Delivery(Struct, frozen=True):
    """Something that a hook is told. `id` is the `webhook-id` of every try; `number` is the event's, None for a test.

    `body` is None once the person whom it told of is erased. `due_at` is None while an earlier one of its contact is
    on its way, and when it has ended. `status` and `error` are of the last try.
    """

    id: str
    hook_id: str
    number: int | None
    name: str
    body: str | None
    state: State
    single: bool
    tries: int
    first_at: int | None
    due_at: int | None
    status: int | None
    error: str | None
    created_at: int
    ended_at: int | None


class Try(Struct, frozen=True):
    """One try of a delivery: milliseconds, the answer's status and beginning, or why there was none."""

    id: str
    delivery_id: str
    at: int
    duration: int
    status: int | None
    error: str | None
    answer: str | None


def names_of(event: Event) -> tuple[str, ...]:
    """The names by which an event is told, none for what hooks are not told of."""
    if OWN_NAMES.fullmatch(event.name.value):
        return (event.name.value,)
    if event.name is EventName.LEAD_DUPLICATE and event.fields:
        return ()
    return NAMES.get(event.name, ())


def names_of_message(channel: str, by_requester: bool) -> tuple[str, ...]:
    """A message's further names, by the channel it has come over."""
    ways = [f"message.create.request.channel.{channel}", f"message.create.channel.{channel}"]
    if by_requester:
        ways.append(f"message.create.from.requester.request.channel.{channel}")
    return tuple(ways)


def check_names(asked: Iterable[object]) -> tuple[str, ...]:
    """The names of events that a hook wants, sorted. Raises Invalid for one that there is not, or none."""
    names = {name.strip() for name in asked if isinstance(name, str) and name.strip()}
    if not names:
        raise Invalid(Problem("names no event", "event"))
    if len(names) > MAX_NAMES:
        raise Invalid(Problem("names more than 100 events", "event"))
    unknown = sorted(name for name in names if name not in KNOWN and not PATTERNS.fullmatch(name))
    if unknown:
        raise Invalid([Problem(f"there is no event {name[:100]}", "event") for name in unknown[:10]])
    return tuple(sorted(names))


def check_target(target: object) -> str:
    """A web address that a hook may have by its form. Raises Invalid."""
    if not isinstance(target, str) or not target.strip():
        raise Invalid(Problem("must be an address that starts with http:// or https://", "target"))
    text = target.strip()
    if len(text) > MAX_TARGET:
        raise Invalid(Problem("is longer than 2000 characters", "target"))
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable or not text.isascii() or any(c <= " " or c == "\\" for c in text):
        raise Invalid(Problem("must be an address that starts with http:// or https://", "target"))
    if parts.username is not None or parts.password is not None:
        raise Invalid(Problem("must not hold a user name or a password", "target"))
    return text


def line_of(event: Event) -> tuple[ContactId, ...]:
    """Whose lines an event stands in: the home and the root that it names, and the other one of a pair.

    A visitor's home stays while its root changes with merges, so that what it says before and after a merge shares a
    line, and so does what is said of either root.
    """
    other = event.subject_id if event.name in (EventName.LEAD_DUPLICATE, EventName.LEAD_DIFFERENT) else None
    found = (event.contact_id, event.root_id, ContactId(other) if other else None)
    return tuple(dict.fromkeys(key for key in found if key)) or (PROJECT,)


def pause_after(tries: int, chance: float) -> int:
    """Milliseconds until the next try after so many; up to a fifth more or less, by a chance from 0 to 1, so that not
    all that failed together comes back together."""
    seconds = PAUSES[min(max(tries, 1), len(PAUSES)) - 1]
    return round(seconds * 1_000 * (0.8 + 0.4 * chance))
