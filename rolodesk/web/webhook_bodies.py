"""What webhooks are told, as JSON: the same as the API says of the same things."""

from __future__ import annotations

from collections.abc import Callable

from rolodesk.domain.contact import Status
from rolodesk.domain.events import EventName
from rolodesk.domain.merging import Merge, Split
from rolodesk.domain.webhook import Webhook
from rolodesk.storage.agent_groups import AgentGroup
from rolodesk.storage.departments import Department
from rolodesk.storage.duplicates import Suggestion
from rolodesk.storage.members import Invitation, Member
from rolodesk.storage.projects import Project
from rolodesk.usecases.contacts import ContactView
from rolodesk.usecases.emitted import EmittedView
from rolodesk.usecases.telling import Told
from rolodesk.web import events, render
from rolodesk.web.render import Body, iso, iso_or_none


def subscription(hook: Webhook) -> Body:
    """A hook as its receiver is told of it."""
    return {
        "_id": hook.id,
        "target": hook.target,
        "event": hook.event,
        "id_project": hook.project_id,
        "createdBy": hook.created_by,
        "createdAt": iso(hook.created_at),
        "updatedAt": iso(hook.updated_at),
        "__v": 0,
    }


def subscription_with_state(hook: Webhook) -> Body:
    """A hook as its admins see it, without its secret."""
    return {
        **subscription(hook),
        "events": list(hook.names),
        "legacy": hook.legacy,
        "enabled": hook.enabled,
        "failing_since": iso_or_none(hook.failing_since),
        "disabled_at": iso_or_none(hook.disabled_at),
        "reason": hook.reason,
    }


def payload(told: Told, project_id: str) -> Body:
    """What has happened, as it stands now; of what is gone the ids."""
    name = told.happening.recorded.event.name
    kind = name.value.split(".")[0]
    made = _BY_KIND[kind](told, project_id) if kind in _BY_KIND else _of_subject(told, project_id)
    return made if made is not None else ids_only(told, project_id)


def ids_only(told: Told, project_id: str) -> Body:
    """The ids of an event whose subject is gone."""
    event = told.happening.recorded.event
    match event.name.value.split(".")[0]:
        case "lead":
            gone: str | None = event.root_id
        case "request":
            gone = event.conversation_id
        case _:
            gone = event.subject_id
    body: Body = {"_id": gone, "id_project": project_id}
    for field, value in (("lead", event.root_id), ("request", event.conversation_id)):
        if value and value != body["_id"]:
            body[field] = value
    return body


def _message(told: Told, project_id: str) -> Body | None:
    view, message = told.happening.conversation, told.happening.message
    if view is None or message is None:
        return None
    body = render.message(message, view.conversation, project_id)
    return {**body, "request": render.request(view, project_id)}


def _request(told: Told, project_id: str) -> Body | None:
    view = told.happening.conversation
    if view is None:
        return None
    body = render.request(view, project_id)
    if told.happening.recorded.event.name is EventName.REQUEST_CLOSE:
        body["messages"] = [render.message(m, view.conversation, project_id) for m in told.messages]
    return body


def _lead(told: Told, project_id: str) -> Body | None:
    event, shown = told.happening.recorded.event, told.happening.contacts
    if event.name is EventName.LEAD_ERASE:
        return {"_id": event.root_id, "id_project": project_id, "erased": True}
    if not shown or any(view.contact.status == Status.ERASED for view in shown):
        return None
    leads = [_card(view, project_id) for view in shown]
    other = leads[-1]
    match told.subject:
        case Merge() as merge if event.name is EventName.LEAD_MERGE:
            ids = {"winner": merge.winner_id, "loser": merge.loser_id, "merge": render.merge(merge)}
            return {**leads[0], "merged": ids}
        case Merge() as merge:
            return {**leads[0], "unmerged": {"lead": other, "merge": render.merge(merge)}}
        case Split() as split:
            return {**leads[0], "split": {"lead": other, "split": render.split(split)}}
    if event.name is EventName.LEAD_DUPLICATE:
        found = told.subject if isinstance(told.subject, Suggestion) else None
        return {
            "id_project": project_id,
            "leads": leads,
            "probability": found.probability if found else None,
            "reasons": list(found.kinds) if found else [],
        }
    return leads[0]


def _card(view: ContactView, project_id: str) -> Body:
    return render.lead_view(view, project_id)


def _of_subject(told: Told, project_id: str) -> Body | None:
    match told.subject:
        case Member() as found:
            return render.member_with_user(found)
        case Invitation() as found:
            return render.invitation(found, project_id)
        case Department() as found:
            return render.department(found, project_id)
        case AgentGroup() as found:
            return render.group(found, project_id)
        case Project() as found:
            return {**render.project(found), "id_project": project_id}
        case EmittedView() as found:
            return events.emitted_populated(found, project_id)
    return None


_BY_KIND: dict[str, Callable[[Told, str], Body | None]] = {
    "message": _message,
    "request": _request,
    "lead": _lead,
}
