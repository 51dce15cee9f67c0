"""`make bench`: list, search and post against a bare application with the same statements, on both databases.

It reports, and never fails on a time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import itertools
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec
import psycopg

from bench import load, populate, record
from bench.load import CONNECTIONS, Times
from rolodesk.domain import profile
from rolodesk.storage import database
from rolodesk.storage.database import Database
from rolodesk.usecases import sign_in
from tests.databases import own_server

KINDS = ("sqlite", "postgresql")
GOALS = {"list": 0.6, "search": 0.8, "post": 0.6, "first": 0.6}
SAID = {
    "list": "list of 40 contacts with total",
    "search": "fragment search",
    "post": "visitor posts a message",
    "first": "a visitor's first message",
}
VISITORS = 6_000
SERVER = {"listen_addresses": "", "shared_buffers": "512MB", "max_wal_size": "4GB", "timezone": "UTC"}


def main() -> None:
    options = _options()
    print(
        f"{options.contacts:,} contacts, {CONNECTIONS} connections, one worker, {options.rounds} rounds in turn"
    )
    file = _filled(options.contacts)
    for kind in [options.database] if options.database else KINDS:
        with _database(kind, file) as url:
            asyncio.run(_compare(kind, url, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each run")
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--only", choices=GOALS, action="append", help="this call; may be given again")
    parser.add_argument(
        "--rows", action="store_true", help="a lower ceiling, which makes dictionaries of rows"
    )
    return parser.parse_args()


# The databases.


def _filled(contacts: int) -> Path:
    """The SQLite file with so many contacts, kept between runs as long as nothing changes what would be in it."""
    sources = [populate.__file__, profile.__file__, *Path(database.__file__).parent.rglob("*.sql")]
    mark = hashlib.sha256(
        b"".join(Path(source).read_bytes() for source in sorted(map(str, sources)))
    ).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"rolodesk-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{contacts}-{mark[:12]}.db"
    if not file.exists():
        began = time.perf_counter()
        for name in populate.differences(folder):
            print(f"WRONG: the bulk does not write what the verbs write: {name}")
        making = folder / "making.db"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{making}{suffix}").unlink(missing_ok=True)
        populate.fill(making, contacts)
        making.rename(file)
        print(f"filled {file} in {time.perf_counter() - began:.0f} s")
    return file


@contextlib.contextmanager
def _database(kind: str, file: Path) -> Iterator[str]:
    """A copy of the filled database on the disk, dropped afterwards."""
    with tempfile.TemporaryDirectory(prefix="rolodesk-bench-") as folder:
        if kind == "sqlite":
            shutil.copyfile(file, Path(folder) / "bench.db")
            yield f"sqlite:///{folder}/bench.db"
            return
        with contextlib.ExitStack() as stack:
            given = os.environ.get("ROLODESK_BENCH_POSTGRES")
            server = given or stack.enter_context(own_server(SERVER, Path(tempfile.gettempdir())))
            name = f"rolodesk_bench_{os.getpid()}"
            with psycopg.connect(server, autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
                try:
                    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
                    populate.copy(file, url)
                    yield url
                finally:
                    admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


# The two servers.


@contextlib.contextmanager
def _product(url: str) -> Iterator[int]:
    port = _free_port()
    command = [
        str(Path(sys.executable).with_name("rolodesk")),
        "serve",
        "--database",
        url,
        "--port",
        str(port),
    ]
    rates = {"ROLODESK_RATE_MESSAGES": "1000000", "ROLODESK_RATE_MESSAGES_BURST": "1000000"}
    with _running(command, port, rates):
        yield port


@contextlib.contextmanager
def _ceiling(url: str, programs: dict[str, list[record.Program]], rows: bool) -> Iterator[int]:
    port = _free_port()
    with tempfile.NamedTemporaryFile(suffix=".programs") as file:
        file.write(msgspec.msgpack.encode(programs))
        file.flush()
        command = [sys.executable, "-m", "bench.ceiling", str(port), url, file.name]
        with _running([*command, "rows"] if rows else command, port, {}):
            yield port


@contextlib.contextmanager
def _running(command: Sequence[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    server = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if server.poll() is not None:
                raise SystemExit(f"bench: {command[1]} has ended by itself")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(20)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


# The calls.


class Calls:
    """The requests of each call, to the product and to the ceiling, with what the product was seen to do for them."""

    def __init__(self, db: Database, contacts: int) -> None:
        self.keys = sign_in.keys(db)
        self.desk = populate.desk_of(db)
        self.recorder = record.Recorder(db)
        signed_in = sign_in.sign_in(db, populate.EMAIL, populate.PASSWORD, "api")
        self.agent = f"JWT {sign_in.team_token(self.keys, signed_in)}"
        self.leads = f"/api/{self.desk.project_id}/leads"
        self.visitors = iter([self._visitor(db) for _ in range(VISITORS)])
        self.programs: dict[str, list[record.Program]] = {}
        self.requests: dict[str, Callable[[int], bytes]] = {}
        self.fragments = _fragments(contacts)

    def _visitor(self, db: Database) -> str:
        return f"JWT {sign_in.sign_in_anonymously(db, self.keys, self.desk.project_id, {}).token}"

    async def prepare(self) -> None:
        """Make each call once or twice in this process, and keep its statements."""
        self.programs["list"] = [await self.recorder.call("GET", self.leads, self.agent)]
        self.requests["list"] = lambda _: load.request("GET", self.leads, self.agent)
        paths = [f"{self.leads}?q={quote(fragment)}" for fragment in self.fragments]
        self.programs["search"] = [await self.recorder.call("GET", path, self.agent) for path in paths]
        turns = itertools.cycle(load.request("GET", path, self.agent) for path in paths)
        self.requests["search"] = lambda _: next(turns)
        await self._prepare_post()
        await self._prepare_first()

    async def _prepare_post(self) -> None:
        """Each connection is a visitor with a conversation of its own."""
        places = []
        for _ in range(CONNECTIONS):
            visitor, path = next(self.visitors), self._messages()
            await self.recorder.call("POST", path, visitor, _body(form=True))
            first = await self.recorder.call("POST", path, visitor, _body())
            second = await self.recorder.call("POST", path, visitor, _body())
            self.programs.setdefault("post", []).append(record.compared(first, second))
            places.append((path, visitor))
        self.requests["post"] = lambda n: load.request("POST", *places[n], _body())

    async def _prepare_first(self) -> None:
        """Each request is another visitor's."""
        bodies = [(self._messages(), next(self.visitors), _body(form=True)) for _ in range(2)]
        first, second = [await self.recorder.call("POST", *body) for body in bodies]
        self.programs["first"] = [record.compared(first, second)]
        self.requests["first"] = lambda _: load.request(
            "POST", self._messages(), next(self.visitors), _body(form=True)
        )

    def _messages(self) -> str:
        return f"/api/{self.desk.project_id}/requests/support-group-{_uuid()}/messages"

    def at_ceiling(self, name: str) -> Callable[[int], bytes]:
        """The same call to the bare application."""
        method = "GET" if name in ("list", "search") else "POST"
        count = len(self.programs[name])
        turns = itertools.cycle(range(count))
        body = b"" if method == "GET" else _body(form=name == "first")
        return lambda n: load.request(
            method, f"/{name}/{n if count == CONNECTIONS else next(turns)}", self.agent, body
        )


def _fragments(contacts: int) -> list[str]:
    """Names and parts of addresses, from very frequent to found once."""
    rng = random.Random(3)
    names = [rng.choice(populate.LAST) for _ in range(10)]
    rare = [f"{rng.choice(populate.LAST)[:5].lower()}{rng.randrange(contacts)}" for _ in range(5)]
    some = list(itertools.islice(populate.people(contacts), 0, 1_000, 50))
    whole = [f"{someone.email.split('@')[0]}@" for someone in some if someone.email]
    return [*names, *rare, *whole[:10], "gmail", "andrea", "mar", "rossi", "umbrella"]


def _uuid() -> str:
    noise = os.urandom(16).hex()
    return f"{noise[:8]}-{noise[8:12]}-4{noise[13:16]}-8{noise[17:20]}-{noise[20:]}"


def _body(form: bool = False) -> bytes:
    body: dict[str, object] = {"text": "Is this still available? I would need twelve.", "client_id": _uuid()}
    if form:
        body["attributes"] = {"userFullname": "Andrea Rossi", "userEmail": "andrea.rossi@example.com"}
    return msgspec.json.encode(body)


# The measuring.


async def _compare(kind: str, url: str, options: argparse.Namespace) -> None:
    calls = await _prepared(url, options.contacts)
    names = [name for name in GOALS if not options.only or name in options.only]
    with _product(url) as product, _ceiling(url, calls.programs, options.rows) as ceiling:
        runs: dict[str, tuple[list[Times], list[Times]]] = {name: ([], []) for name in names}
        for _ in range(options.rounds):
            for name in names:
                runs[name][0].append(await _run(product, options.seconds, calls.requests[name]))
                runs[name][1].append(await _run(ceiling, options.seconds, calls.at_ceiling(name)))
    _print(kind, runs, calls)


async def _prepared(url: str, contacts: int) -> Calls:
    db = Database(url, pool_size=2)
    calls = Calls(db, contacts)
    await calls.prepare()
    db.close()
    return calls


async def _run(port: int, seconds: float, next_request: Callable[[int], bytes]) -> Times:
    await load.run(port, 0.2, next_request)
    return await load.run(port, seconds, next_request)


def _print(kind: str, runs: dict[str, tuple[list[Times], list[Times]]], calls: Calls) -> None:
    print(f"\n{kind:<12} {'':<32} {'product':>24} {'ceiling':>24} {'ratio':>7}")
    print(f"{'':<12} {'':<32} {'1/s   median      p99':>24} {'1/s   median      p99':>24}")
    for name, (ours, theirs) in runs.items():
        product, ceiling = Times.together(ours), Times.together(theirs)
        ratio = product.rate / ceiling.rate if ceiling.rate else 0.0
        steps = record.statements(calls.programs[name][0])
        failed = f", FAILED {product.failed} / {ceiling.failed}" if product.failed or ceiling.failed else ""
        print(
            f"{name:<12} {SAID[name]:<32} {_shown(product)} {_shown(ceiling)} {ratio:>7.2f}"
            f"  (goal {GOALS[name]}; {steps} statements{failed})"
        )


def _shown(times: Times) -> str:
    return f"{times.rate:>6.0f} {times.median * 1000:>5.1f} ms {times.p99 * 1000:>5.1f} ms"


if __name__ == "__main__":
    main()
