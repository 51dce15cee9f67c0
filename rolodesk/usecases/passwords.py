"""A forgotten password: a link by mail that holds for an hour, once."""

from __future__ import annotations

import hashlib
import secrets
from typing import Protocol

from rolodesk.domain.contact import is_text
from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.domain.json import Json
from rolodesk.domain.mail import OF_INSTALLATION, Letter, MailKind, check_address
from rolodesk.storage import accounts, password_resets
from rolodesk.storage import mails as stored
from rolodesk.storage.accounts import User
from rolodesk.storage.database import Database, ReadTx, retried
from rolodesk.storage.password_resets import PasswordReset
from rolodesk.usecases import mails, sign_in
from rolodesk.usecases.clock import now
from rolodesk.usecases.mails import Office, require_office

TERM = sign_in.HOUR


class WritesReset(Protocol):
    """Says in the account's language how to set a new password."""

    def __call__(self, language: str | None, name: str, address: str) -> Letter: ...


class WritesChanged(Protocol):
    """Says in the account's language that the password has been changed."""

    def __call__(self, language: str | None, name: str) -> Letter: ...


@retried
def request(db: Database, office: Office | None, email: Json, letter: WritesReset) -> None:
    """Send the link to the account with that email. Nothing tells whether there is one: without, the same is done, and
    taken back. Raises Invalid, Conflict `email_off`."""
    origin = require_office(office).origin
    address = check_address(email, "email").lower()
    token, at = secrets.token_urlsafe(32), now()
    with db.write(None) as tx:
        user = accounts.user_by_email(tx, address)
        language, name = (user.language, user.firstname) if user else (None, address)
        reset = PasswordReset(_hashed(token), user.id if user else None, at, at + TERM)
        password_resets.add(tx, reset)
        said = letter(language, name, f"{origin}/reset/{token}")
        mail = mails.queue(tx, OF_INSTALLATION, MailKind.RESET, address, said, None)
        if user is None:
            password_resets.drop(tx, reset.token_hash)
            stored.delete(tx, OF_INSTALLATION, mail.id)


def owner(db: Database, token: str) -> User:
    """Whose link that is. Raises NotFound if it is nobody's any more."""
    with db.read() as tx:
        return _owner(tx, token)


def _owner(tx: ReadTx, token: str) -> User:
    user_id = password_resets.owner(tx, _hashed(token), now()) if is_text(token) else None
    user = accounts.user_by_id(tx, user_id) if user_id else None
    if user is None:
        raise NotFound("Invalid password reset key", "invalid_key")
    return user


@retried
def reset(db: Database, office: Office | None, token: str, password: Json, letter: WritesChanged) -> User:
    """Set a new password by a link; every session ends, every other link is void, and a mail tells of it. Raises
    Invalid, NotFound."""
    owner(db, token)
    if password is None:
        raise Invalid(Problem("Invalid value", "password"))
    hashed = sign_in.hashed_password(password)
    with db.write(None) as tx:
        user = _owner(tx, token)
        if not password_resets.use(tx, _hashed(token), now()):
            raise NotFound("Invalid password reset key", "invalid_key")

        sign_in.set_password(tx, user, hashed)
        if office is not None:
            said = letter(user.language, user.firstname)
            mails.queue(tx, OF_INSTALLATION, MailKind.CHANGED, user.email, said, None)
    return user


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
