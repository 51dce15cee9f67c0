"""Topics: what each names, who may listen to it, and what it begins with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, Visitor, require
from rolodesk.domain.contact import Identity
from rolodesk.domain.errors import Forbidden, NotFound
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import Database
from rolodesk.storage.members import Member
from rolodesk.usecases import contacts, conversations, emitted, follow, projects
from rolodesk.web import render
from rolodesk.web.events import emitted_body

_ID = r"(?P<id>[A-Za-z0-9_.:\-]{1,200})"
_KINDS = {
    kind: re.compile(rf"/(?P<project>[0-9a-f]{{24}})/{rest}", re.DOTALL)
    for kind, rest in {
        "requests": "requests",
        "request": f"requests/{_ID}",
        "request_messages": f"requests/{_ID}/messages",
        "own_messages": "messages",
        "leads": "leads",
        "lead": f"leads/{_ID}",
        "duplicates": "duplicates",
        "somebody": "project_users/users/(?P<id>.{1,200})",
        "member": f"project_users/{_ID}",
        "events": f"events/{_ID}(?:/(?P<name>.{{1,100}}))?",
        "bot": f"bots/{_ID}",
    }.items()
}
FOR_VISITORS = ("requests", "request", "request_messages", "own_messages")


class Topic(Struct, frozen=True):
    """What a topic names; `event` is the name of the custom events that it is about, if it has one."""

    name: str
    project_id: ProjectId
    kind: str
    id: str = ""
    event: str | None = None

    @property
    def is_of_conversations(self) -> bool:
        return self.kind in ("requests", "request", "request_messages")


Begun = tuple[Any, int]


def parse(name: str) -> Topic:
    """The topic's meaning. Raises NotFound."""
    for kind, pattern in _KINDS.items():
        if match := pattern.fullmatch(name):
            said = match.groupdict()
            return Topic(name, ProjectId(said["project"]), kind, said.get("id") or "", said.get("name"))
    raise NotFound("no such topic")


def check(db: Database, actor: Agent | Visitor, topic: Topic) -> None:
    """Raise NotFound or Forbidden unless the actor may listen to the topic."""
    if isinstance(actor, Visitor) and topic.kind not in FOR_VISITORS:
        raise Forbidden()
    if isinstance(actor, Agent) and topic.kind == "own_messages":
        raise Forbidden("this topic is for visitors")
    if topic.kind in ("request", "request_messages"):
        conversations.get(db, actor, topic.id)
    elif topic.kind == "lead":
        contacts.get(db, actor, topic.id)
    elif topic.kind == "member":
        _own_member(db, actor, topic)
    elif topic.kind == "somebody":
        follow.somebody(db, actor, topic.id)
    elif topic.kind == "bot":
        raise NotFound("there are no bots here")
    elif isinstance(actor, Agent):
        require(actor, Permission.VIEW_CONTACTS)


def snapshot(db: Database, actor: Agent | Visitor, topic: Topic) -> Begun:
    """What a topic begins with, and the event that it is true as of. Raises NotFound, Forbidden."""
    if topic.kind in _COUNTED:
        return _COUNTED[topic.kind](db, actor, topic)
    number = follow.last(db, actor.project_id)
    return (_SINGLE[topic.kind](db, actor, topic) if topic.kind in _SINGLE else []), number


def _requests(db: Database, actor: Agent | Visitor, _: Topic) -> Begun:
    views, number = follow.open_conversations(db, actor)
    if isinstance(actor, Visitor):
        return [render.request(view, actor.project_id, for_visitor=True) for view in views], number
    shown = [render.request_unpopulated(view, actor.project_id) for view in views]
    return shown, number


def _own_messages(db: Database, actor: Agent | Visitor, _: Topic) -> Begun:
    if isinstance(actor, Agent):
        raise Forbidden("this topic is for visitors")
    found, number = follow.own_messages(db, actor)
    return [render.message(message, c, actor.project_id) for c, message in found], number


def _events(db: Database, actor: Agent | Visitor, topic: Topic) -> Begun:
    if isinstance(actor, Visitor):
        raise Forbidden()
    views, number = emitted.newest(db, actor, topic.id, topic.event)
    return [emitted_body(view, actor.project_id) for view in views], number


def _request(db: Database, actor: Agent | Visitor, topic: Topic) -> Any:
    view = conversations.get(db, actor, topic.id)
    return render.request(view, actor.project_id, isinstance(actor, Visitor))


def _request_messages(db: Database, actor: Agent | Visitor, topic: Topic) -> Any:
    view = conversations.get(db, actor, topic.id)
    listed = conversations.latest_messages(db, actor, topic.id, follow.MESSAGES)
    return [render.message(message, view.conversation, actor.project_id) for message in listed]


def _lead(db: Database, actor: Agent | Visitor, topic: Topic) -> Any:
    return render.lead_view(contacts.get(db, actor, topic.id), actor.project_id)


def _member(db: Database, actor: Agent | Visitor, topic: Topic) -> Any:
    return _flat(_own_member(db, actor, topic))


def _somebody(db: Database, actor: Agent | Visitor, topic: Topic) -> Any:
    found = follow.somebody(db, actor, topic.id)
    if isinstance(found, Identity):
        return {**render.visitor_member(found, actor.project_id), "isBusy": False}
    return _flat(found)


def _flat(found: Member) -> Any:
    """A membership with the id of its user."""
    return {**render.member_with_user(found), "id_user": found.user_id}


def _own_member(db: Database, actor: Agent | Visitor, topic: Topic) -> Member:
    if isinstance(actor, Visitor) or topic.id != actor.member_id:
        raise NotFound("no such topic")
    return projects.member(db, actor, topic.id)


_COUNTED: dict[str, Callable[[Database, Agent | Visitor, Topic], Begun]] = {
    "requests": _requests,
    "own_messages": _own_messages,
    "events": _events,
}
_SINGLE: dict[str, Callable[[Database, Agent | Visitor, Topic], Any]] = {
    "request": _request,
    "request_messages": _request_messages,
    "lead": _lead,
    "member": _member,
    "somebody": _somebody,
}
