"""Invitations by mail, beside the link that the admin is shown."""

from __future__ import annotations

import hashlib
import secrets

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, may_grant, require
from rolodesk.domain.errors import Forbidden, NotFound
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.json import Json
from rolodesk.domain.mail import Letter, Mail, MailKind
from rolodesk.storage import events, members
from rolodesk.storage.database import Database, retried
from rolodesk.usecases import mails
from rolodesk.usecases.clock import now
from rolodesk.usecases.mails import Office, require_office
from rolodesk.usecases.projects import INVITATION_TERM, Issued, as_role


@retried
def send(db: Database, actor: Agent, office: Office | None, invitation_id: str, letter: Letter) -> Mail:
    """Send an invitation's link. Raises NotFound, Forbidden, Conflict `email_off`."""
    require(actor, Permission.MANAGE_MEMBERS)
    require_office(office)
    with db.write(actor.project_id) as tx:
        found = members.invitation(tx, actor.project_id, invitation_id, now())
        if found is None:
            raise NotFound()
        return mails.queue(
            tx, actor.project_id, MailKind.INVITATION, found.email, letter, actor, about_id=found.id
        )


@retried
def renew(db: Database, actor: Agent, invitation_id: str) -> Issued:
    """A new link for an open invitation; the former one is void. Raises NotFound, Forbidden."""
    require(actor, Permission.MANAGE_MEMBERS)
    token, at = secrets.token_urlsafe(24), now()
    with db.write(actor.project_id) as tx:
        found = members.invitation(tx, actor.project_id, invitation_id, at)
        if found is None:
            raise NotFound()
        if not may_grant(actor, found.role):
            raise Forbidden()
        renewed = structs.replace(
            found, token_hash=hashlib.sha256(token.encode()).hexdigest(), expires_at=at + INVITATION_TERM
        )
        if not members.renew_invitation(tx, actor.project_id, renewed):
            raise NotFound()
        events.record(tx, actor, at, Event(EventName.MEMBER_INVITE, subject_id=found.id))
    return Issued(renewed, f"{actor.project_id}.{found.id}.{token}")


def one(db: Database, actor: Agent, invitation_id: str) -> members.Invitation:
    """An open invitation. Raises NotFound, Forbidden."""
    require(actor, Permission.MANAGE_MEMBERS)
    with db.read() as tx:
        found = members.invitation(tx, actor.project_id, invitation_id, now())
    if found is None:
        raise NotFound()
    return found


@retried
def change_role(db: Database, actor: Agent, invitation_id: str, role: Json) -> members.Invitation:
    """Another role for whoever is invited. Raises NotFound, Invalid, Forbidden."""
    require(actor, Permission.MANAGE_MEMBERS)
    wanted, at = as_role(role), now()
    with db.write(actor.project_id) as tx:
        found = members.invitation(tx, actor.project_id, invitation_id, at)
        if found is None:
            raise NotFound()
        if not (may_grant(actor, wanted) and may_grant(actor, found.role)):
            raise Forbidden()

        changed = structs.replace(found, role=wanted)
        if not members.change_invitation(tx, actor.project_id, changed):
            raise NotFound()
        events.record(tx, actor, at, Event(EventName.MEMBER_INVITE, subject_id=found.id, fields=("role",)))
    return changed
