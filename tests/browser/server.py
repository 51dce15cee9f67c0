"""A real server process for the browser, with an owner and a project."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "correct horse battery"
RATES = {"ROLODESK_RATE_ANONYMOUS": "100000", "ROLODESK_RATE_SIGN_IN": "100000"}


@dataclass
class Served:
    """A running server."""

    address: str
    project_id: str
    email: str
    process: subprocess.Popen[str]
    url: str

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def start_again(self) -> None:
        """Start it on the same port."""
        self.process = _start(self.url, self.address.rsplit(":", 1)[1])


@contextlib.contextmanager
def served(url: str, project: str = "Hearth & Clay") -> Iterator[Served]:
    """A server on a fresh, migrated database, until the block ends."""
    email = "olga@example.com"
    who = ["--email", email, "--password", PASSWORD, "--firstname", "Olga", "--lastname", "Owner"]
    said = _run("init", "--database", url, *who, "--project", project)
    process = _start(url, "0")
    found = Served("", json.loads(said)["project_id"], email, process, url)
    assert process.stdout
    found.address = process.stdout.readline().split()[-1]
    try:
        yield found
    finally:
        found.process.terminate()
        found.process.communicate(timeout=20)


def _start(url: str, port: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [_command(), "serve", "--database", url, "--port", port],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **RATES},
    )


def _run(*arguments: str) -> str:
    return subprocess.run([_command(), *arguments], check=True, capture_output=True, text=True).stdout


def _command() -> str:
    return str(Path(sys.executable).with_name("rolodesk"))
