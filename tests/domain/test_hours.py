"""Opening hours as clients write them."""

import json

import pytest

from rolodesk.domain.errors import Invalid
from rolodesk.domain.hours import is_open, read_hours

WEEK = {
    "1": [{"start": "09:00", "end": "13:00"}, {"start": "14:00", "end": "24:00"}],
    "0": [],
    "tzname": "Europe/Rome",
}
MONDAY, SUNDAY = 1, 0


@pytest.mark.parametrize("given", [WEEK, json.dumps(WEEK)])
def test_a_project_is_open_from_the_first_minute_of_a_span_to_the_last_before_its_end(given):
    hours = read_hours(given)

    assert hours.zone == "Europe/Rome"
    for minute, expected in ((8 * 60 + 59, False), (9 * 60, True), (12 * 60 + 59, True), (13 * 60, False),
                             (14 * 60, True), (23 * 60 + 59, True)):  # fmt: skip
        assert is_open(hours, MONDAY, minute) is expected
    assert not is_open(hours, SUNDAY, 600)
    assert not is_open(hours, 2, 600)


def of(spans):
    return {"tzname": "UTC", "1": spans}


@pytest.mark.parametrize(
    "given",
    [None, 1, [], "", "{", "[]", "null", {}, {"1": []}, {"tzname": ""}, {"tzname": "../../etc/passwd"}, {"tzname": 1},
     {"tzname": "a\x00"}, of("x"), of([1]), of([{}]), of([{"start": "9", "end": "10:00"}]),
     of([{"start": "25:00", "end": "26:00"}]), of([{"start": "10:00", "end": "10:00"}]),
     of([{"start": "22:00", "end": "02:00"}]), of([{"start": "09:00", "end": {"$gt": ""}}]),
     of([{"start": "09:00", "end": "10:00"}] * 21), "[" * 5_000,
     {"tzname": "UTC", "note": "x" * 20_000}],
)  # fmt: skip
def test_what_is_no_week_is_refused(given):
    with pytest.raises(Invalid):
        read_hours(given)
