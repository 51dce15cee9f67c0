"""Whether a project is open, by the clock of its own time zone."""

import json
from datetime import datetime

import pytest

from rolodesk.usecases import projects

HOURS = {"1": [{"start": "09:00", "end": "18:00"}], "tzname": "Asia/Tokyo"}
# A Monday: 10:30 in Tokyo, 01:30 in London.
OPEN, CLOSED = "2026-11-23T01:30:00+00:00", "2026-11-23T10:30:00+00:00"


@pytest.fixture
def at(monkeypatch):
    def turn(text):
        monkeypatch.setattr(projects, "now", lambda: round(datetime.fromisoformat(text).timestamp() * 1000))

    return turn


@pytest.mark.parametrize("given", [HOURS, json.dumps(HOURS)])
def test_the_widget_finds_nobody_outside_the_hours(api, cast, at, given):
    path = f"/projects/{cast.id}"
    changed = api.ok(cast.admin, "PUT", path, {"activeOperatingHours": True, "operatingHours": given})
    assert (changed["activeOperatingHours"], changed["operatingHours"]) == (True, given)

    for moment, is_open in ((OPEN, True), (CLOSED, False)):
        at(moment)
        assert api.ok(None, "GET", f"{path}/isopen") == {"isopen": is_open}
        boot = api.ok(None, "GET", f"/{cast.id}/widgets")
        assert bool(boot["user_available"]) is is_open
        assert boot["project"]["operatingHours"] == given
        assert bool(api.ok(None, "GET", f"{path}/users/availables")) is is_open
        assert api.ok(None, "GET", f"{path}/users/availables", raw="true")

    api.ok(cast.admin, "PATCH", path, {"activeOperatingHours": False})
    assert api.ok(None, "GET", f"{path}/isopen") == {"isopen": True}
    assert api.ok(cast.agent, "GET", path)["operatingHours"] == given


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"activeOperatingHours": True}, "operatingHours"),
        ({"operatingHours": "{"}, "operatingHours"),
        ({"operatingHours": {"tzname": "Europe/Atlantis"}}, "operatingHours"),
        ({"operatingHours": {"tzname": "Europe"}}, "operatingHours"),
        ({"operatingHours": [1]}, "operatingHours"),
        ({"activeOperatingHours": "yes"}, "activeOperatingHours"),
    ],
)
def test_hours_that_are_none_are_refused(api, cast, body, param):
    answer = api(cast.admin, "PUT", f"/projects/{cast.id}", body)
    assert answer.status_code == 422
    assert [problem["param"] for problem in answer.json()["errors"]] == [param]
    assert "operatingHours" not in api.ok(cast.agent, "GET", f"/projects/{cast.id}")
