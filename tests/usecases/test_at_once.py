"""Many at once: one contact each, no message lost or doubled, one order of events without a gap, counters right."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rolodesk.domain.contact import Status
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Conflict
from rolodesk.storage import contacts as rows
from rolodesk.storage import events
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, contacts, conversations, find, merges, projects, splits
from rolodesk.usecases.merges import Ask
from tests.cast import make_person, new_request_id, new_visitor, reply, say, the_contact
from tests.usecases.counted import assert_counters_right
from tests.usecases.posting import post_all

ROOT = Path(__file__).parents[2]
MESSAGES = 300


@pytest.fixture
def three(db):
    """Three projects, each with three visitors who have not spoken yet."""
    person = make_person(db, "Olga", "Owner", clock.new_id())
    ids = [projects.create(db, person, f"Project {n}").id for n in range(3)]
    return {project_id: [clock.new_uuid() for _ in range(3)] for project_id in ids}


def jobs_for(three, seed=7):
    """300 messages that each begin a conversation, a third of them sent again, shuffled."""
    chance = random.Random(seed)
    projects_, jobs = list(three), []
    for n in range(MESSAGES):
        project_id = projects_[n % 3]
        jobs.append((project_id, three[project_id][n // 3 % 3], f"r-{n}", f"c-{n}", f"Message {n}"))
    jobs += chance.sample(jobs, MESSAGES // 3)
    chance.shuffle(jobs)
    return jobs


class Reader(threading.Thread):
    """Follows the events of projects while they are written, as a live page does: always after the last one seen."""

    def __init__(self, db, project_ids):
        super().__init__()
        self.db, self.seen, self.stop = db, {project_id: [] for project_id in project_ids}, threading.Event()

    def run(self):
        while not self.stop.is_set():
            self.look()
        self.look()

    def look(self):
        for project_id, seen in self.seen.items():
            with self.db.read() as tx:
                last = seen[-1].number if seen else 0
                seen += events.after(tx, project_id, last, 50)


def assert_all_there(db, three, reader):
    stored = Counter()
    for project_id, keys in three.items():
        numbers = [event.number for event in reader.seen[project_id]]
        assert numbers == list(range(1, len(numbers) + 1))
        with db.read() as tx:
            assert events.after(tx, project_id, 0, 10_000) == reader.seen[project_id]
            rows = tx.all("SELECT text, client_id FROM messages WHERE project_id = ?", project_id)
            leads = {
                r["lead_id"] for r in tx.all("SELECT lead_id FROM contacts WHERE project_id = ?", project_id)
            }
        stored.update(row["text"] for row in rows)
        assert leads == set(keys)
        names = Counter(event.event.name.value for event in reader.seen[project_id])
        assert (names["lead.create"], names["request.create"], names["message.create"]) == (3, 100, 100)
        assert_counters_right(db, project_id)
    assert stored == Counter({f"Message {n}": 1 for n in range(MESSAGES)})


def test_300_first_messages_of_9_visitors_by_12_threads(db, three):
    reader = Reader(db, three)
    reader.start()
    jobs = jobs_for(three)

    ids = post_all(db, jobs, 12)

    reader.stop.set()
    reader.join()
    assert len(set(ids)) == MESSAGES
    assert len(set(zip(jobs, ids, strict=True))) == MESSAGES
    assert_all_there(db, three, reader)


def test_300_first_messages_of_9_visitors_by_4_processes(databases):
    """The same on the database that several servers may share."""
    with databases.lend("postgresql") as url:
        db = Database(url)
        person = make_person(db, "Olga", "Owner")
        ids = [projects.create(db, person, f"Project {n}").id for n in range(3)]
        three = {project_id: [clock.new_uuid() for _ in range(3)] for project_id in ids}
        jobs = jobs_for(three)
        reader = Reader(db, three)
        reader.start()
        command = [sys.executable, "-m", "tests.usecases.posting", url]
        processes = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for n, process in enumerate(processes):
            process.stdin.write(json.dumps(jobs[n::4]) + "\n")
            process.stdin.flush()
        answered = [json.loads(process.communicate()[0]) for process in processes]
        reader.stop.set()
        reader.join()

        assert [process.returncode for process in processes] == [0] * 4
        assert len({message for ids in answered for message in ids}) == MESSAGES
        assert_all_there(db, three, reader)
        db.close()


def at_once(*verbs):
    """Call all of them at the same moment; their answers in order."""
    start = threading.Barrier(len(verbs))

    def call(verb):
        start.wait()
        return verb()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return [future.result() for future in [pool.submit(call, verb) for verb in verbs]]


def test_one_message_sent_several_times_at_once_is_stored_once_and_answered_the_same(cast):
    for _ in range(5):
        request_id = new_request_id(cast.id)
        posted = at_once(*[lambda r=request_id: say(cast, cast.visitor, "Hello", r, client_id="c1")] * 4)

        assert len({p.message.id for p in posted}) == 1
        assert [p.replayed for p in posted].count(False) == 1
        assert len(conversations.messages(cast.db, cast.visitor.visitor, request_id)) == 1
    assert the_contact(cast).messages == 5


def test_one_conversation_begun_by_several_messages_at_once_holds_all_of_them(cast):
    for _ in range(5):
        request_id = new_request_id(cast.id)
        words = ["one", "two", "three", "four"]
        at_once(*(lambda w=word, r=request_id: say(cast, cast.visitor, w, r) for word in words))

        found = conversations.messages(cast.db, cast.visitor.visitor, request_id)
        assert sorted(message.text for message in found) == sorted(words)
        assert [message.number for message in found] == [1, 2, 3, 4]
    assert (the_contact(cast).conversations, the_contact(cast).messages) == (5, 20)


def test_one_conversation_opened_several_times_at_once_is_one(cast):
    views = at_once(
        *[lambda: conversations.open_for(cast.db, cast.visitor.visitor, "r-1", Draft("Hello"), None)] * 4
    )

    assert len({view.conversation.id for view in views}) == 1
    assert the_contact(cast).conversations == 1


def test_a_conversation_that_two_visitors_begin_under_one_name_is_the_firsts(cast):
    for n in range(5):
        answers = []

        def begin(guest, name=f"r-{n}", answers=answers):
            try:
                answers.append(say(cast, guest, "Mine", name).view.identity.key)
            except conversations.NotFound:
                answers.append(None)

        at_once(lambda b=begin: b(cast.visitor), lambda b=begin: b(cast.other_visitor))
        assert answers.count(None) == 1


def test_edits_and_messages_at_once_lose_nothing(cast):
    request_id = say(cast, cast.visitor).view.conversation.request_id
    contact = the_contact(cast)
    fields = ["company", "city", "region", "zipcode", "country", "streetAddress"]

    def edit(n):
        contacts.update(cast.db, cast.agent.agent, contact.id, {fields[n]: f"value {n}"}, {f"p{n}": n})
        contacts.add_tags(cast.db, cast.admin.agent, contact.id, [f"tag{n}"])
        contacts.add_note(cast.db, cast.agent.agent, contact.id, f"note {n}")

    def write(n):
        say(cast, cast.visitor, f"old {n}", request_id)
        say(cast, cast.visitor, f"new {n}")
        reply(cast, request_id, f"answer {n}")

    at_once(*(lambda n=n: edit(n) for n in range(6)), *(lambda n=n: write(n) for n in range(6)))

    after = the_contact(cast)
    assert {f: after.profile.text(f) for f in fields} == {f: f"value {n}" for n, f in enumerate(fields)}
    assert after.profile.properties == {f"p{n}": n for n in range(6)}
    assert set(after.profile.tags) == {f"tag{n}" for n in range(6)}
    assert len(contacts.notes(cast.db, cast.agent.agent, contact.id)) == 6
    assert (after.conversations, after.messages) == (7, 19)
    assert_counters_right(cast.db, cast.id)


def test_of_edits_on_the_same_version_at_once_one_holds(cast):
    made = contacts.create(cast.db, cast.agent.agent, {"fullname": "Vera"}).contact
    answers = []

    def edit(name):
        try:
            contacts.update(cast.db, cast.agent.agent, made.id, {"fullname": name}, expect=made.version)
            answers.append(name)
        except contacts.Conflict:
            pass

    at_once(*(lambda n=n: edit(f"Name {n}") for n in range(4)))

    assert len(answers) == 1
    assert the_contact(cast).profile.fullname == answers[0]


def test_a_contact_trashed_restored_and_written_to_at_once_is_counted_once(cast):
    request_id = say(cast, cast.visitor).view.conversation.request_id
    contact = the_contact(cast)
    for _ in range(5):
        at_once(
            lambda: contacts.trash(cast.db, cast.admin.agent, contact.id),
            lambda: contacts.restore(cast.db, cast.owner.agent, contact.id),
            lambda: say(cast, cast.visitor, "Hm", request_id),
        )
        assert sum(find.counts(cast.db, cast.agent.agent).values()) == 1
    assert_counters_right(cast.db, cast.id)


def test_a_conversation_deleted_while_it_is_written_to_leaves_no_half(cast):
    for _ in range(5):
        request_id = say(cast, cast.visitor).view.conversation.request_id

        def write(name=request_id):
            try:
                reply(cast, name)
            except conversations.NotFound:
                pass

        at_once(write, write, lambda name=request_id: conversations.delete(cast.db, cast.owner.agent, name))
    assert_counters_right(cast.db, cast.id)


def test_a_contact_made_by_hand_and_claimed_by_several_messages_at_once_stays_one(cast):
    made = contacts.create(cast.db, cast.agent.agent, {"fullname": "Ugo"}, lead_id="ugo-1").contact

    at_once(*[lambda: say(cast, cast.user)] * 4)

    assert the_contact(cast).id == made.id
    (identity,) = contacts.get(cast.db, cast.agent.agent, made.id).identities
    assert (identity.kind, identity.conversations) == ("user", 4)


def test_the_same_id_as_browser_and_as_user_at_once_is_one_of_them(cast):
    for _ in range(5):
        guest = new_visitor(cast.db, cast.signing, cast.id)
        user = guest.visitor.__class__(cast.id, "user", guest.key, {}, 0)
        answers = []

        def speak(visitor, answers=answers):
            try:
                conversations.post(cast.db, visitor, new_request_id(cast.id), Draft("x"))
                answers.append(visitor.kind)
            except contacts.Conflict as error:
                answers.append(error.code)

        at_once(lambda s=speak, v=guest.visitor: s(v), lambda s=speak, v=user: s(v))
        assert sorted(answers) in (["anonymous", "key_taken"], ["key_taken", "user"])


def test_nothing_is_split_over_to_a_contact_that_is_being_put_into_the_trash(cast):
    kept, gone = (say(cast, guest).view.home_id for guest in (cast.visitor, cast.other_visitor))
    target = say(cast, cast.user).view.home_id
    merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone,)))
    moved = contacts.get(cast.db, cast.agent.agent, kept).identities[1]

    with ThreadPoolExecutor() as pool:
        with cast.db.write(cast.id) as tx:
            rows.lock(tx, cast.id, target)
            waits = pool.submit(splits.split, cast.db, cast.agent.agent, kept, [moved.id], target)
            time.sleep(0.3)
            rows.write_status(tx, cast.id, target, Status.NORMAL, Status.TRASHED, clock.now())
        with pytest.raises(Conflict):
            waits.result()
