"""The rules of `fold` one by one, in the words of the design; all of them at once: test_profile_model.py."""

from rolodesk.domain.contact import Point, Source, Value
from rolodesk.domain.profile import Choice, Member, fold, search_text, sort_name

AGENT, TOKEN, API, VISITOR = Source.AGENT, Source.TOKEN, Source.API, Source.VISITOR


def value(contact, field, content, source, at, **more):
    return Value(f"v{at:03}", contact, field, more.pop("item", ""), content, source, "somebody", at, **more)


def point(contact, kind, text, key, at, verified_at=None, source=VISITOR):
    return Point(f"p{at:03}", contact, kind, text, key, source, "somebody", at, verified_at=verified_at)


def alone(*values, **more):
    return fold(Member("a", values, **more))


def email(text, source, at, contact="a", **more):
    return value(contact, "email", text, source, at, **more)


# One contact.


def test_a_higher_source_is_not_hidden_by_a_later_lower_one():
    profile = alone(email("agent@x", AGENT, 1), email("token@x", TOKEN, 2), email("visitor@x", VISITOR, 3))

    assert profile.text("email") == "agent@x"
    assert [entry.value for entry in profile.others["email"]] == ["token@x", "visitor@x"]


def test_within_one_source_the_latest_counts_and_older_ones_are_history():
    profile = alone(email("new@x", VISITOR, 2), email("old@x", VISITOR, 1))

    assert profile.text("email") == "new@x"
    assert profile.others == {}


def test_an_agents_clearing_holds_against_what_a_visitor_says_later():
    profile = alone(email("a@x", VISITOR, 1), email(None, AGENT, 2), email("b@x", VISITOR, 3))

    assert profile.text("email") is None
    assert "email" not in profile.values
    assert [entry.value for entry in profile.others["email"]] == ["b@x"]


def test_false_and_nought_are_shown():
    profile = alone(
        value("a", "properties.vip", False, AGENT, 1), value("a", "properties.orders", 0, VISITOR, 2)
    )

    assert profile.properties == {"vip": False, "orders": 0}


def test_a_generated_name_gives_way_to_any_name_and_is_no_other_value():
    guest = value("a", "fullname", "guest#1234", VISITOR, 9, generated=True)
    named = alone(guest, value("a", "fullname", "Andrea", API, 1))

    assert alone(guest).fullname == "guest#1234"
    assert (named.fullname, named.others) == ("Andrea", {})
    assert alone(guest, value("a", "firstname", "Anna", VISITOR, 1)).fullname == "Anna"


def test_first_and_last_name_make_the_full_name_unless_there_is_one():
    first, last = value("a", "firstname", "Anna", VISITOR, 1), value("a", "lastname", "Rossi", VISITOR, 2)

    assert alone(first, last).fullname == "Anna Rossi"
    assert alone(first, last, value("a", "fullname", "Dr. Rossi", VISITOR, 3)).fullname == "Dr. Rossi"


def test_a_nought_is_an_other_value_beside_false():
    profile = alone(value("a", "properties.x", False, AGENT, 1), value("a", "properties.x", 0, VISITOR, 2))

    assert [repr(entry.value) for entry in profile.others["properties.x"]] == ["0"]


def test_a_removed_tag_is_gone_and_comes_back_when_it_is_set_again():
    def tags(*rows):
        return alone(
            *(value("a", "tag", there, AGENT, at, item=word) for at, (word, there) in enumerate(rows))
        ).tags

    assert tags(("vip", True), ("new", True), ("vip", False)) == ("new",)
    assert tags(("vip", True), ("new", True), ("vip", False), ("vip", True)) == ("new", "vip")


# A tree.


def test_a_contacts_own_value_stands_before_its_childrens_and_these_in_order_of_merging():
    b = Member("b", (email("b@x", VISITOR, 3, "b"),), joined_at=10)
    c = Member("c", (email("c@x", VISITOR, 4, "c"),), joined_at=20)

    assert fold(Member("a", (email("a@x", VISITOR, 1),), children=(b, c))).text("email") == "a@x"
    assert fold(Member("a", children=(b, c))).text("email") == "b@x"


def test_the_source_decides_before_the_order_and_verified_before_unverified():
    own = email("a@x", API, 1)
    by_token = Member("b", (email("b@x", TOKEN, 2, "b"),), joined_at=10)
    verified = Member("c", (email("c@x", API, 3, "c", verified=True),), joined_at=20)

    shown = fold(Member("a", (own,), children=(by_token, verified))).values["email"]
    assert (shown.value, shown.reason) == ("b@x", "source")
    shown = fold(Member("a", (own,), children=(verified,))).values["email"]
    assert (shown.value, shown.reason) == ("c@x", "verified")


def test_of_values_that_arrived_after_the_merge_the_latest_is_shown():
    b = Member("b", (email("new@x", VISITOR, 11, "b"),), joined_at=10)

    shown = fold(Member("a", (email("a@x", VISITOR, 1),), children=(b,))).values["email"]

    assert (shown.value, shown.reason) == ("new@x", "latest")


def test_a_value_from_before_a_later_merge_has_not_arrived_after_it():
    b = Member("b", (email("b@x", VISITOR, 12, "b"),), joined_at=10)
    c = Member("c", (email("c@x", VISITOR, 18, "c"),), joined_at=20)

    assert fold(Member("a", children=(b, c))).text("email") == "b@x"


def test_an_agents_edit_of_the_root_holds_against_an_agents_edit_of_a_child():
    b = Member("b", (email("b@x", AGENT, 30, "b"),), joined_at=40)

    assert fold(Member("a", (email("a@x", AGENT, 1),), children=(b,))).text("email") == "a@x"
    assert fold(Member("a", (email("a@x", TOKEN, 1),), children=(b,))).text("email") == "b@x"


def test_what_a_child_has_cleared_it_does_not_bring():
    b = Member("b", (email("b@x", VISITOR, 1, "b"), email(None, AGENT, 2, "b")), joined_at=10)

    profile = fold(Member("a", children=(b,)))
    assert profile.text("email") is None
    assert [entry.value for entry in profile.others["email"]] == ["b@x"]


def test_a_choice_counts_until_a_later_edit_and_is_void_when_its_member_has_left():
    b = Member("b", (email("b@x", VISITOR, 2, "b"),), joined_at=10)
    choice = (Choice("email", 10, "b"),)
    own = (email("a@x", AGENT, 1),)

    assert fold(Member("a", own, choices=choice, children=(b,))).text("email") == "b@x"
    assert fold(Member("a", own, choices=choice)).text("email") == "a@x"
    edited = (*own, email("later@x", AGENT, 11))
    assert fold(Member("a", edited, choices=choice, children=(b,))).text("email") == "later@x"


def test_a_choice_finds_the_value_of_its_member_though_another_member_says_the_same():
    grandchild = Member("c", (email("same@x", TOKEN, 3, "c"),), joined_at=5)
    b = Member("b", (email("same@x", VISITOR, 2, "b"),), children=(grandchild,), joined_at=10)
    tree = Member("a", (email("a@x", TOKEN, 1),), choices=(Choice("email", 10, "b"),), children=(b,))

    shown = fold(tree).values["email"]
    assert (shown.value, shown.contact_id, shown.reason) == ("same@x", "b", "chosen")


def test_a_choice_of_nothing_leaves_an_empty_field_empty():
    assert fold(Member("a", choices=(Choice("email", 1, "gone"),))).values == {}


def test_an_edit_on_a_members_value_goes_when_the_member_leaves():
    edit = email("b-corrected@x", AGENT, 12, basis_id="b")
    b = Member("b", (email("b@x", VISITOR, 2, "b"),), joined_at=10)
    own = (email("a@x", VISITOR, 1), edit)

    assert fold(Member("a", own, children=(b,))).text("email") == "b-corrected@x"
    assert fold(Member("a", own)).text("email") == "a@x"


def test_tags_are_united_and_a_removal_on_the_root_hides_what_children_bring():
    b = Member("b", (value("b", "tag", True, AGENT, 1, item="vip"),), joined_at=10)
    own = value("a", "tag", True, AGENT, 2, item="new")
    removal = value("a", "tag", False, AGENT, 11, item="vip")
    lifted = value("a", "tag", True, AGENT, 12, item="vip")

    assert fold(Member("a", (own,), children=(b,))).tags == ("new", "vip")
    assert fold(Member("a", (own, removal), children=(b,))).tags == ("new",)
    assert fold(Member("a", (own, removal, lifted), children=(b,))).tags == ("new", "vip")


def test_lists_are_united_this_contacts_items_first():
    def likes(contact, at, item):
        return value(contact, "properties.likes", True, AGENT, at, item=item)

    b = Member("b", (likes("b", 1, "tea"), likes("b", 2, "rum")), joined_at=10)
    c = Member("c", (likes("c", 3, "gin"), likes("c", 4, "tea")), joined_at=20)

    shown = fold(Member("a", (likes("a", 5, "rum"),), children=(b, c))).values["properties.likes"]
    assert (shown.value, shown.reason) == (["rum", "tea", "gin"], "united")


# Addresses, and what lists and search keep.


def test_every_address_is_listed_once_the_primary_one_first_then_verified_ones():
    points = (
        point("a", "email", "old@x.com", "old@x.com", 1),
        point("a", "email", "Main@x.com", "main@x.com", 2),
        point("a", "email", "main@x.com", "main@x.com", 3),
        point("a", "email", "sure@x.com", "sure@x.com", 4, verified_at=5),
        point("a", "phone", "call me", None, 6),
    )

    profile = fold(Member("a", (email("MAIN@x.com", AGENT, 9),), points))

    assert [address.value for address in profile.emails] == ["Main@x.com", "sure@x.com", "old@x.com"]
    assert [address.primary for address in profile.emails] == [True, False, False]
    assert [address.verified for address in profile.emails] == [False, True, False]
    assert [(address.value, address.key, address.primary) for address in profile.phones] == [
        ("call me", None, False)
    ]


def test_addresses_of_the_whole_tree_are_listed_and_a_verified_one_wins_over_the_same_typed():
    b = Member(
        "b", (), (point("b", "email", "a@x.com", "a@x.com", 2, verified_at=3, source=TOKEN),), joined_at=10
    )

    profile = fold(Member("a", (), (point("a", "email", "A@x.com", "a@x.com", 1),), children=(b,)))

    assert [(address.verified, address.contact_id) for address in profile.emails] == [(True, "b")]
    assert profile.members == ("a", "b")


def test_a_list_by_name_sorts_by_name_else_email_else_phone():
    named = alone(value("a", "fullname", "  Zoë ", VISITOR, 1), email("a@x.com", VISITOR, 2))

    assert sort_name(named) == "zoe"
    assert sort_name(alone(email("Ann@x.com", VISITOR, 1))) == "ann@x.com"
    assert sort_name(alone(value("a", "phone", "+39061234567", VISITOR, 1))) == "+39061234567"
    assert sort_name(alone()) == ""


def test_search_looks_at_names_addresses_company_user_ids_and_other_names():
    tree = Member(
        "a",
        (
            value("a", "fullname", "Zoë Müller", AGENT, 3),
            value("a", "fullname", "Zoe the Visitor", VISITOR, 1),
            value("a", "company", "Bäckerei", AGENT, 4),
        ),
        (point("a", "phone", "06 1234567", "+39061234567", 5),),
    )

    lines = search_text(fold(tree), ["user-42"]).split("\n")

    assert lines == [
        *("zoe muller", "backerei", "zoe the visitor", "06 1234567", "+39061234567", "user-42"),
        "\x1fzoe\x1fmuller\x1f",
    ]
