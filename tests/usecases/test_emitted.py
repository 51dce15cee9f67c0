"""Custom events: emitted by anybody, read by the team, forgotten after an hour."""

import time

import pytest

from rolodesk.domain.access import Visitor
from rolodesk.domain.emitted import member_of
from rolodesk.domain.errors import Forbidden, Invalid, NotFound, TooLarge, Unauthenticated
from rolodesk.jobs.custom_events import Forgetting
from rolodesk.storage import emitted as stored
from rolodesk.usecases import emitted, follow, sign_in
from tests.cast import everybody, new_visitor, say

HOUR = 3_600_000


def names(cast, member_id=None, name=None):
    found, total = emitted.find(cast.db, cast.agent.agent, member_id, name, 50)
    assert total == len(found)
    return [view.emitted.name for view in found]


def rows(cast):
    with cast.db.read() as tx:
        return [row["name"] for row in tx.all("SELECT name FROM emitted WHERE project_id = ?", cast.id)]


def test_what_a_visitor_emits_before_it_speaks_makes_no_contact_and_is_its_own_afterwards(cast):
    early = emitted.emit(cast.db, cast.visitor.visitor, "page", {"url": "/"})
    assert everybody(cast) == []
    assert early.member_id == member_of(cast.id, cast.visitor.key)
    assert (early.who.key, early.who.kind) == (cast.visitor.key, "anonymous")
    assert names(cast, early.member_id) == ["page"]

    identity = say(cast, cast.visitor).view.identity
    late = emitted.emit(cast.db, cast.visitor.visitor, "checkout")
    emitted.emit(cast.db, cast.other_visitor.visitor, "other")

    assert late.member_id == identity.id
    assert names(cast, identity.id) == names(cast, early.member_id) == ["checkout", "page"]
    assert names(cast, identity.id, "page") == ["page"]
    assert names(cast) == ["other", "checkout", "page"]
    assert emitted.get(cast.db, cast.agent.agent, early.emitted.id).member_id == identity.id
    found, _ = emitted.newest(cast.db, cast.agent.agent, identity.id)
    assert [view.emitted.attributes for view in found] == [None, {"url": "/"}]


def test_it_is_an_event_of_the_project_with_the_identity_alone(cast):
    before = follow.last(cast.db, cast.id)
    identity = say(cast, cast.visitor).view.identity
    made = [emitted.emit(cast.db, who, "x") for who in (cast.visitor.visitor, cast.agent.agent)]

    told = [h.recorded for h in follow.happenings(cast.db, cast.id, before, 50, ())][-2:]
    assert [r.event.name.value for r in told] == ["event.emit"] * 2
    assert [r.event.subject_id for r in told] == [view.emitted.id for view in made]
    assert [r.event.identity_id for r in told] == [identity.id, None]
    assert {r.event.contact_id for r in told} == {None}
    assert made[1].member_id == cast.agent.agent.member_id
    assert made[1].who.user_id == cast.agent.person.user_id


def test_after_an_hour_it_is_shown_no_more_and_what_writes_next_forgets_it(cast, monkeypatch):
    real = emitted.now
    for count in range(3):
        monkeypatch.setattr(emitted, "now", lambda count=count: real() - HOUR + count)
        old = emitted.emit(cast.db, cast.visitor.visitor, f"old {count}")
    monkeypatch.setattr(emitted, "now", lambda: real() + 10)
    assert names(cast) == []
    with pytest.raises(NotFound):
        emitted.get(cast.db, cast.agent.agent, old.emitted.id)
    assert len(rows(cast)) == 3

    emitted.emit(cast.db, cast.visitor.visitor, "new")
    assert rows(cast) == names(cast) == ["new"]


def test_the_job_forgets_where_nobody_emits_any_more(cast, monkeypatch):
    real = emitted.now
    monkeypatch.setattr(emitted, "now", lambda: real() - 2 * HOUR)
    for count in range(230):
        emitted.emit(cast.db, cast.visitor.visitor, f"old {count}")
    monkeypatch.setattr(emitted, "now", real)
    guest = new_visitor(cast.db, cast.signing, cast.other_project.id)
    emitted.emit(cast.db, guest.visitor, "young")

    job = Forgetting(cast.db)
    job.start()
    until = time.monotonic() + 30
    while rows(cast) and time.monotonic() < until:
        time.sleep(0.02)
    job.stop()

    assert rows(cast) == []
    assert emitted.find(cast.db, cast.rival.agent, None, None, 9)[1] == 1
    assert emitted.forget_old(cast.db) == 0


@pytest.mark.parametrize(
    ("name", "attributes", "refused"),
    [
        (None, None, Invalid),
        ("", None, Invalid),
        ("  ", None, Invalid),
        (7, None, Invalid),
        (["x"], None, Invalid),
        ("a\x00", None, Invalid),
        ("\ud800", None, Invalid),
        ("x" * 101, None, Invalid),
        ("x", [1], Invalid),
        ("x", "y", Invalid),
        ("x", {"y": "\ud800"}, Invalid),
        ("x", {"y": "z" * 16_400}, TooLarge),
    ],
)
def test_odd_names_and_large_attributes_are_refused(cast, name, attributes, refused):
    with pytest.raises(refused):
        emitted.emit(cast.db, cast.visitor.visitor, name, attributes)
    assert rows(cast) == []


def test_the_limits_themselves_are_taken(cast):
    emitted.emit(cast.db, cast.visitor.visitor, "x" * 100, {"y": "z" * 16_000, "\x00": "a\x00b"})
    assert names(cast) == ["x" * 100]


def test_only_the_team_reads_and_only_its_own_project(cast):
    made = emitted.emit(cast.db, cast.visitor.visitor, "secret")
    for actor in (cast.visitor.visitor, cast.teammate.agent):
        for verb, given in ((emitted.find, (None, None, 9)), (emitted.get, (made.emitted.id,))):
            with pytest.raises(Forbidden):
                verb(cast.db, actor, *given)
        with pytest.raises(Forbidden):
            emitted.newest(cast.db, actor, made.member_id)
    assert emitted.find(cast.db, cast.rival.agent, made.member_id, None, 9) == ([], 0)
    assert emitted.newest(cast.db, cast.rival.agent, made.member_id)[0] == []
    with pytest.raises(NotFound):
        emitted.get(cast.db, cast.rival.agent, made.emitted.id)


def test_very_many_are_counted_no_further_than_anybody_looks(cast, monkeypatch):
    monkeypatch.setattr(stored, "COUNT_CAP", 2)
    for _ in range(5):
        emitted.emit(cast.db, cast.visitor.visitor, "clicked")
    found, total = emitted.find(cast.db, cast.agent.agent, None, None, 9)
    assert (len(found), total) == (5, 3)


def test_a_visitor_whose_tokens_are_void_emits_nothing_more(cast):
    guest = new_visitor(cast.db, cast.signing, cast.id)
    sign_in.sign_out_visitor(cast.db, cast.signing, guest.token)
    stale = Visitor(cast.id, "anonymous", guest.key, {}, 1)
    with pytest.raises(Unauthenticated):
        emitted.emit(cast.db, stale, "late")
    assert rows(cast) == []
