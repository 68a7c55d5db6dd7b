"""How long a task waits when Lambda is throttled, by its retrier in the definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

THROTTLED = "Lambda.TooManyRequestsException"


@dataclass(frozen=True)
class Retrier:
    """A retrier of the definition, by its fields' meaning. With full jitter, a wait is random from 0 to its ceiling."""

    interval_seconds: float
    backoff_rate: float
    max_attempts: int
    max_delay_seconds: float

    def longest_wait_seconds(self, attempt: int) -> float:
        """Return the ceiling of the wait before a retry, of which the first is number 0."""
        return min(self.interval_seconds * self.backoff_rate ** min(attempt, 60), self.max_delay_seconds)

    @property
    def longest_seconds(self) -> float:
        """How long a task goes on at most, with every wait at its ceiling; on the average half as long."""
        return sum(map(self.longest_wait_seconds, range(self.max_attempts)))


def retriers(machine: Mapping[str, Any]) -> dict[str, Retrier]:
    """Return what each task of the happy path does when Lambda is throttled, by function, in order."""
    found, name = {}, machine["StartAt"]
    while name:
        state = machine["States"][name]
        function = state["Resource"].removeprefix("${").removesuffix("_function_arn}")
        found[function] = _retrier(state)
        name = state.get("Next")
    return found


def _retrier(state: Mapping[str, Any]) -> Retrier:
    [fields] = [retrier for retrier in state["Retry"] if THROTTLED in retrier["ErrorEquals"]]
    return Retrier(fields["IntervalSeconds"], fields["BackoffRate"], fields["MaxAttempts"], fields["MaxDelaySeconds"])
