"""The time and the ids of what is made now: the only place where the verbs meet clock and chance."""

from __future__ import annotations

import os
import time
import uuid

from rolodesk.domain.ids import object_id


def now() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """A new id of 24 hexadecimal digits, time first."""
    return object_id(now(), os.urandom(8))


def new_uuid() -> str:
    """A random UUID (version 4)."""
    return str(uuid.uuid4())
