"""Conversations over the API."""

import pytest

from tests.api.client import ABSENT
from tests.cast import away, new_request_id, new_visitor, reply, say


@pytest.fixture
def rid(cast):
    """A conversation that nobody has been given: they are all away."""
    away(cast)
    return say(cast, cast.visitor, "Hello").view.conversation.request_id


def listed(api, who, cast, path="requests", **query):
    return [
        request["request_id"] for request in api.ok(who, "GET", f"/{cast.id}/{path}", **query)["requests"]
    ]


def test_the_team_lists_open_ones_and_all(api, cast, rid):
    closed = say(cast, cast.other_visitor).view.conversation.request_id
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{closed}/close", {})

    assert listed(api, cast.agent, cast) == [rid]
    assert listed(api, cast.agent, cast, status="1000") == [closed]
    assert listed(api, cast.agent, cast, status="all") == [closed, rid]
    assert listed(api, cast.agent, cast, status="100,1000") == [closed, rid]
    assert listed(api, cast.agent, cast, status="nonsense") == [rid]
    assert listed(api, cast.agent, cast, status="all", limit=1, page=1) == [rid]
    assert listed(api, cast.agent, cast, status="all", direction=1) == [rid, closed]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests", limit="5000")["perPage"] == 40


def test_a_contact_has_its_conversations(api, cast, rid):
    second = say(cast, cast.visitor, "Again").view.conversation.request_id
    say(cast, cast.other_visitor)
    lead = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")["lead"]["_id"]

    assert listed(api, cast.agent, cast, lead=lead) == [second, rid]
    assert listed(api, cast.agent, cast, lead="5badfe5d553d1844ad654072") == []
    assert listed(api, cast.agent, cast, lead="zzz") == []


def test_conversations_are_found_by_what_they_hold(api, cast, rid):
    reply(cast, rid, "The bread is ready")
    api.ok(cast.agent, "PATCH", f"/{cast.id}/requests/{rid}", {"priority": "high", "tags": [{"tag": "oven"}]})
    ticket = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")["ticket_id"]
    other = say(cast, cast.other_visitor, "Else").view.conversation.request_id

    for query in (
        {"full_text": "hello"},
        {"tags": "oven"},
        {"priority": "high"},
        {"participant": cast.agent.person.user_id},
        {"ticket_id": ticket},
        {"status": "200"},
    ):
        assert listed(api, cast.agent, cast, **query) == [rid], query
    assert listed(api, cast.agent, cast, start_date="01/01/2020", end_date="31/12/9998") == [other, rid]
    assert listed(api, cast.agent, cast, end_date="01/01/2020") == []
    assert api(cast.agent, "GET", f"/{cast.id}/requests?start_date=2020-01-01").status_code == 422


def test_me_lists_the_callers_own(api, cast, rid):
    other = say(cast, cast.other_visitor).view.conversation.request_id
    mine = api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")

    assert [request["request_id"] for request in mine["requests"]] == [rid]
    assert mine["requests"][0]["unread"] == 0
    reply(cast, rid)
    assert api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")["requests"][0]["unread"] == 1
    assert listed(api, cast.other_visitor, cast, "requests/me") == [other]
    assert listed(api, cast.agent, cast, "requests/me") == []
    api.ok(cast.visitor, "PUT", f"/{cast.id}/requests/{rid}/closeg")
    assert listed(api, cast.visitor, cast, "requests/me") == []
    assert listed(api, cast.visitor, cast, "requests/me", status="all") == [rid]


def test_the_team_and_the_visitor_see_different_things(api, cast, rid):
    lead = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")["lead"]["_id"]
    api.ok(cast.agent, "PUT", f"/{cast.id}/leads/{lead}", {"fullname": "Known Name", "company": "ACME"})
    api.ok(cast.agent, "POST", f"/{cast.id}/requests/{rid}/notes", {"text": "a note"})
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{rid}/tag", [{"tag": "red", "color": "#f00"}])

    team = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")
    (own,) = api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")["requests"]
    assert (team["lead"]["fullname"], team["lead"]["company"]) == ("Known Name", "ACME")
    assert ([n["text"] for n in team["notes"]], [t["tag"] for t in team["tags"]]) == (["a note"], ["red"])
    assert set(own["lead"]) == {"_id", "lead_id", "fullname", "email", "phone"}
    assert (own["notes"], own["tags"]) == ([], [])
    for secret in ("Known Name", "ACME", "a note", "red"):
        assert secret not in str(own)


def test_counts(api, cast, rid):
    say(cast, cast.other_visitor)
    reply(cast, rid)
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests/count") == {
        "unassigned": 1,
        "assigned": 1,
        "bot_assigned": 0,
    }


def test_a_team_member_begins_one_for_a_contact(api, cast):
    lead = api.ok(cast.agent, "POST", f"/{cast.id}/leads", {"lead_id": "crm-1", "fullname": "Mario"})
    made = api.ok(
        cast.agent,
        "POST",
        f"/{cast.id}/requests",
        {"first_text": "We called", "sender": "crm-1", "subject": "S"},
    )

    assert (made["lead"], made["first_text"], made["subject"]) == (lead["_id"], "We called", "S")
    assert listed(api, cast.agent, cast, lead=lead["_id"]) == [made["request_id"]]
    again = api.ok(
        cast.agent, "POST", f"/{cast.id}/requests", {"first_text": "x", "request_id": made["request_id"]}
    )
    assert again["_id"] == made["_id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"first_text": " "}, 422),
        ({"first_text": 1}, 422),
        ({"first_text": "x" * 20_001}, (413, 422)),
        ({"first_text": "x", "request_id": "a b"}, 422),
        ({"first_text": "x", "request_id": "x" * 201}, 422),
        ({"first_text": "x", "attributes": {"a": "y" * 17_000}}, (413, 422)),
        ({"first_text": "x", "sender": "nobody"}, (403, 404)),
        ({"first_text": "x", "subject": "y" * 501}, 422),
    ],
)
def test_one_that_cannot_be_begun_is_refused(api, cast, body, status):
    answer = api(cast.agent, "POST", f"/{cast.id}/requests", body)
    assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text
    assert listed(api, cast.agent, cast, status="all") == []
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 0


def test_closing_and_opening_again(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}"
    closed = api.ok(cast.agent, "PUT", f"{path}/close", {"force": True})
    assert (closed["status"], closed["closed_by"]) == (1000, cast.agent.person.user_id)
    assert closed["duration"] >= 0
    assert api.ok(cast.owner, "PUT", f"{path}/close", {})["closed_at"] == closed["closed_at"]
    opened = api.ok(cast.agent, "PUT", f"{path}/reopen", {})
    assert opened["status"] == 100
    assert "closed_at" not in opened
    assert api.ok(cast.visitor, "PUT", f"{path}/closeg")["status"] == 1000
    posted = api.ok(cast.visitor, "POST", f"{path}/messages", {"text": "one more thing"})
    assert posted["request"]["status"] == 100


def test_the_guests_close_is_the_guests(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}/closeg"
    assert api(cast.other_visitor, "PUT", path).status_code == 404
    assert api(cast.user, "PUT", path).status_code == 404
    assert api(cast.agent, "PUT", path).status_code == 403
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")["status"] == 100


@pytest.mark.parametrize("rating", [0, 6, -1, None, "good", 4.5, [5], {"$gt": 0}, 10**30])
def test_a_rating_is_1_to_5(api, cast, rid, rating):
    answer = api(cast.visitor, "PATCH", f"/{cast.id}/requests/{rid}/rating", {"rating": rating})
    assert answer.status_code == 422


def test_the_visitor_rates_its_own_alone(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}/rating"
    rated = api.ok(cast.visitor, "PATCH", path, {"rating": 5, "rating_message": "<i>good</i>"})
    assert (rated["rating"], rated["rating_message"]) == (5, "<i>good</i>")
    for who in (cast.other_visitor, cast.user, cast.agent):
        assert api(who, "PATCH", path, {"rating": 1}).status_code == 404
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")["rating"] == 5


def test_what_may_be_changed_of_a_conversation(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}"
    lead = api.ok(cast.agent, "GET", path)["lead"]["_id"]
    body = {
        "subject": "Bread",
        "priority": "urgent",
        "location": {"city": "Rome"},
        "tags": [{"tag": "a"}, {"tag": "b", "color": "#0f0"}],
    }
    changed = api.ok(cast.agent, "PATCH", path, {**body, "lead": lead, "unknown": 1})

    assert (changed["subject"], changed["priority"], changed["location"]) == (
        "Bread",
        "urgent",
        {"city": "Rome"},
    )
    assert [tag["tag"] for tag in changed["tags"]] == ["a", "b"]
    assert [tag["tag"] for tag in api.ok(cast.agent, "PATCH", path, {"tags": []})["tags"]] == []
    merged = api.ok(cast.agent, "PATCH", f"{path}/attributes", {"x": 1, "last_message": "no"})
    assert merged["attributes"]["x"] == 1
    assert merged["attributes"]["last_message"]["text"] == "Hello"


def test_a_conversation_never_moves_to_another_contact(api, cast, rid):
    other = api.ok(cast.agent, "POST", f"/{cast.id}/leads", {})["_id"]
    for lead in (other, "5badfe5d553d1844ad654072", "x"):
        answer = api(cast.agent, "PATCH", f"/{cast.id}/requests/{rid}", {"lead": lead})
        assert (answer.status_code, answer.json()["code"]) == (409, "conversation_fixed")


@pytest.mark.parametrize(
    "body",
    [
        {"priority": "very"},
        {"status": 7},
        {"status": 1000},
        {"subject": "x" * 501},
        {"subject": 1},
        {"rating": 9},
        {"tags": "x"},
        {"tags": [{"tag": ""}]},
        {"tags": [{"tag": {"$gt": ""}}]},
        {"location": "Rome"},
        {"lead": 1},
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(api, cast, rid, body):
    path = f"/{cast.id}/requests/{rid}"
    before = api.ok(cast.agent, "GET", path)
    assert api(cast.agent, "PATCH", path, body).status_code == 422
    assert api.ok(cast.agent, "GET", path) == before


def test_participants(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}/participants"
    aldo, ada = cast.agent.person.user_id, cast.admin.person.user_id

    assert api.ok(cast.agent, "PUT", path, [ada])["participants"] == [ada]
    added = api.ok(cast.agent, "POST", path, {"member": aldo})
    assert set(added["participants"]) == {ada, aldo}
    assert {person["firstname"] for person in added["participatingAgents"]} == {"Ada", "Aldo"}
    assert api.ok(cast.agent, "DELETE", f"{path}/{ada}")["participants"] == [aldo]
    assert api(cast.agent, "DELETE", f"{path}/{ada}").status_code == 400
    assert api.ok(cast.agent, "PUT", path, [])["status"] == 100
    for wrong in ([cast.stranger.person.user_id], ["zzz"], [aldo, cast.visitor.key]):
        assert api(cast.agent, "PUT", path, wrong).status_code == 422
    assert api(cast.agent, "POST", path, {"member": ""}).status_code == 422


def test_notes(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}/notes"
    noted = api.ok(cast.agent, "POST", path, {"text": " one "})
    assert [note["text"] for note in noted["notes"]] == ["one"]
    for text in (None, "", "  "):
        assert api(cast.agent, "POST", path, {"text": text}).status_code == 400
    for text in (1, ["x"], "x" * 20_001, "a\x00b"):
        assert api(cast.agent, "POST", path, {"text": text}).status_code == 422
    assert api.ok(cast.agent, "DELETE", f"{path}/{noted['notes'][0]['_id']}")["notes"] == []
    assert api(cast.agent, "DELETE", f"{path}/{noted['notes'][0]['_id']}").status_code == 404


def test_tags(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}/tag"
    tagged = api.ok(cast.agent, "PUT", path, [{"tag": "a", "color": "#f00"}, {"tag": "a"}, "b"])
    assert [tag["tag"] for tag in tagged["tags"]] == ["a", "b"]
    assert [
        tag["tag"] for tag in api.ok(cast.agent, "DELETE", f"{path}/{tagged['tags'][0]['_id']}")["tags"]
    ] == ["b"]
    assert api(cast.agent, "PUT", path, []).status_code == 400
    for method, rest, body in (("PUT", "", ["a"]), ("DELETE", "/x", ABSENT)):
        unknown = api(cast.agent, method, f"/{cast.id}/requests/none/tag{rest}", body)
        told = {"success": False, "error": "Request not found with request id none"}
        assert (unknown.status_code, unknown.json()) == (404, told)
    for wrong in ([{}], [1], [{"tag": None}], [{"tag": "x" * 101}], {"tag": "x"}, "x"):
        assert api(cast.agent, "PUT", path, wrong).status_code == 422


def test_a_conversation_is_deleted_for_good_by_the_owner(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}"
    assert api(cast.admin, "DELETE", path).status_code == 403
    assert api.ok(cast.owner, "DELETE", path)["request_id"] == rid
    for who in (cast.owner, cast.visitor):
        assert api(who, "GET", f"{path}/messages").status_code == 404
    assert listed(api, cast.visitor, cast, "requests/me", status="all") == []
    assert api(cast.owner, "DELETE", path).status_code == 404


@pytest.mark.parametrize("request_id", ["zzz", "a%20b", "%20", "x" * 300])
def test_an_unknown_conversation_is_404_on_every_route(api, cast, request_id):
    path = f"/{cast.id}/requests/{request_id}"
    calls = [
        ("GET", "", None),
        ("PATCH", "", {"subject": "x"}),
        ("DELETE", "", None),
        ("GET", "/messages", None),
        ("GET", "/messages/x", None),
        ("PATCH", "/attributes", {"a": 1}),
        ("PUT", "/close", {}),
        ("PUT", "/reopen", {}),
        ("PUT", "/participants", []),
        ("POST", "/participants", {"member": "x"}),
        ("DELETE", "/participants/x", None),
        ("POST", "/notes", {"text": "x"}),
        ("DELETE", "/notes/x", None),
        ("PUT", "/tag", [{"tag": "x"}]),
        ("DELETE", "/tag/x", None),
        ("PUT", "/seen", {"message": "x"}),
    ]
    for method, rest, body in calls:
        more = {} if body is None else {"body": body}
        assert api(cast.owner, method, path + rest, **more).status_code == 404, (method, rest)


def test_an_id_of_another_projects_conversation_can_be_used_here(api, cast):
    guest = new_visitor(cast.db, cast.signing, cast.other_project.id)
    rid = new_request_id(cast.other_project.id)
    api.ok(guest, "POST", f"/{cast.other_project.id}/requests/{rid}/messages", {"text": "theirs"})

    assert api(cast.visitor, "GET", f"/{cast.id}/requests/{rid}/messages").status_code == 404
    api.ok(cast.visitor, "POST", f"/{cast.id}/requests/{rid}/messages", {"text": "ours"})
    assert [m["text"] for m in api.ok(guest, "GET", f"/{cast.other_project.id}/requests/{rid}/messages")] == [
        "theirs"
    ]
