"""Events as frames: which topics an event reaches, what each audience is told, and what a topic begins with."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Struct

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.errors import Forbidden, NotFound
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, conversations, follow
from rolodesk.usecases.follow import Happening
from rolodesk.web import render

encode = msgspec.json.Encoder().encode
DUPLICATES = ("lead.duplicate", "lead.different")
# What puts somebody into the queue of duplicates or takes somebody out of it.
CHANGES_QUEUE = (*DUPLICATES, "lead.merge", "lead.delete", "lead.erase")
_TOPIC = re.compile(
    r"/(?P<project>[0-9a-f]{24})/"
    r"(?:(?P<kind>requests|leads)(?:/(?P<id>[A-Za-z0-9_.:\-]{1,200})(?P<messages>/messages)?)?|(?P<own>messages)"
    r"|(?P<queue>duplicates))"
)


class Topic(Struct, frozen=True):
    """What a topic names: `requests`, `request`, `request_messages`, `own_messages`, `leads`, `lead`, `duplicates`."""

    name: str
    project_id: ProjectId
    kind: str
    id: str | None = None


class Publication(Struct, frozen=True):
    """A frame for one audience of one topic."""

    topic: str
    audience: str
    number: int
    frame: bytes


def parse(topic: str) -> Topic:
    """The topic's meaning. Raises NotFound."""
    match = _TOPIC.fullmatch(topic)
    if match is None or (match["kind"] == "leads" and match["messages"]):
        raise NotFound("no such topic")
    project_id = ProjectId(match["project"])
    if match["own"]:
        return Topic(topic, project_id, "own_messages")
    if match["queue"]:
        return Topic(topic, project_id, "duplicates")
    if match["kind"] == "leads":
        return Topic(topic, project_id, "lead" if match["id"] else "leads", match["id"])
    if not match["id"]:
        return Topic(topic, project_id, "requests")
    return Topic(topic, project_id, "request_messages" if match["messages"] else "request", match["id"])


def check(db: Database, actor: Agent | Visitor, topic: Topic) -> None:
    """Raise NotFound or Forbidden unless the actor may listen to the topic."""
    if topic.project_id != actor.project_id:
        raise NotFound("no such topic")
    if isinstance(actor, Visitor) and topic.kind in ("leads", "lead", "duplicates"):
        raise Forbidden()
    if isinstance(actor, Agent) and topic.kind == "own_messages":
        raise Forbidden("this topic is for visitors")
    if topic.kind in ("request", "request_messages"):
        conversations.get(db, actor, topic.id or "")
    elif topic.kind == "lead":
        contacts.get(db, actor, topic.id or "")
    elif isinstance(actor, Agent):
        follow.newest_contacts(db, actor)


def snapshot(db: Database, actor: Agent | Visitor, topic: Topic) -> tuple[list[Any], int]:
    """What a topic begins with, and the event that it is true as of. Raises NotFound, Forbidden."""
    check(db, actor, topic)
    for_visitor, project_id = isinstance(actor, Visitor), actor.project_id
    if topic.kind == "own_messages" and isinstance(actor, Visitor):
        found, number = follow.own_messages(db, actor)
        return [render.message(message, c, project_id) for c, message in found], number
    if topic.kind == "requests":
        views, number = follow.open_conversations(db, actor)
        return [render.request(view, project_id, for_visitor) for view in views], number
    number = follow.last(db, project_id)
    if topic.kind in ("request", "request_messages"):
        view = conversations.get(db, actor, topic.id or "")
        if topic.kind == "request":
            return [render.request(view, project_id, for_visitor)], number
        listed = conversations.latest_messages(db, actor, topic.id or "", follow.MESSAGES)
        return [render.message(message, view.conversation, project_id) for message in listed], number
    if topic.kind == "lead":
        return [render.lead_view(contacts.get(db, actor, topic.id or ""), project_id)], number
    return [], number


def publications(project_id: ProjectId, happening: Happening) -> list[Publication]:
    """The frames of an event, each encoded once."""
    number = happening.recorded.number
    name = happening.recorded.event.name
    method = "CREATE" if name in ("request.create", "lead.create") else "UPDATE"
    made: list[tuple[str, str, str, Any]] = []
    view, own = happening.conversation, happening.own
    if view is not None:
        rid = view.conversation.request_id
        base = f"/{project_id}/requests"
        told: list[tuple[str, Any]] = [("team", render.request(view, project_id))]
        if own is not None:
            shown = render.request(own, project_id, for_visitor=True)
            told += [(f"visitor:{key}", shown) for key in happening.listeners]
        if happening.message is not None:
            body = render.message(happening.message, view.conversation, project_id)
            for audience, _ in told:
                made.append((f"{base}/{rid}/messages", audience, "CREATE", body))
                if audience != "team":
                    made.append((f"/{project_id}/messages", audience, "CREATE", body))
        hidden = name in ("request.note", "request.note.delete")
        for audience, body in told:
            if not (hidden and audience != "team"):
                made += [(base, audience, method, body), (f"{base}/{rid}", audience, method, body)]
    elif name == "request.delete":
        made.append(
            (f"/{project_id}/requests", "team", "DELETE", {"_id": happening.recorded.event.conversation_id})
        )
    elif name == "lead.erase":
        root = happening.recorded.event.root_id
        for topic in (f"/{project_id}/leads", f"/{project_id}/leads/{root}"):
            made.append((topic, "team", "DELETE", {"_id": root}))
    if name in DUPLICATES:
        made += _of_duplicates(project_id, happening)
    else:
        made += _of_contacts(project_id, happening, method)
    if name in CHANGES_QUEUE:
        event = happening.recorded.event
        body = {"lead": event.contact_id, "other": event.subject_id if name in DUPLICATES else event.root_id}
        how = "CREATE" if name == "lead.duplicate" and "withdrawn" not in event.fields else "DELETE"
        made.append((f"/{project_id}/duplicates", "team", how, body))
    return [
        Publication(topic, audience, number, publish(topic, method, body, number))
        for topic, audience, method, body in made
    ]


def _of_duplicates(project_id: ProjectId, happening: Happening) -> list[tuple[str, str, str, Any]]:
    """Who looks at one of two contacts that are suggested, or called different, is told of it; no list changes."""
    return [
        (f"/{project_id}/leads/{view.contact.id}", "team", "UPDATE", render.lead_view(view, project_id))
        for view in happening.contacts
        if view.merged_from is None
    ]


def _of_contacts(project_id: ProjectId, happening: Happening, method: str) -> list[tuple[str, str, str, Any]]:
    """What the team is told of the contacts of an event. A merged one leaves the lists, and who looks at it is told
    what it is part of now; one that is set free comes back."""
    made: list[tuple[str, str, str, Any]] = []
    topic, event = f"/{project_id}/leads", happening.recorded.event
    is_freed = event.name in ("lead.unmerge", "lead.split")
    for view in happening.contacts:
        body = render.lead_view(view, project_id)
        if view.merged_from:
            gone = {"_id": view.merged_from, "merged_into": view.contact.id}
            made += [
                (topic, "team", "DELETE", gone),
                (f"{topic}/{view.merged_from}", "team", "UPDATE", body),
            ]
        else:
            how = "CREATE" if is_freed and view.contact.id == event.contact_id else method
            made += [(topic, "team", how, body), (f"{topic}/{view.contact.id}", "team", how, body)]
    for conversation in happening.moved:
        shown, base = render.request(conversation, project_id), f"/{project_id}/requests"
        for name in (base, f"{base}/{conversation.conversation.request_id}"):
            made.append((name, "team", "UPDATE", shown))
    return made


def publish(topic: str, method: str, message: Any, number: int | None = None) -> bytes:
    """A publish frame; `number` is the event's, None for what passes."""
    payload = {"topic": topic, "method": method, "message": message}
    if number is not None:
        payload["event"] = number
    return encode({"action": "publish", "payload": payload})


def subscribed(topic: str, number: int | None = None, error: dict[str, str] | None = None) -> bytes:
    """The frame that closes a catch-up, or says why there is none."""
    payload: dict[str, Any] = {"topic": topic}
    if error is not None:
        payload["error"] = error
    else:
        payload["event"] = number
    return encode({"action": "subscribed", "payload": payload})
