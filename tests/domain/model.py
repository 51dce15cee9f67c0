"""The rules of a profile told a second time, by eliminations over lists instead of sort keys: what `fold` must equal.

Written from the design, not from the code. No two things in a tree are done at the same time here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from rolodesk.domain.contact import Point, Source, Value
from rolodesk.domain.json import Json
from rolodesk.domain.profile import Choice, Member

RANKS = [Source.VISITOR, Source.API, Source.TOKEN, Source.AGENT]


class Claim(NamedTuple):
    """A value that competes for a field."""

    value: Json
    source: Source
    contact: str
    at: int
    verified: bool = False
    generated: bool = False
    basis: str | None = None

    @property
    def blank(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and self.value.strip() == "")


def everybody(member: Member) -> Iterator[Member]:
    yield member
    for child in member.children:
        yield from everybody(child)


def inside(member: Member, contact_id: str | None) -> Member | None:
    return next((found for found in everybody(member) if found.contact_id == contact_id), None)


def rows(member: Member, field: str, source: Source) -> list[Value]:
    """What has been written of a field from a source, the oldest first."""
    found = [v for v in member.values if (v.field, v.item, v.source) == (field, "", source)]
    return sorted(found, key=lambda v: v.at)


def claim_of(row: Value) -> Claim:
    basis = row.basis_id if row.basis_id != row.contact_id else None
    return Claim(row.value, row.source, row.contact_id, row.at, row.verified, row.generated, basis)


def of_source(member: Member, field: str, source: Source) -> Claim | None:
    """The newest value of a visitor, an import or a token, if it says anything."""
    found = [claim_of(row) for row in rows(member, field, source)]
    return found[-1] if found and not found[-1].blank else None


def edits(member: Member, field: str) -> list[tuple[int, Claim]]:
    """What the team has done about a field on this contact, each with its time: typed, cleared or adopted.

    What it has made of a member's value counts while that member is in the tree, and an adopted one while the member
    says it.
    """
    found = []
    for row in rows(member, field, Source.AGENT):
        origin = inside(member, row.basis_id)
        if row.basis_id is not None and origin is None:
            continue
        if row.adopts is None:
            found.append((row.at, claim_of(row)))
            continue
        adopted = None
        if origin is not None and row.adopts is not Source.AGENT:
            adopted = of_source(origin, field, row.adopts)
        elif origin is not None and origin is not member:
            adopted = word(origin, field)
        if adopted is not None:
            found.append((row.at, adopted))
    return found


def word(member: Member, field: str) -> Claim | None:
    """What a choice of this member means: the latest word of its team, else the best that it says."""
    words = edits(member, field)
    words += [(c.at, typed(member, c)) for c in member.choices if c.field == field and c.from_id is None]
    if words:
        return max(words, key=lambda said: said[0])[1]
    said = [claim for source in RANKS[:-1] if (claim := of_source(member, field, source))]
    named = [claim for claim in said if not claim.generated] or said
    return named[-1] if named else None


def typed(member: Member, choice: Choice) -> Claim:
    return Claim(choice.value, Source.AGENT, member.contact_id, choice.at)


def chosen(member: Member, choice: Choice) -> Claim | None:
    """What a choice of a merge into this contact stands for, None if it is void."""
    if choice.from_id is None:
        return typed(member, choice)
    origin = inside(member, choice.from_id)
    if origin is None:
        return None
    if choice.source in (None, Source.AGENT):
        return word(origin, choice.field)
    return of_source(origin, choice.field, choice.source)


def decision(member: Member, field: str) -> Claim | None:
    """The latest of the team's edits and the choices of the merges into this contact."""
    made = edits(member, field)
    choices = [c for c in member.choices if c.field == field]
    made += [(c.at, claim) for c in choices if (claim := chosen(member, c)) is not None]
    return max(made, key=lambda pair: pair[0])[1] if made else None


def standing(member: Member, field: str) -> list[Claim]:
    """What each source says now, the lowest first."""
    found = [claim_of(mine[-1]) for source in RANKS[:-1] if (mine := rows(member, field, source))]
    words = edits(member, field)
    return found + ([max(words, key=lambda said: said[0])[1]] if words else [])


def shown(member: Member, field: str) -> Claim | None:
    """The claim that this contact shows; a blank one has been cleared."""
    decided = decision(member, field)
    if decided is not None:
        return decided

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


def said(tree: Member, field: str) -> list[Claim]:
    """Every value of the tree that somebody stands by, made up names left out: none of them may be lost."""
    claims = [claim for member in everybody(tree) for claim in standing(member, field)]
    return [claim for claim in claims if not claim.blank and not claim.generated]


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


def address(point: Point) -> str:
    return point.key or point.value


def points(member: Member, kind: str) -> list[Point]:
    """The addresses that this contact shows: its own that stand, then what the children bring and it has not taken off.

    One that the team has edited from a member's, or taken off, goes with that member.
    """
    mine = [p for p in member.points if p.kind == kind and (p.basis_id is None or inside(member, p.basis_id))]
    own = [p for p in mine if p.removed_at is None]
    taken_off = {address(p) for p in mine if p.removed_at is not None}
    taken_off -= {address(p) for p in own}
    brought = [p for child in member.children for p in points(child, kind)]
    return own + [p for p in brought if address(p) not in taken_off]


def addresses(tree: Member, kind: str) -> list[tuple[str, bool, bool]]:
    """Each address once, with whether it is the primary one and whether verified: the primary one first, then
    verified ones, then in order of arrival."""
    live = points(tree, kind)
    first = shown(tree, kind)
    primary = None if first is None or first.blank else str(first.value)
    found = []
    for one in dict.fromkeys(address(p) for p in sorted(live, key=lambda p: p.at)):
        same = [p for p in live if address(p) == one]
        verified = any(p.verified_at is not None for p in same)
        arrived = min(p.at for p in same if (p.verified_at is not None) is verified)
        is_primary = primary is not None and (one == primary or one == primary.lower())
        found.append(((not is_primary, not verified, arrived), (one, is_primary, verified)))
    return [each for _, each in sorted(found)]
