"""One's own account: names, language, password."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Invalid, Unauthenticated
from rolodesk.usecases import sign_in
from rolodesk.web.pages.desk import Form, Own, problems
from rolodesk.web.pages.render import Html, go


@get("/account", sync_to_thread=True)
def account_page(own: Own) -> Html:
    return _page(own, 200)


def _page(
    own: Own, status: int, typed: dict[str, str] | None = None, wrong: dict[str, str] | None = None
) -> Html:
    user = sign_in.get_account(own.db, own.person)
    return own.page("account.html", status, user=user, typed=typed or {}, problems=wrong or {})


@post("/account", sync_to_thread=True)
def change_account(own: Own, form: Form) -> Response[Any]:
    typed = form.texts()
    wrong = {
        name: own.words.gettext("This cannot be blank.")
        for name in ("firstname", "lastname")
        if not typed.get(name, "").strip()
    }
    if wrong:
        return _page(own, 422, typed, wrong)
    try:
        sign_in.update_account(
            own.db, own.person, {name: typed.get(name) for name in ("firstname", "lastname", "language")}
        )
    except Invalid as error:
        return _page(own, 422, typed, problems(error, own.words))
    return go("/account", own.words.gettext("Saved."))


@post("/account/password", sync_to_thread=True)
def change_password(own: Own, form: Form) -> Response[Any]:
    try:
        sign_in.change_password(own.db, own.person, form.get("oldpsw"), form.get("newpsw"))
    except Unauthenticated:
        return _page(own, 422, {}, {"oldpsw": own.words.gettext("That is not your present password.")})
    except Invalid as error:
        return _page(own, 422, {}, problems(error, own.words))
    return go("/account", own.words.gettext("Your password is changed. You are signed out everywhere else."))


routes = [account_page, change_account, change_password]
