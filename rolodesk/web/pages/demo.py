"""A page of an imagined shop with the project's widget on it, to try in another browser."""

from __future__ import annotations

from litestar import get

from rolodesk.usecases import projects
from rolodesk.web.pages.desk import Visit
from rolodesk.web.pages.render import Html


@get("/demo/{project_id:str}", sync_to_thread=True)
def demo(visit: Visit, project_id: str) -> Html:
    """Public, as the widget is."""
    boot = projects.boot(visit.db, project_id)
    return visit.page("demo.html", project=boot.project)


routes = [demo]
