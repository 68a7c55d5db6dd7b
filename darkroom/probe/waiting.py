"""Waiting for what a deployment does by itself."""

import time
from collections.abc import Callable
from typing import TypeVar

from functions.operate.polling import Polling

FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.1, 5.0
# S3 takes up to five minutes to send its first events after a bucket was told to.
LIMIT_SECONDS = 360.0
Seen = TypeVar("Seen")


class NeverSeenError(Exception):
    """What a step waits for did not come in time; the message says what, and for how long it was waited."""


def seen(look: Callable[[], Seen | None], what: str, limit_seconds: float = LIMIT_SECONDS) -> Seen:
    """Return what `look` sees as soon as it sees anything. Raises NeverSeenError."""
    for _ in Polling(time.monotonic, time.sleep, limit_seconds, FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS).rounds():
        found = look()
        if found:
            return found
    raise NeverSeenError(f"{what} did not come within {limit_seconds:.0f} s")
