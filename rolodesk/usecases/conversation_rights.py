"""Who may read a conversation: of the team whoever the project shows it to, of the visitors whose it is."""

from __future__ import annotations

from rolodesk.domain.access import Actor, Agent, Visitor
from rolodesk.domain.contact import Identity
from rolodesk.domain.conversation import Conversation
from rolodesk.domain.errors import NotFound
from rolodesk.domain.holding import holders, is_open_to
from rolodesk.domain.ids import ConversationId
from rolodesk.storage import conversations, identities
from rolodesk.storage.database import ReadTx, WriteTx
from rolodesk.usecases.contacts import KINDS_OF_VISITOR


def may_read(tx: ReadTx, visitor: Visitor, identity: Identity) -> bool:
    """Whether the identity is the visitor's own, or one that its browser has proven by both tokens.

    A merge of their contacts is no reason: what an email was typed into proves nothing.
    """
    if is_own(visitor, identity):
        return True
    proven = identities.proven(tx, visitor.project_id, [identity.id]).get(identity.id, ())
    return any(is_own(visitor, other) for other in proven)


def is_own(visitor: Visitor, identity: Identity) -> bool:
    """Whether that is the visitor itself."""
    return identity.key == visitor.key and identity.kind in KINDS_OF_VISITOR[visitor.kind]


def readable(tx: ReadTx, visitor: Visitor) -> list[Identity]:
    """The visitor's own identity, if it has spoken, and those that its browser has proven."""
    own = identities.by_key(tx, visitor.project_id, visitor.key, KINDS_OF_VISITOR[visitor.kind])
    return [own, *identities.proven(tx, visitor.project_id, [own.id]).get(own.id, ())] if own else []


def check_readable(tx: ReadTx, actor: Actor, conversation: Conversation, identity: Identity) -> None:
    """Raise NotFound to a visitor, or to a member of the team, whose it is not."""
    if isinstance(actor, Visitor) and not may_read(tx, actor, identity):
        raise NotFound()
    if not is_open_to(actor, holders(conversation, identity)):
        raise NotFound()


def require_readable(tx: ReadTx, actor: Agent, found: Conversation | None) -> Conversation:
    """A conversation that was looked up, if there is one and it is the actor's to read. Raises NotFound."""
    if found is None or not is_readable(tx, actor, found.id):
        raise NotFound()
    return found


def is_readable(tx: ReadTx, actor: Agent, conversation_id: ConversationId) -> bool:
    """Whether a member of the team may read the conversation of that id, if there is one."""
    if actor.sees_all:
        return True
    found = conversations.get(tx, actor.project_id, conversation_id)
    owner = identities.get(tx, actor.project_id, found.identity_id) if found else None
    return found is not None and owner is not None and is_open_to(actor, holders(found, owner))


def lock_known(tx: WriteTx, actor: Actor, request_id: str) -> tuple[ConversationId, Identity] | None:
    """Which conversation that is, and its identity, which no split moves until the end; None if there is none. Raises
    NotFound to a member of the team whose it is not, before anything else is looked at; `lock` looks again."""
    known = identities.lock_of_conversation(tx, actor.project_id, request_id)
    if known is not None and isinstance(actor, Agent) and not is_readable(tx, actor, known[0]):
        raise NotFound()
    return known
