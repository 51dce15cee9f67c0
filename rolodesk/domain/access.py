"""Who may do what: roles, permissions, and the actors that verbs are done by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from rolodesk.domain.errors import Forbidden
from rolodesk.domain.ids import MemberId, ProjectId, UserId
from rolodesk.domain.json import Json


class Role(StrEnum):
    """A membership's role, low to high; each may do what the ones before it may."""

    TEAMMATE = "teammate"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    OWNER = "owner"


ROLES = tuple(Role)


class Permission(StrEnum):
    """What a member of a project may be allowed to do."""

    VIEW_PROJECT = "project.view"
    VIEW_CONTACTS = "contacts.view"
    EDIT_CONTACTS = "contacts.edit"
    MERGE_CONTACTS = "contacts.merge"
    MERGE_USERS = "contacts.merge_users"
    TRASH_CONTACTS = "contacts.trash"
    ERASE_CONTACTS = "contacts.erase"
    BLOCK_VISITORS = "visitors.block"
    EXPORT = "project.export"
    VIEW_CONVERSATIONS = "conversations.view"
    ANSWER = "conversations.answer"
    DELETE_CONVERSATIONS = "conversations.delete"
    SEND_CAMPAIGNS = "campaigns.send"
    CONFIGURE = "project.configure"
    MANAGE_MEMBERS = "members.manage"
    OWN = "project.own"


LOWEST_ROLE: dict[Permission, Role] = {
    Permission.VIEW_PROJECT: Role.TEAMMATE,
    Permission.VIEW_CONTACTS: Role.AGENT,
    Permission.EDIT_CONTACTS: Role.AGENT,
    Permission.MERGE_CONTACTS: Role.AGENT,
    Permission.MERGE_USERS: Role.ADMIN,
    Permission.VIEW_CONVERSATIONS: Role.AGENT,
    Permission.ANSWER: Role.AGENT,
    Permission.SEND_CAMPAIGNS: Role.AGENT,
    Permission.TRASH_CONTACTS: Role.ADMIN,
    Permission.BLOCK_VISITORS: Role.ADMIN,
    Permission.EXPORT: Role.ADMIN,
    Permission.CONFIGURE: Role.ADMIN,
    Permission.MANAGE_MEMBERS: Role.ADMIN,
    Permission.ERASE_CONTACTS: Role.OWNER,
    Permission.DELETE_CONVERSATIONS: Role.OWNER,
    Permission.OWN: Role.OWNER,
}


class Person(Struct, frozen=True):
    """Somebody with an account, outside any project. `session_id` is the sign-in that speaks, if one does."""

    user_id: UserId
    email: str
    firstname: str
    lastname: str
    language: str | None = None
    session_id: str | None = None

    @property
    def name(self) -> str:
        return f"{self.firstname} {self.lastname}".strip()


class Agent(Struct, frozen=True):
    """A member of the project's team. `withheld` is what the project keeps from it that its role would allow; unless it
    `sees_all`, of the conversations it reads and changes its own alone (`domain/holding.py`)."""

    project_id: ProjectId
    user_id: UserId
    member_id: MemberId
    role: Role
    name: str
    email: str
    withheld: frozenset[Permission] = frozenset()
    sees_all: bool = True

    @property
    def id(self) -> str:
        return self.user_id


class Visitor(Struct, frozen=True):
    """A browser (`anonymous`) or a signed-in user of the customer's site (`user`, verified by the project's secret).

    `claims` is what its token says: firstname, lastname, email, phone and the like.
    """

    project_id: ProjectId
    kind: str
    key: str
    claims: dict[str, Json]
    issued_at: int

    @property
    def id(self) -> str:
        return self.key

    @property
    def verified(self) -> bool:
        return self.kind == "user"


class System(Struct, frozen=True):
    """The product itself."""

    project_id: ProjectId

    @property
    def id(self) -> str:
        return "system"


Actor = Agent | Visitor | System
TeamActor = Agent | System


def actor_kind(actor: Actor) -> str:
    """The word for the actor in events: `agent`, `visitor`, `system`."""
    return type(actor).__name__.lower()


def allows(actor: Actor, permission: Permission) -> bool:
    """Whether the actor may. A visitor may nothing of the team's; what is its own it reaches by its identity."""
    if isinstance(actor, System):
        return True
    if isinstance(actor, Visitor):
        return False
    return _is_at_least(actor.role, LOWEST_ROLE[permission]) and permission not in actor.withheld


def _is_at_least(role: Role, least: Role) -> bool:
    return ROLES.index(role) >= ROLES.index(least)


# What a project may keep for its admins, by the setting that says so with `admins`.
RESTRICTED = {"merging": Permission.MERGE_CONTACTS, "campaigns": Permission.SEND_CAMPAIGNS}


def withheld(settings: Mapping[str, Json], role: Role) -> frozenset[Permission]:
    """What a project's settings keep from members of that role."""
    if _is_at_least(role, Role.ADMIN):
        return frozenset()
    return frozenset(permission for name, permission in RESTRICTED.items() if settings.get(name) == "admins")


def sees_all(settings: Mapping[str, Json], role: Role) -> bool:
    """Whether members of that role see the conversations of others too: all do, unless `agents_see` is `own`."""
    return settings.get("agents_see") != "own" or _is_at_least(role, Role.ADMIN)


def require(actor: Actor, permission: Permission) -> None:
    """Raise Forbidden unless the actor may."""
    if not allows(actor, permission):
        raise Forbidden()


def may_grant(actor: Agent, role: Role) -> bool:
    """Whether the actor may give (or take) that role: nobody raises anybody above themselves."""
    return allows(actor, Permission.MANAGE_MEMBERS) and ROLES.index(role) <= ROLES.index(actor.role)
