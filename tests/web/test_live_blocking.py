"""A visitor's socket when the visitor is blocked."""

from collections.abc import Iterator

import pytest

from rolodesk.storage.database import Database
from rolodesk.usecases import blocking
from tests.cast import Cast, make_cast, reply, say
from tests.web.server import Ear, Server


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


def ear_of(server: Server, who, cast: Cast) -> Ear:
    ear = server.ear()
    ear.sign_in(who, cast.id)
    return ear


def test_a_blocked_visitors_socket_ends_and_others_go_on(server, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    other = say(cast, cast.other_visitor).view.conversation.request_id
    with ear_of(server, cast.visitor, cast) as ear, ear_of(server, cast.other_visitor, cast) as next_to_it:
        for one in (ear, next_to_it):
            one.subscribe(f"/{cast.id}/messages")
        blocking.ban(cast.db, cast.admin.agent, cast.visitor.key)
        ear.closed()
        reply(cast, rid, "Unheard")
        reply(cast, other, "Heard")

        assert "Unheard" not in str(ear.frames)
        assert [frame["message"]["text"] for frame in next_to_it.published(1)] == ["Heard"]
    with server.ear() as again:
        again.say("signin", token=cast.visitor.token, id_project=cast.id)
        assert again.closed() == 4401
        assert "by id" in str(again.frames)
