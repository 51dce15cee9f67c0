"""Custom properties and the library of tags."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import JSONBody

from rolodesk.usecases import projects
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, given, whole


class PropertyBody(msgspec.Struct):
    """A custom field."""

    label: str | msgspec.UnsetType | None = msgspec.UNSET
    name: str | msgspec.UnsetType | None = msgspec.UNSET
    type: str | msgspec.UnsetType | None = msgspec.UNSET
    status: int | msgspec.UnsetType | None = msgspec.UNSET
    identifying: bool | msgspec.UnsetType | None = msgspec.UNSET


class TagBody(msgspec.Struct):
    """A tag of the library."""

    tag: str | None = None
    color: str | None = None


@post("/{project_id:str}/properties", status_code=200, tags=["properties"], sync_to_thread=True)
def create_property(request: AnyRequest, project_id: str, data: JSONBody[PropertyBody]) -> dict[str, Any]:
    """Define a custom field; its name is unique in the project."""
    body = given(data)
    made = projects.create_property(
        auth.database(request),
        auth.team(request, project_id),
        body.get("label"),
        body.get("name"),
        body.get("type") or "text",
        body.get("identifying") is True,
    )
    return render.property_definition(made, project_id)


@get("/{project_id:str}/properties", tags=["properties"], sync_to_thread=True)
def properties(
    request: AnyRequest,
    project_id: str,
    status: str | None = None,
    limit: str | None = None,
    page: str | None = None,
    name: str | None = None,
    direction: str | None = None,
) -> list[dict[str, Any]]:
    """The definitions of custom fields, newest first, or with `direction=1` the oldest."""
    found = projects.properties(
        auth.database(request), auth.team(request, project_id), whole(status, 100, most=10_000)
    )
    named = [definition for definition in _in_order(found, direction) if not name or definition.name == name]
    return [render.property_definition(definition, project_id) for definition in _part(named, limit, page)]


def _in_order(oldest_first: list[Any], direction: str | None) -> list[Any]:
    return oldest_first if direction == "1" else oldest_first[::-1]


def _part(rows: list[Any], limit: str | None, page: str | None) -> list[Any]:
    size = whole(limit, 40, least=1)
    first = whole(page, 0, most=10**9) * size
    return rows[first : first + size]


@get("/{project_id:str}/properties/{property_id:str}", tags=["properties"], sync_to_thread=True)
def get_property(request: AnyRequest, project_id: str, property_id: str) -> dict[str, Any]:
    """One definition."""
    found = projects.get_property(auth.database(request), auth.team(request, project_id), property_id)
    return render.property_definition(found, project_id)


@put(
    "/{project_id:str}/properties/{property_id:str}",
    status_code=200,
    tags=["properties"],
    sync_to_thread=True,
)
def update_property(
    request: AnyRequest, project_id: str, property_id: str, data: JSONBody[PropertyBody]
) -> dict[str, Any]:
    """Change a definition."""
    changed = projects.update_property(
        auth.database(request), auth.team(request, project_id), property_id, given(data)
    )
    return render.property_definition(changed, project_id)


@delete(
    "/{project_id:str}/properties/{property_id:str}",
    status_code=200,
    tags=["properties"],
    sync_to_thread=True,
)
def delete_property(request: AnyRequest, project_id: str, property_id: str) -> dict[str, Any]:
    """Put a definition away; contacts keep their values."""
    found = projects.delete_property(auth.database(request), auth.team(request, project_id), property_id)
    return render.property_definition(found, project_id)


@delete(
    "/{project_id:str}/properties/{property_id:str}/physical",
    status_code=200,
    tags=["properties"],
    sync_to_thread=True,
)
def delete_property_for_good(request: AnyRequest, project_id: str, property_id: str) -> dict[str, int]:
    """Delete a definition for good (owner)."""
    projects.delete_property(
        auth.database(request), auth.team(request, project_id), property_id, for_good=True
    )
    return {"n": 1, "ok": 1, "deletedCount": 1}


@post("/{project_id:str}/tags", status_code=200, tags=["tags"], sync_to_thread=True)
def create_tag(request: AnyRequest, project_id: str, data: JSONBody[TagBody]) -> dict[str, Any]:
    """Add a tag to the library; one that is there answers as it stands."""
    made = projects.create_tag(auth.database(request), auth.team(request, project_id), data.tag, data.color)
    return render.tag(made, project_id)


@get("/{project_id:str}/tags", tags=["tags"], sync_to_thread=True)
def tags(
    request: AnyRequest,
    project_id: str,
    limit: str | None = None,
    page: str | None = None,
    direction: str | None = None,
) -> list[dict[str, Any]]:
    """The library of tags, newest first, or with `direction=1` the oldest."""
    found = _in_order(projects.tags(auth.database(request), auth.team(request, project_id))[::-1], direction)
    return [render.tag(tag, project_id) for tag in _part(found, limit, page)]


@get("/{project_id:str}/tags/{tag_id:str}", tags=["tags"], sync_to_thread=True)
def get_tag(request: AnyRequest, project_id: str, tag_id: str) -> dict[str, Any]:
    """One tag."""
    return render.tag(
        projects.get_tag(auth.database(request), auth.team(request, project_id), tag_id), project_id
    )


@put("/{project_id:str}/tags/{tag_id:str}", status_code=200, tags=["tags"], sync_to_thread=True)
def update_tag(request: AnyRequest, project_id: str, tag_id: str, data: JSONBody[TagBody]) -> dict[str, Any]:
    """Change a tag's word and colour."""
    changed = projects.update_tag(
        auth.database(request), auth.team(request, project_id), tag_id, data.tag, data.color
    )
    return render.tag(changed, project_id)


@delete("/{project_id:str}/tags/{tag_id:str}", status_code=200, tags=["tags"], sync_to_thread=True)
def delete_tag(request: AnyRequest, project_id: str, tag_id: str) -> Response[dict[str, int]]:
    """Take a tag out of the library."""
    projects.delete_tag(auth.database(request), auth.team(request, project_id), tag_id)
    return Response({"n": 1, "ok": 1, "deletedCount": 1})


route_handlers: list[Any] = [
    *(create_property, properties, get_property, update_property, delete_property, delete_property_for_good),
    *(create_tag, tags, get_tag, update_tag, delete_tag),
]
