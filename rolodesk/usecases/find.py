"""Lists of contacts: what somebody typed or asked for, turned into a filter, a page, and what matched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, structs

from rolodesk.domain.access import Actor, Permission, require
from rolodesk.domain.contact import (
    PROPERTY_NAME,
    WORD_MARK,
    Identity,
    email_key,
    marked_words,
    phone_key,
    searchable,
)
from rolodesk.domain.errors import Invalid, NotFound, Problem
from rolodesk.domain.ids import ContactId, is_object_id
from rolodesk.domain.profile import Contact, sort_name
from rolodesk.storage import contacts, identities, projects, search, segments
from rolodesk.storage.database import Database, ReadTx
from rolodesk.storage.search import COUNT_CAP, SORTS, Filter, Page

__all__ = ["COUNT_CAP", "SORTS", "Filter", "Found", "Page", "by_words", "counts", "find", "typed"]

MIN_FRAGMENT = 3


class Found(Struct, frozen=True):
    """A page of contacts. `count` stops at COUNT_CAP + 1; `matched` says per contact what a typed search matched."""

    contacts: list[Contact]
    identities: dict[ContactId, list[Identity]]
    count: int
    matched: dict[ContactId, str]


def find(
    db: Database, actor: Actor, wanted: Filter, page: Page, text: str = "", segment_id: str | None = None
) -> Found:
    """One page of the contacts that the filter, the typed text and the segment ask for. Raises Forbidden, Invalid,
    NotFound for an unknown segment."""
    require(actor, Permission.VIEW_CONTACTS)
    _check_place(page)
    with db.read() as tx:
        project = projects.get(tx, actor.project_id)
        if project is None:
            return Found([], {}, 0, {})
        wanted = of_segment(tx, actor, wanted, segment_id)
        narrowed = typed(wanted, text, project.country)
        rows, total = _page(tx, project, narrowed, page)
        if not total and _is_whole(narrowed, wanted):
            narrowed = _as_fragment(wanted, text)
            rows, total = _page(tx, project, narrowed, page)
        owned = identities.of_roots(tx, actor.project_id, [contact.id for contact in rows])
    return Found(rows, owned, total, {c.id: why for c in rows if (why := _matched(c, narrowed, owned[c.id]))})


def of_segment(tx: ReadTx, actor: Actor, wanted: Filter, segment_id: str | None) -> Filter:
    """The filter narrowed to a segment's contacts, a deleted one's too. Raises NotFound."""
    if segment_id is None:
        return wanted
    segment = segments.get(tx, actor.project_id, segment_id)
    if segment is None:
        raise NotFound("Error segment not found", "segment_not_found")
    return structs.replace(wanted, segment=segment)


def settled(tx: ReadTx, project: projects.Project, wanted: Filter, text: str) -> Filter:
    """The filter that `find` would end with for the typed text."""
    narrowed = typed(wanted, text, project.country)
    if _is_whole(narrowed, wanted) and not search.count(tx, project.id, project.number, narrowed):
        return _as_fragment(wanted, text)
    return narrowed


def _is_whole(narrowed: Filter, wanted: Filter) -> bool:
    """Whether the typed text was taken for an address or a property's value."""
    return (narrowed.email, narrowed.property) != (wanted.email, wanted.property)


def _as_fragment(wanted: Filter, text: str) -> Filter:
    """There is no such address as a whole, no property of that value: it may be a fragment of something else."""
    return structs.replace(wanted, any_of=(*wanted.any_of, searchable(text)))


def place(contact: Contact, sort: str) -> tuple[str | int | None, str]:
    """Where a contact stands in a list sorted by that."""
    value = {
        "createdAt": contact.created_at,
        "updatedAt": contact.updated_at,
        "last_seen": contact.last_seen,
        "email": contact.profile.text("email"),
        "fullname": sort_name(contact.profile),
    }[sort]
    return value, contact.id


def _check_place(page: Page) -> None:
    """A place to go on from comes back from the client. Raises Invalid if it is none of this sorting."""
    texts = page.sort in ("fullname", "email")
    if page.after is not None and not isinstance(
        page.after[0] or ("" if texts else 0), str if texts else int
    ):
        raise Invalid(Problem("is no place in a list sorted like this", "after", "query"))


def _page(tx: ReadTx, project: projects.Project, wanted: Filter, page: Page) -> tuple[list[Contact], int]:
    rows = search.find(tx, project.id, project.number, wanted, page) if page.limit else []
    full = len(rows) == page.limit or page.offset or page.after
    return rows, search.count(tx, project.id, project.number, wanted) if full or not page.limit else len(rows)


def counts(db: Database, actor: Actor) -> dict[int, int]:
    """How many contacts of each status there are."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return contacts.counts(tx, actor.project_id)


def typed(wanted: Filter, text: str, country: str | None) -> Filter:
    """The filter narrowed by what was typed: a whole email or phone goes by its key, `key:value` by a property, an id
    by the id, anything else is a fragment of names, emails, phones, company and user ids."""
    text = text.strip()
    if not text:
        return wanted
    if "@" in text and (key := email_key(text)):
        return structs.replace(wanted, email=key)
    if re.fullmatch(r"[+(\d][\d\s().\-/]{4,}", text):
        return _typed_phone(wanted, text, country)
    name, colon, value = text.partition(":")
    if colon and value.strip() and PROPERTY_NAME.fullmatch(name):
        return structs.replace(wanted, property=(name, value.strip()))
    folded = searchable(text)
    if is_object_id(text):
        return structs.replace(wanted, contact_id=text)
    if len(folded) < MIN_FRAGMENT:
        return structs.replace(wanted, prefix=folded)
    return structs.replace(wanted, any_of=(*wanted.any_of, folded))


def _typed_phone(wanted: Filter, text: str, country: str | None) -> Filter:
    key = phone_key(text, country)
    digits = re.sub(r"\D", "", text)
    digits = digits.removeprefix("00")
    # The national 0 stands in some countries' international form and not in others'.
    # A piece of a user id can look like a phone as well.
    parts = [key, digits, digits.lstrip("0"), searchable(text)]
    return structs.replace(
        wanted, any_of=tuple(dict.fromkeys(p for p in parts if p and len(p) >= MIN_FRAGMENT))
    )


def by_words(wanted: Filter, text: str) -> Filter:
    """The filter narrowed as MongoDB's text search would over full name and email: any of the words, all of a
    "quoted phrase", none of the -negated ones; whole words, whatever their case."""
    phrases = re.findall(r'(-?)"([^"]+)"', text)
    rest = re.sub(r'-?"[^"]*"', " ", text).split()
    some = [marked_words(phrase) for minus, phrase in phrases if not minus]
    some = some or [marked_words(word) for word in rest if not word.startswith("-")]
    none = [marked_words(word[1:]) for word in rest if word.startswith("-")]
    none += [marked_words(phrase) for minus, phrase in phrases if minus]
    any_of = tuple(word for word in some if word.strip())
    if not any_of:
        return structs.replace(wanted, prefix="\U0010fffe")
    return structs.replace(wanted, any_of=any_of, none_of=tuple(word for word in none if word.strip()))


def _matched(contact: Contact, wanted: Filter, owned: Sequence[Identity]) -> str:
    """What matched, if it is not the name that is shown: an address, the company, a user id, another name, the id of a
    merged contact. A search by words looks at what is shown alone."""
    profile = contact.profile
    for key, listed in ((wanted.email, profile.emails), (wanted.phone, profile.phones)):
        if key is not None:
            return next((point.value for point in listed if point.key == key), "")
    for asked, own in ((wanted.lead_id, contact.lead_id), (wanted.contact_id, contact.id)):
        if asked is not None:
            return asked if asked != own else ""
    for fragment in (part for part in wanted.any_of if not part.startswith(WORD_MARK)):
        if fragment in searchable(contact.name):
            return ""
        for text in _texts(contact, owned):
            if fragment in searchable(text):
                return text
    return ""


def _texts(contact: Contact, owned: Sequence[Identity]) -> list[str]:
    profile = contact.profile
    found = [text for point in (*profile.emails, *profile.phones) for text in (point.value, point.key or "")]
    found += [profile.text("company") or "", contact.lead_id, *(identity.key for identity in owned)]
    for field in ("fullname", "firstname", "lastname", "company"):
        found += [str(entry.value) for entry in profile.others.get(field, ())]
    return found
