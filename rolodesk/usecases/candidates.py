"""Who may be the same person as somebody: found by common keys, and scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct

from rolodesk.domain import matching
from rolodesk.domain.evidence import CROWD, OWN, Evidence, keys, most_holders
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.matching import Frequencies, Likeness, Side
from rolodesk.storage import match_keys, runs
from rolodesk.storage.database import ReadTx
from rolodesk.storage.duplicates import Both
from rolodesk.storage.match_keys import Holder
from rolodesk.usecases.match_models import model_of

MOST = 200


class Candidate(Struct, frozen=True):
    """Somebody who shares a key, and how alike the two are."""

    contact_id: ContactId
    likeness: Likeness


def find(tx: ReadTx, project_id: ProjectId, one: Evidence, but: ContactId | None = None) -> list[Candidate]:
    """Everybody who shares a key with that evidence, most alike first; `but` is the contact whose evidence it is."""
    found = match_keys.holders(tx, project_id, keys(one))
    ranked = _ranked(found, but)
    if not ranked:
        return []
    others = match_keys.evidence(tx, project_id, ranked)
    crowded = crowds([*found, *_own(one, but)])
    sides = _Sides(tx, project_id, [one, *others.values()], crowded)
    mine = sides.of(one)
    scored = [
        Candidate(contact_id, sides.score(mine, sides.of(other))) for contact_id, other in others.items()
    ]
    return sorted(scored, key=lambda c: (-c.likeness.bits, c.contact_id))


def _ranked(found: Sequence[Holder], but: ContactId | None) -> list[ContactId]:
    """Who shares most and the rarest keys first, at most MOST; a key that too many have says nothing."""
    holders: dict[str, list[ContactId]] = {}
    for holder in found:
        holders.setdefault(holder.key, []).append(holder.contact_id)
    weights: dict[ContactId, float] = {}
    for key, having in holders.items():
        if len(having) <= most_holders(key):
            for contact_id in having:
                weights[contact_id] = weights.get(contact_id, 0.0) + 1 / len(having)
    weights.pop(but or ContactId(""), None)
    return sorted(weights, key=lambda contact_id: (-weights[contact_id], contact_id))[:MOST]


def _own(one: Evidence, but: ContactId | None) -> list[Holder]:
    """What is typed in and belongs to no contact yet has its keys as well."""
    return [] if but else [Holder(key, ContactId(""), one.signature) for key in keys(one)]


def crowds(found: Iterable[Holder]) -> frozenset[str]:
    """The keys that several people share, told by their signatures: an address of a family, a company, an office."""
    signatures: dict[str, set[str]] = {}
    for holder in found:
        if holder.signature and holder.key.startswith(OWN):
            signatures.setdefault(holder.key, set()).add(holder.signature)
    return frozenset(key for key, told in signatures.items() if len(told) >= CROWD)


def likenesses(tx: ReadTx, project_id: ProjectId, pairs: Sequence[Both]) -> dict[Both, Likeness]:
    """How alike the two of each pair are now; of those that can be proposed."""
    ids = sorted({contact_id for pair in pairs for contact_id in pair})
    known = match_keys.evidence(tx, project_id, ids)
    shared = {key for one in known.values() for key in keys(one) if key.startswith(OWN)}
    crowded = crowds(match_keys.holders(tx, project_id, sorted(shared)))
    sides = _Sides(tx, project_id, list(known.values()), crowded)
    made = {contact_id: sides.of(one) for contact_id, one in known.items()}
    return {
        (low, high): sides.score(made[low], made[high]) for low, high in pairs if low in made and high in made
    }


class _Sides:
    """Evidence as it is compared in a project of that size, with the frequencies of just these words."""

    def __init__(
        self, tx: ReadTx, project_id: ProjectId, known: Sequence[Evidence], crowded: Set[str]
    ) -> None:
        self.model = model_of(tx, project_id)
        self.crowded = crowded
        self.contacts, counted = runs.sizes(tx, project_id)
        counts: Mapping[str, dict[str, int]] = match_keys.frequencies(tx, project_id, _words(known))
        self.frequencies = Frequencies(counted, dict(counts))

    def of(self, one: Evidence) -> Side:
        return matching.side(one, self.model, self.frequencies, self.crowded)

    def score(self, one: Side, other: Side) -> Likeness:
        return matching.score(self.model, self.contacts, one, other)


def _words(known: Iterable[Evidence]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for one in known:
        found.update(("word", word) for word in (one.given, one.surname, *one.name.split()))
        found.update((("city", one.city), ("company", one.company)))
        found.update(("local", local) for local in one.locals[:1])
    return {(kind, word) for kind, word in found if word}


def kinds(likeness: Likeness) -> tuple[str, ...]:
    """The comparisons that speak for it, strongest first."""
    speaking = sorted((reason for reason in likeness.reasons if reason.bits > 0), key=lambda r: -r.bits)
    return tuple(reason.comparison for reason in speaking)
