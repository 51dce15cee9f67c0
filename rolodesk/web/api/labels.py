"""The widget's texts by language: a project's own for anybody to read, and for admins to set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody

from rolodesk.domain.errors import Conflict, NotFound
from rolodesk.storage.labels import Label
from rolodesk.usecases import labels
from rolodesk.usecases.labels import Shown
from rolodesk.web import auth
from rolodesk.web.api.reading import AnyRequest
from rolodesk.web.render import iso
from rolodesk.web.texts import built_in

BASE = "/{project_id:str}/labels"


class Language(msgspec.Struct):
    """A language's code."""

    lang: Any = None


class LabelBody(msgspec.Struct):
    """A language with its texts by key, and whether it is the default."""

    lang: Any = None
    data: Any = None
    default: Any = None


def _entry(label: Label) -> dict[str, Any]:
    return {"_id": label.id, "lang": label.lang, "data": label.texts, "default": label.is_default}


def _shown(found: Shown) -> dict[str, Any]:
    return _entry(found.label) if found.label else {"lang": found.lang, "data": found.texts}


def _whole(project_id: str, own: Sequence[Label]) -> dict[str, Any]:
    """All languages as one document, an empty one if there are none."""
    if not own:
        return {}
    return {
        "_id": own[0].id,
        "id_project": project_id,
        "data": [_entry(label) for label in own],
        "createdBy": "",
        "createdAt": iso(own[0].created_at),
        "updatedAt": iso(max(label.updated_at for label in own)),
        "__v": 0,
    }


@get(BASE, tags=["labels"], sync_to_thread=True)
def all_labels(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """All texts of the project's own; for anybody."""
    return _whole(*labels.of_project(auth.database(request), project_id))


@get(f"{BASE}/{{lang:str}}", tags=["labels"], sync_to_thread=True)
def in_language(request: AnyRequest, project_id: str, lang: str) -> dict[str, Any]:
    """The project's texts in a language, in its default or in English; the built-in ones where it has none."""
    return _shown(labels.shown(auth.database(request), project_id, lang, built_in()))


@get(f"{BASE}/default", tags=["labels"], sync_to_thread=True)
def defaults(request: AnyRequest, project_id: str) -> list[dict[str, Any]]:
    """The built-in texts in all languages; for anybody."""
    labels.of_project(auth.database(request), project_id)
    return [{"lang": lang, "data": texts} for lang, texts in built_in().items()]


@get(f"{BASE}/default/{{lang:str}}", tags=["labels"], sync_to_thread=True)
def default_in(request: AnyRequest, project_id: str, lang: str) -> dict[str, Any]:
    """The built-in texts of one language."""
    labels.of_project(auth.database(request), project_id)
    if lang.upper() not in built_in():
        raise NotFound("Lang not found")
    return {"lang": lang.upper(), "data": built_in()[lang.upper()]}


@post(f"{BASE}/default/clone", status_code=200, tags=["labels"], sync_to_thread=True)
def clone(request: AnyRequest, project_id: str, data: JSONBody[Language]) -> dict[str, Any]:
    """Begin with the built-in texts of a language (admin); the English ones where there are none."""
    actor = auth.team(request, project_id)
    return _whole(project_id, labels.clone(auth.database(request), actor, data.lang, built_in()))


@post(BASE, status_code=200, tags=["labels"], sync_to_thread=True)
def put(request: AnyRequest, project_id: str, data: JSONBody[LabelBody]) -> dict[str, Any]:
    """Set the texts of a language, in the place of those that it had (admin)."""
    own = labels.put(
        auth.database(request), auth.team(request, project_id), data.lang, data.data, data.default
    )
    return _of(own, str(data.lang))


@patch(f"{BASE}/{{lang:str}}/default", status_code=200, tags=["labels"], sync_to_thread=True)
def make_default(request: AnyRequest, project_id: str, lang: str) -> dict[str, Any]:
    """Make a language the default (admin)."""
    return _of(labels.make_default(auth.database(request), auth.team(request, project_id), lang), lang)


def _of(own: Sequence[Label], lang: str) -> dict[str, Any]:
    return _entry(next(label for label in own if label.lang.upper() == lang.upper()))


@delete(BASE, status_code=200, tags=["labels"], sync_to_thread=True)
def delete_all(request: AnyRequest, project_id: str) -> dict[str, int]:
    """Take all texts of the project's own away (admin)."""
    count = labels.delete_all(auth.database(request), auth.team(request, project_id))
    return {"n": min(count, 1), "ok": 1, "deletedCount": min(count, 1)}


@delete(f"{BASE}/{{lang:str}}", status_code=200, tags=["labels"], sync_to_thread=True)
def delete_one(request: AnyRequest, project_id: str, lang: str) -> Response[dict[str, Any]]:
    """Take a language away, but not the default one (admin); what its readers are shown then."""
    db = auth.database(request)
    try:
        labels.delete(db, auth.team(request, project_id), lang)
    except Conflict as error:
        return Response({"success": False, "msg": error.message, "code": error.code}, status_code=400)
    return Response(_shown(labels.shown(db, project_id, lang, built_in())))


route_handlers: list[Any] = [
    *(all_labels, in_language, defaults, default_in),
    *(clone, put, make_default, delete_all, delete_one),
]
