"""What a server does about its open sockets from time to time: says ping, drops the silent, and looks again who may
still be there. The server runs in this process, so that its times can be shortened."""

import contextlib
import socket as sockets
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from litestar import Litestar

from rolodesk.config import Settings
from rolodesk.domain.access import Role
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, projects, sign_in
from rolodesk.web.app import create_app
from rolodesk.web.limits import Limit
from rolodesk.web.live import Hub
from rolodesk.web.live import socket as live
from tests.api.client import UNHURRIED
from tests.cast import Cast, join, make_cast, make_person, new_user, new_visitor, reply, say
from tests.web.server import PATIENCE, Ear

SOON = 0.1


@pytest.fixture(scope="module")
def app(module_database_url: str) -> Litestar:
    settings = Settings(database=module_database_url, **UNHURRIED)
    return create_app(settings, Database(module_database_url, pool_size=4))


@pytest.fixture(scope="module")
def port(app: Litestar) -> Iterator[int]:
    """A server in a thread."""
    setup = uvicorn.Config(app, http="httptools", ws="websockets-sansio", log_level="critical", lifespan="on")
    server = uvicorn.Server(setup)
    with contextlib.closing(sockets.create_server(("127.0.0.1", 0))) as listener:
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        serving.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        serving.join(10)


@pytest.fixture(scope="module")
def db(module_database_url: str) -> Iterator[Database]:
    db = Database(module_database_url, pool_size=2)
    yield db
    db.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(live, "PING_EVERY", SOON)
    monkeypatch.setattr(live, "CHECK_EVERY", 0.0)


def ear_of(port, who, cast, *topics, named=True):
    ear = Ear(f"ws://127.0.0.1:{port}/ws" + ("" if named else f"?token=JWT%20{who.token}"))
    if named:
        ear.sign_in(who, cast.id)
    else:
        ear.hear()
    for topic in topics:
        ear.subscribe(topic)
    return ear


def ended(ear):
    """The payload of the next subscription that ends."""
    while True:
        frame = ear.hear()
        if frame["action"] == "subscribed":
            return frame["payload"]


def test_a_ping_comes_and_who_answers_stays_and_who_is_silent_is_dropped(port, cast, monkeypatch):
    # Long enough that who answers is not taken for silent when this process stands still for a moment.
    monkeypatch.setattr(live, "SILENCE", 20 * SOON)
    with ear_of(port, cast.agent, cast) as lively, ear_of(port, cast.agent, cast) as silent:
        until = time.monotonic() + 24 * SOON
        pings = 0
        while time.monotonic() < until:
            assert lively.hear() == {"action": "heartbeat", "payload": {"message": {"text": "ping"}}}
            lively.say("heartbeat", message={"text": "pong"})
            pings += 1
        assert pings >= 3
        lively.say("heartbeat", message={"text": "ping"})
        while lively.hear()["payload"]["message"]["text"] != "pong":
            pass
        assert silent.closed() in (1000, 1005)


@pytest.mark.parametrize("named", [True, False])
def test_whose_session_has_ended_is_sent_away(port, cast, named):
    with ear_of(port, cast.agent, cast, f"/{cast.id}/requests", named=named) as ear:
        sign_in.sign_out(cast.db, cast.agent.person)
        assert ear.closed() == 4401


def test_a_page_goes_with_the_session_that_it_has_its_ticket_of(port, cast):
    with Ear(f"ws://127.0.0.1:{port}/ws") as ear:
        ear.say("signin", ticket=sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person))
        assert ear.hear()["payload"]["success"]
        assert ear.silence(4 * SOON) == []
        sign_in.sign_out(cast.db, cast.agent.person)
        assert ear.closed() == 4401


def test_a_visitor_whose_tokens_are_void_is_sent_away(port, cast):
    guest = new_visitor(cast.db, cast.signing, cast.id)
    with ear_of(port, guest, cast, f"/{cast.id}/messages") as ear:
        assert ear.silence(4 * SOON) == []
        sign_in.sign_out_visitor(cast.db, cast.signing, guest.token)
        assert ear.closed() == 4401


def test_who_leaves_the_project_that_it_has_named_is_sent_away(port, cast):
    with ear_of(port, cast.agent, cast, f"/{cast.id}/requests") as ear:
        projects.remove_member(cast.db, cast.owner.agent, cast.agent.agent.member_id)
        assert ear.closed() == 4401


def test_with_a_membership_its_topics_end_and_the_other_projects_stay(port, cast):
    person = make_person(cast.db, "Bea", "Both", clock.new_id()[-12:])
    both = join(cast.db, cast.signing, cast.owner, Role.AGENT, person)
    there = join(cast.db, cast.signing, cast.rival, Role.AGENT, person)
    rid = say(cast, cast.visitor).view.conversation.request_id
    topic, other = f"/{cast.id}/requests/{rid}/messages", f"/{cast.other_project.id}/requests"
    with ear_of(port, both, cast, topic, other, named=False) as ear:
        projects.remove_member(cast.db, cast.rival.agent, there.agent.member_id)
        assert ended(ear) == {"topic": other, "error": {"code": "forbidden", "msg": "you may not do this"}}
        reply(cast, rid, "still heard")
        assert [p["message"]["text"] for p in ear.published(1)] == ["still heard"]
        assert ear.subscribe(other)[0]["error"]["code"] == "not_found"

        projects.remove_member(cast.db, cast.owner.agent, both.agent.member_id)
        assert ended(ear)["topic"] == topic
        reply(cast, rid, "heard no more")
        assert ear.silence(4 * SOON) == []


def test_with_a_lower_role_what_it_may_not_hear_ends(port, cast):
    own = f"/{cast.id}/project_users/{cast.agent.agent.member_id}"
    leads = f"/{cast.id}/leads"
    with ear_of(port, cast.agent, cast, own, leads) as ear:
        projects.change_member(cast.db, cast.owner.agent, cast.agent.agent.member_id, "teammate")
        assert ended(ear)["topic"] == leads
        assert [p["topic"] for p in ear.published(1)] == [own]
        assert ear.subscribe(leads)[0]["error"]["code"] == "forbidden"
        projects.change_member(cast.db, cast.owner.agent, cast.agent.agent.member_id, "agent")
        assert [p["topic"] for p in ear.published(1)] == [own]
        until = time.monotonic() + PATIENCE
        while "error" in ear.subscribe(leads)[-1] and time.monotonic() < until:
            time.sleep(SOON)
        assert "error" not in ear.subscribe(leads)[-1]


def test_who_goes_leaves_no_seat_behind(app, port, cast):
    hub: Hub = app.state.hub
    with ear_of(port, cast.agent, cast, f"/{cast.id}/requests", named=False) as ear:
        assert cast.id in hub.rooms
        ear.say("unsubscribe", topic=f"/{cast.id}/requests")
        ear.say("heartbeat", message={"text": "ping"})
        ear.hear()
        ear.subscribe(f"/{cast.id}/leads/{'0' * 24}")
        assert cast.id not in hub.rooms
        ear.subscribe(f"/{cast.id}/leads")
    until = time.monotonic() + PATIENCE
    while cast.id in hub.rooms and time.monotonic() < until:
        time.sleep(0.02)
    assert cast.id not in hub.rooms


def test_what_has_changed_for_a_member_or_the_project_counts_at_once(port, cast, monkeypatch):
    monkeypatch.setattr(live, "PING_EVERY", 30.0)
    monkeypatch.setattr(live, "CHECK_EVERY", 300.0)
    person = make_person(cast.db, "Bea", "Both", clock.new_id()[-12:])
    both = join(cast.db, cast.signing, cast.owner, Role.AGENT, person)
    guest = new_visitor(cast.db, cast.signing, cast.id)
    leads, own = f"/{cast.id}/leads", f"/{cast.id}/messages"
    with (
        ear_of(port, cast.agent, cast, leads) as lowered,
        ear_of(port, both, cast, leads) as removed,
        ear_of(port, cast.admin, cast, leads) as other,
        ear_of(port, guest, cast, own) as visiting,
    ):
        projects.change_member(cast.db, cast.owner.agent, cast.agent.agent.member_id, "teammate")
        assert ended(lowered)["topic"] == leads
        projects.remove_member(cast.db, cast.owner.agent, both.agent.member_id)
        assert removed.closed() == 4401
        say(cast, cast.visitor)
        assert [p["topic"] for p in other.published(1)] == [leads]
        assert lowered.silence(SOON) == []

        projects.delete(cast.db, cast.owner.agent)
        assert [ear.closed() for ear in (other, visiting)] == [4401, 4401]


def test_a_visitor_who_types_without_end_is_told_of_no_more_than_its_messages_would_be(app, port, cast):
    limits = app.state.limits
    usual, limits.messages = limits.messages, Limit(0.001, 2, "too many")
    topic = f"/{cast.id}/requests/{say(cast, cast.user).view.conversation.request_id}"
    wordy = new_user(cast.db, cast.signing, cast.id, cast.secret, cast.user.key, firstname="U" * 5_000)
    try:
        with ear_of(port, cast.agent, cast, topic) as ear, ear_of(port, wordy, cast, topic) as typing:
            for _ in range(5):
                typing.say("typing", topic=topic)
            heard = [*ear.typing(2), *ear.silence(4 * SOON)]
            told = [p["message"]["senderFullname"] for p in heard if p["method"] == "TYPING"]
            assert told == ["U" * 200] * 2
    finally:
        limits.messages = usual
