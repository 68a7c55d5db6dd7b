"""`make simulate-throttling`: what bulk uploads and bursts come to, by the quotas of Lambda and Step Functions.

It writes a section of docs/benchmarks.md. Exits with 1 where a photo of the promised case, PROMISED, ends FAILED, or
where the embedded AWS does otherwise than the simulation.
"""

import argparse
import json
import statistics
import sys
from typing import NamedTuple

from rich.console import Console

from darkroom.command_errors import CommandError
from darkroom.command_line import run
from darkroom.packaging.repository import STATE_MACHINE
from functions.operate.capacity.prices import TRANSITION
from functions.operate.capacity.quotas import STARTS, STARTS_AT_ONCE
from functions.operate.capacity.retry_waits import Retrier, retriers
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section
from verification.load.throttled_check import compare
from verification.load.throttled_start import SLOW, Limits, Outcome, Uploads, Work, measured_work, simulate

# Of the retries, on the average. The embedded AWS shares a busy machine, and its photos do not come all at once.
MOST_DIFFERENCE = 0.25
BULK_HEADER = [
    "photos",
    "concurrency",
    "FAILED",
    "half done, min",
    "all done, min",
    "retries a photo",
    "most",
    "dollars",
]
BURST_HEADER = [
    "what comes", "photos", "concurrency", "starts a second", "most waiting", "dead letters", "FAILED",
    "half done, min", "all done, min", "retries a photo",
]  # fmt: skip
TEXT = """`make simulate-throttling`, {circumstances}

A discrete-event simulation with the retriers of `statemachine/pipeline.asl.json`. Each retry is a billed transition.

A bulk upload into an account with little Lambda concurrency: all photos at once, and Lambda refuses what exceeds the
concurrency. The functions work 6 s on a photo, several times as long as measured: for large photos and slow
processors.

{bulk}

Bursts and floods, by the seconds of `darkroom capacity` for 24 megapixels. Quotas and photos are a tenth of an
account's, floods' less, so that it takes a minute. What StartExecution refuses, EventBridge tries again for 24 hours;
how long it waits in between is an assumption.

{bursts}

{check}
"""


class Case(NamedTuple):
    """What comes into which account."""

    words: str
    uploads: Uploads
    limits: Limits


def _starts(share: float, *, elsewhere: bool = False) -> dict[str, float]:
    rate, bucket = (quota.other if elsewhere else quota.large for quota in (STARTS, STARTS_AT_ONCE))
    return {"starts_per_second": rate * share, "starts_at_once": max(1.0, bucket * share)}


# A new account has a concurrency of about 10; docs/guarantees.md promises the first.
PROMISED = Case("", Uploads(1000), Limits(10))
BULK = (
    PROMISED,
    Case("", Uploads(1000), Limits(5)),
    Case("", Uploads(5000), Limits(10)),
    Case("", Uploads(5000), Limits(100)),
)
TENTH, FLOOD = 0.1, 1 / 6000
BURSTS = (
    Case("a minute of ten times the starts", Uploads(18_000, 300), Limits(100, **_starts(TENTH))),
    Case("the same in other Regions", Uploads(9_000, 150), Limits(100, **_starts(TENTH, elsewhere=True))),
    Case("the first, a quarter of the concurrency", Uploads(18_000, 300), Limits(25, **_starts(TENTH))),
    Case("an hour of twice what a concurrency of 10 takes", Uploads(57_600, 16), Limits(10, **_starts(1))),
    Case("two days of twice the starts", Uploads(17_280, 0.1), Limits(10, **_starts(FLOOD))),
)


class PhotosGivenUpError(CommandError):
    """Executions ran out of retries while Lambda was throttled; the message says how many."""


class SimulationOffError(CommandError):
    """The embedded AWS did otherwise than the simulation; the message says by how much."""


def main() -> int:
    """Simulate every case; returns the exit status."""
    return run(argparse.Namespace(), "simulate-throttling", _run)


def _run(_options: argparse.Namespace, console: Console) -> None:
    policies = retriers(json.loads(STATE_MACHINE.read_text()))
    bulk, bursts = _outcomes(BULK, policies, SLOW), _outcomes(BURSTS, policies, measured_work())
    comparison = compare()
    text = TEXT.format(
        circumstances=circumstances("simpy"),
        bulk=table(BULK_HEADER, [bulk_row(*item) for item in bulk.items()]),
        bursts=table(BURST_HEADER, [burst_row(*item) for item in bursts.items()]),
        check=comparison.sentence(),
    )
    write_section(DOCUMENT, "Throttling", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    if failed := bulk[PROMISED].failed:
        photos = PROMISED.uploads.photos
        raise PhotosGivenUpError(f"{failed} of {photos} photos failed: give the throttling retrier more attempts.")
    if comparison.difference > MOST_DIFFERENCE:
        raise SimulationOffError(f"Retries differ by {comparison.difference:.0%}: see what the simulation leaves out.")


def bulk_row(case: Case, outcome: Outcome) -> list[str]:
    """Return a line of BULK_HEADER."""
    dollars = TRANSITION.of(sum(outcome.retries))
    start = [f"{case.uploads.photos}", f"{case.limits.concurrency}", str(outcome.failed)]
    return [*start, *_times(outcome), str(outcome.most_retries_of_a_task), f"{dollars:.2f}"]


def burst_row(case: Case, outcome: Outcome) -> list[str]:
    """Return a line of BURST_HEADER."""
    account = [f"{case.limits.concurrency}", f"{case.limits.starts_per_second:.3g}"]
    given_up = [str(outcome.most_waiting), str(outcome.dead_letters), str(outcome.failed)]
    return [case.words, f"{case.uploads.photos}", *account, *given_up, *_times(outcome)]


def _times(outcome: Outcome) -> list[str]:
    half, last = statistics.median(outcome.latencies_seconds), max(outcome.latencies_seconds)
    return [f"{half / 60:.0f}", f"{last / 60:.0f}", f"{statistics.mean(outcome.retries):.1f}"]


def _outcomes(cases: tuple[Case, ...], policies: dict[str, Retrier], work: Work) -> dict[Case, Outcome]:
    return {case: simulate(case.uploads, case.limits, policies, work) for case in cases}


if __name__ == "__main__":
    sys.exit(main())
