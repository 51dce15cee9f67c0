"""What the team does with contacts."""

import pytest

from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound
from rolodesk.usecases import clock, contacts, find, merges, projects
from rolodesk.usecases.find import Filter, Page
from rolodesk.usecases.merges import Ask
from tests.cast import filled, reply, say

EVERY_FIELD = {
    "fullname": "Vera Visitor", "firstname": "Vera", "lastname": "Visitor", "email": "vera@x.com",
    "phone": "+39 06 1234567", "company": "Flour & Co", "note": "likes\nbuns", "streetAddress": "Via 1", "city": "Roma",
    "region": "RM", "zipcode": "00100", "country": "IT",
}  # fmt: skip


@pytest.fixture
def made(cast):
    return contacts.create(cast.db, cast.agent.agent, {"fullname": "Vera"}, tags=["new"]).contact


@pytest.fixture
def ticking(monkeypatch):
    """Each look at the clock of contacts is a second later than the one before."""
    times = iter(range(clock.now(), clock.now() + 10**9, 1_000))
    monkeypatch.setattr(contacts, "now", lambda: next(times))


def test_a_contact_made_by_hand_has_all_that_was_typed(cast):
    projects.create_property(cast.db, cast.owner.agent, "Loaves", "loaves", "number")
    view = contacts.create(
        *(cast.db, cast.agent.agent, EVERY_FIELD, {"loaves": "5", "free": "x"}, ["vip", "vip", " new "]),
        attributes={"source": "fair"},
        lead_id="crm-7",
        emails=["second@x.com", {"value": "third@x.com"}],
        phones=["+39 333 1234567"],
    )

    contact, profile = view.contact, view.contact.profile
    shown = {field: entry.value for field, entry in profile.values.items()}
    assert shown == {**EVERY_FIELD, "phone": "+39061234567", "properties.loaves": 5, "properties.free": "x"}
    assert profile.tags == ("vip", "new")
    assert [a.value for a in profile.emails] == ["vera@x.com", "second@x.com", "third@x.com"]
    assert [a.value for a in profile.phones] == ["+39061234567", "+393331234567"]
    assert (contact.lead_id, contact.attributes, contact.created_by) == (
        "crm-7",
        {"source": "fair"},
        cast.agent.agent.id,
    )
    assert [(i.kind, i.key) for i in view.identities] == [("manual", "crm-7")]
    assert contacts.get(cast.db, cast.agent.agent, contact.id).contact == contact


def test_a_taken_lead_id_is_answered_with_the_one_who_has_it(cast, made):
    with pytest.raises(Conflict) as taken:
        contacts.create(cast.db, cast.agent.agent, {}, lead_id=made.lead_id)

    assert (taken.value.code, taken.value.details) == ("lead_id_taken", {"_id": made.id})


@pytest.mark.parametrize(
    ("more", "params"),
    [
        ({"fields": {"email": "x", "phone": "y"}}, {"email", "phone"}),
        ({"properties": {"Bad name": 1, "nul": "\x00"}}, {"properties.Bad name", "properties.nul"}),
        ({"tags": [""]}, {"tags"}),
        ({"lead_id": "null"}, {"lead_id"}),
        ({"emails": ["x"]}, {"emails"}),
        ({"phones": [5]}, {"phones"}),
        ({"attributes": {"a": "x" * 100_001}}, {"attributes"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(cast, more, params):
    with pytest.raises(Invalid) as wrong:
        contacts.create(cast.db, cast.agent.agent, **{"fields": {}, **more})

    assert {problem.param for problem in wrong.value.problems} == params
    assert find.find(cast.db, cast.agent.agent, Filter(), Page()).count == 0


def test_an_update_changes_what_is_given_and_nothing_else(cast, made):
    view = contacts.update(cast.db, cast.agent.agent, made.id, {"company": "Flour"}, {"size": 5})

    assert view.contact.profile.fullname == "Vera"
    assert view.contact.profile.text("company") == "Flour"
    assert view.contact.profile.tags == ("new",)
    assert view.contact.version > made.version


def test_an_update_without_a_change_is_no_change(cast, made):
    view = contacts.update(cast.db, cast.agent.agent, made.id, {"fullname": "Vera", "city": ""}, tags=["new"])

    assert view.contact == made


def test_a_blank_value_clears_its_field(cast, made):
    contacts.update(cast.db, cast.agent.agent, made.id, {"city": "Roma"}, {"size": 5, "vip": False})
    view = contacts.update(cast.db, cast.agent.agent, made.id, {"city": " "}, {"size": None})

    assert view.contact.profile.text("city") is None
    assert view.contact.profile.properties == {"vip": False}


def test_an_edit_made_on_an_old_version_is_refused(cast, made):
    contacts.update(cast.db, cast.agent.agent, made.id, {"city": "Roma"}, expect=made.version)

    with pytest.raises(Conflict) as stale:
        contacts.update(cast.db, cast.agent.agent, made.id, {"city": "Bari"}, expect=made.version)
    assert stale.value.code == "stale_version"


def test_attributes_are_replaced_or_merged(cast, made):
    def put(attributes, **more):
        view = contacts.update(cast.db, cast.agent.agent, made.id, attributes=attributes, **more)
        return view.contact.attributes

    assert put({"a": 1}) == {"a": 1}
    assert put({"b": 2}, merge_attributes=True) == {"a": 1, "b": 2}
    assert put({}) == {}


def test_tags_are_added_removed_and_replaced(cast, made):
    tags = lambda view: set(view.contact.profile.tags)  # noqa: E731
    assert tags(contacts.add_tags(cast.db, cast.agent.agent, made.id, ["vip", "new", "vip"])) == {
        "new",
        "vip",
    }
    assert tags(contacts.remove_tag(cast.db, cast.agent.agent, made.id, "new")) == {"vip"}
    assert tags(contacts.remove_tag(cast.db, cast.agent.agent, made.id, "never")) == {"vip"}
    assert tags(contacts.add_tags(cast.db, cast.agent.agent, made.id, ["new"])) == {"new", "vip"}
    assert tags(contacts.update(cast.db, cast.agent.agent, made.id, tags=["only"])) == {"only"}
    found = find.find(cast.db, cast.agent.agent, Filter(tag="only"), Page())
    assert [contact.id for contact in found.contacts] == [made.id]
    assert find.find(cast.db, cast.agent.agent, Filter(tag="vip"), Page()).count == 0


def test_a_list_property_is_changed_item_by_item_and_may_become_a_text(cast, made):
    def put(value):
        view = contacts.update(cast.db, cast.agent.agent, made.id, properties={"likes": value})
        return view.contact.profile.properties.get("likes")

    assert put(["rum", "tea"]) == ["rum", "tea"]
    assert put(["tea", "gin"]) == ["tea", "gin"]
    assert put([]) is None
    assert put(["gin"]) == ["gin"]
    assert put("anything") == "anything"
    assert put(["rum"]) == ["rum"]


def test_addresses_are_added_and_taken_off(cast, made):
    contacts.update(cast.db, cast.agent.agent, made.id, {"email": "One@x.com"}, emails=["two@x.com"])
    view = contacts.update(cast.db, cast.agent.agent, made.id, emails=["TWO@x.com", "three@x.com"])
    assert [a.key for a in view.contact.profile.emails] == ["one@x.com", "two@x.com", "three@x.com"]

    view = contacts.remove_address(cast.db, cast.agent.agent, made.id, "email", "two@x.com")
    assert view.contact.profile.text("email") == "One@x.com"
    view = contacts.remove_address(cast.db, cast.agent.agent, made.id, "email", "One@x.com")
    assert view.contact.profile.text("email") is None
    assert [a.key for a in view.contact.profile.emails] == ["three@x.com"]
    with pytest.raises(NotFound):
        contacts.remove_address(cast.db, cast.agent.agent, made.id, "email", "one@x.com")
    assert find.find(cast.db, cast.agent.agent, Filter(), Page(), "one@x.com").count == 0


def test_a_removed_address_stays_away_when_the_visitor_says_it_again(cast):
    for _ in range(2):
        say(cast, cast.visitor, attributes=filled({"userEmail": "old@x.com"}))
        (contact,) = find.find(cast.db, cast.agent.agent, Filter(), Page()).contacts
        if contact.profile.emails:
            contacts.remove_address(cast.db, cast.agent.agent, contact.id, "email", "old@x.com")

    assert contacts.get(cast.db, cast.agent.agent, contact.id).contact.profile.emails == ()


def test_notes_are_kept_newest_first_and_taken_away(cast, made, ticking):
    first = contacts.add_note(cast.db, cast.agent.agent, made.id, " likes buns ")
    second = contacts.add_note(cast.db, cast.admin.agent, made.id, "pays late")

    assert [n.text for n in contacts.notes(cast.db, cast.agent.agent, made.id)] == ["pays late", "likes buns"]
    contacts.delete_note(cast.db, cast.agent.agent, made.id, first.id)
    assert [n.id for n in contacts.notes(cast.db, cast.agent.agent, made.id)] == [second.id]
    with pytest.raises(NotFound):
        contacts.delete_note(cast.db, cast.agent.agent, made.id, first.id)
    for blank in ("", None, 5, "\x00"):
        with pytest.raises(Invalid):
            contacts.add_note(cast.db, cast.agent.agent, made.id, blank)


def test_a_note_of_another_contact_is_not_found(cast, made):
    other = contacts.create(cast.db, cast.agent.agent, {}).contact
    note = contacts.add_note(cast.db, cast.agent.agent, other.id, "x")

    with pytest.raises(NotFound):
        contacts.delete_note(cast.db, cast.agent.agent, made.id, note.id)


def test_admins_put_into_the_trash_and_take_out_again(cast, made):
    for may_not in (cast.agent, cast.teammate):
        with pytest.raises(Forbidden):
            contacts.trash(cast.db, may_not.agent, made.id)
        with pytest.raises(Forbidden):
            contacts.update(cast.db, may_not.agent, made.id, status=1000)
    assert find.counts(cast.db, cast.agent.agent) == {100: 1, 1000: 0}

    assert contacts.trash(cast.db, cast.admin.agent, made.id).contact.status == 1000
    assert find.counts(cast.db, cast.agent.agent) == {100: 0, 1000: 1}
    assert find.find(cast.db, cast.agent.agent, Filter(), Page(sort="last_seen")).contacts == []
    trashed = find.find(cast.db, cast.agent.agent, Filter(status=1000), Page(sort="last_seen"))
    assert [contact.id for contact in trashed.contacts] == [made.id]
    assert contacts.restore(cast.db, cast.admin.agent, made.id).contact.status == 100
    with pytest.raises(Invalid):
        contacts.update(cast.db, cast.admin.agent, made.id, status=7)


def test_the_timeline_tells_old_and_new_and_by_whom(cast, ticking):
    posted = say(cast, cast.visitor, attributes=filled({"userEmail": "old@x.com"}))
    (contact,) = find.find(cast.db, cast.agent.agent, Filter(), Page()).contacts
    contacts.update(cast.db, cast.agent.agent, contact.id, {"email": "new@x.com", "city": "Roma"})
    contacts.update(cast.db, cast.admin.agent, contact.id, {"city": ""}, tags=["vip"])
    reply(cast, posted.view.conversation.request_id)

    told = contacts.timeline(cast.db, cast.agent.agent, contact.id)

    assert [(t.event.event.name.value, t.by) for t in told] == [
        ("request.assign", "Aldo Agent"),
        ("lead.update", "Ada Admin"),
        ("lead.update", "Aldo Agent"),
        ("request.assign", "system"),
        ("request.create", "visitor"),
        ("lead.create", "visitor"),
    ]
    assert sorted(told[1].changes, key=str) == [("city", "Roma", None), ("tag", None, "vip")]
    assert sorted(told[2].changes, key=str) == [("city", None, "Roma"), ("email", "old@x.com", "new@x.com")]


def test_many_messages_do_not_push_the_rest_out_of_the_timeline(cast):
    posted = say(cast, cast.visitor)
    for _ in range(6):
        say(cast, cast.visitor, request_id=posted.view.conversation.request_id)
    (contact,) = find.find(cast.db, cast.agent.agent, Filter(), Page()).contacts

    told = contacts.timeline(cast.db, cast.agent.agent, contact.id, limit=3)

    assert [t.event.event.name.value for t in told] == ["request.assign", "request.create", "lead.create"]


@pytest.mark.parametrize("contact_id", ["", "x", "f" * 24, "F" * 24, "a\x00", "\ud800", "../../etc"])
def test_an_unknown_contact_is_not_found(cast, contact_id):
    agent = cast.admin.agent
    for verb in (
        *(lambda: contacts.get(cast.db, agent, contact_id), lambda: contacts.update(cast.db, agent, contact_id, {})),
        *(lambda: contacts.trash(cast.db, agent, contact_id), lambda: contacts.restore(cast.db, agent, contact_id)),
        lambda: contacts.notes(cast.db, agent, contact_id),
        lambda: contacts.add_note(cast.db, agent, contact_id, "x"),
        *(lambda: contacts.timeline(cast.db, agent, contact_id), lambda: contacts.consents(cast.db, agent, contact_id)),
        lambda: contacts.add_tags(cast.db, agent, contact_id, ["x"]),
        lambda: contacts.remove_tag(cast.db, agent, contact_id, "x"),
        lambda: contacts.remove_address(cast.db, agent, contact_id, "email", "a@x.com"),
        lambda: contacts.delete_note(cast.db, agent, contact_id, "x"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            verb()


def test_the_timeline_tells_what_was_made_of_a_members_value_only_while_it_is_a_member(cast):
    kept = say(cast, cast.visitor).view.home_id
    gone = say(cast, cast.other_visitor, attributes=filled({"userFullname": "Viktor"})).view.home_id
    merge = merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone,))).merges[0]
    contacts.update(cast.db, cast.agent.agent, kept, {"fullname": "Viktor Viktorov"})

    def told():
        return [change for e in contacts.timeline(cast.db, cast.agent.agent, kept) for change in e.changes]

    assert "Viktor Viktorov" in str(told())
    merges.undo(cast.db, cast.agent.agent, merge.id)
    assert "Viktor" not in str(told())
