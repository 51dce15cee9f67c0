"""Calls that are to be done once, however often they are sent."""

from __future__ import annotations

from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import ReadTx, WriteTx


def found(tx: ReadTx, project_id: ProjectId, actor_id: str, key: str) -> tuple[str, str] | None:
    """The hash of the body that was sent under that key, and the ids that were made of it."""
    row = tx.one(
        "SELECT body_hash, subject_id FROM idempotency_keys WHERE project_id = ? AND actor_id = ? AND key = ?",
        *(project_id, actor_id, key),
    )
    return (row["body_hash"], row["subject_id"]) if row else None


def keep(
    tx: WriteTx,
    project_id: ProjectId,
    actor_id: str,
    key: str,
    body_hash: str,
    subject_id: str,
    at: int,
    forget_before: int,
) -> None:
    """Remember what was made; what is older than `forget_before` (milliseconds) is forgotten."""
    tx.run("DELETE FROM idempotency_keys WHERE project_id = ? AND at < ?", project_id, forget_before)
    tx.run(
        "INSERT INTO idempotency_keys (project_id, actor_id, key, body_hash, subject_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        *(project_id, actor_id, key, body_hash, subject_id, at),
    )
