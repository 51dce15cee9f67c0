"""What happened to a contact as its page shows it: conversations, notes and changes in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from rolodesk.domain.contact import PROPERTY, Property
from rolodesk.domain.events import EventName
from rolodesk.domain.json import Json
from rolodesk.storage.contacts import ContactNote
from rolodesk.usecases.contacts import TimelineEntry
from rolodesk.usecases.conversations import ConversationView

CHANGES = (
    *(EventName.LEAD_CREATE, EventName.LEAD_UPDATE, EventName.LEAD_DELETE, EventName.LEAD_RESTORE),
    *(EventName.LEAD_BLOCK, EventName.LEAD_UNBLOCK),
)
MERGES = (EventName.LEAD_MERGE, EventName.LEAD_UNMERGE, EventName.LEAD_SPLIT)
ABOUT_CONVERSATIONS = (EventName.REQUEST_CLOSE, EventName.REQUEST_REOPEN, EventName.REQUEST_RATING)
FILTERS = ("all", "conversations", "notes", "changes", "merges")


def labels(_: Callable[[str], str], definitions: Iterable[Property]) -> dict[str, str]:
    """What the fields and properties of a contact are called."""
    names = {
        "fullname": _("Full name"),
        "firstname": _("First name"),
        "lastname": _("Last name"),
        "email": _("Email"),
        "phone": _("Phone"),
        "company": _("Company"),
        "note": _("About"),
        "streetAddress": _("Street"),
        "city": _("City"),
        "region": _("Region"),
        "zipcode": _("Postcode"),
        "country": _("Country"),
    }
    return names | {PROPERTY + definition.name: definition.label for definition in definitions}


class Item(Struct, frozen=True):
    """One thing on the timeline; just one of the parts is there, by `kind`. `home` is the member of the contact's tree
    that it came by."""

    kind: str
    id: str
    at: int
    by: str = ""
    name: str = ""
    changes: tuple[tuple[str, Json, Json], ...] = ()
    conversation: ConversationView | None = None
    note: ContactNote | None = None
    join: TimelineEntry | None = None
    home: str | None = None


def items(
    entries: Iterable[TimelineEntry],
    found: Iterable[ConversationView],
    notes: Iterable[ContactNote],
    shown: str,
) -> list[Item]:
    """The newest first; `shown` is one of FILTERS."""
    whole: list[Item] = []
    if shown in ("all", "conversations"):
        whole += [
            Item("conversation", v.conversation.id, v.conversation.updated_at, conversation=v, home=v.home_id)
            for v in found
        ]
    if shown in ("all", "notes"):
        whole += [
            Item("note", note.id, note.created_at, note.created_by, note=note, home=note.contact_id)
            for note in notes
        ]
    if shown in ("all", "changes"):
        whole += [_change(entry) for entry in entries if _is_worth_telling(entry)]
    if shown in ("all", "merges"):
        whole += [_join(entry) for entry in entries if entry.event.event.name in MERGES]
    return sorted(whole, key=lambda item: (item.at, item.id), reverse=True)


def _is_worth_telling(entry: TimelineEntry) -> bool:
    name = entry.event.event.name
    if name is EventName.LEAD_UPDATE:
        return bool(entry.changes)
    return name in CHANGES or name in ABOUT_CONVERSATIONS


def _change(entry: TimelineEntry) -> Item:
    event = entry.event
    return Item(
        *("change", f"e{event.number}", event.at, entry.by, event.event.name.value, tuple(entry.changes)),
        home=event.event.contact_id,
    )


def _join(entry: TimelineEntry) -> Item:
    event = entry.event
    return Item("join", f"e{event.number}", event.at, entry.by, event.event.name.value, join=entry)
