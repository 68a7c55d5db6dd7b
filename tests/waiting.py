"""Waiting for something to happen, never for a time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

from verification.harness.event_recorder import WAIT_LIMIT_SECONDS

# Of a program that a test starts, and of an answer by HTTP: many times what they take, for a busy machine.
PROGRAM_LIMIT_SECONDS, ANSWER_LIMIT_SECONDS = 500, 60
Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen | None], what: str) -> Seen:
    """Return what `look` sees as soon as it sees anything; fails after WAIT_LIMIT_SECONDS."""
    deadline = time.monotonic() + WAIT_LIMIT_SECONDS
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.03)
    raise AssertionError(f"Waited {WAIT_LIMIT_SECONDS} s in vain for {what}.")
