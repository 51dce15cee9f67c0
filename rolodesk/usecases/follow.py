"""Following a project's events: what each one concerns, as it stands now, for the live pages and the widget."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec import Struct

from rolodesk.domain.access import Actor, Agent, Permission, System, Visitor, require
from rolodesk.domain.contact import Identity, is_text
from rolodesk.domain.conversation import OPEN, Conversation, Message
from rolodesk.domain.errors import NotFound
from rolodesk.domain.events import Event, EventName, RecordedEvent
from rolodesk.domain.holding import Holders, holders, is_open_to, may_have_been_open_to
from rolodesk.domain.ids import ContactId, ConversationId, IdentityId, ProjectId, UserId
from rolodesk.storage import (
    bans,
    contacts,
    conversation_lists,
    conversations,
    emitted,
    events,
    identities,
    members,
)
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.storage.database import Database, ReadTx
from rolodesk.storage.members import Member
from rolodesk.usecases.contacts import JOINS, ContactView
from rolodesk.usecases.conversation_rights import readable
from rolodesk.usecases.conversations import ConversationView, views
from rolodesk.usecases.emitted import EmittedView
from rolodesk.usecases.emitted import views as emitted_views

DUPLICATES = (EventName.LEAD_DUPLICATE, EventName.LEAD_DIFFERENT)
SNAPSHOT = 100
MESSAGES = 300


class Happening(Struct, frozen=True):
    """An event with what it concerns. `own` is the conversation as its visitor may see it, made only if one listens who
    may read it; `listeners` are those visitors' keys.

    `contacts` are the contact of the event, and of a merge, split or duplicate both, each as it is shown now; `moved`
    the open conversations that are shown under another contact since. `member` is the membership that has changed,
    `emitted` the custom event, unless it is forgotten; `kept_out` the key of somebody who has been blocked.

    Of the listening members of the team who see their own conversations alone `readers` are those who may read each of
    the conversations, `lost` those who may have read the event's, and no more.
    """

    recorded: RecordedEvent
    conversation: ConversationView | None = None
    own: ConversationView | None = None
    listeners: tuple[str, ...] = ()
    message: Message | None = None
    contacts: tuple[ContactView, ...] = ()
    moved: tuple[ConversationView, ...] = ()
    member: Member | None = None
    emitted: EmittedView | None = None
    kept_out: str | None = None
    readers: Mapping[ConversationId, tuple[UserId, ...]] = {}
    lost: tuple[UserId, ...] = ()


def last(db: Database, project_id: ProjectId) -> int:
    """The number of the project's newest event."""
    with db.read() as tx:
        return events.last(tx, project_id)


def happenings(
    db: Database, project_id: ProjectId, after: int, limit: int, listeners: Collection[str],
    restricted: Callable[[], Sequence[Agent]] = tuple,
) -> list[Happening]:  # fmt: skip
    """What has happened after an event's number, in order. `listeners` are the keys of visitors who listen;
    `restricted` says, once the events are read, who of the team does and sees its own conversations alone."""
    with db.read() as tx:
        recorded = events.after(tx, project_id, after, limit)
        return happened(tx, project_id, recorded, listeners, restricted())


def happened(
    tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent], listeners: Collection[str] = (),
    restricted: Sequence[Agent] = (),
) -> list[Happening]:  # fmt: skip
    """Each of the events with what it concerns."""
    found = _conversations(tx, project_id, recorded)
    messages = conversations.messages_by_ids(
        tx,
        project_id,
        [r.event.subject_id for r in recorded if r.event.name == "message.create" and r.event.subject_id],
    )
    people = _contacts(tx, project_id, recorded)
    moved = {r.number: _moved(tx, project_id, r) for r in recorded if r.event.name in JOINS}
    team = _members(tx, project_id, recorded)
    custom = _emitted(tx, project_id, recorded)
    allowed = _listening(tx, project_id, list(found.values()), listeners)
    own = _own_views(tx, project_id, [view for view in found.values() if allowed.get(view.identity.id)])
    told = []
    for r in recorded:
        view = found.get(ConversationId(r.event.conversation_id or ""))
        message = messages.get(r.event.subject_id or "")
        told.append(
            Happening(
                r,
                view,
                own.get(view.conversation.id) if view else None,
                allowed.get(view.identity.id, ()) if view else (),
                message[1] if message else None,
                tuple(people[contact_id] for contact_id in _concerned(r.event) if contact_id in people),
                moved.get(r.number, ()),
                team.get(r.number),
                custom.get(r.event.subject_id or ""),
                _kept_out(tx, project_id, r.event),
                _readers([*([view] if view else []), *moved.get(r.number, ())], restricted),
                _lost(tx, project_id, r.event, view, restricted),
            )
        )
    return told


def _readers(
    shown: Sequence[ConversationView], restricted: Sequence[Agent]
) -> dict[ConversationId, tuple[UserId, ...]]:
    """Who may read each of them now."""
    if not restricted:
        return {}
    held = {view.conversation.id: holders(view.conversation, view.identity) for view in shown}
    return {one: tuple(a.user_id for a in restricted if is_open_to(a, held[one])) for one in held}


def _lost(
    tx: ReadTx,
    project_id: ProjectId,
    event: Event,
    view: ConversationView | None,
    restricted: Sequence[Agent],
) -> tuple[UserId, ...]:
    """Who may have read the conversation before what has happened, but cannot now. Who never could is told nothing."""
    turned = event.name in (EventName.REQUEST_ASSIGN, EventName.REQUEST_DELETE) or "followers" in event.fields
    if not restricted or not turned or event.conversation_id is None:
        return ()
    held = holders(view.conversation, view.identity) if view else None
    without = [a for a in restricted if held is None or not is_open_to(a, held)]
    history = events.about_holders(tx, project_id, event.conversation_id) if without else []
    return tuple(a.user_id for a in without if may_have_been_open_to(a, history))


def _kept_out(tx: ReadTx, project_id: ProjectId, event: Event) -> str | None:
    if event.name is not EventName.LEAD_BLOCK or not event.subject_id:
        return None
    found = bans.get(tx, project_id, event.subject_id)
    return found.key if found else None


def _members(
    tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]
) -> dict[int, Member | None]:
    """The memberships that have changed, by the event's number."""
    return {
        r.number: members.get(tx, project_id, r.event.subject_id or "")
        for r in recorded
        if r.event.name == EventName.MEMBER_UPDATE
    }


def _emitted(tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]) -> dict[str, EmittedView]:
    """The custom events, by their ids."""
    ids = [r.event.subject_id or "" for r in recorded if r.event.name == EventName.EVENT_EMIT]
    known = emitted.by_ids(tx, project_id, ids)
    return {view.emitted.id: view for view in emitted_views(tx, project_id, list(known.values()))}


def _listening(
    tx: ReadTx, project_id: ProjectId, shown: Sequence[ConversationView], listeners: Collection[str]
) -> dict[IdentityId, tuple[str, ...]]:
    """By identity the keys of the visitors who listen and may read it: its own and those proven to be the same."""
    owners = {
        view.identity.id: view.identity for view in shown if view.identity.kind in ("anonymous", "user")
    }
    if not listeners or not owners:
        return {}
    proven = identities.proven(tx, project_id, list(owners))
    return {
        identity.id: tuple(
            i.key
            for i in (identity, *proven.get(identity.id, ()))
            if i.key in listeners and i.blocked_at is None
        )
        for identity in owners.values()
    }


class Hearers(Struct, frozen=True):
    """Who may hear what passes in a conversation: the keys of visitors, and those whose it is of the team, None where
    there is no such conversation."""

    visitors: frozenset[str] = frozenset()
    held: Holders | None = None

    def include(self, agent: Agent) -> bool:
        return self.held is not None and is_open_to(agent, self.held)


def hearers(db: Database, project_id: ProjectId, request_id: str) -> Hearers:
    """Who may hear what passes in a conversation: who listens may have lost the right to."""
    with db.read() as tx:
        found = conversations.by_request_id(tx, project_id, request_id)
        owner = identities.get(tx, project_id, found.identity_id) if found else None
        if found is None or owner is None:
            return Hearers()
        proven = identities.proven(tx, project_id, [owner.id]).get(owner.id, ())
        keys = frozenset(identity.key for identity in (owner, *proven) if identity.blocked_at is None)
        return Hearers(keys, holders(found, owner))


def _concerned(event: Event) -> tuple[ContactId, ...]:
    """The contacts that an event of a contact is about."""
    if not event.name.startswith("lead."):
        return ()
    both = [event.root_id]
    if event.name in JOINS:
        both.append(event.contact_id)
    if event.name in DUPLICATES and event.subject_id:
        both.append(ContactId(event.subject_id))
    return tuple(dict.fromkeys(contact_id for contact_id in both if contact_id))


def _moved(tx: ReadTx, project_id: ProjectId, recorded: RecordedEvent) -> tuple[ConversationView, ...]:
    """The open conversations of the trees that a merge or split has joined or set apart."""
    roots = {contacts.root_of(tx, project_id, contact_id) for contact_id in _concerned(recorded.event)}
    wanted = Wanted(statuses=OPEN, roots=tuple(root for root in roots if root))
    system = System(project_id)
    return tuple(views(tx, system, conversation_lists.find(tx, project_id, system, wanted, SNAPSHOT)))


def _conversations(
    tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]
) -> dict[ConversationId, ConversationView]:
    ids = list(dict.fromkeys(r.event.conversation_id for r in recorded if r.event.conversation_id))
    found = list(conversations.by_ids(tx, project_id, ids).values())
    return {view.conversation.id: view for view in views(tx, System(project_id), found)}


def _contacts(
    tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]
) -> dict[ContactId, ContactView]:
    """The contacts that the events are about, by id; in the place of a merged one what it is part of now."""
    ids = list(dict.fromkeys(contact_id for r in recorded for contact_id in _concerned(r.event)))
    asked = contacts.by_ids(tx, project_id, ids)
    roots = contacts.by_ids(tx, project_id, list(dict.fromkeys(c.root_id for c in asked.values())))
    owned = identities.of_roots(tx, project_id, list(roots))
    return {
        c.id: ContactView(roots[c.root_id], owned[c.root_id], c.id if c.merged_into else None)
        for c in asked.values()
        if c.root_id in roots
    }


def _own_views(
    tx: ReadTx, project_id: ProjectId, shown: Sequence[ConversationView]
) -> dict[ConversationId, ConversationView]:
    """The same conversations as their visitors may see them, one identity after the other."""
    by_identity: dict[Identity, list[Conversation]] = {}
    for view in shown:
        by_identity.setdefault(view.identity, []).append(view.conversation)
    found: dict[ConversationId, ConversationView] = {}
    for identity, theirs in by_identity.items():
        visitor = Visitor(project_id, identity.kind, identity.key, {}, 0)
        found.update({view.conversation.id: view for view in views(tx, visitor, theirs)})
    return found


def open_conversations(db: Database, actor: Agent | Visitor) -> tuple[list[ConversationView], int]:
    """What a live list begins with, and the event that it is true as of: for the team the open conversations, for a
    visitor its own and those that its browser has proven."""
    with db.read() as tx:
        number = events.last(tx, actor.project_id)
        if isinstance(actor, Agent):
            require(actor, Permission.VIEW_CONVERSATIONS)
            found = conversation_lists.find(tx, actor.project_id, actor, Wanted(statuses=OPEN), SNAPSHOT)
            return views(tx, actor, found), number
        mine = tuple(identity.id for identity in readable(tx, actor))
        wanted = Wanted(statuses=None, identities=mine)
        found = conversation_lists.find(tx, actor.project_id, actor, wanted, SNAPSHOT) if mine else []
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


def somebody(db: Database, actor: Agent | Visitor, key: str) -> Member | Identity:
    """The membership of a user, or the identity of the visitor that holds the key. Raises NotFound, Forbidden."""
    require(actor, Permission.VIEW_PROJECT)
    if not is_text(key):
        raise NotFound()
    with db.read() as tx:
        if (found := members.by_user(tx, actor.project_id, UserId(key))) is not None:
            return found
        require(actor, Permission.VIEW_CONTACTS)
        visitor = identities.by_key(tx, actor.project_id, key, ("anonymous", "user", "manual"))
    if visitor is None:
        raise NotFound()
    return visitor
