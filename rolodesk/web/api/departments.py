"""Departments and the team's groups that they hand conversations to."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import JSONBody

from rolodesk.domain.access import Agent, Permission, allows
from rolodesk.storage.agent_groups import AgentGroup
from rolodesk.storage.departments import Department
from rolodesk.usecases import agent_groups, departments
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, flag, given


class DepartmentBody(msgspec.Struct):
    """A department. What concerns bots is taken and left aside."""

    name: str | msgspec.UnsetType | None = msgspec.UNSET
    routing: str | msgspec.UnsetType | None = msgspec.UNSET
    default: bool | msgspec.UnsetType | None = msgspec.UNSET
    description: str | msgspec.UnsetType | None = msgspec.UNSET
    status: int | msgspec.UnsetType | None = msgspec.UNSET
    tags: list[Any] | msgspec.UnsetType | None = msgspec.UNSET
    groups: list[dict[str, Any]] | msgspec.UnsetType | None = msgspec.UNSET
    id_group: str | msgspec.UnsetType | None = msgspec.UNSET


class GroupBody(msgspec.Struct):
    """A group; `members` are ids of accounts."""

    name: str | msgspec.UnsetType | None = msgspec.UNSET
    members: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    attributes: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    enabled: bool | msgspec.UnsetType | None = msgspec.UNSET
    trashed: bool | msgspec.UnsetType | None = msgspec.UNSET


@get("/{project_id:str}/departments", tags=["departments"], sync_to_thread=True)
def shown(request: AnyRequest, project_id: str, sort: str | None = None) -> list[dict[str, Any]]:
    """The departments that visitors see, the default one first, or with `sort` by name; for anybody."""
    return _listed(departments.shown(auth.database(request), project_id), project_id, sort)


@get("/{project_id:str}/departments/allstatus", tags=["departments"], sync_to_thread=True)
def all_status(request: AnyRequest, project_id: str, sort: str | None = None) -> list[dict[str, Any]]:
    """The same with those that are hidden from visitors (agent)."""
    found = departments.of_project(auth.database(request), auth.team(request, project_id))
    return _listed(found, project_id, sort)


def _listed(found: list[Department], project_id: str, sort: str | None) -> list[dict[str, Any]]:
    ordered = sorted(found, key=lambda one: one.name.casefold()) if sort else found
    return [render.department(one, project_id) for one in ordered]


@get("/{project_id:str}/departments/{department_id:str}", tags=["departments"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str, department_id: str) -> dict[str, Any]:
    """One department, with `default` the default one; for anybody, a hidden one for agents."""
    db = auth.database(request)
    actor = auth.caller(request, project_id) if request.headers.get("authorization") else None
    if isinstance(actor, Agent) and allows(actor, Permission.VIEW_CONVERSATIONS):
        found = departments.get(db, actor, department_id)
    else:
        found = departments.one_shown(db, project_id, department_id)
    return render.department(found, project_id)


@post("/{project_id:str}/departments", status_code=200, tags=["departments"], sync_to_thread=True)
def create(request: AnyRequest, project_id: str, data: JSONBody[DepartmentBody]) -> dict[str, Any]:
    """A new department (admin)."""
    made = departments.create(auth.database(request), auth.team(request, project_id), given(data))
    return render.department(made, project_id)


@put(
    "/{project_id:str}/departments/{department_id:str}",
    status_code=200,
    tags=["departments"],
    sync_to_thread=True,
)
def update(
    request: AnyRequest, project_id: str, department_id: str, data: JSONBody[DepartmentBody]
) -> dict[str, Any]:
    """Change what is given (admin)."""
    return _update(request, project_id, department_id, data)


@patch(
    "/{project_id:str}/departments/{department_id:str}",
    status_code=200,
    tags=["departments"],
    sync_to_thread=True,
)
def update_part(
    request: AnyRequest, project_id: str, department_id: str, data: JSONBody[DepartmentBody]
) -> dict[str, Any]:
    """Change what is given (admin)."""
    return _update(request, project_id, department_id, data)


def _update(
    request: AnyRequest, project_id: str, department_id: str, data: JSONBody[DepartmentBody]
) -> dict[str, Any]:
    changed = departments.update(
        auth.database(request), auth.team(request, project_id), department_id, given(data)
    )
    return render.department(changed, project_id)


@delete(
    "/{project_id:str}/departments/{department_id:str}",
    status_code=200,
    tags=["departments"],
    sync_to_thread=True,
)
def remove(request: AnyRequest, project_id: str, department_id: str) -> dict[str, Any]:
    """Take a department away (admin); 409 for the default one."""
    found = departments.delete(auth.database(request), auth.team(request, project_id), department_id)
    return render.department(found, project_id)


# Groups.


@get("/{project_id:str}/groups", tags=["groups"], sync_to_thread=True)
def groups(request: AnyRequest, project_id: str, member: str | None = None) -> list[dict[str, Any]]:
    """The groups that are not in the trash; with `member` those that this account is in."""
    found = agent_groups.of_project(auth.database(request), auth.team(request, project_id), member)
    return [render.group(group, project_id) for group in found]


@get("/{project_id:str}/groups/{group_id:str}", tags=["groups"], sync_to_thread=True)
def group(request: AnyRequest, project_id: str, group_id: str) -> dict[str, Any]:
    """One group."""
    found = agent_groups.get(auth.database(request), auth.team(request, project_id), group_id)
    return render.group(found, project_id)


@post("/{project_id:str}/groups", status_code=200, tags=["groups"], sync_to_thread=True)
def create_group(request: AnyRequest, project_id: str, data: JSONBody[GroupBody]) -> dict[str, Any]:
    """A new group (admin)."""
    made = agent_groups.create(auth.database(request), auth.team(request, project_id), given(data))
    return render.group(made, project_id)


@put("/{project_id:str}/groups/{group_id:str}", status_code=200, tags=["groups"], sync_to_thread=True)
def update_group(
    request: AnyRequest, project_id: str, group_id: str, data: JSONBody[GroupBody]
) -> dict[str, Any]:
    """Change what is given (admin)."""
    return _changed(request, project_id, group_id, given(data))


@put("/{project_id:str}/groups/enable/{group_id:str}", status_code=200, tags=["groups"], sync_to_thread=True)
def enable_group(request: AnyRequest, project_id: str, group_id: str) -> dict[str, Any]:
    """Departments may hand it conversations again (admin)."""
    return _changed(request, project_id, group_id, {"enabled": True})


@put("/{project_id:str}/groups/disable/{group_id:str}", status_code=200, tags=["groups"], sync_to_thread=True)
def disable_group(request: AnyRequest, project_id: str, group_id: str) -> dict[str, Any]:
    """No conversations for it (admin); 403 while a department hands it some."""
    return _changed(request, project_id, group_id, {"enabled": False})


def _changed(request: AnyRequest, project_id: str, group_id: str, fields: dict[str, Any]) -> dict[str, Any]:
    changed = agent_groups.update(auth.database(request), auth.team(request, project_id), group_id, fields)
    return render.group(changed, project_id)


@delete("/{project_id:str}/groups/{group_id:str}", status_code=200, tags=["groups"], sync_to_thread=True)
def trash_group(
    request: AnyRequest, project_id: str, group_id: str, force: str | None = None
) -> dict[str, Any]:
    """Put a group into the trash, with `force=true` delete it for good (admin); 403 while a department hands it
    conversations."""
    if flag(force):
        return render.group(_deleted(request, project_id, group_id, True), project_id)
    _deleted(request, project_id, group_id, False)
    return {"success": True, "message": "Group successfully deleted"}


@delete(
    "/{project_id:str}/groups/{group_id:str}/physical", status_code=200, tags=["groups"], sync_to_thread=True
)
def delete_group(request: AnyRequest, project_id: str, group_id: str) -> dict[str, Any]:
    """Delete a group for good (admin)."""
    return render.group(_deleted(request, project_id, group_id, True), project_id)


def _deleted(request: AnyRequest, project_id: str, group_id: str, for_good: bool) -> AgentGroup:
    return agent_groups.delete(auth.database(request), auth.team(request, project_id), group_id, for_good)


route_handlers: list[Any] = [
    *(shown, all_status, get_one, create, update, update_part, remove),
    *(groups, group, create_group, update_group, enable_group, disable_group, trash_group, delete_group),
]
