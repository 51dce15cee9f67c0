"""Erasing a person: nothing that was said or known of them stays, but the ids in the events."""

from __future__ import annotations

from collections.abc import Iterable

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.contact import Status
from rolodesk.domain.emitted import member_of
from rolodesk.domain.errors import Conflict, Gone, NotFound
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, ProjectId, is_object_id
from rolodesk.domain.profile import Member, members_of
from rolodesk.storage import (
    bans,
    contacts,
    conversations,
    emitted,
    events,
    identities,
    match_models,
    merges,
    projects,
)
from rolodesk.storage.database import Database, WriteTx, retried
from rolodesk.usecases import evidence, mails, webhooks
from rolodesk.usecases.clock import new_uuid, now
from rolodesk.usecases.contacts import refold


@retried
def erase(db: Database, actor: Agent, contact_id: str) -> None:
    """Erase a person for good: all contacts merged into one, their identities, conversations, values and notes.

    Tokens of the identities are void from now on. Raises Forbidden, NotFound, Gone the second time, or Conflict
    `contact_merged`: the root is what is erased.
    """
    require(actor, Permission.ERASE_CONTACTS)
    with db.write(actor.project_id) as tx:
        projects.next_number(tx, actor.project_id, "merge")
        root, status = _locked_root(tx, actor.project_id, contact_id)

        at, keys = now(), []
        erased = contacts.tree(tx, actor.project_id, root)
        _forget_removals(tx, actor.project_id, erased, at)
        mails.erase(
            tx,
            actor.project_id,
            [point.value for one in members_of(erased) for point in one.points if point.kind == "email"],
        )
        for member in contacts.arrows(tx, actor.project_id, root):
            merges.erase(tx, actor.project_id, member)
            match_models.erase(tx, actor.project_id, member)
            for identity in identities.of_contact(tx, actor.project_id, member):
                for conversation_id in conversations.of_identity(tx, actor.project_id, identity.id):
                    conversations.delete(tx, actor.project_id, conversation_id)
                identities.revoke(tx, actor.project_id, identity.key, at)
                identities.delete(tx, actor.project_id, identity.id)
                bans.delete(tx, actor.project_id, identity.key)
                emitted.erase(tx, actor.project_id, member_of(actor.project_id, identity.key))
                keys.append(identity.key)
            contacts.erase(tx, actor.project_id, member, at)
        _forget_keys(tx, actor.project_id, keys, at)
        evidence.forget(tx, actor.project_id, root, at)
        contacts.count(tx, actor.project_id, status, -1)
        webhooks.forget(tx, actor.project_id, [one.contact_id for one in members_of(erased)], keys)
        tx.purge_text()
        events.record(tx, actor, at, Event(EventName.LEAD_ERASE, root, root))
    db.dialect.purge_log()


def _forget_keys(tx: WriteTx, project_id: ProjectId, keys: Iterable[str], at: int) -> None:
    """A contact that an erased identity was split off is called by its key still, and has what came with its first
    message."""
    for key in keys:
        called = contacts.by_lead_id(tx, project_id, key)
        if called is not None:
            root, _ = contacts.lock(tx, project_id, called.id)
            contacts.forget_lead_id(tx, project_id, called.id, new_uuid())
            refold(tx, project_id, root, at)


def _forget_removals(tx: WriteTx, project_id: ProjectId, erased: Member, at: int) -> None:
    """What the team has taken off a contact while these were merged into it is written there in their words. It goes,
    unless somebody who is there now brings the same."""
    members = [*members_of(erased)]
    ids = [member.contact_id for member in members]
    taken = {(v.field, v.item) for m in members for v in m.values if v.item}
    addresses = {(p.kind, p.key or p.value) for m in members for p in m.points}
    for above in merges.ever_above(tx, project_id, ids):
        root, status = contacts.lock(tx, project_id, above)
        if status == Status.ERASED:
            continue
        there = [*members_of(contacts.tree(tx, project_id, root))]
        items = {(v.field, v.item) for m in there for v in m.values if v.item and v.value is True}
        points = {(p.kind, p.key or p.value) for m in there for p in m.points if p.removed_at is None}
        if contacts.forget_removals(tx, project_id, above, taken - items, addresses - points):
            refold(tx, project_id, root, at)


def _locked_root(tx: WriteTx, project_id: ProjectId, contact_id: str) -> tuple[ContactId, int]:
    asked = ContactId(contact_id)
    if not is_object_id(contact_id) or (root := contacts.root_of(tx, project_id, asked)) is None:
        raise NotFound()
    owned = identities.of_roots(tx, project_id, [root])[root]
    identities.lock(tx, project_id, [identity.id for identity in owned])
    merges.lock_trees(tx, project_id, [root])
    root, status = contacts.lock(tx, project_id, asked)
    if status == Status.ERASED:
        raise Gone("this person has been erased", "erased")
    if root != asked:
        raise Conflict("this contact has been merged into another", "contact_merged", {"merged_into": root})
    return root, status
