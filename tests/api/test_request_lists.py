"""Lists of conversations by everything that the reference's clients ask for."""

import pytest

from tests.cast import new_visitor, reply, say


@pytest.fixture
def three(api, cast):
    """Three conversations: of Vera, of another visitor, and a closed one of a third."""
    threads = {}
    for name, guest in (
        ("vera", cast.visitor),
        ("other", cast.other_visitor),
        ("closed", new_visitor(cast.db, cast.signing, cast.id)),
    ):
        threads[name] = say(cast, guest, f"Hello from {name}").view.conversation.request_id
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{threads['closed']}/close", {})
    return threads


@pytest.fixture
def listed(api, cast, three):
    names = {rid: name for name, rid in three.items()}

    def listed(who=None, path="requests", **query):
        found = api.ok(who or cast.agent, "GET", f"/{cast.id}/{path}", **query)
        shown = [names.get(one["request_id"], "?") for one in found["requests"]]
        assert found["count"] == len(shown) or query.get("no_count")
        return shown

    return listed


def patch(api, cast, rid, **body):
    return api.ok(cast.agent, "PATCH", f"/{cast.id}/requests/{rid}", body)


def test_texts_are_found_wherever_the_team_can_read_them(api, cast, three, listed):
    path = f"/{cast.id}/requests/{three['vera']}"
    reply(cast, three["vera"], "The oven is broken")
    patch(api, cast, three["vera"], subject="A Subject", tags=[{"tag": "urgentissimo"}])
    api.ok(cast.agent, "POST", f"{path}/notes", {"text": "a NOTE about 100% rye"})
    api.ok(cast.visitor, "PATCH", f"{path}/rating", {"rating": 5, "rating_message": "Splendid"})
    lead = api.ok(cast.agent, "GET", path)["lead"]["_id"]
    api.ok(
        cast.agent, "PUT", f"/{cast.id}/leads/{lead}", {"fullname": "Zoë Quattro", "email": "zoe@quattro.it"}
    )

    for text in ("OVEN", "subject", "urgentissimo", "note", "100%", "splendid", "zoe quattro", "zoe@quattro"):
        assert listed(full_text=text) == ["vera"], text
    assert listed(full_text="oven nothing") == []
    # A visitor finds by what it can read alone.
    mine = lambda text: listed(cast.visitor, "requests/me", full_text=text)  # noqa: E731
    for text in ("oven", "subject", "splendid", "Hello"):
        assert mine(text) == ["vera"], text
    for text in ("urgentissimo", "note", "100%", "quattro", "from other"):
        assert mine(text) == [], text
    assert listed(cast.visitor, "requests/me", tags="urgentissimo") == []
    note = api.ok(cast.agent, "GET", path)["notes"][0]["_id"]
    api.ok(cast.agent, "DELETE", f"{path}/notes/{note}")
    assert listed(full_text="rye") == []


def test_the_teams_own_marks(api, cast, three, listed):
    patch(api, cast, three["vera"], workingStatus="pending", smartAssignment=False, channelName="email")
    patch(
        api,
        cast,
        three["other"],
        workingStatus="open",
        draft=True,
        location={"city": "Rome", "country": "IT"},
    )
    changed = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{three['vera']}")

    assert (changed["workingStatus"], changed["smartAssignment"]) == ("pending", False)
    assert (changed["channel"], changed["preflight"]) == ({"name": "email"}, False)
    for query, expected in (
        ({"workingStatus": "pending"}, ["vera"]),
        ({"workingStatus[in]": "pending, open"}, ["other", "vera"]),
        ({"workingStatus[ne]": "pending"}, ["other"]),
        ({"workingStatus[nin]": "pending,open", "status": "all"}, ["closed"]),
        ({"smartAssignment": "false"}, ["vera"]),
        ({"smartAssignment": "true"}, ["other"]),
        ({"channel": "offline"}, ["vera"]),
        ({"channel": "online"}, ["other"]),
        ({"channel": "email"}, ["vera"]),
        ({"draft": "false"}, ["vera"]),
        ({"draft": "true"}, ["other"]),
        ({"location": "rome"}, ["other"]),
        ({"location": "IT"}, ["other"]),
        ({"location": "Ro"}, []),
    ):
        assert listed(**query) == expected, query
    for wrong in ({"workingStatus": "x"}, {"channelName": "a b"}, {"draft": "yes"}, {"smartAssignment": [1]}):
        assert api(cast.agent, "PATCH", f"/{cast.id}/requests/{three['vera']}", wrong).status_code == 422


def test_telephony_and_bots_find_nothing(listed):
    for query in (
        *({name: "1"} for name in ("caller", "called", "call_id", "snap_department_id_bot")),
        {"hasbot": "true"},
        {"snap_department_id_bot_exists": "true"},
        {"abandoned": "true"},
    ):
        assert listed(**query) == [], query
    assert listed(hasbot="false", snap_department_id_bot_exists="false") == ["other", "vera"]


def test_departments_and_people(api, cast, three, listed):
    (place,) = api.ok(None, "GET", f"/{cast.id}/departments")
    for query in (
        {"dept_id": place["_id"]},
        {"snap_department_routing": place["routing"]},
        {"snap_department_default": "true"},
    ):
        assert listed(**query) == ["other", "vera"], query
    for query in (
        {"dept_id": "f" * 24},
        {"snap_department_routing": "other"},
        {"snap_department_default": "false"},
    ):
        assert listed(**query) == [], query
    api.ok(
        cast.agent, "PUT", f"/{cast.id}/requests/{three['vera']}/participants", [cast.agent.person.user_id]
    )
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{three['other']}/participants", [])
    assert listed(participant=cast.agent.person.user_id) == ["vera"]


def test_contacts(api, cast, three, listed):
    lead = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{three['vera']}")["lead"]["_id"]
    fields = {"phone": "+39 345 6677888", "email": "vera@example.com"}
    api.ok(cast.agent, "PUT", f"/{cast.id}/leads/{lead}", fields)

    for query in (
        {"phone": "3456677888"},
        {"phone": "345 66 77"},
        {"requester_email": "VERA@example.com"},
        {"snap_lead_email": "vera@example.com"},
        {"snap_lead_lead_id": cast.visitor.key},
        {"lead": lead},
    ):
        assert listed(**query) == ["vera"], query
    assert listed(phone="999") == []
    assert listed(phone="x") == ["other", "vera"]
    assert listed(cast.visitor, "requests/me", phone="999") == ["vera"]


def test_times(api, cast, three, listed):
    created = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{three['closed']}")["createdAt"]
    day = f"{created[8:10]}/{created[5:7]}/{created[:4]}"
    year_first = f"{created[:4]}/{created[5:7]}/{created[8:10]}"

    assert listed(start_date=day, end_date=day, timezone="UTC", status="all") == ["closed", "other", "vera"]
    assert listed(start_date=year_first, timezone="UTC") == ["other", "vera"]
    assert listed(start_date_time=f"{day} 00:00:00", end_date_time=f"{day}, 23:59", timezone="UTC") == [
        "other",
        "vera",
    ]
    assert listed(end_date=f"{day} 00:00", timezone="UTC") == []
    # Each zone begins its day at another time: where it is always the day before, today has not begun.
    assert listed(end_date="01/01/2020", timezone="Pacific/Kiritimati") == []
    assert listed(start_date=day, timezone="UTC", filterRangeField="closed_at", status="all") == ["closed"]
    assert listed(start_date=day, timezone="UTC", filterRangeField="updatedAt") == ["other", "vera"]
    for wrong in (
        {"start_date": "2020-01-01"},
        {"end_date": "32/01/2020"},
        {"start_date": "01/01/0001"},
        {"start_date": "01/01/2020 25:00"},
        {"start_date": day, "timezone": "Europe/Nowhere"},
        {"start_date": day, "timezone": "../../etc/passwd"},
        {"start_date": day, "filterRangeField": "password"},
        {"sort": "$where"},
    ):
        assert (
            api(
                cast.agent, "GET", f"/{cast.id}/requests?" + "&".join(f"{k}={v}" for k, v in wrong.items())
            ).status_code
            == 422
        ), wrong


def test_a_day_begins_where_the_one_who_asks_lives(api, cast, three, listed, monkeypatch):
    with cast.db.write(cast.id) as tx:
        # 31 December 23:30 UTC: in Rome it is the new year.
        tx.run("UPDATE conversations SET created_at = ? WHERE project_id = ?", 1_767_223_800_000, cast.id)

    assert len(listed(start_date="01/01/2026")) == 2
    assert listed(start_date="01/01/2026", timezone="UTC") == []
    assert len(listed(end_date="31/12/2025", timezone="UTC")) == 2
    assert listed(end_date="31/12/2025") == []
    assert len(listed(end_date_time="31/12/2025 23:30:00", timezone="UTC")) == 2


def test_durations(api, cast, three, listed):
    with cast.db.write(cast.id) as tx:
        tx.run(
            "UPDATE conversations SET created_at = closed_at - 600000 WHERE project_id = ? AND closed_at IS NOT NULL",
            cast.id,
        )
    for query, expected in (
        ({"duration": "10", "duration_op": "gt"}, ["closed"]),
        ({"duration": "11", "duration_op": "gt"}, []),
        ({"duration": "10", "duration_op": "lt"}, ["closed"]),
        ({"duration": "9", "duration_op": "lt"}, []),
    ):
        assert listed(status="1000", **query) == expected, query
    assert listed(duration="9", duration_op="x") == ["other", "vera"]


@pytest.mark.parametrize(
    "sort",
    [
        *("createdAt", "updatedAt", "closed_at", "assigned_at", "first_response_at", "duration"),
        *("waiting_time", "rating", "ticket_id", "status"),
    ],
)
def test_every_order_can_be_turned_round(listed, sort):
    down, up = (listed(status="all", sort=sort, direction=way) for way in (-1, 1))
    assert sorted(down) == ["closed", "other", "vera"]
    assert down == up[::-1]


def test_pages_and_forms(api, cast, three, listed):
    path = f"/{cast.id}/requests"
    for limit, size in (("5000", 40), ("101", 40), ("100", 100), ("0", 40), ("x", 40), ("1", 1)):
        assert api.ok(cast.agent, "GET", path, limit=limit)["perPage"] == size
    assert listed(limit=1, page=1, no_count="true") == ["vera"]
    plain = api.ok(cast.agent, "GET", path, no_populate="true", no_count="true")
    assert plain["count"] == 0
    for name in ("lead", "requester", "department"):
        assert isinstance(plain["requests"][0][name], str)
    (own,) = api.ok(cast.visitor, "GET", f"{path}/me", no_populate="true")["requests"]
    assert isinstance(own["lead"], str)
    assert listed(status="50") == listed(status="7") == []
    assert listed(status=",".join(map(str, range(90, 900)))) == ["other", "vera"]
    assert set(api.ok(cast.agent, "GET", f"{path}/count", merge_assigned="true")) == {
        "unassigned",
        "assigned",
    }


def test_an_agent_says_how_a_new_conversation_begins(api, cast):
    aldo, member = cast.agent.person.user_id, cast.agent.agent.member_id
    body = {
        "first_text": "By mail",
        "channel": {"name": "email"},
        "priority": "high",
        "location": {"city": "Rome"},
        "participants": [aldo],
        "followers": [member],
    }
    for path in ("requests", "requests/simple"):
        made = api.ok(cast.agent, "POST", f"/{cast.id}/{path}", body)
        assert (made["channel"], made["priority"], made["location"]) == (
            {"name": "email"},
            "high",
            {"city": "Rome"},
        )
        assert (made["participants"], made["status"], made["smartAssignment"]) == ([aldo], 200, False)
        with cast.db.read() as tx:
            rows = tx.all("SELECT followers FROM conversations WHERE project_id = ?", cast.id)
        assert all(row["followers"] == f'["{member}"]' for row in rows)
    waiting = api.ok(cast.agent, "POST", f"/{cast.id}/requests", {"first_text": "x", "request_status": 100})
    assert (waiting["status"], waiting["participants"]) == (100, [])
    for wrong in (
        {"channel": {"name": "a b"}},
        {"channel": {"name": 1, "x": "y"}, "priority": 1},
        {"priority": "very"},
        {"participants": [cast.stranger.person.user_id]},
        {"participants": [cast.visitor.key]},
        {"participants": "x"},
        {"followers": ["nobody"]},
        {"followers": ["x"] * 51},
    ):
        answer = api(cast.agent, "POST", f"/{cast.id}/requests", {"first_text": "x", **wrong})
        assert answer.status_code == 422, (wrong, answer.text)


def test_a_visitor_does_not_say_how_a_conversation_begins(api, cast):
    body = {
        "text": "Hello",
        "channel": {"name": "email"},
        "priority": "urgent",
        "location": {"city": "Rome"},
        "participants": [cast.owner.person.user_id],
        "followers": [cast.owner.agent.member_id],
        "request_status": 100,
    }
    path = f"/{cast.id}/requests/support-group-{cast.id}-1"
    begun = api.ok(cast.visitor, "POST", f"{path}/messages", body)["request"]
    plain = say(cast, cast.other_visitor).view.conversation

    assert (begun["channel"], begun["priority"]) == ({"name": "chat21"}, "medium")
    assert "location" not in begun
    assert begun["followers"] == []
    assert len(begun["participants"]) == len(plain.participants)


def test_a_conversation_is_deleted_by_its_own_id(api, cast, three, listed):
    found = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{three['vera']}")
    path = f"/{cast.id}/requests/id/{found['_id']}"
    assert api(cast.admin, "DELETE", path).status_code == 403
    assert api.ok(cast.owner, "DELETE", path)["request_id"] == three["vera"]
    assert listed() == ["other"]
    for gone in (path, f"/{cast.id}/requests/id/x"):
        assert api(cast.owner, "DELETE", gone).status_code == 404


def test_a_proactive_message_is_shown_once_the_visitor_answers(api, cast):
    rid = f"support-group-{cast.id}-greeted"
    path = f"/{cast.id}/requests/{rid}/messages"
    begun = api.ok(cast.visitor, "POST", path, {"text": "Need help?", "preflight": True})["request"]

    assert (begun["status"], begun["preflight"], begun["participants"]) == (50, True, [])
    for query in ({}, {"status": "all"}, {"status": "50"}, {"full_text": "help", "status": "all"}):
        assert api.ok(cast.agent, "GET", f"/{cast.id}/requests", **query)["count"] == 0, query
    shown = api.ok(cast.agent, "GET", f"/{cast.id}/requests", status="50", preflight="true")["requests"]
    assert [(one["request_id"], one["lead"]["status"]) for one in shown] == [(rid, 50)]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 0
    assert api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")["count"] == 0
    assert (
        api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me", preflight="true", status="all")["count"] == 1
    )
    assert [message["text"] for message in api.ok(cast.visitor, "GET", path)] == ["Need help?"]
    assert api(cast.other_visitor, "GET", path).status_code == 404

    answered = api.ok(cast.visitor, "POST", path, {"text": "Yes"})["request"]
    assert answered["preflight"] is False
    assert answered["status"] in (100, 200)
    (listed,) = api.ok(cast.agent, "GET", f"/{cast.id}/requests")["requests"]
    assert (listed["first_text"], listed["lead"]["status"]) == ("Yes", 100)
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 1
