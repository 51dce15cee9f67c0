"""Custom events over HTTP."""

from tests.api.client import serving
from tests.cast import make_cast, say


def test_a_visitor_emits_and_the_team_reads(api, cast):
    path = f"/{cast.id}/events"
    made = api.ok(cast.visitor, "POST", path, {"name": "checkout", "attributes": {"total": 12}, "odd": 1})
    bare = api.ok(cast.agent, "POST", path, {"name": "called", "status": "mine"})

    assert (made["status"], made["name"], made["attributes"]) == ("stardard", "checkout", {"total": 12})
    assert (made["createdBy"], made["id_project"], made["__v"]) == (cast.visitor.key, cast.id, 0)
    assert "attributes" not in bare
    assert bare["project_user"] == cast.agent.agent.member_id
    assert api.ok(cast.agent, "GET", path) == {"perPage": 40, "count": 2, "events": [bare, made]}
    assert api.ok(cast.agent, "GET", path, direction="1", sort="createdAt")["events"] == [made, bare]
    assert api.ok(cast.agent, "GET", path, limit="1", page="1")["events"] == [made]
    assert api.ok(cast.agent, "GET", path, name="called")["events"] == [bare]
    assert api.ok(cast.agent, "GET", path, project_user=made["project_user"])["events"] == [made]
    assert api.ok(cast.agent, "GET", f"{path}/{made['_id']}") == made

    identity = say(cast, cast.visitor).view.identity
    (known,) = api.ok(cast.agent, "GET", path, project_user=identity.id)["events"]
    assert (known["_id"], known["project_user"]) == (made["_id"], identity.id)


def test_what_is_wrong_is_said(api, cast):
    path = f"/{cast.id}/events"
    for body, param in (({}, "name"), ({"name": 3}, "name"), ({"name": "x", "attributes": []}, "attributes")):
        answer = api(cast.visitor, "POST", path, body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["param"] == param
    assert (
        api(cast.visitor, "POST", path, {"name": "x", "attributes": {"y": "z" * 17_000}}).status_code == 413
    )
    assert api(cast.agent, "GET", path, sort="name").status_code == 422
    assert api(cast.agent, "GET", f"{path}/{'0' * 24}").status_code == 404
    assert api.ok(cast.agent, "GET", path, project_user="a\x00b")["events"] == []


def test_what_a_visitor_emits_counts_like_its_messages(databases):
    with databases.lend("sqlite") as url, serving(url, rate_messages=1, rate_messages_burst=2) as api:
        cast = make_cast(api.db)
        answers = [api(cast.visitor, "POST", f"/{cast.id}/events", {"name": "x"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"]
        assert (
            api(cast.visitor, "POST", f"/{cast.id}/requests/new/messages", {"text": "x"}).status_code == 429
        )
        assert api(cast.agent, "POST", f"/{cast.id}/events", {"name": "x"}).status_code == 200
