"""Contacts on their way out, as many as there are: what a list shows, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from rolodesk.domain.access import Actor, Permission, require
from rolodesk.domain.profile import Contact
from rolodesk.storage import contacts as rows
from rolodesk.storage import projects, search
from rolodesk.storage.database import Database
from rolodesk.storage.projects import Project
from rolodesk.usecases import find
from rolodesk.usecases.find import Filter, Page

PIECE = 500


class Export(Struct, frozen=True):
    """Contacts, read while they are taken, and the names of all properties that one may have."""

    properties: list[str]
    contacts: Iterator[Contact]


def contacts(
    db: Database, actor: Actor, wanted: Filter, page: Page, text: str = "", segment_id: str | None = None
) -> Export:
    """The contacts of a page of any size, as `find.find` would find them. Raises Forbidden, NotFound for an unknown
    segment."""
    require(actor, Permission.EXPORT)
    with db.read() as tx:
        project = projects.get(tx, actor.project_id)
        if project is None:
            return Export([], iter(()))
        narrowed = find.settled(tx, project, find.of_segment(tx, actor, wanted, segment_id), text)
        names = rows.property_names(tx, actor.project_id)
    return Export(names, _pieces(db, project, narrowed, page))


def _pieces(db: Database, project: Project, wanted: Filter, page: Page) -> Iterator[Contact]:
    """A transaction for each piece: one that lasted as long as the download would hold up the database's upkeep."""
    left = page.limit
    while left > 0:
        piece = structs.replace(page, limit=min(PIECE, left))
        with db.read() as tx:
            found = search.find(tx, project.id, project.number, wanted, piece)
        yield from found
        if len(found) < piece.limit:
            return
        left -= len(found)
        page = structs.replace(page, offset=0, after=find.place(found[-1], page.sort))
