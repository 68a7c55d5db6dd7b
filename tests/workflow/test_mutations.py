"""Two guards are taken away for real, one from a state machine and one from the ledger; `make mutations` takes all."""

from pathlib import Path

import pytest

from tests.definitions import ROOT
from verification.corpus.corpus_run import CorpusRun
from verification.harness.harness import Harness
from verification.mutations.catalogue import GUARDS
from verification.mutations.live_code import Site
from verification.mutations.mutation import Guard, Histories, Matrix, changed_files
from verification.mutations.mutation_report import Finding, cases_for, guard_table
from verification.mutations.suites import Tables, Tree


def named(name: str) -> Guard:
    [guard] = [guard for guard in GUARDS if guard.name == name]
    return guard


@pytest.fixture(scope="module")
def tables(harness_by_hand: Harness, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    site = Site(harness_by_hand.aws, (harness_by_hand.deployment,), tmp_path_factory.mktemp("code"))
    cases = cases_for(harness_by_hand, [named("pipeline: NotifyResult, Catch 2")])
    return Tables(site, harness_by_hand, cases, CorpusRun(harness_by_hand))


def test_without_a_catch_the_matrix_turns_red_and_with_it_again_green(tables: Tables) -> None:
    guard = named("pipeline: NotifyResult, Catch 2")
    assert isinstance(guard.table, Matrix)
    assert "not as ImageFailedError" in tables.red(guard.table, changed_files(guard, ROOT))
    assert tables.red(guard.table, {}) == ""


def test_without_a_rule_of_the_ledger_the_histories_turn_red(tmp_path: Path) -> None:
    guard = named("what another execution holds is held")
    assert isinstance(guard.table, Histories)
    tree = Tree(tmp_path / "tree")
    assert "assert" in tree.red(guard.table.count, changed_files(guard, ROOT))
    claims = "functions/shared/records/ownership.py"
    assert (tree.folder / claims).read_text() == (ROOT / claims).read_text()


def test_a_guard_that_stays_green_is_seen() -> None:
    guard = named("a folder is no upload")
    cells = [next(iter(column.cells)) for column in guard_table([Finding(guard, "", 1.0)]).columns]
    assert cells == ["a folder is no upload", "contracts.py", "matrix", "[bold red]green[/]"]
