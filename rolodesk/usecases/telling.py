"""What webhooks are told of events: each with everything that a body says of it, as it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec
from msgspec import Struct

from rolodesk.domain.conversation import Conversation, Message
from rolodesk.domain.emitted import member_of
from rolodesk.domain.events import EventName, RecordedEvent
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.merging import Merge, Split
from rolodesk.domain.webhook import line_of, names_of, names_of_message
from rolodesk.storage import (
    agent_groups,
    contacts,
    conversations,
    departments,
    duplicates,
    emitted,
    identities,
    members,
    merges,
    projects,
    splits,
)
from rolodesk.storage.agent_groups import AgentGroup
from rolodesk.storage.database import ReadTx
from rolodesk.storage.departments import Department
from rolodesk.storage.duplicates import Suggestion
from rolodesk.storage.members import Invitation, Member
from rolodesk.storage.projects import Project
from rolodesk.usecases.clock import now
from rolodesk.usecases.emitted import EmittedView
from rolodesk.usecases.emitted import views as emitted_views
from rolodesk.usecases.follow import Happening, happened

MOST_MESSAGES = 1_000
MOST_BYTES = 1_000_000
Subject = Member | Invitation | Project | Department | AgentGroup | EmittedView | Merge | Split | Suggestion


class Told(Struct, frozen=True):
    """An event with what its body is made of: by which names it is told, in whose lines it stands, and which other
    contacts the body tells of. `subject` is what the event's subject is now, None where it is gone; `messages` are
    those of a conversation that has been closed."""

    happening: Happening
    names: tuple[str, ...]
    line: tuple[ContactId, ...]
    mentioned: tuple[ContactId, ...]
    subject: Subject | None = None
    messages: tuple[Message, ...] = ()


def told(tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]) -> list[Told]:
    """Each of the events with what its body is made of."""
    return [_told(tx, project_id, happening) for happening in happened(tx, project_id, recorded)]


def _told(tx: ReadTx, project_id: ProjectId, happening: Happening) -> Told:
    event, subject = happening.recorded.event, _subject(tx, project_id, happening.recorded)
    view = happening.conversation
    names, line = names_of(event), line_of(event)
    messages: tuple[Message, ...] = ()
    shown = list(_members(happening))
    if event.name is EventName.MESSAGE_CREATE and view and happening.message:
        by_requester = happening.message.sender_kind == "visitor"
        names += names_of_message(view.conversation.channel, by_requester)
    if event.name is EventName.REQUEST_CLOSE and view:
        messages = _last_messages(tx, project_id, view.conversation)
    if isinstance(subject, EmittedView):
        names += (f"event.emit.{subject.emitted.name}",)
        line, more = _emitters(tx, project_id, subject)
        shown += more
    return Told(happening, names, line, tuple(dict.fromkeys(shown)), subject, messages)


def _last_messages(tx: ReadTx, project_id: ProjectId, conversation: Conversation) -> tuple[Message, ...]:
    """The newest messages, oldest first: no more than MOST_BYTES of them, so that no visitor fills the list of
    deliveries by closing again and again what is long. If they are large, not all of them are read for it."""
    found, fitting = _newest(tx, project_id, conversation, MOST_MESSAGES // 10)
    if fitting == MOST_MESSAGES // 10:
        found, fitting = _newest(tx, project_id, conversation, MOST_MESSAGES)
    return tuple(found[len(found) - fitting :])


def _newest(
    tx: ReadTx, project_id: ProjectId, conversation: Conversation, limit: int
) -> tuple[list[Message], int]:
    """The newest messages, oldest first, and how many of the last ones are within MOST_BYTES."""
    found = conversations.messages(tx, project_id, conversation.id, limit=limit, last=True)
    sizes = accumulate(len(msgspec.json.encode(one)) for one in reversed(found))
    return found, sum(size <= MOST_BYTES for size in sizes)


def _members(happening: Happening) -> Iterable[ContactId]:
    """All contacts whose values the shown profiles are made of."""
    for view in happening.contacts:
        yield from view.contact.profile.members
    if happening.conversation and happening.conversation.contact:
        yield from happening.conversation.contact.profile.members


def _emitters(
    tx: ReadTx, project_id: ProjectId, view: EmittedView
) -> tuple[tuple[ContactId, ...], tuple[ContactId, ...]]:
    """In whose line a custom event stands: its visitor's home, or of one who has not spoken the membership that it
    would have. The latter is remembered in any case: erasing goes by it."""
    member_id = ContactId(view.emitted.member_id)
    if view.emitted.kind == "agent":
        return (member_id,), ()
    held = identities.get(tx, project_id, view.who.id) if view.who else None
    if held is None:
        return (member_id,), ()
    root = contacts.root_of(tx, project_id, held.contact_id)
    return tuple(dict.fromkeys(filter(None, (held.contact_id, root)))), (member_id,)


def _subject(tx: ReadTx, project_id: ProjectId, recorded: RecordedEvent) -> Subject | None:
    event, subject = recorded.event, recorded.event.subject_id or ""
    match event.name:
        case EventName.LEAD_MERGE | EventName.LEAD_UNMERGE:
            return merges.get(tx, project_id, subject)
        case EventName.LEAD_SPLIT:
            return splits.get(tx, project_id, subject)
        case EventName.LEAD_DUPLICATE:
            pair = {event.contact_id, ContactId(subject)}
            found = duplicates.of_contacts(tx, project_id, [event.contact_id or ContactId("")])
            return next((one for one in found if set(one.pair) == pair), None)
        case EventName.MEMBER_INVITE:
            return members.invitation(tx, project_id, subject, now())
        case EventName.MEMBER_CREATE | EventName.MEMBER_UPDATE | EventName.MEMBER_DELETE:
            return members.get(tx, project_id, subject, ended_too=True)
        case EventName.PROJECT_UPDATE | EventName.PROJECT_DELETE:
            return projects.get(tx, project_id)
        case EventName.EVENT_EMIT:
            view = emitted_views(tx, project_id, list(emitted.by_ids(tx, project_id, [subject]).values()))
            return view[0] if view else None
    if event.name.value.startswith("department."):
        return next((one for one in departments.of_project(tx, project_id) if one.id == subject), None)
    if event.name.value.startswith("group."):
        return agent_groups.get(tx, project_id, subject)
    return None


def keys_of(project_id: ProjectId, visitors: Iterable[str]) -> list[ContactId]:
    """Under what the custom events of visitors are remembered, by the visitors' keys."""
    return [ContactId(member_of(project_id, key)) for key in visitors]
