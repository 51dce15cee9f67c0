"""Why two contacts look alike, in words and drawn."""

from itertools import pairwise

import pytest

from rolodesk.domain.matching import COMPARISONS, Likeness, Reason
from rolodesk.usecases.duplicates import KINDS
from rolodesk.web.pages import likeness
from rolodesk.web.pages.duplicates import FILTERS
from rolodesk.web.pages.sentences import COMPARED, REASONS
from rolodesk.web.pages.words import Words, zone_named

EMAIL, NAME, CITY = (
    Reason("email", "same", 17.84),
    Reason("name", "family", 1.0),
    Reason("place", "different", -3.1),
)
ALIKE = Likeness(0.9731, 5.74, -10.0, (NAME, EMAIL, CITY))


@pytest.fixture
def words() -> Words:
    return Words("en", zone_named("UTC"), 0)


def test_every_outcome_of_every_comparison_has_words():
    outcomes = {
        (c.name, level) for c in COMPARISONS for level in [*(one.name for one in c.levels), "different"]
    }

    assert outcomes - REASONS.keys() == set()
    assert {c.name for c in COMPARISONS} - COMPARED.keys() == set()


def test_the_queue_is_narrowed_by_what_is_compared():
    assert set(FILTERS) <= set(KINDS) <= COMPARED.keys()


def test_no_words_are_left_of_an_outcome_that_is_gone():
    outcomes = {
        (c.name, level) for c in COMPARISONS for level in [*(one.name for one in c.levels), "different"]
    }

    assert REASONS.keys() - outcomes == set()


def test_an_outcome_that_is_new_is_told_by_what_was_compared(words):
    assert likeness.reason(words, Reason("phone", "unheard of", 1.0)) == "Phone"
    assert likeness.reason(words, Reason("voice", "same", 1.0)) == "voice"


def test_the_strongest_reason_comes_first(words):
    assert likeness.strongest(words, ALIKE) == "same email"
    assert [(one.text, one.bits, one.kind) for one in likeness.told(words, ALIKE)] == [
        ("same email", "+17.8", "for"),
        ("same surname, different first name", "+1.0", "for"),
        ("different city", "−3.1", "against"),
    ]


def test_an_address_in_common_convinces_more_than_what_weighs_more(words):
    rare, both = Reason("name", "same", 22.0), Reason("together", "address_name", 30.0)

    assert likeness.strongest(words, Likeness(0.99, 9.0, -10.0, (rare, EMAIL, both))) == "same email"
    assert likeness.strongest(words, Likeness(0.99, 9.0, -10.0, (rare, both))) == "same name"


def test_who_is_alike_without_a_reason_is_told_of_none(words):
    nothing = Likeness(0.5, 0.0, 0.0, ())

    assert likeness.strongest(words, nothing) == ""
    assert [bar.kind for bar in likeness.waterfall(words, nothing).bars] == ["start", "result"]


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        *((0.5, "50%"), (0.899, "89%"), (0.9731, "97%"), (0.9956, "99.5%")),
        *((0.999, "99.9%"), (0.99999, ">99.9%"), (1.0, ">99.9%")),
    ],
)  # fmt: skip
def test_a_probability_is_never_said_to_be_more_than_it_is(words, probability, said):
    assert likeness.percent(words, probability) == said


def test_the_drawing_goes_from_the_starting_odds_by_every_reason_to_the_result(words):
    fall = likeness.waterfall(words, ALIKE)
    start, *steps, result = fall.bars

    assert (start.text, start.value) == ("Starting odds: 1 in 1,000", "−10.0")
    assert (result.text, result.value) == ("Result", "97%")
    assert [bar.kind for bar in steps] == ["for", "for", "against"]
    assert start.after == steps[0].before == 0.0
    assert all(one.after == other.before for one, other in pairwise(steps))
    assert steps[-1].after == result.after
    assert result.before == start.before == fall.even
    assert all(bar.x >= 0 and bar.x + bar.width <= likeness.WIDTH + likeness.LEAST for bar in fall.bars)


def test_numbers_are_written_as_the_reader_writes_them():
    italian = Words("it", zone_named("UTC"), 0)

    assert [one.bits for one in likeness.told(italian, ALIKE)] == ["+17,8", "+1,0", "−3,1"]
    assert likeness.strongest(italian, ALIKE) == "stessa email"


def test_what_a_merge_by_itself_went_by_is_told_in_words(words):
    evidence = {"probability": 0.9996, "bits": 20.1, "levels": {"email": "same", "place": "different"}}

    assert likeness.grounds(words, evidence) == ">99.9% alike: same email, different city"
    assert likeness.grounds(words, {}) == ""
