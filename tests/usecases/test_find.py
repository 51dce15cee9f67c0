"""Search as people type it, on both kinds of database."""

import pytest

from rolodesk.domain.errors import Forbidden, Invalid
from rolodesk.usecases import contacts, find, projects
from rolodesk.usecases.find import Filter, Page, by_words
from tests.cast import Cast, filled, make_cast, new_visitor, say

PEOPLE = {
    "andrea": {"fullname": "Andrea Rossi", "email": "andrea1@gmail.com", "phone": "+39 06 1234567"},
    "zoe": {
        "fullname": "Zoë Müller-Lüdenscheidt",
        "email": "Zoe.M@Example.com",
        "company": "Bäckerei & Söhne",
    },
    "percent": {"fullname": '100% Discount_Store ("Best") \'n *co* \\o/'},
    "operators": {"fullname": "NEAR AND NOT OR", "company": "Foo: AND andrea"},
    "li": {"fullname": "李小龍", "email": "li@example.com"},
    "jo": {"fullname": "Jo", "city": "MÜNCHEN"},
    "mail": {"email": "nameless@example.org"},
}


@pytest.fixture(scope="module")
def cast(db):
    """One cast for all searches: the same people are in the other project too."""
    cast = make_cast(db)
    projects.create_property(cast.db, cast.owner.agent, "Size", "size", "number")
    for who in (cast.rival, cast.agent):
        for key, fields in PEOPLE.items():
            contacts.create(
                *(
                    cast.db,
                    who.agent,
                    fields,
                    {"size": len(key), "vip": key == "zoe", "town": fields.get("city")},
                ),
                lead_id=f"key-{key}",
            )
    return cast


def found(cast: Cast, text: str, wanted: Filter | None = None, **page) -> set[str]:
    result = find.find(cast.db, cast.agent.agent, wanted or Filter(), Page(**page), text)
    assert result.count == len(result.contacts)
    for contact in result.contacts:
        assert contacts.get(cast.db, cast.agent.agent, contact.id)
    return {contact.lead_id.removeprefix("key-") for contact in result.contacts}


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        # Fragments of names, emails, companies, user ids.
        ("rossi", "andrea"), ("REA ROS", "andrea"), ("  andrea   rossi ", "andrea"), ("andrea", "andrea operators"),
        ("gmail", "andrea"), ("@gmail.com", "andrea"), ("andrea1@", "andrea"), ("key-zoe", "zoe"), ("ey-z", "zoe"),
        ("nothing like it", ""), ("example", "zoe li mail"),
        # Accents and scripts.
        ("zoe", "zoe"), ("Zoë", "zoe"), ("ZOË MÜLLER", "zoe"), ("muller-lud", "zoe"), ("backerei", "zoe"), ("小龍", ""),
        ("李小龍", "li"), ("李小", "li"), ("李", "li"),
        # Short beginnings.
        ("jo", "jo"), ("an", "andrea"), ("z", "zoe"), ("n", "operators mail"), ("o", ""),
        # Whole emails, however they are written, and beginnings of such.
        ("andrea1@gmail.com", "andrea"), ("ANDREA1@Gmail.com", "andrea"), ("zoe.m@example.com", "zoe"),
        ("zoe.m@example.co", "zoe"), ("i@example.com", "li"), ("other@example.com", ""),
        # Phones.
        ("+39 06 1234567", "andrea"), ("+39061234567", "andrea"), ("0039 06 1234567", "andrea"),
        ("061234567", "andrea"),
        ("1234567", "andrea"), ("12345", "andrea"), ("(06) 123-4567", "andrea"), ("99999", ""),
        # A property's value.
        ("size:3", "zoe"), ("size: 3", "zoe"), ("vip:true", "zoe"),
        ("vip:false", "andrea percent operators li jo mail"),
        ("town:münchen", "jo"), ("town:MÜNCHEN", "jo"), ("size:77", ""), ("nothing:x", ""),
        # Signs that mean something to a database.
        ("100%", "percent"), ("0% d", "percent"), ("%", ""), ("___", ""), ("t_s", "percent"), ("%%%", ""),
        ("\"best\"", "percent"),
        ("(\"be", "percent"), ("'n *", "percent"), ("*co*", "percent"), ("\\o/", "percent"), ("\\\\\\", ""), ("a*", ""),
        ("near and", "operators"), ("not or", "operators"), ("AND NOT OR", "operators"), ("foo: and", "operators"),
        ("^an", ""), ("{a b}", ""), ("--;", ""), ("' OR '1'='1", ""), ("\" OR \"", ""), ("-andrea", "andrea"),
    ],
)  # fmt: skip
def test_what_is_typed_finds_whom_it_means(cast, typed, keys):
    for sort in find.SORTS:
        assert found(cast, typed, sort=sort) == set(keys.split())


@pytest.mark.parametrize(
    "typed", ["\x00", "a\x00b", "\ud800x", "x" * 10_000, "\x1f", "\x1fandrea\x1f", "a\nb\nc", "@", ":"]
)
def test_odd_texts_do_no_harm(cast, typed):
    try:
        shown = found(cast, typed)
    except Invalid:
        return
    # What holds nothing that can be searched for is no search.
    assert shown in (set(), {"andrea"}, {"andrea", "operators"}, set(PEOPLE))


def test_a_blank_text_is_no_search(cast):
    assert found(cast, "  ") == set(PEOPLE)


def test_an_id_finds_its_contact_in_its_project_only(cast):
    mine = find.find(cast.db, cast.agent.agent, Filter(), Page(), "rossi").contacts[0]
    theirs = find.find(cast.db, cast.rival.agent, Filter(), Page(), "rossi").contacts[0]

    assert found(cast, mine.id) == {"andrea"}
    assert found(cast, theirs.id) == set()
    assert found(cast, "f" * 24) == set()


def test_the_same_people_of_another_project_are_never_found(cast):
    for text in ("rossi", "andrea1@gmail.com", "key-andrea", "1234567", "an", "size:3", ""):
        result = find.find(cast.db, cast.stranger.agent, Filter(), Page(), text)
        for contact in result.contacts:
            assert contact.created_by == cast.rival.person.user_id
        assert result.count == len(result.contacts)


def test_a_search_says_what_it_matched_unless_the_name_shows_it(cast):
    def matched(text):
        result = find.find(cast.db, cast.agent.agent, Filter(), Page(), text)
        return set(result.matched.values())

    assert matched("rossi") == set()
    assert matched("andrea1@gmail.com") == {"andrea1@gmail.com"}
    assert matched("gmail") == {"andrea1@gmail.com"}
    assert matched("backerei") == {"Bäckerei & Söhne"}
    assert matched("key-zoe") == {"key-zoe"}
    assert matched("061234567") == {"+39061234567"}


def test_a_teammate_may_not_search(cast):
    with pytest.raises(Forbidden):
        find.find(cast.db, cast.teammate.agent, Filter(), Page())
    with pytest.raises(Forbidden):
        find.counts(cast.db, cast.teammate.agent)


@pytest.mark.parametrize(
    ("sort", "value"),
    [("createdAt", "x"), ("last_seen", "5"), ("fullname", 5), ("email", 5), ("updatedAt", 1.5)],
)
def test_a_place_of_another_kind_of_list_is_refused(cast, sort, value):
    with pytest.raises(Invalid):
        find.find(cast.db, cast.agent.agent, Filter(), Page(sort, after=(value, "x")))


# By words, as the API's full-text search does.


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("rossi", "andrea"), ("ROSSI", "andrea"), ("ross", ""), ("rossi müller", "andrea zoe"),
        ("muller", "zoe"), ("\"andrea rossi\"", "andrea"), ("\"rossi andrea\"", ""), ("gmail -rossi", ""),
        ("example -li", "zoe mail"), ("example -\"li\"", "zoe mail"), ("-rossi", ""), ("-", ""), ("", ""), ("\"\"", ""),
        ("andrea", "andrea"), ("and not", "operators"), ("jo", "jo"), ("100% nothing", "percent"), ("%", ""),
        ("小龍", ""), ("李小龍", "li"), ("* OR x", "operators"), ("NOT", "operators"), ("com", "andrea zoe li"),
        ("\"müller lüdenscheidt\"", "zoe"), ("andrea1@gmail.com", "andrea"), ("foo", ""),
    ],
)  # fmt: skip
def test_words_find_whole_words_of_names_and_emails(cast, text, keys):
    assert found(cast, "", by_words(Filter(), text)) == set(keys.split())


# What a search sees of a contact follows every change.


def test_search_follows_what_a_contact_becomes(db):
    cast = make_cast(db)
    say(cast, cast.visitor, attributes=filled({"userFullname": "Caterina", "userEmail": "cat@x.com"}))
    (contact,) = find.find(cast.db, cast.agent.agent, Filter(), Page(), "caterina").contacts

    contacts.update(cast.db, cast.agent.agent, contact.id, {"fullname": "Katharina", "email": "kat@x.com"})

    key = contact.lead_id
    for text, finds in (("katharina", True), ("caterina", True), ("kat@x.com", True), ("cat@x.com", True), (key, True),
                        (key[5:14], True), ("dogs", False)):  # fmt: skip
        assert found(cast, text) == ({key} if finds else set())
    contacts.trash(cast.db, cast.admin.agent, contact.id)
    assert found(cast, "katharina") == set()
    assert found(cast, "katharina", Filter(status=1000)) == {key}


def test_a_visitor_who_has_said_nothing_of_itself_is_found_by_its_id(db):
    cast = make_cast(db)
    guests = [new_visitor(db, cast.signing, cast.id) for _ in range(3)]
    for guest in guests:
        say(cast, guest)

    for guest in guests:
        assert found(cast, guest.key) == {guest.key}
        assert found(cast, f"guest#{guest.key[:4]}") >= {guest.key}
