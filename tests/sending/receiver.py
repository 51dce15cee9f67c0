"""A server that webhooks are sent to: it remembers what it was sent and answers as the test tells it, well or badly."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 30.0


@dataclass(frozen=True)
class Got:
    """Something that was received."""

    path: str
    headers: dict[str, str]
    content: bytes
    at: float

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        """The text of a message, or the id of what it is about."""
        payload = self.body["payload"]
        return payload.get("text") or payload.get("_id")


class Request(BaseHTTPRequestHandler):
    """One request; `behave` of the server answers it."""

    server: "Receiver"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        got = Got(self.path, headers, content, time.monotonic())
        with self.server.lock:
            self.server.got.append(got)
        with contextlib.suppress(OSError):
            self.server.behave(self, got)

    def answer(self, status: int, content: bytes = b'{"ok":true}', **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def raw(self, content: bytes) -> None:
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


Behaviour = Callable[[Request, Got], None]


def ok(request: Request, got: Got) -> None:
    request.answer(200)


def status(code: int, **headers: str) -> Behaviour:
    return lambda request, got: request.answer(code, b"no", **headers)


def hang(request: Request, got: Got) -> None:
    """Say nothing until the other side or the test ends."""
    request.server.ended.wait(PATIENCE * 3)


def drip(start: bytes = b"", pause: float = 0.05) -> Behaviour:
    """Say something now and then, and never come to the end."""

    def behave(request: Request, got: Got) -> None:
        request.raw(start)
        while not request.server.ended.wait(pause):
            request.raw(b"x")

    return behave


def close(request: Request, got: Got) -> None:
    """Go away without an answer."""
    request.connection.shutdown(socket.SHUT_RDWR)


def raw(content: bytes) -> Behaviour:
    def behave(request: Request, got: Got) -> None:
        request.raw(content)
        request.connection.shutdown(socket.SHUT_RDWR)

    return behave


class Receiver(ThreadingHTTPServer):
    """The server, on a port of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, behave: Behaviour = ok) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.behave = behave
        self.got: list[Got] = []
        self.lock = threading.Lock()
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def received(self, count: int) -> list[Got]:
        """What has come, once it is so many."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and len(self.got) < count:
            time.sleep(0.005)
        with self.lock:
            got = list(self.got)
        assert len(got) >= count, f"{len(got)} of {count}: {[one.said for one in got]}"
        return got

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextlib.contextmanager
def receiving(behave: Behaviour = ok) -> Iterator[Receiver]:
    receiver = Receiver(behave)
    thread = threading.Thread(target=receiver.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        receiver.shutdown()
        thread.join()
        receiver.server_close()
