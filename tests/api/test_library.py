"""Custom properties and the library of tags."""

import pytest


def define(api, cast, **body):
    return api.ok(
        cast.agent, "POST", f"/{cast.id}/properties", {"label": "VAT number", "name": "vat", **body}
    )


def test_a_property_goes_through_its_life(api, cast):
    made = define(api, cast, type="number")
    path = f"/{cast.id}/properties"

    assert (made["label"], made["name"], made["type"], made["status"]) == ("VAT number", "vat", "number", 100)
    assert api.ok(cast.agent, "GET", path) == [made]
    assert api.ok(cast.agent, "GET", f"{path}/{made['_id']}") == made
    changed = api.ok(cast.agent, "PUT", f"{path}/{made['_id']}", {"label": "VAT no.", "type": None})
    assert (changed["label"], changed["type"]) == ("VAT no.", "number")
    assert api.ok(cast.agent, "DELETE", f"{path}/{made['_id']}")["status"] == 1000
    assert api.ok(cast.agent, "GET", path) == []
    assert len(api.ok(cast.agent, "GET", path, status="1000")) == 1
    assert api(cast.admin, "DELETE", f"{path}/{made['_id']}/physical").status_code == 403
    assert api.ok(cast.owner, "DELETE", f"{path}/{made['_id']}/physical") == {
        "n": 1,
        "ok": 1,
        "deletedCount": 1,
    }
    assert api(cast.owner, "DELETE", f"{path}/{made['_id']}/physical").status_code == 404


def test_a_contact_keeps_its_values_without_the_definition(api, cast):
    made = define(api, cast)
    lead = api.ok(cast.agent, "POST", f"/{cast.id}/leads", {"properties": {"vat": "IT1"}})
    api.ok(cast.owner, "DELETE", f"/{cast.id}/properties/{made['_id']}/physical")
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads/{lead['_id']}")["properties"] == {"vat": "IT1"}


def test_a_propertys_name_is_unique_in_a_project(api, cast):
    define(api, cast)
    other = define(api, cast, name="other")
    again = api(cast.agent, "POST", f"/{cast.id}/properties", {"label": "x", "name": "vat"})
    renamed = api(cast.agent, "PUT", f"/{cast.id}/properties/{other['_id']}", {"name": "vat"})
    assert (again.status_code, renamed.status_code) == (409, 409)
    elsewhere = api(
        cast.stranger, "POST", f"/{cast.other_project.id}/properties", {"label": "x", "name": "vat"}
    )
    assert elsewhere.status_code == 200


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"name": "vat"}, "label"),
        ({"label": "VAT"}, "name"),
        ({"label": " ", "name": "vat"}, "label"),
        ({"label": "x" * 201, "name": "vat"}, "label"),
        ({"label": "VAT", "name": "VAT no"}, "name"),
        ({"label": "VAT", "name": "email"}, "name"),
        ({"label": "VAT", "name": "x" * 65}, "name"),
        ({"label": "VAT", "name": "$where"}, "name"),
        ({"label": "VAT", "name": "vat", "type": "html"}, "type"),
        ({"label": 1, "name": "vat"}, "label"),
        ({"label": "VAT", "name": ["vat"]}, "name"),
        ({"label": "VAT", "name": "vat", "type": 1}, "type"),
        ({"label": "VAT", "name": "vat", "identifying": "yes"}, "identifying"),
    ],
)
def test_a_wrong_property_is_named(api, cast, body, param):
    answer = api(cast.agent, "POST", f"/{cast.id}/properties", body)
    assert answer.status_code == 422
    assert [problem["param"] for problem in answer.json()["errors"]] == [param]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/properties") == []


def test_a_project_has_at_most_50_properties(api, cast):
    for number in range(50):
        define(api, cast, name=f"p{number}")
    answer = api(cast.agent, "POST", f"/{cast.id}/properties", {"label": "x", "name": "p50"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_properties")
    assert len(api.ok(cast.agent, "GET", f"/{cast.id}/properties")) == 40
    assert len(api.ok(cast.agent, "GET", f"/{cast.id}/properties", page=1)) == 10
    assert len(api.ok(cast.agent, "GET", f"/{cast.id}/properties", limit=100)) == 50
    assert len(api.ok(cast.agent, "GET", f"/{cast.id}/properties", name="p7")) == 1


def test_a_tag_goes_through_its_life(api, cast):
    path = f"/{cast.id}/tags"
    made = api.ok(cast.agent, "POST", path, {"tag": "vip", "color": "#ff0000"})
    again = api.ok(cast.agent, "POST", path, {"tag": " vip ", "color": "#00ff00"})

    assert again == made
    assert api.ok(cast.agent, "GET", path) == [made]
    assert api.ok(cast.agent, "GET", f"{path}/{made['_id']}") == made
    changed = api.ok(cast.agent, "PUT", f"{path}/{made['_id']}", {"tag": "vips", "color": "#0f0"})
    assert (changed["tag"], changed["color"]) == ("vips", "#0f0")
    other = api.ok(cast.agent, "POST", path, {"tag": "other"})
    assert api(cast.agent, "PUT", f"{path}/{other['_id']}", {"tag": "vips"}).status_code == 409
    assert api.ok(cast.agent, "DELETE", f"{path}/{made['_id']}")["ok"] == 1
    assert api(cast.agent, "DELETE", f"{path}/{made['_id']}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tag": ""},
        {"tag": " "},
        {"tag": 1},
        {"tag": ["x"]},
        {"tag": "x" * 101},
        {"tag": "x", "color": "red;}"},
        {"tag": "a\x00"},
    ],
)
def test_a_wrong_tag_is_refused(api, cast, body):
    assert api(cast.agent, "POST", f"/{cast.id}/tags", body).status_code == 422
    assert api.ok(cast.agent, "GET", f"/{cast.id}/tags") == []


@pytest.mark.parametrize("kind", ["tags", "properties"])
@pytest.mark.parametrize("unknown", ["zzz", "5badfe5d553d1844ad654072", "%20"])
def test_an_unknown_one_is_404(api, cast, kind, unknown):
    path = f"/{cast.id}/{kind}/{unknown}"
    assert api(cast.owner, "GET", path).status_code == 404
    assert api(cast.owner, "PUT", path, {"label": "x", "tag": "x"}).status_code == 404
    assert api(cast.owner, "DELETE", path).status_code == 404


def test_another_projects_are_unknown(api, cast):
    tag = api.ok(cast.agent, "POST", f"/{cast.id}/tags", {"tag": "vip"})["_id"]
    prop = define(api, cast)["_id"]
    for path in (f"/{cast.other_project.id}/tags/{tag}", f"/{cast.other_project.id}/properties/{prop}"):
        for method, more in (("GET", {}), ("PUT", {"body": {"tag": "x", "label": "x"}}), ("DELETE", {})):
            assert api(cast.rival, method, path, **more).status_code == 404
