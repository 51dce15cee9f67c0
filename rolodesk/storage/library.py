"""What a project defines for its contacts and conversations: custom properties and the library of tags."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.contact import Property
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import ReadTx, Row, WriteTx


class Tag(Struct, frozen=True):
    """A tag of the library."""

    id: str
    tag: str
    color: str
    created_by: str
    created_at: int
    updated_at: int


def add_property(tx: WriteTx, project_id: ProjectId, definition: Property) -> None:
    """Raises Unique if the name is taken."""
    tx.run(
        "INSERT INTO properties (project_id, id, name, label, type, status, identifying, created_by, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, definition.id, definition.name, definition.label, definition.type, definition.status),
        *(int(definition.identifying), definition.created_by, definition.created_at, definition.updated_at),
    )


def ensure_property(tx: WriteTx, project_id: ProjectId, definition: Property) -> None:
    """The property unless its name is taken; a deleted one stays deleted and keeps its values."""
    tx.run(
        "INSERT INTO properties (project_id, id, name, label, type, status, identifying, created_by, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project_id, name) DO NOTHING",
        *(project_id, definition.id, definition.name, definition.label, definition.type, definition.status),
        *(int(definition.identifying), definition.created_by, definition.created_at, definition.updated_at),
    )


def properties(tx: ReadTx, project_id: ProjectId, status: int | None = 100) -> list[Property]:
    """The definitions of that status (all with None), oldest first."""
    rows = tx.all("SELECT * FROM properties WHERE project_id = ? ORDER BY created_at, id", project_id)
    return [_property(row) for row in rows if status is None or row["status"] == status]


def property_by_id(tx: ReadTx, project_id: ProjectId, property_id: str) -> Property | None:
    row = tx.one("SELECT * FROM properties WHERE project_id = ? AND id = ?", project_id, property_id)
    return _property(row) if row else None


def update_property(tx: WriteTx, project_id: ProjectId, definition: Property) -> None:
    """Raises Unique if the new name is taken."""
    tx.run(
        "UPDATE properties SET name = ?, label = ?, type = ?, status = ?, identifying = ?, updated_at = ?"
        " WHERE project_id = ? AND id = ?",
        *(definition.name, definition.label, definition.type, definition.status, int(definition.identifying)),
        *(definition.updated_at, project_id, definition.id),
    )


def delete_property(tx: WriteTx, project_id: ProjectId, property_id: str) -> bool:
    """Whether there was one. The values of contacts stay, undefined."""
    return bool(tx.run("DELETE FROM properties WHERE project_id = ? AND id = ?", project_id, property_id))


def add_tag(tx: WriteTx, project_id: ProjectId, tag: Tag) -> None:
    """The tag unless it is there."""
    tx.run(
        "INSERT INTO tags (project_id, id, tag, color, created_by, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project_id, tag) DO NOTHING",
        *(project_id, tag.id, tag.tag, tag.color, tag.created_by, tag.created_at, tag.updated_at),
    )


def tags(tx: ReadTx, project_id: ProjectId) -> list[Tag]:
    """The library, newest first."""
    rows = tx.all("SELECT * FROM tags WHERE project_id = ? ORDER BY created_at DESC, id DESC", project_id)
    return [_tag(row) for row in rows]


def tag_by_name(tx: ReadTx, project_id: ProjectId, tag: str) -> Tag | None:
    row = tx.one("SELECT * FROM tags WHERE project_id = ? AND tag = ?", project_id, tag)
    return _tag(row) if row else None


def tag_by_id(tx: ReadTx, project_id: ProjectId, tag_id: str) -> Tag | None:
    row = tx.one("SELECT * FROM tags WHERE project_id = ? AND id = ?", project_id, tag_id)
    return _tag(row) if row else None


def update_tag(tx: WriteTx, project_id: ProjectId, tag: Tag) -> None:
    """Raises Unique if the new word is taken."""
    tx.run(
        "UPDATE tags SET tag = ?, color = ?, updated_at = ? WHERE project_id = ? AND id = ?",
        *(tag.tag, tag.color, tag.updated_at, project_id, tag.id),
    )


def delete_tag(tx: WriteTx, project_id: ProjectId, tag_id: str) -> bool:
    """Whether there was one. Contacts that carry the word keep it."""
    return bool(tx.run("DELETE FROM tags WHERE project_id = ? AND id = ?", project_id, tag_id))


def _property(row: Row) -> Property:
    return Property(
        *(row["id"], row["name"], row["label"], row["type"], row["status"], bool(row["identifying"])),
        *(row["created_by"], row["created_at"], row["updated_at"]),
    )


def _tag(row: Row) -> Tag:
    return Tag(row["id"], row["tag"], row["color"], row["created_by"], row["created_at"], row["updated_at"])
