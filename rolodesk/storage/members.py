"""The team of a project: memberships and invitations."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rolodesk.domain.access import Role
from rolodesk.domain.ids import MemberId, ProjectId, UserId
from rolodesk.domain.json import Json
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import object_from_text, to_text_or_none


class Member(Struct, frozen=True):
    """A user's membership of a project, with what the team sees of the user. `max_chats` is how many open conversations
    it is given in turn at the most, None for no limit, `serving` how many it has now (0 where nobody asked)."""

    id: MemberId
    project_id: ProjectId
    user_id: UserId
    role: Role
    status: str
    available: bool
    created_by: str
    created_at: int
    updated_at: int
    email: str
    firstname: str
    lastname: str
    phone: str | None
    user_created_at: int
    user_updated_at: int
    max_chats: int | None = None
    profile_status: str | None = None
    attributes: dict[str, Json] | None = None
    settings: dict[str, Json] | None = None
    trashed: bool = False
    serving: int = 0

    @property
    def answers(self) -> bool:
        """Whether it takes part in conversations."""
        return self.status == "active" and self.role is not Role.TEAMMATE

    @property
    def is_busy(self) -> bool:
        """Whether it serves as many conversations as it may."""
        return self.max_chats is not None and self.serving >= self.max_chats

    @property
    def name(self) -> str:
        return f"{self.firstname} {self.lastname}".strip()


class Invitation(Struct, frozen=True):
    """An invitation by link. `token_hash` is SHA-256 of the link's secret part."""

    id: str
    email: str
    role: Role
    token_hash: str
    created_by: str
    created_at: int
    expires_at: int


_WITH_USER = (
    "SELECT m.*, u.email, u.firstname, u.lastname, u.phone, u.created_at AS user_created_at,"
    " u.updated_at AS user_updated_at, {serving} AS serving FROM members m JOIN users u ON u.id = m.user_id"
)
_SELECT = _WITH_USER.format(serving="0")
_SELECT_SERVING = _WITH_USER.format(
    serving="(SELECT count(*) FROM participants p WHERE p.project_id = m.project_id AND p.user_id = m.user_id"
    " AND p.is_open = 1)"
)


def add(
    tx: WriteTx, project_id: ProjectId, member_id: MemberId, user_id: UserId, role: Role, by: str, now: int
) -> None:
    """A new membership, or the former one of that user taken up again with the new role."""
    tx.run(
        "INSERT INTO members (project_id, id, user_id, role, status, available, created_by, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, 'active', 1, ?, ?, ?)"
        " ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role, status = 'active', available = 1,"
        " trashed = 0, updated_at = excluded.updated_at",
        *(project_id, member_id, user_id, role.value, by, now, now),
    )


def of_user(tx: ReadTx, project_id: ProjectId, user_id: UserId) -> Member | None:
    """The user's active membership."""
    row = tx.one(
        f"{_SELECT} WHERE m.project_id = ? AND m.user_id = ? AND m.status = 'active'", project_id, user_id
    )
    return _member(row) if row else None


def by_user(tx: ReadTx, project_id: ProjectId, user_id: UserId) -> Member | None:
    """The user's active membership, with how many conversations it has."""
    row = tx.one(
        f"{_SELECT_SERVING} WHERE m.project_id = ? AND m.user_id = ? AND m.status = 'active'",
        *(project_id, user_id),
    )
    return _member(row) if row else None


def all_of_user(tx: ReadTx, user_id: UserId) -> list[Member]:
    """The user's active memberships in every project."""
    return [_member(row) for row in tx.all(f"{_SELECT} WHERE m.user_id = ? AND m.status = 'active'", user_id)]


def get(tx: ReadTx, project_id: ProjectId, member_id: str, ended_too: bool = False) -> Member | None:
    """An active membership by its own id, or one that has ended."""
    which = "" if ended_too else " AND m.status = 'active'"
    row = tx.one(f"{_SELECT_SERVING} WHERE m.project_id = ? AND m.id = ?{which}", project_id, member_id)
    return _member(row) if row else None


def every(tx: ReadTx, project_id: ProjectId) -> list[Member]:
    """All memberships, ended ones too, oldest first."""
    rows = tx.all(f"{_SELECT_SERVING} WHERE m.project_id = ? ORDER BY m.created_at, m.id", project_id)
    return [_member(row) for row in rows]


def of_project(tx: ReadTx, project_id: ProjectId) -> list[Member]:
    """The active team, oldest membership first."""
    rows = tx.all(
        f"{_SELECT_SERVING} WHERE m.project_id = ? AND m.status = 'active' ORDER BY m.created_at, m.id",
        project_id,
    )
    return [_member(row) for row in rows]


def count_available(tx: ReadTx, project_id: ProjectId) -> int:
    """How many of the active team are available."""
    row = tx.one(
        "SELECT count(*) AS n FROM members WHERE project_id = ? AND status = 'active' AND available = 1",
        project_id,
    )
    return row["n"] if row else 0


def update(tx: WriteTx, project_id: ProjectId, member: Member) -> None:
    """Write all that may change of a membership but whose turn it is."""
    m = member
    tx.run(
        "UPDATE members SET role = ?, status = ?, available = ?, max_chats = ?, profile_status = ?, attributes = ?,"
        " settings = ?, trashed = ?, updated_at = ? WHERE project_id = ? AND id = ?",
        *(m.role.value, m.status, int(m.available), m.max_chats, m.profile_status),
        *(to_text_or_none(m.attributes), to_text_or_none(m.settings), int(m.trashed), m.updated_at),
        *(project_id, m.id),
    )


def delete(tx: WriteTx, project_id: ProjectId, member_id: MemberId) -> None:
    """The membership for good."""
    tx.run("DELETE FROM members WHERE project_id = ? AND id = ?", project_id, member_id)


# Who is given conversations: agents and above.
_ANSWERS = "m.status = 'active' AND m.role <> 'teammate'"
_SERVED = (
    "(SELECT count(*) FROM participants p WHERE p.project_id = ? AND p.user_id = m.user_id AND p.is_open = 1)"
)
_IN_GROUPS = (
    "SELECT {column} FROM agent_groups g JOIN agent_group_members gm ON gm.project_id = g.project_id"
    " AND gm.group_id = g.id WHERE g.project_id = ? AND g.enabled = 1 AND g.trashed = 0 AND g.id IN ({marks})"
)


def take_turn(tx: WriteTx, project_id: ProjectId, group_ids: Sequence[str], at: int) -> UserId | None:
    """The available agent who has waited longest for a conversation, now the last in the row; None if nobody is there.

    Of the groups, if one of them that is enabled has members, else of the team. Whoever serves as many as it may is
    passed over. What takes turns must hold the project's tickets, so that nobody is chosen twice.
    """
    groups, of_groups = "", []
    if group_ids:
        marks = ", ".join("?" * len(group_ids))
        of_groups = [project_id, *group_ids] * 2
        groups = (
            f" AND (m.user_id IN ({_IN_GROUPS.format(column='gm.user_id', marks=marks)})"
            f" OR NOT EXISTS ({_IN_GROUPS.format(column='1', marks=marks)}))"
        )
    # The conditions stand outside too: a membership that changes at this moment is looked at again once it may be
    # written. And later than everybody, also within a millisecond and with a clock that was put back.
    sql = (
        "UPDATE members AS m SET assigned_at = CASE WHEN latest.at < ? THEN ? ELSE latest.at + 1 END"
        " FROM (SELECT coalesce(max(assigned_at), 0) AS at FROM members WHERE project_id = ?) AS latest"
        f" WHERE m.project_id = ? AND {_ANSWERS} AND m.available = 1 AND m.id = ("
        f"SELECT m.id FROM members m WHERE m.project_id = ? AND {_ANSWERS} AND m.available = 1"
        f" AND (m.max_chats IS NULL OR m.max_chats > {_SERVED}){groups}"
        " ORDER BY coalesce(m.assigned_at, 0), m.id LIMIT 1) RETURNING user_id"
    )
    args = (at, at, project_id, project_id, project_id, project_id, *of_groups)
    # Nobody: or the one whose turn it was has just left, and the next is to be asked for.
    row = tx.one(sql, *args) or tx.one(sql, *args)
    return UserId(row["user_id"]) if row else None


def answering(
    tx: ReadTx, project_id: ProjectId, user_ids: Sequence[UserId], available: bool = False
) -> list[UserId]:
    """Those of the users who are agents of the project, in the given order; with `available` those there now."""
    if not user_ids:
        return []
    marks = ", ".join("?" * len(user_ids))
    rows = tx.all(
        f"SELECT m.user_id FROM members m WHERE m.project_id = ? AND {_ANSWERS} AND m.user_id IN ({marks})"
        f"{' AND m.available = 1' if available else ''}",
        *(project_id, *user_ids),
    )
    found = {row["user_id"] for row in rows}
    return [user_id for user_id in user_ids if user_id in found]


def hold(tx: WriteTx, project_id: ProjectId, user_ids: Sequence[UserId]) -> list[UserId]:
    """The same, held until the commit: none of them leaves the team meanwhile."""
    if not user_ids:
        return []
    marks = ", ".join("?" * len(user_ids))
    tx.all(
        f"SELECT id FROM members WHERE project_id = ? AND user_id IN ({marks}) ORDER BY id{tx.dialect.lock_rows}",
        *(project_id, *user_ids),
    )
    return answering(tx, project_id, user_ids)


def end_all_of_user(tx: WriteTx, user_id: UserId, now: int) -> None:
    """End what memberships the user has left, those in deleted projects."""
    tx.run(
        "UPDATE members SET status = 'disabled', available = 0, updated_at = ? WHERE user_id = ? AND status = 'active'",
        *(now, user_id),
    )


def lock_all(tx: WriteTx, project_id: ProjectId) -> None:
    """Hold the memberships, so that of two owners who leave at once one stays."""
    tx.all(f"SELECT id FROM members WHERE project_id = ? ORDER BY id{tx.dialect.lock_rows}", project_id)


def add_invitation(tx: WriteTx, project_id: ProjectId, invitation: Invitation) -> None:
    tx.run(
        "INSERT INTO invitations (project_id, id, email, role, token_hash, created_by, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, invitation.id, invitation.email, invitation.role.value, invitation.token_hash),
        *(invitation.created_by, invitation.created_at, invitation.expires_at),
    )


def invitation(tx: ReadTx, project_id: ProjectId, invitation_id: str, now: int) -> Invitation | None:
    """An invitation that can still be accepted."""
    row = tx.one(
        "SELECT * FROM invitations WHERE project_id = ? AND id = ? AND accepted_at IS NULL AND revoked_at IS NULL"
        " AND expires_at > ?",
        *(project_id, invitation_id, now),
    )
    return _invitation(row) if row else None


def open_invitations(tx: ReadTx, project_id: ProjectId, now: int) -> list[Invitation]:
    """The invitations that can still be accepted, newest first."""
    rows = tx.all(
        "SELECT * FROM invitations WHERE project_id = ? AND accepted_at IS NULL AND revoked_at IS NULL"
        " AND expires_at > ? ORDER BY created_at DESC, id DESC",
        *(project_id, now),
    )
    return [_invitation(row) for row in rows]


def change_invitation(tx: WriteTx, project_id: ProjectId, invitation: Invitation) -> bool:
    """Write the role of an invitation, if it is still open."""
    return bool(
        tx.run(
            "UPDATE invitations SET role = ? WHERE project_id = ? AND id = ? AND accepted_at IS NULL"
            " AND revoked_at IS NULL",
            *(invitation.role.value, project_id, invitation.id),
        )
    )


def renew_invitation(tx: WriteTx, project_id: ProjectId, invitation: Invitation) -> bool:
    """Write another secret and end. Whether it was still there to be accepted."""
    return bool(
        tx.run(
            "UPDATE invitations SET token_hash = ?, expires_at = ? WHERE project_id = ? AND id = ?"
            " AND accepted_at IS NULL AND revoked_at IS NULL",
            *(invitation.token_hash, invitation.expires_at, project_id, invitation.id),
        )
    )


def accept_invitation(
    tx: WriteTx, project_id: ProjectId, invitation_id: str, user_id: UserId, now: int
) -> bool:
    """Whether it was still there to be accepted: of two at once one wins."""
    return bool(
        tx.run(
            "UPDATE invitations SET accepted_at = ?, accepted_by = ? WHERE project_id = ? AND id = ?"
            " AND accepted_at IS NULL AND revoked_at IS NULL",
            *(now, user_id, project_id, invitation_id),
        )
    )


def revoke_invitation(tx: WriteTx, project_id: ProjectId, invitation_id: str, now: int) -> bool:
    """Whether there was such an open invitation."""
    return bool(
        tx.run(
            "UPDATE invitations SET revoked_at = ? WHERE project_id = ? AND id = ? AND accepted_at IS NULL"
            " AND revoked_at IS NULL",
            *(now, project_id, invitation_id),
        )
    )


def _member(row: Row) -> Member:
    return Member(
        *(
            row["id"],
            row["project_id"],
            row["user_id"],
            Role(row["role"]),
            row["status"],
            bool(row["available"]),
        ),
        *(
            row["created_by"],
            row["created_at"],
            row["updated_at"],
            row["email"],
            row["firstname"],
            row["lastname"],
        ),
        *(row["phone"], row["user_created_at"], row["user_updated_at"]),
        *(row["max_chats"], row["profile_status"]),
        None if row["attributes"] is None else object_from_text(row["attributes"]),
        None if row["settings"] is None else object_from_text(row["settings"]),
        bool(row["trashed"]),
        row["serving"],
    )


def _invitation(row: Row) -> Invitation:
    return Invitation(
        *(
            row["id"],
            row["email"],
            Role(row["role"]),
            row["token_hash"],
            row["created_by"],
            row["created_at"],
        ),
        row["expires_at"],
    )
