"""Holds the simulation of throttling against the embedded AWS: the same photos, the same concurrency, the same waits.

Both runs start warm, and their waits are scaled alike. The simulation works as long as the functions were seen to, and
lets as much time pass between two tasks as the state machine was seen to take.
"""

from __future__ import annotations

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from darkroom.local.http.faults import Fault, Where
from darkroom.packaging.repository import FUNCTIONS, STATE_MACHINE
from functions.operate.capacity.retry_waits import Retrier, retriers
from verification.corpus.file_parts import picture, saved
from verification.harness.deployed import running_harness
from verification.load.limited_lambda import LimitedLambda
from verification.load.throttled_start import Limits, Outcome, Uploads, Work, simulate

if TYPE_CHECKING:
    from verification.harness.harness import Harness

PHOTOS, CONCURRENCY, SCALE = 40, 2, 0.1
SEEDS = 20


@dataclass(frozen=True)
class Comparison:
    """Retries a photo and seconds until all are done, seen on the embedded AWS and simulated, the latter by seed."""

    seen_retries: float
    seen_seconds: float
    between_tasks_seconds: float
    retries: list[float]
    seconds: list[float]

    @property
    def difference(self) -> float:
        """By which part of the retries the simulation is off."""
        return abs(statistics.mean(self.retries) / self.seen_retries - 1)

    def sentence(self) -> str:
        """Return both in words."""
        return (
            f"Held against the embedded AWS, {PHOTOS} small photos at once, a concurrency of {CONCURRENCY}, waits of "
            f"{SCALE:.0%} of the definition's:\n{self.seen_retries:.1f} retries a photo and {self.seen_seconds:.0f} s "
            f"until all were done there; simulated {_range(self.retries, 1)} retries\nand {_range(self.seconds)} s, "
            f"by {SEEDS} seeds. From a function's end to the request of the next passed "
            f"{self.between_tasks_seconds:.2f} s in both."
        )


def compare() -> Comparison:
    """Run both."""
    with running_harness(wait_scale=SCALE) as harness:
        harness.run_of(harness.upload(_photo()))
        limit = LimitedLambda(CONCURRENCY)
        with harness.aws.faults.add(Fault(Where("lambda", "Invoke", "states"), None, "Full", limit)):
            seconds = _send(harness)
    work = _work_seen(limit)
    policies = {name: _scaled(policy) for name, policy in retriers(json.loads(STATE_MACHINE.read_text())).items()}
    outcomes = [_simulated(policies, work, seed) for seed in range(SEEDS)]
    return Comparison(
        limit.refused / PHOTOS,
        seconds,
        work.between_tasks_seconds,
        [statistics.mean(outcome.retries) for outcome in outcomes],
        [outcome.ended_seconds for outcome in outcomes],
    )


def _send(harness: Harness) -> float:
    """Upload all at once; return the seconds until all executions have ended."""
    started = time.monotonic()
    with ThreadPoolExecutor(PHOTOS) as pool:
        keys = list(pool.map(harness.upload, [_photo()] * PHOTOS))
        list(pool.map(harness.run_of, keys))
    return time.monotonic() - started


def _work_seen(limit: LimitedLambda) -> Work:
    """Return how long each function took of the concurrency, and what lay between two, on the average."""
    seen = {name: [seconds for path, seconds in limit.held if f"-{name}/" in path] for name in FUNCTIONS}
    seconds = {name: statistics.mean(times) for name, times in seen.items()}
    return Work(seconds, dict.fromkeys(seconds, 0.0), statistics.mean(limit.between))


def _simulated(policies: dict[str, Retrier], work: Work, seed: int) -> Outcome:
    return simulate(Uploads(PHOTOS), Limits(CONCURRENCY), policies, work, seed)


def _scaled(policy: Retrier) -> Retrier:
    seconds = (policy.interval_seconds * SCALE, policy.max_delay_seconds * SCALE)
    return replace(policy, interval_seconds=seconds[0], max_delay_seconds=seconds[1])


def _photo() -> bytes:
    return saved(picture(640, 480), "JPEG", quality=85)


def _range(values: list[float], digits: int = 0) -> str:
    return f"{min(values):.{digits}f} to {max(values):.{digits}f}"


if __name__ == "__main__":
    print(compare().sentence())
