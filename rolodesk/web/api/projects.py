"""Projects and their settings."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import JSONBody

from rolodesk.usecases import projects, removal
from rolodesk.web import auth, render
from rolodesk.web.api import bans
from rolodesk.web.api.reading import AnyRequest, flag, given
from rolodesk.web.gate import gate_of

HOURS = ("activeOperatingHours", "operatingHours")
ADDRESSES = ("ipFilterEnabled", "ipFilter", "ipFilterDenyEnabled", "ipFilterDeny")


class NewProject(msgspec.Struct):
    """A new project."""

    name: str | None = None


class ProjectChanges(msgspec.Struct):
    """What may be changed of a project; keys of settings, widget and attributes are merged, null takes one away."""

    name: str | msgspec.UnsetType | None = msgspec.UNSET
    settings: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    widget: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    attributes: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    activeOperatingHours: bool | msgspec.UnsetType | None = msgspec.UNSET  # noqa: N815 - the API's name
    operatingHours: str | dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET  # noqa: N815 - the API's name
    ipFilterEnabled: bool | msgspec.UnsetType | None = msgspec.UNSET  # noqa: N815 - the API's name
    ipFilter: list[str] | msgspec.UnsetType | None = msgspec.UNSET  # noqa: N815 - the API's name
    ipFilterDenyEnabled: bool | msgspec.UnsetType | None = msgspec.UNSET  # noqa: N815 - the API's name
    ipFilterDeny: list[str] | msgspec.UnsetType | None = msgspec.UNSET  # noqa: N815 - the API's name


@post("/projects", status_code=200, tags=["projects"], sync_to_thread=True)
def create(request: AnyRequest, data: JSONBody[NewProject]) -> dict[str, Any]:
    """A project owned by the caller."""
    return render.project(projects.create(auth.database(request), auth.api_person(request), data.name))


@get("/projects", tags=["projects"], sync_to_thread=True)
def mine(request: AnyRequest) -> list[dict[str, Any]]:
    """The caller's memberships with their projects, last changed first."""
    found = projects.of_person(auth.database(request), auth.api_person(request))
    return [render.member(member, render.project(project)) for project, member in found]


@get("/projects/{project_id:str}", tags=["projects"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """One project."""
    return bans.project(auth.database(request), auth.team(request, project_id))


@put("/projects/{project_id:str}", status_code=200, tags=["projects"], sync_to_thread=True)
def update(request: AnyRequest, project_id: str, data: JSONBody[ProjectChanges]) -> dict[str, Any]:
    """Change name, settings and the widget."""
    return _update(request, project_id, data)


@patch("/projects/{project_id:str}", status_code=200, tags=["projects"], sync_to_thread=True)
def update_part(request: AnyRequest, project_id: str, data: JSONBody[ProjectChanges]) -> dict[str, Any]:
    """Change name, settings and the widget."""
    return _update(request, project_id, data)


def _update(request: AnyRequest, project_id: str, data: JSONBody[ProjectChanges]) -> dict[str, Any]:
    changes = {name: value for name, value in given(data).items() if value is not None}
    hours, addresses = (
        {name: changes.pop(name) for name in names if name in changes} for names in (HOURS, ADDRESSES)
    )
    return _changed(request, project_id, hours=hours, addresses=addresses, **changes)


def _changed(request: AnyRequest, project_id: str, **changes: Any) -> dict[str, Any]:
    db, actor = auth.database(request), auth.team(request, project_id)
    projects.update(db, actor, **changes)
    gate_of(request).forget(project_id)
    return bans.project(db, actor)


@patch("/projects/{project_id:str}/attributes", status_code=200, tags=["projects"], sync_to_thread=True)
def merge_attributes(request: AnyRequest, project_id: str, data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
    """Merge keys into the project's attributes (admin); null takes one away."""
    return _changed(request, project_id, attributes=data)


@delete("/projects/{project_id:str}", status_code=200, tags=["projects"], sync_to_thread=True)
def remove(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """Hide a project with everything in it (owner)."""
    return render.project(projects.delete(auth.database(request), auth.team(request, project_id)))


@delete("/projects/{project_id:str}/physical", status_code=200, tags=["projects"], sync_to_thread=True)
def remove_for_good(request: AnyRequest, project_id: str) -> dict[str, int]:
    """Delete a project and everything in it for good (owner)."""
    removal.remove(auth.database(request), auth.team(request, project_id))
    return {"n": 1, "ok": 1, "deletedCount": 1}


@get("/projects/{project_id:str}/isopen", tags=["projects"], sync_to_thread=True)
def is_open(request: AnyRequest, project_id: str) -> dict[str, bool]:
    """Whether the project is within its hours; for anybody."""
    return {"isopen": projects.boot(auth.database(request), project_id).is_open}


@get("/projects/{project_id:str}/users/availables", tags=["projects"], sync_to_thread=True)
def available(
    request: AnyRequest, project_id: str, raw: str | None = None, department: str | None = None
) -> list[dict[str, Any]]:
    """The members of the team who are available, with `department` those who get its conversations, nobody outside the
    project's hours unless `raw`; for anybody, so without their addresses."""
    found = projects.boot(auth.database(request), project_id, department or None)
    return [
        {
            "id": member.user_id,
            "pu_id": member.id,
            "fullname": member.name,
            "assigned_request": member.serving,
        }
        for member in (found.available if found.is_open or flag(raw) else ())
    ]


@post("/{project_id:str}/keys/generate", status_code=200, tags=["projects"], sync_to_thread=True)
def generate_keys(request: AnyRequest, project_id: str) -> dict[str, str]:
    """A new secret for signing visitors' tokens, shown this once (admin); the one before holds for 24 hours more."""
    return {"jwtSecret": projects.rotate_secret(auth.database(request), auth.team(request, project_id))}


route_handlers: list[Any] = [
    create,
    mine,
    get_one,
    update,
    update_part,
    remove,
    remove_for_good,
    merge_attributes,
    is_open,
    available,
    generate_keys,
]
