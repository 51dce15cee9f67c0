"""Groups of the team, to which departments hand their conversations."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.contact import clean_text
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import UserId
from rolodesk.domain.json import Json
from rolodesk.storage import agent_groups, departments, events, members
from rolodesk.storage.agent_groups import AgentGroup
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases.clock import new_id, now

MAX_GROUPS = 200
MAX_MEMBERS = 1_000


def of_project(db: Database, actor: Agent, user_id: str | None = None) -> list[AgentGroup]:
    """The groups that are not in the trash, oldest first; with `user_id` those that it is in."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        found = [group for group in agent_groups.of_project(tx, actor.project_id) if not group.trashed]
    return [group for group in found if user_id is None or user_id in group.members]


def get(db: Database, actor: Agent, group_id: str) -> AgentGroup:
    """One group, also one in the trash. Raises NotFound."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        found = agent_groups.get(tx, actor.project_id, group_id)
    if found is None:
        raise NotFound()
    return found


@retried
def create(db: Database, actor: Agent, fields: Mapping[str, Json]) -> AgentGroup:
    """A new group. Raises Invalid, Forbidden, Conflict `too_many_groups`."""
    require(actor, Permission.CONFIGURE)
    at = now()
    with db.write(actor.project_id) as tx:
        blank = AgentGroup(new_id(), "", (), True, False, actor.id, at, at)
        made = _changed(tx, actor, blank, {"name": None, **fields})
        if len(agent_groups.of_project(tx, actor.project_id)) >= MAX_GROUPS:
            raise Conflict(f"a project has at most {MAX_GROUPS} groups", "too_many_groups")

        agent_groups.add(tx, actor.project_id, made)
        events.record(tx, actor, at, Event(EventName.GROUP_CREATE, subject_id=made.id))
    return made


@retried
def update(db: Database, actor: Agent, group_id: str, fields: Mapping[str, Json]) -> AgentGroup:
    """Change name, members, attributes, enabled, trashed. Raises Invalid, NotFound, and Forbidden `group_in_use` for
    one that is to be disabled or trashed while a department hands it conversations."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        found = _held(tx, actor, group_id)
        changed = _changed(tx, actor, found, fields)
        if changed == found:
            return found
        if (found.enabled and not changed.enabled) or (changed.trashed and not found.trashed):
            _check_unused(tx, actor, group_id)

        changed = structs.replace(changed, updated_at=now())
        agent_groups.update(tx, actor.project_id, changed)
        pairs = ((name, getattr(found, name), getattr(changed, name)) for name in found.__struct_fields__)
        names = tuple(name for name, was, is_now in pairs if was != is_now and name != "updated_at")
        event = Event(EventName.GROUP_UPDATE, subject_id=group_id, fields=names)
        events.record(tx, actor, changed.updated_at, event)
    return changed


@retried
def delete(db: Database, actor: Agent, group_id: str, for_good: bool = False) -> AgentGroup:
    """Put a group into the trash, or delete it for good. Raises NotFound, Forbidden `group_in_use`."""
    if not for_good:
        return update(db, actor, group_id, {"enabled": False, "trashed": True})
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        found = _held(tx, actor, group_id)
        _check_unused(tx, actor, group_id)

        agent_groups.delete(tx, actor.project_id, group_id)
        events.record(tx, actor, now(), Event(EventName.GROUP_DELETE, subject_id=group_id))
    return found


def _held(tx: WriteTx, actor: Agent, group_id: str) -> AgentGroup:
    found = agent_groups.lock(tx, actor.project_id, group_id)
    if found is None:
        raise NotFound()
    return found


def _check_unused(tx: ReadTx, actor: Agent, group_id: str) -> None:
    known = departments.of_project(tx, actor.project_id)
    if any(group_id in one.group_ids for one in known if one.deleted_at is None):
        raise Forbidden("a department hands its conversations to this group", "group_in_use")


def _changed(tx: ReadTx, actor: Agent, old: AgentGroup, fields: Mapping[str, Json]) -> AgentGroup:
    new = old
    if "name" in fields:
        name = clean_text(fields["name"], "name", 200)
        if name is None:
            raise Invalid(Problem("must not be blank", "name"))
        new = structs.replace(new, name=name)
    if fields.get("members") is not None:
        new = structs.replace(new, members=_members(tx, actor, fields["members"], old.members))
    attributes = fields.get("attributes")
    if isinstance(attributes, dict):
        if len(str(attributes)) > 10_000:
            raise Invalid(Problem("are larger than 10000 characters", "attributes"))
        new = structs.replace(new, attributes=attributes)
    for name in ("enabled", "trashed"):
        if fields.get(name) is not None:
            new = structs.replace(new, **{name: fields[name] is True})
    return new


def _members(tx: ReadTx, actor: Agent, given: Json, old: tuple[UserId, ...]) -> tuple[UserId, ...]:
    """The accounts' ids, each once; who is not in the group yet must be of the team. Raises Invalid."""
    if not isinstance(given, list) or len(given) > MAX_MEMBERS:
        raise Invalid(Problem(f"must be a list of at most {MAX_MEMBERS} members", "members"))
    team = {str(member.user_id) for member in members.of_project(tx, actor.project_id)} | set(old)
    if any(not isinstance(one, str) or one not in team for one in given):
        raise Invalid(Problem("must be members of the project, by the ids of their accounts", "members"))
    return tuple(UserId(str(one)) for one in dict.fromkeys(given))
