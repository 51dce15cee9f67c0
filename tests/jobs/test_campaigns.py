"""Campaigns go out whichever process is alive: killed in the middle they go on, and visitors write meanwhile."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from rolodesk.domain.campaign import Campaign
from rolodesk.domain.conversation import Draft
from rolodesk.jobs.campaigns import Campaigning
from rolodesk.storage.database import Database
from rolodesk.usecases import broadcasting, campaigns, conversations, removal, segments
from tests.cast import Cast, Guest, make_cast, new_visitor, say
from tests.usecases.counted import assert_counters_right
from tests.web.server import environment

PATIENCE = 30.0
# A process that is killed when it has written the third message, and has not committed it.
KILLED = """
import os, signal, sys
from rolodesk.jobs.campaigns import Campaigning
from rolodesk.storage import campaigns
from rolodesk.storage.database import Database
mark, marked = campaigns.mark_reached, []
def killed(*args):
    mark(*args)
    marked.append(args)
    if len(marked) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
campaigns.mark_reached = killed
Campaigning(Database(sys.argv[1], pool_size=2))._turn_all()
"""


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = Database(database_url, pool_size=10)
    yield db
    db.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


@contextlib.contextmanager
def working(db: Database, processes: int = 1) -> Iterator[None]:
    found = [Campaigning(db) for _ in range(processes)]
    for job in found:
        job.start()
    yield
    for job in found:
        job.stop()


def audience(cast: Cast, size: int) -> list[Guest]:
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(size)]
    for guest in guests:
        say(cast, guest)
    return guests


def ask(cast: Cast, text: str = "News") -> str:
    segment = segments.create(cast.db, cast.agent.agent, "All").id
    return campaigns.create(cast.db, cast.agent.agent, segment, Draft(text)).id


def end_of(cast: Cast, campaign: str) -> Campaign:
    """The campaign once it has ended."""
    until = time.monotonic() + PATIENCE
    while True:
        found = campaigns.get(cast.db, cast.agent.agent, campaign).campaign
        if not found.under_way or time.monotonic() > until:
            assert not found.under_way, found
            return found
        time.sleep(0.02)


def got(cast: Cast, guest: Guest, text: str = "News") -> int:
    views, _ = conversations.own(cast.db, guest.visitor)
    rids = [view.conversation.request_id for view in views]
    return sum(m.text == text for rid in rids for m in conversations.messages(cast.db, guest.visitor, rid))


def test_killed_between_two_recipients_it_goes_on_with_the_next(db, cast):
    guests = audience(cast, 6)
    campaign = ask(cast)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, db.url],
        env={**environment(), "PYTHONPATH": os.getcwd()}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert campaigns.get(db, cast.agent.agent, campaign).campaign.sent == 2

    with working(db):
        assert (end_of(cast, campaign).sent, end_of(cast, campaign).failed) == (6, 0)
    assert [got(cast, guest) for guest in guests] == [1] * 6


def test_several_processes_send_while_visitors_write(db, cast):
    guests = audience(cast, 30)
    both = [ask(cast, text) for text in ("News", "More")]
    with working(db, processes=3):
        late = audience(cast, 5)
        said = [say(cast, guest, "Meanwhile").message.id for guest in guests]
        assert [end_of(cast, campaign).failed for campaign in both] == [0, 0]
    assert len(set(said)) == 30
    for text in ("News", "More"):
        assert [got(cast, guest, text) for guest in guests] == [1] * 30
        assert {got(cast, guest, text) for guest in late} <= {0, 1}
    assert_counters_right(db, cast.id)


def test_whom_it_cannot_be_sent_to_is_left_out_and_the_others_get_it(db, cast, monkeypatch):
    guests = audience(cast, 4)
    campaign = ask(cast)
    send = broadcasting.deal_with

    def second_fails(db, project_id, campaign_id, number):
        if number == 2:
            raise ValueError("what nobody has thought of")
        send(db, project_id, campaign_id, number)

    monkeypatch.setattr(broadcasting, "deal_with", second_fails)
    with working(db):
        ended = end_of(cast, campaign)
    assert (ended.state, ended.sent, ended.failed) == ("done", 3, 1)
    assert sum(got(cast, guest) for guest in guests) == 3


def test_one_that_does_not_go_on_holds_up_no_other_and_a_deleted_project_ends_its_own(db, cast, monkeypatch):
    other = make_cast(db)
    broken, guests = ask(cast), audience(other, 3)
    campaign = ask(other)
    gather = broadcasting.gather

    def never(db, project_id, campaign_id):
        if campaign_id == broken:
            raise ValueError("again and again")
        gather(db, project_id, campaign_id)

    monkeypatch.setattr(broadcasting, "gather", never)
    with working(db):
        assert end_of(other, campaign).sent == 3
        removal.remove(db, cast.owner.agent)
    assert sum(got(other, guest) for guest in guests) == 3
    assert all(project_id != cast.id for project_id, _ in broadcasting.with_work(db))
