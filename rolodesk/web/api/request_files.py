"""Conversations and messages as files for spreadsheets."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.di import Provide
from litestar.response import Stream

from rolodesk.domain.conversation import Conversation, Message
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import conversation_files
from rolodesk.usecases.conversations import ConversationView
from rolodesk.web import auth, csv, render
from rolodesk.web.api import request_filters
from rolodesk.web.api.reading import AnyRequest
from rolodesk.web.api.request_filters import Listing

# The reference's columns in its order, then ours.
REQUEST_COLUMNS = (
    *("_id", "preflight", "hasBot", "participants", "priority", "followers", "participantsAgents"),
    *("participantsBots", "request_id", "requester", "first_text", "subject", "assigned_at", "id_project"),
    *("createdBy", "tags", "createdAt", "smartAssignment", "updatedAt", "ticket_id", "channel_name"),
    *("department_name", "lead_fullname", "lead_email"),
    *("lead", "lead_phone", "status", "workingStatus", "draft", "sourcePage", "language", "rating"),
    *("rating_message", "first_response_at", "waiting_time", "closed_at", "closed_by", "duration"),
)
MESSAGE_COLUMNS = (
    *("_id", "sender", "senderFullname", "recipient", "type", "channel_type", "text", "src", "status"),
    *("language", "channel_name", "id_project", "createdBy", "createdAt", "updatedAt"),
)


@get(
    "/{project_id:str}/requests/csv",
    tags=["requests"],
    sync_to_thread=True,
    dependencies={**request_filters.SHARED, "wanted": Provide(request_filters.team, sync_to_thread=False)},
)
def requests(request: AnyRequest, project_id: str, wanted: Wanted, listing: Listing) -> Stream:
    """The list of conversations with the same filters, whole, as CSV."""
    actor = auth.team(request, project_id)
    found = conversation_files.all_conversations(
        auth.database(request), actor, wanted, listing.sort, listing.descending
    )
    rows = (_request_row(view, project_id) for view in found)
    return csv.answer("requests.csv", csv.rows_to_csv(REQUEST_COLUMNS, rows))


def _request_row(view: ConversationView, project_id: str) -> list[object]:
    body = render.request_unpopulated(view, project_id)
    profile = view.contact.profile if view.contact else None
    body |= {
        "tags": ", ".join(tag.tag for tag in view.tags),
        "channel_name": view.conversation.channel,
        "department_name": view.department.name if view.department else "",
        "lead_fullname": (profile.fullname if profile else None) or "",
        "lead_email": (profile.text("email") if profile else None) or "",
        "lead_phone": profile.text("phone") if profile else None,
        "draft": view.conversation.draft,
    }
    return [_flat(body.get(column)) for column in REQUEST_COLUMNS]


def _flat(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


@get("/{project_id:str}/requests/{request_id:str}/messages/csv", tags=["messages"], sync_to_thread=True)
def messages_of(request: AnyRequest, project_id: str, request_id: str) -> Stream:
    """The messages of a conversation, oldest first, as CSV; for the team."""
    actor = auth.team(request, project_id)
    conversation, found = conversation_files.messages_of(auth.database(request), actor, request_id)
    rows = (_message_row(conversation, message, project_id) for message in found)
    return csv.answer("messages.csv", csv.rows_to_csv(MESSAGE_COLUMNS, rows))


@get("/{project_id:str}/messages/csv", tags=["messages"], sync_to_thread=True)
def messages(request: AnyRequest, project_id: str) -> Stream:
    """All messages of the project, oldest first, as CSV (owner)."""
    found = conversation_files.all_messages(auth.database(request), auth.team(request, project_id))
    rows = (_message_row(conversation, message, project_id) for conversation, message in found)
    return csv.answer("messages.csv", csv.rows_to_csv(MESSAGE_COLUMNS, rows))


def _message_row(conversation: Conversation, message: Message, project_id: str) -> list[object]:
    body = render.message(message, conversation, project_id)
    metadata = body.get("metadata")
    body["src"] = metadata.get("src") if isinstance(metadata, dict) else None
    body["channel_name"] = conversation.channel
    return [body.get(column) for column in MESSAGE_COLUMNS]


route_handlers: list[Any] = [requests, messages_of, messages]
