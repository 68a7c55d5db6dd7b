"""When to ask again: soon at first, then ever more rarely, and not for ever."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIRST_POLL_SECONDS, MAX_POLL_SECONDS = 0.5, 10.0
GROWTH = 1.5


@dataclass(frozen=True)
class Polling:
    """A time limit, and the steady clock that it is measured by; `clock` and `sleep` are in seconds."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    limit_seconds: float

    def rounds(self) -> Iterator[None]:
        """Yield for each time to ask, the last one at the limit; sleeps in between."""
        deadline, pause = self.clock() + self.limit_seconds, FIRST_POLL_SECONDS
        while True:
            yield
            if self.clock() >= deadline:
                return
            self.sleep(pause)
            pause = min(pause * GROWTH, MAX_POLL_SECONDS)
