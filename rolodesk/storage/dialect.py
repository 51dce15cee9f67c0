"""The one file that knows SQLite from PostgreSQL."""

from __future__ import annotations

import contextlib
import fcntl
import queue
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.pq import ExecStatus
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.segment import LOWER_LETTERS, NUMBER, TOO_LARGE, folded, number_of

WAKE_CHANNEL = "rolodesk"


class Unique(Exception):
    """A uniqueness constraint has decided against this row."""


class Contention(Exception):
    """Another transaction was in the way; the same call may go through if it is made again."""


class Unavailable(Exception):
    """The database does not answer, or the URL names none."""


class Connection(Protocol):
    """What both drivers offer."""

    def execute(self, sql: str, args: Sequence[Any] = ...) -> Any: ...


class Table(NamedTuple):
    """A table whose rows belong to projects: its primary key, and the tables that its rows refer to."""

    name: str
    key: tuple[str, ...]
    refers_to: frozenset[str]


class Dialect(Protocol):
    """What differs between the databases, behind names of what is meant."""

    one_process: bool
    """Whether one server process alone serves the database."""
    lock_rows: str
    """Appended to a SELECT of rows that this transaction is going to change."""
    lock_free_rows: str
    """The same, passing over the rows that another transaction is changing."""

    def marks(self, sql: str) -> str: ...
    def reading(self) -> AbstractContextManager[Connection]: ...
    def writing(self) -> AbstractContextManager[Connection]: ...
    def wake(self, connection: Connection, project_id: str, number: int) -> None: ...
    def passing(self, connection: Connection, text: str) -> None: ...
    def watch(self, woken: Callable[[str | None], None], stop: threading.Event) -> None: ...
    def text_condition(
        self, any_of: Sequence[str], none_of: Sequence[str], project_number: int
    ) -> tuple[str, str, list[object]] | None: ...
    def json_text(self, column: str, path: Sequence[str]) -> str: ...
    def json_values(self, column: str, path: Sequence[str], of: str | None = None) -> tuple[str, str]: ...
    def folded(self, text: str) -> str: ...
    def holds_text(self, text: str) -> str: ...
    def index_text(self, connection: Connection, no: int, old: str | None, new: str | None) -> None: ...
    def tables(self, connection: Connection) -> list[Table]: ...
    def purge_text(self, connection: Connection) -> None: ...
    def purge_log(self) -> None: ...
    def close(self) -> None: ...


def open_dialect(url: str, pool_size: int = 8) -> Dialect:
    """The dialect that a `sqlite:///` or `postgresql://` URL names. Raises Unavailable for any other."""
    scheme = url.split(":", 1)[0]
    if scheme == "sqlite":
        return Sqlite(sqlite_path(url), pool_size)
    if scheme in ("postgresql", "postgres"):
        return Postgres(url, pool_size)
    raise Unavailable(f"the database URL must begin with sqlite:/// or postgresql://, not {scheme}:")


def is_single_process(url: str) -> bool:
    """Whether the database serves one server process only."""
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """The file of a `sqlite:///relative` or `sqlite:////absolute` URL. Raises Unavailable if it names none."""
    parts = urlsplit(url)
    path = unquote(parts.path)[1:]
    if parts.netloc or not path or path == ":memory:":
        raise Unavailable(
            "the SQLite URL must name a file, as sqlite:///rolodesk.db or sqlite:////var/lib/rolodesk.db"
        )
    return Path(path).absolute()


def database_file(url: str) -> Path | None:
    """The file of a database that is one."""
    return sqlite_path(url) if is_single_process(url) else None


def absolute_url(url: str) -> str:
    """The same database by a URL that holds in any folder."""
    file = database_file(url)
    return url if file is None else f"sqlite:///{file}"


@contextmanager
def server_lock(url: str) -> Iterator[None]:
    """Be the one server of a database that has room for one. Raises Unavailable if another is.

    The lock is the operating system's: it ends with the process, however that ends, and commands do not take it.
    """
    file = database_file(url)
    if file is None:
        yield
        return
    try:
        held = file.with_name(file.name + ".lock").open("a")
    except OSError as error:
        raise Unavailable(f"cannot write in the folder of {file}: {error.strerror}") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unavailable(f"another server is running on {file}") from error
        yield


class Migrator(Protocol):
    """Applies the migrations of one folder, one at a time and each whole."""

    folder: str

    def applied(self) -> list[str]: ...
    def apply(self, name: str, sql: str, at: int) -> bool: ...
    def close(self) -> None: ...


MIGRATIONS_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)"
)


def open_migrator(url: str) -> Migrator:
    """The migrator that a URL names; an SQLite file is made. Raises Unavailable."""
    if is_single_process(url):
        return SqliteMigrator(sqlite_path(url))
    open_scheme = url.split(":", 1)[0]
    if open_scheme not in ("postgresql", "postgres"):
        raise Unavailable(f"the database URL must begin with sqlite:/// or postgresql://, not {open_scheme}:")
    return PostgresMigrator(url)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Of several who switch a new file at once all but one are refused without being made to wait."""
    until = time.monotonic() + 10
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


class SqliteMigrator:
    """Migrations of one file, whose own write lock lets one migrator in at a time."""

    folder = "sqlite"

    def __init__(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise Unavailable(f"the folder of the database does not exist: {path.parent}")
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=60)
            _write_ahead(self._connection)
            self._connection.execute(MIGRATIONS_TABLE)
        except sqlite3.Error as error:
            raise Unavailable(f"cannot open {path}: {error}") from error

    def applied(self) -> list[str]:
        return [
            row[0] for row in self._connection.execute("SELECT name FROM schema_migrations ORDER BY name")
        ]

    def apply(self, name: str, sql: str, at: int) -> bool:
        """Whether it was still to be applied: the row comes first, so that the second of two finds it there."""
        try:
            self._connection.executescript(
                f"BEGIN IMMEDIATE; INSERT INTO schema_migrations (name, applied_at) VALUES ('{name}', {at});\n"
                f"{sql}\nCOMMIT;"
            )
        except sqlite3.IntegrityError:
            self._connection.execute("ROLLBACK")
            return False
        return True

    def close(self) -> None:
        self._connection.close()


class PostgresMigrator:
    """Migrations of a database, one migrator at a time by an advisory lock that ends with the connection."""

    folder = "postgresql"
    lock = 7_265_476_401

    def __init__(self, url: str) -> None:
        try:
            self._connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
            self._connection.execute("SELECT pg_advisory_lock(%s)", (self.lock,))
            self._connection.execute(MIGRATIONS_TABLE)
        except psycopg.Error as error:
            raise Unavailable(f"cannot use the PostgreSQL database: {str(error).strip()}") from error

    def applied(self) -> list[str]:
        return [
            row[0] for row in self._connection.execute("SELECT name FROM schema_migrations ORDER BY name")
        ]

    def apply(self, name: str, sql: str, at: int) -> bool:
        with self._connection.transaction():
            self._connection.execute(sql.encode())
            self._connection.execute(
                "INSERT INTO schema_migrations (name, applied_at) VALUES (%s, %s)", (name, at)
            )
        return True

    def close(self) -> None:
        self._connection.close()


class Sqlite:
    """One file, any number of readers, one writer at a time."""

    one_process = True
    lock_rows = ""
    lock_free_rows = ""

    def __init__(self, path: Path, readers: int) -> None:
        if not path.exists():
            raise Unavailable(f"there is no database at {path}; `rolodesk migrate` makes one")
        self.path = path
        self._readers: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._all = [self._connect() for _ in range(readers)]
        for connection in self._all:
            connection.execute("PRAGMA query_only = ON")
            self._readers.put(connection)
        self._writer = self._connect()
        self._all.append(self._writer)
        self._turn = threading.Lock()

    def _connect(self) -> sqlite3.Connection:
        try:
            # isolation_level None: the driver would otherwise commit DDL by itself.
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
            connection.row_factory = sqlite3.Row
            # SQLite's own knows the letters of ASCII alone.
            connection.create_function("lower", 1, _lower, deterministic=True)
            connection.create_function("folded", 1, _folded, deterministic=True)
            connection.create_function("number_of", 1, number_of, deterministic=True)
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: what was acknowledged is on the disk, also when the power fails.
            for pragma in (
                "synchronous = FULL",
                "foreign_keys = ON",
                "secure_delete = ON",
                "cache_size = -32768",
            ):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("PRAGMA mmap_size = 1073741824")
        except sqlite3.Error as error:
            raise Unavailable(f"cannot open {self.path}: {error}") from error
        return connection

    def marks(self, sql: str) -> str:
        return sql

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        connection = self._readers.get()
        try:
            with _translated_lite():
                connection.execute("BEGIN")
                yield connection
        finally:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("COMMIT")
            self._readers.put(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self._turn, _translated_lite():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def wake(self, connection: Connection, project_id: str, number: int) -> None:
        """Nothing: other processes are seen by `watch`."""

    def passing(self, connection: Connection, text: str) -> None:
        """Nothing: there is one server process."""

    def watch(self, woken: Callable[[str | None], None], stop: threading.Event) -> None:
        """Call `woken(None)` whenever any connection has committed, looking each 10 ms, until `stop`."""
        connection = self._connect()
        last = 0
        while not stop.wait(0.01):
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            if version != last:
                last = version
                woken(None)
        connection.close()

    def text_condition(
        self, any_of: Sequence[str], none_of: Sequence[str], project_number: int
    ) -> tuple[str, str, list[object]] | None:
        """How to find contacts `c` whose search text has any of the fragments and none of the others.

        Fragments are folded, of 3 characters or more. The source (with `{source}` for the rest of the joins), the
        condition and its arguments; None if there is nothing to look for.
        """
        if not any_of:
            return None
        match = " OR ".join(map(_fts_phrase, any_of))
        if none_of:
            match = f"({match}) NOT ({' OR '.join(map(_fts_phrase, none_of))})"
        low = project_number << 40
        return (
            "contact_search CROSS JOIN {source}",
            "contact_search MATCH ? AND contact_search.rowid BETWEEN ? AND ? AND c.no = contact_search.rowid",
            [match, low, low + (1 << 40) - 1],
        )

    def json_text(self, column: str, path: Sequence[str]) -> str:
        """The text at a path of names (letters, digits, dot and _ only) in a JSON column."""
        place = f"({column}, '${''.join(f'.{chr(34)}{_plain(name)}{chr(34)}' for name in path)}')"
        # true and false would come out as 1 and 0.
        return (
            f"CASE json_type{place} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
            f" ELSE CAST(json_extract{place} AS TEXT) END"
        )

    def json_values(self, column: str, path: Sequence[str], of: str | None = None) -> tuple[str, str]:
        """The values at a path in a JSON column, the items of a list each for itself; of objects what they have at
        `of`. A table `v` of `text` (null for a number) and `number` (null where a value neither is nor looks like
        one), and the argument that its one mark stands for."""
        item = "e.atom" if of is None else f"json_extract(e.value, '$.{_plain(of)}')"
        kind = "e.type" if of is None else "'text'"
        source = (
            f"(SELECT CASE {kind} WHEN 'text' THEN {item} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' END"
            f" AS text, CASE WHEN {kind} IN ('integer', 'real', 'text') THEN number_of({item}) END AS number"
            f" FROM json_each({column}, ?) AS e WHERE {kind} NOT IN ('null', 'array', 'object')) AS v"
        )
        return source, "$" + "".join(f'."{name}"' for name in path)

    def folded(self, text: str) -> str:
        """The text as `domain.segment.folded` makes it, in an order of code points."""
        return f"folded({text})"

    def holds_text(self, text: str) -> str:
        """Whether the text of the one argument is in it."""
        return f"instr({text}, ?) > 0"

    def index_text(self, connection: Connection, no: int, old: str | None, new: str | None) -> None:
        """Keep the full-text index beside a changed row: it has no content of its own to compare with. A blank text
        is not in it."""
        if old:
            connection.execute(
                "INSERT INTO contact_search (contact_search, rowid, search_text) VALUES ('delete', ?, ?)",
                (no, old),
            )
        if new:
            connection.execute("INSERT INTO contact_search (rowid, search_text) VALUES (?, ?)", (no, new))

    def tables(self, connection: Connection) -> list[Table]:
        """The tables that have a project_id, as they are now."""
        keys = connection.execute(
            "SELECT s.name, c.name AS field FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c"
            " WHERE s.type = 'table' AND c.pk > 0 AND 'project_id' IN (SELECT name FROM pragma_table_info(s.name))"
            " ORDER BY s.name, c.pk"
        ).fetchall()
        references = connection.execute(
            'SELECT s.name, f."table" AS field FROM sqlite_schema AS s'
            " JOIN pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table'"
        ).fetchall()
        return _tables(keys, references)

    def purge_text(self, connection: Connection) -> None:
        """Rewrite the full-text index: what was taken out of it stands in its older parts until then."""
        connection.execute("INSERT INTO contact_search (contact_search) VALUES ('optimize')")

    def purge_log(self) -> None:
        """Empty the write-ahead log, which still holds what has been erased; one who reads just now may put it off."""
        with self._turn:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        for connection in self._all:
            connection.close()


def _lower(text: str | float | bytes | None) -> str | float | bytes | None:
    return text.lower() if isinstance(text, str) else text


def _folded(text: str | None) -> str | None:
    return None if text is None else folded(text)


def _fts_phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _plain(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_.]+", name):
        raise ValueError(f"not a name: {name}")
    return name


def _tables(keys: Sequence[Any], references: Sequence[Any]) -> list[Table]:
    fields: dict[str, list[str]] = {}
    for row in keys:
        fields.setdefault(row["name"], []).append(row["field"])
    refers_to: dict[str, set[str]] = {}
    for row in references:
        refers_to.setdefault(row["name"], set()).add(row["field"])
    return [Table(name, tuple(key), frozenset(refers_to.get(name, ()))) for name, key in fields.items()]


def _unstorable() -> Invalid:
    """For NUL or half a character in a text, and for a number that no column holds."""
    return Invalid(Problem("holds characters that are no text, or a number that is too large", ""))


@contextmanager
def _translated_lite() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        if "UNIQUE" in str(error) or "PRIMARY KEY" in str(error):
            raise Unique(str(error)) from error
        raise
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Contention(str(error)) from error
        raise
    except (OverflowError, UnicodeEncodeError) as error:
        raise _unstorable() from error


class Postgres:
    """Any number of processes."""

    one_process = False
    # NO KEY: rows that only refer to the locked one (a new identity, a new conversation) need not wait.
    lock_rows = " FOR NO KEY UPDATE"
    lock_free_rows = " FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str, connections: int) -> None:
        self.url = url
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.Error as error:
            raise Unavailable(f"cannot reach the PostgreSQL database: {str(error).strip()}") from error
        self._pool = ConnectionPool(
            url,
            min_size=min(2, connections),
            max_size=connections,
            timeout=10,
            open=True,
            kwargs={"row_factory": dict_row, "autocommit": True, "options": "-c statement_timeout=60000"},
            name="rolodesk",
        )

    def marks(self, sql: str) -> str:
        return _percent_marks(sql)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with _translated_pg(), self._pool.connection() as connection:
            # One state for all statements, not one for each.
            _tell(connection, b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield connection
            finally:
                if not connection.closed:
                    _tell(connection, b"ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Any]:
        with _translated_pg(), self._pool.connection() as connection:
            _tell(connection, b"BEGIN")
            try:
                yield connection
                _tell(connection, b"COMMIT")
            except BaseException:
                if not connection.closed:
                    _tell(connection, b"ROLLBACK")
                raise

    def wake(self, connection: Connection, project_id: str, number: int) -> None:
        """Tell every process, at the commit, that this project has a new event."""
        connection.execute("SELECT pg_notify(%s, %s)", (WAKE_CHANNEL, f"{project_id}:{number}"))

    def passing(self, connection: Connection, text: str) -> None:
        """Hand a passing thing (typing, seen) to every process; at most 7,900 bytes."""
        if len(text.encode()) < 7_900:
            connection.execute("SELECT pg_notify(%s, %s)", (WAKE_CHANNEL, "!" + text))

    def watch(self, woken: Callable[[str | None], None], stop: threading.Event) -> None:
        """Call `woken(payload)` for each notification, `woken(None)` when some may have been missed, until `stop`."""
        while not stop.is_set():
            try:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {WAKE_CHANNEL}")
                    woken(None)
                    while not stop.is_set():
                        for note in connection.notifies(timeout=0.5):
                            woken(note.payload)
            except psycopg.Error:
                stop.wait(1)

    def text_condition(
        self, any_of: Sequence[str], none_of: Sequence[str], project_number: int
    ) -> tuple[str, str, list[object]] | None:
        """As Sqlite.text_condition."""
        if not any_of:
            return None
        found = " OR ".join("c.search_text LIKE ?" for _ in any_of)
        without = "".join(" AND c.search_text NOT LIKE ?" for _ in none_of)
        return "{source}", f"({found}){without}", [_like(text) for text in (*any_of, *none_of)]

    def json_text(self, column: str, path: Sequence[str]) -> str:
        """As Sqlite.json_text."""
        return f"{column}::jsonb #>> '{{{','.join(f'{chr(34)}{_plain(name)}{chr(34)}' for name in path)}}}'"

    def json_values(self, column: str, path: Sequence[str], of: str | None = None) -> tuple[str, str]:
        """As Sqlite.json_values."""
        text = "(e.item #>> '{}')"
        source = (
            f"(SELECT CASE WHEN jsonb_typeof(e.item) IN ('string', 'boolean') THEN {text} END AS text,"
            " CASE jsonb_typeof(e.item)"
            f" WHEN 'number' THEN CASE WHEN abs({text}::numeric) < {TOO_LARGE!r} THEN {text}::float8 END"
            f" WHEN 'string' THEN CASE WHEN {text} ~ '^{NUMBER}$' THEN {text}::float8 END END AS number"
            f" FROM jsonb_path_query({column}::jsonb, ?::jsonpath) AS e(item)"
            " WHERE jsonb_typeof(e.item) NOT IN ('null', 'array', 'object')) AS v"
        )
        names = (*path, *([] if of is None else [_plain(of)]))
        whole = "".join(f'."{name}"' for name in names)
        return source, f"${whole}[*]"

    def folded(self, text: str) -> str:
        """As Sqlite.folded. What a locale makes of `lower` is another thing on each machine; of ASCII it is not."""
        small = f'lower({text} COLLATE "C")'
        return (
            f"(CASE WHEN octet_length({text}) = length({text}) THEN {small}"
            f" ELSE translate({small}, '{_HIGH}', '{_LOW}') END COLLATE \"C\")"
        )

    def holds_text(self, text: str) -> str:
        """As Sqlite.holds_text."""
        return f"strpos({text}, ?) > 0"

    def index_text(self, connection: Connection, no: int, old: str | None, new: str | None) -> None:
        """Nothing: the index is kept by the database."""

    def tables(self, connection: Connection) -> list[Table]:
        """The tables that have a project_id, as they are now."""
        keys = connection.execute(
            "SELECT t.relname AS name, a.attname AS field FROM pg_class t"
            " JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary"
            " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)"
            " WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND EXISTS"
            " (SELECT FROM pg_attribute p WHERE p.attrelid = t.oid AND p.attname = 'project_id'"
            " AND NOT p.attisdropped) ORDER BY t.relname, array_position(i.indkey::int2[], a.attnum)"
        ).fetchall()
        references = connection.execute(
            "SELECT t.relname AS name, o.relname AS field FROM pg_constraint k"
            " JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class o ON o.oid = k.confrelid"
            " WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace"
        ).fetchall()
        return _tables(keys, references)

    def purge_text(self, connection: Connection) -> None:
        """Nothing: no live row holds it, and vacuuming takes the dead ones away."""

    def purge_log(self) -> None:
        """Nothing: the server's log and earlier backups are the operator's."""

    def close(self) -> None:
        self._pool.close()


_HIGH = "".join(map(chr, LOWER_LETTERS))
_LOW = "".join(LOWER_LETTERS.values())


def _tell(connection: psycopg.Connection[Any], command: bytes) -> None:
    """Run a command that has neither arguments nor rows: by the driver's full way each took as long as a query."""
    result = connection.pgconn.exec_(command)
    if result.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result)


@lru_cache(maxsize=2_000)
def _percent_marks(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


@contextmanager
def _translated_pg() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        raise Unique(str(error)) from error
    except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as error:
        raise Contention(str(error)) from error
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise Contention(str(error)) from error
    except (psycopg.DataError, UnicodeEncodeError) as error:
        raise _unstorable() from error
