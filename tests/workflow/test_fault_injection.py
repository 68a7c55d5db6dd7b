"""A sample of fault injection, each fault type in it. `make fault-injection` runs all cases."""

import pytest
from rich.console import Console

from tests.definitions import FUNCTIONS
from verification.faults.cases import Case
from verification.faults.fault_report import all_cases, run_all_cases
from verification.faults.fault_types import FAULT_TYPES
from verification.harness.harness import Harness
from verification.harness.record_changes import RecordChanges
from verification.mutations.catalogue import MUTATIONS
from verification.mutations.mutation import FaultInjection

STRIDE = 31


@pytest.fixture(scope="module")
def cases(harness_by_hand: Harness) -> list[Case]:
    return all_cases(harness_by_hand)


def test_every_call_that_the_functions_make_is_in_a_case(cases: list[Case]) -> None:
    calls = {(case.point.function, case.point.operation, case.point.callee) for case in cases}
    assert calls == {
        ("validate", "HeadObject", ""),
        ("validate", "GetObjectTagging", ""),
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
        ("states", "GetObject", ""),
        ("states", "StartExecution", ""),
        ("states", "PutObject", ""),
        ("backfiller", "ListObjectVersions", ""),
        ("backfiller", "BatchGetItem", ""),
        ("backfiller", "GetObjectTagging", ""),
        ("backfiller", "ListExecutions", ""),
        ("backfiller", "PutObject", ""),
        ("backfiller", "StartExecution", ""),
        ("operator", "ReceiveMessage", ""),
        ("operator", "StartExecution", ""),
        ("operator", "DeleteMessage", ""),
        ("operator", "GetItem", ""),
        ("operator", "DescribeExecution", ""),
        ("operator", "UpdateItem", ""),
        ("operator", "RedriveExecution", ""),
    }


def test_every_case_that_a_mutation_names_exists(cases: list[Case]) -> None:
    suites = [mutation.suite for mutation in MUTATIONS]
    named = {name for suite in suites if isinstance(suite, FaultInjection) for name in suite.cases}
    assert named <= {str(case) for case in cases}


def test_no_fault_violates_an_invariant(
    harness_by_hand: Harness, record_changes: RecordChanges, cases: list[Case]
) -> None:
    # The stride is prime to the numbers of fault types and of times: the sample goes through all of them.
    results = run_all_cases(harness_by_hand, record_changes, cases[::STRIDE], Console(quiet=True))
    assert {result.case.fault_type for result in results} == set(FAULT_TYPES)
    assert [(str(result.case), result.violations) for result in results if result.violations] == []
