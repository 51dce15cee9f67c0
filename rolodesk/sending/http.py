"""Posting to somebody's server: bounded in time and size, to the very address that was checked, nothing followed."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpcore
from msgspec import Struct

from rolodesk.sending.addresses import Refused, Resolver, allowed, port_of, resolve

TIMEOUT = 15.0
MOST_READ = 65_536
EXCERPT = 1_000
CHUNK = 65_536
LATE = "no answer in time"
NO_CONNECTION = "no connection"
BROKEN = "the connection was lost before the answer"
NO_TRUST = "the certificate is not trusted"
NO_HTTP = "the answer is no HTTP"
REDIRECT = "redirects are not followed"
STATUS = "the answer is no success"


class Answer(Struct, frozen=True):
    """What has come of a call: the status and the beginning of the answer, or in `error` one of the sentences above.
    `duration` in milliseconds."""

    status: int | None
    error: str | None
    text: str | None
    duration: int

    @property
    def ok(self) -> bool:
        return self.error is None


class Poster:
    """Posts; several threads may at once. `private` allows addresses that are not on the public internet."""

    def __init__(
        self, private: bool = False, timeout: float | None = None, resolver: Resolver = resolve,
        trust: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.private = private
        self.timeout = TIMEOUT if timeout is None else timeout
        self._resolver = resolver
        self._trust = trust or ssl.create_default_context()
        self._open: set[_Stream] = set()
        self._lock = threading.Lock()
        self._ended = False

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post, and what has come of it: whatever the other side does, it takes no longer than the timeout."""
        begun = time.monotonic()
        status, error, text = None, None, None
        try:
            status, text = self._post(url, headers, body, begun + self.timeout)
        except Refused as refused:
            error = str(refused)
        except (TimeoutError, httpcore.TimeoutException):
            error = LATE
        except ssl.SSLCertVerificationError:
            error = NO_TRUST
        except (httpcore.ConnectError, ssl.SSLError):
            error = NO_CONNECTION
        except (httpcore.NetworkError, OSError):
            error = BROKEN
        except (httpcore.ProtocolError, ValueError) as wrong:
            error = BROKEN if "disconnected" in str(wrong) else NO_HTTP
        if status is not None and not 200 <= status < 300:
            error = REDIRECT if 300 <= status < 400 else STATUS
        return Answer(status, error, text, round((time.monotonic() - begun) * 1_000))

    def _post(
        self, url: str, headers: Mapping[str, str], body: bytes, deadline: float
    ) -> tuple[int, str | None]:
        parts = urlsplit(url)
        host, port = parts.hostname or "", port_of(url)
        origin = httpcore.Origin(parts.scheme.encode(), host.encode(), port)
        network = _Network(self, deadline)
        with httpcore.HTTPConnection(origin, ssl_context=self._trust, network_backend=network) as connection:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            own = {"Host": parts.netloc, "Connection": "close", "Content-Length": str(len(body))}
            sent = [(name.encode(), value.encode()) for name, value in (own | dict(headers)).items()]
            request = httpcore.Request(
                "POST", httpcore.URL(scheme=parts.scheme, host=host, port=port, target=path),
                headers=sent, content=body,
            )  # fmt: skip
            answer = connection.handle_request(request)
            with contextlib.closing(answer):
                return answer.status, _beginning(answer)

    def addresses(self, host: str, port: int, timeout: float) -> list[str]:
        """Where a host may be called now. Raises Refused, TimeoutError."""
        return allowed(host, port, timeout, self.private, self._resolver)

    def keep(self, stream: _Stream) -> None:
        """Remember an open connection, so that `end` can break it."""
        with self._lock:
            ended = self._ended
            if not ended:
                self._open.add(stream)
        if ended:
            stream.close()
            raise httpcore.ConnectError("nothing is posted any more")

    def forget(self, stream: _Stream) -> None:
        with self._lock:
            self._open.discard(stream)

    def end(self) -> None:
        """Break off whatever is on its way; nothing is posted any more."""
        with self._lock:
            self._ended = True
            streams = list(self._open)
        for stream in streams:
            stream.shut()


def _beginning(answer: httpcore.Response) -> str | None:
    """The beginning of the answer as text. The status has come: if the rest does not, it counts all the same."""
    read = b""
    with contextlib.suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for part in _parts(answer):
            read += part
            if len(read) >= MOST_READ:
                break
    return read.decode("utf-8", "replace").replace("\0", "�")[:EXCERPT]


def _parts(answer: httpcore.Response) -> Iterator[bytes]:
    stream = answer.stream
    if isinstance(stream, Iterable):
        yield from stream


class _Network(httpcore.NetworkBackend):
    """Connects to one of the addresses that were checked, and to no other, whatever the name says a moment later."""

    def __init__(self, poster: Poster, deadline: float) -> None:
        self._poster = poster
        self._deadline = deadline

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        failed: OSError | None = None
        for address in self._poster.addresses(host, port, _left(self._deadline)):
            try:
                opened = socket.create_connection((address, port), _left(self._deadline))
            except OSError as error:
                failed = error
                continue
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = _Stream(self._poster, opened, self._deadline)
            self._poster.keep(stream)
            return stream
        if isinstance(failed, TimeoutError):
            raise httpcore.ConnectTimeout(str(failed))
        raise httpcore.ConnectError(str(failed))


class _Stream(httpcore.NetworkStream):
    """A connection of which every step ends by the deadline, however little each brings."""

    def __init__(self, poster: Poster, opened: socket.socket, deadline: float) -> None:
        self._poster = poster
        self._socket = opened
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _told(httpcore.ReadTimeout, httpcore.ReadError):
            self._socket.settimeout(_left(self._deadline))
            return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _told(httpcore.WriteTimeout, httpcore.WriteError):
            while buffer:
                self._socket.settimeout(_left(self._deadline))
                buffer = buffer[self._socket.send(buffer[:CHUNK]) :]

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._socket.settimeout(_left(self._deadline))
        self._poster.forget(self)
        try:
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        stream = _Stream(self._poster, secured, self._deadline)
        self._poster.keep(stream)
        return stream

    def close(self) -> None:
        self._poster.forget(self)
        self._socket.close()

    def shut(self) -> None:
        """Let whoever waits for it see its end."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def get_extra_info(self, info: str) -> Any:
        return {"socket": self._socket, "is_readable": False}.get(info)


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises TimeoutError after it."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError()
    return left


@contextlib.contextmanager
def _told(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    """What happened on the network, in the words of the HTTP library."""
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise broken(str(error)) from error
