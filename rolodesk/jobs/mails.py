"""Mails go out."""

from __future__ import annotations

import re
import time

import structlog

from rolodesk.domain.mail import AUTOMATIC, Mail
from rolodesk.jobs.job import Job
from rolodesk.sending import smtp
from rolodesk.sending.smtp import NotSent, Outgoing, Server
from rolodesk.storage.database import Database
from rolodesk.usecases import mails

FORGET_EVERY = 3_600.0
log = structlog.get_logger()
# Whom somebody writes to is in no log; a server repeats it in its answer.
_ADDRESS = re.compile(r"\S+@\S+")


class Mailing(Job):
    """Hands mails to the server: woken by this process's commits, and each second for those of others."""

    def __init__(self, db: Database, server: Server, sender: str, name: str) -> None:
        super().__init__("mailing", self._send_all)
        self._db = db
        self._server = server
        self._sender = smtp.parse_sender(sender)
        self._name = name
        self._forgotten = float("-inf")
        db.committed.append(lambda project_id, number: self.wake())

    def _send_all(self) -> None:
        while not self.is_stopped and (mail := mails.claim(self._db)) is not None:
            self._send(mail)
        if time.monotonic() - self._forgotten > FORGET_EVERY:
            mails.forget_old(self._db)
            self._forgotten = time.monotonic()

    def _send(self, mail: Mail) -> None:
        """One try. Killed between the server's word and ours, it goes out once more, under the same Message-ID."""
        try:
            smtp.send(self._server, self._written(mail))
        except NotSent as error:
            log.warning(
                "a mail was not taken",
                mail=mail.id,
                attempt=mail.attempts,
                error=_ADDRESS.sub("…", str(error)),
            )
            mails.failed(self._db, mail, str(error), error.permanent)
        else:
            mails.sent(self._db, mail)

    def _written(self, mail: Mail) -> Outgoing:
        name, address = self._sender
        domain = address.rpartition("@")[2]
        return Outgoing(
            message_id=f"<{mail.id}@{domain}>",
            at=mail.created_at,
            sender=address,
            sender_name=mail.from_name or name or self._name,
            recipient=mail.recipient,
            subject=mail.letter.subject,
            text=mail.letter.text,
            reply_to=mail.letter.reply_to,
            thread=f"<conversation.{mail.conversation_id}@{domain}>" if mail.conversation_id else None,
            automatic=mail.kind in AUTOMATIC,
        )
