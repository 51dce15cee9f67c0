"""Deleting a project for good."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rolodesk.domain.errors import BadProject, Forbidden, RolodeskError
from rolodesk.storage import removal as tables
from rolodesk.storage.database import Contention
from rolodesk.usecases import blocking, contacts, emitted, labels, merges, projects, removal, sign_in
from rolodesk.usecases.merges import Ask
from tests.cast import say
from tests.usecases.test_isolation import World


def counts(db, project_id):
    """How many rows each table has of a project; the tables are read from the database."""
    with db.read() as tx:
        return {
            table.name: tx.one(f"SELECT count(*) AS n FROM {table.name} WHERE project_id = ?", project_id)[
                "n"
            ]
            for table in tx.tables()
        }


@pytest.fixture
def world(cast):
    world = World(cast)
    labels.put(cast.db, cast.owner.agent, "IT", {"a": "b"})
    mine = [
        contacts.create(cast.db, cast.rival.agent, {"fullname": "Their own"}).contact.id for _ in range(3)
    ]
    merges.merge(cast.db, cast.rival.agent, Ask(mine[0], (mine[1],)))
    return world


def test_nothing_of_it_is_left_and_nothing_of_another_is_touched(cast, world, monkeypatch):
    monkeypatch.setattr(removal, "AT_ONCE", 3)
    before = counts(cast.db, cast.id)
    theirs = counts(cast.db, cast.other_project.id)
    assert sum(1 for count in before.values() if count) > 30
    assert before["contacts"] > 3

    removal.remove(cast.db, cast.owner.agent)

    assert {name: count for name, count in counts(cast.db, cast.id).items() if count} == {}
    assert counts(cast.db, cast.other_project.id) == theirs
    with cast.db.read() as tx:
        assert tx.one("SELECT id FROM projects WHERE id = ?", cast.id) is None
    with pytest.raises(BadProject):
        sign_in.agent(cast.db, cast.owner.person, cast.id)
    assert contacts.get(cast.db, cast.rival.agent, contacts.create(cast.db, cast.rival.agent, {}).contact.id)


def test_it_is_for_the_owner_alone(cast):
    for colleague in (cast.admin, cast.agent):
        with pytest.raises(Forbidden):
            removal.remove(cast.db, colleague.agent)


def test_what_a_crash_has_interrupted_is_finished_later(cast, world, monkeypatch):
    def crash(*_):
        raise RuntimeError("the power fails")

    with monkeypatch.context() as patched:
        patched.setattr(removal, "_rest", crash)
        with pytest.raises(RuntimeError):
            removal.remove(cast.db, cast.owner.agent)
    with pytest.raises(BadProject):
        sign_in.agent(cast.db, cast.owner.person, cast.id)
    assert projects.of_person(cast.db, cast.owner.person) == []
    assert removal.finish(cast.db) == 0

    monkeypatch.setattr(removal, "INTERRUPTED", -1)
    assert removal.finish(cast.db) == 1
    assert not any(counts(cast.db, cast.id).values())


def test_who_writes_while_it_is_deleted_is_told_that_it_is_not_there(cast, world, monkeypatch):
    monkeypatch.setattr(removal, "AT_ONCE", 3)
    begun, told = threading.Barrier(4), []

    def write(guest):
        for number in range(400):
            if number == 2:
                begun.wait(10)
            try:
                say(cast, guest, f"Hello {number}")
                blocking.ban(cast.db, cast.owner.agent, f"ugo-{number}")
                emitted.emit(cast.db, guest.visitor, "clicked")
            except (RolodeskError, Contention) as error:
                told.append(error)
                if isinstance(error, BadProject):
                    return

    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, guest) for guest in (cast.visitor, cast.other_visitor, cast.user)]
        begun.wait(10)
        removal.remove(cast.db, cast.owner.agent)
        for one in writing:
            one.result()
    assert [error for error in told if isinstance(error, BadProject)]
    assert not any(counts(cast.db, cast.id).values())


def test_every_table_of_a_project_has_its_place(cast):
    with cast.db.read() as tx:
        ordered = tables.tables(tx)
    names = [table.name for table in ordered]
    assert {"contacts", "messages", "labels", "bans"} <= set(names)
    for at, table in enumerate(ordered):
        assert not table.refers_to & set(names[:at]), table.name
