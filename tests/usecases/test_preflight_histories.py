"""Preliminary conversations among all that happens to contacts, in any order: what is counted stays right, and nobody
who has really spoken is hidden."""

import random
from contextlib import suppress

import pytest

from rolodesk.domain.contact import Status
from rolodesk.domain.conversation import ConversationStatus, Draft
from rolodesk.domain.errors import RolodeskError
from rolodesk.usecases import contacts, conversations, merges, messages, privacy, splits
from rolodesk.usecases.merges import Ask
from tests.cast import filled, new_request_id, new_visitor, reply
from tests.usecases.counted import assert_counters_right

OWN = conversations.Wanted(statuses=None, preflight=True)
# What these histories are about comes most often.
STEPS = (
    *("greet", "greet", "greet", "begin", "write", "write", "write_many", "reply", "write_to", "open_for"),
    *(
        "close",
        "reopen",
        "delete",
        "trash",
        "restore",
        "merge",
        "merge",
        "undo",
        "split",
        "undo_split",
        "erase",
    ),
)
HIDDEN = (
    "SELECT v.request_id FROM conversations v"
    " JOIN identities i ON i.project_id = v.project_id AND i.id = v.identity_id"
    " JOIN contacts h ON h.project_id = i.project_id AND h.id = i.contact_id"
    " JOIN contacts c ON c.project_id = h.project_id AND c.id = h.root_id"
    " WHERE v.project_id = ? AND v.preflight = 0 AND (c.status = ? OR v.status = ?)"
)


class History:
    """Random verbs; one that chance cannot do, or that is refused, changes nothing."""

    def __init__(self, cast, seed):
        self.cast, self.db, self.chance = cast, cast.db, random.Random(seed)
        self.agent, self.admin, self.owner = cast.agent.agent, cast.admin.agent, cast.owner.agent
        self.guests = [cast.visitor, cast.other_visitor, cast.user]
        self.guests += [new_visitor(cast.db, cast.signing, cast.id) for _ in range(2)]
        self.threads, self.contacts, self.merges, self.splits = [], [], [], []

    def step(self):
        with suppress(RolodeskError, IndexError):
            getattr(self, self.chance.choice(STEPS))()

    def any(self, of):
        return self.chance.choice(of)

    def post(self, name=None, **draft):
        guest, answers = self.any(self.guests), self.any([{}, {"userEmail": "v@x.com"}])
        name = name or new_request_id(self.cast.id)
        draft = Draft("Hello", attributes=filled(answers), **draft)
        posted = conversations.post(self.db, guest.visitor, name, draft)
        self.threads.append(name)
        self.contacts.append(posted.view.home_id)

    def own(self):
        """Somebody with a conversation, preliminary or not."""
        guest = self.any(self.guests)
        found, _ = conversations.own(self.db, guest.visitor, OWN)
        return guest.visitor, self.any(found).conversation.request_id

    def greet(self):
        self.post(preflight=True)

    def begin(self):
        self.post()

    def write(self):
        conversations.post(self.db, *self.own(), Draft("More", preflight=self.any([True, False])))

    def write_many(self):
        posts = [messages.Post(Draft("More", preflight=self.any([True, False]))) for _ in range(2)]
        messages.post_many(self.db, *self.own(), posts)

    def reply(self):
        reply(self.cast, self.any(self.threads))

    def write_to(self):
        """A message of the team goes to the one whom it names, wherever that one belongs by now."""
        key = self.any(self.guests).key
        posted = messages.write_to(self.db, self.agent, key, Draft("Dear"))
        assert posted.view.identity.key == key
        self.threads.append(posted.view.conversation.request_id)

    def open_for(self):
        name = new_request_id(self.cast.id)
        conversations.open_for(self.db, self.agent, name, Draft("Dear"), self.any(self.guests).key)
        self.threads.append(name)

    def close(self):
        conversations.close(self.db, self.agent, self.any(self.threads))

    def reopen(self):
        conversations.reopen(self.db, self.agent, self.any(self.threads))

    def delete(self):
        conversations.delete(self.db, self.owner, self.any(self.threads))

    def trash(self):
        contacts.trash(self.db, self.admin, self.any(self.contacts))

    def restore(self):
        contacts.restore(self.db, self.admin, self.any(self.contacts))

    def merge(self):
        done = merges.merge(self.db, self.admin, Ask(self.any(self.contacts), (self.any(self.contacts),)))
        self.merges += [merge.id for merge in done.merges]

    def undo(self):
        merges.undo(self.db, self.admin, self.any(self.merges))

    def split(self):
        view = contacts.get(self.db, self.admin, self.any(self.contacts))
        into = self.any([None, None, self.any(self.contacts)])
        done = splits.split(self.db, self.admin, view.contact.id, [self.any(view.identities).id], into)
        self.splits += [done.split.id] if done.split else []
        self.contacts.append(done.into.contact.id)

    def undo_split(self):
        splits.undo_split(self.db, self.admin, self.any(self.splits))

    def erase(self):
        if self.chance.random() < 0.4:
            privacy.erase(self.db, self.owner, self.any(self.contacts))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_counted_stays_right_and_nobody_who_has_spoken_is_hidden(cast, seed):
    history = History(cast, seed)
    for number in range(100):
        history.step()
        if number % 5 == 4:
            assert_counters_right(cast.db, cast.id)
            with cast.db.read() as tx:
                temporary = (int(Status.TEMPORARY), int(ConversationStatus.TEMPORARY))
                assert tx.all(HIDDEN, cast.id, *temporary) == []
