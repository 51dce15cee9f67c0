"""Projects and their settings."""

import pytest

from tests.cast import user_token


def test_whoever_makes_a_project_owns_it_and_nobody_else_sees_it(api, cast):
    made = api.ok(cast.agent, "POST", "/projects", {"name": "  Café 🙂 "})

    assert made["name"] == "Café 🙂"
    assert api.ok(cast.agent, "GET", f"/{made['_id']}/project_users/me")[0]["role"] == "owner"
    listed = api.ok(cast.agent, "GET", "/projects")
    assert [member["id_project"]["_id"] for member in listed] == [made["_id"], cast.id]
    assert api(cast.owner, "GET", f"/projects/{made['_id']}").status_code == 403


@pytest.mark.parametrize("name", [None, "", "   ", 1, ["x"], {"$gt": ""}, "x" * 201, "a\x00b"])
def test_a_project_needs_a_name(api, cast, name):
    assert api(cast.owner, "POST", "/projects", {"name": name}).status_code == 422


def test_keys_of_settings_are_merged_and_null_takes_one_away(api, cast):
    path = f"/projects/{cast.id}"
    api.ok(cast.admin, "PUT", path, {"settings": {"a": 1, "b": 2}, "attributes": {"x": "y"}})
    changed = api.ok(
        cast.admin, "PATCH", path, {"settings": {"a": None, "c": 3}, "name": "New", "unknown": 1}
    )

    assert changed["settings"] == {"b": 2, "c": 3}
    assert changed["attributes"] == {"x": "y"}
    assert api.ok(cast.agent, "GET", path) == changed


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"name": " "}, "name"),
        ({"settings": {"country": "Italy"}}, "settings.country"),
        ({"settings": {"allowed_origins": "x"}}, "settings.allowed_origins"),
        ({"settings": {"allowed_origins": ["javascript:alert(1)"]}}, "settings.allowed_origins"),
        ({"widget": {"themeColor": "red; }"}}, "widget.themeColor"),
        ({"widget": {"logoChat": "javascript:alert(1)"}}, "widget.logoChat"),
        ({"widget": {"align": "middle"}}, "widget.align"),
        ({"widget": {"wellcomeTitle": "x" * 201}}, "widget.wellcomeTitle"),
        ({"settings": []}, "settings"),
        ({"widget": "x"}, "widget"),
        ({"name": 1}, "name"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_changed(api, cast, body, param):
    before = api.ok(cast.admin, "GET", f"/projects/{cast.id}")
    answer = api(cast.admin, "PUT", f"/projects/{cast.id}", body)

    assert answer.status_code == 422
    assert [problem["param"] for problem in answer.json()["errors"]] == [param]
    assert api.ok(cast.admin, "GET", f"/projects/{cast.id}") == before


@pytest.mark.parametrize(
    "form", ["x", [1], [{}], [{"name": "a", "type": "script"}], [{"name": "a"}] * 200, {"a": 1}]
)
def test_a_form_that_is_none_is_refused(api, cast, form):
    answer = api(cast.admin, "PUT", f"/projects/{cast.id}", {"widget": {"preChatFormJson": form}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["param"].startswith("preChatFormJson")


def test_a_new_secret_is_told_once_and_the_old_one_still_holds(api, cast):
    told = api.ok(cast.admin, "POST", f"/{cast.id}/keys/generate")
    again = api.ok(cast.admin, "POST", f"/{cast.id}/keys/generate")

    assert set(told) == {"jwtSecret"}
    assert told != again
    for secret in (cast.secret, told["jwtSecret"], again["jwtSecret"]):
        token = {"Authorization": f"JWT {user_token(cast.id, secret, 'u')}"}
        assert api(token, "GET", f"/{cast.id}/requests/me").status_code == 200
    for answer in (api(cast.owner, "GET", f"/projects/{cast.id}"), api(None, "GET", f"/{cast.id}/widgets")):
        assert told["jwtSecret"] not in answer.text


def test_a_deleted_project_is_gone_for_everybody(api, cast):
    assert api.ok(cast.owner, "DELETE", f"/projects/{cast.id}")["status"] == 0

    for who in (cast.owner, cast.agent, cast.visitor, cast.user, None):
        for path in (
            f"/{cast.id}/leads",
            f"/projects/{cast.id}",
            f"/{cast.id}/widgets",
            f"/{cast.id}/requests/me",
        ):
            assert api(who, "GET", path).status_code in (400, 401)
    assert api(None, "POST", "/auth/signinAnonymously", {"id_project": cast.id}).status_code == 404
    assert cast.id not in str(api.ok(cast.owner, "GET", "/projects"))
    assert api(cast.owner, "DELETE", f"/projects/{cast.id}").status_code == 400
