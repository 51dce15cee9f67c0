"""kill -9 of the server in the middle: what was acknowledged is there, and who comes back has missed nothing."""

import itertools
import threading
import time

import httpx
from websockets.exceptions import ConnectionClosed

from rolodesk.storage.database import Database
from rolodesk.usecases import conversations
from tests.cast import Cast, Guest, make_cast, new_request_id, new_visitor
from tests.web.server import Server

KILLS = 3
BETWEEN = 0.4
PATIENCE = 60.0


class Talker(threading.Thread):
    """A visitor who writes without pause, and says again what was not acknowledged, as a widget does."""

    def __init__(self, server: Server, guest: Guest, request_id: str) -> None:
        super().__init__(daemon=True)
        self.server, self.guest, self.request_id = server, guest, request_id
        self.acknowledged: list[str] = []
        self.go_on = threading.Event()
        self.ended = threading.Event()

    def run(self) -> None:
        path = f"/api/{self.guest.visitor.project_id}/requests/{self.request_id}/messages"
        with httpx.Client(headers=self.guest.jwt, timeout=PATIENCE) as client:
            for number in itertools.count():
                body = {"text": str(number), "client_id": f"c{number}"}
                while not self._said(client, path, body):
                    time.sleep(0.02)
                self.acknowledged.append(str(number))
                # The first begins the conversation. The others wait for the listeners: what a topic begins with is
                # the newest messages, not all of them.
                self.go_on.wait()
                if self.ended.is_set():
                    return

    def _said(self, client: httpx.Client, path: str, body: dict[str, str]) -> bool:
        try:
            answer = client.post(f"{self.server.address}{path}", json=body)
        except httpx.TransportError:
            return False
        assert answer.status_code in (200, 503), answer.text
        return answer.status_code == 200


class Listener(threading.Thread):
    """A client of the socket that comes back with `after` and knows what comes twice by its `_id`."""

    def __init__(self, server: Server, cast: Cast, who: object, topic: str) -> None:
        super().__init__(daemon=True)
        self.server, self.cast, self.who, self.topic = server, cast, who, topic
        self.after: int | None = None
        self.heard: dict[str, str] = {}
        self.ended = threading.Event()
        self.ready = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self._listen()
            except (OSError, ConnectionClosed, EOFError):
                time.sleep(0.02)

    def _listen(self) -> None:
        with self.server.ear() as ear:
            ear.sign_in(self.who, self.cast.id)
            for payload in ear.subscribe(self.topic, self.after):
                self._take(payload)
            self.ready.set()
            while not self.ended.is_set():
                for payload in ear.published(1, 0.2):
                    self._take(payload)

    def _take(self, payload: dict) -> None:
        messages = payload.get("message", [])
        for message in messages if isinstance(messages, list) else [messages]:
            self.heard.setdefault(message["_id"], message["text"])
        self.after = max(self.after or 0, payload["event"])


def test_nothing_acknowledged_is_lost_and_nobody_misses_anything(database_url):
    db = Database(database_url, pool_size=2)
    cast = make_cast(db)
    guests = [cast.visitor, cast.user, new_visitor(db, cast.signing, cast.id)]
    with Server(database_url) as server:
        talkers = [Talker(server, guest, new_request_id(cast.id)) for guest in guests]
        for talker in talkers:
            talker.start()
        while not all(talker.acknowledged for talker in talkers):
            time.sleep(0.01)
        topics = [f"/{cast.id}/requests/{talker.request_id}/messages" for talker in talkers]
        listeners = [Listener(server, cast, cast.agent, topic) for topic in topics]
        listeners += [Listener(server, cast, guest, f"/{cast.id}/messages") for guest in guests]
        for listener in listeners:
            listener.start()
        for listener in listeners:
            assert listener.ready.wait(PATIENCE)
        for talker in talkers:
            talker.go_on.set()

        for _ in range(KILLS):
            time.sleep(BETWEEN)
            before = [len(talker.acknowledged) for talker in talkers]
            server.kill()
            server.start()
            wait(
                lambda before=before: all(
                    len(t.acknowledged) > n for t, n in zip(talkers, before, strict=True)
                )
            )

        for talker in talkers:
            talker.ended.set()
        for talker in talkers:
            talker.join(PATIENCE)
        stored = [texts(db, cast, talker.request_id) for talker in talkers]
        wait(lambda: all(len(one.heard) >= len(stored[i % 3]) for i, one in enumerate(listeners)))
        for listener in listeners:
            listener.ended.set()
        for listener in listeners:
            listener.join(PATIENCE)
    db.close()

    for talker, found in zip(talkers, stored, strict=True):
        assert found == talker.acknowledged == [str(number) for number in range(len(found))]
    for number, listener in enumerate(listeners):
        assert list(listener.heard.values()) == stored[number % 3]


def texts(db: Database, cast: Cast, request_id: str) -> list[str]:
    return [message.text for message in conversations.messages(db, cast.owner.agent, request_id)]


def wait(until) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)
