"""Holding many calls to a rate."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Pace:
    """Lets through at most so many calls of wait() a second, evenly, of all threads together.

    `clock` and `sleep` are of a steady clock.
    """

    per_second: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = field(default=0.0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def wait(self) -> None:
        """Return when it is time for the next call."""
        with self._lock:
            now = self.clock()
            seconds = self._next - now
            self._next = max(now, self._next) + 1 / self.per_second
        # Outside the lock: other threads choose their moments meanwhile.
        if seconds > 0:
            self.sleep(seconds)
