"""Segments: their rows, and what one asks for as a condition on the contact `c` with its activity `a`."""

from __future__ import annotations

import msgspec

from rolodesk.domain.contact import searchable
from rolodesk.domain.ids import ProjectId
from rolodesk.domain.segment import (
    ACTIVE,
    DELETED,
    NUMBERS,
    ORDER,
    TIMES,
    Condition,
    Question,
    Segment,
    question,
)
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.dialect import Dialect
from rolodesk.storage.rows import to_text

Sql = tuple[str, list[object]]
COLUMNS = {
    "fullname": "c.fullname",
    "company": "c.company",
    "lead_id": "c.lead_id",
    "createdAt": "c.created_at",
    "updatedAt": "c.updated_at",
    "last_seen": "a.last_seen",
    "conversations": "a.conversations",
    "status": "c.status",
}
# What the search text of a contact holds as well.
SEARCHED = ("fullname", "firstname", "lastname", "email", "phone", "company")
MIN_FRAGMENT = 3
_filters = msgspec.json.Decoder(tuple[Condition, ...])


def add(tx: WriteTx, project_id: ProjectId, segment: Segment) -> None:
    tx.run(
        "INSERT INTO segments (project_id, id, name, match, filters, status, created_by, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, segment.id, segment.name, segment.match, to_text(segment.filters), segment.status),
        *(segment.created_by, segment.created_at, segment.updated_at),
    )


def get(tx: ReadTx, project_id: ProjectId, segment_id: str) -> Segment | None:
    """The segment, a deleted one too."""
    row = tx.one("SELECT * FROM segments WHERE project_id = ? AND id = ?", project_id, segment_id)
    return _segment(row) if row else None


def active(tx: ReadTx, project_id: ProjectId) -> list[Segment]:
    """Those that are not deleted, newest first."""
    rows = tx.all(
        "SELECT * FROM segments WHERE project_id = ? AND status = ? ORDER BY created_at DESC, id DESC",
        *(project_id, ACTIVE),
    )
    return [_segment(row) for row in rows]


def update(tx: WriteTx, project_id: ProjectId, segment: Segment) -> None:
    tx.run(
        "UPDATE segments SET name = ?, match = ?, filters = ?, status = ?, updated_at = ?"
        " WHERE project_id = ? AND id = ?",
        *(segment.name, segment.match, to_text(segment.filters), segment.status, segment.updated_at),
        *(project_id, segment.id),
    )


def delete(tx: WriteTx, project_id: ProjectId, segment_id: str, at: int) -> bool:
    """Whether there was one to delete; who still asks for it finds what it found."""
    changed = tx.run(
        "UPDATE segments SET status = ?, updated_at = ? WHERE project_id = ? AND id = ? AND status = ?",
        *(DELETED, at, project_id, segment_id, ACTIVE),
    )
    return bool(changed)


def _segment(row: Row) -> Segment:
    return Segment(
        *(row["id"], row["name"], row["match"], _filters.decode(row["filters"]), row["status"]),
        *(row["created_by"], row["created_at"], row["updated_at"]),
    )


def condition(tx: ReadTx, project_id: ProjectId, segment: Segment) -> Sql | None:
    """Whether contact `c` with its activity `a` belongs to the segment, as `domain.segment.matches` decides; None if
    everybody does. Never null."""
    parts = [_answers(tx.dialect, project_id, question(one)) for one in segment.filters]
    if not parts:
        return None
    joined = (" AND " if segment.match == "all" else " OR ").join(sql for sql, _ in parts)
    return f"({joined})", [arg for _, args in parts for arg in args]


def asks_for_activity(segment: Segment) -> bool:
    """Whether its condition needs `a`."""
    return any(COLUMNS.get(one.field, "").startswith("a.") for one in segment.filters)


def fragment(segment: Segment) -> str | None:
    """A piece of the search text that every contact of the segment has, if there is one: the longest is the rarest.

    Search looks at the same texts with less of a difference between letters, so that it finds these and more.
    """
    if segment.match != "all" and len(segment.filters) > 1:
        return None
    asked = [question(one) for one in segment.filters if one.field in SEARCHED]
    pieces = [
        searchable(one.texts[0])
        for one in asked
        if not one.negated and len(one.texts) == 1 and one.operator not in ORDER
    ]
    return max((piece for piece in pieces if len(piece) >= MIN_FRAGMENT), key=len, default=None)


def _answers(dialect: Dialect, project_id: ProjectId, asked: Question) -> Sql:
    sql, args = _tagged(dialect, project_id, asked) if asked.field == "tags" else _holds(dialect, asked)
    return (f"NOT {sql}" if asked.negated else sql), args


def _holds(dialect: Dialect, asked: Question) -> Sql:
    """Whether one of the field's values answers."""
    column = COLUMNS.get(asked.field)
    if asked.field in TIMES:
        return _when(asked, column or "")
    if asked.field in NUMBERS:
        return _value(dialect, asked, f"CAST({column} AS TEXT)", column or "")
    if column is not None:
        sql, args = _value(dialect, asked, column, "NULL")
        return f"({column} IS NOT NULL AND {sql})", args
    path, of = _path(asked.field)
    source, place = dialect.json_values("c.profile", path, of)
    sql, args = _value(dialect, asked, "v.text", "v.number")
    # A profile without the field need not be read as JSON; msgspec writes it without spaces.
    mark = f'"{path[0]}":[{{' if of else f'"{asked.field}":{{'
    there = dialect.holds_text("c.profile")
    return f"({there} AND EXISTS (SELECT 1 FROM {source} WHERE {sql}))", [mark, place, *args]


def _tagged(dialect: Dialect, project_id: ProjectId, asked: Question) -> Sql:
    """By the table of tags, which is a tenth of what the profiles are."""
    sql, args = _value(dialect, asked, "t.tag", "NULL")
    source = f"SELECT t.contact_id FROM contact_tags t WHERE t.project_id = ? AND {sql}"
    return f"(c.id IN ({source}))", [project_id, *args]


def _path(field: str) -> tuple[tuple[str, ...], str | None]:
    return ((f"{field}s",), "value") if field in ("email", "phone") else (("values", field, "value"), None)


def _value(dialect: Dialect, asked: Question, text: str, number: str) -> Sql:
    """Whether a value, as text and as number of which one may be null, answers; null counts as no."""
    folded = dialect.folded(text)
    if asked.operator == "is not null":
        return "1 = 1", []
    if asked.operator == "=":
        options = [(folded, asked.texts), (number, asked.numbers)]
        parts = [f"{side} IN ({', '.join('?' * len(wanted))})" for side, wanted in options if wanted]
        return f"({' OR '.join(parts)})", [*asked.texts, *asked.numbers]
    if asked.operator in ORDER:
        side, wanted = (number, asked.numbers[0]) if asked.numbers else (folded, asked.texts[0])
        return f"{side} {asked.operator} ?", [wanted]
    needle = asked.texts[0]
    if asked.operator == "starts with":
        return f"substr({folded}, 1, ?) = ?", [len(needle), needle]
    return dialect.holds_text(folded), [needle]


def _when(asked: Question, column: str) -> Sql:
    if asked.operator == "is not null":
        return f"({column} IS NOT NULL)", []
    if asked.operator == "=":
        spans = len(asked.numbers) // 2
        parts = [f"({column} >= ? AND {column} < ?)"] * spans
        return f"({' OR '.join(parts)})", list(map(int, asked.numbers))
    first, after = map(int, asked.numbers[:2])
    sign, at = {">": (">=", after), ">=": (">=", first), "<": ("<", first), "<=": ("<", after)}[
        asked.operator
    ]
    return f"{column} {sign} ?", [at]
