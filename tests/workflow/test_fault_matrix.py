"""A sample of the fault matrix, each kind of fault in it. `make fault-matrix` walks the whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from darkroom.local.aws import EmbeddedAws
from darkroom.local.deploy import deploy
from tests.definitions import ROOMS
from verification.faults.cases import Case
from verification.faults.kinds import KINDS
from verification.faults.report import all_cases, walk_all
from verification.harness.bench import Stage, staged
from verification.mutations.guard import Matrix
from verification.mutations.guards import GUARDS

STRIDE = 31


@pytest.fixture(scope="module")
def stage(embedded_aws: EmbeddedAws, host_zips: dict[str, Path]) -> Iterator[Stage]:
    with staged(embedded_aws, deploy(embedded_aws, host_zips, project="matrix")) as ready:
        yield ready


@pytest.fixture(scope="module")
def cases(stage: Stage) -> list[Case]:
    return all_cases(stage)


def test_every_call_that_the_functions_make_is_in_the_matrix(cases: list[Case]) -> None:
    calls = {(case.point.room, case.point.operation, case.point.callee) for case in cases}
    assert calls == {
        ("validate", "HeadObject", ""),
        ("validate", "PutItem", ""),
        ("validate", "UpdateItem", ""),
        ("validate", "GetObject", ""),
        ("enhance", "GetObject", ""),
        ("enhance", "PutObject", ""),
        ("enhance", "HeadObject", ""),
        ("record", "PutItem", ""),
        ("record", "GetObjectTagging", ""),
        ("record", "PutObjectTagging", ""),
        ("record", "UpdateItem", ""),
        ("record", "DescribeExecution", ""),
        ("record", "GetExecutionHistory", ""),
        ("notify", "Publish", ""),
        *(("states", "Invoke", room) for room in ROOMS),
        ("operator", "ReceiveMessage", ""),
        ("operator", "StartExecution", ""),
        ("operator", "DeleteMessage", ""),
    }


def test_every_case_that_a_guard_names_is_in_the_matrix(cases: list[Case]) -> None:
    named = {name for guard in GUARDS if isinstance(guard.table, Matrix) for name in guard.table.cases}
    assert named <= {str(case) for case in cases}


def test_no_fault_breaks_a_promise(stage: Stage, cases: list[Case]) -> None:
    # The stride is prime to the numbers of kinds and of times: the sample goes through all of them.
    verdicts = walk_all(stage, cases[::STRIDE], Console(quiet=True))
    assert {verdict.case.kind for verdict in verdicts} == set(KINDS)
    assert [(str(verdict.case), verdict.broken) for verdict in verdicts if verdict.broken] == []
