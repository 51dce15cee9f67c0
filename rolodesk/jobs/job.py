"""A job: a thread that does its turn again and again beside the server, or in a worker."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

PAUSE = 1.0
log = structlog.get_logger()


class Job:
    """A thread that does its turn again and again until it is stopped: when it is woken, else after a second."""

    def __init__(self, name: str, turn: Callable[[], object]) -> None:
        self._turn = turn
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let it end its turn."""
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()

    def pause(self) -> float:
        """Seconds until its next turn, if nobody wakes it."""
        return PAUSE

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def _work(self) -> None:
        while not self.is_stopped:
            self._woken.clear()
            try:
                self._turn()
            except Exception as error:
                log.error("a job has failed", job=self._thread.name, exc_info=error)
            self._woken.wait(self.pause())
