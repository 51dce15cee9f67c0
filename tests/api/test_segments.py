"""Segments by the API, and lists by a segment."""

import csv

import pytest

from rolodesk.usecases import merges
from rolodesk.usecases.merges import Ask
from tests.cast import say

PEOPLE = (
    {"fullname": "Anna Rossi", "email": "anna@acme.example", "city": "Roma", "properties": {"size": 11}},
    {"fullname": "Bea Verdi", "email": "bea@beta.example", "phone": "+39061234567", "tags": ["VIP"]},
    {"fullname": "Carl", "company": "ACME", "properties": {"size": "9"}, "city": "roma"},
)


def keep(api, cast, *filters, **more):
    conditions = [dict(zip(("field", "operator", "value"), one, strict=False)) for one in filters]
    return api.ok(cast.agent, "POST", f"/{cast.id}/segments", {"name": "Some", "filters": conditions, **more})


def found(api, cast, segment, **query):
    answer = api.ok(cast.agent, "GET", f"/{cast.id}/leads", segment=segment["_id"], **query)
    assert answer["count"] == len(answer["leads"])
    return [lead["fullname"] for lead in answer["leads"]]


@pytest.fixture
def people(api, cast):
    return [api.ok(cast.agent, "POST", f"/{cast.id}/leads", person) for person in PEOPLE]


def test_a_segment_goes_through_its_life(api, cast):
    path = f"/{cast.id}/segments"
    first = keep(api, cast, ("email", "contains", "acme"), name=" With ACME ")
    other = keep(api, cast, ("phone", "is null", "x"), ("fullname", "!=", "Mario"), match="any")

    assert first == {
        "match": "all",
        "status": 100,
        "_id": first["_id"],
        "name": "With ACME",
        "filters": [{"field": "email", "operator": "contains", "value": "acme"}],
        "id_project": cast.id,
        "createdBy": cast.agent.person.user_id,
        "createdAt": first["createdAt"],
        "updatedAt": first["createdAt"],
        "__v": 0,
    }
    assert other["filters"][0] == {"field": "phone", "operator": "is null", "value": "x"}
    assert api.ok(cast.agent, "GET", path) == {"perPage": 40, "count": 2, "segments": [other, first]}
    assert api.ok(cast.agent, "GET", path, limit=1, page=1) == {
        "perPage": 1,
        "count": 2,
        "segments": [first],
    }
    renamed = api.ok(cast.agent, "PUT", f"{path}/{first['_id']}", {"name": "ACME 2", "unknown": 1})
    assert (renamed["name"], renamed["filters"], renamed["match"]) == ("ACME 2", first["filters"], "all")
    changed = api.ok(cast.agent, "PUT", f"{path}/{first['_id']}", {"match": "any", "filters": []})
    assert (changed["name"], changed["filters"], changed["match"]) == ("ACME 2", [], "any")
    assert api.ok(cast.agent, "DELETE", f"{path}/{first['_id']}")["status"] == 0
    assert api.ok(cast.agent, "DELETE", f"{path}/{first['_id']}")["status"] == 0
    assert api.ok(cast.agent, "GET", f"{path}/{first['_id']}")["status"] == 0
    assert api(cast.agent, "PUT", f"{path}/{first['_id']}", {"name": "x"}).status_code == 404
    assert api.ok(cast.agent, "GET", path)["segments"] == [other]
    with api.db.read() as tx:
        told = tx.all("SELECT name, fields FROM events WHERE project_id = ? AND name LIKE 'segment%' ORDER BY number",
                      cast.id)  # fmt: skip
    assert [tuple(row.values() if isinstance(row, dict) else tuple(row)) for row in told] == [
        ("segment.create", None),
        ("segment.create", None),
        ("segment.update", "name"),
        ("segment.update", "match,filters"),
        ("segment.delete", None),
    ]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ([("email", "contains", "ACME")], ["Anna Rossi"]),
        ([("city", "=", "ROMA")], ["Carl", "Anna Rossi"]),
        ([("properties.size", ">=", 10)], ["Anna Rossi"]),
        ([("properties.size", "<", "10")], ["Carl"]),
        ([("properties.size", "is not null")], ["Carl", "Anna Rossi"]),
        ([("fullname", "starts with", "b")], ["Bea Verdi"]),
        ([("fullname", "does not contain", "r")], []),
        ([("email", "is null")], ["Carl"]),
        ([("email", "!=", "anna@acme.example")], ["Carl", "Bea Verdi"]),
        ([("tags", "=", "vip")], ["Bea Verdi"]),
        ([("phone", "contains", "06 123-45")], ["Bea Verdi"]),
        ([("fullname", "in", ["carl", "anna rossi"])], ["Carl", "Anna Rossi"]),
        ([("createdAt", ">", "2020-01-01"), ("company", "is not null")], ["Carl"]),
        ([("conversations", ">", 0)], []),
        ([("email", "contains", "e"), ("email", "contains", "beta")], ["Bea Verdi"]),
        ([], ["Carl", "Bea Verdi", "Anna Rossi"]),
    ],
)
def test_a_list_by_a_segment(api, cast, people, filters, names):
    assert found(api, cast, keep(api, cast, *filters)) == names


def test_a_segment_of_any_condition_joins_them(api, cast, people):
    segment = keep(api, cast, ("city", "=", "roma"), ("tags", "=", "vip"), match="any")

    assert found(api, cast, segment) == ["Carl", "Bea Verdi", "Anna Rossi"]
    assert found(api, cast, segment, email="bea@beta.example") == ["Bea Verdi"]
    assert found(api, cast, segment, q="ross", sort="fullname", direction=1) == ["Anna Rossi"]
    assert found(api, cast, segment, full_text="verdi") == ["Bea Verdi"]
    assert found(api, cast, segment, status=1000) == []
    paged = api.ok(cast.agent, "GET", f"/{cast.id}/leads", segment=segment["_id"], limit=2)
    rest = api.ok(
        cast.agent, "GET", f"/{cast.id}/leads", segment=segment["_id"], limit=2, after=paged["after"]
    )
    assert (paged["count"], [lead["fullname"] for lead in rest["leads"]]) == (3, ["Anna Rossi"])


def test_what_a_contact_has_been_merged_with_counts_as_the_contact_shows_it(api, cast, people):
    anna, bea, _ = (lead["_id"] for lead in people)
    merges.merge(api.db, cast.agent.agent, Ask(anna, (bea,)))

    for asked in (("email", "=", "bea@beta.example"), ("email", "contains", "acme"), ("tags", "=", "vip")):
        assert found(api, cast, keep(api, cast, asked)) == ["Anna Rossi"]
    assert found(api, cast, keep(api, cast, ("fullname", "=", "Bea Verdi"))) == []


def test_a_deleted_segment_still_answers_and_an_unknown_one_does_not(api, cast, people):
    segment = keep(api, cast, ("email", "contains", "acme"))
    api.ok(cast.agent, "DELETE", f"/{cast.id}/segments/{segment['_id']}")
    assert found(api, cast, segment) == ["Anna Rossi"]

    for path in ("leads", "leads/csv"):
        for unknown in ("5badfe5d553d1844ad654072", "x"):
            answer = api(cast.admin, "GET", f"/{cast.id}/{path}", segment=unknown)
            assert (answer.status_code, answer.json()["msg"]) == (404, "Error segment not found")
        theirs = f"/{cast.other_project.id}/{path}"
        assert api(cast.rival, "GET", theirs, segment=segment["_id"]).status_code == 404


@pytest.mark.parametrize(
    ("body", "params"),
    [
        ({}, ["name"]),
        ({"name": " "}, ["name"]),
        ({"name": 1}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": "x", "match": "some"}, ["match"]),
        ({"name": "x", "filters": {"field": "email"}}, ["filters"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "is null"}] * 21}, ["filters"]),
        ({"name": "x", "filters": ["email"]}, ["filters[0]"]),
        ({"name": "", "filters": [{}, {"field": "email", "operator": "$ne", "value": "x"}]},
         ["name", "filters[0].field", "filters[1].operator"]),
        ({"name": "x", "filters": [{"field": "$where", "operator": "=", "value": "1"}]}, ["filters[0].field"]),
        ({"name": "x", "filters": [{"field": "properties.a.b", "operator": "=", "value": "1"}]}, ["filters[0].field"]),
        ({"name": "x", "filters": [{"field": "properties.a\"'", "operator": "=", "value": 1}]}, ["filters[0].field"]),
        ({"name": "x", "filters": [{"field": ["email"], "operator": "=", "value": "1"}]}, ["filters[0].field"]),
        ({"name": "x", "filters": [{"field": "status", "operator": "contains", "value": 1}]}, ["filters[0].operator"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "="}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "=", "value": {"$gt": ""}}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "=", "value": " "}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "=", "value": "x" * 1001}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "=", "value": "a\x00"}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "in", "value": "a"}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "email", "operator": "in", "value": ["a"] * 101}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "status", "operator": "=", "value": "many"}]}, ["filters[0].value"]),
        ({"name": "x", "filters": [{"field": "last_seen", "operator": ">", "value": "soon"}]}, ["filters[0].value"]),
    ],
)  # fmt: skip
def test_a_wrong_segment_is_refused_and_every_wrong_thing_named(api, cast, body, params):
    answer = api(cast.agent, "POST", f"/{cast.id}/segments", body)

    assert answer.status_code == 422
    assert [problem["param"] for problem in answer.json()["errors"]] == params
    assert api.ok(cast.agent, "GET", f"/{cast.id}/segments")["count"] == 0


def test_segments_are_the_teams_own(api, cast):
    segment = keep(api, cast)
    path = f"/{cast.id}/segments"
    for who, status in ((None, 401), (cast.visitor, 403), (cast.teammate, 403), (cast.stranger, 403)):
        assert api(who, "GET", path).status_code == status
        assert api(who, "POST", path, {"name": "x"}).status_code == status
        assert api(who, "DELETE", f"{path}/{segment['_id']}").status_code == status
    assert api(cast.stranger, "GET", f"/{cast.other_project.id}/segments/{segment['_id']}").status_code == 404
    assert api.ok(cast.agent, "GET", path)["segments"] == [segment]


# The table.


def table(api, who, cast, **query):
    answer = api(who, "GET", f"/{cast.id}/leads/csv", **query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(answer.text.splitlines(), delimiter=";")), answer


def test_the_table_shows_all_that_is_known(api, cast, people):
    say(cast, cast.visitor)
    api.ok(cast.agent, "PUT", f"/{cast.id}/leads/{people[0]['_id']}", {
        "tags": ["vip", "green"], "note": '=HYPERLINK("http://x";"y")', "company": 'A "quoted"; one',
        "properties": {"kinds": ["a", "b"], "member": True}})  # fmt: skip
    rows, answer = table(api, cast.admin, cast)

    assert answer.text.startswith(
        "_id;tags;status;lead_id;fullname;email;phone;id_project;createdBy;createdAt;updatedAt;firstname;"
    )
    anna = rows[-1]
    assert [row["fullname"] for row in rows[1:]] == ["Carl", "Bea Verdi", "Anna Rossi"]
    assert (anna["tags"], anna["status"], anna["note"]) == (
        "vip,green",
        "100",
        '\'=HYPERLINK("http://x";"y")',
    )
    assert (anna["company"], anna["properties.size"]) == ('A "quoted"; one', "11")
    assert (anna["properties.kinds"], anna["properties.member"]) == ("a,b", "true")
    assert (rows[1]["properties.size"], rows[2]["phone"], rows[2]["emails"]) == (
        "9",
        "'+39061234567",
        "bea@beta.example",
    )
    assert rows[0]["conversations"] == "1"
    assert anna["createdAt"].endswith(" GMT+0000 (Coordinated Universal Time)")  # fmt: skip


def test_the_table_is_the_list_as_it_is_filtered_and_sorted(api, cast, people):
    segment = keep(api, cast, ("city", "=", "roma"))
    for query, names in (
        ({"segment": segment["_id"]}, ["Carl", "Anna Rossi"]),
        ({"segment": segment["_id"], "sort": "fullname", "direction": "1"}, ["Anna Rossi", "Carl"]),
        ({"full_text": "rossi"}, ["Anna Rossi"]),
        ({"q": "bea@beta.example"}, ["Bea Verdi"]),
        ({"q": "a@acme.exam"}, ["Anna Rossi"]),
        ({"tags": "VIP"}, ["Bea Verdi"]),
        ({"status": "1000"}, []),
        ({"page": "1"}, []),
    ):
        assert [row["fullname"] for row in table(api, cast.admin, cast, **query)[0]] == names, query
    assert api(cast.agent, "GET", f"/{cast.id}/leads/csv").status_code == 403
    assert api(cast.admin, "GET", f"/{cast.id}/leads/csv", sort="$x").status_code == 422
