"""Contacts: how they come to be, how the team makes, reads and changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from rolodesk.domain.access import Actor, Agent, Permission, System, Visitor, require
from rolodesk.domain.contact import (
    MAX_NOTE,
    MAX_PROPERTIES,
    PROPERTY,
    PROPERTY_NAME,
    TAG,
    Identity,
    Point,
    Property,
    Source,
    Status,
    Value,
    clean_email,
    clean_fields,
    clean_phone,
    clean_property,
    clean_tag,
    clean_text,
    clean_user_key,
    email_key,
    phone_key,
)
from rolodesk.domain.errors import Conflict, Gone, Invalid, NotFound, Problem, Unauthenticated
from rolodesk.domain.events import Event, EventName, RecordedEvent
from rolodesk.domain.form import Consent
from rolodesk.domain.ids import ContactId, IdentityId, ProjectId, UserId, is_object_id
from rolodesk.domain.json import Json, is_blank
from rolodesk.domain.profile import Contact, Profile, alone, fold, members_of, search_text, sort_name
from rolodesk.storage import (
    accounts,
    bans,
    contacts,
    events,
    identities,
    library,
    match_keys,
    merges,
    projects,
)
from rolodesk.storage.contacts import ContactNote
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases import evidence
from rolodesk.usecases.clock import new_id, new_uuid, now

KINDS_OF_VISITOR = {"anonymous": ("anonymous", "manual"), "user": ("user", "manual")}
MAX_ATTRIBUTES = 100_000
HISTORY = 500
JOINS = (EventName.LEAD_MERGE, EventName.LEAD_UNMERGE, EventName.LEAD_SPLIT)


class Home(Struct, frozen=True):
    """Where somebody who speaks belongs: the identity, its home contact, the root of that contact's tree. A preliminary
    one's contact is in no list yet."""

    identity: Identity
    contact_id: ContactId
    root_id: ContactId
    made: bool
    preliminary: bool = False


class ContactView(Struct, frozen=True):
    """A contact with the identities of its whole tree. `merged_from` is the merged contact that was asked for,
    `merge_id` its arrow."""

    contact: Contact
    identities: list[Identity]
    merged_from: ContactId | None = None
    merge_id: str | None = None


class TimelineEntry(Struct, frozen=True):
    """Something that happened to a contact, with who did it and what the changed fields were and are.

    `contact` and `root` are what the event's contact and root are called now; only those of a merge or split.
    """

    event: RecordedEvent
    by: str
    changes: list[tuple[str, Json, Json]]
    contact: str | None = None
    root: str | None = None


# How a contact comes to be.


def ensure_contact(
    tx: WriteTx, actor: Actor, key: str, kind: str, claims: Mapping[str, Json] | None = None,
    preliminary: bool = False,
) -> Home:  # fmt: skip
    """The home of whoever speaks with that key, made now if there is none: a `preliminary` one for somebody who has
    only been spoken to. Raises Conflict `key_taken`.

    Two at once make one contact: the database's uniqueness decides. The home and its root are locked.
    """
    at = now()
    project_id = actor.project_id
    kinds = KINDS_OF_VISITOR.get(kind, (kind,))
    known = identities.lock_by_key(tx, project_id, key, kinds)
    if known is None and kind == "user" and identities.by_key(tx, project_id, key, ("anonymous", "member")):
        raise Conflict("this id belongs to somebody else", "key_taken")
    if known is None:
        made = make_home(tx, actor, key, kind, at, claims or {}, preliminary)
        if made is not None:
            return made
        known = identities.lock_by_key(tx, project_id, key, kinds)
        if known is None:
            raise Conflict("this id belongs to somebody else", "key_taken")
    return go_home(tx, project_id, known, kind, speaks=not preliminary)


def go_home(tx: WriteTx, project_id: ProjectId, known: Identity, kind: str, speaks: bool = True) -> Home:
    """The home of a known, locked identity of that kind, locked with its root; if it `speaks`, out of the trash too,
    unless the identity is blocked."""
    at = now()
    root, status = contacts.lock(tx, project_id, known.contact_id)
    if status == Status.ERASED:
        # Erased while this waited for the lock.
        raise Unauthenticated()
    if known.kind == "manual" and kind != "manual":
        claim(tx, project_id, known, kind, root, at)
    if status == Status.TRASHED and speaks and known.blocked_at is None:
        _set_status(tx, System(project_id), root, status, Status.NORMAL, at)
    return Home(known, known.contact_id, root, made=False, preliminary=status == Status.TEMPORARY)


def claim(tx: WriteTx, project_id: ProjectId, known: Identity, kind: str, root: ContactId, at: int) -> None:
    """A visitor has come with the key of a typed-in identity, which is locked with its home and root."""
    identities.claim(tx, project_id, known.id, kind, at)
    contacts.seen(tx, project_id, known.contact_id, root, at)
    match_keys.mark(tx, project_id, root, at)


def make_home(
    tx: WriteTx, actor: Actor, key: str, kind: str, at: int, attributes: Mapping[str, Json],
    preliminary: bool = False,
) -> Home | None:  # fmt: skip
    """A new contact with its first identity; None if somebody else has just made it. A preliminary one is no news."""
    void = identities.revoked_before(tx, actor.project_id, key)
    if isinstance(actor, Visitor) and void and void >= actor.issued_at:
        # Erased, or signed out, after its token was looked at.
        raise Unauthenticated()
    status = Status.TEMPORARY if preliminary else Status.NORMAL
    contact = new_contact(tx, actor.project_id, key, "system", at, dict(attributes) or None, True, status)
    if contact is None:
        return None
    identity = Identity(
        IdentityId(new_id()), kind, key, contact.id, at if kind == "user" else None, None, at, at
    )
    if not identities.add(tx, actor.project_id, identity):
        raise Conflict("this id belongs to somebody else", "key_taken")
    if (ban := bans.by_key(tx, actor.project_id, key)) is not None:
        identity = structs.replace(identity, blocked_at=ban.created_at)
    if not preliminary:
        events.record(tx, actor, at, Event(EventName.LEAD_CREATE, contact.id, contact.id, identity.id))
    return Home(identity, contact.id, contact.id, made=True, preliminary=preliminary)


def list_in_earnest(tx: WriteTx, actor: Actor, root: ContactId, identity: IdentityId | None, at: int) -> None:
    """A preliminary contact, locked, has spoken: from now on it is listed, counted and told of like any other."""
    contacts.write_status(tx, actor.project_id, root, Status.TEMPORARY, Status.NORMAL, at)
    refold(tx, actor.project_id, root, at)
    events.record(tx, actor, at, Event(EventName.LEAD_CREATE, root, root, identity))


def new_contact(
    tx: WriteTx,
    project_id: ProjectId,
    lead_id: str,
    by: str,
    at: int,
    attributes: dict[str, Json] | None,
    seen: bool,
    status: Status = Status.NORMAL,
) -> Contact | None:
    project = projects.get(tx, project_id)
    if project is None:
        raise NotFound()
    number = project.number << 40 | projects.next_number(tx, project_id, "contact")
    contact_id = ContactId(new_id())
    contact = Contact(
        *(number, contact_id, lead_id, status, None, contact_id, 0, Profile(), attributes, by, at, at),
        first_seen=at if seen else None,
        last_seen=at,
    )
    return contact if contacts.add(tx, project_id, contact) else None


def take_claims(
    tx: WriteTx,
    visitor: Visitor,
    home: Home,
    said: Mapping[str, Json],
    consents: Iterable[Consent] = (),
    page: str | None = None,
) -> list[str]:
    """Write what a visitor or its token says on the identity's home contact; warnings about what is kept as typed.

    Never raises for a value: a form does not fail on a phone number.
    """
    at = now()
    project = projects.get(tx, visitor.project_id)
    country = project.country if project else None
    known = {
        definition.name: definition for definition in library.properties(tx, visitor.project_id, status=None)
    }
    changes, warnings = _readable_claims(visitor, said, known, country)
    _define_missing(tx, visitor, changes, known, at)
    written = [
        _write(tx, home, value, country, at)
        for source, fields in changes.items()
        for value in _values(tx, visitor, home, source, fields, at)
    ]
    for consent in consents:
        contacts.add_consent(
            tx, visitor.project_id, home.contact_id, new_id(), home.identity.id, consent, page, at
        )
    if written or home.made:
        refold(tx, visitor.project_id, home.root_id, at)
    if written and not home.made and not home.preliminary:
        _record_update(tx, visitor, home, sorted(set(written)), at)
    return warnings


def _readable_claims(
    visitor: Visitor, said: Mapping[str, Json], known: Mapping[str, Property], country: str | None
) -> tuple[dict[Source, dict[str, Json]], list[str]]:
    """What the token and the visitor say, by source, each cleaned as far as it can be; and warnings."""
    by_token = visitor.claims if visitor.verified else {}
    by_visitor = {**({} if visitor.verified else visitor.claims), **said}
    warnings: list[str] = []
    changes: dict[Source, dict[str, Json]] = {}
    for source, fields in ((Source.TOKEN, by_token), (Source.VISITOR, by_visitor)):
        for field, value in fields.items():
            if field in ("attributes", "generated") or is_blank(value):
                continue
            cleaned, warning = _lenient(field, value, known, country)
            if warning:
                warnings.append(warning)
            if cleaned is not None:
                changes.setdefault(source, {})[field] = cleaned
    mine = changes.get(Source.VISITOR, {})
    if visitor.claims.get("generated") and "firstname" in mine and "firstname" not in said:
        generated = mine.pop("firstname")
        if "fullname" not in mine:
            mine["generated"] = generated
    return changes, warnings


def _lenient(
    field: str, value: Json, known: Mapping[str, Property], country: str | None
) -> tuple[Json, str | None]:
    """The cleaned value, or what was typed with a warning."""
    try:
        if field.startswith(PROPERTY):
            name = field.removeprefix(PROPERTY)
            return clean_property(known.get(name), name, value), None
        return clean_fields({field: value}, country).get(field), None
    except Invalid as wrong:
        typed = str(value).replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:1_000]
        return typed or None, f"{field}: {wrong.problems[0].msg}"


def _define_missing(
    tx: WriteTx, actor: Actor, changes: dict[Source, dict[str, Json]], known: Mapping[str, Property], at: int
) -> None:
    """Properties that the form names and nobody has defined, as texts; beyond MAX_PROPERTIES answers are dropped
    here and stay in the conversation's attributes."""
    room = MAX_PROPERTIES - len(known)
    for fields in changes.values():
        for field in [name for name in fields if name.startswith(PROPERTY)]:
            name = field.removeprefix(PROPERTY)
            if name in known:
                continue
            if room <= 0 or not PROPERTY_NAME.fullmatch(name):
                del fields[field]
                continue
            room -= 1
            kind = "boolean" if isinstance(fields[field], bool) else "text"
            label = name.replace("_", " ").capitalize()
            library.ensure_property(
                tx, actor.project_id, Property(new_id(), name, label, kind, 100, False, "system", at, at)
            )


def _values(
    tx: WriteTx, actor: Visitor, home: Home, source: Source, fields: Mapping[str, Json], at: int
) -> list[Value]:
    """The values, each item of a list apart, but for what this identity has said before and nobody since."""
    newest: dict[tuple[str, str], Value] = {}
    written = [] if home.made else contacts.own_values(tx, actor.project_id, home.contact_id)
    for value in written:
        if value.source is source:
            newest[value.field, value.item] = value
    said = []
    for field, item, content in _rows(fields):
        generated = field == "generated"
        known = newest.get(("fullname" if generated else field, item))
        if known is None or not (
            generated or (known.value == content and known.identity_id == home.identity.id)
        ):
            said.append(
                Value(
                    *(new_id(), home.contact_id, "fullname" if generated else field, item, content, source),
                    *(actor.id, at, home.identity.id),
                    generated=generated,
                    verified=source is Source.TOKEN,
                )
            )
    return said


def _rows(fields: Mapping[str, Json]) -> list[tuple[str, str, Json]]:
    """Field, item and value of each row that the fields become."""
    rows: list[tuple[str, str, Json]] = []
    for field, value in fields.items():
        rows += (
            [(field, str(item), True) for item in value] if isinstance(value, list) else [(field, "", value)]
        )
    return rows


def _write(tx: WriteTx, home: Home, value: Value, country: str | None, at: int) -> str:
    contacts.add_value(tx, _project(tx), value)
    if value.field in ("email", "phone"):
        _add_point(tx, value, country, at)
    return value.field


def _add_point(tx: WriteTx, value: Value, country: str | None, at: int) -> None:
    """An address is remembered beside being the field's value."""
    if not isinstance(value.value, str):
        return
    key = email_key(value.value) if value.field == "email" else phone_key(value.value, country)
    contacts.add_point(
        tx,
        _project(tx),
        Point(
            *(new_id(), value.contact_id, value.field, value.value, key, value.source, value.by, at),
            *(value.identity_id, at if value.verified else None, None, value.basis_id),
        ),
    )


def _project(tx: WriteTx) -> ProjectId:
    if tx.project_id is None:
        raise LookupError("this transaction has no project")
    return tx.project_id


def refold(tx: WriteTx, project_id: ProjectId, root_id: ContactId, at: int) -> Profile:
    """Rebuild the profile that is kept on a root after any of its inputs has changed."""
    profile = fold(contacts.tree(tx, project_id, root_id))
    keys = contacts.keys(tx, project_id, root_id)
    status = contacts.write_profile(
        tx, project_id, root_id, profile, sort_name(profile), search_text(profile, keys), at
    )
    if status == Status.NORMAL:
        evidence.keep(tx, project_id, root_id, profile, at)
    return profile


def _record_update(tx: WriteTx, actor: Actor, home: Home, fields: Sequence[str], at: int) -> None:
    event = Event(
        EventName.LEAD_UPDATE, home.contact_id, home.root_id, home.identity.id, fields=tuple(fields)
    )
    events.record(tx, actor, at, event)


def own_claims(
    tx: ReadTx, project_id: ProjectId, identity: Identity | None, visitor: Visitor
) -> dict[str, Json]:
    """What an identity has said of itself, with what its token says on top: all that its visitor is ever told.

    A generated name counts as blank and stands apart, as `generated`.
    """
    said: dict[str, Json] = {}
    if identity is not None:
        for value in contacts.values_of_identity(tx, project_id, identity.id):
            if not value.item:
                said["generated" if value.generated else value.field] = value.value
    by_token = {name: value for name, value in visitor.claims.items() if name != "attributes"}
    if visitor.claims.get("generated"):
        by_token.pop("firstname", None)
    by_token.pop("generated", None)
    return {**by_token, **said} if not visitor.verified else {**said, **by_token}


def name_of(claims: Mapping[str, Json]) -> str | None:
    """The name among an identity's own claims, else the generated one."""
    parts = (
        [claims.get("fullname")]
        if claims.get("fullname")
        else [claims.get("firstname"), claims.get("lastname")]
    )
    name = " ".join(str(part) for part in parts if part) or str(claims.get("generated") or "")
    return name[:200] or None


# What the team does.


def get(db: Database, actor: Actor, contact_id: str) -> ContactView:
    """The contact, or the root of the one that it was merged into. Raises NotFound."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return view_of(tx, actor.project_id, contact_id)


def view_of(tx: ReadTx, project_id: ProjectId, contact_id: str) -> ContactView:
    asked = existing(tx, project_id, contact_id)
    shown = asked if asked.merged_into is None else contacts.get(tx, project_id, asked.root_id)
    if shown is None:
        raise NotFound()
    owned = identities.of_roots(tx, project_id, [shown.id])[shown.id]
    shown = _without_others_attributes(tx, project_id, shown, owned)
    if asked.merged_into is None:
        return ContactView(shown, owned)
    arrow = merges.of_loser(tx, project_id, asked.id)
    return ContactView(shown, owned, asked.id, arrow.id if arrow else None)


def _without_others_attributes(
    tx: ReadTx, project_id: ProjectId, contact: Contact, owned: Sequence[Identity]
) -> Contact:
    """What came with the first message is of the identity that the contact is called by. While that one is split off,
    it is not shown."""
    lives_here = any(i.key == contact.lead_id and i.contact_id == contact.id for i in owned)
    if contact.attributes is None or lives_here:
        return contact
    kinds = ("anonymous", "user", "manual", "member", "channel")
    is_elsewhere = identities.by_key(tx, project_id, contact.lead_id, kinds) is not None
    return structs.replace(contact, attributes=None) if is_elsewhere else contact


@retried
def create(
    db: Database,
    actor: Agent,
    fields: Mapping[str, Json],
    properties: Mapping[str, Json] | None = None,
    tags: Sequence[Json] = (),
    attributes: Mapping[str, Json] | None = None,
    lead_id: Json = None,
    emails: Sequence[Json] = (),
    phones: Sequence[Json] = (),
) -> ContactView:
    """A contact made by hand or over the API, or the one whose lead_id was set aside for it by `lead_id` alone.
    Raises Invalid, or Conflict `lead_id_taken` with the other's `_id`."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        country = _country(tx, actor.project_id)
        key = new_uuid() if is_blank(lead_id) else clean_user_key(lead_id, "lead_id")
        values = checked_fields(tx, actor.project_id, fields, properties or {}, country)
        words = [clean_tag(tag) for tag in tags]
        more = _more_addresses(emails, phones, country)
        checked = _checked_attributes(attributes) if attributes is not None else None

        given = {field: value for field, value in values.items() if not is_blank(value)}

        at = now()
        made = new_contact(tx, actor.project_id, key, actor.id, at, checked, seen=False)
        contact = made or _set_aside(tx, actor.project_id, key, given)
        identity = Identity(IdentityId(new_id()), "manual", key, contact.id, None, None, at, at)
        if made and not identities.add(tx, actor.project_id, identity):
            raise Conflict("there is a contact with this lead_id", "lead_id_taken")
        changed = _put(tx, actor, contact.id, given, at)
        changed += _put_tags(
            tx, actor, contact.id, [t for t in words if t not in contact.profile.tags], True, at
        )
        changed += _put_addresses(tx, actor, contact.id, more, at)
        if not made and checked is not None:
            contacts.write_attributes(tx, actor.project_id, contact.id, checked, at)
            changed.append("attributes")
        refold(tx, actor.project_id, contact.id, at)

        if made:
            events.record(tx, actor, at, Event(EventName.LEAD_CREATE, contact.id, contact.id, identity.id))
        else:
            _updated(tx, actor, contact.id, changed, at)
        return view_of(tx, actor.project_id, contact.id)


def _set_aside(tx: WriteTx, project_id: ProjectId, lead_id: str, given: Mapping[str, Json]) -> Contact:
    """The contact whose lead_id was made by the team to be filled in, locked: nothing is known of it, and it has never
    spoken. Raises Conflict `lead_id_taken` for any other, and where nothing is given."""
    taken = contacts.by_lead_id(tx, project_id, lead_id)
    if taken is not None and given and taken.merged_into is None:
        taken = _locked(tx, project_id, taken.id)
        known = taken.profile.values or taken.first_seen is not None or taken.status != Status.NORMAL
        if not known:
            return taken
    raise Conflict(
        "there is a contact with this lead_id", "lead_id_taken", {"_id": taken.id if taken else None}
    )


@retried
def update(
    db: Database,
    actor: Agent,
    contact_id: str,
    fields: Mapping[str, Json] | None = None,
    properties: Mapping[str, Json] | None = None,
    tags: Sequence[Json] | None = None,
    attributes: Mapping[str, Json] | None = None,
    merge_attributes: bool = False,
    status: int | None = None,
    emails: Sequence[Json] = (),
    phones: Sequence[Json] = (),
    expect: int | None = None,
) -> ContactView:
    """Change what is given and nothing else; a blank value clears its field. `tags` replaces all tags.

    Raises NotFound, Invalid, Conflict `contact_merged` or, with `expect` another version than the present one,
    `stale_version`.
    """
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)
        if expect is not None and expect != contact.version:
            raise Conflict("somebody else has changed this contact meanwhile", "stale_version")
        country = _country(tx, actor.project_id)
        values = checked_fields(tx, actor.project_id, fields or {}, properties or {}, country)
        more = _more_addresses(emails, phones, country)
        wanted = None if tags is None else list(dict.fromkeys(clean_tag(tag) for tag in tags))

        at = now()
        changed = _put(tx, actor, contact.id, _differing(contact, values), at)
        changed += _put_addresses(tx, actor, contact.id, _unlisted(contact.profile, more, country), at)
        if wanted is not None:
            changed += _put_tags(
                tx, actor, contact.id, [t for t in wanted if t not in contact.profile.tags], True, at
            )
            changed += _put_tags(
                tx, actor, contact.id, [t for t in contact.profile.tags if t not in wanted], False, at
            )
        if attributes is not None:
            whole = {**(contact.attributes or {}), **attributes} if merge_attributes else dict(attributes)
            contacts.write_attributes(tx, actor.project_id, contact.id, _checked_attributes(whole), at)
            changed.append("attributes")
        if changed:
            refold(tx, actor.project_id, contact.id, at)
            _updated(tx, actor, contact.id, changed, at)
        if status is not None and status != contact.status:
            _move(tx, actor, contact, status, at)
        return view_of(tx, actor.project_id, contact.id)


def _differing(contact: Contact, values: Mapping[str, Json]) -> dict[str, Json]:
    """The values that are to change. One that a lower source shows is written again: it is the team's word now."""
    shown = contact.profile.values
    return {
        field: value
        for field, value in values.items()
        if not (field in shown and shown[field].value == value and shown[field].source is Source.AGENT)
        and not (field not in shown and is_blank(value) and field not in contact.profile.others)
    }


@retried
def add_tags(db: Database, actor: Agent, contact_id: str, tags: Sequence[Json]) -> ContactView:
    """The tags beside those that the contact has. Raises NotFound, Invalid, Conflict."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)
        words = [tag for tag in map(clean_tag, tags) if tag not in contact.profile.tags]

        return _retag(tx, actor, contact, words, True)


@retried
def remove_tag(db: Database, actor: Agent, contact_id: str, tag: str) -> ContactView:
    """The contact without that tag. Raises NotFound, Conflict."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)
        words = [tag] if tag in contact.profile.tags else []

        return _retag(tx, actor, contact, words, False)


def _retag(tx: WriteTx, actor: Agent, contact: Contact, words: Sequence[str], present: bool) -> ContactView:
    if words:
        at = now()
        changed = _put_tags(tx, actor, contact.id, words, present, at)
        refold(tx, actor.project_id, contact.id, at)
        _updated(tx, actor, contact.id, changed, at)
    return view_of(tx, actor.project_id, contact.id)


@retried
def remove_address(db: Database, actor: Agent, contact_id: str, kind: str, address: str) -> ContactView:
    """Take an email or phone (its value or key) off a contact; if it was the primary one, the field is cleared."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)
        listed = contact.profile.emails if kind == "email" else contact.profile.phones
        found = next((point for point in listed if address in (point.value, point.key)), None)
        if found is None:
            raise NotFound("the contact has no such address")

        at = now()
        key = found.key or found.value
        contacts.remove_points(tx, actor.project_id, contact.id, kind, key, at)
        # And a row that says so: a member's own rows are left alone, and what an identity has said goes with it when it
        # is split off, to be taken off here again when it comes back.
        origin = (Source.AGENT, actor.id, at)
        removal = Point(new_id(), contact.id, kind, found.value, found.key, *origin)
        contacts.hide_point(tx, actor.project_id, removal)
        changed = [kind]
        if found.primary:
            changed += _put(tx, actor, contact.id, {kind: None}, at)
        refold(tx, actor.project_id, contact.id, at)
        _updated(tx, actor, contact.id, changed, at)
        return view_of(tx, actor.project_id, contact.id)


@retried
def adopt(db: Database, actor: Agent, contact_id: str, field: str, origin: str, source: str) -> ContactView:
    """Show one of the other values: what the member `origin` has of that source. It is a choice and no copy: it goes
    when the member leaves, and follows what the member's visitor says. Raises Invalid, NotFound, Conflict."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)
        others = contact.profile.others.get(field, ())
        found = next((e for e in others if e.contact_id == origin and e.source.value == source), None)
        if found is None or isinstance(found.value, list):
            raise Invalid(Problem("is none of the contact's other values", "field"))

        at = now()
        row = Value(new_id(), contact.id, field, "", None, Source.AGENT, actor.id, at)
        if found.contact_id == contact.id and found.source is Source.AGENT:
            # Its team's own word once more, no other's.
            row = structs.replace(row, value=found.value, basis_id=found.basis_id)
        else:
            row = structs.replace(row, basis_id=found.contact_id, adopts=found.source)
        contacts.add_value(tx, actor.project_id, row)
        refold(tx, actor.project_id, contact.id, at)
        _updated(tx, actor, contact.id, [field], at)
        return view_of(tx, actor.project_id, contact.id)


@retried
def trash(db: Database, actor: Agent, contact_id: str) -> ContactView:
    """Put a contact into the trash. Raises NotFound, Forbidden, Conflict `contact_merged`."""
    return _change_status(db, actor, contact_id, Status.TRASHED)


@retried
def restore(db: Database, actor: Agent, contact_id: str) -> ContactView:
    """Take a contact out of the trash. Raises NotFound, Forbidden, Conflict `contact_merged`."""
    return _change_status(db, actor, contact_id, Status.NORMAL)


def _change_status(db: Database, actor: Agent, contact_id: str, status: int) -> ContactView:
    require(actor, Permission.TRASH_CONTACTS)
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)

        if contact.status != status:
            _move(tx, actor, contact, status, now())
        return view_of(tx, actor.project_id, contact.id)


def _move(tx: WriteTx, actor: Agent, contact: Contact, status: int, at: int) -> None:
    require(actor, Permission.TRASH_CONTACTS)
    if status not in (Status.NORMAL, Status.TRASHED):
        raise Invalid(Problem("must be 100 (restored) or 1000 (trashed)", "status"))
    _set_status(tx, actor, contact.id, contact.status, status, at)


def _set_status(tx: WriteTx, actor: Actor, root: ContactId, old: int, new: int, at: int) -> None:
    contacts.write_status(tx, actor.project_id, root, old, new, at)
    contact = contacts.get(tx, actor.project_id, root)
    if new == Status.TRASHED:
        evidence.forget(tx, actor.project_id, root, at)
    elif contact is not None:
        evidence.keep(tx, actor.project_id, root, contact.profile, at)
    name = EventName.LEAD_DELETE if new == Status.TRASHED else EventName.LEAD_RESTORE
    events.record(tx, actor, at, Event(name, root, root, fields=("status",)))


@retried
def add_note(db: Database, actor: Agent, contact_id: str, text: Json) -> ContactNote:
    """A note of the team on a contact. Raises Invalid, NotFound, Conflict."""
    require(actor, Permission.EDIT_CONTACTS)
    cleaned = clean_text(text, "text", MAX_NOTE)
    if cleaned is None:
        raise Invalid(Problem("text field is required", "text"))
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)

        at = now()
        note = ContactNote(new_id(), contact.id, cleaned, actor.id, at, at)
        contacts.add_note(tx, actor.project_id, note)
        events.record(tx, actor, at, Event(EventName.LEAD_NOTE, contact.id, contact.id, subject_id=note.id))
    return note


@retried
def delete_note(db: Database, actor: Agent, contact_id: str, note_id: str) -> None:
    """Take a note away. Raises NotFound."""
    require(actor, Permission.EDIT_CONTACTS)
    with db.write(actor.project_id) as tx:
        contact = _locked(tx, actor.project_id, contact_id)
        note = next((n for n in contacts.notes(tx, actor.project_id, contact.id) if n.id == note_id), None)
        if note is None:
            raise NotFound()

        at = now()
        contacts.delete_note(tx, actor.project_id, note.contact_id, note.id, at)
        event = Event(EventName.LEAD_NOTE_DELETE, note.contact_id, contact.id, subject_id=note.id)
        events.record(tx, actor, at, event)


def notes(db: Database, actor: Actor, contact_id: str) -> list[ContactNote]:
    """The notes on a contact and on what is merged into it, newest first. Raises NotFound."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return contacts.notes(tx, actor.project_id, view_of(tx, actor.project_id, contact_id).contact.id)


def consents(db: Database, actor: Actor, contact_id: str) -> list[tuple[Consent, str | None, int]]:
    """What the contact has agreed to, with page and time, newest first. Raises NotFound."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return contacts.consents(tx, actor.project_id, view_of(tx, actor.project_id, contact_id).contact.id)


def timeline(db: Database, actor: Actor, contact_id: str, limit: int = HISTORY) -> list[TimelineEntry]:
    """What has happened to a contact, newest first: old → new of every change, and by whom. Raises NotFound."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        root = view_of(tx, actor.project_id, contact_id).contact.id
        happened = events.of_contact(tx, actor.project_id, root, limit)
        here = contacts.arrows(tx, actor.project_id, root)
        # What the team has made of a member's value goes with that member, here too.
        history = [
            value
            for value in contacts.history(tx, actor.project_id, root, limit * 4)
            if value.basis_id is None or value.basis_id in here
        ]
        people = accounts.users_by_id(
            tx, list({UserId(e.actor_id) for e in happened if e.actor_kind == "agent"})
        )
        joins = [e.event for e in happened if e.event.name in JOINS]
        called = names(tx, actor.project_id, [c for e in joins for c in (e.contact_id, e.root_id) if c])
    changes = _changes(history)
    return [
        TimelineEntry(
            entry,
            found.name if (found := people.get(UserId(entry.actor_id))) else entry.actor_kind,
            changes.get((entry.event.contact_id or "", entry.at), []) if entry.event.fields else [],
            called.get(entry.event.contact_id or ContactId("")),
            called.get(entry.event.root_id or ContactId("")),
        )
        for entry in happened
    ]


def names(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> dict[ContactId, str]:
    """What contacts are called, a merged one by what it and its own tree would show alone."""
    found = contacts.by_ids(tx, project_id, list(dict.fromkeys(ids)))
    called = {contact.id: contact.name for contact in found.values() if contact.merged_into is None}
    merged = [contact for contact in found.values() if contact.merged_into is not None]
    for root in dict.fromkeys(contact.root_id for contact in merged):
        profiles = alone(contacts.tree(tx, project_id, root))
        for contact in merged:
            if contact.root_id == root:
                called[contact.id] = structs.replace(contact, profile=profiles[contact.id]).name
    return called


def _changes(history: Sequence[Value]) -> dict[tuple[str, int], list[tuple[str, Json, Json]]]:
    """Per contact and time, what each field was and became."""
    before: dict[tuple[str, str, str], Json] = {}
    said: dict[tuple[str | None, str, Source | None], Json] = {}
    found: dict[tuple[str, int], list[tuple[str, Json, Json]]] = {}
    for value in sorted(history, key=lambda value: (value.at, value.id)):
        place = (value.contact_id, value.field, value.item)
        became = said.get((value.basis_id, value.field, value.adopts)) if value.adopts else value.value
        if value.item:
            change: tuple[str, Json, Json] = (
                value.field,
                *((None, value.item) if value.value is True else (value.item, None)),
            )
        else:
            change = (value.field, before.get(place), became)
            said[value.contact_id, value.field, value.source] = became
        before[place] = became
        if not value.generated:
            found.setdefault((value.contact_id, value.at), []).append(change)
    return found


def existing(tx: ReadTx, project_id: ProjectId, contact_id: str) -> Contact:
    """A contact, merged or trashed too. Raises NotFound, or Gone if its person has been erased."""
    if not is_object_id(contact_id):
        raise NotFound()
    found = contacts.get(tx, project_id, contact_id)
    if found is not None:
        return found
    if contacts.is_erased(tx, project_id, contact_id):
        raise Gone("this person has been erased", "erased")
    raise NotFound()


def _locked(tx: WriteTx, project_id: ProjectId, contact_id: str) -> Contact:
    """A root, locked. Raises NotFound, or Conflict `contact_merged` for a contact that has been merged."""
    contacts.lock(tx, project_id, existing(tx, project_id, contact_id).id)
    contact = existing(tx, project_id, contact_id)
    if contact.merged_into is not None:
        raise Conflict(
            "this contact has been merged into another", "contact_merged", {"merged_into": contact.root_id}
        )
    return contact


def _country(tx: ReadTx, project_id: ProjectId) -> str | None:
    project = projects.get(tx, project_id)
    return project.country if project else None


def checked_fields(
    tx: ReadTx,
    project_id: ProjectId,
    fields: Mapping[str, Json],
    properties: Mapping[str, Json],
    country: str | None,
) -> dict[str, Json]:
    """Fields and properties, cleaned, under one roof. Raises Invalid naming every wrong one."""
    values, problems = {}, []
    try:
        values = clean_fields(fields, country)
    except Invalid as wrong:
        problems += wrong.problems
    known = {definition.name: definition for definition in library.properties(tx, project_id)}
    if len(properties) > 200:
        raise Invalid(Problem("has more than 200 properties", "properties"))
    for name, value in properties.items():
        try:
            if not (name in known or _usable_name(name)):
                raise Invalid(
                    Problem("is no property's name: letters, digits and _, at most 64", PROPERTY + name[:80])
                )
            values[PROPERTY + name] = clean_property(known.get(name), name, value)
        except Invalid as wrong:
            problems += wrong.problems
    if problems:
        raise Invalid(problems)
    return values


def _usable_name(name: str) -> bool:
    return PROPERTY_NAME.fullmatch(name.lower()) is not None


def _checked_attributes(attributes: Mapping[str, Json]) -> dict[str, Json]:
    if len(str(attributes)) > MAX_ATTRIBUTES:
        raise Invalid(Problem(f"are larger than {MAX_ATTRIBUTES} characters", "attributes"))
    return dict(attributes)


def _put(tx: WriteTx, actor: Agent, contact_id: ContactId, values: Mapping[str, Json], at: int) -> list[str]:
    """Write values of the team on a root; the fields written. What was edited from a member's value goes with it."""
    country = _country(tx, actor.project_id)
    contact = contacts.get(tx, actor.project_id, contact_id)
    profile = contact.profile if contact else Profile()
    for field, value in values.items():
        if isinstance(value, list) or (
            field.startswith(PROPERTY) and _has_items(tx, actor.project_id, contact_id, field)
        ):
            _put_items(tx, actor, contact_id, field, value if isinstance(value, list) else [], at)
            if isinstance(value, list) or value is None:
                continue
        basis = _basis(profile, contact_id, field, value)
        row = Value(new_id(), contact_id, field, "", value, Source.AGENT, actor.id, at, basis_id=basis)
        contacts.add_value(tx, actor.project_id, row)
        if field in ("email", "phone"):
            _add_point(tx, row, country, at)
    return list(values)


def _basis(profile: Profile, contact_id: ContactId, field: str, value: Json) -> ContactId | None:
    """The member whose value is being edited or taken over, None for the contact's own. One that was itself edited from
    a value of somebody else's stays with that one."""
    shown = profile.values.get(field)
    found = next((entry for entry in profile.others.get(field, ()) if entry.value == value), shown)
    listed = profile.emails if field == "email" else profile.phones if field == "phone" else ()
    key = email_key(value) if field == "email" and isinstance(value, str) else value
    address = next((p for p in listed if value == p.value or (key is not None and key == p.key)), None)
    if address is not None and (found is None or found.value != value):
        origin, basis = address.contact_id, address.basis_id
    elif found is None or isinstance(found.value, list):
        return None
    else:
        origin, basis = found.contact_id, found.basis_id
    return basis or (origin if origin != contact_id else None)


def _has_items(tx: ReadTx, project_id: ProjectId, contact_id: ContactId, field: str) -> bool:
    tree = contacts.tree(tx, project_id, contact_id)
    return any(v.field == field and v.item for member in members_of(tree) for v in member.values)


def _put_items(
    tx: WriteTx, actor: Agent, contact_id: ContactId, field: str, items: Sequence[Json], at: int
) -> None:
    """Make a list property hold just these items: a row each for what is added and for what is removed."""
    shown = fold(contacts.tree(tx, actor.project_id, contact_id)).values.get(field)
    present = shown.value if shown and isinstance(shown.value, list) else []
    for item in items:
        if item not in present:
            contacts.add_value(
                tx,
                actor.project_id,
                Value(new_id(), contact_id, field, str(item), True, Source.AGENT, actor.id, at),
            )
    for item in present:
        if item not in items:
            contacts.add_value(
                tx,
                actor.project_id,
                Value(new_id(), contact_id, field, str(item), False, Source.AGENT, actor.id, at),
            )


def _put_tags(
    tx: WriteTx, actor: Agent, contact_id: ContactId, tags: Sequence[str], present: bool, at: int
) -> list[str]:
    for tag in dict.fromkeys(tags):
        contacts.add_value(
            tx, actor.project_id, Value(new_id(), contact_id, TAG, tag, present, Source.AGENT, actor.id, at)
        )
    return ["tags"] if tags else []


def _more_addresses(
    emails: Sequence[Json], phones: Sequence[Json], country: str | None
) -> list[tuple[str, str]]:
    """Further addresses as (kind, value), cleaned; each a text or an object with `value`."""
    found: list[tuple[str, str]] = []
    for address in emails:
        value = clean_email(address.get("value") if isinstance(address, dict) else address, "emails")
        if value is not None:
            found.append(("email", value))
    for address in phones:
        value = clean_phone(address.get("value") if isinstance(address, dict) else address, country, "phones")
        if value is not None:
            found.append(("phone", value))
    return found


def _unlisted(
    profile: Profile, addresses: Sequence[tuple[str, str]], country: str | None
) -> list[tuple[str, str]]:
    """Those of the addresses that are not there already. What a member has brought is not written again: it would stay
    when the member leaves."""
    emails, phones = (
        {point.key or point.value for point in listed} for listed in (profile.emails, profile.phones)
    )
    return [
        (kind, value)
        for kind, value in addresses
        if not (kind == "email" and (email_key(value) or value) in emails)
        and not (kind == "phone" and (phone_key(value, country) or value) in phones)
    ]


def _put_addresses(
    tx: WriteTx, actor: Agent, contact_id: ContactId, addresses: Sequence[tuple[str, str]], at: int
) -> list[str]:
    country = _country(tx, actor.project_id)
    for kind, address in addresses:
        _add_point(tx, Value("", contact_id, kind, "", address, Source.AGENT, actor.id, at), country, at)
    return sorted({kind for kind, _ in addresses})


def _updated(tx: WriteTx, actor: Agent, contact_id: ContactId, fields: Sequence[str], at: int) -> None:
    event = Event(EventName.LEAD_UPDATE, contact_id, contact_id, fields=tuple(sorted(set(fields))))
    events.record(tx, actor, at, event)
