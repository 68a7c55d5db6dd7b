"""Two mutations are applied for real, one of a state machine and one of the ledger; `make mutations` applies all."""

import io

import pytest
from rich.console import Console

from tests.definitions import ROOT
from verification.corpus.corpus_run import CorpusRun
from verification.harness.harness import Harness
from verification.mutations.catalogue import MUTATIONS
from verification.mutations.deployed_suites import DeployedSuites
from verification.mutations.killers import named_killers
from verification.mutations.live_code import LiveCode
from verification.mutations.mutation import Histories, Member, Mutation, UnitTests, mutated_files
from verification.mutations.mutation_run import Outcome, SurvivedError, failure_in, outcome_in, print_outcomes
from verification.mutations.source_tree import BrokenSuiteError, SourceTree
from verification.mutations.warm_pytest import Failure, NoTestsError, first_failure

OF_STATE_MACHINE, OF_OWNERSHIP = "pipeline: NotifyResult, Catch 2", "what another execution holds is taken"
OWNERSHIP, BACKSTOP = "functions/shared/records/ownership.py", "statemachine/backstop.asl.json"
SMALL = UnitTests(("test_small",))
[SMALL_PATH] = SMALL.paths
FIRST_STATE = Mutation("first state", (Member(BACKSTOP, ("StartAt",), "IsTold"),), SMALL)
# What a small test begins with that sees this mutation.
READING = f"""import json, os, pathlib
def is_mutated() -> bool: return json.loads(pathlib.Path('{BACKSTOP}').read_text())['StartAt'] == 'IsTold'
"""


def named(name: str) -> Mutation:
    [mutation] = [mutation for mutation in MUTATIONS if mutation.name == name]
    return mutation


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> SourceTree:
    """Return a tree in which a small test starts quickly: none here needs what all tests may ask for."""
    tree = SourceTree(tmp_path_factory.mktemp("mutations") / "tree")
    for folder in ("tests", "tests/unit"):
        (tree.folder / folder / "conftest.py").unlink()
    return tree


def write_small_test(tree: SourceTree, source: str) -> None:
    (tree.folder / SMALL_PATH).write_text(source)


def test_fault_injection_kills_a_mutation_and_passes_without_it(
    harness_by_hand: Harness, tmp_path_factory: pytest.TempPathFactory
) -> None:
    live_code = LiveCode(harness_by_hand.aws, (harness_by_hand.deployment,), tmp_path_factory.mktemp("code"))
    suites = DeployedSuites(live_code, harness_by_hand, CorpusRun(harness_by_hand))
    mutation = named(OF_STATE_MACHINE)
    failure = suites.failure(mutation.suite, mutated_files(mutation, ROOT))
    assert failure
    assert "not as ImageFailedError" in failure.reason
    suites.require_passing([mutation.suite])


def test_the_named_killer_kills_a_mutation_and_the_source_is_restored(tree: SourceTree) -> None:
    mutation, killer = named(OF_OWNERSHIP), named_killers()[OF_OWNERSHIP]
    assert isinstance(mutation.suite, Histories)
    failure = failure_in(tree, mutation, killer)
    assert failure
    assert failure.killer == killer
    assert failure.reason
    assert (tree.folder / OWNERSHIP).read_text() == (ROOT / OWNERSHIP).read_text()


def test_the_suite_kills_what_the_named_killer_does_not(tree: SourceTree) -> None:
    write_small_test(tree, f"{READING}def test_other() -> None: pass\ndef test_it() -> None: assert not is_mutated()\n")
    for known in ("test_other", "test_gone"):
        failure = failure_in(tree, FIRST_STATE, f"{SMALL_PATH}::{known}")
        assert failure
        assert failure.killer == f"{SMALL_PATH}::test_it"


def test_a_suite_that_fails_by_itself_is_an_error(tree: SourceTree) -> None:
    write_small_test(tree, "def test_it() -> None: assert 1 == 2\n")
    with pytest.raises(BrokenSuiteError, match="test_it assert 1 == 2"):
        tree.require_passing((f"{SMALL_PATH}::test_it",))


def test_a_suite_that_is_not_there_kills_nothing(tree: SourceTree) -> None:
    with pytest.raises(NoTestsError):
        first_failure(tree.folder, ("tests/unit/test_nothing.py",))


def test_a_process_that_dies_kills_nothing(tree: SourceTree) -> None:
    write_small_test(tree, f"{READING}def test_dying() -> None:\n    if is_mutated(): os._exit(3)\n")
    outcome = outcome_in(tree, FIRST_STATE, f"{SMALL_PATH}::test_dying")
    assert outcome.failure is None
    assert outcome.line.endswith(f"The process of {SMALL_PATH}::test_dying ended with 3.")


def test_what_has_no_end_is_a_failure(tree: SourceTree) -> None:
    write_small_test(tree, "def test_it() -> None:\n    while True: pass\n")
    failure = first_failure(tree.folder, SMALL.paths, timeout_seconds=0.5)
    assert failure
    assert "no end" in failure.reason


def test_a_survivor_is_named() -> None:
    console = Console(file=io.StringIO(), width=200)
    failure = Failure("test_a.py::test_it", "assert 1 == 2")
    killed, survivor = Outcome(named(OF_OWNERSHIP), failure, 3.0), Outcome(named(OF_STATE_MACHINE), None, 1.0)
    with pytest.raises(SurvivedError, match=OF_STATE_MACHINE):
        print_outcomes(console, [killed, survivor], 2)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        f"  1/2   3.0 s  {OF_OWNERSHIP} (Histories): killed by test_a.py::test_it: assert 1 == 2",
        f"  2/2   1.0 s  {OF_STATE_MACHINE} (FaultInjection): survived",
        "2 mutations, 1 killed, in 0 minutes.",
    ]
