"""The team of a project."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody

from rolodesk.domain.access import Agent
from rolodesk.usecases import contacts, projects
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest


class Invite(msgspec.Struct):
    """Whom to invite, as what."""

    email: str | None = None
    role: str = "agent"


class MemberChanges(msgspec.Struct):
    """What may be changed of a membership."""

    role: str | None = None
    user_available: bool | None = None


@get("/{project_id:str}/project_users", tags=["team"], sync_to_thread=True)
def team(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """The team with its accounts."""
    found = projects.team(auth.database(request), auth.team(request, project_id))
    return [render.member_with_user(member) for member in found]


@get("/{project_id:str}/project_users/me", tags=["team"], sync_to_thread=True)
def me(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """The caller's membership, in a list of one."""
    caller = auth.team(request, project_id)
    return [
        {**render.member(projects.member(auth.database(request), caller, caller.member_id)), "isBusy": False}
    ]


@post("/{project_id:str}/project_users", status_code=200, tags=["team"], sync_to_thread=True)
def make_guest(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """A new visitor key for a contact that the team is about to write to."""
    caller = auth.team(request, project_id)
    made = contacts.create(auth.database(request), caller, {})
    return {
        **render.visitor_member(made.identities[0], project_id),
        "role": "guest",
        "createdBy": caller.user_id,
    }


@put("/{project_id:str}/project_users", status_code=200, tags=["team"], sync_to_thread=True)
def update_me(request: AnyRequest, project_id: str, data: JSONBody[MemberChanges]) -> dict[str, Any]:
    """Say whether one is available."""
    caller = auth.team(request, project_id)
    return _update(request, caller, caller.member_id, MemberChanges(user_available=data.user_available))


@post("/{project_id:str}/project_users/invite", status_code=200, tags=["team"], sync_to_thread=True)
def invite(request: AnyRequest, project_id: str, data: JSONBody[Invite]) -> dict[str, Any]:
    """An invitation, with the address of its page, which is told this once (admin)."""
    issued = projects.invite(auth.database(request), auth.team(request, project_id), data.email, data.role)
    base = auth.settings(request).public_url or str(request.base_url).rstrip("/")
    return {
        "msg": "User not found, save invite in pending ",
        "pendingInvitation": render.invitation(issued.invitation, project_id),
        "link": f"{base}/invite/{issued.token}",
    }


@get("/{project_id:str}/pendinginvitations", tags=["team"], sync_to_thread=True)
def invitations(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """The invitations that can still be accepted (admin)."""
    found = projects.invitations(auth.database(request), auth.team(request, project_id))
    return [render.invitation(invitation, project_id) for invitation in found]


@get("/{project_id:str}/project_users/{member_id:str}", tags=["team"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str, member_id: str) -> dict[str, Any]:
    """One membership."""
    return render.member(projects.member(auth.database(request), auth.team(request, project_id), member_id))


@put("/{project_id:str}/project_users/{member_id:str}", status_code=200, tags=["team"], sync_to_thread=True)
def update(
    request: AnyRequest, project_id: str, member_id: str, data: JSONBody[MemberChanges]
) -> dict[str, Any]:
    """Change a role or whether somebody is available (admin)."""
    return _update(request, auth.team(request, project_id), member_id, data)


def _update(
    request: AnyRequest, caller: Agent, member_id: str, data: JSONBody[MemberChanges]
) -> dict[str, Any]:
    changed = projects.change_member(
        auth.database(request), caller, member_id, data.role, data.user_available
    )
    return render.member(changed)


@delete(
    "/{project_id:str}/project_users/{member_id:str}", status_code=200, tags=["team"], sync_to_thread=True
)
def remove(request: AnyRequest, project_id: str, member_id: str) -> dict[str, Any]:
    """End a membership (admin)."""
    return render.member(
        projects.remove_member(auth.database(request), auth.team(request, project_id), member_id)
    )


route_handlers: list[Any] = [team, me, make_guest, update_me, invite, invitations, get_one, update, remove]
