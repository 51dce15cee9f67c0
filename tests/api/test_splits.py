"""Splitting identities off a contact over the API, and taking it back."""

import pytest

from tests.api.merging import GHOST, get, lasting, lead, listed, merge, params, refusal, spoken, undo
from tests.cast import new_user, say


@pytest.fixture
def shared(api, cast):
    """Mario's contact with Vera's and Viktor's identities as its own: their own contacts were merged and left empty."""
    mario = lead(api, cast, fullname="Mario")
    for guest, name in ((cast.visitor, "Vera"), (cast.other_visitor, "Viktor")):
        theirs = spoken(cast, guest, userFullname=name, userEmail=f"{name.lower()}@example.com")
        spare = lead(api, cast)
        merge(api, cast, spare, theirs)
        split(api, cast, spare, [key_of(api, cast, spare, guest)], into=mario)
    return mario


def split(api, cast, lead_id, chosen, who=None, headers=None, **more):
    path = f"/{cast.id}/leads/{lead_id}/split"
    answer = api(who or cast.agent, "POST", path, {"identities": chosen, **more}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(api, cast, lead_id, chosen, who=None, **more):
    path = f"/{cast.id}/leads/{lead_id}/split"
    return api(who or cast.agent, "POST", path, {"identities": chosen, **more})


def key_of(api, cast, lead_id, guest):
    """The id of a visitor's identity."""
    return next(i["_id"] for i in get(api, cast, lead_id)["identities"] if i["key"] == guest.key)


def undo_split(api, cast, split_id):
    return api.ok(cast.agent, "POST", f"/{cast.id}/splits/{split_id}/undo")


def test_identities_get_a_contact_of_their_own_with_all_they_have_said(api, cast, shared):
    veras = key_of(api, cast, shared, cast.visitor)
    assert get(api, cast, shared)["conversations"] == 2

    done = split(api, cast, shared, [veras], reason=" not the same ")

    assert (done["_id"], done["fullname"], done["conversations"]) == (shared, "Mario", 1)
    assert [email["value"] for email in done["emails"]] == ["viktor@example.com"]
    made = done["into"]
    assert (made["fullname"], made["email"], made["conversations"]) == ("Vera", "vera@example.com", 1)
    assert [i["_id"] for i in made["identities"]] == [veras]
    assert made["merged_ids"] == []
    assert made == get(api, cast, made["_id"])
    assert {name: done["split"][name] for name in ("from_id", "into_id", "made", "identities", "reason")} == {
        "from_id": shared,
        "into_id": made["_id"],
        "made": True,
        "identities": [veras],
        "reason": "not the same",
    }
    assert set(done["split"]) == {
        *("_id", "from_id", "into_id", "made", "identities", "actor", "reason", "at"),
        *("undone_at", "undone_by"),
    }
    assert done["split"]["actor"] == cast.agent.person.user_id
    assert "merges" not in done
    assert listed(api, cast, q=cast.visitor.key) == [made["_id"]]
    (thread,) = api.ok(cast.agent, "GET", f"/{cast.id}/requests", lead=made["_id"])["requests"]
    assert thread["requester"]["uuid_user"] == cast.visitor.key


def test_identities_move_to_a_given_contact(api, cast, shared):
    anna = lead(api, cast, fullname="Anna")
    veras = key_of(api, cast, shared, cast.visitor)

    done = split(api, cast, shared, [veras], into=anna)

    assert (done["into"]["_id"], done["into"]["fullname"]) == (anna, "Anna")
    assert done["split"]["made"] is False
    assert done["into"]["others"]["fullname"][0]["value"] == "Vera"
    say(cast, cast.visitor)
    assert get(api, cast, anna)["conversations"] == 2


def test_just_what_a_merge_has_brought_is_that_merges_undo(api, cast):
    andrea, rossi, third = lead(api, cast, fullname="Andrea"), lead(api, cast), lead(api, cast)
    before = lasting(get(api, cast, andrea))
    inner = merge(api, cast, rossi, third)["merges"][0]["_id"]
    outer = merge(api, cast, andrea, rossi)["merges"][0]["_id"]
    ids = [i["_id"] for i in get(api, cast, andrea)["identities"]]

    done = split(api, cast, andrea, ids[:0:-1])

    (one,) = done["merges"]
    assert (one["_id"], one["undone_by"]) == (outer, cast.agent.person.user_id)
    assert "split" not in done
    assert (done["into"]["_id"], done["into"]["merged_ids"]) == (rossi, [third])
    assert lasting(get(api, cast, andrea)) == before
    assert split(api, cast, rossi, [ids[2]])["merges"][0]["_id"] == inner
    assert undo(api, cast, outer)["already_undone"] is True


def test_a_given_contact_makes_it_no_undo(api, cast):
    andrea, rossi, third = lead(api, cast), lead(api, cast), lead(api, cast)
    merge(api, cast, andrea, rossi)
    brought = get(api, cast, andrea)["identities"][1]["_id"]

    done = split(api, cast, andrea, [brought], into=third)

    assert done["split"]["into_id"] == third
    assert done["merged_ids"] == [rossi]
    assert len(done["into"]["identities"]) == 2


def test_a_split_is_told_with_the_merges(api, cast, shared):
    done = split(api, cast, shared, [key_of(api, cast, shared, cast.visitor)], reason="x")
    for one in (shared, done["into"]["_id"]):
        told = api.ok(cast.agent, "GET", f"/{cast.id}/leads/{one}/merges")["splits"][0]
        names = {"from_name": "Mario", "into_name": "Vera", "actor_name": "Aldo Agent"}
        assert told == {**done["split"], **names}


# Refusals.


def test_something_must_be_chosen_and_something_must_stay(api, cast, shared):
    mine = [i["_id"] for i in get(api, cast, shared)["identities"]]
    strange = get(api, cast, lead(api, cast))["identities"][0]["_id"]

    assert refusal(refused(api, cast, shared, mine)) == (422, "nothing_left")
    for chosen in ([strange], [mine[0], strange], [GHOST], ["x"], [""], ["a\x00b"]):
        assert refusal(refused(api, cast, shared, chosen)) == (422, "unknown_identity")
    for chosen in ([], [f"{n:024d}" for n in range(101)]):
        assert params(refused(api, cast, shared, chosen)) == {"identities"}
    assert len(get(api, cast, shared)["identities"]) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"identities": "x"},
        {"identities": [1]},
        {"identities": ["{one}"], "into": 1},
        {"identities": ["{one}"], "allow": "distinct_users"},
        {"identities": ["{one}"], "allow": ["everything"]},
        {"identities": ["{one}"], "reason": 1},
        {"identities": ["{one}"], "reason": "x" * 1_001},
        {"identities": ["{one}"], "more": 1},
    ],
)
def test_a_body_that_is_wrong_splits_nothing(api, cast, shared, body):
    one = key_of(api, cast, shared, cast.visitor)
    if isinstance(body, dict) and body.get("identities") == ["{one}"]:
        body = {**body, "identities": [one]}
    assert api(cast.admin, "POST", f"/{cast.id}/leads/{shared}/split", body).status_code == 422
    assert len(get(api, cast, shared)["identities"]) == 3


def test_a_contact_to_split_into_must_stand(api, cast, shared):
    one = [key_of(api, cast, shared, cast.visitor)]
    trashed, merged, root = lead(api, cast), lead(api, cast), lead(api, cast)
    api.ok(cast.admin, "DELETE", f"/{cast.id}/leads/{trashed}")
    merge(api, cast, root, merged)
    theirs = api.ok(cast.stranger, "POST", f"/{cast.other_project.id}/leads", {})["_id"]
    erased = lead(api, cast)
    api.ok(cast.owner, "DELETE", f"/{cast.id}/leads/{erased}/physical")

    for into, status, code in (
        (trashed, 409, "contact_trashed"),
        (merged, 409, "contact_merged"),
        (shared, 422, "self_merge"),
        (theirs, 404, "not_found"),
        (GHOST, 404, "not_found"),
        ("", 404, "not_found"),
        (erased, 410, "erased"),
    ):
        assert refusal(refused(api, cast, shared, one, into=into)) == (status, code)
    elsewhere = f"/{cast.other_project.id}/leads/{theirs}/split"
    assert refusal(api(cast.stranger, "POST", elsewhere, {"identities": one})) == (422, "unknown_identity")
    assert len(get(api, cast, shared)["identities"]) == 3


def test_two_signed_in_users_are_put_together_by_an_admin_alone_and_with_a_reason(api, cast):
    other = new_user(cast.db, cast.signing, cast.id, cast.secret, "ugo-2")
    one, two = spoken(cast, cast.user), spoken(cast, other)
    root = lead(api, cast)
    merge(api, cast, root, two)
    chosen = [key_of(api, cast, root, other)]
    allowed = {"into": one, "allow": ["distinct_users"]}

    answer = refused(api, cast, root, chosen, into=one)
    assert refusal(answer) == (409, "distinct_users")
    assert answer.json()["users"] == ["ugo-1", "ugo-2"]
    assert refused(api, cast, root, chosen, reason="x", **allowed).status_code == 403
    assert params(refused(api, cast, root, chosen, who=cast.admin, **allowed)) == {"reason"}
    done = split(api, cast, root, chosen, who=cast.admin, reason="One person", **allowed)
    assert len(done["into"]["identities"]) == 2


def test_the_same_key_splits_once(api, cast, shared):
    one, two = (key_of(api, cast, shared, guest) for guest in (cast.visitor, cast.other_visitor))
    key = {"Idempotency-Key": "k-1"}

    first = split(api, cast, shared, [one], headers=key)
    again = split(api, cast, shared, [one], headers=key)

    assert again == {**first, "replayed": True}
    path = f"/{cast.id}/leads/{shared}/split"
    for body in ({"identities": [two]}, {"identities": [one], "reason": "x"}):
        answer = api(cast.agent, "POST", path, body, headers=key)
        assert refusal(answer) == (422, "idempotency_key_reused")


def test_an_undo_by_split_is_replayed_too(api, cast):
    andrea, rossi = lead(api, cast), lead(api, cast)
    merge(api, cast, andrea, rossi)
    brought = get(api, cast, andrea)["identities"][1]["_id"]
    key = {"Idempotency-Key": "k-1"}

    first = split(api, cast, andrea, [brought], headers=key)

    assert split(api, cast, andrea, [brought], headers=key) == {**first, "replayed": True}


# Taking it back.


def test_a_split_is_taken_back_with_all_that_was_said_since(api, cast, shared):
    veras = key_of(api, cast, shared, cast.visitor)
    before = lasting(get(api, cast, shared))
    done = split(api, cast, shared, [veras])
    made = done["into"]["_id"]
    say(cast, cast.visitor, "Since")

    back = undo_split(api, cast, done["split"]["_id"])

    assert (back["success"], back["already_undone"]) == (True, False)
    assert back["split"]["undone_by"] == cast.agent.person.user_id
    assert (back["lead"]["_id"], back["lead"]["conversations"]) == (shared, 3)
    assert {i["_id"] for i in back["lead"]["identities"]} == {i["_id"] for i in before["identities"]}
    # The contact that was made for it has nobody left.
    assert (back["into"]["_id"], back["into"]["merged_from"]) == (shared, made)
    assert get(api, cast, made)["_id"] == shared
    assert listed(api, cast, q=cast.visitor.key) == [shared]

    again = undo_split(api, cast, done["split"]["_id"])
    assert again == {**back, "already_undone": True}


def test_a_split_into_a_given_contact_leaves_that_standing(api, cast, shared):
    anna = lead(api, cast, fullname="Anna")
    before = [lasting(get(api, cast, one)) for one in (shared, anna)]
    done = split(api, cast, shared, [key_of(api, cast, shared, cast.visitor)], into=anna)

    back = undo_split(api, cast, done["split"]["_id"])

    assert [lasting(back["lead"]), lasting(back["into"])] == before


def test_after_an_erasure_no_split_is_taken_back(api, cast, shared):
    done = split(api, cast, shared, [key_of(api, cast, shared, cast.visitor)])
    api.ok(cast.owner, "DELETE", f"/{cast.id}/leads/{done['into']['_id']}/physical")

    answer = api(cast.agent, "POST", f"/{cast.id}/splits/{done['split']['_id']}/undo")

    assert refusal(answer) == (410, "erased")
    assert len(get(api, cast, shared)["identities"]) == 2


def test_a_split_of_another_project_is_not_found(api, cast, shared):
    done = split(api, cast, shared, [key_of(api, cast, shared, cast.visitor)])
    path = f"/{cast.other_project.id}/splits/{done['split']['_id']}/undo"
    assert api(cast.rival, "POST", path).status_code == 404
    assert get(api, cast, shared)["conversations"] == 1
