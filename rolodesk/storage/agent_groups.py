"""Groups of a project's team, to which departments hand their conversations."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.ids import ProjectId, UserId
from rolodesk.domain.json import Json
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import object_from_text, to_text_or_none


class AgentGroup(Struct, frozen=True):
    """A group of members, named by their accounts."""

    id: str
    name: str
    members: tuple[UserId, ...]
    enabled: bool
    trashed: bool
    created_by: str
    created_at: int
    updated_at: int
    attributes: dict[str, Json] | None = None


def add(tx: WriteTx, project_id: ProjectId, group: AgentGroup) -> None:
    """A new group with its members."""
    tx.run(
        "INSERT INTO agent_groups (project_id, id, name, enabled, trashed, attributes, created_by, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, group.id, group.name, int(group.enabled), int(group.trashed)),
        *(to_text_or_none(group.attributes), group.created_by, group.created_at, group.updated_at),
    )
    _put_members(tx, project_id, group)


def update(tx: WriteTx, project_id: ProjectId, group: AgentGroup) -> None:
    """Write all that may change, and the members."""
    tx.run(
        "UPDATE agent_groups SET name = ?, enabled = ?, trashed = ?, attributes = ?, updated_at = ?"
        " WHERE project_id = ? AND id = ?",
        *(group.name, int(group.enabled), int(group.trashed), to_text_or_none(group.attributes)),
        *(group.updated_at, project_id, group.id),
    )
    tx.run("DELETE FROM agent_group_members WHERE project_id = ? AND group_id = ?", project_id, group.id)
    _put_members(tx, project_id, group)


def delete(tx: WriteTx, project_id: ProjectId, group_id: str) -> None:
    """The group for good."""
    tx.run("DELETE FROM agent_group_members WHERE project_id = ? AND group_id = ?", project_id, group_id)
    tx.run("DELETE FROM agent_groups WHERE project_id = ? AND id = ?", project_id, group_id)


def _put_members(tx: WriteTx, project_id: ProjectId, group: AgentGroup) -> None:
    for place, user_id in enumerate(group.members):
        tx.run(
            "INSERT INTO agent_group_members (project_id, group_id, user_id, place) VALUES (?, ?, ?, ?)",
            *(project_id, group.id, user_id, place),
        )


def lock(tx: WriteTx, project_id: ProjectId, group_id: str) -> AgentGroup | None:
    """The group as it stands once it is locked."""
    tx.one(
        f"SELECT id FROM agent_groups WHERE project_id = ? AND id = ?{tx.dialect.lock_rows}",
        *(project_id, group_id),
    )
    return get(tx, project_id, group_id)


def get(tx: ReadTx, project_id: ProjectId, group_id: str) -> AgentGroup | None:
    """One group, also one in the trash."""
    row = tx.one("SELECT * FROM agent_groups WHERE project_id = ? AND id = ?", project_id, group_id)
    if row is None:
        return None
    people = tx.all(
        "SELECT user_id FROM agent_group_members WHERE project_id = ? AND group_id = ? ORDER BY place, user_id",
        *(project_id, group_id),
    )
    return _group(row, tuple(UserId(person["user_id"]) for person in people))


def of_project(tx: ReadTx, project_id: ProjectId) -> list[AgentGroup]:
    """The groups with their members, oldest first; those in the trash too."""
    rows = tx.all("SELECT * FROM agent_groups WHERE project_id = ? ORDER BY created_at, id", project_id)
    people: dict[str, list[UserId]] = {}
    for row in tx.all(
        "SELECT group_id, user_id FROM agent_group_members WHERE project_id = ? ORDER BY place, user_id",
        project_id,
    ):
        people.setdefault(row["group_id"], []).append(row["user_id"])
    return [_group(row, tuple(people.get(row["id"], ()))) for row in rows]


def forget_member(tx: WriteTx, project_id: ProjectId, user_id: UserId) -> None:
    """Whoever leaves the team leaves its groups."""
    tx.run("DELETE FROM agent_group_members WHERE project_id = ? AND user_id = ?", project_id, user_id)


def _group(row: Row, people: tuple[UserId, ...]) -> AgentGroup:
    return AgentGroup(
        *(row["id"], row["name"], people, bool(row["enabled"]), bool(row["trashed"]), row["created_by"]),
        *(row["created_at"], row["updated_at"]),
        None if row["attributes"] is None else object_from_text(row["attributes"]),
    )
