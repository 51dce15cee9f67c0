"""The global tables of people: users, their sessions, and the installation's own settings."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.ids import UserId
from rolodesk.storage.database import ReadTx, Row, WriteTx


class User(Struct, frozen=True):
    """An account. `password_hash` never leaves storage and sign-in."""

    id: UserId
    email: str
    firstname: str
    lastname: str
    phone: str | None
    password_hash: str
    status: int
    language: str | None
    created_at: int
    updated_at: int

    @property
    def name(self) -> str:
        return f"{self.firstname} {self.lastname}".strip()


class Session(Struct, frozen=True):
    """A sign-in of a user: `kind` is `page` (cookie) or `api` (token)."""

    id: str
    user_id: UserId
    kind: str
    created_at: int
    seen_at: int
    expires_at: int


def setting(tx: ReadTx, name: str) -> str | None:
    """A setting of the installation."""
    row = tx.one("SELECT value FROM installation WHERE name = ?", name)
    return row["value"] if row else None


def keep_setting(tx: WriteTx, name: str, value: str) -> None:
    """Write a setting unless it is there: of two processes that start at once the first one's value stays."""
    tx.run("INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, value)


def count_users(tx: ReadTx) -> int:
    """How many accounts there are."""
    row = tx.one("SELECT count(*) AS n FROM users")
    return row["n"] if row else 0


def add_user(tx: WriteTx, user: User) -> None:
    """Raises Unique if the email has an account."""
    tx.run(
        "INSERT INTO users (id, email, firstname, lastname, phone, password_hash, status, language, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(user.id, user.email, user.firstname, user.lastname, user.phone, user.password_hash, user.status),
        *(user.language, user.created_at, user.updated_at),
    )


def user_by_email(tx: ReadTx, email: str) -> User | None:
    """`email` lower-cased."""
    return _user(tx.one("SELECT * FROM users WHERE email = ? AND status = 100", email))


def user_by_id(tx: ReadTx, user_id: str) -> User | None:
    return _user(tx.one("SELECT * FROM users WHERE id = ? AND status = 100", user_id))


def users_by_id(tx: ReadTx, user_ids: list[UserId]) -> dict[UserId, User]:
    """The users among the ids, by id, those who left too."""
    if not user_ids:
        return {}
    marks = ", ".join("?" * len(user_ids))
    found = (_user(row) for row in tx.all(f"SELECT * FROM users WHERE id IN ({marks})", *user_ids))
    return {user.id: user for user in found if user}


def update_user(tx: WriteTx, user: User) -> None:
    """Write names, phone and language of an existing user. Not the password: who changes a name at the same moment must
    not bring the former one back."""
    tx.run(
        "UPDATE users SET firstname = ?, lastname = ?, phone = ?, language = ?, updated_at = ? WHERE id = ?",
        *(user.firstname, user.lastname, user.phone, user.language, user.updated_at, user.id),
    )


def write_password(tx: WriteTx, user_id: UserId, password_hash: str, at: int) -> None:
    tx.run("UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ?", password_hash, at, user_id)


def close_user(tx: WriteTx, user: User) -> None:
    """Write everything of an account that nobody can sign in to any more."""
    tx.run("UPDATE users SET email = ?, status = ? WHERE id = ?", user.email, user.status, user.id)
    write_password(tx, user.id, user.password_hash, user.updated_at)
    update_user(tx, user)


def add_session(tx: WriteTx, session: Session, user_agent: str | None) -> None:
    tx.run(
        "INSERT INTO sessions (id, user_id, kind, created_at, seen_at, expires_at, user_agent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(session.id, session.user_id, session.kind, session.created_at, session.seen_at, session.expires_at),
        user_agent,
    )


def session_with_user(tx: ReadTx, session_id: str, now: int) -> tuple[Session, User] | None:
    """The session that is alive at `now`, with its user."""
    row = tx.one(
        "SELECT s.id AS session_id, s.kind, s.created_at AS session_created, s.seen_at, s.expires_at, u.*"
        " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND s.expires_at > ? AND u.status = 100",
        session_id,
        now,
    )
    user = _user(row)
    if row is None or user is None:
        return None
    return (
        Session(session_id, user.id, row["kind"], row["session_created"], row["seen_at"], row["expires_at"]),
        user,
    )


def touch_session(tx: WriteTx, session_id: str, now: int, expires_at: int) -> None:
    """Slide a session's end."""
    tx.run("UPDATE sessions SET seen_at = ?, expires_at = ? WHERE id = ?", now, expires_at, session_id)


def end_session(tx: WriteTx, session_id: str) -> None:
    tx.run("DELETE FROM sessions WHERE id = ?", session_id)


def end_sessions_of(tx: WriteTx, user_id: UserId, but: str | None = None) -> None:
    """Sign a user out everywhere, but for one session."""
    tx.run("DELETE FROM sessions WHERE user_id = ? AND id <> ?", user_id, but or "")


def drop_expired_sessions(tx: WriteTx, now: int) -> None:
    tx.run("DELETE FROM sessions WHERE expires_at <= ?", now)


def _user(row: Row | None) -> User | None:
    if row is None:
        return None
    return User(
        *(row["id"], row["email"], row["firstname"], row["lastname"], row["phone"], row["password_hash"]),
        *(row["status"], row["language"], row["created_at"], row["updated_at"]),
    )
