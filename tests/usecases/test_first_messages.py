"""How a contact comes to be: first messages, forms, tokens, the same person from elsewhere."""

import pytest

from rolodesk.domain.contact import Source
from rolodesk.domain.events import EventName
from rolodesk.storage import events
from rolodesk.usecases import contacts, conversations, projects
from tests.cast import everybody, filled, new_user, new_visitor, say, the_contact

FORM = [
    {"name": "userFullname", "type": "text", "label": "Name"},
    {"name": "userEmail", "type": "text", "label": "Email"},
    {"name": "userPhone", "type": "text", "label": "Phone"},
    {"name": "shoe_size", "type": "text", "label": "Shoe size"},
    {"name": "terms", "type": "checkbox", "label": "I agree to the terms"},
]


@pytest.fixture
def form(cast):
    projects.update(cast.db, cast.owner.agent, widget={"preChatFormJson": FORM})


# First messages.


def test_opening_the_widget_leaves_nothing(cast):
    new_visitor(cast.db, cast.signing, cast.id)

    assert everybody(cast) == []


def test_the_first_message_makes_contact_identity_conversation_and_message(cast):
    posted = say(cast, cast.visitor, "Hello", client_id="c1")

    contact = the_contact(cast)
    view = contacts.get(cast.db, cast.agent.agent, contact.id)
    assert contact.lead_id == cast.visitor.key
    assert (contact.conversations, contact.messages) == (1, 1)
    assert [(i.kind, i.key, i.conversations) for i in view.identities] == [("anonymous", cast.visitor.key, 1)]
    assert posted.view.conversation.identity_id == view.identities[0].id
    assert (posted.message.number, posted.message.text, posted.message.sender_id) == (
        1,
        "Hello",
        cast.visitor.key,
    )


def test_the_events_of_a_first_message_are_told_in_order(cast):
    with cast.db.read() as tx:
        before = events.last(tx, cast.id)

    say(cast, cast.visitor)

    with cast.db.read() as tx:
        names = [e.event.name for e in events.after(tx, cast.id, before, 10)]
    assert names == [
        EventName.LEAD_CREATE,
        EventName.REQUEST_CREATE,
        EventName.REQUEST_ASSIGN,
        EventName.MESSAGE_CREATE,
    ]


def test_a_second_conversation_lands_on_the_same_contact(cast):
    say(cast, cast.visitor)
    say(cast, cast.visitor)

    assert the_contact(cast).conversations == 2


def test_a_message_sent_twice_is_stored_once_and_answered_the_same(cast):
    first = say(cast, cast.visitor, "Hello", client_id="c1")
    request_id = first.view.conversation.request_id
    again = say(cast, cast.visitor, "Hello", request_id, client_id="c1")

    assert again.replayed
    assert not first.replayed
    assert again.message == first.message
    assert the_contact(cast).messages == 1


def test_the_same_client_id_in_another_conversation_is_another_message(cast):
    assert not say(cast, cast.visitor, client_id="c1").replayed
    assert not say(cast, cast.visitor, client_id="c1").replayed


def test_a_nameless_visitor_has_a_generated_name_until_it_says_one(cast):
    say(cast, cast.visitor)
    contact = the_contact(cast)
    assert contact.name == f"guest#{cast.visitor.key[:4]}"
    assert contact.profile.values["fullname"].generated

    say(cast, cast.visitor, attributes=filled({"userFullname": "Vera"}))
    assert the_contact(cast).name == "Vera"


# The form.


def test_answers_reach_fields_properties_and_consents(cast, form):
    answers = {
        "userFullname": "Vera",
        "userEmail": "Vera@X.com",
        "shoe_size": "42",
        "terms": True,
        "else": "x",
    }

    posted = say(cast, cast.visitor, attributes=filled(answers), source_page="https://bakery.example/buns")

    contact = the_contact(cast)
    assert (contact.profile.fullname, contact.profile.text("email")) == ("Vera", "Vera@X.com")
    assert contact.profile.properties == {"shoe_size": "42", "terms": True}
    assert [(a.value, a.key, a.verified) for a in contact.profile.emails] == [
        ("Vera@X.com", "vera@x.com", False)
    ]
    assert posted.view.conversation.attributes == filled(answers)
    (consent, page, _) = contacts.consents(cast.db, cast.agent.agent, contact.id)[0]
    assert (consent.text, consent.agreed, page) == (
        "I agree to the terms",
        True,
        "https://bakery.example/buns",
    )
    named = {p.name: p.type for p in projects.properties(cast.db, cast.agent.agent)}
    assert named == {"shoe_size": "text", "terms": "boolean"}


def test_an_unusable_phone_or_email_is_kept_as_typed_with_a_warning(cast, form):
    posted = say(cast, cast.visitor, attributes=filled({"userPhone": "call me", "userEmail": "at home"}))

    profile = the_contact(cast).profile
    assert (profile.text("phone"), profile.text("email")) == ("call me", "at home")
    assert [(a.value, a.key) for a in (*profile.phones, *profile.emails)] == [
        ("call me", None),
        ("at home", None),
    ]
    assert sorted(warning.split(":")[0] for warning in posted.warnings) == ["email", "phone"]


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "x" * 3_500, "’; DROP TABLE contacts;--", "🧁" * 600])
def test_odd_answers_never_stop_a_message(cast, form, odd):
    answers = {"userFullname": odd, "userEmail": odd, "userPhone": odd, "shoe_size": odd}

    say(
        cast,
        cast.visitor,
        attributes=filled(answers),
        sender_name=odd,
        source_page=odd,
        user_agent=odd,
        language=odd,
    )

    assert len(the_contact(cast).profile.text("email") or "") <= 1_000


def test_a_phone_is_read_with_the_projects_country(cast, form):
    projects.update(cast.db, cast.owner.agent, settings={"country": "it"})

    posted = say(cast, cast.visitor, attributes=filled({"userPhone": "333 1234567"}))

    assert posted.warnings == ()
    assert the_contact(cast).profile.text("phone") == "+393331234567"


def test_no_more_properties_are_made_than_a_project_may_have(cast):
    form = [{"name": f"p{n}", "type": "text", "label": "P"} for n in range(50)]
    projects.update(cast.db, cast.owner.agent, widget={"preChatFormJson": form})
    projects.create_property(cast.db, cast.owner.agent, "Known", "known")

    posted = say(cast, cast.visitor, attributes=filled({f"p{n}": "x" for n in range(50)}))

    assert len(projects.properties(cast.db, cast.owner.agent)) == 50
    assert len(the_contact(cast).profile.properties) == 49
    assert posted.view.conversation.attributes["preChatForm"]["p49"] == "x"


def test_a_list_property_takes_a_forms_answer_as_items(cast, form):
    projects.create_property(cast.db, cast.owner.agent, "Size", "shoe_size", "list")
    say(cast, cast.visitor, attributes=filled({"shoe_size": "41, 42"}))
    contact = the_contact(cast)
    assert contact.profile.properties["shoe_size"] == ["41", "42"]

    changed = contacts.update(
        cast.db, cast.agent.agent, contact.id, properties={"shoe_size": ["41", "42", "43"]}
    )
    assert changed.contact.profile.properties["shoe_size"] == ["41", "42", "43"]


def test_what_has_been_said_is_not_asked_again_and_a_generated_name_is_nothing_said(cast, form):
    asked = lambda: [entry["name"] for entry in conversations.form_for(cast.db, cast.visitor.visitor)]  # noqa: E731
    assert asked() == ["userFullname", "userEmail", "userPhone", "shoe_size", "terms"]

    say(cast, cast.visitor, attributes=filled({"userEmail": "vera@x.com", "terms": False}))

    assert asked() == ["userFullname", "userPhone", "shoe_size"]


def test_what_the_team_knows_is_asked_all_the_same(cast, form):
    say(cast, cast.visitor)
    contacts.update(cast.db, cast.agent.agent, the_contact(cast).id, {"email": "vera@x.com"})

    assert "userEmail" in [entry["name"] for entry in conversations.form_for(cast.db, cast.visitor.visitor)]


def test_a_project_without_a_form_asks_nothing(cast):
    projects.update(cast.db, cast.owner.agent, widget={"preChatForm": False})

    assert conversations.form_for(cast.db, cast.visitor.visitor) == []


# Rank.


def test_an_agents_edit_holds_against_what_the_visitor_says_later(cast, form):
    say(cast, cast.visitor, attributes=filled({"userEmail": "one@x.com"}))
    contacts.update(cast.db, cast.agent.agent, the_contact(cast).id, {"email": "agent@x.com"})
    say(cast, cast.visitor, attributes=filled({"userEmail": "two@x.com"}))

    profile = the_contact(cast).profile
    assert profile.text("email") == "agent@x.com"
    assert [entry.value for entry in profile.others["email"]] == ["two@x.com"]
    assert {a.value for a in profile.emails} == {"one@x.com", "agent@x.com", "two@x.com"}


def test_an_agents_clearing_holds_against_what_the_visitor_says_later(cast, form):
    say(cast, cast.visitor, attributes=filled({"userEmail": "one@x.com", "userFullname": "Vera"}))
    contacts.update(cast.db, cast.agent.agent, the_contact(cast).id, {"email": ""})
    say(cast, cast.visitor, attributes=filled({"userEmail": "two@x.com"}))

    profile = the_contact(cast).profile
    assert profile.text("email") is None
    assert [entry.value for entry in profile.others["email"]] == ["two@x.com"]


def test_a_tokens_claims_are_verified_and_rank_above_what_the_visitor_says(cast, form):
    say(cast, cast.user, attributes=filled({"userEmail": "typed@x.com", "userFullname": "Typed"}))

    profile = the_contact(cast).profile
    email = profile.values["email"]
    assert (email.value, email.source, email.verified) == ("ugo@example.com", Source.TOKEN, True)
    assert profile.text("firstname") == "Ugo"
    assert {a.value: a.verified for a in profile.emails} == {"ugo@example.com": True, "typed@x.com": False}


def test_a_token_that_says_all_leaves_no_form(cast):
    assert conversations.form_for(cast.db, cast.user.visitor) == []


def test_claims_of_any_shape_never_stop_a_message(cast):
    odd = {
        "firstname": ["x"],
        "lastname": {"a": 1},
        "email": 5,
        "phone": True,
        "company": "\x00",
        "attributes": "x",
    }

    say(cast, new_user(cast.db, cast.signing, cast.id, cast.secret, "odd", **odd))

    assert the_contact(cast).lead_id == "odd"
