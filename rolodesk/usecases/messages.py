"""Messages besides the one that a visitor or an agent posts: many at once, one to a person, and all of a project."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from msgspec import Struct, structs

from rolodesk.domain.access import Agent, Permission, Visitor, require
from rolodesk.domain.contact import Identity
from rolodesk.domain.conversation import OPEN, Conversation, Draft, Message, check_draft, check_request_id
from rolodesk.domain.errors import Conflict, Invalid, NotFound, Problem
from rolodesk.domain.ids import ContactId, ConversationId, is_object_id
from rolodesk.domain.profile import Contact
from rolodesk.storage import contacts, conversation_lists, conversations, identities
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.storage.database import Database, ReadTx, Unique, WriteTx, retried
from rolodesk.usecases.conversation_rights import lock_known
from rolodesk.usecases.conversations import Posted, append, begin, home_of, lock, new_request_id, show

MANY = 100
KINDS_OF_PERSON = ("user", "anonymous", "manual", "channel", "member")


class Post(Struct, frozen=True):
    """One of many messages; an agent may name the conversation's visitor as its `sender`."""

    draft: Draft
    sender: str | None = None


@retried
def post_many(
    db: Database, actor: Visitor | Agent, request_id: str, posts: Sequence[Post]
) -> tuple[Conversation, list[Message]]:
    """Post them all, in their order, or none; one that is stored already is answered as it stands.

    Raises Invalid, TooLarge, NotFound for an unknown conversation too, Forbidden.
    """
    if not posts or len(posts) > MANY:
        raise Invalid(Problem(f"must be a list of 1 to {MANY} messages", ""))
    for post in posts:
        check_draft(post.draft)
    if isinstance(actor, Agent):
        require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        known = _known(tx, actor, request_id)
        homes = {post.sender: home_of(tx, actor, known[1], post.sender) for post in posts}
        conversation = lock(tx, actor, *known)

        stored = []
        for post in posts:
            message = _stored(tx, actor, conversation, post.draft.client_id)
            if message is None:
                home = homes[post.sender]
                conversation, message = append(tx, actor, home, conversation, post.draft, post.sender)
            stored.append(message)
        return conversation, stored


def _known(tx: WriteTx, actor: Visitor | Agent, request_id: str) -> tuple[ConversationId, Identity]:
    with contextlib.suppress(NotFound):
        if (known := lock_known(tx, actor, request_id)) is not None:
            return known
    raise NotFound("Request doesn't exist.")


def _stored(
    tx: ReadTx, actor: Visitor | Agent, conversation: Conversation, client_id: str | None
) -> Message | None:
    if client_id is None:
        return None
    return conversations.message_by_client_id(tx, actor.project_id, conversation.id, client_id)


@retried
def write_to(db: Database, actor: Agent, recipient: str, draft: Draft) -> Posted:
    """Write to a person, known by its lead_id or visitor id: into the newest of its open conversations that the
    actor may see, or into a new one; the same `client_id` twice into one is stored once. Raises NotFound
    `unknown_recipient`, Invalid, TooLarge, Forbidden."""
    require(actor, Permission.ANSWER)
    check_draft(draft)
    with db.write(actor.project_id) as tx:
        person = _person(tx, actor, recipient)
        newest = _newest_open(tx, actor, person)
        if newest is None:
            name = new_request_id(actor.project_id)
            home, before, _ = begin(tx, actor, name, draft, person.key)
        else:
            known = lock_known(tx, actor, newest.request_id)
            if known is None:
                raise Conflict("the conversation has just been deleted", "busy")
            home = home_of(tx, actor, known[1], None)
            before = lock(tx, actor, *known)
            if (stored := _stored(tx, actor, before, draft.client_id)) is not None:
                return Posted(stored, show(tx, actor, before), replayed=True)

        after, message = append(tx, actor, home, before, draft, None)
        return Posted(message, show(tx, actor, after))


def _person(tx: ReadTx, actor: Agent, recipient: str) -> Identity:
    """Whom that id means. Raises NotFound `unknown_recipient`."""
    person = identities.by_key(tx, actor.project_id, recipient, KINDS_OF_PERSON)
    person = person or identities.get(tx, actor.project_id, recipient)
    person = person or _of_lead(tx, actor, contacts.by_lead_id(tx, actor.project_id, recipient))
    if person is None:
        raise NotFound(f"nobody is known by the id {recipient}", "unknown_recipient")
    return person


def _of_lead(tx: ReadTx, actor: Agent, contact: Contact | None) -> Identity | None:
    """Who has spoken last of a contact whose lead_id is nobody's key: one that was made for a split."""
    owned = identities.of_contact(tx, actor.project_id, contact.id) if contact else []
    return max(owned, key=lambda identity: identity.last_seen, default=None)


@retried
def begin_with(db: Database, actor: Agent, lead: str, request_id: str | None, draft: Draft) -> Posted:
    """Begin a conversation with somebody, known by the id of the contact or as for `write_to`; the one who writes takes
    part, and nobody is given it in turn.

    Raises NotFound `unknown_recipient`, Invalid, TooLarge, Forbidden, Conflict `request_exists`.
    """
    require(actor, Permission.ANSWER)
    check_draft(draft)
    name = check_request_id(request_id or new_request_id(actor.project_id))
    alone = structs.replace(draft, preflight=False, opening=structs.replace(draft.opening, waits=True))
    try:
        with db.write(actor.project_id) as tx:
            person = _of_tree(tx, actor, lead) or _person(tx, actor, lead)
            home, before, _ = begin(tx, actor, name, alone, person.key)

            after, message = append(tx, actor, home, before, alone, None)
            return Posted(message, show(tx, actor, after))
    except Unique as taken:
        raise Conflict("there is a conversation with this request_id", "request_exists") from taken


def _of_tree(tx: ReadTx, actor: Agent, contact_id: str) -> Identity | None:
    """Who was there last of a contact and all that is merged into it, of those that are not blocked if there is one."""
    root = contacts.root_of(tx, actor.project_id, ContactId(contact_id)) if is_object_id(contact_id) else None
    owned = identities.of_roots(tx, actor.project_id, [root])[root] if root else []
    return max(owned, key=lambda one: (one.blocked_at is None, one.last_seen), default=None)


def _newest_open(tx: WriteTx, actor: Agent, person: Identity) -> Conversation | None:
    wanted = Wanted(statuses=tuple(map(int, OPEN)), identities=(person.id,))
    return next(iter(conversation_lists.find(tx, actor.project_id, actor, wanted, 1)), None)


def newest(db: Database, actor: Agent, limit: int, offset: int = 0) -> list[tuple[Conversation, Message]]:
    """Messages of the whole project, the newest first, with their conversations. The owner's."""
    require(actor, Permission.OWN)
    with db.read() as tx:
        return with_conversations(
            tx, actor, conversations.newest_messages(tx, actor.project_id, limit, offset)
        )


def with_conversations(
    tx: ReadTx, actor: Agent, found: Sequence[tuple[ConversationId, Message]]
) -> list[tuple[Conversation, Message]]:
    """Messages with the conversations that they stand in."""
    homes = conversations.by_ids(tx, actor.project_id, list(dict.fromkeys(pair[0] for pair in found)))
    return [(homes[conversation_id], message) for conversation_id, message in found]
