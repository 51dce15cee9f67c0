"""What a segment's conditions mean, one contact at a time; tests/storage/test_segments.py has SQL mean the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolodesk.domain.contact import Source, searchable
from rolodesk.domain.errors import Invalid
from rolodesk.domain.profile import Address, Contact, Entry, Profile
from rolodesk.domain.segment import (
    LOWER_LETTERS,
    OPPOSITES,
    Condition,
    Segment,
    clean_segment,
    folded,
    matches,
    number_of,
)

NOON = 1_763_812_800_000  # 2025-11-22T12:00:00Z


def shown(emails=(), phones=(), tags=(), **values):
    """A contact that shows this; `size` and `kinds` are properties."""
    named = {
        f"properties.{name}" if name in ("size", "kinds") else name: value for name, value in values.items()
    }
    profile = Profile(
        {name: Entry(value, Source.AGENT, "c", "u", 1) for name, value in named.items()},
        tags=tuple(tags),
        emails=tuple(Address(email, email, False, False, Source.AGENT, "c") for email in emails),
        phones=tuple(Address(phone, phone, False, False, Source.AGENT, "c") for phone in phones),
    )
    return Contact(1, "c", "Crm-1", 100, None, "c", 1, profile, None, "u", NOON, NOON, None, NOON, 3)  # fmt: skip


def is_in(contact, *lines, match="all"):
    filters = [dict(zip(("field", "operator", "value"), line, strict=False)) for line in lines]
    name, match, conditions = clean_segment("x", match, filters)
    return matches(Segment("s", name, match, conditions, 100, "u", 1, 1), contact)


ANNA = shown(
    ["anna@acme.example", "a.rossi@home.example"], ["+39061234567"], ["VIP", "green"],
    fullname="Anna RÖSSI", city="Roma", zipcode="00100", size=11, kinds=["b2b", "Mail"],
)  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        ("fullname", "=", "anna rössi"),
        ("fullname", "starts with", "ANNA"),
        ("fullname", "contains", "a r"),
        ("fullname", "does not contain", "rossi"),
        ("fullname", ">", "anna"),
        ("fullname", "in", ["Bea", "Anna Rössi"]),
        ("email", "=", "A.Rossi@home.example"),
        ("email", "contains", "acme"),
        ("phone", "=", "0039 06 123-4567"),
        ("phone", "starts with", "+39 06"),
        ("tags", "=", "vip"),
        ("tags", "starts with", "gr"),
        ("zipcode", "=", "00100"),
        ("zipcode", "!=", 100),
        ("company", "is null"),
        ("company", "!=", "ACME"),
        ("company", "does not contain", "ACME"),
        ("city", "is not null"),
        ("lead_id", "=", "crm-1"),
        ("conversations", ">=", 3),
        ("conversations", "in", ["1", 3.0]),
        ("status", "=", 100),
        ("createdAt", "=", "2025-11-22"),
        ("createdAt", "<=", "2025-11-22"),
        ("createdAt", ">", "2025-11-21"),
        ("createdAt", "<", "2025-11-22T12:00:00.001Z"),
        ("last_seen", "=", NOON),
        ("last_seen", ">=", "2025-11-22T13:00:00+01:00"),
        ("updatedAt", "in", ["2020-01-01", "2025-11-22"]),
        ("properties.size", "=", "11"),
        ("properties.size", ">", "9"),
        ("properties.size", "<", 11.5),
        ("properties.kinds", "=", "B2B"),
        ("properties.kinds", "contains", "ai"),
        ("properties.none", "is null"),
    ],
)
def test_conditions_that_hold_and_their_opposites_that_do_not(line):
    assert is_in(ANNA, line)
    opposite = {**OPPOSITES, **{sign: other for other, sign in OPPOSITES.items() if other != "in"}}
    if line[1] in opposite and line[1] != "in":
        assert not is_in(ANNA, (line[0], opposite[line[1]], *line[2:]))


@pytest.mark.parametrize(
    "line",
    [
        ("fullname", "=", "Anna"),
        ("company", "<", "z"),
        ("company", "=", "x"),
        ("email", "!=", "anna@acme.example"),
        ("email", "does not contain", "home"),
        ("createdAt", ">", "2025-11-22"),
        ("createdAt", "=", "2025-11-23"),
        ("properties.size", "contains", "1"),
        ("properties.size", ">", "b"),
        ("properties.kinds", ">", 1),
        ("properties.none", ">", 0),
        ("fullname", "contains", "o\u0308ssi"),
    ],
)
def test_conditions_that_do_not_hold(line):
    assert not is_in(ANNA, line)


@pytest.mark.parametrize(
    ("stored", "asked", "same"),
    [
        (10, 10.0, True),
        ("10", 10, True),
        ("007", "7", True),
        ("10 ", 10, False),
        ("1e1", 10, False),
        (True, True, True),
        (True, "TRUE", True),
        (True, 1, False),
        (10**400, 10, False),
    ],
)
def test_what_looks_like_a_number_is_one(stored, asked, same):
    assert is_in(shown(size=stored), ("properties.size", "=", asked)) is same
    assert is_in(shown(size=stored), ("properties.size", "!=", asked)) is not same


def test_all_any_and_none():
    yes, no = ("city", "=", "roma"), ("city", "=", "milano")

    assert is_in(ANNA, yes, yes)
    assert not is_in(ANNA, yes, no)
    assert is_in(ANNA, no, yes, match="any")
    assert not is_in(ANNA, no, no, match="any")
    assert is_in(ANNA, match="all")
    assert is_in(ANNA, match="any")


def test_what_was_given_is_kept_as_it_was():
    given = [
        {"field": "phone", "operator": "is null", "value": "x", "more": 1},
        {"field": "properties.size", "operator": "in", "value": [1, "a", True]},
        {"field": "city", "operator": "is null", "value": ["x"]},
    ]
    assert clean_segment(" Mine ", None, given) == (
        "Mine",
        "all",
        (
            Condition("phone", "is null", "x"),
            Condition("properties.size", "in", [1, "a", True]),
            Condition("city", "is null"),
        ),
    )


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
anything = st.recursive(
    scalars, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=5), one, max_size=3)
)


@given(
    anything,
    st.sampled_from(["email", "createdAt", "conversations", "tags", "properties.size", "x"]),
    st.sampled_from(["=", "in", "contains", "is null", ">", "$gt"]),
)
def test_whatever_is_asked_is_refused_or_can_be_answered(value, field, operator):
    condition = {"field": field, "operator": operator, "value": value}
    for filters in (value, [value], [condition]):
        try:
            cleaned = clean_segment("x", "any", filters)
        except Invalid:
            continue
        assert matches(Segment("s", *cleaned, 100, "u", 1, 1), ANNA) in (True, False)


def test_a_letter_is_folded_alone_and_no_finer_than_search_does():
    assert [folded(text) for text in ("ΣΊΣΥΦΟΣ", "Straße", "É", "e\u0301")] == [
        "σίσυφοσ",
        "straße",
        "é",
        "e\u0301",
    ]
    assert all(len(low) == 1 and folded(low) == low for low in LOWER_LETTERS.values())
    # So that the search index, asked for a piece of a condition, finds every contact that answers it.
    letters = [chr(code) for code in LOWER_LETTERS]
    assert [char for char in letters if searchable(f"a{char}a") != searchable(f"a{folded(char)}a")] == []


def test_numbers_are_told_from_texts():
    assert [number_of(value) for value in (1, "-1.50", "1e3", "١", True, None, 1e301, "1" * 16)] == [
        *(1.0, -1.5, None, None, None, None, None, None)
    ]
