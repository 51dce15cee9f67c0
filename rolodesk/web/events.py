"""Custom events as JSON: for answers and snapshots, and populated for those who are told of one."""

from __future__ import annotations

from rolodesk.domain.contact import Identity
from rolodesk.usecases.emitted import EmittedView
from rolodesk.web import render
from rolodesk.web.render import Body


def emitted_body(view: EmittedView, project_id: str) -> Body:
    """A custom event; `project_user` is the id of who has emitted it. The status is the reference's word."""
    emitted = view.emitted
    at = render.iso(emitted.at)
    return {
        "status": "stardard",
        "_id": emitted.id,
        "name": emitted.name,
        **({} if emitted.attributes is None else {"attributes": emitted.attributes}),
        "id_project": project_id,
        "project_user": view.member_id,
        "createdBy": emitted.key,
        "createdAt": at,
        "updatedAt": at,
        "__v": 0,
    }


def emitted_populated(view: EmittedView, project_id: str) -> Body:
    """The same as live clients and webhooks are told of it: with the membership in the place of its id."""
    body, key = emitted_body(view, project_id), view.emitted.key
    if isinstance(view.who, Identity):
        body["project_user"] = render.visitor_member(view.who, project_id)
    elif view.who is not None:
        body["project_user"] = render.member_with_user(view.who)
    return body | {"user": {"_id": key, "id": key}, "id": view.emitted.id}
