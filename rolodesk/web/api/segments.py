"""Segments of contacts."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody

from rolodesk.domain.segment import Segment
from rolodesk.usecases import segments
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, whole


class SegmentBody(msgspec.Struct):
    """A segment: `match` is `all` or `any`, `filters` a list of `{field, operator, value}`."""

    name: str | None = None
    match: str | None = None
    filters: list[Any] | None = None


@post("/{project_id:str}/segments", status_code=200, tags=["segments"], sync_to_thread=True)
def create(request: AnyRequest, project_id: str, data: JSONBody[SegmentBody]) -> dict[str, Any]:
    """Keep a set of contacts under a name."""
    actor = auth.team(request, project_id)
    made = segments.create(auth.database(request), actor, data.name, data.match, data.filters)
    return shown(made, project_id)


@get("/{project_id:str}/segments", tags=["segments"], sync_to_thread=True)
def listing(
    request: AnyRequest, project_id: str, limit: str | None = None, page: str | None = None
) -> dict[str, Any]:
    """The segments that are not deleted, newest first."""
    found = segments.listing(auth.database(request), auth.team(request, project_id))
    size = whole(limit, 40, least=1)
    first = whole(page, 0, most=10**9) * size
    part = [shown(segment, project_id) for segment in found[first : first + size]]
    return {"perPage": size, "count": len(found), "segments": part}


@get("/{project_id:str}/segments/{segment_id:str}", tags=["segments"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str, segment_id: str) -> dict[str, Any]:
    """One segment; `status` 0 is a deleted one."""
    return shown(segments.get(auth.database(request), auth.team(request, project_id), segment_id), project_id)


@put("/{project_id:str}/segments/{segment_id:str}", status_code=200, tags=["segments"], sync_to_thread=True)
def update(
    request: AnyRequest, project_id: str, segment_id: str, data: JSONBody[SegmentBody]
) -> dict[str, Any]:
    """Change what is given; `filters` are replaced as a whole."""
    changes = msgspec.structs.asdict(data)
    changed = segments.update(auth.database(request), auth.team(request, project_id), segment_id, changes)
    return shown(changed, project_id)


@delete(
    "/{project_id:str}/segments/{segment_id:str}", status_code=200, tags=["segments"], sync_to_thread=True
)
def remove(request: AnyRequest, project_id: str, segment_id: str) -> dict[str, Any]:
    """Delete a segment; who still asks for it finds what it found."""
    found = segments.delete(auth.database(request), auth.team(request, project_id), segment_id)
    return shown(found, project_id)


def shown(found: Segment, project_id: str) -> dict[str, Any]:
    """A segment as JSON."""
    return {
        "match": found.match,
        "status": found.status,
        "_id": found.id,
        "name": found.name,
        "filters": msgspec.to_builtins(found.filters),
        "id_project": project_id,
        "createdBy": found.created_by,
        "createdAt": render.iso(found.created_at),
        "updatedAt": render.iso(found.updated_at),
        "__v": 0,
    }


route_handlers: list[Any] = [create, listing, get_one, update, remove]
