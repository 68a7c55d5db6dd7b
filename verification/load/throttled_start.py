"""Simulates a bulk upload into an account whose Lambda concurrency is small, by the retriers of the real definition.

A discrete-event simulation (SimPy): each photo is an execution that runs the tasks of the happy path one after the
other. Lambda refuses an invocation with TooManyRequestsException while all of the account's concurrency is in use, or
once there were more requests in a second than ten times the concurrency
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html). A refused task waits as its retrier says, with
full jitter, and each wait is a billed state transition.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import simpy

from darkroom.packaging.repository import STATE_MACHINE

THROTTLED = "Lambda.TooManyRequestsException"
REQUESTS_PER_CONCURRENCY = 10
# Seconds that a function works on a photo of 12 to 24 megapixels, with its memory's share of a processor; and what a
# cold start adds. Measured on a laptop (docs/benchmarks.md, Load) and rounded up.
WORK_SECONDS = {"validate": 0.6, "enhance": 5.0, "record": 0.2, "notify": 0.2}
COLD_START_SECONDS = {"validate": 1.5, "enhance": 2.5, "record": 1.0, "notify": 1.0}
SPREAD = 0.5


@dataclass(frozen=True)
class Retrier:
    """A retrier of the definition, by its fields' meaning."""

    interval_seconds: float
    backoff_rate: float
    max_attempts: int
    max_delay_seconds: float

    def longest_wait_seconds(self, attempt: int) -> float:
        """Return the ceiling of the wait before a retry, of which the first is number 0."""
        return min(self.interval_seconds * self.backoff_rate ** min(attempt, 60), self.max_delay_seconds)


@dataclass
class Account:
    """Lambda in one account: how much runs, how many requests came in this second, which functions are warm."""

    environment: simpy.Environment
    concurrency: int
    running: int = 0
    warm: Counter[str] = field(default_factory=Counter)
    _second: int = -1
    _requests: int = 0

    def admits(self) -> bool:
        """Count a request, and tell whether Lambda takes it."""
        second = int(self.environment.now)
        if second != self._second:
            self._second, self._requests = second, 0
        self._requests += 1
        return self.running < self.concurrency and self._requests <= REQUESTS_PER_CONCURRENCY * self.concurrency

    def run(self, function: str, dice: random.Random) -> Generator[simpy.Event, Any, None]:
        """Work for as long as the function takes, in a warm sandbox where one is idle."""
        self.running += 1
        seconds = WORK_SECONDS[function] * dice.uniform(1 - SPREAD, 1 + SPREAD)
        if self.warm[function]:
            self.warm[function] -= 1
        else:
            seconds += COLD_START_SECONDS[function]
        yield self.environment.timeout(seconds)
        self.running -= 1
        self.warm[function] += 1


@dataclass
class Outcome:
    """What became of a bulk upload: seconds from the upload to each end, retries by photo, and who gave up."""

    photos: int
    latencies_seconds: list[float] = field(default_factory=list)
    retries: list[int] = field(default_factory=list)
    most_retries_of_a_task: int = 0
    failed: int = 0


def retriers(definition: Mapping[str, Any] | None = None) -> dict[str, Retrier]:
    """Return what each task of the happy path does when Lambda is throttled, by function, in order."""
    machine = definition or json.loads(STATE_MACHINE.read_text())
    found, name = {}, machine["StartAt"]
    while name:
        state = machine["States"][name]
        function = state["Resource"].removeprefix("${").removesuffix("_function_arn}")
        found[function] = _retrier(state)
        name = state.get("Next")
    return found


def simulate(photos: int, concurrency: int, policies: Mapping[str, Retrier], seed: int = 1) -> Outcome:
    """Upload all photos at once, and let every execution come to its end."""
    environment, dice, outcome = simpy.Environment(), random.Random(seed), Outcome(photos)  # noqa: S311 - no secret
    account = Account(environment, concurrency)
    for _ in range(photos):
        environment.process(_execution(account, policies, dice, outcome))
    environment.run()
    return outcome


def _execution(
    account: Account, policies: Mapping[str, Retrier], dice: random.Random, outcome: Outcome
) -> Generator[simpy.Event, Any, None]:
    retries = 0
    for function, policy in policies.items():
        attempt = 0
        while not account.admits():
            if attempt == policy.max_attempts:
                outcome.failed += 1
                return
            yield account.environment.timeout(dice.uniform(0, policy.longest_wait_seconds(attempt)))
            attempt += 1
        retries += attempt
        outcome.most_retries_of_a_task = max(outcome.most_retries_of_a_task, attempt)
        yield from account.run(function, dice)
    outcome.latencies_seconds.append(account.environment.now)
    outcome.retries.append(retries)


def _retrier(state: Mapping[str, Any]) -> Retrier:
    [fields] = [retrier for retrier in state["Retry"] if THROTTLED in retrier["ErrorEquals"]]
    return Retrier(fields["IntervalSeconds"], fields["BackoffRate"], fields["MaxAttempts"], fields["MaxDelaySeconds"])
