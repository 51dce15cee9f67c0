"""A real server process for the browser, with an owner and a project."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from rolodesk.domain.access import Person
from rolodesk.storage.database import Database
from rolodesk.usecases import projects, sign_in
from tests.cast import CHEAP
from tests.web.server import Server

PASSWORD = "correct horse battery"
EMAIL = "olga@example.com"


@dataclass
class Served:
    """A running server with a project of Olga's."""

    server: Server
    project_id: str
    email: str = EMAIL
    # Of Olga's browser once she has signed in; a test that signs her out makes them worthless.
    cookies: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.server.address

    def with_new_project(self) -> "Served":
        """The same server with another project of Olga's."""
        with self.behind() as (db, olga):
            made = projects.create(db, olga, "Hearth & Clay")
        return Served(self.server, made.id, self.email, self.cookies)

    @contextlib.contextmanager
    def behind(self) -> Iterator[tuple[Database, Person]]:
        """The database beside the server, and Olga: what colleagues and visitors do meanwhile."""
        db = Database(self.server.database, pool_size=2)
        account = sign_in.account(db, self.email)
        assert account
        yield db, sign_in.person_of(account)
        db.close()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.server.kill()

    def start_again(self) -> None:
        """Start it on the same port."""
        self.server.start()


@contextlib.contextmanager
def served(url: str, project: str = "Hearth & Clay", **settings: object) -> Iterator[Served]:
    """A server on a fresh, migrated database, until the block ends."""
    db = Database(url, pool_size=1)
    with mock.patch.object(sign_in, "_hasher", CHEAP):
        olga = sign_in.person_of(sign_in.sign_up(db, EMAIL, PASSWORD, "Olga", "Owner"))
    project_id = projects.create(db, olga, project).id
    db.close()
    with Server(url, **settings) as server:
        yield Served(server, project_id)
