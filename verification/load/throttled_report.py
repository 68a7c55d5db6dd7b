"""`make simulate-throttling`: what a bulk upload comes to in accounts of small concurrency.

It writes a section of docs/benchmarks.md. Exits with 1 where a photo of the promised case, PROMISED, ends FAILED.
"""

import argparse
import statistics
import sys

from rich.console import Console

from darkroom.command_errors import CommandError
from darkroom.command_line import run
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section
from verification.load.throttled_start import Outcome, retriers, simulate

DOLLARS_PER_TRANSITION = 25 / 1e6
# Photos and concurrency. A new account has about 10; docs/guarantees.md promises the first.
PROMISED = (1000, 10)
CASES = (PROMISED, (1000, 5), (5000, 10), (5000, 100))
TEXT = """`make simulate-throttling`, {circumstances}

A discrete-event simulation of a bulk upload into an account with little Lambda concurrency, with the retriers of
`statemachine/pipeline.asl.json`: all photos at once, and Lambda refuses what exceeds the concurrency. A function works
as long as on photos of 12 to 24 megapixels. Each retry is a billed transition.

{cases}
"""


class PhotosGivenUpError(CommandError):
    """Executions ran out of retries while Lambda was throttled; the message says how many."""


def main() -> int:
    """Simulate every case; returns the exit status."""
    return run(argparse.Namespace(), "simulate-throttling", _run)


def _run(_options: argparse.Namespace, console: Console) -> None:
    outcomes = {case: simulate(*case, retriers()) for case in CASES}
    text = TEXT.format(circumstances=circumstances("simpy"), cases=cases_table(outcomes))
    write_section(DOCUMENT, "Throttling", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    if failed := outcomes[PROMISED].failed:
        raise PhotosGivenUpError(f"{failed} of {PROMISED[0]} photos failed: give the throttling retrier more attempts.")


def cases_table(outcomes: dict[tuple[int, int], Outcome]) -> str:
    """Return a line for each case: photos, concurrency, how many failed, how long it took, and what retries cost."""
    header = [
        "photos",
        "concurrency",
        "FAILED",
        "half done, min",
        "all done, min",
        "retries a photo",
        "most",
        "dollars",
    ]
    return table(header, [_row(*case, outcome) for case, outcome in outcomes.items()])


def _row(photos: int, concurrency: int, outcome: Outcome) -> list[str]:
    retries = statistics.mean(outcome.retries)
    half, last = statistics.median(outcome.latencies_seconds), max(outcome.latencies_seconds)
    figures = [f"{half / 60:.0f}", f"{last / 60:.0f}", f"{retries:.1f}", str(outcome.most_retries_of_a_task)]
    return [str(photos), str(concurrency), str(outcome.failed), *figures, f"{_dollars(outcome):.2f}"]


def _dollars(outcome: Outcome) -> float:
    return sum(outcome.retries) * DOLLARS_PER_TRANSITION


if __name__ == "__main__":
    sys.exit(main())
