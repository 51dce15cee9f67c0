"""Runs over all contacts of a project, and how a project wants its duplicates to be found."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.contact import Status
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, to_text_or_none


class Run(Struct, frozen=True):
    """A run over all contacts. `state` is asked, running, done or failed; `done` the part of the work, 0 to 1, that
    `step` is at. `alive_at` is when its process last said so."""

    id: str
    state: str
    step: str
    done: float
    contacts: int
    found: int
    merged: int
    asked_by: str
    asked_at: int
    started_at: int | None = None
    alive_at: int | None = None
    ended_at: int | None = None
    error: str | None = None


class Policy(Struct, frozen=True):
    """How a project wants its duplicates to be found. Pairs from the probability `suggest_at` on are suggested; with
    `merge_alike` those with an equal personal address and of `merge_at` merge by themselves. `languages` are those of
    nicknames, None for all."""

    merge_alike: bool = False
    suggest_at: float = 0.5
    merge_at: float = 0.999
    nightly: bool = True
    languages: tuple[str, ...] | None = None


def add(tx: WriteTx, project_id: ProjectId, run: Run) -> bool:
    """Whether it was added; False if one is asked for or running already."""
    return bool(
        tx.run(
            "INSERT INTO duplicate_runs (project_id, id, state, asked_by, asked_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (project_id) WHERE state IN ('asked', 'running') DO NOTHING",
            *(project_id, run.id, run.state, run.asked_by, run.asked_at),
        )
    )


def get(tx: ReadTx, project_id: ProjectId, run_id: str) -> Run | None:
    row = tx.one("SELECT * FROM duplicate_runs WHERE project_id = ? AND id = ?", project_id, run_id)
    return _run(row) if row else None


def last(tx: ReadTx, project_id: ProjectId) -> Run | None:
    """The newest run."""
    row = tx.one("SELECT * FROM duplicate_runs WHERE project_id = ? ORDER BY id DESC LIMIT 1", project_id)
    return _run(row) if row else None


def unfinished(tx: ReadTx, project_id: ProjectId) -> Run | None:
    """The run that is asked for or running."""
    row = tx.one(
        "SELECT * FROM duplicate_runs WHERE project_id = ? AND state IN ('asked', 'running')", project_id
    )
    return _run(row) if row else None


def claim(tx: WriteTx, project_id: ProjectId, run_id: str, at: int, stale: int) -> bool:
    """Begin a run that nobody has begun, or whose process has not said that it is alive since `stale`."""
    return bool(
        tx.run(
            "UPDATE duplicate_runs SET state = 'running', started_at = ?, alive_at = ?, step = '', done = 0"
            " WHERE project_id = ? AND id = ? AND (state = 'asked' OR (state = 'running' AND alive_at < ?))",
            *(at, at, project_id, run_id, stale),
        )
    )


def progress(
    tx: WriteTx, project_id: ProjectId, run_id: str, started_at: int, step: str, done: float, at: int
) -> bool:
    """Say that a run is alive and where it is; False if another process has taken it over meanwhile."""
    return bool(
        tx.run(
            "UPDATE duplicate_runs SET step = ?, done = ?, alive_at = ?"
            " WHERE project_id = ? AND id = ? AND state = 'running' AND started_at = ?",
            *(step, done, at, project_id, run_id, started_at),
        )
    )


def beat(tx: WriteTx, project_id: ProjectId, at: int) -> None:
    """The process of the project's run is alive."""
    tx.run(
        "UPDATE duplicate_runs SET alive_at = ? WHERE project_id = ? AND state = 'running'", at, project_id
    )


def finish(tx: WriteTx, project_id: ProjectId, run: Run) -> None:
    """Write how a run has ended, with its numbers."""
    tx.run(
        "UPDATE duplicate_runs SET state = ?, step = ?, done = ?, contacts = ?, found = ?, merged = ?, ended_at = ?,"
        " error = ? WHERE project_id = ? AND id = ?",
        *(run.state, run.step, run.done, run.contacts, run.found, run.merged, run.ended_at, run.error),
        *(project_id, run.id),
    )


# The policy.


def policy(tx: ReadTx, project_id: ProjectId) -> Policy:
    """What the project has chosen, or the defaults."""
    row = tx.one("SELECT * FROM match_policy WHERE project_id = ?", project_id)
    if row is None:
        return Policy()
    languages = from_text(row["languages"])
    return Policy(
        *(bool(row["merge_alike"]), row["suggest_at"], row["merge_at"], bool(row["nightly"])),
        None if languages is None else tuple(languages),
    )


def write_policy(tx: WriteTx, project_id: ProjectId, chosen: Policy) -> None:
    tx.run(
        "INSERT INTO match_policy (project_id, merge_alike, suggest_at, merge_at, nightly, languages)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (project_id) DO UPDATE SET merge_alike = excluded.merge_alike,"
        " suggest_at = excluded.suggest_at, merge_at = excluded.merge_at, nightly = excluded.nightly,"
        " languages = excluded.languages",
        *(project_id, int(chosen.merge_alike), chosen.suggest_at, chosen.merge_at, int(chosen.nightly)),
        to_text_or_none(chosen.languages),
    )


def look_again(tx: WriteTx, project_id: ProjectId, marked: str | None = "") -> None:
    """All contacts after `marked` are still to be marked as pending; with None all of them are."""
    tx.run(
        "INSERT INTO match_policy (project_id, marked) VALUES (?, ?)"
        " ON CONFLICT (project_id) DO UPDATE SET marked = excluded.marked",
        *(project_id, marked),
    )


def marked(tx: ReadTx, project_id: ProjectId) -> str | None:
    """The last contact that has been marked since all have to be, None if there is nothing to mark."""
    row = tx.one("SELECT marked FROM match_policy WHERE project_id = ?", project_id)
    return row["marked"] if row else None


def sizes(tx: ReadTx, project_id: ProjectId) -> tuple[int, int]:
    """How many contacts the lists show, and among how many of them words were last counted."""
    row = tx.one(
        "SELECT (SELECT count FROM contact_counts WHERE project_id = ? AND status = ?) AS contacts,"
        " (SELECT counted FROM match_policy WHERE project_id = ?) AS counted",
        *(project_id, Status.NORMAL.value, project_id),
    )
    return (row["contacts"] or 0, row["counted"] or 0) if row else (0, 0)


def write_counted(tx: WriteTx, project_id: ProjectId, contacts: int) -> None:
    tx.run(
        "INSERT INTO match_policy (project_id, counted) VALUES (?, ?)"
        " ON CONFLICT (project_id) DO UPDATE SET counted = excluded.counted",
        *(project_id, contacts),
    )


# Which projects there is work for.


def projects_to_look(tx: ReadTx) -> list[ProjectId]:
    """The projects with contacts that are to be looked at or to be marked so."""
    rows = tx.all(
        "SELECT p.id FROM projects p WHERE p.status = 100 AND (EXISTS (SELECT 1 FROM match_pending m"
        " WHERE m.project_id = p.id) OR EXISTS (SELECT 1 FROM match_policy y WHERE y.project_id = p.id"
        " AND y.marked IS NOT NULL))"
    )
    return [row["id"] for row in rows]


def projects_to_run(tx: ReadTx, stale: int) -> list[tuple[ProjectId, str]]:
    """The runs that nobody has begun, or whose process has not said that it is alive since `stale`."""
    rows = tx.all(
        "SELECT r.project_id, r.id FROM duplicate_runs r JOIN projects p ON p.id = r.project_id"
        " WHERE p.status = 100 AND r.state IN ('asked', 'running') AND (r.state = 'asked' OR r.alive_at < ?)"
        " ORDER BY r.asked_at",
        stale,
    )
    return [(row["project_id"], row["id"]) for row in rows]


def projects_by_night(tx: ReadTx) -> list[tuple[ProjectId, int, int]]:
    """The projects that want a run each night, with their numbers and when the last run was asked for."""
    rows = tx.all(
        "SELECT p.id, p.number, (SELECT coalesce(max(r.asked_at), 0) FROM duplicate_runs r WHERE r.project_id = p.id)"
        " AS last FROM projects p LEFT JOIN match_policy y ON y.project_id = p.id"
        " WHERE p.status = 100 AND coalesce(y.nightly, 1) = 1"
    )
    return [(row["id"], row["number"], row["last"]) for row in rows]


def _run(row: Row) -> Run:
    return Run(
        *(row["id"], row["state"], row["step"], row["done"], row["contacts"], row["found"], row["merged"]),
        *(
            row["asked_by"],
            row["asked_at"],
            row["started_at"],
            row["alive_at"],
            row["ended_at"],
            row["error"],
        ),
    )
