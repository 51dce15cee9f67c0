"""A message to all contacts of a view: written, sent, followed, stopped."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.campaign import SKIPPED
from rolodesk.domain.conversation import MAX_MESSAGE, Draft
from rolodesk.domain.errors import Conflict, Invalid, TooLarge
from rolodesk.usecases import campaigns
from rolodesk.usecases.clock import new_id
from rolodesk.usecases.find import COUNT_CAP
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go

MESSAGE = "/p/{project_id:str}/views/{segment_id:str}/message"
BASE = "/p/{project_id:str}/settings/campaigns"
SIZE = 50


@get(MESSAGE, sync_to_thread=True)
def message_page(desk: Desk, segment_id: str) -> Html:
    return _form(desk, 200, segment_id, {"client_id": new_id()}, {})


@post(MESSAGE, sync_to_thread=True)
def send(desk: Desk, segment_id: str, form: Form) -> Response[Any]:
    """On to the campaign, or the form again. Sent twice by the same form it is one campaign."""
    typed = form.texts()
    # As a browser sends it, a line ends with two characters.
    text = typed.get("text", "").replace("\r\n", "\n").strip()
    wrong: dict[str, str] = {}
    if form.get("sure") != "yes":
        wrong["sure"] = desk.words.gettext("Please say that you mean it.")
    if not text:
        wrong["text"] = desk.words.gettext("This cannot be blank.")
    if wrong:
        return _form(desk, 422, segment_id, typed, wrong)
    try:
        draft = Draft(text, client_id=typed.get("client_id") or None)
        made = campaigns.create(desk.db, desk.agent, segment_id, draft)
    except Invalid as error:
        return _form(desk, 422, segment_id, typed, problems(error, desk.words))
    except Conflict as error:
        why = sentence(desk.words.gettext(error.message))
        if error.code == "client_id_taken":
            # Come back to from the campaign, and changed.
            why = desk.words.gettext(
                "Another message has been sent from here. Send once more to send this one too."
            )
            typed["client_id"] = new_id()
        return _form(desk, 409, segment_id, typed, {"text": why})
    except TooLarge as error:
        return _form(desk, 413, segment_id, typed, {"text": sentence(desk.words.gettext(error.message))})
    return go(f"{desk.root}/settings/campaigns/{made.id}", desk.words.gettext("It is being sent."))


def _form(desk: Desk, status: int, segment_id: str, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    found = campaigns.reach(desk.db, desk.agent, segment_id)
    return desk.page(
        "contacts/message.html", status, reach=found, typed=typed, problems=wrong, cap=COUNT_CAP,
        most=MAX_MESSAGE,
    )  # fmt: skip


@get(BASE, sync_to_thread=True)
def campaign_list(desk: Desk, page: int = 1) -> Html:
    """What has been sent to many, newest first."""
    number = min(max(1, page), 10_000)
    found, count = campaigns.listing(desk.db, desk.agent, SIZE, (number - 1) * SIZE)
    return desk.page(
        "settings/campaigns.html", found=found, number=number, more=count > number * SIZE, skipped=SKIPPED
    )


@get(BASE + "/{campaign_id:str}", sync_to_thread=True)
def campaign_page(desk: Desk, campaign_id: str) -> Html:
    """How far one is."""
    found = campaigns.get(desk.db, desk.agent, campaign_id)
    return desk.page("settings/campaign.html", view=found, one=found.campaign, reasons=SKIPPED)


@post(BASE + "/{campaign_id:str}/stop", sync_to_thread=True)
def stop(desk: Desk, campaign_id: str) -> Response[Any]:
    campaigns.stop(desk.db, desk.agent, campaign_id)
    return go(f"{desk.root}/settings/campaigns/{campaign_id}", desk.words.gettext("Stopped."))


routes = [message_page, send, campaign_list, campaign_page, stop]
