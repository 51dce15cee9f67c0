"""Messages of the team's own accord: to one person, or to every contact of a segment."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.params import JSONBody

from rolodesk.domain.campaign import Campaign
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.usecases import campaigns, messages
from rolodesk.usecases.conversations import Posted
from rolodesk.web import auth, render
from rolodesk.web.api.message_bodies import DirectBody
from rolodesk.web.api.reading import AnyRequest, whole
from rolodesk.web.api.segments import shown as segment_shown

BASE = "/{project_id:str}/campaigns"


class CampaignBody(DirectBody, kw_only=True):
    """A message to a `recipient` (a lead_id or a visitor's id) or to all contacts of a segment."""

    segment_id: str | None = None


class BeginBody(DirectBody, kw_only=True):
    """A message that begins a conversation with a contact: the `_id` of a lead, its lead_id or a visitor's id."""

    leadid: str | None = None
    request_id: str | None = None


@post(f"{BASE}/direct", status_code=200, tags=["campaigns"], sync_to_thread=True)
def direct(request: AnyRequest, project_id: str, data: JSONBody[CampaignBody]) -> dict[str, Any]:
    """Write to one person at once, or have all contacts of a segment written to; with both it is the segment. The same
    `client_id` and segment twice is one campaign."""
    db, actor = auth.database(request), auth.team(request, project_id)
    if data.segment_id:
        made = campaigns.create(db, actor, data.segment_id, data.draft(actor))
        return {"queued": True, "campaign": shown(made, project_id)}
    if not data.recipient:
        raise Invalid(Problem("recipient or segment_id field is required", "recipient"))
    posted = messages.write_to(db, actor, data.recipient, data.draft(actor))
    return {"queued": True, "message": _message(posted, project_id, actor.id)}


@post(BASE, status_code=200, tags=["campaigns"], sync_to_thread=True)
def begin(request: AnyRequest, project_id: str, data: JSONBody[BeginBody]) -> dict[str, Any]:
    """Begin a new conversation with a contact by a message; you take part in it."""
    actor = auth.team(request, project_id)
    lead = data.leadid or data.recipient
    if not lead:
        raise Invalid(Problem("leadid field is required", "leadid"))
    posted = messages.begin_with(
        auth.database(request), actor, lead, data.request_id or None, data.draft(actor)
    )
    return _message(posted, project_id, actor.id)


def _message(posted: Posted, project_id: str, by: str) -> dict[str, Any]:
    body = render.message(posted.message, posted.view.conversation, project_id, created_by=by)
    return body | {"request": render.request(posted.view, project_id)}


@get(BASE, tags=["campaigns"], sync_to_thread=True)
def listing(
    request: AnyRequest, project_id: str, limit: str | None = None, page: str | None = None
) -> dict[str, Any]:
    """The messages to segments, newest first, with what has become of them."""
    size = whole(limit, 40, least=1)
    first = whole(page, 0, most=10**9) * size
    found, count = campaigns.listing(auth.database(request), auth.team(request, project_id), size, first)
    part = [shown(view.campaign, project_id) for view in found]
    return {"perPage": size, "count": count, "campaigns": part}


@get(f"{BASE}/{{campaign_id:str}}", tags=["campaigns"], sync_to_thread=True)
def get_one(request: AnyRequest, project_id: str, campaign_id: str) -> dict[str, Any]:
    """How far one is."""
    found = campaigns.get(auth.database(request), auth.team(request, project_id), campaign_id)
    return shown(found.campaign, project_id)


@post(f"{BASE}/{{campaign_id:str}}/stop", status_code=200, tags=["campaigns"], sync_to_thread=True)
def stop(request: AnyRequest, project_id: str, campaign_id: str) -> dict[str, Any]:
    """Send no more of it; one that has ended answers as it stands."""
    found = campaigns.stop(auth.database(request), auth.team(request, project_id), campaign_id)
    return shown(found, project_id)


def shown(found: Campaign, project_id: str) -> dict[str, Any]:
    """A campaign as JSON."""
    draft = found.draft
    body: dict[str, Any] = {
        "_id": found.id,
        "segment_id": found.segment.id,
        "segment": segment_shown(found.segment, project_id),
        "type": draft.type,
        "text": draft.text,
        "state": found.state.value,
        "reason": found.reason,
        "recipients": found.gathered,
        "sent": found.sent,
        "failed": found.failed,
        "skipped": sum(found.skipped.values()),
        "skipped_by": dict(found.skipped),
        "id_project": project_id,
        "createdBy": found.created_by,
        "createdAt": render.iso(found.created_at),
        "updatedAt": render.iso(found.updated_at),
        "endedAt": render.iso_or_none(found.ended_at),
        "__v": 0,
    }
    more = {"attributes": draft.attributes, "metadata": draft.metadata, "client_id": draft.client_id}
    return body | {name: value for name, value in more.items() if value is not None}


route_handlers: list[Any] = [direct, begin, listing, get_one, stop]
