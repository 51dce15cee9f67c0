"""Nobody who has left the team keeps a conversation, whichever way it is opened again, and whatever is done at once."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from rolodesk.domain.conversation import Draft
from rolodesk.storage import conversations as stored
from rolodesk.storage import members
from rolodesk.usecases import conversations, projects, routing
from tests.cast import away, new_request_id, new_visitor, reply, say
from tests.usecases.counted import assert_counters_right


def first(cast, guest=None, **more):
    return say(cast, guest or new_visitor(cast.db, cast.signing, cast.id), **more).view.conversation


def fire(cast, who):
    projects.remove_member(cast.db, cast.owner.agent, who.agent.member_id)


def shown(cast, conversation):
    return conversations.get(cast.db, cast.owner.agent, conversation.request_id).conversation


def closed_by_one_who_has_left(cast):
    """A closed conversation whose only participant, Aldo, is of the team no more."""
    away(cast, cast.admin, cast.owner)
    given = first(cast, cast.visitor)
    conversations.close(cast.db, cast.owner.agent, given.request_id)
    fire(cast, cast.agent)
    assert given.participants == (cast.agent.person.user_id,)
    return given


def test_an_answer_into_a_closed_one_leaves_it_to_whoever_answers(cast):
    given = closed_by_one_who_has_left(cast)

    answered = reply(cast, given.request_id, by=cast.admin).view.conversation

    assert (answered.status, answered.participants) == (200, (cast.admin.person.user_id,))
    assert answered.assigned_at is not None
    fire(cast, cast.admin)
    assert (shown(cast, given).status, shown(cast, given).participants) == (100, ())
    assert_counters_right(cast.db, cast.id)


@pytest.mark.parametrize("status", [100, 200, 300])
def test_a_status_that_opens_it_leaves_nobody_who_has_gone(cast, status):
    given = closed_by_one_who_has_left(cast)

    opened = conversations.update(cast.db, cast.owner.agent, given.request_id, {"status": status})

    assert (opened.conversation.status, opened.conversation.participants) == (100, ())
    assert routing.assign_next(cast.db, cast.owner.agent, given.request_id).conversation.status == 100
    assert_counters_right(cast.db, cast.id)


def while_aldo_is_taken_off_the_team(cast, monkeypatch, writes):
    """Somebody writes a message, and stands still in the middle of it while Aldo leaves."""
    begun, go_on = threading.Event(), threading.Event()
    add_message = stored.add_message

    def slowly(*args):
        begun.set()
        assert go_on.wait(30)
        add_message(*args)

    with monkeypatch.context() as patched, ThreadPoolExecutor(2) as pool:
        patched.setattr(stored, "add_message", slowly)
        written = pool.submit(writes)
        assert begun.wait(30)
        left = pool.submit(fire, cast, cast.agent)
        wait([left], 0.3)
        go_on.set()
        written.result(60)
        left.result(60)


def test_a_visitor_who_opens_it_again_while_its_agent_leaves_is_left_to_nobody_who_has_gone(
    cast, monkeypatch
):
    away(cast, cast.admin, cast.owner)
    given = first(cast, cast.visitor)
    conversations.close(cast.db, cast.owner.agent, given.request_id)

    while_aldo_is_taken_off_the_team(
        cast, monkeypatch, lambda: say(cast, cast.visitor, "Again", given.request_id)
    )

    assert (shown(cast, given).status, shown(cast, given).participants) == (100, ())


def test_an_agent_who_answers_while_it_leaves_keeps_nothing(cast, monkeypatch):
    away(cast)
    given = first(cast, cast.visitor)

    while_aldo_is_taken_off_the_team(cast, monkeypatch, lambda: reply(cast, given.request_id))

    assert (shown(cast, given).status, shown(cast, given).participants) == (100, ())


def test_a_preliminary_conversation_is_given_to_nobody_unseen(cast):
    rid = new_request_id(cast.id)
    conversations.post(cast.db, cast.visitor.visitor, rid, Draft("Need help?", preflight=True))

    assert routing.assign_next(cast.db, cast.owner.agent, rid).conversation.participants == ()
    assert routing.move(cast.db, cast.owner.agent, rid, None).conversation.participants == ()
    taken = routing.join(cast.db, cast.owner.agent, rid, cast.agent.person.user_id).conversation
    conversations.close(cast.db, cast.visitor.visitor, rid)
    again = conversations.post(cast.db, cast.visitor.visitor, rid, Draft("Still?", preflight=True))
    assert taken.status == again.view.conversation.status == 50
    conversations.update(cast.db, cast.owner.agent, rid, {"status": 200})
    assert conversations.get(cast.db, cast.owner.agent, rid).conversation.status == 50
    assert sum(conversations.counts(cast.db, cast.owner.agent).values()) == 0
    assert_counters_right(cast.db, cast.id)

    begun = say(cast, cast.visitor, "Yes", rid).view.conversation
    assert (begun.status, begun.participants) == (200, (cast.agent.person.user_id,))
    with cast.db.read() as tx:
        assert members.by_user(tx, cast.id, cast.agent.person.user_id).serving == 1
