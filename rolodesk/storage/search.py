"""The lists of contacts: filters, sorting, paging and fragment search, each by an index."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.ids import ProjectId
from rolodesk.domain.profile import Contact
from rolodesk.domain.segment import Segment
from rolodesk.storage import segments
from rolodesk.storage.contacts import COLUMNS, contact_from_row, counts
from rolodesk.storage.database import ReadTx

COUNT_CAP = 10_000
SORTS = {
    "createdAt": "c.created_at",
    "updatedAt": "c.updated_at",
    "fullname": "c.sort_name",
    "email": "coalesce(c.email, '')",
    "last_seen": "a.last_seen",
}


class Filter(Struct, frozen=True):
    """Which contacts: every given condition must hold. Keys are normalised, fragments folded, times milliseconds.

    `any_of` and `none_of` are fragments of the search text, 3 characters or more; `prefix` the beginning of a name.
    """

    status: int = 100
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    prefix: str | None = None
    email: str | None = None
    phone: str | None = None
    lead_id: str | None = None
    contact_id: str | None = None
    company: str | None = None
    tag: str | None = None
    with_email: bool = False
    with_fullname: bool = False
    identified: bool | None = None
    verified: bool | None = None
    blocked: bool | None = None
    duplicates: bool | None = None
    created_after: int | None = None
    created_before: int | None = None
    last_seen_after: int | None = None
    last_seen_before: int | None = None
    property: tuple[str, str] | None = None
    segment: Segment | None = None


class Page(Struct, frozen=True):
    """Which part, sorted by a name in SORTS. `after` is the sort value and id of the last contact seen; no email
    sorts as a blank one."""

    sort: str = "createdAt"
    descending: bool = True
    limit: int = 40
    offset: int = 0
    after: tuple[str | int | None, str] | None = None


def find(tx: ReadTx, project_id: ProjectId, project_number: int, wanted: Filter, page: Page) -> list[Contact]:
    """One page of contacts."""
    source, conditions, args = where(tx, project_id, project_number, wanted, page)
    column = SORTS[page.sort]
    # The id that stands in the same index as the column.
    contact = "a.contact_id" if page.sort == "last_seen" else "c.id"
    # Rows of the search index are numbered as contacts were made: walking it newest first needs no sorting.
    by_row = source.startswith("contact_search") and page.sort == "createdAt"
    order, sign = ("DESC", "<") if page.descending else ("ASC", ">")
    if page.after is not None and by_row:
        conditions.append(
            f"contact_search.rowid {sign} (SELECT no FROM contacts WHERE project_id = ? AND id = ?)"
        )
        args += [project_id, page.after[1]]
    elif page.after is not None:
        value, contact_id = page.after
        conditions.append(f"({column}, {contact}) {sign} (?, ?)")
        args += ["" if value is None else value, contact_id]
    ordering = f"contact_search.rowid {order}" if by_row else f"{column} {order}, {contact} {order}"
    rows = tx.all(
        f"SELECT {COLUMNS} FROM {source} WHERE {' AND '.join(conditions)} ORDER BY {ordering} LIMIT ? OFFSET ?",
        *(*args, page.limit, page.offset),
    )
    return [contact_from_row(row) for row in rows]


def count(tx: ReadTx, project_id: ProjectId, project_number: int, wanted: Filter) -> int:
    """How many: from the kept counter if all of a status are wanted, else counted up to COUNT_CAP + 1."""
    if wanted == Filter(status=wanted.status):
        return counts(tx, project_id).get(wanted.status, 0)
    source, conditions, args = where(tx, project_id, project_number, wanted, Page())
    needed = wanted.segment is not None and segments.asks_for_activity(wanted.segment)
    if wanted.last_seen_after is None and wanted.last_seen_before is None and not needed:
        # Each contact has one row of activity: joining it would say nothing and take half of the time.
        source = source.replace(_ACTIVITY, "")
    row = tx.one(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM {source} WHERE {' AND '.join(conditions)} LIMIT ?) AS found",
        *(*args, COUNT_CAP + 1),
    )
    return row["n"] if row else 0


def where(
    tx: ReadTx, project_id: ProjectId, project_number: int, wanted: Filter, page: Page
) -> tuple[str, list[str], list[object]]:
    """The source, the conditions and their arguments."""
    source = "contacts c" + _ACTIVITY
    conditions = ["c.project_id = ?", "c.status = ?", "c.merged_into IS NULL"]
    args: list[object] = [project_id, wanted.status]
    if page.sort == "last_seen":
        source = "contact_activity a JOIN contacts c ON c.project_id = a.project_id AND c.id = a.contact_id"
        conditions = ["a.project_id = ?", "a.listed = ?", "c.project_id = ?", "c.merged_into IS NULL"]
        args = [project_id, wanted.status, project_id]
    text = tx.dialect.text_condition(_fragments(wanted), wanted.none_of, project_number)
    if text is not None:
        joined, condition, text_args = text
        conditions.insert(0, condition)
        args = [*text_args, *args]
        source = joined.format(source=source)
    for condition, values in _conditions(tx, project_id, wanted):
        conditions.append(condition)
        args += values
    return source, conditions, args


def _conditions(tx: ReadTx, project_id: ProjectId, wanted: Filter) -> list[tuple[str, list[object]]]:
    found: list[tuple[str, list[object]]] = []
    if wanted.prefix is not None:
        found.append(("c.sort_name >= ? AND c.sort_name < ?", [wanted.prefix, wanted.prefix + "\U0010ffff"]))
    for kind, key in (("email", wanted.email), ("phone", wanted.phone)):
        if key is not None:
            found.append((f"c.id IN ({ROOTS_BY_POINT})", [project_id, kind, key]))
    if wanted.lead_id is not None:
        found.append((f"c.id IN ({ROOTS_BY_KEY})", [project_id, wanted.lead_id] * 3))
    if wanted.contact_id is not None:
        found.append((_BY_ID, [project_id, wanted.contact_id]))
    if wanted.tag is not None:
        found.append(("c.id IN (SELECT contact_id FROM contact_tags WHERE project_id = ? AND tag = ?)",
                      [project_id, wanted.tag]))  # fmt: skip
    if wanted.company is not None:
        found.append(("c.company = ?", [wanted.company]))
    if wanted.with_email:
        found.append(("c.email IS NOT NULL", []))
    if wanted.with_fullname:
        found.append(("c.fullname IS NOT NULL", []))
    if wanted.identified is not None:
        sign = "" if wanted.identified else "NOT "
        found.append((f"{sign}(c.email IS NOT NULL OR c.phone IS NOT NULL)", []))
    for flag, column in ((wanted.verified, "verified_at"), (wanted.blocked, "blocked_at")):
        if flag is not None:
            found.append((_BY_MARK.format("" if flag else "NOT ", column), [project_id]))
    if wanted.duplicates is not None:
        found.append((_SUGGESTED.format("" if wanted.duplicates else "NOT "), []))
    for column, sign, value in (
        ("c.created_at", ">=", wanted.created_after),
        ("c.created_at", "<", wanted.created_before),
        ("a.last_seen", ">=", wanted.last_seen_after),
        ("a.last_seen", "<", wanted.last_seen_before),
    ):
        if value is not None:
            found.append((f"{column} {sign} ?", [value]))
    if wanted.property is not None:
        name, text = wanted.property
        path = tx.dialect.json_text("c.profile", ("values", f"properties.{name}", "value"))
        found.append((f"lower({path}) = ?", [text.lower()]))
    if wanted.segment is not None:
        asked = segments.condition(tx, project_id, wanted.segment)
        found += [asked] if asked else []
    return found


def _fragments(wanted: Filter) -> tuple[str, ...]:
    """What the search index is to be asked for: what was typed, or else a piece that the segment's contacts have."""
    if wanted.any_of or wanted.segment is None:
        return wanted.any_of
    piece = segments.fragment(wanted.segment)
    return () if piece is None else (piece,)


_ACTIVITY = " JOIN contact_activity a ON a.project_id = c.project_id AND a.contact_id = c.id"
# The roots of all members that have the address, but for one edited from the address of a member that has left.
ROOTS_BY_POINT = (
    "SELECT h.root_id FROM contact_points p JOIN contacts h ON h.project_id = p.project_id"
    " AND h.id = p.contact_id WHERE p.project_id = ? AND p.kind = ? AND p.key = ? AND p.removed_at IS NULL"
    " AND (p.basis_id IS NULL OR h.root_id ="
    " (SELECT b.root_id FROM contacts b WHERE b.project_id = p.project_id AND b.id = p.basis_id))"
)
_BY_ID = "c.id IN (SELECT root_id FROM contacts WHERE project_id = ? AND id = ?)"
# An identity that was split off is found where it lives, not at the contact that is still called by its key.
ROOTS_BY_KEY = (
    "SELECT root_id FROM (SELECT root_id FROM contacts WHERE project_id = ? AND lead_id = ?"
    " AND NOT EXISTS (SELECT 1 FROM identities WHERE project_id = ? AND key = ?)"
    " UNION SELECT h.root_id FROM identities i JOIN contacts h ON h.project_id = i.project_id"
    " AND h.id = i.contact_id WHERE i.project_id = ? AND i.key = ?) AS keyed"
)
_BY_MARK = (
    "c.id {}IN (SELECT h.root_id FROM identities i JOIN contacts h ON h.project_id = i.project_id"
    " AND h.id = i.contact_id WHERE i.project_id = ? AND i.{} IS NOT NULL)"
)
_SUGGESTED = (
    "{}(EXISTS (SELECT 1 FROM suggestions s WHERE s.project_id = c.project_id AND s.low_id = c.id)"
    " OR EXISTS (SELECT 1 FROM suggestions s WHERE s.project_id = c.project_id AND s.high_id = c.id))"
)
