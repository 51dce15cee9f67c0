"""Merging contacts over the API, and taking it back. First the table of refusals and corners, row by row."""

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from unittest import mock

import pytest

from rolodesk.domain import merging
from rolodesk.usecases import signed_in_later
from tests.api.merging import (
    GHOST,
    get,
    lasting,
    lead,
    listed,
    merge,
    params,
    refusal,
    spoken,
    undo,
)
from tests.cast import filled, new_request_id, new_user, new_visitor, reply, say


@pytest.fixture
def andrea(api, cast):
    return lead(api, cast, fullname="Andrea", email="andrea@example.com", tags=["vip"])


@pytest.fixture
def rossi(api, cast):
    return lead(api, cast, fullname="A. Rossi", phone="+39061234567", city="Rome", tags=["blue"])


@pytest.fixture
def ask(api, cast):
    """A merge that may be refused."""

    def asked(winner, *losers, who=None, headers=None, **more):
        body = {"sources": list(losers), **more}
        path = f"/{cast.id}/leads/{winner}/merge"
        return api(who or cast.agent, "POST", path, body, headers=headers)

    return asked


def preview(api, cast, winner, *losers, who=None, **more):
    body = {"sources": list(losers), **more}
    return api.ok(who or cast.agent, "POST", f"/{cast.id}/leads/{winner}/merge/preview", body)


def arrows(api, cast, lead_id):
    """Winner and loser of the merges of a tree that stand."""
    found = api.ok(cast.agent, "GET", f"/{cast.id}/leads/{lead_id}/merges")["merges"]
    return {(one["winner_id"], one["loser_id"]) for one in found if one["undone_at"] is None}


# What is answered.


def test_a_merge_answers_the_kept_contact_and_its_arrow(api, cast, andrea, rossi):
    kept = merge(api, cast, andrea, rossi, reason=" the same phone ")

    (one,) = kept["merges"]
    assert {name: one[name] for name in ("winner_id", "loser_id", "choices", "reason")} == {
        "winner_id": andrea,
        "loser_id": rossi,
        "choices": {},
        "reason": "the same phone",
    }
    assert set(one) == {
        *("_id", "group_id", "winner_id", "loser_id", "choices", "actor", "reason", "at"),
        *("undone_at", "undone_by"),
    }
    assert one["actor"] == cast.agent.person.user_id
    assert one["at"].endswith("Z")
    assert (one["undone_at"], one["undone_by"]) == (None, None)
    assert "replayed" not in kept
    assert {name: kept[name] for name in ("_id", "fullname", "email", "phone", "city")} == {
        "_id": andrea,
        "fullname": "Andrea",
        "email": "andrea@example.com",
        "phone": "+39061234567",
        "city": "Rome",
    }
    assert sorted(kept["tags"]) == ["blue", "vip"]
    assert kept["merged_ids"] == [rossi]
    assert len(kept["identities"]) == 2
    assert {name: value for name, value in kept.items() if name != "merges"} == get(api, cast, andrea)
    assert listed(api, cast) == [andrea]


def test_what_is_not_shown_is_among_the_others_with_its_origin(api, cast, andrea):
    visitors = spoken(cast, cast.visitor, userFullname="Andy", userEmail="andy@example.com")
    before = get(api, cast, andrea)
    assert "others" not in before

    others = merge(api, cast, andrea, visitors)["others"]

    said = {"source": "visitor", "from": visitors, "verified": False}
    assert others["fullname"] == [{"value": "Andy", **said}]
    assert others["email"] == [{"value": "andy@example.com", **said}]
    assert get(api, cast, andrea)["others"] == others
    assert "others" not in api.ok(cast.agent, "GET", f"/{cast.id}/leads")["leads"][0]


def test_conversations_and_notes_come_along(api, cast, andrea):
    visitors = spoken(cast, cast.visitor)
    api.ok(cast.agent, "POST", f"/{cast.id}/leads/{visitors}/notes", {"text": "Called."})

    kept = merge(api, cast, andrea, visitors)

    assert kept["conversations"] == 1
    assert [note["lead"] for note in api.ok(cast.agent, "GET", f"/{cast.id}/leads/{andrea}/notes")] == [
        visitors
    ]


def test_several_are_merged_in_one_group(api, cast, andrea, rossi):
    third = lead(api, cast, company="ACME")

    done = merge(api, cast, andrea, rossi, third)["merges"]

    assert [one["loser_id"] for one in done] == [rossi, third]
    assert len({one["group_id"] for one in done}) == 1
    assert len({one["_id"] for one in done}) == 2


def test_the_merges_of_a_tree_are_told_newest_first_undone_ones_too(api, cast, andrea, rossi):
    third, fourth = lead(api, cast, fullname="Third"), lead(api, cast)
    inner = merge(api, cast, rossi, third)["merges"][0]["_id"]
    gone = merge(api, cast, rossi, fourth)["merges"][0]["_id"]
    undo(api, cast, gone)
    outer = merge(api, cast, andrea, rossi, reason="same")["merges"][0]["_id"]

    for member in (andrea, rossi, third):
        told = api.ok(cast.agent, "GET", f"/{cast.id}/leads/{member}/merges")
        assert [one["_id"] for one in told["merges"]] == [outer, gone, inner]
        assert told["splits"] == []
    newest, undone, _ = told["merges"]
    assert (newest["winner_name"], newest["loser_name"]) == ("Andrea", "A. Rossi")
    assert (newest["actor_name"], newest["reason"]) == ("Aldo Agent", "same")
    assert len(newest["identities"]) == 2
    assert undone["undone_by"] == cast.agent.person.user_id
    assert undone["undone_at"].endswith("Z")


# The table.


def test_a_contact_is_not_merged_with_itself(api, cast, andrea, rossi, ask):
    for losers in ((andrea,), (rossi, andrea)):
        assert refusal(ask(andrea, *losers)) == (422, "self_merge")
        assert params(ask(andrea, *losers)) == {"sources"}
    assert get(api, cast, andrea)["merged_ids"] == []


def test_the_same_id_twice_is_taken_once(api, cast, andrea, rossi):
    assert len(merge(api, cast, andrea, rossi, rossi)["merges"]) == 1


def test_an_id_of_another_project_is_an_unknown_one(api, cast, andrea, ask):
    theirs = api.ok(cast.stranger, "POST", f"/{cast.other_project.id}/leads", {"fullname": "Theirs"})["_id"]

    for one in (theirs, GHOST, "x", ""):
        for winner, loser in ((andrea, one), (one or "x", andrea)):
            answer = ask(winner, loser)
            assert answer.status_code == 404
            assert answer.json() == ask(andrea, GHOST).json()
    path = f"/{cast.other_project.id}/leads/{theirs}/merge"
    assert api(cast.stranger, "POST", path, {"sources": [andrea]}).status_code == 404
    assert api(cast.agent, "POST", path, {"sources": [andrea]}).status_code == 403
    assert get(api, cast, andrea)["merged_ids"] == []


def test_a_merged_winner_names_its_root_and_is_never_replaced_by_it(api, cast, andrea, rossi, ask):
    third = lead(api, cast)
    merge(api, cast, andrea, rossi)

    answer = ask(rossi, third)

    assert refusal(answer) == (409, "contact_merged")
    assert (answer.json()["merged_into"], answer.json()["contact"]) == (andrea, rossi)
    assert get(api, cast, third)["_id"] == third


def test_a_loser_that_is_here_already_changes_nothing(api, cast, andrea, rossi):
    first = merge(api, cast, andrea, rossi)

    again = merge(api, cast, andrea, rossi, choices={"fullname": {"from": rossi}})

    assert again == first
    assert "replayed" not in again


def test_of_several_losers_only_those_are_merged_that_are_not_here(api, cast, andrea, rossi):
    third = lead(api, cast)
    (first,) = merge(api, cast, andrea, rossi)["merges"]

    both = merge(api, cast, andrea, rossi, third)["merges"]

    assert [one["loser_id"] for one in both] == [rossi, third]
    assert both[0] == first


def test_a_loser_that_is_here_by_way_of_another_says_by_which(api, cast, andrea, rossi, ask):
    third = lead(api, cast)
    merge(api, cast, rossi, third)
    merge(api, cast, andrea, rossi)

    answer = ask(andrea, third)

    assert refusal(answer) == (409, "contact_merged")
    assert {name: answer.json()[name] for name in ("contact", "merged_into", "via")} == {
        "contact": third,
        "merged_into": andrea,
        "via": rossi,
    }


def test_a_tree_has_so_many_members_and_no_more(api, cast, andrea, rossi, ask):
    third, fourth = lead(api, cast), lead(api, cast)
    merge(api, cast, rossi, third)

    with mock.patch.object(merging, "MAX_MEMBERS", 3):
        answer = ask(andrea, rossi, fourth)
        assert refusal(answer) == (409, "tree_too_large")
        assert answer.json()["members"] == 4
        merge(api, cast, andrea, rossi)
        assert refusal(ask(andrea, fourth)) == (409, "tree_too_large")
    assert arrows(api, cast, andrea) == {(andrea, rossi), (rossi, third)}


def test_a_loser_that_is_merged_elsewhere_says_where(api, cast, andrea, rossi, ask):
    third = lead(api, cast)
    merge(api, cast, rossi, third)

    answer = ask(andrea, third)

    assert refusal(answer) == (409, "contact_merged")
    assert (answer.json()["contact"], answer.json()["merged_into"]) == (third, rossi)
    assert "via" not in answer.json()


@pytest.fixture
def users(cast):
    """Two contacts, each of another signed-in user of the site."""
    other = new_user(cast.db, cast.signing, cast.id, cast.secret, "ugo-2", firstname="Ugo")
    return spoken(cast, cast.user), spoken(cast, other)


def test_two_signed_in_users_are_joined_by_an_admin_alone_and_with_a_reason(api, cast, users, ask):
    one, other = users
    allowed = {"allow": ["distinct_users"]}

    answer = ask(one, other)
    assert refusal(answer) == (409, "distinct_users")
    assert (answer.json()["contact"], answer.json()["users"]) == (other, ["ugo-1", "ugo-2"])
    assert refusal(ask(one, other, who=cast.owner)) == (409, "distinct_users")
    assert ask(one, other, reason="One person", **allowed).status_code == 403
    for reason in (None, "", "  "):
        assert params(ask(one, other, who=cast.admin, reason=reason, **allowed)) == {"reason"}
    assert params(ask(one, other, who=cast.admin, reason="x", allow=["everything"])) == {"allow"}
    assert len(listed(api, cast)) == 2

    done = merge(api, cast, one, other, who=cast.admin, reason="One person", **allowed)
    assert done["merges"][0]["reason"] == "One person"
    assert [i["verified"] for i in done["identities"]] == [True, True]


def test_two_signed_in_users_are_not_joined_by_way_of_a_third(api, cast, users, andrea, ask):
    one, other = users

    answer = ask(andrea, one, other)

    assert refusal(answer) == (409, "distinct_users")
    assert answer.json()["contact"] == other
    merge(api, cast, andrea, one)
    assert refusal(ask(andrea, other)) == (409, "distinct_users")
    assert refusal(ask(other, andrea)) == (409, "distinct_users")


def test_an_erased_contact_is_gone(api, cast, andrea, rossi, ask):
    third = lead(api, cast)
    merge_id = merge(api, cast, rossi, third)["merges"][0]["_id"]
    api.ok(cast.owner, "DELETE", f"/{cast.id}/leads/{rossi}/physical")

    for gone in (rossi, third):
        assert refusal(ask(andrea, gone)) == (410, "erased")
        assert refusal(ask(gone, andrea)) == (410, "erased")
        for method, path, body in (
            ("POST", f"leads/{gone}/merge/preview", {"sources": [andrea]}),
            ("GET", f"leads/{gone}/merges", {}),
            ("POST", f"leads/{gone}/split", {"identities": [GHOST]}),
            ("POST", f"leads/{gone}/adopt", {"field": "city", "from": andrea, "source": "agent"}),
            ("POST", f"merges/{merge_id}/undo", {}),
            ("POST", f"merges/{merge_id}/undo/preview", {}),
        ):
            assert refusal(api(cast.owner, method, f"/{cast.id}/{path}", body)) == (410, "erased"), path


def test_the_same_key_does_it_once(api, cast, andrea, rossi, ask):
    key = {"Idempotency-Key": "k-1"}
    first = ask(andrea, rossi, headers=key, reason="x").json()
    again = ask(andrea, rossi, headers=key, reason="x").json()

    assert again == {**first, "replayed": True}
    assert "replayed" not in first
    assert len(api.ok(cast.agent, "GET", f"/{cast.id}/leads/{andrea}/merges")["merges"]) == 1

    undo(api, cast, first["merges"][0]["_id"])
    late = ask(andrea, rossi, headers=key, reason="x").json()
    assert late["replayed"] is True
    assert late["merges"][0]["undone_at"] is not None
    assert late["merged_ids"] == []


def test_the_same_key_twice_at_once_does_it_once(api, cast, andrea, rossi, ask):
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(ask, andrea, rossi, headers={"Idempotency-Key": "k-1"}) for _ in range(4)]
        answers = [call.result() for call in calls]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert sorted(answer.json().get("replayed", False) for answer in answers) == [False, True, True, True]
    assert len({answer.json()["merges"][0]["_id"] for answer in answers}) == 1


def test_the_same_key_with_another_body_is_refused(api, cast, andrea, rossi, ask):
    key = {"Idempotency-Key": "k-1"}
    third = lead(api, cast)
    first = ask(andrea, rossi, headers=key, reason="x").json()

    others = (
        ask(andrea, third, headers=key, reason="x"),
        ask(third, rossi, headers=key, reason="x"),
        ask(andrea, rossi, headers=key, reason="y"),
        ask(andrea, rossi, headers=key, reason="x", choices={"city": {"value": "Rome"}}),
        ask(andrea, rossi, headers=key, reason="x", expect={andrea: 1}),
        api(
            cast.agent,
            "POST",
            f"/{cast.id}/leads/{andrea}/split",
            {"identities": [first["identities"][0]["_id"]]},
            headers=key,
        ),
    )
    for answer in others:
        assert refusal(answer) == (422, "idempotency_key_reused")
        assert answer.json()["errors"][0]["location"] == "header"
        assert params(answer) == {"Idempotency-Key"}


def test_a_key_is_its_callers_own_and_says_nothing_of_a_refused_call(api, cast, andrea, rossi, ask):
    key = {"Idempotency-Key": "k-1"}
    assert ask(andrea, andrea, headers=key).status_code == 422
    assert ask(andrea, GHOST, headers=key).status_code == 404
    assert ask(andrea, rossi, headers=key).status_code == 200

    others = ask(andrea, rossi, headers=key, who=cast.admin, reason="mine")
    assert "replayed" not in others.json()


@pytest.mark.parametrize("key", ["", "x" * 256, "\x7f", "é\x85"])
def test_a_key_that_is_none_is_refused(api, cast, andrea, rossi, ask, key):
    answer = ask(andrea, rossi, headers={"Idempotency-Key": key.encode("latin-1")})
    assert params(answer) == {"Idempotency-Key"}
    assert len(listed(api, cast)) == 2


def test_what_the_caller_has_seen_must_still_be_so(api, cast, andrea, rossi, ask):
    seen = preview(api, cast, andrea, rossi)["versions"]
    api.ok(cast.agent, "PUT", f"/{cast.id}/leads/{rossi}", {"city": "Milan"})

    answer = ask(andrea, rossi, expect=seen)

    assert refusal(answer) == (412, "stale")
    assert answer.json()["success"] is False
    assert answer.json()["contact"] == rossi
    fresh = answer.json()["preview"]
    assert fresh == preview(api, cast, andrea, rossi)
    assert fresh["result"]["city"] == "Milan"
    assert fresh["versions"] != seen
    assert len(listed(api, cast)) == 2
    assert ask(andrea, rossi, expect=fresh["versions"]).status_code == 200


@pytest.mark.parametrize("expect", [{GHOST: 1}, {"x" * 200: 1}])
def test_a_version_of_somebody_else_is_wrong(api, cast, andrea, rossi, ask, expect):
    (param,) = params(ask(andrea, rossi, expect=expect))
    assert param.startswith("expect.")


def test_nothing_is_merged_if_one_is_refused(api, cast, andrea, rossi, ask, users):
    third, gone = lead(api, cast), lead(api, cast)
    merge(api, cast, third, gone)

    for refused in (gone, GHOST, andrea):
        assert ask(andrea, rossi, refused).status_code in (404, 409, 422)
    assert refusal(ask(andrea, rossi, *users)) == (409, "distinct_users")
    assert get(api, cast, andrea)["merged_ids"] == []
    assert get(api, cast, rossi)["_id"] == rossi


def test_of_a_merge_each_way_at_once_one_wins(api, cast):
    for _ in range(5):
        one, other = lead(api, cast), lead(api, cast)
        answers = at_once(api, cast, [(one, [other]), (other, [one])])

        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (refused,) = [answer for answer in answers if answer.status_code == 409]
        assert refusal(refused) == (409, "contact_merged")
        root = get(api, cast, one)["_id"]
        assert get(api, cast, other)["_id"] == root
        assert len(arrows(api, cast, root)) == 1


def test_overlapping_merges_at_once_leave_no_cycle_and_lose_no_message(api, cast):
    guests = [new_visitor(cast.db, cast.signing, cast.id) for _ in range(6)]
    ids = [spoken(cast, guest) for guest in guests]
    wanted = [(ids[n], [ids[(n + 1) % 6], ids[(n + 2) % 6]]) for n in range(6)]
    with ThreadPoolExecutor(2) as pool:
        talking = pool.map(lambda guest: [say(cast, guest) for _ in range(5)], guests)
        answers = at_once(api, cast, wanted)
        list(talking)

    assert {answer.status_code for answer in answers} <= {200, 409}
    roots = {get(api, cast, one)["_id"] for one in ids}
    assert set(listed(api, cast)) == roots
    found = [get(api, cast, root) for root in roots]
    assert sum(one["conversations"] for one in found) == 6 * 6
    assert sorted(i["key"] for one in found for i in one["identities"]) == sorted(g.key for g in guests)


def at_once(api, cast, wanted):
    with ThreadPoolExecutor(len(wanted)) as pool:
        calls = [
            pool.submit(api, cast.agent, "POST", f"/{cast.id}/leads/{winner}/merge", {"sources": losers})
            for winner, losers in wanted
        ]
        return [call.result() for call in calls]


def test_an_undo_done_twice_says_so(api, cast, andrea, rossi):
    merge_id = merge(api, cast, andrea, rossi)["merges"][0]["_id"]

    first = undo(api, cast, merge_id)
    again = undo(api, cast, merge_id)

    assert (first["success"], first["already_undone"]) == (True, False)
    assert again == {**first, "already_undone": True}
    before = api.ok(cast.agent, "POST", f"/{cast.id}/merges/{merge_id}/undo/preview")
    assert (before["already_undone"], before["goes_back"]["contacts"], before["changes"]) == (True, [], [])
    assert before["leads"] == first["leads"]


def test_the_preview_of_an_undo_lists_the_subtree_that_leaves(api, cast, andrea, rossi):
    third = lead(api, cast, fullname="Third")
    merge(api, cast, rossi, third)
    merge_id = merge(api, cast, andrea, rossi)["merges"][0]["_id"]

    told = api.ok(cast.agent, "POST", f"/{cast.id}/merges/{merge_id}/undo/preview", {})

    assert told["goes_back"]["contacts"] == [
        {"_id": rossi, "name": "A. Rossi"},
        {"_id": third, "name": "Third"},
    ]
    assert len(told["goes_back"]["identities"]) == 2
    assert told["leads"][0]["merged_ids"] == [third]
    assert arrows(api, cast, andrea) == {(andrea, rossi), (rossi, third)}


def test_after_an_erasure_there_is_nothing_to_take_back(api, cast, andrea, rossi):
    third = lead(api, cast)
    first = merge(api, cast, andrea, rossi)["merges"][0]["_id"]
    second = merge(api, cast, andrea, third)["merges"][0]["_id"]
    undo(api, cast, second)
    api.ok(cast.owner, "DELETE", f"/{cast.id}/leads/{andrea}/physical")

    for merge_id in (first, second):
        for rest in ("", "/preview"):
            answer = api(cast.agent, "POST", f"/{cast.id}/merges/{merge_id}/undo{rest}", {"group": True})
            assert refusal(answer) == (410, "erased")
    assert get(api, cast, third)["_id"] == third


def test_what_a_person_has_taken_apart_is_not_joined_by_itself_again(api, cast):
    spoken(cast, cast.visitor), spoken(cast, cast.user)
    assert signed_in_later.join_identities(cast.db, cast.user.visitor, cast.visitor.visitor)
    (root,) = listed(api, cast)
    (one,) = api.ok(cast.agent, "GET", f"/{cast.id}/leads/{root}/merges")["merges"]
    assert (one["actor"], one["reason"]) == ("system", "signed_in")

    freed = undo(api, cast, one["_id"])["leads"][0]["_id"]

    assert not signed_in_later.join_identities(cast.db, cast.user.visitor, cast.visitor.visitor)
    assert len(listed(api, cast)) == 2
    (warning,) = preview(api, cast, root, freed)["warnings"]
    assert (warning["code"], warning["contact"]) == ("undone_before", freed)
    assert warning["at"].endswith("Z")
    merge(api, cast, root, freed)


def test_a_trashed_winner_is_refused(api, cast, andrea, rossi, ask):
    api.ok(cast.admin, "DELETE", f"/{cast.id}/leads/{andrea}")

    answer = ask(andrea, rossi)

    assert refusal(answer) == (409, "contact_trashed")
    assert answer.json()["contact"] == andrea


def test_a_trashed_loser_may_be_merged_and_is_trashed_again_by_an_undo(api, cast, andrea, rossi):
    api.ok(cast.admin, "DELETE", f"/{cast.id}/leads/{rossi}")
    (warning,) = [w for w in preview(api, cast, andrea, rossi)["warnings"] if w["code"] == "trashed"]
    assert (warning["contact"], warning["msg"]) == (rossi, "this contact is in the trash")

    done = merge(api, cast, andrea, rossi)
    assert done["status"] == 100
    assert listed(api, cast, status=1000) == []

    assert undo(api, cast, done["merges"][0]["_id"])["leads"][0]["status"] == 1000
    assert (listed(api, cast), listed(api, cast, status=1000)) == ([andrea], [rossi])


def test_the_trash_of_a_root_hides_its_tree_until_any_of_it_speaks(api, cast, andrea):
    visitors = spoken(cast, cast.visitor)
    merge_id = merge(api, cast, andrea, visitors)["merges"][0]["_id"]
    api.ok(cast.admin, "DELETE", f"/{cast.id}/leads/{andrea}")
    assert listed(api, cast) == []
    assert listed(api, cast, q=cast.visitor.key) == []
    assert listed(api, cast, status=1000) == [andrea]

    say(cast, cast.visitor, "I am back")

    assert listed(api, cast) == [andrea]
    api.ok(cast.admin, "DELETE", f"/{cast.id}/leads/{andrea}")
    undone = undo(api, cast, merge_id)
    assert (undone["lead"]["status"], undone["leads"][0]["status"]) == (1000, 100)
    assert (listed(api, cast), listed(api, cast, status=1000)) == ([visitors], [andrea])


def test_an_email_that_is_typed_into_a_chat_joins_nothing(api, cast, andrea):
    visitors = spoken(cast, cast.visitor, userEmail="andrea@example.com")

    assert listed(api, cast, email="andrea@example.com") == [visitors, andrea]
    assert get(api, cast, visitors)["merged_ids"] == []
    assert (
        api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")["requests"][0]["lead"]["fullname"] != "Andrea"
    )


# Choices.


def test_a_choice_decides_and_goes_with_its_member(api, cast, andrea, rossi):
    done = merge(
        api,
        cast,
        andrea,
        rossi,
        choices={
            "fullname": {"from": rossi},
            "company": {"value": " ACME "},
            "email": {"value": None},
            "properties.size": {"value": 42},
        },
    )

    assert (done["fullname"], done["company"], done["properties"]) == ("A. Rossi", "ACME", {"size": 42})
    assert "email" not in done
    assert done["merges"][0]["choices"]["fullname"] == {"from": rossi}
    assert done["merges"][0]["choices"]["company"] == {"value": "ACME"}
    kept = undo(api, cast, done["merges"][0]["_id"])["lead"]
    assert (kept["fullname"], kept["email"]) == ("Andrea", "andrea@example.com")
    assert "company" not in kept
    assert "properties" not in kept


def test_an_option_of_the_preview_can_be_chosen_as_it_stands(api, cast, andrea):
    visitors = spoken(cast, cast.visitor, userFullname="Andy")
    users = spoken(cast, cast.user)
    inner = lead(api, cast, fullname="Inner")
    merge(api, cast, users, inner)
    (field,) = [f for f in preview(api, cast, andrea, visitors, users)["fields"] if f["field"] == "fullname"]

    for option in field["options"]:
        chosen = {"fullname": {"from": option["from"], "source": option["source"]}}
        told = preview(api, cast, andrea, visitors, users, choices=chosen)
        assert told["result"]["fullname"] == option["value"]
    deep = {"fullname": {"from": inner}}
    assert preview(api, cast, andrea, visitors, users, choices=deep)["result"]["fullname"] == "Inner"


BAD_CHOICES = [
    ({"nothing": {"value": "x"}}, {"choices.nothing"}),
    ({"nothing": {"from": "{rossi}"}}, {"choices.nothing"}),
    ({"tags": {"from": "{rossi}"}}, {"choices.tags"}),
    ({"fullname": "{rossi}"}, {"choices.fullname"}),
    ({"fullname": None}, {"choices.fullname"}),
    ({"fullname": []}, {"choices.fullname"}),
    ({"fullname": {}}, {"choices.fullname"}),
    ({"fullname": {"from": "{rossi}", "value": "x"}}, {"choices.fullname"}),
    ({"fullname": {"from": "{rossi}", "more": 1}}, {"choices.fullname"}),
    ({"fullname": {"value": "x", "source": "agent"}}, {"choices.fullname"}),
    ({"fullname": {"from": "{third}"}}, {"choices.fullname"}),
    ({"fullname": {"from": GHOST}}, {"choices.fullname"}),
    ({"fullname": {"from": None}}, {"choices.fullname"}),
    ({"fullname": {"from": ["{rossi}"]}}, {"choices.fullname"}),
    ({"fullname": {"from": "{rossi}", "source": "magic"}}, {"choices.fullname"}),
    ({"fullname": {"from": "{rossi}", "source": ["agent"]}}, {"choices.fullname"}),
    ({"fullname": {"from": "{rossi}", "source": "visitor"}}, {"choices.fullname"}),
    ({"company": {"from": "{rossi}"}}, {"choices.company"}),
    ({"company": {"from": "{rossi}", "source": "agent"}}, {"choices.company"}),
    ({"properties.size": {"from": "{rossi}"}}, {"choices.properties.size"}),
    ({"properties.a b": {"value": 1}}, {"choices.properties.a b"}),
    ({"properties.size": {"value": {"a": 1}}}, {"choices.properties.size"}),
    ({"properties.size": {"value": ["a", "b"]}}, {"choices.properties.size"}),
    ({"properties.listed": {"from": "{rossi}"}}, {"choices.properties.listed"}),
    ({"properties.listed": {"value": "a"}}, {"choices.properties.listed"}),
    ({"email": {"value": "nope"}}, {"choices.email"}),
    ({"phone": {"value": "12"}}, {"choices.phone"}),
    ({"fullname": {"value": 12}}, {"choices.fullname"}),
    ({"fullname": {"value": "x" * 1_001}}, {"choices.fullname"}),
    ({"fullname": {"value": "a\x00b"}}, {"choices.fullname"}),
    ({"email": {"value": "nope"}, "phone": {"value": "12"}}, {"choices.email", "choices.phone"}),
    ({"city": {"from": "{third}"}, "company": {"from": "{rossi}"}}, {"choices.city", "choices.company"}),
]


@pytest.mark.parametrize(("choices", "named"), BAD_CHOICES)
def test_a_choice_that_is_none_is_named_and_nothing_is_merged(api, cast, andrea, rossi, ask, choices, named):
    third = lead(api, cast, city="Milan")
    api.ok(cast.agent, "POST", f"/{cast.id}/leads/{rossi}/properties", {"listed": ["x"]})
    sent = filled_in(choices, rossi=rossi, third=third)

    assert params(ask(andrea, rossi, choices=sent)) == named
    path = f"/{cast.id}/leads/{andrea}/merge/preview"
    assert params(api(cast.agent, "POST", path, {"sources": [rossi], "choices": sent})) == named
    assert len(listed(api, cast)) == 3


def filled_in(value, **ids):
    if isinstance(value, dict):
        return {name: filled_in(one, **ids) for name, one in value.items()}
    if isinstance(value, list):
        return [filled_in(one, **ids) for one in value]
    return value.format(**ids) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"sources"}),
        ({"sources": []}, {"sources"}),
        ({"sources": [GHOST[:-2] + f"{n:02d}" for n in range(11)]}, {"sources"}),
        ({"sources": GHOST}, {"sources"}),
        ({"sources": None}, {"sources"}),
        ({"sources": [1]}, {"sources[0]"}),
        ({"sources": [GHOST], "choices": []}, {"choices"}),
        ({"sources": [GHOST], "expect": [1]}, {"expect"}),
        ({"sources": [GHOST], "expect": {GHOST: "new"}}, {"expect[...]"}),
        ({"sources": [GHOST], "allow": "distinct_users"}, {"allow"}),
        ({"sources": [GHOST], "reason": 1}, {"reason"}),
        ({"sources": [GHOST], "reason": "x" * 1_001}, {"reason"}),
        ({"sources": [GHOST], "reason": "a\x00b"}, {"reason"}),
        ({"sources": [GHOST], "dry_run": True}, {"data"}),
    ],
)
def test_a_body_that_is_wrong_is_named(api, cast, andrea, body, named):
    for rest in ("merge", "merge/preview"):
        assert params(api(cast.agent, "POST", f"/{cast.id}/leads/{andrea}/{rest}", body)) == named


# Previews.


def test_the_preview_is_what_the_merge_does(api, cast, andrea, rossi):
    visitors = spoken(cast, cast.visitor, userFullname="Andy", userEmail="andy@example.com")
    users = spoken(cast, cast.user)
    merge(api, cast, visitors, lead(api, cast, company="ACME", tags=["inner"]))
    api.ok(cast.agent, "POST", f"/{cast.id}/leads/{visitors}/notes", {"text": "x"})
    api.ok(cast.agent, "POST", f"/{cast.id}/leads/{rossi}/properties", {"listed": ["x"], "size": 1})
    api.ok(cast.agent, "POST", f"/{cast.id}/leads/{andrea}/properties", {"listed": ["y"]})
    more = {"choices": {"fullname": {"from": visitors}, "city": {"value": "Turin"}}}

    told = preview(api, cast, andrea, rossi, visitors, users, **more)
    done = merge(api, cast, andrea, rossi, visitors, users, **more)

    done.pop("merges")
    assert lasting(told["result"]) == lasting(done)
    assert (told["allowed"], told["reasons"]) == (True, [])
    assert told["comes_along"] == {
        "conversations": 2,
        "messages": 2,
        "notes": 1,
        "identities": 4,
        "contacts": 4,
    }
    fields = {field["field"]: field for field in told["fields"]}
    assert fields["fullname"]["reason"] == "chosen"
    assert fields["properties.listed"]["united"] is True
    assert sorted(fields["properties.listed"]["result"]) == ["x", "y"]
    assert fields["phone"]["differs"] is True
    for name, field in fields.items():
        shown = done.get("properties", {}).get(name.removeprefix("properties."), done.get(name))
        assert field["result"] == shown, name
        assert [option["lead"] for option in field["options"]] == [andrea, rossi, visitors, users]
    assert fields["email"]["options"][0] == {
        "lead": andrea,
        "from": andrea,
        "source": "agent",
        "value": "andrea@example.com",
        "verified": False,
    }
    assert fields["city"]["options"][2] == {
        "lead": visitors,
        "from": None,
        "source": None,
        "value": None,
        "verified": False,
    }
    assert fields["email"]["options"][3]["verified"] is True


def test_a_preview_changes_nothing(api, cast, andrea, rossi):
    before = [get(api, cast, one) for one in (andrea, rossi)]
    preview(api, cast, andrea, rossi)
    assert [get(api, cast, one) for one in (andrea, rossi)] == before
    assert preview(api, cast, andrea, rossi)["versions"] == {
        andrea: before[0]["version"],
        rossi: before[1]["version"],
    }


def test_a_preview_says_every_reason_for_which_it_may_not_be(api, cast, andrea, rossi, users):
    one, other = users
    gone = lead(api, cast, fullname="Gone")
    merge(api, cast, rossi, gone)
    merge(api, cast, andrea, one)
    api.ok(cast.admin, "DELETE", f"/{cast.id}/leads/{andrea}")

    told = preview(api, cast, andrea, gone, other, choices={"fullname": {"from": gone}})

    assert told["allowed"] is False
    assert [(reason["code"], reason["contact"]) for reason in told["reasons"]] == [
        ("contact_trashed", andrea),
        ("contact_merged", gone),
        ("distinct_users", other),
    ]
    assert told["reasons"][1]["merged_into"] == rossi
    assert all(reason["msg"] for reason in told["reasons"])
    assert told["result"]["fullname"] == "Andrea"
    merged = preview(api, cast, one, other)
    assert [reason["code"] for reason in merged["reasons"]] == ["contact_merged"]
    assert merged["result"] is None
    allowed = preview(api, cast, rossi, one, who=cast.admin, reason="x", allow=["distinct_users"])
    assert "distinct_users" not in {reason["code"] for reason in allowed["reasons"]}


def test_the_warnings_name_what_should_be_looked_at(api, cast, users):
    one, other = users
    told = preview(api, cast, one, other, who=cast.admin, reason="x", allow=["distinct_users"])

    codes = {warning["code"]: warning for warning in told["warnings"]}
    assert codes["distinct_users"]["users"] == ["ugo-1", "ugo-2"]
    assert all(warning["msg"] and warning["contact"] for warning in told["warnings"])
    assert told["allowed"] is True


# Undoing.


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_merges_are_taken_back_in_any_order(api, cast, order):
    ids = [lead(api, cast, fullname=f"N{n}", email=f"n{n}@example.com", tags=[f"t{n}"]) for n in range(3)]
    visitors = spoken(cast, cast.visitor, userFullname="Andy")
    before = [lasting(get(api, cast, one)) for one in (*ids, visitors)]
    steps = [(ids[0], ids[1]), (ids[2], visitors), (ids[2], ids[0])]
    done = [merge(api, cast, *step, choices={"fullname": {"from": step[1]}})["merges"][0] for step in steps]
    assert listed(api, cast) == [ids[2]]

    for n in order:
        undone = undo(api, cast, done[n]["_id"])
        assert undone["leads"][0]["_id"] == done[n]["loser_id"]
        assert undone["merges"][0]["undone_by"] == cast.agent.person.user_id

    assert [lasting(get(api, cast, one)) for one in (*ids, visitors)] == before


def test_the_preview_of_an_undo_is_what_it_does(api, cast, andrea, rossi):
    visitors = spoken(cast, cast.visitor, userFullname="Andy", userEmail="andy@example.com")
    merge(api, cast, visitors, rossi)
    merge_id = merge(api, cast, andrea, visitors, choices={"city": {"from": rossi}})["merges"][0]["_id"]
    path = f"/{cast.id}/leads/{andrea}"
    api.ok(cast.agent, "POST", f"{path}/adopt", {"field": "email", "from": visitors, "source": "visitor"})
    api.ok(cast.agent, "PUT", path, {"phone": "+39061234568", "company": "ACME"})
    api.ok(cast.agent, "POST", f"{path}/notes", {"text": "Written since."})
    reply(cast, say(cast, cast.visitor).view.conversation.request_id)

    told = api.ok(cast.agent, "POST", f"/{cast.id}/merges/{merge_id}/undo/preview", {"group": False})
    done = undo(api, cast, merge_id)

    assert lasting(told["lead"]) == lasting(done["lead"])
    assert [lasting(one) for one in told["leads"]] == [lasting(one) for one in done["leads"]]
    assert told["merges"][0]["undone_at"] is None
    changes = {change["field"]: (change["before"], change["after"]) for change in told["changes"]}
    assert changes["email"] == ("andy@example.com", "andrea@example.com")
    assert changes["city"] == ("Rome", None)
    assert told["goes_back"]["conversations"] == 2
    assert {(f["field"], f["kind"]) for f in told["goes_back"]["fields"]} == {
        ("city", "chosen"),
        ("email", "adopted"),
        ("phone", "edited"),
    }
    assert told["stays"] == {"fields": ["company"], "notes": 1}
    assert (done["lead"]["company"], done["lead"]["phone"]) == ("ACME", None)


def test_a_group_is_taken_back_at_once(api, cast, andrea, rossi):
    third, fourth = lead(api, cast, fullname="Third"), lead(api, cast)
    before = [lasting(get(api, cast, one)) for one in (andrea, rossi, third)]
    done = merge(api, cast, andrea, rossi, third, choices={"company": {"value": "ACME"}})["merges"]
    merge(api, cast, andrea, fourth)
    path = f"/{cast.id}/merges/{done[1]['_id']}/undo"

    alone = api.ok(cast.agent, "POST", f"{path}/preview", {})
    told = api.ok(cast.agent, "POST", f"{path}/preview", {"group": True})
    undone = api.ok(cast.agent, "POST", path, {"group": True})

    assert [one["_id"] for one in undone["leads"]] == [rossi, third]
    assert undone["lead"]["merged_ids"] == [fourth]
    assert lasting(told["lead"]) == lasting(undone["lead"])
    assert [lasting(one) for one in told["leads"]] == [lasting(one) for one in undone["leads"]]
    assert [one["_id"] for one in told["merges"]] == [one["_id"] for one in done]
    # What was chosen for both stays as long as one of them does.
    assert alone["goes_back"]["fields"] == []
    assert told["goes_back"]["fields"] == [{"field": "company", "kind": "chosen"}]
    assert undo(api, cast, done[0]["_id"], group=True)["already_undone"] is True
    undo(api, cast, api.ok(cast.agent, "GET", f"/{cast.id}/leads/{fourth}/merges")["merges"][0]["_id"])
    assert [lasting(get(api, cast, one)) for one in (andrea, rossi, third)] == before


@pytest.mark.parametrize("merge_id", [GHOST, "x", "%00"])
@pytest.mark.parametrize("path", ["merges/{}/undo", "merges/{}/undo/preview", "splits/{}/undo"])
def test_an_unknown_merge_or_split_is_not_found(api, cast, merge_id, path):
    assert api(cast.agent, "POST", f"/{cast.id}/{path.format(merge_id)}").status_code == 404


@pytest.mark.parametrize("body", [[], "x", {"group": "perhaps"}, {"all": True}])
def test_an_undo_takes_no_other_body(api, cast, andrea, rossi, body):
    merge_id = merge(api, cast, andrea, rossi)["merges"][0]["_id"]
    for rest in ("", "/preview"):
        assert api(cast.agent, "POST", f"/{cast.id}/merges/{merge_id}/undo{rest}", body).status_code == 422
    assert listed(api, cast) == [andrea]


def test_an_address_edited_from_a_members_leaves_with_it(api, cast, andrea):
    visitors = spoken(cast, cast.visitor, userEmail="andy@example.com")
    merge_id = merge(api, cast, andrea, visitors)["merges"][0]["_id"]
    api.ok(cast.agent, "PUT", f"/{cast.id}/leads/{andrea}", {"email": "Andy@example.com"})

    undo(api, cast, merge_id)

    assert get(api, cast, andrea)["email"] == "andrea@example.com"
    assert listed(api, cast, email="andy@example.com") == [visitors]
    assert listed(api, cast, q="andy@") == [visitors]


# Adopting.


def test_another_value_is_adopted_and_goes_with_its_member(api, cast):
    viktors = spoken(cast, cast.other_visitor, userFullname="Viktor")
    veras = spoken(cast, cast.visitor, userFullname="Vera")
    done = merge(api, cast, viktors, veras, choices={"fullname": {"from": viktors}})
    (other,) = done["others"]["fullname"]
    path = f"/{cast.id}/leads/{viktors}/adopt"

    adopted = api.ok(
        cast.agent, "POST", path, {"field": "fullname", "from": other["from"], "source": other["source"]}
    )

    assert (adopted["fullname"], adopted["_id"]) == ("Vera", viktors)
    assert [one["value"] for one in adopted["others"]["fullname"]] == ["Viktor"]
    back = api.ok(cast.agent, "POST", path, {"field": "fullname", "from": viktors, "source": "visitor"})
    assert back["fullname"] == "Viktor"
    api.ok(cast.agent, "POST", path, {"field": "fullname", "from": veras, "source": "visitor"})
    assert get(api, cast, viktors)["fullname"] == "Vera"
    assert undo(api, cast, done["merges"][0]["_id"])["lead"]["fullname"] == "Viktor"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"field": "fullname"},
        {"field": "fullname", "from": GHOST, "source": "visitor"},
        {"field": "fullname", "from": "{visitors}", "source": "agent"},
        {"field": "fullname", "from": "{visitors}", "source": "magic"},
        {"field": "nothing", "from": "{visitors}", "source": "visitor"},
        {"field": 1, "from": "{visitors}", "source": "visitor"},
        {"field": "fullname", "from": "{visitors}", "source": "visitor", "more": 1},
        [],
    ],
)
def test_what_is_none_of_the_other_values_cannot_be_adopted(api, cast, andrea, body):
    visitors = spoken(cast, cast.visitor, userFullname="Andy")
    merge(api, cast, andrea, visitors)

    sent = filled_in(body, visitors=visitors)
    assert api(cast.agent, "POST", f"/{cast.id}/leads/{andrea}/adopt", sent).status_code == 422
    assert get(api, cast, andrea)["fullname"] == "Andrea"


# Who may.


def test_only_the_team_of_the_project_merges(api, cast, andrea, rossi):
    merge_id = merge(api, cast, andrea, lead(api, cast))["merges"][0]["_id"]
    identity = get(api, cast, andrea)["identities"][1]["_id"]
    calls = [
        ("POST", f"leads/{andrea}/merge", {"sources": [rossi]}),
        ("POST", f"leads/{andrea}/merge/preview", {"sources": [rossi]}),
        ("GET", f"leads/{andrea}/merges", {}),
        ("POST", f"merges/{merge_id}/undo", {}),
        ("POST", f"merges/{merge_id}/undo/preview", {}),
        ("POST", f"leads/{andrea}/split", {"identities": [identity]}),
        ("POST", f"splits/{GHOST}/undo", {}),
        ("POST", f"leads/{andrea}/adopt", {"field": "city", "from": rossi, "source": "agent"}),
    ]
    before = get(api, cast, andrea)
    for method, path, body in calls:
        for who, status in (
            (None, 401),
            (cast.teammate, 403),
            (cast.visitor, 403),
            (cast.user, 403),
            (cast.stranger, 403),
            (cast.rival, 403),
        ):
            assert api(who, method, f"/{cast.id}/{path}", body).status_code == status, (path, status)
        elsewhere = api(cast.rival, method, f"/{cast.other_project.id}/{path}", body)
        assert elsewhere.status_code == 404, path
    assert get(api, cast, andrea) == before


def test_a_visitor_is_told_nothing_of_a_merge(api, cast, andrea):
    other = say(cast, cast.other_visitor, attributes=filled({"userFullname": "Viktor"}))
    visitors = say(cast, cast.visitor, attributes=filled({"userFullname": "Vera"}))
    rid = visitors.view.conversation.request_id
    before = api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")

    merge(api, cast, andrea, visitors.view.home_id, other.view.home_id)

    assert api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me") == before
    theirs = f"/{cast.id}/requests/{other.view.conversation.request_id}/messages"
    assert api(cast.visitor, "GET", theirs).status_code == 404
    posted = api.ok(cast.visitor, "POST", f"/{cast.id}/requests/{rid}/messages", {"text": "Hm"})
    new = f"/{cast.id}/requests/{new_request_id(cast.id)}/messages"
    for answer in (posted, api.ok(cast.visitor, "POST", new, {"text": "New"})):
        assert answer["request"]["lead"]["_id"] == visitors.view.home_id
        assert answer["request"]["lead"]["fullname"] == "Vera"
        for word in ("Andrea", "andrea@example.com", "Viktor", andrea):
            assert word not in str(answer)
