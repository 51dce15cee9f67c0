"""The pages of views without a browser and so without JavaScript: tabs, the form of conditions, the exported table."""

import csv
import html
import re
from typing import Any

import httpx
import pytest

from rolodesk.domain.segment import Condition
from rolodesk.usecases import contacts, projects, segments
from tests.api.client import Api
from tests.cast import Cast, Colleague
from tests.web.world import anonymous_cookies, cookies

MARKUP = "<img src=x onerror=alert(1)> “Renée” & Co"
ACME = {"field": "email", "operator": "contains", "value": "acme"}


class Site:
    """The pages of the cast's project, as members of the team visit them."""

    def __init__(self, api: Api, cast: Cast) -> None:
        self.api, self.cast, self.db, self.agent = api, cast, cast.db, cast.agent.agent
        for name, email, tag in (("Anna", "anna@acme.example", "vip"), ("Bea", "bea@beta.example", "b2b")):
            contacts.create(
                self.db, self.agent, {"fullname": name, "email": email, "city": "Roma"}, tags=[tag]
            )

    def get(self, path: str, who: Colleague | None = None) -> httpx.Response:
        headers = cookies(self.cast, (who or self.cast.agent).secret)
        return self.api.client.get(f"/p/{self.cast.id}/{path}", headers=headers, follow_redirects=False)

    def send(self, path: str, who: Colleague | None = None, **form: Any) -> httpx.Response:
        headers = cookies(self.cast, (who or self.cast.agent).secret)
        return self.api.client.post(
            f"/p/{self.cast.id}/{path}", headers=headers, data=form, follow_redirects=False
        )

    def names(self, query: str) -> list[str]:
        page = self.get(f"contacts{query}")
        assert page.status_code == 200
        return re.findall(r'<span class="name"[^>]*>([^<]*)</span>', page.text)


@pytest.fixture
def site(file_api, file_cast):
    return Site(file_api, file_cast)


def lines(page: httpx.Response) -> list[tuple[str, str, str]]:
    """The conditions as the form shows them."""
    found = []
    for part in page.text.split('<li class="condition"')[1:]:
        field, operator = re.findall(r'<option value="([^"]*)" selected', part)[:2]
        value = re.search(r'name="value" value="([^"]*)"', part)
        found.append(
            (html.unescape(field), html.unescape(operator), html.unescape(value[1] if value else ""))
        )
    return found


def test_a_project_without_views_has_no_tab_of_one_and_offers_to_make_one(site):
    page = site.get("contacts")

    assert "views/new" in page.text
    assert "views/sizes" not in page.text
    assert "views/new" not in site.get("contacts", site.cast.teammate).text


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "since=x&until=2026-13-01"])
def test_a_day_that_no_clock_can_count_with_filters_nothing(site, query):
    assert len(site.names(f"?{query}")) == 2
    assert (
        site.get(f"views/new?{query}").status_code
        == site.get(f"contacts/export?{query}", site.cast.admin).status_code
        == 200
    )


def test_views_stand_as_tabs_with_the_size_of_the_one_that_is_shown(site):
    kept = segments.create(site.db, site.agent, MARKUP, "all", [ACME])
    page = site.get(f"contacts?view={kept.id}")

    assert MARKUP not in page.text
    assert html.escape(MARKUP, quote=False) in page.text.replace("&#34;", '"')
    assert re.search(rf'href="\?view={kept.id}" aria-current="page"', page.text)
    assert re.search(rf'id="size-{kept.id}" hx-preserve>1<', page.text)
    assert site.names(f"?view={kept.id}") == ["Anna"]
    assert site.names(f"?view={kept.id}&q=bea") == []
    assert site.names("?view=all") == ["Bea", "Anna"]
    sizes = site.get("views/sizes").text
    assert re.search(rf'id="size-{kept.id}"[^>]*>1<', sizes)


def test_an_empty_view_says_so_and_an_unknown_one_leads_back(site):
    nobody = segments.create(site.db, site.agent, "Nobody", "all", [{**ACME, "value": "zzz"}])
    assert "Nobody is in this view" in site.get(f"contacts?view={nobody.id}").text

    for unknown in ("f" * 24, segments.create(site.db, site.cast.stranger.agent, "Theirs").id):
        answer = site.get(f"contacts?view={unknown}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/p/{site.cast.id}/contacts")
        assert site.get(f"views/{unknown}").status_code == 404
    assert site.names("?view=zzz") == ["Bea", "Anna"]


def test_the_form_gains_and_loses_conditions_without_javascript(site):
    page = site.get("views/new")
    assert lines(page) == [("email", "contains", "")]

    typed = {"name": "Mine", "match": "any", "field": ["email", "city"], "operator": ["contains", "="]}
    more = site.send("views/new", **typed, value=["acme", "Roma"], do="add")
    assert lines(more) == [("email", "contains", "acme"), ("city", "=", "Roma"), ("email", "contains", "")]
    assert 'value="Mine"' in more.text
    less = site.send("views/new", **typed, value=["acme", "Roma"], do="remove.0")
    assert lines(less) == [("city", "=", "Roma")]
    assert "2 contacts now" in less.text
    # Another field that does not have the operator takes its own first one.
    other = site.send("views/new", name="", field=["createdAt"], operator=["contains"], value=["2026-01-01"])
    assert lines(other) == [("createdAt", "=", "2026-01-01")]
    assert 'type="date"' in other.text
    assert segments.listing(site.db, site.agent) == []


def test_a_view_is_saved_changed_and_deleted(site):
    projects.create_property(site.db, site.agent, "Size", "size", "number")
    form = {"name": " Big ones ", "match": "all", "field": ["properties.size", "fullname", "phone"],
            "operator": [">=", "in", "is null"], "value": ["10", 'Anna, "B, C"', ""]}  # fmt: skip
    answer = site.send("views/new", **form, do="save")

    made = segments.listing(site.db, site.agent)[0]
    assert answer.headers["location"] == f"/p/{site.cast.id}/contacts?view={made.id}"
    assert (made.name, made.match) == ("Big ones", "all")
    assert made.filters == (
        Condition("properties.size", ">=", 10),
        Condition("fullname", "in", ["Anna", "B, C"]),
        Condition("phone", "is null"),
    )
    shown = site.get(f"views/{made.id}")
    assert lines(shown) == [
        ("properties.size", ">=", "10"),
        ("fullname", "in", 'Anna,"B, C"'),
        ("phone", "is null", ""),
    ]
    site.send(
        f"views/{made.id}",
        name="Small",
        match="any",
        field=["tags"],
        operator=["="],
        value=["vip"],
        do="save",
    )
    changed = segments.get(site.db, site.agent, made.id)
    assert (changed.name, changed.match, changed.filters) == (
        "Small",
        "any",
        (Condition("tags", "=", "vip"),),
    )
    site.send(f"views/{made.id}", do="delete")
    assert segments.listing(site.db, site.agent) == []


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(site):
    answer = site.send("views/new", name="", match="all", field=["email", "createdAt", "zzz"],
                       operator=["contains", ">", "="], value=[MARKUP, "soon", ""], do="save")  # fmt: skip

    assert answer.status_code == 422
    assert lines(answer)[0] == ("email", "contains", MARKUP)
    assert MARKUP not in answer.text
    assert "Must not be blank." in answer.text
    assert "Must be a time, as 2026-11-22" in answer.text
    assert "This is no field of a contact." in answer.text
    assert segments.listing(site.db, site.agent) == []


def test_the_lists_filters_are_the_conditions_of_a_new_view(site):
    page = site.get("views/new?tag=vip&company=ACME&since=2026-01-02&until=2026-02-03&verified=yes&q=x")
    assert lines(page) == [
        ("tags", "=", "vip"),
        ("company", "=", "ACME"),
        ("createdAt", ">=", "2026-01-02"),
        ("createdAt", "<=", "2026-02-03"),
    ]
    assert "“Verified” is not kept" in page.text
    assert "search box is not kept" in page.text

    kept = segments.create(site.db, site.agent, "x", "any", [ACME, {"field": "city", "operator": "is null"}])
    within = site.get(f"views/new?view={kept.id}&tag=vip")
    assert lines(within) == [("email", "contains", "acme"), ("city", "is null", "")]
    assert "The filters are not kept" in within.text
    kept = segments.create(site.db, site.agent, "x", "all", [ACME])
    assert lines(site.get(f"views/new?view={kept.id}&tag=vip")) == [
        ("email", "contains", "acme"),
        ("tags", "=", "vip"),
    ]


def test_a_condition_that_the_form_does_not_offer_stays_as_it_is(site):
    asked = [{"field": "status", "operator": "=", "value": 100},
             {"field": "properties.old", "operator": "!=", "value": "a"},
             {"field": "createdAt", "operator": ">", "value": "2026-01-01T10:00:00Z"}]  # fmt: skip
    kept = segments.create(site.db, site.agent, "x", "all", asked)
    shown = lines(site.get(f"views/{kept.id}"))

    assert shown == [(one["field"], one["operator"], str(one["value"])) for one in asked]
    fields, operators, values = ([line[part] for line in shown] for part in range(3))
    site.send(
        f"views/{kept.id}", name="y", match="all", field=fields, operator=operators, value=values, do="save"
    )
    assert segments.get(site.db, site.agent, kept.id).filters == kept.filters


def test_the_list_that_is_shown_is_exported(site):
    kept = segments.create(site.db, site.agent, "x", "all", [ACME])
    for query, names in (("", ["Bea", "Anna"]), (f"?view={kept.id}", ["Anna"]), ("?tag=b2b", ["Bea"]),
                         ("?q=anna&sort=fullname", ["Anna"]), ("?view=trash", []),
                         ("?page=9&size=25", ["Bea", "Anna"])):  # fmt: skip
        answer = site.get(f"contacts/export{query}", site.cast.admin)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(answer.text.splitlines(), delimiter=";"))
        assert [row["fullname"] for row in rows] == names, query
    assert f"contacts/export?view={kept.id}" in site.get(f"contacts?view={kept.id}", site.cast.admin).text


def test_only_the_team_that_may_see_contacts_sees_views(site):
    kept = segments.create(site.db, site.agent, "x", "all", [ACME])
    for path in ("contacts/export", "views/new", "views/sizes", f"views/{kept.id}"):
        assert site.get(path, site.cast.teammate).status_code == 403, path
        assert site.get(path, site.cast.stranger).status_code == 403, path
        anonymous = site.api.client.get(
            f"/p/{site.cast.id}/{path}", headers=anonymous_cookies(site.cast), follow_redirects=False
        )
        assert anonymous.status_code in (302, 303, 401), path
    assert site.send(f"views/{kept.id}", site.cast.teammate, do="delete").status_code == 403
    assert segments.listing(site.db, site.agent) == [kept]
