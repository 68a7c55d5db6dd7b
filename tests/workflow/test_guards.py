"""Two guards are taken away for real, one from a state machine and one from the ledger; `make guards` takes all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from darkroom.local.aws import EmbeddedAws
from darkroom.local.deploy import deploy
from tests.definitions import ROOT
from verification.corpus.runner import Trial
from verification.harness.bench import staged
from verification.mutations.guard import Guard, Histories, Matrix, changed_files
from verification.mutations.guards import GUARDS
from verification.mutations.report import Finding, cases_for, guard_table
from verification.mutations.site import Site
from verification.mutations.tables import Tables, Tree


def named(name: str) -> Guard:
    [guard] = [guard for guard in GUARDS if guard.name == name]
    return guard


@pytest.fixture(scope="module")
def tables(
    embedded_aws: EmbeddedAws, host_zips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tables]:
    with staged(embedded_aws, deploy(embedded_aws, host_zips, project="guards")) as stage:
        site = Site(embedded_aws, (stage.deployment,), tmp_path_factory.mktemp("code"))
        trial = Trial(embedded_aws, stage.deployment, stage.witness)
        yield Tables(site, stage, cases_for(stage, [named("pipeline: NotifyResult, Catch 2")]), trial)


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
    claims = "functions/shared/records/claims.py"
    assert (tree.folder / claims).read_text() == (ROOT / claims).read_text()


def test_a_guard_that_stays_green_is_seen() -> None:
    guard = named("a folder is no upload")
    cells = [next(iter(column.cells)) for column in guard_table([Finding(guard, "", 1.0)]).columns]
    assert cells == ["a folder is no upload", "contracts.py", "matrix", "[bold red]green[/]"]
