"""Keeping visitors out by the routes of the reference."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Forbidden
from rolodesk.usecases import blocking, contacts, conversations, emitted, merges, privacy
from rolodesk.usecases.merges import Ask
from tests.cast import new_user, new_visitor, reply, say

REFUSED = {"err": "error projectBanUserFilter by id"}


def ban(api, cast, key, **more):
    return api.ok(cast.admin, "POST", f"/projects/{cast.id}/ban", {"id": key, **more})


def test_a_banned_visitor_can_neither_read_nor_write_nor_renew_until_it_is_let_in_again(api, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    say(cast, cast.other_visitor)
    told = ban(api, cast, cast.visitor.key, ip="192.0.2.7")

    (entry,) = told["bannedUsers"]
    assert (entry["id"], entry["ip"]) == (cast.visitor.key, "192.0.2.7")
    assert set(entry) == {"_id", "id", "ip"}
    for method, path in (
        ("GET", f"/{cast.id}/requests/me"),
        ("POST", f"/{cast.id}/requests/{rid}/messages"),
        ("GET", f"/{cast.id}/widgets/form"),
        ("POST", "/auth/refresh"),
        ("POST", "/auth/signout"),
    ):
        answer = api(cast.visitor, method, path, {"text": "x"})
        assert (answer.status_code, answer.json()) == (401, REFUSED), path
    api.ok(cast.other_visitor, "GET", f"/{cast.id}/requests/me")

    left = api.ok(cast.admin, "DELETE", f"/projects/{cast.id}/ban/{entry['_id']}")
    assert left["bannedUsers"] == []
    api.ok(cast.visitor, "POST", f"/{cast.id}/requests/{rid}/messages", {"text": "Thank you"})
    assert api(cast.admin, "DELETE", f"/projects/{cast.id}/ban/{entry['_id']}").status_code == 404


def test_one_who_has_never_written_is_kept_out_when_it_comes(api, cast):
    ban(api, cast, "ugo-9")
    banned = {**cast.user.jwt}
    with pytest.raises(Exception, match="by id"):
        new_user(cast.db, cast.signing, cast.id, cast.secret, "ugo-9")
    assert api(banned, "POST", "/auth/signinWithCustomToken").status_code == 200

    lead = api.ok(cast.agent, "POST", f"/{cast.id}/leads", {"lead_id": "ugo-9", "fullname": "Ugo"})
    assert [identity["blocked"] for identity in lead["identities"]] == [True]


def test_a_users_sign_in_is_refused_in_the_references_words(api, cast):
    ban(api, cast, cast.user.key)
    answer = api(cast.user, "POST", "/auth/signinWithCustomToken")
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_the_same_ban_twice_is_one_and_an_identitys_own_id_names_it_too(api, cast):
    identity = say(cast, cast.visitor).view.identity
    first = ban(api, cast, identity.id)
    assert [entry["id"] for entry in first["bannedUsers"]] == [cast.visitor.key]
    assert ban(api, cast, cast.visitor.key)["bannedUsers"] == first["bannedUsers"]


def test_the_other_identities_of_a_contact_are_not_touched(api, cast):
    one, other = (say(cast, guest).view.identity for guest in (cast.visitor, cast.other_visitor))
    merges.merge(cast.db, cast.admin.agent, Ask(one.contact_id, (other.contact_id,)))
    ban(api, cast, cast.other_visitor.key)

    lead = api.ok(cast.agent, "GET", f"/{cast.id}/leads/{one.contact_id}")
    assert {i["key"]: i["blocked"] for i in lead["identities"]} == {
        cast.visitor.key: False,
        cast.other_visitor.key: True,
    }
    api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")
    assert api(cast.other_visitor, "GET", f"/{cast.id}/requests/me").status_code == 401
    found = api.ok(cast.agent, "GET", f"/{cast.id}/leads", blocked="true")["leads"]
    assert [contact["_id"] for contact in found] == [one.contact_id]


def test_the_team_sees_who_is_banned_and_nobody_else(api, cast):
    ban(api, cast, "ugo-1", ip="192.0.2.7")
    assert len(api.ok(cast.agent, "GET", f"/projects/{cast.id}")["bannedUsers"]) == 1
    assert api.ok(cast.teammate, "GET", f"/projects/{cast.id}")["bannedUsers"] == []
    boot = api.ok(None, "GET", f"/{cast.id}/widgets")
    assert boot["project"]["bannedUsers"] == []
    assert "192.0.2.7" not in str(boot)
    assert api.ok(cast.rival, "GET", f"/projects/{cast.other_project.id}")["bannedUsers"] == []


def test_a_ban_holds_in_its_own_project_alone(api, cast):
    there = new_visitor(cast.db, cast.signing, cast.other_project.id)
    ban(api, cast, there.key)
    api.ok(there, "GET", f"/{cast.other_project.id}/requests/me")
    entry = api.ok(cast.admin, "GET", f"/projects/{cast.id}")["bannedUsers"][0]
    assert (
        api(cast.rival, "DELETE", f"/projects/{cast.other_project.id}/ban/{entry['_id']}").status_code == 404
    )


@pytest.mark.parametrize("key", [None, "", "null", 1.5, True, ["x"], {"$gt": ""}, "x" * 257, "a\x00"])
def test_an_id_that_is_none_is_refused(api, cast, key):
    answer = api(cast.admin, "POST", f"/projects/{cast.id}/ban", {"id": key})
    assert answer.status_code == 422
    assert [problem["param"] for problem in answer.json()["errors"]] == ["id"]


def test_a_member_of_the_team_is_taken_off_it_rather_than_blocked(api, cast):
    answer = api(cast.admin, "POST", f"/projects/{cast.id}/ban", {"id": cast.agent.person.user_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "is_member")


def test_blocking_is_for_admins_and_is_told_in_the_timeline(api, cast):
    identity = say(cast, cast.visitor).view.identity
    assert api(cast.agent, "POST", f"/projects/{cast.id}/ban", {"id": identity.key}).status_code == 403
    blocking.block(cast.db, cast.admin.agent, identity.contact_id, identity.id)
    assert blocking.block(cast.db, cast.admin.agent, identity.contact_id) == []
    blocking.unblock(cast.db, cast.admin.agent, identity.contact_id)

    history = contacts.timeline(cast.db, cast.agent.agent, identity.contact_id)
    told = [(entry.event.event.name, entry.event.event.identity_id, entry.by) for entry in history]
    for name in ("lead.block", "lead.unblock"):
        assert (name, identity.id, cast.admin.person.name) in told
    assert api.ok(cast.admin, "GET", f"/projects/{cast.id}")["bannedUsers"] == []


def test_the_team_can_still_write_to_who_is_blocked_and_see_what_it_said(api, cast):
    rid = say(cast, cast.visitor, "Rude words").view.conversation.request_id
    ban(api, cast, cast.visitor.key)
    reply(cast, rid, "Please stop")
    texts = [m["text"] for m in api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}/messages")]
    assert texts == ["Rude words", "Please stop"]


def test_who_is_banned_after_its_token_was_looked_at_writes_nothing_any_more(api, cast):
    rid = say(cast, cast.visitor).view.conversation.request_id
    for guest in (cast.visitor, cast.other_visitor):
        blocking.ban(cast.db, cast.admin.agent, guest.key)
        for write in (
            lambda: say(cast, guest, "In a new conversation"),  # noqa: B023 - called at once
            lambda: conversations.open_for(cast.db, guest.visitor, None, Draft(text="Hi"), None),  # noqa: B023
        ):
            with pytest.raises(Forbidden, match="blocked"):
                write()
    for write in (
        lambda: say(cast, cast.visitor, "In the old one", rid),
        lambda: emitted.emit(cast.db, cast.visitor.visitor, "clicked"),
    ):
        with pytest.raises(Forbidden, match="blocked"):
            write()
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests")["count"] == 1
    assert api.ok(cast.agent, "GET", f"/{cast.id}/leads")["count"] == 1


def test_a_ban_and_a_first_message_at_once_leave_no_identity_that_is_not_blocked(api, cast):
    for number in range(8):
        guest = new_visitor(cast.db, cast.signing, cast.id, firstname=f"Vic {number}")
        with ThreadPoolExecutor(2) as pool:
            writing = pool.submit(say, cast, guest)
            banning = pool.submit(blocking.ban, cast.db, cast.admin.agent, guest.key)
            banning.result()
            assert isinstance(writing.exception(), Forbidden | None)
        found = api.ok(cast.agent, "GET", f"/{cast.id}/leads")["leads"]
        assert all(identity["blocked"] for lead in found for identity in lead["identities"])


def test_erasing_a_person_leaves_no_word_of_its_ban(api, cast):
    identity = say(cast, cast.visitor).view.identity
    ban(api, cast, identity.key)
    privacy.erase(cast.db, cast.owner.agent, identity.contact_id)

    assert api.ok(cast.admin, "GET", f"/projects/{cast.id}")["bannedUsers"] == []
    assert api(cast.visitor, "GET", f"/{cast.id}/requests/me").status_code == 401
