"""Two mutations are applied for real, one of a state machine and one of the ledger; `make mutations` applies all."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.definitions import ROOT
from verification.corpus.corpus_run import CorpusRun
from verification.harness.harness import Harness
from verification.mutations.catalogue import MUTATIONS
from verification.mutations.live_code import LiveCode
from verification.mutations.mutation import FaultInjection, Histories, Mutation, UnitTests, mutated_files
from verification.mutations.mutation_run import Outcome, SurvivedError, cases_for, print_outcomes
from verification.mutations.suites import BrokenSuiteError, DeployedSuites, SourceTree

OF_STATE_MACHINE, OF_OWNERSHIP = "pipeline: NotifyResult, Catch 2", "what another execution holds is taken"


def named(name: str) -> Mutation:
    [mutation] = [mutation for mutation in MUTATIONS if mutation.name == name]
    return mutation


@pytest.fixture(scope="module")
def suites(harness_by_hand: Harness, tmp_path_factory: pytest.TempPathFactory) -> DeployedSuites:
    live_code = LiveCode(harness_by_hand.aws, (harness_by_hand.deployment,), tmp_path_factory.mktemp("code"))
    cases = cases_for(harness_by_hand, [named(OF_STATE_MACHINE)])
    return DeployedSuites(live_code, harness_by_hand, cases, CorpusRun(harness_by_hand))


def test_fault_injection_kills_a_mutation_and_passes_without_it(suites: DeployedSuites) -> None:
    mutation = named(OF_STATE_MACHINE)
    assert isinstance(mutation.suite, FaultInjection)
    assert "not as ImageFailedError" in suites.failure(mutation.suite, mutated_files(mutation, ROOT))
    assert suites.failure(mutation.suite, {}) == ""


def test_histories_kill_a_mutation_and_the_source_is_restored(tmp_path: Path) -> None:
    mutation = named(OF_OWNERSHIP)
    assert isinstance(mutation.suite, Histories)
    tree = SourceTree(tmp_path / "tree")
    assert "assert" in tree.failure(mutation.suite, mutated_files(mutation, ROOT))
    ownership = "functions/shared/records/ownership.py"
    assert (tree.folder / ownership).read_text() == (ROOT / ownership).read_text()


def test_a_suite_that_fails_by_itself_is_an_error(tmp_path: Path) -> None:
    tree = SourceTree(tmp_path / "tree")
    (tree.folder / "tests" / "unit" / "test_broken.py").write_text("def test_it() -> None:\n    assert False\n")
    with pytest.raises(BrokenSuiteError, match="test_it"):
        tree.require_passing(UnitTests(("test_broken",)))


def test_a_suite_that_is_not_there_kills_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SourceTree(tmp_path / "tree").failure(UnitTests(("test_nothing",)), {})


def test_a_survivor_is_named() -> None:
    console = Console(file=io.StringIO(), width=200)
    killed, survivor = Outcome(named(OF_OWNERSHIP), "assert 1 == 2", 3.0), Outcome(named(OF_STATE_MACHINE), "", 1.0)
    with pytest.raises(SurvivedError, match=OF_STATE_MACHINE):
        print_outcomes(console, [killed, survivor])
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        f"    3 s  {OF_OWNERSHIP} (Histories): killed: assert 1 == 2",
        f"    1 s  {OF_STATE_MACHINE} (FaultInjection): survived",
        "2 mutations, 1 killed, in 0 minutes.",
    ]
