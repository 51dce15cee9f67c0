"""One connected socket: what it listens to, and sending to it without waiting for it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from rolodesk.domain.access import Agent, Visitor

MAX_WAITING = 256 * 1024


class Subscription:
    """A topic that a client listens to. While it catches up, live frames wait in `pending`; `seen` is the event that
    the catch-up went up to, which may be beyond what the room has told."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.pending: list[tuple[int, bytes]] | None = []
        self.seen = 0


class Client:
    """A socket that has signed in. `session_id` is set for the team's, `token` for those that came by one."""

    def __init__(
        self, actor: Agent | Visitor, send: Callable[[str], Awaitable[None]], abort: Callable[[], None]
    ) -> None:
        self.actor = actor
        self.subscriptions: dict[str, Subscription] = {}
        self.heard_at = 0.0
        self._send = send
        self._abort = abort
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._flushing: asyncio.Task[None] | None = None

    @property
    def audience(self) -> str:
        """`team`, or the key of the visitor: who may be given the same frame."""
        return "team" if isinstance(self.actor, Agent) else f"visitor:{self.actor.key}"

    def push(self, frame: bytes) -> None:
        """Queue a frame. One who does not read is cut off: it comes back and catches up."""
        self._waiting.append(frame)
        self._bytes += len(frame)
        if self._bytes > MAX_WAITING:
            self.cut()
        elif self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush())

    def cut(self) -> None:
        """End the connection without waiting for the other side."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._waiting.clear()
        self._abort()

    async def _flush(self) -> None:
        try:
            while self._waiting:
                frame = self._waiting.popleft()
                self._bytes -= len(frame)
                await self._send(frame.decode())
        except Exception:  # noqa: BLE001 - however the connection has ended, there is nothing to say it to
            self._waiting.clear()
            self._abort()
        finally:
            self._flushing = None
