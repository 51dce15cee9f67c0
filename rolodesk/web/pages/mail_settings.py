"""The settings of emails: how they are signed, and what has become of each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.domain.mail import MailState
from rolodesk.usecases import mails, projects
from rolodesk.web import emails
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go

BASE = "/p/{project_id:str}/settings/emails"
SIZE = 50


@get(BASE, sync_to_thread=True)
def emails_page(desk: Desk, show: str = "", before: str = "") -> Html:
    return _page(desk, 200, show, before, {}, {})


def _page(
    desk: Desk, status: int, state: str, before: str, typed: dict[str, str], wrong: dict[str, str]
) -> Html:
    shown = state if state in tuple(MailState) else ""
    found = mails.listing(desk.db, desk.agent, shown or None, before or None, SIZE + 1)
    signed = desk.project.settings.get("email")
    kept = {name: str(value) for name, value in signed.items()} if isinstance(signed, dict) else {}
    return desk.page(
        "settings/emails.html",
        status,
        found=found.mails[:SIZE],
        listing=found,
        older=found.mails[SIZE - 1].id if len(found.mails) > SIZE else None,
        first=not before,
        state=shown,
        states=["", *(one.value for one in MailState)],
        office=emails.office(desk.request),
        typed={**kept, **typed},
        problems=wrong,
    )


@post(BASE, sync_to_thread=True)
def change_signature(desk: Desk, form: Form) -> Response[Any]:
    """The name that emails come from, and where answers to them go."""
    typed = form.texts()
    signed: dict[str, Any] = {
        name: typed[name].strip() for name in ("from_name", "reply_to") if typed.get(name, "").strip()
    }
    try:
        projects.update(desk.db, desk.agent, settings={"email": signed or None})
    except Invalid as error:
        wrong = problems(error, desk.words)
        return _page(desk, 422, "", "", typed, {k.rpartition(".")[2]: v for k, v in wrong.items()})
    return go(f"{desk.root}/settings/emails", desk.words.gettext("Saved."))


@post(BASE + "/{mail_id:str}/again", sync_to_thread=True)
def again(desk: Desk, mail_id: str, form: Form) -> Response[Any]:
    desk.require("project.configure")
    said = desk.words.gettext("The email is on its way again.")
    try:
        mails.again(desk.db, desk.agent, mail_id)
    except Conflict as error:
        said = sentence(desk.words.gettext(error.message))
    show = form.get("show")
    query = f"?{urlencode({'show': show})}" if show in tuple(MailState) else ""
    return go(f"{desk.root}/settings/emails{query}", said)


routes = [emails_page, change_signature, again]
