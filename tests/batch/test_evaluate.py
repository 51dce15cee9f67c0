"""`rolodesk duplicates evaluate` on files small enough to be counted by hand."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rolodesk.batch.evaluate import bcubed, country_code, evaluate, quality
from rolodesk.batch.models import shipped
from rolodesk.domain.errors import Invalid

PEOPLE = """fullname,email,phone,city,customer_number,person
Andrea Rossi,andrea.rossi@gmail.com,+39 333 2224567,Roma,,1
andrea rossi,Andrea.Rossi@gmail.com,,,,1
Rossi Andrea,,+393332224567,Roma,,1
Zbigniew Wojciechowski,zbig.w@wp.pl,,,C77,2
Zbyszek Wojciechowski,zbig.w@wp.pl,,,C77,2
Maria Bianchi,,,,,3
Luca Verdi,luca@verdi.it,,,,4
"""


def written(place: Path, text: str | bytes) -> Path:
    file = place / "people.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_what_is_found_is_measured_against_the_truth(tmp_path: Path) -> None:
    groups, pairs = tmp_path / "groups.csv", tmp_path / "pairs.csv"

    found = evaluate(
        written(tmp_path, PEOPLE), shipped(), ["customer_number"], None, groups, pairs, processes=1
    )

    assert (found.rows, found.group_count, found.largest_group) == (7, 2, 3)
    assert found.groups is not None
    assert (found.groups.precision, found.groups.recall) == (1, 1)
    assert found.bcubed is not None
    assert found.bcubed.f1 == 1
    assert found.share_of_oracle == 1
    rows = list(csv.reader(groups.read_text().splitlines()))
    assert rows[0] == ["row", "group"]
    assert [group for _, group in rows[1:]] == ["0", "0", "0", "3", "3", "5", "6"]
    scored = list(csv.DictReader(pairs.read_text().splitlines()))
    assert {(row["row_a"], row["row_b"]) for row in scored} >= {("0", "1"), ("0", "2"), ("3", "4")}
    assert all(0 <= float(row["probability"]) <= 1 for row in scored)


def test_who_is_who_is_used_for_measuring_only(tmp_path: Path) -> None:
    other = "\n".join(line[:-1] + "9" if line[-1].isdigit() else line for line in PEOPLE.splitlines()) + "\n"
    first, second, third = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))

    evaluate(written(tmp_path, PEOPLE), shipped(), groups_out=first, processes=1)
    evaluate(written(tmp_path, other), shipped(), groups_out=second, processes=1)
    without = "\n".join(line.rpartition(",")[0] for line in PEOPLE.splitlines()) + "\n"
    blind = evaluate(written(tmp_path, without), shipped(), groups_out=third, processes=1)

    assert first.read_text() == second.read_text() == third.read_text()
    assert blind.groups is None
    assert blind.edges is None
    assert blind.ece is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column"),
        ("colour,person\nred,1\n", "has no column"),
        (b"fullname,person\n\xff\xfe,1\n", "UTF-8"),
        ("fullname\nA\n", "customer_number"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        evaluate(
            written(tmp_path, text), shipped(), ["customer_number"] if "A" in str(text) else [], processes=1
        )

    assert said in refused.value.problems[0].msg


def test_odd_rows_do_no_harm(tmp_path: Path) -> None:
    odd = PEOPLE + 'x,y,z,a,b,c,d,e\n,,,,,\n"quoted, name",,,,,\n' + "n" * 50_000 + ",,,,,\n<b>\x00,,,,,7\n"

    assert evaluate(written(tmp_path, odd), shipped(), processes=1).rows == 12


def test_a_file_of_nobody_is_measured_too(tmp_path: Path) -> None:
    found = evaluate(written(tmp_path, "fullname,person\n"), shipped(), processes=1)

    assert (found.rows, found.candidates, found.group_count) == (0, 0, 0)


def test_the_command_works_without_a_server_or_a_database(tmp_path: Path) -> None:
    file = written(tmp_path, PEOPLE)
    run = [sys.executable, "-m", "rolodesk.cli", "duplicates", "evaluate"]

    said = subprocess.run(
        [*run, str(file), "--json"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    plain = subprocess.run([*run, str(file)], capture_output=True, text=True, cwd=tmp_path, check=True)
    wrong = subprocess.run(
        [*run, str(tmp_path / "none.csv")], capture_output=True, text=True, cwd=tmp_path, check=False
    )

    found = json.loads(said.stdout)
    keys = ["edges", "groups", "bcubed", "share_of_oracle", "largest_group", "ece", "seconds", "memory"]
    assert set(keys) <= found.keys()
    assert set(found["groups"]) == {"precision", "recall", "f1"}
    assert "share of the best that the keys allow" in plain.stdout
    assert wrong.returncode == 1
    assert "none.csv" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv"]


def test_measures_by_hand() -> None:
    assert quality(2, 4, 8).precision == 0.5
    assert quality(2, 4, 8).recall == 0.25
    assert quality(0, 0, 0).f1 == 1
    assert quality(0, 0, 5).f1 == 0
    # Groups {a a b} {b}: precision (2/3 + 2/3 + 1/3 + 1) / 4, recall (1 + 1 + 1/2 + 1/2) / 4.
    found = bcubed([0, 0, 0, 1], [0, 0, 1, 1])
    assert (found.precision, found.recall) == (pytest.approx(8 / 12, abs=1e-6), 0.75)


@pytest.mark.parametrize(
    ("text", "code"),
    [("IT", "IT"), ("it", "IT"), ("Italia", "IT"), ("Deutschland", "DE"), ("", None), ("Atlantis", None)],
)
def test_countries_by_code_and_name(text: str, code: str | None) -> None:
    assert country_code(text) == code
