"""Conversations, which the API calls requests, and their messages."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.concurrency import sync_to_thread
from litestar.di import Provide
from litestar.params import JSONBody

from rolodesk.domain.access import Agent
from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import conversations
from rolodesk.web import auth, render
from rolodesk.web.api import request_filters
from rolodesk.web.api.message_bodies import NewRequest
from rolodesk.web.api.reading import AnyRequest, given
from rolodesk.web.api.request_filters import Listing


class RequestChanges(msgspec.Struct):
    """What may be changed of a conversation."""

    lead: str | None = None
    status: int | None = None
    tags: list[Any] | None = None
    rating: int | None = None
    rating_message: str | None = None
    sourcePage: str | None = None  # noqa: N815 - the API's name
    language: str | None = None
    first_text: str | None = None
    subject: str | None = None
    location: dict[str, Any] | None = None
    priority: str | None = None
    smartAssignment: bool | None = None  # noqa: N815 - the API's name
    workingStatus: str | None = None  # noqa: N815 - the API's name
    channelName: str | None = None  # noqa: N815 - the API's name
    draft: bool | None = None


class RatingBody(msgspec.Struct):
    """A rating of 1 to 5, with a word."""

    rating: int | None = None
    rating_message: str | None = None


class TextBody(msgspec.Struct):
    """A note."""

    text: str | None = None


class SeenBody(msgspec.Struct):
    """The last message that has been seen."""

    message: str = ""


# A visitor's, and everybody's own.


@get(
    "/{project_id:str}/requests/me",
    tags=["requests"],
    sync_to_thread=True,
    dependencies={**request_filters.SHARED, "wanted": Provide(request_filters.own, sync_to_thread=False)},
)
def own(request: AnyRequest, project_id: str, wanted: Wanted, listing: Listing) -> dict[str, Any]:
    """The caller's own conversations; `status=all` with closed ones."""
    actor = auth.caller(request, project_id)
    found, count = conversations.own(auth.database(request), actor, wanted, *listing.asked())
    shown = [render.for_whom(view, actor, project_id) for view in found]
    return _listed(listing, shown if listing.populated else [render.with_ids(one) for one in shown], count)


def _listed(listing: Listing, shown: list[dict[str, Any]], count: int) -> dict[str, Any]:
    return {"perPage": listing.size, "count": count, "requests": shown}


@patch(
    "/{project_id:str}/requests/{request_id:str}/rating",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def rate(request: AnyRequest, project_id: str, request_id: str, data: JSONBody[RatingBody]) -> dict[str, Any]:
    """Rate one's own conversation."""
    actor = auth.caller(request, project_id)
    view = conversations.rate(auth.database(request), actor, request_id, data.rating, data.rating_message)
    return render.for_whom(view, actor, project_id)


@put(
    "/{project_id:str}/requests/{request_id:str}/closeg",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def close_own(request: AnyRequest, project_id: str, request_id: str) -> dict[str, Any]:
    """Close one's own conversation, as its visitor."""
    actor = auth.visitor(request, project_id)
    return render.for_whom(conversations.close(auth.database(request), actor, request_id), actor, project_id)


@put("/{project_id:str}/requests/{request_id:str}/seen", status_code=200, tags=["requests"])
async def seen(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[SeenBody]
) -> dict[str, bool]:
    """Everything up to that message has been seen."""
    hub = request.app.state.hub
    actor = await sync_to_thread(auth.caller, request, project_id)
    message = await sync_to_thread(
        conversations.seen, auth.database(request), actor, request_id, data.message
    )
    reader = "agent" if isinstance(actor, Agent) else "visitor"
    told = {"reader": reader, "sender": actor.id, "message": message.id}
    await hub.pass_on(actor.project_id, f"/{project_id}/requests/{request_id}", "SEEN", told)
    return {"success": True}


# The team's.


@post(
    ["/{project_id:str}/requests", "/{project_id:str}/requests/simple"],
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def create(request: AnyRequest, project_id: str, data: JSONBody[NewRequest]) -> dict[str, Any]:
    """Begin a conversation without a message, for oneself or for the contact whose lead_id is `sender`."""
    actor = auth.team(request, project_id)
    if not (data.first_text or "").strip():
        raise Invalid(Problem("first_text field is required", "first_text"))
    view = conversations.open_for(
        auth.database(request), actor, data.request_id, data.draft(actor), data.sender
    )
    return render.request_unpopulated(view, project_id)


@get(
    "/{project_id:str}/requests",
    tags=["requests"],
    sync_to_thread=True,
    dependencies={**request_filters.SHARED, "wanted": Provide(request_filters.team, sync_to_thread=False)},
)
def listing(request: AnyRequest, project_id: str, wanted: Wanted, listing: Listing) -> dict[str, Any]:
    """The team's conversations; open ones unless `status` says otherwise (`all`, or numbers with commas). `lead` is
    the `_id` of a contact; that, `snap_lead_lead_id`, `snap_lead_email` and `requester_email` may be those of any
    contact merged into it, and mean all of its conversations."""
    actor = auth.team(request, project_id)
    found, count = conversations.find(auth.database(request), actor, wanted, *listing.asked())
    show = render.request if listing.populated else render.request_unpopulated
    return _listed(listing, [show(view, project_id) for view in found], count)


@get("/{project_id:str}/requests/count", tags=["requests"], sync_to_thread=True)
def counts(request: AnyRequest, project_id: str, merge_assigned: str | None = None) -> dict[str, int]:
    """How many open conversations wait and how many are assigned, to people and to bots, of which there are none."""
    found = conversations.counts(auth.database(request), auth.team(request, project_id))
    return found if merge_assigned else {**found, "bot_assigned": 0}


@get("/{project_id:str}/requests/{request_id:str}", tags=["requests"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str, request_id: str) -> dict[str, Any]:
    """One conversation."""
    view = conversations.get(auth.database(request), auth.team(request, project_id), request_id)
    return render.request(view, project_id)


@patch("/{project_id:str}/requests/{request_id:str}", status_code=200, tags=["requests"], sync_to_thread=True)
def update(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[RequestChanges]
) -> dict[str, Any]:
    """Change what is given. `lead` may only name the contact that the conversation has (else 409)."""
    changes = {name: value for name, value in given(data).items() if value is not None}
    view = conversations.update(auth.database(request), auth.team(request, project_id), request_id, changes)
    return render.request(view, project_id)


@patch(
    "/{project_id:str}/requests/{request_id:str}/attributes",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def merge_attributes(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[dict[str, Any]]
) -> dict[str, Any]:
    """Merge keys into the conversation's attributes, shallowly."""
    view = conversations.merge_attributes(
        auth.database(request), auth.team(request, project_id), request_id, data
    )
    return render.request(view, project_id)


@put(
    "/{project_id:str}/requests/{request_id:str}/close",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def close(request: AnyRequest, project_id: str, request_id: str) -> dict[str, Any]:
    """Close it; a closed one answers as it stands."""
    view = conversations.close(auth.database(request), auth.team(request, project_id), request_id)
    return render.request(view, project_id)


@put(
    "/{project_id:str}/requests/{request_id:str}/reopen",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def reopen(request: AnyRequest, project_id: str, request_id: str) -> dict[str, Any]:
    """Open it again."""
    view = conversations.reopen(auth.database(request), auth.team(request, project_id), request_id)
    return render.request(view, project_id)


@post(
    "/{project_id:str}/requests/{request_id:str}/notes",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def add_note(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[TextBody]
) -> Response[dict[str, Any]]:
    """Write an internal note; 400 if it is blank."""
    actor = auth.team(request, project_id)
    if not (data.text or "").strip():
        return Response({"success": False, "msg": "text field is required"}, status_code=400)
    view = conversations.add_note(auth.database(request), actor, request_id, data.text)
    return Response(render.request(view, project_id))


@delete(
    "/{project_id:str}/requests/{request_id:str}/notes/{note_id:str}",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def delete_note(request: AnyRequest, project_id: str, request_id: str, note_id: str) -> dict[str, Any]:
    """Take a note away."""
    view = conversations.delete_note(
        auth.database(request), auth.team(request, project_id), request_id, note_id
    )
    return render.request(view, project_id)


@put(
    "/{project_id:str}/requests/{request_id:str}/tag", status_code=200, tags=["requests"], sync_to_thread=True
)
def add_tags(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[list[Any]]
) -> Response[dict[str, Any]]:
    """Add tags, each `{tag, color}`."""
    actor = auth.team(request, project_id)
    if not data:
        return Response({"success": False, "message": "No tag specified"}, status_code=400)
    try:
        view = conversations.add_tags(auth.database(request), actor, request_id, data)
    except NotFound:
        return _no_request(request_id)
    return Response(render.request(view, project_id))


@delete(
    "/{project_id:str}/requests/{request_id:str}/tag/{tag_id:str}",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def remove_tag(
    request: AnyRequest, project_id: str, request_id: str, tag_id: str
) -> Response[dict[str, Any]]:
    """Remove a tag by its `_id`."""
    actor = auth.team(request, project_id)
    try:
        view = conversations.remove_tag(auth.database(request), actor, request_id, tag_id)
    except NotFound:
        return _no_request(request_id)
    return Response(render.request(view, project_id))


def _no_request(request_id: str) -> Response[dict[str, Any]]:
    error = f"Request not found with request id {request_id}"
    return Response({"success": False, "error": error}, status_code=404)


@delete(
    "/{project_id:str}/requests/{request_id:str}", status_code=200, tags=["requests"], sync_to_thread=True
)
def remove(request: AnyRequest, project_id: str, request_id: str) -> dict[str, Any]:
    """Delete a conversation with its messages for good (owner)."""
    view = conversations.delete(auth.database(request), auth.team(request, project_id), request_id)
    return render.request_unpopulated(view, project_id)


@delete(
    "/{project_id:str}/requests/id/{conversation_id:str}",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def remove_by_id(request: AnyRequest, project_id: str, conversation_id: str) -> dict[str, Any]:
    """Delete a conversation, by its `_id`, with its messages for good (owner)."""
    db, actor = auth.database(request), auth.team(request, project_id)
    view = conversations.delete(db, actor, conversations.request_id_of(db, actor, conversation_id))
    return render.request_unpopulated(view, project_id)


route_handlers: list[Any] = [
    *(own, rate, close_own, seen),
    *(
        create,
        listing,
        counts,
        get_one,
        update,
        merge_attributes,
        close,
        reopen,
    ),
    *(add_note, delete_note, add_tags, remove_tag, remove, remove_by_id),
]
