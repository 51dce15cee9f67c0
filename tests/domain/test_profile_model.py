"""`fold` against a second, independent telling of the rules: eliminations over lists instead of sort keys."""

from collections.abc import Iterator
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from rolodesk.domain.contact import Source, Value
from rolodesk.domain.json import Json
from rolodesk.domain.profile import Choice, Member, Profile, fold

FIELDS = ("fullname", "company", "properties.size")
LISTS = ("tag", "properties.tastes")
RANKS = [Source.VISITOR, Source.API, Source.TOKEN, Source.AGENT]
BLANKS: list[Json] = [None, "", "  "]


class Claim(NamedTuple):
    """A value that competes for a field."""

    value: Json
    source: Source
    contact: str
    at: int
    verified: bool = False
    generated: bool = False

    @property
    def blank(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and self.value.strip() == "")


def everybody(member: Member) -> Iterator[Member]:
    yield member
    for child in member.children:
        yield from everybody(child)


def standing(member: Member, field: str) -> list[Claim]:
    """The newest row of each source, edits whose basis has left not counted."""
    here = {found.contact_id for found in everybody(member)}
    rows = [v for v in member.values if v.field == field and v.item == "" and v.basis_id in (None, *here)]
    found = []
    for source in RANKS:
        if mine := [v for v in rows if v.source is source]:
            last = max(mine, key=lambda v: v.at)
            found.append(Claim(last.value, source, member.contact_id, last.at, last.verified, last.generated))
    return found


def of_member(member: Member, field: str) -> Claim | None:
    """What a choice of this member's value means: the latest word of its team, else the best that it says."""
    claims = standing(member, field)
    words = [claim for claim in claims if claim.source is Source.AGENT]
    words += [typed(member, c) for c in member.choices if c.field == field and c.from_id is None]
    said = [claim for claim in claims if not claim.blank]
    named = [claim for claim in said if not claim.generated] or said
    return max(words, key=lambda claim: claim.at) if words else named[-1] if named else None


def typed(member: Member, choice: Choice) -> Claim:
    return Claim(choice.value, Source.AGENT, member.contact_id, choice.at)


def shown(member: Member, field: str) -> Claim | None:
    """The claim that this contact shows; a blank one has been cleared."""
    decisions = [(claim.at, claim) for claim in standing(member, field) if claim.source is Source.AGENT]
    for choice in member.choices:
        if choice.field != field:
            continue
        if choice.from_id is None:
            decisions.append((choice.at, typed(member, choice)))
        chosen = [of_member(m, field) for m in everybody(member) if m.contact_id == choice.from_id]
        decisions += [(choice.at, claim) for claim in chosen if claim]
    if decisions:
        return max(decisions, key=lambda decision: decision[0])[1]

    # This contact before its children, these in order of merging; each with the moment of its merge.
    first_merge = min((child.joined_at for child in member.children), default=None)
    claims = [(claim, first_merge) for claim in standing(member, field) if not claim.blank]
    brought = [(shown(child, field), child.joined_at) for child in member.children]
    claims += [(claim, merge) for claim, merge in brought if claim and not claim.blank]
    if not claims:
        return None

    claims = [pair for pair in claims if not pair[0].generated] or claims
    highest = max(RANKS.index(claim.source) for claim, _ in claims)
    claims = [pair for pair in claims if RANKS.index(pair[0].source) == highest]
    claims = [pair for pair in claims if pair[0].verified] or claims
    arrived = [claim for claim, merge in claims if merge is not None and claim.at > merge]
    return max(arrived, key=lambda claim: claim.at) if arrived else claims[0][0]


def items(member: Member, field: str) -> list[str]:
    """The items of a list: its own that are not removed, then what the children bring and it has not removed."""
    kept: list[str] = []
    removed: set[str] = set()
    for row in sorted((v for v in member.values if v.field == field and v.item), key=lambda v: v.at):
        if row.value is True:
            removed.discard(row.item)
            if row.item not in kept:
                kept.append(row.item)
        else:
            removed.add(row.item)
            if row.item in kept:
                kept.remove(row.item)
    for child in member.children:
        kept += [item for item in items(child, field) if item not in kept and item not in removed]
    return kept


@st.composite
def trees(draw: st.DrawFn) -> Member:
    """A tree of up to six contacts with values, removals, edits on a basis, and choices, no two at the same time."""
    size = draw(st.integers(1, 6))
    ids = [f"c{i}" for i in range(size)]
    parents = [0, *(draw(st.integers(0, i - 1)) for i in range(1, size))]
    times = iter(draw(st.permutations(range(1, 61))))
    joined = [0, *(next(times) for _ in range(1, size))]
    where = st.sampled_from(ids)
    content = st.sampled_from(["a", "b", 0, False, 1, *BLANKS])
    values: dict[str, list[Value]] = {}
    for number in range(draw(st.integers(0, 14))):
        contact, source = draw(where), draw(st.sampled_from(RANKS))
        row = {"id": f"v{number:02}", "contact_id": contact, "source": source, "by": "x", "at": next(times)}
        if draw(st.integers(0, 3)) == 0:
            item = {"item": draw(st.sampled_from(["x", "y", "z"])), "value": draw(st.booleans())}
            row |= {"field": draw(st.sampled_from(LISTS)), **item}
        else:
            row |= {"field": draw(st.sampled_from(FIELDS)), "item": "", "value": draw(content)}
            row["verified"] = draw(st.booleans())
            row["generated"] = source is Source.VISITOR and draw(st.booleans())
            if source is Source.AGENT:
                row["basis_id"] = draw(st.sampled_from([None, *ids, "gone"]))
        values.setdefault(contact, []).append(Value(**row))
    choices: dict[str, list[Choice]] = {}
    for _ in range(draw(st.integers(0, 4))):
        field, origin = draw(st.sampled_from(FIELDS)), draw(st.sampled_from([None, *ids, "gone"]))
        chosen = Choice(field, next(times), origin, draw(content) if origin is None else None)
        choices.setdefault(draw(where), []).append(chosen)

    def member(place: int) -> Member:
        below = sorted((c for c in range(1, size) if parents[c] == place), key=lambda child: joined[child])
        name = ids[place]
        return Member(
            name,
            tuple(values.get(name, ())),
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
            assert (repr(found.value), found.generated) == (repr(wanted.value), wanted.generated)
            assert (found.contact_id, found.source) == (wanted.contact, wanted.source)


@given(trees())
def test_tags_and_lists_hold_what_the_rules_say(tree: Member) -> None:
    profile = fold(tree)

    assert list(profile.tags) == items(tree, "tag")
    tastes = profile.values.get("properties.tastes")
    assert (tastes.value if tastes else []) == items(tree, "properties.tastes")


@given(trees())
def test_no_value_that_anybody_stands_by_is_lost(tree: Member) -> None:
    profile = fold(tree)

    for field in FIELDS:
        said = {
            repr(claim.value)
            for member in everybody(tree)
            for claim in standing(member, field)
            if not claim.blank and not claim.generated
        }
        chosen = {repr(c.value) for m in everybody(tree) for c in m.choices if c.field == field}
        first = {repr(profile.values[field].value)} if field in profile.values else set()
        others = [repr(entry.value) for entry in profile.others.get(field, ())]
        assert said <= {*first, *others}
        assert {*others} <= said | chosen
        assert len(others) == len({*others} - first)


@given(trees())
def test_what_a_merged_contact_brings_is_what_it_showed_alone(tree: Member) -> None:
    for child in tree.children:
        lifted = fold(Member("new", children=(child,)))

        alone = fold(child)
        assert shown_values(lifted) == shown_values(alone)
        assert lifted.tags == alone.tags


def shown_values(profile: Profile) -> dict[str, str]:
    return {field: repr(entry.value) for field, entry in profile.values.items()}


@given(trees())
def test_the_order_of_rows_says_nothing(tree: Member) -> None:
    def turned(member: Member) -> Member:
        return Member(
            member.contact_id,
            member.values[::-1],
            choices=member.choices[::-1],
            children=tuple(map(turned, member.children)),
            joined_at=member.joined_at,
        )

    assert fold(turned(tree)) == fold(tree)
