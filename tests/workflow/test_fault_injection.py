"""A sample of the fault matrix, each kind of fault in it. `make fault-injection` walks the whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from darkroom.local.deploy import deploy
from darkroom.local.embedded_aws import EmbeddedAws
from tests.definitions import FUNCTIONS
from verification.faults.cases import Case
from verification.faults.fault_report import all_cases, run_all_cases
from verification.faults.fault_types import KINDS
from verification.harness.environment import Environment, prepared_environment
from verification.mutations.catalogue import MUTATIONS
from verification.mutations.mutation import FaultInjection

STRIDE = 31


@pytest.fixture(scope="module")
def environment(embedded_aws: EmbeddedAws, host_zips: dict[str, Path]) -> Iterator[Environment]:
    with prepared_environment(embedded_aws, deploy(embedded_aws, host_zips, project="matrix")) as ready:
        yield ready


@pytest.fixture(scope="module")
def cases(environment: Environment) -> list[Case]:
    return all_cases(environment)


def test_every_call_that_the_functions_make_is_in_the_matrix(cases: list[Case]) -> None:
    calls = {(case.point.function, case.point.operation, case.point.callee) for case in cases}
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
        *(("states", "Invoke", function) for function in FUNCTIONS),
        ("operator", "ReceiveMessage", ""),
        ("operator", "StartExecution", ""),
        ("operator", "DeleteMessage", ""),
    }


def test_every_case_that_a_guard_names_is_in_the_matrix(cases: list[Case]) -> None:
    suites = [mutation.suite for mutation in MUTATIONS]
    named = {name for suite in suites if isinstance(suite, FaultInjection) for name in suite.cases}
    assert named <= {str(case) for case in cases}


def test_no_fault_breaks_a_promise(environment: Environment, cases: list[Case]) -> None:
    # The stride is prime to the numbers of kinds and of times: the sample goes through all of them.
    verdicts = run_all_cases(environment, cases[::STRIDE], Console(quiet=True))
    assert {verdict.case.kind for verdict in verdicts} == set(KINDS)
    assert [(str(verdict.case), verdict.broken) for verdict in verdicts if verdict.broken] == []
