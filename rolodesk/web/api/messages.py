"""The messages of conversations."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import JSONBody

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.usecases import conversations, messages
from rolodesk.usecases.messages import Post
from rolodesk.web import auth, render
from rolodesk.web.api.message_bodies import DirectBody, MessageBody
from rolodesk.web.api.reading import AnyRequest, whole

BASE = "/{project_id:str}/requests/{request_id:str}/messages"
DEFAULT_PAGE, MAX_PAGE = 10, 50
Answer = Response[dict[str, Any]]


@post(BASE, status_code=200, tags=["messages"], sync_to_thread=True)
def post_one(request: AnyRequest, project_id: str, request_id: str, data: JSONBody[MessageBody]) -> Answer:
    """Post a message; an unknown `request_id` begins a conversation. The same `client_id` twice is stored once. One
    with `preflight` begins a preliminary conversation, which the team is shown with the first message without."""
    actor = auth.caller(request, project_id)
    _take(request, actor, 1)
    if data.is_blank:
        return Response({"success": False, "errors": ["text field is required"]}, status_code=422)
    sender = data.sender if isinstance(actor, Agent) else None
    posted = conversations.post(auth.database(request), actor, request_id, data.draft(actor), sender)
    body = render.message(posted.message, posted.view.conversation, project_id, created_by=actor.id)
    body["request"] = render.for_whom(posted.view, actor, project_id)
    if posted.warnings:
        body["warnings"] = list(posted.warnings)
    if posted.replayed:
        body["replayed"] = True
    return Response(body)


def _take(request: AnyRequest, actor: Agent | Visitor, count: int) -> None:
    """Count a visitor's messages against its rate. Raises TooMany."""
    if isinstance(actor, Visitor):
        for _ in range(count):
            auth.limits(request).messages.take(f"{actor.project_id} {actor.key}")


@post(f"{BASE}/multi", status_code=200, tags=["messages"], sync_to_thread=True)
def post_many(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[list[MessageBody]]
) -> list[dict[str, Any]]:
    """Post up to 100 messages into a conversation that is there, all of them or none."""
    actor = auth.caller(request, project_id)
    if len(data) > messages.MANY:
        raise Invalid(Problem(f"must be a list of 1 to {messages.MANY} messages", ""))
    _take(request, actor, len(data))
    posts = [Post(body.draft(actor), body.sender if isinstance(actor, Agent) else None) for body in data]
    conversation, stored = messages.post_many(auth.database(request), actor, request_id, posts)
    return [render.message(message, conversation, project_id, created_by=actor.id) for message in stored]


@get(BASE, tags=["messages"], sync_to_thread=True)
def listing(
    request: AnyRequest, project_id: str, request_id: str, after: str | None = None, limit: str | None = None
) -> list[dict[str, Any]]:
    """The messages, oldest first; all of them without `limit`. `after` is the `_id` of the last one known."""
    db, actor = auth.database(request), auth.caller(request, project_id)
    conversation = conversations.get(db, actor, request_id).conversation
    size = whole(limit, 0, least=1, most=10_000) or None
    found = conversations.messages(db, actor, request_id, after, size)
    return [render.message(message, conversation, project_id) for message in found]


@get(f"{BASE}/{{message_id:str}}", tags=["messages"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str, request_id: str, message_id: str) -> dict[str, Any]:
    """One message."""
    db, actor = auth.database(request), auth.caller(request, project_id)
    conversation = conversations.get(db, actor, request_id).conversation
    return render.message(conversations.message(db, actor, request_id, message_id), conversation, project_id)


@post("/{project_id:str}/messages", status_code=200, tags=["messages"], sync_to_thread=True)
def post_direct(request: AnyRequest, project_id: str, data: JSONBody[DirectBody]) -> dict[str, Any]:
    """Write to a person, known by its lead_id or visitor id: into its newest open conversation, or a new one."""
    actor = auth.team(request, project_id)
    if not data.recipient:
        raise Invalid(Problem("recipient field is required", "recipient"))
    posted = messages.write_to(auth.database(request), actor, data.recipient, data.draft(actor))
    body = render.message(posted.message, posted.view.conversation, project_id, created_by=actor.id)
    return body | {"request": render.request(posted.view, project_id)}


@get("/{project_id:str}/messages", tags=["messages"], sync_to_thread=True)
def of_project(
    request: AnyRequest, project_id: str, limit: str | None = None, page: str | None = None
) -> list[dict[str, Any]]:
    """The messages of the whole project, newest first (owner). `limit` is 10, and so it is for more than 50."""
    actor = auth.team(request, project_id)
    size = whole(limit, DEFAULT_PAGE, least=1, most=10**9)
    size = size if size <= MAX_PAGE else DEFAULT_PAGE
    found = messages.newest(auth.database(request), actor, size, whole(page, 0, most=10**9) * size)
    return [render.message(message, conversation, project_id) for conversation, message in found]


route_handlers: list[Any] = [post_one, post_many, listing, get_one, post_direct, of_project]
