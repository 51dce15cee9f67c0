"""Conversations go to the available agents in turn."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rolodesk.domain.access import Role
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound
from rolodesk.storage import events
from rolodesk.usecases import agent_groups, conversations, departments, projects, routing
from rolodesk.usecases.team import Ending
from tests.cast import away, join, make_person, new_request_id, new_visitor, reply, say


def first(cast, guest=None, **more):
    """A new conversation as its first message leaves it."""
    return say(cast, guest or new_visitor(cast.db, cast.signing, cast.id), **more).view.conversation


def names(cast, conversation):
    known = {
        c.person.user_id: c.person.firstname for c in (cast.owner, cast.admin, cast.agent, cast.teammate)
    }
    return [known[user_id] for user_id in conversation.participants]


def told(cast, conversation):
    """What has happened to a conversation, by whom and with whom."""
    with cast.db.read() as tx:
        found = events.after(tx, cast.id, 0, 1_000)
    return [
        (r.event.name.value, r.actor_kind, r.event.subject_id)
        for r in found
        if r.event.conversation_id == conversation.id and r.event.name != "message.create"
    ]


def change(cast, who, **changes):
    return projects.change_member(cast.db, cast.owner.agent, who.agent.member_id, **changes)


def test_a_first_message_is_assigned_at_once_to_whoever_has_waited_longest(cast):
    given = [first(cast) for _ in range(6)]

    assert [names(cast, one) for one in given] == [["Olivia"], ["Ada"], ["Aldo"]] * 2
    assert all(one.status == 200 and one.assigned_at == one.created_at for one in given)
    assert told(cast, given[0]) == [
        ("request.create", "visitor", None),
        ("request.assign", "system", cast.owner.person.user_id),
    ]
    assert conversations.counts(cast.db, cast.agent.agent)["unassigned"] == 0


def test_with_nobody_available_it_waits(cast):
    away(cast)

    waiting = first(cast)

    assert (waiting.status, waiting.participants, waiting.assigned_at) == (100, (), None)
    assert told(cast, waiting) == [("request.create", "visitor", None)]


def test_what_an_agent_opens_is_routed_too(cast):
    own = conversations.open_for(cast.db, cast.agent.agent, None, Draft("For myself"), None)
    first(cast, cast.visitor)
    for_contact = conversations.open_for(
        cast.db, cast.agent.agent, None, Draft("About your order"), cast.visitor.key
    )

    assert (own.conversation.status, names(cast, own.conversation)) == (200, ["Olivia"])
    assert (for_contact.conversation.status, names(cast, for_contact.conversation)) == (200, ["Aldo"])


def test_turns_are_exact_with_many_first_messages_at_once(cast):
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(24)]
    start = threading.Barrier(12)

    def begin(number):
        start.wait()
        return [first(cast, guest) for guest in guests[number * 2 : number * 2 + 2]]

    with ThreadPoolExecutor(12) as pool:
        given = [one for pair in pool.map(begin, range(12)) for one in pair]

    in_turn = [names(cast, one) for one in sorted(given, key=lambda one: one.ticket)]
    assert in_turn == [["Olivia"], ["Ada"], ["Aldo"]] * 8


def test_nobody_is_given_more_than_it_may_serve_also_at_once(cast):
    change(cast, cast.owner, details={"max_chats": 2})
    change(cast, cast.admin, details={"max_chats": 0})
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(12)]
    start = threading.Barrier(12)

    def begin(guest):
        start.wait()
        return first(cast, guest)

    with ThreadPoolExecutor(12) as pool:
        given = list(pool.map(begin, guests))

    in_turn = [names(cast, one)[0] for one in sorted(given, key=lambda one: one.ticket)]
    assert in_turn == ["Olivia", "Aldo", "Olivia"] + ["Aldo"] * 9
    closed = next(one for one in given if names(cast, one) == ["Olivia"])
    conversations.close(cast.db, cast.agent.agent, closed.request_id)
    assert names(cast, first(cast)) == ["Olivia"]
    assert [m.serving for m in projects.team(cast.db, cast.agent.agent)] == [2, 0, 10, 0]


def test_a_department_may_leave_its_conversations_to_whoever_takes_them(cast):
    for way in ("pooled", "unassigned"):
        place = departments.create(cast.db, cast.owner.agent, {"name": way, "routing": way})
        waiting = first(cast, department_id=place.id)
        assert (waiting.status, waiting.participants, waiting.department_id) == (100, (), place.id)


def test_a_department_hands_to_its_groups_and_without_an_enabled_one_to_the_team(cast):
    group = agent_groups.create(
        cast.db, cast.owner.agent, {"name": "Ovens", "members": [cast.agent.person.user_id]}
    )
    fields = {"name": "Bread", "routing": "assigned", "groups": [{"group_id": group.id, "percentage": 100}]}
    place = departments.create(cast.db, cast.owner.agent, fields)

    assert [names(cast, first(cast, department_id=place.id)) for _ in range(2)] == [["Aldo"], ["Aldo"]]
    away(cast, cast.agent)
    assert first(cast, department_id=place.id).participants == ()
    departments.update(cast.db, cast.owner.agent, place.id, {"groups": []})
    agent_groups.update(cast.db, cast.owner.agent, group.id, {"enabled": False})
    departments.update(cast.db, cast.owner.agent, place.id, {"id_group": group.id})
    assert names(cast, first(cast, department_id=place.id)) == ["Olivia"]


def test_an_unknown_department_is_the_default_one(cast):
    (default,) = departments.shown(cast.db, cast.id)
    gone = departments.create(cast.db, cast.owner.agent, {"name": "Gone"})
    departments.delete(cast.db, cast.owner.agent, gone.id)

    for named in ("zzz", gone.id, None):
        assert first(cast, department_id=named).department_id == default.id


def test_writing_into_a_closed_one_keeps_who_is_there_and_else_hands_it_on(cast):
    kept, handed, left = first(cast), first(cast, cast.visitor), first(cast, cast.other_visitor)
    for one in (kept, handed, left):
        conversations.close(cast.db, cast.agent.agent, one.request_id)
    away(cast, cast.admin)

    again = say(cast, cast.visitor, "Once more", handed.request_id).view.conversation
    assert (again.status, names(cast, again)) == (200, ["Olivia"])
    assert told(cast, handed)[-2:] == [
        ("request.reopen", "visitor", None),
        ("request.assign", "system", cast.owner.person.user_id),
    ]
    still = say(cast, cast.other_visitor, "Me too", left.request_id).view.conversation
    assert (still.status, names(cast, still)) == (200, ["Aldo"])
    assert told(cast, left)[-1] == ("request.reopen", "visitor", None)

    conversations.close(cast.db, cast.owner.agent, left.request_id)
    away(cast)
    waits = say(cast, cast.other_visitor, "And again", left.request_id).view.conversation
    assert (waits.status, waits.participants, waits.assigned_at) == (100, (), None)


@pytest.mark.parametrize("leaving", ["removed", "trashed", "deleted", "teammate", "disabled"])
def test_whoever_leaves_leaves_its_conversations_to_the_others(cast, leaving):
    away(cast, cast.admin, cast.owner)
    alone, shared, closed = first(cast), first(cast), first(cast)
    conversations.assign(
        cast.db, cast.owner.agent, shared.request_id,
        [cast.agent.person.user_id, cast.owner.person.user_id],
    )  # fmt: skip
    conversations.close(cast.db, cast.owner.agent, closed.request_id)
    group = agent_groups.create(
        cast.db, cast.owner.agent, {"name": "G", "members": [cast.agent.person.user_id]}
    )
    projects.change_member(cast.db, cast.admin.agent, cast.admin.agent.member_id, available=True)
    aldo = cast.agent.agent.member_id
    match leaving:
        case "teammate":
            change(cast, cast.agent, role="teammate")
        case "disabled":
            change(cast, cast.agent, details={"status": "disabled"})
        case _:
            how = {"removed": Ending.DISABLED, "trashed": Ending.TRASHED, "deleted": Ending.DELETED}[leaving]
            projects.remove_member(cast.db, cast.owner.agent, aldo, how)

    now = {
        one.id: conversations.get(cast.db, cast.owner.agent, one.request_id).conversation
        for one in (alone, shared, closed)
    }
    assert (now[alone.id].status, names(cast, now[alone.id])) == (200, ["Ada"])
    assert (now[shared.id].status, names(cast, now[shared.id])) == (200, ["Olivia"])
    assert (now[closed.id].status, names(cast, now[closed.id])) == (1000, ["Aldo"])
    assert told(cast, alone)[-2:] == [
        ("request.assign", "agent", None),
        ("request.assign", "system", cast.admin.person.user_id),
    ]
    assert told(cast, shared)[-1] == ("request.assign", "agent", cast.owner.person.user_id)
    assert agent_groups.get(cast.db, cast.owner.agent, group.id).members == ()
    reopened = conversations.reopen(cast.db, cast.owner.agent, closed.request_id).conversation
    assert (reopened.status, reopened.participants) == (100, ())


def test_with_nobody_else_there_they_wait(cast):
    away(cast, cast.admin, cast.owner)
    given = first(cast)

    projects.remove_member(cast.db, cast.owner.agent, cast.agent.agent.member_id)

    waiting = conversations.get(cast.db, cast.owner.agent, given.request_id).conversation
    assert (waiting.status, waiting.participants, waiting.assigned_at) == (100, (), None)
    assert conversations.counts(cast.db, cast.owner.agent)["unassigned"] == 1


def test_nothing_goes_to_somebody_who_is_leaving_at_that_moment(cast):
    away(cast, cast.owner, cast.admin)
    colleague = join(
        cast.db, cast.signing, cast.owner, Role.AGENT, make_person(cast.db, "Anna", "Agent", cast.id[:8])
    )
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(8)]
    start = threading.Barrier(9)

    def begin(guest):
        start.wait()
        return first(cast, guest).request_id

    def leave():
        start.wait()
        projects.remove_member(cast.db, cast.owner.agent, cast.agent.agent.member_id)

    with ThreadPoolExecutor(9) as pool:
        left = pool.submit(leave)
        begun = [one.result() for one in [pool.submit(begin, guest) for guest in guests]]
        left.result()

    for request_id in begun:
        found = conversations.get(cast.db, cast.owner.agent, request_id).conversation
        assert found.participants == (colleague.person.user_id,)


def test_a_conversation_that_waits_is_handed_on_when_asked(cast):
    away(cast)
    waiting = first(cast)
    assert routing.assign_next(cast.db, cast.agent.agent, waiting.request_id).conversation.status == 100
    change(cast, cast.admin, available=True)

    given = routing.assign_next(cast.db, cast.agent.agent, waiting.request_id).conversation
    assert (given.status, names(cast, given)) == (200, ["Ada"])
    assert told(cast, waiting)[-1] == ("request.assign", "agent", cast.admin.person.user_id)
    change(cast, cast.agent, available=True)
    assert routing.assign_next(cast.db, cast.agent.agent, waiting.request_id).conversation == given
    conversations.close(cast.db, cast.agent.agent, waiting.request_id)
    assert routing.assign_next(cast.db, cast.agent.agent, waiting.request_id).conversation.status == 1000


def test_a_conversation_moves_to_another_department_and_is_routed_there(cast):
    pool = departments.create(cast.db, cast.owner.agent, {"name": "Pool", "routing": "pooled"})
    turns = departments.create(cast.db, cast.owner.agent, {"name": "Turns", "routing": "assigned"})
    given = first(cast)

    pooled = routing.move(cast.db, cast.agent.agent, given.request_id, pool.id).conversation
    assert (pooled.department_id, pooled.status, pooled.participants) == (pool.id, 100, ())
    assigned = routing.move(cast.db, cast.agent.agent, given.request_id, turns.id).conversation
    assert (assigned.department_id, assigned.status, names(cast, assigned)) == (turns.id, 200, ["Ada"])
    conversations.close(cast.db, cast.agent.agent, given.request_id)
    closed = routing.move(cast.db, cast.agent.agent, given.request_id, pool.id).conversation
    assert (closed.department_id, closed.status, names(cast, closed)) == (pool.id, 1000, ["Ada"])
    with pytest.raises(Invalid):
        routing.move(cast.db, cast.agent.agent, given.request_id, "zzz")


def test_participants_joined_and_parted_at_once_all_count(cast):
    away(cast)
    given = first(cast)
    people = [cast.owner, cast.admin, cast.agent]

    def at_once(verb):
        start = threading.Barrier(3)

        def do(who):
            start.wait()
            verb(cast.db, who.agent, given.request_id, who.person.user_id)

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(do, people))
        return conversations.get(cast.db, cast.agent.agent, given.request_id).conversation

    assert set(at_once(routing.join).participants) == {who.person.user_id for who in people}
    parted = at_once(routing.part)
    assert (parted.participants, parted.status) == ((), 100)
    with pytest.raises(NotFound) as refused:
        routing.part(cast.db, cast.agent.agent, given.request_id, cast.agent.person.user_id)
    assert refused.value.code == "no_participant"


@pytest.mark.parametrize("nobody", ["bot_7", "stranger", "teammate", "zzz"])
def test_only_agents_of_the_project_take_part(cast, nobody):
    given = first(cast)
    user_id = getattr(cast, nobody).person.user_id if hasattr(cast, nobody) else nobody

    with pytest.raises(Invalid):
        routing.join(cast.db, cast.agent.agent, given.request_id, user_id)
    assert conversations.get(cast.db, cast.agent.agent, given.request_id).conversation == given


def test_members_follow_a_conversation_and_visitors_do_not_see_it(cast):
    given = first(cast, cast.visitor)
    ids = [who.agent.member_id for who in (cast.owner, cast.admin, cast.teammate)]

    for member_id in (ids[0], ids[0], ids[1]):
        followed = routing.follow(cast.db, cast.agent.agent, given.request_id, member_id)
    assert followed.conversation.followers == tuple(ids[:2])
    put = routing.put_followers(cast.db, cast.agent.agent, given.request_id, [ids[2], ids[0]])
    assert put.conversation.followers == (ids[2], ids[0])
    assert routing.unfollow(cast.db, cast.agent.agent, given.request_id, ids[2]).conversation.followers == (
        ids[0],
    )
    with pytest.raises(Invalid):
        routing.follow(cast.db, cast.agent.agent, given.request_id, cast.stranger.agent.member_id)
    reply(cast, given.request_id)
    assert conversations.get(cast.db, cast.agent.agent, given.request_id).conversation.followers == (ids[0],)


# Departments and groups.


def test_there_is_always_one_default_department(cast):
    (old,) = departments.shown(cast.db, cast.id)
    for refused in (
        lambda: departments.delete(cast.db, cast.owner.agent, old.id),
        lambda: departments.update(cast.db, cast.owner.agent, old.id, {"status": 0}),
        lambda: departments.update(cast.db, cast.owner.agent, old.id, {"default": False}),
    ):
        with pytest.raises(Conflict) as why:
            refused()
        assert why.value.code == "default_department"

    made = departments.create(cast.db, cast.owner.agent, {"name": "New", "default": True})
    assert [(d.name, d.is_default) for d in departments.shown(cast.db, cast.id)] == [
        ("New", True),
        ("Default Department", False),
    ]
    departments.update(cast.db, cast.owner.agent, old.id, {"default": True})
    departments.delete(cast.db, cast.owner.agent, made.id)
    assert [d.id for d in departments.of_project(cast.db, cast.agent.agent)] == [old.id]


def test_of_departments_that_become_the_default_one_at_once_one_is_it(cast):
    made = [departments.create(cast.db, cast.owner.agent, {"name": f"D{n}"}) for n in range(6)]
    start = threading.Barrier(6)

    def seat(one):
        start.wait()
        departments.update(cast.db, cast.owner.agent, one.id, {"default": True})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(seat, made))

    assert [d.is_default for d in departments.shown(cast.db, cast.id)] == [True] + [False] * 6


def test_a_deleted_department_stays_with_its_conversations(cast):
    made = departments.create(cast.db, cast.owner.agent, {"name": "Gone", "routing": "pooled"})
    given = first(cast, department_id=made.id)
    departments.delete(cast.db, cast.owner.agent, made.id)

    view = conversations.get(cast.db, cast.agent.agent, given.request_id)
    assert view.department.name == "Gone"
    routed = routing.assign_next(cast.db, cast.agent.agent, given.request_id)
    assert (routed.department.name, routed.conversation.status) == ("Default Department", 200)


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"name": " "}, {"name": 7}, {"routing": "random"}, {"status": 5}, {"status": True}, {"tags": "x"},
        {"groups": [{"group_id": "zzz"}]}, {"groups": [{}]}, {"groups": [7]}, {"groups": "x"}, {"id_group": "zzz"},
        {"groups": [{"group_id": "zzz", "percentage": 200}]}, {"name": "\x00"}, {"description": ["x"]},
    ],
)  # fmt: skip
def test_a_department_that_cannot_be_is_refused(cast, fields):
    whole = (
        fields if fields in ({}, {"name": " "}, {"name": 7}, {"name": "\x00"}) else {"name": "D", **fields}
    )
    with pytest.raises(Invalid):
        departments.create(cast.db, cast.owner.agent, whole)


def test_a_group_that_a_department_uses_stays(cast):
    group = agent_groups.create(cast.db, cast.owner.agent, {"name": "G"})
    place = departments.create(cast.db, cast.owner.agent, {"name": "D", "groups": [{"group_id": group.id}]})
    for refused in (
        lambda: agent_groups.delete(cast.db, cast.owner.agent, group.id),
        lambda: agent_groups.delete(cast.db, cast.owner.agent, group.id, for_good=True),
        lambda: agent_groups.update(cast.db, cast.owner.agent, group.id, {"enabled": False}),
    ):
        with pytest.raises(Forbidden) as why:
            refused()
        assert why.value.code == "group_in_use"

    departments.delete(cast.db, cast.owner.agent, place.id)
    agent_groups.delete(cast.db, cast.owner.agent, group.id)
    assert agent_groups.of_project(cast.db, cast.agent.agent) == []
    assert agent_groups.get(cast.db, cast.agent.agent, group.id).trashed
    agent_groups.delete(cast.db, cast.owner.agent, group.id, for_good=True)
    with pytest.raises(NotFound):
        agent_groups.get(cast.db, cast.agent.agent, group.id)


@pytest.mark.parametrize("members", [["zzz"], "x", [7], [None]])
def test_a_group_is_made_of_members_of_the_project(cast, members):
    with pytest.raises(Invalid):
        agent_groups.create(cast.db, cast.owner.agent, {"name": "G", "members": members})
    with pytest.raises(Invalid):
        agent_groups.create(
            cast.db, cast.owner.agent, {"name": "G", "members": [cast.stranger.person.user_id]}
        )


def test_a_new_conversation_without_a_message_is_routed_once(cast):
    name = new_request_id(cast.id)
    views = [conversations.open_for(cast.db, cast.agent.agent, name, Draft("x"), None) for _ in range(2)]

    assert views[0].conversation == views[1].conversation
    assert names(cast, first(cast)) == ["Ada"]
