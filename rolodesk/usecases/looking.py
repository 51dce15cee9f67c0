"""Looking for the duplicates of a contact that was made or changed, after its transaction: two visitors who come at
once would not see each other's keys in their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from rolodesk.domain.access import System
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.evidence import Evidence
from rolodesk.domain.ids import ContactId
from rolodesk.storage import contacts, duplicates, events, match_keys, runs
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.storage.duplicates import Both, Suggestion
from rolodesk.usecases import candidates
from rolodesk.usecases.apart import among
from rolodesk.usecases.automatic import merge_alike
from rolodesk.usecases.candidates import Candidate
from rolodesk.usecases.clock import now
from rolodesk.usecases.evidence import afresh, catch_up, is_proposed, mark_more
from rolodesk.usecases.groups import regroup

AT_ONCE = 100


class _Seen(Struct, frozen=True):
    """What was found of a contact, and how many had held the project's suggestions by then. `is_current` if what is
    kept of it is what its profile and the project's rules make of it."""

    is_current: bool
    turn: int
    found: list[Candidate]
    known: list[Suggestion]


def look(db: Database, system: System, limit: int = AT_ONCE) -> int:
    """Look for the duplicates of contacts that are waiting for it, newest first; how many were waiting, at most
    `limit`. Several processes may do it at once: each contact is looked at once for each of its changes."""
    project_id = system.project_id
    with db.read() as tx:
        waiting = match_keys.pending(tx, project_id, limit)
        is_more = runs.marked(tx, project_id) is not None
    if not waiting and is_more:
        mark_more(db, project_id)
        with db.read() as tx:
            waiting = match_keys.pending(tx, project_id, limit)
    for contact_id, mark in waiting:
        look_at(db, system, contact_id, mark)
    return len(waiting)


def look_at(db: Database, system: System, contact_id: ContactId, mark: int) -> bool:
    """Look for the duplicates of one contact; False if another process has, or somebody has marked it once more."""
    seen = _see(db, system, contact_id)
    if not seen.is_current:
        catch_up(db, system.project_id, contact_id)
        seen = _see(db, system, contact_id)
    done = _suggest(db, system, contact_id, mark, seen)
    if done:
        merge_alike(db, system, contact_id)
    return done


def _see(db: Database, system: System, contact_id: ContactId) -> _Seen:
    """The candidates by one state of the database."""
    project_id = system.project_id
    with db.read() as tx:
        contact = contacts.get(tx, project_id, contact_id)
        kept = match_keys.evidence(tx, project_id, [contact_id]).get(contact_id)
        wanted = afresh(tx, project_id, contact) if contact is not None and is_proposed(contact) else None
        return _Seen(
            kept == wanted,
            duplicates.turn(tx, project_id),
            _candidates(tx, system, contact_id, kept),
            duplicates.of_contacts(tx, project_id, [contact_id]),
        )


def _candidates(tx: ReadTx, system: System, contact_id: ContactId, one: Evidence | None) -> list[Candidate]:
    """Those who are alike enough and not held apart."""
    if one is None:
        return []
    shared = candidates.find(tx, system.project_id, one, contact_id)
    if not shared:
        return []
    least = runs.policy(tx, system.project_id).suggest_at
    found = [candidate for candidate in shared if candidate.likeness.probability >= least]
    return standing(tx, system, contact_id, found)


def standing(
    tx: ReadTx, system: System, contact_id: ContactId, found: Sequence[Candidate]
) -> list[Candidate]:
    """Those whom nothing holds apart from the contact."""
    apart = among(tx, system.project_id, [contact_id, *(candidate.contact_id for candidate in found)])
    return [c for c in found if _pair(contact_id, c.contact_id) not in apart]


@retried
def _suggest(db: Database, system: System, contact_id: ContactId, mark: int, seen: _Seen) -> bool:
    """Let the contact's suggestions be what was found, and tell of new ones. If somebody else has held the suggestions
    meanwhile it is looked for again: what was found may be older than what stands there."""
    project_id = system.project_id
    with db.write(project_id) as tx:
        if not seen.found and not seen.known:
            return match_keys.claim(tx, project_id, contact_id, mark)
        is_next = duplicates.lock(tx, project_id) == seen.turn + 1
        if not match_keys.claim(tx, project_id, contact_id, mark):
            return False
        found = seen.found
        if not is_next:
            kept = match_keys.evidence(tx, project_id, [contact_id]).get(contact_id)
            found = _candidates(tx, system, contact_id, kept)

        _replace(tx, system, contact_id, found)
    return True


def _replace(tx: WriteTx, system: System, contact_id: ContactId, found: Sequence[Candidate]) -> None:
    project_id, at = system.project_id, now()
    before = {one.pair: one for one in duplicates.of_contacts(tx, project_id, [contact_id])}
    made = {one.pair: one for one in suggestions(contact_id, found, at)}
    duplicates.delete(tx, project_id, sorted(before.keys() - made.keys()))
    duplicates.write(tx, project_id, list(made.values()))
    regroup(tx, project_id, [*before.values(), *made.values()], at)
    for pair in sorted(made.keys() - before.keys()):
        other = pair[0] if pair[1] == contact_id else pair[1]
        events.record(
            tx, system, at, Event(EventName.LEAD_DUPLICATE, contact_id, contact_id, subject_id=other)
        )
    tell_withdrawn(tx, system, before.keys() - made.keys(), at)


def tell_withdrawn(tx: WriteTx, system: System, pairs: Iterable[Both], at: int) -> None:
    """These pairs are alike no more: who looks at one of them, or at the queue, sees it."""
    for low, high in sorted(pairs):
        event = Event(EventName.LEAD_DUPLICATE, low, low, subject_id=high, fields=("withdrawn",))
        events.record(tx, system, at, event)


def suggestions(contact_id: ContactId, found: Sequence[Candidate], at: int) -> list[Suggestion]:
    """What was found as it is kept."""
    return [
        Suggestion(
            *_pair(contact_id, candidate.contact_id),
            candidate.likeness.probability,
            candidate.likeness.bits,
            candidates.kinds(candidate.likeness),
            None,
            at,
        )
        for candidate in found
    ]


def _pair(one: ContactId, other: ContactId) -> tuple[ContactId, ContactId]:
    return (one, other) if one < other else (other, one)
