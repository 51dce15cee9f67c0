"""Mails: queued in the transaction of what they are about, claimed by whoever sends, and shown if they fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from rolodesk.domain.access import ROLES, Agent, Permission, Role, System, allows, require
from rolodesk.domain.contact import email_key
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ConversationId, ProjectId, is_object_id
from rolodesk.domain.mail import (
    DAY,
    OF_INSTALLATION,
    SECRET,
    Letter,
    Mail,
    MailKind,
    MailState,
    is_late,
    next_try,
    one_line,
)
from rolodesk.storage import contacts, events, identities, mails, members, projects
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.conversation_rights import is_readable

# Whoever has claimed a mail and says nothing for so long has been killed. Longer than all that a server may take.
LEASE = 5 * 60_000
KEPT = 30 * DAY
SHOWN = 200
MOST_COUNTED = 1_000


class Office(Struct, frozen=True):
    """That mails go out here at all: `origin` is the address of this installation that their links lead to, `name` what
    it is called. Where no server for mails is set there is none."""

    origin: str
    name: str


class ByMail(Struct, frozen=True):
    """An answer that goes out as a mail too: to which of the person's addresses, and what it says."""

    to: str
    letter: Letter


def require_office(office: Office | None) -> Office:
    """Raise Conflict `email_off` where no mails go out."""
    if office is None:
        raise Conflict("this installation sends no email: no mail server is set up", "email_off")
    return office


def queue(
    tx: WriteTx, project_id: ProjectId, kind: MailKind, to: str, letter: Letter, by: Agent | System | None,
    conversation_id: ConversationId | None = None, about_id: str | None = None,
) -> Mail:  # fmt: skip
    """A mail that goes out once this transaction is committed. Its address and subject have been checked."""
    at = now()
    signed = _signature(tx, project_id)
    mail = Mail(
        *(project_id, new_id(), kind, to),
        Letter(one_line(letter.subject), letter.text, _replied_to(kind, letter, signed, by)),
        by.id if by else "system",
        *(at, at, at, str(signed["from_name"]) if signed.get("from_name") else None),
        *(conversation_id, about_id),
    )
    mails.add(tx, project_id, mail, email_key(to) or to.lower())
    if project_id != OF_INSTALLATION:
        _record(tx, by or System(project_id), at, EventName.EMAIL_QUEUE, mail)
    return mail


def _signature(tx: ReadTx, project_id: ProjectId) -> Mapping[str, object]:
    project = None if project_id == OF_INSTALLATION else projects.get(tx, project_id)
    found = project.settings.get("email") if project else None
    return found if isinstance(found, Mapping) else {}


def _replied_to(
    kind: MailKind, letter: Letter, signed: Mapping[str, object], by: Agent | System | None
) -> str | None:
    """Where an answer to it goes: where this letter says, else the project's setting, else to the agent who writes."""
    wanted = letter.reply_to or signed.get("reply_to")
    if not wanted and isinstance(by, Agent) and kind in (MailKind.ANSWER, MailKind.TEAM):
        wanted = by.email
    return str(wanted) if wanted else None


def _record(tx: WriteTx, actor: Agent | System, at: int, name: EventName, mail: Mail) -> None:
    events.record(tx, actor, at, Event(name, conversation_id=mail.conversation_id, subject_id=mail.id))


@retried
def notify_admins(db: Database, actor: System, subject: str, text: str) -> int:
    """Tell the project's admins and owners something; how many."""
    with db.write(actor.project_id) as tx:
        told = [
            member
            for member in members.of_project(tx, actor.project_id)
            if ROLES.index(member.role) >= ROLES.index(Role.ADMIN)
        ]
        for member in told:
            queue(tx, actor.project_id, MailKind.NOTICE, member.email, Letter(subject, text), actor)
    return len(told)


# The person of a conversation.


def addresses(tx: ReadTx, project_id: ProjectId, identity_id: str) -> list[str]:
    """The addresses of whoever speaks in an identity's conversations, the one to write to first: what the identity has
    said itself, then those of its home contact, then those of what that is merged into. A merge may be a mistake, and
    nobody's words are to go to somebody else."""
    identity = identities.get(tx, project_id, identity_id)
    root = contacts.root_of(tx, project_id, identity.contact_id) if identity else None
    shown = contacts.get(tx, project_id, root) if root else None
    if identity is None or shown is None:
        return []
    known = {address.key or address.value.lower(): address for address in shown.profile.emails}
    said = [
        str(value.value)
        for value in reversed(contacts.values_of_identity(tx, project_id, identity.id))
        if value.field == "email" and isinstance(value.value, str)
    ]
    own = [known[key] for text in said if (key := email_key(text) or text.lower()) in known]
    home = [a for a in shown.profile.emails if a.contact_id == identity.contact_id]
    ranked = [*own, *sorted(home, key=_standing), *sorted(shown.profile.emails, key=_standing)]
    return list(dict.fromkeys(address.value for address in ranked if _usable(address.value)))


def _standing(address: object) -> tuple[bool, bool]:
    return not getattr(address, "primary", False), not getattr(address, "verified", False)


def _usable(address: str) -> bool:
    return email_key(address) is not None and one_line(address) == address


def queue_answer(
    tx: WriteTx, actor: Agent, identity_id: str, conversation_id: ConversationId, message_id: str, out: ByMail
) -> Mail:
    """The answer's message as a mail, in the message's own transaction. Raises Invalid for an address that is not the
    person's."""
    if out.to not in addresses(tx, actor.project_id, identity_id):
        raise Invalid(Problem("is no address of this contact", "email_to"))
    return queue(
        tx, actor.project_id, MailKind.ANSWER, out.to, out.letter, actor, conversation_id, message_id
    )


def addresses_of(db: Database, actor: Agent, identity_id: str) -> list[str]:
    """The addresses that an answer to that identity may go to, the one to write to first."""
    require(actor, Permission.ANSWER)
    with db.read() as tx:
        return addresses(tx, actor.project_id, identity_id)


# What the team sees.


def of_conversation(db: Database, actor: Agent, conversation_id: str) -> list[Mail]:
    """The newest mails about a conversation, oldest first; none of one that is not the actor's to read."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    named = ConversationId(conversation_id)
    with db.read() as tx:
        if not is_readable(tx, actor, named):
            return []
        return mails.of_conversation(tx, actor.project_id, named, SHOWN)


def about_invitations(db: Database, actor: Agent, ids: list[str]) -> dict[str, Mail]:
    """The newest mail about each of these invitations."""
    require(actor, Permission.MANAGE_MEMBERS)
    with db.read() as tx:
        return mails.about(tx, actor.project_id, ids)


class Listing(Struct, frozen=True):
    """A page of the project's mails, and how many wait and have failed (counted up to MOST_COUNTED)."""

    mails: list[Mail]
    waiting: int
    failed: int


def listing(
    db: Database, actor: Agent, state: str | None = None, before: str | None = None, limit: int = 50
) -> Listing:
    """The project's mails, newest first, those before the one with the id `before`."""
    require(actor, Permission.CONFIGURE)
    wanted = MailState(state) if state in tuple(MailState) else None
    with db.read() as tx:
        last = mails.get(tx, actor.project_id, before) if before and is_object_id(before) else None
        place = (last.created_at, last.id) if last else None
        return Listing(
            mails.newest(tx, actor.project_id, wanted, place, limit),
            mails.count(tx, actor.project_id, MailState.WAITING, MOST_COUNTED),
            mails.count(tx, actor.project_id, MailState.FAILED, MOST_COUNTED),
        )


@retried
def again(db: Database, actor: Agent, mail_id: str) -> Mail:
    """Try a failed mail again: who may answer one about a conversation, admins every other. Raises NotFound, Forbidden,
    Conflict `not_failed`."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.write(actor.project_id) as tx:
        found = mails.get(tx, actor.project_id, mail_id) if is_object_id(mail_id) else None
        if found is None or (found.conversation_id and not is_readable(tx, actor, found.conversation_id)):
            raise NotFound()
        if not allows(actor, Permission.ANSWER if found.conversation_id else Permission.CONFIGURE):
            raise Forbidden()
        at = now()
        if not mails.begin_again(tx, actor.project_id, mail_id, at):
            raise Conflict("this email has not failed, or is not known any more", "not_failed")

        _record(tx, actor, at, EventName.EMAIL_QUEUE, found)
        return mails.get(tx, actor.project_id, mail_id) or found


# Sending.


def claim(db: Database) -> Mail | None:
    """A mail whose time has come, for the one who is to send it now."""
    with db.read() as tx:
        waiting = mails.due(tx, now(), 20)
    for project_id, mail_id in waiting:
        if (mail := _claim(db, project_id, mail_id)) is not None:
            return mail
    return None


@retried
def _claim(db: Database, project_id: ProjectId, mail_id: str) -> Mail | None:
    at = now()
    with db.write(project_id) as tx:
        if not mails.claim(tx, project_id, mail_id, at, at + LEASE):
            return None
        mail = mails.get(tx, project_id, mail_id)
    if mail is not None and is_late(mail, at):
        failed(db, mail, "it has waited for too long", permanent=True)
        return None
    return mail


@retried
def sent(db: Database, mail: Mail) -> bool:
    """The server has taken it. False if somebody else has claimed it meanwhile: it then goes out twice."""
    return _end(db, mail, MailState.SENT, None)


@retried
def failed(db: Database, mail: Mail, error: str, permanent: bool) -> bool:
    """The server has not taken it: it is tried again later or, where that is of no use, given up."""
    at = now()
    later = None if permanent else next_try(mail, at)
    if later is None:
        return _end(db, mail, MailState.FAILED, error[:300])
    with db.write(mail.project_id) as tx:
        return mails.put_off(tx, mail.project_id, mail, error[:300], later)


def _end(db: Database, mail: Mail, state: MailState, error: str | None) -> bool:
    at = now()
    with db.write(mail.project_id) as tx:
        ended = mails.end(tx, mail.project_id, mail, state, error, at, keep=mail.kind not in SECRET)
        if ended and mail.project_id != OF_INSTALLATION:
            name = EventName.EMAIL_SENT if state is MailState.SENT else EventName.EMAIL_FAILED
            _record(tx, System(mail.project_id), at, name, mail)
    return ended


@retried
def forget_old(db: Database) -> int:
    """Empty the texts of what has been sent or has failed, 30 days after it was written; how many."""
    with db.write(None) as tx:
        return mails.forget_texts(tx, now() - KEPT)


def erase(tx: WriteTx, project_id: ProjectId, emails: Iterable[str]) -> None:
    """Delete every mail to these addresses; those about a conversation go with it."""
    mails.erase_to(tx, project_id, sorted({email_key(address) or address.lower() for address in emails}))
