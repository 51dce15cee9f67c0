"""Mails: what one may say, to whom, and when one that could not be handed over is tried again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from rolodesk.domain.contact import clean_email, clean_text
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.ids import ConversationId, ProjectId
from rolodesk.domain.json import Json

MAX_SUBJECT = 500
MAX_BODY = 50_000
MAX_NAME = 100
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# How long after each try the next one is made; later ones as after the last. After a day it is given up.
WAITS = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR)
# The installation's own mails, which belong to no project.
OF_INSTALLATION = ProjectId("")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class MailKind(StrEnum):
    """What a mail is for."""

    ANSWER = "answer"
    TEAM = "team"
    INVITATION = "invitation"
    NOTICE = "notice"
    RESET = "reset"
    CHANGED = "changed"


class MailState(StrEnum):
    """Where a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


# Their text holds a secret link, and is kept only until they have gone or have failed.
SECRET = (MailKind.INVITATION, MailKind.RESET)
# These are written by a machine, and no machine is to answer them.
AUTOMATIC = (MailKind.INVITATION, MailKind.NOTICE, MailKind.RESET, MailKind.CHANGED)


class Letter(Struct, frozen=True):
    """What a mail says; `reply_to` is where an answer to it goes, if not to its sender."""

    subject: str
    text: str
    reply_to: str | None = None


class Mail(Struct, frozen=True):
    """A mail to one recipient. Times in milliseconds; `since` is when it began to be tried (again)."""

    project_id: ProjectId
    id: str
    kind: MailKind
    recipient: str
    letter: Letter
    asked_by: str
    created_at: int
    since: int
    next_at: int
    from_name: str | None = None
    conversation_id: ConversationId | None = None
    about_id: str | None = None
    state: MailState = MailState.WAITING
    attempts: int = 0
    error: str | None = None
    ended_at: int | None = None

    @property
    def may_go_again(self) -> bool:
        """Whether it failed and is still known whole."""
        return self.state is MailState.FAILED and bool(self.letter.text)


def next_try(mail: Mail, now: int) -> int | None:
    """When to try again, None when a day has passed, or a link that holds for an hour has run out."""
    at = now + WAITS[min(max(mail.attempts, 1), len(WAITS)) - 1]
    return at if at <= mail.since + (HOUR if mail.kind is MailKind.RESET else DAY) else None


def is_late(mail: Mail, now: int) -> bool:
    """Whether nobody expects it any more: it waits since before there was a server for mails, or this was away."""
    return now > mail.since + (HOUR if mail.kind is MailKind.RESET else 2 * DAY)


def check_letter(subject: Json, text: Json, reply_to: Json = None, param: str = "replyto") -> Letter:
    """A letter as somebody has written it. Raises Invalid, also for a line break in what becomes a header."""
    problems: list[Problem] = []
    if not isinstance(subject, str) or not subject.strip():
        problems.append(Problem("must not be blank", "subject"))
    elif _CONTROL.search(subject.strip()):
        problems.append(Problem("must be one line", "subject"))
    if not isinstance(text, str) or not text.strip():
        problems.append(Problem("must not be blank", "text"))
    if problems:
        raise Invalid(problems)
    return Letter(
        clean_text(subject, "subject", MAX_SUBJECT) or "",
        clean_text(text, "text", MAX_BODY) or "",
        check_address(reply_to, param) if reply_to not in (None, "") else None,
    )


def check_address(address: Json, param: str) -> str:
    """One address. Raises Invalid."""
    found = clean_email(address, param)
    if found is None or _CONTROL.search(found):
        raise Invalid(Problem("is not an email address", param))
    return found


def one_line(text: str, limit: int = MAX_SUBJECT) -> str:
    """A text of somebody's as it may stand in a header."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def check_settings(settings: Json) -> dict[str, Json]:
    """How a project's mails are signed: `from_name`, `reply_to`. Raises Invalid."""
    if not isinstance(settings, Mapping):
        raise Invalid(Problem("must be an object", "settings.email"))
    checked: dict[str, Json] = {}
    name = clean_text(settings.get("from_name"), "settings.email.from_name", MAX_NAME)
    if name is not None and _CONTROL.search(name):
        raise Invalid(Problem("must be one line", "settings.email.from_name"))
    address = settings.get("reply_to")
    if name is not None:
        checked["from_name"] = name
    if address not in (None, ""):
        checked["reply_to"] = check_address(address, "settings.email.reply_to")
    return checked
