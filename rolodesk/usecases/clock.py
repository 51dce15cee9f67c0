"""The time and the ids of what is made now: the only place where the verbs meet clock and chance."""

from __future__ import annotations

import itertools
import os
import random
import time
import uuid

from rolodesk.domain.ids import object_id

# As in an ObjectId: five bytes of the process and a counter, so that what one process makes within a second keeps its
# order. Values, items and addresses written in the same millisecond are told apart by it.
_process = os.urandom(5)
_counter = itertools.count(int.from_bytes(os.urandom(2), "big"))


def now() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """A new id of 24 hexadecimal digits, time first; of one process they rise."""
    return object_id(now(), _process + (next(_counter) & 0xFFFFFF).to_bytes(3, "big"))


def new_uuid() -> str:
    """A random UUID (version 4)."""
    return str(uuid.uuid4())


def chance() -> float:
    """From 0 to 1, for what must not happen everywhere at once."""
    return random.random()  # noqa: S311 - nothing secret


def _be_another_process() -> None:
    global _process
    _process = os.urandom(5)


os.register_at_fork(after_in_child=_be_another_process)
