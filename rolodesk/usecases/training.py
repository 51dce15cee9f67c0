"""A model learnt from a project's own contacts, and how what it finds differs from what the shipped one finds."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from rolodesk.batch import link as linking
from rolodesk.batch.models import check, shipped
from rolodesk.batch.splinked import learn
from rolodesk.domain.access import Permission, System, require
from rolodesk.domain.errors import Conflict
from rolodesk.domain.evidence import Evidence
from rolodesk.domain.grouping import groups
from rolodesk.domain.ids import ContactId
from rolodesk.domain.matching import Model
from rolodesk.storage import match_keys
from rolodesk.storage.database import Database

FEWEST = 2_000
LEAST = 0.5
PAGE = 5_000


class Found(Struct, frozen=True):
    """How much a model finds."""

    pairs: int
    groups: int


class Trained(Struct, frozen=True):
    """The learnt model, what it and the shipped one find, and how many pairs both do."""

    model: Model
    contacts: int
    shipped: Found
    learnt: Found
    common: int


def train(db: Database, system: System, say: Callable[[str, float], None]) -> Trained:
    """Learn by expectation maximisation, with nobody saying who is who. Nothing is stored.

    Raises Conflict for too few contacts or ones from which nothing can be learnt, ImportError without the extra
    `duplicates`.
    """
    require(system, Permission.CONFIGURE)
    before = linking.link(_rows(db, system), shipped(), LEAST, say)
    if before.contacts < FEWEST:
        raise Conflict(
            f"a model needs at least {FEWEST:,} contacts to learn from, and there are {before.contacts:,}",
            "too_few_contacts",
        )
    model = _learn(_rows(db, system), say)
    after = linking.link(_rows(db, system), model, LEAST, say)
    both = {(edge.low, edge.high) for edge in before.edges} & {(edge.low, edge.high) for edge in after.edges}
    return Trained(model, after.contacts, _found(before), _found(after), len(both))


def _rows(db: Database, system: System) -> Iterator[tuple[str, Evidence]]:
    after = ContactId("")
    while True:
        with db.read() as tx:
            page = match_keys.page(tx, system.project_id, after, PAGE)
        if not page:
            return
        yield from page
        after = page[-1][0]


def _learn(rows: Iterable[tuple[str, Evidence]], say: Callable[[str, float], None]) -> Model:
    with linking.opened() as db:
        count = len(linking.load(db, rows))
        linking.prepare(db, shipped(), count)
        linking.block(db)
        linking.weigh(db, shipped(), count)
        say("learning", 0.0)
        with _quiet():
            model = learn(db, shipped(), count)
    check(model)
    return model


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Splink tells its progress to whoever reads the command's output, and lets nobody's level of logs stand."""
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(logging.NOTSET)


def _found(linked: linking.Linked) -> Found:
    return Found(len(linked.edges), len(groups((e.low, e.high, e.probability) for e in linked.edges)))
