"""A real server process for the browser, with an owner and a project."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from tests.web.server import COMMAND, Server

PASSWORD = "correct horse battery"
EMAIL = "olga@example.com"


@dataclass
class Served:
    """A running server with a project of Olga's."""

    server: Server
    project_id: str
    email: str = EMAIL

    @property
    def address(self) -> str:
        return self.server.address

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.server.kill()

    def start_again(self) -> None:
        """Start it on the same port."""
        self.server.start()


@contextlib.contextmanager
def served(url: str, project: str = "Hearth & Clay") -> Iterator[Served]:
    """A server on a fresh, migrated database, until the block ends."""
    who = ["--email", EMAIL, "--password", PASSWORD, "--firstname", "Olga", "--lastname", "Owner"]
    command = [COMMAND, "init", "--database", url, *who, "--project", project]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with Server(url) as server:
        yield Served(server, json.loads(said)["project_id"])
