"""A project filled with contacts, identities and conversations, row by row as the verbs would leave them."""

import random

from msgspec import structs

from rolodesk.domain.contact import Source
from rolodesk.domain.evidence import Rules, evidence, facts, keys
from rolodesk.domain.ids import object_id
from rolodesk.domain.profile import Address, Contact, Entry, Profile, search_text, sort_name
from rolodesk.storage import contacts, projects
from rolodesk.storage.database import Database, WriteTx
from rolodesk.storage.projects import Project
from rolodesk.storage.rows import to_text
from rolodesk.storage.search import Filter

NAMES = ("Anna", "Björn", "Carla", "Dario", "Élodie", "Fatma", "Giò", "Hana")
DAY = 86_400_000
BEGAN = 1_700_000_000_000


def add_project(db: Database, project_id: str, name: str = "Bakery") -> Project:
    with db.write(project_id) as tx:
        projects.add(tx, Project(project_id, 0, name, 100, {}, {}, {}, "u1", 1, 1))
        made = projects.get(tx, project_id)
    assert made
    return made


def fill(db: Database, project: Project, size: int, seed: int = 7) -> list[Contact]:
    """So many contacts, a tenth of them in the trash, with an identity each and a conversation or two.

    Names, times and emails repeat, and a part has none, so that every order has ties and blanks.
    """
    chance = random.Random(seed)
    made = [_contact(project, n, chance) for n in range(size)]
    threads = [
        _conversation(c, n * 2 + turn, chance) for n, c in enumerate(made) for turn in range(1 + n % 2)
    ]
    with db.write(project.id) as tx:
        _insert(tx, project, "contacts", [_row(contact) for contact in made])
        for contact in made:
            tx.index_text(contact.no, None, _text(contact))
        _insert(tx, project, "contact_activity", [_activity(contact) for contact in made])
        _insert(tx, project, "contact_points", [_point(c) for c in made if c.profile.emails])
        compared = {c.id: evidence(facts(c.profile, Rules()), Rules()) for c in made if c.status == 100}
        kept = [{"contact_id": c, "evidence": to_text(one), "at": 1} for c, one in compared.items()]
        _insert(tx, project, "match_evidence", kept)
        held = [
            {"key": key, "contact_id": c, "signature": one.signature}
            for c, one in compared.items()
            for key in keys(one)
        ]
        _insert(tx, project, "match_keys", held)
        tags = [{"contact_id": c.id, "tag": tag} for c in made for tag in c.profile.tags]
        _insert(tx, project, "contact_tags", tags)
        _insert(tx, project, "identities", [_identity(contact) for contact in made])
        _insert(tx, project, "conversations", threads)
        for status in (100, 1000):
            contacts.count(tx, project.id, status, sum(contact.status == status for contact in made))
    return made


def _contact(project: Project, n: int, chance: random.Random) -> Contact:
    at = BEGAN + chance.randrange(60) * DAY
    contact_id = object_id(at, (project.number << 32 | n).to_bytes(8, "big"))
    name = f"{chance.choice(NAMES)} {n % 97}" if chance.random() < 0.8 else None
    email = f"{chance.choice(NAMES).lower()}{n % 89}@example{n % 5}.com" if chance.random() < 0.6 else None
    said = {"fullname": name, "email": email, "properties.size": n % 7}
    profile = Profile(
        {
            field: Entry(value, Source.VISITOR, contact_id, "x", at)
            for field, value in said.items()
            if value is not None
        },
        tags=("vip",) if n % 11 == 0 else (),
        emails=(Address(email, email, True, False, Source.VISITOR, contact_id),) if email else (),
        members=(contact_id,),
    )
    return Contact(
        *(
            project.number << 40 | n + 1,
            contact_id,
            f"visitor-{project.number}-{n}",
            1000 if n % 10 == 9 else 100,
        ),
        *(None, contact_id, 1, profile, None, "u1", at, at, at, at + chance.randrange(20) * DAY),
    )


def _text(contact: Contact) -> str:
    return search_text(contact.profile, [contact.lead_id])


def _row(contact: Contact) -> dict[str, object]:
    profile = contact.profile
    whole = {
        name: getattr(contact, name) for name in ("no", "id", "lead_id", "status", "root_id", "created_by")
    }
    shown = {"fullname": profile.fullname, "email": profile.text("email"), "sort_name": sort_name(profile)}
    times = {"created_at": contact.created_at, "updated_at": contact.updated_at}
    return {**whole, **shown, **times, "profile": to_text(profile), "search_text": _text(contact)}


def _activity(contact: Contact) -> dict[str, object]:
    seen = {"last_seen": contact.last_seen, "own_last_seen": contact.last_seen}
    return {"contact_id": contact.id, "listed": contact.status, **seen}


def _point(contact: Contact) -> dict[str, object]:
    origin = {
        "id": contact.id,
        "contact_id": contact.id,
        "source": "visitor",
        "by_id": "x",
        "at": contact.created_at,
    }
    email = contact.profile.text("email")
    return {**origin, "kind": "email", "value": email, "key": email}


def _identity(contact: Contact) -> dict[str, object]:
    who = {"id": contact.id, "kind": "anonymous", "key": contact.lead_id, "contact_id": contact.id}
    return {**who, "first_seen": contact.created_at, "last_seen": contact.last_seen}


def _conversation(contact: Contact, n: int, chance: random.Random) -> dict[str, object]:
    at = contact.last_seen + chance.randrange(DAY)
    who = {
        "id": object_id(at, n.to_bytes(8, "big")),
        "request_id": f"r-{n}",
        "ticket": n,
        "identity_id": contact.id,
    }
    what = {"status": chance.choice((100, 200, 300, 1000, 1000)), "first_text": f"Question {n}"}
    return {**who, **what, "created_by": contact.lead_id, "created_at": at, "updated_at": at}


def _insert(tx: WriteTx, project: Project, table: str, rows: list[dict[str, object]]) -> None:
    """All rows in one go: thousands of statements would take most of the tests' time."""
    columns = ["project_id", *rows[0]]
    marks = ", ".join("?" * len(columns))
    sql = tx.dialect.marks(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})")
    connection = tx._connection
    cursor = connection if tx.dialect.one_process else connection.cursor()
    cursor.executemany(sql, [(project.id, *row.values()) for row in rows])


def named(value: object) -> str | None:
    """A filter in the name of a test: only what it asks for."""
    if not isinstance(value, Filter):
        return None
    asked = {name: wish for name, wish in structs.asdict(value).items() if wish != getattr(Filter(), name)}
    return ",".join(f"{name}={wish}" for name, wish in asked.items()) or "all"
