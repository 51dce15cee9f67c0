"""Mails go out to a real server: woken at once, tried again, by whichever process is alive."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from rolodesk.domain.mail import MailState
from rolodesk.jobs.mails import Mailing
from rolodesk.sending.smtp import parse_server
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, correspondence, mails
from rolodesk.usecases.mails import Office
from tests.cast import Cast, make_cast
from tests.mailbox import Mailbox, body, mailbox
from tests.web.server import environment

OFFICE = Office("https://chat.example.org", "Hearth")
SENDER = "Hearth & Clay <desk@example.org>"
PATIENCE = 30.0

# A process that hands one mail over and is killed before it can say so.
KILLED = """
import os, signal, sys
from rolodesk.jobs.mails import Mailing
from rolodesk.sending.smtp import parse_server
from rolodesk.storage.database import Database
from rolodesk.usecases import mails
mails.sent = lambda db, mail: os.kill(os.getpid(), signal.SIGKILL)
Mailing(Database(sys.argv[1], pool_size=1), parse_server(sys.argv[2]), sys.argv[3], "Hearth")._send_all()
"""


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = Database(database_url, pool_size=6)
    yield db
    db.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


@contextlib.contextmanager
def mailing(db: Database, box: Mailbox, processes: int = 1, timeout: float = PATIENCE) -> Iterator[None]:
    server = parse_server(box.url)
    jobs = [Mailing(db, type(server)(server.host, server.port, timeout=timeout), SENDER, "Hearth")
            for _ in range(processes)]  # fmt: skip
    for job in jobs:
        job.start()
    yield
    for job in jobs:
        job.stop()


def write(cast: Cast, to: str, subject: str = "A question") -> None:
    correspondence.send(cast.db, cast.agent.agent, OFFICE, to, "Look\n\n<b>here</b>", subject)


def state_of(cast: Cast, to: str, wanted: MailState | None = None) -> mails.Mail:
    """The mail to that address, once it is in that state."""
    until = time.monotonic() + PATIENCE
    while True:
        (found,) = [m for m in mails.listing(cast.db, cast.admin.agent).mails if m.recipient == to]
        if wanted in (None, found.state) or time.monotonic() > until:
            assert wanted in (None, found.state), found
            return found
        time.sleep(0.02)


def tried(cast: Cast, to: str) -> mails.Mail:
    """The mail to that address, once something has gone wrong with it."""
    until = time.monotonic() + PATIENCE
    while not state_of(cast, to).error and time.monotonic() < until:
        time.sleep(0.02)
    return state_of(cast, to)


def make_due(cast: Cast) -> None:
    with cast.db.write(None) as tx:
        tx.run("UPDATE mails SET next_at = 0, claimed_until = NULL WHERE state = 'waiting'")


def test_mails_go_out_in_order_at_once_and_each_once_from_several_processes(db, cast):
    with mailbox() as box:
        with mailing(db, box):
            for number in range(3):
                write(cast, f"anna{number}@example.com")
            taken = box.wait(3)
            assert [mail["To"] for mail in taken] == [f"anna{n}@example.com" for n in range(3)]
            assert (taken[0]["From"], body(taken[0]).strip()) == (
                'Hearth & Clay <desk@example.org>', "Look\n\n<b>here</b>"
            )  # fmt: skip
            state_of(cast, "anna2@example.com", MailState.SENT)
        for number in range(20):
            write(cast, f"olga{number}@example.com")
        with mailing(db, box, processes=3):
            box.wait(23)
            state_of(cast, "olga19@example.com", MailState.SENT)
        assert len({mail["Message-ID"] for mail in box.mails}) == len(box.mails) == 23


def test_a_server_that_refuses_hangs_or_breaks_off_keeps_the_others_waiting_only_shortly(db, cast):
    with mailbox() as box:
        box.rules = {
            "nobody@example.com": ["550 no such user"],
            "later@example.com": ["451 try later", "250 taken"],
            "broken@example.com": [ConnectionError, "250 taken"],
            "hanging@example.com": [30.0],
        }
        with mailing(db, box, timeout=1.5):
            for name in ("hanging", "nobody", "later", "broken", "anna"):
                write(cast, f"{name}@example.com")
            box.wait(1)
            failed = state_of(cast, "nobody@example.com", MailState.FAILED)
            assert (failed.error, failed.attempts) == ("550 no such user", 1)
            for name in ("hanging", "later", "broken"):
                found = tried(cast, f"{name}@example.com")
                assert (found.state, found.attempts) == (MailState.WAITING, 1)
                assert found.error
                assert found.next_at > clock.now()
            box.rules["hanging@example.com"] = ["250 taken"]
            make_due(cast)
            taken = box.wait(4)

        assert {mail["To"].partition("@")[0] for mail in taken} == {"anna", "hanging", "later", "broken"}


def test_a_server_that_is_away_loses_nothing(db, cast):
    with mailbox() as box:
        away = box.url
    write(cast, "anna@example.com")
    gone = Mailbox()
    gone.port = int(away.rpartition(":")[2])
    with mailing(db, gone):
        tried(cast, "anna@example.com")
    waiting = state_of(cast, "anna@example.com", MailState.WAITING)
    assert "cannot be reached" in (waiting.error or "")

    make_due(cast)
    with mailbox() as box, mailing(db, box):
        assert box.wait(1)[0]["To"] == "anna@example.com"


def test_killed_between_the_servers_word_and_ours_it_goes_twice_under_the_same_id(db, cast):
    write(cast, "anna@example.com")
    with mailbox() as box:
        done = subprocess.run(
            [sys.executable, "-c", KILLED, db.url, box.url, SENDER],
            env={**environment(), "PYTHONPATH": os.getcwd()}, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert len(box.mails) == 1
        assert mails.claim(db) is None
        make_due(cast)
        with mailing(db, box):
            box.wait(2)
            state_of(cast, "anna@example.com", MailState.SENT)

        assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"]
        assert str(box.mails[0]["Date"]) == str(box.mails[1]["Date"])
