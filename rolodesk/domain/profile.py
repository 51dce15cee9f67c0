"""The one profile that the team sees of a contact and everything merged into it, folded from values with an origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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

DECIDED = ("edited", "adopted", "chosen")


class Choice(Struct, frozen=True):
    """What a person chose for a field when merging: the value of a member (`from_id`) or one of their own.

    `source` says which of the member's values; None is its team's word or else the best that it says. `id` decides
    between what was done in the same millisecond.
    """

    field: str
    at: int
    from_id: ContactId | None = None
    value: Json = None
    source: Source | None = None
    id: str = ""
    by: str = ""


class Member(Struct, frozen=True):
    """A contact of a tree with its own rows. `joined_at` is when the merge `joined_by` has drawn its arrow, 0 for the
    root.

    `choices` are those of the active merges into it; `children` stand in the order of merging.
    """

    contact_id: ContactId
    values: tuple[Value, ...] = ()
    points: tuple[Point, ...] = ()
    choices: tuple[Choice, ...] = ()
    children: tuple[Member, ...] = ()
    joined_at: int = 0
    joined_by: str = ""


class Entry(Struct, frozen=True, omit_defaults=True):
    """A value as the profile shows it: where it came from, and by which rule it was taken.

    `basis_id` is the member whose value it was edited from. `id` is the row's; a choice's own value has the merge's.
    """

    value: Json
    source: Source
    contact_id: ContactId
    by: str
    at: int
    reason: str = "own"
    verified: bool = False
    generated: bool = False
    id: str = ""
    basis_id: ContactId | None = None


class Address(Struct, frozen=True, omit_defaults=True):
    """An email or phone of the profile; `basis_id` is the member whose address it was edited from."""

    value: str
    key: str | None
    primary: bool
    verified: bool
    source: Source
    contact_id: ContactId
    basis_id: ContactId | None = None


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
        """The full name as set, else made of first and last name, else a generated one. First and last name from a
        higher source than the full name's hide it: what a signed-in user's token says, what the team has typed or
        chosen."""
        entry = self.values.get("fullname")
        parts = [found for field in ("firstname", "lastname") if (found := self.values.get(field))]
        rank = max((_weight(part) for part in parts), default=-1)
        if entry and not entry.generated and isinstance(entry.value, str) and _weight(entry) >= rank:
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


def _weight(entry: Entry) -> int:
    """The rank of a value's source; what the team has decided on weighs as its own word."""
    return RANK[Source.AGENT if entry.reason in DECIDED else entry.source]


def fold(tree: Member) -> Profile:
    """The profile of a tree: each contact's own values over the folded profiles of its direct children.

    Rules: docs/contacts.md, "What the team sees".
    """
    nodes = _flat(tree)
    _fold_fields(nodes)
    items = _fold_items(nodes)
    first = {field: entry for field, entry in sorted(nodes[0].shown.items()) if not is_blank(entry.value)}
    lists = {
        field: _list_entry(nodes, field, present)
        for field, present in items.items()
        if field != TAG and present
    }
    points = _fold_points(nodes)
    return Profile(
        values={**first, **lists},
        others=_others(nodes),
        tags=tuple(items.get(TAG, ())),
        emails=_addresses(points, "email", first.get("email")),
        phones=_addresses(points, "phone", first.get("phone")),
        members=tuple(node.member.contact_id for node in nodes),
    )


def alone(tree: Member) -> dict[ContactId, Profile]:
    """What each member of the tree would show without those above it; fields only, no lists, tags and addresses."""
    nodes = _flat(tree)
    _fold_fields(nodes)
    return {
        node.member.contact_id: Profile(
            values={field: entry for field, entry in node.shown.items() if not is_blank(entry.value)}
        )
        for node in nodes
    }


def members_of(tree: Member) -> Iterator[Member]:
    """Every member of the tree, a contact before what is merged into it."""
    waiting = [tree]
    while waiting:
        member = waiting.pop()
        yield member
        waiting.extend(reversed(member.children))


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


class _Node(Struct):
    """A member at its place in the list of all, a contact before what is merged into it; `last` is the place of the
    last one of its own tree. A tree may be a chain of a thousand, too deep to be walked by recursion."""

    member: Member
    place: int
    places: dict[ContactId, int]
    children: list[_Node] = []
    last: int = 0
    own: dict[str, tuple[Value, ...]] = {}
    decided: dict[str, Entry] = {}
    ranked: dict[str, list[Entry]] = {}
    shown: dict[str, Entry] = {}

    def holds(self, contact_id: ContactId | None) -> bool:
        """Whether that contact is in this one's tree."""
        place = self.places.get(contact_id) if contact_id is not None else None
        return place is not None and self.place <= place <= self.last


def _flat(tree: Member) -> list[_Node]:
    nodes: list[_Node] = []
    places: dict[ContactId, int] = {}
    waiting: list[tuple[Member, _Node | None]] = [(tree, None)]
    while waiting:
        member, parent = waiting.pop()
        node = _Node(member, len(nodes), places)
        places[member.contact_id] = node.place
        nodes.append(node)
        if parent is not None:
            parent.children.append(node)
        waiting.extend((child, node) for child in reversed(member.children))
    for node in reversed(nodes):
        node.last = node.children[-1].last if node.children else node.place
    return nodes


def _fold_fields(nodes: Sequence[_Node]) -> None:
    """Decide every field of every member, what is merged into it before the member itself."""
    for node in reversed(nodes):
        node.own = _own(nodes, node)
    for node in reversed(nodes):
        names = {*node.own, *(choice.field for choice in node.member.choices)}
        for field in names.union(*(child.shown for child in node.children)):
            _decide(nodes, node, field)


def _own(nodes: Sequence[_Node], node: _Node) -> dict[str, tuple[Value, ...]]:
    """The newest own value per source and scalar field, an edit whose basis has left the tree being left out."""
    newest: dict[tuple[str, Source], Value] = {}
    for value in sorted(node.member.values, key=_moment):
        if not value.item and value.field != TAG and _stands(nodes, node, value):
            newest[value.field, value.source] = value
    ordered = sorted(newest.values(), key=lambda value: (value.field, -RANK[value.source]))
    return {field: tuple(group) for field, group in groupby(ordered, key=lambda value: value.field)}


def _stands(nodes: Sequence[_Node], node: _Node, value: Value) -> bool:
    """Whether the member that an edit started from is still in the tree, and still has the value that it adopts."""
    if value.basis_id is None:
        return True
    if not node.holds(value.basis_id):
        return False
    if value.adopts is None:
        return True
    origin = nodes[node.places[value.basis_id]]
    if value.adopts is Source.AGENT:
        return origin is not node and _word_of(nodes, origin, value.field, "adopted") is not None
    said = [v for v in origin.member.values if v.source is value.adopts and v.field == value.field]
    return bool(said) and not is_blank(max(said, key=_moment).value)


def _moment(value: Value | Choice | Entry) -> tuple[int, str]:
    """When something was said; ids of one process rise, and so decide within a millisecond."""
    return value.at, value.id


def _decide(nodes: Sequence[_Node], node: _Node, field: str) -> None:
    decided = _decision(nodes, node, field)
    ranked = _ranked(node, field)
    node.ranked[field] = [entry for entry, _ in ranked]
    if decided is not None:
        node.decided[field] = node.shown[field] = decided
    elif ranked:
        reason = _reason(ranked) if len(ranked) > 1 else ranked[0][0].reason
        node.shown[field] = structs.replace(ranked[0][0], reason=reason)


def _decision(nodes: Sequence[_Node], node: _Node, field: str) -> Entry | None:
    """Rule 1: the latest of a choice of an active merge and an agent's edit or clearing made on this contact."""
    made = [
        (_moment(value), entry)
        for value in node.own.get(field, ())
        if value.source is Source.AGENT and (entry := _edit(nodes, node, value)) is not None
    ]
    made += [
        (_moment(choice), entry)
        for choice in node.member.choices
        if choice.field == field and (entry := _chosen(nodes, node, choice)) is not None
    ]
    return max(made, key=lambda pair: pair[0])[1] if made else None


def _edit(nodes: Sequence[_Node], node: _Node, value: Value) -> Entry | None:
    """What an agent's row says: its value, or that of another source which it has adopted."""
    if value.adopts is None:
        return _entry(value, "edited")
    if value.basis_id is None or not node.holds(value.basis_id):
        return None
    origin = nodes[node.places[value.basis_id]]
    if value.adopts is not Source.AGENT:
        return _of_source(origin, value.field, value.adopts, "adopted")
    return _word_of(nodes, origin, value.field, "adopted") if origin is not node else None


def _of_source(origin: _Node, field: str, source: Source, reason: str) -> Entry | None:
    found = next((value for value in origin.own.get(field, ()) if value.source is source), None)
    return None if found is None or is_blank(found.value) else _entry(found, reason)


def _chosen(nodes: Sequence[_Node], node: _Node, choice: Choice) -> Entry | None:
    """What a choice stands for: a value of its own, or the one that a member of the tree has itself; None if that
    one has none or has left the tree."""
    if choice.from_id is None:
        return _typed(node, choice)
    if not node.holds(choice.from_id):
        return None
    origin = nodes[node.places[choice.from_id]]
    if choice.source is not None and choice.source is not Source.AGENT:
        return _of_source(origin, choice.field, choice.source, "chosen")
    return _word_of(nodes, origin, choice.field, "chosen")


def _typed(node: _Node, choice: Choice) -> Entry:
    return Entry(
        choice.value, Source.AGENT, node.member.contact_id, choice.by, choice.at, "chosen", id=choice.id
    )


def _word_of(nodes: Sequence[_Node], origin: _Node, field: str, reason: str) -> Entry | None:
    """A member's own word on a field: the latest that its team said, else the best that it says."""
    said = [
        (_moment(choice), _typed(origin, choice))
        for choice in origin.member.choices
        if choice.field == field and choice.from_id is None
    ]
    own = origin.own.get(field, ())
    said += [
        (_moment(value), entry)
        for value in own
        if value.source is Source.AGENT and (entry := _edit(nodes, origin, value)) is not None
    ]
    if said:
        return structs.replace(max(said, key=lambda pair: pair[0])[1], reason=reason)
    standing = [value for value in own if value.source is not Source.AGENT and not is_blank(value.value)]
    best = min(standing, key=lambda value: (value.generated, -RANK[value.source]), default=None)
    return _entry(best, reason) if best else None


def _ranked(node: _Node, field: str) -> list[tuple[Entry, tuple[int, str]]]:
    """Rule 2: this contact's values and the one that each child shows, best first, each with the time from which on
    a value has arrived after the merge."""
    merges = [(child.member.joined_at, child.member.joined_by) for child in node.children]
    candidates = [(_entry(value), min(merges, default=NEVER)) for value in node.own.get(field, ())]
    candidates += [
        (child.shown[field], merged)
        for child, merged in zip(node.children, merges, strict=True)
        if field in child.shown
    ]
    standing = [pair for pair in candidates if not is_blank(pair[0].value)]
    # Sorting keeps what is equal in order: this contact before its children.
    return sorted(standing, key=_precedence, reverse=True)


NEVER = (1 << 62, "")


def _precedence(candidate: tuple[Entry, tuple[int, str]]) -> tuple[bool, int, bool, tuple[int, str]]:
    entry, merged = candidate
    after = _moment(entry) if _moment(entry) > merged else (0, "")
    return not entry.generated, RANK[entry.source], entry.verified, after


def _reason(ranked: Sequence[tuple[Entry, tuple[int, str]]]) -> str:
    first, second = _precedence(ranked[0]), _precedence(ranked[1])
    names = ("named", "source", "verified", "latest")
    return next((name for name, a, b in zip(names, first, second, strict=True) if a != b), "order")


def _entry(value: Value, reason: str = "own") -> Entry:
    return Entry(
        *(value.value, value.source, value.contact_id, value.by, value.at, reason, value.verified),
        *(value.generated, value.id, value.basis_id),
    )


def _others(nodes: Sequence[_Node]) -> dict[str, tuple[Entry, ...]]:
    """Per field what is not shown and somebody stands by, each value once, the nearest to the root first."""
    found: dict[str, dict[str, Entry]] = {}
    for node in nodes:
        for field, ranked in node.ranked.items():
            decided = node.decided.get(field)
            for entry in (*([decided] if decided else []), *ranked):
                if not entry.generated:
                    found.setdefault(field, {}).setdefault(repr(entry.value), entry)
    shown = nodes[0].shown
    others: dict[str, tuple[Entry, ...]] = {}
    for field in sorted(found):
        first = repr(shown[field].value) if field in shown else ""
        rest = tuple(e for key, e in found[field].items() if key != first and not is_blank(e.value))
        if rest:
            others[field] = rest
    return others


def _fold_items(nodes: Sequence[_Node]) -> dict[str, list[str]]:
    """The tags and list items present: a contact's own, then the children's that it has not taken away."""
    folded: dict[int, dict[str, list[str]]] = {}
    for node in reversed(nodes):
        own: dict[str, dict[str, bool]] = {}
        for value in sorted((v for v in node.member.values if v.item), key=_moment):
            items = own.setdefault(value.field, {})
            there = value.value is True
            if items.get(value.item) is not there:
                items.pop(value.item, None)
                items[value.item] = there
        present = {field: [item for item, there in items.items() if there] for field, items in own.items()}
        for child in node.children:
            for field, brought in folded.pop(child.place).items():
                known = present.setdefault(field, [])
                removed = own.get(field, {})
                known += [item for item in brought if item not in known and item not in removed]
        folded[node.place] = present
    return folded[0]


def _list_entry(nodes: Sequence[_Node], field: str, items: list[str]) -> Entry:
    rows = (value for node in nodes for value in node.member.values if value.field == field and value.item)
    return structs.replace(_entry(max(rows, key=_moment)), value=list[Json](items), reason="united")


def _fold_points(nodes: Sequence[_Node]) -> list[Point]:
    """The addresses of all members but for what a contact has taken off itself, which hides what its children bring."""
    kept: list[Point] = []
    hidden: list[tuple[int, set[tuple[str, str]]]] = []
    for node in nodes:
        hidden = [(last, gone) for last, gone in hidden if node.place <= last]
        points = [p for p in node.member.points if p.basis_id is None or node.holds(p.basis_id)]
        live = {_address(p) for p in points if p.removed_at is None}
        shown = (p for p in points if p.removed_at is None)
        kept += [p for p in shown if not any(_address(p) in gone for _, gone in hidden)]
        removed = {_address(p) for p in points if p.removed_at is not None} - live
        if removed:
            hidden.append((node.last, removed))
    return kept


def _address(point: Point) -> tuple[str, str]:
    return point.kind, point.key or point.value


def _addresses(points: Sequence[Point], kind: str, primary: Entry | None) -> tuple[Address, ...]:
    """The distinct addresses of a kind, the primary one first, then verified ones, then in order of arrival."""
    best: dict[str, Point] = {}
    for point in sorted(
        (p for p in points if p.kind == kind), key=lambda p: (p.verified_at is None, p.at, p.id)
    ):
        best.setdefault(_address(point)[1], point)
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
            p.basis_id,
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
