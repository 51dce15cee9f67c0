"""The kinds of ids, each a type of its own, and how ids and keys are made."""

from __future__ import annotations

import re
from typing import NewType

ProjectId = NewType("ProjectId", str)
UserId = NewType("UserId", str)
MemberId = NewType("MemberId", str)
ContactId = NewType("ContactId", str)
IdentityId = NewType("IdentityId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)

_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


def object_id(at: int, noise: bytes) -> str:
    """24 hexadecimal digits, time first (the ObjectId layout). `at` in milliseconds, `noise` 8 random bytes."""
    return f"{at // 1000 & 0xFFFFFFFF:08x}{noise.hex()}"


def is_object_id(text: str) -> bool:
    """Whether the text has the form of an id."""
    return _OBJECT_ID.fullmatch(text) is not None
