"""Signing up and in, and one's own account."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import JSONBody

from rolodesk.domain.access import Person
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, Problem, Unauthenticated
from rolodesk.usecases import own_account, sign_in
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, given


class SignUp(msgspec.Struct):
    """A new account."""

    email: Any = None
    password: Any = None
    firstname: Any = None
    lastname: Any = None
    phone: str | None = None
    setup_code: str | None = None


class SignIn(msgspec.Struct):
    """Email and password."""

    email: str = ""
    password: str = ""


class Account(msgspec.Struct):
    """What may be changed of one's own account."""

    firstname: str | msgspec.UnsetType | None = msgspec.UNSET
    lastname: str | msgspec.UnsetType | None = msgspec.UNSET
    phone: str | msgspec.UnsetType | None = msgspec.UNSET
    language: str | msgspec.UnsetType | None = msgspec.UNSET


class PasswordChange(msgspec.Struct):
    """The old password and the new one."""

    oldpsw: str = ""
    newpsw: str = ""


@post("/auth/signup", status_code=200, tags=["auth"], sync_to_thread=True)
def sign_up(request: AnyRequest, data: JSONBody[SignUp]) -> Response[dict[str, Any]]:
    """Make an account. By default only the installation's first one may be made without an invitation."""
    auth.limits(request).sign_in.take(f"address {auth.client_address(request)}")
    db, mode = auth.database(request), auth.settings(request).sign_up
    if mode == "invite":
        raise Forbidden("accounts are made by invitation here", "sign_up_closed")
    if mode == "first":
        auth.check_setup_code(request, data.setup_code or "")
    try:
        user = sign_in.sign_up(
            db, data.email, data.password, data.firstname, data.lastname, data.phone, first=mode == "first"
        )
    except Conflict as error:
        if error.code == "already_set_up":
            raise Forbidden("accounts are made by invitation here", "sign_up_closed") from None
        return Response({"success": False, "message": error.message}, status_code=403)
    return Response({"success": True, "msg": "Successfully created new user.", "user": render.user(user)})


@post("/auth/signin", status_code=200, tags=["auth"], sync_to_thread=True)
def do_sign_in(request: AnyRequest, data: JSONBody[SignIn]) -> dict[str, Any]:
    """A token of 12 hours that slides while it is used."""
    if "@" not in data.email or not data.password:
        raise Invalid(
            [Problem("Invalid value", name) for name, wrong in
             (("email", "@" not in data.email), ("password", not data.password)) if wrong]
        )  # fmt: skip
    user = auth.checked_credentials(request, data.email, data.password)
    signed_in = sign_in.begin_session(auth.database(request), user, "api", request.headers.get("user-agent"))
    token = sign_in.team_token(auth.keys(request), signed_in)
    return {"success": True, "token": f"JWT {token}", "user": _me(signed_in.person)}


def _me(person: Person) -> dict[str, Any]:
    return {
        "_id": person.user_id,
        "email": person.email,
        "firstname": person.firstname,
        "lastname": person.lastname,
        "emailverified": False,
    }


@post("/auth/signout", status_code=200, tags=["auth"], sync_to_thread=True)
def sign_out(request: AnyRequest) -> dict[str, bool]:
    """End the caller's session; an anonymous visitor's tokens are void from now on."""
    token = auth.token_of(request)
    db, keys = auth.database(request), auth.keys(request)
    if sign_in.is_ours(token) and sign_in.is_for_team(token):
        sign_in.sign_out(db, sign_in.person_of_token(db, keys, token))
    elif sign_in.is_ours(token):
        sign_in.sign_out_visitor(db, keys, token)
    else:
        raise Unauthenticated()
    return {"success": True}


@get("/users", tags=["auth"], sync_to_thread=True)
def me(request: AnyRequest) -> dict[str, Any]:
    """The caller's account."""
    return _me(auth.api_person(request))


@put("/users", status_code=200, tags=["auth"], sync_to_thread=True)
def update_me(request: AnyRequest, data: JSONBody[Account]) -> dict[str, Any]:
    """Change the caller's names, phone and language."""
    user = sign_in.update_account(auth.database(request), auth.api_person(request), given(data))
    return {"success": True, "updatedUser": render.user(user)}


@put("/users/changepsw", status_code=200, tags=["auth"], sync_to_thread=True)
def change_password(request: AnyRequest, data: JSONBody[PasswordChange]) -> dict[str, Any]:
    """Set a new password; the caller's other sessions end."""
    person = auth.api_person(request)
    auth.limits(request).sign_in.take(f"account {person.email}")
    try:
        sign_in.change_password(auth.database(request), person, data.oldpsw, data.newpsw)
    except Unauthenticated:
        raise Unauthenticated("Current password is invalid.", "wrong_password") from None
    return {"success": True, "message": "Password change successful"}


@delete("/users", status_code=200, tags=["auth"], sync_to_thread=True)
def delete_me(request: AnyRequest) -> dict[str, Any]:
    """Delete the caller's account: memberships and sessions end, the email is free again. 409 `last_owner` while one
    of their projects has no other owner."""
    closed = own_account.delete_account(auth.database(request), auth.api_person(request))
    return {"success": True, "updatedUser": render.user(closed)}


@get("/users_util/{user_id:str}", tags=["auth"], sync_to_thread=True)
def colleague(request: AnyRequest, user_id: str) -> dict[str, Any]:
    """The names of somebody who is in one of the caller's projects."""
    found = own_account.colleague(auth.database(request), auth.api_person(request), user_id)
    return {"_id": found.id, "firstname": found.firstname, "lastname": found.lastname}


@get("/", include_in_schema=False, media_type="text/html", sync_to_thread=False)
def root() -> str:
    """That somebody is at home."""
    return "Rolodesk is up. The API is described at /api/docs."


route_handlers: list[Any] = [
    sign_up,
    do_sign_in,
    sign_out,
    me,
    update_me,
    change_password,
    delete_me,
    colleague,
    root,
]
