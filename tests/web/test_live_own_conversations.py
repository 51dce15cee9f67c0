"""The live socket of an agent in a project that keeps conversations to their agents: it hears its own and those that
wait, is told without a word what it loses, and nothing at all of what it never could read."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rolodesk.domain.access import Role, Visitor
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, conversations, merges, projects, routing
from rolodesk.usecases.merges import Ask
from rolodesk.web.live import topics
from tests.cast import Cast, Colleague, away, join, make_cast, make_person, new_visitor, reply, say
from tests.databases import Databases
from tests.web.server import Ear, Server, ears


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
    """Nobody is given anything in turn, and Aldo sees his own alone."""
    cast = make_cast(db)
    away(cast)
    projects.update(db, cast.owner.agent, settings={"agents_see": "own"})
    return cast


MESSAGE = '/messages", "method": "CREATE"'


def ear_of(server: Server, who: Any, cast: Cast, *topics: str) -> Ear:
    ear = server.ear()
    ear.sign_in(who, cast.id)
    for topic in topics:
        ear.subscribe(topic)
    return ear


def topics_of(cast: Cast, rid: str) -> tuple[str, str, str]:
    base = f"/{cast.id}/requests"
    return base, f"{base}/{rid}", f"{base}/{rid}/messages"


def begin(cast: Cast, text: str, *people: Colleague) -> Any:
    """A conversation that these take part in; nobody: it waits."""
    view = say(cast, new_visitor(cast.db, cast.signing, cast.id), text).view
    if people:
        conversations.assign(cast.db, cast.owner.agent, view.conversation.request_id, ids(people))
    return view.conversation


def ids(people: Any) -> list[str]:
    return [one.person.user_id for one in people]


def told(heard: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["topic"].rpartition("/")[2], one["method"]) for one in heard]


def until(ear: Ear, word: str) -> list[dict[str, Any]]:
    """What is published up to and with the frame that holds the word."""
    heard: list[dict[str, Any]] = []
    while word not in json.dumps(heard):
        more = ear.published(1)
        assert more, heard
        heard += more
    return heard


def test_of_a_colleagues_conversation_an_agent_hears_nothing_at_all(server, cast):
    kept = begin(cast, "qzfirst", cast.owner)
    base, one, messages = topics_of(cast, kept.request_id)
    lead = conversations.get(cast.db, cast.owner.agent, kept.request_id).contact.id
    others = other_topics(cast, lead, conversations.get(cast.db, cast.owner.agent, kept.request_id).identity)
    with (
        ear_of(server, cast.agent, cast, *others) as aldo,
        ear_of(server, cast.admin, cast, base, one) as ada,
    ):
        snapshot = aldo.subscribe(base)[-2]
        refused = [aldo.subscribe(topic)[-1].get("error", {}).get("code") for topic in (one, messages)]
        say_more(cast, kept, "qzmore")
        reply(cast, kept.request_id, "qzanswer", by=cast.owner)
        conversations.add_note(cast.db, cast.owner.agent, kept.request_id, "qznote")
        conversations.assign(cast.db, cast.owner.agent, kept.request_id, ids([cast.admin]))
        other = contacts.create(cast.db, cast.owner.agent, {"fullname": "Joined"}).contact.id
        merges.merge(cast.db, cast.owner.agent, Ask(lead, (other,)))
        routing.follow(cast.db, cast.owner.agent, kept.request_id, cast.admin.agent.member_id)
        seen = f"{server.address}/api/{cast.id}/requests/{kept.request_id}/seen"
        last = conversations.messages(cast.db, cast.owner.agent, kept.request_id)[-1].id
        httpx.put(seen, json={"message": last}, headers=cast.owner.jwt).raise_for_status()
        conversations.close(cast.db, cast.owner.agent, kept.request_id)
        begin(cast, "the end")
        ada_heard = json.dumps(until(ada, "the end"))
        aldo_heard = until(aldo, "the end")

    assert snapshot["message"] == []
    assert refused == ["not_found", "not_found"]
    assert "qznote" in ada_heard
    assert "qzanswer" in ada_heard
    # It did wait once, for as long as it took to be assigned: of that he may know, and no more is told.
    of_requests = [frame for frame in aldo_heard[:-1] if "/requests" in frame["topic"]]
    assert {frame["method"] for frame in of_requests} <= {"DELETE"}
    assert f"/{cast.id}/leads" in {frame["topic"] for frame in aldo_heard}
    assert "qz" not in json.dumps(aldo.frames)


def other_topics(cast: Cast, lead: str, identity: Any) -> list[str]:
    """One of every sort but those of conversations."""
    named = {
        "leads": "leads",
        "lead": f"leads/{lead}",
        "duplicates": "duplicates",
        "somebody": f"project_users/users/{identity.key}",
        "member": f"project_users/{cast.agent.agent.member_id}",
        "events": f"events/{identity.id}",
    }
    told_of_elsewhere = {"requests", "request", "request_messages", "own_messages", "bot"}
    assert named.keys() | told_of_elsewhere == topics._KINDS.keys()
    return [f"/{cast.id}/{name}" for name in named.values()]


def say_more(cast: Cast, conversation: Any, text: str) -> None:
    with cast.db.read() as tx:
        row = tx.one("SELECT * FROM identities WHERE id = ?", conversation.identity_id)
    visitor = Visitor(cast.id, row["kind"], row["key"], {}, 0)
    conversations.post(cast.db, visitor, conversation.request_id, Draft(text))


def test_what_was_given_to_a_colleague_from_the_first_is_not_even_told_to_be_gone(server, cast):
    projects.change_member(cast.db, cast.owner.agent, cast.owner.agent.member_id, available=True)
    base = f"/{cast.id}/requests"
    with ear_of(server, cast.agent, cast, base) as aldo:
        given = begin(cast, "qzgiven")
        assert given.participants == (cast.owner.person.user_id,)
        conversations.assign(cast.db, cast.owner.agent, given.request_id, ids([cast.admin]))
        conversations.delete(cast.db, cast.owner.agent, given.request_id)
        projects.change_member(cast.db, cast.owner.agent, cast.owner.agent.member_id, available=False)
        begin(cast, "the end")
        heard = until(aldo, "the end")

    assert len(heard) == 1


def test_one_that_waits_is_heard_by_all_and_leaves_all_but_the_one_who_takes_it(server, cast):
    nora = join(
        cast.db, cast.signing, cast.owner, Role.AGENT, make_person(cast.db, "Nora", "New", cast.id[-6:])
    )
    away(cast, nora)
    waiting = begin(cast, "Who helps me?")
    names = topics_of(cast, waiting.request_id)
    with ears(ear_of(server, cast.agent, cast, *names), ear_of(server, nora, cast, *names)) as (aldo, hers):
        conversations.post(cast.db, cast.agent.agent, waiting.request_id, Draft("I do"))
        mine, lost = until(aldo, MESSAGE), hers.published(2)
        aldo.say("typing", topic=names[1])
        hers.say("typing", topic=names[1])
        say_more(cast, waiting, "qzthanks")
        mine += until(aldo, MESSAGE)
        conversations.delete(cast.db, cast.owner.agent, waiting.request_id)
        gone = hers.published(1)
        for_both = until(aldo, "DELETE")
        silence = hers.silence(0.2)

    name = waiting.request_id
    assert ("requests", "UPDATE") in told(mine)
    assert "qzthanks" in json.dumps(mine)
    assert told(lost) == [("requests", "DELETE"), (name, "DELETE")]
    assert [frame["message"] for frame in lost] == [{"_id": waiting.id}] * 2
    assert told(gone) == [("requests", "DELETE")]
    assert silence == []
    assert "TYPING" not in {method for _, method in told(mine)}
    assert told(for_both)[-1] == ("requests", "DELETE")


def test_who_is_given_one_hears_it_and_who_is_taken_out_hears_that_it_is_gone(server, cast):
    kept = begin(cast, "qzkept", cast.owner)
    base, one, messages = topics_of(cast, kept.request_id)
    with ear_of(server, cast.agent, cast, base) as aldo, ear_of(server, cast.admin, cast, messages) as ada:
        conversations.assign(cast.db, cast.owner.agent, kept.request_id, ids([cast.owner, cast.agent]))
        (gained,) = aldo.published(1)
        assert aldo.subscribe(one)[0]["message"]["request_id"] == kept.request_id
        assert "qzkept" in json.dumps(aldo.subscribe(messages))
        conversations.assign(cast.db, cast.owner.agent, kept.request_id, ids([cast.owner]))
        lost = aldo.published(2)
        reply(cast, kept.request_id, "qzsecret", by=cast.owner)
        until(ada, "qzsecret")
        routing.follow(cast.db, cast.owner.agent, kept.request_id, cast.agent.agent.member_id)
        followed = aldo.published(2)
        routing.unfollow(cast.db, cast.owner.agent, kept.request_id, cast.agent.agent.member_id)
        unfollowed = aldo.published(2)
        assert aldo.silence(0.2) == []

    assert gained["method"] == "UPDATE"
    assert gained["message"]["request_id"] == kept.request_id
    assert {frame["method"] for frame in lost + unfollowed} == {"DELETE"}
    assert all(frame["message"] == {"_id": kept.id} for frame in lost + unfollowed)
    assert {frame["method"] for frame in followed} == {"UPDATE"}
    assert "qzsecret" not in json.dumps(lost)


def test_who_comes_back_catches_up_with_what_is_its_own_by_now(server, cast):
    lost, gained, mine = (
        begin(cast, "qzlost"),
        begin(cast, "Gained", cast.owner),
        begin(cast, "Mine", cast.agent),
    )
    base = f"/{cast.id}/requests"
    with ear_of(server, cast.agent, cast) as aldo:
        number = aldo.subscribe(base)[-1]["event"]
    conversations.assign(cast.db, cast.owner.agent, lost.request_id, ids([cast.owner]))
    conversations.assign(cast.db, cast.owner.agent, gained.request_id, ids([cast.agent]))
    reply(cast, lost.request_id, "qzsecret", by=cast.owner)
    reply(cast, mine.request_id, "Still mine")
    with ear_of(server, cast.agent, cast) as aldo:
        caught_up = aldo.subscribe(base, number)[:-1]

    found = {(frame["method"], frame["message"]["_id"]) for frame in caught_up}
    assert found == {("DELETE", lost.id), ("UPDATE", gained.id), ("UPDATE", mine.id)}
    assert "qz" not in json.dumps(caught_up)


@pytest.mark.parametrize("how", ["setting", "role"])
def test_an_open_socket_does_not_go_on_with_old_rights(server, cast, how):
    kept, mine = begin(cast, "qzkept", cast.owner), begin(cast, "Mine", cast.agent)
    member, owner = cast.agent.agent.member_id, cast.owner.agent

    def restrict(yes: bool) -> None:
        if how == "setting":
            projects.update(cast.db, owner, settings={"agents_see": "own" if yes else None})
        else:
            projects.change_member(cast.db, owner, member, role="agent" if yes else "admin")

    base, one, messages = topics_of(cast, kept.request_id)
    restrict(False)
    with ear_of(server, cast.agent, cast, base, one, messages) as aldo:
        restrict(True)
        # Before it has been looked at again what he may hear.
        reply(cast, kept.request_id, "qzat once", by=cast.owner)
        heard = [aldo.hear() for _ in range(4)]
        reply(cast, kept.request_id, "qzsecret", by=cast.owner)
        reply(cast, mine.request_id, "Mine too")
        after = until(aldo, "Mine too")
        restrict(False)
        again = until(aldo, "qzsecret")

    errors = {f["payload"]["topic"] for f in heard if f["action"] == "subscribed" and "error" in f["payload"]}
    (begun,) = [f["payload"]["message"] for f in heard if f["payload"].get("method") == "CREATE"]
    assert errors == {one, messages}
    assert [held["request_id"] for held in begun] == [mine.request_id]
    assert "qz" not in json.dumps([heard, after])
    assert [(a["topic"], a["method"]) for a in again][-1] == (base, "CREATE")


def test_two_processes_keep_what_passes_to_those_whose_it_is(databases: Databases):
    with databases.lend("postgresql") as url, Server(url) as one, Server(url) as other:
        db = Database(url, pool_size=2)
        cast = make_cast(db)
        away(cast)
        projects.update(db, cast.owner.agent, settings={"agents_see": "own"})
        kept = begin(cast, "Ours", cast.agent, cast.owner)
        topic = f"/{cast.id}/requests/{kept.request_id}"
        with ears(ear_of(one, cast.agent, cast, topic), ear_of(other, cast.owner, cast, topic)) as (
            aldo,
            olivia,
        ):
            olivia.say("typing", topic=topic)
            assert told(aldo.published(1)) == [(kept.request_id, "TYPING")]
            conversations.assign(db, cast.owner.agent, kept.request_id, ids([cast.owner]))
            assert told(aldo.published(1)) == [(kept.request_id, "DELETE")]
            olivia.published(1)
            aldo.say("typing", topic=topic)
            olivia.say("typing", topic=topic)
            time.sleep(0.2)
            assert aldo.silence(0.3) == []
            assert olivia.silence(0.1) == []
        db.close()
