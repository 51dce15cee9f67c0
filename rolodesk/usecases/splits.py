"""Splitting identities off a contact, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, TeamActor, actor_kind, require
from rolodesk.domain.contact import Status, clean_text
from rolodesk.domain.errors import Conflict, Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, IdentityId, ProjectId, is_object_id
from rolodesk.domain.json import Json
from rolodesk.domain.merging import Merge, Party, Split, refusals, subtree
from rolodesk.domain.profile import Contact, Member
from rolodesk.storage import contacts, events, identities, merges, projects, splits
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases.clock import new_id, new_uuid, now
from rolodesk.usecases.contacts import ContactView, existing, new_contact, refold, view_of
from rolodesk.usecases.merges import (
    DISTINCT_USERS,
    MAX_REASON,
    Ask,
    check_allowed,
    join,
    keep,
    parties,
    replayed,
    set_apart,
    take_back,
)

MAX_SPLIT = 100
SPLIT_UNDONE = "split_undone"


class SplitDone(Struct, frozen=True):
    """The contact that identities were taken off and the one that has them now; `undone` if that was a merge's undo."""

    kept: ContactView
    into: ContactView
    split: Split | None
    undone: list[Merge]
    replayed: bool = False


@retried
def split(
    db: Database,
    actor: TeamActor,
    contact_id: str,
    identity_ids: Sequence[str],
    into: str | None = None,
    allow: Sequence[str] = (),
    reason: Json = None,
    key: str | None = None,
) -> SplitDone:
    """Give chosen identities, with what they have said of themselves, a new contact or a given one as their home.

    Where they are just what a merge has brought, it is that merge's undo. Raises Invalid (`nothing_left`,
    `unknown_identity`), NotFound, Gone, Forbidden, and Conflict like `merge`.
    """
    require(actor, Permission.MERGE_CONTACTS)
    why = clean_text(reason, "reason", MAX_REASON)
    check_allowed(actor, allow, why)
    chosen = list(dict.fromkeys(IdentityId(identity_id) for identity_id in identity_ids))
    if not 0 < len(chosen) <= MAX_SPLIT:
        raise Invalid(Problem(f"must be 1 to {MAX_SPLIT} ids of identities", "identities"))
    body = [contact_id, chosen, into, sorted(allow), why]
    with db.write(actor.project_id) as tx:
        number = projects.next_number(tx, actor.project_id, "merge")
        if (known := replayed(tx, actor, key, body)) is not None:
            return _split_done(tx, actor, contact_id, known, was_replayed=True)
        source = _standing(tx, actor.project_id, contact_id)
        if into is None and (one := _arrow_of(tx, actor.project_id, source, chosen)) is not None:
            take_back(tx, actor, one)
            keep(tx, actor, key, body, one.id)
            return _split_done(tx, actor, contact_id, one.id)

        moved = _split(tx, actor, source, chosen, into, number, why, DISTINCT_USERS in allow)
        keep(tx, actor, key, body, moved.id)
        return _split_done(tx, actor, contact_id, moved.id)


def _standing(tx: ReadTx, project_id: ProjectId, contact_id: str) -> Contact:
    contact = existing(tx, project_id, contact_id)
    if contact.merged_into is not None:
        details: dict[str, Json] = {"merged_into": contact.root_id, "contact": contact.id}
        raise Conflict("this contact has been merged into another", "contact_merged", details)
    return contact


def _arrow_of(
    tx: ReadTx, project_id: ProjectId, source: Contact, chosen: Sequence[IdentityId]
) -> Merge | None:
    """The merge that has brought just these identities, the outermost if there are several."""
    arrows = contacts.arrows(tx, project_id, source.id)
    owned = identities.of_roots(tx, project_id, [source.id])[source.id]
    for contact_id in subtree(arrows, source.id)[1:]:
        inside = set(subtree(arrows, contact_id))
        if {i.id for i in owned if i.contact_id in inside} == set(chosen):
            return merges.of_loser(tx, project_id, contact_id)
    return None


def _split(
    tx: WriteTx,
    actor: TeamActor,
    source: Contact,
    chosen: Sequence[IdentityId],
    into: str | None,
    number: int,
    reason: str | None,
    allow_users: bool,
) -> Split:
    project_id, at = actor.project_id, now()
    target = _standing(tx, project_id, into) if into is not None else None
    known = identities.lock(tx, project_id, [i for i in chosen if is_object_id(i)])
    merges.lock_trees(tx, project_id, sorted({source.id, *([target.id] if target else [])}))
    if target is not None:
        # Read again, now that it is locked: it may have been put into the trash meanwhile.
        target = _standing(tx, project_id, target.id)
    _check_split(tx, project_id, source, target, chosen, allow_users)

    home = target or _new_home(tx, actor, [known[identity_id].key for identity_id in chosen], at)
    made = Split(
        *(new_id(), number, source.id, home.id, target is None, tuple(chosen)),
        *(actor_kind(actor), actor.id, reason, at),
    )
    splits.add(tx, project_id, made, [(known[i].id, known[i].contact_id) for i in chosen])
    for identity_id in chosen:
        splits.move(tx, project_id, identity_id, known[identity_id].contact_id, home.id)
    for contact_id in dict.fromkeys([*(known[i].contact_id for i in chosen), home.id]):
        splits.recount_own(tx, project_id, contact_id)
    set_apart(tx, actor, source.id, home.id, at)
    if isinstance(actor, Agent):
        merges.veto(tx, project_id, source.id, home.id, "undone", actor.id, at)
    events.record(tx, actor, at, Event(EventName.LEAD_SPLIT, home.id, source.id, subject_id=made.id))
    return made


def _check_split(
    tx: ReadTx,
    project_id: ProjectId,
    source: Contact,
    target: Contact | None,
    chosen: Sequence[IdentityId],
    allow_users: bool,
) -> None:
    owned = {i.id: i for i in identities.of_roots(tx, project_id, [source.id])[source.id]}
    if strange := [identity_id for identity_id in chosen if identity_id not in owned]:
        problem = Problem(f"is no identity of this contact: {strange[0][:50]}", "identities")
        raise Invalid(problem, "unknown_identity")
    if len(chosen) == len(owned):
        raise Invalid(
            Problem("one identity must stay; merge the contacts instead", "identities"), "nothing_left"
        )
    if target is None:
        return
    if target.id == source.id:
        raise Invalid(Problem("is the same contact", "into"), "self_merge")
    if target.status in (Status.TRASHED, Status.TEMPORARY):
        raise Conflict(
            "the contact that is to be kept is in the trash", "contact_trashed", {"contact": target.id}
        )
    there = Party(
        target, Member(target.id), tuple(identities.of_roots(tx, project_id, [target.id])[target.id])
    )
    moved = Party(target, Member(target.id), tuple(owned[i] for i in chosen))
    if not allow_users and there.users and moved.users - there.users:
        users: list[Json] = [*sorted(there.users | moved.users)]
        raise Conflict(
            "these are two different signed-in users of your site", DISTINCT_USERS, {"users": users}
        )


def _new_home(tx: WriteTx, actor: TeamActor, keys: Sequence[str], at: int) -> Contact:
    """A contact for identities that are split off, called by the first of their keys that names no other contact."""
    for lead_id in (*keys, new_uuid()):
        if contacts.by_lead_id(tx, actor.project_id, lead_id) is None:
            made = new_contact(tx, actor.project_id, lead_id, actor.id, at, None, seen=True)
            if made is not None:
                return made
    raise Conflict("this id belongs to somebody else", "lead_id_taken")


def _split_done(
    tx: ReadTx, actor: TeamActor, contact_id: str, subject: str, was_replayed: bool = False
) -> SplitDone:
    """The answer to a split, which is a split or the undo of a merge."""
    kept = view_of(tx, actor.project_id, contact_id)
    made = splits.get(tx, actor.project_id, subject)
    if made is not None:
        return SplitDone(kept, view_of(tx, actor.project_id, made.into_id), made, [], was_replayed)
    undone = merges.by_ids(tx, actor.project_id, [subject])
    return SplitDone(kept, view_of(tx, actor.project_id, undone[0].loser_id), None, undone, was_replayed)


@retried
def undo_split(db: Database, actor: TeamActor, split_id: str) -> SplitDone:
    """Give split identities their homes back, with all that they have said since; at any time, in any order.

    A contact that was made for the split and is left with nothing of its own is merged into the one that they came
    from, so that what the team has written there stays. Raises NotFound, Forbidden, Gone.
    """
    require(actor, Permission.MERGE_CONTACTS)
    with db.write(actor.project_id) as tx:
        number = projects.next_number(tx, actor.project_id, "merge")
        one = splits.get(tx, actor.project_id, split_id) if is_object_id(split_id) else None
        if one is None:
            raise NotFound()
        for side in (one.from_id, one.into_id):
            existing(tx, actor.project_id, side)

        if one.undone_at is None:
            _join_again(tx, actor, one, number)
        return _split_done(tx, actor, one.from_id, one.id, was_replayed=one.undone_at is not None)


def _join_again(tx: WriteTx, actor: TeamActor, one: Split, number: int) -> None:
    project_id, at = actor.project_id, now()
    known = identities.lock(tx, project_id, one.identities)
    splits.undo(tx, project_id, one.id, at, actor_kind(actor), actor.id)
    homes = {i: splits.home_of(tx, project_id, i) or known[i].contact_id for i in known}
    touched = list(dict.fromkeys([one.from_id, one.into_id, *homes.values()]))
    touched += [identity.contact_id for identity in known.values() if identity.contact_id not in touched]
    roots = sorted({existing(tx, project_id, contact_id).root_id for contact_id in touched})
    merges.lock_trees(tx, project_id, roots)
    for identity_id, home in homes.items():
        splits.move(tx, project_id, identity_id, known[identity_id].contact_id, home)
    _end_proofs_between(tx, actor, roots, at)
    for contact_id in touched:
        splits.recount_own(tx, project_id, contact_id)
    for root in roots:
        contacts.recount(tx, project_id, root)
        refold(tx, project_id, root, at)
    event = Event(EventName.LEAD_SPLIT, one.into_id, one.from_id, subject_id=one.id, fields=("undone",))
    events.record(tx, actor, at, event)
    _put_away(tx, actor, one, number)


def _end_proofs_between(tx: WriteTx, actor: TeamActor, roots: Sequence[ContactId], at: int) -> None:
    """An identity that has gone back to another tree is not the user's any more with whom it was proven since."""
    owned = identities.of_roots(tx, actor.project_id, roots)
    for root in roots:
        here = [identity.id for identity in owned[root]]
        there = [identity.id for other in roots if other != root for identity in owned[other]]
        identities.end_proofs(tx, actor.project_id, here, there, at, actor.id)


def _put_away(tx: WriteTx, actor: TeamActor, one: Split, number: int) -> None:
    """Merge what a split had made and nobody lives in any more into where its identities have gone."""
    project_id = actor.project_id
    left = existing(tx, project_id, one.into_id)
    root = existing(tx, project_id, one.from_id).root_id
    stands_alone = left.merged_into is None and len(contacts.arrows(tx, project_id, left.id)) == 1
    if one.made and stands_alone and root != left.id and not identities.of_contact(tx, project_id, left.id):
        winner, losers = parties(tx, project_id, Ask(root, (left.id,)))
        if not refusals(winner, losers, True):
            join(tx, actor, winner, losers, {}, SPLIT_UNDONE, number)
