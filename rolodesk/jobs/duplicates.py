"""Looking for duplicates of what has changed, runs over all contacts, nightly ones."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from rolodesk.domain.access import System
from rolodesk.domain.ids import ProjectId
from rolodesk.jobs.job import Job
from rolodesk.storage.database import Database
from rolodesk.storage.runs import Run
from rolodesk.usecases import duplicate_runs
from rolodesk.usecases.looking import look

BEAT = 15.0
Say = Callable[[str, float], None]


class Looking(Job):
    """Looks for the duplicates of contacts as they change: woken by this process's commits, and each second for those
    of others."""

    def __init__(self, db: Database) -> None:
        super().__init__("looking", self._look)
        self._db = db
        db.committed.append(lambda project_id, number: self.wake())

    def _look(self) -> None:
        for project_id in duplicate_runs.to_look(self._db):
            duplicate_runs.ask_if_many(self._db, project_id)
            while not self.is_stopped and look(self._db, System(project_id)):
                pass


class Running(Job):
    """Begins the runs that are asked for, and asks for the nightly ones. `run` does one to its end, or until it is told
    that this is stopped."""

    def __init__(self, db: Database, run: Callable[[ProjectId, Callable[[], bool]], None]) -> None:
        super().__init__("running", self._begin)
        self._db = db
        self._run = run

    def _begin(self) -> None:
        duplicate_runs.ask_by_night(self._db)
        for project_id in duplicate_runs.to_run(self._db):
            if not self.is_stopped:
                self._run(project_id, lambda: self.is_stopped)


def run(db: Database, project_id: ProjectId, say: Say = lambda step, done: None) -> Run:
    """Do a project's run to its end, saying meanwhile that this process is alive. Raises like `run_now`."""
    with _beating(db, project_id):
        return duplicate_runs.run_now(db, System(project_id), say)


@contextlib.contextmanager
def _beating(db: Database, project_id: ProjectId) -> Iterator[None]:
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT):
            duplicate_runs.say_alive(db, project_id)

    thread = threading.Thread(target=beat, name="heart", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
