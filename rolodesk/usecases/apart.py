"""Who is never taken for one person by itself: a person has said so, or what is proven of the two differs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from rolodesk.domain.contact import Identity
from rolodesk.domain.grouping import Pair
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.profile import Contact, Member, members_of
from rolodesk.storage import contacts, identities, merges
from rolodesk.storage.database import ReadTx

AT_ONCE = 400


def is_vetoed(tx: ReadTx, project_id: ProjectId, one: Member, other: Member) -> bool:
    """Whether a person holds two trees apart and nothing has been said of their members since."""
    mine, theirs = ([member.contact_id for member in members_of(tree)] for tree in (one, other))
    at = merges.vetoed_at(tx, project_id, mine, theirs)
    if at is None:
        return False
    everybody = [member for tree in (one, other) for member in members_of(tree)]
    changed = [value.at for member in everybody for value in member.values]
    # What was typed when merging somebody else says nothing new of the two; an edit stands among the values already.
    changed += [point.at for member in everybody for point in member.points if point.basis_id is None]
    return max(changed, default=0) <= at


def among(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> frozenset[Pair]:
    """The pairs (low, high) of these roots that are not to be proposed: held apart by a person, two signed-in users, or
    two with verified addresses and none in common."""
    return within(tx, project_id, [ids])


def within(tx: ReadTx, project_id: ProjectId, clusters: Sequence[Sequence[ContactId]]) -> frozenset[Pair]:
    """The same of the pairs inside each of the clusters."""
    ids = [contact_id for cluster in clusters if len(cluster) > 1 for contact_id in cluster]
    found: dict[ContactId, Contact] = {}
    owned: dict[ContactId, list[Identity]] = {}
    for first in range(0, len(ids), AT_ONCE):
        found |= contacts.by_ids(tx, project_id, ids[first : first + AT_ONCE])
        owned |= identities.of_roots(tx, project_id, ids[first : first + AT_ONCE])
    apart = {
        (low, high)
        for cluster in clusters
        for low, high in combinations(sorted(contact_id for contact_id in cluster if contact_id in found), 2)
        if _differ(found[low], owned[low], found[high], owned[high])
    }
    return frozenset(apart | _vetoed(tx, project_id, found))


def _differ(one: Contact, ones: Sequence[Identity], other: Contact, others: Sequence[Identity]) -> bool:
    """Whether what is proven of the two says that they are two."""
    if has_user(ones) and has_user(others):
        return True
    mine, theirs = _proven_emails(one), _proven_emails(other)
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def has_user(owned: Sequence[Identity]) -> bool:
    """Whether a verified user of the site is among the identities."""
    return any(i.kind == "user" and i.verified_at is not None for i in owned)


def _proven_emails(contact: Contact) -> set[str]:
    return {point.key or point.value for point in contact.profile.emails if point.verified}


def _vetoed(tx: ReadTx, project_id: ProjectId, found: dict[ContactId, Contact]) -> set[Pair]:
    roots = {member: root for root, contact in found.items() for member in (root, *contact.profile.members)}
    held = {
        (min(roots[low], roots[high]), max(roots[low], roots[high]))
        for low, high in merges.vetoes_among(tx, project_id, list(roots))
        if roots[low] != roots[high]
    }
    trees = {root: contacts.tree(tx, project_id, root) for root in {root for pair in held for root in pair}}
    return {(low, high) for low, high in held if is_vetoed(tx, project_id, trees[low], trees[high])}
