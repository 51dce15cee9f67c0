"""A project's own texts for the widget. `built_in` are those that the widget has by itself, by language."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.errors import Conflict, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ProjectId
from rolodesk.domain.json import Json
from rolodesk.domain.labels import (
    MAX_LANGUAGES,
    BuiltIn,
    Texts,
    built_in_of,
    chosen,
    clean_language,
    clean_texts,
)
from rolodesk.storage import events, labels
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.storage.labels import Label
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.sign_in import get_project


class Shown(Struct, frozen=True):
    """The texts that somebody is shown: a project's own, or with `label` None the built-in ones."""

    lang: str
    texts: Texts
    label: Label | None = None


def of_project(db: Database, project_id: str) -> tuple[ProjectId, list[Label]]:
    """All that the project has of its own, for anybody. Raises BadProject."""
    with db.read() as tx:
        project = get_project(tx, project_id)
        return project.id, labels.of_project(tx, project.id)


def shown(db: Database, project_id: str, wanted: str, built_in: BuiltIn) -> Shown:
    """What who reads a language is shown: the project's texts in it, in its default, in English, else the built-in
    ones. For anybody. Raises BadProject."""
    _, own = of_project(db, project_id)
    return _shown(own, wanted, built_in)


def _shown(own: Sequence[Label], wanted: str, built_in: BuiltIn) -> Shown:
    lang = chosen(((label.lang, label.is_default) for label in own), wanted)
    for label in own:
        if label.lang == lang:
            return Shown(label.lang, label.texts, label)
    return Shown(*built_in_of(built_in, wanted))


@retried
def put(db: Database, actor: Agent, lang: Json, texts: Json, default: Json = None) -> list[Label]:
    """The texts of a language, in the place of those that it had; the first language is the default.

    Raises Invalid, Forbidden, Conflict `too_many_languages`.
    """
    require(actor, Permission.CONFIGURE)
    code, cleaned = clean_language(lang), clean_texts(texts)
    if default not in (None, True, False):
        raise Invalid(Problem("must be true or false", "default"))
    with db.write(actor.project_id) as tx:
        labels.lock(tx, actor.project_id)
        return _put(tx, actor, code, cleaned, default is True)


@retried
def clone(db: Database, actor: Agent, lang: Json, built_in: BuiltIn) -> list[Label]:
    """Begin with the built-in texts of a language, the English ones where there are none. Raises like `put`."""
    require(actor, Permission.CONFIGURE)
    code = clean_language(lang)
    _, texts = built_in_of(built_in, code)
    with db.write(actor.project_id) as tx:
        labels.lock(tx, actor.project_id)
        return _put(tx, actor, code, texts, False)


def _put(tx: WriteTx, actor: Agent, lang: str, texts: Texts, default: bool) -> list[Label]:
    at, own = now(), labels.of_project(tx, actor.project_id)
    known = _of_language(own, lang)
    if known is None and len(own) >= MAX_LANGUAGES:
        raise Conflict(f"a project has at most {MAX_LANGUAGES} languages", "too_many_languages")
    is_default = default or not own or (known is not None and known.is_default)
    label = Label(
        *(known.id if known else new_id(), lang, texts, is_default),
        *(known.created_by if known else actor.id, known.created_at if known else at, at),
    )

    labels.put(tx, actor.project_id, label)
    if is_default:
        labels.set_default(tx, actor.project_id, lang)
    events.record(tx, actor, at, Event(EventName.LABEL_UPDATE, subject_id=label.id))
    return labels.of_project(tx, actor.project_id)


def _of_language(own: Sequence[Label], lang: str) -> Label | None:
    return next((label for label in own if label.lang.upper() == lang.upper()), None)


def _known(tx: ReadTx, actor: Agent, lang: str, why: str) -> Label:
    found = _of_language(labels.of_project(tx, actor.project_id), lang)
    if found is None:
        raise NotFound(why)
    return found


@retried
def make_default(db: Database, actor: Agent, lang: str) -> list[Label]:
    """That language is for everybody who reads none of the others. Raises NotFound, Forbidden."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        labels.lock(tx, actor.project_id)
        found = _known(tx, actor, lang, "Lang not found")

        labels.set_default(tx, actor.project_id, found.lang)
        events.record(tx, actor, now(), Event(EventName.LABEL_UPDATE, subject_id=found.id))
        return labels.of_project(tx, actor.project_id)


@retried
def delete(db: Database, actor: Agent, lang: str) -> list[Label]:
    """Take a language away; what is left. Raises NotFound, Forbidden, Conflict `default_language`: that one goes
    only with all."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        labels.lock(tx, actor.project_id)
        found = _known(tx, actor, lang, "Object not found.")
        if found.is_default:
            raise Conflict("You can't delete the default language.", "default_language")

        labels.delete(tx, actor.project_id, found.lang)
        events.record(tx, actor, now(), Event(EventName.LABEL_DELETE, subject_id=found.id))
        return labels.of_project(tx, actor.project_id)


@retried
def delete_all(db: Database, actor: Agent) -> int:
    """Take all languages away; how many there were. Raises Forbidden."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        labels.lock(tx, actor.project_id)
        own = labels.of_project(tx, actor.project_id)

        labels.delete(tx, actor.project_id)
        for label in own:
            events.record(tx, actor, now(), Event(EventName.LABEL_DELETE, subject_id=label.id))
    return len(own)
