"""Signing in and out, the brand's style sheet, the choice of light and dark."""

from __future__ import annotations

import re
from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import TooMany, Unauthenticated
from rolodesk.usecases import sign_in
from rolodesk.web import auth, emails
from rolodesk.web.pages.desk import Form, Visit
from rolodesk.web.pages.render import THEMES, YEAR, AnyRequest, go


@get("/signin", sync_to_thread=True)
def signin_page(visit: Visit, next: str = "/") -> Response[Any]:  # noqa: A002 - the URL's word
    if not sign_in.has_accounts(visit.db):
        return go("/setup")
    if visit.person is not None:
        return go(local(next))
    return _page(visit, 200, local(next), {}, None)


def _page(
    visit: Visit, status: int, wanted: str, typed: dict[str, str], problem: str | None
) -> Response[Any]:
    is_on = emails.office(visit.request) is not None
    return visit.page("signin.html", status, next=wanted, typed=typed, problem=problem, emails_are_on=is_on)


@post("/signin", sync_to_thread=True)
def signin(request: AnyRequest, visit: Visit, form: Form) -> Response[Any]:
    """Begin a session. What was wrong, the address or the password, is not told."""
    wanted = local(form.get("next", "/"))
    try:
        user = auth.checked_credentials(request, form.get("email"), form.get("password"))
    except Unauthenticated:
        said = visit.words.gettext("That email and password do not go together.")
        return _page(visit, 422, wanted, form.texts(), said)
    except TooMany as error:
        said = visit.words.gettext(
            "Too many tries. Try again in %(seconds)s seconds.", seconds=error.retry_after
        )
        return _page(visit, 429, wanted, form.texts(), said)
    answer = go(wanted)
    signed_in = sign_in.begin_session(visit.db, user, "page", request.headers.get("user-agent"))
    auth.start_session(request, answer, signed_in)
    return answer


def local(path: str) -> str:
    """The path if it leads to a page of ours; a browser reads //x and /\\x as another site."""
    return path if re.fullmatch(r"/(?![/\\])[^\s\\]*", path) else "/"


@post("/signout", sync_to_thread=True)
def signout(visit: Visit) -> Response[Any]:
    if visit.person is not None:
        sign_in.sign_out(visit.db, visit.person)
    answer = go("/signin", visit.words.gettext("You are signed out."))
    auth.end_session(answer)
    return answer


@post("/theme", sync_to_thread=True)
def choose_theme(form: Form) -> Response[Any]:
    """Light, dark, or as the system has it; kept in this browser."""
    answer = go(local(form.get("next", "/")))
    chosen = form.get("theme") if form.get("theme") in THEMES else "auto"
    answer.set_cookie(key="theme", value=chosen, path="/", max_age=YEAR, samesite="lax")
    return answer


@get("/brand.css", sync_to_thread=False)
def brand_css(request: AnyRequest) -> Response[str]:
    """The brand's colours as variables: a strict policy allows no style in the page itself."""
    brand = auth.settings(request).brand
    light = f"--accent: {brand.accent}; --on-accent: {_ink(brand.accent)};"
    dark = f"--accent: {brand.accent_dark}; --on-accent: {_ink(brand.accent_dark)};"
    text = (
        f":root {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        f":root[data-theme=light] {{ {light} }}\n:root[data-theme=dark] {{ {dark} }}\n"
    )
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(text, media_type="text/css", headers=headers)


def _ink(color: str) -> str:
    """Black or white, whichever reads better on the colour (WCAG's relative luminance)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#111114"


routes: list[Any] = [signin_page, signin, signout, choose_theme, brand_css]
