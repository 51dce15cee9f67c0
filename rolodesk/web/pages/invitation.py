"""The page behind an invitation's link: join as who you are, or make an account first."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Conflict, Invalid, Unauthenticated
from rolodesk.storage.accounts import User
from rolodesk.usecases import projects, sign_in
from rolodesk.web import auth
from rolodesk.web.pages.desk import Form, Visit, problems
from rolodesk.web.pages.render import AnyRequest, go


@get("/invite/{token:str}", sync_to_thread=True)
def invitation_page(visit: Visit, token: str) -> Response[Any]:
    return _page(visit, token, 200, {}, {})


def _page(
    visit: Visit, token: str, status: int, typed: dict[str, str], wrong: dict[str, str]
) -> Response[Any]:
    project, invited, has_account = projects.invitation(visit.db, token)
    return visit.page(
        "invite.html", status, project=project, invited=invited, has_account=has_account, token=token, typed=typed,
        problems=wrong,
    )  # fmt: skip


@post("/invite/{token:str}", sync_to_thread=True)
def accept(request: AnyRequest, visit: Visit, token: str, form: Form) -> Response[Any]:
    """Join. Who is not signed in signs in, or makes the account that the invitation is for."""
    _, invited, has_account = projects.invitation(visit.db, token)
    person, signed_in = visit.person, None
    if person is None or person.email != invited.email:
        try:
            user = _account(request, visit, invited.email, has_account, form)
        except Unauthenticated:
            wrong = {"password": visit.words.gettext("That is not the password.")}
            return _page(visit, token, 422, form.texts(), wrong)
        except Invalid as error:
            return _page(visit, token, 422, form.texts(), problems(error, visit.words))
        except Conflict:
            return go(f"/invite/{token}")
        signed_in = sign_in.begin_session(visit.db, user, "page", request.headers.get("user-agent"))
        person = signed_in.person
    joined = projects.accept_invitation(visit.db, person, token)
    answer = go(f"/p/{joined}/inbox", visit.words.gettext("Welcome to the team."))
    if signed_in is not None:
        auth.start_session(request, answer, signed_in)
    return answer


def _account(request: AnyRequest, visit: Visit, email: str, has_account: bool, form: Form) -> User:
    if has_account:
        return auth.checked_credentials(request, email, form.get("password"))
    return sign_in.sign_up(visit.db, email, form.get("password"), form.get("firstname"), form.get("lastname"))


routes = [invitation_page, accept]
