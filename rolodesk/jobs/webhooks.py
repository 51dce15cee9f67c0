"""Telling webhooks: one thread plans and hands out, some others send."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog
from msgspec import structs

from rolodesk.domain.ids import ProjectId
from rolodesk.domain.webhook import Webhook
from rolodesk.jobs.job import Job
from rolodesk.storage.database import Database
from rolodesk.usecases import delivering
from rolodesk.usecases.delivering import Bodies, Outcome, Parcel
from rolodesk.usecases.telling import Told

SENDERS = 16
PER_HOOK = 2
PER_PROJECT = 8
# Of those to whom nothing goes through: however many there are, as many senders again are there for the others, in all
# and in each project.
FAILING = 8
FAILING_PER_PROJECT = 4
HOUR = 3_600.0
# Seconds between two looks at what has happened: a busy project's changes are read together.
GATHER = 0.05
log = structlog.get_logger()


class Answer(Protocol):
    """What a call has come to."""

    @property
    def status(self) -> int | None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def duration(self) -> int: ...


class Post(Protocol):
    """Posts, and can be made to end at once."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...
    def end(self) -> None: ...


class Delivering(Job):
    """Plans as things happen and sends: woken by this process's commits in projects with hooks and by a sender that is
    free again, and each second for what others have done and what has been put off.

    `on_disabled` is told of each hook that has just been switched off.
    """

    def __init__(
        self, db: Database, post: Post, bodies: Bodies, on_disabled: Callable[[Webhook], None] = lambda hook: None,
        senders: int = SENDERS,
    ) -> None:  # fmt: skip
        super().__init__("delivering", self._turn_once)
        self._db = db
        self._post = post
        self._payload = bodies.payload
        self._bodies = structs.replace(bodies, payload=self._told)
        self._on_disabled = on_disabled
        self._looked: dict[ProjectId, object] = {}
        self._todo: queue.Queue[Parcel | None] = queue.Queue()
        self._lock = threading.Lock()
        self._in_flight: dict[str, Webhook] = {}
        self._turns: dict[str, float] = {}
        self._size = senders
        self._senders = [
            threading.Thread(target=self._send, name=f"sender-{n}", daemon=True) for n in range(senders)
        ]
        self._forgotten = 0.0
        self._listening: frozenset[ProjectId] = frozenset()
        self._happened = False
        self._planned = 0.0
        db.committed.append(self._happens)

    def _happens(self, project_id: ProjectId, number: int) -> None:
        """Called with each commit, so it does next to nothing: most projects have no hooks."""
        if project_id in self._listening and not self._happened:
            self._happened = True
            self.wake()

    def pause(self) -> float:
        left = self._planned + GATHER - time.monotonic()
        return max(0.0, left) if self._happened else super().pause()

    def start(self) -> None:
        if self._db.dialect.one_process:
            delivering.take_back(self._db)
        for sender in self._senders:
            sender.start()
        super().start()

    def stop(self) -> None:
        """What is on its way is broken off and given back."""
        super().stop()
        self._post.end()
        for _ in self._senders:
            self._todo.put(None)
        for sender in self._senders:
            if sender.is_alive():
                sender.join()

    def _turn_once(self) -> None:
        if time.monotonic() - self._planned >= GATHER:
            self._plan_all()
        self._hand_out()
        if time.monotonic() - self._forgotten > HOUR:
            self._forgotten = time.monotonic()
            self._turns.clear()
            delivering.forget_old(self._db)

    def _plan_all(self) -> None:
        """The next events of every project: of one that has many, what is left waits until the others have had theirs.
        One that cannot be planned does not hold up the others."""
        self._happened = False
        found = delivering.listening(self._db)
        self._listening = frozenset(found)
        left = [self._plan(project_id) for project_id, is_behind in found.items() if is_behind]
        self._planned = time.monotonic()
        if any(left):
            self._happened, self._planned = True, 0.0

    def _plan(self, project_id: ProjectId) -> bool:
        """Whether there is more to do at once."""
        if self.is_stopped:
            return False
        try:
            more, self._looked[project_id] = delivering.plan(
                self._db, project_id, self._bodies, self._looked.get(project_id)
            )
        except Exception as error:
            log.error("a project's events could not be told", project=project_id, exc_info=error)
            return False
        return more

    def _told(self, told: Told, project_id: str) -> Mapping[str, Any]:
        """The body; should one ever fail, it stops neither those after it nor the other hooks."""
        try:
            return self._payload(told, project_id)
        except Exception as error:
            number = told.happening.recorded.number
            log.error("an event could not be told", project=project_id, number=number, exc_info=error)
            return {"_id": told.happening.recorded.event.subject_id, "id_project": project_id}

    def _hand_out(self) -> None:
        """Give every hook in turn one sender, until each has its share or none is free; first those that have waited
        longest."""
        waiting = sorted(delivering.to_send(self._db), key=lambda hook: self._turns.get(hook.id, 0.0))
        while waiting and not self.is_stopped:
            waiting = [hook for hook in waiting if self._may(hook) and self._hand_over(hook)]

    def _may(self, hook: Webhook) -> bool:
        with self._lock:
            busy = list(self._in_flight.values())
        failing = Counter(one.project_id for one in busy if one.failing_since is not None)
        return (
            len(busy) < self._size
            and Counter(one.id for one in busy)[hook.id] < PER_HOOK
            and Counter(one.project_id for one in busy)[hook.project_id] < PER_PROJECT
            and (
                hook.failing_since is None
                or (failing.total() < FAILING and failing[hook.project_id] < FAILING_PER_PROJECT)
            )
        )

    def _hand_over(self, hook: Webhook) -> bool:
        parcel = delivering.claim(self._db, hook, self._bodies)
        if parcel is None:
            return False
        with self._lock:
            self._in_flight[parcel.mark] = parcel.hook
        self._turns[hook.id] = time.monotonic()
        self._todo.put(parcel)
        return True

    def _send(self) -> None:
        while (parcel := self._todo.get()) is not None:
            try:
                self._deliver(parcel)
            except Exception as error:
                log.error("a delivery could not be written down", delivery=parcel.delivery.id, exc_info=error)
            finally:
                with self._lock:
                    self._in_flight.pop(parcel.mark, None)
                self.wake()

    def _deliver(self, parcel: Parcel) -> None:
        if not self.is_stopped:
            answer = self._post.post(parcel.hook.target, parcel.headers, parcel.body)
            if answer.error is None or not self.is_stopped:
                outcome = Outcome(answer.status, answer.error, answer.text, answer.duration)
                if delivering.finish(self._db, parcel, outcome):
                    self._on_disabled(parcel.hook)
                return
        delivering.give_back(self._db, parcel)
