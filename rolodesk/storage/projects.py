"""Projects with their settings, secrets and running numbers."""

from __future__ import annotations

from msgspec import Struct, json

from rolodesk.domain.address_filter import OPEN, AddressFilter
from rolodesk.domain.ids import ProjectId, UserId
from rolodesk.domain.json import Json
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, object_from_text, to_text, to_text_or_none


class Project(Struct, frozen=True):
    """A project. `number` is its place in this installation, `widget` the settings that a widget may read;
    `operating_hours` are as they were given, and count while `active_hours`."""

    id: ProjectId
    number: int
    name: str
    status: int
    settings: dict[str, Json]
    widget: dict[str, Json]
    attributes: dict[str, Json]
    created_by: str
    created_at: int
    updated_at: int
    operating_hours: Json = None
    active_hours: bool = False
    address_filter: AddressFilter = OPEN

    @property
    def country(self) -> str | None:
        """The default country of phone numbers, two letters."""
        found = self.settings.get("country")
        return found if isinstance(found, str) and found else None


class Secret(Struct, frozen=True):
    """What a site signs its visitors' tokens with; `expires_at` is set when a newer one has taken over."""

    id: str
    secret: str
    created_by: str
    created_at: int
    expires_at: int | None


def add(tx: WriteTx, project: Project) -> None:
    """The project with its counters. Its number is taken from the installation's."""
    tx.run(
        "INSERT INTO projects (id, number, name, status, settings, widget, attributes, created_by, created_at,"
        " updated_at) VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM projects), ?, ?, ?, ?, ?, ?, ?, ?)",
        *(project.id, project.name, project.status, to_text(project.settings), to_text(project.widget)),
        *(to_text(project.attributes), project.created_by, project.created_at, project.updated_at),
    )
    tx.run("INSERT INTO event_counters (project_id, last) VALUES (?, 0)", project.id)
    for name in ("contact", "ticket", "merge", "suggestions"):
        tx.run("INSERT INTO sequences (project_id, name, last) VALUES (?, ?, 0)", project.id, name)
    for status in (100, 1000):
        tx.run("INSERT INTO contact_counts (project_id, status, count) VALUES (?, ?, 0)", project.id, status)


def get(tx: ReadTx, project_id: ProjectId) -> Project | None:
    """The project unless it is deleted."""
    row = tx.one("SELECT * FROM projects WHERE id = ? AND status = 100", project_id)
    return _project(row) if row else None


def update(tx: WriteTx, project: Project) -> None:
    """Write name, status, settings, widget, hours and the filter of addresses."""
    tx.run(
        "UPDATE projects SET name = ?, status = ?, settings = ?, widget = ?, attributes = ?, operating_hours = ?,"
        " active_hours = ?, address_filter = ?, updated_at = ? WHERE id = ?",
        *(project.name, project.status, to_text(project.settings), to_text(project.widget)),
        *(to_text(project.attributes), to_text_or_none(project.operating_hours), int(project.active_hours)),
        *(_filter_text(project.address_filter), project.updated_at, project.id),
    )


def address_filter(tx: ReadTx, project_id: ProjectId) -> AddressFilter:
    """Whom the project is open to; everybody for one that is not there."""
    row = tx.one("SELECT address_filter FROM projects WHERE id = ?", project_id)
    return _filter(row["address_filter"]) if row else OPEN


def next_number(tx: WriteTx, project_id: ProjectId, name: str) -> int:
    """The next running number of that name; other transactions of the project wait for it until the commit."""
    row = tx.one(
        "UPDATE sequences SET last = last + 1 WHERE project_id = ? AND name = ? RETURNING last",
        project_id,
        name,
    )
    if row is None:
        raise LookupError(f"project {project_id} has no sequence {name}")
    number: int = row["last"]
    return number


def hold_number(tx: WriteTx, project_id: ProjectId, name: str) -> None:
    """Wait for, and then hold, whoever takes the next running number of that name, without taking one."""
    tx.one(
        f"SELECT last FROM sequences WHERE project_id = ? AND name = ?{tx.dialect.lock_rows}",
        project_id,
        name,
    )


def add_secret(tx: WriteTx, project_id: ProjectId, secret: Secret, older_until: int) -> None:
    """A new secret; the ones before it hold until `older_until` at the most."""
    tx.run(
        "UPDATE project_secrets SET expires_at = ? WHERE project_id = ? AND (expires_at IS NULL OR expires_at > ?)",
        *(older_until, project_id, older_until),
    )
    tx.run(
        "INSERT INTO project_secrets (project_id, id, secret, created_by, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        *(project_id, secret.id, secret.secret, secret.created_by, secret.created_at, secret.expires_at),
    )


def secrets(tx: ReadTx, project_id: ProjectId, now: int) -> list[Secret]:
    """The secrets that hold at `now`, newest first."""
    rows = tx.all(
        "SELECT id, secret, created_by, created_at, expires_at FROM project_secrets"
        " WHERE project_id = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY created_at DESC, id DESC",
        *(project_id, now),
    )
    return [Secret(r["id"], r["secret"], r["created_by"], r["created_at"], r["expires_at"]) for r in rows]


def of_user(tx: ReadTx, user_id: UserId) -> list[Project]:
    """The projects that the user is an active member of, last changed first."""
    rows = tx.all(
        "SELECT p.* FROM members m JOIN projects p ON p.id = m.project_id"
        " WHERE m.user_id = ? AND m.status = 'active' AND p.status = 100 ORDER BY p.updated_at DESC, p.id",
        user_id,
    )
    return [_project(row) for row in rows]


def _project(row: Row) -> Project:
    return Project(
        *(row["id"], row["number"], row["name"], row["status"], object_from_text(row["settings"])),
        *(object_from_text(row["widget"]), object_from_text(row["attributes"]), row["created_by"]),
        *(row["created_at"], row["updated_at"], from_text(row["operating_hours"]), bool(row["active_hours"])),
        _filter(row["address_filter"]),
    )


def _filter(text: str | None) -> AddressFilter:
    return json.decode(text, type=AddressFilter) if text else OPEN


def _filter_text(found: AddressFilter) -> str | None:
    return None if found == OPEN else json.encode(found).decode()
