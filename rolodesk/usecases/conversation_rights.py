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


def require_readable(tx: ReadTx, actor: Actor, found: Conversation | None) -> Conversation:
    """A conversation that was looked up, if there is one and the actor may read it. Raises NotFound."""
    owner = identities.get(tx, actor.project_id, found.identity_id) if found else None
    if found is None or owner is None:
        raise NotFound()
    check_readable(tx, actor, found, owner)
    return found


def lock_known(tx: WriteTx, actor: Actor, request_id: str) -> tuple[ConversationId, Identity] | None:
    """Which conversation that is, and its identity, which no split moves until the end; None if there is none. Raises
    NotFound to a member of the team whose it is not, before anything else is looked at; `lock` looks again."""
    known = identities.lock_of_conversation(tx, actor.project_id, request_id)
    if known is not None and isinstance(actor, Agent) and not actor.sees_all:
        require_readable(tx, actor, conversations.get(tx, actor.project_id, known[0]))
    return known
