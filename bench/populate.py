"""A database with many contacts, made by bulk statements, holding what the verbs would have written."""

from __future__ import annotations

import contextlib
import functools
import random
import re
import sqlite3
import time
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from msgspec import Struct

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.contact import Point, Source, Status, Value
from rolodesk.domain.conversation import Draft, Message
from rolodesk.domain.ids import ContactId, IdentityId, MessageId, ProjectId, UserId, object_id
from rolodesk.domain.profile import Member, fold, search_text, sort_name
from rolodesk.storage import departments
from rolodesk.storage.database import Database, migrate
from rolodesk.storage.rows import to_text
from rolodesk.usecases import clock, contacts, conversations, projects, sign_in

EMAIL = "owner@example.com"
PASSWORD = "correct horse battery"
BEGAN = 1_760_000_000_000
EVERY = 60_000
BATCH = 2_000

FIRST_NAMES = (
    "Andrea Anna Marco Giulia Luca Sofia Matteo Elena Paolo Chiara Jürgen Björn Zoë José María Chloé Noah Emma"
    " Liam Olivia Ava Mia Leon Paul Ida Hugo Léa Jules Alice Manon Pablo Lucía Diego Carmen Tiago Inês Amélie"
    " Søren Åsa Mateusz Agnieszka Dmitri Olga Yuki Haruto Wei Fatima Omar Aisha Kwame"
)
LAST_NAMES = (
    "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Müller Schmidt Schneider Fischer"
    " Weber Meyer Wagner Becker Schulz Hoffmann García Fernández González Rodríguez López Martínez Sánchez Pérez"
    " Martin Bernard Dubois Thomas Robert Richard Petit Durand Silva Santos Ferreira Pereira Smith Jones Taylor"
    " Brown Wilson Evans Walker White Hughes Green Hall Clarke Kowalski Nowak Andersson Johansson Nielsen Hansen"
    " Olsen Ivanova Tanaka Suzuki Chen Wang Khan Hassan Mensah Okafor O'Brien Kelly Murphy Ryan Byrne Novák"
    " Horváth Kovács Popescu"
)
FIRST, LAST = FIRST_NAMES.split(), LAST_NAMES.split()
HOSTS = ("gmail.com", "gmail.com", "outlook.com", "libero.it", "example.com", "gmx.de", "studio-nord.example")
COMPANIES = (
    "Studio Nord",
    "Acme GmbH",
    "Umbrella S.p.A.",
    "Officine Verdi",
    "Blue Ocean Ltd",
    "Atelier Dubois",
)
TAGS = ("vip", "lead", "newsletter", "partner")
TEXTS = (
    "Hello, I have a question about my order.",
    "Is this still available? I would need twelve of them by Friday.",
    "Good morning! The invoice of last month shows an old address, could you send it again with the new one?",
    "Thanks",
)

# The tables that people fill, parents first.
TABLES = {
    "contacts": "no project_id id lead_id status merged_into root_id version fullname email phone company sort_name"
    " search_text profile attributes created_by created_at updated_at",
    "contact_activity": "project_id contact_id listed first_seen last_seen conversations messages own_first_seen"
    " own_last_seen own_conversations own_messages",
    "contact_tags": "project_id tag contact_id",
    "identities": "project_id id kind key contact_id verified_at blocked_at first_seen last_seen conversations",
    "contact_values": "project_id contact_id id field item value source by_id at identity_id basis_id generated"
    " verified",
    "contact_points": "project_id contact_id id kind value key source by_id at identity_id verified_at",
    "conversations": "project_id id request_id ticket identity_id status department_id first_text attributes messages"
    " last_message last_message_at waiting_since visitor_seen created_by created_at updated_at",
    "messages": "project_id conversation_id number id client_id sender_kind sender_id sender_name type text"
    " attributes created_at",
    "events": "project_id number name at actor_kind actor_id contact_id root_id identity_id conversation_id subject_id"
    " fields",
}


class Someone(Struct, frozen=True):
    """A contact to be: a visitor who fills the form or not, or one typed in by the team (without a conversation).

    `talks` holds, per conversation, its request_id and the (time, client_id, text) of its messages.
    """

    key: str
    at: int
    fullname: str | None
    email: str | None
    phone: str | None
    company: str | None
    tag: str | None
    typed: bool
    talks: tuple[tuple[str, tuple[tuple[int, str, str], ...]], ...]
    trashed_at: int | None

    @property
    def claims(self) -> dict[str, Any]:
        return {"firstname": f"guest#{self.key[:4]}", "generated": True}

    @property
    def answers(self) -> dict[str, Any] | None:
        return {"userFullname": self.fullname, "userEmail": self.email} if self.fullname else None


class Desk(Struct, frozen=True):
    """The project that is filled, and its owner."""

    project_id: ProjectId
    number: int
    department_id: str
    owner: Agent


def people(count: int, seed: int = 1) -> Iterator[Someone]:
    """The same people each time: of 20 there are 14 who fill the form, 2 who do not, 4 typed in by the team."""
    rng = random.Random(seed)
    for i in range(count):
        at = BEGAN + i * EVERY
        key = "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}".format(*map(rng.getrandbits, (32, 16, 12, 12, 48)))
        first, last = rng.choice(FIRST), rng.choice(LAST)
        typed, nameless = i % 20 >= 16, i % 20 in (14, 15)
        host = rng.choice(HOSTS)
        yield Someone(
            key=key,
            at=at,
            fullname=None if nameless else f"{first} {last}",
            email=None if nameless else f"{_ascii(first)}.{_ascii(last)}{i}@{host}".lower(),
            phone=f"+3906{10_000_000 + i}" if typed else None,
            company=rng.choice(COMPANIES) if typed else None,
            tag=rng.choice(TAGS) if typed else None,
            typed=typed,
            talks=() if typed else tuple(_talk(key, at + n * 9_000, i + n) for n in range(1 + (i % 7 == 0))),
            trashed_at=at + 50_000 if i % 50 == 7 else None,
        )


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower()) or "x"


def _talk(key: str, at: int, i: int) -> tuple[str, tuple[tuple[int, str, str], ...]]:
    said = tuple((at + n * 2_000, f"{key}-{at}-{n}", TEXTS[(i + n) % len(TEXTS)]) for n in range(1 + i % 3))
    return f"support-group-{key}-{at}", said


# In bulk.


def fill(file: Path, count: int) -> Desk:
    """A new SQLite database with so many contacts."""
    url = f"sqlite:///{file}"
    desk = _make_desk(url)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in (
            "synchronous = OFF",
            "foreign_keys = OFF",
            "cache_size = -500000",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        _insert(connection, desk, count)
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("INSERT INTO contact_search (contact_search) VALUES ('rebuild')")
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return desk


def _make_desk(url: str) -> Desk:
    migrate(url)
    with _open(url) as db:
        user = sign_in.sign_up(db, EMAIL, PASSWORD, "Olive", "Owner")
        projects.create(db, sign_in.person_of(user), "Bench")
        desk = desk_of(db)
        # Nobody takes the conversations: they wait.
        projects.change_member(db, desk.owner, desk.owner.member_id, available=False)
        return desk


@contextlib.contextmanager
def _open(url: str) -> Iterator[Database]:
    db = Database(url, pool_size=1)
    try:
        yield db
    finally:
        db.close()


def desk_of(db: Database) -> Desk:
    """The desk of a database that has been filled."""
    user = sign_in.account(db, EMAIL)
    if user is None:
        raise LookupError(f"this database was not filled by the bench: {db.url}")
    person = sign_in.person_of(user)
    with db.read() as tx:
        found = sign_in.projects.of_user(tx, UserId(user.id))[0]
        department = departments.of_project(tx, found.id)[0]
    return Desk(found.id, found.number, department.id, sign_in.agent(db, person, found.id))


def _insert(connection: sqlite3.Connection, desk: Desk, count: int) -> None:
    rows = Rows(desk)
    for i, someone in enumerate(people(count), 1):
        rows.add(someone)
        if i % BATCH == 0 or i == count:
            for table, columns in TABLES.items():
                names = columns.split()
                marks = ", ".join("?" * len(names))
                connection.executemany(
                    f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows.tables[table]
                )
            rows.tables = {table: [] for table in TABLES}
    for sql, args in rows.totals():
        connection.execute(sql, args)


class Rows:
    """Rows by table, and the running numbers of the project."""

    def __init__(self, desk: Desk, seed: int = 2) -> None:
        self.desk = desk
        self.random = random.Random(seed)
        self.tables: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.contacts = self.tickets = self.trashed = 0
        self.events = 2  # the project was made, its owner is not available

    def totals(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The statements that write the running numbers."""
        project = self.desk.project_id
        # Whoever goes into the trash takes its evidence along.
        numbers = (("contact", self.contacts), ("ticket", self.tickets), ("suggestions", self.trashed))
        for name, last in numbers:
            yield "UPDATE sequences SET last = ? WHERE project_id = ? AND name = ?", (last, project, name)
        yield "UPDATE event_counters SET last = ? WHERE project_id = ?", (self.events, project)
        for status, count in ((100, self.contacts - self.trashed), (1000, self.trashed)):
            sql = "UPDATE contact_counts SET count = ? WHERE project_id = ? AND status = ?"
            yield sql, (count, project, status)

    def add(self, someone: Someone) -> None:
        """Everything that follows from somebody's having been there."""
        self.contacts += 1
        contact_id, identity_id = ContactId(self._id(someone.at)), IdentityId(self._id(someone.at))
        kind = "manual" if someone.typed else "anonymous"
        actor = ("agent", self.desk.owner.id) if someone.typed else ("visitor", someone.key)
        self._event("lead.create", someone.at, actor, contact_id, identity_id)
        self._profile(someone, contact_id, identity_id)
        for request_id, said in someone.talks:
            self._conversation(someone, contact_id, identity_id, request_id, said)
        last = someone.talks[-1][1][-1][0] if someone.talks else someone.at
        talks, messages = len(someone.talks), sum(len(said) for _, said in someone.talks)
        first = None if someone.typed else someone.at
        self._row(
            "identities", identity_id, kind, someone.key, contact_id, None, None, someone.at, last, talks
        )
        status = Status.TRASHED if someone.trashed_at else Status.NORMAL
        counted = (first, last, talks, messages)
        self._row("contact_activity", contact_id, int(status), *counted, *counted)
        if someone.trashed_at:
            self.trashed += 1
            owner = ("agent", self.desk.owner.id)
            self._event("lead.delete", someone.trashed_at, owner, contact_id, None, fields="status")

    def _profile(self, someone: Someone, contact_id: ContactId, identity_id: IdentityId) -> None:
        """The contact with its values and addresses."""
        at, by = someone.at, self.desk.owner.id if someone.typed else someone.key
        source = Source.AGENT if someone.typed else Source.VISITOR
        said_by = None if someone.typed else identity_id
        given = {
            "fullname": someone.fullname or someone.claims["firstname"],
            **{name: value for name in ("email", "phone", "company") if (value := getattr(someone, name))},
        }
        values = [
            Value(
                *(self._id(at), contact_id, field, "", value, source, by, at, said_by),
                generated=someone.fullname is None,
            )
            for field, value in given.items()
        ]
        points = [
            Point(self._id(at), contact_id, field, value, value, source, by, at, said_by)
            for field, value in given.items()
            if field in ("email", "phone")
        ]
        if someone.tag:
            values.append(Value(self._id(at), contact_id, "tag", someone.tag, True, source, by, at))
            self._row("contact_tags", someone.tag, contact_id)
        profile = fold(Member(contact_id, tuple(values), tuple(points)))
        self._row(
            "contacts",
            *(
                contact_id,
                someone.key,
                Status.TRASHED if someone.trashed_at else Status.NORMAL,
                None,
                contact_id,
            ),
            2 if someone.trashed_at else 1,
            *(profile.fullname, profile.text("email"), profile.text("phone"), profile.text("company")),
            *(sort_name(profile), search_text(profile, [someone.key]), to_text(profile)),
            to_text(someone.answers) if someone.answers and not someone.typed else None,
            *("system" if not someone.typed else by, at, someone.trashed_at or at),
            before=(self.desk.number << 40 | self.contacts,),
        )
        for v in values:
            self._row(
                "contact_values",
                *(
                    contact_id,
                    v.id,
                    v.field,
                    v.item,
                    to_text(v.value),
                    v.source.value,
                    v.by,
                    v.at,
                    v.identity_id,
                ),
                *(None, int(v.generated), 0),
            )
        for p in points:
            self._row(
                "contact_points",
                *(contact_id, p.id, p.kind, p.value, p.key, p.source.value, p.by, p.at, p.identity_id, None),
            )

    def _conversation(
        self,
        someone: Someone,
        contact_id: ContactId,
        identity_id: IdentityId,
        request_id: str,
        said: Sequence[tuple[int, str, str]],
    ) -> None:
        self.tickets += 1
        began, _, first_text = said[0]
        actor, who = ("visitor", someone.key), (contact_id, identity_id)
        conversation_id = self._id(began)
        self._event("request.create", began, actor, *who, conversation_id)
        name = someone.fullname or someone.claims["firstname"]
        message = None
        for number, (at, client_id, text) in enumerate(said, 1):
            attributes = someone.answers if at == someone.at else None
            message = Message(
                *(MessageId(self._id(at)), number, "visitor", someone.key, name, "text", text, at, client_id),
                attributes=attributes,
            )
            self._row(
                "messages",
                *(conversation_id, number, message.id, client_id, "visitor", someone.key, name, "text", text),
                *(to_text(attributes) if attributes else None, at),
            )
            self._event("message.create", at, actor, *who, conversation_id, message.id)
        self._row(
            "conversations",
            *(
                conversation_id,
                request_id,
                self.tickets,
                identity_id,
                100,
                self.desk.department_id,
                first_text,
            ),
            *(
                None if began > someone.at else to_text(someone.answers) if someone.answers else None,
                len(said),
            ),
            *(to_text(message), said[-1][0], began, len(said), someone.key, began, said[-1][0]),
        )

    def _event(
        self,
        name: str,
        at: int,
        actor: tuple[str, str],
        contact_id: str,
        identity_id: str | None,
        conversation_id: str | None = None,
        subject_id: str | None = None,
        fields: str | None = None,
    ) -> None:
        self.events += 1
        place = (contact_id, contact_id, identity_id, conversation_id, subject_id, fields)
        self.tables["events"].append((self.desk.project_id, self.events, name, at, *actor, *place))

    def _row(self, table: str, *values: Any, before: tuple[Any, ...] = ()) -> None:
        self.tables[table].append((*before, self.desk.project_id, *values))

    def _id(self, at: int) -> str:
        return object_id(at, self.random.randbytes(8))


def copy(file: Path, url: str) -> None:
    """Bring an empty PostgreSQL database to the same contents as a filled SQLite file."""
    migrate(url)
    with contextlib.closing(sqlite3.connect(file)) as source, psycopg.connect(url) as target:
        tables = [
            row[0]
            for row in source.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%search%'"
                " AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations'"
            )
        ]
        target.execute("SET maintenance_work_mem = '512MB'")
        again = _without_indexes(target)
        for table in tables:
            _copy_table(source, target, table)
        for sql in again:
            target.execute(sql.encode())
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("VACUUM (ANALYZE)")


def _without_indexes(target: psycopg.Connection) -> list[str]:
    """Drop foreign keys and indexes; the statements that make them again."""
    again = []
    for table, name, definition in target.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    ).fetchall():
        target.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'.encode())
        again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for name, definition in target.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN"
        " (SELECT conname FROM pg_constraint)"
    ).fetchall():
        target.execute(f'DROP INDEX "{name}"'.encode())
        again.insert(0, definition)
    return again


def _copy_table(source: sqlite3.Connection, target: psycopg.Connection, table: str) -> None:
    rows = source.execute(f"SELECT * FROM {table}")
    columns = ", ".join(column[0] for column in rows.description)
    with target.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as out:
        for row in rows:
            out.write_row(row)


# The proof.


def differences(folder: Path, count: int = 40) -> list[str]:
    """In which tables the bulk's rows of the first people are not those of the verbs; ids by their place."""
    bulk, verbs = folder / "check-bulk.db", folder / "check-verbs.db"
    for file in (bulk, verbs):
        file.unlink(missing_ok=True)
    fill(bulk, count)
    _play(f"sqlite:///{verbs}", count)
    made, wanted = _contents(bulk), _contents(verbs)
    return [
        f"{table}: {_first_difference(made[table], wanted[table])}"
        for table in wanted
        if made[table] != wanted[table]
    ]


def _first_difference(made: Sequence[Any], wanted: Sequence[Any]) -> str:
    pairs = zip(made, wanted, strict=False)
    return next((f"{a} instead of {b}" for a, b in pairs if a != b), f"{len(made)} rows, not {len(wanted)}")


def _play(url: str, count: int) -> None:
    """The same people by the verbs, at the same times."""
    desk = _make_desk(url)
    with _open(url) as db, _clock() as at:
        for someone in people(count):
            at(someone.at)
            if someone.typed:
                given = {name: getattr(someone, name) for name in ("fullname", "email", "phone", "company")}
                contacts.create(db, desk.owner, given, tags=[someone.tag], lead_id=someone.key)
            visitor = Visitor(desk.project_id, "anonymous", someone.key, someone.claims, someone.at)
            for request_id, said in someone.talks:
                for when, client_id, text in said:
                    at(when)
                    attributes = someone.answers if when == someone.at else None
                    conversations.post(
                        db, visitor, request_id, Draft(text, client_id=client_id, attributes=attributes)
                    )
            if someone.trashed_at:
                at(someone.trashed_at)
                with db.read() as tx:
                    found = contacts.contacts.by_lead_id(tx, desk.project_id, someone.key)
                contacts.trash(db, desk.owner, found.id if found else "")


@contextlib.contextmanager
def _clock() -> Iterator[Any]:
    """The verbs' clock, set by hand."""
    times = {"at": 0}
    clock.time = types.SimpleNamespace(time_ns=lambda: times["at"] * 1_000_000)  # type: ignore[assignment]
    try:
        yield functools.partial(times.__setitem__, "at")
    finally:
        clock.time = time


ORDERS = {
    "contacts": "no",
    "contact_activity": "(SELECT no FROM contacts c WHERE c.id = contact_id)",
    "contact_tags": "tag, (SELECT no FROM contacts c WHERE c.id = contact_id)",
    "identities": "(SELECT no FROM contacts c WHERE c.id = contact_id)",
    "contact_values": "(SELECT no FROM contacts c WHERE c.id = contact_id), field, item",
    "contact_points": "(SELECT no FROM contacts c WHERE c.id = contact_id), kind",
    "conversations": "ticket",
    "messages": "(SELECT ticket FROM conversations c WHERE c.id = conversation_id), number",
    "events": "number",
    "sequences": "name",
    "event_counters": "1",
    "contact_counts": "status",
    "contact_search": "rowid",
}


def _contents(file: Path) -> dict[str, list[Any]]:
    """Every row of every table, each id replaced by the place where it stands first."""
    places: dict[str, str] = {}
    found: dict[str, list[Any]] = {}
    with contextlib.closing(sqlite3.connect(file)) as connection:
        for table, order in ORDERS.items():
            rows = connection.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
            found[table] = [
                tuple(_placed(value, places, f"{table} {i}.{j}") for j, value in enumerate(row))
                for i, row in enumerate(rows)
                if table != "events" or i > 1  # the first two are the desk's own
            ]
        connection.execute("INSERT INTO contact_search (contact_search) VALUES ('integrity-check')")
    return found


def _placed(value: Any, places: dict[str, str], place: str) -> Any:
    if not isinstance(value, str):
        return value
    return re.sub(r"\b[0-9a-f]{24}\b", lambda found: places.setdefault(found[0], f"<{place}>"), value)
