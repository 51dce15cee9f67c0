"""kill -9 of the server in the middle of merges, undos, splits and messages: what was acknowledged is there, and every
invariant holds."""

import itertools
import random
import threading
import time
from typing import Any

import httpx
import pytest

from rolodesk.storage.database import Database
from tests.cast import Cast, make_cast, new_request_id, new_visitor, say
from tests.crash.test_kill import BETWEEN, KILLS, PATIENCE, Talker, texts, wait
from tests.usecases.merged import assert_merging_holds, assert_search_index_right
from tests.web.server import Server

PEOPLE = 8


class Merger(threading.Thread):
    """A member of the team who merges, unmerges and splits without pause; a call that was not answered is made again
    under its key. `merged` and `undone` are the acknowledged merges, `split` the splits."""

    def __init__(self, server: Server, cast: Cast, seed: int) -> None:
        super().__init__(daemon=True)
        self.server, self.cast, self.chance = server, cast, random.Random(seed)
        self.merged: list[str] = []
        self.undone: list[str] = []
        self.split: list[str] = []
        self.ended = threading.Event()

    def run(self) -> None:
        with httpx.Client(headers=self.cast.admin.jwt, timeout=PATIENCE) as self.client:
            for number in itertools.count():
                if self.ended.is_set():
                    return
                self._turn(f"{self.name}-{number}")

    def _turn(self, key: str) -> None:
        leads = self._call("GET", "/leads", key)["leads"]
        one, other = self.chance.choice(leads), self.chance.choice(leads)
        how = self.chance.random()
        if how < 0.5 and one["_id"] != other["_id"]:
            answer = self._call("POST", f"/leads/{one['_id']}/merge", key, {"sources": [other["_id"]]})
            self.merged += [merge["_id"] for merge in answer.get("merges", [])]
        elif how < 0.8 and self.merged:
            merge_id = self.chance.choice(self.merged)
            self._call("POST", f"/merges/{merge_id}/undo", key, {})
            self.undone.append(merge_id)
        elif len(one["identities"]) > 1:
            body = {"identities": [self.chance.choice(one["identities"])["_id"]]}
            answer = self._call("POST", f"/leads/{one['_id']}/split", key, body)
            self.split += [answer["split"]["_id"]] if answer.get("split") else []
            self.undone += [merge["_id"] for merge in answer.get("merges", [])]

    def _call(self, method: str, path: str, key: str, body: Any = None) -> dict[str, Any]:
        """The answer, asked for until there is one; a refusal is one too."""
        while True:
            try:
                url = f"{self.server.address}/api/{self.cast.id}{path}"
                answer = self.client.request(method, url, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            assert answer.status_code in (200, 409, 422, 503), answer.text
            if answer.status_code != 503:
                said: dict[str, Any] = answer.json()
                return said


def kill_in_the_middle(url: str, kills: int) -> None:
    db = Database(url, pool_size=2)
    cast = make_cast(db)
    guests = [cast.visitor, cast.user, new_visitor(db, cast.signing, cast.id)]
    for _ in range(PEOPLE - len(guests)):
        say(cast, new_visitor(db, cast.signing, cast.id))
    with Server(url) as server:
        talkers = [Talker(server, guest, new_request_id(cast.id)) for guest in guests]
        mergers = [Merger(server, cast, seed) for seed in range(3)]
        for worker in (*talkers, *mergers):
            worker.start()
        for talker in talkers:
            talker.go_on.set()

        for _ in range(kills):
            time.sleep(BETWEEN)
            before = [len(talker.acknowledged) for talker in talkers]
            changes = sum(len(merger.merged) + len(merger.undone) for merger in mergers)
            server.kill()
            server.start()
            wait(
                lambda before=before, changes=changes: (
                    all(len(t.acknowledged) > n for t, n in zip(talkers, before, strict=True))
                    and sum(len(merger.merged) + len(merger.undone) for merger in mergers) > changes
                )
            )

        for worker in (*talkers, *mergers):
            worker.ended.set()
        for worker in (*talkers, *mergers):
            worker.join(PATIENCE)
            assert not worker.is_alive()
    assert_acknowledged(db, cast, talkers, mergers)
    db.close()


def assert_acknowledged(db: Database, cast: Cast, talkers: list[Talker], mergers: list[Merger]) -> None:
    for talker in talkers:
        assert texts(db, cast, talker.request_id) == talker.acknowledged
    with db.read() as tx:
        rows = {
            row["id"]: row["undone_at"]
            for row in tx.all("SELECT id, undone_at FROM merges WHERE project_id = ?", cast.id)
        }
        taken = {row["id"] for row in tx.all("SELECT id FROM splits WHERE project_id = ?", cast.id)}
    for merger in mergers:
        assert set(merger.merged) <= rows.keys()
        assert all(rows[merge_id] for merge_id in merger.undone)
        assert set(merger.split) <= taken
    assert_merging_holds(db, cast.id)
    assert_search_index_right(db)


@pytest.mark.timeout(300)
def test_no_merge_undo_split_or_message_is_lost_or_half_done(database_url):
    kill_in_the_middle(database_url, KILLS)


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_a_hundred_kills(database_url):
    kill_in_the_middle(database_url, 100)
