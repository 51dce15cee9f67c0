"""The audit: every change of the project with names, to those who answer for it and nobody else."""

import pytest

from rolodesk.domain.access import System
from rolodesk.domain.errors import Forbidden
from rolodesk.usecases import contacts, conversations, duplicates, merges, privacy, projects, splits
from rolodesk.usecases.audit import KINDS, audit
from rolodesk.usecases.merges import Ask
from tests.cast import filled, say


def names_of(page):
    return [entry.event.event.name.value for entry in page.entries]


def hand_made(cast, name, **fields):
    view = contacts.create(cast.db, cast.agent.agent, {"fullname": name, **fields})
    return view.contact.id


def test_it_tells_every_change_newest_first_and_no_message(cast):
    said = say(cast, cast.visitor, attributes=filled({"userFullname": "Andrea"}))
    conversations.close(cast.db, cast.agent.agent, said.view.conversation.request_id)
    projects.create_tag(cast.db, cast.admin.agent, "vip", "#123456")

    told = audit(cast.db, cast.admin.agent)

    assert names_of(told)[:4] == ["tag.create", "request.close", "lead.create", "project.secret"]
    assert "message.create" not in names_of(told)
    assert "project.create" in names_of(told)
    numbers = [entry.event.number for entry in told.entries]
    assert numbers == sorted(numbers, reverse=True)
    assert told.older is None


def test_actors_contacts_and_subjects_have_their_names_of_now(cast):
    said = say(cast, cast.visitor, attributes=filled({"userFullname": "Andrea"}))
    projects.create_tag(cast.db, cast.admin.agent, "vip", "#123456")
    contacts.update(cast.db, cast.agent.agent, said.view.home_id, {"fullname": "Andrea Rossi"})

    update, tag, create, *_ = audit(cast.db, cast.owner.agent).entries

    assert (update.by, update.contact, update.event.event.fields) == (
        "Aldo Agent", "Andrea Rossi", ("fullname",),
    )  # fmt: skip
    assert (tag.by, tag.subject) == ("Ada Admin", "vip")
    assert (create.by, create.contact) == ("visitor", "Andrea Rossi")
    joined = audit(cast.db, cast.owner.agent, kind="team").entries
    assert {entry.subject for entry in joined if entry.event.event.name == "project_user.create"} == {
        "Ada Admin", "Aldo Agent", "Tara Teammate",
    }  # fmt: skip


def test_who_is_called_different_is_told_with_both_names(cast):
    one, other = (hand_made(cast, "Andrea Rossi", email="andrea.rossi@example.org") for _ in range(2))
    while duplicates.look(cast.db, System(cast.id)):
        pass
    duplicates.dismiss_pair(cast.db, cast.agent.agent, one, other)
    duplicates.undismiss_pair(cast.db, cast.agent.agent, one, other)

    undone, told = audit(cast.db, cast.admin.agent, kind="merges").entries

    assert (told.by, told.contact, told.subject) == ("Aldo Agent", "Andrea Rossi", "Andrea Rossi")
    assert told.event.event.subject_id == max(one, other)
    assert undone.event.event.fields == ("undone",)


def test_a_merge_is_told_with_both_names_and_whether_it_stands(cast):
    kept, gone = hand_made(cast, "Anna Kept"), hand_made(cast, "Andrea Gone")
    (merge,) = merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone,), reason="same voice")).merges

    (told,) = audit(cast.db, cast.admin.agent, kind="merges").entries
    assert (told.contact, told.root) == ("Andrea Gone", "Anna Kept")
    assert told.merge is not None
    assert (told.merge.id, told.merge.undone_at, told.merge.reason) == (merge.id, None, "same voice")

    merges.undo(cast.db, cast.admin.agent, merge.id)
    taken_back, told = audit(cast.db, cast.admin.agent, kind="merges").entries
    assert (taken_back.by, taken_back.contact, taken_back.root) == ("Ada Admin", "Andrea Gone", "Anna Kept")
    assert told.merge is not None
    assert told.merge.undone_at


def test_a_split_is_told_with_both_names(cast):
    kept = say(cast, cast.visitor, attributes=filled({"userFullname": "Anna"})).view.home_id
    gone = say(cast, cast.other_visitor, attributes=filled({"userFullname": "Andrea"})).view.home_id
    merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone,)))
    other = say(cast, cast.user).view.home_id
    merges.merge(cast.db, cast.agent.agent, Ask(kept, (other,)))
    view = contacts.get(cast.db, cast.agent.agent, kept)
    chosen = [i.id for i in view.identities if i.key in (cast.other_visitor.key, cast.user.key)]
    splits.split(cast.db, cast.agent.agent, kept, chosen)

    told = audit(cast.db, cast.admin.agent, kind="merges").entries[0]

    assert told.event.event.name == "lead.split"
    assert told.root == "Anna"
    assert told.contact
    assert told.split is not None
    assert told.split.undone_at is None


def test_pages_go_on_before_a_number_and_leave_nothing_out(cast):
    for number in range(7):
        hand_made(cast, f"Nr {number}")
    whole = audit(cast.db, cast.admin.agent).entries

    found, before = [], None
    while True:
        page = audit(cast.db, cast.admin.agent, before, limit=3)
        found += page.entries
        before = page.older
        if before is None:
            break
        assert len(page.entries) == 3

    assert found == whole


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_shows_its_own_changes_alone(cast, kind):
    say(cast, cast.visitor)
    hand_made(cast, "Anna")
    contacts.update(cast.db, cast.agent.agent, hand_made(cast, "Bea"), {"company": "Bea & Co"})

    told = audit(cast.db, cast.admin.agent, kind=kind)

    assert set(names_of(told)) <= {name.value for name in KINDS[kind]}
    every = {entry.event.number for entry in audit(cast.db, cast.admin.agent).entries}
    assert {entry.event.number for entry in told.entries} <= every


def test_a_kind_that_there_is_not_shows_nothing(cast):
    assert audit(cast.db, cast.admin.agent, kind="xxx").entries == []


def test_who_has_been_erased_has_no_name_any_more(cast):
    one = hand_made(cast, "Andrea Gone")
    privacy.erase(cast.db, cast.owner.agent, one)

    told = [
        entry for entry in audit(cast.db, cast.admin.agent).entries if entry.event.event.contact_id == one
    ]

    assert [(entry.event.event.name.value, entry.contact) for entry in told] == [
        ("lead.erase", None),
        ("lead.create", None),
    ]


def test_another_projects_changes_are_not_told(cast):
    contacts.create(cast.db, cast.rival.agent, {"fullname": "Theirs"})
    hand_made(cast, "Ours")

    ours, theirs = audit(cast.db, cast.admin.agent), audit(cast.db, cast.rival.agent)

    assert [e.contact for e in ours.entries if e.contact] == ["Ours"]
    assert [e.contact for e in theirs.entries if e.contact] == ["Theirs"]


@pytest.mark.parametrize("who", ["agent", "teammate"])
def test_nobody_below_an_admin_sees_it(cast, who):
    with pytest.raises(Forbidden):
        audit(cast.db, getattr(cast, who).agent)
