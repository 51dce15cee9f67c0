"""What visitors and the team do with conversations."""

import pytest

from rolodesk.domain.conversation import ConversationStatus
from rolodesk.domain.errors import Invalid, NotFound
from rolodesk.storage import events
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import clock, contacts, conversations
from tests.cast import away, new_visitor, reply, say, the_contact

UNASSIGNED, ASSIGNED, CLOSED = (
    ConversationStatus.UNASSIGNED,
    ConversationStatus.ASSIGNED,
    ConversationStatus.CLOSED,
)


@pytest.fixture
def thread(cast):
    """The request id of Vera's conversation with one message, which nobody has been given: they are all away."""
    away(cast)
    return say(cast, cast.visitor).view.conversation.request_id


def state(cast, request_id):
    return conversations.get(cast.db, cast.agent.agent, request_id).conversation


def told(cast):
    with cast.db.read() as tx:
        return [e.event.name.value for e in events.after(tx, cast.id, 0, 1_000)]


# Answering, assigning, closing.


def test_an_answer_assigns_the_conversation_to_whoever_gives_it(cast, thread):
    assert state(cast, thread).status == UNASSIGNED

    posted = reply(cast, thread)

    after = state(cast, thread)
    assert (after.status, after.participants) == (ASSIGNED, (cast.agent.person.user_id,))
    assert after.first_response_at == posted.message.created_at
    assert after.waiting_since is None
    assert posted.message.sender_name == "Aldo Agent"


def test_a_second_answer_changes_neither_the_first_ones_time_nor_who_was_assigned_when(cast, thread):
    reply(cast, thread)
    before = state(cast, thread)
    reply(cast, thread, by=cast.admin)

    after = state(cast, thread)
    assert set(after.participants) == {cast.agent.person.user_id, cast.admin.person.user_id}
    assert (after.first_response_at, after.assigned_at) == (before.first_response_at, before.assigned_at)


def test_a_visitor_waits_from_its_first_unanswered_message(cast, thread):
    began = state(cast, thread).waiting_since
    say(cast, cast.visitor, "Hello?", thread)
    assert state(cast, thread).waiting_since == began

    reply(cast, thread)
    asked = say(cast, cast.visitor, "And now?", thread)
    assert state(cast, thread).waiting_since == asked.message.created_at


def test_closing_and_opening_again(cast, thread):
    for closer in (cast.agent.agent, cast.visitor.visitor):
        closed = conversations.close(cast.db, closer, thread).conversation
        assert (closed.status, closed.closed_by, closed.waiting_since) == (CLOSED, closer.id, None)
        assert conversations.close(cast.db, closer, thread).conversation == closed
        opened = conversations.reopen(cast.db, closer, thread).conversation
        assert (opened.status, opened.closed_at, opened.closed_by) == (UNASSIGNED, None, None)
        assert conversations.reopen(cast.db, closer, thread).conversation == opened

    assert told(cast).count("request.close") == told(cast).count("request.reopen") == 2


def test_writing_into_a_closed_conversation_opens_it_again(cast, thread):
    conversations.close(cast.db, cast.agent.agent, thread)
    say(cast, cast.visitor, "One more thing", thread)
    assert state(cast, thread).status == UNASSIGNED

    reply(cast, thread)
    conversations.close(cast.db, cast.agent.agent, thread)
    say(cast, cast.visitor, "And another", thread)
    again = state(cast, thread)
    assert (again.status, again.participants, again.closed_at) == (UNASSIGNED, (), None)
    assert told(cast).count("request.reopen") == 2


def test_assigning_makes_just_these_members_the_participants(cast, thread):
    ids = [cast.agent.person.user_id, cast.admin.person.user_id]
    assigned = conversations.assign(cast.db, cast.agent.agent, thread, ids * 2)
    assert (assigned.conversation.status, set(assigned.conversation.participants)) == (ASSIGNED, set(ids))
    assert {user.firstname for user in assigned.people} == {"Aldo", "Ada"}

    left = conversations.assign(cast.db, cast.agent.agent, thread, [ids[1]]).conversation
    assert left.participants == (ids[1],)
    empty = conversations.assign(cast.db, cast.agent.agent, thread, []).conversation
    assert (empty.status, empty.participants, empty.assigned_at) == (UNASSIGNED, (), None)


def test_nobody_outside_the_team_is_assigned(cast, thread):
    for nobody in (cast.stranger.person.user_id, cast.visitor.key, "x", "a\x00"):
        with pytest.raises(Invalid):
            conversations.assign(cast.db, cast.agent.agent, thread, [cast.agent.person.user_id, nobody])
    assert state(cast, thread).participants == ()


# Rating, notes, tags, seen.


def test_only_its_own_visitor_rates_a_conversation(cast, thread):
    rated = conversations.rate(cast.db, cast.visitor.visitor, thread, 4, " nice ").conversation
    assert (rated.rating, rated.rating_message) == (4, "nice")

    for other in (cast.agent.agent, cast.owner.agent, cast.other_visitor.visitor, cast.user.visitor):
        with pytest.raises(NotFound):
            conversations.rate(cast.db, other, thread, 1)
    with pytest.raises(Invalid):
        conversations.rate(cast.db, cast.visitor.visitor, thread, 6)
    assert state(cast, thread).rating == 4


def test_notes_and_tags_are_added_and_taken_away(cast, thread):
    view = conversations.add_note(cast.db, cast.agent.agent, thread, " careful ")
    assert [note.text for note in view.notes] == ["careful"]
    assert conversations.delete_note(cast.db, cast.agent.agent, thread, view.notes[0].id).notes == ()
    with pytest.raises(NotFound):
        conversations.delete_note(cast.db, cast.agent.agent, thread, view.notes[0].id)

    view = conversations.add_tags(
        cast.db, cast.agent.agent, thread, ["bread", {"tag": "buns", "color": "#fff"}, "bread"]
    )
    assert [(tag.tag, tag.color) for tag in view.tags] == [("bread", None), ("buns", "#fff")]
    view = conversations.remove_tag(cast.db, cast.agent.agent, thread, view.tags[0].id)
    assert [tag.tag for tag in view.tags] == ["buns"]
    assert conversations.remove_tag(cast.db, cast.agent.agent, thread, "f" * 24).tags == view.tags
    for wrong in ("", {"tag": None}, 5):
        with pytest.raises(Invalid):
            conversations.add_tags(cast.db, cast.agent.agent, thread, [wrong])


def test_what_the_visitor_has_not_seen_is_counted(cast, thread):
    for _ in range(3):
        last = reply(cast, thread).message
    unread = lambda: conversations.own(cast.db, cast.visitor.visitor)[0][0].unread  # noqa: E731
    assert unread() == 3

    number_two = conversations.messages(cast.db, cast.visitor.visitor, thread)[2]
    conversations.seen(cast.db, cast.visitor.visitor, thread, number_two.id)
    assert unread() == 1
    conversations.seen(cast.db, cast.visitor.visitor, thread, last.id)
    conversations.seen(cast.db, cast.visitor.visitor, thread, number_two.id)
    assert unread() == 0
    assert state(cast, thread).team_seen == last.number


def test_seeing_is_no_event(cast, thread):
    before = told(cast)
    message = conversations.messages(cast.db, cast.agent.agent, thread)[0]
    conversations.seen(cast.db, cast.agent.agent, thread, message.id)

    assert told(cast) == before
    assert state(cast, thread).team_seen == 1


def test_a_message_of_another_conversation_is_not_found(cast, thread):
    other = say(cast, cast.visitor).message

    for verb in (conversations.seen, conversations.message):
        with pytest.raises(NotFound):
            verb(cast.db, cast.visitor.visitor, thread, other.id)
    with pytest.raises(Invalid):
        conversations.messages(cast.db, cast.visitor.visitor, thread, after=other.id)


# Reading.


def test_messages_are_told_oldest_first_from_any_place(cast, thread):
    sent = [say(cast, cast.visitor, str(n), thread).message for n in range(5)]

    whole = conversations.messages(cast.db, cast.agent.agent, thread)
    assert [message.number for message in whole] == [1, 2, 3, 4, 5, 6]
    assert conversations.messages(cast.db, cast.agent.agent, thread, after=sent[2].id) == sent[3:]
    assert conversations.messages(cast.db, cast.agent.agent, thread, after=sent[0].id, limit=2) == sent[1:3]
    assert conversations.latest_messages(cast.db, cast.agent.agent, thread, 2) == sent[3:]
    assert conversations.message(cast.db, cast.visitor.visitor, thread, sent[0].id) == sent[0]


def test_the_inbox_lists_open_conversations_the_latest_active_first(cast, monkeypatch):
    away(cast)
    times = iter(range(clock.now(), clock.now() + 10**9, 1_000))
    monkeypatch.setattr(conversations, "now", lambda: next(times))
    threads = [
        say(cast, new_visitor(cast.db, cast.signing, cast.id)).view.conversation.request_id for _ in range(5)
    ]
    conversations.close(cast.db, cast.agent.agent, threads[1])
    reply(cast, threads[0])

    def listed(wanted=None, **more):
        found, total = conversations.find(cast.db, cast.agent.agent, wanted or Wanted(), **more)
        assert total >= len(found)
        return [threads.index(view.conversation.request_id) for view in found]

    assert listed() == [0, 4, 3, 2]
    assert listed(limit=2, offset=1) == [4, 3]
    assert listed(Wanted(statuses=None), sort="created_at", descending=False) == [0, 1, 2, 3, 4]
    assert listed(Wanted(statuses=(1000,))) == [1]
    assert listed(Wanted(participant=cast.agent.person.user_id)) == [0]
    assert listed(Wanted(unassigned=True)) == [4, 3, 2]
    assert listed(Wanted(statuses=(100, 100))) == [4, 3, 2]
    assert listed(Wanted(ticket=state(cast, threads[2]).ticket)) == [2]
    assert conversations.counts(cast.db, cast.agent.agent) == {"unassigned": 3, "assigned": 1}


def test_the_inbox_finds_words_of_visitors_and_first_messages(cast):
    first = say(cast, cast.visitor, "Do you bake BRÖTCHEN at 100%?").view.conversation.request_id
    contact = the_contact(cast)
    contacts.update(cast.db, cast.agent.agent, contact.id, {"fullname": "Zoë"})
    say(cast, cast.other_visitor, "Something else")

    def listed(text):
        found, total = conversations.find(cast.db, cast.agent.agent, Wanted(text=text))
        assert total == len(found)
        return [view.conversation.request_id for view in found]

    for text in ("bake", "brötchen", "BRÖT", "100%?", "zoë", "ZOE"):
        assert listed(text) == [first]
    for text in ("%", "_"):
        assert listed(text) == ([first] if text in "100%" else [])


def test_a_contacts_conversations_are_those_of_its_identities(cast, thread):
    say(cast, cast.visitor)
    say(cast, cast.other_visitor)
    root = conversations.get(cast.db, cast.agent.agent, thread).contact.id

    found, total = conversations.find(cast.db, cast.agent.agent, Wanted(statuses=None, roots=(root, root)))

    assert total == len(found) == 2
    assert {view.contact.id for view in found} == {root}
    assert conversations.find(cast.db, cast.agent.agent, Wanted(roots=("f" * 24,)))[0] == []
