"""On a new installation the planner has no statistics of its own: no verb may read all of a project."""

import sqlite3

import pytest

from rolodesk.domain.access import System
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database, ReadTx, WriteTx
from rolodesk.usecases import (
    contacts,
    conversation_files,
    conversations,
    duplicates,
    find,
    follow,
    merges,
    messages,
    privacy,
    splits,
)
from rolodesk.usecases.merges import Ask
from rolodesk.usecases.messages import Post
from rolodesk.usecases.signed_in_later import join_identities
from tests.cast import make_cast, new_request_id, new_visitor, reply, say

LARGE = {
    *("contacts", "contact_activity", "contact_values", "contact_points", "contact_notes", "contact_tags"),
    *(
        "consents",
        "identities",
        "events",
        "conversations",
        "messages",
        "conversation_notes",
        "conversation_tags",
    ),
    *("merges", "splits", "split_identities", "identity_proofs", "vetoes"),
    *("match_evidence", "match_keys", "suggestions"),
}


@pytest.fixture
def statements(monkeypatch) -> dict[str, tuple]:
    """Every statement that runs, with its last arguments."""
    seen: dict[str, tuple] = {}

    def noting(kind: type, name: str) -> None:
        original = getattr(kind, name)

        def noted(self, sql, *args):
            seen[sql] = args
            return original(self, sql, *args)

        monkeypatch.setattr(kind, name, noted)

    noting(ReadTx, "all")
    noting(ReadTx, "one")
    noting(WriteTx, "run")
    return seen


def test_no_verb_reads_all_of_a_project(databases, statements):
    with databases.lend("sqlite") as url:
        db = Database(url, pool_size=2)
        cast = make_cast(db)
        rid = new_request_id(cast.id)
        first = say(
            cast, cast.visitor, "Hello", rid, client_id="1", attributes={"userEmail": "v@example.com"}
        )
        say(cast, cast.visitor, "Hello?", rid, client_id="2")
        say(cast, cast.user)
        reply(cast, rid)
        agent, contact_id = (
            cast.admin.agent,
            contacts.get(db, cast.agent.agent, first.view.home_id).contact.id,
        )
        contacts.update(db, agent, contact_id, {"city": "Roma"}, tags=["vip"])
        contacts.add_note(db, agent, contact_id, "A note")
        for text in ("", "v@example.com", "example", "ex", "+39 06 12", contact_id, cast.visitor.key):
            find.find(db, agent, find.Filter(), find.Page(), text)
        for sort in find.SORTS:
            find.find(db, agent, find.Filter(tag="vip"), find.Page(sort=sort))
        for read in (contacts.get, contacts.timeline, contacts.notes, contacts.consents):
            read(db, agent, contact_id)
        merge_and_split(cast, contact_id)
        contacts.trash(db, agent, contact_id)
        for wanted in (
            conversations.Wanted(),
            conversations.Wanted(statuses=None, roots=(contact_id,)),
            conversations.Wanted(participant=cast.agent.agent.user_id),
            conversations.Wanted(statuses=(1000,)),
            conversations.Wanted(statuses=None, phone="0612"),
            conversations.Wanted(text="hello", tag="vip", working_not=("open",), routing="assigned"),
        ):
            for sort in ("updated_at", "created_at", "duration"):
                conversations.find(db, agent, wanted, sort=sort)
        list(conversation_files.all_conversations(db, agent, conversations.Wanted()))
        list(conversation_files.all_messages(db, cast.owner.agent))
        messages.newest(db, cast.owner.agent, 10)
        messages.write_to(db, agent, cast.visitor.key, Draft("News"))
        messages.post_many(db, agent, rid, [Post(Draft("One")), Post(Draft("Two", client_id="3"))])
        conversations.own(db, cast.visitor.visitor)
        conversations.messages(db, cast.visitor.visitor, rid)
        conversations.close(db, agent, rid)
        follow.happenings(db, cast.project.id, 0, 100, {cast.visitor.key})
        follow.own_messages(db, cast.visitor.visitor)

        plans = sqlite3.connect(url.removeprefix("sqlite:///"))
        slow = [
            (line, sql)
            for sql, args in statements.items()
            if sql.split()[0] in ("SELECT", "UPDATE", "DELETE")
            for _, _, _, line in plans.execute(f"EXPLAIN QUERY PLAN {sql}", args)
            if reads_all(line)
        ]
        plans.close()
        db.close()

    assert len(statements) > 50
    assert slow == []


def merge_and_split(cast, contact_id):
    """Everything that merging runs, in a tree of two levels, by way of a sign-in too."""
    db, agent = cast.db, cast.owner.agent
    parts = [say(cast, new_visitor(db, cast.signing, cast.id)).view.home_id for _ in range(2)]
    merges.preview(db, agent, Ask(contact_id, tuple(parts)))
    merges.merge(db, agent, Ask(parts[0], (parts[1],)), key="once")
    done = merges.merge(db, agent, Ask(contact_id, (parts[0],), {"fullname": {"value": "Andrea"}}))
    contacts.update(db, agent, contact_id, {"city": "Torino"}, emails=["second@example.com"])
    contacts.remove_address(db, agent, contact_id, "email", "second@example.com")
    for read in (contacts.get, contacts.timeline, contacts.notes, contacts.consents, merges.of_contact):
        read(db, agent, contact_id)
    merges.undo_preview(db, agent, done.merges[0].id)
    split = splits.split(db, agent, contact_id, [done.view.identities[0].id])
    splits.undo_split(db, agent, split.split.id)
    join_identities(db, cast.user.visitor, cast.visitor.visitor)
    conversations.own(db, cast.user.visitor)
    root = contacts.get(db, agent, contact_id).contact.id
    for standing in merges.of_contact(db, agent, root).merges:
        merges.undo(db, agent, standing.merge.id)
    find_duplicates(cast)
    erased = contacts.create(db, agent, {"fullname": "Nobody"}).contact.id
    privacy.erase(db, agent, erased)


def find_duplicates(cast):
    """Everything that looking for them, deciding on them and a run of all contacts run."""
    db, agent, system = cast.db, cast.owner.agent, System(cast.id)
    alike = {"fullname": "Zoe Quattrocchi", "email": "zoe.quattrocchi@example.org", "city": "Rome"}
    for _ in range(3):
        contact_id = contacts.create(db, agent, alike).contact.id
    while duplicates.look(db, system):
        pass
    group = duplicates.queue(db, agent, "email").groups[0].id
    duplicates.of_contact(db, agent, contact_id)
    duplicates.like(db, agent, alike)
    duplicates.dismiss(db, agent, group, [contact_id])
    duplicates.undismiss(db, agent, group)
    contacts.update(db, agent, contact_id, {"city": "Milan"})
    duplicates.set_policy(db, agent, {"merge_alike": True})
    duplicates.run_now(db, system)


def reads_all(line: str) -> bool:
    """Whether a step of a plan goes through all rows of a large table, or of a project in it."""
    words = [*line.split(), "", ""]
    names = {"a": "contact_activity", "c": "contacts", "e": "events", "h": "contacts", "i": "identities"}
    table = names.get(words[1], words[1])
    return table in LARGE and (words[0] == "SCAN" or line.endswith("(project_id=?)"))
