"""The audit: what has been changed in the project, by whom."""

from __future__ import annotations

from litestar import get

from rolodesk.usecases import projects
from rolodesk.usecases.audit import KINDS, audit
from rolodesk.web.pages import timeline
from rolodesk.web.pages.desk import Desk
from rolodesk.web.pages.render import Html

SIZE = 50
LAST = 1 << 53


@get("/p/{project_id:str}/settings/audit", sync_to_thread=True)
def audit_page(desk: Desk, kind: str = "", before: str = "") -> Html:
    kind = kind if kind in KINDS else ""
    place = min(int(before), LAST) if before.isdecimal() and len(before) < 20 else None
    found = audit(desk.db, desk.agent, place, SIZE, kind or None)
    return desk.page(
        "settings/audit.html",
        entries=found.entries,
        older=found.older,
        first=place is None,
        kind=kind,
        kinds=["", *KINDS],
        labels=timeline.labels(desk.words.gettext, projects.properties(desk.db, desk.agent)),
    )


routes = [audit_page]
