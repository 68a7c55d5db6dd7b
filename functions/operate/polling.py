"""When to ask again: soon at first, then ever more rarely, and not for ever."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

FIRST_POLL_SECONDS, MAX_POLL_SECONDS = 0.5, 10.0
GROWTH = 1.5
# S3's events take seconds, and about five minutes after they were switched on.
EVENTS_COME_WITHIN = timedelta(minutes=10)


class Keyed(Protocol):
    """What is waited for, by the key of its photo."""

    @property
    def key(self) -> str:
        """The photo's key."""


Waited = TypeVar("Waited", bound=Keyed)


@dataclass(frozen=True)
class Polling:
    """A time limit, and the steady clock that it is measured by; `clock` and `sleep` are in seconds."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    limit_seconds: float
    first_seconds: float = FIRST_POLL_SECONDS
    longest_seconds: float = MAX_POLL_SECONDS

    def rounds(self) -> Iterator[None]:
        """Yield for each time to ask, the last one at the limit; sleeps in between."""
        deadline, pause = self.clock() + self.limit_seconds, self.first_seconds
        while True:
            yield
            if self.clock() >= deadline:
                return
            self.sleep(pause)
            pause = min(pause * GROWTH, self.longest_seconds)

    def ended(self, waiting: dict[str, Waited], look: Callable[[dict[str, Waited]], list[Waited]]) -> Iterator[Waited]:
        """Yield what a look finds to be over, and take it out of `waiting`; at the limit, the rest is left there."""
        for _ in self.rounds():
            for over in look(waiting):
                del waiting[over.key]
                yield over
            if not waiting:
                return
