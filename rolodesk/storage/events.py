"""The project's events in their one order."""

from __future__ import annotations

from collections.abc import Sequence

from rolodesk.domain.access import Actor, actor_kind
from rolodesk.domain.events import Event, EventName, RecordedEvent
from rolodesk.domain.ids import ContactId, ConversationId, ProjectId
from rolodesk.storage.database import ReadTx, Row, WriteTx


def record(tx: WriteTx, actor: Actor, at: int, event: Event) -> None:
    """Remember the event; it is numbered and written as the last thing of the transaction."""
    tx.events.append((actor_kind(actor), actor.id, at, event))


def last(tx: ReadTx, project_id: ProjectId) -> int:
    """The number of the project's newest event, 0 if it has none."""
    row = tx.one("SELECT last FROM event_counters WHERE project_id = ?", project_id)
    return row["last"] if row else 0


def after(tx: ReadTx, project_id: ProjectId, number: int, limit: int) -> list[RecordedEvent]:
    """The events after a number, in order."""
    rows = tx.all(
        "SELECT * FROM events WHERE project_id = ? AND number > ? ORDER BY number LIMIT ?",
        project_id,
        number,
        limit,
    )
    return [_recorded(row) for row in rows]


def any_named_after(tx: ReadTx, project_id: ProjectId, name: EventName, number: int) -> bool:
    """Whether there is one with that name after a number, which must be one of the newest."""
    row = tx.one(
        "SELECT 1 AS found FROM events WHERE project_id = ? AND number > ? AND name = ? LIMIT 1",
        *(project_id, number, name.value),
    )
    return row is not None


def named(
    tx: ReadTx, project_id: ProjectId, names: Sequence[EventName], before: int | None, limit: int
) -> list[RecordedEvent]:
    """The newest events with one of these names, before a number if one is given, newest first; never messages, and no
    assignment in turn.

    One limited query per name, so that each goes by the end of an index.
    """
    if not names:
        return []
    earlier = "" if before is None else " AND number < ?"
    part = (
        "SELECT * FROM (SELECT * FROM events WHERE project_id = ? AND name = ? AND name <> 'message.create'"
        f"{earlier} ORDER BY number DESC LIMIT ?) AS part"
    )
    by_hand = (
        "SELECT * FROM (SELECT * FROM events WHERE project_id = ? AND name = 'request.assign'"
        f" AND actor_kind <> 'system'{earlier} ORDER BY number DESC LIMIT ?) AS part"
    )
    args: list[object] = []
    for name in names:
        named = [] if name is EventName.REQUEST_ASSIGN else [name.value]
        args += [project_id, *named, *([] if before is None else [before]), limit]
    parts = " UNION ALL ".join(by_hand if name is EventName.REQUEST_ASSIGN else part for name in names)
    rows = tx.all(f"SELECT * FROM ({parts}) AS found ORDER BY number DESC LIMIT ?", *args, limit)
    return [_recorded(row) for row in rows]


def of_contact(tx: ReadTx, project_id: ProjectId, root_id: ContactId, limit: int) -> list[RecordedEvent]:
    """The newest events of a root and of everything merged into it but for messages, newest first; of a merge or split
    both sides tell."""
    merges = "name IN ('lead.merge', 'lead.unmerge', 'lead.split')"
    rows = tx.all(
        "SELECT * FROM (SELECT * FROM events WHERE project_id = ? AND contact_id = ? AND name <> 'message.create'"
        " ORDER BY number DESC LIMIT ?) AS own"
        f" UNION SELECT * FROM (SELECT * FROM events WHERE project_id = ? AND root_id = ? AND {merges}"
        " ORDER BY number DESC LIMIT ?) AS joins"
        " UNION SELECT * FROM (SELECT e.* FROM contacts c"
        " CROSS JOIN events e WHERE e.project_id = c.project_id"
        " AND e.contact_id = c.id AND c.project_id = ? AND c.root_id = ?"
        " AND c.merged_into IS NOT NULL AND e.name <> 'message.create'"
        " ORDER BY e.number DESC LIMIT ?) AS members ORDER BY number DESC LIMIT ?",
        *(project_id, root_id, limit, project_id, root_id, limit, project_id, root_id, limit, limit),
    )
    return [_recorded(row) for row in rows]


def of_conversation(
    tx: ReadTx, project_id: ProjectId, conversation_id: ConversationId, limit: int
) -> list[RecordedEvent]:
    """The newest events of a conversation, newest first."""
    rows = tx.all(
        "SELECT * FROM events WHERE project_id = ? AND conversation_id = ? ORDER BY number DESC LIMIT ?",
        *(project_id, conversation_id, limit),
    )
    return [_recorded(row) for row in rows]


def about_holders(tx: ReadTx, project_id: ProjectId, conversation_id: str) -> list[RecordedEvent]:
    """The events by which a conversation has begun, was given to somebody or followed, oldest first."""
    rows = tx.all(
        "SELECT * FROM events WHERE project_id = ? AND conversation_id = ? AND (name IN ('request.create',"
        " 'request.assign') OR name = 'request.update' AND fields = 'followers') ORDER BY number",
        *(project_id, conversation_id),
    )
    return [_recorded(row) for row in rows]


def _recorded(row: Row) -> RecordedEvent:
    event = Event(
        EventName(row["name"]),
        *(row["contact_id"], row["root_id"], row["identity_id"], row["conversation_id"], row["subject_id"]),
        tuple(row["fields"].split(",")) if row["fields"] else (),
    )
    return RecordedEvent(row["number"], row["at"], row["actor_kind"], row["actor_id"], event)
