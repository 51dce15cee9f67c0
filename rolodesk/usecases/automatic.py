"""Merges by themselves, where a project has switched them on: an equal personal address, near certainty, no doubt."""

from __future__ import annotations

from collections.abc import Sequence

from rolodesk.domain.access import System
from rolodesk.domain.contact import Identity, Status
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.json import Json
from rolodesk.domain.matching import Likeness
from rolodesk.domain.merging import DUPLICATE, Party, refusals
from rolodesk.domain.profile import Contact
from rolodesk.storage import contacts, duplicates, identities, projects, runs
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases.apart import among, has_user
from rolodesk.usecases.candidates import likenesses
from rolodesk.usecases.match_models import model_of
from rolodesk.usecases.merges import Ask, join, locked_parties

# A family shares addresses, and its names initials and words: however probable a pair is, it must be one name.
ONE_NAME = frozenset(("same", "nickname"))


def merge_alike(db: Database, system: System, contact_id: ContactId) -> None:
    """Merge a contact with whoever is surely the same person, if the project wants that."""
    with db.read() as tx:
        policy = runs.policy(tx, system.project_id)
        if not policy.merge_alike:
            return
        known = duplicates.of_contacts(tx, system.project_id, [contact_id])
    for one in sorted(known, key=lambda one: -one.probability):
        if one.probability >= policy.merge_at:
            merge_pair(db, system, one.low, one.high)


@retried
def merge_pair(
    db: Database, system: System, one: ContactId, other: ContactId, group: str | None = None
) -> bool:
    """Merge the two into the one that should be kept; False if by what is known now nothing should merge them. `group`
    is what the merge is taken back with."""
    project_id = system.project_id
    with db.write(project_id) as tx:
        number = projects.next_number(tx, project_id, "merge")
        roots = [contacts.root_of(tx, project_id, contact_id) for contact_id in (one, other)]
        if None in roots or roots[0] == roots[1]:
            return False
        parties = _parties(tx, project_id, [root for root in roots if root])
        likeness = _alike(tx, project_id, *parties)
        if likeness is None:
            return False

        winner, loser = parties
        grounds = _grounds(likeness, model_of(tx, project_id).name)
        join(tx, system, winner, [loser], {}, DUPLICATE, number, group, grounds)
    return True


def _parties(tx: WriteTx, project_id: ProjectId, roots: Sequence[ContactId]) -> tuple[Party, Party]:
    """Both, locked, the one to be kept first."""
    kept, other = best_first(tx, project_id, roots)
    winner, losers = locked_parties(tx, project_id, Ask(kept.id, (other.id,)))
    return winner, losers[0]


def best_first(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> list[Contact]:
    """The contacts in the order in which one would keep them: a signed-in user, then who has spoken most, then the
    oldest."""
    found = contacts.by_ids(tx, project_id, ids)
    owned = identities.of_roots(tx, project_id, list(found))
    return sorted(
        found.values(),
        key=lambda c: (not has_user(owned.get(c.id, ())), -c.conversations, c.created_at, c.id),
    )


def _alike(tx: ReadTx, project_id: ProjectId, winner: Party, loser: Party) -> Likeness | None:
    """How alike the two are, None if anything speaks against merging them unasked."""
    policy = runs.policy(tx, project_id)
    if not policy.merge_alike or refusals(winner, [loser], allow_users=False):
        return None
    for party in (winner, loser):
        if party.contact.status != Status.NORMAL or _is_blocked(party.identities):
            return None
    if among(tx, project_id, [winner.contact.id, loser.contact.id]):
        return None
    pair = (winner.contact.id, loser.contact.id)
    likeness = likenesses(tx, project_id, [pair]).get(pair)
    if likeness is None or likeness.probability < policy.merge_at:
        return None
    return likeness if _share_name_and_address(winner.contact, loser.contact, likeness) else None


def _is_blocked(owned: Sequence[Identity]) -> bool:
    return any(identity.blocked_at is not None for identity in owned)


def _share_name_and_address(one: Contact, other: Contact, likeness: Likeness) -> bool:
    """Whether they have a name, and to the letter a personal email or phone in common, one that no crowd shares."""
    levels = {reason.comparison: reason.level for reason in likeness.reasons}
    if levels.get("name") not in ONE_NAME or levels.get("identifying") == "different":
        return False
    for comparison, mine, theirs in (
        ("email", one.profile.emails, other.profile.emails),
        ("phone", one.profile.phones, other.profile.phones),
    ):
        keys = {point.key for point in mine if point.key} & {point.key for point in theirs if point.key}
        if levels.get(comparison) == "same" and keys:
            return True
    return False


def _grounds(likeness: Likeness, model: str) -> dict[str, Json]:
    levels: dict[str, Json] = {reason.comparison: reason.level for reason in likeness.reasons}
    return {
        "probability": round(likeness.probability, 6),
        "bits": round(likeness.bits, 2),
        "levels": levels,
        "model": model,
    }
