"""What the team changes of a conversation."""

import pytest

from rolodesk.domain.conversation import ConversationStatus, Draft
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from rolodesk.usecases import contacts, conversations, find
from rolodesk.usecases.find import Filter, Page
from tests.cast import say, the_contact


@pytest.fixture
def thread(cast):
    """The request id of Vera's conversation with one message."""
    return say(cast, cast.visitor).view.conversation.request_id


def state(cast, request_id):
    return conversations.get(cast.db, cast.agent.agent, request_id).conversation


def test_the_team_changes_what_a_conversation_says_of_itself(cast, thread):
    changes = {
        "subject": "Buns",
        "priority": "high",
        "language": "it",
        "location": {"city": "Roma"},
        "tags": ["a", "b"],
    }
    view = conversations.update(cast.db, cast.agent.agent, thread, changes)

    c = view.conversation
    assert (c.subject, c.priority, c.language, c.location) == ("Buns", "high", "it", {"city": "Roma"})
    assert [tag.tag for tag in view.tags] == ["a", "b"]
    conversations.merge_attributes(cast.db, cast.agent.agent, thread, {"a": 1})
    view = conversations.merge_attributes(cast.db, cast.agent.agent, thread, {"b": 2})
    assert view.conversation.attributes == {"a": 1, "b": 2}


def test_a_conversation_never_moves_to_another_contact(cast, thread):
    own = conversations.get(cast.db, cast.agent.agent, thread).contact.id
    other = say(cast, cast.other_visitor).view.conversation.request_id
    theirs = conversations.get(cast.db, cast.agent.agent, other).contact.id

    assert conversations.update(cast.db, cast.agent.agent, thread, {"lead": own}).contact.id == own
    for lead in (theirs, "f" * 24, "a\x00", 5):
        with pytest.raises((Conflict, Invalid)):
            conversations.update(cast.db, cast.agent.agent, thread, {"lead": lead})


@pytest.mark.parametrize(
    "changes", [{"priority": "asap"}, {"status": 1000}, {"status": "200"}, {"status": 100.0}, {"rating": 9},
                {"subject": 5}, {"subject": "x" * 501}, {"first_text": "\x00"}, {"tags": [5]}]
)  # fmt: skip
def test_a_wrong_change_is_refused_and_changes_nothing(cast, thread, changes):
    before = conversations.get(cast.db, cast.agent.agent, thread)
    with pytest.raises(Invalid):
        conversations.update(cast.db, cast.agent.agent, thread, {"language": "de", **changes})

    assert conversations.get(cast.db, cast.agent.agent, thread) == before


def test_a_status_given_to_a_closed_conversation_opens_it_whole(cast, thread):
    conversations.close(cast.db, cast.agent.agent, thread)
    c = conversations.update(cast.db, cast.agent.agent, thread, {"status": 200}).conversation

    assert (c.status, c.closed_at, c.closed_by) == (200, None, None)


def test_only_an_owner_deletes_and_the_counts_follow(cast, thread):
    say(cast, cast.visitor, "more", thread)
    kept = say(cast, cast.visitor).view.conversation.request_id
    for may_not in (cast.agent, cast.admin):
        with pytest.raises(Forbidden):
            conversations.delete(cast.db, may_not.agent, thread)

    conversations.delete(cast.db, cast.owner.agent, thread)

    with pytest.raises(NotFound):
        conversations.get(cast.db, cast.visitor.visitor, thread)
    contact = the_contact(cast)
    assert (contact.conversations, contact.messages) == (1, 1)
    (identity,) = contacts.get(cast.db, cast.agent.agent, contact.id).identities
    assert identity.conversations == 1
    assert state(cast, kept).messages == 1


def test_an_agent_begins_a_conversation_for_a_contact_or_asks_for_itself(cast):
    made = contacts.create(cast.db, cast.agent.agent, {"fullname": "Ugo"}, lead_id="crm-1").contact
    view = conversations.open_for(cast.db, cast.agent.agent, None, Draft("Hello"), "crm-1")
    assert view.contact.id == made.id
    assert (
        conversations.open_for(cast.db, cast.agent.agent, view.conversation.request_id, Draft("x"), None)
        == view
    )
    with pytest.raises(NotFound):
        conversations.post(cast.db, cast.agent.agent, "r-2", Draft("x"), sender="nobody")
    with pytest.raises(NotFound):
        conversations.post(
            cast.db, cast.agent.agent, view.conversation.request_id, Draft("x"), sender="crm-2"
        )

    asked = conversations.post(cast.db, cast.agent.agent, "r-3", Draft("Who has the key?")).view
    assert (asked.identity.kind, asked.contact.name, asked.conversation.status) == (
        "member",
        "Aldo Agent",
        ConversationStatus.ASSIGNED,
    )
    assert [v.conversation.request_id for v in conversations.own(cast.db, cast.agent.agent)[0]] == ["r-3"]


@pytest.mark.parametrize("draft", [Draft(""), Draft("x", type="image"), Draft("a\x00"), Draft("x" * 20_001)])
def test_a_message_that_cannot_be_stored_makes_nobody(cast, draft):
    with pytest.raises((Invalid, TooLarge)):
        conversations.post(cast.db, cast.visitor.visitor, "r-1", draft)
    with pytest.raises(Invalid):
        conversations.post(cast.db, cast.visitor.visitor, "r/1", Draft("x"))

    assert find.find(cast.db, cast.agent.agent, Filter(), Page()).contacts == []
