"""The conversations of a member of the team who sees its own alone, as conditions on conversations `v`: the twin of
`domain/holding.py`."""

from __future__ import annotations

from typing import Any

from rolodesk.domain.access import Agent
from rolodesk.domain.conversation import ConversationStatus
from rolodesk.domain.ids import ProjectId
from rolodesk.storage.database import ReadTx

MANY = 2_000
Condition = tuple[str, list[Any]]

_SOMEBODY = "EXISTS (SELECT 1 FROM participants o WHERE o.project_id = ? AND o.conversation_id = v.id)"
_MINE = "EXISTS (SELECT 1 FROM participants m WHERE m.project_id = ? AND m.conversation_id = v.id AND m.user_id = ?)"
# By the index of whoever takes part, rather than one conversation after the other.
_AMONG_MINE = (
    "v.id IN (SELECT m.conversation_id FROM participants m WHERE m.project_id = ? AND m.user_id = ?{})"
)
_FOLLOWED = "v.followers LIKE ?"
_ASKED = "v.identity_id = (SELECT i.id FROM identities i WHERE i.project_id = ? AND i.kind = 'member' AND i.key = ?)"


def own(project_id: ProjectId, reader: Agent) -> Condition:
    """All of them, where something else leaves only a few to look at."""
    either = f"(NOT {_SOMEBODY} OR {_MINE} OR {_FOLLOWED} OR {_ASKED})"
    me, follower = [project_id, reader.user_id], _follower(reader)
    return either, [project_id, *me, follower, *me]


def own_by_index(
    tx: ReadTx, project_id: ProjectId, reader: Agent, status: int, in_order: bool
) -> list[Condition]:
    """Those of one status in parts that share none, each of which goes by an index of its own: a member may have had
    few of very many. What waits for somebody has never been assigned, or to nobody since.

    One who has taken part in many soon has a page of a list that is read `in_order`: they need not be sorted then.
    """
    me, follower = [project_id, reader.user_id], _follower(reader)
    others = f"{_SOMEBODY} AND NOT {_MINE}"
    return [
        (_MINE if in_order and _has_many(tx, project_id, reader, status) else _among_mine(status), me),
        (f"v.assigned_at IS NULL AND NOT {_SOMEBODY}", [project_id]),
        (f"v.followers IS NOT NULL AND {_FOLLOWED} AND {others}", [follower, project_id, *me]),
        (f"{_ASKED} AND coalesce(v.followers, '') NOT LIKE ? AND {others}", [*me, follower, project_id, *me]),
    ]


def _among_mine(status: int) -> str:
    return _AMONG_MINE.format("" if status == ConversationStatus.CLOSED else " AND m.is_open = 1")


def _has_many(tx: ReadTx, project_id: ProjectId, reader: Agent, status: int) -> bool:
    if status != ConversationStatus.CLOSED:
        return False
    row = tx.one(
        "SELECT count(*) AS n FROM (SELECT 1 FROM participants WHERE project_id = ? AND user_id = ? LIMIT ?) AS mine",
        *(project_id, reader.user_id, MANY),
    )
    return bool(row and row["n"] == MANY)


def _follower(reader: Agent) -> str:
    """Followers are a JSON list of ids."""
    return f'%"{reader.member_id}"%'
