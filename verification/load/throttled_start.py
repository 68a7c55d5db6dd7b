"""Simulates uploads that meet the quotas of Step Functions and Lambda, by the retriers of the real definition.

A discrete-event simulation (SimPy). EventBridge starts an execution for each photo. StartExecution takes a token from
a bucket that refills at the quota's rate (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
Where the bucket is empty, EventBridge tries again for 24 hours, and then the event goes into the dead-letter queue. An
execution runs the tasks of the happy path one after the other. Lambda refuses an invocation with
TooManyRequestsException while all of the account's concurrency is in use, or once there were more requests in a second
than ten times the concurrency (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html). A refused task
waits as its retrier says, with full jitter, and each wait is a billed state transition. Between two tasks lies a moment
in which the concurrency that the first has freed may go to another photo, so that each task competes anew. The quota of
state transitions is not simulated: it lets through more photos than that of starts.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import simpy

from functions.operate.capacity.billed_time import billed_time
from functions.operate.capacity.measurements import measurements
from functions.operate.capacity.quotas import DELIVERY_HOURS
from functions.operate.capacity.retry_waits import Retrier
from functions.operate.capacity.workload import photo_of

REQUESTS_PER_CONCURRENCY = 10
SPREAD = 0.5
# Of the photos that the functions are measured with.
MEGAPIXELS = 24.0
# AWS states only how long EventBridge tries, how often at most (24 h, 185 times) and that it backs off with jitter:
# from a second on, doubled up to the ceiling with which 185 tries take 24 hours.
DELIVERY = Retrier(interval_seconds=1, backoff_rate=2, max_attempts=185, max_delay_seconds=960)
# From the end of a function to the request of the next: AWS states nothing, so an assumption.
BETWEEN_TASKS_SECONDS = 0.05
UNLIMITED = float("inf")
Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Work:
    """Seconds that each function works on a photo, warm, what a cold start adds, and what lies between two tasks."""

    seconds: Mapping[str, float]
    cold_start_seconds: Mapping[str, float]
    between_tasks_seconds: float = BETWEEN_TASKS_SECONDS


# Several times as long as photos of 24 megapixels were measured to take, for large photos and slow processors.
SLOW = Work(
    {"validate": 0.6, "enhance": 5.0, "record": 0.2, "notify": 0.2},
    {"validate": 1.5, "enhance": 2.5, "record": 1.0, "notify": 1.0},
)


@dataclass(frozen=True)
class Uploads:
    """So many photos, evenly at a rate, or all at once."""

    photos: int
    per_second: float = UNLIMITED

    def time(self, number: int) -> float:
        """Return the second in which a photo comes."""
        return number / self.per_second


@dataclass(frozen=True)
class Limits:
    """The quotas of an account: Lambda's concurrency, starts a second, and starts at once from rest."""

    concurrency: float = UNLIMITED
    starts_per_second: float = UNLIMITED
    starts_at_once: float = UNLIMITED


@dataclass
class Account:
    """Lambda and StartExecution in one account: what runs, what came in this second, what is warm, how many tokens."""

    environment: simpy.Environment
    limits: Limits
    work: Work
    running: int = 0
    warm: Counter[str] = field(default_factory=Counter)
    _second: int = -1
    _requests: int = 0
    _tokens: float = UNLIMITED
    _refilled: float = 0.0

    def starts(self) -> bool:
        """Take a token for a start, and tell whether there was one."""
        now, limits = self.environment.now, self.limits
        refill = (now - self._refilled) * limits.starts_per_second if now > self._refilled else 0.0
        self._tokens, self._refilled = min(limits.starts_at_once, self._tokens + refill), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def admits(self) -> bool:
        """Count a request, and tell whether Lambda takes it."""
        second = int(self.environment.now)
        if second != self._second:
            self._second, self._requests = second, 0
        self._requests += 1
        limit = self.limits.concurrency
        return self.running < limit and self._requests <= REQUESTS_PER_CONCURRENCY * limit

    def run(self, function: str, dice: random.Random) -> Process:
        """Work for as long as the function takes, in a warm sandbox where one is idle."""
        self.running += 1
        seconds = self.work.seconds[function] * dice.uniform(1 - SPREAD, 1 + SPREAD)
        if self.warm[function]:
            self.warm[function] -= 1
        else:
            seconds += self.work.cold_start_seconds[function]
        yield self.environment.timeout(seconds)
        self.running -= 1
        self.warm[function] += 1


@dataclass
class Outcome:
    """What became of the uploads: seconds from each upload to its end, retries by photo, and who gave up where."""

    photos: int
    latencies_seconds: list[float] = field(default_factory=list)
    retries: list[int] = field(default_factory=list)
    most_retries_of_a_task: int = 0
    failed: int = 0
    dead_letters: int = 0
    waiting: int = 0
    most_waiting: int = 0
    ended_seconds: float = 0.0

    def wait(self, change: int) -> None:
        """Note that an event begins or ends to wait for its start."""
        self.waiting += change
        self.most_waiting = max(self.most_waiting, self.waiting)


def measured_work() -> Work:
    """Return how long the functions take by what was measured, with their memory's share of a processor."""
    measured = measurements()
    uses = photo_of(measured, MEGAPIXELS).functions
    seconds = {name: billed_time(name, use).milliseconds / 1000 for name, use in uses.items()}
    colds = {name: milliseconds / 1000 for name, milliseconds in measured.cold_start_processor_ms.items()}
    return Work(seconds, colds)


def simulate(
    uploads: Uploads, limits: Limits, policies: Mapping[str, Retrier], work: Work = SLOW, seed: int = 1
) -> Outcome:
    """Let all photos come, and every execution end."""
    environment, dice, outcome = simpy.Environment(), random.Random(seed), Outcome(uploads.photos)  # noqa: S311
    account = Account(environment, limits, work)
    environment.process(_arrivals(uploads, account, policies, dice, outcome))
    environment.run()
    outcome.ended_seconds = environment.now
    return outcome


def _arrivals(
    uploads: Uploads, account: Account, policies: Mapping[str, Retrier], dice: random.Random, outcome: Outcome
) -> Process:
    for number in range(uploads.photos):
        if wait := uploads.time(number) - account.environment.now:
            yield account.environment.timeout(wait)
        account.environment.process(_photo(account, policies, dice, outcome))


def _photo(account: Account, policies: Mapping[str, Retrier], dice: random.Random, outcome: Outcome) -> Process:
    uploaded, tries = account.environment.now, 0
    while not account.starts():
        outcome.wait(1 if tries == 0 else 0)
        if tries == DELIVERY.max_attempts or account.environment.now - uploaded > DELIVERY_HOURS * 3600:
            outcome.dead_letters += 1
            outcome.wait(-1)
            return
        yield account.environment.timeout(dice.uniform(0, DELIVERY.longest_wait_seconds(tries)))
        tries += 1
    outcome.wait(-1 if tries else 0)
    yield from _execution(account, policies, dice, outcome, uploaded)


def _execution(
    account: Account, policies: Mapping[str, Retrier], dice: random.Random, outcome: Outcome, uploaded: float
) -> Process:
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
        yield account.environment.timeout(account.work.between_tasks_seconds)
    outcome.latencies_seconds.append(account.environment.now - uploaded)
    outcome.retries.append(retries)
