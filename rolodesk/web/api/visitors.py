"""What a visitor's browser calls before and beside its conversations."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from rolodesk.usecases import conversations, projects, sign_in
from rolodesk.usecases.sign_in import SignedInVisitor
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest


class Anonymous(msgspec.Struct):
    """A new visitor of a project, with what its page says of it."""

    id_project: Any = None
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    attributes: dict[str, Any] | None = None


class CustomToken(msgspec.Struct):
    """The project, where the token does not name it; the token of the same browser's anonymous visitor."""

    id_project: str | None = None
    anonymous_token: str | None = None


@post("/auth/signinAnonymously", status_code=200, tags=["auth"], sync_to_thread=True)
def sign_in_anonymously(request: AnyRequest, data: JSONBody[Anonymous]) -> dict[str, Any]:
    """A new visitor with an id of its own, at each call."""
    auth.limits(request).anonymous.take(f"{auth.client_address(request)} {data.id_project}"[:200])
    said = {
        "firstname": data.firstname,
        "lastname": data.lastname,
        "email": data.email,
        "attributes": data.attributes,
    }
    found = sign_in.sign_in_anonymously(
        auth.database(request), auth.keys(request), data.id_project, said, request.headers.get("origin")
    )
    return _signed_in(found)


@post("/auth/signinWithCustomToken", status_code=200, tags=["auth"], sync_to_thread=True)
def sign_in_with_custom_token(
    request: AnyRequest, data: JSONBody[CustomToken | None] = None
) -> dict[str, Any]:
    """A site's own user by a token (HS256) that the project's secret has signed, in the header `Authorization: JWT`.

    Claims: `_id` (the site's id of the user), `aud` (the project's id or an address ending in /projects/<id>), `iat`
    or `exp` (24 hours at the most), and what is known: firstname, lastname, email, phone. With `anonymous_token`, that
    of the same browser before, its contact joins the user's: both are proven.
    """
    body = data or CustomToken()
    auth.limits(request).anonymous.take(f"{auth.client_address(request)} {body.id_project}"[:200])
    found = sign_in.sign_in_with_custom_token(
        auth.database(request),
        auth.keys(request),
        auth.token_of(request),
        body.id_project,
        request.headers.get("origin"),
        auth.bare(body.anonymous_token or ""),
    )
    return {"success": True, "token": f"JWT {found.token}", "user": found.claims}


@post("/auth/refresh", status_code=200, tags=["auth"], sync_to_thread=True)
def refresh(request: AnyRequest) -> dict[str, Any]:
    """A token with a new term for the same anonymous visitor."""
    return _signed_in(sign_in.refresh(auth.database(request), auth.keys(request), auth.token_of(request)))


def _signed_in(found: SignedInVisitor) -> dict[str, Any]:
    claims = {name: value for name, value in found.claims.items() if name != "generated"}
    name = f"{claims.get('firstname') or ''} {claims.get('lastname') or ''}"
    user = {**claims, "id": claims["_id"], "fullName": name}
    return {"success": True, "token": f"JWT {found.token}", "user": user}


@get("/{project_id:str}/widgets", tags=["widget"], sync_to_thread=True)
def boot(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """What a widget needs to show itself; for anybody."""
    found = projects.boot(auth.database(request), project_id)
    return {
        "project": render.project(found.project, public=True),
        "user_available": [
            {"id": member.user_id, "firstname": member.firstname}
            for member in (found.available if found.is_open else ())
        ],
        "departments": [render.department(department, project_id) for department in found.departments],
        "ip": auth.client_address(request),
        "botsRules": [],
        "labels": found.languages,
    }


@post("/{project_id:str}/jwt/decode", status_code=200, tags=["auth"], sync_to_thread=True)
def decode(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """The claims of a token (HS256) that the project's secret has signed, in the header `Authorization: JWT`; it needs
    `iat` and `exp`, ten minutes apart at the most."""
    auth.limits(request).anonymous.take(f"{auth.client_address(request)} {project_id}"[:200])
    return {"decoded": sign_in.decode(auth.database(request), project_id, auth.token_of(request))}


@get("/{project_id:str}/widgets/form", tags=["widget"], sync_to_thread=True)
def form(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """What the pre-chat form still asks of this visitor; an empty list means no form."""
    return {"fields": conversations.form_for(auth.database(request), auth.visitor(request, project_id))}


route_handlers: list[Any] = [sign_in_anonymously, sign_in_with_custom_token, refresh, decode, boot, form]
