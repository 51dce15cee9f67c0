"""What is heard on the live socket of a real server while contacts are merged and set free again."""

from collections.abc import Iterator

import pytest

from rolodesk.storage.database import Database
from rolodesk.usecases import merges, sign_in, splits
from rolodesk.usecases.merges import Ask
from tests.cast import Cast, everybody, filled, make_cast, reply, say, user_token
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


def ear_of(server, who, cast, *topics):
    ear = server.ear()
    ear.sign_in(who, cast.id)
    for topic in topics:
        ear.subscribe(topic)
    return ear


def merge_over_http(server, cast, winner, loser):
    answer = server.post(cast.agent, f"/{cast.id}/leads/{winner}/merge", {"sources": [loser]})
    assert answer.status_code == 200, answer.text
    return answer.json()["merges"][0]["_id"]


def frames(ear, count):
    return [(p["topic"], p["method"], p["message"]) for p in ear.published(count)]


def test_the_team_hears_a_merged_contact_leave_and_come_back(server, cast):
    kept = say(cast, cast.visitor, attributes=filled({"userFullname": "Andrea"})).view.home_id
    gone = say(cast, cast.other_visitor, attributes=filled({"userFullname": "Andrea R"})).view.home_id
    leads = f"/{cast.id}/leads"
    with ears(
        ear_of(server, cast.agent, cast, leads), ear_of(server, cast.admin, cast, f"{leads}/{gone}")
    ) as (
        lists,
        page,
    ):
        merge_id = merge_over_http(server, cast, kept, gone)
        (_, how, root), (_, left, bare) = frames(lists, 2)
        assert (how, root["_id"], root["merged_ids"]) == ("UPDATE", kept, [gone])
        assert (left, bare) == ("DELETE", {"_id": gone, "merged_into": kept})
        ((_, _, shown),) = frames(page, 1)
        assert (shown["_id"], shown["merged_from"]) == (kept, gone)

        merges.undo(cast.db, cast.agent.agent, merge_id)
        server.post(cast.agent, f"/{cast.id}/leads/{kept}/notes", {"text": "wakes the server"})
        told = frames(lists, 2)
        assert [(how, body["_id"], body["merged_ids"]) for _, how, body in told] == [
            ("UPDATE", kept, []),
            ("CREATE", gone, []),
        ]
        ((_, _, shown),) = frames(page, 1)
        assert shown["_id"] == gone
        assert "merged_from" not in shown


def test_open_conversations_are_told_again_with_the_contact_that_they_are_shown_under(server, cast):
    kept = say(cast, cast.visitor, attributes=filled({"userFullname": "Andrea"})).view.home_id
    moved = say(cast, cast.other_visitor, attributes=filled({"userFullname": "Andrea R"}))
    topic = f"/{cast.id}/requests/{moved.view.conversation.request_id}"
    with ear_of(server, cast.agent, cast, topic) as ear:
        merge_over_http(server, cast, kept, moved.view.home_id)
        ((_, how, body),) = frames(ear, 1)
    assert (how, body["lead"]["_id"]) == ("UPDATE", kept)


def test_an_open_chat_goes_on_and_hears_nothing_of_the_merge_nor_of_the_other(server, cast):
    mine = say(cast, cast.visitor, attributes=filled({"userFullname": "Andrea"}))
    theirs = say(
        cast, cast.other_visitor, "Confidential", attributes=filled({"userFullname": "Confidential"})
    )
    own, thread = mine.view.conversation.request_id, theirs.view.conversation.request_id
    topics = (f"/{cast.id}/requests", f"/{cast.id}/messages", f"/{cast.id}/requests/{own}/messages")
    with ear_of(server, cast.visitor, cast, *topics) as ear:
        merge_over_http(server, cast, mine.view.home_id, theirs.view.home_id)
        answer = {"text": "Confidential too"}
        assert server.post(cast.agent, f"/{cast.id}/requests/{thread}/messages", answer).status_code == 200
        assert ear.silence() == []

        answer = {"text": "For you"}
        assert server.post(cast.agent, f"/{cast.id}/requests/{own}/messages", answer).status_code == 200
        heard = ear.published(3)
    assert {payload["topic"] for payload in heard} == set(topics)
    assert "Confidential" not in str(heard)


def test_a_split_brings_a_new_contact_to_the_lists(server, cast):
    kept = say(cast, cast.visitor).view.home_id
    gone = say(cast, cast.other_visitor).view.home_id
    moved = say(cast, cast.user).view.home_id
    leads = f"/{cast.id}/leads"
    merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone, moved)))
    (contact,) = everybody(cast)
    view = merges.of_contact(cast.db, cast.agent.agent, contact.id).view
    chosen = [i.id for i in view.identities if i.key in (cast.visitor.key, cast.user.key)]
    with ear_of(server, cast.agent, cast, leads) as ear:
        done = splits.split(cast.db, cast.agent.agent, kept, chosen)
        reply(cast, say(cast, cast.visitor, "wakes").view.conversation.request_id)
        server.post(cast.agent, f"/{cast.id}/leads/{kept}/notes", {"text": "wakes the server"})
        told = frames(ear, 2)
    assert [(how, body["_id"]) for _, how, body in told] == [
        ("UPDATE", kept),
        ("CREATE", done.into.contact.id),
    ]


def test_after_an_undo_nobody_hears_the_other_type(server, cast):
    theirs = say(cast, cast.user, "As a user")
    say(cast, cast.visitor, "Before")
    token = user_token(cast.id, cast.secret, cast.user.key)
    sign_in.sign_in_with_custom_token(cast.db, cast.signing, token, cast.id, None, cast.visitor.token)
    (joined,) = merges.of_contact(cast.db, cast.agent.agent, theirs.view.home_id).merges
    topic = f"/{cast.id}/requests/{theirs.view.conversation.request_id}"
    with ears(*(ear_of(server, who, cast, topic) for who in (cast.visitor, cast.user, cast.agent))) as heard:
        before, user, team = heard
        user.say("typing", topic=topic)
        assert [frame["method"] for frame in (*before.published(1), *team.published(1))] == ["TYPING"] * 2
        assert server.post(cast.agent, f"/{cast.id}/merges/{joined.merge.id}/undo", {}).status_code == 200
        team.silence()

        user.say("typing", topic=topic)
        before.say("typing", topic=topic)
        team.say("typing", topic=topic)
        told = [*team.typing(1), *(f for f in team.silence() if f["method"] == "TYPING")]
        assert [frame["message"]["sender"] for frame in told] == [cast.user.key]
        assert [f for f in before.silence() if f["method"] == "TYPING"] == []
