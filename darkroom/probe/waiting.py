"""Waiting for what a deployment does by itself."""

import time
from collections.abc import Callable
from typing import TypeVar

FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS, GROWTH = 0.1, 5.0, 1.5
# S3 takes up to five minutes to send its first events after a bucket was told to.
LIMIT_SECONDS = 360.0
Seen = TypeVar("Seen")


class NeverSeenError(Exception):
    """What a step waits for did not come in time; the message says what, and for how long it was waited."""


def seen(look: Callable[[], Seen | None], what: str, limit_seconds: float = LIMIT_SECONDS) -> Seen:
    """Return what `look` sees as soon as it sees anything. Raises NeverSeenError."""
    deadline, pause = time.monotonic() + limit_seconds, FIRST_PAUSE_SECONDS
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() >= deadline:
            raise NeverSeenError(f"{what} did not come within {limit_seconds:.0f} s")
        time.sleep(pause)
        pause = min(pause * GROWTH, MAX_PAUSE_SECONDS)
