"""Who deals with a conversation: its department, its participants, who follows it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, post, put
from litestar.params import JSONBody

from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.usecases import conversations, routing
from rolodesk.usecases.conversations import ConversationView
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest

BASE = "/{project_id:str}/requests/{request_id:str}"


class RouteBody(msgspec.Struct):
    """Where to; `no_populate` asks for ids in the answer, and `nobot` is so anyway."""

    departmentid: str | None = None
    nobot: bool | None = None
    no_populate: bool | str | None = None


class MemberBody(msgspec.Struct):
    """A member of the team: a participant by its account's id, a follower by its membership's."""

    member: str | None = None


class BotBody(msgspec.Struct):
    """A bot, by its name."""

    name: str | None = None


class AssigneeBody(msgspec.Struct):
    """A member of the team, by its account's id."""

    assignee: str | None = None


@put(f"{BASE}/assign", status_code=200, tags=["routing"], sync_to_thread=True)
def assign(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[RouteBody | None] = None
) -> dict[str, Any]:
    """Hand one that waits to the next in turn; one that is assigned or closed answers as it stands."""
    body = data or RouteBody()
    view = routing.assign_next(
        auth.database(request), auth.team(request, project_id), request_id, body.departmentid or None
    )
    return _routed(view, project_id, body)


@put(f"{BASE}/departments", status_code=200, tags=["routing"], sync_to_thread=True)
def move(request: AnyRequest, project_id: str, request_id: str, data: JSONBody[RouteBody]) -> dict[str, Any]:
    """Move it to a department and hand it to the next in turn there."""
    view = routing.move(
        auth.database(request), auth.team(request, project_id), request_id, data.departmentid or None
    )
    return _routed(view, project_id, data)


@put(f"{BASE}/agent", status_code=200, tags=["routing"], sync_to_thread=True)
def to_agent(request: AnyRequest, project_id: str, request_id: str) -> dict[str, Any]:
    """Hand it to an agent of its department, if it has none yet."""
    view = routing.assign_next(auth.database(request), auth.team(request, project_id), request_id)
    return render.request(view, project_id)


def _routed(view: ConversationView, project_id: str, data: RouteBody) -> dict[str, Any]:
    lean = data.no_populate in (True, "true")
    return render.request_unpopulated(view, project_id) if lean else render.request(view, project_id)


@put(f"{BASE}/assignee", status_code=200, tags=["routing"], sync_to_thread=True)
def put_assignee(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[AssigneeBody]
) -> dict[str, Any]:
    """Make this member the one participant."""
    actor = auth.team(request, project_id)
    if not data.assignee:
        raise Invalid(Problem("assignee field is required", "assignee"))
    view = conversations.assign(auth.database(request), actor, request_id, [data.assignee])
    return render.request(view, project_id)


@put(f"{BASE}/replace", status_code=200, tags=["routing"], sync_to_thread=True)
def replace(request: AnyRequest, project_id: str, request_id: str, data: JSONBody[BotBody]) -> dict[str, Any]:
    """Hands over to a bot elsewhere; there are none here."""
    conversations.get(auth.database(request), auth.team(request, project_id), request_id)
    raise Invalid(Problem("there are no bots here", "name"))


# Participants.


@put(f"{BASE}/participants", status_code=200, tags=["routing"], sync_to_thread=True)
def put_participants(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[list[str]]
) -> dict[str, Any]:
    """Make just these members of the team the participants, by their accounts' ids."""
    view = conversations.assign(auth.database(request), auth.team(request, project_id), request_id, data)
    return render.request(view, project_id)


@post(f"{BASE}/participants", status_code=200, tags=["routing"], sync_to_thread=True)
def add_participant(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[MemberBody]
) -> dict[str, Any]:
    """Add a member of the team."""
    actor = auth.team(request, project_id)
    view = routing.join(auth.database(request), actor, request_id, _member(data))
    return render.request(view, project_id)


@delete(BASE + "/participants/{member:str}", status_code=200, tags=["routing"], sync_to_thread=True)
def remove_participant(
    request: AnyRequest, project_id: str, request_id: str, member: str
) -> Response[dict[str, Any]]:
    """Take a member of the team off; 400 if it was not there."""
    actor = auth.team(request, project_id)
    try:
        view = routing.part(auth.database(request), actor, request_id, member)
    except NotFound as error:
        if error.code != "no_participant":
            raise
        return Response({"success": False, "msg": error.message}, status_code=400)
    return Response(render.request(view, project_id))


def _member(data: MemberBody) -> str:
    if not data.member:
        raise Invalid(Problem("member field is required", "member"))
    return data.member


# Followers.


@post(f"{BASE}/followers", status_code=200, tags=["routing"], sync_to_thread=True)
def add_follower(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[MemberBody]
) -> dict[str, Any]:
    """Add a follower, by its membership's id."""
    actor = auth.team(request, project_id)
    view = routing.follow(auth.database(request), actor, request_id, _member(data))
    return render.request(view, project_id)


@put(f"{BASE}/followers", status_code=200, tags=["routing"], sync_to_thread=True)
def put_followers(
    request: AnyRequest, project_id: str, request_id: str, data: JSONBody[list[str]]
) -> dict[str, Any]:
    """Make just these memberships the followers."""
    view = routing.put_followers(auth.database(request), auth.team(request, project_id), request_id, data)
    return render.request(view, project_id)


@delete(BASE + "/followers/{member:str}", status_code=200, tags=["routing"], sync_to_thread=True)
def remove_follower(request: AnyRequest, project_id: str, request_id: str, member: str) -> dict[str, Any]:
    """Take a follower off; one who is not there is no error."""
    view = routing.unfollow(auth.database(request), auth.team(request, project_id), request_id, member)
    return render.request(view, project_id)


route_handlers: list[Any] = [
    *(assign, move, to_agent, put_assignee, replace),
    *(put_participants, add_participant, remove_participant),
    *(add_follower, put_followers, remove_follower),
]
