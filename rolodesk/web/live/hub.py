"""Rooms of listening clients, one a project, fed by the project's events in their order."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import structlog
from litestar.concurrency import sync_to_thread

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.errors import RolodeskError
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import Database
from rolodesk.usecases import follow
from rolodesk.usecases.sign_in import Keys
from rolodesk.web.live import frames
from rolodesk.web.live.client import Client, Subscription
from rolodesk.web.live.frames import Publication, Topic

BATCH = 200
REPLAY = 1_000
YIELD_EVERY = 100

T = TypeVar("T")
log = structlog.get_logger()


class Room:
    """The listeners of one project. `last` is the number of the event told last."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.clients: set[Client] = set()
        # How many clients each visitor has here, by the visitor's key.
        self.visitors: dict[str, int] = {}
        self.topics: dict[tuple[str, str], set[Client]] = {}


class Hub:
    """All rooms of this process. Everything but `wake` runs on the event loop."""

    def __init__(self, db: Database, keys: Keys) -> None:
        self.db = db
        self.keys = keys
        self.rooms: dict[ProjectId, Room] = {}
        self._name = os.urandom(6).hex()
        self._behind: set[ProjectId] = set()
        self._stop = threading.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Follow commits of this process and, by the database, those of others."""
        self._loop = loop
        self._woken = asyncio.Event()
        self.db.committed.append(lambda project_id, _: self._from_thread(self.wake, project_id))
        watching = threading.Thread(
            target=self.db.dialect.watch,
            args=(lambda note: self._from_thread(self._noted, note), self._stop),
            daemon=True,
        )
        watching.start()
        self._tasks.append(asyncio.ensure_future(self._follow()))

    async def stop(self) -> None:
        """Let everybody go."""
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        for room in self.rooms.values():
            for client in list(room.clients):
                client.cut()

    def _from_thread(self, call: Callable[[T], None], argument: T) -> None:
        try:
            self._loop.call_soon_threadsafe(call, argument)
        except RuntimeError:
            return  # the loop has ended: there is nobody to tell

    def wake(self, project_id: ProjectId) -> None:
        """That project has a new event."""
        if project_id in self.rooms:
            self._behind.add(project_id)
            self._woken.set()

    def _noted(self, note: str | None) -> None:
        """A word from the database: somebody has committed, or something passes."""
        if note is None:
            self._behind.update(self.rooms)
            self._woken.set()
        elif note.startswith("!"):
            passing = msgspec.json.decode(note[1:])
            if passing["by"] != self._name:
                self._pass_here(
                    *(ProjectId(passing["project"]), passing["topic"], passing["method"], passing["message"]),
                    frozenset(passing.get("visitors", ())),
                )
        else:
            self.wake(ProjectId(note.partition(":")[0]))

    async def join(self, client: Client) -> int:
        """Let a client in; the number of the event told last."""
        project_id = client.actor.project_id
        if project_id not in self.rooms:
            last = await in_thread(follow.last, self.db, project_id)
            self.rooms.setdefault(project_id, Room(last))
        room = self.rooms[project_id]
        room.clients.add(client)
        if not isinstance(client.actor, Agent):
            room.visitors[client.actor.id] = room.visitors.get(client.actor.id, 0) + 1
        return room.last

    def leave(self, client: Client) -> None:
        """Forget a client, and its room with the last one."""
        room = self.rooms.get(client.actor.project_id)
        if room is None:
            return
        for topic in list(client.subscriptions):
            self.unsubscribe(client, topic)
        if client in room.clients and not isinstance(client.actor, Agent):
            room.visitors[client.actor.id] -= 1
            if not room.visitors[client.actor.id]:
                del room.visitors[client.actor.id]
        room.clients.discard(client)
        if not room.clients:
            del self.rooms[client.actor.project_id]

    def unsubscribe(self, client: Client, topic: str) -> None:
        """Stop telling a client of a topic."""
        client.subscriptions.pop(topic, None)
        place = (topic, client.audience)
        here = self.rooms[client.actor.project_id].topics
        here.get(place, set()).discard(client)
        if not here.get(place, True):
            del here[place]

    async def subscribe(self, client: Client, name: str, after: int | None) -> None:
        """Tell a client what a topic holds, or what has happened after an event, and from then on what happens."""
        room = self.rooms[client.actor.project_id]
        try:
            topic = frames.parse(name)
            await in_thread(frames.check, self.db, client.actor, topic)
        except RolodeskError as error:
            client.push(frames.subscribed(name, error={"code": error.code, "msg": error.message}))
            return
        subscription = Subscription(name)
        client.subscriptions[name] = subscription
        # From here on live frames wait for the catch-up, so that nothing falls between the two.
        room.topics.setdefault((name, client.audience), set()).add(client)
        number = await self._catch_up(client, topic, after)
        for event, frame in subscription.pending or []:
            if event > number:
                client.push(frame)
        subscription.pending, subscription.seen = None, number
        client.push(frames.subscribed(name, number))

    async def _catch_up(self, client: Client, topic: Topic, after: int | None) -> int:
        if after is not None:
            last = await in_thread(follow.last, self.db, client.actor.project_id)
            if 0 <= last - after <= REPLAY:
                missed = await in_thread(self._missed, client, topic, after, last)
                for publication in missed:
                    client.push(publication.frame)
                return last
        held, number = await in_thread(frames.snapshot, self.db, client.actor, topic)
        client.push(frames.publish(topic.name, "CREATE", held, number))
        return number

    def _missed(self, client: Client, topic: Topic, after: int, last: int) -> list[Publication]:
        """What a client has missed of a topic, in a thread of the pool."""
        found: list[Publication] = []
        while after < last:
            batch = follow.happenings(self.db, topic.project_id, after, BATCH, {client.actor.id})
            if not batch:
                break
            for happening in batch:
                if happening.recorded.number <= last:
                    made = frames.publications(topic.project_id, happening)
                    found += [p for p in made if p.topic == topic.name and p.audience == client.audience]
            after = batch[-1].recorded.number
        return found

    async def _follow(self) -> None:
        """Tell every room what has happened, for ever."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._behind:
                project_id = self._behind.pop()
                try:
                    await self._advance(project_id)
                except Exception as error:
                    log.error("cannot follow the events", project=project_id, exc_info=error)

    async def _advance(self, project_id: ProjectId) -> None:
        while (room := self.rooms.get(project_id)) is not None:
            happened, made = await in_thread(self._read, project_id, room)
            if happened == room.last:
                return
            room.last = happened
            await self._tell(room, made)

    def _read(self, project_id: ProjectId, room: Room) -> tuple[int, list[Publication]]:
        """The next events as frames for whom they concern, in a thread of the pool.

        Who listens is asked after the events are read, never before: one who comes in between is told of them here,
        and one who comes later finds them in its catch-up.
        """
        batch = follow.happenings(self.db, project_id, room.last, BATCH, room.visitors)
        made = [p for happening in batch for p in frames.publications(project_id, happening)]
        last = batch[-1].recorded.number if batch else room.last
        return last, [p for p in made if (p.topic, p.audience) in room.topics]

    async def _tell(self, room: Room, made: list[Publication]) -> None:
        told = 0
        for publication in made:
            for client in list(room.topics.get((publication.topic, publication.audience), ())):
                self._give(client, publication)
                told += 1
                if told % YIELD_EVERY == 0:
                    await asyncio.sleep(0)

    def _give(self, client: Client, publication: Publication) -> None:
        subscription = client.subscriptions.get(publication.topic)
        if subscription is None:
            return
        if subscription.pending is not None:
            subscription.pending.append((publication.number, publication.frame))
        elif publication.number > subscription.seen:
            client.push(publication.frame)

    async def pass_on(
        self,
        project_id: ProjectId,
        topic: str,
        method: str,
        message: dict[str, Any],
        but: Client | None = None,
    ) -> None:
        """Tell the listeners of a conversation something that passes (typing, seen), here and in other processes: of
        visitors those who may read it still."""
        visitors = await in_thread(follow.hearers, self.db, project_id, frames.parse(topic).id or "")
        if but is not None and isinstance(but.actor, Visitor) and but.actor.key not in visitors:
            return
        self._pass_here(project_id, topic, method, message, visitors, but)
        if not self.db.dialect.one_process:
            said = {
                "by": self._name,
                "project": project_id,
                "topic": topic,
                "method": method,
                "message": message,
                "visitors": sorted(visitors),
            }
            await in_thread(self.db.passing, msgspec.json.encode(said).decode())

    def _pass_here(
        self,
        project_id: ProjectId,
        topic: str,
        method: str,
        message: dict[str, Any],
        visitors: frozenset[str],
        but: Client | None = None,
    ) -> None:
        room = self.rooms.get(project_id)
        if room is None:
            return
        frame = frames.publish(topic, method, message)
        audiences = {"team", *(f"visitor:{key}" for key in visitors)}
        for (name, audience), listening in room.topics.items():
            if name == topic and audience in audiences:
                for client in listening:
                    if client is not but:
                        client.push(frame)


async def in_thread(call: Callable[..., T], *args: Any) -> T:
    """Run a verb in the pool."""
    return await sync_to_thread(call, *args)
