"""The team: members, their roles, invitations by a link that can be copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post

from rolodesk.domain.access import ROLES, may_grant
from rolodesk.domain.errors import Conflict, Forbidden, Invalid
from rolodesk.usecases import invitations as open_invitations
from rolodesk.usecases import mails, projects
from rolodesk.web import emails
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go, origin_of

BASE = "/p/{project_id:str}/settings/team"


@get(BASE, sync_to_thread=True)
def team_page(desk: Desk) -> Html:
    return _page(desk, 200)


def _page(
    desk: Desk, status: int, typed: dict[str, str] | None = None, wrong: dict[str, str] | None = None,
    link: str | None = None, mailed: str | None = None,
) -> Html:  # fmt: skip
    may_manage = desk.may("members.manage")
    invitations = projects.invitations(desk.db, desk.agent) if may_manage else []
    ids = [one.id for one in invitations]
    return desk.page(
        "settings/team.html",
        status,
        team=projects.team(desk.db, desk.agent),
        invitations=invitations,
        mails=mails.about_invitations(desk.db, desk.agent, ids) if ids else {},
        emails_are_on=emails.office(desk.request) is not None,
        roles=[role for role in ROLES if may_grant(desk.agent, role)],
        may_manage=may_manage,
        may_grant=lambda role: may_grant(desk.agent, role),
        typed=typed or {},
        problems=wrong or {},
        link=link,
        mailed=mailed,
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
    return _issued(desk, issued)


def _issued(desk: Desk, issued: projects.Issued) -> Html:
    """The link, which is sent by email too where that is set up."""
    is_mailed = emails.send_invitation(desk.request, desk.agent, issued)
    link = f"{origin_of(desk.request)}/invite/{issued.token}"
    return _page(desk, 200, link=link, mailed=issued.invitation.email if is_mailed else None)


@post(BASE + "/invitations/{invitation_id:str}/again", sync_to_thread=True)
def invite_again(desk: Desk, invitation_id: str) -> Html:
    """Another link for the same invitation; the former one is void."""
    return _issued(desk, open_invitations.renew(desk.db, desk.agent, invitation_id))


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


routes = [team_page, invite, invite_again, revoke, change_role, change_available, remove]
