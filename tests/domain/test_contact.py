import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rolodesk.domain.contact import (
    MAX_NOTE,
    MAX_TAG,
    MAX_TEXT,
    Property,
    clean_email,
    clean_fields,
    clean_phone,
    clean_property,
    clean_tag,
    clean_text,
    clean_user_key,
    email_key,
    is_text,
    is_web_address,
    marked_words,
    phone_key,
    searchable,
)
from rolodesk.domain.errors import Invalid
from rolodesk.domain.json import is_blank

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
any_text = st.text(st.characters())


def definition(kind: str) -> Property:
    return Property("d1", "x", "X", kind, 100, False, "u1", 0, 0)


# Texts.


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "ok \udfff"])
def test_nul_and_half_characters_are_no_text(text):
    assert not is_text(text)
    with pytest.raises(Invalid) as wrong:
        clean_text(text, "company")
    assert wrong.value.problems[0].param == "company"


@pytest.mark.parametrize("text", ["", "  ", "\r\n", None])
def test_a_blank_text_is_none(text):
    assert clean_text(text, "x") is None


def test_a_text_is_trimmed_and_has_one_kind_of_line_ends():
    assert clean_text("  a\r\nb ", "x") == "a\nb"


def test_a_text_that_is_too_long_is_refused_and_one_just_fitting_is_not():
    assert clean_text("x" * MAX_TEXT, "x")
    with pytest.raises(Invalid):
        clean_text("x" * (MAX_TEXT + 1), "x")


@pytest.mark.parametrize("value", [1, True, 1.5, [], {}, ["a"]])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(Invalid):
        clean_text(value, "x")


@pytest.mark.parametrize("name", ["Zoë", "李小龍", "👩‍👩‍👧 family", "O’Brien", "مريم", "e\u0301"])
def test_names_of_all_the_world_stay_as_they_are(name):
    assert clean_text(name, "fullname") == name


@given(anything)
@example("\ud800")
@example("a\x00")
def test_cleaning_answers_or_says_what_is_wrong_whatever_comes(value):
    for clean in (
        *(lambda v: clean_text(v, "x"), clean_email, lambda v: clean_phone(v, "IT"), clean_tag, clean_user_key),
        *(lambda v, kind=kind: clean_property(definition(kind), "x", v) for kind in
          ("text", "number", "boolean", "date", "list", "url")),
        *(lambda v: clean_property(None, "x", v), lambda v: clean_fields({"fullname": v, "email": v}, None)),
    ):  # fmt: skip
        with contextlib.suppress(Invalid):
            clean(value)


# Emails.


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("andrea1@gmail.com", "andrea1@gmail.com"),
        (" Andrea1@GMail.com ", "andrea1@gmail.com"),
        ("a.b+c@example.co.uk", "a.b+c@example.co.uk"),
        ("info@münchen.de", "info@xn--mnchen-3ya.de"),
        ("info@MÜNCHEN.de", "info@xn--mnchen-3ya.de"),
        ("me@ｅｘａｍｐｌｅ.com", "me@example.com"),
        ("shop@localhost.test", "shop@localhost.test"),
    ],
)
def test_an_email_has_one_comparable_form(typed, key):
    assert email_key(typed) == key


@pytest.mark.parametrize(
    "typed",
    ["", "andrea", "a@", "@b.com", "a b@c.com", "a@b..com", "a@b.com, c@d.com", "Andrea <a@b.com>", "a@b"],
)
def test_what_is_no_email_has_no_key_and_is_refused(typed):
    assert email_key(typed) is None
    if typed:
        with pytest.raises(Invalid, match="email address"):
            clean_email(typed)


@given(any_text)
def test_an_email_key_is_its_own_key(text):
    key = email_key(text)

    assert key is None or email_key(key) == key


# Phones.


@pytest.mark.parametrize(
    ("typed", "country", "key"),
    [
        ("+39 06 1234567", None, "+39061234567"),
        ("0039 06 1234567", None, "+39061234567"),
        ("06 1234567", "IT", "+39061234567"),
        ("06 1234567", "it", "+39061234567"),
        ("(030) 123-456", "DE", "+4930123456"),
        ("+1 (212) 555-0123", "IT", "+12125550123"),
        ("０６１２３４５６７", "IT", "+39061234567"),
        ("06 1234567", None, None),
        ("call me", "IT", None),
        ("12", "IT", None),
        ("+39 06 1234567 ext. 9", None, None),
        ("", "IT", None),
    ],
)
def test_a_phone_has_one_comparable_form_or_none(typed, country, key):
    assert phone_key(typed, country) == key


def test_a_typed_phone_becomes_its_comparable_form_or_is_refused_with_a_hint():
    assert clean_phone("333 1234567", "IT") == "+393331234567"
    with pytest.raises(Invalid, match="country code"):
        clean_phone("333 1234567", None)


@given(any_text, st.sampled_from([None, "IT", "DE", "US"]))
def test_a_phone_key_is_its_own_key(text, country):
    key = phone_key(text, country)

    assert key is None or phone_key(key, None) == key


# Tags, user ids, fields.


def test_a_tag_is_trimmed_and_of_limited_length():
    assert clean_tag(" vip ") == "vip"
    for wrong in ("", "  ", None, 5, {"tag": "x"}, "x" * (MAX_TAG + 1)):
        with pytest.raises(Invalid):
            clean_tag(wrong)


@pytest.mark.parametrize(
    "key", [None, "", "  ", "null", "NULL", "undefined", "[object Object]", "0", 0, "anonymous", "NaN", "None", True,
            "false", "x" * 257, "a\x00", [], {}]
)  # fmt: skip
def test_what_a_careless_script_sends_is_no_user_id(key):
    with pytest.raises(Invalid, match=r"user id|must be a text|no text|longer"):
        clean_user_key(key)


@pytest.mark.parametrize(
    ("key", "kept"), [("42", "42"), (42, "42"), (" u-1 ", "u-1"), ("00", "00"), ("Ünï", "Ünï")]
)
def test_other_user_ids_are_kept(key, kept):
    assert clean_user_key(key) == kept


def test_every_wrong_field_is_named():
    with pytest.raises(Invalid) as wrong:
        clean_fields({"email": "x", "phone": "y", "city": 5, "fullname": "Zoë"}, None)

    assert {problem.param for problem in wrong.value.problems} == {"email", "phone", "city"}


def test_fields_that_are_not_known_are_left_out_and_blank_ones_are_none():
    cleaned = clean_fields({"fullname": " ", "shoe": "42", "note": "n" * MAX_NOTE}, None)

    assert cleaned == {"fullname": None, "note": "n" * MAX_NOTE}


# Properties.


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", " a ", "a"), ("text", 5, "5"), ("text", True, "true"), ("text", "", None), ("text", False, "false"),
        ("number", 5, 5), ("number", "5", 5), ("number", "2.5", 2.5), ("number", 0, 0), ("number", " 7 ", 7),
        ("boolean", False, False), ("boolean", "TRUE", True),
        ("date", "2026-11-22", "2026-11-22"), ("date", "2026-11-22T10:00:00Z", "2026-11-22"),
        ("list", ["a", "b", "a", " "], ["a", "b"]), ("list", "a, b", ["a", "b"]),
        ("url", "https://example.com/x", "https://example.com/x"),
    ],
)  # fmt: skip
def test_a_property_keeps_a_value_of_its_type(kind, typed, kept):
    assert repr(clean_property(definition(kind), "x", typed)) == repr(kept)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "many"), ("number", True), ("number", float("nan")), ("number", float("inf")), ("number", "1e999"),
        ("number", [1]), ("boolean", "yes"), ("boolean", 1), ("date", "22.11.2026"), ("date", "2026-13-01"),
        ("list", [1]), ("list", ["x"] * 201), ("url", "javascript:alert(1)"), ("url", "https://"), ("text", {"a": 1}),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_by_the_propertys_name(kind, typed):
    with pytest.raises(Invalid) as wrong:
        clean_property(definition(kind), "x", typed)
    assert wrong.value.problems[0].param == "properties.x"


def test_an_undefined_property_takes_scalars_and_lists_of_texts():
    kept = [clean_property(None, "x", value) for value in ("a", 5, False, 0.5, ["a"])]

    assert repr(kept) == repr(["a", 5, False, 0.5, ["a"]])


@pytest.mark.parametrize("value", [None, "", " \t\n", []])
def test_blank_is_null_a_blank_text_or_an_empty_list(value):
    assert is_blank(value)


@pytest.mark.parametrize("value", [False, 0, 0.0, "0", {}, ["x"]])
def test_false_and_nought_are_values(value):
    assert not is_blank(value)


# What search sees.


@pytest.mark.parametrize(
    ("text", "seen"),
    [("  Zoë  Müller ", "zoe muller"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("İzmir", "izmir")],
)
def test_search_sees_no_case_no_accents_and_single_blanks(text, seen):
    assert searchable(text) == seen


@given(any_text)
def test_what_search_sees_it_sees_again_the_same(text):
    once = searchable(text)

    assert searchable(once) == once
    assert "\x1f" not in once


def test_words_are_marked_on_both_sides():
    assert marked_words("Zoë M. <zoe@x.com>") == "\x1fzoe\x1fm\x1fzoe\x1fx\x1fcom\x1f"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://a.b/c", True),
        ("HTTP://A", True),
        ("ftp://a", False),
        ("//a", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_web_address_has_a_scheme_and_a_host(text, is_one):
    assert is_web_address(text) == is_one
