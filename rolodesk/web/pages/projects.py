"""One's projects, and a new one."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Invalid
from rolodesk.usecases import projects
from rolodesk.web.pages.desk import Form, Own, problems
from rolodesk.web.pages.render import Html, go


@get("/projects", sync_to_thread=True)
def project_list(own: Own) -> Html:
    return own.page("projects.html", mine=projects.of_person(own.db, own.person), typed={}, problems={})


@post("/projects", sync_to_thread=True)
def make_project(own: Own, form: Form) -> Response[Any]:
    try:
        made = projects.create(own.db, own.person, form.get("name"))
    except Invalid as error:
        mine = projects.of_person(own.db, own.person)
        return own.page(
            "projects.html", 422, mine=mine, typed=form.texts(), problems=problems(error, own.words)
        )
    return go(f"/p/{made.id}/install")


routes = [project_list, make_project]
