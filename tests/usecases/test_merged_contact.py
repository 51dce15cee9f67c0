"""A merged contact in use: what is cleared, edited, tagged, adopted and taken off, and what an undo makes of it."""

import itertools
import time

import pytest

from rolodesk.domain.errors import Conflict, Gone, Invalid
from rolodesk.domain.merging import Merge
from rolodesk.storage import contacts as stored_contacts
from rolodesk.storage import match_keys as stored_keys
from rolodesk.storage import merges as stored_merges
from rolodesk.storage import projects as stored_projects
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, contacts, find, merges, privacy, splits
from rolodesk.usecases.merges import Ask
from tests.cast import everybody, filled, make_cast, new_visitor, say
from tests.usecases.merged import assert_merging_holds


@pytest.fixture
def two(cast):
    """Andrea of one browser and Bea of another, who are merged in each test."""
    one = say(cast, cast.visitor, attributes=filled({"userFullname": "Andrea", "userEmail": "andrea@x.com"}))
    other = say(
        cast,
        cast.other_visitor,
        attributes=filled({"userFullname": "Bea", "userEmail": "bea@x.com", "userPhone": "+390612345678"}),
    )
    return one.view.home_id, other.view.home_id


def merge(cast, winner, *losers, **choices):
    return merges.merge(cast.db, cast.agent.agent, Ask(winner, losers, choices)).merges[0].id


def undo(cast, merge_id):
    return merges.undo(cast.db, cast.agent.agent, merge_id)


def shown(cast, contact_id):
    return contacts.get(cast.db, cast.agent.agent, contact_id).contact.profile


def edit(cast, contact_id, **fields):
    contacts.update(cast.db, cast.agent.agent, contact_id, fields)


def others(cast, contact_id, field):
    return {(e.value, e.contact_id) for e in shown(cast, contact_id).others.get(field, ())}


def test_a_field_cleared_that_a_member_had_brought_is_blank_until_the_member_leaves(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone)

    edit(cast, kept, phone="")

    assert shown(cast, kept).text("phone") is None
    assert others(cast, kept, "phone") == {("+390612345678", gone)}
    undo(cast, done)
    assert shown(cast, gone).text("phone") == "+390612345678"


def test_an_edit_of_the_contacts_own_value_stays_after_an_undo(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone)

    edit(cast, kept, fullname="Andrea Rossi", city="Roma")
    undo(cast, done)

    assert (shown(cast, kept).fullname, shown(cast, kept).text("city")) == ("Andrea Rossi", "Roma")
    assert (shown(cast, gone).fullname, shown(cast, gone).text("city")) == ("Bea", None)


def test_an_edit_of_what_a_member_had_brought_goes_with_it_and_its_address_too(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone)

    edit(cast, kept, phone="+390612345699")
    preview = merges.undo_preview(cast.db, cast.agent.agent, done)
    undo(cast, done)

    assert preview.leaving_edits == [("phone", "edited")]
    assert shown(cast, kept).text("phone") is None
    assert shown(cast, kept).phones == ()
    assert "12345699" not in repr(everybody(cast))
    assert find.find(cast.db, cast.agent.agent, find.Filter(), find.Page(), "+390612345699").count == 0


def test_a_members_address_made_the_primary_one_goes_with_the_member(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone)

    edit(cast, kept, email="bea@x.com")
    assert shown(cast, kept).text("email") == "bea@x.com"
    undo(cast, done)

    assert shown(cast, kept).text("email") == "andrea@x.com"
    assert [a.value for a in shown(cast, kept).emails] == ["andrea@x.com"]


def test_an_adopted_value_follows_its_member_and_leaves_with_it(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone)
    assert others(cast, kept, "fullname") == {("Bea", gone)}

    contacts.adopt(cast.db, cast.agent.agent, kept, "fullname", gone, "visitor")
    assert (shown(cast, kept).fullname, shown(cast, kept).values["fullname"].reason) == ("Bea", "adopted")
    say(cast, cast.other_visitor, attributes=filled({"userFullname": "Beatrice"}))
    assert shown(cast, kept).fullname == "Beatrice"
    contacts.adopt(cast.db, cast.agent.agent, kept, "fullname", kept, "visitor")
    assert shown(cast, kept).fullname == "Andrea"
    contacts.adopt(cast.db, cast.agent.agent, kept, "fullname", gone, "visitor")

    preview = merges.undo_preview(cast.db, cast.agent.agent, done)
    undo(cast, done)

    assert ("fullname", "adopted") in preview.leaving_edits
    assert (shown(cast, kept).fullname, shown(cast, gone).fullname) == ("Andrea", "Beatrice")


def test_what_is_none_of_the_other_values_cannot_be_adopted(cast, two):
    kept, gone = two
    for field, origin, source in (
        ("fullname", gone, "visitor"),
        ("nope", kept, "agent"),
        ("email", kept, "token"),
    ):
        with pytest.raises(Invalid):
            contacts.adopt(cast.db, cast.agent.agent, kept, field, origin, source)


def test_a_tag_taken_off_is_hidden_and_the_members_again_after_an_undo(cast, two):
    kept, gone = two
    contacts.add_tags(cast.db, cast.agent.agent, gone, ["vip", "shop"])
    done = merge(cast, kept, gone)
    assert shown(cast, kept).tags == ("vip", "shop")

    contacts.remove_tag(cast.db, cast.agent.agent, kept, "vip")
    assert shown(cast, kept).tags == ("shop",)
    undo(cast, done)

    assert shown(cast, gone).tags == ("vip", "shop")
    assert shown(cast, kept).tags == ()
    again = merge(cast, kept, gone)
    assert shown(cast, kept).tags == ("shop",)
    contacts.add_tags(cast.db, cast.agent.agent, kept, ["vip"])
    assert set(shown(cast, kept).tags) == {"vip", "shop"}
    undo(cast, again)
    assert find.find(cast.db, cast.agent.agent, find.Filter(tag="shop"), find.Page()).count == 1


def test_an_address_taken_off_is_hidden_and_the_members_again_after_an_undo(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone)

    contacts.remove_address(cast.db, cast.agent.agent, kept, "email", "bea@x.com")
    assert [a.value for a in shown(cast, kept).emails] == ["andrea@x.com"]
    undo(cast, done)

    assert [a.value for a in shown(cast, gone).emails] == ["bea@x.com"]


def test_choices_hold_until_their_member_leaves_and_no_copy_stays(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone, fullname={"from": gone}, company={"value": "Acme"}, email={"value": None})

    assert (shown(cast, kept).fullname, shown(cast, kept).text("company")) == ("Bea", "Acme")
    assert shown(cast, kept).text("email") is None
    undo(cast, done)

    assert (shown(cast, kept).fullname, shown(cast, kept).text("company")) == ("Andrea", None)
    assert shown(cast, kept).text("email") == "andrea@x.com"


def test_a_choice_of_what_a_third_had_brought_is_void_once_that_one_has_left(cast, two):
    kept, gone = two
    third = contacts.create(cast.db, cast.agent.agent, {"company": "Third"}).contact.id
    inner = merge(cast, gone, third)
    merge(cast, kept, gone, company={"from": gone})
    assert shown(cast, kept).text("company") == "Third"

    undo(cast, inner)

    assert shown(cast, kept).text("company") is None
    assert shown(cast, third).text("company") == "Third"
    assert_merging_holds(cast.db, cast.id)


def test_merges_are_undone_from_the_middle_and_what_hangs_below_leaves_along(cast, two):
    kept, gone = two
    third = contacts.create(cast.db, cast.agent.agent, {"fullname": "Carla"}).contact.id
    merge(cast, gone, third)
    outer = merge(cast, kept, gone)

    undo(cast, outer)

    assert shown(cast, gone).members == (gone, third)
    assert contacts.get(cast.db, cast.agent.agent, third).merged_from == third
    assert contacts.get(cast.db, cast.agent.agent, third).contact.id == gone
    assert_merging_holds(cast.db, cast.id)


def test_each_has_its_own_trash_again_after_an_undo(cast, two):
    kept, gone = two
    contacts.trash(cast.db, cast.admin.agent, gone)
    done = merge(cast, kept, gone)
    contacts.trash(cast.db, cast.admin.agent, kept)
    contacts.restore(cast.db, cast.admin.agent, kept)
    assert find.counts(cast.db, cast.agent.agent) == {100: 1, 1000: 0}

    undo(cast, done)

    assert find.counts(cast.db, cast.agent.agent) == {100: 1, 1000: 1}
    with pytest.raises(Conflict) as refused:
        merge(cast, gone, kept)
    assert refused.value.code == "contact_trashed"


def test_any_identity_of_a_trashed_tree_restores_it_by_a_message(cast, two):
    kept, gone = two
    merge(cast, kept, gone)
    contacts.trash(cast.db, cast.admin.agent, kept)

    say(cast, cast.other_visitor)

    assert [contact.id for contact in everybody(cast)] == [kept]


def test_erasing_a_tree_leaves_nothing_of_what_was_made_of_it_elsewhere(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone, company={"value": "Bea Limited"})
    edit(cast, kept, phone="+390612345699")
    contacts.adopt(cast.db, cast.agent.agent, kept, "fullname", gone, "visitor")
    undo(cast, done)

    privacy.erase(cast.db, cast.owner.agent, gone)

    with pytest.raises(Gone):
        undo(cast, done)
    with cast.db.read() as tx:
        for table in ("contact_values", "contact_points", "merges", "contacts", "messages"):
            rows = repr([dict(row) for row in tx.all(f"SELECT * FROM {table} WHERE project_id = ?", cast.id)])
            for word in ("Bea", "bea@x.com", "12345699", "12345678"):
                assert word not in rows, (table, word)
    assert shown(cast, kept).fullname == "Andrea"
    assert_merging_holds(cast.db, cast.id)


def test_a_chain_of_many_folds_and_is_undone_in_the_middle(databases):
    """A thousand, merged one into the next: too deep for recursion."""
    with databases.lend("sqlite") as url:
        db = Database(url, pool_size=2)
        cast = make_cast(db)
        ids = [contacts.create(db, cast.agent.agent, {"company": f"C{n}"}).contact.id for n in range(1_001)]
        drawn = _chain(cast, ids[:1_000])
        root = ids[999]

        with pytest.raises(Conflict) as refused:
            merge(cast, root, ids[1_000])
        assert refused.value.code == "tree_too_large"
        began = time.monotonic()
        assert len(shown(cast, root).members) == 1_000
        edit(cast, root, city="Roma")
        assert len(merges.of_contact(db, cast.agent.agent, root).merges) == 999
        assert contacts.timeline(db, cast.agent.agent, root)
        undo(cast, drawn[500])
        assert time.monotonic() - began < 60
        assert {len(shown(cast, contact.id).members) for contact in everybody(cast)} == {1, 499, 501}
        assert_merging_holds(db, cast.id)
        db.close()


def _chain(cast, ids):
    """Draw the arrows, each contact into the next, as merges do; the ids of the merges, first to last. By merging one
    after the other half a million members would be folded."""
    drawn, at, agent = [], clock.now(), cast.agent.agent
    with cast.db.write(cast.project.id) as tx:
        for loser, winner in itertools.pairwise(ids):
            number = stored_projects.next_number(tx, cast.project.id, "merge")
            one = Merge(clock.new_id(), number, "group", winner, loser, {}, "agent", agent.id, None, at)
            drawn.append(one.id)
            stored_merges.add(tx, cast.project.id, one)
            stored_contacts.hide(tx, cast.project.id, loser, 100)
            stored_keys.forget(tx, cast.project.id, loser)
            stored_merges.point(tx, cast.project.id, loser, winner, ids[-1], at)
        stored_contacts.recount(tx, cast.project.id, ids[-1])
        contacts.refold(tx, cast.project.id, ids[-1], at)
    return drawn


def test_a_split_that_leaves_nothing_or_takes_what_is_not_there_is_refused(cast, two):
    kept, gone = two
    view = contacts.get(cast.db, cast.agent.agent, kept)
    stranger = contacts.get(cast.db, cast.agent.agent, gone).identities[0].id
    for chosen, code in (([view.identities[0].id], "nothing_left"), ([stranger], "unknown_identity")):
        with pytest.raises(Invalid) as refused:
            splits.split(cast.db, cast.agent.agent, kept, chosen)
        assert refused.value.code == code


def test_an_id_that_was_split_off_leads_to_where_it_lives(cast, two):
    kept, gone = two
    merge(cast, kept, gone)
    guest = new_visitor(cast.db, cast.signing, cast.id)
    third = say(cast, guest).view.home_id
    merge(cast, kept, third)
    view = contacts.get(cast.db, cast.agent.agent, kept)
    own = next(i for i in view.identities if i.key == cast.visitor.key)

    done = splits.split(cast.db, cast.agent.agent, kept, [own.id])

    found = find.find(cast.db, cast.agent.agent, find.Filter(lead_id=cast.visitor.key), find.Page()).contacts
    assert [contact.id for contact in found] == [done.into.contact.id]


def test_what_came_with_the_first_message_is_not_shown_while_its_identity_is_split_off(cast, two):
    kept, gone = two
    merge(cast, kept, gone)
    view = contacts.get(cast.db, cast.agent.agent, kept)
    assert "andrea@x.com" in repr(view.contact.attributes)
    own = next(i for i in view.identities if i.key == cast.visitor.key)

    done = splits.split(cast.db, cast.agent.agent, kept, [own.id])
    assert contacts.get(cast.db, cast.agent.agent, kept).contact.attributes is None
    splits.undo_split(cast.db, cast.agent.agent, done.split.id)

    assert "andrea@x.com" in repr(contacts.get(cast.db, cast.agent.agent, kept).contact.attributes)


def test_an_address_that_a_member_has_brought_and_somebody_writes_back_leaves_with_the_member(cast, two):
    kept, gone = two
    done = merge(cast, kept, gone)

    listed = [{"value": address.value} for address in shown(cast, kept).emails]
    contacts.update(cast.db, cast.agent.agent, kept, emails=listed, phones=["+390612345678"])
    undo(cast, done)

    assert [address.value for address in shown(cast, kept).emails] == ["andrea@x.com"]
    assert shown(cast, kept).phones == ()
