import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolodesk.domain.errors import Invalid
from rolodesk.domain.form import (
    DEFAULT_FORM,
    MAX_ENTRIES,
    Consent,
    check_definition,
    label_text,
    read_answers,
    still_asked,
    target,
)

NAME = {"name": "userFullname", "type": "text", "label": "Name"}
EMAIL = {"name": "userEmail", "type": "text", "label": {"default": "Email", "it": "Posta"}}
SIZE = {"name": "shoe_size", "type": "select", "label": "Size", "options": ["41", "42"]}
TERMS = {"name": "terms", "type": "checkbox", "label": {"default": "I agree", "it": "Accetto"}}
HINT = {"type": "static", "label": "Tell us who you are"}
FIRST = {"name": "firstMessage", "type": "textarea", "label": "Question"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(
        ["name", "type", "label", "preChatForm", "userEmail", "shoe_size", "terms"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


# The definition.


def test_the_default_form_is_one_that_can_be_saved():
    assert check_definition(DEFAULT_FORM) == DEFAULT_FORM


def test_a_definition_of_every_kind_of_entry_is_taken_as_it_is():
    definition = [HINT, NAME, EMAIL, SIZE, TERMS, FIRST, HINT]

    assert check_definition(definition) == definition


@pytest.mark.parametrize(
    "entry",
    [
        "name", None, {}, {**NAME, "name": None}, {**NAME, "name": "Fancy"}, {**NAME, "name": "email"},
        {**NAME, "name": "1st"}, {**NAME, "name": "x" * 65}, {**NAME, "name": "a\n"}, {**NAME, "type": "date"},
        {**NAME, "type": []}, {**NAME, "label": ""}, {**NAME, "label": None}, {**NAME, "label": {}},
        {**NAME, "label": {"default": 5}}, {**NAME, "label": "x" * 2_001}, {**SIZE, "options": []},
        {**SIZE, "options": None}, {**NAME, "regex": "("}, {**NAME, "regex": "a" * 501},
    ],
)  # fmt: skip
def test_a_wrong_entry_is_refused_by_its_place(entry):
    with pytest.raises(Invalid) as wrong:
        check_definition([EMAIL, entry])
    assert wrong.value.problems[0].param == "preChatFormJson[1]"


@pytest.mark.parametrize("definition", [None, {}, "x", [NAME, NAME], [SIZE] * 2, [HINT] * (MAX_ENTRIES + 1)])
def test_a_definition_that_is_none_or_names_an_entry_twice_is_refused(definition):
    with pytest.raises(Invalid):
        check_definition(definition)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("userFullname", "fullname"), ("userEmail", "email"), ("userPhone", "phone"), ("userLastname", "lastname"),
        ("shoe_size", "properties.shoe_size"), ("firstMessage", None), ("email", None), ("Size", None), ("", None),
    ],
)  # fmt: skip
def test_an_entry_fills_a_field_a_property_or_nothing(name, field):
    assert target(name) == field


# What is still asked.


def test_what_a_visitor_has_said_is_not_asked_again():
    assert still_asked([HINT, NAME, EMAIL, SIZE], {"email"}) == [HINT, NAME, SIZE]


def test_a_first_and_last_name_make_a_full_name():
    assert still_asked([NAME, EMAIL], {"firstname"}) == [EMAIL]


def test_when_all_is_known_no_form_is_shown_for_a_text_alone():
    assert still_asked([HINT, NAME, EMAIL], {"fullname", "email"}) == []


def test_the_first_message_is_always_asked():
    assert still_asked([NAME, FIRST], {"fullname"}) == [FIRST]


def test_a_consent_alone_is_no_reason_for_a_form():
    assert still_asked([HINT, NAME, TERMS], {"fullname"}) == []


def test_a_consent_that_must_be_given_is_a_reason():
    must = {**TERMS, "mandatory": True}

    assert still_asked([NAME, must], {"fullname"}) == [must]
    assert still_asked([NAME, must], {"fullname", "properties.terms"}) == []


def test_a_consent_stands_in_a_form_that_asks_for_something_else():
    assert still_asked([NAME, TERMS], set()) == [NAME, TERMS]


# The answers.


def test_answers_become_fields_properties_and_consents():
    given_ = {"userFullname": "Andrea", "userEmail": "a@x.com", "shoe_size": "42", "terms": True}

    answers = read_answers([NAME, EMAIL, SIZE, TERMS], {"preChatForm": given_, "other": 1})

    assert answers.values == {
        "fullname": "Andrea",
        "email": "a@x.com",
        "properties.shoe_size": "42",
        "properties.terms": True,
    }
    assert answers.consents == (Consent("terms", "I agree", True),)


@pytest.mark.parametrize("answer", [False, "", None, 0, "yes", "true", 1])
def test_only_a_tick_is_consent(answer):
    answers = read_answers([TERMS], {"preChatForm": {"terms": answer}})

    assert answers.consents == (Consent("terms", "I agree", False),)
    assert answers.values == {"properties.terms": False}


def test_an_unasked_consent_is_none():
    assert read_answers([NAME, TERMS], {"preChatForm": {"userFullname": "A"}}).consents == ()


def test_an_answer_outside_the_definition_reaches_no_contact():
    answers = read_answers([NAME], {"preChatForm": {"shoe_size": "42", "lead_id": "x", "email": "a@x.com"}})

    assert answers.values == {}


def test_the_clients_attributes_name_and_email_count_as_answers():
    answers = read_answers(
        [NAME], {"userEmail": "a@x.com", "userFullname": "A", "preChatForm": {"userFullname": "B"}}
    )

    assert answers.values == {"email": "a@x.com", "fullname": "B"}


@pytest.mark.parametrize("answer", ["", "  ", None, [], {}, ["a"], {"a": 1}])
def test_a_blank_or_shapeless_answer_is_none(answer):
    assert read_answers([NAME], {"preChatForm": {"userFullname": answer}}).values == {}


@pytest.mark.parametrize("attributes", [{}, {"preChatForm": None}, {"preChatForm": []}, {"preChatForm": "x"}])
def test_attributes_without_a_form_hold_no_answers(attributes):
    assert read_answers([NAME, TERMS], attributes).values == {}


@given(
    st.lists(anything, max_size=5), st.dictionaries(st.sampled_from(["preChatForm", "userEmail"]), anything)
)
def test_reading_answers_never_fails(definition, attributes):
    answers = read_answers(definition, attributes)

    assert all(isinstance(value, str | int | float) for value in answers.values.values())


@given(anything)
def test_a_definition_is_taken_or_refused_whatever_comes(definition):
    try:
        taken = check_definition(definition)
    except Invalid:
        return
    still_asked(taken, set())


@pytest.mark.parametrize(
    ("label", "language", "text"),
    [
        ("Name", "it", "Name"), ({"default": "Name", "it": "Nome"}, "it", "Nome"),
        ({"default": "Name"}, "it", "Name"), ({"de": "Name"}, "it", "Name"), ({}, "it", ""), (None, "it", ""),
    ],
)  # fmt: skip
def test_a_label_has_a_text_in_any_language(label, language, text):
    assert label_text(label, language) == text
