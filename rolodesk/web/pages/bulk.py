"""What is done to several contacts at once: tag, untag, trash, restore, block, unblock, each with its undo; and on to
merging them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Response, post

from rolodesk.domain.errors import RolodeskError
from rolodesk.usecases import blocking, contacts
from rolodesk.web.pages import merge, render
from rolodesk.web.pages.comparison import MOST as MOST_TO_MERGE
from rolodesk.web.pages.contacts import Asked, show
from rolodesk.web.pages.desk import Desk, Form
from rolodesk.web.pages.signin import local

MOST = 100
UNDO = {
    "tag": "untag",
    "untag": "tag",
    "trash": "restore",
    "restore": "trash",
    "block": "unblock",
    "unblock": "block",
}


@post("/p/{project_id:str}/contacts/bulk", sync_to_thread=True)
def change_many(desk: Desk, form: Form) -> Response[Any]:
    """One verb for each of the chosen contacts; those that refuse are counted and stay as they are."""
    action, tag, chosen = form.get("action"), form.get("tag").strip(), form.all("id")[:MOST]
    back = local(form.get("back", f"{desk.root}/contacts"))
    if action == "merge":
        return _on_to_merging(desk, chosen, back)
    verbs: dict[str, Callable[[str], object]] = {
        "tag": lambda one: contacts.add_tags(desk.db, desk.agent, one, [tag]),
        "untag": lambda one: contacts.remove_tag(desk.db, desk.agent, one, tag),
        "trash": lambda one: contacts.trash(desk.db, desk.agent, one),
        "restore": lambda one: contacts.restore(desk.db, desk.agent, one),
        "block": lambda one: blocking.block(desk.db, desk.agent, one),
        "unblock": lambda one: blocking.unblock(desk.db, desk.agent, one),
    }
    done, why = [], ""
    for one in chosen if action in verbs and (tag or action not in ("tag", "untag")) else ():
        try:
            verbs[action](one)
            done.append(one)
        except RolodeskError as error:
            why = desk.words.gettext(error.message)
    said = _sentence(desk, action, tag, len(done))
    if why:
        left = len(chosen) - len(done)
        said += " " + desk.words.ngettext("%(num)s was left alone: ", "%(num)s were left alone: ", left) + why
    undo = (
        {"action": UNDO.get(action, ""), "tag": tag, "ids": done}
        if done and not form.get("undoing")
        else None
    )
    if not desk.is_htmx:
        return render.go(back, said)
    return show(desk, asked_again(back), flash=said, undo=undo)


def _on_to_merging(desk: Desk, chosen: list[str], back: str) -> Response[Any]:
    """Several contacts beside each other: another page, wherever the form was sent from."""
    if not 2 <= len(chosen) <= MOST_TO_MERGE:
        return merge.too_few(desk, back)
    path = f"{desk.root}/contacts/merge?{urlencode([('with', one) for one in chosen])}"
    if desk.is_htmx:
        return Response("", status_code=200, headers={"HX-Redirect": path})
    return render.go(path)


def _sentence(desk: Desk, action: str, tag: str, count: int) -> str:
    words = desk.words
    if action == "tag":
        return words.ngettext(
            "%(num)s contact tagged %(tag)s.", "%(num)s contacts tagged %(tag)s.", count, tag=tag
        )
    if action == "untag":
        return words.ngettext(
            "%(tag)s taken off %(num)s contact.", "%(tag)s taken off %(num)s contacts.", count, tag=tag
        )
    if action == "trash":
        return words.ngettext(
            "%(num)s contact moved to the trash.", "%(num)s contacts moved to the trash.", count
        )
    if action == "block":
        return words.ngettext("%(num)s contact blocked.", "%(num)s contacts blocked.", count)
    if action == "unblock":
        return words.ngettext("%(num)s contact let in again.", "%(num)s contacts let in again.", count)
    return words.ngettext("%(num)s contact restored.", "%(num)s contacts restored.", count)


def asked_again(back: str) -> Asked:
    """What the list showed, by its URL."""
    given: dict[str, Any] = dict(parse_qsl(urlsplit(back).query))
    known = {name: value for name, value in given.items() if name in Asked.__struct_fields__}
    for name in ("page", "size"):
        if name in known:
            known[name] = int(known[name]) if str(known[name]).isdecimal() else 1
    return Asked(**known)


routes = [change_many]
