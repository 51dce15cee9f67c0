"""Settings → Opening hours: when somebody is there, day by day."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import msgspec
from litestar import Response, get, post

from rolodesk.domain.errors import Invalid
from rolodesk.domain.hours import DAYS, PARAM, Hours, Span, read_hours
from rolodesk.domain.json import Json
from rolodesk.usecases import hours, projects
from rolodesk.usecases.clock import now
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.render import Html, go

PATH = "/p/{project_id:str}/settings/hours"
# The week of most of those who read it begins on Monday.
WEEK = ("1", "2", "3", "4", "5", "6", "0")


@cache
def zones() -> list[str]:
    """The time zones to choose from, by the names of places."""
    skipped = ("Etc/", "posix/", "right/", "SystemV/", "US/")
    return [
        "UTC",
        *sorted(name for name in available_timezones() if "/" in name and not name.startswith(skipped)),
    ]


@get(PATH, sync_to_thread=True)
def hours_page(desk: Desk) -> Html:
    desk.require("project.configure")
    return _page(desk, 200, {}, {})


def _page(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    project = desk.project
    kept = {"active": "yes" if project.active_hours else "", "zone": str(desk.words.zone)}
    if project.operating_hours:
        kept |= _typed(read_hours(project.operating_hours))
    else:
        kept |= {f"day-{day}": "09:00–18:00" for day in WEEK[:5]}
    if typed:
        kept |= {"active": "", **typed}
    return desk.page(
        "settings/hours.html",
        status,
        typed=kept,
        problems=wrong,
        week=WEEK,
        zones=zones(),
        is_open=hours.is_open(project, now()) if project.active_hours else None,
    )


def _typed(found: Hours) -> dict[str, str]:
    days = {day: ", ".join(_span(span) for span in found.days.get(int(day), ())) for day in DAYS}
    return {"zone": found.zone, **{f"day-{day}": text for day, text in days.items()}}


def _span(span: Span) -> str:
    return "–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (span.start, span.end))


@post(PATH, sync_to_thread=True)
def change_hours(desk: Desk, form: Form) -> Response[Any]:
    typed = form.texts()
    wrong: dict[str, str] = {}
    whole: dict[str, Json] = {"tzname": typed.get("zone", "")}
    for day in DAYS:
        spans = _spans(typed.get(f"day-{day}", ""))
        try:
            read_hours({"tzname": "UTC", day: spans})
        except Invalid as error:
            wrong[f"day-{day}"] = problems(error, desk.words)[PARAM]
        if spans:
            whole[day] = spans
    if wrong:
        return _page(desk, 422, typed, wrong)
    # Clients read it as text.
    given: dict[str, Json] = {
        hours.ACTIVE: typed.get("active") == "yes",
        PARAM: msgspec.json.encode(whole).decode(),
    }
    try:
        projects.update(desk.db, desk.agent, hours=given)
    except Invalid as error:
        return _page(desk, 422, typed, problems(error, desk.words))
    return go(f"{desk.root}/settings/hours", desk.words.gettext("Saved."))


def _spans(text: str) -> list[Json]:
    """`9:00-13:00, 14:00–18:00` as clients write it."""
    spans: list[Json] = []
    for part in filter(None, (part.strip() for part in re.split("[,;]", text))):
        start, _, end = (side.strip() for side in re.sub("[–—]", "-", part).partition("-"))
        spans.append({"start": start.zfill(5), "end": end.zfill(5)})
    return spans


routes = [hours_page, change_hours]
