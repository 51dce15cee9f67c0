"""What the machine can do at best: the product's own statements and answers, with no framework and no rules.

Run as `python -m bench.ceiling PORT DATABASE PROGRAMS [rows]`; the paths are /<call>/<number>. It fetches what the
product fetches and encodes an answer that was recorded; with `rows` it also makes dictionaries of the rows and reads
their JSON, so that some of the work of making an answer is in it: a lower ceiling, not the one that goals are set by.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from bench.record import Program, Step
from rolodesk.storage.database import Database

THREADS = 16
Replaced = list[tuple[int, list[str]]]


class Ready:
    """A program, with the places where each run puts something new."""

    def __init__(self, program: Program, read: Callable[[Any], Any]) -> None:
        self.program = program
        self.read = read
        self.transactions = [
            (writes, [(step, _replaced(step, program.fresh)) for step in steps])
            for writes, steps in program.transactions
        ]

    def run(self, db: Database) -> bytes:
        """Every statement in its transaction, every row fetched, an answer like the product's encoded."""
        fresh = {text: _like(text) for text in self.program.fresh}
        answers: list[Any] = []
        for writes, steps in self.transactions:
            with db.dialect.writing() if writes else db.dialect.reading() as connection:
                for step, replaced in steps:
                    args = list(step.args)
                    for i, texts in replaced:
                        for text in texts:
                            args[i] = args[i].replace(text, fresh[text])
                    for i, place, column, difference in step.sources:
                        args[i] = answers[place][0][column] + difference
                    cursor = connection.execute(step.sql, args)
                    answers.append(self.read(cursor.fetchall()) if cursor.description else None)
        return msgspec.json.encode(self.program.answer)


def _as_fetched(rows: Any) -> Any:
    return rows


def _as_dictionaries(rows: Any) -> Any:
    return [
        {
            name: msgspec.json.decode(value) if isinstance(value, str) and value[:1] == "{" else value
            for name, value in dict(row).items()
        }
        for row in rows
    ]


def _replaced(step: Step, fresh: list[str]) -> Replaced:
    found = [(i, [t for t in fresh if isinstance(arg, str) and t in arg]) for i, arg in enumerate(step.args)]
    return [(i, texts) for i, texts in found if texts]


def _like(text: str) -> str:
    """A new text of the same form: 24 hexadecimal digits, or a UUID."""
    noise = os.urandom(16).hex()
    if len(text) == 24:
        return text[:8] + noise[:16]
    return f"{noise[:8]}-{noise[8:12]}-4{noise[13:16]}-8{noise[17:20]}-{noise[20:]}"


def application(
    db: Database, programs: dict[str, list[Program]], read: Callable[[Any], Any]
) -> Callable[..., Awaitable[None]]:
    """The bare ASGI application."""
    ready = {
        f"/{name}/{i}": Ready(program, read)
        for name, found in programs.items()
        for i, program in enumerate(found)
    }
    pool = ThreadPoolExecutor(THREADS)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        loop = asyncio.get_running_loop()
        body = await loop.run_in_executor(pool, ready[scope["path"]].run, db)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def main() -> None:
    port, url, file, *more = sys.argv[1:]
    read = _as_dictionaries if more == ["rows"] else _as_fetched
    programs = msgspec.msgpack.decode(Path(file).read_bytes(), type=dict[str, list[Program]])
    app = application(Database(url, pool_size=THREADS), programs, read)
    uvicorn.run(app, host="127.0.0.1", port=int(port), http="httptools", lifespan="off", access_log=False,
                log_level="warning")  # fmt: skip


if __name__ == "__main__":
    main()
