"""How well and how fast duplicates are found, on populations that the model was not made with.

    python -m bench.duplicates [--contacts 100000] [--seed 901] [--rivals]

`--rivals` runs beside it what others do (bench/rivals.py); it needs pandas, recordlinkage and splink.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.people import MIXTURES, population, write
from rolodesk.batch.evaluate import evaluate, read_rows
from rolodesk.batch.link import link
from rolodesk.batch.models import shipped
from rolodesk.domain.evidence import Rules

GATES = ("gate_consumer", "gate_business")
IDENTIFYING = ("customer_number", "date_of_birth")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=901)
    parser.add_argument("--mixtures", nargs="+", default=GATES, choices=sorted(MIXTURES))
    parser.add_argument("--rivals", action="store_true")
    options = parser.parse_args()
    for mixture in options.mixtures:
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / f"{mixture}.csv"
            write(population(options.contacts, options.seed, MIXTURES[mixture]), file)
            _measure(mixture, file)
            if options.rivals:
                subprocess.run([sys.executable, "-m", "bench.rivals", str(file)], check=True)


def _measure(mixture: str, file: Path) -> None:
    found = evaluate(file, shipped(), IDENTIFYING)
    assert found.groups
    assert found.bcubed
    assert found.edges
    print(
        f"{mixture}, {found.rows:,} contacts: groups precision {found.groups.precision:.4f} recall"
        f" {found.groups.recall:.4f} f1 {found.groups.f1:.4f}, {found.share_of_oracle:.4f} of what the keys allow,"
        f" largest {found.largest_group}, B-cubed {found.bcubed.f1:.4f}, calibration error {found.ece:.4f},"
        f" {found.seconds:.0f} s with reading, {found.memory:,} MB"
    )
    people: list[str] = []
    rows = [one for _, one in read_rows(file, Rules(None, IDENTIFYING), people, 2)]
    began = time.monotonic()
    linked = link(((f"{n:08}", one) for n, one in enumerate(rows)), shipped())
    seconds = time.monotonic() - began
    pairs = [
        people[int(edge.low)] == people[int(edge.high)]
        for edge in linked.edges
        if edge.probability >= 0.999 and _by_itself(edge.levels)
    ]
    print(
        f"  from evidence to pairs {seconds:.0f} s, {linked.candidates / max(1, found.rows):.1f} pairs a contact;"
        f" would merge by itself: {len(pairs):,} pairs, {sum(pairs) / max(1, len(pairs)):.5f} of them right"
    )


def _by_itself(levels: tuple[str, ...]) -> bool:
    name, email, _, phone = levels[:4]
    return name in ("same", "nickname") and "same" in (email, phone) and levels[-1] != "different"


if __name__ == "__main__":
    main()
