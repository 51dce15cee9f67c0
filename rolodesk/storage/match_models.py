"""The model by which a project's contacts are compared, and what its people have said of those who were suggested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.storage.database import ReadTx, WriteTx
from rolodesk.storage.duplicates import Both

ROWS_AT_ONCE = 100


class KeptModel(Struct, frozen=True):
    """JSON of a model of the project's own, None for the shipped one, and of the calibration that its people's words
    have given the model called `name`. `learnt_at` rises with each change."""

    model: str | None
    name: str
    calibration: str | None
    learnt_at: int


class Decision(Struct, frozen=True):
    """What a person has said of two who were suggested: whether they are the same, how alike they were by which
    model."""

    pair: Both
    same: bool
    bits: float
    model: str


def learnt_at(tx: ReadTx, project_id: ProjectId) -> int | None:
    """When anything of the project's own was learnt last, None if nothing was."""
    row = tx.one("SELECT learnt_at FROM match_models WHERE project_id = ?", project_id)
    return row["learnt_at"] if row else None


def get(tx: ReadTx, project_id: ProjectId) -> KeptModel | None:
    row = tx.one("SELECT * FROM match_models WHERE project_id = ?", project_id)
    return KeptModel(row["model"], row["name"], row["calibration"], row["learnt_at"]) if row else None


def write(tx: WriteTx, project_id: ProjectId, kept: KeptModel) -> None:
    tx.run(
        "INSERT INTO match_models (project_id, model, name, calibration, learnt_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (project_id) DO UPDATE SET model = excluded.model, name = excluded.name,"
        " calibration = excluded.calibration, learnt_at = CASE WHEN excluded.learnt_at > match_models.learnt_at"
        " THEN excluded.learnt_at ELSE match_models.learnt_at + 1 END",
        *(project_id, kept.model, kept.name, kept.calibration, kept.learnt_at),
    )


# What people have said.


def decide(tx: WriteTx, project_id: ProjectId, said: Sequence[Decision], at: int) -> None:
    """Keep what was said; said again the last word counts."""
    for first in range(0, len(said), ROWS_AT_ONCE):
        part = said[first : first + ROWS_AT_ONCE]
        rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(part))
        tx.run(
            f"INSERT INTO match_decisions (project_id, low_id, high_id, same, bits, model, at) VALUES {rows}"
            " ON CONFLICT (project_id, low_id, high_id) DO UPDATE SET same = excluded.same, bits = excluded.bits,"
            " model = excluded.model, at = excluded.at",
            *(v for d in part for v in (project_id, *d.pair, int(d.same), d.bits, d.model, at)),
        )


def agree_after_all(tx: WriteTx, project_id: ProjectId, ids: Sequence[ContactId], at: int) -> None:
    """What was called different among these contacts is called the same now."""
    marks = ", ".join("?" * len(ids))
    tx.run(
        "UPDATE match_decisions SET same = 1, at = ? WHERE project_id = ? AND same = 0"
        f" AND low_id IN ({marks}) AND high_id IN ({marks})",
        *(at, project_id, *ids, *ids),
    )


def differ_after_all(tx: WriteTx, project_id: ProjectId, pair: Both, at: int) -> bool:
    """Whether anything had been said of the two, who are called different now."""
    return bool(
        tx.run(
            "UPDATE match_decisions SET same = 0, at = ? WHERE project_id = ? AND low_id = ? AND high_id = ?",
            *(at, project_id, *pair),
        )
    )


def forget(tx: WriteTx, project_id: ProjectId, pairs: Iterable[Both], same: bool) -> None:
    """That these are the same, or are different, is said no more."""
    for pair in pairs:
        tx.run(
            "DELETE FROM match_decisions WHERE project_id = ? AND low_id = ? AND high_id = ? AND same = ?",
            *(project_id, *pair, int(same)),
        )


def erase(tx: WriteTx, project_id: ProjectId, contact_id: ContactId) -> None:
    """Leave nothing of what was said of a contact."""
    for column in ("low_id", "high_id"):
        tx.run(f"DELETE FROM match_decisions WHERE project_id = ? AND {column} = ?", project_id, contact_id)


def said_by(tx: ReadTx, project_id: ProjectId, model: str) -> list[tuple[float, bool]]:
    """The bits that this model gave, and whether they were the same."""
    rows = tx.all(
        "SELECT bits, same FROM match_decisions WHERE project_id = ? AND model = ?", project_id, model
    )
    return [(row["bits"], bool(row["same"])) for row in rows]
