"""Messages over the API."""

import pytest

from tests.cast import away, new_request_id, reply, say


@pytest.fixture
def rid(cast):
    """A conversation that nobody has been given: they are all away."""
    away(cast)
    return say(cast, cast.visitor, "Hello").view.conversation.request_id


def post(api, who, cast, rid, **body):
    return api(who, "POST", f"/{cast.id}/requests/{rid}/messages", body)


def texts(api, who, cast, rid, **query):
    return [message["text"] for message in api.ok(who, "GET", f"/{cast.id}/requests/{rid}/messages", **query)]


def test_the_first_message_makes_the_conversation_and_the_contact(api, cast):
    rid = new_request_id(cast.id)
    more = {
        "sourcePage": "https://shop.example/cart",
        "language": "en",
        "userAgent": "UA",
        "attributes": {"cart": 3},
    }
    posted = post(api, cast.visitor, cast, rid, text="Hello", **more).json()

    assert (posted["sender"], posted["recipient"], posted["type"]) == (cast.visitor.key, rid, "text")
    assert posted["request"]["sourcePage"] == "https://shop.example/cart"
    assert (posted["request"]["status"], posted["request"]["participants"]) == (
        200,
        [cast.owner.person.user_id],
    )
    (lead,) = api.ok(cast.agent, "GET", f"/{cast.id}/leads")["leads"]
    assert (lead["lead_id"], lead["conversations"]) == (cast.visitor.key, 1)
    assert lead["attributes"] == {"cart": 3}


def test_messages_come_oldest_first_and_after_a_known_one(api, cast, rid):
    reply(cast, rid, "two")
    post(api, cast.visitor, cast, rid, text="three")
    messages = api.ok(cast.agent, "GET", f"/{cast.id}/requests/{rid}/messages")

    assert [message["text"] for message in messages] == ["Hello", "two", "three"]
    assert texts(api, cast.visitor, cast, rid) == ["Hello", "two", "three"]
    assert texts(api, cast.visitor, cast, rid, after=messages[0]["_id"]) == ["two", "three"]
    assert texts(api, cast.visitor, cast, rid, after=messages[0]["_id"], limit=1) == ["two"]
    assert texts(api, cast.visitor, cast, rid, limit="x") == ["Hello", "two", "three"]
    assert (
        api.ok(cast.visitor, "GET", f"/{cast.id}/requests/{rid}/messages/{messages[1]['_id']}") == messages[1]
    )
    assert api(cast.visitor, "GET", f"/{cast.id}/requests/{rid}/messages", after="zzz").status_code == 422
    assert api(cast.visitor, "GET", f"/{cast.id}/requests/{rid}/messages/zzz").status_code == 404


def test_a_message_of_another_conversation_is_unknown_here(api, cast, rid):
    other = say(cast, cast.other_visitor, "Else")
    path = f"/{cast.id}/requests/{rid}"
    assert api(cast.visitor, "GET", f"{path}/messages/{other.message.id}").status_code == 404
    assert api(cast.visitor, "GET", f"{path}/messages", after=other.message.id).status_code == 422
    assert api(cast.visitor, "PUT", f"{path}/seen", {"message": other.message.id}).status_code == 404


def test_the_same_client_id_is_stored_once(api, cast, rid):
    one = post(api, cast.visitor, cast, rid, text="once", client_id="c1").json()
    two = post(api, cast.visitor, cast, rid, text="once more", client_id="c1").json()

    assert one["_id"] == two["_id"]
    assert (two["text"], two["replayed"]) == ("once", True)
    assert texts(api, cast.visitor, cast, rid) == ["Hello", "once"]


@pytest.mark.parametrize(
    "body", [{}, {"text": None}, {"text": ""}, {"text": " \n "}, {"text": "", "type": "text"}]
)
def test_an_empty_message_is_refused_as_the_reference_does(api, cast, rid, body):
    answer = post(api, cast.visitor, cast, rid, **body)
    assert (answer.status_code, answer.json()["errors"]) == (422, ["text field is required"])
    assert texts(api, cast.visitor, cast, rid) == ["Hello"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": 1},
        {"text": ["x"]},
        {"text": {"$gt": ""}},
        {"text": "x" * 20_001},
        {"text": "a\x00b"},
        {"text": "x", "type": "html"},
        {"text": "x", "client_id": "y" * 65},
        {"text": "x", "client_id": 1},
        {"text": "x", "attributes": "y"},
        {"text": "x", "attributes": {"a": "y" * 17_000}},
        {"text": "x", "metadata": "y"},
        {"text": "x", "metadata": {"src": "javascript:alert(1)"}, "type": "image"},
    ],
)
@pytest.mark.parametrize("who", ["visitor", "agent"])
def test_a_wrong_message_is_refused_and_nothing_is_stored(api, cast, rid, body, who):
    answer = post(api, getattr(cast, who), cast, rid, **body)
    assert answer.status_code in (413, 422), answer.text
    assert texts(api, cast.visitor, cast, rid) == ["Hello"]
    begun = post(api, getattr(cast, who), cast, new_request_id(cast.id), **body)
    assert begun.status_code in (413, 422), begun.text
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests")["count"] == 1


@pytest.mark.parametrize(
    "raw", [b'{"text": "\\ud800"}', b'{"text": "x", "attributes": {"a": "\\udc00"}}', b'{"text": "\xff"}']
)
def test_what_is_no_text_is_refused(api, cast, rid, raw):
    assert api(cast.visitor, "POST", f"/{cast.id}/requests/{rid}/messages", content=raw).status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_000,
        "<script>alert(1)</script>",
        "\u202eمرحبا\u202c שלום",
        "🙂👩‍👩‍👧",
        "e\u0301 \ufeff\u200b.",
        "a\r\nb\tc",
        "'; DROP TABLE x; --",
    ],
)
def test_any_real_text_comes_back_as_it_was_sent(api, cast, rid, text):
    posted = post(api, cast.visitor, cast, rid, text=text)
    assert posted.status_code == 200
    assert posted.json()["text"].replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert texts(api, cast.agent, cast, rid)[-1] == posted.json()["text"]


def test_attributes_with_nul_do_no_harm(api, cast, rid):
    answer = post(api, cast.visitor, cast, rid, text="x", attributes={"a\x00": "b\x00", "c": ["\x00"]})
    assert answer.status_code in (200, 422)
    assert api(cast.agent, "GET", f"/{cast.id}/requests/{rid}").status_code == 200
    assert api(cast.agent, "GET", f"/{cast.id}/requests/{rid}/messages").status_code == 200


@pytest.mark.parametrize("request_id", ["a%20b", "%3Cscript%3E", "x" * 201, "%F0%9F%99%82", "%00", "a%2Fb"])
def test_a_conversation_begins_under_a_plain_id_alone(api, cast, request_id):
    answer = api(cast.visitor, "POST", f"/{cast.id}/requests/{request_id}/messages", {"text": "x"})
    assert answer.status_code in (404, 422)
    assert api.ok(cast.agent, "GET", f"/{cast.id}/requests", status="all")["count"] == 0


def test_what_a_visitor_may_not_set_is_dropped(api, cast, rid):
    posted = post(
        api,
        cast.visitor,
        cast,
        rid,
        text="x",
        sender=cast.agent.person.user_id,
        status=300,
        participants=[cast.agent.person.user_id],
        request_status=1000,
        channel={"name": "email"},
        priority="urgent",
        createdBy="me",
        sourcePage="javascript:alert(1)",
    ).json()

    assert (posted["sender"], posted["status"], posted["channel"]) == (
        cast.visitor.key,
        0,
        {"name": "chat21"},
    )
    assert posted["request"]["participants"] == []
    assert posted["request"]["priority"] == "medium"
    assert "sourcePage" not in posted["request"]


def test_an_answer_of_the_team_takes_the_conversation(api, cast, rid):
    posted = post(api, cast.agent, cast, rid, text="Yes?").json()
    assert (posted["sender"], posted["senderFullname"]) == (cast.agent.person.user_id, "Aldo Agent")
    assert posted["request"]["status"] == 200
    assert posted["request"]["participants"] == [cast.agent.person.user_id]
    assert posted["request"]["waiting_time"] >= 0


def test_an_unknown_sender_is_refused_as_the_reference_does(api, cast):
    answer = post(api, cast.agent, cast, new_request_id(cast.id), text="x", sender="nobody")
    assert answer.status_code == 403
    assert answer.json()["msg"] == "Unauthorized. Project_user not found with user id  : nobody"
    begun = api(cast.agent, "POST", f"/{cast.id}/requests", {"first_text": "x", "sender": "nobody"})
    assert (begun.status_code, begun.json()["msg"]) == (403, answer.json()["msg"])


def test_nobody_writes_into_anothers_conversation(api, cast, rid):
    for who in (cast.other_visitor, cast.user):
        assert post(api, who, cast, rid, text="me too").status_code == 404
        assert api(who, "GET", f"/{cast.id}/requests/{rid}/messages").status_code == 404
        assert api(who, "PUT", f"/{cast.id}/requests/{rid}/seen", {"message": "x"}).status_code == 404
    assert texts(api, cast.visitor, cast, rid) == ["Hello"]


def test_what_has_been_seen_is_no_longer_unread(api, cast, rid):
    one, two = reply(cast, rid, "one").message, reply(cast, rid, "two").message

    def unread():
        return api.ok(cast.visitor, "GET", f"/{cast.id}/requests/me")["requests"][0]["unread"]

    assert unread() == 2
    api.ok(cast.visitor, "PUT", f"/{cast.id}/requests/{rid}/seen", {"message": one.id})
    assert unread() == 1
    api.ok(cast.visitor, "PUT", f"/{cast.id}/requests/{rid}/seen", {"message": two.id})
    api.ok(cast.visitor, "PUT", f"/{cast.id}/requests/{rid}/seen", {"message": one.id})
    assert unread() == 0
    for wrong in ({}, {"message": "zzz"}, {"message": ""}):
        assert api(cast.visitor, "PUT", f"/{cast.id}/requests/{rid}/seen", wrong).status_code == 404
