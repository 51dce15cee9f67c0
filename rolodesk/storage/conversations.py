"""Conversations with their participants, messages, notes and tags."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rolodesk.domain.conversation import Conversation, ConversationTag, Message, Note
from rolodesk.domain.ids import ContactId, ConversationId, IdentityId, ProjectId, UserId
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, object_from_text, to_text, to_text_or_none

_message = msgspec.json.Decoder(Message)


def add(tx: WriteTx, project_id: ProjectId, conversation: Conversation) -> bool:
    """Whether it was new: of two that bring the same request_id the database lets one in."""
    c = conversation
    return bool(
        tx.run(
            "INSERT INTO conversations (project_id, id, request_id, ticket, identity_id, status, department_id,"
            " subject, first_text, channel, priority, language, source_page, user_agent, attributes, location,"
            " waiting_since, created_by, created_at, updated_at, preflight, draft, working_status, smart_assignment,"
            " assigned_at, followers)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (project_id, request_id) DO NOTHING",
            *(project_id, c.id, c.request_id, c.ticket, c.identity_id, c.status, c.department_id, c.subject),
            *(c.first_text, c.channel, c.priority, c.language, c.source_page, c.user_agent),
            *(to_text_or_none(c.attributes), to_text_or_none(c.location), c.waiting_since, c.created_by),
            *(c.created_at, c.updated_at, int(c.preflight), int(c.draft), c.working_status),
            *(int(c.smart_assignment), c.assigned_at, to_text(c.followers) if c.followers else None),
        )
    )


def by_request_id(tx: ReadTx, project_id: ProjectId, request_id: str) -> Conversation | None:
    """The conversation with its participants."""
    row = tx.one(
        "SELECT * FROM conversations WHERE project_id = ? AND request_id = ?", project_id, request_id
    )
    return with_participants(tx, project_id, [row])[0] if row else None


def get(tx: ReadTx, project_id: ProjectId, conversation_id: str) -> Conversation | None:
    """The conversation by its own id, with its participants."""
    row = tx.one("SELECT * FROM conversations WHERE project_id = ? AND id = ?", project_id, conversation_id)
    return with_participants(tx, project_id, [row])[0] if row else None


def by_ids(
    tx: ReadTx, project_id: ProjectId, ids: Sequence[ConversationId]
) -> dict[ConversationId, Conversation]:
    """Those of the ids that are there, by id."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(f"SELECT * FROM conversations WHERE project_id = ? AND id IN ({marks})", project_id, *ids)
    return {found.id: found for found in with_participants(tx, project_id, rows)}


def lock(tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId) -> Conversation | None:
    """The conversation as it stands once it is locked, None if it has gone meanwhile."""
    row = tx.one(
        f"SELECT * FROM conversations WHERE project_id = ? AND id = ?{tx.dialect.lock_rows}",
        *(project_id, conversation_id),
    )
    return with_participants(tx, project_id, [row])[0] if row else None


def roots(tx: ReadTx, project_id: ProjectId, identities: Sequence[IdentityId]) -> dict[IdentityId, ContactId]:
    """The root contact of each identity."""
    if not identities:
        return {}
    marks = ", ".join("?" * len(identities))
    rows = tx.all(
        "SELECT i.id, h.root_id FROM identities i"
        " JOIN contacts h ON h.project_id = i.project_id AND h.id = i.contact_id"
        f" WHERE i.project_id = ? AND i.id IN ({marks})",
        *(project_id, *identities),
    )
    return {row["id"]: row["root_id"] for row in rows}


def write(tx: WriteTx, project_id: ProjectId, conversation: Conversation) -> None:
    """Write all that may change of a conversation but its messages."""
    c = conversation
    tx.run(
        "UPDATE conversations SET status = ?, department_id = ?, subject = ?, first_text = ?, priority = ?,"
        " language = ?, source_page = ?, attributes = ?, location = ?, rating = ?, rating_message = ?,"
        " waiting_since = ?, first_response_at = ?, assigned_at = ?, closed_at = ?, closed_by = ?, updated_at = ?,"
        " channel = ?, preflight = ?, draft = ?, working_status = ?, smart_assignment = ?,"
        " followers = ? WHERE project_id = ? AND id = ?",
        *(c.status, c.department_id, c.subject, c.first_text, c.priority, c.language, c.source_page),
        *(
            to_text_or_none(c.attributes),
            to_text_or_none(c.location),
            c.rating,
            c.rating_message,
            c.waiting_since,
        ),
        *(c.first_response_at, c.assigned_at, c.closed_at, c.closed_by, c.updated_at, c.channel),
        *(int(c.preflight), int(c.draft), c.working_status, int(c.smart_assignment)),
        *(to_text(c.followers) if c.followers else None, project_id, c.id),
    )
    count_as_open(tx, project_id, c.id, not c.closed)


def count_as_open(tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId, is_open: bool) -> None:
    """Count the conversation among the open ones of its participants, or no more."""
    tx.run(
        "UPDATE participants SET is_open = ? WHERE project_id = ? AND conversation_id = ? AND is_open <> ?",
        *(int(is_open), project_id, conversation_id, int(is_open)),
    )


def add_message(tx: WriteTx, project_id: ProjectId, conversation: Conversation, message: Message) -> None:
    """Append a message to a locked conversation and write what follows from it. Raises Unique for a client_id that
    is there already."""
    m, c = message, conversation
    tx.run(
        "INSERT INTO messages (project_id, conversation_id, number, id, client_id, sender_kind, sender_id,"
        " sender_name, type, text, attributes, metadata, language, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(
            project_id,
            c.id,
            m.number,
            m.id,
            m.client_id,
            m.sender_kind,
            m.sender_id,
            m.sender_name,
            m.type,
            m.text,
        ),
        *(to_text_or_none(m.attributes), to_text_or_none(m.metadata), m.language, m.created_at),
    )
    tx.run(
        "UPDATE conversations SET messages = ?, last_message = ?, last_message_at = ?, status = ?, waiting_since = ?,"
        " visitor_seen = ?, team_seen = ?, first_response_at = ?, assigned_at = ?, closed_at = ?, closed_by = ?,"
        " preflight = ?, updated_at = ? WHERE project_id = ? AND id = ?",
        *(m.number, to_text(m), m.created_at, c.status, c.waiting_since, c.visitor_seen, c.team_seen),
        *(c.first_response_at, c.assigned_at, c.closed_at, c.closed_by, int(c.preflight), m.created_at),
        *(project_id, c.id),
    )


def message_by_client_id(
    tx: ReadTx, project_id: ProjectId, conversation_id: ConversationId, client_id: str
) -> Message | None:
    row = tx.one(
        "SELECT * FROM messages WHERE project_id = ? AND conversation_id = ? AND client_id = ?",
        *(project_id, conversation_id, client_id),
    )
    return _message_of(row) if row else None


def messages(
    tx: ReadTx, project_id: ProjectId, conversation_id: ConversationId, after: int = 0, limit: int | None = None,
    last: bool = False,
) -> list[Message]:  # fmt: skip
    """Messages after a number, oldest first; with `last` the newest `limit` of them."""
    order = "DESC" if last else "ASC"
    rows = tx.all(
        f"SELECT * FROM messages WHERE project_id = ? AND conversation_id = ? AND number > ?"
        f" ORDER BY number {order} LIMIT ?",
        *(project_id, conversation_id, after, limit if limit is not None else 2_147_483_647),
    )
    found = [_message_of(row) for row in rows]
    return found[::-1] if last else found


def message(tx: ReadTx, project_id: ProjectId, message_id: str) -> tuple[ConversationId, Message] | None:
    """A message with the conversation that it stands in."""
    row = tx.one("SELECT * FROM messages WHERE project_id = ? AND id = ?", project_id, message_id)
    return (row["conversation_id"], _message_of(row)) if row else None


def newest_messages(
    tx: ReadTx, project_id: ProjectId, limit: int, offset: int
) -> list[tuple[ConversationId, Message]]:
    """Messages of the whole project with their conversations, the newest first. Ids begin with the time."""
    rows = tx.all(
        "SELECT * FROM messages WHERE project_id = ? AND id > '' ORDER BY id DESC LIMIT ? OFFSET ?",
        *(project_id, limit, offset),
    )
    return [(row["conversation_id"], _message_of(row)) for row in rows]


def messages_after(
    tx: ReadTx, project_id: ProjectId, message_id: str, limit: int
) -> list[tuple[ConversationId, Message]]:
    """The next messages of the whole project after one, by id, with their conversations."""
    rows = tx.all(
        "SELECT * FROM messages WHERE project_id = ? AND id > ? ORDER BY id LIMIT ?",
        *(project_id, message_id, limit),
    )
    return [(row["conversation_id"], _message_of(row)) for row in rows]


def messages_by_ids(
    tx: ReadTx, project_id: ProjectId, ids: Sequence[str]
) -> dict[str, tuple[ConversationId, Message]]:
    """Messages with the conversations that they stand in, by id."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(f"SELECT * FROM messages WHERE project_id = ? AND id IN ({marks})", project_id, *ids)
    return {row["id"]: (row["conversation_id"], _message_of(row)) for row in rows}


def seen(
    tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId, by_team: bool, number: int
) -> None:
    """Everything up to a message's number has been seen by the visitor or by the team."""
    column = "team_seen" if by_team else "visitor_seen"
    tx.run(
        f"UPDATE conversations SET {column} = ? WHERE project_id = ? AND id = ? AND {column} < ?",
        *(number, project_id, conversation_id, number),
    )


def unread(tx: ReadTx, project_id: ProjectId, wanted: Sequence[Conversation]) -> dict[ConversationId, int]:
    """How many messages of the team each visitor has not seen."""
    ids = [conversation.id for conversation in wanted if conversation.messages > conversation.visitor_seen]
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(
        "SELECT v.id, count(*) AS n FROM conversations v JOIN messages m ON m.project_id = v.project_id"
        " AND m.conversation_id = v.id AND m.number > v.visitor_seen"
        f" WHERE v.project_id = ? AND v.id IN ({marks}) AND m.sender_kind <> 'visitor' GROUP BY v.id",
        *(project_id, *ids),
    )
    return {row["id"]: row["n"] for row in rows}


def add_participant(
    tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId, user_id: UserId, by: str, at: int
) -> bool:
    """Whether the user was not there yet."""
    return bool(
        tx.run(
            "INSERT INTO participants (project_id, conversation_id, user_id, added_by, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            *(project_id, conversation_id, user_id, by, at),
        )
    )


def remove_participant(
    tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId, user_id: str
) -> bool:
    """Whether the user was there."""
    return bool(
        tx.run(
            "DELETE FROM participants WHERE project_id = ? AND conversation_id = ? AND user_id = ?",
            *(project_id, conversation_id, user_id),
        )
    )


def add_note(tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId, note: Note) -> None:
    tx.run(
        "INSERT INTO conversation_notes (project_id, conversation_id, id, text, created_by, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(project_id, conversation_id, note.id, note.text, note.created_by, note.created_at, note.updated_at),
    )


def delete_note(
    tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId, note_id: str, now: int
) -> bool:
    """Whether there was such a note. Its text goes, its place in the history stays."""
    return bool(
        tx.run(
            "UPDATE conversation_notes SET deleted_at = ?, text = '' WHERE project_id = ? AND conversation_id = ?"
            " AND id = ? AND deleted_at IS NULL",
            *(now, project_id, conversation_id, note_id),
        )
    )


def notes(
    tx: ReadTx, project_id: ProjectId, ids: Sequence[ConversationId]
) -> dict[ConversationId, list[Note]]:
    """The notes of each conversation, oldest first."""
    rows = _of_each(
        tx, project_id, ids, "conversation_notes", "AND deleted_at IS NULL ORDER BY created_at, id"
    )
    found: dict[ConversationId, list[Note]] = {}
    for r in rows:
        note = Note(r["id"], r["text"], r["created_by"], r["created_at"], r["updated_at"])
        found.setdefault(r["conversation_id"], []).append(note)
    return found


def add_tag(
    tx: WriteTx,
    project_id: ProjectId,
    conversation_id: ConversationId,
    tag: ConversationTag,
    by: str,
    at: int,
) -> bool:
    """Whether the conversation had no such tag."""
    return bool(
        tx.run(
            "INSERT INTO conversation_tags (project_id, conversation_id, tag, id, color, created_by, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            *(project_id, conversation_id, tag.tag, tag.id, tag.color, by, at),
        )
    )


def remove_tag(tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId, tag_id: str) -> bool:
    """Whether there was a tag with that id."""
    return bool(
        tx.run(
            "DELETE FROM conversation_tags WHERE project_id = ? AND conversation_id = ? AND id = ?",
            *(project_id, conversation_id, tag_id),
        )
    )


def tags(
    tx: ReadTx, project_id: ProjectId, ids: Sequence[ConversationId]
) -> dict[ConversationId, list[ConversationTag]]:
    """The tags of each conversation in the order in which they came."""
    rows = _of_each(tx, project_id, ids, "conversation_tags", "ORDER BY created_at, id")
    found: dict[ConversationId, list[ConversationTag]] = {}
    for r in rows:
        found.setdefault(r["conversation_id"], []).append(ConversationTag(r["id"], r["tag"], r["color"]))
    return found


def of_identity(tx: ReadTx, project_id: ProjectId, identity_id: IdentityId) -> list[ConversationId]:
    """The ids of all conversations that an identity holds."""
    rows = tx.all(
        "SELECT id FROM conversations WHERE project_id = ? AND identity_id = ? ORDER BY id",
        project_id,
        identity_id,
    )
    return [row["id"] for row in rows]


def delete(tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId) -> None:
    """The conversation with everything in it, for good."""
    for table in ("messages", "participants", "conversation_notes", "conversation_tags"):
        tx.run(
            f"DELETE FROM {table} WHERE project_id = ? AND conversation_id = ?", project_id, conversation_id
        )
    tx.run("DELETE FROM conversations WHERE project_id = ? AND id = ?", project_id, conversation_id)


def _of_each(
    tx: ReadTx, project_id: ProjectId, ids: Sequence[ConversationId], table: str, rest: str
) -> list[Row]:
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    return tx.all(
        f"SELECT * FROM {table} WHERE project_id = ? AND conversation_id IN ({marks}) {rest}",
        project_id,
        *ids,
    )


def with_participants(tx: ReadTx, project_id: ProjectId, rows: Sequence[Row]) -> list[Conversation]:
    """The conversations of whole rows, in the same order."""
    ids: list[ConversationId] = [row["id"] for row in rows]
    found: dict[ConversationId, list[UserId]] = {}
    for row in _of_each(tx, project_id, ids, "participants", "ORDER BY at, user_id"):
        found.setdefault(row["conversation_id"], []).append(row["user_id"])
    return [_conversation(row, tuple(found.get(row["id"], ()))) for row in rows]


def _conversation(row: Row, participants: tuple[UserId, ...]) -> Conversation:
    return Conversation(
        id=row["id"],
        request_id=row["request_id"],
        ticket=row["ticket"],
        identity_id=row["identity_id"],
        status=row["status"],
        first_text=row["first_text"],
        channel=row["channel"],
        priority=row["priority"],
        messages=row["messages"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        department_id=row["department_id"],
        subject=row["subject"],
        language=row["language"],
        source_page=row["source_page"],
        user_agent=row["user_agent"],
        attributes=None if row["attributes"] is None else object_from_text(row["attributes"]),
        location=None if row["location"] is None else object_from_text(row["location"]),
        rating=row["rating"],
        rating_message=row["rating_message"],
        last_message=None if row["last_message"] is None else _message.decode(row["last_message"]),
        waiting_since=row["waiting_since"],
        visitor_seen=row["visitor_seen"],
        team_seen=row["team_seen"],
        first_response_at=row["first_response_at"],
        assigned_at=row["assigned_at"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        participants=participants,
        preflight=bool(row["preflight"]),
        draft=bool(row["draft"]),
        working_status=row["working_status"],
        smart_assignment=bool(row["smart_assignment"]),
        followers=tuple(from_text(row["followers"]) or ()),
    )


def _message_of(row: Row) -> Message:
    return Message(
        *(row["id"], row["number"], row["sender_kind"], row["sender_id"], row["sender_name"], row["type"]),
        *(row["text"], row["created_at"], row["client_id"]),
        None if row["attributes"] is None else object_from_text(row["attributes"]),
        from_text(row["metadata"]),
        row["language"],
    )
