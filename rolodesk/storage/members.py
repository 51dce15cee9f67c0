"""The team of a project: memberships and invitations."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.access import Role
from rolodesk.domain.ids import MemberId, ProjectId, UserId
from rolodesk.storage.database import ReadTx, Row, WriteTx


class Member(Struct, frozen=True):
    """A user's membership of a project, with what the team sees of the user."""

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


_SELECT = (
    "SELECT m.*, u.email, u.firstname, u.lastname, u.phone, u.created_at AS user_created_at,"
    " u.updated_at AS user_updated_at FROM members m JOIN users u ON u.id = m.user_id"
)


def add(
    tx: WriteTx, project_id: ProjectId, member_id: MemberId, user_id: UserId, role: Role, by: str, now: int
) -> None:
    """A new membership, or the former one of that user taken up again with the new role."""
    tx.run(
        "INSERT INTO members (project_id, id, user_id, role, status, available, created_by, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, 'active', 1, ?, ?, ?)"
        " ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role, status = 'active',"
        " updated_at = excluded.updated_at",
        *(project_id, member_id, user_id, role.value, by, now, now),
    )


def of_user(tx: ReadTx, project_id: ProjectId, user_id: UserId) -> Member | None:
    """The user's active membership."""
    row = tx.one(
        f"{_SELECT} WHERE m.project_id = ? AND m.user_id = ? AND m.status = 'active'", project_id, user_id
    )
    return _member(row) if row else None


def all_of_user(tx: ReadTx, user_id: UserId) -> list[Member]:
    """The user's active memberships in every project."""
    return [_member(row) for row in tx.all(f"{_SELECT} WHERE m.user_id = ? AND m.status = 'active'", user_id)]


def get(tx: ReadTx, project_id: ProjectId, member_id: str) -> Member | None:
    """An active membership by its own id."""
    row = tx.one(
        f"{_SELECT} WHERE m.project_id = ? AND m.id = ? AND m.status = 'active'", project_id, member_id
    )
    return _member(row) if row else None


def of_project(tx: ReadTx, project_id: ProjectId) -> list[Member]:
    """The active team, oldest membership first."""
    rows = tx.all(
        f"{_SELECT} WHERE m.project_id = ? AND m.status = 'active' ORDER BY m.created_at, m.id", project_id
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
    """Write role, status and availability."""
    tx.run(
        "UPDATE members SET role = ?, status = ?, available = ?, updated_at = ? WHERE project_id = ? AND id = ?",
        *(member.role.value, member.status, int(member.available), member.updated_at, project_id, member.id),
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
