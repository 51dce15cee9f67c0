"""Segments: sets of contacts that a project keeps under a name; its pages call them views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from rolodesk.domain.access import Actor, Permission, TeamActor, require
from rolodesk.domain.errors import Conflict, NotFound
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.json import Json
from rolodesk.domain.segment import ACTIVE, DELETED, Segment, clean_segment
from rolodesk.storage import events, projects, search, segments
from rolodesk.storage.database import Database, ReadTx, retried
from rolodesk.storage.search import Filter
from rolodesk.usecases.clock import new_id, now

MAX_SEGMENTS = 200


def listing(db: Database, actor: Actor) -> list[Segment]:
    """The project's segments, newest first. Raises Forbidden."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return segments.active(tx, actor.project_id)


def get(db: Database, actor: Actor, segment_id: str) -> Segment:
    """One segment, a deleted one too: its status says so. Raises NotFound, Forbidden."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return _segment(tx, actor, segment_id)


def _segment(tx: ReadTx, actor: Actor, segment_id: str) -> Segment:
    found = segments.get(tx, actor.project_id, segment_id)
    if found is None:
        raise NotFound()
    return found


def sizes(db: Database, actor: Actor, asked: Sequence[Segment]) -> dict[str, int]:
    """How many contacts belong to each of them, by its id, counted up to COUNT_CAP + 1."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        project = projects.get(tx, actor.project_id)
        if project is None:
            return {}
        return {
            segment.id: search.count(tx, project.id, project.number, Filter(segment=segment))
            for segment in asked
        }


@retried
def create(db: Database, actor: TeamActor, name: Json, match: Json = None, filters: Json = None) -> Segment:
    """A new segment. Raises Invalid, Forbidden, Conflict `too_many_segments`."""
    require(actor, Permission.EDIT_CONTACTS)
    cleaned, at = clean_segment(name, match, filters), now()
    made = Segment(new_id(), *cleaned, ACTIVE, actor.id, at, at)
    with db.write(actor.project_id) as tx:
        if len(segments.active(tx, actor.project_id)) >= MAX_SEGMENTS:
            raise Conflict(f"a project has at most {MAX_SEGMENTS} segments", "too_many_segments")

        segments.add(tx, actor.project_id, made)
        events.record(tx, actor, at, Event(EventName.SEGMENT_CREATE, subject_id=made.id))
    return made


@retried
def update(db: Database, actor: TeamActor, segment_id: str, changes: Mapping[str, Json]) -> Segment:
    """Change name, match or all conditions; what is not given stays. Raises Invalid, NotFound, Forbidden."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        found = _segment(tx, actor, segment_id)
        if found.status != ACTIVE:
            raise NotFound()
        given = {name: value for name, value in changes.items() if value is not None}
        name, match, filters = clean_segment(
            given.get("name", found.name), given.get("match", found.match), given.get("filters", [])
        )
        kept = filters if "filters" in given else found.filters
        changed = structs.replace(found, name=name, match=match, filters=kept, updated_at=now())

        segments.update(tx, actor.project_id, changed)
        event = Event(EventName.SEGMENT_UPDATE, subject_id=segment_id, fields=_differing(found, changed))
        events.record(tx, actor, changed.updated_at, event)
    return changed


def _differing(before: Segment, after: Segment) -> tuple[str, ...]:
    return tuple(
        field for field in ("name", "match", "filters") if getattr(before, field) != getattr(after, field)
    )


@retried
def delete(db: Database, actor: TeamActor, segment_id: str) -> Segment:
    """Delete a segment; the contacts stay. Twice is once. Raises NotFound, Forbidden."""
    require(actor, Permission.EDIT_CONTACTS)
    at = now()
    with db.write(actor.project_id) as tx:
        found = _segment(tx, actor, segment_id)

        if not segments.delete(tx, actor.project_id, segment_id, at):
            return found
        events.record(tx, actor, at, Event(EventName.SEGMENT_DELETE, subject_id=segment_id))
    return structs.replace(found, status=DELETED, updated_at=at)
