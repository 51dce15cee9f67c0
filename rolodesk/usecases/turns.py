"""Whose turn it is: conversations are handed to the available agents in turn, and taken off those who leave."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from rolodesk.domain.access import Actor, System
from rolodesk.domain.conversation import Conversation, ConversationStatus
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ProjectId, UserId
from rolodesk.domain.routing import Routing
from rolodesk.storage import agent_groups, conversations, departments, events, members, projects, routing
from rolodesk.storage.database import ReadTx, WriteTx
from rolodesk.storage.departments import Department


def department_for(tx: ReadTx, project_id: ProjectId, wanted: str | None) -> Department | None:
    """The department of that id, or the default one where there is none such any more."""
    known = [d for d in departments.of_project(tx, project_id) if d.deleted_at is None]
    return next((d for d in known if d.id == wanted), known[0] if known else None)


def people_of(tx: ReadTx, department: Department | None, project_id: ProjectId) -> set[UserId]:
    """The members of the department's groups that are enabled; nobody where all of the team gets its conversations."""
    wanted = department.group_ids if department else ()
    groups = agent_groups.of_project(tx, project_id) if wanted else []
    return {one for g in groups if g.id in wanted and g.enabled and not g.trashed for one in g.members}


def next_agent(tx: WriteTx, project_id: ProjectId, department: Department | None, at: int) -> UserId | None:
    """Who gets the department's next conversation, None if nobody is there or it is to wait. The project's tickets must
    be held."""
    if department is None or department.routing != Routing.ASSIGNED:
        return None
    return members.take_turn(tx, project_id, department.group_ids, at)


def route(
    tx: WriteTx, project_id: ProjectId, conversation: Conversation, department: Department | None, at: int
) -> Conversation:
    """A locked conversation in that department and with the next in turn, to be written by the caller."""
    projects.hold_number(tx, project_id, "ticket")
    chosen = next_agent(tx, project_id, department, at)
    moved = structs.replace(conversation, department_id=department.id if department else None)
    return put(tx, moved, [chosen] if chosen else [], System(project_id), at)


def put(
    tx: WriteTx, conversation: Conversation, wanted: Sequence[UserId], actor: Actor, at: int
) -> Conversation:
    """A locked conversation with just these participants, to be written by the caller."""
    for user_id in conversation.participants:
        if user_id not in wanted:
            conversations.remove_participant(tx, actor.project_id, conversation.id, user_id)
    for user_id in wanted:
        conversations.add_participant(tx, actor.project_id, conversation.id, user_id, actor.id, at)
    status = conversation.status
    if not conversation.closed and not conversation.preflight:
        status = ConversationStatus.ASSIGNED if wanted else ConversationStatus.UNASSIGNED
    return structs.replace(
        conversation,
        status=status,
        assigned_at=at if wanted else None,
        participants=tuple(wanted),
        updated_at=at,
    )


def take_up(tx: WriteTx, project_id: ProjectId, opened: Conversation, at: int) -> Conversation:
    """A conversation that has just been opened again by its visitor, to be written by the caller: kept by its
    participants if one of them is there, else with the next in turn."""
    if members.answering(tx, project_id, opened.participants, available=True):
        opened = without_leavers(tx, System(project_id), opened, at)
        if opened.participants:
            return opened
    return route(tx, project_id, opened, department_for(tx, project_id, opened.department_id), at)


def without_leavers(tx: WriteTx, actor: Actor, opened: Conversation, at: int) -> Conversation:
    """The same without those who have left the team while it was closed, to be written by the caller. Whoever stays is
    held: leaving later, it leaves this one too."""
    people = members.hold(tx, actor.project_id, opened.participants)
    return opened if len(people) == len(opened.participants) else put(tx, opened, people, actor, at)


def leave(tx: WriteTx, actor: Actor, user_id: UserId, at: int) -> list[str]:
    """Take somebody who leaves the team off its open conversations and groups; the request ids of those that are left
    to nobody, which the caller routes once this is committed."""
    held = routing.open_of(tx, actor.project_id, user_id)
    routing.take_off(tx, actor.project_id, user_id)
    agent_groups.forget_member(tx, actor.project_id, user_id)

    for one in held:
        rest = ",".join(one.others) or None
        event = Event(
            EventName.REQUEST_ASSIGN, one.contact_id, one.root_id, one.identity_id, one.id, subject_id=rest
        )
        events.record(tx, actor, at, event)
    return [one.request_id for one in held if not one.others]
