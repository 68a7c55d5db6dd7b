"""`make fault-injection`: runs every case and prints what was tried and what survived."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import track
from rich.table import Table

from darkroom.command_errors import CommandError
from verification.faults.cases import Case, cases
from verification.faults.fault_types import FAULT_TYPES
from verification.faults.run_cases import CaseResult, run_cases
from verification.faults.scenarios import SCENARIOS
from verification.harness.deployed import running_harness, start_by_hand
from verification.harness.record_changes import RecordChanges

if TYPE_CHECKING:
    from rich.console import Console

    from verification.harness.harness import Harness

# The backstop's waits of five minutes shrink to less than a second.
WAIT_SCALE = 0.002


class InvariantViolatedError(CommandError):
    """An invariant does not hold in a case; the lines above name both."""


def print_fault_injection(console: Console, only: str = "") -> None:
    """Run every case whose name holds `only`, and print the table and the failed cases.

    Raises InvariantViolatedError.
    """
    started = time.monotonic()
    with running_harness(WAIT_SCALE) as harness:
        start_by_hand(harness)
        changes = RecordChanges(harness.aws, harness.deployment)
        results = run_all_cases(harness, changes, all_cases(harness, only), console)
    console.print(result_table(results), highlight=False)
    failed = [result for result in results if result.violations]
    for result in failed:
        console.print(f"[red]{escape(str(result.case))}[/]: {escape('; '.join(result.violations))}", highlight=False)
    seconds = time.monotonic() - started
    console.print(f"{len(results)} cases, {len(results) - len(failed)} survived, in {seconds:.0f} s.")
    if failed or not results:
        raise InvariantViolatedError(f"{len(failed)} of {len(results)} cases violate an invariant.")


def all_cases(harness: Harness, only: str = "") -> list[Case]:
    """Return the cases of every scenario whose names hold a text."""
    return [case for scenario in SCENARIOS for case in cases(harness, scenario) if only in str(case)]


def run_all_cases(
    harness: Harness, changes: RecordChanges, chosen: Sequence[Case], console: Console
) -> list[CaseResult]:
    """Run each case, and check all the states that its record was in, too."""
    results = run_cases(harness, chosen, changes)
    return list(track(results, "Running", len(chosen), console=console, transient=True))


def result_table(results: Sequence[CaseResult]) -> Table:
    """Return how many cases were tried, by scenario and fault type, and how many of them failed."""
    tried: Counter[tuple[str, str]] = Counter()
    failed: Counter[tuple[str, str]] = Counter()
    for result in results:
        for place in ((result.case.scenario.name, result.case.fault_type), (result.case.scenario.name, "all")):
            tried[place] += 1
            failed[place] += bool(result.violations)
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True)
    table.add_column("tried -failed")
    for fault_type in (*FAULT_TYPES, "all"):
        # Of 80 columns the scenarios' names give way: a number that is cut off says nothing.
        table.add_column(fault_type, width=max(4, *map(len, fault_type.split())))
    for name in dict.fromkeys(result.case.scenario.name for result in results):
        cells = (_cell(tried[name, fault_type], failed[name, fault_type]) for fault_type in (*FAULT_TYPES, "all"))
        table.add_row(name, *cells)
    return table


def _cell(tried: int, failed: int) -> str:
    if failed:
        return f"[bold red]{tried} -{failed}[/]"
    return f"[green]{tried}[/]" if tried else ""
