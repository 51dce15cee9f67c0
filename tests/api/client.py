"""The application in this process, spoken to by the cast."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import httpx
import msgspec
from litestar import Litestar
from litestar.testing import TestClient

from rolodesk.config import Settings
from rolodesk.storage.database import Database
from rolodesk.web.app import create_app

UNHURRIED = {
    "rate_anonymous": 1_000_000,
    "rate_sign_in": 1_000_000,
    "rate_messages": 1_000_000,
    "rate_messages_burst": 1_000_000,
    "rate_emails": 1_000_000,
    "rate_resets": 1_000_000,
}
ABSENT: Any = object()


class Caller(Protocol):
    """Somebody with a token."""

    @property
    def jwt(self) -> dict[str, str]: ...


class Api:
    """Calls to `/api`. A path is written after it, as `/{P}/leads`; `who` None is nobody."""

    def __init__(self, client: TestClient[Litestar], db: Database) -> None:
        self.client = client
        self.db = db
        self.calls = 0

    def __call__(
        self,
        who: Caller | Mapping[str, str] | None,
        method: str,
        path: str,
        body: Any = ABSENT,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> httpx.Response:
        signed: Mapping[str, str] = {} if who is None else who if isinstance(who, Mapping) else who.jwt
        sent = {**signed, **(headers or {})}
        if body is not ABSENT:
            content = msgspec.json.encode(body)
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        self.calls += 1
        return self.client.request(
            method, f"/api{path}", content=content, headers=sent, params=query or None, follow_redirects=False
        )

    def ok(
        self, who: Caller | Mapping[str, str] | None, method: str, path: str, body: Any = ABSENT, **query: Any
    ) -> Any:
        """The JSON of an answer that must be 200."""
        answer = self(who, method, path, body, **query)
        assert answer.status_code == 200, (method, path, answer.status_code, answer.text)
        return answer.json()


@contextlib.contextmanager
def serving(url: str, **settings: Any) -> Iterator[Api]:
    """The application over a migrated database; its rates are out of the way unless `settings` name them."""
    db = Database(url, pool_size=4)
    app = create_app(Settings(database=url, **{**UNHURRIED, **settings}), db)
    with TestClient(app) as client:
        yield Api(client, db)
