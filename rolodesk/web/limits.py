"""How often somebody may try something: counted in this process's memory."""

from __future__ import annotations

import threading
import time

from rolodesk.domain.errors import TooMany


class Limit:
    """A bucket per key that holds `burst` and gains `rate` a second."""

    def __init__(self, rate: float, burst: int, message: str) -> None:
        self.rate = rate
        self.burst = burst
        self.message = message
        self._buckets: dict[str, tuple[float, float]] = {}
        self._turn = threading.Lock()

    def take(self, key: str, cost: float = 1.0) -> None:
        """Raise TooMany if the key has used up what it may."""
        with self._turn:
            at = time.monotonic()
            level = self._level(key, at)
            if level < cost:
                raise TooMany(self.message, max(1, round((cost - level) / self.rate + 0.5)))
            self._buckets[key] = (level - cost, at)
            if len(self._buckets) > 50_000:
                self._buckets = {k: v for k, v in self._buckets.items() if self._level(k, at) < self.burst}

    def check(self, key: str) -> None:
        """Raise TooMany as `take` would, without taking."""
        with self._turn:
            level = self._level(key, time.monotonic())
            if level < 1:
                raise TooMany(self.message, max(1, round((1 - level) / self.rate + 0.5)))

    def _level(self, key: str, at: float) -> float:
        level, since = self._buckets.get(key, (float(self.burst), at))
        return min(float(self.burst), level + (at - since) * self.rate)
