"""From an empty installation to the snippet: the owner's account, the project, what to put on the site."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Conflict, Forbidden, Invalid
from rolodesk.usecases import projects, sign_in
from rolodesk.web import auth
from rolodesk.web.pages.desk import Desk, Form, Visit, problems
from rolodesk.web.pages.render import AnyRequest, Html, go, origin_of


@get("/", sync_to_thread=True)
def start(request: AnyRequest, visit: Visit) -> Response[Any]:
    """To the project that was open last, or to whatever comes before there is one."""
    if not sign_in.has_accounts(visit.db):
        return go("/setup")
    if visit.person is None:
        return go("/signin")
    mine = [project.id for project, _ in projects.of_person(visit.db, visit.person)]
    last = request.cookies.get("project")
    if not mine:
        return go("/projects")
    return go(f"/p/{last if last in mine else mine[0]}/inbox")


@get("/setup", sync_to_thread=True)
def setup_page(visit: Visit) -> Response[Any]:
    if sign_in.has_accounts(visit.db):
        return go("/")
    return _setup_page(visit, 200, {"code": visit.request.query_params.get("code", "")}, {})


def _setup_page(visit: Visit, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    asks_code = auth.asks_setup_code(visit.request)
    return visit.page("setup.html", status, typed=typed, problems=wrong, asks_code=asks_code)


@post("/setup", sync_to_thread=True)
def set_up(request: AnyRequest, visit: Visit, form: Form) -> Response[Any]:
    """The owner's account and the first project."""
    typed = form.texts()
    wrong: dict[str, str] = {}
    if not typed.get("project", "").strip():
        wrong["project"] = visit.words.gettext("Give the project a name.")
    try:
        auth.check_setup_code(request, typed.get("code", ""))
    except Forbidden:
        wrong["code"] = visit.words.gettext("This is not the code that the server has printed.")
    try:
        if wrong:
            sign_in.check_password(typed.get("password"))
            return _setup_page(visit, 422, typed, wrong)
        email, firstname, lastname = typed.get("email"), typed.get("firstname"), typed.get("lastname")
        user = sign_in.sign_up(visit.db, email, typed.get("password"), firstname, lastname, first=True)
    except Invalid as error:
        return _setup_page(visit, 422, typed, {**problems(error, visit.words), **wrong})
    except Conflict:
        return go("/")
    signed_in = sign_in.begin_session(visit.db, user, "page", request.headers.get("user-agent"))
    made = projects.create(visit.db, signed_in.person, typed["project"])
    answer = go(f"/p/{made.id}/install")
    auth.start_session(request, answer, signed_in)
    return answer


@get("/p/{project_id:str}/install", sync_to_thread=True)
def install(desk: Desk) -> Html:
    """What to put on the site, and where to try it."""
    return desk.page("install.html", origin=origin_of(desk.request))


routes = [start, setup_page, set_up, install]
