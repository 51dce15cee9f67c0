"""Answering by email too: to whom, whether that is suggested, and what is sent."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.usecases import conversations, mails
from rolodesk.usecases.conversations import ConversationView
from rolodesk.usecases.mails import ByMail, require_office
from rolodesk.web import emails, letters
from rolodesk.web.pages.desk import Desk, Form

AWAY_AFTER = 120_000


class Choice(Struct, frozen=True):
    """The addresses of the person, which one is chosen, and whether the answer goes there."""

    addresses: list[str]
    to: str
    checked: bool


def choice(desk: Desk, chosen: ConversationView, wanted: str | None) -> Choice | None:
    """None where no mail can be sent. `wanted` is what has just been chosen: an address, or '' for none; without that
    an email is suggested for somebody who has left."""
    if emails.office(desk.request) is None or not desk.may("conversations.answer"):
        return None
    known = mails.addresses_of(desk.db, desk.agent, chosen.identity.id)
    if not known:
        return None
    to = wanted if wanted in known else known[0]
    return Choice(known, to, _has_left(desk, chosen) if wanted is None else bool(wanted))


def _has_left(desk: Desk, chosen: ConversationView) -> bool:
    identity = chosen.identity
    if identity.kind == "manual":
        return True
    if desk.request.app.state.hub.is_here(desk.project.id, identity.key):
        return False
    return desk.words.now - identity.last_seen > AWAY_AFTER


def chosen_address(form: Form) -> str:
    """The address that the form says to write to, '' for none."""
    return form.get("email_to") if form.get("by_email") == "yes" else ""


def letter_of(desk: Desk, request_id: str, form: Form, text: str) -> ByMail | None:
    """The answer as a mail, if that is asked for. Raises Conflict `email_off`, TooMany, NotFound."""
    to = chosen_address(form)
    if not to:
        return None
    require_office(emails.office(desk.request))
    emails.take(desk.request, desk.agent)
    view = conversations.get(desk.db, desk.agent, request_id)
    return ByMail(to, letters.answer(desk.project, view.conversation, desk.agent, text))
