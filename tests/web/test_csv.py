"""Tables as CSV."""

import csv as csv_of_python

import pytest

from rolodesk.domain.errors import Invalid, Problem
from rolodesk.web import csv


def written(*row, header=("a", "b")):
    lines = b"".join(csv.rows_to_csv(header, [row])).decode().split("\r\n")
    assert lines[0] == ";".join(header)
    assert lines[-1] == ""
    return "\r\n".join(lines[1:-1])


def test_text_is_quoted_and_numbers_are_bare():
    assert written("a", 1, -2, 1.5, None, "", True, False) == '"a";1;-2;1.5;;"";"true";"false"'
    assert written('say "x"', "a;b", "a\r\nb", "é🙂") == '"say ""x""";"a;b";"a\r\nb";"é🙂"'


def test_what_would_run_as_a_formula_does_not():
    for sign in "=+-@\t\r\n":
        assert written(f"{sign}1") == f'"\'{sign}1"'
    assert written("1=1", " =1", "a-b") == '"1=1";" =1";"a-b"'


def test_nothing_runs_where_commas_or_tabs_are_taken_for_separators():
    for sign in "=+-@":
        for text in (f"x,{sign}1,y", f'x,"{sign}1,y', f"x\n{sign}1", f"x\r\n{sign}1", f"x\t{sign}1"):
            lines = f'"a";{written(text)};"z"'.splitlines()
            for separator in ",\t":
                cells = [cell for line in csv_of_python.reader(lines, delimiter=separator) for cell in line]
                assert [cell for cell in cells if cell.startswith(sign)] == []
    assert written("a, -b", "1-2", "a,b\nc") == '"a, -b";"1-2";"a,b\nc"'


def test_rows_are_taken_as_they_are_sent():
    taken = []

    def rows():
        for n in range(10_000):
            taken.append(n)
            yield ["x" * 100]

    chunks = csv.rows_to_csv(("a",), rows())
    assert taken == []
    first = next(chunks)
    assert len(first) < 2 * csv.PIECE
    assert len(taken) < 1_000
    assert b"".join([first, *chunks]).count(b"\r\n") == 10_001


def test_what_cannot_be_read_is_told_before_the_file_begins():
    def rows():
        raise Invalid(Problem("cannot be looked for", "full_text", "query"))
        yield []

    with pytest.raises(Invalid):
        csv.answer("a.csv", csv.rows_to_csv(("a",), rows()))


def test_a_table_without_rows_has_its_header():
    assert b"".join(csv.rows_to_csv(("a", "b"), [])) == b"a;b\r\n"
