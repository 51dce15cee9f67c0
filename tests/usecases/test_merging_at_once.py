"""Merges, undos, splits and messages at once: nothing lost, doubled or misfiled, and nobody sees a deadlock."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from rolodesk.domain.errors import Conflict, Gone, NotFound
from rolodesk.storage import events
from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, conversations, merges, privacy, splits
from rolodesk.usecases.merges import Ask
from rolodesk.usecases.signed_in_later import join_identities
from tests.cast import everybody, make_cast, new_visitor, reply, say, the_contact
from tests.usecases.merged import assert_merging_holds
from tests.usecases.storming import Storm
from tests.usecases.test_at_once import at_once

ROOT = Path(__file__).parents[2]
VISITORS = 8


def speaking(cast, count=VISITORS):
    """So many visitors who have spoken, and their contacts."""
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(count)]
    return guests, [say(cast, guest).view.home_id for guest in guests]


def assert_nothing_lost(cast, said):
    """Every acknowledged message is there once, in its own conversation, under its own identity."""
    with cast.db.read() as tx:
        rows = tx.all(
            "SELECT m.text, v.request_id, i.key FROM messages m JOIN conversations v ON v.project_id = m.project_id"
            " AND v.id = m.conversation_id JOIN identities i ON i.project_id = v.project_id AND i.id = v.identity_id"
            " WHERE m.project_id = ? AND v.request_id LIKE 'thread-%'",
            cast.id,
        )
        numbers = [event.number for event in events.after(tx, cast.project.id, 0, 1_000_000)]
    assert sorted((row["key"], row["request_id"], row["text"]) for row in rows) == sorted(map(tuple, said))
    assert numbers == list(range(1, len(numbers) + 1))
    assert_merging_holds(cast.db, cast.id)


def storm(cast, threads, rounds, seed):
    guests, _ = speaking(cast)
    blown = Storm(cast.db, cast.owner.agent, [guest.key for guest in guests], seed)
    blown.blow(threads, rounds)
    assert blown.merged > threads
    assert_nothing_lost(cast, blown.said)


def test_twelve_threads_merge_undo_split_edit_and_post_at_once(cast):
    storm(cast, 12, 25, seed=5)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_twelve_threads_for_long(cast, seed):
    storm(cast, 12, 150, seed)


def by_processes(databases, count, rounds):
    with databases.lend("postgresql") as url:
        db = Database(url)
        cast = make_cast(db)
        guests, _ = speaking(cast)
        command = [sys.executable, "-m", "tests.usecases.storming", url]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        processes = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(count)]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for seed, process in enumerate(processes):
            told = {"agent": msgspec.to_builtins(cast.owner.agent), "keys": [g.key for g in guests]}
            process.stdin.write(json.dumps({**told, "seed": seed, "rounds": rounds}) + "\n")
            process.stdin.flush()
        answers = [process.communicate() for process in processes]

        assert [process.returncode for process in processes] == [0] * count, [error for _, error in answers]
        told = [json.loads(answer) for answer, _ in answers]
        assert all(answer["merged"] for answer in told)
        assert_nothing_lost(cast, [said for answer in told for said in answer["said"]])
        db.close()


def test_three_processes_do_so_on_one_database(databases):
    by_processes(databases, 3, 25)


@pytest.mark.long
def test_four_processes_do_so_for_long(databases):
    by_processes(databases, 4, 200)


def answers_of(*verbs):
    """What each of them answers at the same moment: its value, or the code of its refusal."""

    def answer(verb):
        try:
            return verb()
        except (Conflict, NotFound, Gone) as error:
            return error.code

    return at_once(*(lambda verb=verb: answer(verb) for verb in verbs))


def merge(cast, winner, *losers, key=None):
    return merges.merge(cast.db, cast.agent.agent, Ask(winner, losers), key).merges


def test_of_two_that_merge_each_into_the_other_at_once_one_wins(cast):
    for _ in range(6):
        _, (one, other) = speaking(cast, 2)

        answers = answers_of(
            lambda a=one, b=other: merge(cast, a, b), lambda a=one, b=other: merge(cast, b, a)
        )

        assert sorted(isinstance(answer, str) for answer in answers) == [False, True]
        assert "contact_merged" in answers
    assert_merging_holds(cast.db, cast.id)


def test_overlapping_sets_at_once_merge_every_contact_once(cast):
    for _ in range(4):
        _, ids = speaking(cast, 4)
        a, b, c, d = ids

        answers_of(
            lambda a=a, b=b, c=c: merge(cast, a, b, c),
            lambda c=c, d=d: merge(cast, d, c),
            lambda b=b, d=d: merge(cast, b, d),
        )

        assert_merging_holds(cast.db, cast.id)


def test_a_message_that_comes_in_the_middle_is_counted_where_it_belongs(cast):
    guests, ids = speaking(cast, 2)
    for _ in range(6):
        made = answers_of(
            lambda: merge(cast, *ids),
            *(lambda guest=guest: say(cast, guest) for guest in guests * 3),
        )[0]
        assert the_contact(cast).id == ids[0]
        answers_of(
            lambda made=made: merges.undo(cast.db, cast.agent.agent, made[0].id),
            *(lambda guest=guest: say(cast, guest) for guest in guests * 3),
        )
        assert_merging_holds(cast.db, cast.id)
    assert [contact.conversations for contact in everybody(cast)] == [37, 37]


def test_a_message_that_comes_while_its_identity_moves_brings_its_claims_along(cast):
    guests, ids = speaking(cast, 2)
    merge(cast, *ids)
    view = contacts.get(cast.db, cast.agent.agent, ids[0])
    chosen = next(i.id for i in view.identities if i.key == guests[0].key)
    for n in range(6):
        done = answers_of(
            lambda: splits.split(cast.db, cast.agent.agent, ids[0], [chosen]),
            lambda n=n: say(cast, guests[0], attributes={"userFullname": f"Name {n}"}),
            lambda: say(cast, guests[0]),
        )[0]
        moved = contacts.get(cast.db, cast.agent.agent, done.into.contact.id).contact
        assert moved.profile.fullname == f"Name {n}"
        assert_merging_holds(cast.db, cast.id)
        answers_of(
            lambda done=done: splits.undo_split(cast.db, cast.agent.agent, done.split.id),
            lambda: say(cast, guests[0]),
        )
        assert_merging_holds(cast.db, cast.id)


def test_one_key_sent_several_times_at_once_merges_once(cast):
    _, ids = speaking(cast, 2)

    done = at_once(*[lambda: merges.merge(cast.db, cast.agent.agent, Ask(ids[0], (ids[1],)), "once")] * 4)

    assert sorted(one.replayed for one in done) == [False, True, True, True]
    assert len({one.merges[0].id for one in done}) == 1


def test_of_several_undos_of_one_merge_at_once_one_does_it(cast):
    _, ids = speaking(cast, 2)
    made = merge(cast, *ids)

    done = at_once(*[lambda: merges.undo(cast.db, cast.agent.agent, made[0].id)] * 4)

    assert sorted(one.already_undone for one in done) == [False, True, True, True]
    assert_merging_holds(cast.db, cast.id)


def test_signing_in_later_at_once_with_messages_and_merges_loses_nothing(cast):
    for n in range(4):
        guest, other = (
            new_visitor(cast.db, cast.signing, cast.id),
            new_visitor(cast.db, cast.signing, cast.id),
        )
        mine, theirs = say(cast, guest).view.home_id, say(cast, other).view.home_id
        user = cast.user.visitor.__class__(cast.id, "user", f"user-{n}", {"firstname": "Ugo"}, 0)
        with ThreadPoolExecutor(2):
            answers_of(
                lambda u=user, g=guest: join_identities(cast.db, u, g.visitor),
                lambda u=user, g=guest: join_identities(cast.db, u, g.visitor),
                lambda g=guest: say(cast, g),
                lambda a=mine, b=theirs: merge(cast, a, b),
            )
        assert_merging_holds(cast.db, cast.id)
        own = conversations.own(cast.db, guest.visitor)[0]
        assert {view.identity.key for view in own} <= {guest.key, f"user-{n}"}


def test_erasing_at_once_with_merges_and_messages_leaves_all_or_nothing(cast):
    for _ in range(4):
        guests, ids = speaking(cast, 3)
        rid = say(cast, guests[0]).view.conversation.request_id

        def write(guest=guests[0], rid=rid):
            try:
                return say(cast, guest, "Late", rid)
            except Exception as error:
                return type(error).__name__

        answers_of(
            lambda a=ids[0], b=ids[1]: merge(cast, a, b),
            lambda a=ids[0]: privacy.erase(cast.db, cast.owner.agent, a),
            lambda a=ids[2], b=ids[0]: merge(cast, a, b),
            write,
            lambda r=rid: reply(cast, r),
        )
        assert_merging_holds(cast.db, cast.id)
