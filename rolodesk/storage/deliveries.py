"""What webhooks are told: the list of deliveries, the contacts' lines in it, and every try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.webhook import TRIES_KEPT, Delivery, Try
from rolodesk.storage.database import ReadTx, Row, WriteTx


def add(
    tx: WriteTx, project_id: ProjectId, delivery: Delivery, line: Sequence[ContactId] = (),
    mentioned: Sequence[ContactId] = (),
) -> None:  # fmt: skip
    """Put a delivery at the end of its contacts' lines; `mentioned` are contacts that its body tells of besides.

    Raises Unique if the hook has a delivery of this event. The hook must be locked.
    """
    d = delivery
    waits = _is_behind(tx, project_id, d.hook_id, d.number or 0, line) if line else False
    tx.run(
        "INSERT INTO webhook_deliveries (project_id, id, hook_id, number, name, body, state, single, due_at,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, d.id, d.hook_id, d.number, d.name, d.body, d.state, int(d.single)),
        *(None if waits else d.due_at, d.created_at),
    )
    rows = [(key, 1) for key in line] + [(key, 0) for key in mentioned if key not in line]
    for key, stands in rows:
        tx.run(
            "INSERT INTO webhook_lines (project_id, contact_id, hook_id, number, delivery_id, waits)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(project_id, key, d.hook_id, d.number or 0, d.id, stands),
        )


def _is_behind(
    tx: ReadTx, project_id: ProjectId, hook_id: str, number: int, line: Sequence[ContactId]
) -> bool:
    """Whether something earlier waits in one of the lines."""
    return any(
        tx.one(
            "SELECT 1 AS found FROM webhook_lines WHERE project_id = ? AND hook_id = ? AND contact_id = ?"
            " AND waits = 1 AND number < ? LIMIT 1",
            *(project_id, hook_id, key, number),
        )
        for key in line
    )


def get(tx: ReadTx, project_id: ProjectId, delivery_id: str) -> Delivery | None:
    row = tx.one("SELECT * FROM webhook_deliveries WHERE project_id = ? AND id = ?", project_id, delivery_id)
    return _delivery(row) if row else None


def page(
    tx: ReadTx, project_id: ProjectId, hook_id: str, state: str | None, before: str | None, limit: int
) -> list[Delivery]:
    """The newest deliveries of a hook, newest first, those of one state if it is given, before an id."""
    conditions, args = "", []
    if state:
        conditions, args = " AND state = ?", [state]
    if before:
        conditions, args = f"{conditions} AND id < ?", [*args, before]
    rows = tx.all(
        f"SELECT * FROM webhook_deliveries WHERE project_id = ? AND hook_id = ?{conditions}"
        " ORDER BY id DESC LIMIT ?",
        *(project_id, hook_id, *args, limit),
    )
    return [_delivery(row) for row in rows]


def waiting(tx: ReadTx, project_id: ProjectId, cap: int) -> Mapping[str, int]:
    """By hook how many deliveries have not ended, counted up to `cap`."""
    rows = tx.all(
        "SELECT w.id, (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries d WHERE d.project_id = w.project_id"
        " AND d.hook_id = w.id AND d.state = 'waiting' LIMIT ?) AS few) AS n FROM webhooks w"
        " WHERE w.project_id = ?",
        *(cap, project_id),
    )
    return {row["id"]: row["n"] for row in rows}


# Trying.


def claim(
    tx: WriteTx, project_id: ProjectId, hook_id: str, at: int, until: int, mark: str, single_only: bool
) -> Delivery | None:
    """The hook's delivery that has been due longest, now tried by whoever has this mark; if nothing is heard of him
    until then, it is due again. None if there is none, or somebody else was faster."""
    row = None
    for single in (1,) if single_only else (1, 0):
        row = row or tx.one(
            "SELECT id, due_at FROM webhook_deliveries WHERE project_id = ? AND hook_id = ? AND single = ?"
            " AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, number LIMIT 1",
            *(project_id, hook_id, single, at),
        )
    if row is None:
        return None
    found = tx.one(
        "UPDATE webhook_deliveries SET due_at = ?, claim = ?, tries = tries + 1, first_at = coalesce(first_at, ?)"
        " WHERE project_id = ? AND id = ? AND due_at = ? RETURNING *",
        *(until, mark, at, project_id, row["id"], row["due_at"]),
    )
    return _delivery(found) if found else None


def claimed(tx: ReadTx, project_id: ProjectId, delivery_id: str, mark: str) -> Delivery | None:
    """The delivery as it stands, if whoever has this mark is still the one who tries it."""
    row = tx.one(
        "SELECT * FROM webhook_deliveries WHERE project_id = ? AND id = ? AND claim = ?",
        *(project_id, delivery_id, mark),
    )
    return _delivery(row) if row else None


def put_off(tx: WriteTx, project_id: ProjectId, delivery_id: str, due_at: int, tried: Try | None) -> None:
    """It is to be tried again; without a try it counts as never begun."""
    tx.run(
        "UPDATE webhook_deliveries SET due_at = ?, claim = NULL, tries = tries - ?, status = ?, error = ?"
        " WHERE project_id = ? AND id = ?",
        *(due_at, int(tried is None), tried.status if tried else None, tried.error if tried else None),
        *(project_id, delivery_id),
    )


def end(tx: WriteTx, project_id: ProjectId, delivery: Delivery, state: str, tried: Try, at: int) -> None:
    """It has ended; what waited for it may be tried. The hook must be locked."""
    tx.run(
        "UPDATE webhook_deliveries SET state = ?, due_at = NULL, claim = NULL, single = 0, status = ?, error = ?,"
        " ended_at = ? WHERE project_id = ? AND id = ?",
        *(state, tried.status, tried.error, at, project_id, delivery.id),
    )
    _leave_lines(tx, project_id, delivery, at)


def _leave_lines(tx: WriteTx, project_id: ProjectId, delivery: Delivery, at: int) -> None:
    lines = tx.all(
        "SELECT contact_id FROM webhook_lines WHERE project_id = ? AND delivery_id = ? AND waits = 1",
        *(project_id, delivery.id),
    )
    tx.run(
        "UPDATE webhook_lines SET waits = 0 WHERE project_id = ? AND delivery_id = ? AND waits = 1",
        *(project_id, delivery.id),
    )
    for line in lines:
        first = tx.one(
            "SELECT delivery_id, number FROM webhook_lines WHERE project_id = ? AND hook_id = ?"
            " AND contact_id = ? AND waits = 1 ORDER BY number LIMIT 1",
            *(project_id, delivery.hook_id, line["contact_id"]),
        )
        if first is not None:
            _let_go(tx, project_id, delivery.hook_id, first["delivery_id"], first["number"], at)


def _let_go(tx: WriteTx, project_id: ProjectId, hook_id: str, delivery_id: str, number: int, at: int) -> None:
    """Make it due if it is the first in all its lines."""
    lines = tx.all(
        "SELECT contact_id FROM webhook_lines WHERE project_id = ? AND delivery_id = ? AND waits = 1",
        *(project_id, delivery_id),
    )
    if not _is_behind(tx, project_id, hook_id, number, [line["contact_id"] for line in lines]):
        tx.run(
            "UPDATE webhook_deliveries SET due_at = ? WHERE project_id = ? AND id = ? AND due_at IS NULL"
            " AND state = 'waiting'",
            *(at, project_id, delivery_id),
        )


def release(tx: WriteTx, project_id: ProjectId, at: int) -> None:
    """Whoever was trying something has ended: it is due now."""
    tx.run(
        "UPDATE webhook_deliveries SET due_at = ?, claim = NULL WHERE project_id = ? AND due_at IS NOT NULL"
        " AND claim IS NOT NULL",
        *(at, project_id),
    )


def begin_again(tx: WriteTx, project_id: ProjectId, hook_id: str, at: int) -> None:
    """What waits in front is tried now, and has its full time for it."""
    tx.run(
        "UPDATE webhook_deliveries SET due_at = ?, first_at = NULL, tries = 0 WHERE project_id = ? AND hook_id = ?"
        " AND due_at IS NOT NULL AND claim IS NULL",
        *(at, project_id, hook_id),
    )


def again(tx: WriteTx, project_id: ProjectId, delivery_id: str, at: int) -> None:
    """Try one that has ended once more, out of turn."""
    tx.run(
        "UPDATE webhook_deliveries SET state = 'waiting', single = 1, due_at = ?, claim = NULL, ended_at = NULL"
        " WHERE project_id = ? AND id = ?",
        *(at, project_id, delivery_id),
    )


def hasten(tx: WriteTx, project_id: ProjectId, delivery_id: str, at: int) -> None:
    """Try now what is put off, unless it is being tried or is not its turn."""
    tx.run(
        "UPDATE webhook_deliveries SET due_at = ? WHERE project_id = ? AND id = ? AND due_at IS NOT NULL"
        " AND claim IS NULL",
        *(at, project_id, delivery_id),
    )


# Every try.


def add_try(tx: WriteTx, project_id: ProjectId, tried: Try) -> None:
    """Remember a try; of each delivery the newest few are kept."""
    tx.run(
        "INSERT INTO webhook_tries (project_id, id, delivery_id, at, duration, status, error, answer)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, tried.id, tried.delivery_id, tried.at, tried.duration, tried.status, tried.error),
        tried.answer,
    )
    old = tx.one(
        "SELECT id FROM webhook_tries WHERE project_id = ? AND delivery_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
        *(project_id, tried.delivery_id, TRIES_KEPT),
    )
    if old is not None:
        tx.run(
            "DELETE FROM webhook_tries WHERE project_id = ? AND delivery_id = ? AND id <= ?",
            *(project_id, tried.delivery_id, old["id"]),
        )


def tries(tx: ReadTx, project_id: ProjectId, ids: Sequence[str]) -> dict[str, list[Try]]:
    """By delivery its tries, newest first."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(
        f"SELECT * FROM webhook_tries WHERE project_id = ? AND delivery_id IN ({marks}) ORDER BY id DESC",
        *(project_id, *ids),
    )
    found: dict[str, list[Try]] = {}
    for row in rows:
        found.setdefault(row["delivery_id"], []).append(_try(row))
    return found


def history(tx: ReadTx, project_id: ProjectId, limit: int, offset: int) -> list[tuple[Try, Delivery]]:
    """The project's newest tries with what was tried, newest first."""
    rows = tx.all(
        "SELECT * FROM webhook_tries WHERE project_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
        *(project_id, limit, offset),
    )
    tried = [_try(row) for row in rows]
    ids = list(dict.fromkeys(one.delivery_id for one in tried))
    marks = ", ".join("?" * len(ids))
    found = (
        tx.all(f"SELECT * FROM webhook_deliveries WHERE project_id = ? AND id IN ({marks})", project_id, *ids)
        if ids
        else []
    )
    by_id = {row["id"]: _delivery(row) for row in found}
    return [(one, by_id[one.delivery_id]) for one in tried if one.delivery_id in by_id]


# Forgetting.


def concerning(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> list[Delivery]:
    """The deliveries that concern one of these contacts or tell of it, whose bodies are still there."""
    found: dict[str, Delivery] = {}
    for contact_id in ids:
        rows = tx.all(
            "SELECT d.* FROM webhook_lines l JOIN webhook_deliveries d ON d.project_id = l.project_id"
            " AND d.id = l.delivery_id WHERE l.project_id = ? AND l.contact_id = ? AND d.body IS NOT NULL",
            *(project_id, contact_id),
        )
        found.update((row["id"], _delivery(row)) for row in rows)
    return list(found.values())


def rewrite(tx: WriteTx, project_id: ProjectId, delivery_id: str, body: str | None) -> None:
    """Another body in the place of what was to be sent, or none; nothing that was answered stays."""
    tx.run(
        "UPDATE webhook_deliveries SET body = ? WHERE project_id = ? AND id = ?",
        *(body, project_id, delivery_id),
    )
    tx.run(
        "UPDATE webhook_tries SET answer = NULL WHERE project_id = ? AND delivery_id = ?",
        *(project_id, delivery_id),
    )


def delete_ended(tx: WriteTx, project_id: ProjectId, before: int, limit: int) -> int:
    """Delete some of those that had ended before then; how many."""
    return tx.run(
        "DELETE FROM webhook_deliveries WHERE project_id = ? AND id IN (SELECT id FROM webhook_deliveries"
        " WHERE project_id = ? AND ended_at IS NOT NULL AND ended_at < ? LIMIT ?)",
        *(project_id, project_id, before, limit),
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        *(row["id"], row["hook_id"], row["number"], row["name"], row["body"], row["state"]),
        *(bool(row["single"]), row["tries"], row["first_at"], row["due_at"], row["status"], row["error"]),
        *(row["created_at"], row["ended_at"]),
    )


def _try(row: Row) -> Try:
    return Try(
        *(row["id"], row["delivery_id"], row["at"], row["duration"], row["status"], row["error"]),
        row["answer"],
    )
