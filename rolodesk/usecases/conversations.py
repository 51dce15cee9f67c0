"""Conversations: posting, reading, assigning, closing; each held by one identity for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from rolodesk.domain.access import Actor, Agent, Permission, System, Visitor, require
from rolodesk.domain.contact import MAX_NOTE, Identity, clean_tag, clean_text
from rolodesk.domain.conversation import (
    OFFLINE_CHANNELS,
    PRIORITIES,
    WORKING_STATUSES,
    Conversation,
    ConversationStatus,
    ConversationTag,
    Draft,
    Message,
    Note,
    check_channel,
    check_draft,
    check_rating,
    check_request_id,
    status_after_message,
)
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.form import DEFAULT_FORM, read_answers, still_asked
from rolodesk.domain.holding import holders, is_open_to
from rolodesk.domain.ids import ContactId, ConversationId, MessageId, ProjectId, UserId
from rolodesk.domain.json import Json
from rolodesk.domain.profile import Contact
from rolodesk.domain.routing import check_no_bots
from rolodesk.storage import (
    accounts,
    contacts,
    conversation_lists,
    conversations,
    departments,
    events,
    identities,
    members,
    projects,
)
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.storage.database import Database, ReadTx, Unique, WriteTx, retried
from rolodesk.usecases import mails, turns
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.contacts import (
    KINDS_OF_VISITOR,
    Home,
    ensure_contact,
    go_home,
    list_in_earnest,
    name_of,
    own_claims,
    take_claims,
)
from rolodesk.usecases.conversation_rights import (
    check_readable,
    is_own,
    lock_known,
    may_read,
    readable,
    require_readable,
)
from rolodesk.usecases.mails import ByMail

MAX_SUBJECT = 500
MAX_LANGUAGE = 20
ALL = Wanted(statuses=None)


class ConversationView(Struct, frozen=True):
    """A conversation with all that an answer shows of it.

    For the team `contact` is the root contact; for a visitor it is None and `claims` is what its identity has said.
    `requester` is the member of the team who asks for itself, where it is one.
    """

    conversation: Conversation
    identity: Identity
    contact: Contact | None
    claims: dict[str, Json]
    home_id: ContactId
    people: tuple[accounts.User, ...]
    department: departments.Department | None
    tags: tuple[ConversationTag, ...]
    notes: tuple[Note, ...]
    available_agents: int
    unread: int = 0
    requester: accounts.User | None = None


class Posted(Struct, frozen=True):
    """A stored message with its conversation; `replayed` if it had been stored before."""

    message: Message
    view: ConversationView
    warnings: tuple[str, ...] = ()
    replayed: bool = False


def post(
    db: Database, actor: Visitor | Agent, request_id: str, draft: Draft, sender: str | None = None,
    by_mail: ByMail | None = None,
) -> Posted:  # fmt: skip
    """Post a message; an unknown `request_id` begins a conversation, whose first message makes the contact.

    An agent may name a `sender` (a contact's lead_id) to begin a conversation for it, and send what it says `by_mail`
    too. The same `client_id` twice is stored, and mailed, once. Raises Invalid, TooLarge, NotFound, Forbidden.
    """
    check_request_id(request_id)
    check_draft(draft)
    if isinstance(actor, Agent):
        require(actor, Permission.ANSWER)
    for _ in range(3):
        try:
            return _post(db, actor, request_id, draft, sender, by_mail)
        except Unique:
            # Stored already, or the conversation has just been begun by another message: then once more.
            if (replayed := _replayed(db, actor, request_id, draft)) is not None:
                return replayed
    raise Conflict("this conversation is being begun elsewhere", "busy")


@retried
def _post(
    db: Database, actor: Visitor | Agent, request_id: str, draft: Draft, sender: str | None,
    by_mail: ByMail | None,
) -> Posted:  # fmt: skip
    with db.write(actor.project_id) as tx:
        known = lock_known(tx, actor, request_id)
        if known is None:
            home, before, warnings = begin(tx, actor, request_id, draft, sender)
        else:
            conversation_id, identity = known
            home, warnings = home_of(tx, actor, identity, sender), []
            before = lock(tx, actor, conversation_id, identity)

        after, message = append(tx, actor, home, before, draft, sender)
        if by_mail is not None and isinstance(actor, Agent):
            mails.queue_answer(tx, actor, home.identity.id, after.id, message.id, by_mail)
        return Posted(message, show(tx, actor, after), tuple(warnings))


def _replayed(db: Database, actor: Visitor | Agent, request_id: str, draft: Draft) -> Posted | None:
    """The answer to a message that is stored already, None if it is not."""
    if draft.client_id is None:
        return None
    with db.read() as tx:
        view = view_one(tx, actor, request_id)
        found = conversations.message_by_client_id(
            tx, actor.project_id, view.conversation.id, draft.client_id
        )
    return Posted(found, view, replayed=True) if found else None


@retried
def open_for(
    db: Database, actor: Visitor | Agent, request_id: str | None, draft: Draft, sender: str | None
) -> ConversationView:
    """Begin a conversation without a message; an existing `request_id` answers as it stands. Raises like `post`."""
    name = check_request_id(request_id or new_request_id(actor.project_id))
    check_draft(draft)
    if isinstance(actor, Agent):
        require(actor, Permission.ANSWER)
    try:
        with db.write(actor.project_id) as tx:
            if conversations.by_request_id(tx, actor.project_id, name) is None:
                begin(tx, actor, name, draft, sender)
                return as_changed(tx, actor, name)
            return view_one(tx, actor, name)
    except Unique:
        return get(db, actor, name)


def new_request_id(project_id: ProjectId) -> str:
    """The id of a conversation that nobody has named."""
    return f"support-group-{project_id}-{new_id()}{new_id()[:8]}"


def begin(
    tx: WriteTx, actor: Visitor | Agent, request_id: str, draft: Draft, sender: str | None
) -> tuple[Home, Conversation, list[str]]:
    """The home of whoever speaks, and a new conversation of its identity."""
    attributes = draft.attributes or {}
    warnings: list[str] = []
    if isinstance(actor, Visitor):
        given = _first_attributes(actor, draft)
        home = ensure_contact(tx, actor, actor.key, actor.kind, given, draft.preflight)
        # Blocked after its token was looked at.
        _refuse_blocked(home.identity)
        definition = form_of(tx, actor.project_id)
        answers = read_answers(definition, attributes)
        said = dict(answers.values)
        for field, value in (("fullname", draft.sender_name), ("email", draft.email)):
            if value and field not in said:
                said[field] = value
        warnings = take_claims(tx, actor, home, said, answers.consents, draft.source_page)
    else:
        home = _home_for_agent(tx, actor, sender)
    return home, begin_at(tx, actor, home, request_id, draft), warnings


def begin_at(tx: WriteTx, actor: Visitor | Agent, home: Home, request_id: str, draft: Draft) -> Conversation:
    """A new conversation of the identity of a home that is locked. Raises Unique for a request_id that is taken."""
    if home.preliminary and not draft.preflight:
        # Before the ticket is taken: who makes a contact counts it first, too.
        list_in_earnest(tx, actor, home.root_id, home.identity.id, now())
    return _make(tx, actor, home, request_id, draft)


def _first_attributes(actor: Visitor, draft: Draft) -> Mapping[str, Json]:
    given = actor.claims.get("attributes")
    return draft.attributes or (given if isinstance(given, dict) else {})


def _home_for_agent(tx: WriteTx, actor: Agent, sender: str | None) -> Home:
    """The home of the contact that the agent speaks for, or of the agent, who then asks for itself."""
    if sender is None or sender == actor.user_id:
        home = ensure_contact(tx, actor, actor.user_id, "member")
        if home.made:
            take = Visitor(actor.project_id, "member", actor.user_id, {}, now())
            take_claims(tx, take, home, {"fullname": actor.name, "email": actor.email})
        return home
    known = identities.by_key(
        tx, actor.project_id, sender, ("user", "anonymous", "manual", "channel", "member")
    )
    if known is None:
        raise _unknown_sender(sender)
    return ensure_contact(tx, actor, sender, known.kind)


def _unknown_sender(sender: str) -> NotFound:
    return NotFound(f"Unauthorized. Project_user not found with user id  : {sender}", "unknown_sender")


def _make(tx: WriteTx, actor: Visitor | Agent, home: Home, request_id: str, draft: Draft) -> Conversation:
    at = now()
    department = turns.department_for(tx, actor.project_id, draft.department_id)
    # The ticket first: whoever takes turns waits there for the one before.
    ticket = projects.next_number(tx, actor.project_id, "ticket")
    people = _first_people(tx, actor, draft, department, at)
    conversation = Conversation(
        id=ConversationId(new_id()),
        request_id=request_id,
        ticket=ticket,
        identity_id=home.identity.id,
        status=_first_status(draft, people),
        first_text=draft.text,
        channel=draft.opening.channel or "chat21",
        priority=draft.opening.priority or "medium",
        messages=0,
        created_by=actor.id,
        created_at=at,
        updated_at=at,
        department_id=department.id if department else None,
        subject=clean_text(draft.subject, "subject", MAX_SUBJECT),
        language=short(draft.language, MAX_LANGUAGE),
        source_page=short(draft.source_page, 2_000),
        user_agent=short(draft.user_agent, 500),
        attributes=draft.attributes,
        location=draft.opening.location,
        waiting_since=None if draft.preflight else at,
        assigned_at=at if people else None,
        participants=people,
        followers=_checked_followers(tx, actor, draft.opening.followers),
        preflight=draft.preflight,
        smart_assignment=draft.opening.channel not in OFFLINE_CHANNELS,
    )
    if not conversations.add(tx, actor.project_id, conversation):
        raise Unique(request_id)
    if draft.preflight:
        return conversation
    contacts.add_conversation(tx, actor.project_id, home.contact_id, home.root_id)
    # Whom the team writes to has not been there by that.
    is_there = isinstance(actor, Visitor) or home.identity.key == actor.id
    seen_at = at if is_there else home.identity.last_seen
    identities.seen(tx, actor.project_id, home.identity.id, seen_at, 1)
    record(tx, actor, at, EventName.REQUEST_CREATE, home, conversation.id)
    if people:
        by = actor if draft.opening.participants else System(actor.project_id)
        for user_id in people:
            conversations.add_participant(tx, actor.project_id, conversation.id, user_id, by.id, at)
        record(tx, by, at, EventName.REQUEST_ASSIGN, home, conversation.id, subject=",".join(people))
    return conversation


def _first_people(
    tx: WriteTx, actor: Visitor | Agent, draft: Draft, department: departments.Department | None, at: int
) -> tuple[UserId, ...]:
    """Whom a new conversation is given to: those whom an agent names, or the next in turn. The project's tickets must
    be held. Raises Invalid for one who is no agent."""
    named = draft.opening.participants
    if draft.preflight or draft.opening.waits:
        return ()
    if not named:
        chosen = turns.next_agent(tx, actor.project_id, department, at)
        return (chosen,) if chosen else ()
    found = members.hold(tx, actor.project_id, list(dict.fromkeys(named)))
    if strangers := [user_id for user_id in named if user_id not in found]:
        raise Invalid(Problem(f"is no agent of the project: {strangers[0]}", "participants"))
    return tuple(found)


def _first_status(draft: Draft, people: Sequence[UserId]) -> ConversationStatus:
    if draft.preflight:
        return ConversationStatus.TEMPORARY
    return ConversationStatus.ASSIGNED if people else ConversationStatus.UNASSIGNED


def _checked_followers(tx: ReadTx, actor: Visitor | Agent, followers: Sequence[str]) -> tuple[str, ...]:
    """The ids of memberships, each once. Raises Invalid for one that is none."""
    ids = tuple(dict.fromkeys(followers))
    if strangers := [one for one in ids if members.get(tx, actor.project_id, one) is None]:
        raise Invalid(Problem(f"is no membership of the project: {strangers[0]}", "followers"))
    return ids


def short(text: str | None, limit: int) -> str | None:
    """Machine-made context, cut rather than refused."""
    if not text:
        return None
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()[:limit]


def home_of(tx: WriteTx, actor: Visitor | Agent, identity: Identity, sender: str | None) -> Home:
    """The home of a conversation's identity for an actor who may write into it. Raises NotFound to a visitor whose it
    is not, and for a sender who is neither the agent nor the conversation's visitor."""
    _check_writable(tx, actor, identity)
    if isinstance(actor, Agent) and sender not in (None, actor.user_id, identity.key):
        raise _unknown_sender(sender)
    kind = actor.kind if isinstance(actor, Visitor) and is_own(actor, identity) else identity.kind
    return go_home(tx, actor.project_id, identity, kind)


def _check_writable(tx: ReadTx, actor: Actor, identity: Identity) -> None:
    """Raise NotFound to a visitor who may not read the identity's conversations, and Forbidden to one who would write
    for an identity that is blocked."""
    if not isinstance(actor, Visitor):
        return
    if not may_read(tx, actor, identity):
        raise NotFound()
    _refuse_blocked(identity)


def _refuse_blocked(identity: Identity) -> None:
    if identity.blocked_at is not None:
        raise Forbidden("this visitor is blocked", "blocked")


def append(
    tx: WriteTx, actor: Visitor | Agent, home: Home, before: Conversation, draft: Draft, sender: str | None
) -> tuple[Conversation, Message]:
    """Append a message to a conversation that is locked after its contacts, with all that follows from it."""
    at = now()
    by_team = isinstance(actor, Agent) and (sender is None or sender == actor.user_id)
    is_own_request = by_team and home.identity.key == actor.id
    answers = by_team and not is_own_request
    message = Message(
        id=MessageId(new_id()),
        number=before.messages + 1,
        sender_kind="agent" if by_team else "visitor",
        sender_id=actor.id if by_team else home.identity.key,
        sender_name=_sender_name(tx, actor, home, draft, by_team),
        type=draft.type,
        text=draft.text,
        created_at=at,
        client_id=draft.client_id,
        attributes=draft.attributes,
        metadata=draft.metadata,
        language=short(draft.language, MAX_LANGUAGE),
    )
    is_preliminary = before.preflight and draft.preflight and not answers
    begins = before.preflight and not is_preliminary
    status = status_after_message(before.status, answers, bool(before.participants))
    after = structs.replace(
        before,
        status=ConversationStatus.TEMPORARY if is_preliminary else status,
        waiting_since=None if answers or is_preliminary else before.waiting_since or at,
        first_response_at=before.first_response_at or at if answers else before.first_response_at,
        visitor_seen=before.visitor_seen if answers else message.number,
        team_seen=message.number if by_team else before.team_seen,
        closed_at=None,
        closed_by=None,
        messages=message.number,
        last_message=message,
        updated_at=at,
    )
    if begins:
        after = _begin_in_earnest(tx, actor, home, after, message)
    if answers and isinstance(actor, Agent):
        if before.closed:
            after = turns.without_leavers(tx, actor, after, at)
        after = _joined(tx, actor, home, after, at)
    elif begins or (before.closed and not is_preliminary):
        after = turns.take_up(tx, actor.project_id, after, at)
    conversations.add_message(tx, actor.project_id, after, message)
    if before.closed:
        conversations.count_as_open(tx, actor.project_id, before.id, True)
    if is_preliminary:
        return after, message
    contacts.touch(tx, actor.project_id, home.contact_id, home.root_id, at, not by_team)
    if not by_team:
        identities.seen(tx, actor.project_id, home.identity.id, at, 0)
    if before.closed:
        record(tx, actor, at, EventName.REQUEST_REOPEN, home, before.id)
    if not answers and after.participants != before.participants:
        system, given = System(actor.project_id), ",".join(after.participants)
        record(tx, system, at, EventName.REQUEST_ASSIGN, home, before.id, subject=given or None)
    record(tx, actor, at, EventName.MESSAGE_CREATE, home, before.id, subject=message.id)
    return after, message


def _joined(tx: WriteTx, actor: Agent, home: Home, conversation: Conversation, at: int) -> Conversation:
    """The conversation with the agent who answers among its participants, held until the commit. Raises Forbidden to
    one who leaves the team at this moment."""
    c = conversation
    if not conversations.add_participant(tx, actor.project_id, c.id, actor.user_id, actor.id, at):
        return c
    if not members.hold(tx, actor.project_id, [actor.user_id]):
        raise Forbidden()
    record(tx, actor, at, EventName.REQUEST_ASSIGN, home, c.id, subject=actor.user_id)
    return structs.replace(
        c,
        status=max(c.status, ConversationStatus.ASSIGNED),
        assigned_at=c.assigned_at or at,
        participants=(*c.participants, actor.user_id),
    )


def _begin_in_earnest(
    tx: WriteTx, actor: Visitor | Agent, home: Home, conversation: Conversation, first: Message
) -> Conversation:
    """A preliminary conversation has got its first real message: only now it is counted and told of."""
    c = structs.replace(conversation, preflight=False, first_text=first.text)
    conversations.write(tx, actor.project_id, c)
    if home.preliminary:
        list_in_earnest(tx, actor, home.root_id, home.identity.id, first.created_at)
    contacts.add_conversation(tx, actor.project_id, home.contact_id, home.root_id, first.number - 1)
    identities.seen(tx, actor.project_id, home.identity.id, first.created_at, 1)
    record(tx, actor, first.created_at, EventName.REQUEST_CREATE, home, c.id)
    return c


def _sender_name(tx: ReadTx, actor: Visitor | Agent, home: Home, draft: Draft, by_team: bool) -> str | None:
    if by_team and isinstance(actor, Agent):
        return actor.name
    if draft.sender_name:
        return short(draft.sender_name, 200)
    if isinstance(actor, Visitor):
        claims = own_claims(tx, actor.project_id, home.identity, actor)
        return name_of(claims) or _name_by_token(actor)
    return None


def _name_by_token(actor: Visitor) -> str | None:
    name = actor.claims.get("firstname")
    return str(name)[:200] if name else None


def record(
    tx: WriteTx, actor: Actor, at: int, name: EventName, home: Home, conversation: ConversationId,
    subject: str | None = None, fields: tuple[str, ...] = (),
) -> None:  # fmt: skip
    events.record(
        tx,
        actor,
        at,
        Event(name, home.contact_id, home.root_id, home.identity.id, conversation, subject, fields),
    )


# Reading.


def form_of(tx: ReadTx, project_id: ProjectId) -> list[Json]:
    """The pre-chat form's definition, empty where the project has none."""
    project = projects.get(tx, project_id)
    if project is None or project.widget.get("preChatForm") is False:
        return []
    definition = project.widget.get("preChatFormJson")
    return definition if isinstance(definition, list) else DEFAULT_FORM


def form_for(db: Database, actor: Visitor) -> list[Json]:
    """What the pre-chat form still asks of this visitor, by its own claims and token alone."""
    with db.read() as tx:
        identity = identities.by_key(tx, actor.project_id, actor.key, KINDS_OF_VISITOR[actor.kind])
        definition = form_of(tx, actor.project_id)
        return still_asked(definition, own_claims(tx, actor.project_id, identity, actor))


def get(db: Database, actor: Visitor | Agent, request_id: str) -> ConversationView:
    """One conversation. Raises NotFound, to a visitor also for one that is not its own."""
    with db.read() as tx:
        return view_one(tx, actor, request_id)


def view_one(tx: ReadTx, actor: Actor, request_id: str) -> ConversationView:
    """The same in a transaction."""
    if isinstance(actor, Agent):
        require(actor, Permission.VIEW_CONVERSATIONS)
    conversation = conversations.by_request_id(tx, actor.project_id, request_id)
    if conversation is None:
        raise NotFound()
    view = show(tx, actor, conversation)
    check_readable(tx, actor, conversation, view.identity)
    return view


def as_changed(tx: ReadTx, actor: Actor, request_id: str) -> ConversationView:
    """A conversation that the actor has just begun or changed, by `locked` or `lock`, as it is now: also if that has
    made it somebody else's."""
    conversation = conversations.by_request_id(tx, actor.project_id, request_id)
    if conversation is None:
        raise NotFound()
    return show(tx, actor, conversation)


def show(tx: ReadTx, actor: Actor, conversation: Conversation) -> ConversationView:
    """A conversation that the actor may read with all that an answer shows of it."""
    return views(tx, actor, [conversation])[0]


def find(
    db: Database, actor: Agent, wanted: Wanted, limit: int = 40, offset: int = 0, sort: str = "updated_at",
    descending: bool = True, with_count: bool = True,
) -> tuple[list[ConversationView], int]:  # fmt: skip
    """The team's list of conversations and how many there are (counted up to 10,001)."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        wanted = structs.replace(wanted, roots=true_roots(tx, actor.project_id, wanted.roots))
        found = conversation_lists.find(tx, actor.project_id, actor, wanted, limit, offset, sort, descending)
        total = _total(tx, actor, wanted, found, limit, offset) if with_count else 0
        return views(tx, actor, found), total


def _total(
    tx: ReadTx, actor: Actor, wanted: Wanted, found: Sequence[Conversation], limit: int, offset: int
) -> int:
    """How many there are. A first page that is not full says it itself: what is rare is not looked for twice."""
    if not offset and len(found) < limit:
        return len(found)
    return conversation_lists.count(tx, actor.project_id, actor, wanted)


def true_roots(
    tx: ReadTx, project_id: ProjectId, asked: Sequence[ContactId] | None
) -> tuple[ContactId, ...] | None:
    """Any id of a tree means the whole tree."""
    if asked is None:
        return None
    found = (contacts.root_of(tx, project_id, contact_id) for contact_id in asked)
    return tuple(dict.fromkeys(root for root in found if root is not None))


def own(
    db: Database, actor: Visitor | Agent, wanted: Wanted = ALL, limit: int = 40, offset: int = 0,
    sort: str = "updated_at", descending: bool = True, with_count: bool = True,
) -> tuple[list[ConversationView], int]:  # fmt: skip
    """The caller's own conversations and how many there are (counted up to 10,001). A visitor finds nothing by what it
    is not shown."""
    with db.read() as tx:
        if isinstance(actor, Visitor):
            mine = readable(tx, actor)
        else:
            member = identities.by_key(tx, actor.project_id, actor.id, ("member",))
            mine = [member] if member else []
        if not mine:
            return [], 0
        if isinstance(actor, Visitor):
            wanted = _shown_to_visitors(wanted)
        wanted = structs.replace(wanted, identities=tuple(identity.id for identity in mine))
        found = conversation_lists.find(tx, actor.project_id, actor, wanted, limit, offset, sort, descending)
        total = _total(tx, actor, wanted, found, limit, offset) if with_count else 0
        return views(tx, actor, found), total


def _shown_to_visitors(wanted: Wanted) -> Wanted:
    """The same, or nothing if it asks about what only the team knows: tags, notes, the contact and those merged with
    it, the team's own status."""
    w = wanted
    hidden = (w.tag, w.text, w.roots, w.lead_id, w.phone, w.abandoned, w.smart_assignment)
    asks = any(value is not None for value in hidden) or w.emails or w.working_in or w.working_not
    return structs.replace(wanted, nothing=True) if asks else wanted


def counts(db: Database, actor: Agent) -> dict[str, int]:
    """How many open conversations wait and how many are assigned."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        return conversation_lists.by_status(tx, actor.project_id, actor)


def messages(
    db: Database, actor: Visitor | Agent, request_id: str, after: str | None = None, limit: int | None = None
) -> list[Message]:
    """The messages of a conversation, oldest first; `after` is the id of the last one seen. Raises NotFound."""
    with db.read() as tx:
        view = view_one(tx, actor, request_id)
        number = _number(tx, actor.project_id, view.conversation, after) if after else 0
        return conversations.messages(tx, actor.project_id, view.conversation.id, number, limit)


def latest_messages(db: Database, actor: Visitor | Agent, request_id: str, limit: int) -> list[Message]:
    """The newest messages of a conversation, oldest first. Raises NotFound."""
    with db.read() as tx:
        view = view_one(tx, actor, request_id)
        return conversations.messages(tx, actor.project_id, view.conversation.id, limit=limit, last=True)


def message(db: Database, actor: Visitor | Agent, request_id: str, message_id: str) -> Message:
    """One message. Raises NotFound."""
    with db.read() as tx:
        view = view_one(tx, actor, request_id)
        found = conversations.message(tx, actor.project_id, message_id)
    if found is None or found[0] != view.conversation.id:
        raise NotFound()
    return found[1]


def _number(tx: ReadTx, project_id: ProjectId, conversation: Conversation, message_id: str) -> int:
    found = conversations.message(tx, project_id, message_id)
    if found is None or found[0] != conversation.id:
        raise Invalid(Problem("is no message of this conversation", "after", "query"))
    return found[1].number


def views(tx: ReadTx, actor: Actor, found: Sequence[Conversation]) -> list[ConversationView]:
    """Conversations with all that an answer shows of them, in the same order: a few statements for any number."""
    if not found:
        return []
    project_id, ids = actor.project_id, [c.id for c in found]
    owners = identities.by_ids(tx, project_id, list(dict.fromkeys(c.identity_id for c in found)))
    for_team = not isinstance(actor, Visitor)
    roots = conversations.roots(tx, project_id, list(owners)) if for_team else {}
    cards = contacts.by_ids(tx, project_id, list(dict.fromkeys(roots.values()))) if for_team else {}
    claims = {i.id: _claims(tx, actor, i) for i in owners.values()} if isinstance(actor, Visitor) else {}
    askers = [UserId(i.key) for i in owners.values() if i.kind == "member"] if for_team else []
    people = accounts.users_by_id(
        tx, list(dict.fromkeys([*askers, *(u for c in found for u in c.participants)]))
    )
    places = {d.id: d for d in departments.of_project(tx, project_id)}
    tags = conversations.tags(tx, project_id, ids) if for_team else {}
    notes = conversations.notes(tx, project_id, ids) if for_team else {}
    unread = {} if for_team else conversations.unread(tx, project_id, found)
    available = members.count_available(tx, project_id)
    shown = []
    for c in found:
        identity = owners[c.identity_id]
        root = roots.get(c.identity_id)
        shown.append(
            ConversationView(
                c,
                identity,
                cards.get(root) if root else None,
                claims.get(identity.id, {}),
                identity.contact_id,
                tuple(people[u] for u in c.participants if u in people),
                places.get(c.department_id or ""),
                tuple(tags.get(c.id, ())),
                tuple(notes.get(c.id, ())),
                available,
                unread.get(c.id, 0),
                people.get(UserId(identity.key)) if identity.kind == "member" else None,
            )
        )
    return shown


def _claims(tx: ReadTx, visitor: Visitor, identity: Identity) -> dict[str, Json]:
    """What the conversation's identity has said of itself; what the visitor's token says is of its own identity."""
    if not is_own(visitor, identity):
        visitor = Visitor(visitor.project_id, identity.kind, identity.key, {}, visitor.issued_at)
    return own_claims(tx, visitor.project_id, identity, visitor)


# What the team, and in part the visitor, does with a conversation.


@retried
def close(db: Database, actor: Visitor | Agent, request_id: str) -> ConversationView:
    """Close it; a closed one answers as it stands. Raises NotFound, Forbidden."""
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)

        if not conversation.closed:
            at = now()
            closed = structs.replace(
                conversation, status=ConversationStatus.CLOSED, closed_at=at, closed_by=actor.id, waiting_since=None,
                updated_at=at,
            )  # fmt: skip
            conversations.write(tx, actor.project_id, closed)
            record(tx, actor, at, EventName.REQUEST_CLOSE, home, conversation.id)
        return as_changed(tx, actor, request_id)


@retried
def reopen(db: Database, actor: Visitor | Agent, request_id: str) -> ConversationView:
    """Open it again; an open one answers as it stands. Raises NotFound, Forbidden."""
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)

        if conversation.closed:
            at = now()
            status = (
                ConversationStatus.ASSIGNED if conversation.participants else ConversationStatus.UNASSIGNED
            )
            if conversation.preflight:
                status = ConversationStatus.TEMPORARY
            opened = structs.replace(
                conversation, status=status, closed_at=None, closed_by=None, updated_at=at
            )
            conversations.write(tx, actor.project_id, turns.without_leavers(tx, actor, opened, at))
            record(tx, actor, at, EventName.REQUEST_REOPEN, home, conversation.id)
        return as_changed(tx, actor, request_id)


@retried
def assign(db: Database, actor: Agent, request_id: str, user_ids: Sequence[str]) -> ConversationView:
    """Make just these members of the team the participants; none leaves it unassigned.

    Raises NotFound, or Invalid for one who is no agent of the project.
    """
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)

        put_participants(tx, actor, home, conversation, user_ids)
        return as_changed(tx, actor, request_id)


def put_participants(
    tx: WriteTx, actor: Agent, home: Home, conversation: Conversation, user_ids: Sequence[str]
) -> None:
    """Make these the participants of a locked conversation. Raises Invalid."""
    wanted = [UserId(user_id) for user_id in dict.fromkeys(user_ids)]
    if set(wanted) == set(conversation.participants):
        return
    check_no_bots(wanted)
    team = members.hold(tx, actor.project_id, wanted)
    if strangers := [user_id for user_id in wanted if user_id not in team]:
        raise Invalid(Problem(f"is no agent of the project: {strangers[0]}", "member"))

    at = now()
    conversations.write(tx, actor.project_id, turns.put(tx, conversation, wanted, actor, at))
    subject = ",".join(wanted) or None
    record(tx, actor, at, EventName.REQUEST_ASSIGN, home, conversation.id, subject=subject)


@retried
def update(db: Database, actor: Agent, request_id: str, changes: Mapping[str, Json]) -> ConversationView:
    """Change subject, first_text, priority, language, sourcePage, location, status, rating, tags, workingStatus,
    channelName, smartAssignment, draft; `lead` may only name the contact that it has. Raises Invalid, NotFound,
    Conflict `conversation_fixed`."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        if changes.get("lead") is not None:
            _check_lead(tx, actor, home, changes["lead"])
        changed = _changed(conversation, changes)

        at = now()
        if conversation.closed and not changed.closed:
            changed = turns.without_leavers(tx, actor, changed, at)
        if isinstance(changes.get("tags"), list):
            for tag in conversations.tags(tx, actor.project_id, [conversation.id]).get(conversation.id, []):
                conversations.remove_tag(tx, actor.project_id, conversation.id, tag.id)
            _put_tags(tx, actor, conversation.id, changes["tags"], at)
        if changed != conversation or "tags" in changes:
            conversations.write(tx, actor.project_id, structs.replace(changed, updated_at=at))
            fields = tuple(sorted(name for name in changes if name != "lead"))
            record(tx, actor, at, EventName.REQUEST_UPDATE, home, conversation.id, fields=fields)
        return as_changed(tx, actor, request_id)


def _check_lead(tx: ReadTx, actor: Agent, home: Home, lead: Json) -> None:
    if contacts.root_of(tx, actor.project_id, ContactId(str(lead))) != home.root_id:
        raise Conflict("a conversation belongs to its visitor and never moves", "conversation_fixed")


def _changed(conversation: Conversation, changes: Mapping[str, Json]) -> Conversation:
    c = conversation
    for name, field, limit in (
        ("subject", "subject", MAX_SUBJECT),
        ("first_text", "first_text", 20_000),
        ("language", "language", MAX_LANGUAGE),
        ("sourcePage", "source_page", 2_000),
        ("rating_message", "rating_message", 5_000),
    ):
        if changes.get(name) is not None:
            c = structs.replace(c, **{field: clean_text(changes[name], name, limit) or ""})
    if changes.get("rating") is not None:
        c = structs.replace(c, rating=check_rating(changes["rating"]))
    if changes.get("priority") is not None:
        if changes["priority"] not in PRIORITIES:
            raise Invalid(Problem(f"must be one of {', '.join(PRIORITIES)}", "priority"))
        c = structs.replace(c, priority=str(changes["priority"]))
    if isinstance(changes.get("location"), dict):
        c = structs.replace(c, location=changes["location"])
    if changes.get("workingStatus") is not None:
        if changes["workingStatus"] not in WORKING_STATUSES:
            raise Invalid(Problem(f"must be one of {', '.join(WORKING_STATUSES)}", "workingStatus"))
        c = structs.replace(c, working_status=str(changes["workingStatus"]))
    if changes.get("channelName") is not None:
        c = structs.replace(c, channel=check_channel(changes["channelName"], "channelName"))
    for name, field in (("smartAssignment", "smart_assignment"), ("draft", "draft")):
        if changes.get(name) is not None:
            c = structs.replace(c, **{field: changes[name] is True})
    if changes.get("status") is not None:
        if changes["status"] not in (100, 200, 300) or not isinstance(changes["status"], int):
            raise Invalid(
                Problem("must be 100, 200 or 300; close and reopen have routes of their own", "status")
            )
        status = ConversationStatus.TEMPORARY if c.preflight else int(str(changes["status"]))
        c = structs.replace(c, status=status, closed_at=None, closed_by=None)
    return c


@retried
def merge_attributes(
    db: Database, actor: Agent, request_id: str, attributes: Mapping[str, Json]
) -> ConversationView:
    """Merge keys into the conversation's attributes, shallowly. Raises Invalid, NotFound."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        whole = {**(conversation.attributes or {}), **attributes}
        whole.pop("last_message", None)
        if len(str(whole)) > 100_000:
            raise Invalid(Problem("are larger than 100000 characters", "attributes"))

        at = now()
        conversations.write(
            tx, actor.project_id, structs.replace(conversation, attributes=whole, updated_at=at)
        )
        record(tx, actor, at, EventName.REQUEST_UPDATE, home, conversation.id, fields=("attributes",))
        return as_changed(tx, actor, request_id)


@retried
def add_note(db: Database, actor: Agent, request_id: str, text: Json) -> ConversationView:
    """An internal note. Raises Invalid if it is blank, NotFound."""
    require(actor, Permission.ANSWER)
    cleaned = clean_text(text, "text", MAX_NOTE)
    if cleaned is None:
        raise Invalid(Problem("text field is required", "text"))
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)

        at = now()
        note = Note(new_id(), cleaned, actor.id, at, at)
        conversations.add_note(tx, actor.project_id, conversation.id, note)
        record(tx, actor, at, EventName.REQUEST_NOTE, home, conversation.id, subject=note.id)
        return as_changed(tx, actor, request_id)


@retried
def delete_note(db: Database, actor: Agent, request_id: str, note_id: str) -> ConversationView:
    """Take a note away. Raises NotFound."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        at = now()
        if not conversations.delete_note(tx, actor.project_id, conversation.id, note_id, at):
            raise NotFound()

        record(tx, actor, at, EventName.REQUEST_NOTE_DELETE, home, conversation.id, subject=note_id)
        return as_changed(tx, actor, request_id)


@retried
def add_tags(db: Database, actor: Agent, request_id: str, tags: Sequence[Json]) -> ConversationView:
    """The tags beside those that are there; each `{tag, color?}` or a word. Raises Invalid, NotFound."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)

        at = now()
        if _put_tags(tx, actor, conversation.id, tags, at):
            record(tx, actor, at, EventName.REQUEST_UPDATE, home, conversation.id, fields=("tags",))
        return as_changed(tx, actor, request_id)


def _put_tags(
    tx: WriteTx, actor: Agent, conversation_id: ConversationId, tags: Json | Sequence[Json], at: int
) -> int:
    added = 0
    for tag in tags if isinstance(tags, list | tuple) else ():
        word = clean_tag(tag.get("tag") if isinstance(tag, dict) else tag)
        color = tag.get("color") if isinstance(tag, dict) else None
        made = ConversationTag(new_id(), word, clean_text(color, "color", 30))
        added += conversations.add_tag(tx, actor.project_id, conversation_id, made, actor.id, at)
    return added


@retried
def remove_tag(db: Database, actor: Agent, request_id: str, tag_id: str) -> ConversationView:
    """Take a tag off by its id. Raises NotFound for the conversation; a tag that is not there is no error."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)

        if conversations.remove_tag(tx, actor.project_id, conversation.id, tag_id):
            record(tx, actor, now(), EventName.REQUEST_UPDATE, home, conversation.id, fields=("tags",))
        return as_changed(tx, actor, request_id)


@retried
def rate(
    db: Database, actor: Visitor | Agent, request_id: str, rating: Json, text: Json = None
) -> ConversationView:
    """The visitor's rating, 1 to 5, with a word if it likes. Raises Invalid, NotFound."""
    stars = check_rating(rating)
    words = clean_text(text, "rating_message", 5_000)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        if isinstance(actor, Agent) and home.identity.key != actor.id:
            raise NotFound()

        at = now()
        rated = structs.replace(conversation, rating=stars, rating_message=words, updated_at=at)
        conversations.write(tx, actor.project_id, rated)
        record(tx, actor, at, EventName.REQUEST_RATING, home, conversation.id)
        return as_changed(tx, actor, request_id)


@retried
def seen(db: Database, actor: Visitor | Agent, request_id: str, message_id: str) -> Message:
    """Everything up to that message has been seen. No event: it passes. Raises NotFound."""
    with db.write(actor.project_id) as tx:
        view = view_one(tx, actor, request_id)
        found = conversations.message(tx, actor.project_id, message_id)
        if found is None or found[0] != view.conversation.id:
            raise NotFound()

        conversations.seen(
            tx, actor.project_id, view.conversation.id, isinstance(actor, Agent), found[1].number
        )
    return found[1]


def request_id_of(db: Database, actor: Agent, conversation_id: str) -> str:
    """The request id of the conversation with that `_id`. Raises NotFound, Forbidden."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        return require_readable(
            tx, actor, conversations.get(tx, actor.project_id, conversation_id)
        ).request_id


@retried
def delete(db: Database, actor: Agent, request_id: str) -> ConversationView:
    """Delete it with its messages for good. Raises NotFound, Forbidden."""
    require(actor, Permission.DELETE_CONVERSATIONS)
    with db.write(actor.project_id) as tx:
        home, conversation = locked(tx, actor, request_id)
        view = show(tx, actor, conversation)

        conversations.delete(tx, actor.project_id, conversation.id)
        if not conversation.preflight:
            contacts.forget_conversation(
                tx, actor.project_id, home.contact_id, home.root_id, conversation.messages
            )
            identities.seen(tx, actor.project_id, home.identity.id, home.identity.last_seen, -1)
        record(tx, actor, now(), EventName.REQUEST_DELETE, home, conversation.id)
        return view


def locked(tx: WriteTx, actor: Actor, request_id: str) -> tuple[Home, Conversation]:
    """A conversation that the actor may change, locked after its contacts. Raises NotFound, Forbidden."""
    if isinstance(actor, Agent):
        require(actor, Permission.ANSWER)
    known = lock_known(tx, actor, request_id)
    if known is None:
        raise NotFound()
    conversation_id, identity = known
    _check_writable(tx, actor, identity)
    root, _ = contacts.lock(tx, actor.project_id, identity.contact_id)
    home = Home(identity, identity.contact_id, root, made=False)
    return home, lock(tx, actor, conversation_id, identity)


def lock(tx: WriteTx, actor: Actor, conversation_id: ConversationId, identity: Identity) -> Conversation:
    """The conversation, locked. Raises NotFound if somebody has deleted it meanwhile, and to a member of the team whose
    it is not."""
    held = conversations.lock(tx, actor.project_id, conversation_id)
    if held is None or not is_open_to(actor, holders(held, identity)):
        raise NotFound()
    return held
