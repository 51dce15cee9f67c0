"""kill -9 of the server while receivers fail, hang and answer late: everything that has happened arrives at least once,
and of each contact in its order."""

import json
import random
import sys
import threading
import time
from collections import Counter
from itertools import pairwise

import httpx
import pytest

from rolodesk.domain.webhook import line_of, names_of
from rolodesk.storage import events
from rolodesk.storage.database import Database
from rolodesk.usecases import webhooks
from tests.cast import Cast, away, make_cast, new_request_id, new_visitor
from tests.crash.test_kill import BETWEEN, PATIENCE, Talker, wait
from tests.sending.receiver import Got, close, hang, ok, receiving, status
from tests.web.server import Server

KILLS = 3
PACE = 0.15
# The server as it is, but in a hurry: what failed is tried again soon, and who says nothing has been killed soon.
HURRIED = """
from rolodesk.domain import webhook
from rolodesk.jobs import job
from rolodesk.sending import http
from rolodesk.usecases import delivering
webhook.PAUSES, job.PAUSE, http.TIMEOUT, delivering.LEASE = (0.05, 0.1), 0.05, 0.4, 1_500
from rolodesk.cli import main
main()
"""


class HurriedServer(Server):
    program = (sys.executable, "-c", HURRIED)


class Calm(Talker):
    """A visitor who writes now and then."""

    def _said(self, client, path, body):
        time.sleep(PACE)
        return super()._said(client, path, body)


class Merger(threading.Thread):
    """Merges the talkers' contacts and takes it back, again and again."""

    def __init__(self, server: Server, cast: Cast, seed: int) -> None:
        super().__init__(daemon=True)
        self.server, self.cast, self.chance = server, cast, random.Random(seed)
        self.ended = threading.Event()

    def run(self) -> None:
        with httpx.Client(headers=self.cast.admin.jwt, timeout=PATIENCE) as client:
            while not self.ended.wait(2 * PACE):
                try:
                    self._turn(client, f"{self.server.address}/api/{self.cast.id}")
                except (httpx.TransportError, json.JSONDecodeError, LookupError):
                    continue

    def _turn(self, client: httpx.Client, base: str) -> None:
        leads = [lead["_id"] for lead in client.get(f"{base}/leads").json()["leads"]]
        if len(leads) < 2:
            return
        winner, loser = self.chance.sample(leads, 2)
        answer = client.post(f"{base}/leads/{winner}/merge", json={"sources": [loser]}).json()
        time.sleep(PACE)
        client.post(f"{base}/merges/{answer['merges'][0]['_id']}/undo", json={})


def unreliable(chance: random.Random):
    """Well most of the time, and badly in every way there is."""

    def behave(request, got):
        how = chance.random()
        if how < 0.12:
            status(500)(request, got)
        elif how < 0.16:
            close(request, got)
        elif how < 0.19:
            hang(request, got)
        else:
            time.sleep(chance.choice((0, 0, 0, 0.05, 0.2)))
            ok(request, got)

    return behave


def test_everything_arrives_at_least_once_and_of_each_contact_in_order(database_url, record_property):
    tell(survived(database_url, KILLS), record_property)


@pytest.mark.long
def test_everything_arrives_over_fifty_kills(database_url, record_property):
    tell(survived(database_url, 50), record_property)


def tell(figures: dict[str, int], record_property) -> None:
    print(f"\n{figures}")
    record_property("webhooks", str(figures))
    assert figures["lost"] == figures["out of order"] == 0
    assert figures["happened"] > 20


def survived(url: str, kills: int) -> dict[str, int]:
    db = Database(url, pool_size=2)
    cast = make_cast(db)
    away(cast)
    chance = random.Random(kills)
    guests = [cast.visitor, cast.user, *(new_visitor(db, cast.signing, cast.id) for _ in range(2))]
    with receiving(unreliable(chance)) as receiver, HurriedServer(url, webhooks_private="true") as server:
        hook = webhooks.create(db, cast.admin.agent, receiver.url, ["*"], private=True).hook
        talkers = [Calm(server, guest, new_request_id(cast.id)) for guest in guests]
        merger = Merger(server, cast, kills)
        for thread in (*talkers, merger):
            thread.start()
        for talker in talkers:
            talker.go_on.set()
        for _ in range(kills):
            time.sleep(BETWEEN + chance.random() * 0.3)
            server.kill()
            server.start()
        # However slow the machine is, enough has happened.
        wait(lambda: all(len(talker.acknowledged) > 5 for talker in talkers))
        for thread in (*talkers, merger):
            thread.ended.set()
        for thread in (*talkers, merger):
            thread.join(PATIENCE)
        receiver.behave = ok
        wait(lambda: is_done(db, cast, hook.id))
        with receiver.lock:
            got = list(receiver.got)
    said = {one.said for one in got if one.body["event"] == "message.create"}
    assert all({*talker.acknowledged} <= said for talker in talkers)
    figures = figures_of(db, cast, hook.id, got)
    db.close()
    return figures


def is_done(db: Database, cast: Cast, hook_id: str) -> bool:
    with db.read() as tx:
        row = tx.one(
            "SELECT w.planned, c.last, (SELECT count(*) FROM webhook_deliveries d WHERE d.project_id = w.project_id"
            " AND d.hook_id = w.id AND d.state <> 'delivered') AS waiting FROM webhooks w JOIN event_counters c"
            " ON c.project_id = w.project_id WHERE w.project_id = ? AND w.id = ?",
            *(cast.id, hook_id),
        )
        assert row
        rest = events.after(tx, cast.id, row["planned"], 1_000)
    return row["waiting"] == 0 and not any(names_of(one.event) for one in rest)


def figures_of(db: Database, cast: Cast, hook_id: str, got: list[Got]) -> dict[str, int]:
    """What has happened against what has been received."""
    with db.read() as tx:
        happened = [one for one in events.after(tx, cast.id, 0, 1_000_000) if names_of(one.event)]
        rows = tx.all("SELECT id, number FROM webhook_deliveries WHERE project_id = ?", cast.id)
    number = {row["id"]: row["number"] for row in rows}
    first = list(dict.fromkeys(number[one.id] for one in got))
    begun = min(number.values())
    by_contact: dict[str, set[int]] = {}
    for one in happened:
        for contact in line_of(one.event):
            by_contact.setdefault(contact, set()).add(one.number)
    wrong = 0
    for numbers in by_contact.values():
        arrived = [one for one in first if one in numbers]
        wrong += sum(a > b for a, b in pairwise(arrived))
    wanted = {one.number for one in happened if one.number >= begun}
    times = Counter(one.id for one in got)
    return {
        "happened": len(wanted),
        "received": len(got),
        "repeated": sum(times.values()) - len(times),
        "lost": len(wanted - set(first)),
        "out of order": wrong,
    }
