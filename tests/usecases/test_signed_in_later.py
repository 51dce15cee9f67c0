"""A browser that was anonymous signs in: its contact joins the user's, and each session may read what is proven."""

import pytest

from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Forbidden, NotFound
from rolodesk.storage import identities
from rolodesk.usecases import contacts, conversations, follow, merges, sign_in, splits
from rolodesk.usecases.merges import Ask
from rolodesk.web import render
from tests.cast import everybody, filled, new_user, new_visitor, reply, say, the_contact, user_token


def sign_in_later(cast, guest, key="ugo-1", **claims):
    """The guest's browser signs in as a user of the site; the user's token."""
    token = user_token(cast.id, cast.secret, key, firstname="Ugo", email="ugo@example.com", **claims)
    sign_in.sign_in_with_custom_token(cast.db, cast.signing, token, cast.id, None, guest.token)
    return token


def threads(cast, guest):
    return {view.conversation.request_id for view in conversations.own(cast.db, guest.visitor)[0]}


def thread(posted):
    return posted.view.conversation.request_id


def test_the_anonymous_contact_joins_the_users_by_itself(cast):
    before = say(cast, cast.visitor, "Before", attributes=filled({"userFullname": "Andrea"}))
    users = say(cast, cast.user, "As a user")

    sign_in_later(cast, cast.visitor)

    contact = the_contact(cast)
    assert contact.id == users.view.home_id
    assert contact.profile.members == (users.view.home_id, before.view.home_id)
    (merge,) = merges.of_contact(cast.db, cast.agent.agent, contact.id).merges
    assert (merge.merge.actor_kind, merge.merge.reason) == ("system", "signed_in")


def test_the_users_contact_is_made_where_only_the_anonymous_one_exists(cast):
    before = say(cast, cast.visitor, "Before")

    sign_in_later(cast, cast.visitor)

    contact = the_contact(cast)
    assert contact.lead_id == "ugo-1"
    assert contact.profile.text("email") == "ugo@example.com"
    assert before.view.home_id in contact.profile.members
    assert contact.conversations == 1


def test_a_browser_that_has_said_nothing_leaves_nothing(cast):
    sign_in_later(cast, cast.visitor)

    assert everybody(cast) == []


def test_both_sessions_read_what_is_proven_and_no_others(cast):
    before = thread(say(cast, cast.visitor, "Before"))
    after = thread(say(cast, cast.user, "After"))
    strange = thread(say(cast, cast.other_visitor, "Strange"))
    sign_in_later(cast, cast.visitor)

    for guest in (cast.user, cast.visitor):
        assert threads(cast, guest) == {before, after}
        assert {v.conversation.request_id for v in follow.open_conversations(cast.db, guest.visitor)[0]} == {
            before,
            after,
        }
        for name in (before, after):
            assert conversations.messages(cast.db, guest.visitor, name)
        with pytest.raises(NotFound):
            conversations.get(cast.db, guest.visitor, strange)
    assert threads(cast, cast.other_visitor) == {strange}


def test_what_two_browsers_of_one_user_have_proven_is_not_each_others(cast):
    one, other = cast.visitor, cast.other_visitor
    of_one, of_other = thread(say(cast, one, "One")), thread(say(cast, other, "Other"))

    for guest in (one, other):
        sign_in_later(cast, guest)

    assert threads(cast, cast.user) == {of_one, of_other}
    assert threads(cast, one) == {of_one}
    assert threads(cast, other) == {of_other}
    assert len(everybody(cast)) == 1


def test_a_merge_by_the_team_widens_nobodys_session(cast):
    before, after = thread(say(cast, cast.visitor, "Before")), thread(say(cast, cast.user, "After"))
    one, other = everybody(cast)

    merges.merge(cast.db, cast.agent.agent, Ask(one.id, (other.id,)))

    assert threads(cast, cast.visitor) == {before}
    assert threads(cast, cast.user) == {after}
    with pytest.raises(NotFound):
        conversations.messages(cast.db, cast.user.visitor, before)


def test_a_proven_conversation_is_written_to_as_the_identity_that_holds_it(cast):
    before = thread(say(cast, cast.visitor, "Before"))
    say(cast, cast.user, "After")
    sign_in_later(cast, cast.visitor)

    posted = conversations.post(cast.db, cast.user.visitor, before, Draft("It is me"))
    conversations.close(cast.db, cast.user.visitor, before)
    conversations.rate(cast.db, cast.user.visitor, before, 5)

    assert posted.message.sender_id == cast.visitor.key
    assert posted.view.identity.key == cast.visitor.key
    assert conversations.get(cast.db, cast.agent.agent, before).conversation.rating == 5


def test_each_conversation_tells_its_own_identitys_claims(cast):
    before = thread(
        say(
            cast,
            cast.visitor,
            "Before",
            attributes=filled({"userFullname": "Typed", "userEmail": "typed@x.com"}),
        )
    )
    after = thread(say(cast, cast.user, "After"))
    sign_in_later(cast, cast.visitor)

    for guest in (cast.user, cast.visitor):
        told = {
            name: render.request(conversations.get(cast.db, guest.visitor, name), cast.id, for_visitor=True)[
                "lead"
            ]
            for name in (before, after)
        }
        assert (told[before]["fullname"], told[before]["email"]) == ("Typed", "typed@x.com")
        assert (told[after]["fullname"], told[after]["email"]) == ("Ugo", "ugo@example.com")


def test_an_undo_takes_the_proof_back_and_it_is_never_done_again(cast):
    before, after = thread(say(cast, cast.visitor, "Before")), thread(say(cast, cast.user, "After"))
    sign_in_later(cast, cast.visitor)
    (merge,) = merges.of_contact(cast.db, cast.agent.agent, the_contact(cast).id).merges

    merges.undo(cast.db, cast.agent.agent, merge.merge.id)

    for _ in range(2):
        assert len(everybody(cast)) == 2
        assert threads(cast, cast.visitor) == {before}
        assert threads(cast, cast.user) == {after}
        sign_in_later(cast, cast.visitor)


def test_what_proves_nothing_fails_no_sign_in(cast):
    say(cast, cast.visitor)
    token = user_token(cast.id, cast.secret, "ugo-1")
    elsewhere = new_visitor(cast.db, cast.signing, cast.other_project.id)

    for proof in (
        "",
        "nonsense",
        cast.agent.token,
        cast.user.token,
        elsewhere.token,
        cast.visitor.token + "x",
    ):
        assert (
            sign_in.sign_in_with_custom_token(cast.db, cast.signing, token, cast.id, None, proof).token
            == token
        )

    assert threads(cast, cast.user) == set()
    assert the_contact(cast).lead_id == cast.visitor.key


def test_a_token_that_was_signed_out_proves_nothing(cast):
    say(cast, cast.visitor)
    sign_in.sign_out_visitor(cast.db, cast.signing, cast.visitor.token)

    sign_in_later(cast, cast.visitor)

    assert the_contact(cast).lead_id == cast.visitor.key


def test_on_a_shared_computer_the_second_user_gets_nothing_of_the_first(cast):
    before = thread(say(cast, cast.visitor, "Before"))
    sign_in_later(cast, cast.visitor)

    sign_in_later(cast, cast.visitor, key="ulla-2")

    ulla = new_user(cast.db, cast.signing, cast.id, cast.secret, "ulla-2")
    assert threads(cast, ulla) == set()
    say(cast, ulla, "Mine")
    assert before not in threads(cast, ulla)
    assert len(everybody(cast)) == 2


def test_who_listens_hears_both_and_a_stranger_nothing(cast):
    before = thread(say(cast, cast.visitor, "Before"))
    say(cast, cast.user, "After")
    say(cast, cast.other_visitor, "Strange")
    sign_in_later(cast, cast.visitor)
    number = follow.last(cast.db, cast.id)
    reply(cast, before)

    everyone = {cast.visitor.key, cast.user.key, cast.other_visitor.key}
    told = [h for h in follow.happenings(cast.db, cast.id, number, 100, everyone) if h.message]

    (happening,) = told
    assert set(happening.listeners) == {cast.visitor.key, cast.user.key}
    assert happening.own
    assert happening.own.contact is None


def test_nothing_of_the_users_comes_with_a_contact_that_was_merged_by_hand(cast):
    """The team has merged a stranger into the anonymous contact: the user's session is not to read the stranger's."""
    say(cast, cast.visitor, "Before")
    strange = thread(say(cast, cast.other_visitor, "Strange"))
    one, other = everybody(cast)
    merges.merge(cast.db, cast.agent.agent, Ask(one.id, (other.id,)))

    sign_in_later(cast, cast.visitor)

    assert strange not in threads(cast, cast.user)
    assert contacts.get(cast.db, cast.agent.agent, one.id).contact.lead_id == "ugo-1"


def test_users_whom_the_team_has_merged_get_nothing_of_each_others_browsers(cast):
    before = thread(say(cast, cast.visitor, "Ugo, not yet signed in"))
    mine = say(cast, cast.user, "Ugo").view.home_id
    sign_in_later(cast, cast.visitor)
    uma = new_user(cast.db, cast.signing, cast.id, cast.secret, "uma-2")
    hers = say(cast, uma, "Uma").view.home_id
    ask = Ask(mine, (hers,), allow=("distinct_users",), reason="One family")
    merges.merge(cast.db, cast.admin.agent, ask)

    sign_in_later(cast, cast.visitor, "uma-2")

    assert before in threads(cast, cast.user)
    assert before not in threads(cast, uma)


def test_a_split_that_is_taken_back_takes_back_what_was_proven_since(cast):
    kept = say(cast, cast.visitor, "Vera").view.home_id
    gone = say(cast, cast.other_visitor, "Viktor").view.home_id
    merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone,)))
    owned = contacts.get(cast.db, cast.agent.agent, kept).identities
    viktor = next(identity for identity in owned if identity.key == cast.other_visitor.key)
    elsewhere = say(cast, new_visitor(cast.db, cast.signing, cast.id)).view.home_id
    splits.split(cast.db, cast.agent.agent, kept, [viktor.id], elsewhere)
    apart = splits.split(cast.db, cast.agent.agent, elsewhere, [viktor.id]).split
    sign_in_later(cast, cast.other_visitor)
    users = thread(say(cast, cast.user, "Confidential"))
    assert users in threads(cast, cast.other_visitor)

    splits.undo_split(cast.db, cast.agent.agent, apart.id)

    assert users not in threads(cast, cast.other_visitor)
    with pytest.raises(NotFound):
        conversations.messages(cast.db, cast.other_visitor.visitor, users)


def test_nobody_writes_for_a_blocked_identity_that_is_proven(cast):
    before = thread(say(cast, cast.visitor, "Before"))
    after = thread(say(cast, cast.user, "After"))
    sign_in_later(cast, cast.visitor)
    anonymous = conversations.get(cast.db, cast.agent.agent, before).identity
    with cast.db.write(cast.project.id) as tx:
        identities.block(tx, cast.project.id, anonymous.id, 1)

    assert threads(cast, cast.user) == {before, after}
    for write in (
        lambda: conversations.post(cast.db, cast.user.visitor, before, Draft("Past the block")),
        lambda: conversations.close(cast.db, cast.user.visitor, before),
        lambda: conversations.rate(cast.db, cast.user.visitor, before, 1),
    ):
        with pytest.raises(Forbidden):
            write()
