"""The hot statements go by the index that was made for them, on a table with a few thousand rows.

A planner may find a table of this size not worth an index, so scans are made dear to it: what is tested is that the
statement can go by the index, and that a list in an index's order is not sorted again.
"""

import pytest

from rolodesk.domain.access import Agent, Role, System
from rolodesk.domain.events import EventName
from rolodesk.storage import (
    contacts,
    conversation_lists,
    conversations,
    deliveries,
    duplicates,
    events,
    idempotency,
    identities,
    match_keys,
    match_models,
    members,
    merges,
    routing,
    runs,
    search,
    splits,
    webhooks,
)
from rolodesk.storage.conversation_lists import Place, Wanted
from rolodesk.storage.database import ReadTx
from rolodesk.storage.search import Filter, Page
from tests.storage.filled import add_project, fill, named

# With the short names that the statements give them.
TABLES = {
    *("contacts", "contact_activity", "identities", "conversations", "messages", "events", *"acehiknpv"),
    *("match_evidence", "match_keys", "match_words", "match_pending", "suggestions", "vetoes"),
    *("webhook_deliveries", "webhook_lines", "webhook_tries", "participants", "d", "l", "o"),
}
PROJECT, OTHER = "a" * 24, "b" * 24


class Explainer(ReadTx):
    """A transaction that answers as ever and keeps the plan of each statement."""

    def __init__(self, tx: ReadTx) -> None:
        super().__init__(tx._connection, tx.dialect)
        self.plans: list[str] = []

    def all(self, sql, *args):
        self._explain(sql, args)
        return super().all(sql, *args)

    def one(self, sql, *args):
        self._explain(sql, args)
        return super().one(sql, *args)

    def _explain(self, sql, args):
        word = "EXPLAIN QUERY PLAN" if self.dialect.one_process else "EXPLAIN"
        rows = super().all(f"{word} {sql}", *args)
        self.plans.append(
            "\n".join(row["detail" if self.dialect.one_process else "QUERY PLAN"] for row in rows)
        )

    @property
    def plan(self) -> str:
        return "\n\n".join(self.plans)


@pytest.fixture(scope="module")
def filled(shared_db):
    project = add_project(shared_db, PROJECT)
    made = fill(shared_db, project, 2_000)
    fill(shared_db, add_project(shared_db, OTHER, "Butcher"), 500, seed=8)
    with shared_db.write(None) as tx:
        tx.run("ANALYZE")
        if not tx.dialect.one_process:
            # What autovacuum does otherwise, which the tests' server has not.
            tx.one("SELECT gin_clean_pending_list('contacts_by_text')")
    return project, made[0]


@pytest.fixture
def tx(shared_db, filled):
    with shared_db.read() as tx:
        if not tx.dialect.one_process:
            tx._connection.execute("SET LOCAL enable_seqscan = off")
        yield Explainer(tx)


def assert_not_sorted(plan):
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        ("createdAt", "contacts_by_created"),
        ("updatedAt", "contacts_by_updated"),
        ("fullname", "contacts_by_name"),
        ("email", "contacts_by_email"),
        ("last_seen", "contact_activity_by_last"),
    ],
)
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("going_on", [False, True])
def test_a_page_of_contacts_goes_by_the_index_of_its_order(tx, filled, sort, index, descending, going_on):
    _, contact = filled
    value = {"fullname": "carla", "email": "carla"}.get(sort, contact.created_at)
    page = Page(sort, descending, 40, 0, (value, contact.id) if going_on else None)

    assert len(search.find(tx, PROJECT, 1, Filter(), page)) == 40

    assert index in tx.plan
    assert_not_sorted(tx.plan)


def test_the_count_of_all_contacts_counts_nothing(tx, filled):
    search.count(tx, PROJECT, 1, Filter())

    assert "contact_counts" in tx.plan
    assert "contacts_by" not in tx.plan


@pytest.mark.parametrize("sort", ["createdAt", "last_seen", "fullname"])
def test_a_fragment_is_looked_up_in_the_text_index(tx, filled, sort):
    assert search.find(tx, PROJECT, 1, Filter(any_of=("arla 42",)), Page(sort))

    if tx.dialect.one_process:
        assert "SCAN contact_search VIRTUAL TABLE INDEX" in tx.plan
        assert "contacts_by" not in tx.plan
    else:
        assert "contacts_by_text" in tx.plan


def test_the_newest_of_what_a_fragment_finds_needs_no_sorting_where_rows_are_numbered(tx, filled):
    search.find(tx, PROJECT, 1, Filter(any_of=("example",)), Page())

    if tx.dialect.one_process:
        assert_not_sorted(tx.plan)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(email="carla7@example2.com"), "contact_points_by_key"),
        (Filter(phone="+39061234567"), "contact_points_by_key"),
        (Filter(tag="vip"), "contact_tags"),
        (Filter(prefix="ca"), "contacts_by_name"),
    ],
    ids=named,
)
def test_a_narrow_filter_goes_by_its_index(tx, filled, wanted, index):
    search.find(tx, PROJECT, 1, wanted, Page("fullname" if wanted.prefix else "createdAt"))

    assert index in tx.plan


def test_the_contact_of_a_user_id_is_looked_up(tx, filled):
    _, contact = filled

    assert search.find(tx, PROJECT, 1, Filter(lead_id=contact.lead_id), Page())

    assert "identities_by_key" in tx.plan or "identities_project_id_k" in tx.plan
    assert not scans(tx.plan)


def scans(plan):
    """The tables of ours that a plan reads from end to end."""
    words = [line.replace("->", "").split() for line in plan.splitlines()]
    read = [line[1] for line in words if line[:1] == ["SCAN"] and "VIRTUAL" not in line]
    read += [line[3] for line in words if line[:3] == ["Seq", "Scan", "on"]]
    return [name for name in read if name in TABLES]


# Conversations.


def test_a_contacts_conversations_go_by_its_identities(tx, filled):
    _, contact = filled

    assert conversation_lists.find(
        tx, PROJECT, System(PROJECT), Wanted(statuses=None, roots=(contact.id,)), 40
    )

    assert "identities_of_contact" in tx.plan
    assert "conversations_of_identity" in tx.plan
    assert not scans(tx.plan)


@pytest.mark.parametrize("statuses", [(100,), None])
def test_conversations_of_whoever_has_an_id_or_an_email_go_by_its_identities(tx, filled, statuses):
    _, contact = filled
    for wanted in (
        Wanted(statuses=statuses, lead_id=contact.lead_id),
        Wanted(statuses=statuses, emails=("carla7@example2.com", "nobody@example.com")),
    ):
        conversation_lists.find(tx, PROJECT, System(PROJECT), wanted, 40)

    assert "identities_of_contact" in tx.plan
    assert not scans(tx.plan)


@pytest.mark.parametrize("statuses", [(100,), (100, 200, 300), None])
def test_the_inbox_goes_by_the_end_of_an_index_for_each_status(tx, filled, statuses):
    assert len(conversation_lists.find(tx, PROJECT, System(PROJECT), Wanted(statuses=statuses), 40)) == 40

    assert "conversations_by_status" in tx.plan
    assert not scans(tx.plan)


@pytest.mark.parametrize(
    ("wanted", "sort", "index"),
    [
        (Wanted(), "created_at", "conversations_by_created"),
        (Wanted(statuses=None), "created_at", "conversations_by_created"),
        (
            Wanted(statuses=(100,), channel="chat21", priority="medium"),
            "created_at",
            "conversations_by_created",
        ),
        (Wanted(working_not=("open",), draft=False), "updated_at", "conversations_by_status"),
        (Wanted(since=1, before=2), "created_at", "conversations_by_created"),
        (Wanted(during="updated_at", since=1), "updated_at", "conversations_by_status"),
        (Wanted(text="question"), "created_at", "conversations_by_created"),
        (Wanted(ticket=7, statuses=None), "created_at", "conversations_by_"),
        (Wanted(phone="0612"), "created_at", "contact_points_by_key"),
    ],
)
def test_lists_of_the_api_go_by_the_end_of_an_index_of_their_order(tx, filled, wanted, sort, index):
    conversation_lists.find(tx, PROJECT, System(PROJECT), wanted, 40, sort=sort)
    conversation_lists.find(
        tx, PROJECT, System(PROJECT), wanted, 40, sort=sort, after=Place(10**13, "f" * 24)
    )
    conversation_lists.count(tx, PROJECT, System(PROJECT), wanted)

    assert index in tx.plan
    assert not scans(tx.plan)


@pytest.mark.parametrize(("sort", "nobody"), [("updated_at", "nobody "), ("created_at", "nobody_by_created")])
@pytest.mark.parametrize(("status", "mine"), [(200, "participants_open"), (1000, "participants_of_user")])
def test_who_sees_its_own_alone_reads_no_others_to_find_them(tx, filled, sort, nobody, status, mine):
    reader = Agent(PROJECT, "u1", "m1", Role.AGENT, "Aldo", "aldo@example.com", sees_all=False)
    wanted = Wanted(statuses=(status,))

    found = conversation_lists.find(tx, PROJECT, reader, wanted, 40, sort=sort)
    page = tx.plan
    tx.plans.clear()
    conversation_lists.count(tx, PROJECT, reader, wanted)

    assert len(found) == 40
    assert f"conversations_of_{nobody}" in page
    for index in ("conversations_of_nobody", "conversations_followed", "conversations_of_identity"):
        assert index in page
        assert index in tx.plan
    if tx.dialect.one_process:
        assert mine in page
        assert mine in tx.plan
    assert not scans(page + tx.plan)


def test_all_messages_of_a_project_go_by_their_ids(tx, filled):
    conversations.newest_messages(tx, PROJECT, 10, 10)
    conversations.messages_after(tx, PROJECT, "", 10)

    assert tx.plan.count("messages_by_id") == 2
    assert_not_sorted(tx.plan)


def test_the_views_of_a_page_look_everything_up(tx, filled):
    found = conversation_lists.find(tx, PROJECT, System(PROJECT), Wanted(), 40)
    tx.plans.clear()

    ids = [conversation.id for conversation in found]
    owners = [conversation.identity_id for conversation in found]
    conversations.roots(tx, PROJECT, owners)
    conversations.tags(tx, PROJECT, ids)
    conversations.notes(tx, PROJECT, ids)
    conversations.unread(tx, PROJECT, found)
    contacts.by_ids(tx, PROJECT, owners)
    identities.of_roots(tx, PROJECT, owners)

    assert not scans(tx.plan)


# What a message and a contact's page ask for.


def test_what_a_message_asks_for_is_looked_up(tx, filled):
    _, contact = filled
    conversations.by_request_id(tx, PROJECT, "r-1")
    conversations.messages(tx, PROJECT, contact.id)
    conversations.message_by_client_id(tx, PROJECT, contact.id, "c1")
    conversations.message(tx, PROJECT, "m1")
    identities.by_key(tx, PROJECT, contact.lead_id, ("anonymous",))
    identities.revoked_before(tx, PROJECT, contact.lead_id)
    contacts.root_of(tx, PROJECT, contact.id)
    contacts.values_of_identity(tx, PROJECT, contact.id)
    contacts.tree(tx, PROJECT, contact.id)
    contacts.keys(tx, PROJECT, contact.id)

    assert not scans(tx.plan)


def test_what_a_contacts_page_asks_for_is_looked_up(tx, filled):
    _, contact = filled
    contacts.get(tx, PROJECT, contact.id)
    contacts.by_lead_id(tx, PROJECT, contact.lead_id)
    contacts.notes(tx, PROJECT, contact.id)
    contacts.consents(tx, PROJECT, contact.id)
    contacts.history(tx, PROJECT, contact.id, 500)
    events.of_contact(tx, PROJECT, contact.id, 500)
    events.after(tx, PROJECT, 5, 100)

    assert not scans(tx.plan)


def test_what_merging_asks_for_is_looked_up(tx, filled):
    _, contact = filled
    contacts.arrows(tx, PROJECT, contact.id)
    merges.get(tx, PROJECT, contact.id)
    merges.of_loser(tx, PROJECT, contact.id)
    merges.of_group(tx, PROJECT, contact.id)
    merges.of_tree(tx, PROJECT, [contact.id, "x"], 100)
    merges.vetoed_at(tx, PROJECT, [contact.id, "x"], [contact.id])
    splits.of_tree(tx, PROJECT, [contact.id, "x"], 100)
    splits.home_of(tx, PROJECT, contact.id)
    identities.proven(tx, PROJECT, [contact.id, "x"])
    identities.is_known_pair(tx, PROJECT, contact.id, "x")
    idempotency.found(tx, PROJECT, "u", "k")

    assert not scans(tx.plan)


# Duplicates.


def test_who_shares_a_key_is_looked_up_by_key(tx, filled):
    kept = tx.all("SELECT DISTINCT key FROM match_keys WHERE project_id = ? ORDER BY key LIMIT 2", PROJECT)
    tx.plans.clear()

    assert match_keys.holders(tx, PROJECT, [row["key"] for row in kept])

    # The primary key, of which both databases read as many entries as are wanted.
    by_key = "SEARCH match_keys USING PRIMARY KEY (project_id=? AND key=?)"
    assert tx.plan.count(by_key if tx.dialect.one_process else "match_keys_pkey") == 2
    assert not scans(tx.plan)


def test_what_looking_for_duplicates_asks_for_is_looked_up(tx, filled):
    _, contact = filled
    match_keys.of_contact(tx, PROJECT, contact.id)
    match_keys.evidence(tx, PROJECT, [contact.id, "x"])
    match_keys.unchanged(tx, PROJECT, [contact.id, "x"], 5)
    match_keys.frequencies(tx, PROJECT, {("word", "carla"), ("word", "rossi"), ("city", "rome")})
    match_keys.pending(tx, PROJECT, 100)
    match_keys.pending_after(tx, PROJECT, contact.id, 100)
    duplicates.of_contacts(tx, PROJECT, [contact.id, "x"])
    duplicates.of_groups(tx, PROJECT, ["g", "h"])
    duplicates.turn(tx, PROJECT)
    merges.vetoes_among(tx, PROJECT, [contact.id, "x"])
    merges.vetoes_of_group(tx, PROJECT, "g")
    merges.vetoed_pair(tx, PROJECT, contact.id, "x", "different")
    match_models.learnt_at(tx, PROJECT)
    runs.last(tx, PROJECT)
    runs.unfinished(tx, PROJECT)

    assert not scans(tx.plan)


@pytest.mark.parametrize("wanted", [True, False])
def test_who_may_be_there_twice_is_looked_up_contact_by_contact(tx, filled, wanted):
    search.find(tx, PROJECT, 1, Filter(duplicates=wanted), Page())
    search.count(tx, PROJECT, 1, Filter(duplicates=wanted))

    if tx.dialect.one_process:
        assert tx.plan.count("SEARCH s USING PRIMARY KEY (project_id=? AND low_id=?)") == 2
        assert tx.plan.count("suggestions_of_high (project_id=? AND high_id=?)") == 2
    else:
        assert "suggestions_pkey" in tx.plan
        assert "suggestions_of_high" in tx.plan
    assert not scans(tx.plan)


def test_a_run_reads_evidence_and_pairs_in_the_order_of_their_keys(tx, filled):
    _, contact = filled
    assert len(match_keys.page(tx, PROJECT, "", 500)) == 500
    duplicates.page(tx, PROJECT, (contact.id, contact.id), 500)

    assert not scans(tx.plan)
    assert_not_sorted(tx.plan)


def test_the_queue_goes_by_the_end_of_the_index_of_its_order(tx, filled):
    duplicates.groups(tx, PROJECT, None, 20, 0)
    duplicates.groups(tx, PROJECT, "email", 20, 0)

    assert tx.plan.count("duplicate_groups_best_first") == 2
    assert_not_sorted(tx.plan)


def test_the_audit_goes_by_the_end_of_an_index_for_each_kind_of_event(tx, filled):
    events.named(tx, PROJECT, [EventName.LEAD_CREATE, EventName.LEAD_MERGE], None, 50)
    events.named(tx, PROJECT, [EventName.LEAD_CREATE, EventName.LEAD_MERGE], 1_000, 50)

    assert "events_by_name" in tx.plan
    assert not scans(tx.plan)


def test_what_was_assigned_by_hand_is_found_among_what_was_given_in_turn(tx, filled):
    events.named(tx, PROJECT, [EventName.REQUEST_ASSIGN], 10_000, 50)

    assert "events_assigned_by_hand" in tx.plans[-1]


def test_how_many_conversations_a_member_has_is_counted_by_the_open_ones(tx, filled):
    members.of_project(tx, PROJECT)

    assert "participants_open" in tx.plans[-1]


def test_what_whoever_leaves_takes_part_in_is_looked_up(tx, filled):
    routing.open_of(tx, PROJECT, "u1")
    events.about_holders(tx, PROJECT, "c1")

    assert not scans(tx.plan)


# Webhooks.


def test_who_has_something_to_send_is_seen_by_what_is_due(tx, filled):
    webhooks.projects_listening(tx)
    webhooks.hooks_to_send(tx, 5)
    webhooks.projects_with_ended(tx, 5)

    assert "webhook_deliveries_due" in tx.plan
    assert "webhook_deliveries_ended" in tx.plan
    assert not scans(tx.plan)


def test_a_contacts_line_and_a_hooks_list_are_looked_up(tx, filled):
    deliveries._is_behind(tx, PROJECT, "h", 7, ["c", "d"])
    deliveries.claimed(tx, PROJECT, "m", "mark")
    deliveries.concerning(tx, PROJECT, ["c", "d"])
    deliveries.tries(tx, PROJECT, ["m", "n"])
    deliveries.waiting(tx, PROJECT, 100)
    assert "webhook_lines_waiting" in tx.plan
    assert not scans(tx.plan)
    tx.plans.clear()

    deliveries.history(tx, PROJECT, 40, 0)
    for state in (None, "waiting"):
        deliveries.page(tx, PROJECT, "h", state, "m", 30)
    assert not scans(tx.plan)
    if tx.dialect.one_process:
        assert_not_sorted(tx.plan)
