"""Random histories of merges, undos, splits and all that a project goes through meanwhile, against a book that was
written from the design: what must hold, holds after every step, on both databases."""

import json
import random
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rolodesk.domain.access import Person, Visitor
from rolodesk.domain.errors import NotFound
from rolodesk.domain.profile import Contact, Profile
from rolodesk.storage import contacts as stored
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, conversations, find, follow
from rolodesk.web import render
from tests.cast import make_person
from tests.domain import model
from tests.usecases.compared import assert_suggestions_hold
from tests.usecases.histories import FIELDS, VERBS, History
from tests.usecases.merged import assert_merging_holds, assert_search_index_right

CHANCE = st.randoms(use_true_random=False)
# The clock stands still now and then: what is done within one millisecond has its order too.
TICKS = st.sampled_from([0, 1, 1, 5])


class Histories(RuleBasedStateMachine):
    def __init__(self, db: Database, person: Person) -> None:
        super().__init__()
        self.db = db
        self.opened = ExitStack()
        at = clock.now()
        ticking = SimpleNamespace(time_ns=lambda: self.history.at * 1_000_000)
        self.history: Any = SimpleNamespace(at=at)
        self.opened.enter_context(mock.patch.object(clock, "time", ticking))
        self.history = History(db, person, at)
        self.project, self.team, self.book = self.history.project, self.history.team, self.history.book
        self.checked: dict[str, Any] = {}
        self.where: Any = None
        self.turn = 0
        self.holds = True

    def teardown(self) -> None:
        try:
            if self.holds:
                self.check_all()
        finally:
            self.opened.close()

    def check_all(self) -> None:
        """In the end everything once more, and what after each step is looked at in turn."""
        assert_merging_holds(self.db, self.project)
        assert_suggestions_hold(self.db, self.project)
        self.check_sessions(everybody=True)
        with self.db.read() as tx:
            found = stored.by_ids(tx, self.project, self.book.roots())
        for root, contact in found.items():
            self.check_search(root, contact)

    @initialize(chance=CHANCE)
    def populate(self, chance: random.Random) -> None:
        """Some have been there before: a history without people to be merged shows little."""
        for place in (0, 1, 3, 4):
            self.history.begin(chance, place)
        for _ in range(2):
            self.history.create(chance)

    @rule(verb=st.sampled_from(VERBS), tick=TICKS, chance=CHANCE)
    def step(self, verb: str, tick: int, chance: random.Random) -> None:
        self.holds = False
        self.history.tick(tick)
        if self.book.contacts:
            getattr(self.history, verb)(chance)
        else:
            self.history.begin(chance)

    @invariant()
    def check(self) -> None:
        """Everything, but a contact of which neither book nor database say anything new is as it was."""
        with self.db.read() as tx:
            found = stored.by_ids(tx, self.project, self.book.roots())
        now = {root: (self.book.extent(root), contact) for root, contact in found.items()}
        new = [root for root, known in now.items() if self.checked.get(root) != known]
        assert_merging_holds(self.db, self.project, new)
        self.check_rows()
        for root in new:
            self.check_profile(root, found[root].profile)
        for root in new[-1:]:
            self.check_search(root, found[root])
        self.checked = now
        self.check_sessions()
        self.holds = True

    def check_rows(self) -> None:
        """Who is merged into whom, who lives where, whose conversations are how long, what is counted for whom."""
        book = self.book
        with self.db.read() as tx:
            tables = {
                table: tx.all(f"SELECT * FROM {table} WHERE project_id = ?", self.project)
                for table in ("contacts", "identities", "identity_proofs", "conversations", "contact_activity",
                              "contact_notes")
            }  # fmt: skip
        rows = {row["id"]: row for row in tables["contacts"]}
        activity = {row["contact_id"]: row for row in tables["contact_activity"]}
        assert set(rows) == {*book.contacts, *book.erased}
        assert {rows[contact_id]["status"] for contact_id in book.erased} <= {0}
        for contact_id, card in book.contacts.items():
            row = rows[contact_id]
            assert (row["merged_into"], row["root_id"]) == (card["into"], book.root(contact_id))
            assert (row["lead_id"], row["status"]) == (card["lead_id"] or row["lead_id"], card["status"])
            assert told(activity[contact_id], "own_") == book.activity([contact_id])
            if card["into"] is None:
                assert told(activity[contact_id]) == book.activity(book.tree(contact_id))
            notes = {n["text"] for n in tables["contact_notes"] if n["contact_id"] == contact_id}
            assert notes - {""} == card["notes"]
        assert {
            row["id"]: (row["kind"], row["key"], row["contact_id"], row["verified_at"] is not None)
            for row in tables["identities"]
        } == {
            i: (who["kind"], who["key"], who["home"], who["verified"]) for i, who in book.identities.items()
        }
        assert {
            row["request_id"]: (row["identity_id"], row["messages"]) for row in tables["conversations"]
        } == {name: (talk["identity"], talk["messages"]) for name, talk in book.talks.items()}
        assert {
            frozenset((row["identity_id"], row["user_identity_id"])): row["undone_at"] is None
            for row in tables["identity_proofs"]
        } == book.proofs

    def check_profile(self, root: str, found: Profile) -> None:
        """The kept profile is what the rules of the design say."""
        tree = self.book.member(root)
        assert list(found.members) == self.book.tree(root)
        for field in ("firstname", *FIELDS):
            wanted, entry = model.shown(tree, field), found.values.get(field)
            if wanted is None or wanted.blank:
                assert entry is None
            else:
                assert entry is not None
                shown = (entry.value, entry.source, entry.contact_id, entry.generated)
                assert shown == (wanted.value, wanted.source, wanted.contact, wanted.generated)
            stood_by = {claim.value for claim in model.said(tree, field)}
            decided = (model.decision(member, field) for member in model.everybody(tree))
            stood_by |= {claim.value for claim in decided if claim and not (claim.blank or claim.generated)}
            others = {e.value for e in found.others.get(field, ())}
            assert others == stood_by - {entry.value if entry else None}
        assert list(found.tags) == model.items(tree, "tag")
        likes = found.values.get("properties.likes")
        assert (likes.value if likes else []) == model.items(tree, "properties.likes")
        for kind, listed in (("email", found.emails), ("phone", found.phones)):
            assert [(a.value, a.primary, a.verified) for a in listed] == model.addresses(tree, kind)

    def check_search(self, root: str, contact: Contact) -> None:
        """A contact is found by every address and old id of its tree, and no merged one with it."""
        profile, status = contact.profile, contact.status
        asked = [(find.Filter(status), text) for text in profile.members]
        asked += [(find.Filter(status), self.book.identities[i]["key"]) for i in self.book.people(root)]
        asked += [(find.Filter(status), a.value) for a in (*profile.emails, *profile.phones)]
        asked += [(find.Filter(status, email=a.key), "") for a in profile.emails]
        asked += [(find.Filter(status, phone=a.key), "") for a in profile.phones]
        asked += [(find.Filter(status, tag=tag), "") for tag in profile.tags]
        for wanted, text in asked:
            found = {c.id for c in find.find(self.db, self.team, wanted, find.Page(), text).contacts}
            assert root in found
            assert found <= {*self.book.roots()}

    def check_sessions(self, everybody: bool = False) -> None:
        """No session is given a word of an identity that is neither its own nor proven, and each all of its own. After
        each step one visitor looks; all of them where somebody belongs elsewhere by it, and in the end."""
        book, before = self.book, self.where
        self.where = (
            [who["home"] for who in book.identities.values()],
            [card["into"] for card in book.contacts.values()],
            dict(book.proofs),
        )
        self.turn += 1
        has_moved = before != self.where
        for place, visitor in enumerate(self.history.visitors):
            in_turn = self.turn % len(self.history.visitors) == place
            if not (in_turn or has_moved or everybody):
                continue
            identity = book.known(visitor.kind, visitor.key)
            mine = book.readable(identity) if identity else set()
            given = self.given(visitor, everybody or (in_turn and has_moved))
            words = {word for word in book.words if word in given}
            of_its_token = {visitor.key, *visitor.claims.values()}
            assert {word for word in words if not book.words[word] & mine} <= of_its_token
            own = {w for t in book.talks.values() if t["identity"] in mine for w in t["words"]}
            assert not everybody or own <= words

    def given(self, visitor: Visitor, in_full: bool) -> str:
        """What a visitor's session can read: its list, in full also what its socket begins with and what some of all
        conversations answer."""
        shown, _ = conversations.own(self.db, visitor, limit=100)
        readable = {view.conversation.request_id for view in shown}
        said = [render.request(view, self.project, for_visitor=True) for view in shown]
        if not in_full:
            return json.dumps(said)
        listed, _ = follow.open_conversations(self.db, visitor)
        said += [render.request(view, self.project, for_visitor=True) for view in listed]
        live, _ = follow.own_messages(self.db, visitor)
        said += [render.message(message, talk, self.project) for talk, message in live]
        for name in sorted(self.book.talks)[self.turn % 3 :: 3]:
            try:
                view = conversations.get(self.db, visitor, name)
            except NotFound:
                assert name not in readable
                continue
            assert name in readable
            said.append(render.request(view, self.project, for_visitor=True))
            for message in conversations.messages(self.db, visitor, name):
                said.append(render.message(message, view.conversation, self.project))
        return json.dumps(said)


def told(row: Any, whose: str = "") -> tuple[Any, ...]:
    return tuple(row[f"{whose}{name}"] for name in ("conversations", "messages", "first_seen", "last_seen"))


@pytest.fixture(scope="module")
def person(db):
    return make_person(db, "Olga", "Owner", clock.new_id())


def run(db: Database, person: Person, histories: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: Histories(db, person),
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert_search_index_right(db)


# A statement takes three times as long where it has to cross to another process.
@pytest.mark.timeout(600)
def test_whatever_happens_everything_is_as_the_book_says(db, person, database_kind):
    run(db, person, {"sqlite": 40, "postgresql": 15}[database_kind], 20)


@pytest.mark.long
@pytest.mark.timeout(7_200)
def test_whatever_happens_for_long_everything_is_as_the_book_says(db, person, database_kind):
    run(db, person, {"sqlite": 1_000, "postgresql": 500}[database_kind], 50)
