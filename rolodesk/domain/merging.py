"""Merging as rules: what may be joined, what a tree becomes by it, and what an undo takes apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from rolodesk.domain.contact import (
    FIELDS,
    PROPERTY,
    Identity,
    Point,
    Source,
    Status,
    email_key,
    phone_key,
    searchable,
)
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.ids import ContactId, IdentityId
from rolodesk.domain.json import Json, is_blank
from rolodesk.domain.profile import Choice, Contact, Entry, Member, Profile, fold, members_of

MAX_SOURCES = 10
MAX_MEMBERS = 1_000
SIGNED_IN = "signed_in"
DUPLICATE = "duplicate"


class Merge(Struct, frozen=True):
    """An arrow from a loser to its winner; those of one call share a group. `number` is the order of merging.

    `choices` are as the API says them: per field `{from, source}` or `{value}`. `evidence` is what a merge by itself
    went by: probability, bits and levels.
    """

    id: str
    number: int
    group_id: str
    winner_id: ContactId
    loser_id: ContactId
    choices: dict[str, dict[str, Json]]
    actor_kind: str
    actor_id: str
    reason: str | None
    at: int
    undone_at: int | None = None
    undone_kind: str | None = None
    undone_by: str | None = None
    evidence: dict[str, Json] | None = None


class Split(Struct, frozen=True):
    """Chosen identities, with what they have said, given another home. `made` says that this home was made for it."""

    id: str
    number: int
    from_id: ContactId
    into_id: ContactId
    made: bool
    identities: tuple[IdentityId, ...]
    actor_kind: str
    actor_id: str
    reason: str | None
    at: int
    undone_at: int | None = None
    undone_kind: str | None = None
    undone_by: str | None = None


class Party(Struct, frozen=True):
    """A contact that is to be merged, with its whole tree and all identities of it."""

    contact: Contact
    tree: Member
    identities: tuple[Identity, ...]

    @property
    def users(self) -> frozenset[str]:
        """The keys of the verified users of the customer's site among its identities."""
        return frozenset(i.key for i in self.identities if i.kind == "user" and i.verified_at is not None)


class Refusal(Struct, frozen=True):
    """Why a merge may not be: a code for programs, a sentence for people, the contact that it is about."""

    code: str
    message: str
    contact_id: ContactId
    details: dict[str, Json] = {}


class Notice(Struct, frozen=True):
    """What somebody should know before merging; `details` are what its sentence names."""

    code: str
    contact_id: ContactId
    details: dict[str, Json] = {}


class Option(Struct, frozen=True):
    """What one of the parties shows for a field, None if nothing."""

    contact_id: ContactId
    entry: Entry | None


class FieldPreview(Struct, frozen=True):
    """A field of the contact that a merge would leave: the result with its reason, and what each party shows.

    `united` fields are lists, which are joined and leave nothing to choose.
    """

    field: str
    differs: bool
    united: bool
    result: Entry | None
    options: tuple[Option, ...]


def choices_of(merge: Merge) -> tuple[Choice, ...]:
    """The choices of a merge as `fold` takes them."""
    return tuple(
        Choice(
            field,
            merge.at,
            ContactId(str(chosen["from"])) if "from" in chosen else None,
            chosen.get("value"),
            Source(str(chosen["source"])) if chosen.get("source") else None,
            merge.id,
            merge.actor_id,
        )
        for field, chosen in merge.choices.items()
    )


def typed_points(merge: Merge) -> tuple[Point, ...]:
    """The addresses that were typed when merging, without ids yet: the winner's while the merge stands, so their basis
    is the loser."""
    found = []
    for kind in ("email", "phone"):
        value = merge.choices.get(kind, {}).get("value")
        if isinstance(value, str) and value.strip():
            key = email_key(value) if kind == "email" else phone_key(value)
            origin = (Source.AGENT, merge.actor_id, merge.at)
            found.append(Point("", merge.winner_id, kind, value, key, *origin, basis_id=merge.loser_id))
    return tuple(found)


def joined(winner: Member, merges: Sequence[tuple[Merge, Member]]) -> Member:
    """The winner's tree with more arrows into its root, each with the loser's tree."""
    return structs.replace(
        winner,
        children=(
            *winner.children,
            *(structs.replace(tree, joined_at=merge.at, joined_by=merge.id) for merge, tree in merges),
        ),
        choices=(*winner.choices, *(choice for merge, _ in merges for choice in choices_of(merge))),
    )


def refusals(winner: Party, losers: Sequence[Party], allow_users: bool) -> list[Refusal]:
    """Every reason for which the losers may not be merged into the winner, none if they may.

    A loser whose own arrow points to the winner already is no reason: nothing is to be done for it.
    """
    found: list[Refusal] = []
    top = winner.contact
    if top.merged_into is not None:
        found.append(_merged(top))
    if top.status == Status.TRASHED:
        found.append(Refusal("contact_trashed", "the contact that is to be kept is in the trash", top.id))
    new = [party for party in losers if party.contact.merged_into != top.id]
    found += [
        _merged(p.contact, p.contact.root_id == top.id) for p in new if p.contact.merged_into is not None
    ]
    size = sum(1 for party in (winner, *new) for _ in members_of(party.tree))
    if size > MAX_MEMBERS:
        message = f"a contact can have at most {MAX_MEMBERS} merged contacts"
        found.append(Refusal("tree_too_large", message, top.id, {"members": size}))
    users = winner.users
    for party in new:
        if not allow_users and users and party.users - users:
            message = "these are two different signed-in users of your site"
            named: list[Json] = [*sorted(users | party.users)]
            found.append(Refusal("distinct_users", message, party.contact.id, {"users": named}))
        users |= party.users
    return found


def _merged(contact: Contact, is_below: bool = False) -> Refusal:
    details: dict[str, Json] = {"merged_into": contact.root_id, "contact": contact.id}
    if is_below:
        details["via"] = contact.merged_into
    return Refusal("contact_merged", "this contact has been merged into another", contact.id, details)


def checked_choices(
    choices: Mapping[str, Json], parties: Sequence[Party], cleaned: Mapping[str, Json]
) -> dict[str, dict[str, Json]]:
    """The choices with every value's true origin. `cleaned` holds the typed values after cleaning.

    Raises Invalid for an unknown field, a list, a contact outside of the trees, and one that has no such value.
    """
    if not choices:
        return {}
    profiles = {party.contact.id: fold(party.tree) for party in parties}
    inside = {member.contact_id: member for party in parties for member in members_of(party.tree)}
    resolved: dict[str, dict[str, Json]] = {}
    problems: list[Problem] = []
    for field, choice in choices.items():
        try:
            resolved[field] = _checked_choice(field, choice, profiles, inside, cleaned)
        except Invalid as wrong:
            problems += wrong.problems
    if problems:
        raise Invalid(problems)
    return resolved


def _checked_choice(
    field: str,
    choice: Json,
    profiles: Mapping[ContactId, Profile],
    inside: Mapping[ContactId, Member],
    cleaned: Mapping[str, Json],
) -> dict[str, Json]:
    param = f"choices.{field}"[:100]
    if field not in FIELDS and not field.startswith(PROPERTY):
        raise Invalid(Problem("is no field that can be chosen", param))
    if any(isinstance(e.value, list) for p in profiles.values() if (e := p.values.get(field))):
        raise Invalid(Problem("is a list: lists are united", param))
    if not isinstance(choice, dict) or set(choice) not in ({"from"}, {"from", "source"}, {"value"}):
        raise Invalid(Problem("must be {from: id}, {from: id, source: …} or {value: …}", param))
    if "value" in choice:
        if isinstance(cleaned.get(field), list):
            raise Invalid(Problem("is a list: lists are united", param))
        return {"value": cleaned.get(field)}
    origin = ContactId(str(choice["from"]))
    if origin not in inside:
        raise Invalid(Problem("must be one of the contacts that are merged", param))
    source = choice.get("source")
    if source is not None and source not in list(Source):
        raise Invalid(Problem(f"source must be one of {', '.join(Source)}", param))
    if source is None and origin in profiles:
        entry = profiles[origin].values.get(field)
        if entry is None:
            raise Invalid(Problem("this contact has no such value", param))
        return origin_of(entry)
    if not _says(inside[origin], field, Source(str(source)) if source else None):
        raise Invalid(Problem("this contact has no such value", param))
    return {"from": origin, "source": source} if source else {"from": origin}


def _says(member: Member, field: str, source: Source | None) -> bool:
    """Whether a member has a word of its own on a field, of that source or of any."""
    if source in (None, Source.AGENT) and any(c.field == field and c.from_id is None for c in member.choices):
        return True
    newest = {
        value.source: value
        for value in sorted(member.values, key=lambda value: (value.at, value.id))
        if value.field == field and not value.item and source in (None, value.source)
    }
    return any(value.adopts is not None or not is_blank(value.value) for value in newest.values())


def origin_of(entry: Entry) -> dict[str, Json]:
    """The choice that means this very value: its member, and which of the member's values unless its team's word."""
    if entry.source is Source.AGENT:
        return {"from": entry.contact_id}
    return {"from": entry.contact_id, "source": entry.source.value}


def compared(winner: Party, losers: Sequence[Party], result: Profile) -> list[FieldPreview]:
    """Every field that one of the parties or the result has, in the order of the form, properties last."""
    profiles = [(party.contact.id, fold(party.tree)) for party in (winner, *losers)]
    present = {field for profile in (result, *(p for _, p in profiles)) for field in profile.values}
    ordered = [field for field in FIELDS if field in present]
    ordered += sorted(field for field in present if field.startswith(PROPERTY))
    found = []
    for field in ordered:
        options = tuple(Option(contact_id, profile.values.get(field)) for contact_id, profile in profiles)
        shown = [option.entry for option in options]
        entry = result.values.get(field)
        values = {repr(e.value) if e else "" for e in (*shown, entry)}
        united = any(isinstance(e.value, list) for e in (*shown, entry) if e)
        found.append(FieldPreview(field, len(values) > 1, united, entry, options))
    return found


def warnings(winner: Party, losers: Sequence[Party]) -> list[Notice]:
    """What somebody should know of these contacts before they are merged."""
    found: list[Notice] = []
    top = fold(winner.tree)
    for party in losers:
        profile, loser = fold(party.tree), party.contact
        if loser.status == Status.TRASHED:
            found.append(Notice("trashed", loser.id))
        names = [name for p in (top, profile) if (name := _true_name(p))]
        if len(names) == 2 and searchable(names[0]) != searchable(names[1]):
            found.append(Notice("different_names", loser.id, {"names": [*names]}))
        emails = [_verified_email(p) for p in (top, profile)]
        if emails[0] and emails[1] and emails[0] != emails[1]:
            found.append(Notice("different_verified_emails", loser.id, {"emails": [*emails]}))
        if winner.users and party.users - winner.users:
            found.append(Notice("distinct_users", loser.id, {"users": [*sorted(winner.users | party.users)]}))
    everybody = [identity for party in (winner, *losers) for identity in party.identities]
    blocked = sum(1 for identity in everybody if identity.blocked_at is not None)
    if blocked:
        found.append(Notice("blocked", winner.contact.id, {"blocked": blocked, "identities": len(everybody)}))
    return found


def _true_name(profile: Profile) -> str | None:
    entry = profile.values.get("fullname")
    return None if entry is not None and entry.generated else profile.fullname


def _verified_email(profile: Profile) -> str | None:
    return next((point.key for point in profile.emails if point.verified and point.key), None)


def without(tree: Member, leaving: ContactId) -> tuple[Member, Member]:
    """The tree without one of its members, the choices of whose arrow go with it, and that member's own tree.

    Raises LookupError if it is not below the root.
    """
    parents = {child.contact_id: member for member in members_of(tree) for child in member.children}
    parent = parents.get(leaving)
    if parent is None:
        raise LookupError(f"contact {leaving} is not merged into {tree.contact_id}")
    gone = next(child for child in parent.children if child.contact_id == leaving)
    changed = structs.replace(
        parent,
        children=tuple(child for child in parent.children if child is not gone),
        choices=tuple(choice for choice in parent.choices if choice.id != gone.joined_by),
    )
    while (above := parents.get(changed.contact_id)) is not None:
        children = tuple(changed if c.contact_id == changed.contact_id else c for c in above.children)
        changed = structs.replace(above, children=children)
    return changed, structs.replace(gone, joined_at=0, joined_by="")


def subtree(arrows: Mapping[ContactId, ContactId | None], top: ContactId) -> list[ContactId]:
    """The members at and below `top`, itself first; `arrows` says what each member of the tree is merged into."""
    below: dict[ContactId | None, list[ContactId]] = {}
    for contact_id, parent in arrows.items():
        below.setdefault(parent, []).append(contact_id)
    found, waiting = [], [top]
    while waiting:
        member = waiting.pop()
        found.append(member)
        waiting.extend(below.get(member, ()))
    return found


def leaving_edits(tree: Member, leaving: Iterable[ContactId]) -> list[tuple[str, str]]:
    """Field and kind (`edited`, `adopted`) of what the team has made of the leaving members' values elsewhere in the
    tree: it goes with them."""
    gone = set(leaving)
    found: dict[tuple[str, str], None] = {}
    for member in members_of(tree):
        if member.contact_id not in gone:
            for value in member.values:
                if value.basis_id in gone:
                    found[value.field, "adopted" if value.adopts else "edited"] = None
    return sorted(found)
