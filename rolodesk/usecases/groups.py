"""Groups of contacts that may be one person's, kept beside the suggestions that make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rolodesk.domain.grouping import groups
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.storage import duplicates
from rolodesk.storage.database import ReadTx, WriteTx
from rolodesk.storage.duplicates import KeptGroup, Suggestion
from rolodesk.usecases.apart import among
from rolodesk.usecases.clock import new_id

# A component this large is a chain of weak likenesses; what lies further off is grouped when its own turn comes.
MOST_AROUND = 200


def regroup(tx: WriteTx, project_id: ProjectId, changed: Sequence[Suggestion], at: int) -> None:
    """Group afresh what hangs together with these pairs, of which some may be gone. Groups that live on keep their ids.
    Only what holds the project's lock for suggestions may call it."""
    edges = around(tx, project_id, {contact_id for one in changed for contact_id in one.pair})
    members = sorted({contact_id for one in edges for contact_id in one.pair})
    apart = among(tx, project_id, members)
    found = groups(((one.low, one.high, one.probability) for one in edges), apart)
    named = name_groups(found, old_groups([*changed, *edges]))

    kept = [
        told(group_id, group, [one for one in edges if one.low in group and one.high in group], at)
        for group_id, group in named.items()
    ]
    duplicates.write_groups(tx, project_id, kept)
    place = {contact_id: group_id for group_id, group in named.items() for contact_id in group}
    for one in edges:
        into = place.get(one.low) if place.get(one.low) == place.get(one.high) else None
        if one.group_id != into:
            duplicates.put_into(tx, project_id, one.pair, into)
    gone = {one.group_id for one in (*changed, *edges) if one.group_id} - named.keys()
    duplicates.delete_groups(tx, project_id, sorted(gone))


def around(tx: ReadTx, project_id: ProjectId, ids: Iterable[ContactId]) -> list[Suggestion]:
    """The pairs that hang together with these contacts, as far as MOST_AROUND contacts."""
    seen: set[ContactId] = set()
    waiting = set(ids)
    found: dict[duplicates.Both, Suggestion] = {}
    while waiting and len(seen) < MOST_AROUND:
        seen |= waiting
        edges = duplicates.of_contacts(tx, project_id, sorted(waiting))
        found.update((one.pair, one) for one in edges)
        waiting = {contact_id for one in edges for contact_id in one.pair} - seen
    return [found[pair] for pair in sorted(found)]


def old_groups(known: Iterable[Suggestion]) -> dict[str, set[str]]:
    """By id the members of the groups that these pairs are in."""
    members: dict[str, set[str]] = {}
    for one in known:
        if one.group_id is not None:
            members.setdefault(one.group_id, set()).update(one.pair)
    return members


def name_groups(found: Sequence[tuple[str, ...]], old: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """An id for each group: that of the old group with which it has most members, two at the least, in common."""
    place: dict[str, list[str]] = {}
    for group_id, members in old.items():
        for member in members:
            place.setdefault(member, []).append(group_id)
    claims = []
    for number, group in enumerate(found):
        shared: dict[str, int] = {}
        for group_id in (g for member in group for g in place.get(member, ())):
            shared[group_id] = shared.get(group_id, 0) + 1
        claims += [(-count, group_id, number) for group_id, count in shared.items() if count > 1]
    named: dict[str, tuple[str, ...]] = {}
    taken: set[int] = set()
    for _, group_id, number in sorted(claims):
        if group_id not in named and number not in taken:
            named[group_id] = found[number]
            taken.add(number)
    return named | {new_id(): group for number, group in enumerate(found) if number not in taken}


def told(group_id: str, group: Sequence[str], inner: Sequence[Suggestion], at: int) -> KeptGroup:
    """The group as the queue sorts it: as sure as the least sure of its members is."""
    best: dict[str, float] = {}
    kinds: dict[str, float] = {}
    for one in inner:
        for member in one.pair:
            best[member] = max(best.get(member, 0.0), one.probability)
        for place, kind in enumerate(one.kinds):
            kinds[kind] = max(kinds.get(kind, 0.0), one.probability / (place + 1))
    ranked = tuple(sorted(kinds, key=lambda kind: (-kinds[kind], kind)))
    return KeptGroup(group_id, min(best.values(), default=0.0), len(group), ranked, at)
