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
from rolodesk.domain.errors import NotFound, RolodeskError
from rolodesk.domain.events import EventName
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import Database
from rolodesk.usecases import follow
from rolodesk.usecases.follow import Happening, Hearers
from rolodesk.usecases.sign_in import Keys
from rolodesk.web.live import frames, topics
from rolodesk.web.live.client import Client, Subscription, audience
from rolodesk.web.live.frames import Publication
from rolodesk.web.live.room import Room
from rolodesk.web.live.topics import Topic

BATCH = 200
REPLAY = 1_000
# The field of a project by which its agents see other conversations than before.
SIGHT = "agents_see"
# The field of a project by which anybody may be shut out.
GATE = "address_filter"
CHANGES_MEMBER = (EventName.MEMBER_UPDATE, EventName.MEMBER_DELETE)

T = TypeVar("T")
log = structlog.get_logger()


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
        for client in {client for room in self.rooms.values() for client in room.clients}:
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
                    msgspec.convert(passing["hearers"], Hearers),
                )
        else:
            self.wake(ProjectId(note.partition(":")[0]))

    async def join(self, client: Client, actor: Agent | Visitor) -> int:
        """Give a client a seat in the actor's project; the number of the event told last there."""
        project_id = actor.project_id
        if project_id not in self.rooms:
            last = await in_thread(follow.last, self.db, project_id)
            self.rooms.setdefault(project_id, Room(project_id, last))
        room = self.rooms[project_id]
        client.seats[project_id] = actor
        room.enter(client, actor)
        return room.last

    def reseat(self, client: Client, actor: Agent | Visitor) -> list[Topic]:
        """Let a client speak as whom it is now; the topics that it is to hear as one of another audience, and hears
        nothing of until it subscribes to them again."""
        room = self.rooms[actor.project_id]
        room.leave(client, client.seats[actor.project_id])
        client.seats[actor.project_id] = actor
        room.enter(client, actor)
        held = [topics.parse(name) for name in client.topics(actor.project_id)]
        other = [t for t in held if client.subscriptions[t.name].audience != audience(actor, t)]
        for topic in other:
            self.unsubscribe(client, topic.name)
        return other

    def is_here(self, project_id: ProjectId, visitor: str) -> bool:
        """Whether that visitor has a socket to this process."""
        room = self.rooms.get(project_id)
        return room is not None and visitor in room.visitors

    def leave(self, client: Client, project_id: ProjectId) -> None:
        """Take a client's seat in a project, and the room with the last one."""
        actor = client.seats.pop(project_id, None)
        if actor is None:
            return
        for topic in client.topics(project_id):
            self.unsubscribe(client, topic)
        room = self.rooms[project_id]
        room.leave(client, actor)
        if not room.clients:
            del self.rooms[project_id]

    def unsubscribe(self, client: Client, topic: str) -> None:
        """Stop telling a client of a topic."""
        subscription = client.subscriptions.pop(topic, None)
        if subscription is not None:
            subscription.room.ignore(client, topic, subscription.audience)

    async def subscribe(self, client: Client, topic: Topic, after: int | None) -> None:
        """Tell a client what a topic holds, or what has happened after an event, and from then on what happens. It has
        a seat in the topic's project. Raises NotFound, Forbidden."""
        await client.drain()
        await in_thread(topics.check, self.db, _seat(client, topic), topic)
        # The seat may have been taken while the database was asked, here and below.
        actor, room = _seat(client, topic), self.rooms[topic.project_id]
        subscription = Subscription(room, audience(actor, topic))
        client.subscriptions[topic.name] = subscription
        # From here on live frames wait for the catch-up, so that nothing falls between the two.
        room.listen(client, topic.name, subscription.audience)
        try:
            caught_up, number = await self._catch_up(actor, topic, after)
        except RolodeskError:
            self.unsubscribe(client, topic.name)
            raise
        if client.subscriptions.get(topic.name) is not subscription:
            return
        for frame in caught_up:
            client.push(frame, asked_for=True)
        subscription.is_catching_up, subscription.seen = False, number
        client.catch_up(subscription)
        client.push(frames.subscribed(topic.name, number))

    async def _catch_up(
        self, actor: Agent | Visitor, topic: Topic, after: int | None
    ) -> tuple[list[bytes], int]:
        """The frames that a topic begins with for one actor, and the event that they go up to."""
        if after is not None:
            last = await in_thread(follow.last, self.db, topic.project_id)
            if 0 <= last - after <= REPLAY:
                missed = await in_thread(self._missed, actor, topic, after, last)
                return [publication.frame for publication in missed], last
        held, number = await in_thread(topics.snapshot, self.db, actor, topic)
        return [frames.publish(topic.name, "CREATE", held, number)], number

    def _missed(self, actor: Agent | Visitor, topic: Topic, after: int, last: int) -> list[Publication]:
        """What an actor has missed of a topic, in a thread of the pool."""
        found: list[Publication] = []
        own_alone = [actor] if isinstance(actor, Agent) and not actor.sees_all else []
        mine = audience(actor, topic)
        while after < last:
            batch = follow.happenings(self.db, topic.project_id, after, BATCH, {actor.id}, lambda: own_alone)
            if not batch:
                break
            for happening in batch:
                if happening.recorded.number <= last:
                    made = frames.publications(topic.project_id, happening)
                    found += [p for p in made if p.topic == topic.name and p.audience == mine]
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
            batch, made = await in_thread(self._read, room)
            if not batch:
                return
            room.last = batch[-1].recorded.number
            changed = [happening.recorded.event for happening in batch]
            # Before anything is told: whoever may hear less by now is not to hear what came after that.
            room.doubt(
                {event.subject_id for event in changed if event.subject_id and event.name in CHANGES_MEMBER},
                any(event.name is EventName.PROJECT_DELETE or GATE in event.fields for event in changed),
                any(event.name is EventName.PROJECT_UPDATE and SIGHT in event.fields for event in changed),
            )
            await room.tell(made)
            room.turn_out({happening.kept_out for happening in batch if happening.kept_out})

    def _read(self, room: Room) -> tuple[list[Happening], list[Publication]]:
        """The next events, and as frames for whom they concern, in a thread of the pool.

        Who listens is asked after the events are read, never before: one who comes in between is told of them here,
        and one who comes later finds them in its catch-up.
        """
        batch = follow.happenings(self.db, room.project_id, room.last, BATCH, room.visitors, room.own_readers)
        made = [p for happening in batch for p in frames.publications(room.project_id, happening)]
        return batch, [p for p in made if (p.topic, p.audience) in room.topics]

    async def pass_on(
        self,
        project_id: ProjectId,
        topic: str,
        method: str,
        message: dict[str, Any],
        but: Client | None = None,
    ) -> None:
        """Tell the listeners of a conversation something that passes (typing, seen), here and in other processes:
        those who may read it still."""
        hearers = await in_thread(follow.hearers, self.db, project_id, topics.parse(topic).id)
        speaker = but.seats.get(project_id) if but is not None else None
        if isinstance(speaker, Visitor) and speaker.key not in hearers.visitors:
            return
        if isinstance(speaker, Agent) and not hearers.include(speaker):
            return
        self._pass_here(project_id, topic, method, message, hearers, but)
        if not self.db.dialect.one_process:
            said = {
                "by": self._name,
                "project": project_id,
                "topic": topic,
                "method": method,
                "message": message,
                "hearers": hearers,
            }
            await in_thread(self.db.passing, msgspec.json.encode(said).decode())

    def _pass_here(
        self,
        project_id: ProjectId,
        topic: str,
        method: str,
        message: dict[str, Any],
        hearers: Hearers,
        but: Client | None = None,
    ) -> None:
        room = self.rooms.get(project_id)
        if room is not None:
            room.pass_on(topic, frames.publish(topic, method, message), hearers, but)


def _seat(client: Client, topic: Topic) -> Agent | Visitor:
    actor = client.seats.get(topic.project_id)
    if actor is None:
        raise NotFound("no such topic")
    return actor


async def in_thread(call: Callable[..., T], *args: Any) -> T:
    """Run a verb in the pool."""
    return await sync_to_thread(call, *args)
