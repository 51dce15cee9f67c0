"""The ways back for forgotten passwords: of people, and so of no project."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.ids import UserId
from rolodesk.storage.database import ReadTx, WriteTx


class PasswordReset(Struct, frozen=True):
    """A way back for somebody who has forgotten the password. `token_hash` is SHA-256 of the link's secret part."""

    token_hash: str
    user_id: UserId | None
    created_at: int
    expires_at: int


def add(tx: WriteTx, reset: PasswordReset) -> None:
    """Beside it those that have run out are forgotten."""
    tx.run("DELETE FROM password_resets WHERE expires_at <= ?", reset.created_at)
    tx.run(
        "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
        *(reset.token_hash, reset.user_id, reset.created_at, reset.expires_at),
    )


def owner(tx: ReadTx, token_hash: str, now: int) -> UserId | None:
    """Whose way back that is, None if it is nobody's any more."""
    row = tx.one(
        "SELECT user_id FROM password_resets WHERE token_hash = ? AND expires_at > ?", token_hash, now
    )
    return row["user_id"] if row else None


def use(tx: WriteTx, token_hash: str, now: int) -> bool:
    """Whether it held still: of two at once one may use it."""
    return bool(
        tx.run("DELETE FROM password_resets WHERE token_hash = ? AND expires_at > ?", token_hash, now)
    )


def drop(tx: WriteTx, token_hash: str) -> None:
    tx.run("DELETE FROM password_resets WHERE token_hash = ?", token_hash)


def drop_of(tx: WriteTx, user_id: UserId) -> None:
    tx.run("DELETE FROM password_resets WHERE user_id = ?", user_id)
