"""Runs over all contacts of a project: asked for, claimed, done in short transactions, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from msgspec import structs

from rolodesk.batch.link import link
from rolodesk.domain.access import Actor, Agent, Permission, System, require
from rolodesk.domain.errors import Conflict, NotFound
from rolodesk.domain.ids import ProjectId, is_object_id
from rolodesk.storage import match_keys, merges, runs
from rolodesk.storage.database import Database, retried
from rolodesk.storage.runs import Run
from rolodesk.usecases import merges as merging
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.comparing import Linker, Progress, compare_all

DAY = 24 * 3_600_000
HOUR = 3_600_000
NIGHT = 3 * HOUR
MANY = 5_000
PLACES = 60
# A process that has not said for so long that it is alive has been killed.
STALE = 60_000


@retried
def start_run(db: Database, actor: Agent | System) -> Run:
    """Ask for a run; the one that is asked for or running already if there is one."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        runs.add(tx, actor.project_id, Run(new_id(), "asked", "", 0, 0, 0, 0, actor.id, now()))
        asked = runs.unfinished(tx, actor.project_id)
    if asked is None:
        raise NotFound()
    return asked


def last_run(db: Database, actor: Actor) -> Run | None:
    """The newest run, as far as it is."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return runs.last(tx, actor.project_id)


def undo_run(db: Database, actor: Agent, run_id: str) -> int:
    """Take back all that a run has merged by itself and that stands; how many merges. Raises NotFound."""
    require(actor, Permission.CONFIGURE)
    with db.read() as tx:
        if not is_object_id(run_id) or runs.get(tx, actor.project_id, run_id) is None:
            raise NotFound()
        standing = [m for m in merges.of_group(tx, actor.project_id, run_id) if m.undone_at is None]
    # One transaction each: a run may have merged thousands.
    done = [merging.undo(db, actor, one.id) for one in reversed(standing)]
    return sum(not undone.already_undone for undone in done)


def run_now(
    db: Database,
    system: System,
    say: Callable[[str, float], None] = lambda step, done: None,
    linker: Linker = link,
) -> Run:
    """Do the run that is asked for, or one more: compare all contacts of the project with each other. `say` is told
    each step and which part of it (0 to 1) is done.

    Raises Conflict `run_in_progress` if another process is at it, ImportError without the extra `duplicates`.
    """
    run = start_run(db, system)
    began = _claim(db, system.project_id, run.id)
    if began is None:
        raise Conflict("a run over all contacts is under way", "run_in_progress")
    progress = Progress(db, system, run.id, began, say)
    try:
        contacts, found, merged = compare_all(progress, linker)
    except Exception as error:
        _finish(db, system, structs.replace(run, state="failed", error=_sentence(error)))
        raise
    ended = Run(run.id, "done", "", 1.0, contacts, found, merged, run.asked_by, run.asked_at)
    return _finish(db, system, ended)


@retried
def _claim(db: Database, project_id: ProjectId, run_id: str) -> int | None:
    at = now()
    with db.write(project_id) as tx:
        return at if runs.claim(tx, project_id, run_id, at, at - STALE) else None


@retried
def _finish(db: Database, system: System, run: Run) -> Run:
    with db.write(system.project_id) as tx:
        runs.finish(tx, system.project_id, structs.replace(run, ended_at=now()))
        return runs.get(tx, system.project_id, run.id) or run


def _sentence(error: Exception) -> str:
    """What is kept of it; its own words may hold somebody's."""
    if isinstance(error, ImportError):
        return "the extra `duplicates` of Rolodesk is not installed"
    return f"{type(error).__name__}, of which the server's log says more"


@retried
def give_up(db: Database, project_id: ProjectId, error: str) -> None:
    """A process that was to do the project's run has ended without beginning it."""
    with db.write(project_id) as tx:
        run = runs.unfinished(tx, project_id)
        if run is not None and run.state == "asked":
            runs.finish(tx, project_id, structs.replace(run, state="failed", error=error, ended_at=now()))


@retried
def say_alive(db: Database, project_id: ProjectId) -> None:
    """The process that does the project's run is still there."""
    with db.write(project_id) as tx:
        runs.beat(tx, project_id, now())


def to_run(db: Database) -> list[ProjectId]:
    """The projects whose runs wait for a process, those of a killed one too."""
    with db.read() as tx:
        return [project_id for project_id, _ in runs.projects_to_run(tx, now() - STALE)]


def to_look(db: Database) -> list[ProjectId]:
    """The projects with contacts whose duplicates are still to be looked for."""
    with db.read() as tx:
        return runs.projects_to_look(tx)


def ask_if_many(db: Database, project_id: ProjectId) -> bool:
    """Ask for a run if so many contacts are waiting, after an import say, that it is done sooner than one after the
    other; whether it was. Not soon after one that has failed."""
    with db.read() as tx:
        if find_spec("duckdb") is None or not match_keys.are_pending(tx, project_id, MANY):
            return False
        last = runs.last(tx, project_id)
    if last is not None and (
        last.ended_at is None or (last.state == "failed" and last.asked_at > now() - HOUR)
    ):
        return False
    start_run(db, System(project_id))
    return True


def ask_by_night(db: Database) -> list[ProjectId]:
    """Ask for the nightly runs that are due; the projects. None where a run could not be done."""
    if find_spec("duckdb") is None:
        return []
    with db.read() as tx:
        wanting = runs.projects_by_night(tx)
    at = now()
    due = [project_id for project_id, number, last in wanting if is_due(number, last, at)]
    for project_id in due:
        start_run(db, System(project_id))
    return due


def is_due(number: int, last: int, at: int) -> bool:
    """Whether a project's nightly run should be asked for: from 03:00 UTC on, projects one after the other, at most for
    three hours, once a night."""
    tonight = at - at % DAY + NIGHT + number % PLACES * DAY // 24 // PLACES
    return tonight <= at < tonight + DAY // 8 and last < tonight
