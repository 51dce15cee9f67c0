"""Who is blocked in a project, by the key that is in their tokens."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.contact import Identity
from rolodesk.domain.ids import ProjectId
from rolodesk.storage import identities
from rolodesk.storage.database import ReadTx, Row, WriteTx


class Ban(Struct, frozen=True):
    """A visitor or user of the site who is kept out. `ip` is what whoever blocked it knew of its address."""

    id: str
    key: str
    ip: str | None
    created_by: str
    created_at: int


def add(tx: WriteTx, project_id: ProjectId, ban: Ban) -> bool:
    """Whether it was new."""
    return bool(
        tx.run(
            "INSERT INTO bans (project_id, id, key, ip, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (project_id, key) DO NOTHING",
            *(project_id, ban.id, ban.key, ban.ip, ban.created_by, ban.created_at),
        )
    )


def by_key(tx: ReadTx, project_id: ProjectId, key: str) -> Ban | None:
    row = tx.one("SELECT * FROM bans WHERE project_id = ? AND key = ?", project_id, key)
    return _ban(row) if row else None


def get(tx: ReadTx, project_id: ProjectId, ban_id: str) -> Ban | None:
    row = tx.one("SELECT * FROM bans WHERE project_id = ? AND id = ?", project_id, ban_id)
    return _ban(row) if row else None


def of_project(tx: ReadTx, project_id: ProjectId) -> list[Ban]:
    """Everybody who is blocked, in the order in which they were."""
    rows = tx.all("SELECT * FROM bans WHERE project_id = ? ORDER BY created_at, id", project_id)
    return [_ban(row) for row in rows]


def delete(tx: WriteTx, project_id: ProjectId, key: str) -> None:
    """Let whoever holds the key in again; what its identities carry is written apart."""
    tx.run("DELETE FROM bans WHERE project_id = ? AND key = ?", project_id, key)


def lock_holders(tx: WriteTx, project_id: ProjectId, key: str) -> list[Identity]:
    """The identities that speak by that key, locked; a member of the team who asks is none of them."""
    rows = tx.all(
        "SELECT id FROM identities WHERE project_id = ? AND key = ? AND kind <> 'member' ORDER BY id",
        *(project_id, key),
    )
    return list(identities.lock(tx, project_id, [row["id"] for row in rows]).values())


def _ban(row: Row) -> Ban:
    return Ban(row["id"], row["key"], row["ip"], row["created_by"], row["created_at"])
