"""Deleting a project for good: hidden first, then emptied table by table in short transactions, then gone."""

from __future__ import annotations

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ProjectId
from rolodesk.storage import events, projects, removal
from rolodesk.storage.database import Database, Table, retried
from rolodesk.usecases.clock import now
from rolodesk.usecases.sign_in import get_project

AT_ONCE = 1_000
INTERRUPTED = 10 * 60_000


def remove(db: Database, actor: Agent) -> None:
    """Delete the project with every row of it. Raises Forbidden.

    Should this end in the middle, the project is hidden, and `finish` goes on.
    """
    require(actor, Permission.OWN)
    _condemn(db, actor)
    _empty(db, actor.project_id)


@retried
def _condemn(db: Database, actor: Agent) -> None:
    """Nobody reaches the project from here on."""
    with db.write(actor.project_id) as tx:
        project = structs.replace(
            get_project(tx, actor.project_id), status=removal.CONDEMNED, updated_at=now()
        )
        projects.update(tx, project)
        events.record(tx, actor, project.updated_at, Event(EventName.PROJECT_DELETE, subject_id=project.id))


def _empty(db: Database, project_id: ProjectId) -> None:
    _close(db, project_id)
    with db.read() as tx:
        tables = removal.tables(tx)
    for table in tables:
        while _some(db, project_id, table):
            pass
    _rest(db, project_id, tables)
    db.dialect.purge_log()


@retried
def _close(db: Database, project_id: ProjectId) -> None:
    """Whoever is writing there has either ended by now or fails at its end."""
    with db.write(None) as tx:
        removal.delete_counters(tx, project_id)


@retried
def _some(db: Database, project_id: ProjectId, table: Table) -> int:
    with db.write(None) as tx:
        return removal.delete_some(tx, project_id, table, AT_ONCE)


@retried
def _rest(db: Database, project_id: ProjectId, tables: list[Table]) -> None:
    """The project itself, with what a call that was under way may have written meanwhile."""
    with db.write(None) as tx:
        for table in tables:
            while removal.delete_some(tx, project_id, table, AT_ONCE):
                pass
        tx.purge_text()
        removal.delete_project(tx, project_id)


def finish(db: Database) -> int:
    """Go on with the projects whose deletion seems to have been interrupted; how many there were."""
    with db.read() as tx:
        left = removal.condemned(tx, now() - INTERRUPTED)
    for project_id in left:
        _empty(db, project_id)
    return len(left)
