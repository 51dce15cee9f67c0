"""Who speaks: accounts and sessions of the team, tokens of visitors."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from functools import cache

import argon2
import jwt
import msgspec
from msgspec import Struct, structs

from rolodesk.domain.access import Agent, Person, Visitor, sees_all, withheld
from rolodesk.domain.contact import clean_email, clean_text, clean_user_key, is_text
from rolodesk.domain.errors import (
    BadProject,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Unauthenticated,
)
from rolodesk.domain.ids import ProjectId, UserId, is_object_id
from rolodesk.domain.json import Json
from rolodesk.storage import accounts, identities, members, password_resets, projects
from rolodesk.storage.accounts import User
from rolodesk.storage.database import Database, ReadTx, Unique, WriteTx, retried
from rolodesk.usecases.clock import new_id, new_uuid, now
from rolodesk.usecases.signed_in_later import join_identities

HOUR = 3_600_000
DAY = 24 * HOUR
SESSION_TERM = 12 * HOUR
VISITOR_TERM = 365 * DAY
SLIDE_EVERY = HOUR // 2
MIN_PASSWORD = 8
MAX_PASSWORD = 200
KEY_ID = "rolodesk"
TICKET_TERM = 30
SHORT_TERM = 600
VISITOR_CLAIMS = ("firstname", "lastname", "fullname", "email", "phone", "company", "attributes")

# What reading a token raises for one that is none: PyJWT lets numbers without an end, half characters and deep
# nesting through.
NO_TOKEN = (jwt.InvalidTokenError, OverflowError, UnicodeEncodeError, RecursionError)

_hasher = argon2.PasswordHasher()


@cache
def _nobody() -> str:
    """Compared with when there is no such account, so that the answer takes as long as for a wrong password."""
    return _hasher.hash(secrets.token_hex(16))


class Keys(Struct, frozen=True):
    """The installation's signing keys, each for one purpose."""

    team: bytes
    visitor: bytes
    csrf: bytes


class SignedIn(Struct, frozen=True):
    """A session just begun. `secret` goes to the client and is kept as a hash only."""

    secret: str
    person: Person


class SignedInVisitor(Struct, frozen=True):
    """A visitor with the token that it is to send."""

    token: str
    claims: dict[str, Json]


def keys(db: Database) -> Keys:
    """The installation's keys, made of its one random secret (made now if there is none)."""
    with db.write(None) as tx:
        accounts.keep_setting(tx, "secret", secrets.token_hex(32))
        root = bytes.fromhex(accounts.setting(tx, "secret") or "")
    return Keys(*(hmac.digest(root, purpose, "sha256") for purpose in (b"team", b"visitor", b"csrf")))


def setup_code(signing: Keys) -> str:
    """What the first page asks for where not only the operator can reach it."""
    return hmac.new(signing.csrf, b"first page", "sha256").hexdigest()[:12]


def has_accounts(db: Database) -> bool:
    """Whether the installation has been set up."""
    with db.read() as tx:
        return accounts.count_users(tx) > 0


@retried
def sign_up(
    db: Database,
    email: Json,
    password: Json,
    firstname: Json,
    lastname: Json,
    phone: Json = None,
    first: bool = False,
) -> User:
    """A new account; with `first` only if it is the installation's first. Raises Invalid, or Conflict
    `email_taken` / `already_set_up`."""
    user = _checked_user(email, password, firstname, lastname, phone)

    try:
        with db.write(None) as tx:
            # One statement decides between two browsers that set up at once.
            if first:
                accounts.keep_setting(tx, "set_up_by", user.id)
                if accounts.setting(tx, "set_up_by") != user.id or accounts.count_users(tx):
                    raise Conflict("this installation has an owner already", "already_set_up")
            accounts.add_user(tx, user)
    except Unique:
        raise Conflict("Email already registered", "email_taken") from None
    return user


def _checked_user(email: Json, password: Json, firstname: Json, lastname: Json, phone: Json) -> User:
    problems: list[Problem] = []
    cleaned: dict[str, str] = {}
    for name, value in (("email", email), ("firstname", firstname), ("lastname", lastname)):
        try:
            text = clean_email(value) if name == "email" else clean_text(value, name, 200)
            if text is None:
                raise Invalid(Problem("Invalid value", name))
            cleaned[name] = text
        except Invalid as wrong:
            problems += wrong.problems
    try:
        check_password(password)
        given = clean_text(phone, "phone", 50)
    except Invalid as wrong:
        raise Invalid([*problems, *wrong.problems]) from None
    if problems:
        raise Invalid(problems)
    at = now()
    return User(
        *(UserId(new_id()), cleaned["email"].lower(), cleaned["firstname"], cleaned["lastname"], given),
        *(_hasher.hash(str(password)), 100, None, at, at),
    )


def check_password(password: Json, param: str = "password") -> str:
    """A password that may be set. Raises Invalid."""
    if not isinstance(password, str) or len(password) < MIN_PASSWORD:
        raise Invalid(Problem(f"must have at least {MIN_PASSWORD} characters", param))
    if not is_text(password):
        raise Invalid(Problem("holds characters that are no text", param))
    if len(password) > MAX_PASSWORD:
        raise Invalid(Problem(f"must have at most {MAX_PASSWORD} characters", param))
    return password


@retried
def sign_in(db: Database, email: str, password: str, kind: str, user_agent: str | None = None) -> SignedIn:
    """Begin a session (`page` or `api`). Raises Unauthenticated `unknown_user` or `wrong_password`."""
    user = check_credentials(db, email, password)

    with db.write(None) as tx:
        return _begin(tx, user, kind, user_agent)


@retried
def begin_session(db: Database, user: User, kind: str, user_agent: str | None = None) -> SignedIn:
    """Begin a session of somebody who has just proved who they are in another way (set-up, invitation)."""
    with db.write(None) as tx:
        return _begin(tx, user, kind, user_agent)


def _begin(tx: WriteTx, user: User, kind: str, user_agent: str | None) -> SignedIn:
    at = now()
    secret = secrets.token_urlsafe(32)
    session = accounts.Session(_hashed(secret), user.id, kind, at, at, at + SESSION_TERM)
    accounts.drop_expired_sessions(tx, at)
    accounts.add_session(tx, session, (user_agent or "")[:300] or None)
    return SignedIn(secret, person_of(user, session.id))


def check_credentials(db: Database, email: str, password: str) -> User:
    """The user whose password this is. Raises Unauthenticated `unknown_user` or `wrong_password`."""
    with db.read() as tx:
        user = accounts.user_by_email(tx, email.strip().lower()) if is_text(email) else None
    try:
        _hasher.verify(user.password_hash if user else _nobody(), password.encode("utf-8", "surrogatepass"))
    except argon2.exceptions.VerificationError:
        raise Unauthenticated(
            f"Authentication failed. {'Wrong password' if user else 'User not found'}.",
            "wrong_password" if user else "unknown_user",
        ) from None
    if user is None:
        raise Unauthenticated("Authentication failed. User not found.", "unknown_user")
    return user


def account(db: Database, email: str) -> User | None:
    """The account with that email."""
    with db.read() as tx:
        return accounts.user_by_email(tx, email.strip().lower())


def team_token(signing: Keys, signed_in: SignedIn) -> str:
    """The API token of a session; its term is the session's, which slides while it is used."""
    person = signed_in.person
    claims = {
        "_id": person.user_id,
        "email": person.email,
        "firstname": person.firstname,
        "lastname": person.lastname,
        "emailverified": False,
        "sub": "user",
        "jti": signed_in.secret,
        "iat": now() // 1000,
    }
    return jwt.encode(claims, signing.team, "HS256", headers={"kid": KEY_ID})


def person_of_session(db: Database, secret: str) -> Person:
    """Who holds a session, whose end slides on. Raises Unauthenticated."""
    at = now()
    with db.read() as tx:
        session, user = _alive(tx, secret, at)
    _slide(db, session, at)
    return person_of(user, session.id)


def agent_of_session(db: Database, secret: str, project_id: str) -> Agent:
    """Who holds a session, as a member of the project. Raises like `person_of_session` and `agent`."""
    at = now()
    with db.read() as tx:
        session, user = _alive(tx, secret, at)
        found = _agent(tx, person_of(user, session.id), project_id)
    _slide(db, session, at)
    return found


def _alive(tx: ReadTx, secret: str, at: int) -> tuple[accounts.Session, User]:
    found = accounts.session_with_user(tx, _hashed(secret), at)
    if found is None:
        raise Unauthenticated()
    return found


def _slide(db: Database, session: accounts.Session, at: int) -> None:
    if at - session.seen_at > SLIDE_EVERY:
        with db.write(None) as tx:
            accounts.touch_session(tx, session.id, at, at + SESSION_TERM)


@retried
def sign_out(db: Database, person: Person) -> None:
    """End the session that speaks."""
    if person.session_id:
        with db.write(None) as tx:
            accounts.end_session(tx, person.session_id)


def person_of(user: User, session_id: str | None = None) -> Person:
    """The person behind an account."""
    return Person(user.id, user.email, user.firstname, user.lastname, user.language, session_id)


def get_account(db: Database, person: Person) -> User:
    """One's own account."""
    with db.read() as tx:
        user = accounts.user_by_id(tx, person.user_id)
    if user is None:
        raise Unauthenticated()
    return user


@retried
def update_account(db: Database, person: Person, changes: Mapping[str, Json]) -> User:
    """Change one's own names, phone and language."""
    with db.write(None) as tx:
        user = accounts.user_by_id(tx, person.user_id)
        if user is None:
            raise Unauthenticated()
        user = structs.replace(
            user,
            firstname=clean_text(changes.get("firstname"), "firstname", 200) or user.firstname,
            lastname=clean_text(changes.get("lastname"), "lastname", 200) or user.lastname,
            phone=clean_text(changes["phone"], "phone", 50) if "phone" in changes else user.phone,
            language=clean_text(changes["language"], "language", 10)
            if "language" in changes
            else user.language,
            updated_at=now(),
        )

        accounts.update_user(tx, user)
    return user


@retried
def change_password(db: Database, person: Person, old: str, new: Json) -> None:
    """Set a new password; every other session ends. Raises Unauthenticated for a wrong old one."""
    user = check_credentials(db, person.email, old)
    hashed = _hasher.hash(check_password(new, "newpsw"))

    with db.write(None) as tx:
        set_password(tx, user, hashed, but=person.session_id)


@retried
def reset_password(db: Database, email: str, new: Json) -> None:
    """Set somebody's password, for the operator; every session of theirs ends. Raises NotFound."""
    hashed = hashed_password(new)
    with db.write(None) as tx:
        user = accounts.user_by_email(tx, email.strip().lower())
        if user is None:
            raise NotFound(f"nobody has the email {email}")

        set_password(tx, user, hashed)


def hashed_password(password: Json) -> str:
    """What is kept of a password that may be set. Raises Invalid."""
    return _hasher.hash(check_password(password))


def set_password(tx: WriteTx, user: User, hashed: str, but: str | None = None) -> None:
    """Write it; every session ends, but for one, and every link that sets a password is void."""
    accounts.write_password(tx, user.id, hashed, now())
    accounts.end_sessions_of(tx, user.id, but)
    password_resets.drop_of(tx, user.id)


def person_of_token(db: Database, signing: Keys, token: str) -> Person:
    """Who holds a team token. Raises Unauthenticated."""
    return person_of_session(db, _session_in(signing, token))


def agent_of_token(db: Database, signing: Keys, token: str, project_id: str) -> Agent:
    """Who holds a team token, as a member of the project. Raises like `person_of_token` and `agent`."""
    return agent_of_session(db, _session_in(signing, token), project_id)


def _session_in(signing: Keys, token: str) -> str:
    """The secret of the session that a team token stands for. Raises Unauthenticated."""
    claims = _ours(signing.team, token)
    if claims.get("sub") != "user" or not isinstance(claims.get("jti"), str):
        raise Unauthenticated()
    return str(claims["jti"])


def is_ours(token: str) -> bool:
    """Whether a token says that this installation made it, as against a site. It proves nothing."""
    return _said(token, 0).get("kid") == KEY_ID


def is_for_team(token: str) -> bool:
    """Whether a token of ours says that it is a team member's. It proves nothing."""
    return _said(token, 1).get("sub") == "user"


def _said(token: str, part: int) -> dict[str, Json]:
    """The header (0) or the claims (1) of a token, unproven; nothing if it cannot be read. The library, which proves
    it later, takes longer to read one than a list of contacts takes to be found."""
    try:
        text = token.split(".")[part]
        found = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _ours(key: bytes, token: str) -> dict[str, Json]:
    try:
        claims: dict[str, Json] = jwt.decode(
            token, key, ["HS256"], options={"verify_aud": False, "verify_sub": False, "verify_jti": False}
        )
    except NO_TOKEN:
        raise Unauthenticated() from None
    return claims


def project_of_token(db: Database, signing: Keys, token: str) -> ProjectId:
    """The last changed project of a team token's holder. Raises Unauthenticated."""
    person = person_of_token(db, signing, token)
    with db.read() as tx:
        mine = projects.of_user(tx, person.user_id)
    if not mine:
        raise Unauthenticated()
    return mine[0].id


def agent(db: Database, person: Person, project_id: str) -> Agent:
    """The person as a member of the project. Raises BadProject, or Forbidden to one who is none."""
    with db.read() as tx:
        return _agent(tx, person, project_id)


def _agent(tx: ReadTx, person: Person, project_id: str) -> Agent:
    project = get_project(tx, project_id)
    member = members.of_user(tx, project.id, person.user_id)
    if member is None:
        raise Forbidden("you dont belong to the project.", "not_a_member")
    return agent_of(project, member)


def agent_of(project: projects.Project, member: members.Member) -> Agent:
    """A membership as somebody who acts: with what its role and the project's settings allow."""
    kept, whole = withheld(project.settings, member.role), sees_all(project.settings, member.role)
    return Agent(project.id, member.user_id, member.id, member.role, member.name, member.email, kept, whole)


def get_project(tx: ReadTx, project_id: str) -> projects.Project:
    """The project of a URL. Raises BadProject."""
    if not is_object_id(project_id):
        raise BadProject(f"Invalid project id: {project_id}")
    project = projects.get(tx, ProjectId(project_id))
    if project is None:
        raise BadProject(f"Project not found with id: {project_id}")
    return project


def sign_in_anonymously(
    db: Database, signing: Keys, project_id: Json, given: Mapping[str, Json], origin: str | None = None
) -> SignedInVisitor:
    """A new visitor with a random UUID; nothing is written until it speaks. Raises Invalid, NotFound, Forbidden."""
    if not isinstance(project_id, str) or not project_id:
        raise Invalid(Problem("Invalid value", "id_project"))
    with db.read() as tx:
        project = projects.get(tx, ProjectId(project_id))
    if project is None:
        raise NotFound(f"Project not found with id: {project_id}")
    check_origin(project, origin)
    key = new_uuid()
    claims: dict[str, Json] = {"_id": key, "firstname": clean_text(given.get("firstname"), "firstname", 200)}
    for name in ("lastname", "email"):
        if text := clean_text(given.get(name), name, 320):
            claims[name] = text
    if isinstance(given.get("attributes"), dict) and len(str(given["attributes"])) < 2_000:
        claims["attributes"] = given["attributes"]
    if claims["firstname"] is None:
        claims["firstname"] = f"guest#{key[:4]}"
        claims["generated"] = True
    return SignedInVisitor(_visitor_token(signing, project.id, claims), claims)


def check_origin(project: projects.Project, origin: str | None) -> None:
    """Raise Forbidden if the project lists the sites that may use its widget and this is none of them."""
    allowed = project.settings.get("allowed_origins")
    if isinstance(allowed, list) and allowed and (origin or "").rstrip("/").lower() not in allowed:
        raise Forbidden("this site may not use the widget of the project", "origin_not_allowed")


def _visitor_token(signing: Keys, project_id: ProjectId, claims: Mapping[str, Json]) -> str:
    at = now() // 1000
    ours = {"sub": "guest", "aud": project_id, "iat": at, "exp": at + VISITOR_TERM // 1000, "jti": new_uuid()}
    return jwt.encode({**claims, **ours}, signing.visitor, "HS256", headers={"kid": KEY_ID})


def visitor(db: Database, signing: Keys, project_id: str, token: str, origin: str | None = None) -> Visitor:
    """The visitor who holds a token, ours or one signed by the project's secret.

    Raises BadProject; Unauthenticated if the token is none, of another project, void, expired, or its identity blocked;
    Forbidden for an `origin` that may not use the widget.
    """
    project, found = _holder(db, signing, project_id, token)
    check_origin(project, origin)
    return found


def _holder(db: Database, signing: Keys, project_id: str, token: str) -> tuple[projects.Project, Visitor]:
    with db.read() as tx:
        project = get_project(tx, project_id)
        if is_ours(token):
            claims = _ours(signing.visitor, token)
            if claims.get("sub") != "guest" or claims.get("aud") != project.id:
                raise Unauthenticated()
            kind, key = "anonymous", str(claims["_id"])
        else:
            claims = _custom_claims(tx, project.id, token)
            if claims.get("_id") is None:
                raise Unauthenticated()
            kind, key = "user", clean_user_key(claims.get("_id"))
        issued = _issued(claims)
        _refuse_void(tx, project.id, key, issued)
    said = {name: claims[name] for name in VISITOR_CLAIMS if not _absent(claims.get(name))}
    if claims.get("generated") is True:
        said["generated"] = True
    return project, Visitor(project.id, kind, key, said, issued)


def _issued(claims: Mapping[str, Json]) -> int:
    """When a token was issued; one that does not say it as early as one with its end may have been."""
    began, ends = claims.get("iat"), claims.get("exp")
    if isinstance(began, int | float):
        return int(began) * 1000
    return int(ends) * 1000 - DAY if isinstance(ends, int | float) else 0


def _absent(value: Json) -> bool:
    return value is None or value == ""


def _refuse_void(tx: ReadTx, project_id: ProjectId, key: str, issued: int) -> None:
    # The ban is asked for by itself: who has never written has no identity.
    revoked, is_banned = identities.void_before(tx, project_id, key)
    if revoked >= issued:
        raise Unauthenticated()
    known = identities.by_key(tx, project_id, key, ("anonymous", "user", "manual"))
    if is_banned or (known is not None and known.blocked_at is not None):
        raise Unauthenticated("error projectBanUserFilter by id", "blocked")


def _custom_claims(tx: ReadTx, project_id: ProjectId, token: str) -> dict[str, Json]:
    """The claims of a token signed by a secret of the project that holds now; at most 24 hours old."""
    claims = _signed_by_site(tx, project_id, token)
    if claims is None:
        raise Unauthenticated()
    _check_custom(claims, project_id)
    return claims


def _signed_by_site(tx: ReadTx, project_id: ProjectId, token: str) -> dict[str, Json] | None:
    for secret in projects.secrets(tx, project_id, now()):
        try:
            claims: dict[str, Json] = jwt.decode(
                token,
                secret.secret,
                ["HS256"],
                options={"verify_aud": False, "verify_sub": False, "verify_jti": False, "verify_iss": False},
            )
            # Half characters: nobody could be told these claims.
            msgspec.json.encode(claims)
        except NO_TOKEN:
            continue
        return claims
    return None


def decode(db: Database, project_id: str, token: str) -> dict[str, Json]:
    """The claims of a token that a secret of the project has signed for ten minutes at the most. Raises BadProject,
    Unauthenticated."""
    with db.read() as tx:
        project = get_project(tx, project_id)
        claims = _signed_by_site(tx, project.id, token)
    if claims is None:
        raise Unauthenticated("Authentication failed", "not_signed")
    began, ends = claims.get("iat"), claims.get("exp")
    for name, at in (("iat", began), ("exp", ends)):
        if not isinstance(at, int | float):
            raise Unauthenticated(f"Authentication failed. Token {name} is required", "token_without_term")
    if not (isinstance(began, int | float) and isinstance(ends, int | float) and ends - began <= SHORT_TERM):
        raise Unauthenticated(
            "Authentication failed. The token may hold for ten minutes at the most", "token_too_long"
        )
    return claims


def _check_custom(claims: Mapping[str, Json], project_id: ProjectId) -> None:
    at = now() // 1000
    issued, expires = claims.get("iat"), claims.get("exp")
    began = issued if isinstance(issued, int | float) else None
    if began is None and not (isinstance(expires, int | float) and expires <= at + DAY // 1000):
        raise Unauthenticated("the token needs iat, or an exp within 24 hours", "token_without_term")
    if began is not None and at >= began + DAY // 1000:
        raise Unauthenticated("the token is older than 24 hours", "token_too_old")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if not any(_names_project(str(name), project_id) for name in audiences if name):
        raise Unauthenticated("the token is not for this project", "wrong_audience")


def _names_project(audience: str, project_id: ProjectId) -> bool:
    generic = audience.rstrip("/") in ("https://tiledesk.com", "https://www.tiledesk.com")
    return generic or audience == project_id or audience.rstrip("/").endswith(f"/projects/{project_id}")


def sign_in_with_custom_token(
    db: Database,
    signing: Keys,
    token: str,
    project_id: Json = None,
    origin: str | None = None,
    anonymous_token: str | None = None,
) -> SignedInVisitor:
    """A site's own user by the token that its secret has signed, or whoever holds one of ours. Raises Unauthenticated,
    Invalid.

    With the token that the same browser had while it was anonymous, that visitor's contact joins the user's.
    """
    if is_ours(token):
        return _holder_of_ours(db, signing, token, project_id, origin)
    try:
        claims: dict[str, Json] = jwt.decode(token, options={"verify_signature": False})
    except NO_TOKEN:
        raise Unauthenticated() from None
    audience = claims.get("aud")
    named = str(audience).rstrip("/").rsplit("/projects/", 1)[-1]
    wanted = named if is_object_id(named) else project_id
    if not isinstance(wanted, str):
        raise Unauthenticated()
    try:
        user = visitor(db, signing, wanted, token, origin)
    except BadProject:
        raise Unauthenticated() from None
    if anonymous_token and (before := _anonymous(db, signing, wanted, anonymous_token)) is not None:
        join_identities(db, user, before)
    return SignedInVisitor(token, claims)


def _holder_of_ours(
    db: Database, signing: Keys, token: str, project_id: Json, origin: str | None
) -> SignedInVisitor:
    """Who holds a token that this installation made: clients ask that with one which they have kept."""
    if is_for_team(token):
        person = person_of_token(db, signing, token)
        names = {"firstname": person.firstname, "lastname": person.lastname}
        return SignedInVisitor(
            token, {"_id": person.user_id, "email": person.email, **names, "emailverified": False}
        )
    claims = _ours(signing.visitor, token)
    if project_id not in (None, claims.get("aud")):
        raise Unauthenticated()
    visitor(db, signing, str(claims.get("aud")), token, origin)
    return SignedInVisitor(token, {name: value for name, value in claims.items() if name != "generated"})


def _anonymous(db: Database, signing: Keys, project_id: str, token: str) -> Visitor | None:
    """The anonymous visitor of the project who holds a token of ours; None if it proves nothing (any more), for which
    nobody's sign-in fails."""
    if not is_ours(token):
        return None
    try:
        _, found = _holder(db, signing, project_id, token)
    except (Unauthenticated, BadProject):
        return None
    return found


def refresh(db: Database, signing: Keys, token: str) -> SignedInVisitor:
    """A token with a new term for the same anonymous visitor. Raises Unauthenticated."""
    claims = _ours(signing.visitor, token)
    project_id = str(claims.get("aud"))
    _holder(db, signing, project_id, token)
    kept = {name: claims[name] for name in ("_id", *VISITOR_CLAIMS, "generated") if name in claims}
    return SignedInVisitor(_visitor_token(signing, ProjectId(project_id), kept), kept)


@retried
def sign_out_visitor(db: Database, signing: Keys, token: str) -> None:
    """Make every token of an anonymous visitor void. Raises Unauthenticated."""
    claims = _ours(signing.visitor, token)
    _, speaker = _holder(db, signing, str(claims.get("aud")), token)
    with db.write(speaker.project_id) as tx:
        identities.revoke(tx, speaker.project_id, speaker.key, now())


def ticket(signing: Keys, speaker: Agent, person: Person) -> str:
    """What a page signs its socket in with: once, within 30 seconds."""
    claims = {
        "sub": "ticket",
        "_id": person.user_id,
        "sid": person.session_id,
        "aud": speaker.project_id,
        "exp": now() // 1000 + TICKET_TERM,
        "jti": new_uuid(),
    }
    return jwt.encode(claims, signing.team, "HS256", headers={"kid": KEY_ID})


@retried
def redeem_ticket(db: Database, signing: Keys, given: str) -> tuple[Agent, str]:
    """The agent whom a ticket lets in, and the session behind it. Raises Unauthenticated the second time."""
    claims = _ours(signing.team, given)
    if claims.get("sub") != "ticket":
        raise Unauthenticated()
    project_id, session_id, at = ProjectId(str(claims["aud"])), str(claims["sid"]), now()
    with db.write(project_id) as tx:
        if not identities.use_ticket(tx, project_id, str(claims["jti"]), at, at - 2 * TICKET_TERM * 1000):
            raise Unauthenticated()
    return agent(db, person_of_live_session(db, session_id), project_id), session_id


def person_of_live_session(db: Database, session_id: str) -> Person:
    """Who holds a session that is still alive, which does not slide by this. Raises Unauthenticated."""
    with db.read() as tx:
        found = accounts.session_with_user(tx, session_id, now())
    if found is None:
        raise Unauthenticated()
    return person_of(found[1], session_id)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
