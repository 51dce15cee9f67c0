"""Leaving for good, colleagues, and tokens that a site has signed."""

import time

import jwt
import pytest

from rolodesk.usecases import clock, projects
from tests.cast import PASSWORD


def test_who_leaves_is_forgotten_and_the_email_is_free(api, cast):
    email = cast.agent.person.email
    gone = api.ok(cast.agent, "DELETE", "/users")

    assert gone["success"] is True
    assert email not in str(gone)
    assert "Aldo" not in str(gone)
    assert api(cast.agent, "GET", "/users").status_code == 401
    assert api(None, "POST", "/auth/signin", {"email": email, "password": PASSWORD}).status_code == 401
    team = api.ok(cast.owner, "GET", f"/{cast.id}/project_users")
    assert email not in str(team)
    assert "active" not in [m["status"] for m in team if m["_id"] == cast.agent.agent.member_id]
    projects.invite(cast.db, cast.owner.agent, email, "agent")


def test_the_last_owner_stays_until_there_is_another(api, cast):
    refused = api(cast.owner, "DELETE", "/users")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
    assert refused.json()["projects"] == [cast.id]
    api.ok(cast.owner, "GET", "/users")

    projects.change_member(cast.db, cast.owner.agent, cast.admin.agent.member_id, "owner")
    api.ok(cast.owner, "DELETE", "/users")
    history = api.ok(cast.admin, "GET", f"/{cast.id}/project_users")
    assert cast.owner.person.email not in str(history)


def test_visitors_have_no_account_to_delete(api, cast):
    for nobody in (None, cast.visitor, cast.user):
        assert api(nobody, "DELETE", "/users").status_code == 401


def test_names_are_told_to_who_shares_a_project(api, cast):
    path = f"/users_util/{cast.owner.person.user_id}"
    told = api.ok(cast.agent, "GET", path)
    assert told == {"_id": cast.owner.person.user_id, "firstname": "Olivia", "lastname": "Owner"}
    assert api.ok(cast.owner, "GET", path) == told
    for stranger in (cast.stranger, cast.rival):
        assert api(stranger, "GET", path).status_code == 404
    assert api(None, "GET", path).status_code == 401
    for odd in ("x", "f" * 24, "%00"):
        assert api(cast.agent, "GET", f"/users_util/{odd}").status_code == 404


def signed(secret, **claims):
    return {"Authorization": f"JWT {jwt.encode(claims, secret, 'HS256')}"}


def test_a_token_that_the_projects_secret_has_signed_is_read(api, cast):
    at = int(time.time())
    token = signed(cast.secret, _id="ugo", iat=at, exp=at + 600, plan="gold")
    decoded = api.ok(token, "POST", f"/{cast.id}/jwt/decode")["decoded"]
    assert decoded == {"_id": "ugo", "iat": at, "exp": at + 600, "plan": "gold"}


def test_no_other_token_is_read(api, cast):
    at = int(time.time())
    theirs = projects.rotate_secret(cast.db, cast.rival.agent)
    for odd in (
        signed(cast.secret, exp=at + 60),
        signed(cast.secret, iat=at),
        signed(cast.secret, iat=at, exp=at + 601),
        signed(cast.secret, iat=at - 100, exp=at - 1),
        signed(cast.secret, iat=at, exp="x"),
        signed(theirs, iat=at, exp=at + 60),
        {"Authorization": f"JWT {jwt.encode({'iat': at, 'exp': at + 60}, None, 'none')}"},
        cast.agent,
        cast.visitor,
        signed(cast.secret, iat=at, exp=at + 60, plan="\ud800"),
        {"Authorization": "JWT x.y.z"},
        cast.agent.basic,
        None,
    ):
        assert api(odd, "POST", f"/{cast.id}/jwt/decode").status_code == 401


@pytest.mark.parametrize("path", ["", "/"])
def test_the_root_says_that_somebody_is_at_home(api, path):
    answer = api(None, "GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_attributes_of_a_project_are_merged(api, cast):
    path = f"/projects/{cast.id}/attributes"
    api.ok(cast.admin, "PATCH", path, {"a": 1, "b": {"c": [1]}})
    assert api.ok(cast.admin, "PATCH", path, {"a": None, "d": "x"})["attributes"] == {
        "b": {"c": [1]},
        "d": "x",
    }
    assert api(cast.agent, "PATCH", path, {"a": 1}).status_code == 403
    assert api(cast.admin, "PATCH", path, {"big": "x" * 100_001}).status_code == 422
    assert api(cast.admin, "PATCH", path, ["a"]).status_code == 422


def test_a_project_goes_for_good(api, cast):
    made = api.ok(cast.agent, "POST", "/projects", {"name": f"Gone {clock.now()}"})
    assert api(cast.owner, "DELETE", f"/projects/{made['_id']}/physical").status_code == 403
    assert api.ok(cast.agent, "DELETE", f"/projects/{made['_id']}/physical") == {
        "n": 1,
        "ok": 1,
        "deletedCount": 1,
    }
    assert api(cast.agent, "DELETE", f"/projects/{made['_id']}/physical").status_code == 400
