"""Custom events, which are kept for an hour."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rolodesk.domain.emitted import Emitted
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, to_text_or_none

AT_ONCE = 100
COUNT_CAP = 10_000


class Wanted(Struct, frozen=True):
    """Which custom events: those after a moment, of a membership and with a name where these are given."""

    after: int
    member_id: str | None = None
    name: str | None = None


def add(tx: WriteTx, project_id: ProjectId, emitted: Emitted) -> None:
    """Remember a custom event."""
    e = emitted
    tx.run(
        "INSERT INTO emitted (project_id, id, name, attributes, member_id, kind, key, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, e.id, e.name, to_text_or_none(e.attributes), e.member_id, e.kind, e.key, e.at),
    )


def projects_with_old(tx: ReadTx, before: int) -> list[ProjectId]:
    """The projects in which some are older."""
    rows = tx.all("SELECT DISTINCT project_id FROM emitted WHERE at <= ?", before)
    return [ProjectId(row["project_id"]) for row in rows]


def drop(tx: WriteTx, project_id: ProjectId, before: int) -> int:
    """Forget up to AT_ONCE of those that are older; how many."""
    return tx.run(
        "DELETE FROM emitted WHERE project_id = ? AND id IN"
        " (SELECT id FROM emitted WHERE project_id = ? AND at <= ? ORDER BY at, id LIMIT ?)",
        *(project_id, project_id, before, AT_ONCE),
    )


def erase(tx: WriteTx, project_id: ProjectId, member_id: str) -> None:
    """Forget all of a membership."""
    tx.run("DELETE FROM emitted WHERE project_id = ? AND member_id = ?", project_id, member_id)


def by_ids(tx: ReadTx, project_id: ProjectId, ids: Sequence[str]) -> dict[str, Emitted]:
    """Those of the ids that are there, by id."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(f"SELECT * FROM emitted WHERE project_id = ? AND id IN ({marks})", project_id, *ids)
    return {row["id"]: _emitted(row) for row in rows}


def find(
    tx: ReadTx, project_id: ProjectId, wanted: Wanted, limit: int, offset: int = 0, descending: bool = True
) -> list[Emitted]:
    """One page in the order of their making, the newest first unless told otherwise."""
    where, args = _where(project_id, wanted)
    way = "DESC" if descending else "ASC"
    rows = tx.all(
        f"SELECT * FROM emitted WHERE {where} ORDER BY at {way}, id {way} LIMIT ? OFFSET ?",
        *args,
        limit,
        offset,
    )
    return [_emitted(row) for row in rows]


def count(tx: ReadTx, project_id: ProjectId, wanted: Wanted) -> int:
    """How many there are, counted up to COUNT_CAP + 1."""
    where, args = _where(project_id, wanted)
    row = tx.one(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM emitted WHERE {where} LIMIT ?) AS part",
        *(*args, COUNT_CAP + 1),
    )
    return row["n"] if row else 0


def _where(project_id: ProjectId, wanted: Wanted) -> tuple[str, list[object]]:
    where, args = "project_id = ? AND at > ?", [project_id, wanted.after]
    for column, value in (("member_id", wanted.member_id), ("name", wanted.name)):
        if value is not None:
            where, args = f"{where} AND {column} = ?", [*args, value]
    return where, args


def _emitted(row: Row) -> Emitted:
    return Emitted(
        *(row["id"], row["name"], from_text(row["attributes"]), row["member_id"], row["kind"], row["key"]),
        row["at"],
    )
