"""Handing one mail to an SMTP server, and what the server's answer means."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import unicodedata
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from msgspec import Struct

TIMEOUT = 20.0
STARTTLS = ("offered", "require", "never")


class Server(Struct, frozen=True):
    """Where mails are handed over. `tls` is TLS from the beginning, `starttls` one of STARTTLS."""

    host: str
    port: int
    tls: bool = False
    starttls: str = "offered"
    user: str = ""
    password: str = ""
    timeout: float = TIMEOUT

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


class Outgoing(Struct, frozen=True):
    """A mail to one recipient. `message_id` and `at` (milliseconds) are the same at every try."""

    message_id: str
    at: int
    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    reply_to: str | None = None
    thread: str | None = None
    automatic: bool = False


class NotSent(Exception):
    """The mail was not taken: for good (`permanent`), or perhaps another time."""

    def __init__(self, message: str, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


def parse_server(url: str) -> Server:
    """The server of smtp://user:password@host:587 or smtps://…:465. Raises ValueError with a sentence that holds
    nothing of the URL, whose password may be in any part of a malformed one."""
    shape = "must be like smtp://user:password@host:587 or smtps://user:password@host:465"
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise ValueError(f"{shape}; special characters of a password are written as %40 for @") from None
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/") or parts.fragment:
        raise ValueError(f"{shape}; special characters of a password are written as %40 for @")
    starttls = _starttls(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("names a user without a password, or a password without a user")
    tls = parts.scheme == "smtps"
    return Server(host, port or (465 if tls else 587), tls, starttls, user, password)


def _starttls(parts: SplitResult) -> str:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    starttls = options.pop("starttls", "offered")
    if options or starttls not in STARTTLS or (parts.scheme == "smtps" and parts.query):
        raise ValueError("takes after ? nothing but starttls=require or starttls=never, and of smtp:// alone")
    return starttls


def parse_sender(text: str) -> tuple[str, str]:
    """Name and address of `Name <address>` or of an address alone. Raises ValueError."""
    name, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    if not (local and at and domain and address.isascii() and text.isprintable()) or " " in address:
        raise ValueError("must be an address, as Support <support@example.com>")
    return name, address


def check(server: Server) -> None:
    """Connect and sign in. Raises NotSent."""
    try:
        _leave(_connected(server))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _not_sent(error, Step.BEFORE) from error


def _leave(client: smtplib.SMTP) -> None:
    """Say goodbye. Whatever comes of it changes nothing of what has been handed over."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        client.quit()
    client.close()


class Step:
    """How far it got: what is refused before the recipient is named is no fault of the mail."""

    BEFORE = "before"
    MAIL = "mail"


def send(server: Server, mail: Outgoing) -> None:
    """Hand it over. Raises NotSent. Where the connection breaks after all has been said it may have been taken."""
    try:
        message = as_message(mail)
    except (ValueError, LookupError, MessageError) as error:
        raise NotSent(f"this mail cannot be written: {error}", permanent=True) from error
    step = Step.BEFORE
    try:
        client = _connected(server)
        step = Step.MAIL
        try:
            client.send_message(message, mail.sender, [_as_sent(mail.recipient)])
        except BaseException:
            client.close()
            raise
    except (smtplib.SMTPException, OSError, ValueError, MessageError) as error:
        raise _not_sent(error, step) from error
    _leave(client)


def as_message(mail: Outgoing) -> EmailMessage:
    """The mail as it goes over the wire: plain text, each header one line. Raises ValueError for one that is not."""
    message = EmailMessage(policy.SMTP)
    message["From"] = Address(_plain(mail.sender_name), addr_spec=mail.sender)
    message["To"] = Address(addr_spec=_as_sent(mail.recipient))
    message["Subject"] = _plain(mail.subject)
    message["Date"] = datetime.fromtimestamp(mail.at / 1000, UTC)
    message["Message-ID"] = mail.message_id
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=_as_sent(mail.reply_to))
    if mail.thread:
        message["References"] = mail.thread
    if mail.automatic:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    return message


def _plain(text: str) -> str:
    """The text without what begins an encoded word: the library reads these, with the line breaks in them."""
    return text.replace("=?", "= ?")


def _as_sent(address: str) -> str:
    """The address as its key is made, with its domain as every server knows it. Raises ValueError for one that would be
    read as an encoded word."""
    if "=?" in address:
        raise ValueError("the address holds =?")
    normal = unicodedata.normalize("NFKC", address)
    try:
        found = validate_email(normal, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return normal
    return f"{found.local_part}@{found.ascii_domain}"


def _connected(server: Server) -> smtplib.SMTP:
    """A connection that is encrypted as far as is asked for, and signed in. A password never goes in the clear unless
    `never` says so."""
    context = ssl.create_default_context()
    if server.tls:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.timeout, context=context
        )
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        client.ehlo_or_helo_if_needed()
        encrypted = server.tls
        if not encrypted and server.starttls != "never":
            encrypted = _start_tls(client, server, context)
        if server.user:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _start_tls(client: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> bool:
    if not client.has_extn("starttls"):
        if server.starttls == "require" or server.user:
            raise smtplib.SMTPNotSupportedError("the server offers no STARTTLS; ?starttls=never does without")
        return False
    client.starttls(context=context)
    client.ehlo()
    return True


def _not_sent(error: Exception, step: str) -> NotSent:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return NotSent(_said(code, said), permanent=code >= 500)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent(f"the server does not let us sign in: {error.smtp_code}", permanent=False)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return NotSent(f"the server refuses our address: {_said(error.smtp_code, error.smtp_error)}", False)
    if isinstance(error, smtplib.SMTPResponseException):
        refused = step == Step.MAIL and error.smtp_code >= 500
        return NotSent(_said(error.smtp_code, error.smtp_error), permanent=refused)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotSent(str(error), permanent=step == Step.MAIL)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return NotSent("the mail server does not answer", permanent=False)
    if isinstance(error, OSError):
        reason = error.strerror or str(error) or type(error).__name__
        return NotSent(f"the mail server cannot be reached: {reason}", permanent=False)
    is_its_own = step == Step.MAIL and isinstance(error, ValueError | MessageError)
    return NotSent(str(error) or type(error).__name__, permanent=is_its_own)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".replace("\x00", " ").split())[:300]
