"""One conversation in the inbox: its messages and notes, answering, assigning, closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from msgspec import Struct, structs

from rolodesk.domain.conversation import Draft, Message, Note
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, TooMany
from rolodesk.domain.mail import Mail
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import contacts, conversations, departments, mails, projects, routing
from rolodesk.usecases.clock import new_uuid
from rolodesk.web.pages import emailing
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.inbox import VIEWS, listed, of_colleagues
from rolodesk.web.pages.render import go

BASE = "/p/{project_id:str}/inbox/{request_id:str}"
SHOWN = 200
OTHERS = 20
CLOSE_BY = 300_000


class Line(Struct, frozen=True):
    """A message, a note or a mail in a thread. `follows` is whether the one before is by the same, just before."""

    id: str
    at: int
    kind: str
    sender: str
    name: str
    follows: bool = False
    new_day: bool = False
    message: Message | None = None
    note: Note | None = None
    mail: Mail | None = None


@get(BASE, sync_to_thread=True)
def thread_page(
    desk: Desk, request_id: str, view: str = "all", page: int = 1, older: bool = False
) -> Response[Any]:
    try:
        return _page(desk, request_id, view, page, older)
    except NotFound:
        if "x-refresh" not in desk.request.headers or desk.agent.sees_all:
            raise
        # It was on the screen until now, and the page itself says so.
        return _left(desk, view)


def _left(desk: Desk, view: str, said: str | None = None) -> Response[Any]:
    """On to the list from a conversation that is not one's own any more."""
    path = f"{desk.root}/inbox?view={view if view in VIEWS else 'all'}"
    answer = go(path, said)
    if desk.is_htmx:
        return Response("", headers={"HX-Redirect": path}, cookies=answer.cookies)
    return answer


def _page(
    desk: Desk, request_id: str, view: str = "all", page: int = 1, older: bool = False, status: int = 200,
    typed: str = "", wrong: str = "", mode: str = "reply", chosen_address: str | None = None,
) -> Response[Any]:  # fmt: skip
    chosen = conversations.get(desk.db, desk.agent, request_id)
    every = chosen.conversation.messages
    shown = conversations.latest_messages(desk.db, desk.agent, request_id, every if older else SHOWN)
    people = {member.user_id: member for member in projects.team(desk.db, desk.agent)}
    names = {str(user_id): member.name for user_id, member in people.items()}
    posted = mails.of_conversation(desk.db, desk.agent, chosen.conversation.id)
    others, colleagues = _others(desk, chosen)
    return desk.page(
        "inbox/thread.html",
        status,
        listed=listed(desk, view, page),
        views=VIEWS,
        chosen=chosen,
        lines=_lines(desk, shown, list(chosen.notes), posted, names),
        mails={mail.about_id: mail for mail in posted if mail.about_id},
        by_email=emailing.choice(desk, chosen, chosen_address),
        hidden=every - len(shown),
        last=shown[-1] if shown else None,
        team=list(people.values()),
        departments=departments.of_project(desk.db, desk.agent),
        card=_card(desk, chosen),
        others=others,
        of_colleagues=colleagues,
        definitions=projects.properties(desk.db, desk.agent),
        library=projects.tags(desk.db, desk.agent),
        client_id=new_uuid(),
        typed=typed,
        wrong=wrong,
        mode=mode,
        problems={},
    )


def _lines(
    desk: Desk, said: list[Message], notes: list[Note], posted: list[Mail], names: dict[str, str]
) -> list[Line]:
    """Messages, notes and mails that are no message's in one order."""
    since = said[0].created_at if len(said) == SHOWN else 0
    whole = [_of_message(one, names) for one in said]
    whole += [_of_note(note, names) for note in notes if note.created_at >= since]
    whole += [_of_mail(m, names) for m in posted if m.about_id is None and m.created_at >= since]
    lines: list[Line] = []
    for line in sorted(whole, key=lambda line: line.at):
        before = lines[-1] if lines else None
        new_day = before is None or desk.words.local(before.at).date() != desk.words.local(line.at).date()
        follows = (
            before is not None
            and not new_day
            and (before.sender, before.kind) == (line.sender, line.kind)
            and line.at - before.at < CLOSE_BY
        )
        lines.append(structs.replace(line, follows=follows, new_day=new_day))
    return lines


def _of_message(one: Message, names: dict[str, str]) -> Line:
    name = names.get(one.sender_id) or one.sender_name or ""
    return Line(one.id, one.created_at, one.sender_kind, one.sender_id, name, message=one)


def _of_note(note: Note, names: dict[str, str]) -> Line:
    return Line(note.id, note.created_at, "note", note.created_by, names.get(note.created_by, ""), note=note)


def _of_mail(mail: Mail, names: dict[str, str]) -> Line:
    return Line(mail.id, mail.created_at, "mail", mail.asked_by, names.get(mail.asked_by, ""), mail=mail)


def _card(desk: Desk, chosen: conversations.ConversationView) -> contacts.ContactView | None:
    if chosen.contact is None or not desk.may("contacts.view"):
        return None
    return contacts.get(desk.db, desk.agent, chosen.contact.id)


def _others(
    desk: Desk, chosen: conversations.ConversationView
) -> tuple[list[conversations.ConversationView], int]:
    """The contact's other conversations, and how many more are colleagues' alone."""
    if chosen.contact is None:
        return [], 0
    wanted = Wanted(statuses=None, roots=(chosen.contact.id,))
    counted = not desk.agent.sees_all
    found, count = conversations.find(desk.db, desk.agent, wanted, OTHERS, with_count=counted)
    others = [view for view in found if view.conversation.id != chosen.conversation.id]
    return others, of_colleagues(desk, chosen.contact, count)


@post(f"{BASE}/messages", sync_to_thread=True)
def write(desk: Desk, request_id: str, form: Form) -> Response[Any]:
    """An answer to the visitor, or with `mode` note an internal note."""
    text, mode = form.get("text"), form.get("mode", "reply")

    def do() -> object:
        if mode == "note":
            return conversations.add_note(desk.db, desk.agent, request_id, text)
        draft = Draft(text.replace("\r\n", "\n"), client_id=form.get("client_id") or None)
        by_mail = emailing.letter_of(desk, request_id, form, draft.text)
        return conversations.post(desk.db, desk.agent, request_id, draft, by_mail=by_mail)

    return _changed(desk, request_id, do, form, text, mode)


def _changed(
    desk: Desk, request_id: str, do: Callable[[], object], form: Form, text: str = "", mode: str = "reply"
) -> Response[Any]:
    """The thread as it is now, or with what was typed and why it was not taken."""
    view = form.get("view", "all")
    address = emailing.chosen_address(form) if text and mode == "reply" else None
    try:
        do()
    except (Invalid, Conflict, TooLarge, TooMany, Forbidden) as error:
        said = problems(error, desk.words) if isinstance(error, Invalid) else {}
        why = next(iter(said.values()), sentence(desk.words.gettext(error.message)))
        return _page(
            desk, request_id, view, status=422, typed=text, wrong=why, mode=mode, chosen_address=address
        )
    if not desk.agent.sees_all and _is_lost(desk, request_id):
        return _left(desk, view, desk.words.gettext("Handed over: this conversation is a colleague's now."))
    if desk.is_htmx:
        return _page(desk, request_id, view, mode=mode, chosen_address=address)
    return go(f"{desk.root}/inbox/{quote(request_id, safe='')}?view={quote(view)}")


def _is_lost(desk: Desk, request_id: str) -> bool:
    try:
        conversations.get(desk.db, desk.agent, request_id)
    except NotFound:
        return True
    return False


@post(BASE + "/mails/{mail_id:str}/again", sync_to_thread=True)
def mail_again(desk: Desk, request_id: str, mail_id: str, form: Form) -> Response[Any]:
    """Try a mail that could not be delivered once more."""
    return _changed(desk, request_id, lambda: mails.again(desk.db, desk.agent, mail_id), form)


@post(f"{BASE}/assign", sync_to_thread=True)
def assign(desk: Desk, request_id: str, form: Form) -> Response[Any]:
    chosen = [user_id for user_id in form.all("user") if user_id]
    return _changed(
        desk, request_id, lambda: conversations.assign(desk.db, desk.agent, request_id, chosen), form
    )


@post(f"{BASE}/department", sync_to_thread=True)
def move(desk: Desk, request_id: str, form: Form) -> Response[Any]:
    """To another department, where it is handed to whoever's turn it is."""
    chosen = form.get("department") or None
    return _changed(desk, request_id, lambda: routing.move(desk.db, desk.agent, request_id, chosen), form)


@post(f"{BASE}/close", sync_to_thread=True)
def close(desk: Desk, request_id: str, form: Form) -> Response[Any]:
    return _changed(desk, request_id, lambda: conversations.close(desk.db, desk.agent, request_id), form)


@post(f"{BASE}/reopen", sync_to_thread=True)
def reopen(desk: Desk, request_id: str, form: Form) -> Response[Any]:
    return _changed(desk, request_id, lambda: conversations.reopen(desk.db, desk.agent, request_id), form)


@post(f"{BASE}/tags", sync_to_thread=True)
def tag(desk: Desk, request_id: str, form: Form) -> Response[Any]:
    """Add a tag to the conversation, or take one off."""
    removed, added = form.get("remove"), form.get("tag").strip()
    colors = {tag.tag: tag.color for tag in projects.tags(desk.db, desk.agent)}

    def do() -> object:
        if removed:
            return conversations.remove_tag(desk.db, desk.agent, request_id, removed)
        return conversations.add_tags(
            desk.db, desk.agent, request_id, [{"tag": added, "color": colors.get(added)}]
        )

    return _changed(desk, request_id, do, form)


@post(BASE + "/notes/{note_id:str}/delete", sync_to_thread=True)
def delete_note(desk: Desk, request_id: str, note_id: str, form: Form) -> Response[Any]:
    return _changed(
        desk, request_id, lambda: conversations.delete_note(desk.db, desk.agent, request_id, note_id), form
    )


@post(f"{BASE}/seen")
async def seen(desk: Desk, request_id: str, form: Form) -> Response[Any]:
    """Everything up to that message has been on somebody's screen; its visitor is told."""
    message = await sync_to_thread(conversations.seen, desk.db, desk.agent, request_id, form.get("message"))
    topic = f"/{desk.project.id}/requests/{request_id}"
    told = {"reader": "agent", "sender": desk.agent.id, "message": message.id}
    await desk.request.app.state.hub.pass_on(desk.project.id, topic, "SEEN", told)
    return Response(None, status_code=204)


routes = [thread_page, write, mail_again, assign, move, close, reopen, tag, delete_note, seen]
