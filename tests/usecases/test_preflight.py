"""A preliminary conversation is nobody's business until somebody really writes into it."""

import pytest

from rolodesk.domain.access import System
from rolodesk.domain.contact import Status
from rolodesk.domain.conversation import ConversationStatus, Draft
from rolodesk.domain.errors import NotFound
from rolodesk.storage import events
from rolodesk.usecases import (
    contacts,
    conversation_files,
    conversations,
    duplicates,
    find,
    follow,
    merges,
    messages,
)
from rolodesk.usecases.conversations import Wanted
from rolodesk.usecases.merges import Ask
from rolodesk.usecases.messages import Post
from tests.cast import filled, new_request_id, reply, say
from tests.usecases.counted import assert_counters_right

EVERYTHING = Wanted(statuses=None, preflight=True)


@pytest.fixture
def rid(cast):
    rid = new_request_id(cast.id)
    greet(cast, rid, "Need help?")
    return rid


def greet(cast, rid, text):
    return conversations.post(cast.db, cast.visitor.visitor, rid, Draft(text, preflight=True))


def listed(cast, wanted=None):
    found, count = conversations.find(cast.db, cast.agent.agent, wanted or Wanted(statuses=None))
    assert count == len(found)
    return [view.conversation.request_id for view in found]


def people(cast):
    """The contacts that the lists show, and how many they say there are."""
    found = find.find(cast.db, cast.agent.agent, find.Filter(), find.Page())
    assert find.counts(cast.db, cast.agent.agent).get(100, 0) == found.count == len(found.contacts)
    return [contact.id for contact in found.contacts]


def names(cast):
    with cast.db.read() as tx:
        return [str(recorded.event.name) for recorded in events.after(tx, cast.id, 0, 1_000)]


def test_it_is_in_no_list_and_no_news(cast, rid):
    view = conversations.get(cast.db, cast.visitor.visitor, rid)
    assert (view.conversation.status, view.conversation.preflight) == (ConversationStatus.TEMPORARY, True)
    assert view.conversation.participants == ()

    assert listed(cast) == listed(cast, Wanted()) == listed(cast, Wanted(statuses=(50,))) == []
    assert listed(cast, Wanted(text="need help", statuses=None)) == []
    assert listed(cast, EVERYTHING) == listed(cast, Wanted(statuses=(50,), preflight=True)) == [rid]
    assert list(conversation_files.all_conversations(cast.db, cast.admin.agent, Wanted(statuses=None))) == []
    assert sum(conversations.counts(cast.db, cast.agent.agent).values()) == 0
    assert conversations.own(cast.db, cast.visitor.visitor) == ([], 0)
    assert len(conversations.own(cast.db, cast.visitor.visitor, EVERYTHING)[0]) == 1
    assert follow.open_conversations(cast.db, cast.agent.agent)[0] == []
    assert not {"request.create", "message.create", "request.assign"} & set(names(cast))
    contact = contacts.get(cast.db, cast.agent.agent, view.home_id).contact
    assert (contact.status, contact.conversations) == (Status.TEMPORARY, 0)
    assert people(cast) == []
    assert "lead.create" not in names(cast)
    assert_counters_right(cast.db, cast.id)
    with pytest.raises(NotFound):
        conversations.get(cast.db, cast.other_visitor.visitor, rid)


def test_more_of_the_same_changes_nothing(cast, rid):
    posted = greet(cast, rid, "Still there?")
    assert posted.view.conversation.status == ConversationStatus.TEMPORARY
    assert listed(cast) == []
    assert "message.create" not in names(cast)


def test_the_first_real_message_begins_it_like_any_other(cast, rid):
    posted = say(cast, cast.visitor, "Yes please", rid).view.conversation
    other = say(cast, cast.other_visitor, "Hello").view.conversation

    assert (posted.preflight, posted.first_text, posted.messages) == (False, "Yes please", 2)
    assert (posted.status, len(posted.participants)) == (other.status, len(other.participants))
    assert posted.waiting_since is not None
    assert listed(cast, Wanted()) == [other.request_id, rid]
    assert len(people(cast)) == 2
    found = names(cast)
    assert found.count("lead.create") == 2
    assert found.index("lead.create") < found.index("request.create")
    assert found.count("request.create") == found.count("message.create") == 2
    assert found.index("request.create") < found.index("message.create")
    assert_counters_right(cast.db, cast.id)
    # From now on a message that says so is one like others.
    assert not greet(cast, rid, "Once more").view.conversation.preflight
    conversations.delete(cast.db, cast.owner.agent, rid)
    assert_counters_right(cast.db, cast.id)


def test_an_answer_of_the_team_begins_it_too(cast, rid):
    answered = reply(cast, rid, "Hello").view.conversation
    assert (answered.preflight, answered.status) == (False, ConversationStatus.ASSIGNED)
    assert answered.participants == (cast.agent.person.user_id,)
    assert listed(cast, Wanted()) == [rid]
    assert_counters_right(cast.db, cast.id)


def test_many_messages_at_once_begin_it_with_the_first_that_is_real(cast, rid):
    many = [Post(Draft("psst", preflight=True)), Post(Draft("Hello")), Post(Draft("Again"))]
    begun, _ = messages.post_many(cast.db, cast.visitor.visitor, rid, many)
    assert (begun.preflight, begun.first_text, begun.messages) == (False, "Hello", 4)
    assert_counters_right(cast.db, cast.id)


def test_one_that_is_closed_or_deleted_unanswered_leaves_no_trace(cast, rid):
    closed = conversations.close(cast.db, cast.visitor.visitor, rid).conversation
    assert closed.closed
    assert listed(cast) == []
    opened = conversations.reopen(cast.db, cast.agent.agent, rid).conversation
    assert opened.status == ConversationStatus.TEMPORARY
    conversations.close(cast.db, cast.visitor.visitor, rid)
    assert greet(cast, rid, "Again?").view.conversation.status == ConversationStatus.TEMPORARY
    conversations.close(cast.db, cast.visitor.visitor, rid)
    begun = say(cast, cast.visitor, "Yes", rid).view.conversation
    assert (begun.preflight, begun.closed) == (False, False)
    conversations.delete(cast.db, cast.owner.agent, rid)
    conversations.delete(cast.db, cast.owner.agent, greet_again(cast))
    assert listed(cast, EVERYTHING) == []
    assert_counters_right(cast.db, cast.id)


def greet_again(cast):
    rid = new_request_id(cast.id)
    greet(cast, rid, "Need help?")
    return rid


def test_another_conversation_lists_the_contact_too(cast, rid):
    say(cast, cast.visitor, "Something else")
    assert len(people(cast)) == 1
    assert names(cast).count("lead.create") == 1
    assert len(listed(cast)) == 1
    say(cast, cast.visitor, "And yes", rid)
    assert names(cast).count("lead.create") == 1
    assert_counters_right(cast.db, cast.id)


def test_nobody_is_suggested_who_has_only_been_spoken_to(cast):
    same = {"userFullname": "Zoe Quattrocchi", "userEmail": "zoe.quattrocchi@example.org"}
    say(cast, cast.other_visitor, attributes=filled(same))
    rid = new_request_id(cast.id)
    greeting = Draft("Need help?", preflight=True, attributes=filled(same))
    conversations.post(cast.db, cast.visitor.visitor, rid, greeting)
    look(cast)
    assert duplicates.queue(cast.db, cast.agent.agent).total == 0
    greet(cast, new_request_id(cast.id), "And now?")
    assert "lead.update" not in names(cast)

    say(cast, cast.visitor, "Yes", rid)
    look(cast)
    assert duplicates.queue(cast.db, cast.agent.agent).total == 1


def look(cast):
    while duplicates.look(cast.db, System(cast.id)):
        pass


@pytest.mark.parametrize("greeted_wins", [True, False])
def test_what_is_merged_with_such_a_contact_is_not_hidden_with_it(cast, rid, greeted_wins):
    greeted = conversations.get(cast.db, cast.visitor.visitor, rid).home_id
    spoken = say(cast, cast.other_visitor).view.home_id
    winner, loser = (greeted, spoken) if greeted_wins else (spoken, greeted)

    done = merges.merge(cast.db, cast.owner.agent, Ask(winner, (loser,)))
    assert people(cast) == [winner]
    say(cast, cast.visitor, "Yes", rid)
    merges.undo(cast.db, cast.owner.agent, done.merges[0].id)
    assert sorted(people(cast)) == sorted([greeted, spoken])
    assert names(cast).count("lead.create") == 2
    assert_counters_right(cast.db, cast.id)


def test_a_contact_in_the_trash_comes_back_when_it_speaks_not_when_it_is_spoken_to(cast):
    contact_id = say(cast, cast.visitor).view.home_id
    contacts.trash(cast.db, cast.admin.agent, contact_id)
    rid = new_request_id(cast.id)
    greet(cast, rid, "Need help?")
    assert people(cast) == []
    say(cast, cast.visitor, "Yes", rid)
    assert people(cast) == [contact_id]
    assert_counters_right(cast.db, cast.id)
