"""The team: members, their roles, invitations by a link that can be copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post

from rolodesk.domain.access import ROLES, may_grant
from rolodesk.domain.errors import Conflict, Forbidden, Invalid
from rolodesk.usecases import projects
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go, origin_of

BASE = "/p/{project_id:str}/settings/team"


@get(BASE, sync_to_thread=True)
def team_page(desk: Desk) -> Html:
    return _page(desk, 200)


def _page(
    desk: Desk, status: int, typed: dict[str, str] | None = None, wrong: dict[str, str] | None = None,
    link: str | None = None,
) -> Html:  # fmt: skip
    may_manage = desk.may("members.manage")
    return desk.page(
        "settings/team.html",
        status,
        team=projects.team(desk.db, desk.agent),
        invitations=projects.invitations(desk.db, desk.agent) if may_manage else [],
        roles=[role for role in ROLES if may_grant(desk.agent, role)],
        may_manage=may_manage,
        may_grant=lambda role: may_grant(desk.agent, role),
        typed=typed or {},
        problems=wrong or {},
        link=link,
    )


@post(f"{BASE}/invite", sync_to_thread=True)
def invite(desk: Desk, form: Form) -> Html:
    """An invitation; its link is shown on this answer alone."""
    try:
        issued = projects.invite(desk.db, desk.agent, form.get("email"), form.get("role"))
    except Invalid as error:
        return _page(desk, 422, form.texts(), problems(error, desk.words))
    except Conflict as error:
        return _page(desk, 409, form.texts(), {"email": sentence(desk.words.gettext(error.message))})
    return _page(desk, 200, link=f"{origin_of(desk.request)}/invite/{issued.token}")


@post(BASE + "/invitations/{invitation_id:str}/revoke", sync_to_thread=True)
def revoke(desk: Desk, invitation_id: str) -> Response[Any]:
    projects.revoke_invitation(desk.db, desk.agent, invitation_id)
    return go(f"{desk.root}/settings/team", desk.words.gettext("The invitation is withdrawn."))


@post(BASE + "/{member_id:str}/role", sync_to_thread=True)
def change_role(desk: Desk, member_id: str, form: Form) -> Response[Any]:
    return _done(
        desk,
        lambda: projects.change_member(desk.db, desk.agent, member_id, role=form.get("role")),
        desk.words.gettext("Role changed."),
    )


@post(BASE + "/{member_id:str}/available", sync_to_thread=True)
def change_available(desk: Desk, member_id: str, form: Form) -> Response[Any]:
    available = form.get("available") == "yes"
    return _done(
        desk,
        lambda: projects.change_member(desk.db, desk.agent, member_id, available=available),
        desk.words.gettext("Saved."),
    )


@post(BASE + "/{member_id:str}/remove", sync_to_thread=True)
def remove(desk: Desk, member_id: str) -> Response[Any]:
    mine = member_id == desk.agent.member_id
    return _done(
        desk,
        lambda: projects.remove_member(desk.db, desk.agent, member_id),
        desk.words.gettext("Removed from the team."),
        "/projects" if mine else None,
    )


def _done(desk: Desk, do: Callable[[], object], said: str, to: str | None = None) -> Response[Any]:
    try:
        do()
    except (Invalid, Conflict, Forbidden) as error:
        return _page(desk, 422, wrong={"team": sentence(desk.words.gettext(error.message))})
    return go(to or f"{desk.root}/settings/team", said)


routes = [team_page, invite, revoke, change_role, change_available, remove]
