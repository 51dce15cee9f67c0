"""Everything at once, for a file: page by page, each in a transaction of its own, so that none waits for a reader."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.conversation import Conversation, Message
from rolodesk.storage import conversation_lists, conversations
from rolodesk.storage.conversation_lists import Place, Wanted
from rolodesk.storage.database import Database
from rolodesk.usecases.conversations import ConversationView, true_roots, view_one, views
from rolodesk.usecases.messages import with_conversations

PAGE = 200
PAGE_OF_MESSAGES = 1_000


def all_conversations(
    db: Database, actor: Agent, wanted: Wanted, sort: str = "created_at", descending: bool = True
) -> Iterator[ConversationView]:
    """The conversations that the filter asks for. Raises Forbidden, before anything is read."""
    require(actor, Permission.EXPORT)
    with db.read() as tx:
        wanted = structs.replace(wanted, roots=true_roots(tx, actor.project_id, wanted.roots))

    def pages() -> Iterator[ConversationView]:
        after: Place | None = None
        while True:
            with db.read() as tx:
                found = conversation_lists.find(
                    tx, actor.project_id, actor, wanted, PAGE, 0, sort, descending, after
                )
                shown = views(tx, actor, found)
            yield from shown
            if len(found) < PAGE:
                return
            after = conversation_lists.place_of(found[-1], sort)

    return pages()


def messages_of(db: Database, actor: Agent, request_id: str) -> tuple[Conversation, Iterator[Message]]:
    """A conversation and its messages, oldest first. Raises NotFound, Forbidden."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        conversation = view_one(tx, actor, request_id).conversation

    def pages() -> Iterator[Message]:
        number = 0
        while True:
            with db.read() as tx:
                found = conversations.messages(
                    tx, actor.project_id, conversation.id, number, PAGE_OF_MESSAGES
                )
            yield from found
            if len(found) < PAGE_OF_MESSAGES:
                return
            number = found[-1].number

    return conversation, pages()


def all_messages(db: Database, actor: Agent) -> Iterator[tuple[Conversation, Message]]:
    """All messages of the project with their conversations, oldest first. The owner's. Raises Forbidden."""
    require(actor, Permission.OWN)

    def pages() -> Iterator[tuple[Conversation, Message]]:
        after = ""
        while True:
            with db.read() as tx:
                found = conversations.messages_after(tx, actor.project_id, after, PAGE_OF_MESSAGES)
                shown = with_conversations(tx, actor, found)
            yield from shown
            if len(found) < PAGE_OF_MESSAGES:
                return
            after = found[-1][1].id

    return pages()
