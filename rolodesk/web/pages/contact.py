"""One contact: the card, what happened, the identities, and every field edited in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post

from rolodesk.domain.contact import PROPERTY
from rolodesk.domain.errors import Conflict, Invalid, NotFound
from rolodesk.domain.ids import ContactId
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import contacts, conversations, duplicates, merges, projects
from rolodesk.web.pages import merged, timeline
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.inbox import of_colleagues
from rolodesk.web.pages.render import Html, go
from rolodesk.web.pages.render import shown as text_of
from rolodesk.web.pages.signin import local

SHOWN_CONVERSATIONS = 100
BASE = "/p/{project_id:str}/contacts/{contact_id:str}"


@get(BASE, sync_to_thread=True)
def contact_page(
    desk: Desk, contact_id: str, show: str = "all", whole: bool = False, split: str = ""
) -> Response[Any]:
    """A contact, with the `whole` of what is merged into it or the first few. `split` is what has just been split off,
    to be said and taken back once."""
    view = contacts.get(desk.db, desk.agent, contact_id)
    if view.merged_from:
        return go(f"{desk.root}/contacts/{view.contact.id}", _part_of(desk, view.merged_from))
    return page(desk, view, show, just=split, whole=whole)


def _part_of(desk: Desk, member: ContactId) -> str | None:
    """The note at the end of an old link. A page that fetches itself again takes no note: it would be lost there."""
    if "x-refresh" in desk.request.headers:
        return None
    joins = merges.of_contact(desk.db, desk.agent, member)
    name = merged.family(joins).names.get(member, "")
    return desk.words.gettext("%(name)s is part of this contact.", name=merged.short(name))


def page(
    desk: Desk, view: contacts.ContactView, show: str = "all", status: int = 200, typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None, just: str = "", whole: bool = False, **context: Any,
) -> Html:  # fmt: skip
    """The contact's page; `typed` and `wrong` bring back what could not be saved and why."""
    db, agent, contact = desk.db, desk.agent, view.contact
    wanted = Wanted(statuses=None, roots=(contact.id,))
    found, count = conversations.find(db, agent, wanted, SHOWN_CONVERSATIONS)
    definitions = projects.properties(db, agent)
    shown = show if show in timeline.FILTERS else "all"
    history = contacts.timeline(db, agent, contact.id)
    notes = contacts.notes(db, agent, contact.id)
    joins = merges.of_contact(db, agent, contact.id)
    if just and (said := merged.toast(desk, joins, just)) is not None:
        context |= {"flash": said.text, "undo_split": said.undo}
    return desk.page(
        "contacts/show.html",
        status,
        view=view,
        contact=contact,
        profile=contact.profile,
        here=f"{desk.root}/contacts/{contact.id}",
        items=timeline.items(history, found, notes, shown),
        show=shown,
        filters=timeline.FILTERS,
        family=merged.family(joins),
        whole=whole,
        conversation_count=count,
        of_colleagues=of_colleagues(desk, contact, count),
        definitions=definitions,
        labels=timeline.labels(desk.words.gettext, definitions),
        library=projects.tags(db, agent),
        consents=contacts.consents(db, agent, contact.id),
        found_alike=duplicates.of_contact(db, agent, contact.id),
        people={member.user_id: member.name for member in projects.team(db, agent)},
        typed=typed or {},
        problems=wrong or {},
        **context,
    )


def changed(
    desk: Desk, contact_id: str, change: Callable[[], object], name: str, typed: str = "", back: str = ""
) -> Response[Any]:
    """The answer to a change: the page as it is now, or with what was typed and why it could not be saved.

    A part of the page takes from it what it needs; a whole page goes on to the contact.
    """
    try:
        change()
    except (Invalid, Conflict, NotFound) as error:
        said = problems(error, desk.words) if isinstance(error, Invalid) else {}
        why = next(iter(said.values()), sentence(desk.words.gettext(error.message)))
        view = contacts.get(desk.db, desk.agent, contact_id)
        return page(desk, view, status=422, typed={name: typed}, wrong={name: why})
    if desk.is_htmx:
        return page(desk, contacts.get(desk.db, desk.agent, contact_id))
    return go(local(back or f"{desk.root}/contacts/{contact_id}"))


@post(f"{BASE}/field", sync_to_thread=True)
def edit_field(desk: Desk, contact_id: str, form: Form) -> Response[Any]:
    """One field or property, as typed; blank clears it."""
    name, value = form.get("name"), form.get("value")
    is_property = name.startswith(PROPERTY)
    fields = {} if is_property else {name: value}
    properties = {name.removeprefix(PROPERTY): value} if is_property else {}
    return changed(
        desk,
        contact_id,
        lambda: contacts.update(desk.db, desk.agent, contact_id, fields=fields, properties=properties),
        name,
        value,
        form.get("back"),
    )


@post(f"{BASE}/addresses", sync_to_thread=True)
def edit_addresses(desk: Desk, contact_id: str, form: Form) -> Response[Any]:
    """Add an email or phone, take one off, or make one the primary."""
    kind = "phone" if form.get("kind") == "phone" else "email"
    value, action = form.get("value"), form.get("action")

    def change() -> object:
        if action == "remove":
            return contacts.remove_address(desk.db, desk.agent, contact_id, kind, value)
        if action == "primary":
            return contacts.update(desk.db, desk.agent, contact_id, fields={kind: value})
        more: dict[str, Any] = {f"{kind}s": [value]}
        return contacts.update(desk.db, desk.agent, contact_id, **more)

    return changed(desk, contact_id, change, f"{kind}s", value if action == "add" else "")


@post(f"{BASE}/adopt", sync_to_thread=True)
def adopt(desk: Desk, contact_id: str, form: Form) -> Response[Any]:
    """Show one of the other values: that of the member `origin`, of the given source."""
    field = form.get("field")
    try:
        view = contacts.adopt(desk.db, desk.agent, contact_id, field, form.get("origin"), form.get("source"))
    except (Invalid, Conflict, NotFound) as error:
        view = contacts.get(desk.db, desk.agent, contact_id)
        return page(desk, view, status=422, flash=merged.refused(desk, error))
    entry = view.contact.profile.values.get(field)
    _, value = desk.words.gettext, entry.value if entry else ""
    label = timeline.labels(_, projects.properties(desk.db, desk.agent)).get(field, field)
    text = (_("Yes") if value else _("No")) if isinstance(value, bool) else text_of(value)
    said = _("%(field)s is now “%(value)s”.", field=label, value=merged.short(text))
    if desk.is_htmx:
        return page(desk, view, flash=said)
    return go(f"{desk.root}/contacts/{contact_id}", said)


@post(f"{BASE}/tags", sync_to_thread=True)
def edit_tags(desk: Desk, contact_id: str, form: Form) -> Response[Any]:
    """Add a tag, or several with commas between; or take one off."""
    added = [tag for tag in form.get("tag").split(",") if tag.strip()]
    removed = form.get("remove")

    def change() -> object:
        if removed:
            return contacts.remove_tag(desk.db, desk.agent, contact_id, removed)
        return contacts.add_tags(desk.db, desk.agent, contact_id, list(added))

    return changed(desk, contact_id, change, "tags", form.get("tag"), form.get("back"))


@post(f"{BASE}/notes", sync_to_thread=True)
def add_note(desk: Desk, contact_id: str, form: Form) -> Response[Any]:
    text = form.get("text")
    return changed(
        desk, contact_id, lambda: contacts.add_note(desk.db, desk.agent, contact_id, text), "text", text
    )


@post(BASE + "/notes/{note_id:str}/delete", sync_to_thread=True)
def delete_note(desk: Desk, contact_id: str, note_id: str) -> Response[Any]:
    return changed(
        desk, contact_id, lambda: contacts.delete_note(desk.db, desk.agent, contact_id, note_id), "text"
    )


@post(f"{BASE}/trash", sync_to_thread=True)
def trash(desk: Desk, contact_id: str) -> Response[Any]:
    contacts.trash(desk.db, desk.agent, contact_id)
    return go(f"{desk.root}/contacts/{contact_id}", desk.words.gettext("Moved to the trash."))


@post(f"{BASE}/restore", sync_to_thread=True)
def restore(desk: Desk, contact_id: str) -> Response[Any]:
    contacts.restore(desk.db, desk.agent, contact_id)
    return go(f"{desk.root}/contacts/{contact_id}", desk.words.gettext("Restored."))


routes = [
    contact_page, edit_field, edit_addresses, adopt, edit_tags, add_note, delete_note, trash, restore,
]  # fmt: skip
