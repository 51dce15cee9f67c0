"""What a message, and a conversation that is to begin, are made of."""

from __future__ import annotations

from typing import Any

import msgspec

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.contact import is_web_address
from rolodesk.domain.conversation import Draft, Opening
from rolodesk.domain.ids import UserId

WAITS = 100


class Begun(msgspec.Struct, kw_only=True):
    """How a conversation begins that is not there yet. Of a visitor's, keys that it may not set are dropped."""

    attributes: dict[str, Any] | None = None
    language: str | None = None
    sourcePage: str | None = None  # noqa: N815 - the API's name
    userAgent: str | None = None  # noqa: N815 - the API's name
    departmentid: str | None = None
    subject: str | None = None
    senderFullname: str | None = None  # noqa: N815 - the API's name
    email: str | None = None
    sender: str | None = None
    preflight: bool | None = None
    channel: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    participants: list[str] | None = None
    priority: str | None = None
    followers: list[str] | None = None
    request_status: int | None = None

    def drafted(self, actor: Agent | Visitor, text: str, **message: Any) -> Draft:
        """The draft of a message with that text, by that actor."""
        page = self.sourcePage
        return Draft(
            text,
            attributes=self.attributes,
            language=self.language,
            source_page=page if page and is_web_address(page) else None,
            user_agent=self.userAgent,
            department_id=self.departmentid,
            subject=self.subject,
            sender_name=self.senderFullname,
            email=self.email,
            preflight=self.preflight is True,
            opening=self._opening() if isinstance(actor, Agent) else Opening(),
            **message,
        )

    def _opening(self) -> Opening:
        name = (self.channel or {}).get("name")
        return Opening(
            channel=name if name is None else str(name),
            location=self.location,
            priority=self.priority,
            participants=tuple(UserId(user_id) for user_id in self.participants or ()),
            followers=tuple(self.followers or ()),
            waits=self.request_status == WAITS,
        )


class MessageBody(Begun, kw_only=True):
    """A message."""

    text: str | None = None
    type: str | None = None
    client_id: str | None = None
    metadata: dict[str, Any] | None = None

    @property
    def is_blank(self) -> bool:
        return not (self.text or "").strip() and self.type in (None, "text")

    def draft(self, actor: Agent | Visitor) -> Draft:
        """The message as the verbs take it."""
        return self.drafted(
            actor,
            self.text or "",
            type=self.type or "text",
            client_id=self.client_id,
            metadata=self.metadata,
        )


class DirectBody(MessageBody, kw_only=True):
    """A message to a person."""

    recipient: str | None = None
    recipientFullname: str | None = None  # noqa: N815 - the API's name


class NewRequest(Begun, kw_only=True):
    """A conversation begun without a message."""

    first_text: str | None = None
    request_id: str | None = None

    def draft(self, actor: Agent | Visitor) -> Draft:
        """The conversation as the verb takes it."""
        return self.drafted(actor, self.first_text or "")
