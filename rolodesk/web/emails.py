"""Whether this installation sends mails, and how many a project may."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection

from rolodesk.domain.access import Agent, Permission, allows
from rolodesk.domain.errors import TooMany
from rolodesk.usecases import invitations, projects, sign_in
from rolodesk.usecases.mails import Office
from rolodesk.usecases.projects import INVITATION_TERM, Issued
from rolodesk.usecases.sign_in import DAY
from rolodesk.web import auth, letters

AnyConnection = ASGIConnection[Any, Any, Any, Any]


def office(connection: AnyConnection) -> Office | None:
    """None where no server for mails is set. Links lead to the address of the settings, never to what a caller calls
    this host."""
    settings = auth.settings(connection)
    return Office(settings.address, settings.brand.name) if settings.smtp_url else None


def take(connection: AnyConnection, agent: Agent) -> None:
    """Count a mail that a member of the team is about to send. Raises TooMany."""
    if office(connection) is not None and allows(agent, Permission.ANSWER):
        _count(connection, agent)


def _count(connection: AnyConnection, agent: Agent) -> None:
    """Per project, and per account, which may make many projects."""
    for key in (agent.project_id, agent.user_id):
        auth.limits(connection).emails.take(key)


def take_reset(connection: AnyConnection, email: object) -> None:
    """Count that a password is said to be forgotten, per address that asks and per account. Raises TooMany."""
    limits = auth.limits(connection)
    limits.sign_in.take(f"reset {auth.client_address(connection)}")
    limits.resets.take(str(email).strip().lower()[:320])


def send_invitation(connection: AnyConnection, agent: Agent, issued: Issued) -> bool:
    """Send an invitation's link, in the language of whoever has an account already. Whether it
    went out: beyond the rate the admin has the link alone."""
    found, db = office(connection), auth.database(connection)
    if found is None:
        return False
    try:
        _count(connection, agent)
    except TooMany:
        return False
    invited = sign_in.account(db, issued.invitation.email)
    letter = letters.invitation(
        invited.language if invited else None,
        projects.get(db, agent).name,
        agent.name,
        f"{found.origin}/invite/{issued.token}",
        INVITATION_TERM // DAY,
    )
    invitations.send(db, agent, found, issued.invitation.id, letter)
    return True
