"""`make fault-injection`: walks the whole matrix and prints what was tried and what survived."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import track
from rich.table import Table

from darkroom.command_errors import CommandError
from darkroom.local.deploy import deploy
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.packaging.zips import build, runtime
from verification.faults.cases import Case, cases
from verification.faults.fault_types import KINDS
from verification.faults.run_cases import Verdict, run_cases
from verification.faults.scenarios import SCENARIOS
from verification.harness.environment import Environment, prepared_environment
from verification.harness.record_changes import histories, keep_histories, undone

if TYPE_CHECKING:
    from rich.console import Console

# The backstop's waits of five minutes shrink to less than a second.
WAIT_SCALE = 0.002


class InvariantViolatedError(CommandError):
    """A case did not keep what Darkroom promises; the lines above name it."""


def print_fault_injection(console: Console, only: str = "") -> None:
    """Walk every case whose name holds `only`, print the table and the cases that fell. Raises PromiseBrokenError."""
    started = time.monotonic()
    with ExitStack() as stack:
        inbox = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        zips = build("host")
        aws = stack.enter_context(EmbeddedAws(inbox, runtime(), wait_scale=WAIT_SCALE))
        environment = stack.enter_context(prepared_environment(aws, deploy(aws, zips)))
        verdicts = run_all_cases(environment, all_cases(environment, only), console)
    console.print(result_table(verdicts), highlight=False)
    fallen = [verdict for verdict in verdicts if verdict.broken]
    for verdict in fallen:
        console.print(f"[red]{escape(str(verdict.case))}[/]: {escape('; '.join(verdict.broken))}", highlight=False)
    seconds = time.monotonic() - started
    console.print(f"{len(verdicts)} cases, {len(verdicts) - len(fallen)} survived, in {seconds:.0f} s.")
    if fallen or not verdicts:
        raise InvariantViolatedError(f"{len(fallen)} of {len(verdicts)} cases broke a promise.")


def all_cases(environment: Environment, only: str = "") -> list[Case]:
    """Return the cases of every scenario whose names hold a text."""
    return [case for scenario in SCENARIOS for case in cases(environment, scenario) if only in str(case)]


def run_all_cases(environment: Environment, chosen: Sequence[Case], console: Console) -> list[Verdict]:
    """Judge each case, and then each record by all the states that it was in."""
    keep_histories(environment.aws, environment.deployment.table)
    steps = track(run_cases(environment, chosen), "Walking", len(chosen), console=console, transient=True)
    verdicts = list(steps)
    known = histories(environment.aws, environment.deployment.table)
    return [verdict.with_more(undone(known[verdict.key])) for verdict in verdicts]


def result_table(verdicts: Sequence[Verdict]) -> Table:
    """Return how many cases survived, by scenario and kind of fault."""
    tried: Counter[tuple[str, str]] = Counter()
    survived: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        for place in ((verdict.case.scenario.name, verdict.case.kind), (verdict.case.scenario.name, "all")):
            tried[place] += 1
            survived[place] += not verdict.broken
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("survived/tried", no_wrap=True)
    for kind in (*KINDS, "all"):
        table.add_column(kind)
    for name in dict.fromkeys(verdict.case.scenario.name for verdict in verdicts):
        table.add_row(name, *(_cell(survived[name, kind], tried[name, kind]) for kind in (*KINDS, "all")))
    return table


def _cell(survived: int, tried: int) -> str:
    colour = "green" if survived == tried else "bold red"
    return f"[{colour}]{survived}/{tried}[/]" if tried else "-"
