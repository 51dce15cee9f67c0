"""Departments: where conversations go, and to whom from there."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.contact import clean_text
from rolodesk.domain.errors import Conflict, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ProjectId
from rolodesk.domain.json import Json
from rolodesk.domain.routing import Routing, check_department_tags, check_routing, check_shares
from rolodesk.storage import agent_groups, departments, events
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.storage.departments import Department
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.sign_in import get_project

MAX_DEPARTMENTS = 200
STATUSES = (-1, 0, 1)


def shown(db: Database, project_id: str) -> list[Department]:
    """The departments that visitors see, the default one first; for anybody. Raises BadProject."""
    with db.read() as tx:
        project = get_project(tx, project_id)
        return [one for one in _living(tx, project.id) if one.status == 1]


def of_project(db: Database, actor: Agent) -> list[Department]:
    """The departments that the team sees, hidden ones too, the default one first."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        return [one for one in _living(tx, actor.project_id) if one.status >= 0]


def one_shown(db: Database, project_id: str, department_id: str) -> Department:
    """One that visitors see, or with `default` for an id the default one; for anybody. Raises BadProject, NotFound."""
    return _of(shown(db, project_id), department_id)


def get(db: Database, actor: Agent, department_id: str) -> Department:
    """One department, also one that is hidden from visitors. Raises NotFound."""
    return _of(of_project(db, actor), department_id)


def _living(tx: ReadTx, project_id: ProjectId) -> list[Department]:
    return [one for one in departments.of_project(tx, project_id) if one.deleted_at is None]


@retried
def create(db: Database, actor: Agent, fields: Mapping[str, Json]) -> Department:
    """A new department; it takes the place of the default one only if it says so. Raises Invalid, Forbidden, Conflict
    `too_many_departments`."""
    require(actor, Permission.CONFIGURE)
    at = now()
    blank = Department(new_id(), "", Routing.POOLED, False, 1, actor.id, at, at)
    with db.write(actor.project_id) as tx:
        known = departments.locked(tx, actor.project_id)
        made = _changed(tx, actor, blank, {"name": None, **fields})
        if len(known) >= MAX_DEPARTMENTS:
            raise Conflict(f"a project has at most {MAX_DEPARTMENTS} departments", "too_many_departments")

        if made.is_default:
            _unseat(tx, actor, known, at)
        departments.add(tx, actor.project_id, made)
        events.record(tx, actor, at, Event(EventName.DEPARTMENT_CREATE, subject_id=made.id))
    return made


@retried
def update(db: Database, actor: Agent, department_id: str, fields: Mapping[str, Json]) -> Department:
    """Change what is given. Raises Invalid, NotFound, Forbidden, Conflict `default_department` for hiding the default
    one or leaving the project without one."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        known = departments.locked(tx, actor.project_id)
        found = _of(known, department_id)
        changed = _changed(tx, actor, found, fields)
        if found.is_default and not (changed.is_default and changed.status == 1):
            raise Conflict(
                "a project needs a default department: make another one it first", "default_department"
            )
        if changed.is_default and changed.status != 1:
            raise Conflict("a hidden department cannot be the default one", "default_department")
        if changed == found:
            return found

        changed = structs.replace(changed, updated_at=now())
        if changed.is_default and not found.is_default:
            _unseat(tx, actor, known, changed.updated_at)
        departments.update(tx, actor.project_id, changed)
        event = Event(EventName.DEPARTMENT_UPDATE, subject_id=changed.id, fields=_fields(found, changed))
        events.record(tx, actor, changed.updated_at, event)
    return changed


@retried
def delete(db: Database, actor: Agent, department_id: str) -> Department:
    """Take a department away. Its conversations keep it, and are routed by the default one when they are routed again.
    Raises NotFound, Forbidden, Conflict `default_department`."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        found = _of(departments.locked(tx, actor.project_id), department_id)
        if found.is_default:
            raise Conflict("the default department cannot be deleted", "default_department")

        at = now()
        departments.update(tx, actor.project_id, structs.replace(found, deleted_at=at, updated_at=at))
        events.record(tx, actor, at, Event(EventName.DEPARTMENT_DELETE, subject_id=found.id))
    return found


def _of(known: list[Department], department_id: str) -> Department:
    for department in known:
        if department.id == department_id or (department_id == "default" and department.is_default):
            return department
    raise NotFound()


def _unseat(tx: WriteTx, actor: Agent, known: list[Department], at: int) -> None:
    """The default department becomes one like the others: before another takes its place, of which there is one."""
    for department in known:
        if department.is_default:
            departments.update(
                tx, actor.project_id, structs.replace(department, is_default=False, updated_at=at)
            )
            event = Event(EventName.DEPARTMENT_UPDATE, subject_id=department.id, fields=("default",))
            events.record(tx, actor, at, event)


def _changed(tx: ReadTx, actor: Agent, old: Department, fields: Mapping[str, Json]) -> Department:
    """The department with what is given. Raises Invalid."""
    new = old
    if "name" in fields:
        name = clean_text(fields["name"], "name", 200)
        if name is None:
            raise Invalid(Problem("must not be blank", "name"))
        new = structs.replace(new, name=name)
    if "description" in fields:
        new = structs.replace(new, description=clean_text(fields["description"], "description", 2_000))
    if fields.get("routing") is not None:
        new = structs.replace(new, routing=check_routing(fields["routing"]))
    if fields.get("default") is not None:
        new = structs.replace(new, is_default=fields["default"] is True)
    if fields.get("status") is not None:
        new = structs.replace(new, status=_status(fields["status"]))
    if fields.get("tags") is not None:
        new = structs.replace(new, tags=tuple(check_department_tags(fields["tags"])))
    if fields.get("groups") is not None:
        new = structs.replace(new, shares=check_shares(fields["groups"]))
    if "id_group" in fields:
        new = structs.replace(new, id_group=str(fields["id_group"]) if fields["id_group"] else None)
    _check_groups(tx, actor, [one for one in new.group_ids if one not in old.group_ids])
    return new


def _status(status: Json) -> int:
    if isinstance(status, bool) or status not in STATUSES:
        raise Invalid(Problem("must be 1 (shown), 0 (hidden from visitors) or -1", "status"))
    return int(str(status))


def _check_groups(tx: ReadTx, actor: Agent, group_ids: list[str]) -> None:
    known = {one.id for one in agent_groups.of_project(tx, actor.project_id)} if group_ids else set()
    if any(one not in known for one in group_ids):
        raise Invalid(Problem("is no group of the project", "groups"))


def _fields(old: Department, new: Department) -> tuple[str, ...]:
    named = {"is_default": "default", "shares": "groups"}
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in old.__struct_fields__)
    return tuple(
        named.get(name, name) for name, was, now_is in pairs if was != now_is and name != "updated_at"
    )
