"""`python -m bench.merging`: a merge and its undo, with one conversation and with ten thousand, and in a tree of 1,000.

It reports ratios of what ran in turn, and never fails on a time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.__main__ import SERVER
from rolodesk.storage.database import Database, migrate
from rolodesk.usecases import contacts, merges
from rolodesk.usecases.merges import Ask
from tests.cast import Cast, filled, make_cast, new_visitor, say
from tests.databases import own_server

KINDS = ("sqlite", "postgresql")
MANY, MEMBERS, TREES = 10_000, 1_000, (10, 100, 999)
COPIED = (
    "id, request_id, ticket, identity_id, status, first_text, messages, created_by, created_at, updated_at,"
    " last_message_at"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.merging", description=__doc__)
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    for kind in [options.database] if options.database else KINDS:
        with _database(kind) as url:
            db = Database(url)
            cast = make_cast(db)
            print(f"\n{kind}")
            _by_conversations(cast, options.rounds)
            _by_members(cast, options.rounds // 4)
            db.close()


@contextmanager
def _database(kind: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="rolodesk-bench-") as folder:
        if kind == "sqlite":
            url = f"sqlite:///{folder}/merging.db"
            migrate(url)
            yield url
            return
        with own_server(SERVER, Path(tempfile.gettempdir())) as server:
            with psycopg.connect(server, autocommit=True) as admin:
                admin.execute("CREATE DATABASE merging TEMPLATE template0")
            url = urlunsplit(urlsplit(server)._replace(path="/merging"))
            migrate(url)
            yield url


def _by_conversations(cast: Cast, rounds: int) -> None:
    winner, few, many = (_chatted(cast) for _ in range(3))
    _talk(cast, many, MANY)
    times = _in_turn(cast, rounds, [(winner, few), (winner, many)])
    for verb, (one, ten_thousand) in times.items():
        print(
            f"  {verb:6} 1 conversation {one:7.2f} ms   {MANY:,} conversations {ten_thousand:7.2f} ms"
            f"   ratio {ten_thousand / one:.2f}  (goal 1.2)"
        )


def _by_members(cast: Cast, rounds: int) -> None:
    winner, alone = _chatted(cast), _chatted(cast)
    for size in TREES:
        tree = _tree(cast, size)
        times = _in_turn(cast, rounds, [(winner, alone), (winner, tree)])
        for verb, (one, whole) in times.items():
            print(
                f"  {verb:6} a tree of {size:4} members {whole:8.2f} ms   ratio to one of 1 {whole / one:.2f}"
            )
        edits = [_timed(partial(_edit, cast, tree, f"{number}")) for number in range(5)]
        print(f"  edit   in a tree of {size:4} members {statistics.median(edits):8.2f} ms")


def _in_turn(cast: Cast, rounds: int, pairs: Sequence[tuple[str, str]]) -> dict[str, list[float]]:
    """Milliseconds in the median of a merge and of its undo, for each pair, taken in turn."""
    merged: list[list[float]] = [[] for _ in pairs]
    undone: list[list[float]] = [[] for _ in pairs]
    for _ in range(rounds):
        for place, (winner, loser) in enumerate(pairs):
            merged[place].append(_timed(partial(_merge, cast, winner, loser)))
            last = merges.of_contact(cast.db, cast.agent.agent, winner).merges[0].merge.id
            undone[place].append(_timed(partial(merges.undo, cast.db, cast.agent.agent, last)))
    return {
        "merge": [statistics.median(times) for times in merged],
        "undo": [statistics.median(times) for times in undone],
    }


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1_000


def _merge(cast: Cast, winner: str, *losers: str) -> str:
    return merges.merge(cast.db, cast.agent.agent, Ask(winner, losers)).merges[0].id


def _edit(cast: Cast, contact_id: str, city: str) -> None:
    contacts.update(cast.db, cast.agent.agent, contact_id, {"city": city})


def _chatted(cast: Cast) -> str:
    form = filled({"userFullname": "Andrea", "userEmail": "andrea@example.com"})
    return say(cast, new_visitor(cast.db, cast.signing, cast.id), attributes=form).view.home_id


def _talk(cast: Cast, contact_id: str, count: int) -> None:
    """So many more conversations of the contact, copies of its first."""
    owner = contacts.get(cast.db, cast.agent.agent, contact_id).identities[0].id
    with cast.db.write(cast.project.id) as tx:
        row = tx.one(
            f"SELECT {COPIED} FROM conversations WHERE project_id = ? AND identity_id = ?", cast.id, owner
        )
        assert row
        marks = ", ".join("?" * (len(row) + 1))
        for number in range(count):
            values = {**row, "id": f"{number:024x}", "request_id": f"copy-{number}", "ticket": 1_000 + number}
            tx.run(
                f"INSERT INTO conversations (project_id, {COPIED}) VALUES ({marks})",
                cast.id,
                *values.values(),
            )
        tx.run(
            "UPDATE contact_activity SET conversations = conversations + ?, own_conversations = own_conversations + ?"
            " WHERE project_id = ? AND contact_id = ?",
            *(count, count, cast.id, contact_id),
        )


def _tree(cast: Cast, size: int) -> str:
    """A contact of so many members, merged in tens."""
    root = _chatted(cast)
    left = size - 1
    while left > 0:
        batch = [_chatted(cast) for _ in range(min(10, left))]
        _merge(cast, root, *batch)
        left -= len(batch)
    return root


if __name__ == "__main__":
    main()
