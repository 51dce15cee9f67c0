"""The settings of duplicates: what is suggested, what merges by itself, and what the last run has found."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from rolodesk.domain.errors import Invalid
from rolodesk.domain.json import Json
from rolodesk.domain.nicknames import LANGUAGES
from rolodesk.usecases import duplicates, projects
from rolodesk.web.pages.desk import Desk, Form, problems
from rolodesk.web.pages.duplicates import is_running
from rolodesk.web.pages.render import Html, go

BASE = "/p/{project_id:str}/settings/duplicates"
SUGGEST = ("0.3", "0.5", "0.7", "0.9", "0.95")
MERGE = ("0.999", "0.9995", "0.9999")


@get(BASE, sync_to_thread=True)
def duplicates_page(desk: Desk) -> Html:
    desk.require("project.configure")
    return _page(desk, 200, {}, {})


def _page(desk: Desk, status: int, typed: dict[str, Any], wrong: dict[str, str]) -> Html:
    policy = duplicates.policy(desk.db, desk.agent)
    run = duplicates.last_run(desk.db, desk.agent)
    kept = {
        "merge_alike": policy.merge_alike,
        "nightly": policy.nightly,
        "suggest_at": f"{policy.suggest_at:g}",
        "merge_at": f"{policy.merge_at:g}",
        "languages": LANGUAGES if policy.languages is None else policy.languages,
    }
    return desk.page(
        "settings/duplicates.html",
        status,
        typed={**kept, **typed},
        problems=wrong,
        levels={"suggest_at": _with(SUGGEST, kept["suggest_at"]), "merge_at": _with(MERGE, kept["merge_at"])},
        languages=LANGUAGES,
        identifying=[one for one in projects.properties(desk.db, desk.agent) if one.identifying],
        run=run,
        running=is_running(run),
    )


def _with(offered: tuple[str, ...], kept: Any) -> list[str]:
    """The levels to choose from, with one that was set over the API."""
    return sorted({*offered, str(kept)}, key=float)


@post(BASE, sync_to_thread=True)
def change_duplicates(desk: Desk, form: Form) -> Response[Any]:
    chosen = [language for language in LANGUAGES if language in form.all("languages")]
    languages: list[Json] | None = None if len(chosen) == len(LANGUAGES) else [*chosen]
    changes: dict[str, Json] = {
        "merge_alike": "merge_alike" in form,
        "nightly": "nightly" in form,
        "suggest_at": _number(form.get("suggest_at")),
        "merge_at": _number(form.get("merge_at")),
        "languages": languages,
    }
    try:
        duplicates.set_policy(desk.db, desk.agent, changes)
    except Invalid as error:
        return _page(desk, 422, {**changes, "languages": chosen}, problems(error, desk.words))
    return go(f"{desk.root}/settings/duplicates", desk.words.gettext("Saved."))


def _number(text: str) -> Json:
    """The number, or the text itself for the verb to refuse."""
    try:
        return float(text)
    except ValueError:
        return text


routes = [duplicates_page, change_duplicates]
