"""The widget's texts by language."""

import pytest

from rolodesk.usecases import labels
from rolodesk.usecases.audit import audit
from rolodesk.web.texts import built_in


def put(api, cast, lang, **texts):
    return api.ok(cast.admin, "POST", f"/{cast.id}/labels", {"lang": lang, "data": texts})


def test_a_project_without_texts_shows_the_built_in_ones(api, cast):
    path = f"/{cast.id}/labels"
    assert api.ok(None, "GET", path) == {}
    assert api.ok(None, "GET", f"{path}/IT") == {"lang": "IT", "data": built_in()["IT"]}
    assert api.ok(None, "GET", f"{path}/pt-BR")["lang"] == "PT"
    assert api.ok(None, "GET", f"{path}/XX") == {"lang": "EN", "data": built_in()["EN"]}
    everything = api.ok(None, "GET", f"{path}/default")
    assert {entry["lang"] for entry in everything} == set(built_in())
    assert api.ok(None, "GET", f"{path}/default/de") == {"lang": "DE", "data": built_in()["DE"]}
    assert api(None, "GET", f"{path}/default/XX").status_code == 404
    assert api.ok(None, "GET", f"/{cast.id}/widgets")["labels"] == []


def test_every_language_has_the_keys_that_clients_know():
    keys = set(built_in()["EN"])
    assert {"LABEL_PLACEHOLDER", "LABEL_START_NW_CONV", "WELCOME_TITLE", "WELCOME_MSG", "SUBMIT", "USER_BANNED",
            "LABEL_PRECHAT_USER_FULLNAME", "PRECHAT_REQUIRED_ERROR"} <= keys  # fmt: skip
    for lang, texts in built_in().items():
        assert set(texts) == keys, lang
        assert all(isinstance(text, str) and text.strip() for text in texts.values()), lang


def test_the_project_s_own_come_first_then_its_default(api, cast):
    path = f"/{cast.id}/labels"
    made = put(api, cast, "IT", LABEL_PLACEHOLDER="Scrivi…", ANYTHING="<b>x</b>")
    assert (made["lang"], made["data"], made["default"]) == (
        "IT",
        {"LABEL_PLACEHOLDER": "Scrivi…", "ANYTHING": "<b>x</b>"},
        True,
    )
    second = put(api, cast, "pt-BR", a="b", DAYS=["seg", "ter"])
    assert second["default"] is False

    assert api.ok(None, "GET", f"{path}/it") == made
    assert api.ok(None, "GET", f"{path}/PT-br") == second
    assert api.ok(None, "GET", f"{path}/DE") == made
    whole = api.ok(None, "GET", path)
    assert whole["data"] == [made, second]
    assert (whole["id_project"], whole["createdBy"]) == (cast.id, "")
    assert api.ok(None, "GET", f"/{cast.id}/widgets")["labels"] == ["IT", "pt-BR"]


def test_one_language_is_the_default_and_the_last_to_go(api, cast):
    path = f"/{cast.id}/labels"
    put(api, cast, "IT", a="1")
    body = {"lang": "FR", "data": {"a": "2"}, "default": True}
    assert api.ok(cast.admin, "POST", path, body)["default"] is True
    assert api.ok(cast.admin, "POST", path, {**body, "default": False})["default"] is True
    assert api.ok(cast.admin, "PATCH", f"{path}/it/default")["default"] is True
    assert [entry["default"] for entry in api.ok(None, "GET", path)["data"]] == [True, False]

    refused = api(cast.admin, "DELETE", f"{path}/IT")
    assert (refused.status_code, refused.json()["success"]) == (400, False)
    assert api.ok(cast.admin, "DELETE", f"{path}/FR")["lang"] == "IT"
    assert api(cast.admin, "DELETE", f"{path}/FR").status_code == 404
    assert api(cast.admin, "PATCH", f"{path}/FR/default").json() == {
        "success": False,
        "msg": "Lang not found",
        "code": "not_found",
    }
    assert api.ok(cast.admin, "DELETE", path) == {"n": 1, "ok": 1, "deletedCount": 1}
    assert api.ok(cast.admin, "DELETE", path) == {"n": 0, "ok": 1, "deletedCount": 0}
    assert api.ok(None, "GET", path) == {}


def test_the_built_in_texts_are_cloned_to_begin_with(api, cast):
    path = f"/{cast.id}/labels"
    cloned = api.ok(cast.admin, "POST", f"{path}/default/clone", {"lang": "IT"})
    assert cloned["data"][0]["data"] == built_in()["IT"]
    assert cloned["data"][0]["default"] is True
    swedish = api.ok(cast.admin, "POST", f"{path}/default/clone", {"lang": "SV"})["data"][1]
    assert (swedish["lang"], swedish["data"]) == ("SV", built_in()["EN"])
    put(api, cast, "IT", a="1")
    again = api.ok(cast.admin, "POST", f"{path}/default/clone", {"lang": "IT"})["data"][0]
    assert (again["data"], again["default"]) == (built_in()["IT"], True)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"data": {"a": "b"}}, "lang"),
        ({"lang": "", "data": {}}, "lang"),
        ({"lang": "../IT", "data": {}}, "lang"),
        ({"lang": ["IT"], "data": {}}, "lang"),
        ({"lang": "IT"}, "data"),
        ({"lang": "IT", "data": ["a"]}, "data"),
        ({"lang": "IT", "data": {"a": 1}}, "data.a"),
        ({"lang": "IT", "data": {"a": {"$gt": ""}}}, "data.a"),
        ({"lang": "IT", "data": {"$where": "x"}}, "data.$where"),
        ({"lang": "IT", "data": {"a": "x" * 5_001}}, "data.a"),
        ({"lang": "IT", "data": {"a": "x\x00"}}, "data.a"),
        ({"lang": "IT", "data": {f"k{n}": "x" for n in range(1_001)}}, "data"),
        ({"lang": "IT", "data": {f"k{n}": "x" * 4_000 for n in range(60)}}, "data"),
        ({"lang": "IT", "data": {"a": ["x"] * 51}}, "data.a"),
        ({"lang": "IT", "data": {"a": "b"}, "default": "yes"}, "default"),
    ],
)
def test_wrong_texts_are_named(api, cast, body, param):
    answer = api(cast.admin, "POST", f"/{cast.id}/labels", body)
    assert answer.status_code == 422
    assert [problem["param"] for problem in answer.json()["errors"]] == [param]
    assert api.ok(None, "GET", f"/{cast.id}/labels") == {}


def test_a_language_must_be_named_to_be_cloned(api, cast):
    assert api(cast.admin, "POST", f"/{cast.id}/labels/default/clone", {}).status_code == 422


def test_texts_of_a_project_are_its_own(api, cast):
    put(api, cast, "IT", a="mine")
    there = f"/{cast.other_project.id}/labels"
    assert api.ok(None, "GET", there) == {}
    assert api(cast.rival, "DELETE", f"{there}/IT").status_code == 404
    assert api(cast.agent, "POST", f"/{cast.id}/labels", {"lang": "IT", "data": {}}).status_code == 403
    assert api(None, "GET", "/nonsense/labels").status_code == 400
    assert api(None, "GET", f"/{'f' * 24}/labels/default").status_code == 400


def test_a_change_is_told_in_the_audit(api, cast):
    put(api, cast, "IT", a="1")
    labels.delete_all(cast.db, cast.admin.agent)
    names = [entry.event.event.name for entry in audit(cast.db, cast.admin.agent, kind="project").entries]
    assert names[:2] == ["label.delete", "label.update"]
