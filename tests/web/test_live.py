"""The live socket of a real server, on both databases."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, conversations, projects, sign_in
from tests.cast import Cast, make_cast, new_request_id, new_visitor, reply, say
from tests.web.server import PATIENCE, Ear, Server, ears


@pytest.fixture(scope="module")
def server(module_database_url: str) -> Iterator[Server]:
    with Server(module_database_url) as server:
        yield server
        assert "error" not in server.said()


@pytest.fixture(scope="module")
def db(module_database_url: str) -> Iterator[Database]:
    db = Database(module_database_url, pool_size=4)
    yield db
    db.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return make_cast(db)


def ear_of(server: Server, who: Any, cast: Cast) -> Ear:
    ear = server.ear()
    ear.sign_in(who, cast.id)
    return ear


# Signing in.


def test_signing_in_by_a_frame_tells_the_last_event(server, cast):
    posted = say(cast, cast.visitor)
    with server.ear() as ear:
        number = ear.sign_in(cast.agent, cast.id)

    with cast.db.read() as tx:
        assert tx.one("SELECT max(number) AS n FROM events WHERE project_id = ?", cast.id)["n"] == number
    assert posted.message.text == "Hello"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"token": "JWT nonsense"},
        {"token": "JWT nonsense", "id_project": "{P}"},
        {"token": 12, "id_project": "{P}"},
        {"token": "{agent}", "id_project": "{other}"},
        {"token": "{visitor}", "id_project": "{other}"},
        {"token": "{agent}", "id_project": "zzz"},
        {"ticket": "nonsense"},
        {"ticket": "{agent}"},
    ],
)
def test_a_wrong_sign_in_is_closed_with_4401(server, cast, payload):
    said = json.dumps(payload).replace("{P}", cast.id).replace("{other}", cast.other_project.id)
    said = said.replace("{agent}", cast.agent.token).replace("{visitor}", cast.visitor.token)
    with server.ear() as ear:
        ear.say("signin", **json.loads(said))
        frame = ear.hear()
        code = ear.closed()

    assert frame["payload"]["success"] is False
    assert frame["payload"]["msg"]
    assert code == 4401


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "1", '{"action": 1}', '{"action": "subscribe"}', "\x00"]
)
def test_whatever_else_comes_first_is_closed_with_4401(server, text):
    with server.ear() as ear:
        ear.socket.send(text)
        assert ear.closed() == 4401


def test_the_address_may_carry_a_token_and_no_log_line_holds_it(server, cast):
    with server.ear(f"?token=JWT%20{cast.agent.token}&id_project={cast.id}") as ear:
        assert ear.hear()["payload"]["success"]
        assert ear.subscribe(f"/{cast.id}/requests")[-1]["event"] is not None
    with server.ear(f"?token=JWT%20{cast.owner.token}") as ear:
        assert ear.hear() == {"action": "signin", "payload": {"success": True}}
        assert ear.subscribe(f"/{cast.id}/requests")[0]["topic"] == f"/{cast.id}/requests"
    httpx.get(f"{server.address}/api/{cast.id}/leads?token=JWT%20{cast.agent.token}", timeout=PATIENCE)

    assert cast.agent.token[:40] not in server.said()
    assert "token=" not in server.said()


def test_a_ticket_works_once(server, cast):
    ticket = sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person)
    with server.ear() as ear:
        ear.say("signin", ticket=ticket)
        assert ear.hear()["payload"]["success"]
    with server.ear() as ear:
        ear.say("signin", ticket=ticket)
        assert ear.closed() == 4401


def test_a_ticket_is_for_30_seconds(server, cast, monkeypatch):
    real = sign_in.now
    monkeypatch.setattr(sign_in, "now", lambda: real() - 31_000)
    ticket = sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person)
    with server.ear() as ear:
        ear.say("signin", ticket=ticket)
        assert ear.closed() == 4401


def test_another_site_cannot_use_a_ticket(server, cast):
    ticket = sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person)
    with server.ear(origin="https://evil.example") as ear:
        ear.say("signin", ticket=ticket)
        assert ear.closed() == 4401


def test_the_socket_is_also_under_api(server, cast):
    with Ear(f"ws{server.address.removeprefix('http')}/api/ws") as ear:
        assert ear.sign_in(cast.visitor, cast.id) >= 0


# Topics.


def test_a_subscription_begins_with_a_snapshot_and_goes_on(server, cast):
    rid = say(cast, cast.visitor, "first").view.conversation.request_id
    with ear_of(server, cast.agent, cast) as ear:
        snapshot, closing = ear.subscribe(f"/{cast.id}/requests/{rid}/messages")
        server.post(cast.visitor, f"/{cast.id}/requests/{rid}/messages", {"text": "second"})
        (later,) = ear.published(1)

    assert [message["text"] for message in snapshot["message"]] == ["first"]
    assert (snapshot["method"], closing["event"]) == ("CREATE", snapshot["event"])
    assert (later["method"], later["message"]["text"]) == ("CREATE", "second")
    assert later["event"] > closing["event"]


def test_every_topic_of_the_team_has_its_snapshot(server, cast):
    posted = say(cast, cast.visitor)
    rid, lead = posted.view.conversation.request_id, posted.view.identity.contact_id
    topics = {
        f"/{cast.id}/requests": rid,
        f"/{cast.id}/requests/{rid}": rid,
        f"/{cast.id}/requests/{rid}/messages": "Hello",
        f"/{cast.id}/leads/{lead}": lead,
    }
    with ear_of(server, cast.agent, cast) as ear:
        for topic, expected in topics.items():
            assert expected in json.dumps(ear.subscribe(topic)[0])
        assert ear.subscribe(f"/{cast.id}/leads")[0]["message"] == []

        server.post(cast.agent, f"/{cast.id}/leads/{lead}/notes", {"text": "a note"})
        path = f"{server.address}/api/{cast.id}/leads/{lead}"
        httpx.put(path, json={"city": "Rome"}, headers=cast.agent.jwt, timeout=PATIENCE)
        heard = ear.published(2)
    assert {h["topic"] for h in heard} >= {f"/{cast.id}/leads", f"/{cast.id}/leads/{lead}"}


def test_after_an_event_only_what_was_missed_comes(server, cast):
    rid = say(cast, cast.visitor, "known").view.conversation.request_id
    topic = f"/{cast.id}/requests/{rid}/messages"
    with ear_of(server, cast.visitor, cast) as ear:
        number = ear.subscribe(topic)[-1]["event"]
    for text in ("one", "two"):
        reply(cast, rid, text)
    with ear_of(server, cast.visitor, cast) as ear:
        *missed, closing = ear.subscribe(topic, number)

    assert [payload["message"]["text"] for payload in missed] == ["one", "two"]
    assert number < missed[0]["event"] < missed[1]["event"] <= closing["event"]


@pytest.mark.parametrize("after", [10**6, 10**30, -1, True, "3", None, 1.5])
def test_an_after_that_cannot_be_gives_the_snapshot(server, cast, after):
    say(cast, cast.visitor)
    with ear_of(server, cast.agent, cast) as ear:
        ear.say("subscribe", topic=f"/{cast.id}/requests", after=after)
        first = ear.hear()["payload"]
    assert isinstance(first["message"], list) or after is True


def test_unsubscribing_ends_it(server, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    topic = f"/{cast.id}/requests/{rid}/messages"
    with ear_of(server, cast.agent, cast) as ear:
        ear.subscribe(topic)
        ear.say("unsubscribe", topic=topic)
        ear.say("unsubscribe", topic="/never/subscribed")
        ear.say("heartbeat", message={"text": "ping"})
        ear.hear()
        reply(cast, rid)
        assert ear.silence() == []


def test_a_ping_is_answered(server, cast):
    with ear_of(server, cast.visitor, cast) as ear:
        ear.say("heartbeat", message={"text": "ping"})
        assert ear.hear() == {"action": "heartbeat", "payload": {"message": {"text": "pong"}}}


def test_malformed_frames_are_passed_over(server, cast):
    with ear_of(server, cast.visitor, cast) as ear:
        for text in (
            "",
            "{",
            "[]",
            "null",
            '{"action": 1}',
            '{"action": "x"}',
            "[" * 5_000,
            '"\\ud800"',
            "\x00",
        ):
            ear.socket.send(text)
        for payload in (
            "1",
            "[]",
            '{"topic": 1}',
            '{"topic": "\\ud800"}',
            '{"topic": ""}',
            '{"topic": null}',
        ):
            for action in ("subscribe", "unsubscribe", "typing", "heartbeat", "publish", "signin"):
                ear.socket.send(f'{{"action": "{action}", "payload": {payload}}}')
        ear.socket.send(b"\xff\x00 binary")
        ear.say("heartbeat", message={"text": "ping"})
        while ear.hear()["action"] != "heartbeat":
            pass
        assert ear.subscribe(f"/{cast.id}/requests")[-1]["event"] is not None


def test_a_frame_that_is_too_long_ends_the_connection(server, cast):
    with ear_of(server, cast.visitor, cast) as ear:
        ear.say("typing", topic="x" * 70_000)
        assert ear.closed() in (1009, 1000, None)


def test_a_client_has_at_most_200_topics(server, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    with ear_of(server, cast.agent, cast) as ear:
        others = [say(cast, new_visitor(cast.db, cast.signing, cast.id)) for _ in range(67)]
        names = [p.view.conversation.request_id for p in others]
        leads = [p.view.identity.contact_id for p in others]
        topics = [f"/{cast.id}/requests/{n}" for n in names] + [
            f"/{cast.id}/requests/{n}/messages" for n in names
        ]
        topics += [f"/{cast.id}/leads/{lead}" for lead in leads]
        for topic in topics[:200]:
            assert "error" not in ear.subscribe(topic)[-1]
        assert ear.subscribe(f"/{cast.id}/requests/{rid}")[-1]["error"]["code"] == "too_many"
        assert "error" not in ear.subscribe(topics[0])[-1]  # again, which is no further one
        ear.say("unsubscribe", topic=topics[0])
        assert "error" not in ear.subscribe(f"/{cast.id}/requests/{rid}")[-1]


# Who may hear what.


def test_a_visitor_hears_its_own_alone(server, cast):
    mine = say(cast, cast.visitor, "mine").view.conversation.request_id
    with ears(ear_of(server, cast.visitor, cast), ear_of(server, cast.other_visitor, cast)) as (own, other):
        for topic in (f"/{cast.id}/requests", f"/{cast.id}/messages"):
            own.subscribe(topic)
            other.subscribe(topic)
        own.subscribe(f"/{cast.id}/requests/{mine}")
        reply(cast, mine, "for you")
        heard = own.published(4)
        assert "for you" in json.dumps(heard)
        assert other.silence() == []
    assert "mine" not in json.dumps(other.frames)


def test_a_visitor_is_refused_what_is_not_its_own(server, cast):
    posted = say(cast, cast.visitor, "mine")
    rid, lead = posted.view.conversation.request_id, posted.view.identity.contact_id
    refused = [f"/{cast.id}/requests/{rid}", f"/{cast.id}/requests/{rid}/messages", f"/{cast.id}/leads"]
    refused += [
        f"/{cast.id}/leads/{lead}",
        f"/{cast.other_project.id}/requests",
        "/nonsense",
        "",
        "x" * 5_000,
    ]
    with ears(ear_of(server, cast.other_visitor, cast), ear_of(server, cast.user, cast)) as heard:
        for ear in heard:
            for topic in refused:
                (only,) = ear.subscribe(topic)
                assert only["error"]["code"], topic
                ear.say("typing", topic=topic)
            reply(cast, rid, "secret")
            httpx.put(
                f"{server.address}/api/{cast.id}/requests/{rid}/seen",
                json={"message": posted.message.id},
                headers=cast.agent.jwt,
                timeout=PATIENCE,
            )
            assert ear.silence() == []


def test_an_agent_of_another_project_is_refused_everything(server, cast):
    posted = say(cast, cast.visitor, "mine")
    rid, lead = posted.view.conversation.request_id, posted.view.identity.contact_id
    topics = ["requests", f"requests/{rid}", f"requests/{rid}/messages", "leads", f"leads/{lead}", "messages"]
    with server.ear() as ear:
        ear.sign_in(cast.stranger, cast.other_project.id)
        for topic in topics:
            assert ear.subscribe(f"/{cast.id}/{topic}")[0]["error"]["code"] == "not_found"
        for topic in topics[1:3] + topics[4:5]:
            assert ear.subscribe(f"/{cast.other_project.id}/{topic}")[0]["error"]["code"] == "not_found"
        ear.subscribe(f"/{cast.other_project.id}/requests")
        ear.subscribe(f"/{cast.other_project.id}/leads")
        reply(cast, rid, "secret")
        assert ear.silence() == []
    with server.ear() as ear:
        ear.say("signin", token=f"JWT {cast.stranger.token}", id_project=cast.id)
        assert ear.closed() == 4401


def test_a_teammate_hears_no_conversation(server, cast):
    rid = say(cast, cast.visitor, "mine").view.conversation.request_id
    with ear_of(server, cast.teammate, cast) as ear:
        for topic in ("requests", f"requests/{rid}", f"requests/{rid}/messages", "leads"):
            assert ear.subscribe(f"/{cast.id}/{topic}")[0]["error"]["code"] == "forbidden", topic


def test_notes_tags_and_properties_never_reach_the_visitor(server, cast):
    posted = say(cast, cast.visitor, "mine")
    rid, lead, owner = posted.view.conversation.request_id, posted.view.identity.contact_id, cast.owner.agent
    topics = [f"/{cast.id}/requests", f"/{cast.id}/requests/{rid}", f"/{cast.id}/requests/{rid}/messages"]
    with ears(ear_of(server, cast.visitor, cast), ear_of(server, cast.agent, cast)) as (visitor, agent):
        for topic in (*topics, f"/{cast.id}/messages"):
            visitor.subscribe(topic)
        for topic in topics:
            agent.subscribe(topic)
        conversations.add_note(cast.db, owner, rid, "qznote")
        conversations.add_tags(cast.db, owner, rid, [{"tag": "qztag"}])
        contacts.add_note(cast.db, owner, lead, "qzcontactnote")
        contacts.update(cast.db, owner, lead, {"company": "qzcompany"}, {"p": "qzproperty"}, ["qzcontacttag"])
        reply(cast, rid, "the end")
        while "the end" not in json.dumps(agent.hear()):
            pass
        visitor.published(100, 1)
        caught_up = []
    with ear_of(server, cast.visitor, cast) as again:
        for topic in (*topics, f"/{cast.id}/messages"):
            caught_up += again.subscribe(topic, 0)

    told = json.dumps([visitor.frames, caught_up])
    assert "the end" in told
    assert "qz" not in told
    assert "qznote" in json.dumps(agent.frames)


def test_typing_and_seen_reach_the_others_of_the_conversation(server, cast):
    posted = say(cast, cast.visitor)
    rid = posted.view.conversation.request_id
    topic = f"/{cast.id}/requests/{rid}"
    with ears(ear_of(server, cast.visitor, cast), ear_of(server, cast.agent, cast)) as (visitor, agent):
        visitor.subscribe(topic)
        agent.subscribe(topic)
        agent.say("typing", topic=topic)
        (typing,) = visitor.published(1)
        visitor.say("typing", topic=topic)
        (typing_too,) = agent.published(1)
        seen = f"{server.address}/api/{cast.id}/requests/{rid}/seen"
        body = {"message": posted.message.id}
        httpx.put(seen, json=body, headers=cast.agent.jwt, timeout=PATIENCE).raise_for_status()
        (seen_by_agent,) = visitor.published(1)

    assert typing["method"] == typing_too["method"] == "TYPING"
    assert typing["message"] == {"sender": cast.agent.person.user_id, "senderFullname": "Aldo Agent"}
    assert typing_too["message"]["sender"] == cast.visitor.key
    assert seen_by_agent["method"] == "SEEN"
    assert seen_by_agent["message"]["message"] == posted.message.id
    assert "event" not in typing


def test_who_is_blocked_or_removed_cannot_come_back(server, cast):
    say(cast, cast.visitor)
    gone = httpx.post(f"{server.address}/api/auth/signout", headers=cast.visitor.jwt, timeout=PATIENCE)
    assert gone.status_code == 200
    projects.remove_member(cast.db, cast.owner.agent, cast.agent.agent.member_id)
    for who in (cast.visitor, cast.agent):
        with server.ear() as ear:
            ear.say("signin", token=who.token, id_project=cast.id)
            assert ear.closed() == 4401


# Under load.


def texts_heard(ear) -> set[str]:
    """The texts of all messages that have come, of snapshots too."""
    held = [f["payload"]["message"] for f in ear.frames if f["action"] == "publish"]
    return {one["text"] for message in held for one in (message if isinstance(message, list) else [message])}


def test_all_hear_the_same_in_one_order_without_a_gap(server, cast):
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(4)]
    rids = [new_request_id(cast.id) for _ in guests]
    for guest, rid in zip(guests, rids, strict=True):
        say(cast, guest, "begin", rid)
    listening = [
        ear_of(server, cast.agent, cast),
        ear_of(server, cast.owner, cast),
        ear_of(server, guests[0], cast),
    ]
    each = 25
    with ears(*listening) as (one, two, own):
        for ear in (one, two):
            for rid in rids:
                ear.subscribe(f"/{cast.id}/requests/{rid}/messages")
        own.subscribe(f"/{cast.id}/messages")

        def talk(number: int) -> None:
            with httpx.Client(headers=guests[number].jwt, timeout=PATIENCE) as client:
                for count in range(each):
                    address = f"{server.address}/api/{cast.id}/requests/{rids[number]}/messages"
                    client.post(address, json={"text": f"{number}/{count}"}).raise_for_status()

        talking = [threading.Thread(target=talk, args=(number,)) for number in range(len(guests))]
        for thread in talking:
            thread.start()
        # Meanwhile somebody comes late and catches up.
        with ear_of(server, cast.admin, cast) as late:
            for rid in rids:
                late.subscribe(f"/{cast.id}/requests/{rid}/messages")
            for thread in talking:
                thread.join()
            heard = [ear.published(len(rids) * each) for ear in (one, two)]
            of_own = own.published(each)
            last = {f"{number}/{each - 1}" for number in range(len(guests))}
            while last - texts_heard(late):
                late.hear()

    told = [[(p["event"], p["message"]["text"]) for p in each_heard] for each_heard in heard]
    assert len(told[0]) == len(rids) * each
    assert told[0] == told[1]
    assert [event for event, _ in told[0]] == sorted({event for event, _ in told[0]})
    assert [p["message"]["text"] for p in of_own] == [f"0/{count}" for count in range(each)]
    for number, rid in enumerate(rids):
        topic = f"/{cast.id}/requests/{rid}/messages"
        got = [
            f["payload"] for f in late.frames if f["action"] == "publish" and f["payload"]["topic"] == topic
        ]
        singles = [p["event"] for p in got[1:]]
        texts = [m["text"] for m in got[0]["message"]] + [p["message"]["text"] for p in got[1:]]
        assert texts == ["begin", *(f"{number}/{count}" for count in range(each))]
        assert singles == sorted(set(singles))


def test_one_who_stops_reading_is_cut_and_holds_up_nobody(server, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    topic = f"/{cast.id}/requests/{rid}/messages"
    small = socket.create_connection(("127.0.0.1", server.port))
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    deaf = server.ear(sock=small, max_queue=1)
    deaf.sign_in(cast.owner, cast.id)
    deaf.subscribe(topic)
    big = "x" * 19_000
    calling = httpx.Client(headers=cast.visitor.jwt, timeout=PATIENCE)
    with ear_of(server, cast.agent, cast) as ear, calling as client:
        ear.subscribe(topic)
        began = time.monotonic()
        for count in range(250):
            body = {"text": f"{count} {big}"}
            client.post(
                f"{server.address}/api/{cast.id}/requests/{rid}/messages", json=body
            ).raise_for_status()
            (heard,) = ear.published(1)
            assert heard["message"]["text"].startswith(f"{count} ")
        assert time.monotonic() - began < 90
    # The deaf one finds what was sent before the cut, and then the end.
    with deaf:
        deaf.closed()
        assert len(deaf.frames) < 250


# Several processes.


@pytest.mark.parametrize("workers", [1, 2])
def test_two_processes_tell_each_others_events(databases, workers):
    with databases.lend("postgresql") as url:
        db = Database(url, pool_size=2)
        cast = make_cast(db)
        with Server(url, workers) as first, Server(url) as second:
            rid = say(cast, cast.visitor).view.conversation.request_id
            topic = f"/{cast.id}/requests/{rid}"
            with ears(
                ear_of(first, cast.agent, cast),
                ear_of(second, cast.visitor, cast),
                ear_of(first, cast.owner, cast),
            ) as (agent, visitor, owner):
                for ear in (agent, visitor, owner):
                    ear.subscribe(topic)
                    ear.subscribe(f"{topic}/messages")
                for count in range(10):
                    server = (first, second)[count % 2]
                    server.post(cast.visitor, f"/{cast.id}/requests/{rid}/messages", {"text": f"{count}"})
                for ear in (agent, visitor, owner):
                    heard = [p for p in ear.published(20) if p["topic"].endswith("/messages")]
                    assert [p["message"]["text"] for p in heard] == [str(count) for count in range(10)]
                agent.say("typing", topic=topic)
                assert visitor.published(1)[0]["method"] == "TYPING"
                visitor.say("typing", topic=topic)
                assert agent.published(1)[0]["message"]["sender"] == cast.visitor.key
                assert [p["method"] for p in owner.published(2)] == ["TYPING", "TYPING"]
                assert agent.silence() == []
        db.close()
