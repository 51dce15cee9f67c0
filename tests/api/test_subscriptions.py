"""Webhooks over the API; what is sent is compared with what a Tiledesk server has sent in `test_captures.py`."""

import json

import pytest
from standardwebhooks import Webhook as Verifier

from rolodesk.domain.webhook import MAX_HOOKS, OFFERED
from rolodesk.usecases import delivering, webhooks
from rolodesk.usecases.delivering import Bodies, Outcome
from rolodesk.web import webhook_bodies
from tests.cast import Cast, away, new_request_id

TARGET = "http://93.184.216.34/hook"
BODIES = Bodies(
    webhook_bodies.payload, webhook_bodies.subscription, "Rolodesk-Webhooks/1", "https://chat.example"
)
KEYS = {
    *("_id", "target", "event", "id_project", "createdBy", "createdAt", "updatedAt", "__v"),
    *("events", "legacy", "enabled", "failing_since", "disabled_at", "reason"),
}


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/{cast.id}/subscriptions"


def test_a_hook_is_made_told_its_secret_once_and_kept(api, cast, path):
    made = api(cast.admin, "POST", path, {"target": TARGET, "event": "lead.create"})
    body = made.json()
    assert (made.status_code, made.headers["x-hook-secret"]) == (200, body["secret"])
    assert set(body) == KEYS | {"secret", "global"}
    assert (body["event"], body["target"], body["enabled"], body["legacy"]) == (
        "lead.create",
        TARGET,
        True,
        False,
    )
    assert Verifier(body["secret"])

    again = api(cast.owner, "POST", path, {"target": TARGET, "event": "lead.create"})
    assert (again.status_code, again.json()["_id"]) == (200, body["_id"])
    assert "x-hook-secret" not in again.headers
    other = api.ok(cast.admin, "POST", path, {"target": TARGET, "event": "request.close,lead.merge"})
    assert (other["event"], other["events"]) == ("lead.merge,request.close", ["lead.merge", "request.close"])
    listed = api.ok(cast.admin, "GET", path)
    assert [one["_id"] for one in listed] == [body["_id"], other["_id"]]
    assert api.ok(cast.admin, "GET", f"{path}/{body['_id']}") == listed[0]
    assert all(set(one) == KEYS for one in listed)

    changed = api.ok(cast.admin, "PUT", f"{path}/{body['_id']}", {"target": f"{TARGET}2"})
    assert (changed["target"], changed["event"]) == (f"{TARGET}2", "lead.create")
    off = api.ok(cast.admin, "PUT", f"{path}/{body['_id']}", {"enabled": False})
    assert (off["enabled"], off["reason"]) == (False, "by_hand")
    assert api.ok(cast.admin, "PUT", f"{path}/{body['_id']}", {"enabled": True})["disabled_at"] is None
    rotated = api(cast.admin, "POST", f"{path}/{body['_id']}/secret")
    assert rotated.json()["secret"] == rotated.headers["x-hook-secret"] != body["secret"]
    taken = api(cast.admin, "PUT", f"{path}/{other['_id']}", {"target": f"{TARGET}2", "event": "lead.create"})
    assert (taken.status_code, taken.json()["code"]) == (409, "webhook_exists")

    deleted = api.ok(cast.admin, "DELETE", f"{path}/{body['_id']}")
    assert deleted["_id"] == body["_id"]
    assert api(cast.admin, "GET", f"{path}/{body['_id']}").status_code == 404
    secrets = [body["secret"], rotated.json()["secret"], other["secret"]]
    read = api(cast.admin, "GET", path).text + api(cast.admin, "GET", f"{path}/history").text
    assert not any(secret in read for secret in secrets)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"event": "lead.create"}, "target"),
        ({"target": TARGET}, "event"),
        ({"target": TARGET, "event": "x"}, "event"),
        ({"target": TARGET, "event": ""}, "event"),
        ({"target": TARGET, "events": [f"event.emit.{n}" for n in range(101)]}, "event"),
        ({"target": TARGET, "events": []}, "event"),
        ({"target": TARGET, "event": "lead.create,nothing.at.all"}, "event"),
        *(
            ({"target": target, "event": "lead.create"}, "target")
            for target in (
                *(
                    "",
                    "x",
                    "ftp://example.com/",
                    "file:///etc/passwd",
                    "javascript:alert(1)",
                    "//example.com",
                ),
                *("http://", "http:///x", "http://user:pass@93.184.216.34/", "http://93.184.216.34:0/"),
                *(
                    "http://93.184.216.34:99999/",
                    "http://a b/",
                    "http://a\nb/",
                    "http://[::1",
                    "http://èx.example/",
                ),
                *("http://127.0.0.1/", "http://localhost:3000/", "http://[::1]/", "http://10.0.0.1/"),
                *(
                    "http://169.254.169.254/latest/meta-data",
                    "http://2130706433/",
                    "http://0/",
                    f"{TARGET}{'x' * 2_000}",
                ),
            )
        ),
    ],
)
def test_what_no_hook_can_be_made_of(api, cast, path, body, param):
    answer = api(cast.admin, "POST", path, body)

    assert answer.status_code == 422, answer.text
    assert {one["param"] for one in answer.json()["errors"]} == {param}
    assert api.ok(cast.admin, "GET", path) == []


def test_every_offered_event_and_every_name_by_channel_is_taken(api, cast, path):
    names = [name for group in OFFERED.values() for name in group]
    names += [
        "*",
        "message.received",
        "message.create.request.channel.chat21",
        "message.create.channel.email",
    ]
    names += ["message.create.from.requester.request.channel.chat21", "event.emit.checkout done"]

    made = api.ok(cast.admin, "POST", path, {"target": TARGET, "events": names})

    assert made["events"] == sorted(names)


def test_a_project_has_so_many_and_no_more(api, cast, path):
    for number in range(MAX_HOOKS):
        webhooks.create(cast.db, cast.admin.agent, f"{TARGET}/{number}", ["lead.create"])

    answer = api(cast.admin, "POST", path, {"target": TARGET, "event": "lead.create"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")
    assert api(cast.admin, "POST", path, {"target": f"{TARGET}/7", "event": "lead.create"}).status_code == 200


def test_tests_and_the_history_of_tries(api, cast, path):
    hook = api.ok(cast.admin, "POST", path, {"target": TARGET, "event": "lead.create"})
    sent = api.ok(cast.admin, "POST", f"{path}/test", {"id": hook["_id"]})
    assert api(cast.admin, "POST", f"{path}/test", {"id": "x"}).status_code == 404
    assert (
        api(
            cast.rival, "POST", f"/{cast.other_project.id}/subscriptions/test", {"id": hook["_id"]}
        ).status_code
        == 404
    )
    send(cast, status=200, answer='{"ok":true}')

    [tried] = api.ok(cast.admin, "GET", f"{path}/history")
    assert (tried["delivery"], tried["event"], tried["err"], tried["body"]) == (
        sent["delivery"], "webhook.test", None, '{"ok":true}',
    )  # fmt: skip
    assert json.loads(tried["response"]) == {"statusCode": 200, "body": '{"ok":true}'}
    assert json.loads(tried["jsonRequest"])["hook"]["_id"] == hook["_id"]
    assert api.ok(cast.admin, "GET", f"{path}/history", page="1") == []
    again = api.ok(cast.admin, "POST", f"{path}/{hook['_id']}/deliveries/{sent['delivery']}")
    assert again == {"success": True, "delivery": sent["delivery"], "state": "waiting"}
    send(cast, status=500, error="the answer is no success")
    newest, _ = api.ok(cast.admin, "GET", f"{path}/history")
    assert (newest["err"], newest["state"]) == ({"message": "the answer is no success"}, "given_up")


def send(cast: Cast, status: int, error: str | None = None, answer: str | None = None) -> list[dict]:
    """Plan, and let everything that is due come to this; what was sent."""
    while delivering.plan(cast.db, cast.id, BODIES)[0]:
        pass
    sent = []
    while hooks := delivering.to_send(cast.db):
        for hook in hooks:
            while (parcel := delivering.claim(cast.db, hook, BODIES)) is not None:
                sent.append(json.loads(parcel.body))
                delivering.finish(cast.db, parcel, Outcome(status, error, answer, 3))
    return sent


def test_names_by_channel_and_by_emitted_name_are_told_alone(api, cast, path):
    away(cast)
    wanted = ["message.create.request.channel.chat21", "message.create.channel.other", "event.emit.checkout"]
    for name in wanted:
        api.ok(cast.admin, "POST", path, {"target": TARGET, "event": name})
    rid = new_request_id(cast.id)
    api.ok(cast.visitor, "POST", f"/{cast.id}/requests/{rid}/messages", {"text": "Hello"})
    for name in ("checkout", "other"):
        api.ok(cast.visitor, "POST", f"/{cast.id}/events", {"name": name, "attributes": {"total": 12}})

    sent = send(cast, 200)

    assert sorted((one["event"], one["hook"]["event"]) for one in sent) == [
        ("event.emit.checkout", "event.emit.checkout"),
        ("message.create.request.channel.chat21", "message.create.request.channel.chat21"),
    ]
