"""Custom events are forgotten after their hour, also where nobody emits any more."""

from __future__ import annotations

import time

from rolodesk.jobs.job import Job
from rolodesk.storage.database import Database
from rolodesk.usecases import emitted

FORGET_EVERY = 60.0


class Forgetting(Job):
    """Deletes what is older than an hour, once a minute."""

    def __init__(self, db: Database) -> None:
        super().__init__("forgetting", self._forget)
        self._db = db
        self._forgotten = float("-inf")

    def _forget(self) -> None:
        if time.monotonic() - self._forgotten > FORGET_EVERY:
            emitted.forget_old(self._db)
            self._forgotten = time.monotonic()
