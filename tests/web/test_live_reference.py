"""The live socket as a client of the reference uses it: a token in the address, topics of all its projects."""

import base64
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from rolodesk.domain.access import Role
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, emitted, projects, sign_in
from tests.cast import Cast, join, make_cast, make_person, new_visitor, reply, say
from tests.web.server import Server, ears


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


def by_address(server, who):
    """A client as those of the reference: it says nothing before it subscribes."""
    ear = server.ear(f"?token={quote(f'JWT {who.token}')}")
    assert ear.hear() == {"action": "signin", "payload": {"success": True}}
    return ear


def of_both(cast):
    """Somebody who is an agent here and an admin of the other project, with a conversation in each."""
    person = make_person(cast.db, "Bea", "Both", clock.new_id()[-12:])
    both = join(cast.db, cast.signing, cast.owner, Role.AGENT, person)
    join(cast.db, cast.signing, cast.rival, Role.ADMIN, person)
    here = say(cast, cast.visitor).view.conversation.request_id
    guest = new_visitor(cast.db, cast.signing, cast.other_project.id)
    return both, here, guest


# The upgrade.


def test_a_bad_token_is_answered_with_401_and_stands_in_no_log(server, cast):
    ended = sign_in.begin_session(cast.db, sign_in.account(cast.db, cast.agent.person.email), "api")
    void = sign_in.team_token(cast.signing, ended)
    sign_in.sign_out(cast.db, ended.person)
    tokens = ["", "JWT", "nonsense", "\x00", "a.b.c", cast.visitor.token, cast.user.token, void]
    tokens += [f"{cast.agent.token[:-3]}xyz", f"{cast.agent.token}&id_project={cast.other_project.id}"]
    deep = base64.urlsafe_b64encode(b'{"kid":' + b"[" * 1_500 + b"]" * 1_500 + b"}").decode().rstrip("=")
    tokens += [f"{deep}.e30.x", f"{deep}.e30.x&id_project={cast.id}"]
    for token in tokens:
        with pytest.raises(InvalidStatus) as refused:
            server.ear(f"?token=JWT%20{quote(token, safe='&=')}")
        assert refused.value.response.status_code == 401
        assert refused.value.response.body == b"Unauthorized"
    with server.ear(f"?token=JWT%20{cast.visitor.token}&id_project={cast.id}") as ear:
        assert ear.hear()["payload"]["success"]

    said = server.said()
    assert "token=" not in said
    assert not any(token[:30] in said for token in tokens if len(token) > 20)


# Topics of several projects.


def test_one_socket_hears_of_every_project_of_its_user(server, cast):
    both, here, guest = of_both(cast)
    there = f"/{cast.other_project.id}"
    with by_address(server, both) as ear:
        for topic in (f"/{cast.id}/requests", f"/{cast.id}/requests/{here}/messages", f"{there}/requests"):
            ear.subscribe(topic)
        reply(cast, here, "in the first")
        server.post(guest, f"{there}/requests/begun/messages", {"text": "in the second"})
        wanted = {f"/{cast.id}/requests", f"/{cast.id}/requests/{here}/messages", f"{there}/requests"}
        heard: set[str] = set()
        while heard != wanted:
            (next_one,) = ear.published(1)
            heard.add(next_one["topic"])
            assert heard <= wanted
        ear.say("unsubscribe", topic=f"{there}/requests")
        ear.say("heartbeat", message={"text": "ping"})
        while ear.hear()["action"] != "heartbeat":
            pass
        server.post(guest, f"{there}/requests/begun/messages", {"text": "not heard"})
        reply(cast, here, "heard")
        topics = set()
        while f"/{cast.id}/requests/{here}/messages" not in topics:
            (next_one,) = ear.published(1)
            topics.add(next_one["topic"])
        topics |= {p["topic"] for p in ear.silence()}
        assert {topic[:25] for topic in topics} == {f"/{cast.id}"}
        (snapshot, _) = ear.subscribe(f"{there}/requests/begun/messages")
        assert [m["text"] for m in snapshot["message"]] == ["in the second", "not heard"]


def test_nobody_takes_a_seat_where_they_are_no_member(server, cast):
    say(cast, cast.visitor)
    there = say(cast, new_visitor(cast.db, cast.signing, cast.id)).view.conversation.request_id
    unknown = ["0" * 24, cast.other_project.id]
    with by_address(server, cast.agent) as ear:
        for project_id in unknown:
            for topic in (
                "requests",
                f"requests/{there}",
                "leads",
                f"events/{'0' * 24}",
                "project_users/users/x",
            ):
                (only,) = ear.subscribe(f"/{project_id}/{topic}")
                assert only["error"] == {"code": "not_found", "msg": "no such topic"}
    for who in (cast.visitor, cast.user):
        with server.ear() as ear:
            ear.sign_in(who, cast.id)
            for project_id in unknown:
                assert ear.subscribe(f"/{project_id}/requests")[0]["error"]["code"] == "not_found"


def test_a_pages_ticket_is_for_one_project(server, cast):
    both, _, _ = of_both(cast)
    ticket = sign_in.ticket(cast.signing, both.agent, both.person)
    with server.ear() as ear:
        ear.say("signin", ticket=ticket)
        assert ear.hear()["payload"]["success"]
        assert "error" not in ear.subscribe(f"/{cast.id}/requests")[-1]
        assert ear.subscribe(f"/{cast.other_project.id}/requests")[0]["error"]["code"] == "not_found"
    with server.ear() as ear:
        ear.sign_in(both, cast.id)
        assert "error" not in ear.subscribe(f"/{cast.other_project.id}/requests")[-1]


# Actions.


def test_clients_never_publish_to_others(server, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    topic = f"/{cast.id}/requests/{rid}"
    with ears(by_address(server, cast.agent), by_address(server, cast.owner), server.ear()) as (
        one,
        two,
        own,
    ):
        own.sign_in(cast.visitor, cast.id)
        for ear in (one, two, own):
            ear.subscribe(topic)
        for action in ("publish", "broadcast"):
            one.say(action, topic=topic, message={"text": "forged"}, method="CREATE")
            assert one.hear() == {
                "action": action,
                "payload": {"topic": topic, "error": {"code": "forbidden", "msg": "you may not do this"}},
            }
            one.say(action, message={"text": "forged"})
            own.say(action, topic=topic, message={"text": "forged"})
            own.hear()
        assert [ear.silence() for ear in (one, two, own)] == [[], [], []]


def test_me_says_who_one_is(server, cast):
    with by_address(server, cast.agent) as ear:
        ear.say("me")
        first = ear.hear()
        ear.say("me", odd=1)
        assert ear.hear() == first
    assert first["action"] == "me"
    assert first["payload"]["userId"] == cast.agent.person.user_id
    assert len(first["payload"]["id"]) == 36


def test_subscribing_twice_is_subscribing_once(server, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    topic = f"/{cast.id}/requests/{rid}/messages"
    with by_address(server, cast.agent) as ear:
        for _ in range(3):
            assert ear.subscribe(topic)[0]["method"] == "CREATE"
        reply(cast, rid, "once")
        assert [p["message"]["text"] for p in (*ear.published(1), *ear.silence())] == ["once"]
        for _ in range(2):
            ear.say("unsubscribe", topic=topic)
        reply(cast, rid, "nobody hears")
        assert ear.silence() == []


def test_a_large_snapshot_is_no_reason_to_be_cut(server, cast):
    for _ in range(3):
        rid = say(cast, cast.visitor, "x" * 19_000).view.conversation.request_id
        for _ in range(15):
            say(cast, cast.visitor, "y" * 19_000, rid)
    with by_address(server, cast.agent) as ear:
        for _ in range(3):
            ear.say("subscribe", topic=f"/{cast.id}/requests/{rid}/messages")
        for _ in range(3):
            assert len(ear.hear()["payload"]["message"]) == 16
            assert ear.hear()["action"] == "subscribed"


# Each topic's frames.


def test_the_list_begins_lean_and_a_conversation_populated(server, cast):
    posted = say(cast, cast.visitor)
    rid, lead = posted.view.conversation.request_id, posted.view.identity.contact_id
    with by_address(server, cast.agent) as ear:
        (snapshot, _) = ear.subscribe(f"/{cast.id}/requests")
        (listed,) = snapshot["message"]
        assert (snapshot["method"], listed["request_id"]) == ("CREATE", rid)
        assert (listed["lead"], listed["requester_id"], listed["id"]) == (lead, lead, listed["_id"])
        assert listed["snapshot"]["lead"]["_id"] == lead
        assert isinstance(listed["snapshot"]["agents"], list)

        (snapshot, _) = ear.subscribe(f"/{cast.id}/requests/{rid}")
        assert snapshot["method"] == "CREATE"
        assert (snapshot["message"]["request_id"], snapshot["message"]["lead"]["_id"]) == (rid, lead)
        (snapshot, _) = ear.subscribe(f"/{cast.id}/leads/{lead}")
        assert snapshot["message"]["_id"] == lead


def test_a_membership_is_told_when_it_changes(server, cast):
    member = cast.agent.agent.member_id
    own, by_user = (
        f"/{cast.id}/project_users/{member}",
        f"/{cast.id}/project_users/users/{cast.agent.person.user_id}",
    )
    with ears(by_address(server, cast.agent), by_address(server, cast.teammate)) as (agent, mate):
        for ear, topic in ((agent, own), (agent, by_user), (mate, by_user)):
            snapshot, closing = ear.subscribe(topic)
            assert (snapshot["method"], snapshot["message"]["_id"]) == ("CREATE", member)
            assert snapshot["message"]["id_user"] == cast.agent.person.user_id
            assert snapshot["message"]["isBusy"] is False
        for topic in (own, f"/{cast.id}/project_users/{'0' * 24}", f"/{cast.id}/project_users/users/nobody"):
            assert "error" in mate.subscribe(topic)[0]

        projects.change_member(cast.db, cast.agent.agent, member, available=False)
        server.post(cast.agent, f"/{cast.id}/events", {"name": "wakes the server"})
        heard = agent.published(2)
        assert {p["topic"] for p in heard} == {own, by_user}
        assert {p["method"] for p in heard} == {"UPDATE"}
        assert {p["message"]["user_available"] for p in heard} == {False}
        assert heard[0]["message"]["id_user"]["firstname"] == "Aldo"
        assert [p["topic"] for p in mate.published(1)] == [by_user]
    with by_address(server, cast.agent) as ear:
        *missed, _ = ear.subscribe(own, closing["event"])
    assert [p["method"] for p in missed] == ["UPDATE"]


def test_a_visitor_is_somebody_too(server, cast):
    identity = say(cast, cast.visitor).view.identity
    topic = f"/{cast.id}/project_users/users/{cast.visitor.key}"
    with ears(by_address(server, cast.agent), by_address(server, cast.teammate)) as (ear, mate):
        message = ear.subscribe(topic)[0]["message"]
        assert (message["_id"], message["uuid_user"], message["isBusy"]) == (
            identity.id,
            cast.visitor.key,
            False,
        )
        assert mate.subscribe(topic)[0]["error"]["code"] == "forbidden"


def test_custom_events_are_told_as_they_are_emitted(server, cast):
    for count in range(22):
        early = emitted.emit(cast.db, cast.visitor.visitor, f"page {count}", {"n": count})
    base = f"/{cast.id}/events/{early.member_id}"
    with by_address(server, cast.agent) as ear:
        snapshot, closing = ear.subscribe(base)
        assert [e["name"] for e in snapshot["message"]] == [f"page {count}" for count in range(21, 1, -1)]
        assert {e["project_user"] for e in snapshot["message"]} == {early.member_id}
        assert [e["attributes"] for e in ear.subscribe(f"{base}/page 3")[0]["message"]] == [{"n": 3}]

        server.post(cast.visitor, f"/{cast.id}/events", {"name": "page 3"})
        server.post(cast.other_visitor, f"/{cast.id}/events", {"name": "page 3"})
        heard = ear.published(2)
        assert [(p["topic"], p["method"]) for p in heard] == [(base, "CREATE"), (f"{base}/page 3", "CREATE")]
        told = heard[0]["message"]
        assert (told["project_user"]["_id"], told["project_user"]["role"]) == (early.member_id, "guest")
        assert (told["status"], told["id"], told["user"]["_id"]) == (
            "stardard",
            told["_id"],
            cast.visitor.key,
        )

        # Once it speaks it has an identity; both ids are the same visitor's.
        identity = say(cast, cast.visitor).view.identity
        after = ear.subscribe(f"/{cast.id}/events/{identity.id}")
        assert len(after[0]["message"]) == 20
        server.post(cast.visitor, f"/{cast.id}/events", {"name": "bought"})
        assert {p["topic"] for p in ear.published(2)} == {base, f"/{cast.id}/events/{identity.id}"}
        assert ear.silence() == []
    with by_address(server, cast.agent) as ear:
        *missed, _ = ear.subscribe(base, closing["event"])
    assert [p["message"]["name"] for p in missed] == ["page 3", "bought"]


def test_what_is_for_the_team_is_refused_to_visitors_and_what_is_not_here_to_all(server, cast):
    made = emitted.emit(cast.db, cast.visitor.visitor, "mine")
    topics = [f"events/{made.member_id}", f"events/{made.member_id}/mine", "leads", "duplicates"]
    topics += [f"project_users/{made.member_id}", f"project_users/users/{cast.visitor.key}", "bots/any"]
    with server.ear() as ear:
        ear.sign_in(cast.visitor, cast.id)
        for topic in topics:
            assert ear.subscribe(f"/{cast.id}/{topic}")[0]["error"]["code"] == "forbidden"
        server.post(cast.visitor, f"/{cast.id}/events", {"name": "mine"})
        assert ear.silence() == []
    with ears(by_address(server, cast.agent), by_address(server, cast.teammate)) as (ear, mate):
        assert ear.subscribe(f"/{cast.id}/bots/any")[0]["error"]["code"] == "not_found"
        for odd in (
            "bots",
            "events",
            "events/",
            "project_users",
            "project_users/users",
            "requests/a/b",
            "x",
            "",
        ):
            assert ear.subscribe(f"/{cast.id}/{odd}")[0]["error"]["code"] == "not_found"
        for topic in (*topics[:4], "requests"):
            assert mate.subscribe(f"/{cast.id}/{topic}")[0]["error"]["code"] == "forbidden"


def test_two_processes_tell_each_other_of_custom_events(databases):
    with databases.lend("postgresql") as url:
        db = Database(url, pool_size=2)
        cast = make_cast(db)
        with Server(url) as first, Server(url) as second, by_address(first, cast.agent) as ear:
            ear.subscribe(f"/{cast.id}/requests")
            made = second.post(cast.visitor, f"/{cast.id}/events", {"name": "one"}).json()
            ear.subscribe(f"/{cast.id}/events/{made['project_user']}")
            second.post(cast.visitor, f"/{cast.id}/events", {"name": "two"})
            assert [p["message"]["name"] for p in ear.published(1)] == ["two"]
        db.close()
