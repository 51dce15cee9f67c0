"""Webhooks, and how far each has come with the project's events."""

from __future__ import annotations

from rolodesk.domain.ids import ProjectId
from rolodesk.domain.webhook import Webhook
from rolodesk.storage.database import ReadTx, Row, WriteTx

_DUE = (
    "SELECT 1 FROM webhook_deliveries d WHERE d.project_id = w.project_id AND d.hook_id = w.id AND d.single = {}"
    " AND d.due_at IS NOT NULL AND d.due_at <= ?"
)


def add(tx: WriteTx, project_id: ProjectId, hook: Webhook) -> bool:
    """Whether it is new: there may be one already with these names and this target."""
    return bool(
        tx.run(
            "INSERT INTO webhooks (project_id, id, target, names, secret, legacy, planned, created_by, created_at,"
            " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project_id, names, target) DO NOTHING",
            *(project_id, hook.id, hook.target, hook.event, hook.secret, int(hook.legacy), hook.planned),
            *(hook.created_by, hook.created_at, hook.updated_at),
        )
    )


def of_project(tx: ReadTx, project_id: ProjectId) -> list[Webhook]:
    """All of the project's, oldest first."""
    rows = tx.all("SELECT * FROM webhooks WHERE project_id = ? ORDER BY created_at, id", project_id)
    return [_hook(row) for row in rows]


def get(tx: ReadTx, project_id: ProjectId, hook_id: str) -> Webhook | None:
    row = tx.one("SELECT * FROM webhooks WHERE project_id = ? AND id = ?", project_id, hook_id)
    return _hook(row) if row else None


def lock(tx: WriteTx, project_id: ProjectId, hook_id: str) -> Webhook | None:
    """The hook, held until the commit: what is written of its deliveries is written one after the other.

    It comes after locks of contacts, and before the event counter.
    """
    row = tx.one(
        f"SELECT * FROM webhooks WHERE project_id = ? AND id = ?{tx.dialect.lock_rows}", project_id, hook_id
    )
    return _hook(row) if row else None


def lock_all(tx: WriteTx, project_id: ProjectId) -> list[Webhook]:
    """All of the project's, held until the commit, in the order of their ids."""
    rows = tx.all(
        f"SELECT * FROM webhooks WHERE project_id = ? ORDER BY id{tx.dialect.lock_rows}", project_id
    )
    return [_hook(row) for row in rows]


def by_target(tx: ReadTx, project_id: ProjectId, event: str, target: str) -> Webhook | None:
    """The one with exactly these names and this target."""
    row = tx.one(
        "SELECT * FROM webhooks WHERE project_id = ? AND names = ? AND target = ?", project_id, event, target
    )
    return _hook(row) if row else None


def update(tx: WriteTx, project_id: ProjectId, hook: Webhook) -> None:
    """Write all that may change but `planned`. Raises Unique if another has these names and this target."""
    tx.run(
        "UPDATE webhooks SET target = ?, names = ?, secret = ?, former_secret = ?, former_until = ?, legacy = ?,"
        " failing_since = ?, disabled_at = ?, disabled_by = ?, reason = ?, updated_at = ?"
        " WHERE project_id = ? AND id = ?",
        *(hook.target, hook.event, hook.secret, hook.former_secret, hook.former_until, int(hook.legacy)),
        *(hook.failing_since, hook.disabled_at, hook.disabled_by, hook.reason, hook.updated_at),
        *(project_id, hook.id),
    )


def move(tx: WriteTx, project_id: ProjectId, hook_id: str, planned: int) -> None:
    """Deliveries are written of all events up to that number."""
    tx.run("UPDATE webhooks SET planned = ? WHERE project_id = ? AND id = ?", planned, project_id, hook_id)


def delete(tx: WriteTx, project_id: ProjectId, hook_id: str) -> None:
    """Delete it with all its deliveries."""
    tx.run("DELETE FROM webhooks WHERE project_id = ? AND id = ?", project_id, hook_id)


# Which projects there is work for.


def projects_listening(tx: ReadTx) -> dict[ProjectId, bool]:
    """The projects with hooks that are on, and whether something has happened there since a hook's last event."""
    rows = tx.all(
        "SELECT w.project_id, max(CASE WHEN c.last > w.planned THEN 1 ELSE 0 END) AS behind FROM webhooks w"
        " JOIN event_counters c ON c.project_id = w.project_id WHERE w.disabled_at IS NULL GROUP BY w.project_id"
    )
    return {row["project_id"]: bool(row["behind"]) for row in rows}


def projects_with_hooks(tx: ReadTx) -> list[ProjectId]:
    """The projects that have any."""
    return [row["project_id"] for row in tx.all("SELECT DISTINCT project_id FROM webhooks")]


def hooks_to_send(tx: ReadTx, at: int) -> list[Webhook]:
    """The hooks that have a delivery to try now."""
    rows = tx.all(
        f"SELECT w.* FROM webhooks w WHERE (w.disabled_at IS NULL AND EXISTS ({_DUE.format(0)}))"
        f" OR EXISTS ({_DUE.format(1)})",
        *(at, at),
    )
    return [_hook(row) for row in rows]


def projects_with_ended(tx: ReadTx, before: int) -> list[ProjectId]:
    """The projects with deliveries that had ended before then."""
    rows = tx.all(
        "SELECT DISTINCT w.project_id FROM webhooks w WHERE EXISTS (SELECT 1 FROM webhook_deliveries d"
        " WHERE d.project_id = w.project_id AND d.ended_at IS NOT NULL AND d.ended_at < ?)",
        before,
    )
    return [row["project_id"] for row in rows]


def _hook(row: Row) -> Webhook:
    return Webhook(
        *(row["id"], row["project_id"], row["target"], tuple(row["names"].split(","))),
        *(row["secret"], bool(row["legacy"]), row["planned"]),
        *(row["created_by"], row["created_at"], row["updated_at"]),
        *(row["former_secret"], row["former_until"]),
        *(row["failing_since"], row["disabled_at"], row["disabled_by"], row["reason"]),
    )
