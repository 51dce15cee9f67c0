"""One connected socket: its seats and what it listens to, and sending to it without waiting for it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.ids import ProjectId

if TYPE_CHECKING:
    from rolodesk.web.live.room import Room
    from rolodesk.web.live.topics import Topic


MAX_WAITING = 256 * 1024


class Subscription:
    """A topic that a client listens to, in a room and as one of an audience. While it catches up, live frames wait in
    `pending`, and so they do once it is `held`, until it is known what the client may still hear; `seen` is the event
    that the catch-up went up to, which may be beyond what the room has told."""

    __slots__ = ("audience", "held", "is_catching_up", "pending", "room", "seen")

    def __init__(self, room: Room, audience: str) -> None:
        self.room = room
        self.audience = audience
        self.pending: list[tuple[int, bytes]] | None = []
        self.seen = 0
        self.held = False
        self.is_catching_up = True

    def hold(self) -> None:
        """Let live frames wait."""
        self.held = True
        if self.pending is None:
            self.pending = []


class Client:
    """A socket that has signed in. It has a seat in each project that it listens to: whom it speaks as there."""

    __slots__ = (
        *("seats", "subscriptions", "heard_at", "doubted"),
        *("_send", "_abort", "_waiting", "_bytes", "_flushing", "_napping"),
    )

    def __init__(self, send: Callable[[str], Awaitable[None]], abort: Callable[[], None]) -> None:
        self.seats: dict[ProjectId, Agent | Visitor] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.heard_at = 0.0
        # Whether something has happened by which it may be allowed less than before.
        self.doubted = False
        self._send = send
        self._abort = abort
        self._waiting: deque[tuple[bytes, int]] | None = None
        self._bytes = 0
        self._flushing: asyncio.Task[None] | None = None
        self._napping: asyncio.Future[None] | None = None

    def doubt(self) -> None:
        """Have it looked at again what it may hear, now rather than in its turn; it hears no more until then."""
        self.doubted = True
        for subscription in self.subscriptions.values():
            subscription.hold()
        _wake(self._napping)

    def trust(self) -> None:
        """Give it what has waited: it may hear all that it listens to."""
        for subscription in self.subscriptions.values():
            if subscription.held:
                subscription.held = False
                self.catch_up(subscription)

    def catch_up(self, subscription: Subscription) -> None:
        """Give it the live frames of a subscription that have waited, unless they have to wait longer."""
        if subscription.held or subscription.is_catching_up:
            return
        for event, frame in subscription.pending or []:
            if event > subscription.seen:
                self.push(frame)
        subscription.pending = None

    async def nap(self, seconds: float) -> None:
        """Wait so long, or until it is doubted."""
        if self.doubted:
            return
        loop = asyncio.get_running_loop()
        self._napping = loop.create_future()
        until = loop.call_later(seconds, _wake, self._napping)
        try:
            await self._napping
        finally:
            until.cancel()
            self._napping = None

    def topics(self, project_id: ProjectId) -> list[str]:
        """What it listens to in a project."""
        return [name for name, held in self.subscriptions.items() if held.room.project_id == project_id]

    def push(self, frame: bytes, asked_for: bool = False) -> None:
        """Queue a frame. One who does not read is cut off: it comes back and catches up. What it has asked for itself
        may be as large as it is, see `drain`."""
        weight = 0 if asked_for else len(frame)
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append((frame, weight))
        self._bytes += weight
        if self._bytes > MAX_WAITING:
            self.cut()
        elif self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush(self._waiting))

    async def drain(self) -> None:
        """Wait until everything has been read: so it has never asked for more than one large thing at once."""
        while self._flushing is not None:
            await asyncio.wait({self._flushing})

    def cut(self) -> None:
        """End the connection without waiting for the other side."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._waiting = None
        self._abort()

    async def _flush(self, waiting: deque[tuple[bytes, int]]) -> None:
        try:
            while waiting:
                frame, weight = waiting.popleft()
                self._bytes -= weight
                await self._send(frame.decode())
        except Exception:  # noqa: BLE001 - however the connection has ended, there is nothing to say it to
            self._abort()
        finally:
            self._waiting = None
            self._flushing = None


def _wake(napping: asyncio.Future[None] | None) -> None:
    if napping is not None and not napping.done():
        napping.set_result(None)


def audience(actor: Agent | Visitor, topic: Topic) -> str:
    """Who may be given the same frames of a topic: `team`, or each visitor alone, and of the team, where conversations
    are told of, each who sees its own alone."""
    if isinstance(actor, Visitor):
        return f"visitor:{actor.key}"
    return "team" if actor.sees_all or not topic.is_of_conversations else f"agent:{actor.user_id}"
