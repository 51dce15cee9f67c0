"""Webhooks, which the API calls subscriptions."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import JSONBody

from rolodesk.domain.json import Json
from rolodesk.domain.webhook import Delivery, Try, Webhook
from rolodesk.usecases import webhooks
from rolodesk.web import auth, render, webhook_bodies
from rolodesk.web.api.reading import AnyRequest, given, whole

BASE = "/{project_id:str}/subscriptions"
ONE = f"{BASE}/{{subscription_id:str}}"


class SubscriptionBody(msgspec.Struct):
    """A hook. `event` may name several events with commas between, as `events` does in a list."""

    target: str | msgspec.UnsetType | None = msgspec.UNSET
    event: str | msgspec.UnsetType | None = msgspec.UNSET
    events: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    legacy: bool | msgspec.UnsetType | None = msgspec.UNSET
    enabled: bool | msgspec.UnsetType | None = msgspec.UNSET


class TestBody(msgspec.Struct):
    """Which hook is to be tried."""

    id: str | None = None


def _names(body: dict[str, Any]) -> list[Json] | None:
    """The events that a body names, None if it names none."""
    if body.get("events") is not None:
        return list(body["events"])
    return [*str(body["event"]).split(",")] if body.get("event") is not None else None


@post(BASE, status_code=200, tags=["subscriptions"], sync_to_thread=True)
def create_subscription(
    request: AnyRequest, project_id: str, data: JSONBody[SubscriptionBody]
) -> Response[dict[str, Any]]:
    """Make a hook. Its secret is told by this answer alone; one that is there already answers without it."""
    body = given(data)
    made = webhooks.create(
        auth.database(request),
        auth.team(request, project_id),
        body.get("target"),
        _names(body) or [],
        body.get("legacy") is True,
        auth.settings(request).webhooks_private,
    )
    if not made.is_new:
        return Response(webhook_bodies.subscription_with_state(made.hook))
    return _with_secret(made.hook)


def _with_secret(hook: Webhook) -> Response[dict[str, Any]]:
    body = {"secret": hook.secret, "global": False, **webhook_bodies.subscription_with_state(hook)}
    return Response(body, headers={"x-hook-secret": hook.secret, "Cache-Control": "no-store"})


@get(BASE, tags=["subscriptions"], sync_to_thread=True)
def subscriptions(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """All hooks, oldest first."""
    found = webhooks.hooks(auth.database(request), auth.team(request, project_id))
    return [webhook_bodies.subscription_with_state(hook) for hook in found]


@get(f"{BASE}/history", tags=["subscriptions"], sync_to_thread=True)
def subscription_history(
    request: AnyRequest, project_id: str, page: str | None = None
) -> list[dict[str, Any]]:
    """The newest tries of all hooks, 40 a page, newest first."""
    found = webhooks.history(
        auth.database(request), auth.team(request, project_id), whole(page, 0, most=100_000)
    )
    return [_tried(tried, delivery, hook) for tried, delivery, hook in found]


def _tried(tried: Try, delivery: Delivery, hook: Webhook) -> dict[str, Any]:
    response = {"statusCode": tried.status, "body": tried.answer}
    return {
        "_id": tried.id,
        "event": delivery.name,
        "target": hook.target,
        "response": None if tried.status is None else msgspec.json.encode(response).decode(),
        "body": tried.answer,
        "jsonRequest": delivery.body,
        "err": {"message": tried.error} if tried.error else None,
        "id_project": hook.project_id,
        "createdAt": render.iso(tried.at),
        "updatedAt": render.iso(tried.at),
        "__v": 0,
        "subscription": hook.id,
        "delivery": delivery.id,
        "state": delivery.state,
        "duration": tried.duration,
    }


@post(f"{BASE}/test", status_code=200, tags=["subscriptions"], sync_to_thread=True)
def test_subscription(request: AnyRequest, project_id: str, data: JSONBody[TestBody]) -> dict[str, Any]:
    """Have something sent to a hook that tells of nothing; what comes of it stands in the history."""
    sent = webhooks.test(
        auth.database(request), auth.team(request, project_id), data.id or "", webhook_bodies.subscription
    )
    return {"success": True, "delivery": sent.id}


@get(ONE, tags=["subscriptions"], sync_to_thread=True)
def get_subscription(request: AnyRequest, project_id: str, subscription_id: str) -> dict[str, Any]:
    """One hook."""
    found = webhooks.get(auth.database(request), auth.team(request, project_id), subscription_id)
    return webhook_bodies.subscription_with_state(found)


@put(ONE, status_code=200, tags=["subscriptions"], sync_to_thread=True)
def update_subscription(
    request: AnyRequest, project_id: str, subscription_id: str, data: JSONBody[SubscriptionBody]
) -> dict[str, Any]:
    """Change a hook, or switch it on or off with `enabled`. One that is switched on goes on where it stopped."""
    body = given(data)
    changes = {name: body.get(name) for name in ("target", "legacy", "enabled")}
    changed = webhooks.update(
        auth.database(request),
        auth.team(request, project_id),
        subscription_id,
        {**changes, "names": _names(body)},
        auth.settings(request).webhooks_private,
    )
    return webhook_bodies.subscription_with_state(changed)


@delete(ONE, status_code=200, tags=["subscriptions"], sync_to_thread=True)
def delete_subscription(request: AnyRequest, project_id: str, subscription_id: str) -> dict[str, Any]:
    """Delete a hook with all that was still to be sent."""
    deleted = webhooks.delete(auth.database(request), auth.team(request, project_id), subscription_id)
    return webhook_bodies.subscription_with_state(deleted)


@post(f"{ONE}/secret", status_code=200, tags=["subscriptions"], sync_to_thread=True)
def rotate_subscription_secret(
    request: AnyRequest, project_id: str, subscription_id: str
) -> Response[dict[str, Any]]:
    """A new secret, told by this answer alone; the former one signs too for 24 hours more."""
    changed = webhooks.rotate_secret(auth.database(request), auth.team(request, project_id), subscription_id)
    return _with_secret(changed)


@post(f"{ONE}/deliveries/{{delivery_id:str}}", status_code=200, tags=["subscriptions"], sync_to_thread=True)
def send_delivery_again(
    request: AnyRequest, project_id: str, subscription_id: str, delivery_id: str
) -> dict[str, Any]:
    """Send once more what has been delivered or given up, or at once what is put off."""
    sent = webhooks.send_again(
        auth.database(request), auth.team(request, project_id), subscription_id, delivery_id
    )
    return {"success": True, "delivery": sent.id, "state": sent.state}


route_handlers: list[Any] = [
    *(create_subscription, subscriptions, subscription_history, test_subscription, get_subscription),
    *(update_subscription, delete_subscription, rotate_subscription_secret, send_delivery_again),
]
