"""`make mutations`: takes every guard away, one after the other, and prints which table turned red."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from darkroom.command_errors import CommandError
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.packaging.repository import ROOT
from darkroom.packaging.zips import build, runtime
from verification.corpus.corpus_run import CorpusRun
from verification.corpus.file_parts import sound
from verification.faults.cases import cases
from verification.faults.scenarios import SCENARIOS
from verification.harness.deployed import deployed_harness, start_by_hand
from verification.harness.event_recorder import recording_events
from verification.mutations.catalogue import GUARDS
from verification.mutations.live_code import Site
from verification.mutations.mutation import Guard, Histories, Matrix, changed_files
from verification.mutations.suites import Tables, Tree

if TYPE_CHECKING:
    from rich.console import Console

    from verification.faults.cases import Case
    from verification.harness.harness import Harness

WAIT_SCALE = 0.002
# Whoever has lost a guard may wait for ever.
WAIT_LIMIT_SECONDS = 40


class GuardIdleError(CommandError):
    """A guard was taken away, and nothing turned red."""


@dataclass(frozen=True)
class Finding:
    """What turned red when a guard was taken away; nothing where it stayed green."""

    guard: Guard
    red: str
    seconds: float


def print_mutations(console: Console, only: str = "") -> None:
    """Take away each guard whose name or table holds `only`, and print what turned red. Raises GuardIdleError."""
    started = time.monotonic()
    chosen = [guard for guard in GUARDS if only in f"{guard.name} {guard.table}"]
    findings = []
    for finding in _findings(chosen):
        findings.append(finding)
        console.print(_line(finding), highlight=False, soft_wrap=True)
    console.print(guard_table(sorted(findings, key=lambda finding: chosen.index(finding.guard))), highlight=False)
    idle = [finding.guard.name for finding in findings if not finding.red]
    minutes = (time.monotonic() - started) / 60
    console.print(f"{len(findings)} guards, {len(findings) - len(idle)} turned a table red, in {minutes:.0f} minutes.")
    if idle or not findings:
        raise GuardIdleError(f"Nothing turned red without: {'; '.join(idle) or 'no such guard'}.")


def guard_table(findings: Sequence[Finding]) -> Table:
    """Return a line for each guard."""
    table = Table("guard", "taken from", "table", "red?", box=None, header_style="dim", pad_edge=False)
    for finding in findings:
        files = ", ".join(dict.fromkeys(Path(change.file).name for change in finding.guard.changes))
        red = f"[green]red[/]: {escape(finding.red[:60])}" if finding.red else "[bold red]green[/]"
        table.add_row(escape(finding.guard.name), files, type(finding.guard.table).__name__.lower(), red)
    return table


def _line(finding: Finding) -> str:
    return (
        f"{finding.seconds:5.0f} s  {escape(finding.guard.name)}: {escape(finding.red[:150]) or '[bold red]green[/]'}"
    )


def _findings(guards: Iterable[Guard]) -> Iterator[Finding]:
    """Yield the findings; histories are tried in a process of their own, beside the embedded AWS."""
    told = [guard for guard in guards if isinstance(guard.table, Histories)]
    deployed = [guard for guard in guards if guard not in told]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        tree = Tree(Path(folder) / "tree")
        beside = [pool.submit(_in_histories, guard, tree) for guard in told]
        try:
            if deployed:
                with tables(Path(folder), deployed) as found:
                    for guard in deployed:
                        yield _deployed(guard, found)
                        yield from _done(beside)
            yield from (future.result() for future in beside)
        finally:
            pool.shutdown(cancel_futures=True)


def _done(beside: list[Future[Finding]]) -> Iterator[Finding]:
    """Yield what is there already, and take it out."""
    while beside and beside[0].done():
        yield beside.pop(0).result()


def _in_histories(guard: Guard, tree: Tree) -> Finding:
    started = time.monotonic()
    count = guard.table.count if isinstance(guard.table, Histories) else 0
    return Finding(guard, tree.red(count, changed_files(guard, ROOT)), time.monotonic() - started)


def _deployed(guard: Guard, found: Tables) -> Finding:
    started = time.monotonic()
    if isinstance(guard.table, Histories):
        raise TypeError(guard.name)
    return Finding(guard, found.red(guard.table, changed_files(guard, ROOT)), time.monotonic() - started)


@contextmanager
def tables(folder: Path, guards: Iterable[Guard]) -> Iterator[Tables]:
    """Deploy twice: a stage for the matrix, and what serves uploads; the code lies in `folder`."""
    zips = build("host")
    own_runtime = folder / "runtime" / "python"
    shutil.copytree(runtime(), own_runtime)
    with ExitStack() as stack:
        aws = stack.enter_context(EmbeddedAws(folder / "inbox", own_runtime, wait_scale=WAIT_SCALE))
        recorder = stack.enter_context(recording_events(aws))
        recorder.wait_limit_seconds = WAIT_LIMIT_SECONDS
        harness = start_by_hand(deployed_harness(aws, zips, recorder))
        serving = deployed_harness(aws, zips, recorder, project="serving")
        site = Site(aws, (harness.deployment, serving.deployment), own_runtime.parent / "unpacked")
        corpus_run = CorpusRun(serving)
        # The code is unpacked when it is first called.
        corpus_run.check("sound", lambda: sound("JPEG"))
        yield Tables(site, harness, cases_for(harness, guards), corpus_run)


def cases_for(harness: Harness, guards: Iterable[Guard]) -> dict[str, Case]:
    """Return the cases of the scenarios that the guards name, by their names."""
    names = [name for guard in guards if isinstance(guard.table, Matrix) for name in guard.table.cases]
    scenarios = [scenario for scenario in SCENARIOS if any(name.startswith(f"{scenario.name}: ") for name in names)]
    return {str(case): case for scenario in scenarios for case in cases(harness, scenario)}
