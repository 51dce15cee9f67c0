"""How often somebody may try, and whose address counts."""

from collections.abc import Iterator

import httpx
import pytest

from rolodesk.domain.errors import TooMany
from rolodesk.web import limits
from rolodesk.web.limits import Limit
from tests.api.client import Api, serving
from tests.cast import PASSWORD, Cast, make_cast, new_request_id
from tests.databases import Databases
from tests.web.server import PATIENCE, Server


@pytest.fixture
def api(databases: Databases) -> Iterator[Api]:
    """With the rates that an installation has if nobody says anything."""
    rates = {"rate_anonymous": 60, "rate_sign_in": 10, "rate_messages": 20, "rate_messages_burst": 200}
    with databases.lend("sqlite") as url, serving(url, **rates) as api:
        yield api


@pytest.fixture
def cast(api: Api) -> Cast:
    return make_cast(api.db)


@pytest.fixture
def pass_time(monkeypatch):
    passed = [1_000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: passed[0])

    def let_pass(seconds: float) -> None:
        passed[0] += seconds

    return let_pass


def refused(answer: httpx.Response) -> int:
    """In how many seconds to come back."""
    assert answer.status_code == 429, answer.text
    assert answer.json()["success"] is False
    seconds = int(answer.headers["Retry-After"])
    assert 1 <= seconds <= 60
    return seconds


def test_60_new_visitors_a_minute_for_an_address_and_project(api, cast, pass_time):
    def sign_in(project_id: str) -> httpx.Response:
        return api(None, "POST", "/auth/signinAnonymously", {"id_project": project_id})

    assert [sign_in(cast.id).status_code for _ in range(60)] == [200] * 60
    wait = refused(sign_in(cast.id))
    assert sign_in(cast.other_project.id).status_code == 200
    pass_time(wait)
    assert sign_in(cast.id).status_code == 200


def test_10_wrong_passwords_a_minute_for_an_account(api, cast, pass_time):
    def sign_in(email: str, password: str) -> httpx.Response:
        return api(None, "POST", "/auth/signin", {"email": email, "password": password})

    email = cast.agent.person.email
    assert [sign_in(email, "wrong").status_code for _ in range(10)] == [401] * 10
    wait = refused(sign_in(email.upper(), "wrong"))
    refused(sign_in(email, PASSWORD))
    refused(sign_in(cast.owner.person.email, PASSWORD))  # the same address
    refused(api(cast.owner.basic, "GET", "/users"))
    assert api(cast.owner, "GET", "/users").status_code == 200
    pass_time(wait)
    assert sign_in(email, PASSWORD).status_code == 200


def test_wrong_passwords_by_basic_count_too(api, cast, pass_time):
    wrong = {"Authorization": "Basic bm9ib2R5QGV4YW1wbGUuY29tOng="}
    assert [api(wrong, "GET", "/users").status_code for _ in range(10)] == [401] * 10
    refused(api(wrong, "GET", "/users"))


def test_20_messages_a_second_for_a_visitor_after_200_at_once(api, cast, pass_time):
    rid = new_request_id(cast.id)

    def post(who, number: int) -> httpx.Response:
        return api(who, "POST", f"/{cast.id}/requests/{rid}/messages", {"text": f"{number}"})

    assert [post(cast.visitor, number).status_code for number in range(200)] == [200] * 200
    assert refused(post(cast.visitor, 201)) == 1
    assert post(cast.agent, 1).status_code == 200
    assert api.ok(cast.other_visitor, "POST", f"/{cast.id}/requests/{rid}x/messages", {"text": "mine"})
    pass_time(1)
    assert [post(cast.visitor, number).status_code for number in range(21)] == [200] * 20 + [429]
    assert len(api.ok(cast.visitor, "GET", f"/{cast.id}/requests/{rid}/messages")) == 221


def test_new_accounts_are_counted(databases):
    with databases.lend("sqlite") as url, serving(url, rate_sign_in=3, sign_up="open") as api:
        answers = [api(None, "POST", "/auth/signup", {"email": f"a{n}@example.com"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]


def test_a_bucket_is_forgotten_when_it_is_full_again(pass_time):
    limit = Limit(1, 2, "no")
    for number in range(50_001):
        limit.take(f"{number}")
    pass_time(5)
    limit.take("last")
    assert len(limit._buckets) < 10
    limit.take("last")
    with pytest.raises(TooMany):
        limit.take("last")


# Addresses.


def seen_as(server: Server, cast: Cast, forwarded: str) -> str:
    url, headers = f"{server.address}/api/{cast.id}/widgets", {"X-Forwarded-For": forwarded}
    answer = httpx.get(url, headers=headers, timeout=PATIENCE)
    return str(answer.json()["ip"])


def test_the_address_comes_from_the_header_behind_a_configured_proxy_alone(databases):
    with databases.lend("sqlite") as url:
        with serving(url) as api:
            cast = make_cast(api.db)
        with Server(url) as server:
            assert seen_as(server, cast, "198.51.100.7") == "127.0.0.1"
        with Server(url, trusted_proxies="127.0.0.1, 10.0.0.0/8", rate_anonymous=2) as server:
            assert seen_as(server, cast, "198.51.100.7") == "198.51.100.7"
            assert seen_as(server, cast, "6.6.6.6, 198.51.100.7") == "198.51.100.7"
            assert seen_as(server, cast, "6.6.6.6, 198.51.100.7, 10.1.2.3") == "198.51.100.7"
            assert seen_as(server, cast, "") == "127.0.0.1"
            assert seen_as(server, cast, ", ,") == "127.0.0.1"
            assert seen_as(server, cast, "2001:db8::1") == "2001:db8::1"
            statuses = [
                httpx.post(
                    f"{server.address}/api/auth/signinAnonymously",
                    json={"id_project": cast.id},
                    headers={"X-Forwarded-For": address},
                    timeout=PATIENCE,
                ).status_code
                for address in ("198.51.100.7", "6.6.6.6, 198.51.100.7", "198.51.100.7", "198.51.100.8")
            ]
    assert statuses == [200, 200, 429, 200]
