"""Suggestions: pairs of contacts that may be one person's, and the groups that the team is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.projects import next_number

AT_ONCE = 500
ROWS_AT_ONCE = 100
COUNT_CAP = 10_000
Both = tuple[ContactId, ContactId]


class Suggestion(Struct, frozen=True):
    """Two contacts (the smaller id first) and how probably they are one person. `kinds` are the comparisons that speak
    for it, strongest first; `run_id` is the run that has found it, None if it was found at once."""

    low: ContactId
    high: ContactId
    probability: float
    bits: float
    kinds: tuple[str, ...]
    group_id: str | None
    at: int
    run_id: str | None = None

    @property
    def pair(self) -> Both:
        return self.low, self.high


class KeptGroup(Struct, frozen=True):
    """A group as the queue sorts it."""

    id: str
    probability: float
    size: int
    kinds: tuple[str, ...]
    changed_at: int


def lock(tx: WriteTx, project_id: ProjectId) -> int:
    """Hold the project's suggestions until the commit; how many have held them so far.

    It is taken by whoever writes suggestions and by whoever takes evidence away, so that no pair is written of a
    contact that is just going. It comes after the lock for merges and after locks of contacts.
    """
    return next_number(tx, project_id, "suggestions")


def turn(tx: ReadTx, project_id: ProjectId) -> int:
    """How many have held the suggestions so far."""
    row = tx.one("SELECT last FROM sequences WHERE project_id = ? AND name = 'suggestions'", project_id)
    return row["last"] if row else 0


def of_contacts(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> list[Suggestion]:
    """The pairs in which one of the contacts stands."""
    found: dict[Both, Suggestion] = {}
    for first in range(0, len(ids), AT_ONCE):
        part = ids[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = tx.all(
            f"SELECT * FROM suggestions WHERE project_id = ? AND low_id IN ({marks})"
            f" UNION SELECT * FROM suggestions WHERE project_id = ? AND high_id IN ({marks})",
            *(project_id, *part, project_id, *part),
        )
        found.update(((one := _suggestion(row)).pair, one) for row in rows)
    return [found[pair] for pair in sorted(found)]


def of_groups(tx: ReadTx, project_id: ProjectId, ids: Sequence[str]) -> dict[str, list[Suggestion]]:
    """The pairs of each group."""
    found: dict[str, list[Suggestion]] = {group_id: [] for group_id in ids}
    for first in range(0, len(ids), AT_ONCE):
        part = ids[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = tx.all(
            f"SELECT * FROM suggestions WHERE project_id = ? AND group_id IN ({marks}) ORDER BY low_id, high_id",
            *(project_id, *part),
        )
        for row in rows:
            found[row["group_id"]].append(_suggestion(row))
    return found


def page(tx: ReadTx, project_id: ProjectId, after: tuple[str, str], limit: int) -> list[Suggestion]:
    """The next pairs in the order of their ids."""
    rows = tx.all(
        "SELECT * FROM suggestions WHERE project_id = ? AND (low_id, high_id) > (?, ?)"
        " ORDER BY low_id, high_id LIMIT ?",
        *(project_id, *after, limit),
    )
    return [_suggestion(row) for row in rows]


def write(tx: WriteTx, project_id: ProjectId, found: Sequence[Suggestion]) -> None:
    """New pairs, and known ones as they are scored now; a known pair keeps its group."""
    for first in range(0, len(found), ROWS_AT_ONCE):
        part = found[first : first + ROWS_AT_ONCE]
        rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * len(part))
        args: list[object] = []
        for one in part:
            args += (project_id, one.low, one.high, one.probability, one.bits, ",".join(one.kinds))
            args += (one.at, one.run_id)
        tx.run(
            "INSERT INTO suggestions (project_id, low_id, high_id, probability, bits, kinds, at, run_id)"
            f" VALUES {rows} ON CONFLICT (project_id, low_id, high_id) DO UPDATE SET"
            " probability = excluded.probability, bits = excluded.bits, kinds = excluded.kinds",
            *args,
        )


def write_placed(tx: WriteTx, project_id: ProjectId, found: Sequence[tuple[Suggestion, str | None]]) -> None:
    """The same with the group of each."""
    for first in range(0, len(found), ROWS_AT_ONCE):
        part = found[first : first + ROWS_AT_ONCE]
        rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(part))
        args: list[object] = []
        for one, group_id in part:
            args += (project_id, one.low, one.high, one.probability, one.bits, ",".join(one.kinds))
            args += (one.at, one.run_id, group_id)
        tx.run(
            "INSERT INTO suggestions (project_id, low_id, high_id, probability, bits, kinds, at, run_id, group_id)"
            f" VALUES {rows} ON CONFLICT (project_id, low_id, high_id) DO UPDATE SET probability ="
            " excluded.probability, bits = excluded.bits, kinds = excluded.kinds, group_id = excluded.group_id",
            *args,
        )


def delete(tx: WriteTx, project_id: ProjectId, pairs: Iterable[Both]) -> None:
    """These pairs are suggested no more."""
    for low, high in pairs:
        tx.run(
            "DELETE FROM suggestions WHERE project_id = ? AND low_id = ? AND high_id = ?",
            *(project_id, low, high),
        )


def put_into(tx: WriteTx, project_id: ProjectId, pair: Both, group_id: str | None) -> None:
    tx.run(
        "UPDATE suggestions SET group_id = ? WHERE project_id = ? AND low_id = ? AND high_id = ?",
        *(group_id, project_id, *pair),
    )


# Groups.


def write_groups(tx: WriteTx, project_id: ProjectId, found: Sequence[KeptGroup]) -> None:
    """New groups, and known ones as they are now; when one was changed stays where nothing of it is new."""
    for first in range(0, len(found), ROWS_AT_ONCE):
        part = found[first : first + ROWS_AT_ONCE]
        rows = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(part))
        args: list[object] = []
        for one in part:
            args += (project_id, one.id, one.probability, one.size, ",".join(one.kinds), one.changed_at)
        tx.run(
            f"INSERT INTO duplicate_groups (project_id, id, probability, size, kinds, changed_at) VALUES {rows}"
            " ON CONFLICT (project_id, id) DO UPDATE SET probability = excluded.probability, size = excluded.size,"
            " kinds = excluded.kinds, changed_at = excluded.changed_at"
            " WHERE duplicate_groups.probability <> excluded.probability OR duplicate_groups.size <> excluded.size"
            " OR duplicate_groups.kinds <> excluded.kinds",
            *args,
        )


def leave_groups(tx: WriteTx, project_id: ProjectId, ids: Iterable[str]) -> None:
    """No pair is in these groups any more."""
    for group_id in ids:
        tx.run(
            "UPDATE suggestions SET group_id = NULL WHERE project_id = ? AND group_id = ?",
            *(project_id, group_id),
        )


def delete_groups(tx: WriteTx, project_id: ProjectId, ids: Collection[str]) -> None:
    """These groups are no more."""
    leave_groups(tx, project_id, ids)
    for group_id in ids:
        tx.run("DELETE FROM duplicate_groups WHERE project_id = ? AND id = ?", project_id, group_id)


def get_group(tx: ReadTx, project_id: ProjectId, group_id: str) -> KeptGroup | None:
    row = tx.one("SELECT * FROM duplicate_groups WHERE project_id = ? AND id = ?", project_id, group_id)
    return _group(row) if row else None


def groups(tx: ReadTx, project_id: ProjectId, kind: str | None, limit: int, offset: int) -> list[KeptGroup]:
    """Groups best first, all or those that a comparison of that kind speaks for."""
    speaks, args = _speaking(kind)
    rows = tx.all(
        f"SELECT * FROM duplicate_groups WHERE project_id = ?{speaks}"
        " ORDER BY probability DESC, id DESC LIMIT ? OFFSET ?",
        *(project_id, *args, limit, offset),
    )
    return [_group(row) for row in rows]


def count_groups(tx: ReadTx, project_id: ProjectId, kind: str | None) -> int:
    """How many groups there are, counted up to COUNT_CAP + 1."""
    speaks, args = _speaking(kind)
    row = tx.one(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM duplicate_groups WHERE project_id = ?{speaks} LIMIT ?) AS found",
        *(project_id, *args, COUNT_CAP + 1),
    )
    return row["n"] if row else 0


def all_groups(tx: ReadTx, project_id: ProjectId) -> dict[str, KeptGroup]:
    """Every group of the project, by id."""
    rows = tx.all("SELECT * FROM duplicate_groups WHERE project_id = ?", project_id)
    return {row["id"]: _group(row) for row in rows}


def _speaking(kind: str | None) -> tuple[str, tuple[str, ...]]:
    if kind is None:
        return "", ()
    return " AND ',' || kinds || ',' LIKE ?", (f"%,{kind},%",)


def _suggestion(row: Row) -> Suggestion:
    return Suggestion(
        *(row["low_id"], row["high_id"], row["probability"], row["bits"], _kinds(row["kinds"])),
        *(row["group_id"], row["at"], row["run_id"]),
    )


def _group(row: Row) -> KeptGroup:
    return KeptGroup(row["id"], row["probability"], row["size"], _kinds(row["kinds"]), row["changed_at"])


def _kinds(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
