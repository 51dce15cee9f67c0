"""Many messages at once, a message to a person, and all messages of a project."""

import pytest

from rolodesk.usecases import merges, splits
from rolodesk.usecases.merges import Ask
from tests.cast import new_request_id, new_visitor, reply, say


@pytest.fixture
def rid(cast):
    return say(cast, cast.visitor, "Hello").view.conversation.request_id


def texts(api, who, cast, rid):
    return [message["text"] for message in api.ok(who, "GET", f"/{cast.id}/requests/{rid}/messages")]


def test_many_are_posted_in_their_order(api, cast, rid):
    path = f"/{cast.id}/requests/{rid}/messages/multi"
    many = [{"text": "a", "client_id": "1"}, {"text": "b"}, {"text": "a again", "client_id": "1"}]

    stored = api.ok(cast.visitor, "POST", path, many)
    assert [message["text"] for message in stored] == ["a", "b", "a"]
    assert stored[0]["_id"] == stored[2]["_id"]
    assert texts(api, cast.agent, cast, rid) == ["Hello", "a", "b"]
    mixed = [{"text": "from me"}, {"text": "for her", "sender": cast.visitor.key}]
    stored = api.ok(cast.agent, "POST", path, mixed)
    assert [message["sender"] for message in stored] == [cast.agent.person.user_id, cast.visitor.key]
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}")["status"] == 200


@pytest.mark.parametrize(
    ("many", "status"),
    [
        ([], 422),
        ([{"text": "x"}, {"text": " "}], 422),
        ([{"text": "x"}, {"text": "y", "type": "video"}], 422),
        ([{"text": "x"}, {"text": "y", "client_id": ""}], 422),
        ([{"text": "x"}] * 101, 422),
        ([{"text": "x"}, {"text": "y" * 20_001}], 413),
        ([{"text": "x"}, {"text": "y", "sender": "nobody"}], 403),
        ({"text": "x"}, 422),
        ([1], 422),
    ],
)
def test_many_are_posted_all_or_not_at_all(api, cast, rid, many, status):
    answer = api(cast.agent, "POST", f"/{cast.id}/requests/{rid}/messages/multi", many)
    assert answer.status_code == status, answer.text
    assert texts(api, cast.agent, cast, rid) == ["Hello"]


def test_many_need_a_conversation_that_is_there_and_ones_own(api, cast, rid):
    many = [{"text": "x"}]
    fresh = f"/{cast.id}/requests/{new_request_id(cast.id)}/messages/multi"
    assert api(cast.agent, "POST", fresh, many).status_code == 404
    for who in (cast.other_visitor, cast.user):
        for path in (fresh, f"/{cast.id}/requests/{rid}/messages/multi"):
            assert api(who, "POST", path, many).status_code == 404
    assert texts(api, cast.agent, cast, rid) == ["Hello"]


def test_a_message_to_a_person_goes_into_its_newest_open_conversation(api, cast, rid):
    second = say(cast, cast.visitor, "Second").view.conversation.request_id
    path = f"/{cast.id}/messages"
    body = {"recipient": cast.visitor.key, "recipientFullname": "Vera", "text": "News"}

    sent = api.ok(cast.agent, "POST", path, body)
    assert (sent["recipient"], sent["sender"], sent["text"]) == (second, cast.agent.person.user_id, "News")
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{second}/close", {})
    assert api.ok(cast.agent, "POST", path, body)["recipient"] == rid
    api.ok(cast.agent, "PUT", f"/{cast.id}/requests/{rid}/close", {})
    begun = api.ok(cast.agent, "POST", path, {**body, "channel": {"name": "email"}})
    assert begun["recipient"] not in (rid, second)
    assert begun["request"]["requester"]["uuid_user"] == cast.visitor.key
    assert begun["request"]["channel"] == {"name": "email"}
    assert texts(api, cast.visitor, cast, begun["recipient"]) == ["News"]
    assert (
        api(cast.other_visitor, "GET", f"/{cast.id}/requests/{begun['recipient']}/messages").status_code
        == 404
    )


def test_a_contact_made_by_hand_is_written_to_by_its_lead_id(api, cast):
    lead = api.ok(cast.agent, "POST", f"/{cast.id}/leads", {"lead_id": "crm-1", "fullname": "Mario"})
    sent = api.ok(cast.agent, "POST", f"/{cast.id}/messages", {"recipient": "crm-1", "text": "Hello"})
    assert sent["request"]["lead"]["_id"] == lead["_id"]
    assert sent["request"]["status"] == 200


def test_who_was_split_off_is_written_to_by_its_key_and_by_its_new_contacts_lead_id(api, cast, rid):
    kept, other = (say(cast, guest).view for guest in (cast.visitor, cast.other_visitor))
    merges.merge(cast.db, cast.admin.agent, Ask(kept.home_id, (other.home_id,)))
    done = splits.split(cast.db, cast.admin.agent, kept.home_id, [kept.identity.id])
    lead_id = done.into.contact.lead_id
    assert lead_id not in (cast.visitor.key, cast.other_visitor.key)

    for recipient in (cast.visitor.key, lead_id):
        sent = api.ok(cast.agent, "POST", f"/{cast.id}/messages", {"recipient": recipient, "text": "News"})
        assert sent["request"]["lead"]["_id"] == done.into.contact.id
        assert texts(api, cast.visitor, cast, sent["recipient"])[-1] == "News"


def test_a_message_to_nobody_is_refused(api, cast, rid):
    path = f"/{cast.id}/messages"
    there = new_visitor(cast.db, cast.signing, cast.other_project.id)
    api.ok(there, "POST", f"/{cast.other_project.id}/requests/x/messages", {"text": "theirs"})
    for body, status in (
        ({"text": "x"}, 422),
        ({"recipient": "", "text": "x"}, 422),
        ({"recipient": 1, "text": "x"}, 422),
        ({"recipient": cast.visitor.key}, 422),
        ({"recipient": "nobody", "text": "x"}, 404),
        ({"recipient": there.key, "text": "x"}, 404),
    ):
        assert api(cast.agent, "POST", path, body).status_code == status, body
    assert api(cast.visitor, "POST", path, {"recipient": cast.visitor.key, "text": "x"}).status_code == 403


def test_the_owner_reads_all_messages_newest_first(api, cast, rid):
    for n in range(11):
        reply(cast, rid, str(n))
    path = f"/{cast.id}/messages"

    assert [message["text"] for message in api.ok(cast.owner, "GET", path)] == [
        str(n) for n in range(10, 0, -1)
    ]
    assert [message["text"] for message in api.ok(cast.owner, "GET", path, page=1)] == ["0", "Hello"]
    assert len(api.ok(cast.owner, "GET", path, limit=50)) == 12
    assert len(api.ok(cast.owner, "GET", path, limit=51)) == 10
    assert api(cast.admin, "GET", path).status_code == 403
