"""Routing: to a department and the next available agent, by hand to one, and who follows a conversation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, System, TeamActor, require
from rolodesk.domain.conversation import Conversation, ConversationStatus
from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.domain.events import EventName
from rolodesk.domain.ids import ProjectId
from rolodesk.storage import conversations, departments, members
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.storage.departments import Department
from rolodesk.usecases import turns
from rolodesk.usecases.clock import now
from rolodesk.usecases.contacts import Home
from rolodesk.usecases.conversations import ConversationView, as_changed, locked, put_participants, record

MAX_FOLLOWERS = 100


@retried
def assign_next(
    db: Database, actor: TeamActor, request_id: str, department_id: str | None = None
) -> ConversationView:
    """Hand a conversation that waits to the next in turn, in that department or its own; one that is preliminary,
    assigned, served or closed answers as it stands. Raises NotFound, Invalid."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        department = _department(tx, actor, conversation, department_id)

        if conversation.status < ConversationStatus.ASSIGNED and not conversation.preflight:
            _route(tx, actor, home, conversation, department)
        return as_changed(tx, actor, request_id)


def hand_on(db: Database, project_id: ProjectId, request_ids: Sequence[str]) -> None:
    """Hand these to the next in turn, each by itself: what its agents have left, or wait for somebody."""
    for request_id in request_ids:
        with contextlib.suppress(NotFound):
            assign_next(db, System(project_id), request_id)


@retried
def move(db: Database, actor: Agent, request_id: str, department_id: str | None) -> ConversationView:
    """Move a conversation to a department and hand it to the next in turn there; a closed or preliminary one only
    moves. Raises NotFound, Invalid."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        department = _department(tx, actor, conversation, department_id)

        if conversation.closed or conversation.preflight:
            moved = structs.replace(conversation, department_id=department.id if department else None)
            conversations.write(tx, actor.project_id, moved)
            record(tx, actor, now(), EventName.REQUEST_UPDATE, home, moved.id, fields=("department",))
        else:
            _route(tx, actor, home, conversation, department)
        return as_changed(tx, actor, request_id)


def _department(
    tx: ReadTx, actor: TeamActor, conversation: Conversation, wanted: str | None
) -> Department | None:
    """The department of that id, the default one for `default`, or the conversation's own without one. Raises
    Invalid for one that is none."""
    if wanted is None:
        return turns.department_for(tx, actor.project_id, conversation.department_id)
    for department in departments.of_project(tx, actor.project_id):
        is_wanted = department.id == wanted or (wanted == "default" and department.is_default)
        if is_wanted and department.deleted_at is None:
            return department
    raise Invalid(Problem("is no department of the project", "departmentid"))


def _route(
    tx: WriteTx, actor: TeamActor, home: Home, before: Conversation, department: Department | None
) -> None:
    at = now()
    after = turns.route(tx, actor.project_id, before, department, at)
    conversations.write(tx, actor.project_id, after)
    if after.department_id != before.department_id:
        record(tx, actor, at, EventName.REQUEST_UPDATE, home, before.id, fields=("department",))
    if after.participants != before.participants:
        people = ",".join(after.participants) or None
        record(tx, actor, at, EventName.REQUEST_ASSIGN, home, before.id, subject=people)


@retried
def join(db: Database, actor: Agent, request_id: str, user_id: str) -> ConversationView:
    """One agent more among the participants. Raises NotFound, Invalid."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)

        put_participants(tx, actor, home, conversation, [*conversation.participants, user_id])
        return as_changed(tx, actor, request_id)


@retried
def part(db: Database, actor: Agent, request_id: str, user_id: str) -> ConversationView:
    """The conversation without that participant. Raises NotFound, with the code `no_participant` for one who is not
    there."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        rest = [one for one in conversation.participants if one != user_id]
        if len(rest) == len(conversation.participants):
            raise NotFound("participant not found", "no_participant")

        put_participants(tx, actor, home, conversation, rest)
        return as_changed(tx, actor, request_id)


# Followers, by the ids of their memberships.


def follow(db: Database, actor: Agent, request_id: str, member_id: str) -> ConversationView:
    """One follower more. Raises NotFound, Invalid for one who is no member."""
    return _follow(db, actor, request_id, lambda present: [*present, member_id])


def put_followers(db: Database, actor: Agent, request_id: str, member_ids: Sequence[str]) -> ConversationView:
    """Make just these members the followers. Raises NotFound, Invalid for one who is no member."""
    return _follow(db, actor, request_id, lambda present: member_ids)


def unfollow(db: Database, actor: Agent, request_id: str, member_id: str) -> ConversationView:
    """The conversation without that follower; one who is not there is no error. Raises NotFound."""
    return _follow(db, actor, request_id, lambda present: [one for one in present if one != member_id])


@retried
def _follow(
    db: Database, actor: Agent, request_id: str, change: Callable[[Sequence[str]], Sequence[str]]
) -> ConversationView:
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        wanted = tuple(dict.fromkeys(change(conversation.followers)))
        _check_followers(tx, actor, [one for one in wanted if one not in conversation.followers])
        if len(wanted) > MAX_FOLLOWERS:
            raise Invalid(Problem(f"a conversation has at most {MAX_FOLLOWERS} followers", "member"))

        if wanted != conversation.followers:
            conversations.write(tx, actor.project_id, structs.replace(conversation, followers=wanted))
            turned = sorted({*wanted} ^ {*conversation.followers})
            record(
                *(tx, actor, now(), EventName.REQUEST_UPDATE, home, conversation.id),
                *(",".join(turned) or None, ("followers",)),
            )
        return as_changed(tx, actor, request_id)


def _check_followers(tx: ReadTx, actor: Agent, member_ids: Sequence[str]) -> None:
    team = {member.id for member in members.of_project(tx, actor.project_id)} if member_ids else set()
    if strangers := [one for one in member_ids if one not in team]:
        raise Invalid(Problem(f"is no member of the project: {strangers[0]}", "member"))
