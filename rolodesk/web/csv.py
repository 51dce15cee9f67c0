"""Tables as CSV for spreadsheets: separator `;`, text quoted, cells that would run as formulas disarmed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from litestar.response import Stream

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Where a spreadsheet takes commas or tabs for separators, as many do, a cell begins in the middle of a text.
_INSIDE = re.compile(r"""(?<=[,\t\r\n])(?="*[=+\-@])""")
PIECE = 64_000


def rows_to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The table in pieces of some 64 kB. Text is quoted, numbers are bare, None is an empty cell."""
    piece, size = [";".join(header) + "\r\n"], 0
    for row in rows:
        line = ";".join(_cell(value) for value in row) + "\r\n"
        piece.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(piece).encode()
            piece, size = [], 0
    if piece:
        yield "".join(piece).encode()


def answer(name: str, chunks: Iterator[bytes]) -> Stream:
    """A file of that name, sent as it is made. Its first piece is made now: what is wrong with what was asked for shows
    there, and is answered as ever."""
    first = next(chunks, b"")
    return Stream(
        chain([first], chunks),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return '"true"' if value else '"false"'
    if isinstance(value, int | float):
        return str(value)
    text = _INSIDE.sub("'", str(value)).replace('"', '""')
    return f'"\'{text}"' if text.startswith(FORMULA) else f'"{text}"'
