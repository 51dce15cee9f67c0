"""`fold` against a second, independent telling of the rules."""

from hypothesis import event, given
from hypothesis import strategies as st

from rolodesk.domain.contact import Point, Source, Value
from rolodesk.domain.json import Json
from rolodesk.domain.merging import without
from rolodesk.domain.profile import Choice, Member, Profile, fold
from tests.domain.model import RANKS, addresses, everybody, items, said, shown

FIELDS = ("fullname", "company", "email", "properties.size")
LISTS = ("tag", "properties.tastes")
BLANKS: list[Json] = [None, "", "  "]
ADDRESSES = ["a@x.com", "b@x.com", "c@x.com", "at home"]


@st.composite
def trees(draw: st.DrawFn) -> Member:
    """A tree of up to six contacts with values, removals, edits on a basis, adopted values, choices, addresses and
    removed ones, no two at the same time. It speaks of few things, so that they meet."""
    size = draw(st.integers(1, 6))
    fields = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True))
    sources = st.sampled_from([*RANKS, Source.AGENT, Source.AGENT])
    ids = [f"c{i}" for i in range(size)]
    parents = [0, *(draw(st.integers(0, i - 1)) for i in range(1, size))]
    times = iter(draw(st.permutations(range(1, 41))))
    joined = [0, *(next(times) for _ in range(1, size))]
    where = st.sampled_from(ids)
    content = st.sampled_from(["a", "b", 0, False, 1, *ADDRESSES[:2], *BLANKS])
    values: dict[str, list[Value]] = {}
    for number in range(draw(st.integers(0, 14))):
        contact, source = draw(where), draw(sources)
        row = {"id": f"v{number:02}", "contact_id": contact, "source": source, "by": "x", "at": next(times)}
        if draw(st.integers(0, 3)) == 0:
            item = {"item": draw(st.sampled_from(["x", "y", "z"])), "value": draw(st.booleans())}
            row |= {"field": draw(st.sampled_from(LISTS)), **item}
        else:
            row |= {"field": draw(st.sampled_from(fields)), "item": "", "value": draw(content)}
            row["verified"] = draw(st.booleans())
            row["generated"] = source is Source.VISITOR and draw(st.booleans())
            if source is Source.AGENT:
                row["basis_id"] = draw(st.sampled_from([None, *ids, "gone"]))
                if row["basis_id"] is not None and draw(st.booleans()):
                    row |= {"adopts": draw(st.sampled_from(RANKS)), "value": None}
        values.setdefault(contact, []).append(Value(**row))
    choices: dict[str, list[Choice]] = {}
    for _ in range(draw(st.integers(0, 4))):
        field, origin = draw(st.sampled_from(fields)), draw(st.sampled_from([None, *ids, "gone"]))
        source = draw(st.sampled_from([None, *RANKS])) if origin else None
        chosen = Choice(field, next(times), origin, draw(content) if origin is None else None, source)
        choices.setdefault(draw(where), []).append(chosen)
    points: dict[str, list[Point]] = {}
    for number in range(draw(st.integers(0, 8))):
        contact, text, at = draw(where), draw(st.sampled_from(ADDRESSES)), next(times)
        sure, removed = draw(st.booleans()), draw(st.booleans())
        basis = draw(st.sampled_from([None, None, *ids, "gone"]))
        points.setdefault(contact, []).append(
            Point(
                *(f"p{number}", contact, "email", text, text if "@" in text else None, Source.AGENT, "x", at),
                verified_at=at if sure else None,
                removed_at=at if removed else None,
                basis_id=basis,
            )
        )

    def member(place: int) -> Member:
        below = sorted((c for c in range(1, size) if parents[c] == place), key=lambda child: joined[child])
        name = ids[place]
        return Member(
            name,
            tuple(values.get(name, ())),
            tuple(points.get(name, ())),
            choices=tuple(choices.get(name, ())),
            children=tuple(member(child) for child in below),
            joined_at=joined[place],
        )

    return member(0)


@given(trees())
def test_every_field_shows_what_the_rules_say(tree: Member) -> None:
    profile = fold(tree)

    for field in FIELDS:
        wanted, found = shown(tree, field), profile.values.get(field)
        if wanted is None or wanted.blank:
            assert found is None
        else:
            assert found is not None
            event(found.reason)
            assert (repr(found.value), found.generated) == (repr(wanted.value), wanted.generated)
            assert (found.contact_id, found.source) == (wanted.contact, wanted.source)


@given(trees())
def test_tags_and_lists_hold_what_the_rules_say(tree: Member) -> None:
    profile = fold(tree)

    assert list(profile.tags) == items(tree, "tag")
    tastes = profile.values.get("properties.tastes")
    assert (tastes.value if tastes else []) == items(tree, "properties.tastes")


@given(trees())
def test_addresses_are_those_that_the_rules_leave(tree: Member) -> None:
    profile = fold(tree)

    found = [(a.key or a.value, a.primary, a.verified) for a in profile.emails]
    assert found == addresses(tree, "email")
    assert profile.phones == ()


@given(trees())
def test_no_value_that_anybody_stands_by_is_lost(tree: Member) -> None:
    profile = fold(tree)

    for field in FIELDS:
        stood_by = {repr(claim.value) for claim in said(tree, field)}
        chosen = {repr(c.value) for m in everybody(tree) for c in m.choices if c.field == field}
        first = {repr(profile.values[field].value)} if field in profile.values else set()
        others = [repr(entry.value) for entry in profile.others.get(field, ())]
        assert stood_by <= {*first, *others}
        assert {*others} <= stood_by | chosen
        assert len(others) == len({*others} - first)


@given(trees())
def test_what_a_merged_contact_brings_is_what_it_showed_alone(tree: Member) -> None:
    for child in tree.children:
        lifted = fold(Member("new", children=(child,)))

        alone = fold(child)
        assert shown_values(lifted) == shown_values(alone)
        assert lifted.tags == alone.tags
        assert lifted.emails == alone.emails


def shown_values(profile: Profile) -> dict[str, str]:
    return {field: repr(entry.value) for field, entry in profile.values.items()}


@given(trees(), st.data())
def test_what_a_member_has_said_goes_with_it(tree: Member, data: st.DataObject) -> None:
    """Chosen, adopted and edited: none of its values is left in the tree that it leaves, unless typed there anew."""
    ids = [member.contact_id for member in everybody(tree)]
    if len(ids) == 1:
        return
    rest, gone = without(tree, data.draw(st.sampled_from(ids[1:])))

    profile, left = fold(rest), {member.contact_id for member in everybody(gone)}
    shown_now = [*profile.values.values(), *(entry for many in profile.others.values() for entry in many)]
    assert {entry.contact_id for entry in shown_now} & left == set()
    assert {entry.basis_id for entry in shown_now} & left == set()
    assert {a.contact_id for a in profile.emails} & left == set()
    for field in FIELDS:
        wanted, found = shown(rest, field), profile.values.get(field)
        assert repr(found.value if found else None) == repr(
            wanted.value if wanted and not wanted.blank else None
        )


@given(trees())
def test_the_order_of_rows_says_nothing(tree: Member) -> None:
    def turned(member: Member) -> Member:
        return Member(
            member.contact_id,
            member.values[::-1],
            member.points[::-1],
            choices=member.choices[::-1],
            children=tuple(map(turned, member.children)),
            joined_at=member.joined_at,
        )

    assert fold(turned(tree)) == fold(tree)
