"""Conversations, which the API calls requests, and their messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.concurrency import sync_to_thread
from litestar.params import JSONBody

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.contact import email_key, is_web_address
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.domain.ids import ContactId, UserId
from rolodesk.storage.conversations import Wanted
from rolodesk.usecases import conversations
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, flag, given, whole

OPEN = (100, 200, 300)


class MessageBody(msgspec.Struct):
    """A message. Of a visitor's, keys that it may not set are dropped."""

    text: str | None = None
    type: str | None = None
    client_id: str | None = None
    attributes: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    language: str | None = None
    sourcePage: str | None = None  # noqa: N815 - the API's name
    userAgent: str | None = None  # noqa: N815 - the API's name
    departmentid: str | None = None
    subject: str | None = None
    senderFullname: str | None = None  # noqa: N815 - the API's name
    email: str | None = None
    sender: str | None = None

    def draft(self) -> Draft:
        """The message as the verb takes it."""
        return Draft(
            *(
                self.text or "",
                self.type or "text",
                self.client_id,
                self.attributes,
                self.metadata,
                self.language,
            ),
            *(self._page(), self.userAgent, self.departmentid, self.subject, self.senderFullname, self.email),
        )

    def _page(self) -> str | None:
        return self.sourcePage if self.sourcePage and is_web_address(self.sourcePage) else None


class NewRequest(msgspec.Struct):
    """A conversation begun without a message."""

    first_text: str | None = None
    request_id: str | None = None
    sender: str | None = None
    senderFullname: str | None = None  # noqa: N815 - the API's name
    email: str | None = None
    departmentid: str | None = None
    sourcePage: str | None = None  # noqa: N815 - the API's name
    language: str | None = None
    userAgent: str | None = None  # noqa: N815 - the API's name
    attributes: dict[str, Any] | None = None
    subject: str | None = None


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


class ParticipantBody(msgspec.Struct):
    """A member of the team, by its account's id."""

    member: str | None = None


# A visitor's, and everybody's own.


@get("/{project_id:str}/requests/me", tags=["requests"], sync_to_thread=True)
def own(
    request: AnyRequest,
    project_id: str,
    status: str | None = None,
    limit: str | None = None,
    page: str | None = None,
) -> dict[str, Any]:
    """The caller's own conversations, the latest active first; `status=all` with closed ones."""
    actor = auth.caller(request, project_id)
    size = whole(limit, 40, least=1, most=100)
    found, count = conversations.own(
        auth.database(request), actor, _statuses(status), size, whole(page, 0, most=10**9) * size
    )
    return {
        "perPage": size,
        "count": count,
        "requests": [render.for_whom(view, actor, project_id) for view in found],
    }


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


@post(
    "/{project_id:str}/requests/{request_id:str}/messages",
    status_code=200,
    tags=["messages"],
    sync_to_thread=True,
)
def post_message(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[MessageBody]
) -> Response[dict[str, Any]]:
    """Post a message; an unknown `request_id` begins a conversation. The same `client_id` twice is stored once."""
    actor = auth.caller(request, project_id)
    if isinstance(actor, Visitor):
        auth.limits(request).messages.take(f"{project_id} {actor.key}")
    if not (data.text or "").strip() and data.type in (None, "text"):
        return Response({"success": False, "errors": ["text field is required"]}, status_code=422)
    sender = data.sender if isinstance(actor, Agent) else None
    try:
        posted = conversations.post(auth.database(request), actor, request_id, data.draft(), sender)
    except NotFound as error:
        if error.code != "unknown_sender":
            raise
        return Response({"success": False, "msg": f"Unauthorized. {error.message}"}, status_code=403)
    body = render.message(posted.message, posted.view.conversation, project_id, created_by=actor.id)
    body["request"] = render.for_whom(posted.view, actor, project_id)
    if posted.warnings:
        body["warnings"] = list(posted.warnings)
    if posted.replayed:
        body["replayed"] = True
    return Response(body)


@get("/{project_id:str}/requests/{request_id:str}/messages", tags=["messages"], sync_to_thread=True)
def messages(
    request: AnyRequest, project_id: str, request_id: str, after: str | None = None, limit: str | None = None
) -> list[dict[str, Any]]:
    """The messages, oldest first; all of them without `limit`. `after` is the `_id` of the last one known."""
    db, actor = auth.database(request), auth.caller(request, project_id)
    conversation = conversations.get(db, actor, request_id).conversation
    size = whole(limit, 0, least=1, most=10_000) or None
    found = conversations.messages(db, actor, request_id, after, size)
    return [render.message(message, conversation, project_id) for message in found]


@get(
    "/{project_id:str}/requests/{request_id:str}/messages/{message_id:str}",
    tags=["messages"],
    sync_to_thread=True,
)
def message(request: AnyRequest, project_id: str, request_id: str, message_id: str) -> dict[str, Any]:
    """One message."""
    db, actor = auth.database(request), auth.caller(request, project_id)
    conversation = conversations.get(db, actor, request_id).conversation
    return render.message(conversations.message(db, actor, request_id, message_id), conversation, project_id)


# The team's.


@post("/{project_id:str}/requests", status_code=200, tags=["requests"], sync_to_thread=True)
def create(request: AnyRequest, project_id: str, data: JSONBody[NewRequest]) -> dict[str, Any]:
    """Begin a conversation without a message, for oneself or for the contact whose lead_id is `sender`."""
    actor = auth.team(request, project_id)
    if not (data.first_text or "").strip():
        raise Invalid(Problem("first_text field is required", "first_text"))
    draft = MessageBody(
        text=data.first_text,
        attributes=data.attributes,
        language=data.language,
        sourcePage=data.sourcePage,
        userAgent=data.userAgent,
        departmentid=data.departmentid,
        subject=data.subject,
        senderFullname=data.senderFullname,
        email=data.email,
    ).draft()
    view = conversations.open_for(auth.database(request), actor, data.request_id, draft, data.sender)
    return render.request_unpopulated(view, project_id)


@get("/{project_id:str}/requests", tags=["requests"], sync_to_thread=True)
def listing(
    request: AnyRequest,
    project_id: str,
    lead: str | None = None,
    status: str | None = None,
    limit: str | None = None,
    page: str | None = None,
    sort: str | None = None,
    direction: str | None = None,
    full_text: str | None = None,
    participant: str | None = None,
    tags: str | None = None,
    dept_id: str | None = None,
    priority: str | None = None,
    ticket_id: str | None = None,
    channel: str | None = None,
    rated: str | None = None,
    start_date: str | None = None,
    end_date: str | None = None,
    snap_lead_lead_id: str | None = None,
    snap_lead_email: str | None = None,
    requester_email: str | None = None,
) -> dict[str, Any]:
    """The team's conversations; open ones unless `status` says otherwise (`all`, or numbers with commas). `lead` is
    the `_id` of a contact; that, `snap_lead_lead_id`, `snap_lead_email` and `requester_email` may be those of any
    contact merged into it, and mean all of its conversations."""
    actor = auth.team(request, project_id)
    size = whole(limit, 40, least=1, most=100)
    column = {"createdAt": "created_at", "updatedAt": "updated_at"}.get(sort or "createdAt")
    if column is None:
        raise Invalid(Problem("must be createdAt or updatedAt", "sort", "query"))
    wanted = Wanted(
        statuses=_statuses(status),
        roots=(ContactId(lead),) if lead else None,
        lead_id=snap_lead_lead_id or None,
        emails=tuple(
            email_key(email) or email.strip().lower() for email in (snap_lead_email, requester_email) if email
        ),
        participant=UserId(participant) if participant else None,
        tag=tags,
        department=dept_id,
        priority=priority,
        ticket=whole(ticket_id, -1, most=10**12) if ticket_id else None,
        channel=channel if channel not in ("online", "offline") else None,
        rated=flag(rated),
        text=full_text,
        created_after=_day(start_date, "start_date", 0),
        created_before=_day(end_date, "end_date", 1),
    )
    found, count = conversations.find(
        auth.database(request),
        actor,
        wanted,
        size,
        whole(page, 0, most=10**9) * size,
        column,
        direction != "1",
    )
    return {"perPage": size, "count": count, "requests": [render.request(view, project_id) for view in found]}


def _statuses(text: str | None) -> tuple[int, ...] | None:
    if text == "all":
        return None
    chosen = tuple(
        int(part) for part in (text or "").split(",") if part.strip().isdecimal() and len(part) < 9
    )
    return chosen or OPEN


def _day(text: str | None, param: str, later: int) -> int | None:
    """Milliseconds of the beginning of a day written DD/MM/YYYY, `later` days on."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC) + timedelta(days=later)
    except (ValueError, OverflowError):
        raise Invalid(Problem("must be a day like 31/12/2026", param, "query")) from None
    return round(day.timestamp() * 1000)


@get("/{project_id:str}/requests/count", tags=["requests"], sync_to_thread=True)
def counts(request: AnyRequest, project_id: str) -> dict[str, int]:
    """How many open conversations wait and how many are assigned."""
    return {**conversations.counts(auth.database(request), auth.team(request, project_id)), "bot_assigned": 0}


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


@put(
    "/{project_id:str}/requests/{request_id:str}/participants",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def put_participants(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[list[str]]
) -> dict[str, Any]:
    """Make just these members of the team the participants, by their accounts' ids."""
    view = conversations.assign(auth.database(request), auth.team(request, project_id), request_id, data)
    return render.request(view, project_id)


@post(
    "/{project_id:str}/requests/{request_id:str}/participants",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def add_participant(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[ParticipantBody]
) -> dict[str, Any]:
    """Add a member of the team."""
    db, actor = auth.database(request), auth.team(request, project_id)
    if not data.member:
        raise Invalid(Problem("member field is required", "member"))
    present = conversations.get(db, actor, request_id).conversation.participants
    return render.request(conversations.assign(db, actor, request_id, [*present, data.member]), project_id)


@delete(
    "/{project_id:str}/requests/{request_id:str}/participants/{member:str}",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def remove_participant(
    request: AnyRequest, project_id: str, request_id: str, member: str
) -> Response[dict[str, Any]]:
    """Take a member of the team off; 400 if it was not there."""
    db, actor = auth.database(request), auth.team(request, project_id)
    present = conversations.get(db, actor, request_id).conversation.participants
    if member not in present:
        return Response({"success": False, "msg": "participant not found"}, status_code=400)
    rest = [user_id for user_id in present if user_id != member]
    return Response(render.request(conversations.assign(db, actor, request_id, rest), project_id))


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
    view = conversations.add_tags(auth.database(request), actor, request_id, data)
    return Response(render.request(view, project_id))


@delete(
    "/{project_id:str}/requests/{request_id:str}/tag/{tag_id:str}",
    status_code=200,
    tags=["requests"],
    sync_to_thread=True,
)
def remove_tag(request: AnyRequest, project_id: str, request_id: str, tag_id: str) -> dict[str, Any]:
    """Remove a tag by its `_id`."""
    view = conversations.remove_tag(
        auth.database(request), auth.team(request, project_id), request_id, tag_id
    )
    return render.request(view, project_id)


@delete(
    "/{project_id:str}/requests/{request_id:str}", status_code=200, tags=["requests"], sync_to_thread=True
)
def remove(request: AnyRequest, project_id: str, request_id: str) -> dict[str, Any]:
    """Delete a conversation with its messages for good (owner)."""
    view = conversations.delete(auth.database(request), auth.team(request, project_id), request_id)
    return render.request_unpopulated(view, project_id)


route_handlers: list[Any] = [
    *(own, rate, close_own, seen, post_message, messages, message),
    *(
        create,
        listing,
        counts,
        get_one,
        update,
        merge_attributes,
        close,
        reopen,
        put_participants,
        add_participant,
    ),
    *(remove_participant, add_note, delete_note, add_tags, remove_tag, remove),
]
