"""A project that is open to some network addresses alone: every route, every page, every socket of it."""

import re
from collections.abc import Iterator

import pytest

from rolodesk.usecases import projects, sign_in
from tests.api.client import ABSENT, Api, serving
from tests.api.routes import ROUTES, of_app
from tests.cast import Cast, make_cast
from tests.databases import Databases
from tests.web.server import Ear, Server
from tests.web.test_matrix import is_page, page_addresses
from tests.web.world import World, cookies, plant

ELSEWHERE = {"ipFilterEnabled": True, "ipFilter": ["203.0.113.0/24"]}
SAID = {"err": "error project ip filter"}
SENTENCE = "This project is not open to your network address."


@pytest.fixture
def api(database_url: str) -> Iterator[Api]:
    with serving(database_url) as api:
        yield api


@pytest.fixture
def world(databases: Databases) -> Iterator[tuple[Api, World]]:
    with databases.lend("sqlite") as url, serving(url) as api:
        yield api, plant(api.db)


def shut(cast: Cast) -> None:
    """Let in nobody who calls from here."""
    projects.update(cast.db, cast.owner.agent, addresses=ELSEWHERE)


def test_every_route_of_the_project_is_shut_but_those_that_open_it_again(world):
    api, planted = world
    cast = planted.cast
    api.ok(cast.admin, "PUT", f"/projects/{cast.id}", ELSEWHERE)
    for route in ROUTES:
        if not route.path.startswith("/{P}/"):
            continue
        body = ABSENT if route.body is ABSENT else planted.body(route.body)
        for who in (cast.owner, cast.visitor, None):
            answer = api(who, route.method, planted.filled(route.path), body)
            assert (answer.status_code, answer.json()) == (401, SAID), route.name
    assert api(cast.rival, "GET", f"/{cast.other_project.id}/leads").status_code == 200

    shown = api.ok(cast.admin, "PATCH", f"/projects/{cast.id}", {"ipFilterEnabled": False})
    assert (shown["ipFilterEnabled"], shown["ipFilter"]) == (False, ["203.0.113.0/24"])
    assert api(cast.agent, "GET", f"/{cast.id}/leads").status_code == 200


def test_every_page_of_the_project_is_shut_and_says_so(world):
    api, planted = world
    cast = planted.cast
    shut(cast)
    tried = 0
    for method, path in of_app(api.client.app):
        if not is_page(path) or "{project_id" not in path:
            continue
        tried += 1
        address = next(iter(page_addresses(planted, path)))
        answer = api.client.request(
            method, address, headers=cookies(cast, cast.owner.secret), follow_redirects=False
        )
        assert answer.status_code == 401, address
        assert SENTENCE in answer.text, address
        assert 'href="/projects"' in answer.text, address
        assert not re.search("qz[a-z]+", answer.text.replace(address, "")), address
    assert tried > 100


def test_the_lists_are_kept_and_a_wrong_one_is_named(api):
    cast = make_cast(api.db)
    path = f"/projects/{cast.id}"
    sent = {
        "ipFilterEnabled": False,
        "ipFilter": ["10.0.0.1/8"],
        "ipFilterDenyEnabled": True,
        "ipFilterDeny": ["198.51.100.7"],
    }
    shown = api.ok(cast.admin, "PUT", path, sent)
    assert {name: shown[name] for name in sent} == {**sent, "ipFilter": ["10.0.0.0/8"]}
    assert api.ok(cast.admin, "PUT", path, {"name": "Renamed"})["ipFilterDeny"] == ["198.51.100.7"]
    for wrong, param in (
        ({"ipFilter": ["10.0.0.1", "home"]}, "ipFilter.1"),
        ({"ipFilterDeny": "10.0.0.1"}, "ipFilterDeny"),
        ({"ipFilterEnabled": "yes"}, "ipFilterEnabled"),
    ):
        answer = api(cast.admin, "PUT", path, wrong)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["param"] == param
    assert api(cast.agent, "PUT", path, {"ipFilter": []}).status_code == 403
    assert api.ok(cast.admin, "GET", path)["ipFilter"] == ["10.0.0.0/8"]
    public = api.ok(None, "GET", f"/{cast.id}/widgets")["project"]
    assert (public["ipFilterDenyEnabled"], public["ipFilterDeny"]) == (False, [])


@pytest.fixture(scope="module")
def server(module_database_url: str) -> Iterator[Server]:
    with Server(module_database_url) as server:
        yield server
        assert "error" not in server.said()


@pytest.fixture
def cast(server: Server) -> Iterator[Cast]:
    with serving(server.database) as api:
        yield make_cast(api.db)


def ear_of(server: Server, who, cast: Cast) -> Ear:
    ear = server.ear()
    ear.sign_in(who, cast.id)
    return ear


def test_open_sockets_end_and_new_ones_are_refused(server, cast):
    with ear_of(server, cast.visitor, cast) as visitor, ear_of(server, cast.agent, cast) as agent:
        projects.update(
            cast.db,
            cast.owner.agent,
            addresses={"ipFilterDenyEnabled": True, "ipFilterDeny": ["127.0.0.0/8"]},
        )
        assert visitor.closed() == 4401
        assert agent.closed() == 4401
    ticket = sign_in.ticket(cast.signing, cast.agent.agent, cast.agent.person)
    for payload in (
        {"token": f"JWT {cast.agent.token}", "id_project": cast.id},
        {"token": cast.visitor.token, "id_project": cast.id},
        {"ticket": ticket},
    ):
        with server.ear() as ear:
            ear.say("signin", **payload)
            assert ear.closed() == 4401
    # A seat in it is none either.
    with server.ear(f"?token=JWT%20{cast.agent.token}") as ear:
        ear.say("subscribe", topic=f"/{cast.id}/leads")
        ear.hear()
        assert "no such topic" in str(ear.frames) or "signin" in str(ear.frames)
