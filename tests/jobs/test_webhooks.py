"""Webhooks against servers that fail, hang and lie: everything arrives, in each contact's order, and who hangs holds up
nobody else."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from unittest import mock

import jwt
import msgspec
import pytest
from standardwebhooks import Webhook as Verifier

from rolodesk.domain import webhook as rules
from rolodesk.domain.errors import RolodeskError
from rolodesk.domain.webhook import DAY, Webhook
from rolodesk.jobs import job as jobs
from rolodesk.jobs.webhooks import Delivering
from rolodesk.sending.addresses import PRIVATE
from rolodesk.sending.http import STATUS, Poster
from rolodesk.storage import events
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, contacts, delivering, emitted, merges, privacy, sign_in, webhooks
from rolodesk.usecases.delivering import Bodies, Outcome
from rolodesk.usecases.merges import Ask
from rolodesk.web import webhook_bodies
from tests.cast import Cast, Guest, away, make_cast, new_request_id, new_visitor, say
from tests.sending.receiver import PATIENCE, Behaviour, Got, close, hang, ok, receiving, status

BODIES = Bodies(
    webhook_bodies.payload, webhook_bodies.subscription, "Rolodesk-Webhooks/1", "https://chat.example"
)
ALL = ["*"]


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = Database(database_url, pool_size=8)
    yield db
    db.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again soon."""
    monkeypatch.setattr(rules, "PAUSES", (0.02, 0.05, 0.1))
    monkeypatch.setattr(jobs, "PAUSE", 0.05)


def hooked(cast: Cast, url: str, *names: str, legacy: bool = False) -> Webhook:
    return webhooks.create(cast.db, cast.admin.agent, url, list(names) or ALL, legacy, private=True).hook


@contextlib.contextmanager
def at_work(cast: Cast, timeout: float = PATIENCE, **more: object) -> Iterator[Delivering]:
    job = Delivering(cast.db, Poster(private=True, timeout=timeout), BODIES, **more)
    job.start()
    try:
        yield job
    finally:
        job.stop()


def waiting(true) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


def talk(cast: Cast, guest: Guest, *texts: str, request_id: str | None = None) -> str:
    """Say these one after the other in one conversation; its request_id."""
    thread = request_id or new_request_id(cast.id)
    for text in texts:
        say(cast, guest, text, thread)
    return thread


@contextlib.contextmanager
def at(moment: int) -> Iterator[None]:
    """The verbs' clock stands at that time."""
    with (
        mock.patch.object(delivering, "now", return_value=moment),
        mock.patch.object(webhooks, "now", return_value=moment),
    ):
        yield


def state(cast: Cast, hook: Webhook) -> Webhook:
    return webhooks.get(cast.db, cast.admin.agent, hook.id)


def listed(cast: Cast, hook: Webhook, of: str | None = None):
    return [one for one, _ in webhooks.of_hook(cast.db, cast.admin.agent, hook.id, of, limit=500).entries]


def messages(got: list[Got]) -> list[str]:
    """The texts of the messages in the order of their first arrival."""
    return list(dict.fromkeys(one.said for one in got if one.body["event"] == "message.create"))


def test_what_happens_is_told_signed_and_once(cast):
    away(cast)
    with receiving() as receiver, at_work(cast):
        hook = hooked(cast, receiver.url)
        talk(cast, cast.visitor, "Hello")
        got = receiver.received(3)
        assert waiting(lambda: len(listed(cast, hook, "delivered")) == 3)
        time.sleep(0.2)
        assert len(receiver.got) == 3

    assert [one.body["event"] for one in got] == ["lead.create", "request.create", "message.create"]
    for one in got:
        assert Verifier(hook.secret).verify(one.content, one.headers) == one.body
        assert one.headers["user-agent"] == "Rolodesk-Webhooks/1"
        assert one.headers["origin"] == "https://chat.example"
        assert one.headers["content-type"] == "application/json"
        assert one.body["hook"] == {**one.body["hook"], "_id": hook.id, "target": receiver.url, "event": "*"}
        assert set(one.body) == {"timestamp", "event", "payload", "hook"}
        assert hook.secret.encode() not in one.content
        assert "x-hook-secret" not in one.headers
    with pytest.raises(Exception, match="signature"):
        Verifier("whsec_" + "A" * 32).verify(got[0].content, got[0].headers)


def test_a_new_secret_and_the_former_one_sign_for_a_day(cast):
    away(cast)
    with receiving() as receiver, at_work(cast):
        old = hooked(cast, receiver.url, "message.create")
        new = webhooks.rotate_secret(cast.db, cast.admin.agent, old.id)
        thread = talk(cast, cast.visitor, "One")
        [first] = receiver.received(1)
        assert waiting(lambda: len(listed(cast, old, "delivered")) == 1)
    assert new.secret != old.secret
    for secret in (old.secret, new.secret):
        Verifier(secret).verify(first.content, first.headers)

    parcel = due(cast, new, thread, clock.now() + DAY + 1)
    assert len(parcel.headers["webhook-signature"].split()) == 1


def due(cast: Cast, hook: Webhook, thread: str, moment: int) -> delivering.Parcel:
    """What is to be sent of a message that is said now, claimed at that moment."""
    talk(cast, cast.visitor, "More", request_id=thread)
    delivering.plan(cast.db, cast.id, BODIES)
    with at(moment):
        parcel = delivering.claim(cast.db, hook, BODIES)
    assert parcel
    return parcel


def test_what_receivers_of_the_reference_look_for_is_there_if_asked_for_and_opens_nothing(cast):
    away(cast)
    with receiving() as receiver, at_work(cast):
        hook = hooked(cast, receiver.url, "message.create", legacy=True)
        talk(cast, cast.visitor, "One")
        [got] = receiver.received(1)

    assert got.headers["x-hook-secret"] == hook.secret
    assert Verifier(hook.secret).verify(got.content, got.headers) == got.body
    claims = jwt.decode(
        got.body["token"], hook.secret, ["HS256"], audience=f"https://chat.example/subscriptions/{hook.id}"
    )
    assert (claims["sub"], claims["exp"] - claims["iat"]) == ("subscription", 300)
    assert "secret" not in claims
    signing = cast.signing
    for claim in ({}, {"aud": cast.id}, {"aud": cast.id, "_id": cast.owner.person.user_id, "sub": "user"}):
        token = jwt.encode({**claims, **claim}, hook.secret, "HS256")
        with pytest.raises(RolodeskError):
            sign_in.visitor(cast.db, signing, cast.id, token)
        with pytest.raises(RolodeskError):
            sign_in.person_of_token(cast.db, signing, token)


# Failing.


def failing_first(times: int, first: Behaviour) -> Behaviour:
    """The first so many of each delivery are answered badly."""
    tries: Counter[str] = Counter()

    def behave(request, got):
        tries[got.id] += 1
        return first(request, got) if tries[got.id] <= times else ok(request, got)

    return behave


@pytest.mark.parametrize("first", [status(500), close, hang])
def test_what_fails_comes_again_as_it_was_and_in_order(cast, first):
    away(cast)
    late = 0.5 if first is hang else PATIENCE
    with receiving(failing_first(2, first)) as receiver, at_work(cast, timeout=late):
        hook = hooked(cast, receiver.url, "message.create")
        talk(cast, cast.visitor, "1", "2", "3")
        got = receiver.received(9)
        assert waiting(lambda: len(listed(cast, hook, "delivered")) == 3)
        assert state(cast, hook).failing_since is None

    assert [one.said for one in got] == [text for text in "123" for _ in range(3)]
    assert len({(one.id, one.content) for one in got}) == 3
    for one, delivery in zip(got[::3], reversed(listed(cast, hook)), strict=True):
        assert (delivery.id, delivery.tries) == (one.id, 3)
    [(delivery, tries), *_] = webhooks.of_hook(cast.db, cast.admin.agent, hook.id).entries
    assert tries[0].status == 200
    assert all(one.error for one in tries[1:])


def test_who_hangs_holds_up_neither_other_contacts_nor_other_hooks(cast):
    away(cast)
    viktor = new_visitor(cast.db, cast.signing, cast.id)

    def behave(request, got):
        return hang(request, got) if got.said.startswith("bad") else ok(request, got)

    with receiving(behave) as receiver, receiving(hang) as dead, receiving() as other, at_work(cast, 0.5):
        lost = [hooked(cast, f"{dead.url}/{n}", "message.create") for n in range(6)]
        hook = hooked(cast, receiver.url, "message.create")
        hooked(cast, other.url, "message.create")
        talk(cast, cast.visitor, "bad 1", "2")
        talk(cast, viktor, "a", "b", "c")
        assert sorted(messages(other.received(5))) == ["2", "a", "b", "bad 1", "c"]
        assert waiting(lambda: {"a", "b", "c"} <= set(messages(receiver.got)))
        assert "2" not in messages(receiver.got)
        assert waiting(lambda: all(state(cast, one).failing_since for one in lost))
        assert state(cast, hook).enabled


def test_however_many_hang_the_next_hook_gets_its_turn(cast):
    away(cast)
    guests = [cast.visitor, cast.other_visitor]
    with receiving(hang) as dead, receiving() as healthy, at_work(cast, 0.5):
        lost = [hooked(cast, f"{dead.url}/{n}", "message.create") for n in range(12)]
        threads = [talk(cast, guest, "unheard") for guest in guests]
        assert waiting(lambda: all(state(cast, one).failing_since for one in lost))
        hooked(cast, healthy.url, "message.create")
        for n in range(5):
            for guest, thread in zip(guests, threads, strict=True):
                talk(cast, guest, f"{thread[-4:]} {n}", request_id=thread)
        healthy.received(10)
        before = Counter(one.path for one in dead.got)
        assert waiting(lambda: len(Counter(one.path for one in dead.got) - before) == len(lost))


def test_a_contacts_order_holds_across_merge_and_undo(cast):
    """What the loser's visitor says before, between and after, with a receiver that fails every other time."""
    away(cast)
    flaky, turn = [status(500), ok], iter(range(10_000))
    with receiving(lambda request, got: flaky[next(turn) % 2](request, got)) as receiver, at_work(cast):
        hook = hooked(cast, receiver.url)
        vera, viktor = cast.visitor, cast.other_visitor
        threads = [talk(cast, vera, "vera 1"), talk(cast, viktor, "viktor 1")]
        ids = [home(cast, vera), home(cast, viktor)]
        merged = merges.merge(cast.db, cast.agent.agent, Ask(ids[0], (ids[1],)))
        talk(cast, vera, "vera 2", request_id=threads[0])
        talk(cast, viktor, "viktor 2", request_id=threads[1])
        merges.undo(cast.db, cast.agent.agent, merged.merges[0].id)
        talk(cast, viktor, "viktor 3", request_id=threads[1])
        contacts.update(cast.db, cast.agent.agent, ids[0], {"city": "Rome"})
        assert waiting(lambda: len(listed(cast, hook, "delivered")) == 12)
        got = receiver.got

    order = [one.id for one in got]
    first = list(dict.fromkeys(order))
    numbers = {one.id: one.number for one in listed(cast, hook)}
    concerned = {one.number: rules.line_of(one.event) for one in events_of(cast)}
    for contact in ids:
        line = [numbers[one] for one in first if contact in concerned[numbers[one]]]
        assert len(line) > 5
        assert line == sorted(line)
    names = [one.body["event"] for one in got]
    assert names.count("lead.merge") == names.count("lead.unmerge") == 2
    said = messages(got)
    assert [one for one in said if one.startswith("viktor")] == ["viktor 1", "viktor 2", "viktor 3"]


def home(cast: Cast, guest: Guest) -> str:
    with cast.db.read() as tx:
        row = tx.one("SELECT contact_id FROM identities WHERE project_id = ? AND key = ?", cast.id, guest.key)
    assert row
    return row["contact_id"]


# Giving up.


def failed(cast: Cast, hook: Webhook, moment: int, code: int = 500) -> bool:
    """Let the next delivery fail at that moment; whether that has switched the hook off."""
    with at(moment):
        parcel = delivering.claim(cast.db, hook, BODIES)
        assert parcel
        return delivering.finish(cast.db, parcel, Outcome(code, STATUS, "no", 5))


def through(cast: Cast, hook: Webhook, moment: int) -> str:
    with at(moment):
        parcel = delivering.claim(cast.db, hook, BODIES)
        assert parcel
        delivering.finish(cast.db, parcel, Outcome(200, None, "yes", 5))
    return msgspec.json.decode(parcel.body)["payload"]["text"]


def test_a_hook_through_which_nothing_goes_for_a_day_is_switched_off_and_goes_on_later(cast):
    away(cast)
    hook = hooked(cast, "http://127.0.0.1:1/", "message.create")
    thread = talk(cast, cast.visitor, "1", "2")
    assert delivering.plan(cast.db, cast.id, BODIES)[0] is False
    start = clock.now() + 1_000

    assert not failed(cast, hook, start)
    assert state(cast, hook).failing_since == start
    assert not failed(cast, hook, start + DAY - 1_000)
    assert failed(cast, hook, start + DAY)
    off = state(cast, hook)
    assert (off.enabled, off.reason, off.disabled_by) == (False, "failing", "system")
    assert webhooks.is_any_off(cast.db, cast.admin.agent)
    last = events_of(cast)[-1]
    assert (last.event.name.value, last.event.fields, last.actor_kind) == (
        "webhook.disable",
        ("failing",),
        "system",
    )
    with at(start + DAY + 1):
        assert delivering.to_send(cast.db) == []
        assert delivering.claim(cast.db, off, BODIES) is None
    talk(cast, cast.visitor, "3", request_id=thread)
    delivering.plan(cast.db, cast.id, BODIES)
    assert len(listed(cast, hook)) == 2

    with at(start + 2 * DAY):
        webhooks.update(cast.db, cast.admin.agent, hook.id, {"enabled": True})
    delivering.plan(cast.db, cast.id, BODIES)
    assert not failed(cast, hook, start + 2 * DAY)
    assert [through(cast, hook, start + 2 * DAY + 60_000 + n) for n in range(3)] == ["1", "2", "3"]
    assert listed(cast, hook, "waiting") == []
    assert not webhooks.is_any_off(cast.db, cast.admin.agent)


def test_what_alone_fails_for_a_day_is_given_up_and_the_next_of_its_contact_goes(cast):
    away(cast)
    hook = hooked(cast, "http://127.0.0.1:1/", "message.create")
    talk(cast, cast.visitor, "bad", "next")
    delivering.plan(cast.db, cast.id, BODIES)
    start = clock.now() + 1_000
    assert not failed(cast, hook, start)
    talk(cast, cast.other_visitor, "fine")
    delivering.plan(cast.db, cast.id, BODIES)
    with at(start + DAY - 5_000):
        while (parcel := delivering.claim(cast.db, hook, BODIES)) is not None:
            text = msgspec.json.decode(parcel.body)["payload"]["text"]
            bad = text == "bad"
            delivering.finish(
                cast.db, parcel, Outcome(500, STATUS, None, 1) if bad else Outcome(200, None, None, 1)
            )

    assert not failed(cast, hook, start + DAY)
    assert [one.state for one in reversed(listed(cast, hook))] == ["given_up", "waiting", "delivered"]
    assert through(cast, hook, start + DAY) == "next"


def test_a_receiver_that_is_gone_is_not_asked_again(cast):
    away(cast)
    told = []
    with receiving(status(410)) as receiver, at_work(cast, on_disabled=told.append):
        hook = hooked(cast, receiver.url, "message.create")
        talk(cast, cast.visitor, "1", "2")
        assert waiting(lambda: told)
        time.sleep(0.3)
        assert len(receiver.got) == 1

    assert [one.id for one in told] == [hook.id]
    notice = delivering.notice_of(told[0], "https://chat.example")
    assert f"https://chat.example/p/{cast.id}/settings/webhooks/{hook.id}" in notice.text
    assert hook.secret not in notice.text
    assert state(cast, hook).reason == "gone"
    assert len(listed(cast, hook, "waiting")) == len(listed(cast, hook))


def test_private_addresses_are_refused_at_every_delivery(cast):
    away(cast)
    hook = hooked(cast, "http://127.0.0.1:9/", "message.create")
    job = Delivering(cast.db, Poster(private=False), BODIES)
    job.start()
    talk(cast, cast.visitor, "1")
    assert waiting(lambda: any(one.error for one in listed(cast, hook)))
    job.stop()

    assert listed(cast, hook)[0].error == PRIVATE


# Sent again, tests.


def test_a_test_is_sent_once_whatever_the_hook_does(cast):
    with receiving(status(500)) as receiver, at_work(cast):
        hook = hooked(cast, receiver.url, "message.create")
        webhooks.update(cast.db, cast.admin.agent, hook.id, {"enabled": False})
        sent = webhooks.test(cast.db, cast.admin.agent, hook.id, webhook_bodies.subscription)
        [got] = receiver.received(1)
        assert waiting(lambda: listed(cast, hook, "given_up"))
        time.sleep(0.2)
        assert len(receiver.got) == 1

    assert (got.id, got.body["event"]) == (sent.id, "webhook.test")
    assert state(cast, hook).failing_since is None


def test_what_has_been_delivered_is_sent_again_as_it_was_out_of_turn(cast):
    away(cast)
    with receiving() as receiver, at_work(cast):
        hook = hooked(cast, receiver.url, "message.create")
        talk(cast, cast.visitor, "1", "2")
        assert waiting(lambda: len(listed(cast, hook, "delivered")) == 2)
        first = listed(cast, hook)[-1]
        webhooks.send_again(cast.db, cast.admin.agent, hook.id, first.id)
        got = receiver.received(3)
        assert waiting(lambda: len(listed(cast, hook, "delivered")) == 2)

    assert [one.said for one in got] == ["1", "2", "1"]
    assert (got[0].id, got[0].content) == (got[2].id, got[2].content)


# Several processes, and those that end.


def test_two_processes_share_the_work(cast, database_url):
    """Each in its own thread with its own database; on a file there is one process, and these are still two jobs."""
    away(cast)
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(4)]
    elsewhere = Database(database_url, pool_size=8)
    flaky, turn = [ok, ok, status(500)], iter(range(10_000))
    with receiving(lambda request, got: flaky[next(turn) % 3](request, got)) as receiver:
        hook = hooked(cast, receiver.url, "message.create")
        jobs = [Delivering(db, Poster(True, 2), BODIES) for db in (cast.db, elsewhere)]
        for job in jobs:
            job.start()
        speakers = [
            threading.Thread(target=talk, args=(cast, guest, *(f"{n} {i}" for i in range(10))))
            for n, guest in enumerate(guests)
        ]
        for speaker in speakers:
            speaker.start()
        for speaker in speakers:
            speaker.join()
        assert waiting(lambda: len(listed(cast, hook, "delivered")) == 40)
        for job in jobs:
            job.stop()
        got = list(receiver.got)
    elsewhere.close()

    said = messages(got)
    for n in range(4):
        assert [one for one in said if one.startswith(f"{n} ")] == [f"{n} {i}" for i in range(10)]
    assert len({one.id for one in got}) == 40
    done = Counter(one.id for one in got)
    assert sum(done.values()) == sum(one.tries for one in listed(cast, hook))


def test_a_job_that_ends_gives_back_what_is_on_its_way(cast):
    away(cast)
    with receiving(hang) as receiver:
        hook = hooked(cast, receiver.url, "message.create")
        begun = time.monotonic()
        with at_work(cast, timeout=60):
            talk(cast, cast.visitor, "1")
            receiver.received(1)
        assert time.monotonic() - begun < PATIENCE
        [delivery] = listed(cast, hook)
        assert (delivery.state, delivery.tries, delivery.due_at <= clock.now()) == ("waiting", 0, True)
        receiver.behave = ok
        with at_work(cast):
            receiver.received(2)


def test_what_a_killed_process_had_claimed_comes_again(cast):
    away(cast)
    hook = hooked(cast, "http://127.0.0.1:1/", "message.create")
    talk(cast, cast.visitor, "1")
    delivering.plan(cast.db, cast.id, BODIES)
    first = delivering.claim(cast.db, hook, BODIES)
    assert first
    assert delivering.claim(cast.db, hook, BODIES) is None
    assert delivering.to_send(cast.db) == []

    with at(clock.now() + delivering.LEASE + 1):
        second = delivering.claim(cast.db, hook, BODIES)
        assert second
        assert second.delivery.id == first.delivery.id
        delivering.finish(cast.db, first, Outcome(200, None, None, 1))
        assert listed(cast, hook)[0].state == "waiting"
        delivering.finish(cast.db, second, Outcome(200, None, None, 1))
    assert listed(cast, hook)[0].state == "delivered"
    delivering.take_back(cast.db)


def test_what_is_old_is_forgotten(cast, monkeypatch):
    away(cast)
    monkeypatch.setattr(delivering, "DELETED_AT_ONCE", 2)
    hook = hooked(cast, "http://127.0.0.1:1/", "message.create")
    talk(cast, cast.visitor, *"12345")
    delivering.plan(cast.db, cast.id, BODIES)
    for _ in range(4):
        through(cast, hook, clock.now() + 1_000)
    delivering.forget_old(cast.db)
    assert len(listed(cast, hook)) == 5

    with at(clock.now() + 31 * DAY):
        delivering.forget_old(cast.db)

    assert [one.state for one in listed(cast, hook)] == ["waiting"]


# Erasing.


def test_nothing_of_an_erased_person_stays_or_is_sent(cast):
    away(cast)
    hook = hooked(cast, "http://127.0.0.1:1/", "*")
    emitted.emit(cast.db, cast.visitor.visitor, "checkout", {"note": "SECRET-0"})
    delivering.plan(cast.db, cast.id, BODIES)
    thread = talk(cast, cast.visitor, "SECRET-1", "SECRET-2")
    emitted.emit(cast.db, cast.visitor.visitor, "checkout", {"note": "SECRET-4"})
    talk(cast, cast.other_visitor, "kept")
    delivering.plan(cast.db, cast.id, BODIES)
    mine, others = home(cast, cast.visitor), home(cast, cast.other_visitor)
    merged = merges.merge(cast.db, cast.owner.agent, Ask(others, (mine,)))
    talk(cast, cast.visitor, "SECRET-3", request_id=thread)
    contacts.update(cast.db, cast.agent.agent, others, {"city": "Rome"})
    delivering.plan(cast.db, cast.id, BODIES)
    moment = clock.now() + 1_000
    with at(moment):
        parcel = delivering.claim(cast.db, hook, BODIES)
        delivering.finish(cast.db, parcel, Outcome(200, None, "thanks, SECRET-1", 1))
    merges.undo(cast.db, cast.owner.agent, merged.merges[0].id)
    delivering.plan(cast.db, cast.id, BODIES)
    assert "SECRET" in everything(cast)

    privacy.erase(cast.db, cast.owner.agent, mine)

    assert "SECRET" not in everything(cast)
    assert "kept" in everything(cast)
    delivering.plan(cast.db, cast.id, BODIES)
    with receiving() as receiver, at_work(cast):
        webhooks.update(cast.db, cast.admin.agent, hook.id, {"target": receiver.url}, private=True)
        assert waiting(lambda: not listed(cast, hook, "waiting"))
        got = receiver.got
    sent = [one for one in got if one.body["event"] == "lead.erase"]
    assert [one.body["payload"] for one in sent] == [{"_id": mine, "id_project": cast.id, "erased": True}]
    assert not any(b"SECRET" in one.content for one in got)
    with pytest.raises(RolodeskError):
        webhooks.send_again(cast.db, cast.admin.agent, hook.id, parcel.delivery.id)


def test_an_erasure_while_deliveries_are_being_planned_is_seen(cast):
    """The bodies are made, then the person is erased, then they were to be written."""
    away(cast)
    hook = hooked(cast, "http://127.0.0.1:1/", "message.create")
    talk(cast, cast.visitor, "SECRET-1")
    mine = home(cast, cast.visitor)

    def made(told, project_id):
        body = webhook_bodies.payload(told, project_id)
        if not erased:
            erased.append(privacy.erase(cast.db, cast.owner.agent, mine))
        return body

    erased: list[None] = []
    bodies = Bodies(made, webhook_bodies.subscription, "", "")
    more, _ = delivering.plan(cast.db, cast.id, bodies)
    assert more
    assert listed(cast, hook) == []
    delivering.plan(cast.db, cast.id, bodies)

    assert len(listed(cast, hook)) == 1
    assert "SECRET" not in everything(cast)


def everything(cast: Cast) -> str:
    """All that is kept of what was and is to be sent, and of what was answered."""
    with cast.db.read() as tx:
        rows = [
            *tx.all("SELECT body AS kept FROM webhook_deliveries WHERE project_id = ?", cast.id),
            *tx.all("SELECT answer AS kept FROM webhook_tries WHERE project_id = ?", cast.id),
        ]
    return " ".join(row["kept"] or "" for row in rows)


def events_of(cast: Cast):
    with cast.db.read() as tx:
        return events.after(tx, cast.id, 0, 1_000)


# What costs nothing.


def test_where_nothing_is_wanted_nothing_is_written(cast):
    away(cast)
    hook = hooked(cast, "http://127.0.0.1:1/", "lead.delete")
    talk(cast, cast.visitor, "1", "2")

    more, looked = delivering.plan(cast.db, cast.id, BODIES)
    assert (more, state(cast, hook).planned) == (False, hook.planned)
    with mock.patch.object(delivering, "told", side_effect=AssertionError):
        assert delivering.plan(cast.db, cast.id, BODIES, looked) == (False, looked)


def test_an_event_that_cannot_be_told_stops_nothing(cast, capsys):
    away(cast)

    def payload(told, project_id):
        if told.happening.message.text == "1":
            raise ValueError("broken")
        return webhook_bodies.payload(told, project_id)

    broken = Bodies(payload, webhook_bodies.subscription, "", "")
    with receiving() as receiver:
        hooked(cast, receiver.url, "message.create")
        job = Delivering(cast.db, Poster(private=True), broken)
        job.start()
        talk(cast, cast.visitor, "1", "2")
        got = receiver.received(2)
        job.stop()

    assert "text" not in got[0].body["payload"]
    assert got[1].said == "2"
    assert "broken" in "".join(capsys.readouterr())
