"""Signing up and in, and one's own account."""

import pytest

from tests.api.client import serving
from tests.cast import PASSWORD

ANNA = {"email": "Anna@Example.com", "password": PASSWORD, "firstname": "Anna", "lastname": "Bianchi"}


@pytest.fixture
def fresh(database_url):
    """An installation that nobody has set up."""
    with serving(database_url) as api:
        yield api


@pytest.fixture(scope="module")
def untouched(module_database_url):
    """One for all that is refused."""
    with serving(module_database_url) as api:
        yield api


def test_the_first_account_may_be_made_and_no_second(fresh):
    made = fresh.ok(None, "POST", "/auth/signup", ANNA)
    second = fresh(None, "POST", "/auth/signup", {**ANNA, "email": "b@example.com"})

    assert made["user"]["email"] == "anna@example.com"
    assert "password" not in str(made)
    assert second.status_code == 403
    assert second.json()["code"] == "sign_up_closed"


@pytest.mark.parametrize(("mode", "statuses"), [("open", [200, 200]), ("invite", [403, 403])])
def test_sign_up_is_a_setting(databases, mode, statuses):
    with databases.lend("sqlite") as url, serving(url, sign_up=mode) as api:
        bodies = [{**ANNA, "email": f"{n}@example.com"} for n in range(2)]
        assert [api(None, "POST", "/auth/signup", body).status_code for body in bodies] == statuses


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"email": "nope"}, {"email"}),
        ({"email": "a@b"}, {"email"}),
        ({"email": None, "firstname": "", "lastname": "  "}, {"email", "firstname", "lastname"}),
        (
            {"email": ["a@example.com"], "firstname": {"$gt": ""}, "lastname": 1},
            {"email", "firstname", "lastname"},
        ),
        ({"password": None}, {"password"}),
        ({"password": "seven77"}, {"password"}),
        ({"password": "x" * 201}, {"password"}),
        ({"password": ["long enough"]}, {"password"}),
        ({"firstname": "x" * 201}, {"firstname"}),
        ({"firstname": "a\x00b"}, {"firstname"}),
        ({"email": "nope", "password": "short"}, {"email", "password"}),
    ],
)
def test_what_is_wrong_at_sign_up_is_named(untouched, change, named):
    answer = untouched(None, "POST", "/auth/signup", {**ANNA, **change})

    assert answer.status_code == 422
    assert answer.json()["success"] is False
    assert {problem["param"] for problem in answer.json()["errors"]} == named
    assert all(problem["location"] == "body" and problem["msg"] for problem in answer.json()["errors"])


def test_names_are_kept_as_typed(fresh):
    name = "<b>\u202eمرحبا</b> 🙂 O'Neil"
    made = fresh.ok(None, "POST", "/auth/signup", {**ANNA, "firstname": f"  {name} "})
    assert made["user"]["firstname"] == name


def test_signing_in_takes_the_email_in_any_case(api, cast):
    email = cast.agent.person.email
    signed_in = api.ok(None, "POST", "/auth/signin", {"email": f" {email.upper()} ", "password": PASSWORD})

    me = api.ok({"Authorization": signed_in["token"]}, "GET", "/users")
    assert me == signed_in["user"]
    assert set(me) == {"_id", "email", "firstname", "lastname", "emailverified"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"email", "password"}),
        ({"email": "nope", "password": "x"}, {"email"}),
        ({"email": "a@example.com", "password": ""}, {"password"}),
    ],
)
def test_signing_in_with_less_is_wrong_input(api, body, named):
    answer = api(None, "POST", "/auth/signin", body)
    assert answer.status_code == 422
    assert {problem["param"] for problem in answer.json()["errors"]} == named


@pytest.mark.parametrize(
    "body", [{"email": {"$gt": ""}, "password": {"$gt": ""}}, {"email": 1, "password": None}]
)
def test_signing_in_with_operators_is_wrong_input(api, body):
    assert api(None, "POST", "/auth/signin", body).status_code == 422


def test_ones_own_account_is_changed_by_what_is_given(api, cast):
    changed = api.ok(cast.agent, "PUT", "/users", {"firstname": "Aldo ", "phone": "+39 06 1234567"})
    assert (changed["updatedUser"]["firstname"], changed["updatedUser"]["lastname"]) == ("Aldo", "Agent")
    assert changed["updatedUser"]["phone"]

    kept = api.ok(cast.agent, "PUT", "/users", {"email": "owner@example.com", "role": "owner", "_id": "x"})
    assert kept["updatedUser"]["email"] == cast.agent.person.email
    assert "phone" not in api.ok(cast.agent, "PUT", "/users", {"phone": None})["updatedUser"]


@pytest.mark.parametrize(
    "body", [{"firstname": 1}, {"lastname": ["x"]}, {"phone": {"a": 1}}, {"firstname": "x" * 999}]
)
def test_a_wrong_value_of_ones_account_is_refused(api, cast, body):
    assert api(cast.agent, "PUT", "/users", body).status_code == 422


def test_a_password_is_changed_with_the_old_one(api, cast):
    wrong = api(cast.agent, "PUT", "/users/changepsw", {"oldpsw": "wrong", "newpsw": "a new one, long"})
    short = api(cast.agent, "PUT", "/users/changepsw", {"oldpsw": PASSWORD, "newpsw": "short"})
    assert (wrong.status_code, short.status_code) == (401, 422)

    api.ok(cast.agent, "PUT", "/users/changepsw", {"oldpsw": PASSWORD, "newpsw": "a new one, long"})
    body = {"email": cast.agent.person.email, "password": "a new one, long"}
    assert api(None, "POST", "/auth/signin", body).status_code == 200
