"""The work that nobody waits for: it is found by itself, claimed once, told while it goes, and taken up again."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from rolodesk.domain.access import System
from rolodesk.domain.errors import Conflict
from rolodesk.jobs import job as jobs
from rolodesk.jobs.duplicates import Looking, Running, run
from rolodesk.storage import runs
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, contacts, duplicate_runs, duplicates
from tests.cast import Cast, make_cast
from tests.web.server import COMMAND, environment

ALIKE = {"fullname": "Zoe Quattrocchi", "email": "zoe.quattrocchi@example.org"}
PATIENCE = 60.0
HOUR = 3_600_000
MIDNIGHT = 1_795_305_600_000


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = Database(database_url, pool_size=4)
    yield db
    db.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


def twice(cast: Cast) -> list[str]:
    return [contacts.create(cast.db, cast.agent.agent, ALIKE).contact.id for _ in range(2)]


def waiting(true: Callable[[], object]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


@contextlib.contextmanager
def at_work(*done: jobs.Job) -> Iterator[None]:
    for job in done:
        job.start()
    yield
    for job in done:
        job.stop()


def test_duplicates_are_found_as_soon_as_they_are_there(cast):
    with at_work(Looking(cast.db)), mock.patch.object(jobs, "PAUSE", 60):
        time.sleep(0.1)
        first, second = twice(cast)
        assert waiting(lambda: duplicates.of_contact(cast.db, cast.agent.agent, first))

    assert duplicates.of_contact(cast.db, cast.agent.agent, second)[0].contact.id == first


def test_what_another_process_has_written_is_found_too(cast, database_url):
    elsewhere = Database(database_url, pool_size=1)
    with at_work(Looking(cast.db)):
        for _ in range(2):
            made = contacts.create(elsewhere, cast.agent.agent, ALIKE).contact.id
        assert waiting(lambda: duplicates.of_contact(cast.db, cast.agent.agent, made))
    elsewhere.close()


def test_a_job_that_fails_goes_on(capsys):
    turns = []

    def turn():
        turns.append(1)
        if len(turns) == 1:
            raise ValueError("once")

    job = jobs.Job("test", turn)
    with at_work(job), mock.patch.object(jobs, "PAUSE", 0.01):
        assert waiting(lambda: len(turns) > 2)

    assert "once" in "".join(capsys.readouterr())


def test_a_run_that_is_asked_for_is_done_once_and_tells_where_it_is(cast):
    twice(cast)
    told = []
    asked = duplicates.start_run(cast.db, cast.admin.agent)

    def do(project_id, is_stopped):
        run(cast.db, project_id, lambda step, done: told.append((step, done)))

    with at_work(Running(cast.db, do)):
        assert waiting(lambda: duplicates.last_run(cast.db, cast.agent.agent).state == "done")

    ended = duplicates.last_run(cast.db, cast.agent.agent)
    assert (ended.id, ended.contacts, ended.found) == (asked.id, 2, 1)
    assert ended.started_at <= ended.ended_at
    assert {"evidence", "storing"} <= {step for step, _ in told}
    assert all(0 <= done <= 1 for _, done in told)


def test_a_run_saves_where_it_is(cast):
    twice(cast)
    seen = []

    def peek(step, done):
        seen.append(duplicates.last_run(cast.db, cast.agent.agent))

    run(cast.db, cast.id, peek)

    assert {run.state for run in seen} == {"running"}
    assert len({run.step for run in seen}) > 1


def test_only_one_process_does_a_run(cast):
    twice(cast)
    inside, go_on = threading.Event(), threading.Event()

    def hold(step, done):
        inside.set()
        go_on.wait(PATIENCE)

    first = threading.Thread(target=run, args=(cast.db, cast.id, hold))
    first.start()
    assert inside.wait(PATIENCE)

    assert duplicate_runs.to_run(cast.db) == []
    with pytest.raises(Conflict):
        run(cast.db, cast.id)
    go_on.set()
    first.join()
    assert duplicates.last_run(cast.db, cast.agent.agent).state == "done"


def test_the_run_of_a_killed_process_is_taken_up_again(cast):
    twice(cast)
    started = duplicates.start_run(cast.db, cast.admin.agent)
    long_ago = clock.now() - 10 * 60_000
    with cast.db.write(cast.id) as tx:
        assert runs.claim(tx, cast.id, started.id, long_ago, 0)

    assert duplicate_runs.to_run(cast.db) == [cast.id]
    ended = run(cast.db, cast.id)

    assert (ended.id, ended.state, ended.found) == (started.id, "done", 1)
    with cast.db.write(cast.id) as tx:
        assert not runs.progress(tx, cast.id, started.id, long_ago, "storing", 0.5, clock.now())


def test_a_run_that_fails_says_why(cast):
    def broken(rows, model, least=0.5, say=None):
        raise ImportError("duckdb")

    with pytest.raises(ImportError):
        duplicate_runs.run_now(cast.db, System(cast.id), linker=broken)

    run = duplicates.last_run(cast.db, cast.agent.agent)
    assert (run.state, run.ended_at is not None) == ("failed", True)
    assert "duplicates" in run.error
    duplicates.start_run(cast.db, cast.admin.agent)
    duplicate_runs.give_up(cast.db, cast.id, "the process has ended")
    assert duplicates.last_run(cast.db, cast.agent.agent).error == "the process has ended"


@pytest.mark.parametrize(
    ("number", "last", "at", "due"),
    [
        (60, 0, MIDNIGHT + 3 * HOUR, True),
        (60, 0, MIDNIGHT + 3 * HOUR - 1, False),
        (90, 0, MIDNIGHT + 3 * HOUR, False),
        (90, 0, MIDNIGHT + 3 * HOUR + HOUR // 2, True),
        (60, MIDNIGHT + 3 * HOUR, MIDNIGHT + 4 * HOUR, False),
        (60, MIDNIGHT - 21 * HOUR, MIDNIGHT + 4 * HOUR, True),
        (60, 0, MIDNIGHT + 12 * HOUR, False),
    ],
)
def test_the_nightly_run_comes_at_three_by_a_projects_own_offset(number, last, at, due):
    assert duplicate_runs.is_due(number, last, at) is due


def test_nightly_runs_are_asked_for_where_they_are_wanted(cast):
    duplicates.set_policy(cast.db, cast.rival.agent, {"nightly": False})
    night = MIDNIGHT + 4 * HOUR + 5 * 60_000

    with mock.patch.object(duplicate_runs, "now", return_value=night):
        asked = duplicate_runs.ask_by_night(cast.db)
        again = duplicate_runs.ask_by_night(cast.db)

    assert (asked, again) == ([cast.id], [])
    assert duplicates.last_run(cast.db, cast.agent.agent).asked_by == "system"


def test_a_run_is_asked_for_when_many_are_waiting(cast):
    twice(cast)
    assert not duplicate_runs.ask_if_many(cast.db, cast.id)

    with mock.patch.object(duplicate_runs, "MANY", 1):
        assert duplicate_runs.ask_if_many(cast.db, cast.id)
        assert not duplicate_runs.ask_if_many(cast.db, cast.id)
        duplicate_runs.give_up(cast.db, cast.id, "the process has ended")
        assert not duplicate_runs.ask_if_many(cast.db, cast.id)


def test_the_command_tells_its_steps(cast, database_url):
    twice(cast)
    command = [COMMAND, "duplicates", "run", "--project", cast.id, "--database", database_url]

    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "2 contacts, 1 pairs suggested, 0 merged"
    assert any(line.startswith("evidence ") for line in lines)
    assert len(duplicates.of_contact(cast.db, cast.agent.agent, everybody(cast)[0])) == 1


def test_the_command_learns_from_enough_contacts_only(cast, database_url):
    twice(cast)
    command = [COMMAND, "duplicates", "train", "--project", cast.id, "--database", database_url]

    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ("rolodesk: a model needs at least 2,000 contacts to learn from, and there are 2\n")
    back = subprocess.run(
        [*command, "--back"], env=environment(), capture_output=True, text=True, check=False
    )
    assert (back.returncode, back.stdout) == (0, "the shipped model is in use\n")


def everybody(cast: Cast) -> list[str]:
    with cast.db.read() as tx:
        return [row["id"] for row in tx.all("SELECT id FROM contacts WHERE project_id = ?", cast.id)]


def test_the_worker_does_it_beside_the_servers(cast, database_url):
    command = [COMMAND, "worker", "--database", database_url]
    worker = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if cast.db.dialect.one_process:
        said = worker.communicate(timeout=PATIENCE)[1]
        assert (worker.returncode, "needs no worker" in said) == (1, True)
        return
    assert worker.stdout
    assert worker.stdout.readline() == "Rolodesk's worker is running\n"

    first, _ = twice(cast)
    assert waiting(lambda: duplicates.of_contact(cast.db, cast.agent.agent, first))
    duplicates.start_run(cast.db, cast.admin.agent)
    assert waiting(lambda: duplicates.last_run(cast.db, cast.agent.agent).state == "done")

    worker.terminate()
    _, errors = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0, errors
    assert "error" not in errors


def test_without_the_extra_the_command_says_what_to_install(cast, database_url):
    hidden = "import sys; sys.modules['duckdb'] = None; from rolodesk.cli import main; main(sys.argv[1:])"
    command = [
        sys.executable,
        "-c",
        hidden,
        "duplicates",
        "run",
        "--project",
        cast.id,
        "--database",
        database_url,
    ]

    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "rolodesk[duplicates]" in done.stderr
    assert len(done.stderr.splitlines()) == 1
