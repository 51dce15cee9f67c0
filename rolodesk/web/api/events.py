"""Custom events: what a site or the team tells of a visitor, for an hour."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from rolodesk.domain.access import Visitor
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.usecases import emitted
from rolodesk.web import auth
from rolodesk.web.api.reading import AnyRequest, whole
from rolodesk.web.events import emitted_body

PAGE = 40


class EventBody(msgspec.Struct):
    """A custom event."""

    name: Any = None
    attributes: Any = None


@post("/{project_id:str}/events", status_code=200, tags=["events"], sync_to_thread=True)
def emit(request: AnyRequest, project_id: str, data: JSONBody[EventBody]) -> dict[str, Any]:
    """Emit a custom event, for whoever is signed in; a visitor's count like its messages."""
    actor = auth.caller(request, project_id)
    if isinstance(actor, Visitor):
        auth.limits(request).messages.take(f"{project_id} {actor.key}")
    made = emitted.emit(auth.database(request), actor, data.name, data.attributes)
    return emitted_body(made, project_id)


@get("/{project_id:str}/events", tags=["events"], sync_to_thread=True)
def events(
    request: AnyRequest,
    project_id: str,
    project_user: str | None = None,
    name: str | None = None,
    limit: str | None = None,
    page: str | None = None,
    sort: str | None = None,
    direction: str | None = None,
) -> dict[str, Any]:
    """The custom events of the last hour, newest first; of one visitor or member, or of one name."""
    if sort not in (None, "", "createdAt"):
        raise Invalid(Problem("events are sorted by createdAt", "sort", "query"))
    size = whole(limit, PAGE, least=1)
    found, total = emitted.find(
        auth.database(request),
        auth.team(request, project_id),
        project_user or None,
        name or None,
        size,
        whole(page, 0, most=10**9) * size,
        direction != "1",
    )
    listed = [emitted_body(view, project_id) for view in found]
    return {"perPage": size, "count": total, "events": listed}


@get("/{project_id:str}/events/{event_id:str}", tags=["events"], sync_to_thread=True)
def event(request: AnyRequest, project_id: str, event_id: str) -> dict[str, Any]:
    """One custom event of the last hour."""
    found = emitted.get(auth.database(request), auth.team(request, project_id), event_id)
    return emitted_body(found, project_id)


route_handlers: list[Any] = [emit, events, event]
