"""Merging, splitting and signing in later: what the rules say of the corners."""

import pytest

from rolodesk.domain.errors import Forbidden, Gone
from rolodesk.storage import identities
from rolodesk.usecases import contacts, conversations, find, merges, privacy, signed_in_later, splits
from rolodesk.usecases.find import Filter, Page
from rolodesk.usecases.merges import Ask
from tests.cast import everybody, filled, new_user, new_visitor, reply, say, the_contact
from tests.usecases.merged import assert_merging_holds


@pytest.fixture(autouse=True)
def holds(cast):
    """Whatever a test does, the invariants hold after it."""
    yield
    assert_merging_holds(cast.db, cast.id)


@pytest.fixture
def three(cast):
    """Three contacts, typed in by hand."""
    return [
        contacts.create(
            cast.db, cast.agent.agent, {"fullname": name, "email": f"{name.lower()}@x.com"}
        ).contact.id
        for name in ("Anna", "Berta", "Carla")
    ]


def merge(cast, winner, *losers, **choices):
    return merges.merge(cast.db, cast.agent.agent, Ask(winner, losers, choices)).merges[0].id


def undo(cast, merge_id, group=False):
    return merges.undo(cast.db, cast.agent.agent, merge_id, group=group)


def contact(cast, contact_id):
    return contacts.get(cast.db, cast.agent.agent, contact_id).contact


def profile(cast, contact_id):
    return contact(cast, contact_id).profile


def edit(cast, contact_id, **fields):
    contacts.update(cast.db, cast.agent.agent, contact_id, fields)


def identity_of(cast, guest):
    with cast.db.read() as tx:
        return identities.by_key(tx, cast.id, guest.key, ("anonymous", "user", "manual"))


def split_off(cast, contact_id, guest, into=None):
    return splits.split(cast.db, cast.agent.agent, contact_id, [identity_of(cast, guest).id], into)


def found(cast, text="", **wanted):
    return [c.id for c in find.find(cast.db, cast.agent.agent, Filter(**wanted), Page(), text).contacts]


# Choices, edits and addresses.


def test_an_address_typed_when_merging_is_found_and_goes_with_the_merge(cast, three):
    anna, berta, _ = three
    choices = {"email": {"value": "both@x.com"}, "phone": {"value": "+39061234567"}}
    done = merge(cast, anna, berta, **choices)

    assert [a.value for a in profile(cast, anna).emails] == ["both@x.com", "anna@x.com", "berta@x.com"]
    assert found(cast, email="both@x.com") == found(cast, phone="+39061234567") == [anna]
    undo(cast, done)

    assert [a.value for a in profile(cast, anna).emails] == ["anna@x.com"]
    assert profile(cast, anna).phones == ()
    assert found(cast, email="both@x.com") == found(cast, phone="+39061234567") == []


def test_an_address_typed_when_merging_several_stays_until_the_last_of_them_has_left(cast, three):
    anna, *others = three
    ask = Ask(anna, tuple(others), {"email": {"value": "all@x.com"}})
    first, second = merges.merge(cast.db, cast.agent.agent, ask).merges

    undo(cast, first.id)
    assert profile(cast, anna).text("email") == "all@x.com"
    undo(cast, second.id)

    assert profile(cast, anna).text("email") == "anna@x.com"
    assert "all@x.com" not in repr(everybody(cast))


def test_an_edit_of_what_a_member_had_edited_goes_with_whom_it_was_of(cast, three):
    """Carla's address, put right on Berta and again on Anna: with Carla it leaves both."""
    anna, berta, carla = three
    edit(cast, anna, email="")
    edit(cast, berta, email="")
    inner = merge(cast, berta, carla, email={"from": carla})
    edit(cast, berta, email="carla.two@x.com")
    merge(cast, anna, berta, email={"from": berta})
    edit(cast, anna, email="carla.three@x.com")

    undo(cast, inner)

    assert profile(cast, anna).text("email") is None
    assert "carla" not in repr(profile(cast, anna).emails)
    assert found(cast, email="carla.two@x.com") == found(cast, email="carla.three@x.com") == []


def test_an_address_that_was_edited_from_a_members_and_chosen_again_goes_with_it_too(cast, three):
    anna, berta, _ = three
    done = merge(cast, anna, berta, email={"from": berta})
    edit(cast, anna, email="berta.two@x.com")
    edit(cast, anna, email="anna.two@x.com")

    edit(cast, anna, email="berta.two@x.com")
    assert profile(cast, anna).text("email") == "berta.two@x.com"
    undo(cast, done)

    assert "berta" not in repr(profile(cast, anna))


def test_an_edit_that_an_adopted_value_had_replaced_stands_again_without_it(cast, three):
    anna, berta, carla = three
    edit(cast, anna, company="Of Anna")
    edit(cast, carla, company="Of Carla")
    inner = merge(cast, berta, carla)
    edit(cast, berta, company="Of Carla, Ltd")
    merge(cast, anna, berta)
    contacts.adopt(cast.db, cast.agent.agent, anna, "company", berta, "agent")
    assert profile(cast, anna).text("company") == "Of Carla, Ltd"

    undo(cast, inner)

    assert profile(cast, anna).text("company") == "Of Anna"


def test_an_address_taken_off_a_contact_is_off_there_also_when_who_had_said_it_comes_and_goes(cast):
    guest, other = cast.visitor, cast.other_visitor
    kept = say(cast, guest, attributes=filled({"userEmail": "office@x.com"})).view.home_id
    merge(cast, kept, say(cast, other).view.home_id)
    contacts.remove_address(cast.db, cast.agent.agent, kept, "email", "office@x.com")

    done = split_off(cast, kept, guest)
    moved = done.into.contact.id
    assert [a.value for a in profile(cast, moved).emails] == ["office@x.com"]
    assert found(cast, email="office@x.com") == [moved]
    splits.undo_split(cast.db, cast.agent.agent, done.split.id)

    assert profile(cast, kept).emails == ()
    assert profile(cast, kept).text("email") is None


def test_an_address_taken_off_stays_off_when_the_member_that_it_was_edited_from_leaves(cast, three):
    """Carla brings the same one: it is off for her too, whoever else comes and goes."""
    anna, berta, carla = three
    contacts.update(cast.db, cast.agent.agent, carla, emails=["office@x.com"])
    done = merge(cast, anna, berta, email={"from": berta})
    edit(cast, anna, email="office@x.com")
    merge(cast, anna, carla)
    contacts.remove_address(cast.db, cast.agent.agent, anna, "email", "office@x.com")

    undo(cast, done)

    assert "office@x.com" not in [a.value for a in profile(cast, anna).emails]


# Taking it back.


def test_a_group_is_undone_by_any_of_its_merges_and_leaves_others_alone(cast, three):
    anna, *others = three
    guest = say(cast, cast.visitor).view.home_id
    ask = Ask(anna, tuple(others))
    first, second = merges.merge(cast.db, cast.agent.agent, ask).merges
    alone = merge(cast, anna, guest)

    done = undo(cast, second.id, group=True)

    assert {m.id for m in done.merges} == {first.id, second.id}
    assert profile(cast, anna).members == (anna, guest)
    assert undo(cast, first.id, group=True).already_undone
    undo(cast, alone)


def test_what_a_preview_says_of_an_undo_is_what_it_does(cast, three):
    anna, berta, carla = three
    merge(cast, berta, carla, company={"value": "Acme"})
    outer = merge(cast, anna, berta, fullname={"from": carla})
    edit(cast, anna, city="Roma")

    told = merges.undo_preview(cast.db, cast.agent.agent, outer)
    undo(cast, outer)

    assert told.kept_after == profile(cast, anna)
    assert told.leaving_after == profile(cast, berta)
    assert set(told.members) == {berta, carla}
    assert told.staying_edits == ["city"]
    assert told.leaving_edits == [("fullname", "chosen")]


def test_a_merge_with_somebody_who_was_erased_since_cannot_be_taken_back(cast, three):
    anna, berta, _ = three
    done = merge(cast, anna, berta)
    undo(cast, done)
    privacy.erase(cast.db, cast.owner.agent, berta)

    for verb in (merges.undo, merges.undo_preview):
        with pytest.raises(Gone):
            verb(cast.db, cast.agent.agent, done)


# Splitting.


def test_what_the_team_has_edited_stays_and_what_the_visitor_has_said_goes_with_a_split(cast):
    guest, other = cast.visitor, cast.other_visitor
    answers = {"userFullname": "Vera", "userEmail": "vera@x.com"}
    kept = say(cast, guest, attributes=filled(answers)).view.home_id
    merge(cast, kept, say(cast, other).view.home_id)
    edit(cast, kept, city="Roma")

    moved = split_off(cast, kept, guest).into.contact.id

    assert (profile(cast, moved).text("email"), profile(cast, moved).text("city")) == ("vera@x.com", None)
    assert (profile(cast, kept).text("email"), profile(cast, kept).text("city")) == (None, "Roma")
    assert (contact(cast, moved).conversations, contact(cast, kept).conversations) == (1, 1)


def test_a_split_and_its_undo_leave_first_and_last_seen_as_they_were(cast):
    guest, other = cast.visitor, cast.other_visitor
    kept = say(cast, guest).view.home_id
    merge(cast, kept, say(cast, other).view.home_id)
    before = contact(cast, kept)

    done = split_off(cast, kept, guest, say(cast, new_visitor(cast.db, cast.signing, cast.id)).view.home_id)
    assert contact(cast, kept).first_seen == identity_of(cast, other).first_seen
    splits.undo_split(cast.db, cast.agent.agent, done.split.id)

    after = contact(cast, kept)
    assert (after.first_seen, after.last_seen) == (before.first_seen, before.last_seen)


def test_splits_are_undone_in_any_order(cast):
    """From A to B and on to C: without the first it stays where the second put it, without both it is home."""
    guest = cast.visitor
    a = say(cast, guest).view.home_id
    b, c, d = (say(cast, new_visitor(cast.db, cast.signing, cast.id)).view.home_id for _ in range(3))
    merge(cast, a, d)
    first = split_off(cast, a, guest, b).split
    second = split_off(cast, b, guest, c).split

    splits.undo_split(cast.db, cast.agent.agent, first.id)
    assert identity_of(cast, guest).contact_id == c
    splits.undo_split(cast.db, cast.agent.agent, second.id)

    assert identity_of(cast, guest).contact_id == a


def test_a_contact_made_for_a_split_stays_if_somebody_lives_there(cast):
    guest, other, third = cast.visitor, cast.other_visitor, new_visitor(cast.db, cast.signing, cast.id)
    kept = say(cast, guest).view.home_id
    merge(cast, kept, say(cast, other).view.home_id)
    merge(cast, kept, say(cast, third).view.home_id)
    done = split_off(cast, kept, guest)
    made = done.into.contact.id
    split_off(cast, kept, other, made)

    splits.undo_split(cast.db, cast.agent.agent, done.split.id)

    assert contact(cast, made).id == made
    assert identity_of(cast, other).contact_id == made
    assert identity_of(cast, guest).contact_id == kept


# Signing in later.


def signs_in(cast, guest, user=None):
    return signed_in_later.join_identities(cast.db, (user or cast.user).visitor, guest.visitor)


def reads(cast, guest):
    """Whose words a session is given."""
    return {view.identity.key for view in conversations.own(cast.db, guest.visitor)[0]}


def test_who_signs_in_and_is_held_apart_leaves_nothing(cast):
    other = new_user(cast.db, cast.signing, cast.id, cast.secret, "ulla-2")
    say(cast, cast.visitor)
    assert signs_in(cast, cast.visitor, other)

    assert not signs_in(cast, cast.visitor)

    assert identity_of(cast, cast.user) is None
    assert len(everybody(cast)) == 1


def test_a_contact_typed_in_for_a_user_is_that_users_from_the_sign_in_on(cast):
    made = contacts.create(cast.db, cast.agent.agent, {"fullname": "Ugo"}, lead_id=cast.user.key).contact
    assert made.first_seen is None
    say(cast, cast.visitor)

    assert signs_in(cast, cast.visitor)

    mine = identity_of(cast, cast.user)
    assert (mine.kind, mine.contact_id) == ("user", made.id)
    assert mine.verified_at is not None
    assert the_contact(cast).id == made.id


@pytest.mark.parametrize("who", ["visitor", "user"])
def test_a_blocked_identity_is_joined_to_nobody(cast, who):
    for guest in (cast.visitor, cast.user):
        say(cast, guest)
    with cast.db.write(cast.id) as tx:
        identities.block(tx, cast.id, identity_of(cast, getattr(cast, who)).id, 1)

    assert not signs_in(cast, cast.visitor)

    assert len(everybody(cast)) == 2
    assert reads(cast, cast.visitor) == {cast.visitor.key}


@pytest.mark.parametrize("who", ["visitor", "user"])
def test_a_contact_in_the_trash_is_joined_to_nobody(cast, who):
    homes = {name: say(cast, getattr(cast, name)).view.home_id for name in ("visitor", "user")}
    contacts.trash(cast.db, cast.admin.agent, homes[who])

    assert not signs_in(cast, cast.visitor)

    assert contact(cast, homes["visitor"]).id == homes["visitor"]


def test_two_whom_a_person_has_taken_apart_are_joined_again_only_when_something_new_is_known(cast):
    """Another browser of the same person is merged into the anonymous contact later: that is something new."""
    mine, theirs = say(cast, cast.visitor).view.home_id, say(cast, cast.user).view.home_id
    undo(cast, merge(cast, theirs, mine))

    assert not signs_in(cast, cast.visitor)
    contacts.update(cast.db, cast.agent.agent, mine, emails=["ugo@example.com"])
    assert signs_in(cast, cast.visitor)

    undo(cast, merges.of_contact(cast.db, cast.agent.agent, theirs).merges[0].merge.id)
    contacts.update(cast.db, cast.agent.agent, mine, emails=["ugo.two@example.com"])
    assert not signs_in(cast, cast.visitor)


def test_what_was_proven_ends_with_a_split_and_with_the_undo_of_one(cast):
    home = say(cast, cast.visitor).view.home_id
    say(cast, cast.user)
    signs_in(cast, cast.visitor)
    assert reads(cast, cast.user) == {cast.user.key, cast.visitor.key}

    root = contact(cast, home).id
    away = say(cast, cast.other_visitor).view.home_id
    done = split_off(cast, root, cast.visitor, away)
    assert reads(cast, cast.user) == {cast.user.key}
    splits.undo_split(cast.db, cast.agent.agent, done.split.id)

    assert reads(cast, cast.user) == {cast.user.key}
    assert reads(cast, cast.visitor) == {cast.visitor.key}


def test_what_is_proven_after_a_split_ends_when_that_is_undone(cast):
    """The team has put the browser beside the user's identity, and then takes that back."""
    home, users = say(cast, cast.visitor).view.home_id, say(cast, cast.user).view.home_id
    merge(cast, home, say(cast, cast.other_visitor).view.home_id)
    done = split_off(cast, home, cast.visitor, users)
    assert signs_in(cast, cast.visitor)
    assert reads(cast, cast.visitor) == {cast.visitor.key, cast.user.key}

    splits.undo_split(cast.db, cast.agent.agent, done.split.id)

    assert reads(cast, cast.visitor) == {cast.visitor.key}
    assert reads(cast, cast.user) == {cast.user.key}


# The trash and the end.


def test_a_message_of_a_blocked_identity_leaves_the_tree_in_the_trash(cast):
    guest, other = cast.visitor, cast.other_visitor
    first = say(cast, guest)
    merge(cast, first.view.home_id, say(cast, other).view.home_id)
    contacts.trash(cast.db, cast.admin.agent, first.view.home_id)
    with cast.db.write(cast.id) as tx:
        identities.block(tx, cast.id, identity_of(cast, other).id, 1)

    with pytest.raises(Forbidden, match="blocked"):
        say(cast, other)
    assert everybody(cast) == []
    say(cast, guest)

    assert the_contact(cast).id == first.view.home_id


def test_erasing_who_was_split_off_leaves_no_word_where_they_had_been(cast):
    guest, other = cast.visitor, cast.other_visitor
    answers = {"userFullname": "Vera Zanzibarrel", "userEmail": "zanzibarrel@x.com"}
    kept = say(cast, guest, "I am Zanzibarrel", attributes=filled(answers)).view.home_id
    merge(cast, kept, say(cast, other).view.home_id)
    moved = split_off(cast, kept, guest).into.contact.id

    privacy.erase(cast.db, cast.owner.agent, moved)

    with cast.db.read() as tx:
        for table in (
            "contacts",
            "contact_values",
            "contact_points",
            "conversations",
            "messages",
            "merges",
            "splits",
        ):
            rows = repr([dict(row) for row in tx.all(f"SELECT * FROM {table} WHERE project_id = ?", cast.id)])
            assert "anzibarrel" not in rows, table
            assert guest.key not in rows, table
    assert contact(cast, kept).id == kept


def test_the_answers_to_a_merged_contact_are_of_its_own_identity(cast):
    """The team answers in the thread of a member: it is that visitor's, though the contact is called otherwise."""
    guest, other = cast.visitor, cast.other_visitor
    kept = say(cast, guest).view.home_id
    thread = say(cast, other).view.conversation.request_id
    merge(cast, kept, identity_of(cast, other).contact_id)

    reply(cast, thread, "For you alone")

    assert reads(cast, other) == {other.key}
    assert "For you alone" not in str(conversations.own(cast.db, guest.visitor)[0])
    assert conversations.get(cast.db, cast.agent.agent, thread).contact.id == kept
