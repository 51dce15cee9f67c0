"""Posting by many at once: by threads, or by this process as one of several: `python -m tests.usecases.posting URL`."""

import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from rolodesk.domain.access import Visitor
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database
from rolodesk.usecases import conversations

# Project, visitor's key, request_id, client_id, text.
Job = Sequence[str]


def post(db: Database, job: Job) -> str:
    """Post one message; its id."""
    project_id, key, request_id, client_id, text = job
    visitor = Visitor(project_id, "anonymous", key, {"firstname": key[:4], "generated": True}, 0)
    return conversations.post(db, visitor, request_id, Draft(text, client_id=client_id or None)).message.id


def post_all(db: Database, jobs: Iterable[Job], threads: int) -> list[str]:
    """Post them by that many threads; the ids in the order of the jobs."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda job: post(db, job), jobs))


if __name__ == "__main__":
    database = Database(sys.argv[1])
    print("ready", flush=True)
    print(json.dumps(post_all(database, json.loads(sys.stdin.readline()), 4)))
    database.close()
