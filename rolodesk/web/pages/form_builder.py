"""The builder of the pre-chat form. Every button is a submit of the one form, so that it works by keyboard and
without scripts: the answer is the form with the step taken; only Save writes."""

from __future__ import annotations

import re
from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Invalid
from rolodesk.domain.form import BUILT_IN, DEFAULT_FORM, FIRST_MESSAGE, TYPES
from rolodesk.domain.json import Json
from rolodesk.usecases import projects
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.render import Html, go

PATH = "/p/{project_id:str}/settings/form"
LANGUAGES = ("en", "it", "de", "fr", "es", "pt", "ar", "he")
TEXTS = ("label", "errorLabel")
Entry = dict[str, Any]


@get(PATH, sync_to_thread=True)
def form_page(desk: Desk) -> Html:
    desk.require("project.configure")
    kept = desk.project.widget.get("preChatFormJson")
    entries = kept if isinstance(kept, list) else DEFAULT_FORM
    is_on = desk.project.widget.get("preChatForm") is not False
    return _page(desk, 200, [_opened(entry) for entry in entries if isinstance(entry, dict)], is_on, {})


def _page(
    desk: Desk, status: int, entries: list[Entry], is_on: bool, wrong: dict[str, str], **context: Any
) -> Html:
    return desk.page(
        "settings/form.html",
        status,
        entries=entries,
        is_on=is_on,
        problems=_placed(wrong),
        types=TYPES,
        names=(*BUILT_IN, FIRST_MESSAGE),
        choices=LANGUAGES,
        **{"focus": None, "changed": False, **context},
    )


def _placed(wrong: dict[str, str]) -> dict[str, str]:
    """Problems by the entry's place, `form` for what concerns the whole."""
    found = {}
    for param, message in wrong.items():
        place = re.search(r"\[(\d+)\]", param)
        found[place.group(1) if place else "form"] = message
    return found


def _opened(entry: dict[str, Json]) -> Entry:
    """A stored entry as the page edits it."""
    opened: Entry = {
        "name": str(entry.get("name") or ""),
        "type": str(entry.get("type") or "text"),
        "mandatory": entry.get("mandatory") is True,
        "regex": str(entry.get("regex") or ""),
        "rows": str(entry.get("rows") or ""),
        "value": str(entry.get("value") or "") if not isinstance(entry.get("value"), bool) else "",
        "options": "\n".join(_option(option) for option in _list(entry.get("options"))),
    }
    for field in TEXTS:
        label = entry.get(field)
        opened[field] = dict(label) if isinstance(label, dict) else {"default": str(label or "")}
    return opened


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _option(option: Json) -> str:
    if isinstance(option, dict):
        return str(option.get("label") or option.get("value") or "")
    return str(option)


@post(PATH, sync_to_thread=True)
def change_form(desk: Desk, form: Form) -> Response[Any]:
    """Take the step that the pressed button names; with Save, keep the definition."""
    entries, is_on = _read(form), form.get("on") == "yes"
    step, _, place = form.get("step", "save").partition(":")
    if step != "save":
        entries, focus = _stepped(entries, step, int(place) if place.isdecimal() else 0, form)
        return _page(desk, 200, entries, is_on, {}, focus=focus, changed=True)
    definition: list[Any] = [_closed(entry) for entry in entries]
    try:
        projects.update(desk.db, desk.agent, widget={"preChatForm": is_on, "preChatFormJson": definition})
    except Invalid as error:
        return _page(desk, 422, entries, is_on, problems(error, desk.words), changed=True)
    return go(f"{desk.root}/settings/form", desk.words.gettext("Saved. Visitors get this form from now on."))


def _read(form: Form) -> list[Entry]:
    """The entries as they stand on the page, in its order."""
    entries = []
    for at in form.all("place")[:60]:
        entry: Entry = {
            name: form.get(f"{name}-{at}") for name in ("name", "type", "regex", "rows", "value", "options")
        }
        entry["type"] = entry["type"] if entry["type"] in TYPES else "text"
        entry["mandatory"] = form.get(f"mandatory-{at}") == "yes"
        for field in TEXTS:
            names = {language: f"{field}-{language}-{at}" for language in ("default", *LANGUAGES)}
            entry[field] = {language: form.get(name) for language, name in names.items() if name in form}
        entries.append(entry)
    return entries


def _stepped(entries: list[Entry], step: str, place: int, form: Form) -> tuple[list[Entry], int | None]:
    """The entries after a step, and which of them to put the focus on."""
    if step == "add":
        kind = form.get("add-type") if form.get("add-type") in TYPES else "text"
        added = _opened({"type": kind, "name": "" if kind == "static" else _free_name(entries)})
        return [*entries, added], len(entries)
    if not 0 <= place < len(entries):
        return entries, None
    if step == "remove":
        return entries[:place] + entries[place + 1 :], max(0, place - 1)
    if step == "language":
        language = form.get(f"add-language-{place}")
        if language in LANGUAGES:
            for field in TEXTS:
                entries[place][field].setdefault(language, "")
        return entries, place
    to = place - 1 if step == "up" else place + 1
    if step in ("up", "down") and 0 <= to < len(entries):
        entries[place], entries[to] = entries[to], entries[place]
        return entries, to
    return entries, place


def _free_name(entries: list[Entry]) -> str:
    taken = {entry["name"] for entry in entries}
    return next(name for n in range(1, 100) if (name := f"field_{n}") not in taken)


def _closed(entry: Entry) -> Entry:
    """The entry as it is stored: without what is blank, a label of one language as a plain text."""
    closed: Entry = {"type": entry["type"]}
    if entry["type"] != "static":
        closed["name"] = entry["name"].strip()
        closed["mandatory"] = entry["mandatory"]
    if entry["type"] in ("text", "textarea") and entry["regex"].strip():
        closed["regex"] = entry["regex"].strip()
    if entry["type"] == "textarea" and entry["rows"].isdecimal():
        closed["rows"] = min(20, max(1, int(entry["rows"])))
    if entry["type"] == "select":
        closed["options"] = [line.strip() for line in entry["options"].splitlines() if line.strip()]
    for field in TEXTS:
        texts = {language: text.strip() for language, text in entry[field].items() if text.strip()}
        if texts and not (field == "errorLabel" and entry["type"] == "static"):
            closed[field] = texts if set(texts) != {"default"} else texts["default"]
    return closed


routes = [form_page, change_form]
