import pytest

from rolodesk.domain.conversation import (
    MAX_ATTRIBUTES,
    MAX_MESSAGE,
    ConversationStatus,
    Draft,
    Opening,
    check_draft,
    check_rating,
    check_request_id,
    status_after_message,
)
from rolodesk.domain.errors import Invalid, TooLarge

UNASSIGNED, ASSIGNED = ConversationStatus.UNASSIGNED, ConversationStatus.ASSIGNED
SERVED, CLOSED = ConversationStatus.SERVED, ConversationStatus.CLOSED


@pytest.mark.parametrize(
    ("before", "by_team", "has_participants", "after"),
    [
        (UNASSIGNED, False, False, UNASSIGNED),
        (UNASSIGNED, True, False, ASSIGNED),
        (ASSIGNED, False, True, ASSIGNED),
        (ASSIGNED, True, True, ASSIGNED),
        (SERVED, False, True, SERVED),
        (SERVED, True, True, SERVED),
        (CLOSED, False, False, UNASSIGNED),
        (CLOSED, False, True, ASSIGNED),
        (CLOSED, True, False, ASSIGNED),
        (CLOSED, True, True, ASSIGNED),
    ],
)
def test_an_answer_assigns_and_writing_reopens(before, by_team, has_participants, after):
    assert status_after_message(before, by_team, has_participants) == after


@pytest.mark.parametrize("request_id", ["a", "support-group-1-2", "A_b.c:d-9", "x" * 200])
def test_a_request_id_is_letters_digits_and_a_few_signs(request_id):
    assert check_request_id(request_id) == request_id


@pytest.mark.parametrize("request_id", ["", "a b", "a/b", "é", "a\x00", "a\n", "x" * 201, "\ud800", "../x"])
def test_another_request_id_is_refused(request_id):
    with pytest.raises(Invalid):
        check_request_id(request_id)


@pytest.mark.parametrize(
    "draft",
    [
        Draft("Hello"),
        Draft("x" * MAX_MESSAGE, client_id="c" * 64),
        Draft("", type="image", metadata={"src": "https://example.com/a.png"}),
        Draft("bill", type="file", metadata={"src": "http://example.com/a.pdf", "width": 5}),
        Draft("👩‍👩‍👧", attributes={"a": ["\x00", None, {"b": 1.5}]}),
    ],
)
def test_a_draft_that_can_be_stored_is_answered_as_it_is(draft):
    assert check_draft(draft) is draft


@pytest.mark.parametrize(
    ("draft", "param"),
    [
        (Draft(""), "text"),
        (Draft(" \n"), "text"),
        (Draft("a\x00"), "text"),
        (Draft("\udfff"), "text"),
        (Draft("a", type="video", metadata={"src": "https://example.com"}), "type"),
        (Draft("a", client_id=""), "client_id"),
        (Draft("a", client_id="c" * 65), "client_id"),
        (Draft("a", client_id="c\x00"), "client_id"),
        (Draft("a", client_id="\ud800"), "client_id"),
        (Draft("a", type="image"), "metadata"),
        (Draft("a", type="image", metadata={"src": "javascript:alert(1)"}), "metadata"),
        (Draft("a", type="file", metadata="https://example.com"), "metadata"),
        (Draft("a", attributes={"a": "\ud800"}), "attributes"),
        (Draft("a", metadata=["\udfff"]), "metadata"),
    ],
)
def test_a_draft_that_cannot_be_stored_is_refused_naming_why(draft, param):
    with pytest.raises(Invalid) as wrong:
        check_draft(draft)
    assert [problem.param for problem in wrong.value.problems] == [param]


@pytest.mark.parametrize(
    "draft",
    [
        Draft("x" * (MAX_MESSAGE + 1)),
        Draft("a", attributes={"a": "x" * MAX_ATTRIBUTES}),
        Draft("a", metadata=["x" * MAX_ATTRIBUTES]),
    ],
)
def test_more_than_is_taken_is_too_large(draft):
    with pytest.raises(TooLarge):
        check_draft(draft)


@pytest.mark.parametrize("rating", [1, 5])
def test_a_rating_is_a_whole_number_of_stars(rating):
    assert check_rating(rating) == rating


@pytest.mark.parametrize("rating", [0, 6, -1, True, 3.0, "5", None, [], {}])
def test_anything_else_is_no_rating(rating):
    with pytest.raises(Invalid):
        check_rating(rating)


def test_a_preliminary_conversation_is_begun_by_writing_into_it():
    assert status_after_message(50, by_team=False, has_participants=False) == 100
    assert status_after_message(50, by_team=True, has_participants=False) == 200


@pytest.mark.parametrize(
    ("opening", "param"),
    [
        (Opening(channel="a b"), "channel"),
        (Opening(channel=""), "channel"),
        (Opening(channel="x" * 51), "channel"),
        (Opening(priority="very"), "priority"),
        (Opening(participants=("u",) * 51), "participants"),
        (Opening(followers=("m",) * 51), "followers"),
        (Opening(location={"city": "\ud800"}), "location"),
    ],
)
def test_a_conversation_cannot_begin_like_that(opening, param):
    with pytest.raises(Invalid) as refused:
        check_draft(Draft("Hello", opening=opening))
    assert [problem.param for problem in refused.value.problems] == [param]
