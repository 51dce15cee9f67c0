"""Events as frames: which topics an event reaches, and what each audience is told."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from rolodesk.domain.ids import ProjectId
from rolodesk.usecases.conversations import ConversationView
from rolodesk.usecases.follow import Happening
from rolodesk.web import render
from rolodesk.web.events import emitted_populated

encode = msgspec.json.Encoder().encode
DUPLICATES = ("lead.duplicate", "lead.different")
# What puts somebody into the queue of duplicates or takes somebody out of it.
CHANGES_QUEUE = (*DUPLICATES, "lead.merge", "lead.delete", "lead.erase")


class Publication(Struct, frozen=True):
    """A frame for one audience of one topic."""

    topic: str
    audience: str
    number: int
    frame: bytes


Told = tuple[str, str, str, Any]


def publications(project_id: ProjectId, happening: Happening) -> list[Publication]:
    """The frames of an event, each encoded once."""
    name, number = happening.recorded.event.name, happening.recorded.number
    method = "CREATE" if name in ("request.create", "lead.create") else "UPDATE"
    made = _of_conversation(project_id, happening, method) + _of_what_is_gone(project_id, happening)
    made += _of_what_is_lost(project_id, happening)
    if name in DUPLICATES:
        made += _of_duplicates(project_id, happening)
    else:
        made += _of_contacts(project_id, happening, method)
    if name in CHANGES_QUEUE:
        made.append(_of_queue(project_id, happening))
    made += _of_member(project_id, happening) + _of_emitted(project_id, happening)
    encoded: dict[tuple[str, str, int], bytes] = {}
    found = []
    for topic, audience, how, body in made:
        same = (topic, how, id(body))
        if same not in encoded:
            encoded[same] = publish(topic, how, body, number)
        found.append(Publication(topic, audience, number, encoded[same]))
    return found


def _audiences(happening: Happening, view: ConversationView) -> list[str]:
    """Who of the team hears of a conversation."""
    return ["team", *(f"agent:{one}" for one in happening.readers.get(view.conversation.id, ()))]


def _of_conversation(project_id: ProjectId, happening: Happening, method: str) -> list[Told]:
    """What the team is told of a conversation and its message, and those of its visitors who listen. A preliminary one
    is nothing to the team, a draft is in no list."""
    view, own = happening.conversation, happening.own
    if view is None:
        return []
    base, rid = f"/{project_id}/requests", view.conversation.request_id
    whole = render.request(view, project_id)
    told: list[tuple[str, Any]] = [(audience, whole) for audience in _audiences(happening, view)]
    if own is not None:
        shown = render.request(own, project_id, for_visitor=True)
        told += [(f"visitor:{key}", shown) for key in happening.listeners]
    made: list[Told] = []
    if happening.message is not None:
        body = render.message(happening.message, view.conversation, project_id)
        for audience, _ in told:
            made.append((f"{base}/{rid}/messages", audience, "CREATE", body))
            if audience.startswith("visitor:"):
                made.append((f"/{project_id}/messages", audience, "CREATE", body))
    name = happening.recorded.event.name
    hidden = name in ("request.note", "request.note.delete") or name.startswith("email.")
    for audience, body in told:
        for_visitor = audience.startswith("visitor:")
        if hidden if for_visitor else view.conversation.preflight:
            continue
        if for_visitor or not view.conversation.draft:
            made.append((base, audience, method, body))
        made.append((f"{base}/{rid}", audience, method, body))
    return made


def _of_what_is_lost(project_id: ProjectId, happening: Happening) -> list[Told]:
    """Who may read a conversation no more is told that it is gone, and no word of it."""
    view = happening.conversation
    if view is None or view.conversation.preflight:
        return []
    base, gone = f"/{project_id}/requests", {"_id": view.conversation.id}
    topics = (base, f"{base}/{view.conversation.request_id}")
    return [(topic, f"agent:{one}", "DELETE", gone) for one in happening.lost for topic in topics]


def _of_what_is_gone(project_id: ProjectId, happening: Happening) -> list[Told]:
    """What the team is told of what is deleted for good."""
    event = happening.recorded.event
    if event.name == "request.delete":
        gone, topic = {"_id": event.conversation_id}, f"/{project_id}/requests"
        audiences = ["team", *(f"agent:{one}" for one in happening.lost)]
        return [(topic, audience, "DELETE", gone) for audience in audiences]
    if event.name == "lead.erase":
        topics = (f"/{project_id}/leads", f"/{project_id}/leads/{event.root_id}")
        return [(topic, "team", "DELETE", {"_id": event.root_id}) for topic in topics]
    return []


def _of_queue(project_id: ProjectId, happening: Happening) -> Told:
    """What comes into the queue of duplicates or leaves it."""
    event = happening.recorded.event
    other = event.subject_id if event.name in DUPLICATES else event.root_id
    how = "CREATE" if event.name == "lead.duplicate" and "withdrawn" not in event.fields else "DELETE"
    return (f"/{project_id}/duplicates", "team", how, {"lead": event.contact_id, "other": other})


def _of_member(project_id: ProjectId, happening: Happening) -> list[Told]:
    """A membership that has changed: role, availability."""
    found = happening.member
    if found is None:
        return []
    body, base = render.member_with_user(found), f"/{project_id}/project_users"
    return [(f"{base}/{one}", "team", "UPDATE", body) for one in (found.id, f"users/{found.user_id}")]


def _of_emitted(project_id: ProjectId, happening: Happening) -> list[Told]:
    """A custom event, under the id of whoever has emitted it and, of a visitor who has spoken since, the one before."""
    view = happening.emitted
    if view is None:
        return []
    body = emitted_populated(view, project_id)
    bases = [f"/{project_id}/events/{one}" for one in dict.fromkeys((view.member_id, view.emitted.member_id))]
    topics = [topic for base in bases for topic in (base, f"{base}/{view.emitted.name}")]
    return [(topic, "team", "CREATE", body) for topic in topics]


def _of_duplicates(project_id: ProjectId, happening: Happening) -> list[Told]:
    """Who looks at one of two contacts that are suggested, or called different, is told of it; no list changes."""
    return [
        (f"/{project_id}/leads/{view.contact.id}", "team", "UPDATE", render.lead_view(view, project_id))
        for view in happening.contacts
        if view.merged_from is None
    ]


def _of_contacts(project_id: ProjectId, happening: Happening, method: str) -> list[Told]:
    """What the team is told of the contacts of an event. A merged one leaves the lists, and who looks at it is told
    what it is part of now; one that is set free comes back."""
    made: list[Told] = []
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
            made += [(name, audience, "UPDATE", shown) for audience in _audiences(happening, conversation)]
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


def refused(action: str, topic: str, error: dict[str, str]) -> bytes:
    """The frame that says why an action is not done."""
    return encode({"action": action, "payload": {"topic": topic, "error": error}})
