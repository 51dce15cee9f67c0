"""Keeping visitors out: one identity each, whatever contact it belongs to, and letting them in again."""

from __future__ import annotations

from collections.abc import Sequence

from rolodesk.domain.access import Agent, Permission, allows, require
from rolodesk.domain.contact import Identity, clean_text, clean_user_key
from rolodesk.domain.errors import Conflict, NotFound
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, IdentityId, ProjectId, UserId, is_object_id
from rolodesk.domain.json import Json
from rolodesk.storage import bans, contacts, events, identities, members, projects
from rolodesk.storage.bans import Ban
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases.clock import new_id, now


def blocked(db: Database, actor: Agent) -> list[Ban]:
    """Everybody who is blocked, in the order in which they were; nobody for who may not see contacts."""
    require(actor, Permission.VIEW_PROJECT)
    if not allows(actor, Permission.VIEW_CONTACTS):
        return []
    with db.read() as tx:
        return bans.of_project(tx, actor.project_id)


@retried
def ban(db: Database, actor: Agent, key: Json, ip: Json = None) -> Ban:
    """Keep out whoever holds a key: a browser's, a site's user's, or the id of an identity. One that is kept out
    already stays so. Raises Forbidden, Invalid, Conflict `is_member`."""
    require(actor, Permission.BLOCK_VISITORS)
    wanted, address = clean_user_key(key, "id"), clean_text(ip, "ip", 100)
    with db.write(actor.project_id) as tx:
        return _ban(tx, actor, _key_of(tx, actor.project_id, wanted), address)


def _key_of(tx: ReadTx, project_id: ProjectId, given: str) -> str:
    """The key itself, or that of the identity whose id was given."""
    known = identities.get(tx, project_id, given) if is_object_id(given) else None
    return known.key if known is not None else given


def _ban(tx: WriteTx, actor: Agent, key: str, ip: str | None = None) -> Ban:
    if is_object_id(key) and members.of_user(tx, actor.project_id, UserId(key)) is not None:
        raise Conflict("a member of the team cannot be blocked; take them off the team instead", "is_member")
    at = now()
    held = bans.lock_holders(tx, actor.project_id, key)
    if not held:
        # Whoever writes for the first time now is waited for, or finds itself blocked.
        projects.hold_number(tx, actor.project_id, "contact")
        held = bans.lock_holders(tx, actor.project_id, key)
    made = Ban(new_id(), key, ip, actor.id, at)
    is_new = bans.add(tx, actor.project_id, made)
    found = made if is_new else bans.by_key(tx, actor.project_id, key) or made

    free = [identity for identity in held if identity.blocked_at is None]
    for identity in free:
        identities.block(tx, actor.project_id, identity.id, at)
    if free or is_new:
        _record(tx, actor, EventName.LEAD_BLOCK, free, found.id, at)
    return found


def _record(
    tx: WriteTx, actor: Agent, name: EventName, changed: Sequence[Identity], ban_id: str, at: int
) -> None:
    """One event for each identity, or one that names the ban alone: nobody has written by that key yet."""
    for identity in changed:
        root, _ = contacts.lock(tx, actor.project_id, identity.contact_id)
        events.record(tx, actor, at, Event(name, identity.contact_id, root, identity.id, subject_id=ban_id))
    if not changed:
        events.record(tx, actor, at, Event(name, subject_id=ban_id))


@retried
def unban(db: Database, actor: Agent, ban_id: str) -> Ban:
    """Let in again. Raises Forbidden, NotFound."""
    require(actor, Permission.BLOCK_VISITORS)
    with db.write(actor.project_id) as tx:
        found = bans.get(tx, actor.project_id, ban_id)
        if found is None:
            raise NotFound()

        _unban(tx, actor, found.key, found.id)
    return found


def _unban(tx: WriteTx, actor: Agent, key: str, ban_id: str) -> None:
    held = bans.lock_holders(tx, actor.project_id, key)
    bans.delete(tx, actor.project_id, key)
    kept_out = [identity for identity in held if identity.blocked_at is not None]
    for identity in kept_out:
        identities.block(tx, actor.project_id, identity.id, None)
    _record(tx, actor, EventName.LEAD_UNBLOCK, kept_out, ban_id, now())


@retried
def block(db: Database, actor: Agent, contact_id: str, identity_id: str | None = None) -> list[Identity]:
    """Keep out one identity of a contact, all of them without one; those that were not blocked before.

    Raises Forbidden, NotFound, Conflict `is_member`.
    """
    require(actor, Permission.BLOCK_VISITORS)
    with db.write(actor.project_id) as tx:
        wanted = _wanted(tx, actor, contact_id, identity_id)
        free = [identity for identity in wanted if identity.blocked_at is None]
        for key in dict.fromkeys(identity.key for identity in free):
            _ban(tx, actor, key)
    return free


@retried
def unblock(db: Database, actor: Agent, contact_id: str, identity_id: str | None = None) -> list[Identity]:
    """Let one identity of a contact in again, all of them without one; those that were blocked. Raises like `block`."""
    require(actor, Permission.BLOCK_VISITORS)
    with db.write(actor.project_id) as tx:
        wanted = _wanted(tx, actor, contact_id, identity_id)
        kept_out = [identity for identity in wanted if identity.blocked_at is not None]
        for key in dict.fromkeys(identity.key for identity in kept_out):
            found = bans.by_key(tx, actor.project_id, key)
            _unban(tx, actor, key, found.id if found else "")
    return kept_out


def _wanted(tx: WriteTx, actor: Agent, contact_id: str, identity_id: str | None) -> list[Identity]:
    """The identities of the contact's tree that are meant, locked. Members of the team are left out of all."""
    root = contacts.root_of(tx, actor.project_id, ContactId(contact_id)) if is_object_id(contact_id) else None
    if root is None:
        raise NotFound()
    owned = identities.of_roots(tx, actor.project_id, [root])[root]
    ids = [IdentityId(i.id) for i in owned if identity_id in (None, i.id)]
    if identity_id is not None and not ids:
        raise NotFound()
    found = list(identities.lock(tx, actor.project_id, ids).values())
    if identity_id is not None and found and found[0].kind == "member":
        raise Conflict("a member of the team cannot be blocked; take them off the team instead", "is_member")
    return [identity for identity in found if identity.kind != "member"]
