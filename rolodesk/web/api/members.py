"""The team of a project."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import Body, JSONBody

from rolodesk.domain.access import Permission, require
from rolodesk.domain.contact import Identity
from rolodesk.domain.errors import Conflict
from rolodesk.storage.members import Member
from rolodesk.usecases import contacts, follow, projects
from rolodesk.usecases import invitations as invitations_
from rolodesk.usecases import team as members
from rolodesk.usecases.team import Ending
from rolodesk.web import auth, emails, render
from rolodesk.web.api.reading import AnyRequest, flag


class Invite(msgspec.Struct):
    """Whom to invite, as what."""

    email: str | None = None
    role: str = "agent"
    user_available: bool = True


ASSIGNED_TO_YOU = "settings.email.notification.conversation.assigned.toyou"
POOLED = "settings.email.notification.conversation.pooled"


class MemberChanges(msgspec.Struct):
    """What may be changed of a membership; parts of `settings` are merged. A null limit is none."""

    role: str | None = None
    user_available: bool | None = None
    status: str | None = None
    profile_status: str | msgspec.UnsetType | None = msgspec.field(
        default=msgspec.UNSET, name="profileStatus"
    )
    max_served_chat: int | msgspec.UnsetType | None = msgspec.UNSET
    max_assigned_chat: int | msgspec.UnsetType | None = msgspec.UNSET
    attributes: dict[str, Any] | None = None
    settings: dict[str, Any] | None = None
    assigned_to_you: bool | None = msgspec.field(default=None, name=ASSIGNED_TO_YOU)
    pooled: bool | None = msgspec.field(default=None, name=POOLED)

    def details(self) -> dict[str, Any]:
        """What is given beside role and availability, as the verb takes it."""
        found: dict[str, Any] = {"attributes": self.attributes, "settings": self._settings()}
        if self.profile_status is not msgspec.UNSET:
            found["profile_status"] = self.profile_status
        for limit in (self.max_assigned_chat, self.max_served_chat):
            if limit is not msgspec.UNSET:
                found["max_chats"] = limit
        return found

    def _settings(self) -> dict[str, Any] | None:
        chosen: dict[str, Any] = {}
        if self.assigned_to_you is not None:
            chosen["assigned"] = {"toyou": self.assigned_to_you}
        if self.pooled is not None:
            chosen["pooled"] = self.pooled
        if not chosen:
            return self.settings
        return {**(self.settings or {}), "email": {"notification": {"conversation": chosen}}}


class GuestBody(msgspec.Struct):
    """A visitor key for a contact that the team is about to write to."""

    tags: list[Any] = []


@get("/{project_id:str}/project_users", tags=["team"], sync_to_thread=True)
def team(
    request: AnyRequest,
    project_id: str,
    role: list[str] | None = None,
    status: str | None = None,
    presencestatus: str | None = None,
    trashed: str | None = None,
) -> list[dict[str, Any]]:
    """The team with its accounts: those of a `role` (or several), of a `status` (`active`, `disabled`), with
    `trashed=true` also those in the trash. No presence is kept, so that no `presencestatus` is anybody's."""
    found = members.listed(
        auth.database(request), auth.team(request, project_id), role or (), status, flag(trashed) is True
    )
    return [render.member_with_user(member) for member in found if not presencestatus]


@get("/{project_id:str}/project_users/me", tags=["team"], sync_to_thread=True)
def me(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """The caller's membership, in a list of one."""
    caller = auth.team(request, project_id)
    found = projects.member(auth.database(request), caller, caller.member_id)
    return [{**render.member(found), "isBusy": found.is_busy}]


@get("/{project_id:str}/project_users/users/{user_id:str}", tags=["team"], sync_to_thread=True)
def of_user(request: AnyRequest, project_id: str, user_id: str) -> list[dict[str, Any]]:
    """The membership of an account, or a visitor by its key, in a list of one (agent)."""
    caller = auth.team(request, project_id)
    require(caller, Permission.VIEW_CONTACTS)
    return [_shown(follow.somebody(auth.database(request), caller, user_id), project_id)]


def _shown(found: Member | Identity, project_id: str) -> dict[str, Any]:
    if isinstance(found, Member):
        return render.member_with_user(found)
    return {**render.visitor_member(found, project_id), "isBusy": False}


@post("/{project_id:str}/project_users", status_code=200, tags=["team"], sync_to_thread=True)
def make_guest(
    request: AnyRequest, project_id: str, data: Annotated[GuestBody | None, Body()] = None
) -> dict[str, Any]:
    """A new visitor key for a contact that the team is about to write to."""
    caller = auth.team(request, project_id)
    tags = data.tags if data else []
    words = [tag.get("tag") if isinstance(tag, dict) else tag for tag in tags]
    made = contacts.create(auth.database(request), caller, {}, tags=words)
    return {
        **render.visitor_member(made.identities[0], project_id),
        "createdBy": caller.user_id,
        "tags": tags,
    }


@put("/{project_id:str}/project_users", status_code=200, tags=["team"], sync_to_thread=True)
def update_me(request: AnyRequest, project_id: str, data: JSONBody[MemberChanges]) -> dict[str, Any]:
    """Say whether one is available, and change the details of one's own membership."""
    caller = auth.team(request, project_id)
    changed = projects.change_member(
        auth.database(request), caller, caller.member_id, None, data.user_available, data.details()
    )
    return render.member(changed)


@post("/{project_id:str}/project_users/invite", status_code=200, tags=["team"], sync_to_thread=True)
def invite(request: AnyRequest, project_id: str, data: JSONBody[Invite]) -> Response[dict[str, Any]]:
    """Somebody with an account becomes a member; anybody else is invited, with the address of a page that is told this
    once (admin)."""
    db, caller = auth.database(request), auth.team(request, project_id)
    if (data.email or "").strip().lower() == caller.email:
        return _refused("Forbidden. It is not allowed to invite oneself", 4000)
    try:
        made = projects.enlist(db, caller, data.email, data.role, data.user_available)
    except Conflict:
        return _refused("Forbidden. User is already a member", 4001)
    if isinstance(made, Member):
        return Response(render.member_with_user(made))
    emails.send_invitation(request, caller, made)
    base = auth.settings(request).public_url or str(request.base_url).rstrip("/")
    body = {
        "msg": "User not found, save invite in pending ",
        "pendingInvitation": render.invitation(made.invitation, project_id),
        "link": f"{base}/invite/{made.token}",
    }
    return Response(body)


def _refused(why: str, code: int) -> Response[dict[str, Any]]:
    return Response({"success": False, "msg": why, "code": code}, status_code=403)


@get("/{project_id:str}/pendinginvitations", tags=["team"], sync_to_thread=True)
def invitations(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """The invitations that can still be accepted (admin)."""
    found = projects.invitations(auth.database(request), auth.team(request, project_id))
    return [render.invitation(invitation, project_id) for invitation in found]


@get("/{project_id:str}/pendinginvitations/{invitation_id:str}", tags=["team"], sync_to_thread=True)
def invitation(request: AnyRequest, project_id: str, invitation_id: str) -> dict[str, Any]:
    """One of them (admin)."""
    found = invitations_.one(auth.database(request), auth.team(request, project_id), invitation_id)
    return render.invitation(found, project_id)


@put(
    "/{project_id:str}/pendinginvitations/{invitation_id:str}",
    status_code=200,
    tags=["team"],
    sync_to_thread=True,
)
def change_invitation(
    request: AnyRequest, project_id: str, invitation_id: str, data: JSONBody[Invite]
) -> dict[str, Any]:
    """Another role for whoever is invited (admin); another address needs another invitation."""
    changed = invitations_.change_role(
        auth.database(request), auth.team(request, project_id), invitation_id, data.role
    )
    return render.invitation(changed, project_id)


@delete(
    "/{project_id:str}/pendinginvitations/{invitation_id:str}",
    status_code=200,
    tags=["team"],
    sync_to_thread=True,
)
def withdraw(request: AnyRequest, project_id: str, invitation_id: str) -> dict[str, int]:
    """Make an invitation's link void (admin)."""
    projects.revoke_invitation(auth.database(request), auth.team(request, project_id), invitation_id)
    return {"n": 1, "ok": 1, "deletedCount": 1}


@get("/{project_id:str}/project_users/{member_id:str}", tags=["team"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str, member_id: str) -> dict[str, Any]:
    """One membership, or for agents a visitor by its identity's id."""
    found = members.one(auth.database(request), auth.team(request, project_id), member_id)
    return _shown(found, project_id)


@put("/{project_id:str}/project_users/{member_id:str}", status_code=200, tags=["team"], sync_to_thread=True)
def update(
    request: AnyRequest, project_id: str, member_id: str, data: JSONBody[MemberChanges]
) -> dict[str, Any]:
    """Change role, status, availability or details of a membership (admin)."""
    details = {**data.details(), "status": data.status}
    return _update(request, project_id, member_id, data, details)


@put(
    "/{project_id:str}/project_users/{member_id:str}/restore",
    status_code=200,
    tags=["team"],
    sync_to_thread=True,
)
def restore(request: AnyRequest, project_id: str, member_id: str) -> dict[str, Any]:
    """Take a membership that has ended up again (admin)."""
    return _update(request, project_id, member_id, MemberChanges(), {"status": "active"})


def _update(
    request: AnyRequest, project_id: str, member_id: str, data: MemberChanges, details: dict[str, Any]
) -> dict[str, Any]:
    changed = projects.change_member(
        auth.database(request),
        auth.team(request, project_id),
        member_id,
        data.role,
        data.user_available,
        details,
    )
    return render.member(changed)


@delete(
    "/{project_id:str}/project_users/{member_id:str}", status_code=200, tags=["team"], sync_to_thread=True
)
def remove(
    request: AnyRequest, project_id: str, member_id: str, hard: str | None = None, soft: str | None = None
) -> dict[str, Any]:
    """End a membership (admin): it is disabled, with `soft=true` put into the trash, with `hard=true` deleted."""
    how = Ending.TRASHED if flag(soft) else Ending.DELETED if flag(hard) else Ending.DISABLED
    return render.member(
        projects.remove_member(auth.database(request), auth.team(request, project_id), member_id, how)
    )


route_handlers: list[Any] = [
    *(team, me, of_user, make_guest, update_me, invite, get_one, update, restore, remove),
    *(invitations, invitation, change_invitation, withdraw),
]
