"""What a visitor's browser calls before it has said a word."""

import pytest

from tests.cast import filled, new_request_id, user_token


def test_every_anonymous_sign_in_is_a_new_visitor_and_leaves_no_contact(api, cast):
    one, two = (api.ok(None, "POST", "/auth/signinAnonymously", {"id_project": cast.id}) for _ in range(2))

    assert one["user"]["_id"] != two["user"]["_id"]
    assert one["user"]["firstname"] == f"guest#{one['user']['_id'][:4]}"
    assert one["token"].startswith("JWT ")
    assert "generated" not in one["user"]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"id_project": ""}, 422),
        ({"id_project": None}, 422),
        ({"id_project": 12}, 422),
        ({"id_project": {"$gt": ""}}, 422),
        ({"id_project": "zzz"}, 404),
        ({"id_project": "5badfe5d553d1844ad654072"}, 404),
    ],
)
def test_an_anonymous_sign_in_needs_a_project(api, body, status):
    assert api(None, "POST", "/auth/signinAnonymously", body).status_code == status


@pytest.mark.parametrize(
    "more", [{"firstname": 1}, {"email": ["x"]}, {"attributes": "x"}, {"firstname": "x" * 999}]
)
def test_wrong_values_at_an_anonymous_sign_in_are_refused(api, cast, more):
    assert api(None, "POST", "/auth/signinAnonymously", {"id_project": cast.id, **more}).status_code == 422


def test_a_sites_user_gets_its_own_token_back(api, cast):
    token = user_token(cast.id, cast.secret, "u-7", firstname="Ugo", role="owner")
    answer = api.ok(
        {"Authorization": f"JWT {token}"}, "POST", "/auth/signinWithCustomToken", {"id_project": cast.id}
    )

    assert answer["token"] == f"JWT {token}"
    assert (answer["user"]["_id"], answer["user"]["firstname"]) == ("u-7", "Ugo")


def test_a_sites_user_needs_no_body_if_the_token_names_the_project(api, cast):
    token = user_token(cast.id, cast.secret, "u-7")
    assert api({"Authorization": f"JWT {token}"}, "POST", "/auth/signinWithCustomToken").status_code == 200
    generic = user_token(cast.id, cast.secret, "u-7", aud="https://tiledesk.com")
    assert api({"Authorization": f"JWT {generic}"}, "POST", "/auth/signinWithCustomToken").status_code in (
        400,
        401,
    )
    body = {"id_project": cast.id}
    assert (
        api({"Authorization": f"JWT {generic}"}, "POST", "/auth/signinWithCustomToken", body).status_code
        == 200
    )


def test_a_token_of_ours_that_a_client_has_kept_is_told_whose_it_is(api, cast):
    def ask(who, **body):
        return api(who, "POST", "/auth/signinWithCustomToken", body)

    guest = ask(cast.visitor, id_project=cast.id)
    assert (guest.json()["token"], guest.json()["user"]["_id"]) == (
        f"JWT {cast.visitor.token}",
        cast.visitor.key,
    )
    assert ask(cast.visitor).json() == guest.json()
    assert ask(cast.visitor, id_project=cast.other_project.id).status_code == 401
    agent = ask(cast.agent).json()
    assert (agent["success"], agent["token"]) == (True, f"JWT {cast.agent.token}")
    assert agent["user"] == api.ok(cast.agent, "GET", "/users")

    for who in (cast.visitor, cast.agent):
        api.ok(who, "POST", "/auth/signout")
        assert ask(who).status_code == 401


def test_the_widget_is_told_what_anybody_may_know(api, cast):
    api.ok(cast.admin, "PUT", f"/projects/{cast.id}", {"widget": {"themeColor": "#112233", "secret": "no"}})
    boot = api.ok(None, "GET", f"/{cast.id}/widgets")

    assert boot["project"]["widget"] == {"themeColor": "#112233"}
    assert boot["project"]["bannedUsers"] == []
    assert boot["project"]["createdBy"] == ""
    assert "settings" not in boot["project"]
    assert set(boot["user_available"][0]) == {"id", "firstname"}
    assert "@" not in str(boot)


@pytest.mark.parametrize(
    "path", ["/{}/widgets", "/{}/departments", "/projects/{}/isopen", "/projects/{}/users/availables"]
)
def test_public_routes_name_a_wrong_project(api, path):
    assert api(None, "GET", path.format("zzz")).json() == {"error": "Invalid project id: zzz"}
    unknown = "5badfe5d553d1844ad654072"
    answer = api(None, "GET", path.format(unknown))
    assert (answer.status_code, answer.json()) == (400, {"error": f"Project not found with id: {unknown}"})


def test_the_form_asks_what_is_not_known_yet(api, cast):
    asked = [field["name"] for field in api.ok(cast.visitor, "GET", f"/{cast.id}/widgets/form")["fields"]]
    body = {"text": "Hi", "attributes": filled({"userFullname": "Vera", "userEmail": "vera@example.com"})}
    body["attributes"] |= {"userFullname": "Vera", "userEmail": "vera@example.com"}
    api.ok(cast.visitor, "POST", f"/{cast.id}/requests/{new_request_id(cast.id)}/messages", body)

    assert asked == ["userFullname", "userEmail"]
    assert api.ok(cast.visitor, "GET", f"/{cast.id}/widgets/form") == {"fields": []}
    assert len(api.ok(cast.other_visitor, "GET", f"/{cast.id}/widgets/form")["fields"]) == 2
    assert "userEmail" not in str(api.ok(cast.user, "GET", f"/{cast.id}/widgets/form"))


def test_a_project_without_a_form_asks_nothing(api, cast):
    api.ok(cast.admin, "PUT", f"/projects/{cast.id}", {"widget": {"preChatForm": False}})
    assert api.ok(cast.visitor, "GET", f"/{cast.id}/widgets/form") == {"fields": []}


def test_the_form_is_for_visitors(api, cast):
    assert api(cast.agent, "GET", f"/{cast.id}/widgets/form").status_code == 403
