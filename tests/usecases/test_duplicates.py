"""The same person twice: found at once, called different, merged, taken back."""

import random
import threading

import pytest
from msgspec import structs

from rolodesk.batch.link import link
from rolodesk.domain.access import System
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound
from rolodesk.domain.events import EventName
from rolodesk.storage import duplicates as stored
from rolodesk.storage import events, identities
from rolodesk.usecases import automatic, candidates, contacts, duplicates, merges, privacy, projects, splits
from rolodesk.usecases.merges import Ask
from tests.cast import Cast, new_user, new_visitor, say
from tests.usecases.compared import assert_suggestions_hold
from tests.usecases.merged import assert_merging_holds

ANDREA = {"userFullname": "Andrea Rossi", "userEmail": "andrea.rossi@example.org"}
ALIKE = {
    "fullname": "Andrea Quattrocchi",
    "email": "andrea.quattrocchi@example.org",
    "phone": "+39 347 8841902",
    "city": "Rome",
}


def look(cast: Cast) -> None:
    while duplicates.look(cast.db, System(cast.id)):
        pass


def comes(cast: Cast, **form: str) -> str:
    """A new browser whose pre-chat form says this; its contact."""
    guest = new_visitor(cast.db, cast.signing, cast.id)
    return say(cast, guest, attributes=form).view.home_id


def made(cast: Cast, **fields: str) -> str:
    return contacts.create(cast.db, cast.agent.agent, fields).contact.id


def found(cast: Cast, contact_id: str) -> list[str]:
    return [one.contact.id for one in duplicates.of_contact(cast.db, cast.agent.agent, contact_id)]


def groups(cast: Cast) -> list[set[str]]:
    queue = duplicates.queue(cast.db, cast.agent.agent)
    assert queue.total == len(queue.groups)
    return [{contact.id for contact in group.contacts} for group in queue.groups]


def told(cast: Cast, name: str = "lead.duplicate") -> list[tuple[str, ...]]:
    with cast.db.read() as tx:
        rows = tx.all(
            "SELECT contact_id, subject_id FROM events WHERE project_id = ? AND name = ? ORDER BY number",
            *(cast.id, name),
        )
    return [(row["contact_id"], row["subject_id"]) for row in rows]


def rows(cast: Cast, table: str) -> int:
    with cast.db.read() as tx:
        row = tx.one(f"SELECT count(*) AS n FROM {table} WHERE project_id = ?", cast.id)
    return row["n"]


def test_the_same_email_in_two_browsers_is_proposed_on_both(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    assert found(cast, first) == []

    look(cast)

    assert found(cast, first) == [second]
    assert found(cast, second) == [first]
    assert groups(cast) == [{first, second}]
    assert [{*pair} for pair in told(cast)] == [{first, second}]


def test_what_one_look_has_found_the_next_does_not_tell_again(cast):
    first = comes(cast, **ANDREA)
    comes(cast, **ANDREA)
    look(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0]

    contacts.update(cast.db, cast.agent.agent, first, {"note": "Likes bread"})
    look(cast)

    assert len(told(cast)) == 1
    assert duplicates.queue(cast.db, cast.agent.agent).groups[0].id == group.id


def test_two_who_come_at_once_are_proposed_to_each_other(cast):
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(2)]
    together = threading.Barrier(2)
    homes = []

    def speak(guest):
        together.wait()
        homes.append(say(cast, guest, attributes=ANDREA).view.home_id)
        look(cast)

    threads = [threading.Thread(target=speak, args=(guest,)) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look(cast)

    assert groups(cast) == [{*homes}]
    assert len(told(cast)) == 1


def test_several_who_look_at_once_do_each_thing_once(cast):
    people = [
        comes(cast, userFullname=name, userEmail=f"{name.replace(' ', '.').lower()}@example.org")
        for name in ("Andrea Rossi", "Zoe Quattrocchi", "Bruno Vandermeer") * 4
    ]

    threads = [threading.Thread(target=look, args=(cast,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows(cast, "match_pending") == 0
    assert sorted(map(sorted, groups(cast))) == sorted(sorted(people[n::3]) for n in range(3))
    assert len(told(cast)) == len({frozenset(pair) for pair in told(cast)})


def test_what_is_shown_of_a_group_is_the_one_to_keep_first_and_why(cast):
    typed = made(cast, fullname="Andrea Rossi", email="andrea.rossi@example.org")
    spoken = comes(cast, **ANDREA)
    look(cast)

    (group,) = duplicates.queue(cast.db, cast.agent.agent).groups

    assert [contact.id for contact in group.contacts] == [spoken, typed]
    (pair,) = group.pairs
    assert {pair.low, pair.high} == {typed, spoken}
    assert {"email", "name"} <= {*group.kinds}
    likeness = pair.likeness
    assert likeness.probability >= 0.9
    assert likeness.bits == pytest.approx(likeness.start + sum(reason.bits for reason in likeness.reasons))
    assert duplicates.group(cast.db, cast.agent.agent, group.id) == group


def test_a_signed_in_user_is_the_one_to_keep(cast):
    comes(cast, **ANDREA)
    user = new_user(
        cast.db,
        cast.signing,
        cast.id,
        cast.secret,
        "andrea",
        firstname="Andrea",
        lastname="Rossi",
        email=ANDREA["userEmail"],
    )
    known = say(cast, user).view.home_id
    look(cast)

    assert duplicates.queue(cast.db, cast.agent.agent).groups[0].contacts[0].id == known


def test_the_queue_is_narrowed_by_what_speaks_for_a_pair(cast):
    mail = {comes(cast, **ANDREA), comes(cast, **ANDREA)}
    phone = {
        made(cast, fullname="Bruna Bianchi", phone="+39 347 8841902"),
        made(cast, fullname="Bruna Bianchi", phone="+39 347 8841902"),
    }
    look(cast)

    def shown(kind):
        queue = duplicates.queue(cast.db, cast.agent.agent, kind)
        assert queue.total == len(queue.groups)
        return [{contact.id for contact in group.contacts} for group in queue.groups]

    assert shown("email") == [mail]
    assert shown("phone") == [phone]
    assert len(shown("name")) == 2
    assert shown("identifying") == []
    with pytest.raises(Invalid):
        shown("nonsense")
    best = duplicates.queue(cast.db, cast.agent.agent, limit=1)
    second = duplicates.queue(cast.db, cast.agent.agent, limit=1, offset=1)
    assert best.total == second.total == 2
    assert best.groups[0].probability >= second.groups[0].probability
    assert best.groups[0].id != second.groups[0].id


def test_who_is_being_typed_in_is_found_and_nothing_is_written(cast):
    known = comes(cast, **ANDREA)
    look(cast)
    before = [rows(cast, table) for table in ("match_keys", "match_pending", "suggestions", "events")]

    found = duplicates.like(
        cast.db, cast.agent.agent, {"fullname": "Andrea Rossi", "email": " Andrea.Rossi@Example.ORG "}
    )

    assert [one.contact.id for one in found] == [known]
    assert found[0].group_id is None
    assert duplicates.like(cast.db, cast.agent.agent, {"email": "nobody@example.org", "phone": 7}) == []
    assert [rows(cast, table) for table in ("match_keys", "match_pending", "suggestions", "events")] == before


def test_looking_goes_on_while_people_come_and_are_merged_and_set_free(cast):
    people = [comes(cast, **ANDREA) for _ in range(3)] + [made(cast, **ALIKE) for _ in range(3)]
    ended = threading.Event()
    failures = []

    def again(turn):
        def go():
            chance = random.Random(turn.__name__)
            while not ended.is_set():
                try:
                    turn(chance)
                except (Conflict, NotFound):
                    pass
                except Exception as error:
                    failures.append(error)
                    return

        return threading.Thread(target=go)

    def looks(chance):
        duplicates.look(cast.db, System(cast.id))

    def joins(chance):
        winner, loser = chance.sample(people, 2)
        done = merges.merge(cast.db, cast.agent.agent, Ask(winner, (loser,)))
        if chance.random() < 0.8:
            merges.undo(cast.db, cast.agent.agent, done.merges[0].id)

    def changes(chance):
        contacts.update(
            cast.db, cast.agent.agent, chance.choice(people), {"city": chance.choice(("Rome", "Milan"))}
        )

    def trashes(chance):
        one = chance.choice(people)
        contacts.trash(cast.db, cast.admin.agent, one)
        contacts.restore(cast.db, cast.admin.agent, one)

    def decides(chance):
        for group in duplicates.queue(cast.db, cast.agent.agent).groups[:1]:
            duplicates.dismiss(cast.db, cast.agent.agent, group.id)
            duplicates.undismiss(cast.db, cast.agent.agent, group.id)

    threads = [again(turn) for turn in (looks, looks, joins, changes, trashes, decides)]
    for thread in threads:
        thread.start()
    ended.wait(3)
    ended.set()
    for thread in threads:
        thread.join()

    assert failures == []
    assert_suggestions_hold(cast.db, cast.id)
    assert_merging_holds(cast.db, cast.id)


# Not the same.


def test_who_is_called_different_is_not_proposed_until_something_changes(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    look(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0]

    duplicates.dismiss(cast.db, cast.agent.agent, group.id)

    assert groups(cast) == []
    assert found(cast, first) == []
    assert [{*pair} for pair in told(cast, "lead.different")] == [{first, second}]
    duplicates.run_now(cast.db, System(cast.id))
    assert groups(cast) == []
    contacts.update(cast.db, cast.agent.agent, first, {"city": "Rome"})
    look(cast)
    assert groups(cast) == [{first, second}]


def test_not_the_same_is_taken_back(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    look(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0]
    duplicates.dismiss(cast.db, cast.agent.agent, group.id)

    duplicates.undismiss(cast.db, cast.agent.agent, group.id)

    assert groups(cast) == [{first, second}]
    assert duplicates.group(cast.db, cast.agent.agent, group.id).id == group.id
    with pytest.raises(NotFound):
        duplicates.undismiss(cast.db, cast.agent.agent, group.id)


def test_one_of_three_is_called_different(cast):
    first, second, third = (comes(cast, **ANDREA) for _ in range(3))
    look(cast)
    (group,) = duplicates.queue(cast.db, cast.agent.agent).groups
    assert len(group.pairs) == 3

    duplicates.dismiss(cast.db, cast.agent.agent, group.id, [third])

    assert groups(cast) == [{first, second}]
    assert duplicates.queue(cast.db, cast.agent.agent).groups[0].id == group.id
    assert found(cast, third) == []
    with pytest.raises(Invalid):
        duplicates.dismiss(cast.db, cast.agent.agent, group.id, [third])
    with pytest.raises(Invalid):
        duplicates.dismiss(cast.db, cast.agent.agent, group.id, [])
    duplicates.undismiss(cast.db, cast.agent.agent, group.id, [third])
    assert groups(cast) == [{first, second, third}]


def test_a_pair_in_no_group_is_called_different_and_that_taken_back(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    other = made(cast, fullname="Somebody Else")
    look(cast)
    with cast.db.write(cast.id) as tx:
        stored.delete_groups(tx, cast.id, [duplicates.queue(cast.db, cast.agent.agent).groups[0].id])
    assert duplicates.of_contact(cast.db, cast.agent.agent, first)[0].group_id is None

    with pytest.raises(NotFound):
        duplicates.dismiss_pair(cast.db, cast.agent.agent, first, other)
    duplicates.dismiss_pair(cast.db, cast.agent.agent, second, first)

    assert found(cast, first) == []
    assert [{*pair} for pair in told(cast, "lead.different")] == [{first, second}]
    with pytest.raises(NotFound):
        duplicates.dismiss_pair(cast.db, cast.agent.agent, first, second)
    with pytest.raises(NotFound):
        duplicates.undismiss_pair(cast.db, cast.agent.agent, first, other)
    duplicates.undismiss_pair(cast.db, cast.agent.agent, first, second)
    assert found(cast, first) == [second]
    assert groups(cast) == [{first, second}]


def test_a_pair_of_a_group_that_is_called_different_is_taken_back_with_the_group(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    look(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0].id

    duplicates.dismiss_pair(cast.db, cast.agent.agent, first, second)

    duplicates.undismiss(cast.db, cast.agent.agent, group)
    assert groups(cast) == [{first, second}]


def test_what_is_called_different_keeps_whole_trees_apart(cast):
    first = comes(cast, **ANDREA)
    comes(cast, **ANDREA)
    other = made(cast, fullname="Somebody Else", email="else@example.net")
    look(cast)
    duplicates.dismiss(cast.db, cast.agent.agent, duplicates.queue(cast.db, cast.agent.agent).groups[0].id)

    merges.merge(cast.db, cast.agent.agent, Ask(other, (first,)))
    look(cast)

    assert groups(cast) == []
    assert found(cast, other) == []


def test_an_unmerged_pair_is_not_proposed_until_something_changes(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    look(cast)
    done = merges.merge(cast.db, cast.agent.agent, Ask(first, (second,)))
    assert groups(cast) == []
    assert rows(cast, "suggestions") == 0
    assert rows(cast, "match_evidence") == 1

    merges.undo(cast.db, cast.agent.agent, done.merges[0].id)
    look(cast)

    assert rows(cast, "match_evidence") == 2
    assert groups(cast) == []
    contacts.update(cast.db, cast.agent.agent, second, {"phone": "+39 06 1234567"})
    look(cast)
    assert groups(cast) == [{first, second}]


def test_two_signed_in_users_are_never_proposed(cast):
    for key in ("andrea-1", "andrea-2"):
        user = new_user(
            cast.db,
            cast.signing,
            cast.id,
            cast.secret,
            key,
            firstname="Andrea",
            lastname="Rossi",
            phone="+39 333 7654321",
        )
        say(cast, user)
    look(cast)

    assert groups(cast) == []


# What happens to the contacts meanwhile.


def test_a_group_is_merged_as_a_whole_and_once_only_under_one_key(cast):
    people = [comes(cast, **ANDREA) for _ in range(3)]
    look(cast)
    (group,) = duplicates.queue(cast.db, cast.agent.agent).groups

    done = duplicates.merge(cast.db, cast.agent.agent, group.id, reason="The same", key="k1")

    assert done.view.contact.id == group.contacts[0].id
    assert {merge.loser_id for merge in done.merges} == {*people} - {done.view.contact.id}
    assert groups(cast) == []
    again = duplicates.merge(cast.db, cast.agent.agent, group.id, reason="The same", key="k1")
    assert again.replayed
    assert [merge.id for merge in again.merges] == [merge.id for merge in done.merges]
    with pytest.raises(NotFound):
        duplicates.merge(cast.db, cast.agent.agent, group.id)


def test_a_merge_into_one_that_is_not_of_the_group_is_refused(cast):
    comes(cast, **ANDREA)
    comes(cast, **ANDREA)
    other = made(cast, fullname="Somebody Else")
    look(cast)
    (group,) = duplicates.queue(cast.db, cast.agent.agent).groups

    with pytest.raises(Invalid):
        duplicates.merge(cast.db, cast.agent.agent, group.id, winner=other)


def test_what_is_in_the_trash_is_not_proposed_until_it_is_restored(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    look(cast)

    contacts.trash(cast.db, cast.admin.agent, first)

    assert groups(cast) == []
    assert found(cast, second) == []
    contacts.restore(cast.db, cast.admin.agent, first)
    look(cast)
    assert groups(cast) == [{first, second}]


def test_erasing_leaves_nothing_of_a_person(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    look(cast)

    privacy.erase(cast.db, cast.owner.agent, first)

    assert groups(cast) == []
    with cast.db.read() as tx:
        for table in ("match_evidence", "match_keys", "match_pending"):
            assert not tx.all(
                f"SELECT 1 FROM {table} WHERE project_id = ? AND contact_id = ?", cast.id, first
            )
    privacy.erase(cast.db, cast.owner.agent, second)
    for table in ("match_evidence", "match_keys", "match_pending", "suggestions", "duplicate_groups"):
        assert rows(cast, table) == 0


def test_a_changed_address_takes_a_suggestion_back(cast):
    first = made(cast, email="info.rossi@example.org", fullname="Andrea Rossi")
    second = made(cast, email="info.rossi@example.org", fullname="Andrea Rossi")
    look(cast)
    assert groups(cast) == [{first, second}]

    contacts.remove_address(cast.db, cast.agent.agent, second, "email", "info.rossi@example.org")
    contacts.update(
        cast.db, cast.agent.agent, second, {"fullname": "Zoe Quattrocchi", "email": "zoe@example.com"}
    )
    look(cast)

    assert groups(cast) == []
    assert rows(cast, "suggestions") == 0
    assert [{*pair} for pair in told(cast)] == [{first, second}] * 2
    with cast.db.read() as tx:
        last = events.named(tx, cast.id, [EventName.LEAD_DUPLICATE], None, 1)[0].event
    assert last.fields == ("withdrawn",)


def test_identities_that_are_split_off_are_looked_at_afresh(cast):
    first, second = (
        comes(cast, **ANDREA),
        comes(cast, userFullname="Zoe Quattrocchi", userEmail="zoe@example.com"),
    )
    done = merges.merge(cast.db, cast.agent.agent, Ask(first, (second,)))
    third = comes(cast, userFullname="Zoe Quattrocchi", userEmail="zoe@example.com")
    look(cast)
    assert found(cast, first) == [third]

    zoe = next(i for i in done.view.identities if i.contact_id == second)
    splits.split(cast.db, cast.agent.agent, first, [zoe.id])
    look(cast)

    assert groups(cast) == [{second, third}]


# What a project says of its own contacts.


def test_a_contact_of_an_older_release_is_compared_once_it_is_looked_at(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)
    with cast.db.write(cast.id) as tx:
        tx.run("DELETE FROM match_evidence WHERE project_id = ?", cast.id)

    look(cast)

    assert groups(cast) == [{first, second}]


def test_all_contacts_are_looked_at_again_when_the_country_changes(cast):
    made(cast, fullname="Bruna Bianchi", phone="+39 347 8841902")
    comes(cast, userFullname="Bruna", userPhone="347 8841902")
    look(cast)
    assert duplicates.look(cast.db, System(cast.id)) == 0

    projects.update(cast.db, cast.owner.agent, settings={"country": "IT"})

    assert duplicates.look(cast.db, System(cast.id)) == 2
    look(cast)
    assert rows(cast, "match_pending") == 0


def test_an_identifying_property_is_looked_at_as_soon_as_it_is_marked(cast):
    definition = projects.create_property(cast.db, cast.admin.agent, "Customer", "customer")
    people = [
        contacts.create(cast.db, cast.agent.agent, {"fullname": name}, {"customer": "C-77123"}).contact.id
        for name in ("Bruna Bianchi", "Bruna Bianchi")
    ]
    look(cast)
    with cast.db.read() as tx:
        assert not tx.all("SELECT 1 FROM match_keys WHERE project_id = ? AND key LIKE 'm:%'", cast.id)

    projects.update_property(cast.db, cast.admin.agent, definition.id, {"identifying": True})
    look(cast)

    with cast.db.read() as tx:
        marked = tx.all("SELECT contact_id FROM match_keys WHERE project_id = ? AND key LIKE 'm:%'", cast.id)
    assert {row["contact_id"] for row in marked} == {*people}


# The policy.


def test_the_policy_is_for_admins_and_is_checked(cast):
    assert not duplicates.policy(cast.db, cast.agent.agent).merge_alike
    with pytest.raises(Forbidden):
        duplicates.set_policy(cast.db, cast.agent.agent, {"merge_alike": True})
    for wrong in (
        {"merge_alike": "yes"},
        {"merge_at": 0.9},
        {"suggest_at": 0},
        {"suggest_at": True},
        {"languages": ["xx"]},
        {"languages": "it"},
        {"else": 1},
        {"nightly": None},
    ):
        with pytest.raises(Invalid):
            duplicates.set_policy(cast.db, cast.admin.agent, wrong)

    changed = duplicates.set_policy(
        cast.db,
        cast.admin.agent,
        {"merge_alike": True, "suggest_at": 0.7, "languages": ["it"], "nightly": False},
    )

    assert changed == duplicates.policy(cast.db, cast.agent.agent)
    assert (changed.merge_alike, changed.suggest_at, changed.languages, changed.nightly) == (
        *(True, 0.7, ("it",), False),
    )


def test_nothing_merges_by_itself_unless_the_project_wants_it(cast):
    comes(cast, **ANDREA)
    comes(cast, **ANDREA)
    look(cast)

    assert rows(cast, "merges") == 0


def test_what_is_surely_one_merges_by_itself_with_its_evidence(cast):
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})
    first, second = made(cast, **ALIKE), made(cast, **ALIKE)

    look(cast)

    (entry,) = merges.of_contact(cast.db, cast.agent.agent, first).merges
    merge = entry.merge
    assert (merge.actor_kind, merge.reason) == ("system", "duplicate")
    assert {merge.winner_id, merge.loser_id} == {first, second}
    assert merge.evidence["probability"] >= 0.999
    assert merge.evidence["levels"]["email"] == "same"
    assert "quattrocchi" not in str(merge.evidence)
    merges.undo(cast.db, cast.agent.agent, merge.id)
    look(cast)
    assert rows(cast, "suggestions") == 0
    assert len(merges.of_contact(cast.db, cast.agent.agent, first).merges) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"fullname": "Bruna Quattrocchi", "phone": ""},
        {"email": "info@example.org", "phone": ""},
        {"fullname": "Bruna Quattrocchi", "email": "bruna.quattrocchi@example.org"},
        {"fullname": "", "phone": ""},
    ],
    ids=["a family's email", "a role mailbox", "a family's phone", "somebody without a name"],
)
def test_what_is_shared_does_not_merge_by_itself(cast, other):
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})
    one = {**ALIKE, "email": "info@example.org"} if other.get("email") == "info@example.org" else ALIKE
    made(cast, **one)
    made(cast, **{**ALIKE, **other})

    look(cast)

    assert rows(cast, "merges") == 0


@pytest.mark.parametrize(
    "name",
    ["A. Quattrocchi", "Andrea Quattrochi", "Andrew Quattrocchi", "Quattrocchi"],
    ids=["an initial", "a misspelling", "a name spelt alike", "a part"],
)
def test_what_relatives_share_of_a_name_does_not_merge_by_itself(cast, name):
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})
    made(cast, **ALIKE)
    made(cast, **{**ALIKE, "fullname": name})

    look(cast)

    assert rows(cast, "merges") == 0


def test_father_and_son_of_one_name_and_mailbox_do_not_merge_by_themselves(cast, monkeypatch):
    projects.create_property(cast.db, cast.admin.agent, "Birthday", "birthday", identifying=True)
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})
    # However sure the model is.
    monkeypatch.setattr(automatic, "likenesses", lambda tx, project_id, pairs: {
        pair: structs.replace(found, probability=1.0)
        for pair, found in candidates.likenesses(tx, project_id, pairs).items()
    })  # fmt: skip
    people = [
        contacts.create(cast.db, cast.agent.agent, ALIKE, {"birthday": day}).contact.id
        for day in ("1951-03-02", "1984-11-27")
    ]

    assert not automatic.merge_pair(cast.db, System(cast.id), *people)
    contacts.update(cast.db, cast.agent.agent, people[1], {}, {"birthday": "1951-03-02"})
    assert automatic.merge_pair(cast.db, System(cast.id), *people)


def test_who_is_called_different_does_not_merge_by_itself(cast):
    made(cast, **ALIKE)
    made(cast, **ALIKE)
    look(cast)
    duplicates.dismiss(cast.db, cast.agent.agent, duplicates.queue(cast.db, cast.agent.agent).groups[0].id)
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})

    look(cast)
    duplicates.run_now(cast.db, System(cast.id))

    assert rows(cast, "merges") == 0


def test_who_is_blocked_does_not_merge_by_itself(cast):
    made(cast, **ALIKE)
    blocked = contacts.create(cast.db, cast.agent.agent, ALIKE)
    with cast.db.write(cast.id) as tx:
        identities.block(tx, cast.id, blocked.identities[0].id, 1)
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})

    look(cast)
    duplicates.run_now(cast.db, System(cast.id))

    assert rows(cast, "merges") == 0
    assert len(groups(cast)) == 1


# Runs.


def test_a_run_finds_what_looking_finds(cast):
    first, second = comes(cast, **ANDREA), comes(cast, **ANDREA)

    run = duplicates.run_now(cast.db, System(cast.id))

    assert (run.state, run.contacts, run.found) == ("done", 2, 1)
    assert groups(cast) == [{first, second}]
    assert duplicates.look(cast.db, System(cast.id)) == 0


def test_a_run_leaves_alone_what_was_found_already(cast):
    people = [comes(cast, **ANDREA) for _ in range(3)]
    look(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0]

    duplicates.run_now(cast.db, System(cast.id))

    assert duplicates.queue(cast.db, cast.agent.agent).groups[0].id == group.id
    assert groups(cast) == [{*people}]
    assert len(told(cast)) == 3


def test_a_run_is_taken_back_as_a_whole(cast):
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})
    people = [made(cast, **ALIKE) for _ in range(3)]
    run = duplicates.run_now(cast.db, System(cast.id))
    assert run.merged == 2
    assert rows(cast, "match_evidence") == 1

    with pytest.raises(Forbidden):
        duplicates.undo_run(cast.db, cast.agent.agent, run.id)
    assert duplicates.undo_run(cast.db, cast.admin.agent, run.id) == 2

    assert {contacts.get(cast.db, cast.agent.agent, one).contact.id for one in people} == {*people}
    assert duplicates.undo_run(cast.db, cast.admin.agent, run.id) == 0
    duplicates.run_now(cast.db, System(cast.id))
    assert groups(cast) == []
    with pytest.raises(NotFound):
        duplicates.undo_run(cast.db, cast.admin.agent, "0" * 24)


def test_a_run_is_asked_for_once_and_by_admins(cast):
    with pytest.raises(Forbidden):
        duplicates.start_run(cast.db, cast.agent.agent)

    run = duplicates.start_run(cast.db, cast.admin.agent)

    assert duplicates.start_run(cast.db, cast.admin.agent).id == run.id
    assert duplicates.last_run(cast.db, cast.agent.agent) == run
    assert duplicates.run_now(cast.db, System(cast.id)).id == run.id
    assert duplicates.last_run(cast.db, cast.agent.agent).state == "done"
    assert duplicates.start_run(cast.db, cast.admin.agent).id != run.id


def only(*pairs):
    """The linker, which finds no pairs but these."""

    def linker(rows, model, least=0.5, say=lambda step, done: None):
        found = link(rows, model, least, say)
        return structs.replace(found, edges=[e for e in found.edges if {e.low, e.high} in pairs])

    return linker


def test_a_run_takes_back_what_it_does_not_find(cast):
    first, second, third = (comes(cast, **ANDREA) for _ in range(3))
    look(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0].id

    duplicates.run_now(cast.db, System(cast.id), linker=only({first, second}))

    assert groups(cast) == [{first, second}]
    assert duplicates.queue(cast.db, cast.agent.agent).groups[0].id == group
    assert rows(cast, "suggestions") == 1
    duplicates.run_now(cast.db, System(cast.id), linker=only())
    assert groups(cast) == []
    assert (rows(cast, "suggestions"), rows(cast, "duplicate_groups")) == (0, 0)
    duplicates.run_now(cast.db, System(cast.id))
    assert groups(cast) == [{first, second, third}]


def test_of_a_group_that_a_run_tears_apart_one_part_keeps_its_id(cast):
    one, two, three, four = (comes(cast, **ANDREA) for _ in range(4))
    look(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0].id

    duplicates.run_now(cast.db, System(cast.id), linker=only({one, two}, {three, four}))

    found = {
        shown.id: {contact.id for contact in shown.contacts}
        for shown in duplicates.queue(cast.db, cast.agent.agent).groups
    }
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, [{one, two}, {three, four}]))
    assert group in found


def test_a_run_does_not_decide_on_what_has_changed_since_it_began(cast):
    first, second, third = (comes(cast, **ANDREA) for _ in range(3))
    look(cast)

    def linker(rows, model, least=0.5, say=lambda step, done: None):
        found = link(rows, model, least, say)
        for address in (
            p.value for p in contacts.get(cast.db, cast.agent.agent, third).contact.profile.emails
        ):
            contacts.remove_address(cast.db, cast.agent.agent, third, "email", address)
        contacts.update(cast.db, cast.agent.agent, third, {"fullname": "Zoe Quattrocchi"})
        merges.merge(cast.db, cast.agent.agent, Ask(first, (second,)))
        return found

    duplicates.run_now(cast.db, System(cast.id), linker=linker)
    look(cast)

    assert groups(cast) == []
    assert rows(cast, "suggestions") == 0
