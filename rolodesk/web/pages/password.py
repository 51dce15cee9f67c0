"""A forgotten password: asking for a link, and setting a new one with it."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Conflict, Invalid, NotFound, TooMany
from rolodesk.usecases import passwords
from rolodesk.web import auth, emails, letters
from rolodesk.web.pages.desk import Form, Visit, problems
from rolodesk.web.pages.render import Html, go


@get("/forgot", sync_to_thread=True)
def forgot_page(visit: Visit) -> Html:
    return _forgot(visit, 200, {}, {})


def _forgot(
    visit: Visit, status: int, typed: dict[str, str], wrong: dict[str, str], sent_to: str | None = None
) -> Html:
    is_on = emails.office(visit.request) is not None
    return visit.page(
        "forgot.html", status, typed=typed, problems=wrong, sent_to=sent_to, emails_are_on=is_on
    )


@post("/forgot", sync_to_thread=True)
def ask(visit: Visit, form: Form) -> Html:
    """Send the link. What is said is the same whether or not there is such an account."""
    office, email = emails.office(visit.request), form.get("email").strip()
    try:
        if office is not None:
            emails.take_reset(visit.request, email)
        passwords.request(visit.db, office, email, letters.reset(office))
    except Invalid as error:
        return _forgot(visit, 422, form.texts(), problems(error, visit.words))
    except TooMany:
        said = visit.words.gettext("Too many tries. Try again later.")
        return _forgot(visit, 429, form.texts(), {"email": said})
    except Conflict:
        return _forgot(visit, 409, form.texts(), {})
    return _forgot(visit, 200, {}, {}, sent_to=email)


@get("/reset/{token:str}", sync_to_thread=True)
def reset_page(visit: Visit, token: str) -> Html:
    return _reset(visit, token, 200, {})


def _reset(visit: Visit, token: str, status: int, wrong: dict[str, str]) -> Html:
    """The form, or that the link holds no longer. The page's address goes to no other site."""
    try:
        user = passwords.owner(visit.db, token)
    except NotFound:
        user, status = None, 404
    answer = visit.page("reset.html", status, user=user, link=token, problems=wrong)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@post("/reset/{token:str}", sync_to_thread=True)
def reset(visit: Visit, token: str, form: Form) -> Response[Any]:
    """Set the password. Who has done it signs in with it."""
    office = emails.office(visit.request)
    try:
        auth.limits(visit.request).sign_in.take(f"reset {auth.client_address(visit.request)}")
        passwords.reset(visit.db, office, token, form.get("password"), letters.changed(office))
    except Invalid as error:
        return _reset(visit, token, 422, problems(error, visit.words))
    except TooMany:
        return _reset(
            visit, token, 429, {"password": visit.words.gettext("Too many tries. Try again later.")}
        )
    except NotFound:
        return _reset(visit, token, 404, {})
    answer = go("/signin", visit.words.gettext("Your password is changed. Sign in with it."))
    auth.end_session(answer)
    return answer


routes = [forgot_page, ask, reset_page, reset]
