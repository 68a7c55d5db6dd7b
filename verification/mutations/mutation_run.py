"""`make mutations`: applies every mutation, and prints which test, case or file killed it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from darkroom.command_errors import CommandError
from darkroom.packaging.repository import ROOT
from verification.mutations.catalogue import MUTATIONS
from verification.mutations.deployed_suites import DeployedSuites, deployed_suites
from verification.mutations.killers import in_source_tree, name_killer, named_killers, paths_of
from verification.mutations.mutation import Mutation, mutated_files
from verification.mutations.source_tree import SourceTree, Tests
from verification.mutations.warm_pytest import Failure, NoReportError, NoTestsError

if TYPE_CHECKING:
    from rich.console import Console


class SurvivedError(CommandError):
    """Mutations survived; the message names them."""


@dataclass(frozen=True)
class Outcome:
    """How a suite failed with a mutation; `failure` is None where the mutation survived, and `trouble` may say why."""

    mutation: Mutation
    failure: Failure | None
    seconds: float
    trouble: str = ""

    @property
    def line(self) -> str:
        """The outcome in one line."""
        kind = type(self.mutation.suite).__name__
        return f"{self.seconds:5.1f} s  {escape(self.mutation.name)} ({kind}): {self._end}"

    @property
    def _end(self) -> str:
        if self.failure is None:
            return f"[bold red]survived[/] {escape(self.trouble)}".rstrip()
        return escape(f"killed by {self.failure.killer}: {self.failure.reason[:150]}")


def chosen(only: str) -> list[Mutation]:
    """Return the mutations whose names or suites hold a text."""
    return [mutation for mutation in MUTATIONS if only in f"{mutation.name} {mutation.suite}"]


def print_mutations(console: Console, only: str = "") -> None:
    """Apply each mutation whose name or suite holds `only`. Raises SurvivedError."""
    mutations = chosen(only)
    print_outcomes(console, outcomes_of(mutations), len(mutations))


def name_killers(console: Console, only: str = "") -> None:
    """Apply each of them that has no named killer yet, and write its killer down at once. Raises SurvivedError."""
    known = named_killers()
    mutations = [each for each in chosen(only) if in_source_tree(each) and each.name not in known]
    print_outcomes(console, map(_with_killer_named, outcomes_of(mutations)), len(mutations))


def _with_killer_named(outcome: Outcome) -> Outcome:
    if outcome.failure and outcome.failure.killer:
        name_killer(outcome.mutation, outcome.failure.killer)
    return outcome


def print_outcomes(console: Console, outcomes: Iterable[Outcome], total: int) -> None:
    """Print each outcome as it comes, and a summary. Raises SurvivedError."""
    started, survivors, count = time.monotonic(), [], 0
    for count, outcome in enumerate(outcomes, start=1):
        console.print(f"{count:3}/{total} {outcome.line}", highlight=False, soft_wrap=True)
        survivors += [] if outcome.failure else [outcome.mutation.name]
    minutes = (time.monotonic() - started) / 60
    console.print(f"{count} mutations, {count - len(survivors)} killed, in {minutes:.0f} minutes.", highlight=False)
    if survivors or not count:
        raise SurvivedError(f"Survived: {'; '.join(survivors) or 'none, for no mutation has such a name or suite'}.")


def outcomes_of(mutations: Sequence[Mutation]) -> Iterator[Outcome]:
    """Yield the outcomes; histories and unit tests run in processes of their own, beside the embedded AWS."""
    deployed = [mutation for mutation in mutations if not in_source_tree(mutation)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        beside = list(_in_tree(pool, Path(folder) / "tree", mutations))
        try:
            if deployed:
                with deployed_suites(Path(folder)) as suites:
                    suites.require_passing(mutation.suite for mutation in deployed)
                    for mutation in deployed:
                        yield _against_deployment(suites, mutation)
                        yield from _done(beside)
            yield from (future.result() for future in beside)
        finally:
            pool.shutdown(cancel_futures=True)


def _in_tree(pool: ThreadPoolExecutor, folder: Path, mutations: Sequence[Mutation]) -> Iterator[Future[Outcome]]:
    known = named_killers()
    if in_tree := [mutation for mutation in mutations if in_source_tree(mutation)]:
        tree = SourceTree(folder)
        for mutation in in_tree:
            yield pool.submit(outcome_in, tree, mutation, known.get(mutation.name, ""))


def _done(beside: list[Future[Outcome]]) -> Iterator[Outcome]:
    """Yield what is there already, and take it out."""
    while beside and beside[0].done():
        yield beside.pop(0).result()


def outcome_in(tree: SourceTree, mutation: Mutation, named: str = "") -> Outcome:
    """Return the outcome of a mutation that tests kill; tests that say nothing kill nothing."""
    started, failure, trouble = time.monotonic(), None, ""
    try:
        failure = failure_in(tree, mutation, named)
    except (NoTestsError, NoReportError) as error:
        trouble = str(error)
    return Outcome(mutation, failure, time.monotonic() - started, trouble)


def failure_in(tree: SourceTree, mutation: Mutation, named: str = "") -> Failure | None:
    """Return how the named killer fails with a mutation, and if it does not, the suite; each must pass without it."""
    if named:
        # A test that is no longer there kills nothing: the suite has to.
        with suppress(NoTestsError):
            if failure := _failure_of((named,), tree, mutation):
                return failure
    return _failure_of(paths_of(mutation), tree, mutation)


def _failure_of(tests: Tests, tree: SourceTree, mutation: Mutation) -> Failure | None:
    tree.require_passing(tests)
    return tree.failure(tests, mutation)


def _against_deployment(suites: DeployedSuites, mutation: Mutation) -> Outcome:
    started = time.monotonic()
    failure = suites.failure(mutation.suite, mutated_files(mutation, ROOT))
    return Outcome(mutation, failure, time.monotonic() - started)
