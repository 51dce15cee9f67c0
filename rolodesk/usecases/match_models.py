"""The model that a project's contacts are compared by: the shipped one or one learnt from them, calibrated by the
team's own yes and no once there are enough of them."""

from __future__ import annotations

import msgspec
from msgspec import structs

from rolodesk.batch.models import Untrained, check, read, shipped
from rolodesk.domain.access import Permission, System, require
from rolodesk.domain.calibrating import Steps, recalibrated
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ProjectId
from rolodesk.domain.matching import Model
from rolodesk.storage import events, match_models, runs
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.storage.match_models import KeptModel
from rolodesk.usecases.clock import now

ENOUGH = 1_500
MOST_DECODED = 100
_decoded: dict[ProjectId, tuple[int, Model]] = {}


def model_of(tx: ReadTx, project_id: ProjectId) -> Model:
    """The model in use, decoded once for each change of it."""
    at = match_models.learnt_at(tx, project_id)
    if at is None:
        return shipped()
    known = _decoded.get(project_id)
    if known is None or known[0] != at:
        if len(_decoded) >= MOST_DECODED:
            _decoded.clear()
        known = _decoded[project_id] = (at, _decode(tx, project_id))
    return known[1]


def _decode(tx: ReadTx, project_id: ProjectId) -> Model:
    kept = match_models.get(tx, project_id)
    base = _base(kept)
    if kept is None or kept.calibration is None or kept.name != base.name:
        return base
    model = structs.replace(base, calibration=msgspec.json.decode(kept.calibration, type=Steps))
    check(model)
    return model


def _base(kept: KeptModel | None) -> Model:
    """The model as it was learnt; the shipped one where that is from a release which compared otherwise."""
    if kept is None or kept.model is None:
        return shipped()
    try:
        return read(kept.model.encode())
    except Untrained:
        return shipped()


@retried
def recalibrate(db: Database, system: System) -> bool:
    """Let the team's own yes and no say how probable so many bits are; whether there are enough of them."""
    project_id = system.project_id
    with db.write(project_id) as tx:
        kept = match_models.get(tx, project_id)
        base = _base(kept)
        said = match_models.said_by(tx, project_id, base.name)
        if len(said) < ENOUGH:
            return False

        steps = msgspec.json.encode(recalibrated(base.calibration, said)).decode()
        if kept is None or (kept.name, kept.calibration) != (base.name, steps):
            text = kept.model if kept else None
            match_models.write(tx, project_id, KeptModel(text, base.name, steps, now()))
    return True


@retried
def use(db: Database, system: System, model: Model) -> None:
    """Compare by a model of the project's own from now on, all contacts anew. Raises Untrained."""
    require(system, Permission.CONFIGURE)
    check(model)
    with db.write(system.project_id) as tx:
        at = now()
        named = structs.replace(model, name=f"{model.name}-{at}")
        text = msgspec.json.encode(named).decode()
        _change(tx, system, KeptModel(text, named.name, None, at))


@retried
def go_back(db: Database, system: System) -> bool:
    """Compare by the shipped model again; whether another was in use."""
    require(system, Permission.CONFIGURE)
    with db.write(system.project_id) as tx:
        kept = match_models.get(tx, system.project_id)
        if kept is None or kept.model is None:
            return False
        _change(tx, system, KeptModel(None, "", None, now()))
    return True


def _change(tx: WriteTx, system: System, kept: KeptModel) -> None:
    match_models.write(tx, system.project_id, kept)
    runs.look_again(tx, system.project_id)
    event = Event(EventName.PROJECT_UPDATE, subject_id=system.project_id, fields=("duplicates",))
    events.record(tx, system, kept.learnt_at, event)
