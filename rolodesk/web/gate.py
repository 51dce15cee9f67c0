"""Keeps out who calls from a network address that a project is not open to."""

from __future__ import annotations

import time
from typing import Any

from litestar.concurrency import sync_to_thread

from rolodesk.domain.address_filter import OPEN, AddressFilter
from rolodesk.domain.errors import KeptOut
from rolodesk.storage.database import Database
from rolodesk.usecases import projects
from rolodesk.web.auth import AnyConnection, client_address

# How long a process goes by what it has read of a project, in seconds: what another process changes counts after it.
FRESH = 5.0
MAX_KEPT = 10_000


class Gate:
    """The filters of the projects that have been asked for, so that not every call reads them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: dict[str, tuple[AddressFilter, float]] = {}

    def kept(self, project_id: str) -> AddressFilter | None:
        """The project's filter if it was read a short while ago."""
        found, read_at = self._kept.get(project_id, (None, 0.0))
        return found if time.monotonic() < read_at + FRESH else None

    def read(self, project_id: str) -> AddressFilter:
        """The project's filter as it is now."""
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        read_at = time.monotonic()
        found = projects.address_filter(self._db, project_id)
        self._kept[project_id] = (found, read_at)
        return found

    def forget(self, project_id: str) -> None:
        """Read the project's filter anew when it is asked for next."""
        self._kept.pop(project_id, None)


def gate_of(connection: AnyConnection) -> Gate:
    found: Gate = connection.app.state.gate
    return found


async def guard(connection: AnyConnection, _: Any) -> None:
    """Asked before every route that names a project in its path. Raises KeptOut.

    `/projects/P` is open to its members from everywhere, as with the reference: a wrong list can be taken back there.
    """
    project_id = connection.path_params.get("project_id")
    if project_id is None or connection.scope["path"].startswith("/api/projects/"):
        return
    gate = gate_of(connection)
    found = gate.kept(project_id)
    _check(connection, await sync_to_thread(gate.read, project_id) if found is None else found)


def check(connection: AnyConnection, project_id: str) -> None:
    """The same by what holds at this moment, for a socket, which asks seldom. Raises KeptOut."""
    _check(connection, gate_of(connection).read(project_id))


def _check(connection: AnyConnection, found: AddressFilter) -> None:
    if found != OPEN and (why := found.refusal(client_address(connection))):
        raise KeptOut(why)
