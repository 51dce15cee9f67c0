"""Opening hours of a project, by the clock of its own time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import structs

from rolodesk.domain import hours
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.hours import PARAM
from rolodesk.domain.json import Json
from rolodesk.storage.projects import Project

ACTIVE = "activeOperatingHours"


def with_hours(project: Project, given: Mapping[str, Json]) -> Project:
    """The project with the hours that are given, and whether they count. Raises Invalid."""
    active = given.get(ACTIVE)
    if active is not None and not isinstance(active, bool):
        raise Invalid(Problem("must be true or false", ACTIVE))
    wanted = given.get(PARAM)
    if wanted is not None and wanted != "":
        _zone(hours.read_hours(wanted).zone)
    changed = structs.replace(
        project,
        operating_hours=wanted if PARAM in given and wanted is not None else project.operating_hours,
        active_hours=project.active_hours if active is None else active,
    )
    if changed.active_hours and not changed.operating_hours:
        raise Invalid(Problem("needs a time zone, as Europe/Rome", PARAM))
    return changed


def is_open(project: Project, at: int) -> bool:
    """Whether the project is open at a time (milliseconds): always, unless hours are set and count."""
    if not (project.active_hours and project.operating_hours):
        return True
    found = hours.read_hours(project.operating_hours)
    try:
        zone = _zone(found.zone)
    except Invalid:
        # This machine does not know it, or not any more.
        return True
    local = datetime.fromtimestamp(at / 1000, zone)
    return hours.is_open(found, local.isoweekday() % 7, local.hour * 60 + local.minute)


def _zone(name: str) -> ZoneInfo:
    """The zone of a name whose form has been checked: it is a file's too. Raises Invalid."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise Invalid(Problem("needs a time zone, as Europe/Rome", PARAM)) from None
