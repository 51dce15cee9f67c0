"""The departments of a project. What is deleted stays for the conversations that were in it."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from rolodesk.domain.ids import ProjectId
from rolodesk.domain.json import Json
from rolodesk.domain.routing import Share
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, to_text

_shares = msgspec.json.Decoder(tuple[Share, ...])


class Department(Struct, frozen=True):
    """A department, to which conversations go; `status` 1 is shown to visitors, 0 to the team alone, -1 to nobody."""

    id: str
    name: str
    routing: str
    is_default: bool
    status: int
    created_by: str
    created_at: int
    updated_at: int
    description: str | None = None
    tags: tuple[Json, ...] = ()
    shares: tuple[Share, ...] = ()
    id_group: str | None = None
    deleted_at: int | None = None

    @property
    def group_ids(self) -> tuple[str, ...]:
        """The groups that its conversations go to, by whichever of the two fields they are named."""
        named = (self.id_group,) if self.id_group else ()
        return tuple(dict.fromkeys([*(share.group_id for share in self.shares), *named]))


def add(tx: WriteTx, project_id: ProjectId, department: Department) -> None:
    """A new one. Raises Unique for a second default one."""
    d = department
    tx.run(
        "INSERT INTO departments (project_id, id, name, routing, is_default, status, description, tags, shares,"
        " id_group, created_by, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, d.id, d.name, d.routing, int(d.is_default), d.status, d.description, to_text(d.tags)),
        *(to_text(d.shares), d.id_group, d.created_by, d.created_at, d.updated_at),
    )


def update(tx: WriteTx, project_id: ProjectId, department: Department) -> None:
    """Write all that may change. Raises Unique for a second default one."""
    d = department
    tx.run(
        "UPDATE departments SET name = ?, routing = ?, is_default = ?, status = ?, description = ?, tags = ?,"
        " shares = ?, id_group = ?, updated_at = ?, deleted_at = ? WHERE project_id = ? AND id = ?",
        *(d.name, d.routing, int(d.is_default), d.status, d.description, to_text(d.tags), to_text(d.shares)),
        *(d.id_group, d.updated_at, d.deleted_at, project_id, d.id),
    )


def of_project(tx: ReadTx, project_id: ProjectId) -> list[Department]:
    """All departments, the deleted ones too; the default one first."""
    rows = tx.all(
        "SELECT * FROM departments WHERE project_id = ? ORDER BY is_default DESC, created_at, id", project_id
    )
    return [_department(row) for row in rows]


def locked(tx: WriteTx, project_id: ProjectId) -> list[Department]:
    """Those that are not deleted, held until the commit: one of them is the default one, whoever changes what."""
    tx.all(f"SELECT id FROM departments WHERE project_id = ? ORDER BY id{tx.dialect.lock_rows}", project_id)
    return [department for department in of_project(tx, project_id) if department.deleted_at is None]


def _department(row: Row) -> Department:
    return Department(
        *(row["id"], row["name"], row["routing"], bool(row["is_default"]), row["status"], row["created_by"]),
        *(row["created_at"], row["updated_at"], row["description"], tuple(from_text(row["tags"]))),
        *(_shares.decode(row["shares"]), row["id_group"], row["deleted_at"]),
    )
