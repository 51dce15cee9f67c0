"""A project's own texts for the widget, one row a language."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.ids import ProjectId
from rolodesk.domain.labels import Texts
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, to_text


class Label(Struct, frozen=True):
    """The texts of one language, by key. `lang` is written as the project has written it."""

    id: str
    lang: str
    texts: Texts
    is_default: bool
    created_by: str
    created_at: int
    updated_at: int


def of_project(tx: ReadTx, project_id: ProjectId) -> list[Label]:
    """All languages, the oldest first."""
    rows = tx.all("SELECT * FROM labels WHERE project_id = ? ORDER BY created_at, id", project_id)
    return [_label(row) for row in rows]


def languages(tx: ReadTx, project_id: ProjectId) -> list[str]:
    """The languages that there are texts in, the oldest first."""
    rows = tx.all("SELECT lang FROM labels WHERE project_id = ? ORDER BY created_at, id", project_id)
    return [row["lang"] for row in rows]


def lock(tx: WriteTx, project_id: ProjectId) -> None:
    """Hold the project, so that of two languages that are first at once one becomes the default."""
    tx.one(f"SELECT id FROM projects WHERE id = ?{tx.dialect.lock_rows}", project_id)


def put(tx: WriteTx, project_id: ProjectId, label: Label) -> None:
    """The language's texts, in the place of those that it had."""
    tx.run(
        "INSERT INTO labels (project_id, lang_key, id, lang, texts, is_default, created_by, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project_id, lang_key) DO UPDATE SET lang = excluded.lang,"
        " texts = excluded.texts, is_default = excluded.is_default, updated_at = excluded.updated_at",
        *(project_id, label.lang.upper(), label.id, label.lang, to_text(label.texts), int(label.is_default)),
        *(label.created_by, label.created_at, label.updated_at),
    )


def set_default(tx: WriteTx, project_id: ProjectId, lang: str) -> None:
    """That language is the default, and no other."""
    tx.run(
        "UPDATE labels SET is_default = CASE WHEN lang_key = ? THEN 1 ELSE 0 END WHERE project_id = ?",
        *(lang.upper(), project_id),
    )


def delete(tx: WriteTx, project_id: ProjectId, lang: str | None = None) -> int:
    """Take a language away, all of them without one; how many there were."""
    if lang is None:
        return tx.run("DELETE FROM labels WHERE project_id = ?", project_id)
    return tx.run("DELETE FROM labels WHERE project_id = ? AND lang_key = ?", project_id, lang.upper())


def _label(row: Row) -> Label:
    return Label(
        *(row["id"], row["lang"], from_text(row["texts"]), bool(row["is_default"])),
        *(row["created_by"], row["created_at"], row["updated_at"]),
    )
