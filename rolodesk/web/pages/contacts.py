"""The list of contacts: views, search, filters, order and pages, all of them in the URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import Provide
from msgspec import Struct, structs

from rolodesk.domain.contact import Status
from rolodesk.domain.errors import NotFound
from rolodesk.domain.ids import is_object_id
from rolodesk.usecases import exporting, find, projects, segments
from rolodesk.usecases.find import COUNT_CAP, Filter, Page
from rolodesk.web import csv
from rolodesk.web.contact_table import table
from rolodesk.web.pages.desk import Desk
from rolodesk.web.pages.render import Html, go, origin_of

VIEWS = {
    "all": Filter(),
    "identified": Filter(identified=True),
    "anonymous": Filter(identified=False),
    "blocked": Filter(blocked=True),
    "trash": Filter(status=int(Status.TRASHED)),
}
COLUMNS = ("email", "phone", "company", "tags", "conversations", "last", "created")
HIDDEN_AT_FIRST = ("company",)
SIZES = (25, 50, 100)
EXPORTED = 10_000_000
TABS = 8
FILTERS = ("tag", "company", "verified", "since", "until", "active")


# What of a URL's filters a saved view can hold as a condition.
KEPT = ("tag", "company", "since", "until", "active")


class Asked(Struct, frozen=True):
    """What the URL asks for."""

    view: str = "all"
    q: str = ""
    sort: str = "createdAt"
    dir: str = "desc"
    page: int = 1
    size: int = 50
    tag: str = ""
    company: str = ""
    verified: str = ""
    since: str = ""
    until: str = ""
    active: str = ""

    def url(self, **changes: object) -> str:
        """The query string with some things changed; what is as it is anyway is left out."""
        given = _unusual({**structs.asdict(self), "page": 1, **changes})
        return f"?{urlencode(given)}" if given else "?"

    @property
    def state(self) -> dict[str, object]:
        """What is not as it is at first, but the page."""
        return _unusual({**structs.asdict(self), "page": 1})

    @property
    def segment(self) -> str | None:
        """The id of the project's own view, if it is one."""
        return None if self.view in VIEWS else self.view

    @property
    def filters(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FILTERS if getattr(self, name)}


def _unusual(asked: dict[str, object]) -> dict[str, object]:
    plain = structs.asdict(Asked())
    return {name: value for name, value in asked.items() if value != plain[name]}


def asked(
    view: str = "all", q: str = "", sort: str = "createdAt", dir: str = "desc", page: int = 1,  # noqa: A002
    size: int = 50, tag: str = "", company: str = "", verified: str = "", since: str = "", until: str = "",
    active: str = "",
) -> Asked:  # fmt: skip
    """What the query asks for, without what makes no sense."""
    return Asked(
        view if view in VIEWS or is_object_id(view) else "all", q.strip()[:300],
        sort if sort in find.SORTS else "createdAt", "asc" if dir == "asc" else "desc", min(max(1, page), 10_000),
        size if size in SIZES else 50, tag.strip()[:100], company.strip()[:200],
        verified if verified in ("yes", "no") else "", since[:10], until[:10],
        active if active in ("1", "7", "30") else "",
    )  # fmt: skip


of_query = {"asked": Provide(asked, sync_to_thread=False)}


@get("/p/{project_id:str}/contacts", dependencies=of_query, sync_to_thread=True)
def contact_list(desk: Desk, asked: Asked) -> Response[Any]:
    try:
        return show(desk, asked)
    except NotFound:
        # The view has been erased since this address was kept, or is another project's.
        return go(f"{desk.root}/contacts", desk.words.gettext("There is no such view."))


@get("/p/{project_id:str}/contacts/export", dependencies=of_query, sync_to_thread=True)
def export(desk: Desk, asked: Asked) -> Response[Any]:
    """All that the list shows, on all its pages, as a table."""
    every = structs.replace(_page(asked), limit=EXPORTED, offset=0)
    found = exporting.contacts(desk.db, desk.agent, _filter(desk, asked), every, asked.q, asked.segment)
    header, rows = table(found, desk.project.id)
    return csv.answer("contacts.csv", csv.rows_to_csv(header, rows))


def show(desk: Desk, asked: Asked, status: int = 200, **context: object) -> Html:
    """The list as the URL asks for it. Raises NotFound for a view that is none."""
    found = find.find(desk.db, desk.agent, _filter(desk, asked), _page(asked), asked.q, asked.segment)
    kept = segments.listing(desk.db, desk.agent)[::-1]
    return desk.page(
        "contacts/list.html",
        status,
        asked=asked,
        found=found,
        first=(asked.page - 1) * asked.size + 1,
        counts=find.counts(desk.db, desk.agent),
        cap=COUNT_CAP,
        views=list(VIEWS),
        kept=kept,
        shown=TABS,
        current=next((one for one in kept if one.id == asked.view), None),
        columns=COLUMNS,
        hidden=_hidden(desk),
        sizes=SIZES,
        library=projects.tags(desk.db, desk.agent),
        origin=origin_of(desk.request),
        **context,
    )


def _filter(desk: Desk, asked: Asked) -> Filter:
    base = VIEWS.get(asked.view, VIEWS["all"])
    day = 86_400_000
    return Filter(
        status=base.status,
        identified=base.identified,
        blocked=base.blocked,
        tag=asked.tag or None,
        company=asked.company or None,
        verified={"yes": True, "no": False}.get(asked.verified),
        created_after=desk.words.day_start(asked.since) if asked.since else None,
        created_before=desk.words.day_start(asked.until, 1) if asked.until else None,
        last_seen_after=desk.words.now - int(asked.active) * day if asked.active else None,
    )


def _page(asked: Asked) -> Page:
    return Page(asked.sort, asked.dir == "desc", asked.size, (asked.page - 1) * asked.size)


def _hidden(desk: Desk) -> list[str]:
    """The columns that this browser has put away."""
    kept = desk.request.cookies.get("columns")
    if kept is None:
        return list(HIDDEN_AT_FIRST)
    return [name for name in kept.split(".") if name in COLUMNS]


routes = [contact_list, export]
