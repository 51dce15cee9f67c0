"""The one profile that the team sees of a contact and everything merged into it, folded from values with an origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct, structs

from rolodesk.domain.contact import (
    PROPERTY,
    RANK,
    TAG,
    Point,
    Source,
    Value,
    email_key,
    marked_words,
    searchable,
)
from rolodesk.domain.ids import ContactId
from rolodesk.domain.json import Json, is_blank


class Choice(Struct, frozen=True):
    """What a person chose for a field when merging: the value of a member (`from_id`) or one of their own."""

    field: str
    at: int
    from_id: ContactId | None = None
    value: Json = None


class Member(Struct, frozen=True):
    """A contact of a tree with its own rows. `joined_at` is when it was merged into its parent, 0 for the root.

    `choices` are those of the active merges into it; `children` stand in the order of merging.
    """

    contact_id: ContactId
    values: tuple[Value, ...] = ()
    points: tuple[Point, ...] = ()
    choices: tuple[Choice, ...] = ()
    children: tuple[Member, ...] = ()
    joined_at: int = 0


class Entry(Struct, frozen=True):
    """A value as the profile shows it: where it came from, and by which rule it was taken."""

    value: Json
    source: Source
    contact_id: ContactId
    by: str
    at: int
    reason: str = "own"
    verified: bool = False
    generated: bool = False


class Address(Struct, frozen=True):
    """An email or phone of the profile."""

    value: str
    key: str | None
    primary: bool
    verified: bool
    source: Source
    contact_id: ContactId


class Profile(Struct, frozen=True):
    """The folded profile. `values` by field (`properties.` before a property's name), without blank ones."""

    values: dict[str, Entry] = {}
    others: dict[str, tuple[Entry, ...]] = {}
    tags: tuple[str, ...] = ()
    emails: tuple[Address, ...] = ()
    phones: tuple[Address, ...] = ()
    members: tuple[ContactId, ...] = ()

    def text(self, field: str) -> str | None:
        """The field's value if it is a text."""
        entry = self.values.get(field)
        return entry.value if entry and isinstance(entry.value, str) else None

    @property
    def fullname(self) -> str | None:
        """The full name as set, else made of first and last name, else a generated one."""
        entry = self.values.get("fullname")
        if entry and not entry.generated and isinstance(entry.value, str):
            return entry.value
        made = " ".join(part for part in (self.text("firstname"), self.text("lastname")) if part)
        return made or (entry.value if entry and isinstance(entry.value, str) else None)

    @property
    def properties(self) -> dict[str, Json]:
        """The custom fields by name."""
        return {
            field.removeprefix(PROPERTY): entry.value
            for field, entry in self.values.items()
            if field.startswith(PROPERTY)
        }


def fold(tree: Member) -> Profile:
    """The profile of a tree: each contact's own values over the folded profiles of its direct children.

    Rules: docs/contacts.md, "What the team sees".
    """
    folded = _fold_fields(tree)
    values = {
        field: entries[0] for field, entries in sorted(folded.items()) if not is_blank(entries[0].value)
    }
    others = {field: rest for field, entries in sorted(folded.items()) if (rest := _others(entries))}
    items = _fold_items(tree)
    lists = {field: present for field, present in items.items() if field != TAG and present}
    points = list(_points(tree))
    return Profile(
        values={**values, **{field: _list_entry(tree, field, present) for field, present in lists.items()}},
        others=others,
        tags=tuple(items.get(TAG, ())),
        emails=_addresses(points, "email", values.get("email")),
        phones=_addresses(points, "phone", values.get("phone")),
        members=tuple(_ids(tree)),
    )


def sort_name(profile: Profile) -> str:
    """What a list by name sorts a contact by: its name, else email, else phone, folded."""
    return searchable(profile.fullname or profile.text("email") or profile.text("phone") or "")[:200]


def search_text(profile: Profile, keys: Iterable[str]) -> str:
    """All that a search of this contact looks at, one thing a line: names, emails, phones, company, user ids.

    The last line holds the words of full name and email with a mark on both sides, for searches by whole words.
    """
    names = [profile.fullname, profile.text("firstname"), profile.text("lastname"), profile.text("company")]
    names += [
        entry.value
        for field in ("fullname", "firstname", "lastname", "company")
        for entry in profile.others.get(field, ())
        if isinstance(entry.value, str)
    ]
    addresses = [text for point in (*profile.emails, *profile.phones) for text in (point.value, point.key)]
    words = marked_words(f"{profile.fullname or ''} {profile.text('email') or ''}")
    lines = dict.fromkeys(searchable(text) for text in (*names, *addresses, *keys) if text)
    return "\n".join((*lines, words))


def _ids(tree: Member) -> Iterable[ContactId]:
    yield tree.contact_id
    for child in tree.children:
        yield from _ids(child)


def _fold_fields(member: Member) -> dict[str, tuple[Entry, ...]]:
    """Per field every candidate, the one that is shown first; a cleared field has a blank first."""
    children = [(child, _fold_fields(child)) for child in member.children]
    own = _own(member)
    names = {*own, *(choice.field for choice in member.choices)}.union(*(fields for _, fields in children))
    decided = (
        (
            field,
            _decide(
                member, field, own.get(field, ()), [(c, fields.get(field, ())) for c, fields in children]
            ),
        )
        for field in names
    )
    return {field: entries for field, entries in decided if entries}


def _own(member: Member) -> dict[str, tuple[Value, ...]]:
    """The newest own value per source and scalar field, an edit whose basis has left the tree being left out."""
    inside = frozenset(_ids(member))
    scalars = [
        value
        for value in member.values
        if not value.item and value.field != TAG and (value.basis_id is None or value.basis_id in inside)
    ]
    newest: dict[tuple[str, Source], Value] = {}
    for value in sorted(scalars, key=lambda value: (value.at, value.id)):
        newest[value.field, value.source] = value
    ordered = sorted(newest.values(), key=lambda value: (value.field, -RANK[value.source]))
    return {field: tuple(group) for field, group in groupby(ordered, key=lambda value: value.field)}


def _decide(
    member: Member,
    field: str,
    own: Sequence[Value],
    children: Sequence[tuple[Member, tuple[Entry, ...]]],
) -> tuple[Entry, ...]:
    decided = _decision(member, field, own)
    ranked = _ranked(own, children)
    theirs = [entry for _, entries in children for entry in entries]
    everything = [*decided, *(entry for entry, _ in ranked), *map(_entry, own), *theirs]
    if not everything:
        return ()
    first = everything[0]
    if not decided and len(ranked) > 1:
        first = structs.replace(first, reason=_reason(ranked))
    others = (e for e in everything if not is_blank(e.value) and repr(e.value) != repr(first.value))
    return (first, *others)


def _decision(member: Member, field: str, own: Sequence[Value]) -> list[Entry]:
    """Rule 1: the latest of a choice of an active merge and an agent's edit or clearing made on this contact."""
    edits = [(value.at, _entry(value, "edited")) for value in own if value.source is Source.AGENT]
    chosen = [
        (choice.at, entry)
        for choice in member.choices
        if choice.field == field and (entry := _chosen(member, choice)) is not None
    ]
    return [entry for _, entry in sorted(edits + chosen, key=lambda pair: pair[0], reverse=True)[:1]]


def _chosen(member: Member, choice: Choice) -> Entry | None:
    """What a choice stands for: a value of its own, or the one that a member of the tree has itself; None if that
    one has none or has left the tree."""
    if choice.from_id is None:
        return Entry(choice.value, Source.AGENT, member.contact_id, "choice", choice.at, "chosen")
    origin = next((found for found in _members(member) if found.contact_id == choice.from_id), None)
    own = _own(origin).get(choice.field, ()) if origin else ()
    standing = [value for value in own if value.source is Source.AGENT or not is_blank(value.value)]
    best = min(standing, key=lambda value: (value.generated, -RANK[value.source]), default=None)
    return _entry(best, "chosen") if best else None


def _ranked(
    own: Sequence[Value], children: Sequence[tuple[Member, tuple[Entry, ...]]]
) -> list[tuple[Entry, int]]:
    """Rule 2: this contact's values and the one that each child shows, best first, each with the time from which on
    a value has arrived after the merge."""
    merged_at = min((child.joined_at for child, _ in children), default=0)
    candidates = [(_entry(value), merged_at) for value in own]
    candidates += [(entries[0], child.joined_at) for child, entries in children if entries]
    return sorted((pair for pair in candidates if not is_blank(pair[0].value)), key=_precedence)


def _precedence(candidate: tuple[Entry, int]) -> tuple[bool, int, bool, int]:
    entry, merged_at = candidate
    after = entry.at if merged_at and entry.at > merged_at else 0
    return entry.generated, -RANK[entry.source], not entry.verified, -after


def _reason(ranked: Sequence[tuple[Entry, int]]) -> str:
    first, second = _precedence(ranked[0]), _precedence(ranked[1])
    names = ("named", "source", "verified", "latest")
    return next((name for name, a, b in zip(names, first, second, strict=True) if a != b), "order")


def _entry(value: Value, reason: str = "own") -> Entry:
    return Entry(
        value.value,
        value.source,
        value.contact_id,
        value.by,
        value.at,
        reason,
        value.verified,
        value.generated,
    )


def _others(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    distinct: dict[str, Entry] = {}
    for entry in entries[1:]:
        if not entry.generated:
            distinct.setdefault(repr(entry.value), entry)
    return tuple(distinct.values())


def _fold_items(member: Member) -> dict[str, list[str]]:
    """The tags and list items present: this contact's own, then the children's that it has not taken away."""
    own: dict[str, dict[str, bool]] = {}
    for value in sorted((v for v in member.values if v.item), key=lambda value: (value.at, value.id)):
        items = own.setdefault(value.field, {})
        there = value.value is True
        if items.get(value.item) is not there:
            items.pop(value.item, None)
            items[value.item] = there
    present = {field: [item for item, there in items.items() if there] for field, items in own.items()}
    for child in member.children:
        for field, brought in _fold_items(child).items():
            known = present.setdefault(field, [])
            removed = own.get(field, {})
            known += [item for item in brought if item not in known and item not in removed]
    return present


def _list_entry(tree: Member, field: str, items: list[str]) -> Entry:
    newest = max(
        (
            value
            for member in _members(tree)
            for value in member.values
            if value.field == field and value.item
        ),
        key=lambda value: (value.at, value.id),
    )
    return structs.replace(_entry(newest), value=list[Json](items), reason="united")


def _members(tree: Member) -> Iterable[Member]:
    yield tree
    for child in tree.children:
        yield from _members(child)


def _points(tree: Member) -> Iterable[Point]:
    for member in _members(tree):
        yield from member.points


def _addresses(points: Sequence[Point], kind: str, primary: Entry | None) -> tuple[Address, ...]:
    """The distinct addresses of a kind, the primary one first, then verified ones, then in order of arrival."""
    best: dict[str, Point] = {}
    for point in sorted(
        (p for p in points if p.kind == kind), key=lambda p: (p.verified_at is None, p.at, p.id)
    ):
        best.setdefault(point.key or point.value, point)
    shown = primary.value if primary and isinstance(primary.value, str) else ""
    key = email_key(shown) if kind == "email" and shown else shown
    addresses = [
        Address(
            p.value,
            p.key,
            bool(shown) and (p.key or p.value) == (key or shown),
            p.verified_at is not None,
            p.source,
            p.contact_id,
        )
        for p in best.values()
    ]
    return tuple(sorted(addresses, key=lambda address: not address.primary))


class Contact(Struct, frozen=True):
    """A contact as the team sees it: the row, the folded profile and the activity of the whole tree.

    `no` is the running number of its row; `first_seen` is None until a visitor has been there.
    """

    no: int
    id: ContactId
    lead_id: str
    status: int
    merged_into: ContactId | None
    root_id: ContactId
    version: int
    profile: Profile
    attributes: dict[str, Json] | None
    created_by: str
    created_at: int
    updated_at: int
    first_seen: int | None = None
    last_seen: int = 0
    conversations: int = 0
    messages: int = 0

    @property
    def name(self) -> str:
        """What to call it: the full name, else email, phone, or the beginning of its id."""
        return (
            self.profile.fullname
            or self.profile.text("email")
            or self.profile.text("phone")
            or self.lead_id[:8]
        )
