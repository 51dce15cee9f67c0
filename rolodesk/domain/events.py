"""What can happen in a project: every change writes one of these, with ids and names of fields, never values."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rolodesk.domain.ids import ContactId, ConversationId, IdentityId


class EventName(StrEnum):
    """The names of events, as webhooks, the timeline and the audit page say them."""

    LEAD_CREATE = "lead.create"
    LEAD_UPDATE = "lead.update"
    LEAD_DELETE = "lead.delete"
    LEAD_RESTORE = "lead.restore"
    LEAD_ERASE = "lead.erase"
    LEAD_MERGE = "lead.merge"
    LEAD_UNMERGE = "lead.unmerge"
    LEAD_SPLIT = "lead.split"
    LEAD_DUPLICATE = "lead.duplicate"
    LEAD_DIFFERENT = "lead.different"
    LEAD_BLOCK = "lead.block"
    LEAD_UNBLOCK = "lead.unblock"
    LEAD_NOTE = "lead.note"
    LEAD_NOTE_DELETE = "lead.note.delete"
    REQUEST_CREATE = "request.create"
    REQUEST_UPDATE = "request.update"
    REQUEST_CLOSE = "request.close"
    REQUEST_REOPEN = "request.reopen"
    REQUEST_ASSIGN = "request.assign"
    REQUEST_NOTE = "request.note"
    REQUEST_NOTE_DELETE = "request.note.delete"
    REQUEST_RATING = "request.rating"
    REQUEST_DELETE = "request.delete"
    MESSAGE_CREATE = "message.create"
    PROJECT_CREATE = "project.create"
    PROJECT_UPDATE = "project.update"
    PROJECT_DELETE = "project.delete"
    PROJECT_SECRET = "project.secret"
    MEMBER_INVITE = "project_user.invite"
    MEMBER_CREATE = "project_user.create"
    MEMBER_UPDATE = "project_user.update"
    MEMBER_DELETE = "project_user.delete"
    DEPARTMENT_CREATE = "department.create"
    DEPARTMENT_UPDATE = "department.update"
    DEPARTMENT_DELETE = "department.delete"
    GROUP_CREATE = "group.create"
    GROUP_UPDATE = "group.update"
    GROUP_DELETE = "group.delete"
    PROPERTY_CREATE = "property.create"
    PROPERTY_UPDATE = "property.update"
    PROPERTY_DELETE = "property.delete"
    TAG_CREATE = "tag.create"
    TAG_UPDATE = "tag.update"
    TAG_DELETE = "tag.delete"
    SEGMENT_CREATE = "segment.create"
    SEGMENT_UPDATE = "segment.update"
    SEGMENT_DELETE = "segment.delete"
    CAMPAIGN_CREATE = "campaign.create"
    CAMPAIGN_STOP = "campaign.stop"
    CAMPAIGN_DONE = "campaign.done"
    LABEL_UPDATE = "label.update"
    LABEL_DELETE = "label.delete"
    WEBHOOK_CREATE = "webhook.create"
    WEBHOOK_UPDATE = "webhook.update"
    WEBHOOK_SECRET = "webhook.secret"
    WEBHOOK_DISABLE = "webhook.disable"
    WEBHOOK_ENABLE = "webhook.enable"
    WEBHOOK_DELETE = "webhook.delete"
    EVENT_EMIT = "event.emit"
    EMAIL_QUEUE = "email.queue"
    EMAIL_SENT = "email.sent"
    EMAIL_FAILED = "email.failed"


class Event(Struct, frozen=True):
    """One change. `subject_id` is the message, note, member … that it is about; `fields` the names that changed."""

    name: EventName
    contact_id: ContactId | None = None
    root_id: ContactId | None = None
    identity_id: IdentityId | None = None
    conversation_id: ConversationId | None = None
    subject_id: str | None = None
    fields: tuple[str, ...] = ()


class RecordedEvent(Struct, frozen=True):
    """An event as it stands in the project's order."""

    number: int
    at: int
    actor_kind: str
    actor_id: str
    event: Event
