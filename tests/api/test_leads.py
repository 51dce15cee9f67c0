"""Contacts over the API."""

import pytest

from tests.cast import new_visitor, say

MARIO = {
    "lead_id": "crm-1",
    "fullname": "Mario Rossi",
    "email": "Mario.Rossi@Acme.example",
    "phone": "+39 06 1234567",
    "company": "ACME",
    "note": "line one\nline two",
    "streetAddress": "Via Roma 1",
    "city": "Roma",
    "region": "RM",
    "zipcode": "00100",
    "country": "IT",
    "tags": ["vip", "blue"],
    "attributes": {"k": "v", "n": 1},
    "properties": {"vat": "IT123", "size": 10, "open": True},
    "emails": ["second@acme.example"],
    "phones": [{"value": "+39 02 1234567"}],
}


def make(api, cast, **more):
    return api.ok(cast.agent, "POST", f"/{cast.id}/leads", more)


def found(api, cast, **query):
    answer = api.ok(cast.agent, "GET", f"/{cast.id}/leads", **query)
    return [lead["_id"] for lead in answer["leads"]]


def test_every_field_may_be_given_at_once(api, cast):
    made = make(api, cast, **MARIO)

    for field in (
        "lead_id",
        "fullname",
        "company",
        "note",
        "streetAddress",
        "city",
        "tags",
        "attributes",
        "properties",
    ):
        assert made[field] == MARIO[field]
    assert made["phone"] == "+39061234567"
    assert made["createdBy"] == cast.agent.person.user_id
    assert [email["value"] for email in made["emails"]] == ["Mario.Rossi@Acme.example", "second@acme.example"]
    assert [email["primary"] for email in made["emails"]] == [True, False]
    assert [phone["value"] for phone in made["phones"]] == ["+39061234567", "+39021234567"]
    assert [(i["kind"], i["key"]) for i in made["identities"]] == [("manual", "crm-1")]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads/{made['_id']}") == made


def test_nothing_need_be_given(api, cast):
    made = make(api, cast)
    assert made["lead_id"]
    assert made["phone"] is None
    assert "email" not in made
    assert "fullname" not in made
    assert made["tags"] == []


def test_first_and_last_name_make_the_full_one(api, cast):
    made = make(api, cast, firstname="Mario", lastname="Rossi")
    assert made["fullname"] == "Mario Rossi"


def test_a_lead_id_is_unique_in_a_project(api, cast):
    made = make(api, cast, lead_id="crm-1")
    again = api(cast.agent, "POST", f"/{cast.id}/leads", {"lead_id": "crm-1"})
    elsewhere = api(cast.stranger, "POST", f"/{cast.other_project.id}/leads", {"lead_id": "crm-1"})

    assert (again.status_code, again.json()["_id"]) == (409, made["_id"])
    assert elsewhere.status_code == 200


def test_a_visitors_id_is_taken(api, cast):
    lead = say(cast, cast.visitor).view.identity.contact_id
    taken = api(cast.agent, "POST", f"/{cast.id}/leads", {"lead_id": cast.visitor.key})
    assert (taken.status_code, taken.json()["_id"]) == (409, lead)


@pytest.mark.parametrize(
    ("body", "params"),
    [
        ({"email": "nope"}, {"email"}),
        ({"phone": "+39 06 123"}, {"phone"}),
        ({"email": "nope", "phone": "x"}, {"email", "phone"}),
        ({"fullname": {"a": 1}, "email": ["x@y.z"]}, {"fullname"}),
        ({"fullname": 12}, {"fullname"}),
        ({"fullname": "x" * 1_001}, {"fullname"}),
        ({"note": "x" * 20_001}, {"note"}),
        ({"city": "a\x00b"}, {"city"}),
        ({"tags": "vip"}, {"tags"}),
        ({"tags": [1]}, {"tags"}),
        ({"tags": [" "]}, {"tags"}),
        ({"tags": ["x" * 101]}, {"tags"}),
        ({"attributes": []}, {"attributes"}),
        ({"properties": "x"}, {"properties"}),
        ({"properties": {"a b": 1}}, {"properties.a b"}),
        ({"properties": {"a": {"b": 1}}}, {"properties.a"}),
        ({"emails": ["nope"]}, {"emails"}),
        ({"emails": [1]}, {"emails"}),
        ({"phones": ["x"]}, {"phones"}),
        ({"lead_id": "undefined"}, {"lead_id"}),
        ({"lead_id": 12}, {"lead_id"}),
        ({"lead_id": "x" * 257}, {"lead_id"}),
        ({"status": "trash"}, {"status"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made_or_changed(api, cast, body, params):
    lead = make(api, cast, fullname="Before")
    for method, path in (("POST", "leads"), ("PUT", f"leads/{lead['_id']}")):
        if method == "PUT" and body.get("lead_id") in ("undefined", "x" * 257):
            continue  # an id is given once and ignored afterwards
        answer = api(cast.agent, method, f"/{cast.id}/{path}", body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["success"] is False
        named = {problem["param"].split("[")[0] for problem in answer.json()["errors"]}
        assert named >= params or named == {next(iter(params)).split(".")[0]}, answer.text

    assert found(api, cast) == [lead["_id"]]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads/{lead['_id']}") == lead


@pytest.mark.parametrize(
    "raw", [b'{"fullname": "\\ud800"}', b'{"fullname": "\xed\xa0\x80"}', b'{"attributes": {"\\udfff": 1}}']
)
def test_what_is_no_text_is_refused(api, cast, raw):
    assert api(cast.agent, "POST", f"/{cast.id}/leads", content=raw).status_code == 422


def test_any_real_text_is_kept(api, cast):
    name = "<script>alert('1')</script> \u202eمرحبا 🙂 e\u0301 \ufeff %s {0} ${x}"
    made = make(api, cast, fullname=name, tags=[name[:90]], properties={"p": name})
    assert (made["fullname"], made["properties"]["p"]) == (name, name)
    assert found(api, cast, q="مرحبا") == [made["_id"]]


def test_only_what_is_given_is_changed_and_a_blank_clears(api, cast):
    lead = make(api, cast, **MARIO)
    path = f"/{cast.id}/leads/{lead['_id']}"
    changed = api.ok(
        cast.agent, "PUT", path, {"city": "Milano", "company": " ", "unknown": 1, "properties": {"vat": None}}
    )

    assert (changed["city"], changed["fullname"]) == ("Milano", "Mario Rossi")
    assert "company" not in changed
    assert changed["properties"] == {"size": 10, "open": True}
    assert changed["version"] > lead["version"]
    kept = api.ok(cast.agent, "PUT", path, {"attributes": None, "tags": None, "properties": None})
    assert (kept["attributes"], kept["tags"], kept["version"]) == (
        lead["attributes"],
        lead["tags"],
        changed["version"],
    )
    assert api.ok(cast.agent, "PUT", path, {"attributes": {"z": 9}})["attributes"] == {"z": 9}


def test_a_version_that_has_passed_changes_nothing(api, cast):
    lead = make(api, cast, fullname="A")
    path = f"/{cast.id}/leads/{lead['_id']}"
    api.ok(cast.agent, "PUT", path, {"fullname": "B", "version": lead["version"]})

    late = api(cast.agent, "PUT", path, {"fullname": "C", "version": lead["version"]})
    assert late.status_code == 409
    assert api.ok(cast.agent, "GET", path)["fullname"] == "B"


@pytest.mark.parametrize("lead", ["zzz", "5badfe5d553d1844ad654072", "%20"])
def test_an_unknown_contact_is_404_on_every_route(api, cast, lead):
    calls = [
        ("GET", "", None),
        ("PUT", "", {"fullname": "Ghost"}),
        ("DELETE", "", None),
        ("PATCH", "/attributes", {"a": 1}),
        ("POST", "/properties", {"a": 1}),
        ("PATCH", "/properties", {"a": 1}),
        ("PUT", "/tag", ["a"]),
        ("DELETE", "/tag/a", None),
        ("GET", "/notes", None),
        ("POST", "/notes", {"text": "x"}),
        ("DELETE", "/notes/x", None),
    ]
    for method, rest, body in calls:
        more = {} if body is None else {"body": body}
        assert api(cast.owner, method, f"/{cast.id}/leads/{lead}{rest}", **more).status_code == 404, (
            method,
            rest,
        )
    assert found(api, cast) == []


def test_tags_are_a_union_and_removed_by_their_word(api, cast):
    lead = make(api, cast, tags=["a"])
    path = f"/{cast.id}/leads/{lead['_id']}/tag"

    assert api.ok(cast.agent, "PUT", path, ["b", "a", "b"])["tags"] == ["a", "b"]
    assert api.ok(cast.agent, "PUT", path, ["x/y & ü"])["tags"] == ["a", "b", "x/y & ü"]
    assert api.ok(cast.agent, "DELETE", f"{path}/a")["tags"] == ["b", "x/y & ü"]
    assert api.ok(cast.agent, "DELETE", f"{path}/never")["tags"] == ["b", "x/y & ü"]
    empty = api(cast.agent, "PUT", path, [])
    assert (empty.status_code, empty.json()) == (400, {"success": False, "message": "No tag specified"})


def test_attributes_and_properties_are_merged_by_key(api, cast):
    lead = make(api, cast, attributes={"a": 1}, properties={"p": "1"})
    path = f"/{cast.id}/leads/{lead['_id']}"

    assert api.ok(cast.agent, "PATCH", f"{path}/attributes", {"b": {"c": [1, None]}})["attributes"] == {
        "a": 1,
        "b": {"c": [1, None]},
    }
    for method in ("POST", "PATCH"):
        assert api.ok(cast.agent, method, f"{path}/properties", {"q": method})["properties"] == {
            "p": "1",
            "q": method,
        }
    large = api(cast.agent, "PATCH", f"{path}/attributes", {"x": "y" * 120_000})
    assert large.status_code == 422


@pytest.mark.parametrize(
    ("kind", "wrong", "right"),
    [
        ("number", "many", "12.5"),
        ("boolean", "perhaps", True),
        ("date", "tomorrow", "2026-11-22"),
        ("url", "javascript:alert(1)", "https://example.com/x"),
        ("list", {"a": 1}, ["x", "y"]),
        ("text", ["x"], "x"),
    ],
)
def test_a_property_holds_what_its_type_allows(api, cast, kind, wrong, right):
    api.ok(cast.agent, "POST", f"/{cast.id}/properties", {"label": "P", "name": "p", "type": kind})
    lead = make(api, cast)
    path = f"/{cast.id}/leads/{lead['_id']}/properties"

    answer = api(cast.agent, "POST", path, {"p": wrong})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["param"] == "properties.p"
    assert "p" in api.ok(cast.agent, "POST", path, {"p": right})["properties"]


def test_the_trash_hides_and_gives_back(api, cast):
    lead = make(api, cast, fullname="Mario")
    path = f"/{cast.id}/leads/{lead['_id']}"
    assert api(cast.agent, "DELETE", path).status_code == 403
    assert api.ok(cast.admin, "DELETE", path)["status"] == 1000

    assert found(api, cast) == []
    assert found(api, cast, status="1000") == [lead["_id"]]
    assert api.ok(cast.agent, "GET", path)["status"] == 1000
    assert api(cast.agent, "PUT", path, {"status": 100}).status_code == 403
    assert api(cast.admin, "PUT", path, {"status": 7}).status_code == 422
    assert api.ok(cast.admin, "PUT", path, {"status": 100})["status"] == 100
    assert found(api, cast) == [lead["_id"]]


def test_notes_are_the_teams(api, cast):
    lead = make(api, cast)
    path = f"/{cast.id}/leads/{lead['_id']}/notes"
    one = api.ok(cast.agent, "POST", path, {"text": " first "})
    api.ok(cast.owner, "POST", path, {"text": "<b>second</b>"})

    assert [note["text"] for note in api.ok(cast.agent, "GET", path)] == ["<b>second</b>", "first"]
    assert one["createdBy"] == cast.agent.person.user_id
    assert api.ok(cast.agent, "DELETE", f"{path}/{one['_id']}") == {"success": True}
    assert api(cast.agent, "DELETE", f"{path}/{one['_id']}").status_code == 404
    for text in (None, "", "  ", 1, ["x"], "x" * 20_001):
        assert api(cast.agent, "POST", path, {"text": text}).status_code == 422


# The list.


def test_the_list_is_newest_first_in_pages(api, cast):
    made = [make(api, cast, fullname=f"N{n}")["_id"] for n in range(5)][::-1]

    assert found(api, cast) == made
    assert found(api, cast, limit=2) == made[:2]
    assert found(api, cast, limit=2, page=1) == made[2:4]
    assert found(api, cast, limit=2, page=9) == []
    assert found(api, cast, direction=1) == made[::-1]
    assert found(api, cast, sort="fullname", direction="1") == made[::-1]
    body = api.ok(cast.agent, "GET", f"/{cast.id}/leads", limit=2)
    assert (body["perPage"], body["count"]) == (2, 5)


@pytest.mark.parametrize("sort", ["createdAt", "updatedAt", "fullname", "email", "last_seen"])
@pytest.mark.parametrize("direction", [1, -1])
def test_after_goes_through_all_of_them_once(api, cast, sort, direction):
    made = {
        make(api, cast, **({"fullname": f"N{n // 2}", "email": f"{n // 2}@example.com"} if n % 3 else {}))[
            "_id"
        ]
        for n in range(7)
    }
    seen: list[str] = []
    query: dict[str, object] = {"sort": sort, "direction": direction, "limit": 2}
    while True:
        page = api.ok(cast.agent, "GET", f"/{cast.id}/leads", **query)
        seen += [lead["_id"] for lead in page["leads"]]
        if "after" not in page:
            break
        query["after"] = page["after"]

    assert len(seen) == len(made)
    assert set(seen) == made


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "", "1e3", "99999999999"])
def test_an_unusable_limit_takes_the_default(api, cast, limit):
    body = api.ok(cast.agent, "GET", f"/{cast.id}/leads", limit=limit)
    assert body["perPage"] == (1_000 if limit.startswith("9") else 40)


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "$where"},
        {"sort": "password"},
        {"after": "x"},
        {"after": "W10"},
        {"created_after": "yesterday"},
    ],
)
def test_an_order_or_time_that_is_none_is_named(api, cast, query):
    answer = api(cast.agent, "GET", f"/{cast.id}/leads", **query)
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["param"], answer.json()["errors"][0]["location"]) == (
        next(iter(query)),
        "query",
    )


def test_contacts_are_found_by_what_they_hold(api, cast):
    mario = make(api, cast, **MARIO)["_id"]
    anna = make(api, cast, fullname="Anna Bianchi", email="anna@beta.example")["_id"]
    make(api, cast)
    vera = say(cast, new_visitor(cast.db, cast.signing, cast.id)).view.identity

    for query, expected in (
        ({"q": "mar"}, [mario]),
        ({"q": "ROSSI"}, [mario]),
        ({"q": "second@acme"}, [mario]),
        ({"q": "1234567"}, [mario]),
        ({"q": "crm-1"}, [mario]),
        ({"q": vera.key[:13]}, [vera.contact_id]),
        ({"q": "nobody at all"}, []),
        ({"q": "%"}, []),
        ({"full_text": "anna rossi"}, [anna, mario]),
        ({"full_text": "ros"}, []),
        ({"full_text": '"anna bianchi"'}, [anna]),
        ({"full_text": "anna -bianchi"}, []),
        ({"email": "MARIO.ROSSI@acme.example"}, [mario]),
        ({"email": "second@acme.example"}, [mario]),
        ({"email": "mario"}, []),
        ({"phone": "+39 06 1234567"}, [mario]),
        ({"lead_id": "crm-1"}, [mario]),
        ({"company": "ACME"}, [mario]),
        ({"tags": "vip"}, [mario]),
        ({"tags": "vi"}, []),
        ({"with_email": "true"}, [anna, mario]),
        ({"with_email": "true", "email": "anna@beta.example"}, [anna, mario]),
        ({"with_fullname": "true", "limit": 2}, [vera.contact_id, anna]),
        ({"with_fullname": "true", "with_email": "true"}, [anna, mario]),
        ({"q": "mar", "tags": "never"}, []),
        ({"created_after": "2020-01-01T00:00:00Z", "tags": "vip"}, [mario]),
        ({"created_before": "2020-01-01"}, []),
    ):
        assert found(api, cast, **query) == expected, query


def test_a_merely_signed_in_user_of_the_site_is_verified(api, cast):
    lead = say(cast, cast.user).view.identity.contact_id
    say(cast, cast.visitor)
    assert found(api, cast, verified="true") == [lead]
    assert lead not in found(api, cast, verified="false")


def test_erasing_answers_as_the_reference_and_is_final(api, cast):
    lead = say(cast, cast.visitor).view.identity.contact_id
    path = f"/{cast.id}/leads/{lead}"
    assert api(cast.admin, "DELETE", f"{path}/physical").status_code == 403
    assert api(cast.rival, "DELETE", f"/{cast.other_project.id}/leads/{lead}/physical").status_code == 404
    assert api.ok(cast.owner, "DELETE", f"{path}/physical") == {"n": 1, "ok": 1, "deletedCount": 1}

    for method, place in (
        ("GET", path),
        ("DELETE", path),
        ("DELETE", f"{path}/physical"),
        ("GET", f"{path}/notes"),
    ):
        answer = api(cast.owner, method, place)
        assert (answer.status_code, answer.json()["code"]) == (410, "erased")
    assert api(cast.visitor, "GET", f"/{cast.id}/requests/me").status_code == 401
    assert api.ok(cast.owner, "GET", f"/{cast.id}/leads", status=0)["leads"] == []
