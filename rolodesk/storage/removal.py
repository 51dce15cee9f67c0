"""All that belongs to a project, taken out for good: the tables are read from the database itself, so that none is
forgotten that comes later."""

from __future__ import annotations

from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import ReadTx, Table, WriteTx

CONDEMNED = -1
# Every writer of the project waits for it at its end: the last to go.
COUNTERS = "event_counters"


def tables(tx: ReadTx) -> list[Table]:
    """The tables of projects, each before those that its rows refer to; without the counters of events."""
    found = {table.name: table for table in tx.tables()}
    ordered: list[Table] = []
    while found:
        needed = {other for table in found.values() for other in table.refers_to - {table.name}}
        free = sorted(found.keys() - needed)
        if not free:
            raise LookupError(f"tables refer to each other: {', '.join(sorted(found))}")
        ordered += [found.pop(name) for name in free]
    return [table for table in ordered if table.name != COUNTERS]


def delete_some(tx: WriteTx, project_id: ProjectId, table: Table, limit: int) -> int:
    """Take out at most so many rows of a table; how many there were."""
    if table.name == "contacts":
        _let_go(tx, project_id, limit)
    key = ", ".join(table.key)
    return tx.run(
        f"DELETE FROM {table.name} WHERE project_id = ? AND ({key}) IN"
        f" (SELECT {key} FROM {table.name} WHERE project_id = ?{_first(table)} LIMIT {int(limit)})",
        *(project_id, project_id),
    )


def _first(table: Table) -> str:
    return " ORDER BY no" if table.name == "contacts" else ""


def _let_go(tx: WriteTx, project_id: ProjectId, limit: int) -> None:
    """Contacts refer to each other where they are merged, and the search index knows their words."""
    tx.run(
        "UPDATE contacts SET merged_into = NULL, root_id = id WHERE project_id = ? AND merged_into IS NOT NULL",
        project_id,
    )
    rows = tx.all(
        f"SELECT no, search_text FROM contacts WHERE project_id = ? ORDER BY no LIMIT {int(limit)}",
        project_id,
    )
    for row in rows:
        tx.index_text(row["no"], row["search_text"], None)


def delete_project(tx: WriteTx, project_id: ProjectId) -> None:
    """The project itself, when nothing refers to it any more."""
    tx.run("DELETE FROM projects WHERE id = ?", project_id)


def delete_counters(tx: WriteTx, project_id: ProjectId) -> None:
    """Wait for whoever is writing, and let nobody write from now on."""
    tx.run(f"DELETE FROM {COUNTERS} WHERE project_id = ?", project_id)


def condemned(tx: ReadTx, before: int) -> list[ProjectId]:
    """The projects that were to be deleted before a time and are there still."""
    rows = tx.all(
        "SELECT id FROM projects WHERE status = ? AND updated_at < ? ORDER BY id", CONDEMNED, before
    )
    return [ProjectId(row["id"]) for row in rows]
