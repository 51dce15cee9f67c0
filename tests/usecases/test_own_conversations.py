"""A project that keeps conversations to their agents: which are an agent's own, and what becomes of them when they are
handed over. That nothing of the others leaks is tested in tests/web/test_own_conversations.py."""

import random
import threading

import pytest
from msgspec import structs

from rolodesk.domain.access import Role
from rolodesk.domain.conversation import ConversationStatus, Draft, Opening
from rolodesk.domain.errors import Invalid, NotFound
from rolodesk.domain.holding import holders, is_open_to
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import (
    conversation_files,
    conversations,
    correspondence,
    follow,
    mails,
    messages,
    projects,
    routing,
    sign_in,
)
from tests.cast import away, join, make_person, new_request_id, new_visitor, reply, say
from tests.usecases.test_isolation import CONVERSATIONS, CORRESPONDENCE, MAILS, OF_TEAM, ROUTING, WORD, World

EVERYTHING = Wanted(statuses=None, preflight=True)


def keep(cast, value="own", role=None):
    """Aldo, as the project that now keeps conversations to their agents sees him."""
    if role is not None:
        projects.change_member(cast.db, cast.owner.agent, cast.agent.agent.member_id, role=role)
    projects.update(cast.db, cast.owner.agent, settings={"agents_see": value})
    return sign_in.agent(cast.db, cast.agent.person, cast.id)


def by(cast, *people):
    """The request id of a conversation that just these take part in."""
    rid = say(cast, new_visitor(cast.db, cast.signing, cast.id), WORD).view.conversation.request_id
    conversations.assign(cast.db, cast.owner.agent, rid, [one.person.user_id for one in people])
    return rid


def names(views):
    return {view.conversation.request_id for view in views}


def listed(cast, actor):
    found, count = conversations.find(cast.db, actor, EVERYTHING, 1_000)
    assert len(found) == count
    return names(found)


@pytest.mark.parametrize(
    ("role", "value", "is_kept"),
    [
        ("agent", "own", True),
        ("supervisor", "own", True),
        ("admin", "own", False),
        ("agent", "all", False),
        ("agent", None, False),
    ],
)
def test_admins_see_all_and_so_does_everybody_unless_the_project_says_own(cast, role, value, is_kept):
    rid = by(cast, cast.owner)
    actor = keep(cast, value, role)

    assert actor.sees_all is not is_kept
    assert (rid in listed(cast, actor)) is not is_kept
    if is_kept:
        with pytest.raises(NotFound):
            conversations.get(cast.db, actor, rid)
    else:
        conversations.get(cast.db, actor, rid)


def test_only_the_two_words_are_taken(cast):
    for wrong in ("mine", 1, True, ["own"]):
        with pytest.raises(Invalid) as refused:
            projects.update(cast.db, cast.owner.agent, settings={"agents_see": wrong})
        assert refused.value.problems[0].param == "settings.agents_see"


def test_ones_own_are_those_one_takes_part_in_follows_asks_and_those_that_wait(cast):
    away(cast)
    colleagues, waiting = by(cast, cast.owner), by(cast)
    mine, both = by(cast, cast.agent), by(cast, cast.agent, cast.owner)
    followed = by(cast, cast.owner)
    routing.follow(cast.db, cast.owner.agent, followed, cast.agent.agent.member_id)
    asked = new_request_id(cast.id)
    conversations.open_for(cast.db, cast.agent.agent, asked, Draft("For me"), None)
    conversations.assign(cast.db, cast.owner.agent, asked, [cast.owner.person.user_id])
    closed = {by(cast, cast.agent), by(cast, cast.owner), by(cast)}
    for rid in closed:
        conversations.close(cast.db, cast.owner.agent, rid)
    aldo = keep(cast)

    own = {waiting, mine, both, followed, asked}
    assert listed(cast, aldo) - closed == own
    assert len(listed(cast, aldo) & closed) == 2
    assert listed(cast, cast.owner.agent) == {*own, colleagues, *closed}
    assert conversations.counts(cast.db, aldo) == {"unassigned": 1, "assigned": 4}
    assert names(follow.open_conversations(cast.db, aldo)[0]) == own
    assert names(conversations.own(cast.db, aldo)[0]) == {asked}


def test_a_list_holds_just_what_the_rule_says(cast):
    """The condition of the lists and the rule of the domain, of conversations of every sort."""
    chance, team = random.Random(7), (cast.owner, cast.admin, cast.agent)
    people = [one.person.user_id for one in team]
    for n in range(40):
        rid = say(cast, new_visitor(cast.db, cast.signing, cast.id), f"{n}").view.conversation.request_id
        conversations.assign(cast.db, cast.owner.agent, rid, chance.sample(people, chance.randrange(3)))
        members = chance.sample([one.agent.member_id for one in team], chance.choice((0, 0, 1, 2)))
        routing.put_followers(cast.db, cast.owner.agent, rid, members)
        if chance.random() < 0.4:
            conversations.close(cast.db, cast.owner.agent, rid)
        elif chance.random() < 0.3:
            status = int(chance.choice(list(ConversationStatus)[1:5:2]))
            conversations.update(cast.db, cast.owner.agent, rid, {"status": status})
    for who in team:
        conversations.open_for(cast.db, who.agent, None, Draft(f"Of {who.person.firstname}"), None)
    say(cast, new_visitor(cast.db, cast.signing, cast.id), "Hm", preflight=True)
    projects.remove_member(cast.db, cast.owner.agent, cast.admin.agent.member_id)
    aldo = keep(cast)

    views, _ = conversations.find(cast.db, cast.owner.agent, EVERYTHING, 1_000)
    open_to_him = [v for v in views if is_open_to(aldo, holders(v.conversation, v.identity))]
    assert 10 < len(open_to_him) < len(views) - 5
    for wanted in (
        EVERYTHING,
        Wanted(),
        Wanted(statuses=(1000,)),
        Wanted(participant=cast.owner.person.user_id, statuses=None),
        Wanted(unassigned=True, statuses=None),
        Wanted(text="1", statuses=None),
    ):
        everybodys = names(conversations.find(cast.db, cast.owner.agent, wanted, 1_000)[0])
        expected = names(open_to_him) & everybodys
        for sort in ("updated_at", "created_at", "ticket"):
            found, count = conversations.find(cast.db, aldo, wanted, 1_000, sort=sort)
            assert (names(found), count) == (expected, len(found))
    for view in views:
        wanted = structs.replace(EVERYTHING, identities=(view.identity.id,))
        found = names(conversations.find(cast.db, aldo, wanted, 10)[0])
        assert found == names([v for v in open_to_him if v.identity.id == view.identity.id])


def test_every_verb_answers_as_for_an_unknown_one_and_changes_nothing(cast):
    world = World(cast)
    conversations.assign(cast.db, cast.owner.agent, world.thread, [cast.owner.person.user_id])
    aldo, before = keep(cast), world.rows()

    tables = (
        (conversations, {**CONVERSATIONS, **OF_TEAM}),
        (routing, ROUTING),
        (mails, MAILS),
        (correspondence, CORRESPONDENCE),
        (conversation_files, {"messages_of": lambda w: (w.thread,)}),
        (messages, {"post_many": lambda w: (w.thread, [messages.Post(Draft("mine"))])}),
    )
    tried = 0
    for module, named in tables:
        for name, given in named.items():
            if name != "delete":
                with pytest.raises(NotFound):
                    getattr(module, name)(cast.db, aldo, *given(world))
                tried += 1
    assert tried > 27
    assert mails.of_conversation(cast.db, aldo, world.conversation) == []
    assert world.rows() == before


# Taking, handing over, losing.


def test_who_answers_or_takes_a_waiting_one_has_it_and_hands_it_over_for_good(cast):
    away(cast)
    answered, taken = by(cast), by(cast)
    aldo = keep(cast)
    conversations.post(cast.db, aldo, answered, Draft("Mine"))
    conversations.assign(cast.db, aldo, taken, [aldo.user_id])
    assert listed(cast, aldo) == {answered, taken}

    handed = conversations.assign(cast.db, aldo, answered, [cast.owner.person.user_id])
    left = routing.part(cast.db, aldo, taken, aldo.user_id)
    joined = routing.join(cast.db, aldo, taken, cast.admin.person.user_id)

    assert handed.conversation.participants == (cast.owner.person.user_id,)
    assert (left.conversation.participants, joined.conversation.participants) == (
        (),
        (cast.admin.person.user_id,),
    )
    assert listed(cast, aldo) == set()
    for rid in (answered, taken):
        with pytest.raises(NotFound):
            conversations.messages(cast.db, aldo, rid)


def test_of_two_who_answer_a_waiting_one_at_once_one_has_it(cast):
    away(cast)
    beppe = join(cast.db, cast.signing, cast.owner, Role.AGENT, make_person(cast.db, "Beppe", "B", cast.id))
    away(cast, beppe)
    both = [keep(cast), sign_in.agent(cast.db, beppe.person, cast.id)]
    for _ in range(5):
        rid, start, refused = by(cast), threading.Barrier(2), []

        def answer(who, rid=rid, start=start, refused=refused):
            start.wait()
            try:
                conversations.post(cast.db, who, rid, Draft("I do"))
            except NotFound:
                refused.append(who)

        threads = [threading.Thread(target=answer, args=(who,)) for who in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        view = conversations.get(cast.db, cast.owner.agent, rid)
        assert len(refused) == len(view.conversation.participants) == 1
        assert view.conversation.messages == 2
        assert refused[0].user_id not in view.conversation.participants


def test_unfollowing_loses_it_and_says_whom(cast):
    rid = by(cast, cast.owner)
    routing.follow(cast.db, cast.owner.agent, rid, cast.agent.agent.member_id)
    aldo = keep(cast)

    after = routing.unfollow(cast.db, aldo, rid, aldo.member_id)

    assert after.conversation.followers == ()
    with pytest.raises(NotFound):
        routing.follow(cast.db, aldo, rid, aldo.member_id)


def test_one_begins_conversations_for_others_and_never_writes_into_a_colleagues(cast):
    rid = by(cast, cast.owner)
    visitor = conversations.get(cast.db, cast.owner.agent, rid).identity
    aldo = keep(cast)

    posted = messages.write_to(cast.db, aldo, visitor.key, Draft("News"))
    again = messages.write_to(cast.db, aldo, visitor.key, Draft("More"))

    assert posted.view.conversation.request_id not in (rid, None)
    assert again.view.conversation.id == posted.view.conversation.id
    assert conversations.get(cast.db, cast.owner.agent, rid).conversation.messages == 1
    opening = Opening(participants=(cast.owner.person.user_id,))
    for_owner = conversations.open_for(cast.db, aldo, None, Draft("Yours", opening=opening), visitor.key)
    assert for_owner.conversation.participants == (cast.owner.person.user_id,)
    assert for_owner.conversation.request_id not in listed(cast, aldo)


def test_a_message_sent_twice_is_replayed_only_to_whose_it_still_is(cast):
    away(cast)
    rid = by(cast)
    aldo = keep(cast)
    draft = Draft("Once", client_id="c1")
    conversations.post(cast.db, aldo, rid, draft)
    assert conversations.post(cast.db, aldo, rid, draft).replayed

    conversations.assign(cast.db, cast.owner.agent, rid, [cast.owner.person.user_id])
    with pytest.raises(NotFound):
        conversations.post(cast.db, aldo, rid, draft)


def test_what_a_colleague_has_not_to_do_with_stays_the_visitors_own(cast):
    posted = say(cast, cast.visitor)
    rid = posted.view.conversation.request_id
    keep(cast)
    reply(cast, rid, by=cast.owner)

    assert len(conversations.messages(cast.db, cast.visitor.visitor, rid)) == 2
    conversations.close(cast.db, cast.visitor.visitor, rid)
    assert names(conversations.own(cast.db, cast.visitor.visitor)[0]) == {rid}


def test_the_role_decides_at_once(cast):
    rid = by(cast, cast.owner)
    aldo = keep(cast)
    assert rid not in listed(cast, aldo)

    projects.change_member(cast.db, cast.owner.agent, aldo.member_id, role=Role.ADMIN.value)
    assert rid in listed(cast, sign_in.agent(cast.db, cast.agent.person, cast.id))
