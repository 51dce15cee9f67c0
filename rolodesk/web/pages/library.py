"""What the project defines: custom properties and the library of tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post

from rolodesk.domain.contact import PROPERTY_TYPES
from rolodesk.domain.errors import Conflict, Invalid
from rolodesk.usecases import projects
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go

PROPERTIES = "/p/{project_id:str}/settings/properties"
TAGS = "/p/{project_id:str}/settings/tags"


@get(PROPERTIES, sync_to_thread=True)
def property_list(desk: Desk) -> Html:
    return _properties(desk, 200, {}, {})


def _properties(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    return desk.page(
        "settings/properties.html",
        status,
        definitions=projects.properties(desk.db, desk.agent),
        types=PROPERTY_TYPES,
        typed=typed,
        problems=wrong,
    )


@post(PROPERTIES, sync_to_thread=True)
def make_property(desk: Desk, form: Form) -> Response[Any]:
    def do() -> object:
        return projects.create_property(
            desk.db, desk.agent, form.get("label"), form.get("name"), form.get("type", "text"),
            form.get("identifying") == "yes",
        )  # fmt: skip

    return _done(desk, do, form, "new", _properties, "properties")


@post(PROPERTIES + "/{property_id:str}", sync_to_thread=True)
def change_property(desk: Desk, property_id: str, form: Form) -> Response[Any]:
    def do() -> object:
        if form.get("action") == "delete":
            return projects.delete_property(desk.db, desk.agent, property_id)
        changes: dict[str, Any] = {"label": form.get("label"), "type": form.get("type")}
        return projects.update_property(
            desk.db, desk.agent, property_id, {**changes, "identifying": form.get("identifying") == "yes"}
        )

    return _done(desk, do, form, property_id, _properties, "properties")


def _done(
    desk: Desk, do: Callable[[], object], form: Form, place: str,
    page: Callable[[Desk, int, dict[str, str], dict[str, str]], Html], to: str,
) -> Response[Any]:  # fmt: skip
    """On to the list, or the list with what was typed at its place and why it was not taken."""
    try:
        do()
    except Invalid as error:
        return page(desk, 422, {**form.texts(), "place": place}, problems(error, desk.words))
    except Conflict as error:
        wrong = {"name": sentence(desk.words.gettext(error.message))}
        return page(desk, 409, {**form.texts(), "place": place}, wrong)
    return go(f"{desk.root}/settings/{to}", desk.words.gettext("Saved."))


@get(TAGS, sync_to_thread=True)
def tag_list(desk: Desk) -> Html:
    return _tags(desk, 200, {}, {})


def _tags(desk: Desk, status: int, typed: dict[str, str], wrong: dict[str, str]) -> Html:
    library = sorted(projects.tags(desk.db, desk.agent), key=lambda tag: tag.tag.casefold())
    return desk.page("settings/tags.html", status, library=library, typed=typed, problems=wrong)


@post(TAGS, sync_to_thread=True)
def make_tag(desk: Desk, form: Form) -> Response[Any]:
    def do() -> object:
        return projects.create_tag(desk.db, desk.agent, form.get("tag"), form.get("color") or None)

    return _done(desk, do, form, "new", _tags, "tags")


@post(TAGS + "/{tag_id:str}", sync_to_thread=True)
def change_tag(desk: Desk, tag_id: str, form: Form) -> Response[Any]:
    def do() -> object:
        if form.get("action") == "delete":
            return projects.delete_tag(desk.db, desk.agent, tag_id)
        return projects.update_tag(desk.db, desk.agent, tag_id, form.get("tag"), form.get("color") or None)

    return _done(desk, do, form, tag_id, _tags, "tags")


routes = [property_list, make_property, change_property, tag_list, make_tag, change_tag]
