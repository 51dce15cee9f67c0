"""The project's settings: general, the widget's looks, the secret for signed-in users."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.access import RESTRICTED
from rolodesk.domain.errors import Invalid
from rolodesk.usecases import projects
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.render import Html, go, origin_of

BASE = "/p/{project_id:str}/settings"
LOOKS = ("themeColor", "themeForegroundColor", "align", "logoChat", "wellcomeTitle", "wellcomeMsg", "lang")


@get(BASE, sync_to_thread=True)
def general_page(desk: Desk) -> Html:
    desk.require("project.configure")
    return _general(desk, 200, {}, {})


def _general(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    origins = desk.project.settings.get("allowed_origins")
    kept = {
        "name": desk.project.name,
        "country": desk.project.country or "",
        **{name: str(desk.project.settings.get(name) or "agents") for name in RESTRICTED},
        "agents_see": desk.project.settings.get("agents_see") or "all",
        "origins": "\n".join(map(str, origins)) if isinstance(origins, list) else "",
    }
    return desk.page("settings/general.html", status, typed={**kept, **typed}, problems=wrong)


@post(BASE, sync_to_thread=True)
def change_general(desk: Desk, form: Form) -> Response[Any]:
    typed = form.texts()
    origins = [line.strip() for line in typed.get("origins", "").splitlines() if line.strip()]
    settings: dict[str, Any] = {"country": typed.get("country") or None, "allowed_origins": origins or None}
    settings |= {name: typed[name] for name in (*RESTRICTED, "agents_see") if name in typed}
    try:
        projects.update(desk.db, desk.agent, name=typed.get("name", ""), settings=settings)
    except Invalid as error:
        return _general(desk, 422, typed, problems(error, desk.words))
    return go(f"{desk.root}/settings", desk.words.gettext("Saved."))


@get(f"{BASE}/widget", sync_to_thread=True)
def widget_page(desk: Desk) -> Html:
    desk.require("project.configure")
    return _widget(desk, 200, {}, {})


def _widget(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    kept = {name: _text(desk.project.widget.get(name)) for name in LOOKS}
    return desk.page(
        "settings/widget.html",
        status,
        typed={**kept, **typed},
        problems=wrong,
        origin=origin_of(desk.request),
    )


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("default") or next(iter(value.values()), ""))
    return "" if value is None else str(value)


@post(f"{BASE}/widget", sync_to_thread=True)
def change_widget(desk: Desk, form: Form) -> Response[Any]:
    typed = form.texts()
    try:
        projects.update(
            desk.db,
            desk.agent,
            widget={name: typed.get(name, "").strip() or None for name in LOOKS if name in typed},
        )
    except Invalid as error:
        return _widget(desk, 422, typed, problems(error, desk.words))
    return go(f"{desk.root}/settings/widget", desk.words.gettext("Saved."))


@get(f"{BASE}/users", sync_to_thread=True)
def users_page(desk: Desk) -> Html:
    return _users(desk, None)


def _users(desk: Desk, secret: str | None) -> Html:
    return desk.page(
        "settings/users.html",
        secrets=projects.secrets_in_force(desk.db, desk.agent),
        secret=secret,
        origin=origin_of(desk.request),
    )


@post(f"{BASE}/users/secret", sync_to_thread=True)
def rotate_secret(desk: Desk) -> Html:
    """A new secret, shown on this answer and never again."""
    return _users(desk, projects.rotate_secret(desk.db, desk.agent))


routes = [general_page, change_general, widget_page, change_widget, users_page, rotate_secret]
