"""The product's own statements, recorded call by call, as programs that another application can run."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from msgspec import Struct

from rolodesk.config import Settings
from rolodesk.storage.database import Database
from rolodesk.web.app import create_app

KNOWN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24}")


class Step(Struct):
    """One statement as the driver was given it. `sources` says, per argument that comes out of an earlier answer,
    (argument, statement, column, difference)."""

    sql: str
    args: list[Any]
    rows: list[dict[str, Any]]
    sources: list[tuple[int, int, str, int]] = []


class Program(Struct):
    """The statements of one call, in their transactions, and the answer."""

    transactions: list[tuple[bool, list[Step]]]
    answer: Any
    """In `args` and `answer` every text of `fresh` is a new one at each run."""
    fresh: list[str] = []


class Tape:
    """A connection that writes down what goes through it."""

    def __init__(self, connection: Any, steps: list[Step]) -> None:
        self.connection = connection
        self.steps = steps

    def execute(self, sql: str, args: Sequence[Any] = ()) -> Any:
        cursor = self.connection.execute(sql, args)
        rows = cursor.fetchall() if cursor.description else []
        self.steps.append(Step(sql, list(args), [dict(row) for row in rows]))
        return _Rows(rows, cursor.rowcount)


class _Rows:
    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self.rows = rows
        self.rowcount = rowcount

    def fetchall(self) -> list[Any]:
        return self.rows

    def fetchone(self) -> Any:
        return self.rows[0] if self.rows else None


class Recorder:
    """The product's application in this process, with its statements taped."""

    def __init__(self, db: Database) -> None:
        self.transactions: list[tuple[bool, list[Step]]] = []
        self.app = create_app(Settings(rate_messages=10**6, rate_messages_burst=10**6), db)
        for name, writes in (("reading", False), ("writing", True)):
            setattr(db.dialect, name, self._taped(getattr(db.dialect, name), writes))

    def _taped(self, begin: Any, writes: bool) -> Any:
        @contextlib.contextmanager
        def taped() -> Iterator[Tape]:
            steps: list[Step] = []
            with begin() as connection:
                yield Tape(connection, steps)
            self.transactions.append((writes, steps))

        return taped

    async def call(self, method: str, path: str, token: str, body: bytes = b"") -> Program:
        """Make a call and keep what it did."""
        self.transactions = []
        kind = {"Content-Type": "application/json"} if body else {}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url="http://127.0.0.1"
        ) as client:
            answer = await client.request(
                method, path, headers={"Authorization": token, **kind}, content=body
            )
        if answer.status_code != 200:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return Program(self.transactions, answer.json())


def compared(first: Program, second: Program) -> Program:
    """The second of two runs of the same call as a program for any number of further ones: a text of the second that
    the first has not is new each time, a number that differs is taken from an earlier answer if it can be."""
    pairs = list(zip(_steps(first), _steps(second), strict=True))
    seen = _ids([step.args for step, _ in pairs])
    for _, step in pairs:
        second.fresh += [text for text in _ids(step.args) if text not in seen]
        seen |= _ids(step.args) | _ids(step.rows)
    for place, (old, new) in enumerate(pairs):
        if [old.sql] != [new.sql]:
            raise RuntimeError(f"two calls of the same kind differ: {old.sql} / {new.sql}")
        for i, (a, b) in enumerate(zip(old.args, new.args, strict=True)):
            if type(a) is int and type(b) is int and a != b:
                source = _source(pairs[:place], a, b)
                if source is not None:
                    new.sources.append((i, *source))
    return second


def _ids(values: Any) -> dict[str, None]:
    """The ids and keys among values, in their order."""
    return dict.fromkeys(KNOWN.findall(repr(values)))


def _steps(program: Program) -> list[Step]:
    return [step for _, steps in program.transactions for step in steps]


def _source(pairs: Sequence[tuple[Step, Step]], a: int, b: int) -> tuple[int, str, int] | None:
    """The statement and column from which both numbers are equally and little far."""
    for place in reversed(range(len(pairs))):
        old, new = (step.rows[0] if step.rows else {} for step in pairs[place])
        for column, value in new.items():
            other = old.get(column)
            if type(value) is not int or type(other) is not int or b - value != a - other:
                continue
            if abs(b - value) < 10 or "RETURNING" in pairs[place][0].sql:
                return place, column, b - value
    return None


def statements(program: Program) -> int:
    """How many statements a call takes, with those of its sign-in."""
    return len(_steps(program))
