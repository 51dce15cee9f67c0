"""Contacts as a table: the columns of the API's file of leads, then the rest of what is known, properties last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rolodesk.domain.contact import PROPERTY
from rolodesk.domain.json import Json
from rolodesk.domain.profile import Address, Contact
from rolodesk.usecases.exporting import Export

FIRST = (
    *("_id", "tags", "status", "lead_id", "fullname", "email", "phone", "id_project", "createdBy"),
    *("createdAt", "updatedAt"),
)
FIELDS = (
    *("firstname", "lastname", "company", "note", "streetAddress", "city", "region", "zipcode", "country"),
)
LAST = ("emails", "phones", "last_seen", "conversations")


def table(export: Export, project_id: str) -> tuple[list[str], Iterator[list[object]]]:
    """The names of the columns and a row per contact."""
    header = [*FIRST, *FIELDS, *LAST, *(PROPERTY + name for name in export.properties)]
    return header, (_row(contact, project_id, export.properties) for contact in export.contacts)


def _row(contact: Contact, project_id: str, properties: list[str]) -> list[object]:
    profile = contact.profile
    known = profile.properties
    return [
        *(contact.id, ",".join(profile.tags), contact.status, contact.lead_id, profile.fullname),
        *(profile.text("email"), profile.text("phone"), project_id, contact.created_by),
        *(_time(contact.created_at), _time(contact.updated_at)),
        *(profile.text(field) for field in FIELDS),
        *(_values(profile.emails), _values(profile.phones), _time(contact.last_seen), contact.conversations),
        *(_cell(known.get(name)) for name in properties),
    ]


def _time(at: int) -> str:
    """A time as clients of the API's file read it."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime(
        "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)"
    )


def _values(addresses: tuple[Address, ...]) -> str:
    return ",".join(address.value for address in addresses)


def _cell(value: Json) -> object:
    return ",".join(map(str, value)) if isinstance(value, list) else value
