"""Emails that the team sends, and the way back for a forgotten password."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post, put
from litestar.params import JSONBody

from rolodesk.usecases import correspondence, passwords
from rolodesk.web import auth, emails, letters, render
from rolodesk.web.api.reading import AnyRequest


class Email(msgspec.Struct):
    """What an email says, and about which conversation it is."""

    to: Any = None
    text: Any = None
    subject: Any = None
    request_id: str | None = None
    replyto: Any = None


class EmailToPerson(msgspec.Struct):
    """What an email to the person of a conversation says."""

    text: Any = None
    subject: Any = None
    replyto: Any = None


class Forgotten(msgspec.Struct):
    """Whose password is forgotten."""

    email: Any = None


class NewPassword(msgspec.Struct):
    """The password that is to hold from now on."""

    password: Any = None


@post("/{project_id:str}/emails/internal/send", status_code=200, tags=["emails"], sync_to_thread=True)
def send(request: AnyRequest, project_id: str, data: JSONBody[Email]) -> dict[str, bool]:
    """Write to an address, to a member of the team as `@name`, or to all members of a group by its name."""
    agent = auth.team(request, project_id)
    emails.take(request, agent)
    correspondence.send(
        auth.database(request), agent, emails.office(request), data.to, data.text, data.subject,
        data.request_id or None, data.replyto,
    )  # fmt: skip
    return {"queued": True}


@post(
    "/{project_id:str}/requests/{request_id:str}/email/send",
    status_code=200,
    tags=["emails"],
    sync_to_thread=True,
)
def send_to_person(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[EmailToPerson]
) -> dict[str, bool]:
    """Write to the person of a conversation, at the address that its own identity has given, else at the contact's."""
    agent = auth.team(request, project_id)
    emails.take(request, agent)
    correspondence.send_to_person(
        auth.database(request), agent, emails.office(request), request_id, data.text, data.subject,
        data.replyto,
    )  # fmt: skip
    return {"queued": True}


@put("/auth/requestresetpsw", status_code=200, tags=["auth"], sync_to_thread=True)
def request_reset(request: AnyRequest, data: JSONBody[Forgotten]) -> dict[str, Any]:
    """Send a link that sets a new password; the answer is the same whether or not there is such an account."""
    office = emails.office(request)
    if office is not None:
        emails.take_reset(request, data.email)
    passwords.request(auth.database(request), office, data.email, letters.reset(office))
    return {"success": True, "msg": "If there is such an account, a link is on its way to it."}


@get("/auth/checkpswresetkey/{key:str}", tags=["auth"], sync_to_thread=True)
def check_reset(request: AnyRequest, key: str) -> dict[str, Any]:
    """Whether a link still holds, and whose it is."""
    user = passwords.owner(auth.database(request), key)
    return {"message": "Valid password reset key", "user": render.user(user)}


@put("/auth/resetpsw/{key:str}", status_code=200, tags=["auth"], sync_to_thread=True)
def reset(request: AnyRequest, key: str, data: JSONBody[NewPassword]) -> dict[str, Any]:
    """Set a new password by a link, which holds once; every session ends."""
    auth.limits(request).sign_in.take(f"reset {auth.client_address(request)}")
    office = emails.office(request)
    user = passwords.reset(auth.database(request), office, key, data.password, letters.changed(office))
    return {"message": "Password change successful", "user": render.user(user)}


route_handlers: list[Any] = [send, send_to_person, request_reset, check_reset, reset]
