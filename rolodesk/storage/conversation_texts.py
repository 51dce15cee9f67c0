"""Conversations by a fragment of what is written in them."""

from __future__ import annotations

from typing import Any

from rolodesk.domain.contact import searchable
from rolodesk.domain.ids import ProjectId

# The contact that the team sees: of a merged one the root, which alone has a text to search.
WITH_CONTACTS = (
    "conversations v"
    " JOIN identities i ON i.project_id = v.project_id AND i.id = v.identity_id"
    " JOIN contacts h ON h.project_id = i.project_id AND h.id = i.contact_id"
    " JOIN contacts c ON c.project_id = h.project_id AND c.id = h.root_id"
)
_OWN = tuple(
    f"lower(v.{column}) LIKE ? ESCAPE '\\'" for column in ("first_text", "subject", "rating_message")
)
_WITHIN = (
    "EXISTS (SELECT 1 FROM {table} w WHERE w.project_id = ? AND w.conversation_id = v.id"
    " AND lower(w.{column}) LIKE ? ESCAPE '\\')"
)
_MESSAGES = _WITHIN.format(table="messages", column="text")
_TAGS = _WITHIN.format(table="conversation_tags", column="tag")
# A note that was taken away has left a blank text.
_NOTES = _WITHIN.format(table="conversation_notes", column="text")


def seen_by_visitor(project_id: ProjectId, text: str) -> tuple[str, list[Any]]:
    """The condition on conversations `v`: the fragment stands in what their visitor can read."""
    typed = pattern(text.lower())
    return f"({' OR '.join([*_OWN, _MESSAGES])})", [*[typed] * len(_OWN), project_id, typed]


def seen_by_team(project_id: ProjectId, text: str) -> tuple[str, list[Any]]:
    """The same of all that the team can read; it needs WITH_CONTACTS as its source."""
    shown, args = seen_by_visitor(project_id, text)
    typed, folded = pattern(text.lower()), pattern(searchable(text))
    return (
        f"({shown} OR {_TAGS} OR {_NOTES} OR c.search_text LIKE ? ESCAPE '\\')",
        [*args, project_id, typed, project_id, typed, folded],
    )


def pattern(text: str) -> str:
    """The text anywhere, for LIKE with a backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
