"""Conversations with their participants, messages, notes and tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from rolodesk.domain.contact import searchable
from rolodesk.domain.conversation import Conversation, ConversationStatus, ConversationTag, Message, Note
from rolodesk.domain.ids import ContactId, ConversationId, IdentityId, ProjectId, UserId
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, object_from_text, to_text, to_text_or_none
from rolodesk.storage.search import ROOTS_BY_KEY, ROOTS_BY_POINT

_message = msgspec.json.Decoder(Message)
# The contact that the team sees: of a merged one the root, which alone has a text to search.
_PEOPLE = (
    "conversations v"
    " JOIN identities i ON i.project_id = v.project_id AND i.id = v.identity_id"
    " JOIN contacts h ON h.project_id = i.project_id AND h.id = i.contact_id"
    " JOIN contacts c ON c.project_id = h.project_id AND c.id = h.root_id"
)
COUNT_CAP = 10_000
# A query of its own for each identity goes by the end of an index, but a statement holds only so many of them.
MANY_IDENTITIES = 100


class Wanted(Struct, frozen=True):
    """Which conversations: every given condition must hold. `statuses` None means all.

    `lead_id` and each of `emails` (their keys) are those of any member of the contact's tree.
    """

    statuses: tuple[int, ...] | None = (100, 200, 300)
    roots: tuple[ContactId, ...] | None = None
    lead_id: str | None = None
    emails: tuple[str, ...] = ()
    identities: tuple[IdentityId, ...] | None = None
    participant: UserId | None = None
    unassigned: bool = False
    tag: str | None = None
    channel: str | None = None
    department: str | None = None
    priority: str | None = None
    ticket: int | None = None
    rated: bool | None = None
    text: str | None = None
    created_after: int | None = None
    created_before: int | None = None


def add(tx: WriteTx, project_id: ProjectId, conversation: Conversation) -> bool:
    """Whether it was new: of two that bring the same request_id the database lets one in."""
    c = conversation
    return bool(
        tx.run(
            "INSERT INTO conversations (project_id, id, request_id, ticket, identity_id, status, department_id,"
            " subject, first_text, channel, priority, language, source_page, user_agent, attributes, location,"
            " waiting_since, created_by, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (project_id, request_id) DO NOTHING",
            *(project_id, c.id, c.request_id, c.ticket, c.identity_id, c.status, c.department_id, c.subject),
            *(c.first_text, c.channel, c.priority, c.language, c.source_page, c.user_agent),
            *(to_text_or_none(c.attributes), to_text_or_none(c.location), c.waiting_since, c.created_by),
            *(c.created_at, c.updated_at),
        )
    )


def by_request_id(tx: ReadTx, project_id: ProjectId, request_id: str) -> Conversation | None:
    """The conversation with its participants."""
    row = tx.one(
        "SELECT * FROM conversations WHERE project_id = ? AND request_id = ?", project_id, request_id
    )
    return _with_participants(tx, project_id, [row])[0] if row else None


def get(tx: ReadTx, project_id: ProjectId, conversation_id: str) -> Conversation | None:
    """The conversation by its own id, with its participants."""
    row = tx.one("SELECT * FROM conversations WHERE project_id = ? AND id = ?", project_id, conversation_id)
    return _with_participants(tx, project_id, [row])[0] if row else None


def by_ids(
    tx: ReadTx, project_id: ProjectId, ids: Sequence[ConversationId]
) -> dict[ConversationId, Conversation]:
    """Those of the ids that are there, by id."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(f"SELECT * FROM conversations WHERE project_id = ? AND id IN ({marks})", project_id, *ids)
    return {found.id: found for found in _with_participants(tx, project_id, rows)}


def lock(tx: WriteTx, project_id: ProjectId, conversation_id: ConversationId) -> Conversation | None:
    """The conversation as it stands once it is locked, None if it has gone meanwhile."""
    row = tx.one(
        f"SELECT * FROM conversations WHERE project_id = ? AND id = ?{tx.dialect.lock_rows}",
        *(project_id, conversation_id),
    )
    return _with_participants(tx, project_id, [row])[0] if row else None


def find(
    tx: ReadTx, project_id: ProjectId, wanted: Wanted, limit: int, offset: int = 0, sort: str = "updated_at",
    descending: bool = True,
) -> list[Conversation]:  # fmt: skip
    """One page, sorted by `updated_at` (last activity) or `created_at`.

    One limited query per status and identity, so that each goes by the end of an index.
    """
    if sort not in ("updated_at", "created_at"):
        raise ValueError(f"cannot sort conversations by {sort}")
    order = "DESC" if descending else "ASC"
    parts, args = [], []
    for conditions, values in _parts(tx, project_id, wanted):
        parts.append(
            f"SELECT * FROM (SELECT v.* FROM {_source(wanted)} WHERE {conditions}"
            f" ORDER BY v.{sort} {order}, v.id {order} LIMIT ?) AS part"
        )
        args += [*values, limit + offset]
    if not parts:
        return []
    rows = tx.all(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS found ORDER BY {sort} {order}, id {order} LIMIT ? OFFSET ?",
        *(*args, limit, offset),
    )
    return _with_participants(tx, project_id, rows)


def count(tx: ReadTx, project_id: ProjectId, wanted: Wanted) -> int:
    """How many, counted up to COUNT_CAP + 1 per status and identity."""
    total = 0
    for conditions, values in _parts(tx, project_id, wanted):
        row = tx.one(
            f"SELECT count(*) AS n FROM (SELECT 1 FROM {_source(wanted)} WHERE {conditions} LIMIT ?) AS part",
            *(*values, COUNT_CAP + 1),
        )
        total += row["n"] if row else 0
    return total


def _source(wanted: Wanted) -> str:
    source = "conversations v" if wanted.text is None else _PEOPLE
    if wanted.participant is not None:
        source += " JOIN participants p ON p.project_id = v.project_id AND p.conversation_id = v.id"
    return source


def _parts(tx: ReadTx, project_id: ProjectId, wanted: Wanted) -> list[tuple[str, list[Any]]]:
    """The conditions of each status and identity apart."""
    shared, args = _shared(project_id, wanted)
    identities, among, owners = _identities(tx, project_id, wanted)
    if among is not None:
        shared.append(among)
        args += owners
    statuses: Sequence[int | None] = (None,)
    if wanted.statuses is not None:
        statuses = tuple(dict.fromkeys(wanted.statuses))
    elif identities == (None,):
        # Without an identity or a status there is no index that has them in order.
        statuses = tuple(ConversationStatus)
    parts = []
    for identity in identities:
        for status in statuses:
            conditions, values = list(shared), list(args)
            if identity is not None:
                conditions.append("v.identity_id = ?")
                values.append(identity)
            if status is not None:
                conditions.append("v.status = ?")
                values.append(status)
            parts.append((" AND ".join(conditions), values))
    return parts


def _identities(
    tx: ReadTx, project_id: ProjectId, wanted: Wanted
) -> tuple[Sequence[IdentityId | None], str | None, list[Any]]:
    """The identities to look at one by one (None for everybody's), or a condition where they are too many."""
    given = (None,) if wanted.identities is None else wanted.identities
    trees = _trees(project_id, wanted)
    if not trees:
        return given, None, []
    sql = _OF_TREES.format(trees=" INTERSECT ".join(tree for tree, _ in trees))
    args = [*(arg for _, values in trees for arg in values), project_id, project_id]
    rows = tx.all(f"{sql} LIMIT ?", *args, MANY_IDENTITIES + 1)
    if len(rows) > MANY_IDENTITIES:
        return given, f"v.identity_id IN ({sql})", args
    found: list[IdentityId] = [row["id"] for row in rows]
    return [i for i in found if wanted.identities is None or i in wanted.identities], None, []


def _trees(project_id: ProjectId, wanted: Wanted) -> list[tuple[str, list[Any]]]:
    """A statement for the roots that each condition on the contact leaves."""
    trees: list[tuple[str, list[Any]]] = []
    if wanted.roots is not None:
        marks = ", ".join("?" * len(wanted.roots))
        among = f"id IN ({marks})" if wanted.roots else "1 = 0"
        trees.append(
            (f"SELECT root_id FROM contacts WHERE project_id = ? AND {among}", [project_id, *wanted.roots])
        )
    if wanted.lead_id is not None:
        trees.append((ROOTS_BY_KEY, [project_id, wanted.lead_id] * 3))
    return trees + [(ROOTS_BY_POINT, [project_id, "email", email]) for email in wanted.emails]


# CROSS JOIN: the contacts first, then what is theirs, as in identities.of_roots.
_OF_TREES = (
    "WITH trees AS ({trees}) SELECT i.id FROM trees r CROSS JOIN identities i WHERE i.project_id = ?"
    " AND i.contact_id = r.root_id UNION SELECT i.id FROM trees r CROSS JOIN contacts c CROSS JOIN identities i"
    " WHERE c.project_id = ? AND c.root_id = r.root_id AND c.merged_into IS NOT NULL"
    " AND i.project_id = c.project_id AND i.contact_id = c.id"
)


def _shared(project_id: ProjectId, wanted: Wanted) -> tuple[list[str], list[Any]]:
    conditions: list[str] = ["v.project_id = ?"]
    args: list[Any] = [project_id]
    for column, value in (
        ("v.channel", wanted.channel),
        ("v.department_id", wanted.department),
        ("v.priority", wanted.priority),
        ("v.ticket", wanted.ticket),
        ("p.user_id", wanted.participant),
    ):
        if value is not None:
            conditions.append(f"{column} = ?")
            args.append(value)
    if wanted.participant is not None:
        conditions.append("p.project_id = ?")
        args.append(project_id)
    if wanted.unassigned:
        conditions.append(
            "NOT EXISTS (SELECT 1 FROM participants o WHERE o.project_id = ? AND o.conversation_id = v.id)"
        )
        args.append(project_id)
    if wanted.tag is not None:
        conditions.append(
            "EXISTS (SELECT 1 FROM conversation_tags t"
            " WHERE t.project_id = ? AND t.conversation_id = v.id AND t.tag = ?)"
        )
        args += [project_id, wanted.tag]
    if wanted.rated is not None:
        conditions.append(f"v.rating IS {'NOT ' if wanted.rated else ''}NULL")
    if wanted.text is not None:
        typed, folded = _pattern(wanted.text.lower()), _pattern(searchable(wanted.text))
        conditions.append(
            "(lower(v.first_text) LIKE ? ESCAPE '\\' OR lower(v.subject) LIKE ? ESCAPE '\\'"
            " OR c.search_text LIKE ? ESCAPE '\\')"
        )
        args += [typed, typed, folded]
    for sign, at in ((">=", wanted.created_after), ("<", wanted.created_before)):
        if at is not None:
            conditions.append(f"v.created_at {sign} ?")
            args.append(at)
    return conditions, args


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


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


def by_status(tx: ReadTx, project_id: ProjectId) -> dict[str, int]:
    """How many wait unassigned and how many are assigned, each counted up to COUNT_CAP + 1."""
    found = {}
    for name, statuses in (("unassigned", (100,)), ("assigned", (200, 300))):
        found[name] = count(tx, project_id, Wanted(statuses=statuses))
    return found


def write(tx: WriteTx, project_id: ProjectId, conversation: Conversation) -> None:
    """Write all that may change of a conversation but its messages."""
    c = conversation
    tx.run(
        "UPDATE conversations SET status = ?, department_id = ?, subject = ?, first_text = ?, priority = ?,"
        " language = ?, source_page = ?, attributes = ?, location = ?, rating = ?, rating_message = ?,"
        " waiting_since = ?, first_response_at = ?, assigned_at = ?, closed_at = ?, closed_by = ?, updated_at = ?"
        " WHERE project_id = ? AND id = ?",
        *(c.status, c.department_id, c.subject, c.first_text, c.priority, c.language, c.source_page),
        *(
            to_text_or_none(c.attributes),
            to_text_or_none(c.location),
            c.rating,
            c.rating_message,
            c.waiting_since,
        ),
        *(c.first_response_at, c.assigned_at, c.closed_at, c.closed_by, c.updated_at, project_id, c.id),
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
        " updated_at = ? WHERE project_id = ? AND id = ?",
        *(m.number, to_text(m), m.created_at, c.status, c.waiting_since, c.visitor_seen, c.team_seen),
        *(c.first_response_at, c.assigned_at, c.closed_at, c.closed_by, m.created_at, project_id, c.id),
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


def _with_participants(tx: ReadTx, project_id: ProjectId, rows: Sequence[Row]) -> list[Conversation]:
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
    )


def _message_of(row: Row) -> Message:
    return Message(
        *(row["id"], row["number"], row["sender_kind"], row["sender_id"], row["sender_name"], row["type"]),
        *(row["text"], row["created_at"], row["client_id"]),
        None if row["attributes"] is None else object_from_text(row["attributes"]),
        from_text(row["metadata"]),
        row["language"],
    )
