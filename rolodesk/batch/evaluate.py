"""How well duplicates are found in a file in which it is known who is who: `rolodesk duplicates evaluate`."""

from __future__ import annotations

import csv
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache, partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, cast

from babel import Locale
from msgspec import Struct

from rolodesk.batch.link import CHUNK, block, load, opened, predict, prepare, weigh
from rolodesk.domain.contact import FIELDS, PROPERTY
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.evidence import Evidence, Rules, evidence, plain, typed
from rolodesk.domain.grouping import LEAST, groups
from rolodesk.domain.matching import Model

if TYPE_CHECKING:
    import duckdb

TRUTH = "person"
# Under which a reader puts cells that the head has no name for.
_NAMELESS = cast(str, None)
BINS = 20


class Quality(Struct, frozen=True):
    """Of all pairs that were put together, how many are right (precision); of all right ones, how many were found."""

    precision: float
    recall: float
    f1: float


class Evaluation(Struct, frozen=True):
    """What was found, and how well where the file says who is who. Seconds of wall-clock time; megabytes at most."""

    rows: int
    candidates: int
    largest_group: int
    group_count: int
    seconds: float
    memory: int
    edges: Quality | None = None
    groups: Quality | None = None
    bcubed: Quality | None = None
    oracle_f1: float | None = None
    share_of_oracle: float | None = None
    ece: float | None = None


def evaluate(
    file: Path,
    model: Model,
    identifying: Sequence[str] = (),
    country: str | None = None,
    groups_out: Path | None = None,
    pairs_out: Path | None = None,
    processes: int = 2,
) -> Evaluation:
    """Find the duplicates in a CSV file, and write the group of each row and the scored pairs to files.

    Raises Invalid for a file that cannot be read as one, OSError for one that cannot be written, ImportError where the
    extra `duplicates` is not installed.
    """
    began = time.monotonic()
    people: list[str] = []
    with opened() as db:
        load(db, read_rows(file, Rules(country, tuple(identifying)), people, processes))
        prepare(db, model, len(people))
        candidates = block(db)
        weigh(db, model, len(people))
        predict(db, model, len(people))
        question = f"SELECT a, b, probability FROM scored WHERE probability >= {LEAST}"
        likely: list[tuple[int, int, float]] = db.execute(question).fetchall()
        found = groups(likely)
        seconds = time.monotonic() - began
        if pairs_out is not None:
            _write_pairs(db, pairs_out)
        group_of = list(range(len(people)))
        for group in found:
            for row in group:
                group_of[row] = group[0]
        if groups_out is not None:
            _write_groups(group_of, groups_out)
        size = max(map(len, found), default=1)
        evaluation = Evaluation(len(people), candidates, size, len(found), round(seconds, 2), _peak())
        if any(people):
            evaluation = _measured(db, evaluation, people, [(a, b) for a, b, _ in likely], found, group_of)
    return evaluation


def _measured(
    db: duckdb.DuckDBPyConnection,
    evaluation: Evaluation,
    people: Sequence[str],
    likely: Sequence[tuple[int, int]],
    found: Sequence[Sequence[int]],
    group_of: Sequence[int],
) -> Evaluation:
    numbers: dict[str, int] = {}
    # A row without a name for its person is nobody else's.
    truth = [numbers.setdefault(person or f"\x00{n}", len(numbers)) for n, person in enumerate(people)]
    all_true = sum(n * (n - 1) // 2 for n in Counter(truth).values())
    right = sum(truth[a] == truth[b] for a, b in likely)
    together = sum(n * (n - 1) // 2 for n in Counter(group_of).values())
    both = sum(n * (n - 1) // 2 for n in Counter(zip(group_of, truth, strict=True)).values())
    groups_ = quality(both, together, all_true)
    best = _oracle(db, truth, all_true)
    return Evaluation(
        evaluation.rows,
        evaluation.candidates,
        evaluation.largest_group,
        evaluation.group_count,
        evaluation.seconds,
        evaluation.memory,
        quality(right, len(likely), all_true),
        groups_,
        bcubed(group_of, truth),
        round(best, 6),
        round(groups_.f1 / best, 6) if best else None,
        _ece(db, truth),
    )


def quality(right: int, found: int, true: int) -> Quality:
    """Precision, recall and their harmonic mean; nothing found is no mistake."""
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else float(not true and not found)
    return Quality(round(precision, 6), round(recall, 6), round(f1, 6))


def bcubed(group_of: Sequence[int], truth: Sequence[int]) -> Quality:
    """B-cubed (Bagga and Baldwin, 1998): per row, which part of its group is its person, of its person its group."""
    groups_, people = Counter(group_of), Counter(truth)
    cells = Counter(zip(group_of, truth, strict=True))
    rows = len(truth) or 1
    precision = sum(n * n / groups_[group] for (group, _), n in cells.items()) / rows
    recall = sum(n * n / people[person] for (_, person), n in cells.items()) / rows
    return Quality(
        round(precision, 6), round(recall, 6), round(2 * precision * recall / ((precision + recall) or 1), 6)
    )


def _oracle(db: duckdb.DuckDBPyConnection, truth: Sequence[int], all_true: int) -> float:
    """The F1 of whoever knew of each candidate pair whether it is right, and joined them."""
    _register_truth(db, truth)
    parent = list(range(len(truth)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    right = db.execute(
        "SELECT s.a, s.b FROM scored s JOIN truth x ON x.n = s.a JOIN truth y ON y.n = s.b WHERE x.person = y.person"
    ).fetchall()
    for a, b in right:
        parent[root(a)] = root(b)
    reached = sum(n * (n - 1) // 2 for n in Counter(map(root, range(len(truth)))).values())
    return quality(reached, reached, all_true).f1


def _register_truth(db: duckdb.DuckDBPyConnection, truth: Sequence[int]) -> None:
    import pyarrow as pa

    part = pa.table({"n": pa.array(range(len(truth)), pa.int32()), "person": pa.array(truth, pa.int32())})
    db.register("part", part)
    db.execute("CREATE TABLE truth AS SELECT * FROM part")
    db.unregister("part")


def _ece(db: duckdb.DuckDBPyConnection, truth: Sequence[int]) -> float:
    """Expected calibration error: how far in each of BINS equal steps of probability, by its number of pairs, what was
    said is from what is so (Naeini et al., 2015). Asked after `_oracle`."""
    rows = db.execute(
        f"SELECT count(*), avg(probability), avg((x.person = y.person)::INT) FROM scored s JOIN truth x ON x.n = s.a"
        f" JOIN truth y ON y.n = s.b GROUP BY least(floor(probability * {BINS}), {BINS - 1})"
    ).fetchall()
    pairs = sum(row[0] for row in rows) or 1
    return round(float(sum(row[0] * abs(row[1] - row[2]) for row in rows)) / pairs, 6)


def _write_pairs(db: duckdb.DuckDBPyConnection, file: Path) -> None:
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("row_a", "row_b", "probability"))
        found = db.execute("SELECT a, b, probability FROM scored ORDER BY a, b")
        while part := found.fetchmany(CHUNK):
            writer.writerows((a, b, f"{probability:.6f}") for a, b, probability in part)


def _write_groups(group_of: Iterable[int], file: Path) -> None:
    """`row,group`, a row alone being a group of its own."""
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("row", "group"))
        writer.writerows(enumerate(group_of))


def _peak() -> int:
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (mine + helpers) // 1024


# Reading.


def read_rows(file: Path, rules: Rules, people: list[str], processes: int) -> Iterator[tuple[str, Evidence]]:
    """Each row's number and evidence; the truth is put into `people`."""
    try:
        source = file.open(newline="", encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(Problem(error.strerror or "cannot be read", str(file))) from error
    with source:
        reader = csv.DictReader(source)
        try:
            names = list(reader.fieldnames or ())
        except (csv.Error, UnicodeDecodeError) as error:
            raise Invalid(Problem("is no CSV file in UTF-8", str(file))) from error
        if missing := [name for name in rules.identifying if name not in names]:
            raise Invalid(Problem(f"has no column {missing[0]}", str(file)))
        if not set(names) & {"fullname", "firstname", "lastname", "email", "phone"}:
            raise Invalid(Problem("has no column fullname, firstname, lastname, email or phone", str(file)))
        # Not forked: DuckDB's threads are at work already.
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            work = partial(_evidences, rules)
            for part in _ahead(pool, work, _parts(reader, file, people)):
                for one in part:
                    yield "", one


def _parts(reader: csv.DictReader[str], file: Path, people: list[str]) -> Iterator[list[dict[str, str]]]:
    try:
        while part := list(islice(reader, 5_000)):
            for row in part:
                row.pop(_NAMELESS, None)
                people.append(row.pop(TRUTH, "") or "")
            yield part
    except (csv.Error, UnicodeDecodeError) as error:
        raise Invalid(Problem(f"cannot be read after row {len(people)}: {error}", str(file))) from error


def _ahead(
    pool: ProcessPoolExecutor,
    work: Callable[[list[dict[str, str]]], list[Evidence]],
    parts: Iterable[list[dict[str, str]]],
) -> Iterator[list[Evidence]]:
    """The work on each part, in order, with a few parts begun before they are asked for."""
    waiting: list[Future[list[Evidence]]] = []
    for part in parts:
        waiting.append(pool.submit(work, part))
        if len(waiting) > 6:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def _evidences(rules: Rules, rows: list[dict[str, str]]) -> list[Evidence]:
    return [evidence_of(row, rules) for row in rows]


def evidence_of(row: Mapping[str, str], rules: Rules) -> Evidence:
    """A row's evidence: its columns are fields, others properties; its own country reads its phone."""
    fields = {name if name in FIELDS else PROPERTY + name: value for name, value in row.items() if value}
    own = country_code(row.get("country") or "")
    if own and own != rules.country:
        rules = Rules(own, rules.identifying, rules.languages)
    return evidence(typed(fields, rules), rules)


def country_code(text: str) -> str | None:
    """The two letters of a country that is written so or by its English or own name."""
    if len(text) == 2 and text.isascii():
        return text.upper()
    return _countries().get(plain(text)) if text else None


@cache
def _countries() -> dict[str, str]:
    found = {"usa": "US", "uk": "GB"}
    for language in ("en", "it", "de", "fr", "es", "pt", "pl", "nl"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2:
                found.setdefault(plain(name), code)
    return found
