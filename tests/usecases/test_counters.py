"""After any history the kept counters are what counting gives, and each kept profile is what folding gives."""

import random
from contextlib import suppress

import pytest

from rolodesk.domain.errors import RolodeskError
from rolodesk.domain.profile import fold, search_text, sort_name
from rolodesk.storage import contacts as rows
from rolodesk.usecases import contacts, conversations
from tests.cast import filled, new_visitor, reply, say
from tests.usecases.counted import assert_counters_right


class History:
    """Random verbs by random people of the cast."""

    def __init__(self, cast, seed):
        self.cast, self.chance = cast, random.Random(seed)
        self.guests = [
            cast.visitor,
            cast.other_visitor,
            cast.user,
            new_visitor(cast.db, cast.signing, cast.id),
        ]
        self.threads, self.contacts = [], []

    def step(self):
        cast, pick = self.cast, self.chance.choice
        steps = [self.begin, self.begin, self.make]
        if self.threads:
            thread, agent = pick(self.threads), pick([cast.agent, cast.admin, cast.owner]).agent
            steps += [
                *(lambda: say(cast, pick(self.guests), "More", thread), lambda: reply(cast, thread)),
                *(
                    lambda: conversations.close(cast.db, agent, thread),
                    lambda: conversations.reopen(cast.db, agent, thread),
                ),
                *(
                    lambda: conversations.delete(cast.db, cast.owner.agent, thread),
                    lambda: reply(cast, thread),
                ),
            ]
        if self.contacts:
            contact = pick(self.contacts)
            steps += [
                lambda: contacts.trash(cast.db, cast.admin.agent, contact),
                lambda: contacts.restore(cast.db, cast.admin.agent, contact),
                lambda: contacts.update(
                    cast.db, cast.agent.agent, contact, {"fullname": pick(["A", "B", ""])}
                ),
                lambda: contacts.update(
                    cast.db, cast.agent.agent, contact, {"email": pick(["a@x.com", "b@x.com", ""])}
                ),
                lambda: contacts.update(
                    cast.db, cast.agent.agent, contact, tags=pick([["x"], ["y", "x"], []])
                ),
                lambda: contacts.update(
                    cast.db, cast.agent.agent, contact, {}, {"likes": pick([["x"], [], "z"])}
                ),
                lambda: contacts.remove_address(cast.db, cast.agent.agent, contact, "email", "a@x.com"),
            ]
        with suppress(RolodeskError):
            pick(steps)()

    def begin(self):
        answers = {
            "userFullname": self.chance.choice(["V", "W", ""]),
            "userEmail": self.chance.choice(["v@x.com", "?"]),
        }
        posted = say(self.cast, self.chance.choice(self.guests), attributes=filled(answers))
        self.threads.append(posted.view.conversation.request_id)
        self.contacts.append(posted.view.home_id)

    def make(self):
        key = self.chance.choice([None, "ugo-1", "crm-1", "crm-2"])
        self.contacts.append(contacts.create(self.cast.db, self.cast.agent.agent, {}, lead_id=key).contact.id)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_counting_and_folding_give(cast, seed):
    history = History(cast, seed)
    for _ in range(70):
        history.step()

    assert_counters_right(cast.db, cast.id)
    with cast.db.read() as tx:
        for row in tx.all("SELECT * FROM contacts WHERE project_id = ?", cast.id):
            contact = rows.get(tx, cast.id, row["id"])
            profile = fold(rows.tree(tx, cast.id, row["id"]))
            assert contact.profile == profile
            assert row["search_text"] == search_text(profile, rows.keys(tx, cast.id, row["id"]))
            assert (row["fullname"], row["email"]) == (profile.fullname, profile.text("email"))
            assert row["sort_name"] == sort_name(profile)
            tags = tx.all(
                "SELECT tag FROM contact_tags WHERE project_id = ? AND contact_id = ?", cast.id, row["id"]
            )
            assert {tag["tag"] for tag in tags} == set(profile.tags)


@pytest.mark.parametrize("seed", range(2))
def test_the_search_index_holds_what_the_rows_hold(cast, seed):
    history = History(cast, seed)
    for _ in range(40):
        history.step()

    with cast.db.write(None) as tx:
        if tx.dialect.one_process:
            # Its own check against the table that it is an index of; raises if they differ.
            tx.run("INSERT INTO contact_search (contact_search, rank) VALUES ('integrity-check', 1)")
