"""Contacts: their rows, the values and addresses that profiles are folded from, activity, notes, consents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from rolodesk.domain.contact import PROPERTY, Point, Source, Status, Value
from rolodesk.domain.form import Consent
from rolodesk.domain.ids import ContactId, IdentityId, ProjectId
from rolodesk.domain.json import Json
from rolodesk.domain.merging import Merge, joined
from rolodesk.domain.profile import Contact, Member, Profile
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.merges import merge_from_row
from rolodesk.storage.rows import from_text, object_from_text, to_text, to_text_or_none

COLUMNS = (
    "c.no, c.id, c.lead_id, c.status, c.merged_into, c.root_id, c.version, c.profile, c.attributes, c.created_by,"
    " c.created_at, c.updated_at, a.first_seen, a.last_seen, a.conversations, a.messages"
)
FROM = (
    "contacts c JOIN contact_activity a ON a.project_id = c.project_id AND a.contact_id = c.id"
)  # fmt: skip
_profile = msgspec.json.Decoder(Profile)


class ContactNote(Struct, frozen=True):
    """A note of the team on a contact; `contact_id` is the member of the tree that it was written on."""

    id: str
    contact_id: ContactId
    text: str
    created_by: str
    created_at: int
    updated_at: int


def add(tx: WriteTx, project_id: ProjectId, contact: Contact, listed: bool = True) -> bool:
    """Whether it was new; False if the lead_id is taken (of two that come at once the second waits and loses)."""
    added = tx.run(
        "INSERT INTO contacts (no, project_id, id, lead_id, status, merged_into, root_id, version, attributes,"
        " created_by, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (project_id, lead_id) DO NOTHING",
        *(
            contact.no,
            project_id,
            contact.id,
            contact.lead_id,
            contact.status,
            contact.merged_into,
            contact.root_id,
        ),
        *(contact.version, to_text_or_none(contact.attributes), contact.created_by, contact.created_at),
        contact.updated_at,
    )
    if not added:
        return False
    tx.index_text(contact.no, None, "")
    tx.run(
        "INSERT INTO contact_activity (project_id, contact_id, listed, first_seen, last_seen, own_first_seen,"
        " own_last_seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(project_id, contact.id, contact.status if listed else 0, contact.first_seen, contact.last_seen),
        *(contact.first_seen, contact.last_seen),
    )
    count(tx, project_id, contact.status, 1)
    return True


def count(tx: WriteTx, project_id: ProjectId, status: int, change: int) -> None:
    """So many more (or fewer) contacts of that status are listed."""
    tx.run(
        "INSERT INTO contact_counts (project_id, status, count) VALUES (?, ?, ?)"
        " ON CONFLICT (project_id, status) DO UPDATE SET count = contact_counts.count + excluded.count",
        *(project_id, status, change),
    )


def counts(tx: ReadTx, project_id: ProjectId) -> dict[int, int]:
    """How many contacts of each status the lists show."""
    rows = tx.all("SELECT status, count FROM contact_counts WHERE project_id = ?", project_id)
    return {row["status"]: row["count"] for row in rows}


def get(tx: ReadTx, project_id: ProjectId, contact_id: str) -> Contact | None:
    """The contact, merged or trashed too."""
    row = tx.one(f"SELECT {COLUMNS} FROM {FROM} WHERE c.project_id = ? AND c.id = ?", project_id, contact_id)
    return contact_from_row(row) if row else None


def by_lead_id(tx: ReadTx, project_id: ProjectId, lead_id: str) -> Contact | None:
    row = tx.one(
        f"SELECT {COLUMNS} FROM {FROM} WHERE c.project_id = ? AND c.lead_id = ?", project_id, lead_id
    )
    return contact_from_row(row) if row else None


def by_ids(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> dict[ContactId, Contact]:
    """Those of the ids that are there, by id."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(
        f"SELECT {COLUMNS} FROM {FROM} WHERE c.project_id = ? AND c.id IN ({marks})", project_id, *ids
    )
    return {row["id"]: contact_from_row(row) for row in rows}


def root_of(tx: ReadTx, project_id: ProjectId, contact_id: ContactId) -> ContactId | None:
    """The root of the contact's tree."""
    row = tx.one("SELECT root_id FROM contacts WHERE project_id = ? AND id = ?", project_id, contact_id)
    return row["root_id"] if row else None


def lock(tx: WriteTx, project_id: ProjectId, home: ContactId) -> tuple[ContactId, int]:
    """Lock a contact and its root; the root and its status.

    In id order, and the root as it stands after the lock: a merge that was waited for may have moved it, and then
    the new one is locked too.
    """
    while True:
        rows = tx.all(
            "SELECT id, root_id, status FROM contacts WHERE project_id = ?"
            " AND id IN (?, (SELECT root_id FROM contacts WHERE project_id = ? AND id = ?))"
            f" ORDER BY id{tx.dialect.lock_rows}",
            *(project_id, home, project_id, home),
        )
        found = {row["id"]: row for row in rows}
        if home not in found:
            raise LookupError(f"contact {home} has gone")
        root: ContactId = found[home]["root_id"]
        if root in found:
            status: int = found[root]["status"]
            return root, status


def tree(tx: ReadTx, project_id: ProjectId, root_id: ContactId) -> Member:
    """The contact with its own values and addresses, and so everything merged into it."""
    drawn = [
        merge_from_row(row)
        for row in tx.all(
            "SELECT m.* FROM contacts c CROSS JOIN merges m WHERE m.project_id = c.project_id AND m.loser_id = c.id"
            " AND m.undone_at IS NULL AND c.project_id = ? AND c.root_id = ? AND c.merged_into IS NOT NULL"
            " ORDER BY m.number",
            *(project_id, root_id),
        )
    ]
    rows, args = "SELECT * FROM {table} WHERE project_id = ? AND contact_id = ?", [project_id, root_id]
    if drawn:
        rows += (
            " UNION ALL SELECT v.* FROM contacts c CROSS JOIN {table} v WHERE v.project_id = c.project_id"
            " AND v.contact_id = c.id AND c.project_id = ? AND c.root_id = ? AND c.merged_into IS NOT NULL"
        )
        args += [project_id, root_id]
    values: dict[ContactId, list[Value]] = {}
    for row in tx.all(rows.format(table="contact_values"), *args):
        values.setdefault(row["contact_id"], []).append(_value(row))
    points: dict[ContactId, list[Point]] = {}
    for row in tx.all(rows.format(table="contact_points"), *args):
        points.setdefault(row["contact_id"], []).append(_point(row))
    return _grown(root_id, drawn, values, points)


def arrows(tx: ReadTx, project_id: ProjectId, root_id: ContactId) -> dict[ContactId, ContactId | None]:
    """What each contact of the tree is merged into, the root first."""
    rows = tx.all(
        "SELECT id, merged_into FROM contacts WHERE project_id = ? AND root_id = ? AND merged_into IS NOT NULL"
        " ORDER BY id",
        *(project_id, root_id),
    )
    return {root_id: None, **{row["id"]: row["merged_into"] for row in rows}}


def _grown(
    root_id: ContactId,
    drawn: Sequence[Merge],
    values: Mapping[ContactId, Sequence[Value]],
    points: Mapping[ContactId, Sequence[Point]],
) -> Member:
    """The nested tree, made from its leaves up; a chain of merges may be too long for recursion."""
    into: dict[ContactId, list[Merge]] = {}
    for merge in drawn:
        into.setdefault(merge.winner_id, []).append(merge)
    ordered = [root_id]
    for contact_id in ordered:
        ordered += [merge.loser_id for merge in into.get(contact_id, ())]
    grown: dict[ContactId, Member] = {}
    for contact_id in reversed(ordered):
        mine = into.get(contact_id, ())
        own = Member(contact_id, tuple(values.get(contact_id, ())), tuple(points.get(contact_id, ())))
        grown[contact_id] = (
            joined(own, [(merge, grown.pop(merge.loser_id)) for merge in mine]) if mine else own
        )
    return grown[root_id]


def own_values(tx: ReadTx, project_id: ProjectId, contact_id: ContactId) -> list[Value]:
    """What has been written on this contact itself, oldest first."""
    rows = tx.all(
        "SELECT * FROM contact_values WHERE project_id = ? AND contact_id = ? ORDER BY at, id",
        *(project_id, contact_id),
    )
    return [_value(row) for row in rows]


def property_names(tx: ReadTx, project_id: ProjectId) -> list[str]:
    """The names of all properties that are defined or that a contact has, in alphabetical order."""
    rows = tx.all(
        "SELECT name FROM properties WHERE project_id = ? UNION"
        " SELECT DISTINCT substr(field, ?) AS name FROM contact_values WHERE project_id = ?"
        " AND substr(field, 1, ?) = ?",
        *(project_id, len(PROPERTY) + 1, project_id, len(PROPERTY), PROPERTY),
    )
    return sorted(row["name"] for row in rows)


def keys(tx: ReadTx, project_id: ProjectId, root_id: ContactId) -> list[str]:
    """The lead_ids and the keys of all identities of the tree: what a search by user id finds. An identity that was
    split off is found where it lives, not at the contact that is still called by its key."""
    called = (
        "SELECT h.lead_id AS key FROM contacts h WHERE h.project_id = ? AND {} AND NOT EXISTS"
        " (SELECT 1 FROM identities k WHERE k.project_id = h.project_id AND k.key = h.lead_id)"
    )
    rows = tx.all(
        f"{called.format('h.id = ?')} UNION {called.format('h.root_id = ? AND h.merged_into IS NOT NULL')}"
        " UNION SELECT key FROM identities WHERE project_id = ? AND contact_id = ?"
        " UNION SELECT i.key FROM contacts c"
        " CROSS JOIN identities i WHERE i.project_id = c.project_id"
        " AND i.contact_id = c.id AND c.project_id = ? AND c.root_id = ? AND c.merged_into IS NOT NULL",
        *(project_id, root_id, project_id, root_id, project_id, root_id, project_id, root_id),
    )
    return sorted(row["key"] for row in rows)


def write_profile(
    tx: WriteTx,
    project_id: ProjectId,
    root_id: ContactId,
    profile: Profile,
    sort_name: str,
    text: str,
    now: int,
) -> int:
    """Keep a root's folded profile, its list columns, tags and search text; its version goes up. Its status."""
    before = tx.one(
        "SELECT no, status, search_text, profile FROM contacts WHERE project_id = ? AND id = ?",
        *(project_id, root_id),
    )
    if before is None:
        raise LookupError(f"contact {root_id} has gone")
    tx.run(
        "UPDATE contacts SET profile = ?, fullname = ?, email = ?, phone = ?, company = ?, sort_name = ?,"
        " search_text = ?, version = version + 1, updated_at = ? WHERE project_id = ? AND id = ?",
        *(
            to_text(profile),
            profile.fullname,
            profile.text("email"),
            profile.text("phone"),
            profile.text("company"),
        ),
        *(sort_name, text, now, project_id, root_id),
    )
    if before["search_text"] != text:
        tx.index_text(before["no"], before["search_text"], text)
    old, new = set(_profile.decode(before["profile"]).tags), set(profile.tags)
    for tag in sorted(old - new):
        tx.run(
            "DELETE FROM contact_tags WHERE project_id = ? AND tag = ? AND contact_id = ?",
            project_id,
            tag,
            root_id,
        )
    for tag in sorted(new - old):
        tx.run(
            "INSERT INTO contact_tags (project_id, tag, contact_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            *(project_id, tag, root_id),
        )
    status: int = before["status"]
    return status


def write_status(
    tx: WriteTx, project_id: ProjectId, root_id: ContactId, old: int, new: int, now: int
) -> None:
    """Move a root between the lists of two statuses."""
    tx.run(
        "UPDATE contacts SET status = ?, version = version + 1, updated_at = ? WHERE project_id = ? AND id = ?",
        *(new, now, project_id, root_id),
    )
    _list_as(tx, project_id, root_id, new)
    count(tx, project_id, old, -1)
    count(tx, project_id, new, 1)


def hide(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, status: int) -> None:
    """A contact of that status has been merged: no list, tag, count or search shows it any more."""
    before = tx.one(
        "SELECT no, search_text FROM contacts WHERE project_id = ? AND id = ?", project_id, contact_id
    )
    if before is None:
        raise LookupError(f"contact {contact_id} has gone")
    tx.index_text(before["no"], before["search_text"], "")
    tx.run(
        "UPDATE contacts SET profile = '{}', fullname = NULL, email = NULL, phone = NULL, company = NULL,"
        " sort_name = '', search_text = '' WHERE project_id = ? AND id = ?",
        *(project_id, contact_id),
    )
    tx.run("DELETE FROM contact_tags WHERE project_id = ? AND contact_id = ?", project_id, contact_id)
    _list_as(tx, project_id, contact_id, 0)
    count(tx, project_id, status, -1)


def unhide(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, status: int) -> None:
    """A contact of that status stands for itself again; its profile is written apart."""
    _list_as(tx, project_id, contact_id, status)
    count(tx, project_id, status, 1)


def _list_as(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, listed: int) -> None:
    tx.run(
        "UPDATE contact_activity SET listed = ? WHERE project_id = ? AND contact_id = ?",
        *(listed, project_id, contact_id),
    )


def recount(tx: WriteTx, project_id: ProjectId, root_id: ContactId) -> None:
    """Add up a root's activity afresh from what its members have of their own."""
    row = tx.one(
        "SELECT sum(own_conversations) AS conversations, sum(own_messages) AS messages,"
        " min(own_first_seen) AS first_seen, max(own_last_seen) AS last_seen FROM"
        " (SELECT * FROM contact_activity WHERE project_id = ? AND contact_id = ?"
        " UNION ALL SELECT a.* FROM contacts c CROSS JOIN contact_activity a WHERE a.project_id = c.project_id"
        " AND a.contact_id = c.id AND c.project_id = ? AND c.root_id = ? AND c.merged_into IS NOT NULL) AS members",
        *(project_id, root_id, project_id, root_id),
    )
    if row is None or row["last_seen"] is None:
        raise LookupError(f"contact {root_id} has no activity")
    tx.run(
        "UPDATE contact_activity SET conversations = ?, messages = ?, first_seen = ?, last_seen = ?"
        " WHERE project_id = ? AND contact_id = ?",
        *(int(row["conversations"]), int(row["messages"]), row["first_seen"], row["last_seen"]),
        *(project_id, root_id),
    )


def activity(
    tx: ReadTx, project_id: ProjectId, members: Sequence[ContactId]
) -> tuple[int, int, int | None, int]:
    """Conversations, messages, first seen and last activity of these contacts together, by what each has of its own."""
    marks = ", ".join("?" * len(members))
    row = tx.one(
        "SELECT sum(own_conversations) AS conversations, sum(own_messages) AS messages,"
        " min(own_first_seen) AS first_seen, max(own_last_seen) AS last_seen FROM contact_activity"
        f" WHERE project_id = ? AND contact_id IN ({marks})",
        *(project_id, *members),
    )
    if row is None or row["last_seen"] is None:
        raise LookupError("none of these contacts has any activity")
    return int(row["conversations"]), int(row["messages"]), row["first_seen"], row["last_seen"]


def is_erased(tx: ReadTx, project_id: ProjectId, contact_id: str) -> bool:
    """Whether there was a contact with that id whose person has been erased."""
    row = tx.one(
        "SELECT 1 AS erased FROM contacts WHERE project_id = ? AND id = ? AND status = ?",
        *(project_id, contact_id, Status.ERASED.value),
    )
    return row is not None


def erase(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, now: int) -> None:
    """Take everything out of a contact that has no identities any more; the bare id stays, to be answered as gone."""
    before = tx.one(
        "SELECT no, search_text FROM contacts WHERE project_id = ? AND id = ?", project_id, contact_id
    )
    if before is None:
        raise LookupError(f"contact {contact_id} has gone")
    for table in (
        *(
            "contact_values",
            "contact_points",
            "contact_notes",
            "consents",
            "contact_tags",
            "contact_activity",
        ),
    ):
        tx.run(f"DELETE FROM {table} WHERE project_id = ? AND contact_id = ?", project_id, contact_id)
    # What the team has made of this person's values on another contact is this person's too.
    for table in ("contact_values", "contact_points"):
        tx.run(f"DELETE FROM {table} WHERE project_id = ? AND basis_id = ?", project_id, contact_id)
    tx.index_text(before["no"], before["search_text"], "")
    tx.run(
        "UPDATE contacts SET status = ?, lead_id = ?, fullname = NULL, email = NULL, phone = NULL, company = NULL,"
        " sort_name = '', search_text = '', profile = '{}', attributes = NULL, created_by = '', updated_at = ?"
        " WHERE project_id = ? AND id = ?",
        *(Status.ERASED.value, f"erased:{contact_id}", now, project_id, contact_id),
    )


def forget_lead_id(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, lead_id: str) -> None:
    """Call a contact otherwise, with nothing of what its first message had brought."""
    tx.run(
        "UPDATE contacts SET lead_id = ?, attributes = NULL WHERE project_id = ? AND id = ?",
        *(lead_id, project_id, contact_id),
    )


def write_attributes(
    tx: WriteTx, project_id: ProjectId, contact_id: ContactId, attributes: dict[str, Json], now: int
) -> None:
    """Replace the raw metadata of a contact."""
    tx.run(
        "UPDATE contacts SET attributes = ?, version = version + 1, updated_at = ? WHERE project_id = ? AND id = ?",
        *(to_text(attributes), now, project_id, contact_id),
    )


def touch(
    tx: WriteTx, project_id: ProjectId, home: ContactId, root: ContactId, at: int, by_visitor: bool
) -> None:
    """A message has been posted: count it for the home contact and, where that is another one, for its root."""
    first = at if by_visitor else None
    own = "own_messages = own_messages + 1, own_last_seen = ?, own_first_seen = coalesce(own_first_seen, ?)"
    whole = "messages = messages + 1, last_seen = ?, first_seen = coalesce(first_seen, ?)"
    where = " WHERE project_id = ? AND contact_id = ?"
    if home == root:
        tx.run(f"UPDATE contact_activity SET {own}, {whole}{where}", at, first, at, first, project_id, home)
    else:
        tx.run(f"UPDATE contact_activity SET {own}{where}", at, first, project_id, home)
        tx.run(f"UPDATE contact_activity SET {whole}{where}", at, first, project_id, root)


def seen(tx: WriteTx, project_id: ProjectId, home: ContactId, root: ContactId, at: int) -> None:
    """A visitor is there, if none has been before."""
    tx.run(
        "UPDATE contact_activity SET own_first_seen = coalesce(own_first_seen, ?), first_seen = coalesce(first_seen, ?)"
        " WHERE project_id = ? AND contact_id = ?",
        *(at, at, project_id, home),
    )
    if home != root:
        tx.run(
            "UPDATE contact_activity SET first_seen = coalesce(first_seen, ?) WHERE project_id = ? AND contact_id = ?",
            *(at, project_id, root),
        )


def add_conversation(
    tx: WriteTx, project_id: ProjectId, home: ContactId, root: ContactId, messages: int = 0
) -> None:
    """A conversation has begun, with so many messages already."""
    _add_up(tx, project_id, home, root, 1, messages)


def forget_conversation(
    tx: WriteTx, project_id: ProjectId, home: ContactId, root: ContactId, messages: int
) -> None:
    """A conversation with so many messages has been deleted."""
    _add_up(tx, project_id, home, root, -1, -messages)


def _add_up(
    tx: WriteTx, project_id: ProjectId, home: ContactId, root: ContactId, conversations: int, messages: int
) -> None:
    own = "own_conversations = own_conversations + ?, own_messages = own_messages + ?"
    whole = "conversations = conversations + ?, messages = messages + ?"
    where = " WHERE project_id = ? AND contact_id = ?"
    more = (conversations, messages)
    if home == root:
        tx.run(f"UPDATE contact_activity SET {own}, {whole}{where}", *more, *more, project_id, home)
    else:
        tx.run(f"UPDATE contact_activity SET {own}{where}", *more, project_id, home)
        tx.run(f"UPDATE contact_activity SET {whole}{where}", *more, project_id, root)


def add_value(tx: WriteTx, project_id: ProjectId, value: Value) -> None:
    tx.run(
        "INSERT INTO contact_values (project_id, contact_id, id, field, item, value, source, by_id, at, identity_id,"
        " basis_id, generated, verified, adopts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(
            project_id,
            value.contact_id,
            value.id,
            value.field,
            value.item,
            to_text(value.value),
            value.source.value,
        ),
        *(value.by, value.at, value.identity_id, value.basis_id, int(value.generated), int(value.verified)),
        value.adopts.value if value.adopts else None,
    )


def values_of_identity(tx: ReadTx, project_id: ProjectId, identity_id: IdentityId) -> list[Value]:
    """What an identity has claimed itself, oldest first."""
    rows = tx.all(
        "SELECT * FROM contact_values WHERE project_id = ? AND identity_id = ? ORDER BY at, id",
        *(project_id, identity_id),
    )
    return [_value(row) for row in rows]


def history(tx: ReadTx, project_id: ProjectId, root_id: ContactId, limit: int) -> list[Value]:
    """Every value that the tree has had, newest first."""
    rows = tx.all(
        "SELECT v.* FROM contacts c CROSS JOIN contact_values v WHERE v.project_id = c.project_id"
        " AND v.contact_id = c.id AND c.project_id = ? AND (c.id = ? OR (c.root_id = ? AND c.merged_into IS NOT NULL))"
        " ORDER BY v.at DESC, v.id DESC LIMIT ?",
        *(project_id, root_id, root_id, limit),
    )
    return [_value(row) for row in rows]


def add_point(tx: WriteTx, project_id: ProjectId, point: Point) -> None:
    """The address, unless the contact has it already from that identity."""
    present = tx.one(
        "SELECT id FROM contact_points WHERE project_id = ? AND contact_id = ? AND kind = ? AND removed_at IS NULL"
        " AND coalesce(key, value) = ? AND coalesce(identity_id, '') = ? AND (basis_id IS NULL OR basis_id = ?)",
        *(project_id, point.contact_id, point.kind, point.key or point.value, point.identity_id or ""),
        point.basis_id,
    )
    if present is None:
        tx.run(
            "INSERT INTO contact_points (project_id, contact_id, id, kind, value, key, source, by_id, at, identity_id,"
            " verified_at, basis_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(project_id, point.contact_id, point.id, point.kind, point.value, point.key, point.source.value),
            *(point.by, point.at, point.identity_id, point.verified_at, point.basis_id),
        )
    elif point.verified_at is not None:
        tx.run(
            "UPDATE contact_points SET verified_at = coalesce(verified_at, ?) WHERE project_id = ?"
            " AND contact_id = ? AND id = ?",
            *(point.verified_at, project_id, point.contact_id, present["id"]),
        )


def remove_points(
    tx: WriteTx, project_id: ProjectId, contact_id: ContactId, kind: str, key: str, now: int
) -> None:
    """Take an address off a contact; the rows stay as history."""
    tx.run(
        "UPDATE contact_points SET removed_at = ? WHERE project_id = ? AND contact_id = ? AND kind = ?"
        " AND coalesce(key, value) = ? AND removed_at IS NULL",
        *(now, project_id, contact_id, kind, key),
    )


def forget_removals(
    tx: WriteTx,
    project_id: ProjectId,
    contact_id: ContactId,
    items: Iterable[tuple[str, str]],
    addresses: Iterable[tuple[str, str]],
) -> int:
    """Leave nothing of what has been taken off a contact that others had brought; how many rows there were."""
    return sum(
        tx.run(
            "DELETE FROM contact_values WHERE project_id = ? AND contact_id = ? AND field = ? AND item = ?"
            " AND value = 'false'",
            *(project_id, contact_id, *item),
        )
        for item in items
    ) + sum(
        tx.run(
            "DELETE FROM contact_points WHERE project_id = ? AND contact_id = ? AND kind = ?"
            " AND coalesce(key, value) = ? AND removed_at = at",
            *(project_id, contact_id, *address),
        )
        for address in addresses
    )


def hide_point(tx: WriteTx, project_id: ProjectId, point: Point) -> None:
    """Write that the team has taken an address off: neither the contact nor what is merged into it shows it."""
    tx.run(
        "INSERT INTO contact_points (project_id, contact_id, id, kind, value, key, source, by_id, at, removed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project_id, point.contact_id, point.id, point.kind, point.value, point.key, point.source.value),
        *(point.by, point.at, point.at),
    )


def forget_points(
    tx: WriteTx, project_id: ProjectId, contact_id: ContactId, basis: ContactId, by: str, at: int
) -> None:
    """Take back the addresses that were typed with a merge."""
    tx.run(
        "DELETE FROM contact_points WHERE project_id = ? AND contact_id = ? AND basis_id = ? AND by_id = ? AND at = ?",
        *(project_id, contact_id, basis, by, at),
    )


def add_consent(
    tx: WriteTx,
    project_id: ProjectId,
    contact_id: ContactId,
    consent_id: str,
    identity_id: IdentityId,
    consent: Consent,
    page: str | None,
    at: int,
) -> None:
    tx.run(
        "INSERT INTO consents (project_id, contact_id, id, identity_id, name, text, agreed, page, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(
            project_id,
            contact_id,
            consent_id,
            identity_id,
            consent.name,
            consent.text,
            int(consent.agreed),
            page,
            at,
        ),
    )


def consents(tx: ReadTx, project_id: ProjectId, root_id: ContactId) -> list[tuple[Consent, str | None, int]]:
    """Consent, page and time of the whole tree, newest first."""
    rows = tx.all(
        "SELECT k.* FROM contacts c CROSS JOIN consents k WHERE k.project_id = c.project_id"
        " AND k.contact_id = c.id AND c.project_id = ? AND (c.id = ? OR (c.root_id = ? AND c.merged_into IS NOT NULL))"
        " ORDER BY k.at DESC",
        *(project_id, root_id, root_id),
    )
    return [(Consent(row["name"], row["text"], bool(row["agreed"])), row["page"], row["at"]) for row in rows]


def add_note(tx: WriteTx, project_id: ProjectId, note: ContactNote) -> None:
    tx.run(
        "INSERT INTO contact_notes (project_id, contact_id, id, text, created_by, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(project_id, note.contact_id, note.id, note.text, note.created_by, note.created_at, note.updated_at),
    )


def notes(tx: ReadTx, project_id: ProjectId, root_id: ContactId) -> list[ContactNote]:
    """The notes of the whole tree, newest first."""
    rows = tx.all(
        "SELECT n.* FROM contacts c CROSS JOIN contact_notes n WHERE n.project_id = c.project_id"
        " AND n.contact_id = c.id AND c.project_id = ? AND (c.id = ? OR (c.root_id = ? AND c.merged_into IS NOT NULL))"
        " AND n.deleted_at IS NULL ORDER BY n.created_at DESC, n.id DESC",
        *(project_id, root_id, root_id),
    )
    return [
        ContactNote(r["id"], r["contact_id"], r["text"], r["created_by"], r["created_at"], r["updated_at"])
        for r in rows
    ]


def delete_note(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, note_id: str, now: int) -> bool:
    """Whether there was such a note. Its text goes, its place in the history stays."""
    return bool(
        tx.run(
            "UPDATE contact_notes SET deleted_at = ?, text = '' WHERE project_id = ? AND contact_id = ? AND id = ?"
            " AND deleted_at IS NULL",
            *(now, project_id, contact_id, note_id),
        )
    )


def contact_from_row(row: Row) -> Contact:
    """A row with COLUMNS as a contact."""
    return Contact(
        *(
            row["no"],
            row["id"],
            row["lead_id"],
            row["status"],
            row["merged_into"],
            row["root_id"],
            row["version"],
        ),
        _profile.decode(row["profile"]),
        None if row["attributes"] is None else object_from_text(row["attributes"]),
        *(row["created_by"], row["created_at"], row["updated_at"], row["first_seen"], row["last_seen"]),
        *(row["conversations"], row["messages"]),
    )


def _value(row: Row) -> Value:
    return Value(
        *(
            row["id"],
            row["contact_id"],
            row["field"],
            row["item"],
            from_text(row["value"]),
            Source(row["source"]),
        ),
        *(
            row["by_id"],
            row["at"],
            row["identity_id"],
            row["basis_id"],
            bool(row["generated"]),
            bool(row["verified"]),
        ),
        Source(row["adopts"]) if row["adopts"] else None,
    )


def _point(row: Row) -> Point:
    return Point(
        *(
            row["id"],
            row["contact_id"],
            row["kind"],
            row["value"],
            row["key"],
            Source(row["source"]),
            row["by_id"],
        ),
        *(row["at"], row["identity_id"], row["verified_at"], row["removed_at"], row["basis_id"]),
    )
