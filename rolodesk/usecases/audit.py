"""What has been changed in a project, by whom: all of it, for those who answer for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.conversation import Conversation
from rolodesk.domain.events import Event, EventName, RecordedEvent
from rolodesk.domain.ids import ContactId, ConversationId, ProjectId, UserId
from rolodesk.domain.merging import Merge, Split
from rolodesk.storage import (
    accounts,
    agent_groups,
    conversations,
    departments,
    events,
    library,
    members,
    merges,
    segments,
    splits,
)
from rolodesk.storage.database import Database, ReadTx
from rolodesk.usecases.clock import now
from rolodesk.usecases.contacts import names

MOST = 200
# What visitors say and rate is no change of anything, and would hide all the rest.
KINDS: dict[str, tuple[EventName, ...]] = {
    "merges": (
        EventName.LEAD_MERGE,
        EventName.LEAD_UNMERGE,
        EventName.LEAD_SPLIT,
        EventName.LEAD_DIFFERENT,
    ),
    "contacts": (
        EventName.LEAD_CREATE,
        EventName.LEAD_UPDATE,
        EventName.LEAD_DELETE,
        EventName.LEAD_RESTORE,
        EventName.LEAD_ERASE,
        EventName.LEAD_BLOCK,
        EventName.LEAD_UNBLOCK,
        EventName.LEAD_NOTE,
        EventName.LEAD_NOTE_DELETE,
    ),
    "conversations": (
        EventName.REQUEST_UPDATE,
        EventName.REQUEST_CLOSE,
        EventName.REQUEST_REOPEN,
        EventName.REQUEST_ASSIGN,
        EventName.REQUEST_NOTE,
        EventName.REQUEST_NOTE_DELETE,
        EventName.REQUEST_DELETE,
        EventName.CAMPAIGN_CREATE,
        EventName.CAMPAIGN_STOP,
        EventName.CAMPAIGN_DONE,
    ),
    "team": (
        EventName.MEMBER_INVITE,
        EventName.MEMBER_CREATE,
        EventName.MEMBER_UPDATE,
        EventName.MEMBER_DELETE,
        EventName.GROUP_CREATE,
        EventName.GROUP_UPDATE,
        EventName.GROUP_DELETE,
    ),
    "project": (
        EventName.PROJECT_CREATE,
        EventName.PROJECT_UPDATE,
        EventName.PROJECT_DELETE,
        EventName.PROJECT_SECRET,
        EventName.DEPARTMENT_CREATE,
        EventName.DEPARTMENT_UPDATE,
        EventName.DEPARTMENT_DELETE,
        EventName.PROPERTY_CREATE,
        EventName.PROPERTY_UPDATE,
        EventName.PROPERTY_DELETE,
        EventName.TAG_CREATE,
        EventName.TAG_UPDATE,
        EventName.TAG_DELETE,
        EventName.WEBHOOK_CREATE,
        EventName.WEBHOOK_UPDATE,
        EventName.WEBHOOK_SECRET,
        EventName.WEBHOOK_DISABLE,
        EventName.WEBHOOK_ENABLE,
        EventName.WEBHOOK_DELETE,
        EventName.LABEL_UPDATE,
        EventName.LABEL_DELETE,
        EventName.SEGMENT_CREATE,
        EventName.SEGMENT_UPDATE,
        EventName.SEGMENT_DELETE,
    ),
}


class AuditEntry(Struct, frozen=True):
    """A change with the names, as they are now, of who made it and of what it concerns.

    `by` is the kind of the actor where nobody has a name; `contact`, `root` and `subject` are None for what is erased
    or deleted. `merge` and `split` are those of an event about one, undone or not.
    """

    event: RecordedEvent
    by: str
    contact: str | None = None
    root: str | None = None
    subject: str | None = None
    conversation: Conversation | None = None
    merge: Merge | None = None
    split: Split | None = None


class Audit(Struct, frozen=True):
    """A page of changes, newest first. `older` is the number to go on before, None at the end."""

    entries: list[AuditEntry]
    older: int | None


def audit(
    db: Database, actor: Agent, before: int | None = None, limit: int = 50, kind: str | None = None
) -> Audit:
    """The project's changes before an event's number, newest first, all or those of one of KINDS. Raises Forbidden."""
    require(actor, Permission.CONFIGURE)
    wanted = KINDS.get(kind) if kind else [name for group in KINDS.values() for name in group]
    limit = max(1, min(limit, MOST))
    with db.read() as tx:
        found = events.named(tx, actor.project_id, wanted or (), before, limit + 1)
        shown = found[:limit]
        return Audit(_told(tx, actor.project_id, shown), shown[-1].number if len(found) > limit else None)


def _told(tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]) -> list[AuditEntry]:
    called = names(tx, project_id, [c for r in recorded for c in _contacts(r.event) if c is not None])
    people = accounts.users_by_id(tx, [UserId(r.actor_id) for r in recorded if r.actor_kind == "agent"])
    talks = [ConversationId(r.event.conversation_id) for r in recorded if r.event.conversation_id]
    threads = conversations.by_ids(tx, project_id, list(dict.fromkeys(talks)))
    subjects = dict(_subjects(tx, project_id, recorded)) | {str(c): name for c, name in called.items()}
    joins = _joins(tx, project_id, recorded)
    parts = _splits(tx, project_id, recorded)
    entries = []
    for r in recorded:
        event, by = r.event, people.get(UserId(r.actor_id))
        entries.append(
            AuditEntry(
                r,
                by.name if by else r.actor_kind,
                called.get(event.contact_id) if event.contact_id else None,
                called.get(event.root_id) if event.root_id else None,
                subjects.get(event.subject_id or ""),
                threads.get(event.conversation_id) if event.conversation_id else None,
                joins.get(event.subject_id or ""),
                parts.get(event.subject_id or ""),
            )
        )
    return entries


def _contacts(event: Event) -> tuple[ContactId | None, ...]:
    other = event.subject_id if event.name is EventName.LEAD_DIFFERENT else None
    return event.contact_id, event.root_id, ContactId(other) if other else None


def _subjects(tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]) -> Mapping[str, str]:
    """What members, open invitations, properties and tags are called, by id; asked for only if an event is of one."""
    found: dict[str, str] = {}
    if _has(recorded, KINDS["team"]):
        found |= {str(member.id): member.name for member in members.of_project(tx, project_id)}
        found |= {one.id: one.email for one in members.open_invitations(tx, project_id, now())}
        found |= {one.id: one.name for one in agent_groups.of_project(tx, project_id)}
    if _has(recorded, KINDS["project"]):
        found |= {one.id: one.label for one in library.properties(tx, project_id, status=None)}
        found |= {one.id: one.tag for one in library.tags(tx, project_id)}
        found |= {one.id: one.name for one in departments.of_project(tx, project_id)}
        found |= {one.id: one.name for one in segments.active(tx, project_id)}
    return found


def _has(recorded: Iterable[RecordedEvent], group: Sequence[EventName]) -> bool:
    return any(r.event.name in group for r in recorded)


def _joins(tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]) -> dict[str, Merge]:
    about = (EventName.LEAD_MERGE, EventName.LEAD_UNMERGE)
    ids = {r.event.subject_id for r in recorded if r.event.name in about and r.event.subject_id}
    return {merge.id: merge for merge in merges.by_ids(tx, project_id, sorted(ids))}


def _splits(tx: ReadTx, project_id: ProjectId, recorded: Sequence[RecordedEvent]) -> dict[str, Split]:
    ids = {r.event.subject_id for r in recorded if r.event.name is EventName.LEAD_SPLIT}
    found = (splits.get(tx, project_id, split_id) for split_id in sorted(filter(None, ids)))
    return {split.id: split for split in found if split is not None}
