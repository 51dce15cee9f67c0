"""What the team writes by mail over the API: to colleagues and others, and to the person of a conversation."""

from __future__ import annotations

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.conversation import Conversation
from rolodesk.domain.errors import Conflict, Invalid, Problem
from rolodesk.domain.json import Json
from rolodesk.domain.mail import MailKind, check_address, check_letter
from rolodesk.storage import agent_groups, conversations, members
from rolodesk.storage.database import Database, ReadTx, retried
from rolodesk.storage.members import Member
from rolodesk.usecases import mails
from rolodesk.usecases.conversation_rights import require_readable
from rolodesk.usecases.mails import Office, require_office


@retried
def send(
    db: Database, actor: Agent, office: Office | None, to: Json, text: Json, subject: Json,
    request_id: str | None = None, reply_to: Json = None,
) -> int:  # fmt: skip
    """Write to an address, to a member as `@name`, or to all members of a group by its name; how many mails there are.

    Raises Invalid for one who is none of these, NotFound for another conversation, Conflict `email_off`.
    """
    require(actor, Permission.ANSWER)
    require_office(office)
    letter = check_letter(subject, text, reply_to)
    with db.write(actor.project_id) as tx:
        recipients = _recipients(tx, actor, to)
        about = _conversation(tx, actor, request_id) if request_id is not None else None
        for address in recipients:
            mails.queue(
                tx, actor.project_id, MailKind.TEAM, address, letter, actor, about.id if about else None
            )
    return len(recipients)


def _recipients(tx: ReadTx, actor: Agent, to: Json) -> list[str]:
    if not isinstance(to, str) or not to.strip():
        raise Invalid(Problem("must not be blank", "to"))
    named, team = to.strip(), members.of_project(tx, actor.project_id)
    if named.startswith("@"):
        return [_mentioned(team, named[1:]).email]
    if "@" in named:
        return [check_address(named, "to")]
    for group in agent_groups.of_project(tx, actor.project_id):
        if group.name.strip().lower() == named.lower() and group.enabled and not group.trashed:
            inside = [member.email for member in team if member.user_id in group.members]
            if inside:
                return inside
    raise Invalid(Problem("is neither an address, nor a member as @name, nor a group with members", "to"))


def _mentioned(team: list[Member], name: str) -> Member:
    """The member whom that name means: the full name, written with or without blanks, the local part of the email, or
    the first name if only one has it."""
    wanted = "".join(name.lower().split())
    exact = [m for m in team if wanted in ("".join(m.name.lower().split()), m.email.partition("@")[0])]
    found = exact or [m for m in team if wanted == "".join(m.firstname.lower().split())]
    if not wanted or len(found) != 1:
        why = "is the name of several members" if found else "is no member of the team"
        raise Invalid(Problem(why, "to"))
    return found[0]


def _conversation(tx: ReadTx, actor: Agent, request_id: str) -> Conversation:
    return require_readable(tx, actor, conversations.by_request_id(tx, actor.project_id, request_id))


@retried
def send_to_person(
    db: Database, actor: Agent, office: Office | None, request_id: str, text: Json, subject: Json,
    reply_to: Json = None,
) -> str:  # fmt: skip
    """Write to the person of a conversation; to which address. Raises Invalid, NotFound, Conflict `email_off`, or
    `no_email` where none is known."""
    require(actor, Permission.ANSWER)
    require_office(office)
    with db.write(actor.project_id) as tx:
        found = _conversation(tx, actor, request_id)
        letter = check_letter(subject, text, reply_to)
        known = mails.addresses(tx, actor.project_id, found.identity_id)
        if not known:
            raise Conflict("no email address of this person is known", "no_email")
        mails.queue(tx, actor.project_id, MailKind.ANSWER, known[0], letter, actor, found.id)
    return known[0]
