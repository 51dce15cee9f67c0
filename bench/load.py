"""A light load: so many keep-alive connections to this machine, each sending its next request after the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from statistics import median, quantiles

from msgspec import Struct

CONNECTIONS = 16
MOST = 200_000


class Times(Struct):
    """What a run has measured: seconds of each request, and how long the whole run took."""

    each: list[float]
    whole: float
    failed: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.each) / self.whole if self.whole else 0.0

    @property
    def median(self) -> float:
        return median(self.each) if self.each else 0.0

    @property
    def p99(self) -> float:
        return quantiles(self.each, n=100)[98] if len(self.each) > 1 else self.median

    @classmethod
    def together(cls, runs: Iterable[Times]) -> Times:
        """Several runs as one."""
        runs = list(runs)
        each = [seconds for run in runs for seconds in run.each]
        return cls(each, sum(run.whole for run in runs), sum(run.failed for run in runs))


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: {token}"]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def run(port: int, seconds: float, next_request: Callable[[int], bytes]) -> Times:
    """Load a server for so many seconds; `next_request` is given the connection's number."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    lines = []
    for number in range(CONNECTIONS):
        _, line = await loop.create_connection(
            lambda n=number: Line(n, next_request, began + seconds), "127.0.0.1", port
        )
        lines.append(line)
    await asyncio.gather(*(line.done for line in lines))
    each = [seconds for line in lines for seconds in line.times]
    return Times(each, time.perf_counter() - began, sum(line.failed for line in lines))


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, number: int, next_request: Callable[[int], bytes], until: float) -> None:
        self.number = number
        self.next_request = next_request
        self.until = until
        self.times: list[float] = []
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._read = bytearray()
        self._wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._read += data
        if not self._wanted:
            self._wanted = self._whole()
        if not self._wanted or len(self._read) < self._wanted:
            return
        now = time.perf_counter()
        self.times.append(now - self._sent)
        if not self._read.startswith(b"HTTP/1.1 200"):
            self.failed += 1
        self._read.clear()
        self._wanted = 0
        if now < self.until and len(self.times) < MOST // CONNECTIONS:
            self._send()
        else:
            self.transport.close()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self.transport.write(self.next_request(self.number))

    def _whole(self) -> int:
        """The length of the answer with its head, 0 while that is not known."""
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return 0
        head = bytes(self._read[:end]).lower()
        at = head.index(b"content-length:") + 15
        return end + 4 + int(head[at:].split(b"\r\n", 1)[0])
