"""The same person from elsewhere: other browsers, other contacts, out of the trash."""

import pytest

from rolodesk.domain.contact import Status
from rolodesk.domain.errors import Conflict, Invalid, Unauthenticated
from rolodesk.domain.events import EventName
from rolodesk.usecases import contacts, conversations, find, sign_in
from rolodesk.usecases.find import Filter, Page
from tests.cast import everybody, filled, new_user, reply, say, the_contact, user_token


def test_a_signed_in_user_is_one_contact_from_every_browser(cast):
    other = new_user(cast.db, cast.signing, cast.id, cast.secret, "ugo-1", firstname="Ugo")
    first = say(cast, cast.user)
    say(cast, other)

    assert the_contact(cast).conversations == 2
    request_id = first.view.conversation.request_id
    assert conversations.get(cast.db, other.visitor, request_id).conversation.request_id == request_id


def test_the_same_email_from_another_browser_is_another_contact(cast):
    say(cast, cast.visitor, attributes=filled({"userEmail": "andrea1@gmail.com"}))
    say(cast, cast.visitor)
    say(cast, cast.other_visitor, attributes=filled({"userEmail": "andrea1@gmail.com"}))

    found = find.find(cast.db, cast.agent.agent, Filter(), Page(), "andrea1@gmail.com")
    assert sorted(contact.conversations for contact in found.contacts) == [1, 2]
    assert {contact.lead_id for contact in found.contacts} == {cast.visitor.key, cast.other_visitor.key}


def test_a_contact_made_by_hand_is_taken_over_by_the_user_with_its_key(cast):
    made = contacts.create(cast.db, cast.agent.agent, {"fullname": "Ugo by hand"}, lead_id="ugo-1")

    say(cast, cast.user)

    view = contacts.get(cast.db, cast.agent.agent, made.contact.id)
    assert the_contact(cast).id == made.contact.id
    assert [(i.kind, i.verified_at is not None) for i in view.identities] == [("user", True)]
    assert view.contact.name == "Ugo by hand"
    assert view.contact.conversations == 1


def test_a_user_who_answers_the_team_takes_its_contact_over_too(cast):
    contacts.create(cast.db, cast.agent.agent, {"fullname": "Ugo by hand"}, lead_id="ugo-1")
    draft = conversations.Draft("We saw your order")
    begun = conversations.post(cast.db, cast.agent.agent, "r-1", draft, sender="ugo-1")

    say(cast, cast.user, "Thanks", begun.view.conversation.request_id)

    (identity,) = contacts.get(cast.db, cast.agent.agent, the_contact(cast).id).identities
    assert (identity.kind, identity.verified_at is not None) == ("user", True)


def test_a_user_cannot_claim_the_key_of_a_browser_or_of_a_member(cast):
    say(cast, cast.visitor)
    conversations.post(cast.db, cast.agent.agent, "r-1", conversations.Draft("I need help myself"))

    for key in (cast.visitor.key, cast.agent.person.user_id):
        thief = new_user(cast.db, cast.signing, cast.id, cast.secret, key)
        with pytest.raises(Conflict) as taken:
            say(cast, thief)
        assert taken.value.code == "key_taken"
        assert conversations.own(cast.db, thief.visitor) == ([], 0)


@pytest.mark.parametrize(
    "key", ["null", "undefined", "[object Object]", "0", 0, "anonymous", "", "  ", None, ["a"]]
)
def test_ids_that_a_careless_script_sends_are_refused(cast, key):
    token = user_token(cast.id, cast.secret, key)

    with pytest.raises((Invalid, Unauthenticated)):
        sign_in.visitor(cast.db, cast.signing, cast.id, token)
    with pytest.raises((Invalid, Unauthenticated)):
        sign_in.sign_in_with_custom_token(cast.db, cast.signing, token)


# The trash.


def test_a_new_message_of_a_trashed_contact_restores_it_by_the_product(cast):
    first = say(cast, cast.visitor)
    contact = the_contact(cast)
    contacts.trash(cast.db, cast.admin.agent, contact.id)
    assert everybody(cast) == []

    say(cast, cast.visitor, "Still there?", first.view.conversation.request_id)

    assert the_contact(cast).status == Status.NORMAL
    restored = contacts.timeline(cast.db, cast.agent.agent, contact.id)[0]
    assert (restored.event.event.name, restored.by) == (EventName.LEAD_RESTORE, "system")
    assert find.counts(cast.db, cast.agent.agent) == {100: 1, 1000: 0}


def test_a_visitor_is_told_of_its_own_claims_alone(cast):
    posted = say(cast, cast.visitor, attributes=filled({"userEmail": "vera@x.com"}))
    request_id = posted.view.conversation.request_id
    contact = the_contact(cast)
    secrets = {"fullname": "Difficult customer", "phone": "+39061234567"}
    contacts.update(cast.db, cast.agent.agent, contact.id, secrets, {"score": 1}, tags=["trouble"])
    contacts.add_note(cast.db, cast.agent.agent, contact.id, "Never pays")
    conversations.add_note(cast.db, cast.agent.agent, request_id, "Careful")
    conversations.add_tags(cast.db, cast.agent.agent, request_id, ["trouble"])
    reply(cast, request_id)

    for view in (
        conversations.get(cast.db, cast.visitor.visitor, request_id),
        conversations.own(cast.db, cast.visitor.visitor)[0][0],
        say(cast, cast.visitor, "Hm", request_id).view,
    ):
        assert (view.contact, view.notes, view.tags) == (None, (), ())
        assert view.claims == {"email": "vera@x.com", "generated": f"guest#{cast.visitor.key[:4]}"}
