"""Duplicates over the API: the queue, why, merging, calling different, runs, the policy."""

import pytest

from rolodesk.domain.access import System
from rolodesk.usecases import duplicates
from tests.api.client import Api
from tests.api.merging import GHOST, get, lead, listed, params, refusal, spoken, undo
from tests.cast import Cast, new_visitor

ANDREA = {"userFullname": "Andrea Rossi", "userEmail": "andrea.rossi@example.org"}


def look(cast: Cast) -> None:
    while duplicates.look(cast.db, System(cast.id)):
        pass


def queue(api: Api, cast: Cast, **query):
    return api.ok(cast.agent, "GET", f"/{cast.id}/duplicates", **query)


@pytest.fixture
def pair(api: Api, cast: Cast) -> list[str]:
    """Andrea in two browsers, found."""
    made = [spoken(cast, new_visitor(cast.db, cast.signing, cast.id), **ANDREA) for _ in range(2)]
    look(cast)
    return made


def test_the_queue_says_who_and_why(api, cast, pair):
    body = queue(api, cast)

    assert (body["count"], body["perPage"], body["run"]) == (1, 20, None)
    (group,) = body["duplicates"]
    assert set(group) == {"_id", "probability", "kinds", "leads", "pairs"}
    assert {found["_id"] for found in group["leads"]} == {*pair}
    assert group["leads"][0]["fullname"] == "Andrea Rossi"
    assert group["kinds"][0] in ("email", "name")
    (shown,) = group["pairs"]
    assert {shown["lead"], shown["other"]} == {*pair}
    assert 0.5 <= shown["probability"] <= 1
    assert shown["bits"] == pytest.approx(
        shown["start"] + sum(reason["bits"] for reason in shown["reasons"]), abs=0.1
    )
    email = next(reason for reason in shown["reasons"] if reason["comparison"] == "email")
    assert (email["level"], email["text"]) == ("same", "same email")
    assert email["bits"] > 0


def test_the_queue_is_paged_and_narrowed(api, cast, pair):
    for _ in range(2):
        lead(api, cast, fullname="Zoe Quattrocchi", email="zoe@example.net")
    look(cast)

    first, second = (queue(api, cast, limit=1, page=page)["duplicates"] for page in (0, 1))
    assert len(first) == len(second) == 1
    assert first[0]["_id"] != second[0]["_id"]
    assert queue(api, cast, limit=1, page=2)["duplicates"] == []
    assert queue(api, cast, kind="email")["count"] == 2
    assert queue(api, cast, kind="phone") == {"perPage": 20, "count": 0, "duplicates": [], "run": None}
    assert params(api(cast.agent, "GET", f"/{cast.id}/duplicates", kind="nonsense")) == {"kind"}
    for odd in ("-1", "abc", "9" * 30, ""):
        assert queue(api, cast, limit=odd, page=odd)["count"] == 2


def test_a_lead_says_who_it_may_be(api, cast, pair):
    first, second = pair

    (found,) = api.ok(cast.agent, "GET", f"/{cast.id}/leads/{first}/duplicates")["duplicates"]

    assert found["lead"]["_id"] == second
    assert found["group"] == queue(api, cast)["duplicates"][0]["_id"]
    assert found["reasons"]
    assert refusal(api(cast.agent, "GET", f"/{cast.id}/leads/{GHOST}/duplicates")) == (404, "not_found")


def test_the_list_shows_those_that_may_be_there_twice(api, cast, pair):
    other = lead(api, cast, fullname="Somebody Else")

    assert {*listed(api, cast, duplicates="true")} == {*pair}
    assert listed(api, cast, duplicates="false") == [other]
    assert {*listed(api, cast, duplicates="maybe")} == {*pair, other}
    body = api.ok(cast.agent, "GET", f"/{cast.id}/leads", duplicates="true", limit=1)
    assert (body["count"], len(body["leads"])) == (2, 1)


def test_a_group_is_merged_and_taken_apart_again(api, cast, pair):
    group = queue(api, cast)["duplicates"][0]
    kept, gone = (found["_id"] for found in group["leads"])
    address = f"/{cast.id}/duplicates/{group['_id']}/merge"
    body = {"choices": {"city": {"value": "Rome"}}, "reason": "The same person"}

    once = api(cast.agent, "POST", address, body, headers={"Idempotency-Key": "k1"})
    again = api(cast.agent, "POST", address, body, headers={"Idempotency-Key": "k1"})

    assert once.status_code == again.status_code == 200
    assert (once.json()["_id"], once.json()["city"]) == (kept, "Rome")
    assert [merge["loser_id"] for merge in once.json()["merges"]] == [gone]
    assert again.json()["replayed"] is True
    assert queue(api, cast)["count"] == 0
    assert refusal(api(cast.agent, "POST", address, {})) == (404, "not_found")
    undo(api, cast, once.json()["merges"][0]["_id"])
    look(cast)
    assert queue(api, cast)["count"] == 0


def test_a_stale_merge_of_a_group_brings_a_fresh_preview(api, cast, pair):
    group = queue(api, cast)["duplicates"][0]
    kept, gone = (found["_id"] for found in group["leads"])
    address = f"/{cast.id}/duplicates/{group['_id']}/merge"

    answer = api(cast.agent, "POST", address, {"winner": gone, "expect": {kept: 999}})

    assert refusal(answer) == (412, "stale")
    assert answer.json()["preview"]["allowed"] is True
    assert answer.json()["preview"]["result"]["_id"] == gone
    merged = api.ok(cast.agent, "POST", address, {"winner": gone})
    assert merged["_id"] == gone
    assert get(api, cast, kept)["merged_from"] == kept


def test_a_merge_names_what_is_wrong(api, cast, pair):
    group = queue(api, cast)["duplicates"][0]["_id"]
    address = f"/{cast.id}/duplicates/{group}/merge"

    assert params(api(cast.agent, "POST", address, {"winner": GHOST})) == {"winner"}
    assert params(api(cast.agent, "POST", address, {"choices": {"email": {"value": "x"}}})) == {
        "choices.email"
    }
    assert api(cast.agent, "POST", address, {"else": 1}).status_code == 422
    assert api(cast.agent, "POST", address, content=b"{").status_code == 422
    assert api(cast.agent, "POST", address, {"reason": "x" * 1_001}).status_code == 422
    assert queue(api, cast)["count"] == 1


def test_not_the_same_and_back(api, cast, pair):
    group = queue(api, cast)["duplicates"][0]["_id"]
    address = f"/{cast.id}/duplicates/{group}/dismiss"

    assert api.ok(cast.agent, "POST", address, {}) == {"success": True}
    assert queue(api, cast)["count"] == 0
    assert refusal(api(cast.agent, "POST", address, {})) == (404, "not_found")
    assert api.ok(cast.agent, "POST", address, {"undo": True}) == {"success": True}
    assert queue(api, cast)["duplicates"][0]["_id"] == group
    for leads in ([], [GHOST], ["x" * 1_000], [""]):
        assert params(api(cast.agent, "POST", address, {"leads": leads})) == {"leads"}
    assert api(cast.agent, "POST", address, {"leads": "all"}).status_code == 422
    assert api.ok(cast.agent, "POST", address, {"leads": pair[:1]}) == {"success": True}
    assert queue(api, cast)["count"] == 0


def test_two_are_not_the_same_and_back(api, cast, pair):
    one, other = pair
    address = f"/{cast.id}/leads/{one}/duplicates/{other}/dismiss"

    assert api.ok(cast.agent, "POST", address) == {"success": True}
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads/{one}/duplicates") == {"duplicates": []}
    assert refusal(api(cast.agent, "POST", address, {})) == (404, "not_found")
    assert api.ok(cast.agent, "POST", address, {"undo": True}) == {"success": True}
    assert queue(api, cast)["count"] == 1
    assert refusal(api(cast.agent, "POST", address, {"undo": True})) == (404, "not_found")
    for ghost in (GHOST, "x", one):
        wrong = f"/{cast.id}/leads/{one}/duplicates/{ghost}/dismiss"
        assert refusal(api(cast.agent, "POST", wrong, {})) == (404, "not_found")
    assert api(cast.agent, "POST", address, {"leads": [one]}).status_code == 422


def test_runs(api, cast, pair):
    address = f"/{cast.id}/duplicates/run"
    assert api.ok(cast.agent, "GET", address) == {"run": None}
    assert refusal(api(cast.agent, "POST", address)) == (403, "forbidden")

    asked = api.ok(cast.admin, "POST", address)["run"]

    assert (asked["state"], asked["done"], asked["ended_at"]) == ("asked", 0, None)
    assert api.ok(cast.admin, "POST", address)["run"]["_id"] == asked["_id"]
    duplicates.run_now(cast.db, System(cast.id))
    ended = api.ok(cast.agent, "GET", address)["run"]
    assert (ended["_id"], ended["state"], ended["leads"], ended["found"]) == (asked["_id"], "done", 2, 1)
    assert queue(api, cast)["run"] == ended
    undoing = f"/{cast.id}/duplicates/runs/{asked['_id']}/undo"
    assert refusal(api(cast.agent, "POST", undoing)) == (403, "forbidden")
    assert api.ok(cast.admin, "POST", undoing) == {"success": True, "undone": 0}
    unknown = f"/{cast.id}/duplicates/runs/{GHOST}/undo"
    assert refusal(api(cast.admin, "POST", unknown)) == (404, "not_found")


def test_the_policy(api, cast):
    address = f"/{cast.id}/duplicates/policy"
    before = api.ok(cast.agent, "GET", address)
    assert before == {
        "merge_alike": False,
        "suggest_at": 0.5,
        "merge_at": 0.999,
        "nightly": True,
        "languages": None,
    }
    assert refusal(api(cast.agent, "PUT", address, {"nightly": False})) == (403, "forbidden")

    changed = api.ok(cast.admin, "PUT", address, {"nightly": False, "languages": ["it", "en"]})

    assert changed == {**before, "nightly": False, "languages": ["it", "en"]}
    assert api.ok(cast.agent, "GET", address) == changed
    assert params(api(cast.admin, "PUT", address, {"merge_at": 0.5, "x": 1})) == {"merge_at", "x"}
    assert params(api(cast.admin, "PUT", address, {"languages": [{}] * 3})) == {"languages"}
    assert api.ok(cast.agent, "GET", address) == changed


def test_nobody_else_sees_or_decides_anything(api, cast, pair):
    group = queue(api, cast)["duplicates"][0]["_id"]
    calls = [
        ("GET", f"/{cast.id}/duplicates"),
        ("GET", f"/{cast.id}/leads/{pair[0]}/duplicates"),
        ("POST", f"/{cast.id}/duplicates/{group}/merge"),
        ("POST", f"/{cast.id}/duplicates/{group}/dismiss"),
        ("POST", f"/{cast.id}/leads/{pair[0]}/duplicates/{pair[1]}/dismiss"),
        ("GET", f"/{cast.id}/duplicates/policy"),
    ]
    for method, path in calls:
        body = {"body": {}} if method == "POST" else {}
        assert api(None, method, path, **body).status_code == 401
        for who in (cast.visitor, cast.teammate, cast.stranger, cast.rival):
            assert api(who, method, path, **body).status_code == 403
    theirs = f"/{cast.other_project.id}/duplicates/{group}"
    assert refusal(api(cast.rival, "POST", f"{theirs}/merge", {})) == (404, "not_found")
    assert refusal(api(cast.rival, "POST", f"{theirs}/dismiss", {})) == (404, "not_found")
    assert api.ok(cast.rival, "GET", f"/{cast.other_project.id}/duplicates")["duplicates"] == []
    assert queue(api, cast)["count"] == 1
