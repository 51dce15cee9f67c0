"""Merging contacts: finding the other one, choosing per field what is kept, merging, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from msgspec import structs

from rolodesk.domain.contact import PROPERTY, Status
from rolodesk.domain.errors import Conflict, Invalid, Stale
from rolodesk.domain.json import Json
from rolodesk.domain.profile import Contact
from rolodesk.usecases import contacts, find, merges, projects
from rolodesk.usecases.clock import new_uuid
from rolodesk.usecases.find import Filter, Found, Page
from rolodesk.usecases.merges import DISTINCT_USERS, Ask, Preview
from rolodesk.web.pages import timeline
from rolodesk.web.pages.comparison import MOST, MOST_BACK, Asked, asked_by, cautions, choices_of, rows
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.render import Html, Undo, go
from rolodesk.web.pages.signin import local

BASE = "/p/{project_id:str}"
SHOWN = 20
ALIKE = 8


# The other contact.


@get(f"{BASE}/contacts/{{contact_id:str}}/merge", sync_to_thread=True)
def find_other(desk: Desk, contact_id: str, q: str = "") -> Response[Any]:
    """A search for whoever is to be merged with the contact; before anything is typed, who looks like it."""
    desk.require("contacts.merge")
    view = contacts.get(desk.db, desk.agent, contact_id)
    if view.merged_from:
        return go(f"{desk.root}/contacts/{view.contact.id}/merge")
    text = q.strip()[:300]
    found = find.find(desk.db, desk.agent, Filter(), Page(limit=SHOWN + 1), text) if text else None
    return desk.page(
        "contacts/merge_with.html",
        contact=view.contact,
        here=f"{desk.root}/contacts/{view.contact.id}",
        q=text,
        found=found or _alike(desk, view.contact),
        shown=SHOWN,
    )


def _alike(desk: Desk, contact: Contact) -> Found:
    """Contacts with the same email, phone or name."""
    profile = contact.profile
    wanted = [(Filter(email=address.key), "") for address in profile.emails[:3] if address.key]
    wanted += [(Filter(phone=address.key), "") for address in profile.phones[:3] if address.key]
    if profile.fullname:
        wanted.append((Filter(), profile.fullname))
    alike = Found([], {}, 0, {})
    for narrowed, text in wanted:
        more = find.find(desk.db, desk.agent, narrowed, Page(limit=ALIKE), text)
        known = {one.id for one in alike.contacts}
        both = [*alike.contacts, *(one for one in more.contacts if one.id not in known)]
        alike = Found(both, alike.identities | more.identities, len(both), {**more.matched, **alike.matched})
    return structs.replace(alike, contacts=alike.contacts[: ALIKE + 1])


# The page.


@get(f"{BASE}/contacts/merge", sync_to_thread=True)
def merge_page(desk: Desk) -> Response[Any]:
    """Contacts beside each other; without `winner` the one that is most worth keeping is kept."""
    given = desk.request.query_params
    winner = given.get("winner", "")
    ids = list(dict.fromkeys(filter(None, [winner, *given.getall("with", [])])))
    if not 2 <= len(ids) <= MOST:
        return too_few(desk)
    back = given.get("back", "")[:MOST_BACK]
    if not winner:
        ids = _best_first(desk, ids)
        return go(f"{desk.root}/contacts/merge?{Asked(ids[0], tuple(ids[1:]), back=back).query}")
    return _page(desk, Asked(winner, tuple(ids[1:]), back=back))


@get(f"{BASE}/contacts/merge/preview", sync_to_thread=True)
def begin_again(desk: Desk) -> Response[Any]:
    """Where a preview without scripts stands in the address bar, and is asked for by it."""
    return go(f"{desk.root}/contacts/merge?{desk.request.url.query}")


def too_few(desk: Desk, back: str = "") -> Response[Any]:
    return go(back or f"{desk.root}/contacts", desk.words.gettext("Choose two to ten contacts to merge."))


def _best_first(desk: Desk, ids: Sequence[str]) -> list[str]:
    """Who is signed in on the site comes first, then who has more conversations, then who is known for longer."""
    views = {one: contacts.get(desk.db, desk.agent, one) for one in ids}

    def worth(one: str) -> tuple[bool, bool, int, int]:
        view = views[one]
        verified = any(identity.verified_at is not None for identity in view.identities)
        kept = view.contact.status != Status.TRASHED and not view.merged_from
        return kept, verified, view.contact.conversations, -view.contact.created_at

    return sorted(ids, key=worth, reverse=True)


@post(f"{BASE}/contacts/merge/preview", sync_to_thread=True)
def preview_merge(desk: Desk, form: Form) -> Response[Any]:
    """The page with what was picked, and what would come of it."""
    asked = asked_by(form)
    return _page(desk, asked) if asked.losers else too_few(desk)


def _page(
    desk: Desk, asked: Asked, status: int = 200, stale: bool = False, wrong: dict[str, str] | None = None
) -> Html:
    """The page; `stale` says that it has to be looked at again, `wrong` what could not be taken."""
    plain, _ = _preview(desk, structs.replace(asked, allow=False), {})
    shown, refused = _preview(desk, asked, choices_of(asked, plain))
    wrong = {**refused, **(wrong or {})}
    views = [plain.winner, *plain.losers]
    definitions = projects.properties(desk.db, desk.agent)
    kinds = {PROPERTY + one.name: one.type for one in definitions}
    return desk.page(
        "contacts/merge.html",
        422 if wrong and status == 200 else status,
        asked=asked,
        back=local(asked.back) if asked.back else "",
        here=f"{desk.root}/contacts/merge",
        views=views,
        names=_names(desk, plain),
        cautions=cautions(plain),
        kept=plain.winner.contact,
        joined=[view.contact for view in plain.losers if view.contact.merged_into == asked.winner],
        plain=plain,
        shown=shown,
        after=structs.replace(plain.winner.contact, profile=shown.result),
        rows=rows(asked, plain, shown, timeline.labels(desk.words.gettext, definitions), kinds),
        stale=stale,
        problems=wrong,
        library=projects.tags(desk.db, desk.agent),
        key=new_uuid(),
    )


def _names(desk: Desk, plain: Preview) -> dict[str, str]:
    """What they are called; of one that is merged also what it belongs to."""
    names: dict[str, str] = {}
    for view in (plain.winner, *plain.losers):
        contact = view.contact
        if contact.merged_into is None:
            names[contact.id] = contact.name
        else:
            joins = merges.of_contact(desk.db, desk.agent, contact.id)
            names[joins.view.contact.id] = joins.view.contact.name
            names |= {entry.merge.loser_id: entry.loser for entry in joins.merges}
    return names


def _preview(desk: Desk, asked: Asked, choices: dict[str, Json]) -> tuple[Preview, dict[str, str]]:
    """What would come of it; and by field why a choice is none and was left out."""
    wrong: dict[str, str] = {}
    while True:
        # Why two users are one person may be typed until the end; it is asked for when merging.
        allow = (DISTINCT_USERS,) if asked.allow else ()
        ask = Ask(asked.winner, asked.losers, choices, allow=allow, reason="…")
        try:
            return merges.preview(desk.db, desk.agent, ask), wrong
        except Invalid as error:
            found = _by_field(error, desk)
            if not found.keys() & choices.keys():
                raise
            wrong |= found
            choices = {field: choice for field, choice in choices.items() if field not in found}


def _by_field(error: Invalid, desk: Desk) -> dict[str, str]:
    return {param.removeprefix("choices."): said for param, said in problems(error, desk.words).items()}


# Merging, and taking it back.


@post(f"{BASE}/contacts/merge", sync_to_thread=True)
def merge(desk: Desk, form: Form) -> Response[Any]:
    """Merge them and go on to the kept contact; or the page anew with the reason why that is not possible."""
    asked = asked_by(form)
    if not asked.losers:
        return too_few(desk)
    plain, _ = _preview(desk, structs.replace(asked, allow=False), {})
    allow = (DISTINCT_USERS,) if asked.allow else ()
    ask = Ask(asked.winner, asked.losers, choices_of(asked, plain), asked.expect, allow, asked.reason)
    try:
        done = merges.merge(desk.db, desk.agent, ask, form.get("key") or None)
    except Stale:
        return _page(desk, asked, 412, stale=True)
    except Conflict:
        return _page(desk, asked, 409)
    except Invalid as error:
        return _page(desk, asked, 422, wrong=_by_field(error, desk))
    if any(one.undone_at is not None for one in done.merges):
        # The same form once more, after what it had merged was taken back.
        return _page(desk, asked, 412, stale=True)
    to = local(asked.back) if asked.back else f"{desk.root}/contacts/{asked.winner}"
    return go(to, _merged(desk, plain), Undo(f"merges/{done.merges[-1].id}/undo"))


def _merged(desk: Desk, before: Preview) -> str:
    loser, kept = (_short(view.contact) for view in (before.losers[0], before.winner))
    if len(before.losers) == 1:
        return desk.words.gettext("%(loser)s was merged into %(kept)s.", loser=loser, kept=kept)
    count = len(before.losers)
    return desk.words.ngettext(
        "%(num)s contact was merged into %(kept)s.",
        "%(num)s contacts were merged into %(kept)s.",
        count,
        kept=kept,
    )


def _short(contact: Contact) -> str:
    return contact.name if len(contact.name) <= 80 else f"{contact.name[:79]}…"


@post(f"{BASE}/merges/{{merge_id:str}}/undo", sync_to_thread=True)
def undo_merge(desk: Desk, merge_id: str, form: Form) -> Response[Any]:
    """Take a merge back, or with `group` all of its call."""
    undone = merges.undo(desk.db, desk.agent, merge_id, group=form.get("group") == "1")
    said = desk.words.gettext("Taken back.")
    if undone.already_undone:
        said = desk.words.gettext("It had been taken back before.")
    return go(local(form.get("back") or f"{desk.root}/contacts/{undone.kept.contact.id}"), said)


routes = [find_other, merge_page, begin_again, preview_merge, merge, undo_merge]
