"""A contact made by hand."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.contact import FIELDS
from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.usecases import contacts, projects
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.render import Html, go


@get("/p/{project_id:str}/contacts/new", sync_to_thread=True)
def new_contact(desk: Desk, q: str = "") -> Html:
    """An empty form; what was searched for in vain stands in it already."""
    text = q.strip()[:300]
    if "@" in text:
        typed = {"email": text}
    elif text[:1] == "+" or text.replace(" ", "").isdecimal():
        typed = {"phone": text}
    else:
        typed = {"fullname": text} if text else {}
    return _page(desk, 200, typed, {})


def _page(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    return desk.page(
        "contacts/new.html",
        status,
        typed=typed,
        problems=wrong,
        definitions=projects.properties(desk.db, desk.agent),
        library=projects.tags(desk.db, desk.agent),
    )


@post("/p/{project_id:str}/contacts/new", sync_to_thread=True)
def make_contact(desk: Desk, form: Form) -> Response[Any]:
    typed = form.texts()
    prefix = "properties."
    try:
        made = contacts.create(
            desk.db,
            desk.agent,
            {name: typed[name] for name in FIELDS if name in typed},
            {
                name.removeprefix(prefix): value
                for name, value in typed.items()
                if name.startswith(prefix) and value
            },
            tags=[tag for tag in typed.get("tags", "").split(",") if tag.strip()],
            lead_id=typed.get("lead_id") or None,
        )
    except Invalid as error:
        return _page(desk, 422, typed, problems(error, desk.words))
    except Conflict as error:
        said = desk.words.gettext("Another contact has this id.")
        other = error.details.get("_id")
        return _page(desk, 409, {**typed, "taken_by": str(other or "")}, {"lead_id": said})
    return go(f"{desk.root}/contacts/{made.contact.id}", desk.words.gettext("Contact created."))


routes = [new_contact, make_contact]
