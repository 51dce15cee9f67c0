"""Errors as answers: the one file that knows status codes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from rolodesk.domain import errors
from rolodesk.domain.errors import RolodeskError
from rolodesk.storage.database import Contention

STATUS: dict[type[RolodeskError], int] = {
    errors.BadProject: 400,
    errors.Unauthenticated: 401,
    errors.KeptOut: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.TooMany: 429,
}
TITLES = {
    400: "That did not work",
    401: "Please sign in",
    403: "You may not do this",
    404: "Not found",
    409: "That is not possible now",
    410: "No longer here",
    412: "Somebody was faster",
    413: "Too large",
    422: "Something is not right",
    429: "Too many tries",
    503: "One moment",
}
KEPT_OUT = {"not_allowed": "error project ip filter", "denied": "error project deny ip filter"}
log = structlog.get_logger()
_SECRET = re.compile(r"^(/reset/|/invite/|/api/auth/(?:resetpsw|checkpswresetkey)/).*")


def status_of(error: RolodeskError) -> int:
    """The status code of an error of the domain; who speaks for somebody unknown is refused, as by the reference."""
    return 403 if error.code == "unknown_sender" else STATUS[type(error)]


def body_of(error: RolodeskError) -> dict[str, Any] | str:
    """The JSON of an error in the API's one shape; plain text for a missing sign-in, as clients expect it."""
    if isinstance(error, errors.BadProject):
        return {"error": error.message}
    if isinstance(error, errors.Unauthenticated):
        if isinstance(error, errors.KeptOut):
            return {"err": KEPT_OUT[error.code]}
        if error.code == "blocked":
            return {"err": error.message}
        return "Unauthorized" if error.code == "unauthorized" else {"success": False, "msg": error.message}
    body: dict[str, Any] = {"success": False, "msg": error.message}
    if error.code:
        body["code"] = error.code
    if isinstance(error, errors.Invalid):
        body["errors"] = [{"msg": p.msg, "param": p.param, "location": p.location} for p in error.problems]
    return {**body, **error.details}


def on_domain_error(request: Request[Any, Any, Any], error: RolodeskError) -> Response[Any]:
    """An error that a verb has raised."""
    status = status_of(error)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.TooMany) else {}
    return _answer(request, status, error.message, error.code, body_of(error), headers)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """An error of the framework: no such route, a body that cannot be read."""
    status = error.status_code
    if isinstance(error, ValidationException) or status == 400:
        return _on_bad_input(request, error)
    if status == 413:
        body: dict[str, Any] = {"err": "Request entity too large", "limit": _limit(request)}
    else:
        body = {"success": False, "msg": error.detail if status < 500 else "error"}
    return _answer(request, status, str(body.get("msg", body.get("err"))), "", body)


def _on_bad_input(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    extra = error.extra if isinstance(error.extra, list) else []
    problems = [
        {"msg": _said(part), "param": part.get("key", ""), "location": _place(part)}
        for part in extra
        if isinstance(part, dict)
    ] or [
        {
            "msg": "the body is not what this route takes: " + str(error.detail),
            "param": "",
            "location": "body",
        }
    ]
    body = {"success": False, "msg": "Invalid values", "errors": problems}
    return _answer(request, 422, problems[0]["msg"], "invalid", body)


def _said(part: dict[str, Any]) -> str:
    """What is wrong; of a body that is not there the framework says its own name for it."""
    message = str(part.get("message", "Invalid value"))
    return "a JSON body is required" if message == "'data'" else message


def _place(part: dict[str, Any]) -> str:
    source = part.get("source", "body")
    return str(getattr(source, "value", source))


def on_unreadable(
    request: Request[Any, Any, Any], error: RecursionError | UnicodeDecodeError
) -> Response[Any]:
    """A body nested deeper than can be read, or whose bytes are no text: the decoder lets these through."""
    why = "is nested too deeply" if isinstance(error, RecursionError) else "is no UTF-8"
    problem = {"msg": why, "param": "", "location": "body"}
    body = {"success": False, "msg": problem["msg"], "errors": [problem]}
    return _answer(request, 422, problem["msg"], "invalid", body)


def on_contention(request: Request[Any, Any, Any], error: Contention) -> Response[Any]:
    """The database was in the way for longer than a few tries."""
    log.warning("database busy", path=_logged_path(request), error=str(error))
    body = {"success": False, "msg": "busy, please try again"}
    return _answer(request, 503, "The database is busy. Please try again.", "", body, {"Retry-After": "1"})


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Something that we did not think of: logged whole, told in one word."""
    log.error("unexpected error", method=request.method, path=_logged_path(request), exc_info=error)
    return _answer(
        request, 500, "Something went wrong on our side. It has been logged.", "", {"err": "error"}
    )


def _logged_path(request: Request[Any, Any, Any]) -> str:
    """The path without the secret part of a link."""
    return _SECRET.sub(r"\1…", request.url.path)


def _limit(request: Request[Any, Any, Any]) -> int:
    limit: int = request.app.state.settings.body_limit
    return limit


def _answer(
    request: Request[Any, Any, Any],
    status: int,
    message: str,
    code: str,
    body: Any,
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    path = request.url.path
    if path == "/api" or path.startswith("/api/"):
        kind = "text/plain" if isinstance(body, str) else "application/json; charset=utf-8"
        return Response(body, status_code=status, media_type=kind, headers=headers or {})
    if (
        status == 401
        and code not in KEPT_OUT
        and request.method == "GET"
        and not request.headers.get("hx-request")
    ):
        query = f"?{request.url.query}" if request.url.query else ""
        return Redirect(f"/signin?next={quote(path + query)}", status_code=HTTP_303_SEE_OTHER)
    if request.headers.get("hx-request") or request.headers.get("accept") == "application/json":
        return Response(body, status_code=status, media_type="application/json", headers=headers or {})
    title = TITLES[403] if code in KEPT_OUT else TITLES.get(status, "Something went wrong")
    text = request.app.state.error_page(request, status, title, message)
    return Response(text, status_code=status, media_type="text/html", headers=headers or {})


EXCEPTION_HANDLERS: dict[Any, Any] = {
    RolodeskError: on_domain_error,
    HTTPException: on_http_error,
    Contention: on_contention,
    RecursionError: on_unreadable,
    UnicodeDecodeError: on_unreadable,
    Exception: on_bug,
}
