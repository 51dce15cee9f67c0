"""Signatures by which a receiver knows who has sent something, as Standard Webhooks has them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"


def secret_of(random: bytes) -> str:
    """A secret as people copy it, of 24 to 64 random bytes."""
    return PREFIX + base64.b64encode(random).decode()


def sign(secrets: Iterable[str], message_id: str, seconds: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret that holds, over id, time and body."""
    signed = f"{message_id}.{seconds}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
