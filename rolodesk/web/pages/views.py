"""The project's own views of its contacts: made out of conditions, renamed, changed, deleted."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from litestar import Response, get, post
from litestar.di import Provide
from msgspec import UNSET, Struct, structs

from rolodesk.domain.contact import PROPERTY, Property
from rolodesk.domain.errors import Conflict, Invalid, NotFound
from rolodesk.domain.json import Json
from rolodesk.domain.segment import (
    MAX_CONDITIONS,
    NUMBERS,
    PRESENCE,
    TIMES,
    Condition,
    Segment,
    clean_segment,
    is_field,
    number_of,
    operators_of,
)
from rolodesk.usecases import find, projects, segments
from rolodesk.web.pages import timeline
from rolodesk.web.pages.contacts import KEPT, TABS, Asked, asked
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go

VIEWS = "/p/{project_id:str}/views"
FIELDS = {
    "contact": ("fullname", "firstname", "lastname", "email", "phone", "company", "tags", "note", "lead_id"),
    "address": ("streetAddress", "zipcode", "city", "region", "country"),
    "activity": ("last_seen", "conversations", "createdAt", "updatedAt"),
}
FIRST = ("email", "contains")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Line(Struct, frozen=True):
    """A condition as it stands in the form: all of it is text, several values with commas between."""

    field: str
    operator: str
    value: str = ""


class Draft(Struct, frozen=True):
    """A view as it stands in the form."""

    name: str
    match: str
    lines: list[Line]


@get(VIEWS + "/new", dependencies={"asked": Provide(asked, sync_to_thread=False)}, sync_to_thread=True)
def new_view(desk: Desk, asked: Asked) -> Html:
    """A view to be made, out of the filters of the list if there are any."""
    desk.require("contacts.edit")
    base = _segment(desk, asked.segment)
    filters = _of_filters(desk, asked)
    lines = [_line(one) for one in base.filters] if base else []
    if base and base.match == "any" and len(lines) > 1:
        # Any of these and all of those is more than a view can say.
        left_out = (*_left_out(asked), "filters") if filters else _left_out(asked)
        return _page(desk, 200, None, Draft("", "any", lines), left_out=left_out)
    return _page(
        desk, 200, None, Draft("", "all", [*lines, *filters] or [Line(*FIRST)]), left_out=_left_out(asked)
    )


@get(VIEWS + "/sizes", sync_to_thread=True)
def sizes(desk: Desk) -> Html:
    """How many contacts each of the views has that stand as tabs."""
    shown = segments.listing(desk.db, desk.agent)[::-1][:TABS]
    return desk.page(
        "contacts/view_sizes.html", sizes=segments.sizes(desk.db, desk.agent, shown), cap=find.COUNT_CAP
    )


@post(VIEWS + "/new", sync_to_thread=True)
def make_view(desk: Desk, form: Form) -> Response[Any]:
    return _done(desk, None, form)


@get(VIEWS + "/{segment_id:str}", sync_to_thread=True)
def view(desk: Desk, segment_id: str) -> Html:
    desk.require("contacts.edit")
    found = segments.get(desk.db, desk.agent, segment_id)
    return _page(desk, 200, found, Draft(found.name, found.match, [_line(one) for one in found.filters]))


@post(VIEWS + "/{segment_id:str}", sync_to_thread=True)
def change_view(desk: Desk, segment_id: str, form: Form) -> Response[Any]:
    found = segments.get(desk.db, desk.agent, segment_id)
    if form.get("do") == "delete":
        segments.delete(desk.db, desk.agent, segment_id)
        return go(f"{desk.root}/contacts", desk.words.gettext("View deleted. The contacts are still here."))
    return _done(desk, found, form)


def _done(desk: Desk, found: Segment | None, form: Form) -> Response[Any]:
    """On to the list, or the form again: with a line more or less, or with what is wrong."""
    desk.require("contacts.edit")
    draft = _drafted(form)
    if form.get("do") != "save":
        return _page(desk, 200, found, draft)
    try:
        given: dict[str, Json] = {"name": draft.name, "match": draft.match, "filters": _filters(desk, draft)}
        if found is None:
            found = segments.create(desk.db, desk.agent, **given)
        else:
            found = segments.update(desk.db, desk.agent, found.id, given)
    except Invalid as error:
        return _page(desk, 422, found, draft, problems(error, desk.words))
    except Conflict as error:
        return _page(desk, 409, found, draft, {"": sentence(desk.words.gettext(error.message))})
    return go(f"{desk.root}/contacts?view={found.id}", desk.words.gettext("View saved."))


def _page(
    desk: Desk, status: int, found: Segment | None, draft: Draft, wrong: dict[str, str] | None = None,
    left_out: tuple[str, ...] = (),
) -> Html:  # fmt: skip
    definitions = projects.properties(desk.db, desk.agent)
    return desk.page(
        "contacts/view.html", status, segment=found, draft=draft, problems=wrong or {}, left_out=left_out,
        groups=FIELDS, listed=_offered(definitions), definitions=definitions, operators_of=operators_of,
        labels=timeline.labels(desk.words.gettext, definitions), presence=PRESENCE,
        kinds=[_kind(line, definitions) for line in draft.lines], most=MAX_CONDITIONS,
        size=_size(desk, draft), cap=find.COUNT_CAP, library=projects.tags(desk.db, desk.agent),
    )  # fmt: skip


def _offered(definitions: list[Property]) -> list[str]:
    """Every field that the form offers; a condition may ask for another one, made by the API."""
    return [
        *(name for names in FIELDS.values() for name in names),
        *(PROPERTY + one.name for one in definitions),
    ]


def _size(desk: Desk, draft: Draft) -> int | None:
    """How many contacts the view would have, None if its conditions are not yet what one can be."""
    try:
        _, match, filters = clean_segment("x", draft.match, _filters(desk, draft))
    except Invalid:
        return None
    segment = Segment("", "", match, filters, 100, "", 0, 0)
    return segments.sizes(desk.db, desk.agent, [segment]).get("", 0)


def _drafted(form: Form) -> Draft:
    """What was typed; `do` may add a line or take one away. A field that was changed takes its first operator."""
    given = zip(form.all("field"), form.all("operator"), form.all("value"), strict=False)
    lines = [_sound(Line(field, operator, value.strip())) for field, operator, value in given]
    do, _, place = form.get("do").partition(".")
    if do == "add" and len(lines) < MAX_CONDITIONS:
        lines.append(Line(*FIRST))
    if do == "remove" and place.isdecimal():
        lines = [line for at, line in enumerate(lines) if at != int(place)]
    return Draft(form.get("name").strip(), form.get("match", "all"), lines[: MAX_CONDITIONS + 1])


def _sound(line: Line) -> Line:
    if not is_field(line.field):
        return line
    listed = operators_of(line.field)
    return line if line.operator in listed else structs.replace(line, operator=listed[0])


def _filters(desk: Desk, draft: Draft) -> list[Json]:
    """The conditions as the API takes them."""
    kinds = {PROPERTY + one.name: one.type for one in projects.properties(desk.db, desk.agent)}
    found: list[Json] = []
    for line in draft.lines:
        one: dict[str, Json] = {"field": line.field, "operator": line.operator}
        if line.operator == "in":
            one["value"] = [_typed(part, line.field, kinds) for part in _parts(line.value)]
        elif line.operator not in PRESENCE:
            one["value"] = _typed(line.value, line.field, kinds)
        found.append(one)
    return found


def _typed(text: str, field: str, kinds: dict[str, str]) -> Json:
    if field in NUMBERS or kinds.get(field) == "number":
        number = number_of(text)
        return text if number is None else int(number) if number.is_integer() else number
    return text or ("true" if kinds.get(field) == "boolean" else "")


def _kind(line: Line, definitions: list[Property]) -> str:
    """Which sort of input takes the condition's value."""
    named = {PROPERTY + one.name: one.type for one in definitions}
    kind = (
        "date"
        if line.field in TIMES
        else "number"
        if line.field in NUMBERS
        else named.get(line.field, "text")
    )
    if line.operator == "in" or (kind == "date" and line.value and not DAY.fullmatch(line.value)):
        return "text"
    if kind == "number" and line.value and number_of(line.value) is None:
        return "text"
    return kind if kind in ("number", "date", "boolean") else "text"


def _line(one: Condition) -> Line:
    value = "" if one.value is UNSET or one.operator in PRESENCE else one.value
    return Line(one.field, one.operator, _listed(value) if isinstance(value, list) else _said(value))


def _listed(values: list[Json]) -> str:
    """Several values with commas between, in quotes where one has a comma itself; `_parts` reads them back."""
    text = io.StringIO()
    csv.writer(text).writerow(map(_said, values))
    return text.getvalue().strip()


def _parts(text: str) -> list[str]:
    try:
        return [
            part.strip() for row in csv.reader([text], skipinitialspace=True) for part in row if part.strip()
        ]
    except csv.Error:
        return [text]


def _said(value: Json) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _segment(desk: Desk, segment_id: str | None) -> Segment | None:
    try:
        return segments.get(desk.db, desk.agent, segment_id) if segment_id else None
    except NotFound:
        return None


def _of_filters(desk: Desk, asked: Asked) -> list[Line]:
    """The list's filters as conditions. "Active in 7 days" becomes the day that it means now."""
    active = desk.words.now - int(asked.active or 0) * 86_400_000
    found = {
        "tag": Line("tags", "=", asked.tag),
        "company": Line("company", "=", asked.company),
        "since": Line("createdAt", ">=", asked.since),
        "until": Line("createdAt", "<=", asked.until),
        "active": Line("last_seen", ">=", desk.words.local(active).date().isoformat()),
    }
    return [found[name] for name in KEPT if getattr(asked, name)]


def _left_out(asked: Asked) -> tuple[str, ...]:
    """What the list shows just now and a view cannot hold."""
    built_in = asked.view if asked.view != "all" and asked.segment is None else ""
    named = {"search": asked.q, "verified": asked.verified, "view": built_in}
    return tuple(name for name, value in named.items() if value)


routes = [new_view, sizes, make_view, view, change_view]
