import contextlib
import threading

import pytest

from rolodesk.domain.access import System
from rolodesk.domain.errors import BadProject, Invalid
from rolodesk.domain.events import Event, EventName
from rolodesk.storage import accounts, events, projects
from rolodesk.storage.database import Contention, Database, ReadTx, Unique, retried
from rolodesk.storage.projects import Project

PROJECT = "a" * 24


@pytest.fixture
def db(database_url):
    database = Database(database_url)
    with database.write(PROJECT) as tx:
        projects.add(tx, Project(PROJECT, 0, "Bakery", 100, {}, {}, {}, "u1", 1, 1))
    yield database
    database.close()


def record(tx, count=1):
    for _ in range(count):
        events.record(tx, System(PROJECT), 5, Event(EventName.LEAD_CREATE, fields=("a", "b")))


def numbers(db):
    with db.read() as tx:
        return [event.number for event in events.after(tx, PROJECT, 0, 10_000)]


# Reading and writing.


def test_a_reading_transaction_cannot_write(db):
    with pytest.raises(Exception, match=r"readonly|read-only"), db.read() as tx:
        tx.all("INSERT INTO installation (name, value) VALUES ('a', 'b') RETURNING name")

    with db.read() as tx:
        assert tx.one("SELECT 1 AS n FROM installation WHERE name = 'a'") is None


def test_a_reading_transaction_offers_no_way_to_write():
    assert not {"run", "index_text", "number_events"} & set(dir(ReadTx))


def test_a_reading_transaction_sees_one_state(db):
    with db.read() as tx:
        assert accounts.setting(tx, "a") is None
        with db.write(None) as other:
            accounts.keep_setting(other, "a", "b")

        assert accounts.setting(tx, "a") is None

    with db.read() as tx:
        assert accounts.setting(tx, "a") == "b"


def test_an_error_in_the_block_takes_everything_back(db):
    def broken():
        with db.write(PROJECT) as tx:
            accounts.keep_setting(tx, "a", "b")
            record(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()

    with db.read() as tx:
        assert accounts.setting(tx, "a") is None
    assert numbers(db) == []


def test_a_connection_is_usable_after_an_error(db):
    for _ in range(20):
        with pytest.raises(Exception, match="nowhere"), db.read() as tx:
            tx.one("SELECT * FROM nowhere")
        with pytest.raises(Exception, match="nowhere"), db.write(None) as tx:
            tx.run("DELETE FROM nowhere")

    with db.write(None) as tx:
        accounts.keep_setting(tx, "a", "b")


def test_what_is_there_already_is_told_as_unique(db):
    with db.write(None) as tx:
        accounts.keep_setting(tx, "a", "b")
    with pytest.raises(Unique), db.write(None) as tx:
        tx.run("INSERT INTO installation (name, value) VALUES ('a', 'b')")


@pytest.mark.parametrize("name", ["\ud800", "a\x00"])
def test_what_no_column_holds_finds_nothing_or_is_the_callers_mistake(db, name):
    found = None
    with contextlib.suppress(Invalid), db.read() as tx:
        found = projects.get(tx, name)

    assert found is None


@pytest.mark.parametrize("number", [10**30, -(10**30)])
def test_a_number_that_no_column_holds_is_the_callers_mistake(db, number):
    with pytest.raises(Invalid), db.write(PROJECT) as tx:
        tx.run("UPDATE event_counters SET last = ? WHERE project_id = ?", number, PROJECT)


def test_percent_and_question_marks_in_values_are_values(db):
    with db.write(None) as tx:
        accounts.keep_setting(tx, "100% ?", "%s ? %(a)s")

    with db.read() as tx:
        assert accounts.setting(tx, "100% ?") == "%s ? %(a)s"
        assert tx.one("SELECT count(*) AS n FROM installation WHERE name LIKE ?", "100\\%%")["n"] in (0, 1)


# Events.


def test_events_are_numbered_from_one_without_a_gap(db):
    for count in (1, 3, 2):
        with db.write(PROJECT) as tx:
            record(tx, count)

    assert numbers(db) == [1, 2, 3, 4, 5, 6]
    with db.read() as tx:
        assert events.last(tx, PROJECT) == 6
        assert events.after(tx, PROJECT, 5, 10)[0].event.fields == ("a", "b")


def test_a_rollback_leaves_no_gap(db):
    for turn in range(10):
        try:
            with db.write(PROJECT) as tx:
                record(tx, 2)
                if turn % 2:
                    tx.number_events()
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass

    assert numbers(db) == list(range(1, 11))


def test_writers_at_once_leave_no_gap(db):
    def write():
        for turn in range(15):
            try:
                with db.write(PROJECT) as tx:
                    record(tx)
                    if turn % 5 == 4:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers(db) == list(range(1, 6 * 12 + 1))


def test_projects_count_their_events_apart(db):
    other = "b" * 24
    with db.write(other) as tx:
        projects.add(tx, Project(other, 0, "Butcher", 100, {}, {}, {}, "u1", 1, 1))
        events.record(tx, System(other), 1, Event(EventName.PROJECT_CREATE))
    with db.write(PROJECT) as tx:
        record(tx)

    with db.read() as tx:
        assert (events.last(tx, PROJECT), events.last(tx, other)) == (1, 1)


def test_the_last_number_is_told_after_the_commit_and_only_then(db):
    told = []
    db.committed.append(lambda project, number: told.append((project, number, numbers(db)[-1])))

    with db.write(PROJECT) as tx:
        record(tx, 2)
        assert told == []
    with pytest.raises(BadProject), db.write("c" * 24) as tx:
        record(tx)
    with db.write(PROJECT):
        pass

    assert told == [(PROJECT, 2, 2)]


def test_events_of_an_unknown_project_are_refused(db):
    with pytest.raises(BadProject), db.write("c" * 24) as tx:
        events.record(tx, System("c" * 24), 1, Event(EventName.LEAD_CREATE))


# Trying again.


def test_a_verb_that_met_another_transaction_is_called_again():
    calls = []

    @retried
    def verb(word):
        calls.append(word)
        if len(calls) < 4:
            raise Contention("in the way")
        return word * 2

    assert verb("a") == "aa"
    assert len(calls) == 4


def test_a_verb_that_never_gets_through_says_so():
    @retried
    def verb():
        raise Contention("always")

    with pytest.raises(Contention, match="always"):
        verb()


def test_one_process_is_told_of_what_another_has_committed(db, database_url):
    woken, stop, seen = threading.Event(), threading.Event(), []
    ready = threading.Event()

    def wake(payload):
        seen.append(payload)
        ready.set()
        if payload is None or payload.startswith(PROJECT):
            woken.set()

    watcher = threading.Thread(target=db.dialect.watch, args=(wake, stop))
    watcher.start()
    try:
        assert ready.wait(10)
        woken.clear()
        other = Database(database_url)
        with other.write(PROJECT) as tx:
            record(tx)
        other.close()
        assert woken.wait(10)
    finally:
        stop.set()
        watcher.join()
