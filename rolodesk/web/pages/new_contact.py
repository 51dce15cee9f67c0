"""A contact made by hand."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from msgspec import Struct

from rolodesk.domain.contact import FIELDS, email_key, phone_key
from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.domain.profile import Contact
from rolodesk.usecases import contacts, duplicates, find, projects
from rolodesk.usecases.find import Filter, Page
from rolodesk.web.pages import likeness
from rolodesk.web.pages.comparison import Asked
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.render import Html, go

NAMED = 3


class Clash(Struct, frozen=True):
    """Who has the typed `address` already, or looks like the same person by the `reason`."""

    contact: Contact
    address: str = ""
    reason: str = ""


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


def _page(
    desk: Desk,
    status: int,
    typed: dict[str, str],
    wrong: dict[str, str],
    clashes: list[Clash] | None = None,
) -> Html:
    return desk.page(
        "contacts/new.html",
        status,
        typed=typed,
        asked=bool(clashes),
        problems=wrong,
        clashes=clashes or [],
        definitions=projects.properties(desk.db, desk.agent),
        library=projects.tags(desk.db, desk.agent),
    )


@post("/p/{project_id:str}/contacts/new/alike", sync_to_thread=True)
def alike_typed(desk: Desk, form: Form) -> Html:
    """Who looks like what has been typed by now."""
    desk.require("contacts.edit")
    return desk.page("duplicates/typed.html", clashes=_clashes(desk, form.texts()), asked="asked" in form)


@post("/p/{project_id:str}/contacts/new", sync_to_thread=True)
def make_contact(desk: Desk, form: Form) -> Response[Any]:
    """A new contact. Where it looks like another one it is asked first whether it is to be made, and whether to go on
    to merging it; those that were shown while typing are not asked about again."""
    typed = form.texts()
    chosen, known = form.get("merge_with"), form.get("anyway").split(",")
    # Found before anything is made; it may have been merged meanwhile.
    kept = contacts.get(desk.db, desk.agent, chosen).contact.id if chosen else ""
    clashes = [] if kept else [one for one in _clashes(desk, typed) if one.contact.id not in known]
    if clashes:
        return _page(desk, 409, typed, {}, clashes)
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
    said = desk.words.gettext("Contact created.")
    if kept:
        return go(f"{desk.root}/contacts/merge?{Asked(kept, (made.contact.id,)).query}", said)
    return go(f"{desk.root}/contacts/{made.contact.id}", said)


def _clashes(desk: Desk, typed: dict[str, str]) -> list[Clash]:
    """Contacts that have the typed email or phone already, and those that look like the same person."""
    email = email_key(typed.get("email", ""))
    phone = phone_key(typed.get("phone", ""), desk.project.country)
    wanted = [(Filter(email=email), email)] if email else []
    wanted += [(Filter(phone=phone), phone)] if phone else []
    found = [
        Clash(one, address)
        for by, address in wanted
        for one in find.find(desk.db, desk.agent, by, Page(limit=NAMED)).contacts
    ]
    found += [
        Clash(one.contact, reason=likeness.strongest(desk.words, one.likeness))
        for one in duplicates.like(desk.db, desk.agent, typed)[:NAMED]
    ]
    first: dict[str, Clash] = {}
    for clash in found:
        first.setdefault(clash.contact.id, clash)
    return list(first.values())


routes = [new_contact, alike_typed, make_contact]
