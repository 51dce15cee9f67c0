"""A real server finds the same person twice by itself, and tells whoever looks within a second."""

import time
from collections.abc import Iterator

import pytest

from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, duplicates
from tests.cast import Cast, make_cast, new_request_id, new_visitor
from tests.web.server import PATIENCE, Server

ANDREA = {"userFullname": "Andrea Rossi", "userEmail": "andrea.rossi@example.org"}


@pytest.fixture(scope="module")
def server(module_database_url: str) -> Iterator[Server]:
    with Server(module_database_url) as server:
        yield server
        assert "error" not in server.said()


@pytest.fixture
def cast(module_database_url: str) -> Iterator[Cast]:
    db = Database(module_database_url, pool_size=2)
    yield make_cast(db)
    db.close()


def speak(server: Server, cast: Cast) -> str:
    """A new browser's first message; its contact."""
    guest = new_visitor(cast.db, cast.signing, cast.id)
    path = f"/{cast.id}/requests/{new_request_id(cast.id)}/messages"
    answer = server.post(guest, path, {"text": "Hello", "attributes": ANDREA})
    assert answer.status_code == 200, answer.text
    lead = answer.json()["request"]["lead"]
    return str(lead["_id"] if isinstance(lead, dict) else lead)


def test_both_contacts_and_the_queue_hear_of_it(server, cast):
    first = speak(server, cast)
    with server.ear() as page, server.ear() as queue:
        page.sign_in(cast.agent, cast.id)
        page.subscribe(f"/{cast.id}/leads/{first}")
        queue.sign_in(cast.agent, cast.id)
        queue.subscribe(f"/{cast.id}/duplicates")

        second = speak(server, cast)

        (heard,) = queue.published(1)
        assert heard["method"] == "CREATE"
        assert {heard["message"]["lead"], heard["message"]["other"]} == {first, second}
        (shown,) = page.published(1)
        assert (shown["method"], shown["message"]["_id"]) == ("UPDATE", first)

        group = duplicates.queue(cast.db, cast.agent.agent).groups[0].id
        server.post(cast.agent, f"/{cast.id}/duplicates/{group}/dismiss", {})
        (heard,) = queue.published(1)
        assert heard["method"] == "DELETE"
        assert {heard["message"]["lead"], heard["message"]["other"]} == {first, second}


def test_who_is_alike_no_more_leaves_both_pages_and_the_queue(server, cast):
    first, second = speak(server, cast), speak(server, cast)
    until = time.monotonic() + PATIENCE
    while not duplicates.queue(cast.db, cast.agent.agent).groups and time.monotonic() < until:
        time.sleep(0.02)
    with server.ear() as page, server.ear() as queue:
        queue.sign_in(cast.agent, cast.id)
        queue.subscribe(f"/{cast.id}/duplicates")
        page.sign_in(cast.agent, cast.id)
        page.subscribe(f"/{cast.id}/leads/{first}")

        contacts.remove_address(cast.db, cast.agent.agent, second, "email", ANDREA["userEmail"])
        contacts.update(cast.db, cast.agent.agent, second, {"fullname": "Zoe Quattrocchi"})

        (heard,) = queue.published(1)
        assert heard["method"] == "DELETE"
        assert {heard["message"]["lead"], heard["message"]["other"]} == {first, second}
        (shown,) = page.published(1)
        assert (shown["method"], shown["message"]["_id"]) == ("UPDATE", first)


def test_no_visitor_may_listen_to_the_queue(server, cast):
    with server.ear() as ear:
        ear.sign_in(cast.visitor, cast.id)
        assert ear.subscribe(f"/{cast.id}/duplicates")[-1]["error"]["code"] == "forbidden"


def test_a_run_that_is_asked_for_is_done_in_a_process_of_its_own(server, cast):
    if not cast.db.dialect.one_process:
        pytest.skip("there `rolodesk worker` does it, see tests/test_jobs.py")
    for _ in range(2):
        speak(server, cast)

    answer = server.post(cast.admin, f"/{cast.id}/duplicates/run", {})
    assert answer.json()["run"]["state"] == "asked"

    with server.ear() as ear:
        ear.sign_in(cast.agent, cast.id)
        # It takes its time to start on a busy machine.
        for _ in range(300):
            if duplicates.last_run(cast.db, cast.agent.agent).state == "done":
                break
            ear.silence(0.2)
    assert duplicates.last_run(cast.db, cast.agent.agent).contacts == 2
