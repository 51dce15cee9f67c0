"""Departments, groups, and who deals with a conversation, over the API."""

import pytest

from tests.cast import away, make_person, new_visitor, say


@pytest.fixture
def rid(cast):
    """A conversation that nobody has been given."""
    away(cast)
    return say(cast, cast.visitor).view.conversation.request_id


def user_id(who):
    return who.person.user_id


def there(api, who, available=True):
    api.ok(who, "PUT", f"/{who.agent.project_id}/project_users", {"user_available": available})


def test_a_department_is_made_changed_hidden_and_deleted(api, cast):
    base = f"/{cast.id}/departments"
    given = {
        "name": "Ovens",
        "routing": "unassigned",
        "id_bot": "bot_1",
        "bot_only": True,
        "tags": [{"tag": "x"}],
    }
    made = api.ok(cast.admin, "POST", base, given)

    assert (made["name"], made["routing"], made["default"], made["status"]) == (
        "Ovens",
        "unassigned",
        False,
        1,
    )
    assert (made["hasBot"], made["groups"], made["tags"]) == (False, [], [{"tag": "x"}])
    assert "id_bot" not in made
    assert [d["name"] for d in api.ok(None, "GET", base)] == ["Default Department", "Ovens"]
    assert [d["name"] for d in api.ok(None, "GET", base, sort="true")] == ["Default Department", "Ovens"]
    one = f"{base}/{made['_id']}"
    changed = api.ok(cast.admin, "PUT", one, {"status": 0, "description": "Hot", "routing": "assigned"})
    assert (changed["name"], changed["description"]) == ("Ovens", "Hot")
    assert [d["name"] for d in api.ok(None, "GET", base)] == ["Default Department"]
    assert api(None, "GET", one).status_code == api(cast.visitor, "GET", one).status_code == 404
    assert api.ok(cast.agent, "GET", one)["routing"] == "assigned"
    assert len(api.ok(cast.agent, "GET", f"{base}/allstatus")) == 2
    assert api.ok(None, "GET", f"{base}/default")["default"] is True
    assert api.ok(cast.admin, "DELETE", one)["_id"] == made["_id"]
    for method, body in (("GET", None), ("PUT", {"name": "x"}), ("DELETE", None)):
        assert api(cast.admin, method, one, body).status_code == 404


def test_the_default_department_is_neither_deleted_nor_hidden(api, cast):
    default = api.ok(None, "GET", f"/{cast.id}/departments/default")["_id"]
    path = f"/{cast.id}/departments/{default}"

    for answer in (api(cast.owner, "DELETE", path), api(cast.owner, "PUT", path, {"status": 0})):
        assert (answer.status_code, answer.json()["code"]) == (409, "default_department")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": ["x"]}, {"name": "D", "routing": "random"}, {"name": "D", "status": 7},
     {"name": "D", "groups": [{"group_id": "zzz"}]}, {"name": "D", "groups": {"$gt": ""}}, {"name": {"$ne": 1}}],
)  # fmt: skip
def test_a_wrong_department_is_refused(api, cast, body):
    answer = api(cast.owner, "POST", f"/{cast.id}/departments", body)
    assert (answer.status_code, answer.json()["success"]) == (422, False)
    assert answer.json()["errors"]


def test_another_projects_departments_and_groups_are_unknown(api, cast):
    theirs = api.ok(cast.rival, "POST", f"/{cast.other_project.id}/departments", {"name": "D"})["_id"]
    group = api.ok(cast.rival, "POST", f"/{cast.other_project.id}/groups", {"name": "G"})["_id"]
    rid = say(cast, cast.visitor).view.conversation.request_id

    for path in (f"/{cast.id}/departments/{theirs}", f"/{cast.id}/groups/{group}"):
        for method, body in (("GET", None), ("PUT", {"name": "x"}), ("DELETE", None)):
            assert api(cast.owner, method, path, body).status_code == 404
    moved = api(cast.owner, "PUT", f"/{cast.id}/requests/{rid}/departments", {"departmentid": theirs})
    assert moved.status_code == 422
    shares = {"name": "D", "groups": [{"group_id": group, "percentage": 50}]}
    assert api(cast.owner, "POST", f"/{cast.id}/departments", shares).status_code == 422
    foreign = {"name": "G", "members": [user_id(cast.stranger)]}
    assert api(cast.owner, "POST", f"/{cast.id}/groups", foreign).status_code == 422


def test_a_group_is_made_used_disabled_and_deleted(api, cast):
    base = f"/{cast.id}/groups"
    made = api.ok(cast.admin, "POST", base, {"name": "G1", "members": [user_id(cast.agent)] * 2})
    assert (made["members"], made["enabled"], made["trashed"]) == ([user_id(cast.agent)], True, False)
    one = f"{base}/{made['_id']}"
    shares = [{"group_id": made["_id"], "percentage": 100}]
    place = api.ok(cast.admin, "POST", f"/{cast.id}/departments", {"name": "D", "groups": shares})
    assert [(g["group_id"], g["percentage"]) for g in place["groups"]] == [(made["_id"], 100)]

    for refused in (api(cast.admin, "DELETE", one), api(cast.admin, "PUT", f"{base}/disable/{made['_id']}")):
        assert (refused.status_code, refused.json()["code"]) == (403, "group_in_use")
    api.ok(cast.admin, "PUT", f"/{cast.id}/departments/{place['_id']}", {"groups": []})
    assert api.ok(cast.admin, "PUT", f"{base}/disable/{made['_id']}")["enabled"] is False
    assert api.ok(cast.admin, "PUT", f"{base}/enable/{made['_id']}")["enabled"] is True
    assert api.ok(cast.agent, "GET", base, member=user_id(cast.agent))[0]["_id"] == made["_id"]
    assert api.ok(cast.agent, "GET", base, member=user_id(cast.admin)) == []
    assert api.ok(cast.admin, "PUT", one, {"members": [], "attributes": {"a": 1}})["attributes"] == {"a": 1}
    assert api.ok(cast.admin, "DELETE", one)["success"] is True
    assert api.ok(cast.agent, "GET", base) == []
    assert api.ok(cast.admin, "DELETE", f"{one}/physical")["trashed"] is True
    assert api(cast.agent, "GET", one).status_code == 404


def test_one_that_waits_is_assigned_when_asked_and_else_answers_as_it_stands(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}"
    waiting = api.ok(cast.agent, "PUT", f"{path}/assign", {})
    assert (waiting["status"], waiting["participants"]) == (100, [])
    there(api, cast.admin)

    lean = api.ok(cast.agent, "PUT", f"{path}/assign", {"no_populate": True, "nobot": True})
    assert (lean["status"], lean["participants"]) == (200, [user_id(cast.admin)])
    assert isinstance(lean["department"], str)
    there(api, cast.agent)
    assert api.ok(cast.agent, "PUT", f"{path}/assign", {})["participants"] == lean["participants"]
    assert api.ok(cast.agent, "PUT", f"{path}/agent")["participants"] == lean["participants"]
    assert api(cast.agent, "PUT", f"{path}/assign", {"departmentid": "zzz"}).status_code == 422


def test_it_moves_to_a_department_and_is_routed_anew(api, cast, rid):
    there(api, cast.agent)
    there(api, cast.admin)
    place = api.ok(cast.owner, "POST", f"/{cast.id}/departments", {"name": "D", "routing": "assigned"})
    path = f"/{cast.id}/requests/{rid}"

    moved = api.ok(cast.agent, "PUT", f"{path}/departments", {"departmentid": place["_id"], "nobot": True})
    assert (moved["department"]["_id"], moved["status"], len(moved["participants"])) == (place["_id"], 200, 1)
    assert moved["snapshot"]["department"]["_id"] == place["_id"]
    again = api.ok(cast.agent, "PUT", f"{path}/departments", {"departmentid": place["_id"]})
    assert again["participants"] != moved["participants"]

    back = api.ok(cast.agent, "PUT", f"{path}/departments", {"departmentid": "default"})
    assert (back["department"]["default"], back["department"]["_id"] != place["_id"]) == (True, True)
    assert api.ok(cast.agent, "PUT", f"{path}/assign")["department"]["default"]


def test_an_assignee_is_the_one_participant_and_bots_are_none(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}"
    api.ok(cast.agent, "PUT", f"{path}/participants", [user_id(cast.admin), user_id(cast.agent)])

    assert api.ok(cast.agent, "PUT", f"{path}/assignee", {"assignee": user_id(cast.owner)})[
        "participants"
    ] == [user_id(cast.owner)]
    for method, route, body in (
        ("PUT", "assignee", {"assignee": "bot_1"}),
        ("PUT", "assignee", {}),
        ("POST", "participants", {"member": "bot_1"}),
        ("PUT", "participants", ["bot_1"]),
        ("PUT", "replace", {"name": "guide"}),
        ("PUT", "replace", {}),
    ):
        refused = api(cast.agent, method, f"{path}/{route}", body)
        assert refused.status_code == 422, (route, body)
        assert refused.json()["errors"][0]["msg"]


def test_followers(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}/followers"
    ada, aldo = cast.admin.agent.member_id, cast.agent.agent.member_id

    assert api.ok(cast.agent, "POST", path, {"member": ada})["followers"] == [ada]
    assert api.ok(cast.agent, "PUT", path, [aldo, ada, aldo])["followers"] == [aldo, ada]
    assert api.ok(cast.agent, "DELETE", f"{path}/{ada}")["followers"] == [aldo]
    assert api.ok(cast.agent, "DELETE", f"{path}/{ada}")["followers"] == [aldo]
    for body in (
        {"member": user_id(cast.admin)},
        {"member": cast.stranger.agent.member_id},
        {},
        {"member": 1},
    ):
        assert api(cast.agent, "POST", path, body).status_code == 422
    assert api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")["requests"][0]["followers"] == []


# The team.


def test_an_address_with_an_account_joins_at_once(api, cast):
    person = make_person(api.db, "Nina", "New", cast.id[-12:])
    body = {"email": person.email.upper(), "role": "agent", "user_available": False}

    joined = api.ok(cast.admin, "POST", f"/{cast.id}/project_users/invite", body)

    assert (joined["id_user"]["_id"], joined["role"], joined["user_available"]) == (
        person.user_id,
        "agent",
        False,
    )
    assert joined["_id"] in [m["_id"] for m in api.ok(cast.agent, "GET", f"/{cast.id}/project_users")]
    assert api.ok(cast.admin, "GET", f"/{cast.id}/pendinginvitations") == []
    assert api(cast.admin, "POST", f"/{cast.id}/project_users/invite", body).status_code == 403
    owner = {**body, "email": make_person(api.db, "Nick", "New", cast.id[-12:]).email, "role": "owner"}
    assert api(cast.admin, "POST", f"/{cast.id}/project_users/invite", owner).status_code == 403


def test_the_team_is_filtered(api, cast):
    base = f"/{cast.id}/project_users"
    gone, trashed = cast.agent.agent.member_id, cast.teammate.agent.member_id
    assert api.ok(cast.admin, "DELETE", f"{base}/{gone}")["status"] == "disabled"
    assert api.ok(cast.admin, "DELETE", f"{base}/{trashed}", soft="true")["trashed"] is True

    def roles(**query):
        return [member["role"] for member in api.ok(cast.owner, "GET", base, **query)]

    assert roles() == ["owner", "admin", "agent"]
    assert roles(status="active") == ["owner", "admin"]
    assert roles(role="admin") == ["admin"]
    assert roles(role=["owner", "agent"]) == ["owner", "agent"]
    assert roles(trashed="true") == ["owner", "admin", "agent", "teammate"]
    assert roles(presencestatus="online") == []
    assert api.ok(cast.admin, "PUT", f"{base}/{trashed}/restore")["status"] == "active"
    assert api.ok(cast.admin, "PUT", f"{base}/{gone}", {"status": "active"})["status"] == "active"
    assert roles(status="active") == ["owner", "admin", "agent", "teammate"]
    api.ok(cast.admin, "DELETE", f"{base}/{gone}", hard="true")
    assert api(cast.owner, "GET", f"{base}/{gone}").status_code == 404
    assert api(cast.owner, "DELETE", f"{base}/{gone}", hard="true").status_code == 404


def test_one_of_the_team_is_found_by_its_account_and_a_visitor_by_its_key(api, cast, rid):
    base = f"/{cast.id}/project_users/users"
    (found,) = api.ok(cast.agent, "GET", f"{base}/{user_id(cast.admin)}")
    assert (found["_id"], found["id_user"]["email"]) == (cast.admin.agent.member_id, cast.admin.person.email)
    (visitor,) = api.ok(cast.agent, "GET", f"{base}/{cast.visitor.key}")
    assert (visitor["uuid_user"], visitor["role"], visitor["isBusy"]) == (cast.visitor.key, "guest", False)
    assert api.ok(cast.agent, "GET", f"/{cast.id}/project_users/{visitor['_id']}")["_id"] == visitor["_id"]
    for nobody in (user_id(cast.stranger), new_visitor(cast.db, cast.signing, cast.id).key, "zzz"):
        assert api(cast.agent, "GET", f"{base}/{nobody}").status_code == 404


def test_how_many_one_serves_is_counted_and_may_be_limited(api, cast):
    away(cast, cast.owner, cast.admin)
    me = f"/{cast.id}/project_users"
    limited = api.ok(cast.agent, "PUT", me, {"max_served_chat": 1, "profileStatus": "inactive"})
    assert (limited["max_served_chat"], limited["profileStatus"]) == (1, "inactive")
    first, second = (say(cast, guest).view.conversation for guest in (cast.visitor, cast.other_visitor))

    assert (first.status, second.status) == (200, 100)
    (found,) = api.ok(cast.agent, "GET", f"{me}/me")
    assert (found["number_assigned_requests"], found["isBusy"]) == (1, True)
    listed = {m["role"]: m for m in api.ok(cast.agent, "GET", me)}
    assert (listed["agent"]["number_assigned_requests"], listed["owner"]["number_assigned_requests"]) == (
        1,
        0,
    )
    (free,) = api.ok(None, "GET", f"/projects/{cast.id}/users/availables", department="default")[:1]
    assert (free["id"], free["assigned_request"]) == (user_id(cast.agent), 1)
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{first.request_id}/close")
    assert api.ok(cast.agent, "GET", f"{me}/me")[0]["number_assigned_requests"] == 0
    assert "max_served_chat" not in api.ok(cast.agent, "PUT", me, {"max_assigned_chat": None})


def test_who_is_available_may_be_asked_of_a_department(api, cast):
    group = api.ok(cast.admin, "POST", f"/{cast.id}/groups", {"name": "G", "members": [user_id(cast.agent)]})
    shares = [{"group_id": group["_id"], "percentage": 100}]
    place = api.ok(cast.admin, "POST", f"/{cast.id}/departments", {"name": "D", "groups": shares})

    def free(**query):
        return [m["id"] for m in api.ok(None, "GET", f"/projects/{cast.id}/users/availables", **query)]

    assert free(department=place["_id"]) == [user_id(cast.agent)]
    assert free(department="zzz") == [user_id(who) for who in (cast.owner, cast.admin, cast.agent)]
    there(api, cast.agent, available=False)
    assert free(department=place["_id"]) == []


def test_details_of_a_membership_are_changed_by_oneself_and_by_admins(api, cast):
    assigned = "settings.email.notification.conversation.assigned.toyou"
    own = {"attributes": {"desk": 4}, assigned: False, "role": "owner", "status": "disabled"}
    mine = api.ok(cast.agent, "PUT", f"/{cast.id}/project_users", own)
    assert (mine["attributes"], mine["role"], mine["status"]) == ({"desk": 4}, "agent", "active")
    kept = {"email": {"notification": {"conversation": {"assigned": {"toyou": False}}}}}
    assert mine["settings"] == kept
    path = f"/{cast.id}/project_users/{cast.agent.agent.member_id}"
    theirs = api.ok(cast.admin, "PUT", path, {"settings": {"sound": "off"}, "max_assigned_chat": 3})
    assert (theirs["settings"], theirs["max_assigned_chat"]) == ({**kept, "sound": "off"}, 3)
    for wrong in (
        {"max_served_chat": "x"},
        {"attributes": {"a": "y" * 20_000}},
        {"profileStatus": "y" * 101},
    ):
        assert api(cast.admin, "PUT", path, wrong).status_code == 422
    assert api(cast.teammate, "PUT", path, {"max_served_chat": 1}).status_code == 403


def test_an_invitation_is_read_changed_and_withdrawn(api, cast):
    body = {"email": f"new.{cast.id}@example.com", "role": "agent"}
    made = api.ok(cast.admin, "POST", f"/{cast.id}/project_users/invite", body)["pendingInvitation"]["_id"]
    path = f"/{cast.id}/pendinginvitations/{made}"

    assert api.ok(cast.admin, "PUT", path, {"role": "teammate"})["role"] == "teammate"
    assert api(cast.admin, "PUT", path, {"role": "owner"}).status_code == 403
    assert api(cast.admin, "PUT", path, {"role": "king"}).status_code == 422
    assert api.ok(cast.admin, "GET", path)["email"] == body["email"]
    assert api(cast.rival, "GET", f"/{cast.other_project.id}/pendinginvitations/{made}").status_code == 404
    assert api.ok(cast.admin, "DELETE", path)["deletedCount"] == 1
    for method in ("GET", "DELETE"):
        assert api(cast.admin, method, path).status_code == 404


def test_a_guest_may_carry_tags(api, cast):
    guest = api.ok(
        cast.agent, "POST", f"/{cast.id}/project_users", {"tags": [{"tag": "vip", "color": "#f00"}]}
    )
    assert guest["tags"] == [{"tag": "vip", "color": "#f00"}]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads", tags="vip")["count"] == 1
    assert api(cast.agent, "POST", f"/{cast.id}/project_users", {"tags": "x"}).status_code == 422
    assert api.ok(cast.agent, "POST", f"/{cast.id}/project_users")["role"] == "guest"
