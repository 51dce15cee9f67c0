"""Segments in SQL, against what the domain says of every contact."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, example, given, settings
from msgspec import structs

from rolodesk.domain.contact import Source
from rolodesk.domain.errors import Invalid
from rolodesk.domain.profile import Address, Contact, Entry, Profile, search_text, sort_name
from rolodesk.domain.segment import NUMBERS, OPERATORS, TEXTS, TIMES, Segment, clean_segment, matches
from rolodesk.storage import contacts, search
from rolodesk.storage.search import Filter, Page
from tests.storage.filled import BEGAN, DAY, add_project, fill
from tests.storage.test_plans import Explainer

PROJECT = "c" * 24
# Letters that change their number in lower case, that have two lower cases, marks that combine, signs of patterns and
# of paths, another plane, and what is nearly the same.
NASTY = (
    "İstanbul", "istanbul", "ΣΊΣΥΦΟΣ", "σίσυφος", "Straße", "STRASSE", "Ǆ", "ǆ", "K", "k", "é", "e\u0301", "É",
    "ÅNGSTRÖM", "ångström", "%", "_", "100%", "a_b", "axb", "\\", "'; --", '"', "$.x", "?", "%s", "{}", "𐐀",
    "𐐨", "🙂", "\ufb01sh", "fish", "10", "9", "-3", "10.0", "007", "7", "1e3", " 10", "10 ", "true", "false",
    "null", "2026-11-22", "Anna", "ANNA Maria", "anna", "a", "\t", "Ω", "Ω", "ω", "ẞ", "ß", "日本", "\U0001e900",
    "\U0001e922",
)  # fmt: skip
FIELDS = (*TEXTS, *TIMES, *NUMBERS, "properties.size", "properties.kinds", "properties.shoeSize")
LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
texts = st.sampled_from(NASTY) | st.text(LETTERS, min_size=1, max_size=4)
numbers = (
    st.integers(-20, 20)
    | st.integers(-(2**53), 2**53)
    | st.sampled_from([10**20, 10**310, 0.5, 10.0, -3.0, 1e16, 7.25])
)
scalars = texts.filter(str.strip) | numbers | st.booleans()
times = st.sampled_from(
    ["2023-11-14", "2023-11-20", "2023-11-20T00:00:00Z", BEGAN, BEGAN + DAY, "2024-02-30", 1.5]
)
BLANK = Segment("", "", "all", (), 100, "", 0, 0)


@st.composite
def profiles(draw):
    """A profile of what a contact may show: any field may lack, any property be of any kind."""
    values = {
        field: draw(texts.filter(str.strip))
        for field in ("fullname", "firstname", "lastname", "company", "city", "zipcode", "note")
        if draw(st.booleans())
    }
    for name, kind in (
        ("size", scalars),
        ("kinds", st.lists(texts.filter(str.strip), min_size=1)),
        ("shoeSize", scalars),
    ):
        if draw(st.booleans()):
            values[f"properties.{name}"] = draw(kind)
    emails = draw(
        st.lists(
            st.sampled_from(["Anna@Example.com", "straße@ex.com", "a_b@ex.com"]), unique=True, max_size=2
        )
    )
    phones = draw(st.lists(st.sampled_from(["+39061234567", "+3933312345"]), unique=True, max_size=2))
    return Profile(
        {field: Entry(value, Source.AGENT, "x", "u", 1) for field, value in values.items()},
        tags=tuple(draw(st.lists(texts.filter(str.strip), unique=True, max_size=2))),
        emails=tuple(Address(e, e, n == 0, False, Source.AGENT, "x") for n, e in enumerate(emails)),
        phones=tuple(Address(p, p, n == 0, False, Source.AGENT, "x") for n, p in enumerate(phones)),
    )  # fmt: skip


@st.composite
def conditions(draw):
    field = draw(st.sampled_from(FIELDS))
    value = draw(
        times
        if field in TIMES
        else numbers
        if field in NUMBERS
        else scalars | st.sampled_from(["+39 06-123", "ex.com"])
    )
    operator = draw(st.sampled_from(OPERATORS))
    listed = [value, draw(scalars)] if operator == "in" else value
    return {"field": field, "operator": operator, "value": listed}


asked_lists = st.tuples(st.sampled_from(["all", "any"]), st.lists(conditions(), max_size=3))


@pytest.fixture(scope="module")
def project(shared_db):
    return add_project(shared_db, PROJECT)


def put(tx, project, number, profile):
    """A contact that shows the profile, as the verbs would leave it."""
    contact_id = f"{number:024x}"
    made = Contact(project.number << 40 | number + 1, contact_id, f"Lead-{number}-É", 100, None, contact_id, 1, profile,
                   None, "u", BEGAN + number * DAY, BEGAN, None, BEGAN + number, number % 3)  # fmt: skip
    contacts.add(tx, project.id, made)
    contacts.write_profile(
        tx, project.id, contact_id, profile, sort_name(profile), search_text(profile, [made.lead_id]), BEGAN
    )
    tx.run("UPDATE contact_activity SET conversations = ? WHERE project_id = ? AND contact_id = ?",
           made.conversations, project.id, contact_id)  # fmt: skip


def asked_for(match, filters):
    """The segment of those conditions that a contact can be asked."""
    sound = []
    for one in filters:
        try:
            sound += clean_segment("x", match, [one])[2]
        except Invalid:
            continue
    return structs.replace(BLANK, match=match, filters=tuple(sound))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    people=st.lists(profiles(), min_size=4, max_size=8),
    asked=st.lists(asked_lists, min_size=8, max_size=25),
)
@example([Profile()], [("all", [{"field": "phone", "operator": "is null"}])])
def test_a_segment_in_sql_is_the_segment_in_python(shared_db, project, people, asked):
    try:
        with shared_db.write(project.id) as tx:
            for number, profile in enumerate(people):
                put(tx, project, number, profile)
            everybody = search.find(tx, project.id, project.number, Filter(), Page())
            assert len(everybody) == len(people)
            for match, filters in asked:
                segment = asked_for(match, filters)
                wanted = Filter(segment=segment)
                found = search.find(tx, project.id, project.number, wanted, Page())
                belong = [contact.id for contact in everybody if matches(segment, contact)]
                assert [contact.id for contact in found] == belong, segment
                assert search.count(tx, project.id, project.number, wanted) == len(belong), segment
            raise Done
    except Done:
        pass


class Done(Exception):
    """Nothing is kept of an example."""


def test_a_segment_walks_an_index_of_the_list_or_asks_the_one_of_texts(shared_db):
    made = add_project(shared_db, "d" * 24)
    fill(shared_db, made, 1_500)
    with shared_db.write(None) as tx:
        tx.run("ANALYZE")
    with shared_db.read() as tx:
        if not tx.dialect.one_process:
            tx._connection.execute("SET LOCAL enable_seqscan = off")
        for field, operator, index in (
            ("city", "=", "contacts_by_created"),
            ("properties.size", "!=", "contacts_by_created"),
            ("email", "contains", "contact_search" if tx.dialect.one_process else "contacts_by_"),
        ):
            asked = Explainer(tx)
            segment = asked_for("all", [{"field": field, "operator": operator, "value": "anna1"}])
            search.find(asked, made.id, made.number, Filter(segment=segment), Page())
            assert index in asked.plan, (field, asked.plan)
            assert "TEMP B-TREE" not in asked.plan
