"""A real `rolodesk serve` in a process of its own, and a socket to it."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.api.client import UNHURRIED

COMMAND = Path(sys.executable).with_name("rolodesk")
PATIENCE = 30.0


def environment(**settings: Any) -> dict[str, str]:
    """This process's, without its settings of Rolodesk, with those given."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("ROLODESK_") and k not in ("HOST", "PORT")
    }
    return kept | {f"ROLODESK_{name.upper()}": str(value) for name, value in settings.items()}


class Server:
    """A server that listens. `kill` is SIGKILL; `start` starts it again on the same port."""

    program: Sequence[str | Path] = (COMMAND,)

    def __init__(self, database: str, workers: int = 1, clean: bool = True, **settings: Any) -> None:
        self.database = database
        self.clean = clean
        self.workers = workers
        self.settings = {**UNHURRIED, **settings}
        self.port = 0
        self.start()

    def start(self) -> None:
        command = [*self.program, "serve", "--database", self.database, "--port", str(self.port)]
        command += ["--workers", str(self.workers)]
        self.errors = open(os.memfd_create("stderr"), "w+")  # noqa: SIM115 - read when it has ended
        self.process = subprocess.Popen(
            command,
            env=environment(**self.settings) if self.clean else dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.search(r"Rolodesk is running on (http://\S+:(\d+))", line)
        assert found, f"{line!r} {self.said()}"
        self.address, self.port = found[1], int(found[2])

    def said(self) -> str:
        """What stands on its standard error by now."""
        self.errors.seek(0)
        return self.errors.read()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self._wait()
        self.errors.close()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self._wait()

    def _wait(self) -> int:
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            code = self.process.wait(PATIENCE)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.errors.close()

    def post(self, who: Any, path: str, body: Any) -> httpx.Response:
        return httpx.post(f"{self.address}/api{path}", json=body, headers=who.jwt, timeout=PATIENCE)

    def ear(self, query: str = "", **more: Any) -> "Ear":
        return Ear(f"ws{self.address.removeprefix('http')}/ws{query}", **more)


class Ear:
    """A client of the socket that remembers every frame."""

    def __init__(self, address: str, **more: Any) -> None:
        self._open = contextlib.ExitStack()
        opening = connect(address, open_timeout=PATIENCE, close_timeout=1, **more)
        self.socket: ClientConnection = self._open.enter_context(opening)
        self.frames: list[dict[str, Any]] = []

    def __enter__(self) -> "Ear":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def say(self, action: str, **payload: Any) -> None:
        self.socket.send(json.dumps({"action": action, "payload": payload}))

    def hear(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """The next frame; TimeoutError if there is none."""
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout))
        self.frames.append(frame)
        return frame

    def sign_in(self, who: Any, project_id: str) -> int:
        """The number of the project's last event."""
        self.say("signin", token=f"JWT {who.token}", id_project=project_id)
        frame = self.hear()
        assert frame["payload"].get("success"), frame
        return int(frame["payload"]["event"])

    def subscribe(self, topic: str, after: int | None = None) -> list[dict[str, Any]]:
        """The payloads that come before the catch-up is closed, and the closing one."""
        self.say("subscribe", topic=topic, **({} if after is None else {"after": after}))
        heard = []
        while True:
            frame = self.hear()
            heard.append(frame["payload"])
            if frame["action"] == "subscribed" and frame["payload"]["topic"] == topic[:300]:
                return heard

    def published(self, count: int, timeout: float = PATIENCE) -> list[dict[str, Any]]:
        """The payloads of the next `count` publishes; fewer if they do not come in time."""
        until = time.monotonic() + timeout
        heard: list[dict[str, Any]] = []
        with contextlib.suppress(TimeoutError):
            while len(heard) < count:
                frame = self.hear(max(0.0, until - time.monotonic()))
                if frame["action"] == "publish":
                    heard.append(frame["payload"])
        return heard

    def typing(self, count: int) -> list[dict[str, Any]]:
        """The payloads of the next `count` that tell of somebody who types; whatever else comes is passed over."""
        heard: list[dict[str, Any]] = []
        while len(heard) < count and (next_ones := self.published(1)):
            heard += [payload for payload in next_ones if payload["method"] == "TYPING"]
        return heard

    def silence(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """What is said meanwhile, which is hoped to be nothing."""
        return self.published(1_000, seconds)

    def closed(self, timeout: float = PATIENCE) -> int | None:
        """The code with which the server closes."""
        until = time.monotonic() + timeout
        try:
            while True:
                self.hear(max(0.0, until - time.monotonic()))
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else None


@contextlib.contextmanager
def ears(*opened: Ear) -> Iterator[tuple[Ear, ...]]:
    """Close them all in the end."""
    with contextlib.ExitStack() as stack:
        yield tuple(stack.enter_context(ear) for ear in opened)
