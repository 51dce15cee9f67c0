"""The settings of webhooks: which there are, what each was told and is to be told."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.domain.json import Json
from rolodesk.domain.webhook import EVERYTHING, OFFERED, SILENT, Webhook
from rolodesk.usecases import webhooks
from rolodesk.web import auth, webhook_bodies
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go

BASE = "/p/{project_id:str}/settings/webhooks"
ONE = f"{BASE}/{{hook_id:str}}"
SIZE = 30
STATES = ("", "waiting", "given_up", "delivered")


@get(BASE, sync_to_thread=True)
def webhook_list(desk: Desk) -> Html:
    return _list(desk, 200, {}, {})


def _list(desk: Desk, status: int, typed: dict[str, Any], wrong: dict[str, str]) -> Html:
    found = webhooks.overview(desk.db, desk.agent)
    return desk.page(
        "settings/webhooks.html",
        status,
        hooks=found,
        typed=typed,
        problems=wrong,
        offered=OFFERED,
        more=[],
        private_allowed=_private(desk),
    )


@post(BASE, sync_to_thread=True)
def make_webhook(desk: Desk, form: Form) -> Html:
    """On to the hook with its secret, which stands on this answer and never again."""
    names = _names(form)
    try:
        made = webhooks.create(
            desk.db, desk.agent, form.get("target"), names, "legacy" in form, _private(desk)
        )
    except Invalid as error:
        return _list(desk, 422, {**form.texts(), "names": names}, problems(error, desk.words))
    except Conflict as error:
        wrong = {"target": sentence(desk.words.gettext(error.message))}
        return _list(desk, 409, {**form.texts(), "names": names}, wrong)
    return _one(desk, made.hook.id, secret=made.hook.secret if made.is_new else None)


def _names(form: Form) -> list[Json]:
    """The ticked events and those that are typed."""
    typed = [name.strip() for name in form.get("more").replace("\n", ",").split(",")]
    return [*form.all("names"), *filter(None, typed)]


def _private(desk: Desk) -> bool:
    return auth.settings(desk.request).webhooks_private


@get(ONE, sync_to_thread=True)
def webhook_page(desk: Desk, hook_id: str, show: str = "", before: str = "") -> Html:
    return _one(desk, hook_id, show if show in STATES else "", before[:60] if before.isascii() else "")


def _one(
    desk: Desk, hook_id: str, state: str = "", before: str = "", secret: str | None = None, status: int = 200,
    typed: dict[str, Any] | None = None, wrong: dict[str, str] | None = None,
) -> Html:  # fmt: skip
    found = webhooks.of_hook(desk.db, desk.agent, hook_id, state or None, before or None, SIZE)
    hook = found.hook
    kept = {"target": hook.target, "names": list(hook.names), "more": "", "legacy": hook.legacy}
    return desk.page(
        "settings/webhook.html",
        status,
        hook=hook,
        entries=found.entries,
        older=found.older,
        first=not before,
        state=state,
        states=STATES,
        secret=secret,
        typed=kept if typed is None else typed,
        problems=wrong or {},
        offered=OFFERED,
        more=_unlisted(hook),
        private_allowed=_private(desk),
    )


def _unlisted(hook: Webhook) -> list[str]:
    """The events that have no box of their own."""
    boxes = {EVERYTHING, *(name for group in OFFERED.values() for name in group)}
    return [name for name in hook.names if name not in boxes or name in SILENT]


@post(ONE, sync_to_thread=True)
def change_webhook(desk: Desk, hook_id: str, form: Form) -> Response[Any]:
    changes: dict[str, Json] = {
        "target": form.get("target"),
        "names": _names(form),
        "legacy": "legacy" in form,
    }
    try:
        webhooks.update(desk.db, desk.agent, hook_id, changes, _private(desk))
    except Invalid as error:
        typed = {**form.texts(), "names": changes["names"]}
        return _one(desk, hook_id, status=422, typed=typed, wrong=problems(error, desk.words))
    except Conflict as error:
        wrong = {"target": sentence(desk.words.gettext(error.message))}
        typed = {**form.texts(), "names": changes["names"]}
        return _one(desk, hook_id, status=409, typed=typed, wrong=wrong)
    return _back(desk, hook_id, desk.words.gettext("Saved."))


def _back(desk: Desk, hook_id: str, said: str) -> Response[Any]:
    return go(f"{desk.root}/settings/webhooks/{hook_id}", said)


@post(f"{ONE}/switch", sync_to_thread=True)
def switch_webhook(desk: Desk, hook_id: str, form: Form) -> Response[Any]:
    on = form.get("enabled") == "yes"
    hook = webhooks.update(desk.db, desk.agent, hook_id, {"enabled": on})
    if hook.enabled:
        return _back(desk, hook.id, desk.words.gettext("Switched on."))
    return _back(desk, hook.id, desk.words.gettext("Switched off."))


@post(f"{ONE}/secret", sync_to_thread=True)
def rotate_webhook_secret(desk: Desk, hook_id: str) -> Html:
    """A new secret, shown on this answer and never again."""
    hook = webhooks.rotate_secret(desk.db, desk.agent, hook_id)
    return _one(desk, hook.id, secret=hook.secret)


@post(f"{ONE}/delete", sync_to_thread=True)
def delete_webhook(desk: Desk, hook_id: str) -> Response[Any]:
    webhooks.delete(desk.db, desk.agent, hook_id)
    return go(f"{desk.root}/settings/webhooks", desk.words.gettext("The webhook is deleted."))


@post(f"{ONE}/test", sync_to_thread=True)
def test_webhook(desk: Desk, hook_id: str) -> Response[Any]:
    sent = webhooks.test(desk.db, desk.agent, hook_id, webhook_bodies.subscription)
    return _back(desk, sent.hook_id, desk.words.gettext("The test is on its way."))


@post(f"{ONE}/deliveries/{{delivery_id:str}}", sync_to_thread=True)
def send_delivery_again(desk: Desk, hook_id: str, delivery_id: str) -> Response[Any]:
    sent = webhooks.send_again(desk.db, desk.agent, hook_id, delivery_id)
    return _back(desk, sent.hook_id, desk.words.gettext("It is sent again."))


routes = [
    *(webhook_list, make_webhook, webhook_page, change_webhook, switch_webhook, rotate_webhook_secret),
    *(delete_webhook, test_webhook, send_delivery_again),
]
