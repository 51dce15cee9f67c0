"""Duplicates as the team sees them: the queue, the banner on a contact, the clash while typing, and "not the same"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.evidence import evidence, typed
from rolodesk.domain.ids import ContactId, ProjectId, is_object_id
from rolodesk.domain.json import Json
from rolodesk.domain.matching import COMPARISONS, Likeness
from rolodesk.domain.profile import Contact
from rolodesk.storage import contacts as stored
from rolodesk.storage import duplicates, events, identities, match_keys, match_models, merges, projects, runs
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.storage.duplicates import COUNT_CAP, Both, KeptGroup, Suggestion
from rolodesk.storage.runs import Policy, Run
from rolodesk.usecases import candidates, decisions
from rolodesk.usecases.apart import among
from rolodesk.usecases.automatic import best_first
from rolodesk.usecases.clock import now
from rolodesk.usecases.contacts import view_of
from rolodesk.usecases.duplicate_runs import last_run, run_now, start_run, undo_run
from rolodesk.usecases.groups import regroup
from rolodesk.usecases.looking import look
from rolodesk.usecases.match_policy import policy, set_policy
from rolodesk.usecases.merges import Ask, Merged, checked_ask, keep, merge_now, merged_view, replayed

__all__ = [
    "COUNT_CAP",
    "KINDS",
    "Found",
    "Group",
    "Pair",
    "Policy",
    "Queue",
    "Run",
    "asked",
    "dismiss",
    "dismiss_pair",
    "group",
    "last_run",
    "like",
    "look",
    "merge",
    "of_contact",
    "policy",
    "queue",
    "run_now",
    "set_policy",
    "start_run",
    "undismiss",
    "undismiss_pair",
    "undo_run",
]

KINDS = tuple(comparison.name for comparison in COMPARISONS)
DIFFERENT = "different"
MOST = 100


class Pair(Struct, frozen=True):
    """Two contacts of a group and how alike they are now."""

    low: ContactId
    high: ContactId
    likeness: Likeness


class Group(Struct, frozen=True):
    """Contacts that may be one person's, the one that one would keep first. `verified` are those that have proven
    something of themselves."""

    id: str
    contacts: list[Contact]
    probability: float
    pairs: list[Pair]
    kinds: tuple[str, ...]
    verified: frozenset[ContactId]


class Queue(Struct, frozen=True):
    """A page of groups, best first. `total` stops at COUNT_CAP + 1."""

    groups: list[Group]
    total: int


class Found(Struct, frozen=True):
    """Who may be the same person. `group_id` is None for a pair that stands in no group."""

    contact: Contact
    group_id: str | None
    likeness: Likeness


# Looking.


def queue(db: Database, actor: Agent, kind: str | None = None, limit: int = 20, offset: int = 0) -> Queue:
    """The groups that are waiting for somebody, best first; with `kind` those that such a comparison speaks for."""
    require(actor, Permission.VIEW_CONTACTS)
    if kind is not None and kind not in KINDS:
        raise Invalid(Problem(f"must be one of {', '.join(KINDS)}", "kind", "query"))
    with db.read() as tx:
        project_id = actor.project_id
        kept = duplicates.groups(tx, project_id, kind, max(0, min(limit, MOST)), max(0, offset))
        total = duplicates.count_groups(tx, project_id, kind)
        return Queue(_shown(tx, project_id, kept), total)


def group(db: Database, actor: Agent, group_id: str) -> Group:
    """One group. Raises NotFound, also once nobody of it is suggested any more."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return _shown(tx, actor.project_id, [_known(tx, actor.project_id, group_id)])[0]


def _known(tx: ReadTx, project_id: ProjectId, group_id: str) -> KeptGroup:
    found = duplicates.get_group(tx, project_id, group_id) if is_object_id(group_id) else None
    if found is None:
        raise NotFound()
    return found


def _shown(tx: ReadTx, project_id: ProjectId, kept: Sequence[KeptGroup]) -> list[Group]:
    inside = duplicates.of_groups(tx, project_id, [one.id for one in kept])
    everybody = sorted({c for pairs in inside.values() for one in pairs for c in one.pair})
    ordered = best_first(tx, project_id, everybody)
    members = {group_id: _members(pairs) for group_id, pairs in inside.items()}
    wanted = [pair for ids in members.values() for pair in combinations(sorted(ids), 2)]
    likenesses = candidates.likenesses(tx, project_id, wanted)
    verified = _verified(tx, project_id, everybody)
    return [
        Group(
            one.id,
            [contact for contact in ordered if contact.id in members[one.id]],
            one.probability,
            [
                Pair(low, high, likenesses[low, high])
                for low, high in combinations(sorted(members[one.id]), 2)
                if (low, high) in likenesses
            ],
            one.kinds,
            verified & members[one.id],
        )
        for one in kept
    ]


def _verified(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> frozenset[ContactId]:
    owned = identities.of_roots(tx, project_id, ids)
    return frozenset(
        contact_id
        for contact_id, theirs in owned.items()
        if any(identity.verified_at is not None for identity in theirs)
    )


def _members(pairs: Sequence[Suggestion]) -> set[ContactId]:
    return {contact_id for one in pairs for contact_id in one.pair}


def of_contact(db: Database, actor: Agent, contact_id: str) -> list[Found]:
    """Who may be the same person as a contact, most alike first. Raises NotFound, Gone."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        project_id = actor.project_id
        root = view_of(tx, project_id, contact_id).contact.id
        known = duplicates.of_contacts(tx, project_id, [root])
        likenesses = candidates.likenesses(tx, project_id, [one.pair for one in known])
        others = {one.pair: one.high if one.low == root else one.low for one in known}
        shown = stored.by_ids(tx, project_id, list(others.values()))
    found = [
        Found(shown[others[one.pair]], one.group_id, likenesses[one.pair])
        for one in known
        if one.pair in likenesses and others[one.pair] in shown
    ]
    return sorted(found, key=lambda one: (-one.likeness.bits, one.contact.id))


def like(db: Database, actor: Agent, fields: Mapping[str, Json]) -> list[Found]:
    """Who may be the same person as the one whose fields are being typed (`properties.` before a property's name), most
    alike first. Nothing is written."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        project_id = actor.project_id
        rules = match_keys.rules(tx, project_id)
        one = evidence(typed(fields, rules), rules)
        least = runs.policy(tx, project_id).suggest_at
        found = [c for c in candidates.find(tx, project_id, one) if c.likeness.probability >= least]
        shown = stored.by_ids(tx, project_id, [candidate.contact_id for candidate in found])
    return [Found(shown[c.contact_id], None, c.likeness) for c in found if c.contact_id in shown]


# Deciding.


@retried
def merge(
    db: Database,
    actor: Agent,
    group_id: str,
    winner: str | None = None,
    choices: Mapping[str, Json] | None = None,
    expect: Mapping[str, int] | None = None,
    reason: Json = None,
    key: str | None = None,
) -> Merged:
    """Merge a whole group into one of its contacts, the one that one would keep unless told. Raises NotFound, and like
    `merges.merge`."""
    require(actor, Permission.MERGE_CONTACTS)
    body = [group_id, winner, choices, expect, reason]
    with db.write(actor.project_id) as tx:
        number = projects.next_number(tx, actor.project_id, "merge")
        if (known := replayed(tx, actor, key, body)) is not None:
            kept, *ids = known.split(",")
            return merged_view(tx, actor, kept, ids, replayed=True)
        ask = checked_ask(actor, _ask(tx, actor.project_id, group_id, winner, choices, expect, reason))

        ids = merge_now(tx, actor, ask, number)
        keep(tx, actor, key, body, ",".join([ask.winner_id, *ids]))
        return merged_view(tx, actor, ask.winner_id, ids)


def asked(
    db: Database,
    actor: Agent,
    group_id: str,
    winner: str | None = None,
    choices: Mapping[str, Json] | None = None,
    expect: Mapping[str, int] | None = None,
    reason: Json = None,
) -> Ask:
    """The merge that `merge` would ask for, for its preview. Raises NotFound, Invalid."""
    require(actor, Permission.MERGE_CONTACTS)
    with db.read() as tx:
        return _ask(tx, actor.project_id, group_id, winner, choices, expect, reason)


def _ask(
    tx: ReadTx,
    project_id: ProjectId,
    group_id: str,
    winner: str | None,
    choices: Mapping[str, Json] | None,
    expect: Mapping[str, int] | None,
    reason: Json,
) -> Ask:
    kept = _known(tx, project_id, group_id)
    members = _members(duplicates.of_groups(tx, project_id, [kept.id])[kept.id])
    ordered = [contact.id for contact in best_first(tx, project_id, sorted(members))]
    top = ordered[0] if winner is None else winner
    if top not in ordered:
        raise Invalid(Problem("is none of the group's contacts", "winner"))
    return Ask(
        top,
        tuple(contact_id for contact_id in ordered if contact_id != top),
        choices or {},
        expect or {},
        (),
        reason,
    )


@retried
def dismiss(db: Database, actor: Agent, group_id: str, contacts: Sequence[str] | None = None) -> None:
    """Call the contacts of a group different people: all of them, or those that are named; one that is named alone,
    from all others. They are not suggested again until something of them changes. Raises NotFound, Invalid."""
    require(actor, Permission.MERGE_CONTACTS)
    with db.write(actor.project_id) as tx:
        project_id, at = actor.project_id, now()
        projects.next_number(tx, project_id, "merge")
        duplicates.lock(tx, project_id)
        kept = _known(tx, project_id, group_id)
        inside = duplicates.of_groups(tx, project_id, [kept.id])[kept.id]
        pairs = _named_pairs(_members(inside), contacts)

        around = duplicates.of_contacts(tx, project_id, sorted(_members(inside)))
        _tell_apart(tx, actor, pairs, around, group_id, at)


@retried
def dismiss_pair(db: Database, actor: Agent, contact_id: str, other_id: str) -> None:
    """Call two contacts different people, whether or not they stand in a group. Raises NotFound, Gone."""
    require(actor, Permission.MERGE_CONTACTS)
    with db.write(actor.project_id) as tx:
        project_id, at = actor.project_id, now()
        projects.next_number(tx, project_id, "merge")
        duplicates.lock(tx, project_id)
        pair = _pair(tx, project_id, contact_id, other_id)
        around = duplicates.of_contacts(tx, project_id, pair)
        suggested = next((one for one in around if one.pair == pair), None)
        if suggested is None:
            raise NotFound()

        _tell_apart(tx, actor, [pair], around, suggested.group_id, at)


def _pair(tx: ReadTx, project_id: ProjectId, contact_id: str, other_id: str) -> Both:
    one, other = (view_of(tx, project_id, asked).contact.id for asked in (contact_id, other_id))
    return (one, other) if one < other else (other, one)


def _tell_apart(
    tx: WriteTx,
    actor: Agent,
    pairs: Sequence[Both],
    around: Sequence[Suggestion],
    group_id: str | None,
    at: int,
) -> None:
    decisions.called_different(tx, actor, [one for one in around if one.pair in pairs], at)
    duplicates.delete(tx, actor.project_id, pairs)
    for low, high in pairs:
        merges.veto(tx, actor.project_id, low, high, DIFFERENT, actor.id, at, group_id)
        events.record(tx, actor, at, Event(EventName.LEAD_DIFFERENT, low, low, subject_id=high))
    regroup(tx, actor.project_id, around, at)


def _named_pairs(members: set[ContactId], named: Sequence[str] | None) -> list[Both]:
    everybody = list(combinations(sorted(members), 2))
    if named is None:
        return everybody
    if not named or not members.issuperset(named):
        raise Invalid(Problem("must be contacts of this group", "leads"))
    if len(set(named)) == 1:
        return [pair for pair in everybody if named[0] in pair]
    return [pair for pair in everybody if {*pair} <= {*named}]


@retried
def undismiss(db: Database, actor: Agent, group_id: str, contacts: Sequence[str] | None = None) -> None:
    """Take "not the same" back, of all pairs that were called different with that group or of the named contacts: who
    is alike still is suggested again at once, in the same group. Raises NotFound if nothing was dismissed with it,
    Invalid."""
    require(actor, Permission.MERGE_CONTACTS)
    with db.write(actor.project_id) as tx:
        project_id, at = actor.project_id, now()
        projects.next_number(tx, project_id, "merge")
        duplicates.lock(tx, project_id)
        held = merges.vetoes_of_group(tx, project_id, group_id) if is_object_id(group_id) else []
        if not held:
            raise NotFound()
        members = {contact_id for pair in held for contact_id in pair}
        pairs = [pair for pair in held if pair in _named_pairs(members, contacts)]

        _suggest_again(tx, actor, group_id, pairs, at)


@retried
def undismiss_pair(db: Database, actor: Agent, contact_id: str, other_id: str) -> None:
    """Take "not the same" back of two contacts. Raises NotFound if nobody has said so, Gone."""
    require(actor, Permission.MERGE_CONTACTS)
    with db.write(actor.project_id) as tx:
        project_id, at = actor.project_id, now()
        projects.next_number(tx, project_id, "merge")
        duplicates.lock(tx, project_id)
        pair = _pair(tx, project_id, contact_id, other_id)
        is_held, group_id = merges.vetoed_pair(tx, project_id, *pair, DIFFERENT)
        if not is_held:
            raise NotFound()

        _suggest_again(tx, actor, group_id, [pair], at)


def _suggest_again(tx: WriteTx, actor: Agent, group_id: str | None, pairs: Sequence[Both], at: int) -> None:
    project_id = actor.project_id
    match_models.forget(tx, project_id, pairs, same=False)
    for low, high in pairs:
        merges.lift_veto(tx, project_id, low, high)
        event = Event(EventName.LEAD_DIFFERENT, low, low, subject_id=high, fields=("undone",))
        events.record(tx, actor, at, event)
    least = runs.policy(tx, project_id).suggest_at
    apart = among(tx, project_id, sorted({contact_id for pair in pairs for contact_id in pair}))
    likenesses = candidates.likenesses(tx, project_id, pairs)
    found = [
        Suggestion(
            *(*pair, likenesses[pair].probability, likenesses[pair].bits),
            *(candidates.kinds(likenesses[pair]), group_id, at),
        )
        for pair in pairs
        if pair in likenesses and likenesses[pair].probability >= least and pair not in apart
    ]
    duplicates.write(tx, project_id, found)
    regroup(tx, project_id, found, at)
