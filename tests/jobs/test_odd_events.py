"""Whatever an event is about, it is planned: nothing that is gone, erased or broken stops what comes after it."""

from collections.abc import Iterator
from unittest import mock

import msgspec
import pytest

from rolodesk.domain.access import System
from rolodesk.domain.conversation import Draft
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.webhook import names_of
from rolodesk.jobs.webhooks import GATHER, Delivering
from rolodesk.sending.http import Poster
from rolodesk.storage import events
from rolodesk.storage.database import Database
from rolodesk.usecases import (
    clock,
    conversations,
    delivering,
    departments,
    merges,
    privacy,
    projects,
    telling,
    webhooks,
)
from rolodesk.usecases.delivering import Bodies, Outcome
from rolodesk.usecases.merges import Ask
from rolodesk.web import webhook_bodies
from tests.cast import Cast, away, make_cast, new_visitor, say
from tests.sending.receiver import receiving

BODIES = Bodies(webhook_bodies.payload, webhook_bodies.subscription, "Rolodesk-Webhooks/1", "")
NOBODY = "f" * 24


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = Database(database_url, pool_size=8)
    yield db
    db.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


def hooked(cast: Cast, url: str = "http://127.0.0.1:1/", *names: str) -> str:
    return webhooks.create(cast.db, cast.admin.agent, url, list(names) or ["*"], private=True).hook.id


def happen(cast: Cast, *found: Event) -> None:
    with cast.db.write(cast.id) as tx:
        for event in found:
            events.record(tx, System(cast.id), clock.now(), event)


def plan(cast: Cast) -> None:
    while delivering.plan(cast.db, cast.id, BODIES)[0]:
        pass


def told(cast: Cast, hook_id: str) -> dict[int, dict]:
    """What is to be sent, by the events' numbers."""
    found, before = {}, None
    while True:
        page = webhooks.of_hook(cast.db, cast.admin.agent, hook_id, None, before, 100)
        found.update({one.number: msgspec.json.decode(one.body or "null") for one, _ in page.entries})
        before = page.older
        if before is None:
            return found


def test_every_event_is_planned_whatever_is_missing_of_it(cast):
    hook, others = hooked(cast), hooked(cast, "http://127.0.0.1:2/")
    everything = []
    for name in EventName:
        everything += [
            Event(name),
            Event(name, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, ("status",)),
            Event(name, subject_id="\u2603,' x"),
            Event(name, subject_id=NOBODY),
            Event(name, NOBODY, conversation_id=NOBODY),
        ]
    happen(cast, *everything)

    with mock.patch.object(telling, "MOST_MESSAGES", 1):
        plan(cast)

    found = told(cast, hook)
    with cast.db.read() as tx:
        all_events = [r for r in events.after(tx, cast.id, 0, 10_000) if r.number > min(found) - 1]
    wanted = [r.number for r in all_events if names_of(r.event)]
    assert sorted(found) == wanted
    assert all(body["payload"]["id_project"] == cast.id for body in found.values())
    assert told(cast, others).keys() == found.keys()


def test_what_is_gone_is_told_by_its_ids(cast):
    away(cast)
    vera = say(cast, cast.visitor, "Hello").view
    viktor = say(cast, cast.other_visitor, "Hello").view
    rid, home = vera.conversation.request_id, vera.home_id
    hook = hooked(cast)
    projects.change_member(cast.db, cast.agent.agent, cast.agent.agent.member_id, available=True)
    conversations.assign(
        cast.db, cast.agent.agent, rid, [cast.agent.person.user_id, cast.admin.person.user_id]
    )
    conversations.add_note(cast.db, cast.agent.agent, rid, "a note")
    say(cast, cast.visitor, "More", rid)
    conversations.close(cast.db, cast.agent.agent, rid)
    place = departments.create(cast.db, cast.owner.agent, {"name": "D"})
    departments.delete(cast.db, cast.owner.agent, place.id)
    merged = merges.merge(cast.db, cast.agent.agent, Ask(viktor.home_id, (home,)))
    merges.undo(cast.db, cast.agent.agent, merged.merges[0].id)
    conversations.delete(cast.db, cast.owner.agent, rid)
    privacy.erase(cast.db, cast.owner.agent, home)
    projects.remove_member(cast.db, cast.owner.agent, cast.agent.agent.member_id)

    plan(cast)

    found = told(cast, hook)
    ids = {}
    for body in found.values():
        assert "Hello" not in str(body["payload"]) or body["payload"].get("_id") != home
        ids.setdefault(body["event"], set()).add(body["payload"]["_id"])
    conversation = vera.conversation.id
    for name in ("request.update", "request.close", "request.delete"):
        assert ids[name] == {conversation}, name
    assert ids["lead.erase"] == {home}
    assert ids["department.create"] == ids["department.delete"] == {place.id}


def test_a_project_that_cannot_be_planned_holds_up_no_other(cast, capsys):
    """An event that this release does not know stands in one project, and another one's are told."""
    away(cast)
    projects.change_member(cast.db, cast.rival.agent, cast.rival.agent.member_id, available=False)
    hooked(cast)
    say(cast, cast.visitor, "Hello")
    guest = new_visitor(cast.db, cast.signing, cast.other_project.id)
    with cast.db.write(cast.id) as tx:
        tx.run(
            "UPDATE events SET name = 'of.tomorrow' WHERE project_id = ? AND name = 'message.create'", cast.id
        )
    with receiving() as receiver:
        for _ in range(3):
            webhooks.create(
                cast.db, cast.rival.agent, f"{receiver.url}/{_}", ["message.create"], private=True
            )
        job = Delivering(cast.db, Poster(private=True), BODIES)
        job.start()
        rid = f"support-group-{cast.other_project.id}-1"
        conversations.post(cast.db, guest.visitor, rid, Draft("Told all the same"))
        got = receiver.received(3)
        job.stop()

    assert {one.said for one in got} == {"Told all the same"}
    assert "of.tomorrow" in "".join(capsys.readouterr())


def test_what_is_written_where_there_are_no_hooks_wakes_nobody(cast):
    away(cast)
    job = Delivering(cast.db, Poster(private=True), BODIES)
    with mock.patch.object(Delivering, "wake") as woken:
        job._turn_once()
        rid = say(cast, cast.visitor, "1").view.conversation.request_id
        assert not woken.called

        hooked(cast, "http://127.0.0.1:1/", "lead.delete")
        job._plan_all()
        for text in "23456":
            say(cast, cast.visitor, text, rid)
        # Once for all that is to be read together.
        assert woken.call_count == 1
        assert 0 <= job.pause() <= GATHER


def test_what_is_answered_after_an_erasure_is_not_kept(cast):
    """The call is on its way while the person is erased, and its receiver says all that it has got."""
    away(cast)
    hook_id = hooked(cast, "http://127.0.0.1:1/", "message.create")
    home = say(cast, cast.visitor, "SECRET").view.home_id
    say(cast, cast.other_visitor, "other")
    plan(cast)
    hook = webhooks.get(cast.db, cast.admin.agent, hook_id)
    parcels = [delivering.claim(cast.db, hook, BODIES) for _ in range(2)]

    privacy.erase(cast.db, cast.owner.agent, home)
    for parcel in parcels:
        delivering.finish(cast.db, parcel, Outcome(500, "no", parcel.body.decode(), 1))

    kept = [tried.answer for tried, *_ in webhooks.history(cast.db, cast.admin.agent, 0)]
    assert sorted(answer is None for answer in kept) == [False, True]
    assert "SECRET" not in str(kept)


def test_a_project_that_has_much_to_tell_leaves_room_for_the_others(cast):
    away(cast)
    projects.change_member(cast.db, cast.rival.agent, cast.rival.agent.member_id, available=False)
    much = hooked(cast, "http://127.0.0.1:1/", "message.create")
    little = webhooks.create(
        cast.db, cast.rival.agent, "http://127.0.0.1:1/", ["message.create"], private=True
    )
    rid = say(cast, cast.visitor, "0").view.conversation.request_id
    for number in range(6):
        say(cast, cast.visitor, str(number), rid)
    guest = new_visitor(cast.db, cast.signing, cast.other_project.id)
    conversations.post(
        cast.db, guest.visitor, f"support-group-{cast.other_project.id}-1", Draft("Hello there")
    )
    job = Delivering(cast.db, Poster(private=True), BODIES)

    with mock.patch.object(delivering, "AT_ONCE", 6):
        job._plan_all()
        assert 0 < len(told(cast, much)) < 7
        assert [one.hook.id for one in waiting_of(cast, 1)] == [little.hook.id]
        assert job.pause() == 0
        while job.pause() == 0:
            job._plan_all()

    assert len(told(cast, much)) == 7


def waiting_of(cast: Cast, count: int) -> list[webhooks.Overview]:
    return [one for one in webhooks.overview(cast.db, cast.rival.agent) if one.waiting == count]


def test_of_a_long_conversation_that_is_closed_the_newest_messages_are_told(cast):
    away(cast)
    rid = say(cast, cast.visitor, "0 " + "x" * 1_000).view.conversation.request_id
    for number in range(1, 25):
        say(cast, cast.visitor, f"{number} " + "x" * 1_000, rid)
    hook = hooked(cast, "http://127.0.0.1:1/", "request.close")
    conversations.close(cast.db, cast.agent.agent, rid)
    say(cast, cast.visitor, "25", rid)
    conversations.close(cast.db, cast.agent.agent, rid)
    with mock.patch.object(telling, "MOST_BYTES", 6_000):
        plan(cast)

    first, second = [body["payload"]["messages"] for _, body in sorted(told(cast, hook).items())]
    assert first == second
    numbers = [int(message["text"].split()[0]) for message in second]
    assert numbers == list(range(numbers[0], 26))
    assert 4 <= len(numbers) <= 6
    for limit in (10, 20, 30, 1_000):
        with mock.patch.object(telling, "MOST_MESSAGES", limit), cast.db.read() as tx:
            view = conversations.view_one(tx, cast.agent.agent, rid)
            kept = telling._last_messages(tx, cast.id, view.conversation)
        assert [one.number for one in kept] == list(range(max(1, 27 - limit), 27))
