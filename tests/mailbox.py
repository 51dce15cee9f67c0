"""A real SMTP server in a thread, which does as it is told and keeps what it takes."""

import asyncio
import contextlib
import email
import email.policy
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).parent / "sending/localhost.pem"
USER, PASSWORD = "post", "p@ss w/rd:1"
TAKEN = "250 taken"


class Mailbox:
    """What has been taken, in order. `rules` answer the recipient's address with a code and words; an Exception among
    them breaks the connection, and a number is how many seconds it hangs."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.rules: dict[str, list[str | float | type[Exception]]] = {}
        self.data_rules: dict[str, list[str | float | type[Exception]]] = {}
        self.port = 0
        self._changed = threading.Condition()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._by(self.rules, address, server)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._by(self.data_rules, envelope.rcpt_tos[0], server)
        if answer == TAKEN:
            with self._changed:
                assert isinstance(envelope.content, bytes)
                self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
                self.envelopes.append(envelope)
                self.encrypted.append(session.ssl is not None)
                self._changed.notify_all()
        return answer

    async def _by(self, rules: dict[str, list[Any]], address: str, server: SMTP) -> str:
        waiting = rules.get(address) or [TAKEN]
        rule = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(rule, float):
            await asyncio.sleep(rule)
            return TAKEN
        if isinstance(rule, type):
            assert server.transport is not None
            server.transport.abort()
            return TAKEN + "?"
        return str(rule)

    def wait(self, count: int, patience: float = 30.0) -> list[EmailMessage]:
        """The mails once there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.mails) >= count, patience), len(self.mails)
        return self.mails

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


def body(mail: EmailMessage) -> str:
    """The text, with the lines that it was written with."""
    content = mail.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


@contextlib.contextmanager
def mailbox(
    starttls: bool = False, required: bool = False, auth: bool = False, tls: bool = False
) -> Iterator[Mailbox]:
    """The server, until the block ends."""
    box = Mailbox()
    options: dict[str, Any] = {"require_starttls": required, "enable_SMTPUTF8": False}
    if starttls:
        options["tls_context"] = _context()
    if auth:
        options |= {"authenticator": _is_right, "auth_required": starttls, "auth_require_tls": starttls}
    server = _Server(
        box,
        hostname="127.0.0.1",
        port=0,
        ssl_context=_context() if tls else None,
        ready_timeout=30,
        **options,
    )
    server.start()
    box.port = server.port
    try:
        yield box
    finally:
        server.stop()


class _Server(Controller):
    """aiosmtpd's own looks for itself at the port that was asked for, which is 0 here."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def _is_right(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    assert isinstance(given, LoginPassword)
    right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)
