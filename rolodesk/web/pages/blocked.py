"""Settings → Blocked visitors: everybody who is kept out, whether they have written or not; and a contact's buttons."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.usecases import blocking, projects
from rolodesk.web.pages.contact import BASE as CONTACT
from rolodesk.web.pages.contact import changed
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go

PATH = "/p/{project_id:str}/settings/blocked"


@get(PATH, sync_to_thread=True)
def blocked_page(desk: Desk) -> Html:
    desk.require("visitors.block")
    return _page(desk, 200, {}, {})


def _page(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    return desk.page(
        "settings/blocked.html",
        status,
        bans=list(reversed(blocking.blocked(desk.db, desk.agent))),
        people={member.user_id: member.name for member in projects.team(desk.db, desk.agent)},
        typed=typed,
        problems=wrong,
    )


@post(PATH, sync_to_thread=True)
def change_blocked(desk: Desk, form: Form) -> Response[Any]:
    """Let somebody in again, or keep somebody out by the id that is in their token."""
    if form.get("unblock"):
        blocking.unban(desk.db, desk.agent, form.get("unblock"))
        return go(f"{desk.root}/settings/blocked", desk.words.gettext("Let in again."))
    try:
        blocking.ban(desk.db, desk.agent, form.get("id").strip())
    except Invalid as error:
        return _page(desk, 422, form.texts(), problems(error, desk.words))
    except Conflict as error:
        return _page(desk, 409, form.texts(), {"id": sentence(desk.words.gettext(error.message))})
    return go(f"{desk.root}/settings/blocked", desk.words.gettext("Blocked."))


@post(f"{CONTACT}/block", sync_to_thread=True)
def block_identity(desk: Desk, contact_id: str, form: Form) -> Response[Any]:
    """Keep out one identity of the contact, or let it in again."""
    verb = blocking.unblock if form.get("action") == "unblock" else blocking.block
    return changed(
        desk, contact_id, lambda: verb(desk.db, desk.agent, contact_id, form.get("identity")), "identity"
    )


routes = [blocked_page, change_blocked, block_identity]
