"""Merges: the arrows between contacts, the pairs that a person holds apart, and the pointers that follow from them."""

from __future__ import annotations

from collections.abc import Sequence

from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.merging import Merge
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, object_from_text, to_text, to_text_or_none

AT_ONCE = 500


def add(tx: WriteTx, project_id: ProjectId, merge: Merge) -> None:
    """A new arrow. Raises Unique if the loser has one already."""
    m = merge
    tx.run(
        "INSERT INTO merges (project_id, id, number, group_id, winner_id, loser_id, choices, actor_kind, actor_id,"
        " reason, at, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, m.id, m.number, m.group_id, m.winner_id, m.loser_id, to_text(m.choices)),
        *(m.actor_kind, m.actor_id, m.reason, m.at, to_text_or_none(m.evidence)),
    )


def get(tx: ReadTx, project_id: ProjectId, merge_id: str) -> Merge | None:
    """The merge, undone or not."""
    row = tx.one("SELECT * FROM merges WHERE project_id = ? AND id = ?", project_id, merge_id)
    return merge_from_row(row) if row else None


def by_ids(tx: ReadTx, project_id: ProjectId, ids: Sequence[str]) -> list[Merge]:
    """Those of the ids that are there, in the order of merging."""
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    rows = tx.all(
        f"SELECT * FROM merges WHERE project_id = ? AND id IN ({marks}) ORDER BY number", project_id, *ids
    )
    return [merge_from_row(row) for row in rows]


def of_loser(tx: ReadTx, project_id: ProjectId, loser_id: ContactId) -> Merge | None:
    """The arrow of a contact that stands now."""
    row = tx.one(
        "SELECT * FROM merges WHERE project_id = ? AND loser_id = ? AND undone_at IS NULL",
        project_id,
        loser_id,
    )
    return merge_from_row(row) if row else None


def of_group(tx: ReadTx, project_id: ProjectId, group_id: str) -> list[Merge]:
    """The merges of one call, in order."""
    rows = tx.all(
        "SELECT * FROM merges WHERE project_id = ? AND group_id = ? ORDER BY number", project_id, group_id
    )
    return [merge_from_row(row) for row in rows]


def of_tree(tx: ReadTx, project_id: ProjectId, members: Sequence[ContactId], limit: int) -> list[Merge]:
    """The newest merges, undone ones too, in which one of the contacts has a part, newest first."""
    found: dict[str, Merge] = {}
    for first in range(0, len(members), AT_ONCE):
        part = members[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        for side in ("winner_id", "loser_id"):
            rows = tx.all(
                f"SELECT * FROM merges WHERE project_id = ? AND {side} IN ({marks}) ORDER BY number DESC LIMIT ?",
                *(project_id, *part, limit),
            )
            found.update((row["id"], merge_from_row(row)) for row in rows)
    return sorted(found.values(), key=lambda merge: merge.number, reverse=True)[:limit]


def undo(tx: WriteTx, project_id: ProjectId, merge_id: str, at: int, kind: str, by: str) -> None:
    """Erase an arrow; its row stays as history."""
    tx.run(
        "UPDATE merges SET undone_at = ?, undone_kind = ?, undone_by = ? WHERE project_id = ? AND id = ?",
        *(at, kind, by, project_id, merge_id),
    )


def ever_above(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> list[ContactId]:
    """The other contacts that these have ever been a part of, by a merge or before a split, in id order."""
    found, waiting = set(ids), list(ids)
    while waiting:
        part = waiting[:AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = tx.all(
            f"SELECT winner_id AS id FROM merges WHERE project_id = ? AND loser_id IN ({marks})"
            f" UNION SELECT from_id AS id FROM splits WHERE project_id = ? AND into_id IN ({marks})",
            *(project_id, *part, project_id, *part),
        )
        new = [row["id"] for row in rows if row["id"] not in found]
        found.update(new)
        waiting = waiting[AT_ONCE:] + new
    return sorted(found.difference(ids))


def lock_trees(
    tx: WriteTx, project_id: ProjectId, roots: Sequence[ContactId]
) -> dict[ContactId, ContactId | None]:
    """Lock every contact of the trees with these roots, in id order; what each is merged into.

    Only what holds the project's lock for merges may call it: else a tree might grow meanwhile.
    """
    if not roots:
        return {}
    marks = ", ".join("?" * len(roots))
    rows = tx.all(
        f"SELECT id, merged_into FROM contacts WHERE project_id = ? AND (id IN ({marks})"
        f" OR (root_id IN ({marks}) AND merged_into IS NOT NULL)) ORDER BY id{tx.dialect.lock_rows}",
        *(project_id, *roots, *roots),
    )
    return {row["id"]: row["merged_into"] for row in rows}


def point(
    tx: WriteTx,
    project_id: ProjectId,
    contact_id: ContactId,
    parent: ContactId | None,
    root: ContactId,
    at: int,
) -> None:
    """Let a contact point to what it is merged into, or to nothing."""
    tx.run(
        "UPDATE contacts SET merged_into = ?, root_id = ?, version = version + 1, updated_at = ?"
        " WHERE project_id = ? AND id = ?",
        *(parent, root, at, project_id, contact_id),
    )


def set_root(tx: WriteTx, project_id: ProjectId, members: Sequence[ContactId], root: ContactId) -> None:
    """These merged contacts are from now on under another root."""
    for first in range(0, len(members), AT_ONCE):
        part = members[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        tx.run(
            f"UPDATE contacts SET root_id = ? WHERE project_id = ? AND id IN ({marks})",
            root,
            project_id,
            *part,
        )


def veto(
    tx: WriteTx,
    project_id: ProjectId,
    one: ContactId,
    other: ContactId,
    reason: str,
    by: str,
    at: int,
    group_id: str | None = None,
) -> None:
    """A person holds these two apart (`undone`, `different`); said again it counts from now. `group_id` is the group of
    suggestions that was called different."""
    low, high = sorted((one, other))
    tx.run(
        "INSERT INTO vetoes (project_id, low_id, high_id, reason, actor_id, at, group_id) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (project_id, low_id, high_id) DO UPDATE SET reason = excluded.reason,"
        " actor_id = excluded.actor_id, at = excluded.at, group_id = excluded.group_id",
        *(project_id, low, high, reason, by, at, group_id),
    )


def vetoed_pair(
    tx: ReadTx, project_id: ProjectId, low: ContactId, high: ContactId, reason: str
) -> tuple[bool, str | None]:
    """Whether somebody holds just these two apart for that reason, and the group that was called different with it."""
    row = tx.one(
        "SELECT group_id FROM vetoes WHERE project_id = ? AND low_id = ? AND high_id = ? AND reason = ?",
        *(project_id, low, high, reason),
    )
    return (True, row["group_id"]) if row else (False, None)


def vetoes_of_group(tx: ReadTx, project_id: ProjectId, group_id: str) -> list[tuple[ContactId, ContactId]]:
    """The pairs that somebody has called different with a group of suggestions."""
    rows = tx.all(
        "SELECT low_id, high_id FROM vetoes WHERE project_id = ? AND group_id = ? ORDER BY low_id, high_id",
        project_id,
        group_id,
    )
    return [(row["low_id"], row["high_id"]) for row in rows]


def lift_veto(tx: WriteTx, project_id: ProjectId, low: ContactId, high: ContactId) -> None:
    """Nobody holds these two apart any more."""
    tx.run("DELETE FROM vetoes WHERE project_id = ? AND low_id = ? AND high_id = ?", project_id, low, high)


def vetoes_among(
    tx: ReadTx, project_id: ProjectId, members: Sequence[ContactId]
) -> list[tuple[ContactId, ContactId]]:
    """The pairs of these contacts that a person has ever held apart."""
    inside, found = set(members), []
    for first in range(0, len(members), AT_ONCE):
        part = members[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = tx.all(
            f"SELECT low_id, high_id FROM vetoes WHERE project_id = ? AND low_id IN ({marks})",
            *(project_id, *part),
        )
        found += [(row["low_id"], row["high_id"]) for row in rows if row["high_id"] in inside]
    return found


def vetoed_at(
    tx: ReadTx, project_id: ProjectId, one: Sequence[ContactId], other: Sequence[ContactId]
) -> int | None:
    """When a person has last held two trees apart, given their members; None if nobody has."""
    others = set(other)
    found = 0
    for first in range(0, len(one), AT_ONCE):
        part = one[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        for mine, theirs in (("low_id", "high_id"), ("high_id", "low_id")):
            rows = tx.all(
                f"SELECT {theirs} AS other, at FROM vetoes WHERE project_id = ? AND {mine} IN ({marks})",
                *(project_id, *part),
            )
            found = max([found, *(row["at"] for row in rows if row["other"] in others)])
    return found or None


def erase(tx: WriteTx, project_id: ProjectId, contact_id: ContactId) -> None:
    """Leave of a contact's merges and splits the bare ids; and nothing that calls it different from another."""
    for column in ("winner_id", "loser_id"):
        # The merges of one call share their words; of one that stands its choices are needed still.
        call = f"(SELECT group_id FROM merges WHERE project_id = ? AND {column} = ?)"
        tx.run(
            "UPDATE merges SET reason = NULL, choices = CASE WHEN undone_at IS NULL THEN choices ELSE '{}' END"
            f" WHERE project_id = ? AND group_id IN {call}",
            *(project_id, project_id, contact_id),
        )
        tx.run(
            f"UPDATE merges SET choices = '{{}}', reason = NULL WHERE project_id = ? AND {column} = ?",
            *(project_id, contact_id),
        )
    for column in ("from_id", "into_id"):
        tx.run(
            f"UPDATE splits SET reason = NULL WHERE project_id = ? AND {column} = ?", project_id, contact_id
        )
    for column in ("low_id", "high_id"):
        tx.run(f"DELETE FROM vetoes WHERE project_id = ? AND {column} = ?", project_id, contact_id)


def merge_from_row(row: Row) -> Merge:
    """A whole row as a merge."""
    choices = {
        field: chosen
        for field, chosen in object_from_text(row["choices"]).items()
        if isinstance(chosen, dict)
    }
    return Merge(
        *(row["id"], row["number"], row["group_id"], row["winner_id"], row["loser_id"], choices),
        *(row["actor_kind"], row["actor_id"], row["reason"], row["at"]),
        *(row["undone_at"], row["undone_kind"], row["undone_by"], from_text(row["evidence"])),
    )
