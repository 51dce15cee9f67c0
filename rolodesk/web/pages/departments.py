"""Departments, the team's groups they hand conversations to, and whether oneself is there for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Conflict, Forbidden, Invalid
from rolodesk.domain.routing import Routing
from rolodesk.usecases import agent_groups, departments, projects
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go
from rolodesk.web.pages.signin import local

DEPARTMENTS = "/p/{project_id:str}/settings/departments"
GROUPS = "/p/{project_id:str}/settings/groups"
Page = Callable[[Desk, int, str, dict[str, Any], dict[str, str]], Html]


@get(DEPARTMENTS, sync_to_thread=True)
def department_list(desk: Desk) -> Html:
    desk.require("project.configure")
    return _departments(desk, 200, "", {}, {})


def _departments(desk: Desk, status: int, place: str, typed: dict[str, Any], wrong: dict[str, str]) -> Html:
    return desk.page(
        "settings/departments.html",
        status,
        departments=departments.of_project(desk.db, desk.agent),
        groups=agent_groups.of_project(desk.db, desk.agent),
        routings=list(Routing),
        place=place,
        typed=typed,
        problems=wrong,
    )


@post(DEPARTMENTS, sync_to_thread=True)
def make_department(desk: Desk, form: Form) -> Response[Any]:
    fields = _department_fields(form)
    said = desk.words.gettext("Department added.")
    return _done(
        desk, lambda: departments.create(desk.db, desk.agent, fields), "new", fields, _departments, said
    )


@post(DEPARTMENTS + "/{department_id:str}", sync_to_thread=True)
def change_department(desk: Desk, department_id: str, form: Form) -> Response[Any]:
    """Change it, make it the default one, or delete it, by the button's `action`."""
    fields = _department_fields(form)

    def do() -> object:
        action = form.get("action")
        if action == "delete":
            return departments.delete(desk.db, desk.agent, department_id)
        if action == "default":
            return departments.update(desk.db, desk.agent, department_id, {"default": True})
        return departments.update(desk.db, desk.agent, department_id, fields)

    return _done(desk, do, department_id, fields, _departments, desk.words.gettext("Saved."))


def _department_fields(form: Form) -> dict[str, Any]:
    """The department as it was typed; the groups share evenly."""
    chosen = form.all("group")
    share = round(100 / len(chosen), 2) if chosen else 100
    fields: dict[str, Any] = {
        "name": form.get("name"),
        "description": form.get("description"),
        "routing": form.get("routing", Routing.ASSIGNED),
        "groups": [{"group_id": group_id, "percentage": share} for group_id in chosen],
        "id_group": None,
    }
    return {**fields, "status": 0 if form.get("hidden") == "yes" else 1} if "visible" in form else fields


@get(GROUPS, sync_to_thread=True)
def group_list(desk: Desk) -> Html:
    desk.require("project.configure")
    return _groups(desk, 200, "", {}, {})


def _groups(desk: Desk, status: int, place: str, typed: dict[str, Any], wrong: dict[str, str]) -> Html:
    return desk.page(
        "settings/groups.html",
        status,
        groups=agent_groups.of_project(desk.db, desk.agent),
        team=projects.team(desk.db, desk.agent),
        place=place,
        typed=typed,
        problems=wrong,
    )


@post(GROUPS, sync_to_thread=True)
def make_group(desk: Desk, form: Form) -> Response[Any]:
    fields: dict[str, Any] = {"name": form.get("name"), "members": form.all("member")}
    said = desk.words.gettext("Group added.")
    return _done(desk, lambda: agent_groups.create(desk.db, desk.agent, fields), "new", fields, _groups, said)


@post(GROUPS + "/{agent_group_id:str}", sync_to_thread=True)
def change_group(desk: Desk, agent_group_id: str, form: Form) -> Response[Any]:
    """Change it, or delete it, by the button's `action`."""
    fields: dict[str, Any] = {
        "name": form.get("name"),
        "members": form.all("member"),
        "enabled": form.get("enabled") == "yes",
    }

    def do() -> object:
        if form.get("action") == "delete":
            return agent_groups.delete(desk.db, desk.agent, agent_group_id)
        return agent_groups.update(desk.db, desk.agent, agent_group_id, fields)

    return _done(desk, do, agent_group_id, fields, _groups, desk.words.gettext("Saved."))


def _done(
    desk: Desk, do: Callable[[], object], place: str, typed: dict[str, Any], page: Page, said: str
) -> Response[Any]:
    """On to the list, or the list with what was typed at its place and why it was not taken."""
    try:
        do()
    except Invalid as error:
        return page(desk, 422, place, typed, problems(error, desk.words))
    except (Conflict, Forbidden) as error:
        if error.code == "forbidden":
            raise
        return page(desk, 409, place, typed, {"name": sentence(desk.words.gettext(error.message))})
    return go(f"{desk.root}/settings/{'departments' if page is _departments else 'groups'}", said)


@post("/p/{project_id:str}/available", sync_to_thread=True)
def change_availability(desk: Desk, form: Form) -> Response[Any]:
    """Whether one is given conversations, from the account's menu on every page."""
    there = form.get("available") == "yes"
    projects.change_member(desk.db, desk.agent, desk.agent.member_id, available=there)
    said = _said(desk, there)
    return go(local(form.get("next", desk.root + "/inbox")), said)


def _said(desk: Desk, there: bool) -> str:
    if there:
        return desk.words.gettext("You are available: new conversations come to you in turn.")
    return desk.words.gettext("You are away: new conversations go to others.")


routes = [
    *(department_list, make_department, change_department),
    *(group_list, make_group, change_group, change_availability),
]
