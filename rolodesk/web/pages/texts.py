"""Settings → Widget texts: a project's own words beside the built-in ones, language by language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from msgspec import Struct

from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.domain.json import Json
from rolodesk.domain.labels import Texts, built_in_of
from rolodesk.storage.labels import Label
from rolodesk.usecases import labels
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go
from rolodesk.web.texts import built_in

PATH = "/p/{project_id:str}/settings/texts"
FIELD = "t."


class Row(Struct, frozen=True):
    """One text: the built-in one, blank for a key that the widget does not know, and the project's, blank if it is
    the same."""

    key: str
    built_in: str
    own: str


@get(PATH, sync_to_thread=True)
def texts_page(desk: Desk, lang: str = "") -> Html:
    desk.require("project.configure")
    return _page(desk, lang, 200, {}, {})


def _page(desk: Desk, lang: str, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    _, own = labels.of_project(desk.db, desk.project.id)
    shown = _language(desk, lang, own)
    found = _of(own, shown)
    codes = dict.fromkeys([*(label.lang for label in own), *built_in()])
    known = {label.lang.upper() for label in own}
    return desk.page(
        "settings/texts.html",
        status,
        lang=shown,
        languages=[code for code in codes if code not in known or code in [label.lang for label in own]],
        label=found,
        own=own,
        rows=_rows(found, shown, typed),
        is_known=shown.upper() in built_in(),
        problems=wrong,
    )


def _language(desk: Desk, lang: str, own: Sequence[Label]) -> str:
    """The language that is asked for, else the default, else the reader's."""
    if lang and (found := _of(own, lang)):
        return found.lang
    if lang.upper() in built_in():
        return lang.upper()
    return next(
        (label.lang for label in own if label.is_default), built_in_of(built_in(), desk.words.lang)[0]
    )


def _of(own: Sequence[Label], lang: str) -> Label | None:
    return next((label for label in own if label.lang.upper() == lang.upper()), None)


def _rows(label: Label | None, lang: str, typed: dict[str, str]) -> list[Row]:
    """Every text that can be typed; lists of words are left to the API."""
    _, mine = built_in_of(built_in(), lang)
    texts = label.texts if label else {}
    rows = []
    for key in dict.fromkeys([*mine, *texts]):
        given, now = str(mine.get(key, "")), texts.get(key, "")
        if isinstance(now, str):
            own = typed.get(FIELD + key, "" if now == given else now)
            rows.append(Row(key, given, own))
    return rows


@post(PATH, sync_to_thread=True)
def change_texts(desk: Desk, form: Form) -> Response[Any]:
    """Save what is typed, a blank one being the built-in text; take the language back; or make it the default."""
    desk.require("project.configure")
    lang, action = form.get("lang"), form.get("action", "save")
    _, own = labels.of_project(desk.db, desk.project.id)
    try:
        said = _do(desk, lang, action, _of(own, lang), form.texts())
    except Invalid as error:
        return _page(desk, lang, 422, form.texts(), problems(error, desk.words))
    except Conflict as error:
        wrong = {"lang": sentence(desk.words.gettext(error.message))}
        return _page(desk, lang, 409, form.texts(), wrong)
    return go(f"{desk.root}/settings/texts?lang={lang}", said)


def _do(desk: Desk, lang: str, action: str, label: Label | None, typed: dict[str, str]) -> str:
    if action == "reset" and label is not None:
        _, own = labels.of_project(desk.db, desk.project.id)
        if len(own) == 1:
            labels.delete_all(desk.db, desk.agent)
        else:
            labels.delete(desk.db, desk.agent, lang)
        return desk.words.gettext("The built-in texts are shown again.")
    if action == "default":
        if label is None:
            labels.clone(desk.db, desk.agent, lang, built_in())
        labels.make_default(desk.db, desk.agent, lang)
        return desk.words.gettext("Saved.")
    wanted = _wanted(lang, label, typed)
    if label is not None or wanted != built_in_of(built_in(), lang)[1]:
        given: Json = {key: list(text) if isinstance(text, list) else text for key, text in wanted.items()}
        labels.put(desk.db, desk.agent, lang, given)
    return desk.words.gettext("Saved.")


def _wanted(lang: str, label: Label | None, typed: dict[str, str]) -> Texts:
    """All texts of the language: clients of the API ask for every one of them."""
    _, mine = built_in_of(built_in(), lang)
    wanted: Texts = {**mine, **(label.texts if label else {})}
    for key, now in list(wanted.items()):
        given = typed.get(FIELD + key)
        if given is None or not isinstance(now, str):
            continue
        if given.strip():
            wanted[key] = given.replace("\r\n", "\n").strip()
        elif key in mine:
            wanted[key] = mine[key]
        else:
            del wanted[key]
    return wanted


routes = [texts_page, change_texts]
