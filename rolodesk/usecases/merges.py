"""Merging contacts, and taking it back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct, structs

from rolodesk.domain.access import (
    Actor,
    Agent,
    Permission,
    TeamActor,
    actor_kind,
    require,
)
from rolodesk.domain.contact import PROPERTY, Identity, Point, Source, Status, clean_text
from rolodesk.domain.errors import Conflict, Invalid, NotFound, Problem, Stale
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, ProjectId, UserId, is_object_id
from rolodesk.domain.json import Json
from rolodesk.domain.merging import (
    MAX_SOURCES,
    FieldPreview,
    Merge,
    Notice,
    Party,
    Refusal,
    Split,
    checked_choices,
    compared,
    joined,
    leaving_edits,
    refusals,
    subtree,
    typed_points,
    warnings,
    without,
)
from rolodesk.domain.profile import Contact, Member, Profile, fold, members_of
from rolodesk.storage import accounts, contacts, events, idempotency, identities, merges, projects, splits
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases import decisions, evidence
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.contacts import (
    ContactView,
    checked_fields,
    existing,
    list_in_earnest,
    names,
    refold,
    view_of,
)

DISTINCT_USERS = "distinct_users"
HISTORY = 1_000
DAY = 24 * 3_600_000
MAX_KEY = 255
MAX_REASON = 1_000


class Ask(Struct, frozen=True):
    """What is to be merged into what, as it was asked. `choices` per field `{from, source?}` or `{value}`; `expect`
    the versions that the caller has seen, by id."""

    winner_id: str
    sources: tuple[str, ...]
    choices: Mapping[str, Json] = {}
    expect: Mapping[str, int] = {}
    allow: tuple[str, ...] = ()
    reason: Json = None


class Merged(Struct, frozen=True):
    """The kept contact with the merge of each source; `replayed` if the same call had been answered before."""

    view: ContactView
    merges: list[Merge]
    replayed: bool = False


class Preview(Struct, frozen=True):
    """What a merge would do. `result` is the profile that it would leave and `kept` the contact with it, None where the
    winner is itself merged; the numbers are what comes along."""

    winner: ContactView
    losers: list[ContactView]
    refusals: list[Refusal]
    result: Profile
    fields: list[FieldPreview]
    warnings: list[Notice]
    conversations: int
    messages: int
    notes: int
    identities: int
    contacts: int
    kept: ContactView | None = None


class MergeEntry(Struct, frozen=True):
    """A merge as the contact's page tells it: names, and the identities that would go back with the loser."""

    merge: Merge
    winner: str
    loser: str
    by: str
    identities: list[Identity]
    conversations: int


class SplitEntry(Struct, frozen=True):
    """A split as the contact's page tells it."""

    split: Split
    origin: str
    into: str
    by: str


class Joins(Struct, frozen=True):
    """The merges and splits of a contact's whole tree, newest first, undone ones too."""

    view: ContactView
    merges: list[MergeEntry]
    splits: list[SplitEntry]


class Undone(Struct, frozen=True):
    """What an undo has set free: the contact that stays and those that stand for themselves again."""

    kept: ContactView
    freed: list[ContactView]
    merges: list[Merge]
    already_undone: bool = False


class UndoPreview(Struct, frozen=True):
    """What an undo would do: which contacts leave, with what, what the kept one would show, and what stays with it.

    Of a group `merges` and `freed` are all that are taken back, `merge` and `leaving` the first; `rest` and `freed` are
    the contacts as they would stand. `changes` are field, what is shown now, what will be. `leaving_edits` are field
    and kind (`edited`, `adopted`, `chosen`) of what the team has made of the leaving contacts' values or chosen when
    merging; `staying_edits` the fields that the team has changed on the kept contact since, and `staying_notes` how
    many notes it has written there.
    """

    merge: Merge
    kept: ContactView
    kept_after: Profile
    leaving: ContactView
    leaving_after: Profile
    members: dict[ContactId, str]
    identities: list[Identity]
    conversations: int
    changes: list[tuple[str, Json, Json]]
    leaving_edits: list[tuple[str, str]]
    staying_edits: list[str]
    staying_notes: int
    merges: list[Merge]
    rest: ContactView
    freed: list[ContactView]
    already_undone: bool = False


# Merging.


@retried
def merge(db: Database, actor: TeamActor, ask: Ask, key: str | None = None) -> Merged:
    """Merge up to ten contacts into a chosen one. Nothing is merged if one of them is refused.

    With an Idempotency-Key the same call is done once. Raises Invalid (`self_merge`), NotFound, Gone, Forbidden, Stale,
    and Conflict with the code of the refusal.
    """
    require(actor, Permission.MERGE_CONTACTS)
    ask = checked_ask(actor, ask)
    with db.write(actor.project_id) as tx:
        number = projects.next_number(tx, actor.project_id, "merge")
        if (known := replayed(tx, actor, key, ask)) is not None:
            return merged_view(tx, actor, ask.winner_id, known.split(","), replayed=True)

        ids = merge_now(tx, actor, ask, number)
        keep(tx, actor, key, ask, ",".join(ids))
        return merged_view(tx, actor, ask.winner_id, ids)


def merge_now(tx: WriteTx, actor: TeamActor, ask: Ask, number: int) -> list[str]:
    """Merge what a checked call asks for; the ids of the merges, those that were there already too."""
    winner, losers = locked_parties(tx, actor.project_id, ask)
    _check_versions(ask, winner, losers)
    for refusal in refusals(winner, losers, DISTINCT_USERS in ask.allow):
        raise Conflict(refusal.message, refusal.code, {"contact": refusal.contact_id, **refusal.details})
    done, new = _sorted_out(tx, actor.project_id, winner, losers)
    chosen = _choices(tx, actor.project_id, ask.choices, [winner, *new])
    made = join(tx, actor, winner, new, chosen, ask.reason, number)
    return [m.id for m in (*done, *made)]


def checked_ask(actor: TeamActor, ask: Ask) -> Ask:
    sources = tuple(dict.fromkeys(ask.sources))
    if not sources or len(sources) > MAX_SOURCES:
        raise Invalid(Problem(f"must be 1 to {MAX_SOURCES} ids of contacts", "sources"))
    if ask.winner_id in sources:
        raise Invalid(Problem("a contact cannot be merged with itself", "sources"), "self_merge")
    if strange := [contact_id for contact_id in ask.expect if contact_id not in (ask.winner_id, *sources)]:
        raise Invalid(Problem("is none of the contacts that are merged", f"expect.{strange[0]}"[:100]))
    reason = clean_text(ask.reason, "reason", MAX_REASON)
    check_allowed(actor, ask.allow, reason)
    return structs.replace(ask, sources=sources, reason=reason)


def check_allowed(actor: TeamActor, allow: Sequence[str], reason: str | None) -> None:
    """Only an admin joins two signed-in users, and says why; nothing else can be allowed."""
    if unknown := [code for code in allow if code != DISTINCT_USERS]:
        raise Invalid(Problem(f"cannot be allowed: {unknown[0][:50]}", "allow"))
    if not allow:
        return
    require(actor, Permission.MERGE_USERS)
    if reason is None:
        raise Invalid(Problem("say why these are one person", "reason"))


def locked_parties(tx: WriteTx, project_id: ProjectId, ask: Ask) -> tuple[Party, list[Party]]:
    asked = [existing(tx, project_id, contact_id) for contact_id in (ask.winner_id, *ask.sources)]
    merges.lock_trees(tx, project_id, sorted({contact.root_id for contact in asked}))
    return parties(tx, project_id, ask)


def parties(tx: ReadTx, project_id: ProjectId, ask: Ask) -> tuple[Party, list[Party]]:
    """The winner and the losers as they stand. Raises NotFound, Gone."""
    asked = [existing(tx, project_id, contact_id) for contact_id in (ask.winner_id, *ask.sources)]
    owned = identities.of_roots(tx, project_id, [c.id for c in asked if c.merged_into is None])
    winner, *losers = (
        Party(
            contact,
            Member(contact.id) if contact.merged_into else contacts.tree(tx, project_id, contact.id),
            tuple(owned.get(contact.id, ())),
        )
        for contact in asked
    )
    return winner, losers


def _check_versions(ask: Ask, winner: Party, losers: Sequence[Party]) -> None:
    for party in (winner, *losers):
        if ask.expect.get(party.contact.id, party.contact.version) != party.contact.version:
            details: dict[str, Json] = {"contact": party.contact.id, "version": party.contact.version}
            raise Stale("somebody has changed this contact meanwhile", "stale", details)


def _sorted_out(
    tx: ReadTx, project_id: ProjectId, winner: Party, losers: Sequence[Party]
) -> tuple[list[Merge], list[Party]]:
    """The merges that are there already, and the losers that are still to be merged."""
    done = [merges.of_loser(tx, project_id, p.contact.id) for p in losers if p.contact.merged_into]
    return [m for m in done if m], [p for p in losers if p.contact.merged_into != winner.contact.id]


def _choices(
    tx: ReadTx, project_id: ProjectId, choices: Mapping[str, Json], parties: Sequence[Party]
) -> dict[str, dict[str, Json]]:
    typed = {
        field: choice["value"]
        for field, choice in choices.items()
        if isinstance(choice, dict) and "value" in choice
    }
    project = projects.get(tx, project_id)
    try:
        cleaned = checked_fields(
            tx,
            project_id,
            {field: value for field, value in typed.items() if not field.startswith(PROPERTY)},
            {f.removeprefix(PROPERTY): value for f, value in typed.items() if f.startswith(PROPERTY)},
            project.country if project else None,
        )
    except Invalid as wrong:
        raise Invalid([Problem(p.msg, f"choices.{p.param}"[:100]) for p in wrong.problems]) from None
    return checked_choices(choices, parties, cleaned)


def join(
    tx: WriteTx,
    actor: TeamActor,
    winner: Party,
    losers: Sequence[Party],
    choices: dict[str, dict[str, Json]],
    reason: Json,
    number: int,
    group: str | None = None,
    grounds: dict[str, Json] | None = None,
) -> list[Merge]:
    """Draw the arrows and rebuild what the winner shows. Everything is locked and allowed. `group` is the one that they
    are taken back with, their own without; `grounds` is what a merge by itself goes by."""
    if not losers:
        return []
    at, group, top = now(), group or new_id(), winner.contact.id
    winner, *losers = [_in_earnest(tx, actor, party, at) for party in (winner, *losers)]
    decisions.merged(tx, actor, [top, *(loser.contact.id for loser in losers)], at)
    why = str(reason) if reason else None
    made: list[Merge] = []
    for loser in losers:
        if made:
            number = projects.next_number(tx, actor.project_id, "merge")
        by = (actor_kind(actor), actor.id)
        drawn = Merge(new_id(), number, group, top, loser.contact.id, choices, *by, why, at, evidence=grounds)
        _draw(tx, actor, drawn, loser)
        made.append(drawn)
    contacts.recount(tx, actor.project_id, top)
    refold(tx, actor.project_id, top, at)
    return made


def _in_earnest(tx: WriteTx, actor: TeamActor, party: Party, at: int) -> Party:
    """A preliminary contact becomes one like others: what is merged with it must not be hidden with it."""
    if party.contact.status != Status.TEMPORARY:
        return party
    list_in_earnest(tx, actor, party.contact.id, None, at)
    return structs.replace(party, contact=structs.replace(party.contact, status=Status.NORMAL))


def _draw(tx: WriteTx, actor: TeamActor, drawn: Merge, loser: Party) -> None:
    project_id, top = actor.project_id, drawn.winner_id
    merges.add(tx, project_id, drawn)
    contacts.hide(tx, project_id, loser.contact.id, loser.contact.status)
    evidence.forget(tx, project_id, loser.contact.id, drawn.at)
    merges.point(tx, project_id, loser.contact.id, top, top, drawn.at)
    for point in _typed_points(drawn):
        contacts.add_point(tx, project_id, point)
    below = [member.contact_id for member in members_of(loser.tree)][1:]
    merges.set_root(tx, project_id, below, top)
    fields = tuple(sorted(drawn.choices))
    event = Event(EventName.LEAD_MERGE, loser.contact.id, top, subject_id=drawn.id, fields=fields)
    events.record(tx, actor, drawn.at, event)


def _typed_points(drawn: Merge) -> list[Point]:
    return [structs.replace(point, id=new_id()) for point in typed_points(drawn)]


def merged_view(
    tx: ReadTx, actor: TeamActor, winner_id: str, ids: Sequence[str], replayed: bool = False
) -> Merged:
    found = merges.by_ids(tx, actor.project_id, [merge_id for merge_id in ids if merge_id])
    return Merged(view_of(tx, actor.project_id, winner_id), found, replayed)


def replayed(tx: ReadTx, actor: TeamActor, key: str | None, body: object) -> str | None:
    """The ids that were made under this key; None if it is new. Raises Invalid if it was another call's."""
    if key is None:
        return None
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise Invalid(Problem(f"must have 1 to {MAX_KEY} printable characters", "Idempotency-Key", "header"))
    known = idempotency.found(tx, actor.project_id, actor.id, key)
    if known is not None and known[0] != _hash(body):
        raise Invalid(
            Problem("has been used for another call", "Idempotency-Key", "header"), "idempotency_key_reused"
        )
    return known[1] if known else None


def keep(tx: WriteTx, actor: TeamActor, key: str | None, body: object, ids: str) -> None:
    if key is not None:
        at = now()
        idempotency.keep(tx, actor.project_id, actor.id, key, _hash(body), ids, at, at - DAY)


def _hash(body: object) -> str:
    said = msgspec.json.encode([type(body).__name__, body], order="deterministic")
    return hashlib.sha256(said).hexdigest()


def preview(db: Database, actor: TeamActor, ask: Ask) -> Preview:
    """What `merge` would do, without doing it. Raises like `merge` but for refusals and stale versions."""
    require(actor, Permission.MERGE_CONTACTS)
    ask = checked_ask(actor, structs.replace(ask, expect={}))
    with db.read() as tx:
        project_id = actor.project_id
        winner, losers = parties(tx, project_id, ask)
        refused = refusals(winner, losers, DISTINCT_USERS in ask.allow)
        _, new = _sorted_out(tx, project_id, winner, losers)
        new = [party for party in new if party.contact.merged_into is None]
        whole = winner.tree
        if winner.contact.merged_into is None:
            provisional = _provisional(tx, actor, ask, winner, new)
            typed = (point for merge, _ in provisional for point in _typed_points(merge))
            whole = joined(structs.replace(whole, points=(*whole.points, *typed)), provisional)
        result = fold(whole)
        return Preview(
            ContactView(winner.contact, list(winner.identities)),
            [ContactView(party.contact, list(party.identities)) for party in losers],
            refused,
            result,
            compared(winner, new, result),
            [*warnings(winner, new), *_undone_before(tx, project_id, winner, new)],
            sum(party.contact.conversations for party in new),
            sum(party.contact.messages for party in new),
            sum(len(contacts.notes(tx, project_id, party.contact.id)) for party in new),
            sum(len(party.identities) for party in new),
            sum(1 for party in new for _ in members_of(party.tree)),
            _kept(winner, new, result) if winner.contact.merged_into is None else None,
        )


def _provisional(
    tx: ReadTx, actor: TeamActor, ask: Ask, winner: Party, new: Sequence[Party]
) -> list[tuple[Merge, Member]]:
    """The arrows as `join` would draw them. What was chosen from a contact that may not come along is left out: that
    it may not is what the preview says."""
    absent = {*ask.sources} - {m.contact_id for party in (winner, *new) for m in members_of(party.tree)}
    standing = {
        field: choice
        for field, choice in ask.choices.items()
        if not (isinstance(choice, dict) and str(choice.get("from")) in absent)
    }
    choices = _choices(tx, actor.project_id, standing, [winner, *new])
    at = now()
    return [
        (
            Merge(
                *(new_id(), 0, "", winner.contact.id, party.contact.id, choices),
                *(actor_kind(actor), actor.id, None, at),
            ),
            party.tree,
        )
        for party in new
    ]


def _kept(winner: Party, new: Sequence[Party], profile: Profile) -> ContactView:
    """The winner with everything that would be its own."""
    everybody = [party.contact for party in (winner, *new)]
    owned = [identity for party in (winner, *new) for identity in party.identities]
    contact = structs.replace(
        winner.contact,
        profile=profile,
        first_seen=min((c.first_seen for c in everybody if c.first_seen is not None), default=None),
        last_seen=max(c.last_seen for c in everybody),
        conversations=sum(c.conversations for c in everybody),
        messages=sum(c.messages for c in everybody),
    )
    return ContactView(contact, sorted(owned, key=lambda identity: (identity.first_seen, identity.id)))


def _undone_before(tx: ReadTx, project_id: ProjectId, winner: Party, losers: Sequence[Party]) -> list[Notice]:
    found = []
    mine = [member.contact_id for member in members_of(winner.tree)]
    for party in losers:
        theirs = [member.contact_id for member in members_of(party.tree)]
        at = merges.vetoed_at(tx, project_id, mine, theirs)
        if at is not None:
            found.append(Notice("undone_before", party.contact.id, {"at": at}))
    return found


# Taking it back.


@retried
def undo(db: Database, actor: TeamActor, merge_id: str, group: bool = False) -> Undone:
    """Take a merge back, or with `group` all of its call that stand: at any time, in any order.

    Raises NotFound, Forbidden, and Gone once one of the two has been erased.
    """
    require(actor, Permission.MERGE_CONTACTS)
    with db.write(actor.project_id) as tx:
        projects.next_number(tx, actor.project_id, "merge")
        asked = _known(tx, actor.project_id, merge_id)
        wanted = merges.of_group(tx, actor.project_id, asked.group_id) if group else [asked]
        standing = [one for one in wanted if one.undone_at is None]

        for one in reversed(standing):
            take_back(tx, actor, one)
        undone = merges.by_ids(tx, actor.project_id, [one.id for one in (standing or [asked])])
        return _undone(tx, actor, undone, already=not standing)


def _known(tx: ReadTx, project_id: ProjectId, merge_id: str) -> Merge:
    """The merge of two contacts that are there still. Raises NotFound, Gone."""
    found = merges.get(tx, project_id, merge_id) if is_object_id(merge_id) else None
    if found is None:
        raise NotFound()
    for side in (found.winner_id, found.loser_id):
        existing(tx, project_id, side)
    return found


def take_back(tx: WriteTx, actor: TeamActor, one: Merge) -> None:
    project_id, at, freed = actor.project_id, now(), one.loser_id
    root = existing(tx, project_id, freed).root_id
    arrows = merges.lock_trees(tx, project_id, [root])
    leaving = subtree(arrows, freed)
    loser = existing(tx, project_id, freed)

    merges.undo(tx, project_id, one.id, at, actor_kind(actor), actor.id)
    contacts.forget_points(tx, project_id, one.winner_id, freed, one.actor_id, one.at)
    merges.point(tx, project_id, freed, None, freed, at)
    merges.set_root(tx, project_id, leaving[1:], freed)
    contacts.unhide(tx, project_id, freed, loser.status)
    set_apart(tx, actor, root, freed, at)
    if isinstance(actor, Agent):
        merges.veto(tx, project_id, one.winner_id, freed, "undone", actor.id, at)
    decisions.unmerged(tx, actor, one, at)
    fields = tuple(sorted(one.choices))
    events.record(tx, actor, at, Event(EventName.LEAD_UNMERGE, freed, root, subject_id=one.id, fields=fields))


def set_apart(tx: WriteTx, actor: TeamActor, one: ContactId, other: ContactId, at: int) -> None:
    """Two trees stand for themselves from now on: count and fold both, and end what was proven across them."""
    project_id = actor.project_id
    owned = identities.of_roots(tx, project_id, [one, other])
    here, there = ([identity.id for identity in owned[root]] for root in (one, other))
    identities.end_proofs(tx, project_id, here, there, at, actor.id)
    for root in (one, other):
        contacts.recount(tx, project_id, root)
        refold(tx, project_id, root, at)


def _undone(tx: ReadTx, actor: TeamActor, undone: Sequence[Merge], already: bool) -> Undone:
    kept = view_of(tx, actor.project_id, undone[0].winner_id)
    freed = [view_of(tx, actor.project_id, one.loser_id) for one in undone]
    return Undone(kept, freed, list(undone), already)


def undo_preview(db: Database, actor: TeamActor, merge_id: str, group: bool = False) -> UndoPreview:
    """What `undo` would do, without doing it. Raises like it."""
    require(actor, Permission.MERGE_CONTACTS)
    with db.read() as tx:
        asked = _known(tx, actor.project_id, merge_id)
        wanted = merges.of_group(tx, actor.project_id, asked.group_id) if group else [asked]
        standing = [one for one in wanted if one.undone_at is None]
        kept = view_of(tx, actor.project_id, asked.winner_id)
        if standing:
            return _undo_preview(tx, actor.project_id, standing, kept)
        return _nothing_to_undo(tx, actor.project_id, [asked], kept)


def _nothing_to_undo(
    tx: ReadTx, project_id: ProjectId, undone: Sequence[Merge], kept: ContactView
) -> UndoPreview:
    freed = [view_of(tx, project_id, one.loser_id) for one in undone]
    after = fold(contacts.tree(tx, project_id, kept.contact.id))
    leaving_after = fold(contacts.tree(tx, project_id, freed[0].contact.id))
    return UndoPreview(
        *(undone[0], kept, after, freed[0], leaving_after, {}, [], 0, [], [], [], 0),
        *(list(undone), kept, freed, True),
    )


def _undo_preview(tx: ReadTx, project_id: ProjectId, ones: Sequence[Merge], kept: ContactView) -> UndoPreview:
    tree = contacts.tree(tx, project_id, kept.contact.id)
    rest, gone = _taken_apart(tree, ones)
    freed = [
        _alone(tx, project_id, existing(tx, project_id, part.contact_id), part, kept.identities)
        for part in gone
    ]
    members = [member.contact_id for part in gone for member in members_of(part)]
    owned = [identity for view in freed for identity in view.identities]
    called = names(tx, project_id, members)
    since = [v for v in tree.values if v.at > ones[0].at and v.source is Source.AGENT]
    notes = contacts.notes(tx, project_id, kept.contact.id)
    return UndoPreview(
        merge=ones[0],
        kept=kept,
        kept_after=fold(rest),
        leaving=freed[0],
        leaving_after=freed[0].contact.profile,
        members={member: called[member] for member in members},
        identities=owned,
        conversations=sum(identity.conversations for identity in owned),
        changes=_changes(fold(tree), fold(rest)),
        leaving_edits=[*leaving_edits(rest, members), *_leaving_choices(ones, rest)],
        staying_edits=sorted({value.field for value in since if value.basis_id not in members}),
        staying_notes=sum(1 for n in notes if n.contact_id == kept.contact.id and n.created_at > ones[0].at),
        merges=list(ones),
        rest=_alone(tx, project_id, kept.contact, rest, kept.identities),
        freed=freed,
    )


def _taken_apart(tree: Member, ones: Sequence[Merge]) -> tuple[Member, list[Member]]:
    """What stays of a tree, and the trees that these merges' losers would have."""
    gone: list[Member] = []
    for one in reversed(ones):
        tree, part = without(tree, one.loser_id)
        gone.insert(0, part)
    return tree, gone


def _alone(
    tx: ReadTx, project_id: ProjectId, contact: Contact, tree: Member, owned: Sequence[Identity]
) -> ContactView:
    """The contact as it would stand with just that tree."""
    members = {member.contact_id for member in members_of(tree)}
    conversations, messages, first_seen, last_seen = contacts.activity(tx, project_id, sorted(members))
    standing = structs.replace(
        contact,
        merged_into=None,
        root_id=contact.id,
        profile=fold(tree),
        conversations=conversations,
        messages=messages,
        first_seen=first_seen,
        last_seen=last_seen,
    )
    return ContactView(standing, [identity for identity in owned if identity.contact_id in members])


def _changes(before: Profile, after: Profile) -> list[tuple[str, Json, Json]]:
    fields = sorted({*before.values, *after.values})
    shown = [(field, _value_of(before, field), _value_of(after, field)) for field in fields]
    return [(field, old, new) for field, old, new in shown if repr(old) != repr(new)]


def _leaving_choices(ones: Sequence[Merge], rest: Member) -> list[tuple[str, str]]:
    """What was chosen with these merges and with none that stands: the merges of one call share their choices."""
    inside = {member.contact_id for member in members_of(rest)}
    kept = {
        choice.field
        for member in members_of(rest)
        for choice in member.choices
        if choice.from_id is None or choice.from_id in inside
    }
    chosen = {field for one in ones for field in one.choices}
    return [(field, "chosen") for field in sorted(chosen - kept)]


def _value_of(profile: Profile, field: str) -> Json:
    entry = profile.values.get(field)
    return entry.value if entry else None


def of_contact(db: Database, actor: Actor, contact_id: str) -> Joins:
    """All merges and splits of a contact's tree, newest first. Raises NotFound, Gone."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        project_id = actor.project_id
        view = view_of(tx, project_id, contact_id)
        arrows = contacts.arrows(tx, project_id, view.contact.id)
        found = merges.of_tree(tx, project_id, list(arrows), HISTORY)
        parts = splits.of_tree(tx, project_id, list(arrows), HISTORY)
        concerned = [c for m in found for c in (m.winner_id, m.loser_id)]
        called = names(tx, project_id, [*concerned, *(c for s in parts for c in (s.from_id, s.into_id))])
        actors = {*(m.actor_id for m in found), *(s.actor_id for s in parts)}
        people = accounts.users_by_id(tx, [UserId(actor_id) for actor_id in actors])

    def by(actor_id: str, kind: str) -> str:
        return people[UserId(actor_id)].name if actor_id in people else kind

    entries = []
    for one in found:
        standing = one.undone_at is None and one.loser_id in arrows
        leaving = set(subtree(arrows, one.loser_id)) if standing else set()
        owned = [identity for identity in view.identities if identity.contact_id in leaving]
        called_both = (called.get(one.winner_id, ""), called.get(one.loser_id, ""))
        entries.append(
            MergeEntry(
                one,
                *called_both,
                by(one.actor_id, one.actor_kind),
                owned,
                sum(i.conversations for i in owned),
            )
        )
    return Joins(
        view,
        entries,
        [
            SplitEntry(s, called.get(s.from_id, ""), called.get(s.into_id, ""), by(s.actor_id, s.actor_kind))
            for s in parts
        ],
    )
