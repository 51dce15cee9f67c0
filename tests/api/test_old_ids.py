"""The ids and addresses of contacts that have been merged: they still lead to where those are now."""

import pytest

from rolodesk.domain.contact import Identity
from rolodesk.storage import identities
from rolodesk.usecases import clock
from tests.api.merging import GHOST, get, lead, listed, merge, refusal, spoken, undo
from tests.cast import say


@pytest.fixture
def chain(api, cast):
    """Mario's contact, into which Vera's has been merged, into which a nameless one was before; their ids."""
    mario = lead(api, cast, fullname="Mario Rossi", email="mario@example.com", lead_id="crm-1")
    veras = spoken(cast, cast.visitor, userFullname="Vera Bianchi", userEmail="vera@example.com")
    nameless = lead(api, cast, phone="+39061234567", lead_id="crm-3")
    merge(api, cast, veras, nameless)
    merge(api, cast, mario, veras)
    return mario, veras, nameless


def arrow(api, cast, loser):
    told = api.ok(cast.agent, "GET", f"/{cast.id}/leads/{loser}/merges")["merges"]
    return next(one["_id"] for one in told if one["loser_id"] == loser and one["undone_at"] is None)


def test_a_merged_id_answers_with_its_root_and_says_so(api, cast, chain):
    root, *merged = chain
    whole = get(api, cast, root)
    assert "merged_from" not in whole
    assert "content-location" not in api(cast.agent, "GET", f"/{cast.id}/leads/{root}").headers

    for one in merged:
        for query in ({}, {"redirect": "true"}, {"redirect": "perhaps"}):
            answer = api(cast.agent, "GET", f"/{cast.id}/leads/{one}", **query)
            assert answer.status_code == 200
            assert answer.headers["content-location"] == f"/api/{cast.id}/leads/{root}"
            assert answer.json() == {**whole, "merged_from": one, "merge_id": arrow(api, cast, one)}


def test_a_merged_id_is_gone_for_who_wants_no_other(api, cast, chain):
    root, *merged = chain
    for one in merged:
        for no in ("false", "0"):
            answer = api(cast.agent, "GET", f"/{cast.id}/leads/{one}", redirect=no)
            assert refusal(answer) == (410, "contact_merged")
            assert answer.json()["merged_into"] == root
            assert answer.json()["merge_id"] == arrow(api, cast, one)
    assert get(api, cast, root) == api.ok(cast.agent, "GET", f"/{cast.id}/leads/{root}", redirect="false")


def test_after_an_undo_it_is_itself_again(api, cast, chain):
    _, veras, nameless = chain
    undo(api, cast, arrow(api, cast, veras))

    found = get(api, cast, veras)
    assert (found["_id"], found["merged_ids"]) == (veras, [nameless])
    assert "merged_from" not in found
    assert get(api, cast, nameless)["_id"] == veras


def test_nothing_is_written_by_a_merged_id(api, cast, chain):
    root, veras, nameless = chain
    other = lead(api, cast)
    note = api.ok(cast.agent, "POST", f"/{cast.id}/leads/{root}/notes", {"text": "x"})["_id"]
    before = get(api, cast, root)
    for one in (veras, nameless):
        for method, rest, body in (
            ("PUT", "", {"fullname": "Z"}),
            ("PUT", "", {"status": 100}),
            ("PUT", "", {"tags": ["z"]}),
            ("PATCH", "/attributes", {"z": 1}),
            ("POST", "/properties", {"z": 1}),
            ("PATCH", "/properties", {"z": 1}),
            ("PUT", "/tag", ["z"]),
            ("DELETE", "/tag/z", {}),
            ("POST", "/notes", {"text": "z"}),
            ("DELETE", f"/notes/{note}", {}),
            ("POST", "/adopt", {"field": "email", "from": veras, "source": "visitor"}),
            ("POST", "/merge", {"sources": [other]}),
            ("POST", "/split", {"identities": [before["identities"][0]["_id"]]}),
            ("DELETE", "", {}),
            ("DELETE", "/physical", {}),
        ):
            answer = api(cast.owner, method, f"/{cast.id}/leads/{one}{rest}", body)
            assert refusal(answer) == (409, "contact_merged"), (method, rest)
            assert answer.json()["merged_into"] == root
    assert get(api, cast, root) == before


def test_notes_are_read_by_any_id_of_the_tree(api, cast, chain):
    api.ok(cast.agent, "POST", f"/{cast.id}/leads/{chain[0]}/notes", {"text": "x"})
    told = [api.ok(cast.agent, "GET", f"/{cast.id}/leads/{one}/notes") for one in chain]
    assert told[0] == told[1] == told[2] != []


def test_a_merged_contacts_lead_id_stays_taken(api, cast, chain):
    answer = api(cast.agent, "POST", f"/{cast.id}/leads", {"lead_id": "crm-3"})
    assert refusal(answer) == (409, "lead_id_taken")
    assert answer.json()["_id"] == chain[2]


# Lists.


@pytest.mark.parametrize(
    ("query", "matched"),
    [
        ({"lead_id": "crm-1"}, None),
        ({"lead_id": "crm-3"}, "crm-3"),
        ({"lead_id": "{vera}"}, "{vera}"),
        ({"email": "MARIO@example.com"}, None),
        ({"email": "Vera@Example.com"}, "vera@example.com"),
        ({"phone": "+39 06 1234567"}, None),
        ({"q": "mario"}, None),
        ({"q": "mario@example.com"}, None),
        ({"q": "bianchi"}, "Vera Bianchi"),
        ({"q": "vera@example.com"}, "vera@example.com"),
        ({"q": "era@exam"}, "vera@example.com"),
        ({"q": "061234567"}, None),
        ({"q": "crm-3"}, "crm-3"),
        ({"q": "crm-1"}, None),
        ({"q": "{nameless}"}, "{nameless}"),
        ({"q": "{root}"}, None),
        ({"full_text": "mario"}, None),
    ],
)
def test_a_search_finds_any_member_and_gives_the_root_and_says_why(api, cast, chain, query, matched):
    ids = dict(zip(("root", "veras", "nameless"), chain, strict=True), vera=cast.visitor.key)
    sent = {name: value.format(**ids) for name, value in query.items()}

    body = api.ok(cast.agent, "GET", f"/{cast.id}/leads", **sent)

    assert [found["_id"] for found in body["leads"]] == [chain[0]]
    assert body["count"] == 1
    assert body["leads"][0].get("matched") == (matched and matched.format(**ids))


def test_a_further_address_of_the_contacts_own_is_told_too(api, cast):
    one = lead(api, cast, email="a@example.com", emails=["b@example.com"], phones=["+39061234567"])

    def told(**query):
        (found,) = api.ok(cast.agent, "GET", f"/{cast.id}/leads", **query)["leads"]
        assert found["_id"] == one
        return found.get("matched")

    assert told(email="b@example.com") == "b@example.com"
    assert told(phone="+39061234567") == "+39061234567"
    assert told(email="a@example.com") is None
    assert told() is None


def test_no_list_shows_a_merged_contact(api, cast, chain):
    for query in ({}, {"status": 1000}, {"sort": "fullname"}, {"sort": "last_seen"}, {"q": "o"}):
        assert set(listed(api, cast, **query)) <= {chain[0]}
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 1


def test_what_another_project_has_merged_is_not_found(api, cast, chain):
    path = f"/{cast.other_project.id}"
    for one in chain:
        assert api(cast.stranger, "GET", f"{path}/leads/{one}").status_code == 404
        assert api(cast.stranger, "GET", f"{path}/leads/{one}", redirect="false").status_code == 404
    for query in ({"q": chain[1]}, {"lead_id": "crm-3"}, {"email": "vera@example.com"}):
        assert api.ok(cast.stranger, "GET", f"{path}/leads", **query)["leads"] == []
    for query in ({"lead": chain[1]}, {"requester_email": "vera@example.com"}):
        assert api.ok(cast.stranger, "GET", f"{path}/requests", **query)["requests"] == []


# Conversations.


@pytest.fixture
def threads(api, cast, chain):
    """The tree's conversations, newest first; Viktor has one too."""
    again = say(cast, cast.visitor, "Again").view.conversation.request_id
    begun = api.ok(cast.agent, "POST", f"/{cast.id}/requests", {"first_text": "Hi", "sender": "crm-3"})
    spoken(cast, cast.other_visitor, userEmail="viktor@example.com")
    first = api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me", status="all")["requests"][-1]
    return [begun["request_id"], again, first["request_id"]]


def conversations(api, cast, **query):
    body = api.ok(cast.agent, "GET", f"/{cast.id}/requests", **query)
    assert body["count"] == len(body["requests"])
    return [found["request_id"] for found in body["requests"]]


def test_any_id_of_a_tree_means_all_of_its_conversations(api, cast, chain, threads):
    for one in chain:
        assert conversations(api, cast, lead=one) == threads
    assert conversations(api, cast, lead=GHOST) == []
    undo(api, cast, arrow(api, cast, chain[1]))
    assert conversations(api, cast, lead=chain[0]) == []
    assert conversations(api, cast, lead=chain[2]) == threads


@pytest.mark.parametrize(
    "query",
    [
        {"snap_lead_lead_id": "crm-1"},
        {"snap_lead_lead_id": "crm-3"},
        {"snap_lead_lead_id": "{vera}"},
        {"snap_lead_email": "mario@example.com"},
        {"snap_lead_email": " VERA@example.com"},
        {"requester_email": "vera@example.com"},
        {"requester_email": "vera@example.com", "snap_lead_email": "mario@example.com"},
        {"requester_email": "vera@example.com", "lead": "{root}", "snap_lead_lead_id": "crm-3"},
        {"full_text": "mario"},
        {"full_text": "bianchi"},
    ],
)
@pytest.mark.parametrize("status", ["all", "200"])
def test_conversations_are_found_by_any_member(api, cast, chain, threads, query, status):
    sent = {name: value.format(root=chain[0], vera=cast.visitor.key) for name, value in query.items()}
    assert conversations(api, cast, status=status, **sent) == threads


@pytest.mark.parametrize(
    "query",
    [
        {"snap_lead_lead_id": "crm-9"},
        {"snap_lead_email": "nobody@example.com"},
        {"requester_email": "vera"},
        {"requester_email": "vera@example.com", "snap_lead_email": "viktor@example.com"},
        {"requester_email": "viktor@example.com", "lead": "{root}"},
    ],
)
def test_conversations_of_nobody_are_not_found(api, cast, chain, threads, query):
    sent = {name: value.format(root=chain[0]) for name, value in query.items()}
    assert conversations(api, cast, status="all", **sent) == []


def test_a_conversations_contact_is_the_root_for_the_team(api, cast, chain, threads):
    for found in api.ok(cast.agent, "GET", f"/{cast.id}/requests", lead=chain[0])["requests"]:
        assert found["lead"]["_id"] == found["requester_id"] == found["snapshot"]["lead"]["_id"] == chain[0]
        assert found["lead"]["fullname"] == "Mario Rossi"
    posted = api.ok(cast.agent, "POST", f"/{cast.id}/requests/{threads[1]}/messages", {"text": "Hello"})
    assert posted["request"]["lead"]["_id"] == chain[0]
    new = api.ok(cast.agent, "POST", f"/{cast.id}/requests", {"first_text": "Hi", "sender": "crm-3"})
    assert new["lead"] == chain[0]


def test_a_conversation_may_be_given_to_any_of_its_own_tree_and_to_no_other(api, cast, chain, threads):
    other = lead(api, cast)
    path = f"/{cast.id}/requests/{threads[1]}"
    before = api.ok(cast.agent, "GET", path)

    for one in chain:
        assert api.ok(cast.agent, "PATCH", path, {"lead": one}) == before
    for one in (other, GHOST, "x"):
        assert refusal(api(cast.agent, "PATCH", path, {"lead": one})) == (409, "conversation_fixed")


def test_a_contact_with_very_many_identities_shows_its_conversations(api, cast, chain, threads):
    grow(cast, chain[1], 700)

    for query in ({"lead": chain[2]}, {"snap_lead_email": "mario@example.com"}):
        for status in ("all", "100,200"):
            assert conversations(api, cast, status=status, **query) == threads
    assert conversations(api, cast, lead=chain[2], requester_email="viktor@example.com") == []


def grow(cast, home, count):
    """So many more identities of a contact, written in one go."""
    with cast.db.write(cast.id) as tx:
        for n in range(count):
            at = clock.now()
            made = Identity(clock.new_id(), "manual", f"grown-{n}", home, None, None, at, at)
            assert identities.add(tx, cast.id, made)
