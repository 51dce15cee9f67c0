"""Who is calling: tokens and Basic for the API, the cookie for pages; CSRF, addresses, rates."""

from __future__ import annotations

import base64
import hmac
import ipaddress
import time
from typing import TYPE_CHECKING, Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from msgspec import Struct

from rolodesk.domain.access import Agent, Person, Visitor
from rolodesk.domain.errors import BadProject, Forbidden, Unauthenticated
from rolodesk.domain.ids import is_object_id
from rolodesk.storage.accounts import User
from rolodesk.storage.database import Database
from rolodesk.usecases import sign_in
from rolodesk.usecases.sign_in import Keys, SignedIn
from rolodesk.web.limits import Limit

if TYPE_CHECKING:
    from rolodesk.config import Settings

COOKIE = "rolodesk_session"
BASIC_TERM = 300

AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]


class Limits(Struct):
    """The installation's rates."""

    anonymous: Limit
    sign_in: Limit
    messages: Limit
    emails: Limit
    resets: Limit


class Basics:
    """Email and password of Basic callers, hashed, so that the slow check is made once in five minutes."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[bytes, tuple[str, float]] = {}

    def get(self, credentials: str) -> str | None:
        """The password hash that these credentials were right for a short while ago."""
        found = self._known.get(self._mark(credentials))
        return found[0] if found and found[1] > time.monotonic() else None

    def keep(self, credentials: str, password_hash: str) -> None:
        if len(self._known) > 1_000:
            self._known.clear()
        self._known[self._mark(credentials)] = (password_hash, time.monotonic() + BASIC_TERM)

    def _mark(self, credentials: str) -> bytes:
        return hmac.digest(self._key, credentials.encode(), "sha256")


def database(connection: AnyConnection) -> Database:
    found: Database = connection.app.state.db
    return found


def keys(connection: AnyConnection) -> Keys:
    found: Keys = connection.app.state.signing
    return found


def settings(connection: AnyConnection) -> Settings:
    found: Settings = connection.app.state.settings
    return found


def limits(connection: AnyConnection) -> Limits:
    found: Limits = connection.app.state.limits
    return found


def make_limits(chosen: Settings) -> Limits:
    """The rates that the settings name."""
    return Limits(
        Limit(chosen.rate_anonymous / 60, chosen.rate_anonymous, "too many new visitors from this address"),
        Limit(chosen.rate_sign_in / 60, chosen.rate_sign_in, "too many tries to sign in; wait a moment"),
        Limit(chosen.rate_messages, chosen.rate_messages_burst, "too many messages; wait a moment"),
        Limit(chosen.rate_emails / 60, chosen.rate_emails, "too many emails; wait a moment"),
        Limit(
            chosen.rate_resets / 3600,
            chosen.rate_resets,
            "too many emails for this address; try again later",
        ),
    )


def client_address(connection: AnyConnection) -> str:
    """The caller's address: X-Forwarded-For counts only as far as configured proxies have written it."""
    peer = connection.client.host if connection.client else ""
    trusted = [
        ipaddress.ip_network(network, strict=False) for network in settings(connection).trusted_proxies
    ]
    hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while hops and _within(peer, trusted):
        peer = hops.pop()
    return peer


def _within(address: str, networks: list[Any]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


# The API.


def token_of(connection: AnyConnection) -> str:
    """The token after `JWT`. Raises Unauthenticated."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "jwt" or not token.strip():
        raise Unauthenticated()
    return bare(token)


def bare(token: str) -> str:
    """A token without a leading `JWT `."""
    token = token.strip()
    return token[4:].strip() if token[:4].lower() == "jwt " else token


def api_person(request: AnyRequest) -> Person:
    """The registered user who calls the API by token or Basic. Raises Unauthenticated, TooMany."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _basic(request, rest.strip())
    token = token_of(request)
    if not (sign_in.is_ours(token) and sign_in.is_for_team(token)):
        raise Unauthenticated()
    return sign_in.person_of_token(database(request), keys(request), token)


def _basic(request: AnyRequest, encoded: str) -> Person:
    try:
        email, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise Unauthenticated() from None
    if not colon:
        raise Unauthenticated()
    basics: Basics = request.app.state.basics
    known = basics.get(encoded)
    user = sign_in.account(database(request), email) if known else None
    if user is None or user.password_hash != known:
        user = checked_credentials(request, email, password)
        basics.keep(encoded, user.password_hash)
    return sign_in.person_of(user)


def checked_credentials(request: AnyRequest, email: str, password: str) -> User:
    """The account, with the tries counted per account and per address. Raises Unauthenticated, TooMany."""
    rate, address = limits(request).sign_in, client_address(request)
    rate.check(f"address {address}")
    rate.check(f"account {email.strip().lower()}")
    try:
        return sign_in.check_credentials(database(request), email, password)
    except Unauthenticated as error:
        rate.take(f"address {address}")
        rate.take(f"account {email.strip().lower()}")
        if error.code in ("unknown_user", "wrong_password") and request.url.path != "/api/auth/signin":
            raise Unauthenticated() from None
        raise


def caller(request: AnyRequest, project_id: str) -> Agent | Visitor:
    """Who calls a project's route. Raises BadProject, Unauthenticated, Forbidden to one who is no member."""
    if not is_object_id(project_id):
        raise BadProject(f"Invalid project id: {project_id}")
    scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
    if scheme != "jwt":
        return sign_in.agent(database(request), api_person(request), project_id)
    return speaker(request, project_id, token_of(request))


def speaker(connection: AnyConnection, project_id: str, token: str) -> Agent | Visitor:
    """Who a token makes its holder in a project. Raises like `caller`."""
    db, signing = database(connection), keys(connection)
    if sign_in.is_ours(token) and sign_in.is_for_team(token):
        return sign_in.agent_of_token(db, signing, token, project_id)
    return sign_in.visitor(db, signing, project_id, token, connection.headers.get("origin"))


def team(request: AnyRequest, project_id: str) -> Agent:
    """The member of the team who calls. Raises like `caller`, and Forbidden to a visitor."""
    found = caller(request, project_id)
    if isinstance(found, Visitor):
        raise Forbidden()
    return found


def visitor(request: AnyRequest, project_id: str) -> Visitor:
    """The visitor who calls. Raises like `caller`, and Forbidden to a member of the team."""
    found = caller(request, project_id)
    if isinstance(found, Agent):
        raise Forbidden("this is for visitors")
    return found


# Pages.


def person(request: AnyRequest) -> Person:
    """Who holds the cookie's session. Raises Unauthenticated."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        raise Unauthenticated()
    return sign_in.person_of_session(database(request), secret)


def agent(request: AnyRequest, project_id: str) -> Agent:
    """The page's person as a member of the project. Raises Unauthenticated, BadProject, Forbidden."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        raise Unauthenticated()
    return sign_in.agent_of_session(database(request), secret, project_id)


def start_session(request: AnyRequest, response: Response[Any], signed_in: SignedIn) -> None:
    """Give the session to the browser: no script reads it, no other site sends it along."""
    response.set_cookie(
        key=COOKIE,
        value=signed_in.secret,
        max_age=30 * 24 * 3600,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )


def end_session(response: Response[Any]) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, path="/")


def is_https(connection: AnyConnection) -> bool:
    """Whether people reach this installation over https."""
    if settings(connection).public_url:
        return settings(connection).public_url.startswith("https:")
    return connection.url.scheme in ("https", "wss")


def asks_setup_code(connection: AnyConnection) -> bool:
    """Whether the first page is to ask for the code that the server has printed: others can reach it too."""
    return not settings(connection).is_local


def check_setup_code(connection: AnyConnection, given: str) -> None:
    """Raise Forbidden unless the code is right, where one is asked for."""
    if asks_setup_code(connection):
        limits(connection).sign_in.take(f"address {client_address(connection)}")
        if not hmac.compare_digest(sign_in.setup_code(keys(connection)).encode(), given.strip().encode()):
            raise Forbidden("this is not the code that the server has printed", "setup_code")


def csrf_token(request: AnyRequest) -> str:
    """What a form of this browser must send along: made of its session, or of nothing before sign-in."""
    return hmac.new(keys(request).csrf, request.cookies.get(COOKIE, "").encode(), "sha256").hexdigest()


def check_csrf(request: AnyRequest, given: str | None) -> None:
    """Raise Forbidden unless the form is one of ours and the browser says so too."""
    check_same_origin(request)
    given = given or request.headers.get("x-csrf-token") or ""
    if not hmac.compare_digest(csrf_token(request).encode(), given.encode()):
        raise Forbidden("this page is too old; reload it and try again", "csrf")


def check_same_origin(connection: AnyConnection) -> None:
    """Raise Forbidden if the browser names another site as the caller."""
    origin = connection.headers.get("origin")
    if origin and origin != "null" and origin.split("://", 1)[-1].lower() not in own_hosts(connection):
        raise Forbidden("another site has sent this", "cross_origin")


def own_hosts(connection: AnyConnection) -> set[str]:
    """The hosts (with port) under which this installation is reached."""
    public = settings(connection).public_url.split("://", 1)[-1].lower()
    return {connection.headers.get("host", "").lower(), public} - {""}
