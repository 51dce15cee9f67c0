"""The published npm client, unmodified, in a Node process that calls its methods for us."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

HERE = Path(__file__).parent
CALLBACK = "$callback"


class ClientError(Exception):
    """What the client has called back with in the place of a result."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.status = error.get("status")
        self.data = error.get("data")
        self.message = error.get("message", "")


class PublishedClient:
    """Calls methods of the client and remembers which."""

    def __init__(self) -> None:
        self.called: set[str] = set()
        self._process = subprocess.Popen(
            ["node", HERE / "drive.cjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "PublishedClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def methods(self) -> set[str]:
        """All that the client has."""
        return set(self._ask({"methods": True})["result"])

    def call(self, method: str, *args: Any, on: dict[str, Any] | None) -> Any:
        """The result of a method of a client with these options, or of a static one. Raises ClientError."""
        self.called.add(method)
        answer = self._ask({"on": on, "method": method, "args": args})
        if "error" in answer:
            raise ClientError(answer["error"])
        return answer.get("result")

    def _ask(self, said: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def published() -> Iterator[PublishedClient]:
    """One Node process for all tests of a module."""
    with PublishedClient() as client:
        yield client
