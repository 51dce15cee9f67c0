"""Following a project's events: what each one concerns, as it stands now, for the live pages and the widget."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from rolodesk.domain.access import Actor, Agent, Permission, System, Visitor, require
from rolodesk.domain.contact import Identity
from rolodesk.domain.conversation import OPEN, Conversation, Message
from rolodesk.domain.events import RecordedEvent
from rolodesk.domain.ids import ContactId, ConversationId, ProjectId
from rolodesk.storage import contacts, conversations, events, identities
from rolodesk.storage.conversations import Wanted
from rolodesk.storage.database import Database, ReadTx
from rolodesk.usecases.contacts import ContactView
from rolodesk.usecases.conversations import ConversationView, views

SNAPSHOT = 100
MESSAGES = 300


class Happening(Struct, frozen=True):
    """An event with what it concerns. `own` is the conversation as its visitor may see it, made only if that visitor
    listens; `listener` is that visitor's key."""

    recorded: RecordedEvent
    conversation: ConversationView | None = None
    own: ConversationView | None = None
    listener: str | None = None
    message: Message | None = None
    contact: ContactView | None = None


def last(db: Database, project_id: ProjectId) -> int:
    """The number of the project's newest event."""
    with db.read() as tx:
        return events.last(tx, project_id)


def happenings(
    db: Database, project_id: ProjectId, after: int, limit: int, listeners: Collection[str]
) -> list[Happening]:
    """What has happened after an event's number, in order. `listeners` are the keys of visitors who listen."""
    with db.read() as tx:
        recorded = events.after(tx, project_id, after, limit)
        found = _conversations(tx, project_id, recorded)
        messages = conversations.messages_by_ids(
            tx,
            project_id,
            [r.event.subject_id for r in recorded if r.event.name == "message.create" and r.event.subject_id],
        )
        people = _contacts(tx, project_id, recorded)
        own = _own_views(tx, project_id, [view for view in found.values() if view.identity.key in listeners])
    happened = []
    for r in recorded:
        view = found.get(ConversationId(r.event.conversation_id or ""))
        message = messages.get(r.event.subject_id or "")
        happened.append(
            Happening(
                r,
                view,
                own.get(view.conversation.id) if view else None,
                view.identity.key if view else None,
                message[1] if message else None,
                people.get(r.event.root_id or ContactId("")) if r.event.name.startswith("lead.") else None,
            )
        )
    return happened


def _conversations(
    tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]
) -> dict[ConversationId, ConversationView]:
    ids = list(dict.fromkeys(r.event.conversation_id for r in recorded if r.event.conversation_id))
    found = list(conversations.by_ids(tx, project_id, ids).values())
    return {view.conversation.id: view for view in views(tx, System(project_id), found)}


def _contacts(
    tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]
) -> dict[ContactId, ContactView]:
    ids = list(
        dict.fromkeys(
            r.event.root_id for r in recorded if r.event.root_id and r.event.name.startswith("lead.")
        )
    )
    found = contacts.by_ids(tx, project_id, ids)
    owned = identities.of_roots(tx, project_id, list(found))
    return {contact_id: ContactView(contact, owned[contact_id]) for contact_id, contact in found.items()}


def _own_views(
    tx: ReadTx, project_id: ProjectId, shown: Sequence[ConversationView]
) -> dict[ConversationId, ConversationView]:
    """The same conversations as their visitors may see them, one identity after the other."""
    by_identity: dict[Identity, list[Conversation]] = {}
    for view in shown:
        if view.identity.kind in ("anonymous", "user"):
            by_identity.setdefault(view.identity, []).append(view.conversation)
    found: dict[ConversationId, ConversationView] = {}
    for identity, theirs in by_identity.items():
        visitor = Visitor(project_id, identity.kind, identity.key, {}, 0)
        found.update({view.conversation.id: view for view in views(tx, visitor, theirs)})
    return found


def open_conversations(db: Database, actor: Agent | Visitor) -> tuple[list[ConversationView], int]:
    """What a live list begins with, and the event that it is true as of: for the team the open conversations, for a
    visitor its own."""
    with db.read() as tx:
        number = events.last(tx, actor.project_id)
        if isinstance(actor, Agent):
            require(actor, Permission.VIEW_CONVERSATIONS)
            found = conversations.find(tx, actor.project_id, Wanted(statuses=OPEN), SNAPSHOT)
            return views(tx, actor, found), number
        identity = identities.by_key(tx, actor.project_id, actor.key, (actor.kind,))
        if identity is None:
            return [], number
        found = conversations.find(
            tx, actor.project_id, Wanted(statuses=None, identities=(identity.id,)), SNAPSHOT
        )
        return views(tx, actor, found), number


def own_messages(db: Database, actor: Visitor) -> tuple[list[tuple[Conversation, Message]], int]:
    """The newest messages of a visitor's own conversations, oldest first, and the event that they are true as of."""
    shown, number = open_conversations(db, actor)
    with db.read() as tx:
        found = [
            (view.conversation, message)
            for view in shown[:20]
            for message in conversations.messages(
                tx, actor.project_id, view.conversation.id, limit=50, last=True
            )
        ]
    return sorted(found, key=lambda pair: (pair[1].created_at, pair[1].id))[-MESSAGES:], number


def newest_contacts(db: Database, actor: Actor) -> int:
    """The event that a live list of contacts is true as of; the list itself is asked for over HTTP."""
    require(actor, Permission.VIEW_CONTACTS)
    return last(db, actor.project_id)
