"""The queue of contacts that look like one person: why, merging them or telling them apart, and looking anew."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from msgspec import Struct

from rolodesk.domain.errors import Gone, Invalid, NotFound
from rolodesk.domain.ids import ContactId
from rolodesk.usecases import duplicates
from rolodesk.web.pages.desk import Desk, Form
from rolodesk.web.pages.render import Html, Undo, go
from rolodesk.web.pages.sentences import COMPARED
from rolodesk.web.pages.signin import local

BASE = "/p/{project_id:str}/duplicates"
SIZE = 20
MOST_PAGES = 10_000
MOST_TOLD = 10
FILTERS = ("email", "phone", "name", "place", "company", "identifying")


class Asked(Struct, frozen=True):
    """What the URL asks for."""

    kind: str = ""
    page: int = 1

    @property
    def first(self) -> int:
        """The place of the first group on this page, counted from 1."""
        return (self.page - 1) * SIZE + 1

    def url(self, page: int = 1) -> str:
        """The query string of one of the pages."""
        given = {**({"kind": self.kind} if self.kind else {}), **({"page": page} if page > 1 else {})}
        return f"?{urlencode(given)}" if given else ""


class Card(Struct, frozen=True):
    """A group as it is shown: the pairs most alike first, the names by id."""

    group: duplicates.Group
    pairs: list[duplicates.Pair]
    names: dict[ContactId, str]


@get(BASE, sync_to_thread=True)
def queue_page(desk: Desk, kind: str = "", page: int = 1) -> Html:
    """The groups that wait for a person, best first."""
    asked = Asked(kind if kind in duplicates.KINDS else "", min(max(1, page), MOST_PAGES))
    queue = duplicates.queue(desk.db, desk.agent, asked.kind or None, SIZE, asked.first - 1)
    run = duplicates.last_run(desk.db, desk.agent)
    return desk.page(
        "duplicates/queue.html",
        asked=asked,
        queue=queue,
        cap=duplicates.COUNT_CAP,
        here=f"{desk.root}/duplicates",
        kinds=[(kind, desk.words.gettext(COMPARED[kind])) for kind in FILTERS],
        run=run,
        running=is_running(run),
        cards=[_card(group) for group in queue.groups],
        verified={contact_id for group in queue.groups for contact_id in group.verified},
    )


def is_running(run: duplicates.Run | None) -> bool:
    return run is not None and run.state in ("asked", "running")


def _card(group: duplicates.Group) -> Card:
    names = {contact.id: contact.name for contact in group.contacts}
    return Card(group, sorted(group.pairs, key=lambda pair: -pair.likeness.bits), names)


@post(BASE + "/{group_id:str}/dismiss", sync_to_thread=True)
def dismiss(desk: Desk, group_id: str, form: Form) -> Response[Any]:
    """Not the same person: all of the group, or those named. Who was faster has decided already."""
    ids = form.all("with")[:MOST_TOLD]
    back = local(form.get("back") or f"{desk.root}/duplicates")
    try:
        duplicates.dismiss(desk.db, desk.agent, group_id, ids or None)
    except (NotFound, Invalid):
        return go(back, desk.words.gettext("Somebody has decided on these already."))
    said = desk.words.gettext("Not the same person. You will not be asked again.")
    return go(back, said, undo=Undo(f"duplicates/{group_id}/undismiss", ids))


@post(BASE + "/{group_id:str}/undismiss", sync_to_thread=True)
def undismiss(desk: Desk, group_id: str, form: Form) -> Response[Any]:
    """Ask again whether they are one person."""
    back = local(form.get("back") or f"{desk.root}/duplicates")
    try:
        duplicates.undismiss(desk.db, desk.agent, group_id, form.all("with")[:MOST_TOLD] or None)
    except (NotFound, Invalid):
        return go(back, desk.words.gettext("It had been taken back before."))
    return go(back, desk.words.gettext("Taken back."))


@post(f"{BASE}/pair/dismiss", sync_to_thread=True)
def dismiss_pair(desk: Desk, form: Form) -> Response[Any]:
    """Two who are suggested and stand in no group are not the same person."""
    one, other = _two(form)
    back = local(form.get("back") or f"{desk.root}/contacts/{one}")
    try:
        duplicates.dismiss_pair(desk.db, desk.agent, one, other)
    except (NotFound, Gone):
        return go(back, desk.words.gettext("Somebody has decided on these already."))
    said = desk.words.gettext("Not the same person. You will not be asked again.")
    return go(back, said, undo=Undo("duplicates/pair/undismiss", [one, other]))


@post(f"{BASE}/pair/undismiss", sync_to_thread=True)
def undismiss_pair(desk: Desk, form: Form) -> Response[Any]:
    """Ask again whether the two are one person."""
    one, other = _two(form)
    back = local(form.get("back") or f"{desk.root}/contacts/{one}")
    try:
        duplicates.undismiss_pair(desk.db, desk.agent, one, other)
    except (NotFound, Gone):
        return go(back, desk.words.gettext("It had been taken back before."))
    return go(back, desk.words.gettext("Taken back."))


def _two(form: Form) -> tuple[str, str]:
    """Raises NotFound unless two are named."""
    match form.all("with"):
        case [str(one), str(other)]:
            return one, other
    raise NotFound()


@post(f"{BASE}/run", sync_to_thread=True)
def start_run(desk: Desk, form: Form) -> Response[Any]:
    """Look through all contacts."""
    back = local(form.get("back") or f"{desk.root}/duplicates")
    duplicates.start_run(desk.db, desk.agent)
    return go(back)


@post(BASE + "/runs/{run_id:str}/undo", sync_to_thread=True)
def undo_run(desk: Desk, run_id: str, form: Form) -> Response[Any]:
    """Take back all that a run has merged by itself."""
    back = local(form.get("back") or f"{desk.root}/settings/duplicates")
    undone = duplicates.undo_run(desk.db, desk.agent, run_id)
    said = desk.words.ngettext("%(num)s merge was taken back.", "%(num)s merges were taken back.", undone)
    return go(back, said)


routes = [queue_page, dismiss, undismiss, dismiss_pair, undismiss_pair, start_run, undo_run]
