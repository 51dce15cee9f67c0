"""Transactions: `read()` gives one that cannot write, `write(project)` one that numbers its events at the end."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, ParamSpec, TypeAlias, TypeVar

from rolodesk.domain.errors import BadProject, RolodeskError
from rolodesk.domain.events import Event
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.dialect import (
    Connection,
    Contention,
    Dialect,
    Migrator,
    Table,
    Unavailable,
    Unique,
    open_dialect,
    open_migrator,
)

__all__ = [
    "Contention",
    "Database",
    "ReadTx",
    "Row",
    "Table",
    "Unavailable",
    "Unique",
    "WriteTx",
    "migrate",
    "pending_migrations",
    "retried",
]

Row: TypeAlias = Mapping[str, Any]
EVENTS_AT_ONCE = 50
P = ParamSpec("P")
T = TypeVar("T")


class ReadTx:
    """A transaction that sees one state of the database and changes nothing."""

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self._connection = connection
        self.dialect = dialect

    def all(self, sql: str, *args: object) -> list[Row]:
        """Every row."""
        rows: list[Row] = self._connection.execute(self.dialect.marks(sql), args).fetchall()
        return rows

    def one(self, sql: str, *args: object) -> Row | None:
        """The first row or None."""
        row: Row | None = self._connection.execute(self.dialect.marks(sql), args).fetchone()
        return row

    def tables(self) -> list[Table]:
        """The tables that have a project_id, as they are now."""
        return self.dialect.tables(self._connection)


class WriteTx(ReadTx):
    """A transaction that may change one project's rows; it remembers the events that it is to write."""

    def __init__(self, connection: Connection, dialect: Dialect, project_id: ProjectId | None) -> None:
        super().__init__(connection, dialect)
        self.project_id = project_id
        self.events: list[tuple[str, str, int, Event]] = []

    def run(self, sql: str, *args: object) -> int:
        """Run one statement; how many rows it changed."""
        changed: int = self._connection.execute(self.dialect.marks(sql), args).rowcount
        return changed

    def index_text(self, no: int, old: str | None, new: str | None) -> None:
        """Keep the search index beside the contact's row: `old` what it held, `new` what it holds now."""
        self.dialect.index_text(self._connection, no, old, new)

    def purge_text(self) -> None:
        """Leave nothing of what has been taken out in the search index."""
        self.dialect.purge_text(self._connection)

    def number_events(self) -> int:
        """Write the remembered events under the project's next numbers; the last number. The counter is taken here
        and nowhere else, at the end, since every transaction of the project waits for it until the commit."""
        count = len(self.events)
        row = self.one(
            "UPDATE event_counters SET last = last + ? WHERE project_id = ? RETURNING last",
            count,
            self.project_id,
        )
        if row is None:
            raise LookupError(f"project {self.project_id} has no event counter")
        last: int = row["last"]
        for first in range(0, count, EVENTS_AT_ONCE):
            self._insert_events(last - count + 1 + first, self.events[first : first + EVENTS_AT_ONCE])
        self.dialect.wake(self._connection, str(self.project_id), last)
        return last

    def _insert_events(self, first: int, remembered: Sequence[tuple[str, str, int, Event]]) -> None:
        args: list[object] = []
        for number, (kind, actor_id, at, event) in enumerate(remembered, first):
            args += (self.project_id, number, event.name.value, at, kind, actor_id)
            args += (event.contact_id, event.root_id, event.identity_id, event.conversation_id)
            args += (event.subject_id, ",".join(event.fields) or None)
        rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(remembered))
        self.run(
            "INSERT INTO events (project_id, number, name, at, actor_kind, actor_id, contact_id, root_id,"
            f" identity_id, conversation_id, subject_id, fields) VALUES {rows}",
            *args,
        )


class Database:
    """The one way to the data. `committed` are called with (project, last event number) after each commit."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        """Open an existing, migrated database. Raises Unavailable with a sentence for the operator."""
        self.url = url
        self.dialect = open_dialect(url, pool_size)
        self.committed: list[Callable[[ProjectId, int], None]] = []

    @contextmanager
    def read(self) -> Iterator[ReadTx]:
        with self.dialect.reading() as connection:
            yield ReadTx(connection, self.dialect)

    @contextmanager
    def write(self, project_id: ProjectId | None) -> Iterator[WriteTx]:
        """A transaction for one project, or for the global tables with None; committed at the end of the block. Raises
        BadProject for what fails since the project has been deleted meanwhile."""
        last = 0
        try:
            with self.dialect.writing() as connection:
                tx = WriteTx(connection, self.dialect, project_id)
                yield tx
                if tx.events:
                    last = tx.number_events()
        except (RolodeskError, Contention, Unique):
            raise
        except Exception as error:
            if project_id is not None and self._is_deleted(project_id):
                raise BadProject(f"Project not found with id: {project_id}") from error
            raise
        if last and project_id is not None:
            for told in self.committed:
                told(project_id, last)

    def _is_deleted(self, project_id: ProjectId) -> bool:
        with self.read() as tx:
            return tx.one("SELECT id FROM projects WHERE id = ? AND status = 100", project_id) is None

    def passing(self, text: str) -> None:
        """Hand a passing thing, not kept, to the other server processes."""
        with self.dialect.writing() as connection:
            self.dialect.passing(connection, text)

    def close(self) -> None:
        self.dialect.close()


def retried(verb: Callable[P, T]) -> Callable[P, T]:
    """Call the verb again when another transaction was in the way: its own was rolled back whole."""

    @functools.wraps(verb)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for pause in (0.005, 0.02, 0.05, 0.1, 0.2):
            try:
                return verb(*args, **kwargs)
            except Contention:
                time.sleep(pause)
        return verb(*args, **kwargs)

    return again


def migrate(url: str) -> list[str]:
    """Bring the database to this release's schema; the names of the migrations applied now.

    Raises Unavailable if it cannot be reached or has a newer schema.
    """
    migrator = open_migrator(url)
    try:
        wanted = _pending(migrator)
        return [name for name, sql in wanted if migrator.apply(name, sql, time.time_ns() // 1_000_000)]
    finally:
        migrator.close()


def pending_migrations(url: str) -> list[str]:
    """The migrations that the database lacks. Raises Unavailable like `migrate`."""
    migrator = open_migrator(url)
    try:
        return [name for name, _ in _pending(migrator)]
    finally:
        migrator.close()


def _pending(migrator: Migrator) -> list[tuple[str, str]]:
    files = (resources.files("rolodesk.storage") / "migrations" / migrator.folder).iterdir()
    known = {file.name.removesuffix(".sql"): file for file in files if file.name.endswith(".sql")}
    applied = set(migrator.applied())
    if newer := sorted(applied - known.keys()):
        raise Unavailable(
            f"the database has a newer schema than this release of Rolodesk knows ({newer[-1]}): install the newer"
            " release, or restore a backup made before it"
        )
    return [(name, known[name].read_text()) for name in sorted(known.keys() - applied)]
