"""Whose a conversation is, in a project that keeps conversations to their agents."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rolodesk.domain.access import Actor, Agent
from rolodesk.domain.contact import Identity
from rolodesk.domain.conversation import Conversation
from rolodesk.domain.events import EventName, RecordedEvent
from rolodesk.domain.ids import UserId


class Holders(Struct, frozen=True):
    """Who has to do with a conversation: the users who take part in it, the memberships that follow it, and the member
    of the team who asks for itself, where it is one. With `participants` empty it waits for somebody to take it."""

    participants: tuple[UserId, ...]
    followers: tuple[str, ...]
    asker: str | None = None


def holders(conversation: Conversation, identity: Identity) -> Holders:
    """Those of a conversation and the identity that holds it."""
    asker = identity.key if identity.kind == "member" else None
    return Holders(conversation.participants, conversation.followers, asker)


def is_open_to(actor: Actor, held: Holders) -> bool:
    """Whether a member of the team may read and change a conversation. What is waiting is everybody's: somebody has to
    be able to take it. Its twin for lists is `storage/conversation_holders.py`. Of visitors it says nothing."""
    if not isinstance(actor, Agent) or actor.sees_all:
        return True
    takes_part = not held.participants or actor.user_id in held.participants
    return takes_part or actor.member_id in held.followers or actor.user_id == held.asker


def may_have_been_open_to(agent: Agent, history: Sequence[RecordedEvent]) -> bool:
    """Whether the agent can ever have read a conversation, by the events about its holders, oldest first: whether it
    has begun it, was given it, followed it, or it has ever waited."""
    given = [r for r in history if r.event.name is EventName.REQUEST_ASSIGN]
    begun = next((r for r in history if r.event.name is EventName.REQUEST_CREATE), None)
    at_once = begun is not None and any(r.number == begun.number + 1 and r.event.subject_id for r in given)
    if not at_once or not all(r.event.subject_id for r in given):
        return True
    named = {one for r in history for one in (r.event.subject_id or "").split(",")}
    return bool({agent.user_id, agent.member_id} & named) or (
        begun is not None and begun.actor_id == agent.user_id
    )
