"""Splits: identities that have been given another home, with all that they have said."""

from __future__ import annotations

from collections.abc import Sequence

from rolodesk.domain.ids import ContactId, IdentityId, ProjectId
from rolodesk.domain.merging import Split
from rolodesk.storage.database import ReadTx, Row, WriteTx


def add(
    tx: WriteTx, project_id: ProjectId, split: Split, homes: Sequence[tuple[IdentityId, ContactId]]
) -> None:
    """A new split; `homes` says where each of its identities has lived until now."""
    s = split
    tx.run(
        "INSERT INTO splits (project_id, id, number, from_id, into_id, made, actor_kind, actor_id, reason, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(
            project_id,
            s.id,
            s.number,
            s.from_id,
            s.into_id,
            int(s.made),
            s.actor_kind,
            s.actor_id,
            s.reason,
            s.at,
        ),
    )
    for identity_id, home in homes:
        tx.run(
            "INSERT INTO split_identities (project_id, identity_id, split_id, home_id) VALUES (?, ?, ?, ?)",
            *(project_id, identity_id, s.id, home),
        )


def get(tx: ReadTx, project_id: ProjectId, split_id: str) -> Split | None:
    """The split, undone or not."""
    row = tx.one("SELECT * FROM splits WHERE project_id = ? AND id = ?", project_id, split_id)
    return _splits(tx, project_id, [row])[0] if row else None


def of_tree(tx: ReadTx, project_id: ProjectId, members: Sequence[ContactId], limit: int) -> list[Split]:
    """The newest splits, undone ones too, off or over to one of the contacts, newest first."""
    if not members:
        return []
    marks = ", ".join("?" * len(members))
    rows: dict[str, Row] = {}
    for side in ("from_id", "into_id"):
        found = tx.all(
            f"SELECT * FROM splits WHERE project_id = ? AND {side} IN ({marks}) ORDER BY number DESC LIMIT ?",
            *(project_id, *members, limit),
        )
        rows.update((row["id"], row) for row in found)
    newest = sorted(rows.values(), key=lambda row: row["number"], reverse=True)[:limit]
    return _splits(tx, project_id, newest)


def undo(tx: WriteTx, project_id: ProjectId, split_id: str, at: int, kind: str, by: str) -> None:
    """Take a split back; its row stays as history."""
    tx.run(
        "UPDATE splits SET undone_at = ?, undone_kind = ?, undone_by = ? WHERE project_id = ? AND id = ?",
        *(at, kind, by, project_id, split_id),
    )


def home_of(tx: ReadTx, project_id: ProjectId, identity_id: IdentityId) -> ContactId | None:
    """Where the splits that stand put an identity; None if it has never been split off."""
    rows = tx.all(
        "SELECT h.home_id, s.into_id, s.undone_at FROM split_identities h"
        " JOIN splits s ON s.project_id = h.project_id AND s.id = h.split_id"
        " WHERE h.project_id = ? AND h.identity_id = ? ORDER BY s.number",
        *(project_id, identity_id),
    )
    standing = [row["into_id"] for row in rows if row["undone_at"] is None]
    return standing[-1] if standing else rows[0]["home_id"] if rows else None


def move(tx: WriteTx, project_id: ProjectId, identity_id: IdentityId, old: ContactId, new: ContactId) -> None:
    """Give an identity another home, and with it all that it has said of itself. An address that the team has taken off
    a contact is off there, and nowhere else."""
    tx.run(
        "UPDATE identities SET contact_id = ? WHERE project_id = ? AND id = ?", new, project_id, identity_id
    )
    for table in ("contact_values", "consents"):
        tx.run(
            f"UPDATE {table} SET contact_id = ? WHERE project_id = ? AND contact_id = ? AND identity_id = ?",
            *(new, project_id, old, identity_id),
        )
    tx.run(
        "UPDATE contact_points SET contact_id = ?, removed_at = (SELECT max(r.removed_at) FROM contact_points r"
        " WHERE r.project_id = ? AND r.contact_id = ? AND r.identity_id IS NULL AND r.removed_at IS NOT NULL"
        " AND r.kind = contact_points.kind"
        " AND coalesce(r.key, r.value) = coalesce(contact_points.key, contact_points.value)"
        " AND (r.removed_at, r.id) > (contact_points.at, contact_points.id))"
        " WHERE project_id = ? AND contact_id = ? AND identity_id = ?",
        *(new, project_id, new, project_id, old, identity_id),
    )


def recount_own(tx: WriteTx, project_id: ProjectId, contact_id: ContactId) -> None:
    """Count a contact's own conversations and messages afresh, from those of the identities that live there."""
    row = tx.one(
        "SELECT count(*) AS conversations, coalesce(sum(v.messages), 0) AS messages,"
        " max(coalesce(v.last_message_at, v.created_at)) AS last_seen"
        " FROM identities i CROSS JOIN conversations v WHERE v.project_id = i.project_id AND v.identity_id = i.id"
        " AND v.preflight = 0"
        " AND i.project_id = ? AND i.contact_id = ?",
        *(project_id, contact_id),
    )
    # Somebody for whom an identity was typed in is there from the first conversation on.
    first = tx.one(
        "SELECT min(seen.at) AS first_seen FROM (SELECT first_seen AS at FROM identities WHERE project_id = ?"
        " AND contact_id = ? AND kind <> 'manual' UNION ALL SELECT v.created_at FROM identities i"
        " CROSS JOIN conversations v WHERE v.project_id = i.project_id AND v.identity_id = i.id"
        " AND v.preflight = 0"
        " AND i.project_id = ? AND i.contact_id = ?) AS seen",
        *(project_id, contact_id, project_id, contact_id),
    )
    if row is None or first is None:
        raise LookupError("counting answers with a row")
    tx.run(
        "UPDATE contact_activity SET own_conversations = ?, own_messages = ?, own_first_seen = ?,"
        " own_last_seen = coalesce(?, (SELECT created_at FROM contacts WHERE project_id = ? AND id = ?))"
        " WHERE project_id = ? AND contact_id = ?",
        *(row["conversations"], int(row["messages"]), first["first_seen"], row["last_seen"]),
        *(project_id, contact_id, project_id, contact_id),
    )


def _splits(tx: ReadTx, project_id: ProjectId, rows: Sequence[Row]) -> list[Split]:
    if not rows:
        return []
    marks = ", ".join("?" * len(rows))
    moved = tx.all(
        f"SELECT split_id, identity_id FROM split_identities WHERE project_id = ? AND split_id IN ({marks})"
        " ORDER BY identity_id",
        *(project_id, *(row["id"] for row in rows)),
    )
    return [
        Split(
            *(row["id"], row["number"], row["from_id"], row["into_id"], bool(row["made"])),
            tuple(m["identity_id"] for m in moved if m["split_id"] == row["id"]),
            *(row["actor_kind"], row["actor_id"], row["reason"], row["at"]),
            *(row["undone_at"], row["undone_kind"], row["undone_by"]),
        )
        for row in rows
    ]
