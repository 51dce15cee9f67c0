"""The team as clients ask for it: filtered, by account or visitor, joined by address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.contact import Identity, clean_text
from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.domain.ids import IdentityId
from rolodesk.domain.json import Json
from rolodesk.domain.routing import check_limit
from rolodesk.storage import identities, members
from rolodesk.storage.database import Database
from rolodesk.storage.members import Member


class Ending(StrEnum):
    """How a membership ends: kept disabled, in the trash as well, or gone."""

    DISABLED = "disabled"
    TRASHED = "trashed"
    DELETED = "deleted"


def listed(
    db: Database, actor: Agent, roles: Sequence[str] = (), status: str | None = None, trashed: bool = False
) -> list[Member]:
    """The memberships, oldest first: with one of these roles, of that status, and with `trashed` those in the trash
    too."""
    require(actor, Permission.VIEW_PROJECT)
    with db.read() as tx:
        found = members.every(tx, actor.project_id)
    return [
        one
        for one in found
        if (not roles or one.role.value in roles)
        and (status is None or one.status == status)
        and (trashed or not one.trashed)
    ]


def one(db: Database, actor: Agent, member_id: str) -> Member | Identity:
    """A membership by its id, ended ones too, or for agents a visitor by its identity's. Raises NotFound."""
    require(actor, Permission.VIEW_PROJECT)
    with db.read() as tx:
        found: Member | Identity | None = members.get(tx, actor.project_id, member_id, ended_too=True)
        if found is None:
            require(actor, Permission.VIEW_CONTACTS)
            found = identities.by_ids(tx, actor.project_id, [IdentityId(member_id)]).get(
                IdentityId(member_id)
            )
    if found is None:
        raise NotFound()
    return found


def with_details(member: Member, details: Mapping[str, Json]) -> Member:
    """The membership with what is given of `max_chats`, `profile_status`, `attributes`, `settings` (whose parts are
    merged) and `status`. Raises Invalid."""
    new = member
    if "max_chats" in details:
        new = structs.replace(new, max_chats=check_limit(details["max_chats"], "max_served_chat"))
    if "profile_status" in details:
        text = clean_text(details["profile_status"], "profileStatus", 100)
        new = structs.replace(new, profile_status=text)
    attributes = details.get("attributes")
    if isinstance(attributes, dict):
        new = structs.replace(new, attributes=_sized(attributes, "attributes"))
    settings = details.get("settings")
    if isinstance(settings, dict):
        new = structs.replace(new, settings=_sized(_merged(new.settings or {}, settings), "settings"))
    status = details.get("status")
    if status == "active":
        new = structs.replace(new, status="active", trashed=False)
    elif status == "disabled":
        new = structs.replace(new, status="disabled", available=False)
    return new


def _sized(value: dict[str, Json], param: str) -> dict[str, Json]:
    if len(str(value)) > 16_384:
        raise Invalid(Problem("are larger than 16384 characters", param))
    return value


def _merged(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, Json]:
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        merged[key] = (
            _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
        )
    return merged
