"""The inbox: lists of conversations by view."""

from __future__ import annotations

from typing import Any

from litestar import get
from msgspec import Struct

from rolodesk.domain.conversation import OPEN, ConversationStatus
from rolodesk.domain.profile import Contact
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import conversations
from rolodesk.usecases.conversations import ConversationView
from rolodesk.web.pages.desk import Desk
from rolodesk.web.pages.render import Html

VIEWS = ("mine", "unassigned", "all", "closed")
SIZE = 50


class Listed(Struct, frozen=True):
    """A view of the inbox with its page of conversations."""

    view: str
    page: int
    found: list[ConversationView]
    count: int
    counts: dict[str, int]

    @property
    def size(self) -> int:
        return SIZE


@get("/p/{project_id:str}/inbox", sync_to_thread=True)
def inbox(desk: Desk, view: str = "all", page: int = 1) -> Html:
    return desk.page("inbox/list.html", listed=listed(desk, view, page), chosen=None, views=VIEWS)


def listed(desk: Desk, view: str, page: int) -> Listed:
    """The conversations of a view, the latest active first."""
    view, page = view if view in VIEWS else "all", min(max(1, page), 1_000)
    found, count = conversations.find(desk.db, desk.agent, wanted(desk, view), SIZE, (page - 1) * SIZE)
    return Listed(view, page, found, count, conversations.counts(desk.db, desk.agent))


def of_colleagues(desk: Desk, contact: Contact, own: int) -> int:
    """How many of a contact's conversations are its colleagues' to somebody who sees `own` of them and no others."""
    return 0 if desk.agent.sees_all else max(0, contact.conversations - own)


def wanted(desk: Desk, view: str) -> Wanted:
    """Which conversations a view shows."""
    statuses = tuple(map(int, OPEN))
    conditions: dict[str, dict[str, Any]] = {
        "mine": {"statuses": statuses, "participant": desk.agent.user_id},
        "unassigned": {"statuses": (int(ConversationStatus.UNASSIGNED),)},
        "all": {"statuses": statuses},
        "closed": {"statuses": (int(ConversationStatus.CLOSED),)},
    }
    return Wanted(**conditions[view])


routes = [inbox]
