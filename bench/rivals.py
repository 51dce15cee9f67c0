"""What others find on a file of `bench.people`, all measured by one function.

`python -m bench.rivals people.csv [--only rule,capped,ecm,splink] [--json]`

rule    the same email, or the same phone, is the same person; and so on from one to the next
capped  the rule, where no more than five contacts share the value
ecm     recordlinkage: blocks on email, phone, and surname with city; its ECM classifier
splink  Splink as its tutorial shows it, groups at a probability of 0.95

`ecm` and `splink` want recordlinkage, and splink with duckdb and pandas. Each runs in a process of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from math import comb
from pathlib import Path
from typing import Any, NamedTuple

SECONDS = {"ecm": 600}
BYTES = {"ecm": 8 << 30}
CAP = 5
FILLED = 0.1
THRESHOLD = 0.95
SEED = 7
FIELDS = "fullname firstname surname email phone company street city zipcode date_of_birth number".split()  # noqa: SIM905

Pair = tuple[int, int]
Row = dict[str, str]


class Found(NamedTuple):
    """What a rival says of the rows, by their place: which two are one person, and the group of each."""

    edges: Iterable[Pair]
    groups: Sequence[int]


class Measures(NamedTuple):
    """Pairs within the groups against pairs of one person; edges alike; B-cubed, which counts contacts."""

    precision: float
    recall: float
    f1: float
    edge_precision: float
    edge_recall: float
    edge_f1: float
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    largest: int


# The measure.


def measures(people: Sequence[str], found: Found) -> Measures:
    """How well groups and edges agree with who the rows are."""
    sizes, persons = Counter(found.groups), Counter(people)
    both = Counter(zip(found.groups, people, strict=True))
    true, said, right = (sum(comb(n, 2) for n in counts.values()) for counts in (persons, sizes, both))
    precision, recall = _share(right, said), _share(right, true)
    edges = {(min(pair), max(pair)) for pair in found.edges}
    right_edges = sum(people[one] == people[other] for one, other in edges)
    edge_precision, edge_recall = _share(right_edges, len(edges)), _share(right_edges, true)
    b_precision = sum(n * n / sizes[group] for (group, _), n in both.items()) / len(people)
    b_recall = sum(n * n / persons[person] for (_, person), n in both.items()) / len(people)
    return Measures(
        precision,
        recall,
        _f1(precision, recall),
        edge_precision,
        edge_recall,
        _f1(edge_precision, edge_recall),
        b_precision,
        b_recall,
        _f1(b_precision, b_recall),
        max(sizes.values()),
    )


def components(rows: int, edges: Iterable[Pair]) -> list[int]:
    """The group of each row, named by a row of it: all that edges connect, however far."""
    leader = list(range(rows))

    def find(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    for one, other in edges:
        leader[find(one)] = find(other)
    return [find(row) for row in range(rows)]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


# The rivals. Each is given the same cleaned rows.


def read(file: Path) -> tuple[list[Row], list[str]]:
    """The rows as anybody would clean them first, "" where there is nothing; and who they are."""
    rows, people = [], []
    with file.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            rows.append(_cleaned(row))
            people.append(row["person"])
    return rows, people


def _cleaned(row: dict[str, str]) -> Row:
    words = row["fullname"].lower().replace(",", " ").split()
    first = row["firstname"].lower().strip() or (words[0] if words else "")
    last = row["lastname"].lower().strip() or (words[-1] if len(words) > 1 else "")
    return {
        "fullname": " ".join(words) or f"{first} {last}".strip(),
        "firstname": first,
        "surname": last,
        "email": row["email"].lower().strip(),
        "phone": _phone(row["phone"]),
        "company": row["company"].lower().strip(),
        "street": row["streetAddress"].lower().strip(),
        "city": row["city"].lower().strip(),
        "zipcode": row["zipcode"].strip(),
        "date_of_birth": row["date_of_birth"].strip(),
        "number": row.get("customer_number") or row.get("soc_sec_id") or "",
    }


def _phone(text: str) -> str:
    """The last nine digits: what a number has in common in its own country and from abroad."""
    digits = re.sub(r"\D", "", text)
    return digits[-9:] if len(digits) > 5 else ""


def rule(rows: Sequence[Row], cap: int | None = None) -> Found:
    """The same email or the same phone."""
    held: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        for field in ("email", "phone"):
            if row[field]:
                held[field, row[field]].append(at)
    groups = [group for group in held.values() if cap is None or len(group) <= cap]
    # A chain is enough to connect them, and no more than a chain fits where half of all typed one number.
    chained = ((one, other) for group in groups for one, other in pairwise(group))
    return Found(
        (pair for group in groups for pair in combinations(group, 2)), components(len(rows), chained)
    )


def capped(rows: Sequence[Row]) -> Found:
    """The rule, which leaves out what more than a few have."""
    return rule(rows, CAP)


def _filled(rows: Sequence[Row]) -> set[str]:
    """The fields worth a comparison: both models go astray by those that hardly anybody fills."""
    return {field for field in FIELDS if sum(bool(row[field]) for row in rows) >= FILLED * len(rows)}


def ecm(rows: Sequence[Row]) -> Found:
    """recordlinkage, with the steps and the comparisons of its guide to deduplication."""
    import pandas
    import recordlinkage

    table = pandas.DataFrame(rows, columns=FIELDS).replace("", None)
    has, filled = {field for field in FIELDS if table[field].notna().any()}, _filled(rows)
    indexer = recordlinkage.Index()
    for fields in (["email"], ["phone"], ["surname", "city"]):
        if has.issuperset(fields):
            indexer.block(fields)
    pairs = indexer.index(table)
    compare = recordlinkage.Compare()
    for field in ("firstname", "surname"):
        compare.string(field, field, method="jarowinkler", threshold=0.85, label=field)
    for field in ("email", "phone", "company", "city", "zipcode", "date_of_birth", "number"):
        if field in filled:
            compare.exact(field, field, label=field)
    if "street" in filled:
        compare.string("street", "street", method="jarowinkler", threshold=0.85, label="street")
    matches = recordlinkage.ECMClassifier().fit_predict(compare.compute(pairs, table))
    edges = [(int(one), int(other)) for one, other in matches]
    return Found(edges, components(len(rows), edges))


def splink(rows: Sequence[Row]) -> Found:
    """Splink 5 on DuckDB, with the steps of its tutorial and its ready comparisons."""
    import duckdb
    import pandas
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    table = pandas.DataFrame(rows, columns=FIELDS).replace("", None)
    has, filled = {field for field in FIELDS if table[field].notna().any()}, _filled(rows)
    table = table[[field for field in FIELDS if field in has]]
    table.insert(0, "unique_id", range(len(rows)))
    comparisons: dict[str, Any] = {
        "firstname": compare.NameComparison("firstname").configure(term_frequency_adjustments=True),
        "surname": compare.NameComparison("surname").configure(term_frequency_adjustments=True),
        "email": compare.EmailComparison("email"),
        "phone": compare.ExactMatch("phone"),
        "city": compare.ExactMatch("city").configure(term_frequency_adjustments=True),
        "street": compare.JaroWinklerAtThresholds("street", [0.92, 0.8]),
        "company": compare.ExactMatch("company").configure(term_frequency_adjustments=True),
        "zipcode": compare.ExactMatch("zipcode"),
        "date_of_birth": compare.LevenshteinAtThresholds("date_of_birth", [1, 2]),
        "number": compare.ExactMatch("number"),
    }
    blocks = [("email",), ("phone",), ("fullname",), ("surname", "city"), ("date_of_birth",), ("number",)]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[comparison for field, comparison in comparisons.items() if field in filled],
        blocking_rules_to_generate_predictions=[block_on(*each) for each in blocks if has.issuperset(each)],
    )
    sure = [("fullname", "phone"), ("email", "surname"), ("fullname", "date_of_birth")]
    with tempfile.TemporaryDirectory() as spill:
        connection = duckdb.connect()
        connection.execute(f"SET temp_directory = '{spill}'; SET memory_limit = '2GB'").fetchall()
        database = DuckDBAPI(connection)
        linker = Linker(database.register(table), settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match(
            [block_on(*each) for each in sure if has.issuperset(each)], recall=0.6
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=SEED)
        for field in [field for field in ("fullname", "email", "phone", "date_of_birth") if field in filled][
            :3
        ]:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(field))
        predicted = linker.inference.predict(threshold_match_probability=THRESHOLD)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=THRESHOLD
        )
        edges = connection.execute(
            f"SELECT unique_id_l, unique_id_r FROM {predicted.physical_name}"
        ).fetchall()
        groups = dict(
            connection.execute(f"SELECT unique_id, cluster_id FROM {clusters.physical_name}").fetchall()
        )
    return Found(edges, [groups[at] for at in range(len(rows))])


RIVALS: dict[str, Callable[[Sequence[Row]], Found]] = {
    "rule": rule,
    "capped": capped,
    "ecm": ecm,
    "splink": splink,
}


# One process for each.


def report(file: Path, name: str) -> dict[str, Any]:
    """What a rival found, its seconds and its peak memory in MB; or the sentence `failed`."""
    command = [sys.executable, "-m", "bench.rivals", str(file), "--here", name]
    limit = SECONDS.get(name)
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"rival": name, "failed": f"not done after {limit} s"}
    if ran.returncode:
        said = ran.stderr.strip().splitlines()
        return {"rival": name, "failed": said[-1] if said else f"killed by signal {-ran.returncode}"}
    answer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return answer


def _here(file: Path, name: str) -> dict[str, Any]:
    rows, people = read(file)
    if name in BYTES:
        resource.setrlimit(resource.RLIMIT_AS, (BYTES[name], BYTES[name]))
    warnings.simplefilter("ignore")
    began = time.perf_counter()
    try:
        with contextlib.redirect_stdout(sys.stderr):
            found = RIVALS[name](rows)
            found = Found(list(found.edges), found.groups)
    except ModuleNotFoundError as error:
        return {"rival": name, "failed": f"wants {error.name}: pip install {error.name}"}
    except MemoryError:
        return {"rival": name, "failed": f"wants more than {BYTES[name] >> 30} GB"}
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return {
        "rival": name,
        **measures(people, found)._asdict(),
        "seconds": round(seconds, 1),
        "memory": round(memory),
    }


def _lines(reports: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "rival   precision recall    f1  edges: p     r    f1  b-cubed f1  largest  seconds     MB"
    for told in reports:
        if "failed" in told:
            yield f"{told['rival']:7} {told['failed']}"
        else:
            yield (
                "{rival:7} {precision:9.3f} {recall:6.3f} {f1:5.3f}  {edge_precision:8.3f} {edge_recall:5.3f}"
                " {edge_f1:5.3f}  {bcubed_f1:10.3f}  {largest:7,}  {seconds:7.1f}  {memory:5,}"
            ).format(**told)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.rivals", description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", default=",".join(RIVALS), help="of " + ", ".join(RIVALS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--here", choices=RIVALS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        print(json.dumps(_here(options.file, options.here)))
        return
    names = options.only.split(",")
    if unknown := set(names) - set(RIVALS):
        parser.error(f"no such rival: {', '.join(sorted(unknown))}")
    reports = (report(options.file, name) for name in names)
    if options.json:
        print(json.dumps(list(reports), indent=2))
    else:
        for line in _lines(reports):
            print(line, flush=True)


if __name__ == "__main__":
    main()
