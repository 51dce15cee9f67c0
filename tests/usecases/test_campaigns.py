"""One message to every contact of a segment: each person once, by the identity that it is for and by no other."""

import threading
import time
from collections import Counter

import pytest

from rolodesk.domain.campaign import CampaignState
from rolodesk.domain.conversation import ConversationStatus, Draft, Opening
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from rolodesk.storage import campaigns as stored
from rolodesk.storage import identities
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.storage.database import ReadTx, Unique, WriteTx
from rolodesk.usecases import (
    blocking,
    broadcasting,
    campaigns,
    contacts,
    conversations,
    merges,
    messages,
    privacy,
    projects,
    removal,
    segments,
    sign_in,
    splits,
)
from rolodesk.usecases.merges import Ask
from tests.cast import away, everybody, new_visitor, reply, say
from tests.usecases.counted import assert_counters_right

NEWS = "We open on Sundays"


def ask(cast, text=NEWS, who=None, segment=None, **more):
    segment = segment or segments.create(cast.db, cast.agent.agent, "All").id
    return campaigns.create(cast.db, (who or cast.agent).agent, segment, Draft(text, **more)).id


def step(cast, campaign):
    """One step of whoever sends; whether there was one to do."""
    found = broadcasting.look(cast.db, cast.id, campaign)
    if found is None:
        return False
    if found.state is CampaignState.GATHERING:
        broadcasting.gather(cast.db, cast.id, campaign)
    elif found.state is CampaignState.SENDING:
        broadcasting.deal_with(cast.db, cast.id, campaign, found.place + 1)
    else:
        broadcasting.forget(cast.db, cast.id, campaign)
    return True


def send(cast, campaign):
    while step(cast, campaign):
        pass
    return campaigns.get(cast.db, cast.agent.agent, campaign).campaign


def got(cast, guest):
    """What the visitor is shown of campaigns, in all its conversations."""
    views, _ = conversations.own(cast.db, guest.visitor)
    rids = [view.conversation.request_id for view in views]
    said = [m for rid in rids for m in conversations.messages(cast.db, guest.visitor, rid)]
    return [m.text for m in said if m.sender_kind == "agent"]


def newcomer(cast, text="Hello"):
    guest = new_visitor(cast.db, cast.signing, cast.id)
    return guest, say(cast, guest, text).view


def parts(view):
    return view.conversation, view.identity


def home(view):
    return view.identity.contact_id


def rows_left(cast):
    with cast.db.read() as tx:
        (row,) = tx.all("SELECT count(*) AS n FROM campaign_recipients WHERE project_id = ?", cast.id)
        return row["n"]


def test_each_gets_it_once_where_they_talk_already_or_in_a_conversation_put_by(cast):
    away(cast, cast.agent)
    talking, waiting, gone = (newcomer(cast) for _ in range(3))
    reply(cast, talking[1].conversation.request_id, "Yes?", by=cast.owner)
    away(cast)
    waiting = newcomer(cast)
    conversations.close(cast.db, cast.owner.agent, gone[1].conversation.request_id)
    before = conversations.get(cast.db, cast.owner.agent, waiting[1].conversation.request_id).conversation
    projects.change_member(cast.db, cast.agent.agent, cast.agent.agent.member_id, available=True)
    loads = {u.user_id: u.serving for u in projects.team(cast.db, cast.owner.agent)}

    done = send(
        cast, ask(cast, attributes={"a": 1}, opening=Opening(participants=(cast.owner.agent.user_id,)))
    )

    assert (done.state, done.gathered, done.sent, done.failed, done.skipped) == ("done", 4, 4, 0, {})
    assert not done.open
    assert rows_left(cast) == 0
    assert got(cast, talking[0]) == ["Yes?", NEWS]
    after = conversations.get(cast.db, cast.owner.agent, before.request_id).conversation
    # Who waits for an answer goes on waiting: this is none.
    for name in ("status", "participants", "waiting_since", "first_response_at", "team_seen"):
        assert getattr(after, name) == getattr(before, name), name
    assert (after.messages, after.last_message.sender_id) == (2, cast.agent.agent.user_id)
    # To be written to is not to be there.
    put_by, identity = parts(conversations.own(cast.db, gone[0].visitor)[0][0])
    assert identity.last_seen == gone[1].identity.last_seen
    assert put_by.request_id != gone[1].conversation.request_id
    assert (put_by.status, put_by.participants) == (ConversationStatus.CLOSED, (cast.agent.agent.user_id,))
    assert conversations.own(cast.db, gone[0].visitor)[0][0].unread == 1
    assert {u.user_id: u.serving for u in projects.team(cast.db, cast.owner.agent)} == loads
    mine = Wanted(participant=cast.agent.agent.user_id)
    assert conversations.find(cast.db, cast.agent.agent, mine)[1] == 0

    say(cast, gone[0], "Really?", put_by.request_id)
    again = conversations.get(cast.db, cast.owner.agent, put_by.request_id).conversation
    assert (again.status, again.participants) == (ConversationStatus.ASSIGNED, (cast.agent.agent.user_id,))
    assert again.waiting_since is not None
    assert_counters_right(cast.db, cast.id)


def test_whoever_is_merged_gets_it_once_and_no_other_identity_is_shown_it(cast):
    (first, one), (last, other) = newcomer(cast), newcomer(cast)
    merges.merge(cast.db, cast.owner.agent, Ask(home(one), (home(other),)))
    campaign = ask(cast)
    step(cast, campaign)
    (later, third), (latest, fourth) = newcomer(cast), newcomer(cast)
    second = ask(cast, "Second")
    step(cast, second)
    done = send(cast, campaign)
    assert (done.gathered, done.sent) == (1, 1)
    assert (got(cast, first), got(cast, last)) == ([], [NEWS])
    assert got(cast, later) == got(cast, latest) == []

    # Merged when one of the two has it: the other is the same person by now.
    step(cast, second)
    step(cast, second)
    reached = [guest for guest in (later, latest) if got(cast, guest)]
    assert len(reached) == 1
    merges.merge(cast.db, cast.owner.agent, Ask(home(fourth), (home(third),)))
    done = send(cast, second)
    assert (done.gathered, done.sent, done.skipped) == (3, 2, {"merged": 1})
    assert sum(len(got(cast, guest)) for guest in (later, latest)) == 1


def test_blocked_trashed_erased_and_typed_in_ones_are_left_out_and_counted(cast):
    people = [newcomer(cast) for _ in range(4)]
    (_, b), (both, t), (trashed, x), (_, e) = people
    contacts.create(cast.db, cast.agent.agent, {"fullname": "Typed in"})
    say_member = conversations.post(cast.db, cast.admin.agent, "own", Draft("I have a question"))
    older, o = newcomer(cast)
    merges.merge(cast.db, cast.owner.agent, Ask(home(t), (home(o),)))
    blocking.block(cast.db, cast.admin.agent, home(b))
    # Of two identities the later is blocked: it goes to the other.
    blocking.block(cast.db, cast.admin.agent, home(t), o.identity.id)
    segment = segments.create(cast.db, cast.agent.agent, "All")
    reach = campaigns.reach(cast.db, cast.agent.agent, segment.id)
    assert reach.counts == {"sent": 3, "blocked": 1, "unreachable": 2}
    assert (reach.recipients, reach.total) == (3, 6)
    campaign = ask(cast, segment=segment.id)
    step(cast, campaign)
    contacts.trash(cast.db, cast.owner.agent, home(x))
    privacy.erase(cast.db, cast.owner.agent, home(e))

    done = send(cast, campaign)

    assert done.skipped == {"blocked": 1, "unreachable": 2, "trashed": 1, "erased": 1}
    assert (done.gathered, done.sent) == (6, 1)
    assert (got(cast, both), got(cast, older), got(cast, trashed)) == ([NEWS], [], [])
    assert len(everybody(cast)) == 4
    assert say_member.view.conversation.messages == 1
    assert_counters_right(cast.db, cast.id)


def test_a_browser_that_has_signed_out_reads_nothing_any_more(cast):
    (stays, one), (leaves, other), (alone, _), (proven, last) = (newcomer(cast) for _ in range(4))
    merges.merge(cast.db, cast.owner.agent, Ask(home(one), (home(other),)))
    me = say(cast, cast.user, "It is me").view
    merges.merge(cast.db, cast.owner.agent, Ask(home(me), (home(last),)))
    time.sleep(0.002)
    say(cast, proven, "Still me", last.conversation.request_id)
    with cast.db.write(cast.id) as tx:
        user = identities.by_key(tx, cast.id, cast.user.key, ("user",))
        identities.prove(tx, cast.id, last.identity.id, user.id, 1, None)
    for guest in (leaves, alone, proven):
        sign_in.sign_out_visitor(cast.db, cast.signing, guest.token)

    done = send(cast, ask(cast))

    assert (done.gathered, done.sent, done.skipped) == (3, 2, {"unreachable": 1})
    assert (got(cast, stays), got(cast, leaves), got(cast, alone)) == ([NEWS], [], [])
    # In the conversation of the browser that it has been proven to be, which was there last.
    assert got(cast, cast.user) == [NEWS]


def test_what_is_a_colleagues_stays_so_where_agents_see_their_own(cast):
    projects.update(cast.db, cast.owner.agent, settings={"agents_see": "own"})
    away(cast, cast.agent, cast.owner)
    guest, hers = newcomer(cast)
    reply(cast, hers.conversation.request_id, "Yes?", by=cast.admin)

    assert send(cast, ask(cast)).sent == 1
    assert conversations.messages(cast.db, cast.admin.agent, hers.conversation.request_id)[-1].text == "Yes?"
    assert sorted(got(cast, guest)) == [NEWS, "Yes?"]


def test_a_split_sends_it_to_whom_the_contact_is_now(cast):
    (first, one), (last, other) = newcomer(cast), newcomer(cast)
    merges.merge(cast.db, cast.owner.agent, Ask(home(one), (home(other),)))
    campaign = ask(cast)
    step(cast, campaign)
    splits.split(cast.db, cast.owner.agent, home(one), [other.identity.id])

    assert send(cast, campaign).sent == 1
    assert (got(cast, first), got(cast, last)) == ([NEWS], [])


def test_killed_anywhere_it_goes_on_and_nobody_gets_it_twice(cast, monkeypatch):
    guests = [newcomer(cast)[0] for _ in range(5)]
    campaign = ask(cast)
    monkeypatch.setattr(broadcasting, "READ_AT_ONCE", 3)
    monkeypatch.setattr(broadcasting, "WRITTEN_AT_ONCE", 2)
    dying = iter([False, True, False, False, True, False, True, *[False] * 20])
    for name in ("add_recipients", "mark_reached"):
        monkeypatch.setattr(
            broadcasting.campaigns, name, killed_at(getattr(broadcasting.campaigns, name), dying)
        )
    kills = 0
    while True:
        try:
            if not step(cast, campaign):
                break
        except KeyboardInterrupt:
            kills += 1

    assert kills == 3
    assert [got(cast, guest) for guest in guests] == [[NEWS]] * 5
    assert campaigns.get(cast.db, cast.agent.agent, campaign).campaign.sent == 5
    other = ask(cast)
    step(cast, other)
    with pytest.raises(Unique):
        mark_twice(cast, other)


def mark_twice(cast, campaign):
    with cast.db.write(cast.id) as tx:
        for number in (1, 2):
            stored.mark_reached(tx, cast.id, campaign, number, "i1")


def killed_at(write, dying):
    def perhaps(*args):
        write(*args)
        if next(dying):
            raise KeyboardInterrupt

    return perhaps


def test_several_processes_at_once_while_visitors_write_and_are_merged(cast):
    people = [newcomer(cast) for _ in range(16)]
    campaign = ask(cast)
    failures = []

    def working():
        try:
            send(cast, campaign)
        except Exception as error:
            failures.append(error)

    workers = [threading.Thread(target=working) for _ in range(3)]
    for worker in workers:
        worker.start()
    for (guest, view), (_, other) in zip(people[::2], people[1::2], strict=True):
        say(cast, guest, "Meanwhile", view.conversation.request_id)
        merges.merge(cast.db, cast.owner.agent, Ask(home(view), (home(other),)))
    for worker in workers:
        worker.join()

    assert failures == []
    done = campaigns.get(cast.db, cast.agent.agent, campaign).campaign
    assert (done.state, done.place, done.failed) == ("done", done.gathered, 0)
    counted = Counter(len(got(cast, guest)) for guest, _ in people)
    assert set(counted) <= {0, 1}
    assert counted[1] == done.sent
    for (guest, _), (other, _) in zip(people[::2], people[1::2], strict=True):
        assert got(cast, guest) or got(cast, other)
    assert_counters_right(cast.db, cast.id)


def test_stopped_and_by_a_sender_who_may_no_more_it_ends(cast):
    guests = [newcomer(cast)[0] for _ in range(3)]
    campaign = ask(cast)
    step(cast, campaign)
    step(cast, campaign)
    stopped = campaigns.stop(cast.db, cast.admin.agent, campaign)
    assert (stopped.state, stopped.reason, stopped.sent) == ("stopped", "by_hand", 1)
    assert campaigns.stop(cast.db, cast.agent.agent, campaign) == stopped
    assert send(cast, campaign).sent == 1
    assert sum(len(got(cast, guest)) for guest in guests) == 1

    other = ask(cast)
    step(cast, other)
    projects.change_member(cast.db, cast.owner.agent, cast.agent.agent.member_id, "teammate")
    while step(cast, other):
        pass
    found = campaigns.get(cast.db, cast.owner.agent, other).campaign
    assert (found.state, found.reason, found.sent) == ("stopped", "sender", 0)


def test_what_cannot_be_sent_is_written_off_and_a_deleted_project_ends_it(cast):
    guest, _ = newcomer(cast)
    campaign = ask(cast)
    step(cast, campaign)
    broadcasting.write_off(cast.db, cast.id, campaign, 1)
    broadcasting.write_off(cast.db, cast.id, campaign, 1)
    assert (send(cast, campaign).failed, got(cast, guest)) == (1, [])

    other = ask(cast)
    step(cast, other)
    removal.remove(cast.db, cast.owner.agent)
    assert (cast.id, other) not in broadcasting.with_work(cast.db)
    assert broadcasting.look(cast.db, cast.id, other) is None
    broadcasting.deal_with(cast.db, cast.id, other, 1)


def test_who_may_and_what_may_be_said(cast):
    kept = segments.create(cast.db, cast.agent.agent, "All").id
    theirs = segments.create(cast.db, cast.stranger.agent, "Theirs").id
    deleted = segments.create(cast.db, cast.agent.agent, "Old").id
    segments.delete(cast.db, cast.agent.agent, deleted)
    for segment in (theirs, deleted, "x"):
        for verb in (lambda s: ask(cast, segment=s), lambda s: campaigns.reach(cast.db, cast.agent.agent, s)):
            with pytest.raises(NotFound):
                verb(segment)
    for wrong in ({"text": " "}, {"type": "sound"}, {"text": "x", "subject": "x" * 501}):
        with pytest.raises(Invalid):
            ask(cast, segment=kept, **wrong)
    with pytest.raises(TooLarge):
        ask(cast, "x" * 20_001, segment=kept)
    with pytest.raises(Forbidden):
        ask(cast, segment=kept, who=cast.teammate)
    projects.update(cast.db, cast.owner.agent, settings={"campaigns": "admins"})
    agent = sign_in.agent(cast.db, cast.agent.person, cast.id)
    with pytest.raises(Forbidden):
        campaigns.create(cast.db, agent, kept, Draft("x"))
    messages.write_to(cast.db, agent, newcomer(cast)[0].key, Draft("One person may be written to"))
    with pytest.raises(Invalid):
        projects.update(cast.db, cast.owner.agent, settings={"campaigns": "owner"})

    first = ask(cast, segment=kept, who=cast.admin, client_id="once")
    assert ask(cast, segment=kept, who=cast.admin, client_id="once") == first
    for _ in range(campaigns.MOST_UNDER_WAY - 1):
        ask(cast, segment=kept, who=cast.owner)
    with pytest.raises(Conflict, match="under way"):
        ask(cast, segment=kept, who=cast.owner)
    found, count = campaigns.listing(cast.db, agent, 2)
    assert (len(found), count) == (2, campaigns.MOST_UNDER_WAY)


def test_a_language_is_cut_rather_than_that_nobody_gets_it(cast):
    (there, _), (gone, old) = newcomer(cast), newcomer(cast)
    conversations.close(cast.db, cast.owner.agent, old.conversation.request_id)

    done = send(cast, ask(cast, language="e\x00n" + "x" * 50))

    assert (done.sent, done.failed) == (2, 0)
    for guest in (there, gone):
        found = conversations.own(cast.db, guest.visitor)[0]
        assert "en" + "x" * 18 in {view.conversation.last_message.language for view in found}


def test_one_client_id_is_one_message_and_another_is_refused_rather_than_lost(cast):
    one, other = (segments.create(cast.db, cast.agent.agent, name).id for name in ("One", "Other"))
    made = ask(cast, segment=one, client_id="c")

    assert ask(cast, segment=one, client_id="c", who=cast.owner) == made
    for segment, text in ((other, NEWS), (one, "Other news")):
        with pytest.raises(Conflict) as refused:
            ask(cast, text, segment=segment, client_id="c")
        assert refused.value.code == "client_id_taken"


def test_what_a_recipient_costs_is_the_same_for_any_number(cast, monkeypatch):
    counted = Counter()
    for name in ("all", "one"):
        monkeypatch.setattr(ReadTx, name, tallied(getattr(ReadTx, name), counted))
    monkeypatch.setattr(WriteTx, "run", tallied(WriteTx.run, counted))
    costs = []
    for people in (2, 12):
        for _ in range(people):
            _, view = newcomer(cast)
            conversations.close(cast.db, cast.owner.agent, view.conversation.request_id)
        campaign = ask(cast)
        step(cast, campaign)
        counted.clear()
        step(cast, campaign)
        costs.append(counted.total())
        send(cast, campaign)

    assert costs[0] == costs[1] < 50


def tallied(run, counted):
    def once(tx, sql, *args):
        counted[sql] += 1
        return run(tx, sql, *args)

    return once
