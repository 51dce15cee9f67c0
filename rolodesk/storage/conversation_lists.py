"""The lists of conversations: filters, sorting, paging, each by the end of an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from rolodesk.domain.access import Actor, Agent
from rolodesk.domain.conversation import OFFLINE_CHANNELS, Conversation, ConversationStatus
from rolodesk.domain.ids import ContactId, IdentityId, ProjectId, UserId
from rolodesk.storage import conversation_holders, conversation_texts
from rolodesk.storage.conversations import with_participants
from rolodesk.storage.database import ReadTx
from rolodesk.storage.rows import to_text
from rolodesk.storage.search import ROOTS_BY_KEY, ROOTS_BY_POINT

COUNT_CAP = 10_000
# A query of its own for each identity goes by the end of an index, but a statement holds only so many of them.
MANY_IDENTITIES = 100
# The first two are columns of an index; {v} is the table's name with a dot, or nothing.
SORTS = {
    "updated_at": "{v}updated_at",
    "created_at": "{v}created_at",
    "closed_at": "coalesce({v}closed_at, 0)",
    "assigned_at": "coalesce({v}assigned_at, 0)",
    "first_response_at": "coalesce({v}first_response_at, 0)",
    "duration": "coalesce({v}closed_at - {v}created_at, 0)",
    "waiting": "coalesce({v}first_response_at - {v}created_at, 0)",
    "rating": "coalesce({v}rating, 0)",
    "ticket": "{v}ticket",
    "status": "{v}status",
}
TIMES = ("created_at", "updated_at", "closed_at", "assigned_at", "first_response_at")


class Wanted(Struct, frozen=True):
    """Which conversations: every given condition must hold. `statuses` None means all.

    `lead_id`, `phone` (some of its digits) and each of `emails` (their keys) are those of any member of the contact's
    tree. `text` is a fragment of what the team sees, `said` of what the visitor sees. Preliminary conversations are
    there with `preflight` alone. `since` and `before` are about the time named by `during`; a `duration` is in
    milliseconds. `working_in` and `working_not` are the words of the team's own status.
    """

    statuses: tuple[int, ...] | None = (100, 200, 300)
    roots: tuple[ContactId, ...] | None = None
    lead_id: str | None = None
    emails: tuple[str, ...] = ()
    phone: str | None = None
    identities: tuple[IdentityId, ...] | None = None
    participant: UserId | None = None
    unassigned: bool = False
    preflight: bool = False
    draft: bool | None = None
    tag: str | None = None
    channel: str | None = None
    offline: bool | None = None
    department: str | None = None
    routing: str | None = None
    default_department: bool | None = None
    priority: str | None = None
    working_in: tuple[str, ...] = ()
    working_not: tuple[str, ...] = ()
    smart_assignment: bool | None = None
    ticket: int | None = None
    location: str | None = None
    rated: bool | None = None
    abandoned: bool | None = None
    text: str | None = None
    said: str | None = None
    during: str = "created_at"
    since: int | None = None
    before: int | None = None
    least_duration: int | None = None
    most_duration: int | None = None
    nothing: bool = False


class Place(Struct, frozen=True):
    """Where a list goes on: after the conversation of that id, whose value in the list's order is `value`."""

    value: int
    id: str


def find(
    tx: ReadTx, project_id: ProjectId, reader: Actor, wanted: Wanted, limit: int, offset: int = 0,
    sort: str = "updated_at", descending: bool = True, after: Place | None = None,
) -> list[Conversation]:  # fmt: skip
    """One page, in the order of one of SORTS, of what the reader may see; `updated_at` is the last activity. Whose they
    are a visitor says by `identities`.

    One limited query per status and identity, so that each goes by the end of an index.
    """
    if sort not in SORTS:
        raise ValueError(f"cannot sort conversations by {sort}")
    order, beyond = ("DESC", "<") if descending else ("ASC", ">")
    within, outside = SORTS[sort].format(v="v."), SORTS[sort].format(v="")
    parts, args = [], []
    for conditions, values in _parts(tx, project_id, reader, wanted, in_order=True):
        if after is not None:
            conditions += f" AND ({within}, v.id) {beyond} (?, ?)"
            values = [*values, after.value, after.id]
        parts.append(
            f"SELECT * FROM (SELECT v.* FROM {_source(wanted)} WHERE {conditions}"
            f" ORDER BY {within} {order}, v.id {order} LIMIT ?) AS part"
        )
        args += [*values, limit + offset]
    if not parts:
        return []
    rows = tx.all(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS found ORDER BY {outside} {order}, id {order} LIMIT ? OFFSET ?",
        *(*args, limit, offset),
    )
    return with_participants(tx, project_id, rows)


def place_of(conversation: Conversation, sort: str) -> Place:
    """Where a list in that order goes on after this conversation."""
    c = conversation
    if sort == "duration":
        value = c.closed_at - c.created_at if c.closed_at is not None else 0
    elif sort == "waiting":
        value = c.first_response_at - c.created_at if c.first_response_at is not None else 0
    else:
        value = getattr(c, sort) or 0
    return Place(value, c.id)


def count(tx: ReadTx, project_id: ProjectId, reader: Actor, wanted: Wanted) -> int:
    """How many of them the reader may see, counted up to COUNT_CAP + 1 per status and identity."""
    total = 0
    for conditions, values in _parts(tx, project_id, reader, wanted):
        row = tx.one(
            f"SELECT count(*) AS n FROM (SELECT 1 FROM {_source(wanted)} WHERE {conditions} LIMIT ?) AS part",
            *(*values, COUNT_CAP + 1),
        )
        total += row["n"] if row else 0
    return total


def by_status(tx: ReadTx, project_id: ProjectId, reader: Actor) -> dict[str, int]:
    """How many wait unassigned and how many are assigned, each counted up to COUNT_CAP + 1."""
    found = {}
    for name, statuses in (("unassigned", (100,)), ("assigned", (200, 300))):
        found[name] = count(tx, project_id, reader, Wanted(statuses=statuses))
    return found


def _source(wanted: Wanted) -> str:
    source = "conversations v" if wanted.text is None else conversation_texts.WITH_CONTACTS
    if wanted.participant is not None:
        source += " JOIN participants p ON p.project_id = v.project_id AND p.conversation_id = v.id"
    return source


def _parts(
    tx: ReadTx, project_id: ProjectId, reader: Actor, wanted: Wanted, in_order: bool = False
) -> list[tuple[str, list[Any]]]:
    """The conditions of each status and identity apart, to be read `in_order` or only counted."""
    if wanted.nothing:
        return []
    shared, args = _shared(project_id, wanted)
    identities, among, owners = _identities(tx, project_id, wanted)
    if among is not None:
        shared.append(among)
        args += owners
    parts = []
    for identity in identities:
        for status in _statuses(wanted, identities == (None,)):
            conditions, values = list(shared), list(args)
            if identity is not None:
                conditions.append("v.identity_id = ?")
                values.append(identity)
            if status is not None:
                conditions.append("v.status = ?")
                values.append(status)
            for own, theirs in _of_reader(tx, project_id, reader, None if identity else status, in_order):
                parts.append((" AND ".join([*conditions, *own]), [*values, *theirs]))
    return parts


def _of_reader(
    tx: ReadTx, project_id: ProjectId, reader: Actor, status: int | None, in_order: bool
) -> list[tuple[list[str], list[Any]]]:
    """What a part is parted into further for one who sees its own alone: one identity has few conversations, of all
    with a status its own may be few."""
    if not isinstance(reader, Agent) or reader.sees_all:
        return [([], [])]
    if status is None:
        found = [conversation_holders.own(project_id, reader)]
    else:
        found = conversation_holders.own_by_index(tx, project_id, reader, status, in_order)
    return [([condition], values) for condition, values in found]


def _statuses(wanted: Wanted, of_everybody: bool) -> Sequence[int | None]:
    """The statuses to look at one by one. None stands for all of them: it needs an identity, or else there is no index
    that has them in order."""
    if wanted.statuses is None and not of_everybody:
        return (None,)
    asked = wanted.statuses
    statuses = [int(status) for status in ConversationStatus if asked is None or status in asked]
    # A site may hold more preliminary conversations than others: they are not read only to be left out.
    return [s for s in statuses if wanted.preflight or s != ConversationStatus.TEMPORARY]


def _identities(
    tx: ReadTx, project_id: ProjectId, wanted: Wanted
) -> tuple[Sequence[IdentityId | None], str | None, list[Any]]:
    """The identities to look at one by one (None for everybody's), or a condition where they are too many."""
    given = (None,) if wanted.identities is None else wanted.identities
    trees = _trees(project_id, wanted)
    if not trees:
        return given, None, []
    sql = _OF_TREES.format(trees=" INTERSECT ".join(tree for tree, _ in trees))
    args = [*(arg for _, values in trees for arg in values), project_id, project_id]
    rows = tx.all(f"{sql} LIMIT ?", *args, MANY_IDENTITIES + 1)
    if len(rows) > MANY_IDENTITIES:
        return given, f"v.identity_id IN ({sql})", args
    found: list[IdentityId] = [row["id"] for row in rows]
    return [i for i in found if wanted.identities is None or i in wanted.identities], None, []


def _trees(project_id: ProjectId, wanted: Wanted) -> list[tuple[str, list[Any]]]:
    """A statement for the roots that each condition on the contact leaves."""
    trees: list[tuple[str, list[Any]]] = []
    if wanted.roots is not None:
        marks = ", ".join("?" * len(wanted.roots))
        among = f"id IN ({marks})" if wanted.roots else "1 = 0"
        trees.append(
            (f"SELECT root_id FROM contacts WHERE project_id = ? AND {among}", [project_id, *wanted.roots])
        )
    if wanted.lead_id is not None:
        trees.append((ROOTS_BY_KEY, [project_id, wanted.lead_id] * 3))
    if wanted.phone is not None:
        trees.append((_ROOTS_BY_DIGITS, [project_id, f"%{wanted.phone}%"]))
    return trees + [(ROOTS_BY_POINT, [project_id, "email", email]) for email in wanted.emails]


_ROOTS_BY_DIGITS = (
    "SELECT h.root_id FROM contact_points d JOIN contacts h ON h.project_id = d.project_id AND h.id = d.contact_id"
    " WHERE d.project_id = ? AND d.kind = 'phone' AND d.key IS NOT NULL AND d.key LIKE ?"
    " AND d.removed_at IS NULL"
)
# CROSS JOIN: the contacts first, then what is theirs, as in identities.of_roots.
_OF_TREES = (
    "WITH trees AS ({trees}) SELECT i.id FROM trees r CROSS JOIN identities i WHERE i.project_id = ?"
    " AND i.contact_id = r.root_id UNION SELECT i.id FROM trees r CROSS JOIN contacts c CROSS JOIN identities i"
    " WHERE c.project_id = ? AND c.root_id = r.root_id AND c.merged_into IS NOT NULL"
    " AND i.project_id = c.project_id AND i.contact_id = c.id"
)


def _shared(project_id: ProjectId, wanted: Wanted) -> tuple[list[str], list[Any]]:
    """The conditions that every part has."""
    found = [
        ("v.project_id = ?", [project_id]),
        *_of_columns(project_id, wanted),
        *_of_lists(wanted),
        *_of_other_tables(project_id, wanted),
        *_of_times(wanted),
    ]
    if wanted.location is not None:
        # Of a place written as JSON one of the values; a cast would fail on some of what can be written there.
        value = conversation_texts.pattern(":" + to_text(wanted.location.lower()))
        found.append(("lower(v.location) LIKE ? ESCAPE '\\'", [value]))
    if wanted.abandoned is not None:
        sign = "=" if wanted.abandoned else "<>"
        found.append((f"v.status {sign} ?", [int(ConversationStatus.ABANDONED)]))
    if wanted.text is not None:
        found.append(conversation_texts.seen_by_team(project_id, wanted.text))
    if wanted.said is not None:
        found.append(conversation_texts.seen_by_visitor(project_id, wanted.said))
    return [condition for condition, _ in found], [arg for _, args in found for arg in args]


Condition = tuple[str, list[Any]]


def _of_columns(project_id: ProjectId, wanted: Wanted) -> list[Condition]:
    found: list[Condition] = [
        (f"{column} = ?", [value])
        for column, value in (
            ("v.channel", wanted.channel),
            ("v.department_id", wanted.department),
            ("v.priority", wanted.priority),
            ("v.ticket", wanted.ticket),
            ("v.draft", wanted.draft),
            ("v.smart_assignment", wanted.smart_assignment),
            ("v.preflight", None if wanted.preflight else False),
            ("p.user_id", wanted.participant),
        )
        if value is not None
    ]
    found = [(sql, [int(v) if isinstance(v, bool) else v for v in values]) for sql, values in found]
    if wanted.participant is not None:
        found.append(("p.project_id = ?", [project_id]))
    if wanted.rated is not None:
        found.append((f"v.rating IS {'NOT ' if wanted.rated else ''}NULL", []))
    return found


def _of_lists(wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.offline is not None:
        sign = "IN" if wanted.offline else "NOT IN"
        found.append((f"v.channel {sign} ({_marks(OFFLINE_CHANNELS)})", [*OFFLINE_CHANNELS]))
    if wanted.working_in:
        found.append((f"v.working_status IN ({_marks(wanted.working_in)})", [*wanted.working_in]))
    if wanted.working_not:
        words = _marks(wanted.working_not)
        found.append((f"coalesce(v.working_status, '') NOT IN ({words})", [*wanted.working_not]))
    return found


def _of_other_tables(project_id: ProjectId, wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.unassigned:
        nobody = "SELECT 1 FROM participants o WHERE o.project_id = ? AND o.conversation_id = v.id"
        found.append((f"NOT EXISTS ({nobody})", [project_id]))
    if wanted.tag is not None:
        tagged = "SELECT 1 FROM conversation_tags t WHERE t.project_id = ? AND t.conversation_id = v.id AND t.tag = ?"
        found.append((f"EXISTS ({tagged})", [project_id, wanted.tag]))
    place = "EXISTS (SELECT 1 FROM departments d WHERE d.project_id = ? AND d.id = v.department_id AND {})"
    if wanted.routing is not None:
        found.append((place.format("d.routing = ?"), [project_id, wanted.routing]))
    if wanted.default_department is not None:
        found.append((place.format("d.is_default = ?"), [project_id, int(wanted.default_department)]))
    return found


def _of_times(wanted: Wanted) -> list[Condition]:
    if wanted.during not in TIMES:
        raise ValueError(f"no time of a conversation: {wanted.during}")
    return [
        (f"{column} {sign} ?", [value])
        for column, sign, value in (
            (f"v.{wanted.during}", ">=", wanted.since),
            (f"v.{wanted.during}", "<", wanted.before),
            ("v.closed_at - v.created_at", ">=", wanted.least_duration),
            ("v.closed_at - v.created_at", "<=", wanted.most_duration),
        )
        if value is not None
    ]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
