"""Going on with projects whose deletion a crash has interrupted."""

from __future__ import annotations

from rolodesk.jobs.job import Job
from rolodesk.storage.database import Database
from rolodesk.usecases import removal


class Finishing(Job):
    """Empties what is left of condemned projects."""

    def __init__(self, db: Database) -> None:
        super().__init__("finishing", lambda: removal.finish(db))
