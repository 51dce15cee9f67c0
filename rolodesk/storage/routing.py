"""Conversations without somebody: taken off whoever leaves the team."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.ids import ContactId, ConversationId, IdentityId, ProjectId, UserId
from rolodesk.storage.database import ReadTx, WriteTx

_THEIRS = (
    "SELECT p.conversation_id FROM participants p WHERE p.project_id = ? AND p.user_id = ? AND p.is_open = 1"
)


class Held(Struct, frozen=True):
    """An open conversation that somebody takes part in, `others` those who do so too."""

    id: ConversationId
    request_id: str
    identity_id: IdentityId
    contact_id: ContactId
    root_id: ContactId
    others: tuple[UserId, ...]


def lock_open(tx: WriteTx, project_id: ProjectId, member_id: str) -> None:
    """Hold the open conversations that a member takes part in, which it may have to leave."""
    tx.all(
        "SELECT v.id FROM conversations v WHERE v.project_id = ? AND v.id IN ("
        "SELECT p.conversation_id FROM participants p JOIN members m ON m.project_id = p.project_id"
        " AND m.user_id = p.user_id WHERE p.project_id = ? AND p.is_open = 1 AND m.id = ?)"
        f" ORDER BY v.id{tx.dialect.lock_rows}",
        *(project_id, project_id, member_id),
    )


def open_of(tx: ReadTx, project_id: ProjectId, user_id: UserId) -> list[Held]:
    """The open conversations that somebody takes part in."""
    rows = tx.all(
        "SELECT v.id, v.request_id, v.identity_id, i.contact_id, h.root_id FROM participants p"
        " JOIN conversations v ON v.project_id = p.project_id AND v.id = p.conversation_id"
        " JOIN identities i ON i.project_id = v.project_id AND i.id = v.identity_id"
        " JOIN contacts h ON h.project_id = i.project_id AND h.id = i.contact_id"
        " WHERE p.project_id = ? AND p.user_id = ? AND p.is_open = 1 ORDER BY v.id",
        *(project_id, user_id),
    )
    others: dict[str, list[UserId]] = {}
    for row in tx.all(
        "SELECT o.conversation_id, o.user_id FROM participants o WHERE o.project_id = ? AND o.user_id <> ?"
        f" AND o.conversation_id IN ({_THEIRS}) ORDER BY o.at, o.user_id",
        *(project_id, user_id, project_id, user_id),
    ):
        others.setdefault(row["conversation_id"], []).append(row["user_id"])
    return [
        Held(
            *(row["id"], row["request_id"], row["identity_id"], row["contact_id"], row["root_id"]),
            tuple(others.get(row["id"], ())),
        )
        for row in rows
    ]


def take_off(tx: WriteTx, project_id: ProjectId, user_id: UserId) -> None:
    """Take somebody off all open conversations; those with nobody left wait unassigned."""
    tx.run(
        "UPDATE conversations SET status = CASE WHEN preflight = 1 THEN status ELSE 100 END, assigned_at = NULL"
        f" WHERE project_id = ? AND id IN ({_THEIRS})"
        " AND NOT EXISTS (SELECT 1 FROM participants o WHERE o.project_id = ?"
        " AND o.conversation_id = conversations.id AND o.user_id <> ?)",
        *(project_id, project_id, user_id, project_id, user_id),
    )
    tx.run(
        "DELETE FROM participants WHERE project_id = ? AND user_id = ? AND is_open = 1", project_id, user_id
    )
