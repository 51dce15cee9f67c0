"""What live pages and the widget follow."""

import pytest

from rolodesk.domain.errors import Forbidden
from rolodesk.usecases import contacts, conversations, follow
from tests.cast import reply, say


def test_what_happens_is_told_with_what_it_concerns(cast):
    before = follow.last(cast.db, cast.id)
    posted = say(cast, cast.visitor, "Hello")
    contacts.update(cast.db, cast.agent.agent, posted.view.home_id, {"city": "Roma"})
    request_id = posted.view.conversation.request_id
    reply(cast, request_id)

    told = follow.happenings(cast.db, cast.id, before, 100, {cast.visitor.key})

    names = [
        "lead.create",
        "request.create",
        "request.assign",
        "message.create",
        "lead.update",
        "request.assign",
        "message.create",
    ]
    assert [h.recorded.event.name.value for h in told] == names
    assert [h.recorded.number for h in told] == list(range(before + 1, before + 8))
    assert [h.message.text for h in told if h.message] == ["Hello", "How can I help?"]
    assert all(h.conversation.conversation.request_id == request_id for h in told if h.conversation)
    assert told[4].contacts[0].contact.profile.text("city") == "Roma"
    assert {h.listeners for h in told if h.conversation} == {(cast.visitor.key,)}
    assert all(h.own.contact is None and h.own.notes == () for h in told if h.own)
    assert follow.last(cast.db, cast.id) == told[-1].recorded.number


def test_a_view_for_its_visitor_is_made_only_if_it_listens(cast):
    before = follow.last(cast.db, cast.id)
    say(cast, cast.visitor)

    for listeners, made in ((set(), False), ({cast.other_visitor.key}, False), ({cast.visitor.key}, True)):
        told = follow.happenings(cast.db, cast.id, before, 100, listeners)
        assert any(h.own for h in told) == made


def test_what_has_been_deleted_meanwhile_is_told_without_it(cast):
    before = follow.last(cast.db, cast.id)
    request_id = say(cast, cast.visitor).view.conversation.request_id
    conversations.delete(cast.db, cast.owner.agent, request_id)

    told = follow.happenings(cast.db, cast.id, before, 100, {cast.visitor.key})
    assert told[-1].recorded.event.name == "request.delete"
    assert all(h.conversation is None and h.message is None for h in told)


def test_a_live_list_begins_with_what_is_there_and_says_as_of_when(cast):
    mine = say(cast, cast.visitor).view.conversation.request_id
    theirs = say(cast, cast.other_visitor).view.conversation.request_id

    def shown(actor):
        views, number = follow.open_conversations(cast.db, actor)
        assert number == follow.last(cast.db, cast.id)
        return {view.conversation.request_id for view in views}

    assert shown(cast.agent.agent) == {mine, theirs}
    assert shown(cast.visitor.visitor) == {mine}
    assert shown(cast.user.visitor) == set()
    with pytest.raises(Forbidden):
        shown(cast.teammate.agent)
    assert follow.newest_contacts(cast.db, cast.agent.agent) == follow.last(cast.db, cast.id)


def test_a_visitors_messages_are_told_oldest_first(cast):
    first = say(cast, cast.visitor, "one").view.conversation.request_id
    say(cast, cast.visitor, "two")
    reply(cast, first, "three")

    found, _ = follow.own_messages(cast.db, cast.visitor.visitor)
    assert [message.text for _, message in found] == ["one", "two", "three"]
