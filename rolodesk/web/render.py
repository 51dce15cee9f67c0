"""Domain values as the API's JSON: one serializer for answers and sockets, and one for what a visitor is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from rolodesk.domain.access import Visitor
from rolodesk.domain.address_filter import OPEN
from rolodesk.domain.contact import PROPERTY, Identity, Property
from rolodesk.domain.conversation import Conversation, ConversationTag, Message, Note
from rolodesk.domain.merging import Merge, Split
from rolodesk.domain.profile import Address, Contact, Entry
from rolodesk.storage.accounts import User
from rolodesk.storage.agent_groups import AgentGroup
from rolodesk.storage.bans import Ban
from rolodesk.storage.contacts import ContactNote
from rolodesk.storage.departments import Department
from rolodesk.storage.library import Tag
from rolodesk.storage.members import Invitation, Member
from rolodesk.storage.projects import Project
from rolodesk.usecases.contacts import ContactView, name_of
from rolodesk.usecases.conversations import ConversationView

Body = dict[str, Any]
VERSIONS = 20115
SEEN = 300


# Times are half of the work of rendering a list, and most of them have been shown a moment ago.
@lru_cache(maxsize=20_000)
def iso(at: int) -> str:
    """Milliseconds as ISO 8601 in UTC, with milliseconds and Z."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def iso_or_none(at: int | None) -> str | None:
    return None if at is None else iso(at)


def user(found: User) -> Body:
    """An account as its owner sees it after a change."""
    body: Body = {
        "status": found.status,
        "_id": found.id,
        "email": found.email,
        "firstname": found.firstname,
        "lastname": found.lastname,
        "emailverified": False,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
    }
    return {**body, "phone": found.phone} if found.phone else body


def project(found: Project, public: bool = False, banned: Sequence[Ban] = ()) -> Body:
    """A project; `public` leaves out what only its team may know."""
    shut = OPEN if public else found.address_filter
    body: Body = {
        "status": found.status,
        "ipFilterEnabled": shut.allow_on,
        "ipFilter": list(shut.allowed),
        "ipFilterDenyEnabled": shut.deny_on,
        "ipFilterDeny": list(shut.denied),
        "_id": found.id,
        "name": found.name,
        "activeOperatingHours": found.active_hours,
        "createdBy": found.created_by,
        "profile": {"trialDays": 14, "name": "Sandbox", "agents": 0, "type": "free"},
        "versions": VERSIONS,
        "channels": [{"name": "chat21"}],
        "bannedUsers": [{"_id": ban.id, "id": ban.key, "ip": ban.ip or ""} for ban in banned],
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
        "trialExpired": False,
        "trialDaysLeft": -14,
        "isActiveSubscription": False,
        "id": found.id,
    }
    if found.operating_hours is not None:
        body["operatingHours"] = found.operating_hours
    if found.widget:
        body["widget"] = found.widget
    if public:
        return {**body, "createdBy": ""}
    if found.settings:
        body["settings"] = found.settings
    if found.attributes:
        body["attributes"] = found.attributes
    return body


def member(found: Member, expand: Body | None = None) -> Body:
    """A membership (a "project_user"); `expand` stands in the place of the project's id."""
    body: Body = {
        "user_available": found.available,
        "number_assigned_requests": found.serving,
        "last_login_at": iso(found.updated_at),
        "permissions": [],
        "status": found.status,
        "trashed": found.trashed,
        "_id": found.id,
        "id_project": expand or found.project_id,
        "id_user": found.user_id,
        "role": found.role.value,
        "roleType": 1,
        "createdBy": found.created_by,
        "tags": [],
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
        "isAuthenticated": True,
        "id": found.id,
    }
    for name, value in (
        ("profileStatus", found.profile_status),
        ("attributes", found.attributes),
        ("settings", found.settings),
        ("max_assigned_chat", found.max_chats),
        ("max_served_chat", found.max_chats),
    ):
        if value is not None:
            body[name] = value
    return body


def member_with_user(found: Member) -> Body:
    """A membership with its user in the place of the user's id."""
    person: Body = {
        "status": 100,
        "_id": found.user_id,
        "email": found.email,
        "firstname": found.firstname,
        "lastname": found.lastname,
        "emailverified": False,
        "createdAt": iso(found.user_created_at),
        "updatedAt": iso(found.user_updated_at),
        "__v": 0,
    }
    if found.phone:
        person["phone"] = found.phone
    return {**member(found), "id_user": person, "isBusy": found.is_busy}


def invitation(found: Invitation, project_id: str) -> Body:
    """An open invitation."""
    return {
        "_id": found.id,
        "email": found.email,
        "role": found.role.value,
        "id_project": project_id,
        "createdBy": found.created_by,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.created_at),
        "__v": 0,
    }


def visitor_member(identity: Identity, project_id: str) -> Body:
    """A visitor as the membership that the reference makes of it; its `_id` is the identity's. A key that the team has
    made is a guest's, like that of a browser."""
    is_guest = identity.kind in ("anonymous", "manual")
    return {
        "user_available": True,
        "number_assigned_requests": 0,
        "last_login_at": iso(identity.last_seen),
        "permissions": [],
        "status": "active",
        "trashed": False,
        "_id": identity.id,
        "id_project": project_id,
        "id_user" if identity.kind == "member" else "uuid_user": identity.key,
        "role": "guest" if is_guest else "user",
        "roleType": 2,
        "createdBy": identity.key,
        "tags": [],
        "createdAt": iso(identity.first_seen),
        "updatedAt": iso(identity.last_seen),
        "__v": 0,
        "isAuthenticated": not is_guest,
        "id": identity.id,
    }


def department(found: Department, project_id: str) -> Body:
    """A department."""
    body: Body = {
        "routing": found.routing,
        "default": found.is_default,
        "status": found.status,
        "_id": found.id,
        "name": found.name,
        "id_project": project_id,
        "createdBy": found.created_by,
        "groups": [
            {"_id": share.group_id, "group_id": share.group_id, "percentage": share.percentage}
            for share in found.shares
        ],
        "tags": list(found.tags),
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
        "hasBot": False,
        "id": found.id,
    }
    for name, value in (("description", found.description), ("id_group", found.id_group)):
        if value is not None:
            body[name] = value
    return body


def group(found: AgentGroup, project_id: str) -> Body:
    """A group of the team."""
    body: Body = {
        "members": list(found.members),
        "enabled": found.enabled,
        "_id": found.id,
        "name": found.name,
        "trashed": found.trashed,
        "id_project": project_id,
        "createdBy": found.created_by,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
    }
    return body if found.attributes is None else {**body, "attributes": found.attributes}


def lead(found: Contact, project_id: str, owned: Sequence[Identity] = ()) -> Body:
    """A contact for the team. Fields without a value are left out, but `phone`, which is null."""
    profile = found.profile
    body: Body = {
        "tags": list(profile.tags),
        "status": found.status,
        "_id": found.id,
        "lead_id": found.lead_id,
        "phone": None,
        "id_project": project_id,
        "createdBy": found.created_by,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
    }
    properties: Body = {}
    for field, entry in profile.values.items():
        if field.startswith(PROPERTY):
            properties[field[len(PROPERTY) :]] = entry.value
        else:
            body[field] = entry.value
    if name := profile.fullname:
        body["fullname"] = name
    if found.attributes is not None:
        body["attributes"] = found.attributes
    if properties:
        body["properties"] = properties
    body["emails"] = [_address(address) for address in profile.emails]
    body["phones"] = [_address(address) for address in profile.phones]
    body["identities"] = [identity(i) for i in owned]
    body["merged_ids"] = [member_id for member_id in profile.members if member_id != found.id]
    body["version"] = found.version
    body["last_seen"] = iso_or_none(found.last_seen or None)
    body["conversations"] = found.conversations
    return body


def lead_found(found: Contact, project_id: str, owned: Sequence[Identity], matched: str | None) -> Body:
    """A contact in a list, with what a search has matched of it unless the contact shows just that."""
    body = lead(found, project_id, owned)
    if not matched:
        return body
    profile = found.profile
    shown = {body.get(field) for field in ("_id", "lead_id", "fullname", "email", "phone", "company")}
    shown |= {text for a in (*profile.emails, *profile.phones) if a.primary for text in (a.value, a.key)}
    return body if matched in shown else {**body, "matched": matched}


def lead_view(view: ContactView, project_id: str) -> Body:
    """A contact with its identities and the values that it does not show; where a merged one was asked for it says
    so."""
    body = lead(view.contact, project_id, view.identities)
    if others := view.contact.profile.others:
        body["others"] = {field: [_other(entry) for entry in entries] for field, entries in others.items()}
    if view.merged_from:
        body |= {"merged_from": view.merged_from, "merge_id": view.merge_id}
    return body


def _other(entry: Entry) -> Body:
    return {
        "value": entry.value,
        "source": entry.source.value,
        "from": entry.contact_id,
        "verified": entry.verified,
    }


def _address(address: Address) -> Body:
    return {
        "value": address.value,
        "verified": address.verified,
        "primary": address.primary,
        "source": address.source.value,
    }


def identity(found: Identity) -> Body:
    """An identity for the team."""
    return {
        "_id": found.id,
        "kind": found.kind,
        "key": found.key,
        "verified": found.verified_at is not None,
        "blocked": found.blocked_at is not None,
        "first_seen": iso(found.first_seen),
        "last_seen": iso(found.last_seen),
        "conversations": found.conversations,
    }


def merge(found: Merge) -> Body:
    """A merge."""
    return {
        "_id": found.id,
        "group_id": found.group_id,
        "winner_id": found.winner_id,
        "loser_id": found.loser_id,
        "choices": found.choices,
        "actor": found.actor_id,
        "reason": found.reason,
        "at": iso(found.at),
        "undone_at": iso_or_none(found.undone_at),
        "undone_by": found.undone_by,
        **({"evidence": found.evidence} if found.evidence else {}),
    }


def split(found: Split) -> Body:
    """A split."""
    return {
        "_id": found.id,
        "from_id": found.from_id,
        "into_id": found.into_id,
        "made": found.made,
        "identities": list(found.identities),
        "actor": found.actor_id,
        "reason": found.reason,
        "at": iso(found.at),
        "undone_at": iso_or_none(found.undone_at),
        "undone_by": found.undone_by,
    }


def own_lead(view: ConversationView) -> Body:
    """A contact as its visitor is told of it: made of that identity's own claims and nothing else."""
    claims = view.claims
    return {
        "_id": view.home_id,
        "lead_id": view.identity.key,
        "fullname": name_of(claims),
        "email": claims.get("email"),
        "phone": claims.get("phone"),
    }


def contact_note(found: ContactNote) -> Body:
    """A note on a contact."""
    return {
        "_id": found.id,
        "text": found.text,
        "lead": found.contact_id,
        "createdBy": found.created_by,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
    }


def message(
    found: Message, conversation: Conversation, project_id: str, created_by: str | None = None
) -> Body:
    """A message."""
    body: Body = {
        "type": found.type,
        "channel_type": "group",
        "status": SEEN if found.number <= _seen_by_others(found, conversation) else 0,
        "_id": found.id,
        "sender": found.sender_id,
        "recipient": conversation.request_id,
        "text": found.text,
        "id_project": project_id,
        "createdBy": created_by or found.sender_id,
        "channel": {"name": conversation.channel},
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.created_at),
        "__v": 0,
    }
    for name, value in (
        ("senderFullname", found.sender_name),
        ("attributes", found.attributes),
        ("metadata", found.metadata),
        ("language", found.language),
        ("client_id", found.client_id),
    ):
        if value is not None:
            body[name] = value
    return body


def _seen_by_others(found: Message, conversation: Conversation) -> int:
    """Up to which message the other side of this one's sender has read."""
    return conversation.team_seen if found.sender_kind == "visitor" else conversation.visitor_seen


def request(view: ConversationView, project_id: str, for_visitor: bool = False) -> Body:
    """A conversation, populated. A visitor is given nothing of the contact but its own claims, no notes, no tags."""
    place = department(view.department, project_id) if view.department else None
    requester = visitor_member(view.identity, project_id)
    card = own_lead(view) if for_visitor or view.contact is None else lead(view.contact, project_id)
    body = _plain(view, project_id, for_visitor)
    body |= {
        "requester": requester | ({"id_user": user(view.requester)} if view.requester else {}),
        "lead": card,
        "requester_id": card["_id"],
        "participatingAgents": [_agent(person, for_visitor) for person in view.people],
        "participatingBots": [],
    }
    snapshot: Body = {
        "availableAgentsCount": view.available_agents,
        "requester": requester,
        "lead": card,
        "agents": [],
    }
    if place:
        body["department"] = place
        snapshot["department"] = place
    body["snapshot"] = snapshot
    if for_visitor:
        body["unread"] = view.unread
    return body


def request_unpopulated(view: ConversationView, project_id: str) -> Body:
    """A conversation with ids in the place of requester, lead and department."""
    return with_ids(request(view, project_id))


def with_ids(body: Body) -> Body:
    """A rendered conversation with ids in the place of requester, lead and department."""
    return body | {name: body[name]["_id"] for name in ("requester", "lead", "department") if name in body}


def _plain(view: ConversationView, project_id: str, for_visitor: bool) -> Body:
    c = view.conversation
    attributes = dict(c.attributes or {})
    if c.last_message:
        attributes["last_message"] = message(c.last_message, c, project_id)
    card = view.claims if for_visitor else {}
    email = (
        card.get("email") if for_visitor else (view.contact.profile.text("email") if view.contact else None)
    )
    people = [str(user_id) for user_id in c.participants]
    body: Body = {
        "status": c.status,
        "preflight": c.preflight,
        "hasBot": False,
        "participants": people,
        "priority": c.priority,
        "followers": [] if for_visitor else list(c.followers),
        "participantsAgents": people,
        "participantsBots": [],
        "_id": c.id,
        "request_id": c.request_id,
        "first_text": c.first_text,
        "attributes": attributes,
        "id_project": project_id,
        "createdBy": c.created_by,
        "channel": {"name": c.channel},
        "tags": [] if for_visitor else [conversation_tag(tag) for tag in view.tags],
        "notes": [] if for_visitor else [conversation_note(note) for note in view.notes],
        "createdAt": iso(c.created_at),
        "contact": {"email": email} if email else {},
        "channelOutbound": {"name": c.channel},
        "smartAssignment": c.smart_assignment,
        "updatedAt": iso(c.updated_at),
        "ticket_id": c.ticket,
        "__v": 0,
        "id": c.id,
    }
    for name, value in (
        ("subject", c.subject),
        ("sourcePage", c.source_page),
        ("language", c.language),
        ("userAgent", c.user_agent),
        ("location", c.location),
        ("rating", c.rating),
        ("rating_message", c.rating_message),
        ("assigned_at", iso_or_none(c.assigned_at)),
        ("first_response_at", iso_or_none(c.first_response_at)),
        ("closed_at", iso_or_none(c.closed_at)),
        ("closed_by", c.closed_by),
        ("workingStatus", None if for_visitor else c.working_status),
        ("draft", c.draft or None),
    ):
        if value is not None:
            body[name] = value
    if c.first_response_at is not None:
        body["waiting_time"] = c.first_response_at - c.created_at
    if c.closed_at is not None:
        body["duration"] = c.closed_at - c.created_at
    return body


def _agent(found: User, for_visitor: bool) -> Body:
    if for_visitor:
        return {"_id": found.id, "firstname": found.firstname, "lastname": found.lastname}
    return user(found)


def conversation_note(found: Note) -> Body:
    """An internal note of a conversation."""
    return {
        "_id": found.id,
        "text": found.text,
        "createdBy": found.created_by,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
    }


def conversation_tag(found: ConversationTag) -> Body:
    """A tag of a conversation."""
    body: Body = {"_id": found.id, "tag": found.tag}
    return {**body, "color": found.color} if found.color else body


def property_definition(found: Property, project_id: str) -> Body:
    """The definition of a custom field."""
    return {
        "type": found.type,
        "status": found.status,
        "_id": found.id,
        "label": found.label,
        "name": found.name,
        "identifying": found.identifying,
        "id_project": project_id,
        "createdBy": found.created_by,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
    }


def tag(found: Tag, project_id: str) -> Body:
    """A tag of the library."""
    return {
        "_id": found.id,
        "tag": found.tag,
        "color": found.color,
        "id_project": project_id,
        "createdBy": found.created_by,
        "createdAt": iso(found.created_at),
        "updatedAt": iso(found.updated_at),
        "__v": 0,
    }


def for_whom(view: ConversationView, actor: object, project_id: str) -> Body:
    """A conversation as this actor may see it."""
    return request(view, project_id, for_visitor=isinstance(actor, Visitor))
