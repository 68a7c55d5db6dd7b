"""`make mutations`: applies every mutation, one after the other, and prints which suite killed it."""

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
from verification.mutations.catalogue import MUTATIONS
from verification.mutations.live_code import LiveCode
from verification.mutations.mutation import FaultInjection, Histories, Mutation, UnitTests, mutated_files
from verification.mutations.suites import DeployedSuites, SourceTree

if TYPE_CHECKING:
    from rich.console import Console

    from verification.faults.cases import Case
    from verification.harness.harness import Harness

WAIT_SCALE = 0.002
# A function that has lost a limit may not return.
WAIT_LIMIT_SECONDS = 40


class SurvivedError(CommandError):
    """Mutations survived; the message names them."""


@dataclass(frozen=True)
class Outcome:
    """How a suite failed with a mutation: `failure` is "" where the mutation survived."""

    mutation: Mutation
    failure: str
    seconds: float

    @property
    def line(self) -> str:
        """The outcome in one line."""
        end = f"killed: {escape(self.failure[:150])}" if self.failure else "[bold red]survived[/]"
        suite = type(self.mutation.suite).__name__
        return f"{self.seconds:5.0f} s  {escape(self.mutation.name)} ({suite}): {end}"


def chosen(only: str) -> list[Mutation]:
    """Return the mutations whose names or suites hold a text."""
    return [mutation for mutation in MUTATIONS if only in f"{mutation.name} {mutation.suite}"]


def print_mutations(console: Console, only: str = "") -> None:
    """Apply each mutation whose name or suite holds `only`. Raises SurvivedError."""
    print_outcomes(console, outcomes_of(chosen(only)))


def print_outcomes(console: Console, outcomes: Iterable[Outcome]) -> None:
    """Print each outcome as it comes, and a summary. Raises SurvivedError."""
    started, survivors, count = time.monotonic(), [], 0
    for outcome in outcomes:
        count += 1
        console.print(outcome.line, highlight=False, soft_wrap=True)
        survivors += [] if outcome.failure else [outcome.mutation.name]
    minutes = (time.monotonic() - started) / 60
    console.print(f"{count} mutations, {count - len(survivors)} killed, in {minutes:.0f} minutes.", highlight=False)
    if survivors or not count:
        raise SurvivedError(f"Survived: {'; '.join(survivors) or 'none, for no mutation has such a name or suite'}.")


def outcomes_of(mutations: Sequence[Mutation]) -> Iterator[Outcome]:
    """Yield the outcomes; histories and unit tests run in processes of their own, beside the embedded AWS."""
    in_tree = [mutation for mutation in mutations if isinstance(mutation.suite, (Histories, UnitTests))]
    deployed = [mutation for mutation in mutations if mutation not in in_tree]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        tree = SourceTree(Path(folder) / "tree")
        beside = [pool.submit(_in_tree, tree, mutation) for mutation in in_tree]
        try:
            if deployed:
                with deployed_suites(Path(folder), deployed) as suites:
                    for mutation in deployed:
                        yield _outcome(suites, mutation)
                        yield from _done(beside)
            yield from (future.result() for future in beside)
        finally:
            pool.shutdown(cancel_futures=True)


def _done(beside: list[Future[Outcome]]) -> Iterator[Outcome]:
    """Yield what is there already, and take it out."""
    while beside and beside[0].done():
        yield beside.pop(0).result()


def _in_tree(tree: SourceTree, mutation: Mutation) -> Outcome:
    tree.require_passing(mutation.suite)
    return _outcome(tree, mutation)


def _outcome(suites: SourceTree | DeployedSuites, mutation: Mutation) -> Outcome:
    started = time.monotonic()
    failure = suites.failure(mutation.suite, mutated_files(mutation, ROOT))
    return Outcome(mutation, failure, time.monotonic() - started)


@contextmanager
def deployed_suites(folder: Path, mutations: Iterable[Mutation]) -> Iterator[DeployedSuites]:
    """Deploy twice: for fault injection, where executions start by hand, and for uploads; the code is in `folder`."""
    zips = build("host")
    own_runtime = folder / "runtime" / "python"
    shutil.copytree(runtime(), own_runtime)
    with ExitStack() as stack:
        aws = stack.enter_context(EmbeddedAws(folder / "inbox", own_runtime, wait_scale=WAIT_SCALE))
        recorder = stack.enter_context(recording_events(aws))
        recorder.wait_limit_seconds = WAIT_LIMIT_SECONDS
        harness = start_by_hand(deployed_harness(aws, zips, recorder))
        serving = deployed_harness(aws, zips, recorder, project="serving")
        live_code = LiveCode(aws, (harness.deployment, serving.deployment), own_runtime.parent / "unpacked")
        corpus_run = CorpusRun(serving)
        # The code is unpacked when it is first called.
        corpus_run.check("sound", lambda: sound("JPEG"))
        yield DeployedSuites(live_code, harness, cases_for(harness, mutations), corpus_run)


def cases_for(harness: Harness, mutations: Iterable[Mutation]) -> dict[str, Case]:
    """Return the cases of the scenarios that the mutations name, by their names."""
    suites = [mutation.suite for mutation in mutations]
    names = [name for suite in suites if isinstance(suite, FaultInjection) for name in suite.cases]
    scenarios = [scenario for scenario in SCENARIOS if any(name.startswith(f"{scenario.name}: ") for name in names)]
    return {str(case): case for scenario in scenarios for case in cases(harness, scenario)}
