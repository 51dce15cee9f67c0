"""The texts that the widget has by itself, by language and key, as its build has written them down."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from rolodesk.domain.labels import Texts

FILE = Path(__file__).parent / "static" / "widget" / "texts.json"


@cache
def built_in() -> dict[str, Texts]:
    """By language in capitals."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Texts])
