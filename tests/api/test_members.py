"""The team of a project."""

import pytest


def test_the_team_is_listed_with_its_accounts(api, cast):
    listed = api.ok(cast.teammate, "GET", f"/{cast.id}/project_users")

    assert [member["role"] for member in listed] == ["owner", "admin", "agent", "teammate"]
    assert listed[0]["id_user"]["email"] == cast.owner.person.email
    assert "password" not in str(listed)


def test_me_is_a_list_of_one(api, cast):
    (me,) = api.ok(cast.agent, "GET", f"/{cast.id}/project_users/me")
    assert (me["id_user"], me["role"], me["_id"]) == (
        cast.agent.person.user_id,
        "agent",
        cast.agent.agent.member_id,
    )
    assert api.ok(cast.agent, "GET", f"/{cast.id}/project_users/{me['_id']}")["_id"] == me["_id"]


@pytest.mark.parametrize("member", ["zzz", "5badfe5d553d1844ad654072", "%20"])
def test_an_unknown_member_is_404(api, cast, member):
    path = f"/{cast.id}/project_users/{member}"
    assert api(cast.admin, "GET", path).status_code == 404
    assert api(cast.admin, "PUT", path, {"role": "agent"}).status_code == 404
    assert api(cast.admin, "DELETE", path).status_code == 404


def test_another_projects_member_is_404(api, cast):
    path = f"/{cast.id}/project_users/{cast.stranger.agent.member_id}"
    assert api(cast.owner, "GET", path).status_code == 404
    assert api(cast.owner, "DELETE", path).status_code == 404
    assert api.ok(cast.stranger, "GET", f"/{cast.other_project.id}/project_users/me")[0]["status"] == "active"


def test_everybody_says_whether_they_are_available(api, cast):
    api.ok(cast.agent, "PUT", f"/{cast.id}/project_users", {"user_available": False, "role": "owner"})

    (me,) = api.ok(cast.agent, "GET", f"/{cast.id}/project_users/me")
    assert (me["user_available"], me["role"]) == (False, "agent")
    available = api.ok(None, "GET", f"/projects/{cast.id}/users/availables")
    assert cast.agent.person.user_id not in [member["id"] for member in available]
    assert "email" not in available[0]


def test_nobody_is_raised_above_who_raises(api, cast):
    def change(who, whom, role):
        return api(who, "PUT", f"/{cast.id}/project_users/{whom.agent.member_id}", {"role": role}).status_code

    assert change(cast.admin, cast.agent, "owner") == 403
    assert change(cast.admin, cast.owner, "agent") == 403
    assert change(cast.admin, cast.admin, "owner") == 403
    assert change(cast.agent, cast.agent, "admin") == 403
    assert change(cast.agent, cast.teammate, "agent") == 403
    assert change(cast.admin, cast.agent, "supervisor") == 200
    assert change(cast.owner, cast.admin, "owner") == 200


def test_a_project_keeps_an_owner(api, cast):
    path = f"/{cast.id}/project_users/{cast.owner.agent.member_id}"
    for answer in (api(cast.owner, "PUT", path, {"role": "agent"}), api(cast.owner, "DELETE", path)):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")


@pytest.mark.parametrize("role", ["king", "", "guest", 1, ["owner"], {"$gt": ""}])
def test_a_role_that_is_none_is_refused(api, cast, role):
    path = f"/{cast.id}/project_users/{cast.agent.agent.member_id}"
    assert api(cast.owner, "PUT", path, {"role": role}).status_code == 422


def test_an_invitation_is_listed_without_its_link(api, cast):
    body = {"email": "New@Example.com", "role": "agent"}
    invited = api.ok(cast.admin, "POST", f"/{cast.id}/project_users/invite", body)
    listed = api.ok(cast.admin, "GET", f"/{cast.id}/pendinginvitations")

    assert [invitation["email"] for invitation in listed] == ["new@example.com"]
    assert invited["link"].rsplit("/", 1)[1].split(".")[2] not in str(listed)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"email": "nope"}, 422),
        ({"email": ["a@example.com"]}, 422),
        ({"email": "a@example.com", "role": "king"}, 422),
        ({"email": "a@example.com", "role": "owner"}, 403),
    ],
)
def test_an_invitation_needs_an_address_and_a_role_that_may_be_given(api, cast, body, status):
    assert api(cast.admin, "POST", f"/{cast.id}/project_users/invite", body).status_code == status


def test_a_member_is_not_invited_again(api, cast):
    for who, code in ((cast.agent, 4001), (cast.admin, 4000)):
        body = {"email": who.person.email.upper(), "role": "agent"}
        refused = api(cast.admin, "POST", f"/{cast.id}/project_users/invite", body)
        assert (refused.status_code, refused.json()["code"]) == (403, code)


def test_a_guest_made_by_the_team_becomes_the_contact_that_is_made_with_its_id(api, cast):
    guest = api.ok(cast.agent, "POST", f"/{cast.id}/project_users", {"tags": [{"tag": "fair"}]})
    (blank,) = api.ok(cast.agent, "GET", f"/{cast.id}/leads")["leads"]
    assert blank["lead_id"] == guest["uuid_user"]
    body = {"lead_id": guest["uuid_user"], "fullname": "Leo", "attributes": {"a": 1}, "tags": ["vip"]}
    assert api(cast.agent, "POST", f"/{cast.id}/leads", {"lead_id": blank["lead_id"]}).status_code == 409
    assert api(cast.stranger, "POST", f"/{cast.other_project.id}/leads", body).status_code == 200

    made = api.ok(cast.agent, "POST", f"/{cast.id}/leads", body)
    assert (made["_id"], made["fullname"], made["attributes"]) == (blank["_id"], "Leo", {"a": 1})
    assert made["tags"] == ["fair", "vip"]
    assert [one["kind"] for one in made["identities"]] == ["manual"]
    again = api(cast.agent, "POST", f"/{cast.id}/leads", {**body, "fullname": "Lea"})
    assert (again.status_code, again.json()["_id"]) == (409, made["_id"])
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 1


def test_a_guest_who_has_been_written_for_is_named_by_no_one_else(api, cast):
    guest = api.ok(cast.agent, "POST", f"/{cast.id}/project_users")["uuid_user"]
    path = f"/{cast.id}/requests/support-group-{cast.id}-{'b' * 32}/messages"
    api.ok(cast.agent, "POST", path, {"text": "Hello", "sender": guest})
    body = {"lead_id": guest, "fullname": "Leo"}
    assert api(cast.agent, "POST", f"/{cast.id}/leads", body).status_code == 409


def test_a_guest_made_by_the_team_can_be_written_to(api, cast):
    guest = api.ok(cast.agent, "POST", f"/{cast.id}/project_users", {"tags": []})
    assert (guest["role"], guest["roleType"], guest["createdBy"]) == ("guest", 2, cast.agent.person.user_id)
    (found,) = api.ok(cast.agent, "GET", f"/{cast.id}/project_users/users/{guest['uuid_user']}")
    assert (found["role"], found["isAuthenticated"], guest["isAuthenticated"]) == ("guest", False, False)

    path = f"/{cast.id}/requests/support-group-{cast.id}-{'a' * 32}/messages"
    posted = api.ok(cast.agent, "POST", path, {"text": "Hello", "sender": guest["uuid_user"]})
    assert posted["request"]["lead"]["lead_id"] == guest["uuid_user"]
    assert (posted["sender"], posted["createdBy"]) == (guest["uuid_user"], cast.agent.person.user_id)
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 1
