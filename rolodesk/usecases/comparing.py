"""All contacts of a project compared with each other, and what was found stored in short transactions.

What is stored meanwhile by looking at single contacts is newer: a run decides only on pairs of contacts that have not
changed since it began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import Protocol, TypeVar

from msgspec import Struct

from rolodesk.batch.link import Edge, Linked
from rolodesk.domain.access import System
from rolodesk.domain.errors import Conflict
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.evidence import Evidence
from rolodesk.domain.grouping import groups
from rolodesk.domain.ids import ContactId
from rolodesk.domain.matching import COMPARISONS, Model
from rolodesk.storage import contacts, duplicates, events, match_keys, runs
from rolodesk.storage.database import Database, WriteTx, retried
from rolodesk.storage.duplicates import Both, KeptGroup, Suggestion
from rolodesk.usecases.apart import within
from rolodesk.usecases.automatic import merge_pair
from rolodesk.usecases.clock import now
from rolodesk.usecases.evidence import is_proposed, mark_more, renew
from rolodesk.usecases.groups import name_groups, old_groups, regroup, told
from rolodesk.usecases.looking import tell_withdrawn
from rolodesk.usecases.match_models import model_of, recalibrate

PAGE = 5_000
CONTACTS_AT_ONCE = 100
EDGES_AT_ONCE = 200
WORDS_AT_ONCE = 2_000
TELL_EVERY = 500

T = TypeVar("T")
Speaking = Callable[[tuple[str, ...]], tuple[str, ...]]


class _Cluster(Struct, frozen=True):
    """What hangs together: the pairs that were found now, and those that stood there before."""

    made: list[Suggestion]
    before: list[Suggestion]


class Linker(Protocol):
    """`rolodesk.batch.link.link`, or what does the same elsewhere."""

    def __call__(
        self,
        rows: Iterable[tuple[str, Evidence]],
        model: Model,
        least: float = ...,
        say: Callable[[str, float], None] = ...,
    ) -> Linked: ...


class Progress(Struct, frozen=True):
    """A run that this process has claimed; it tells where it is, to whoever has begun it and in the database."""

    db: Database
    system: System
    run_id: str
    began: int
    to: Callable[[str, float], None]
    _told: list[tuple[int, str]] = []

    def say(self, step: str, done: float) -> None:
        """Raises Conflict if another process has taken the run over."""
        self.to(step, done)
        at = now()
        if self._told and self._told[-1][1] == step and at < self._told[-1][0] + TELL_EVERY:
            return
        self._told[:] = [(at, step)]
        if not _save(self.db, self, step, done, at):
            raise Conflict("another process has taken this run over", "run_in_progress")


@retried
def _save(db: Database, progress: Progress, step: str, done: float, at: int) -> bool:
    with db.write(progress.system.project_id) as tx:
        return runs.progress(tx, progress.system.project_id, progress.run_id, progress.began, step, done, at)


def compare_all(progress: Progress, linker: Linker) -> tuple[int, int, int]:
    """How many contacts were compared, how many pairs are suggested by it, and how many were merged by themselves."""
    db, project_id = progress.db, progress.system.project_id
    marks = _bring_up_to_date(progress)
    recalibrate(db, progress.system)
    began = now()
    with db.read() as tx:
        policy = runs.policy(tx, project_id)
        model = model_of(tx, project_id)
    found = linker(_rows(progress), model, policy.suggest_at, progress.say)
    _keep_words(progress, found)
    stored = _store(progress, found, model, began)
    _withdraw(progress, {(edge.low, edge.high) for edge in found.edges}, began)
    merged = _merge_alike(progress, found.edges) if policy.merge_alike else 0
    _take_marks(progress, marks)
    return found.contacts, stored, merged


def _bring_up_to_date(progress: Progress) -> list[tuple[ContactId, int]]:
    """Bring the evidence of all marked contacts to the project's rules of today; the marks, which the run will have
    answered."""
    db, project_id = progress.db, progress.system.project_id
    progress.say("evidence", 0.0)
    while mark_more(db, project_id):
        progress.say("evidence", 0.0)
    with db.read() as tx:
        waiting = match_keys.count_pending(tx, project_id)
    seen: list[tuple[ContactId, int]] = []
    after = ContactId("")
    while True:
        with db.read() as tx:
            part = match_keys.pending_after(tx, project_id, after, CONTACTS_AT_ONCE)
        if not part:
            return seen
        _renew(db, progress.system, [contact_id for contact_id, _ in part])
        seen += part
        after = part[-1][0]
        progress.say("evidence", min(1.0, len(seen) / max(waiting, 1)))


@retried
def _renew(db: Database, system: System, ids: Sequence[ContactId]) -> None:
    """Bring the evidence of some contacts, in id order, to the project's rules of today."""
    with db.write(system.project_id) as tx:
        rules = match_keys.rules(tx, system.project_id)
        for contact_id in ids:
            contacts.lock(tx, system.project_id, contact_id)
        for contact in contacts.by_ids(tx, system.project_id, ids).values():
            if is_proposed(contact):
                renew(tx, system.project_id, contact.id, contact.profile, rules, now())


def _rows(progress: Progress) -> Iterator[tuple[str, Evidence]]:
    after = ContactId("")
    while True:
        with progress.db.read() as tx:
            page = match_keys.page(tx, progress.system.project_id, after, PAGE)
        if not page:
            return
        yield from page
        after = page[-1][0]


def _keep_words(progress: Progress, found: Linked) -> None:
    """Keep how frequent words are, for those who are looked at one by one."""
    counted = [
        (kind, word, count)
        for kind, words in found.frequencies.counts.items()
        for word, count in words.items()
    ]
    progress.say("words", 0.0)
    for part in _parts(counted, WORDS_AT_ONCE):
        _write_words(progress.db, progress.system, part)
    _forget_words(progress.db, progress.system, found)


@retried
def _write_words(db: Database, system: System, part: Sequence[tuple[str, str, int]]) -> None:
    with db.write(system.project_id) as tx:
        match_keys.write_words(tx, system.project_id, part)


@retried
def _forget_words(db: Database, system: System, found: Linked) -> None:
    with db.write(system.project_id) as tx:
        for kind, word in match_keys.words(tx, system.project_id):
            if word not in found.frequencies.counts.get(kind, {}):
                match_keys.forget_word(tx, system.project_id, kind, word)
        runs.write_counted(tx, system.project_id, found.frequencies.contacts)


# What was found.


def _store(progress: Progress, found: Linked, model: Model, began: int) -> int:
    """Suggest what was found; how many pairs."""
    speaking = lru_cache(maxsize=10_000)(partial(_speaking, model))
    stored = written = 0
    for part in _clusters(found.edges):
        stored += _store_part(progress.db, progress, part, speaking, began)
        written += sum(len(edges) for edges in part)
        progress.say("storing", written / len(found.edges))
    return stored


def _clusters(edges: Sequence[Edge]) -> Iterator[list[list[Edge]]]:
    """The edges by what hangs together, several clusters at once."""
    above: dict[str, str] = {}

    def top(one: str) -> str:
        while above.setdefault(one, one) != one:
            above[one] = one = above[above[one]]
        return one

    for edge in edges:
        above[top(edge.low)] = top(edge.high)
    clusters: dict[str, list[Edge]] = {}
    for edge in edges:
        clusters.setdefault(top(edge.low), []).append(edge)
    part: list[list[Edge]] = []
    for cluster in clusters.values():
        part.append(cluster)
        if sum(len(one) for one in part) >= EDGES_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


@retried
def _store_part(
    db: Database, progress: Progress, part: Sequence[Sequence[Edge]], speaking: Speaking, began: int
) -> int:
    """Suggest what was found of some clusters; what others have found since of their contacts stays."""
    project_id, at = progress.system.project_id, now()
    with db.write(project_id) as tx:
        duplicates.lock(tx, project_id)
        members = [
            sorted({ContactId(c) for edge in cluster for c in (edge.low, edge.high)}) for cluster in part
        ]
        everybody = [contact_id for cluster in members for contact_id in cluster]
        fresh = match_keys.unchanged(tx, project_id, everybody, began)
        apart = within(tx, project_id, members)
        known = {one.pair: one for one in duplicates.of_contacts(tx, project_id, everybody)}
        whole: list[_Cluster] = []
        stored = 0
        for cluster, inside in zip(part, map(set, members), strict=True):
            made = [
                _suggestion(edge, progress, speaking(edge.levels), at)
                for edge in cluster
                if {edge.low, edge.high} <= fresh and (edge.low, edge.high) not in apart
            ]
            pairs = {one.pair for one in made}
            before = [one for one in known.values() if one.low in inside or one.high in inside]
            gone = {
                one.pair
                for one in before
                if one.pair not in pairs and ({*one.pair} <= fresh or one.pair in apart)
            }
            duplicates.delete(tx, project_id, sorted(gone))
            tell_withdrawn(tx, progress.system, gone, at)
            known = {pair: one for pair, one in known.items() if pair not in gone}
            _tell(tx, progress, made, before, at)
            if {one.pair for one in before} <= pairs | gone:
                whole.append(_Cluster(made, before))
            else:
                duplicates.write(tx, project_id, made)
                regroup(tx, project_id, [*before, *made], at)
            stored += len(made)
        _write_whole(tx, progress, whole, apart, at)
    return stored


def _suggestion(edge: Edge, progress: Progress, kinds: tuple[str, ...], at: int) -> Suggestion:
    return Suggestion(
        ContactId(edge.low),
        ContactId(edge.high),
        edge.probability,
        edge.bits,
        kinds,
        None,
        at,
        progress.run_id,
    )


def _speaking(model: Model, levels: tuple[str, ...]) -> tuple[str, ...]:
    """The comparisons that speak for a pair, strongest first, by what a level weighs in most cases: how rare a word is
    is told to whoever looks at the pair."""
    weighed = [
        (model.levels[comparison.name][level].bits, comparison.name)
        for comparison, level in zip(COMPARISONS, levels, strict=True)
        if level
    ]
    return tuple(name for bits, name in sorted(weighed, key=lambda one: -one[0]) if bits > 0)


def _tell(
    tx: WriteTx, progress: Progress, made: Sequence[Suggestion], before: Sequence[Suggestion], at: int
) -> None:
    known = {one.pair for one in before}
    for one in made:
        if one.pair not in known:
            event = Event(EventName.LEAD_DUPLICATE, one.low, one.low, subject_id=one.high)
            events.record(tx, progress.system, at, event)


def _write_whole(
    tx: WriteTx,
    progress: Progress,
    clusters: Sequence[_Cluster],
    apart: frozenset[tuple[str, str]],
    at: int,
) -> None:
    """Whole clusters with their groups: nothing else hangs together with them."""
    project_id = progress.system.project_id
    placed: list[tuple[Suggestion, str | None]] = []
    kept: dict[str, KeptGroup] = {}
    for cluster in clusters:
        made = cluster.made
        # A group may have been torn into clusters: one of them keeps its id.
        old = {g: inside for g, inside in old_groups(cluster.before).items() if g not in kept}
        named = name_groups(groups(((one.low, one.high, one.probability) for one in made), apart), old)
        place = {contact_id: group_id for group_id, group in named.items() for contact_id in group}
        duplicates.leave_groups(tx, project_id, sorted(old))
        duplicates.delete_groups(tx, project_id, sorted(old.keys() - named.keys()))
        for one in made:
            into = place.get(one.low) if place.get(one.low) == place.get(one.high) else None
            placed.append((one, into))
        for group_id, group in named.items():
            inner = [one for one in made if one.low in group and one.high in group]
            kept[group_id] = told(group_id, group, inner, at)
    duplicates.write_placed(tx, project_id, placed)
    duplicates.write_groups(tx, project_id, list(kept.values()))


def _withdraw(progress: Progress, found: set[tuple[str, str]], began: int) -> None:
    """Take back what stood there and was not found this time."""
    after: tuple[str, str] = ("", "")
    while True:
        with progress.db.read() as tx:
            page = duplicates.page(tx, progress.system.project_id, after, PAGE)
        if not page:
            return
        doubtful = [one for one in page if one.pair not in found and one.at < began]
        for part in _parts(doubtful, EDGES_AT_ONCE):
            _withdraw_part(progress.db, progress.system, [one.pair for one in part], began)
        after = page[-1].pair
        progress.say("storing", 1.0)


@retried
def _withdraw_part(db: Database, system: System, pairs: Sequence[Both], began: int) -> None:
    with db.write(system.project_id) as tx:
        duplicates.lock(tx, system.project_id)
        ids = sorted({contact_id for pair in pairs for contact_id in pair})
        fresh = match_keys.unchanged(tx, system.project_id, ids, began)
        gone = {pair for pair in pairs if {*pair} <= fresh}
        before = [one for one in duplicates.of_contacts(tx, system.project_id, ids) if one.pair in gone]

        at = now()
        duplicates.delete(tx, system.project_id, sorted(gone))
        regroup(tx, system.project_id, before, at)
        tell_withdrawn(tx, system, {one.pair for one in before}, at)


def _merge_alike(progress: Progress, edges: Sequence[Edge]) -> int:
    with progress.db.read() as tx:
        policy = runs.policy(tx, progress.system.project_id)
    sure = sorted(
        (edge for edge in edges if edge.probability >= policy.merge_at), key=lambda edge: -edge.probability
    )
    merged = 0
    for number, edge in enumerate(sure):
        low, high = ContactId(edge.low), ContactId(edge.high)
        merged += merge_pair(progress.db, progress.system, low, high, progress.run_id)
        progress.say("merging", number / len(sure))
    return merged


def _take_marks(progress: Progress, marks: Sequence[tuple[ContactId, int]]) -> None:
    """The contacts that were waiting when the run began have been looked at."""
    for part in _parts(marks, PAGE):
        _take_part(progress.db, progress.system, part)


@retried
def _take_part(db: Database, system: System, part: Sequence[tuple[ContactId, int]]) -> None:
    with db.write(system.project_id) as tx:
        for contact_id, mark in part:
            match_keys.claim(tx, system.project_id, contact_id, mark)


def _parts(found: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(found)
    while part := list(islice(waiting, size)):
        yield part
