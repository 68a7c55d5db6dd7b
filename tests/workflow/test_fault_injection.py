"""A sample of fault injection: each scenario, call and fault type is in it. `make fault-injection` runs all cases."""

from collections.abc import Sequence
from itertools import product

import pytest
from rich.console import Console

from tests.definitions import FUNCTIONS
from verification.faults.cases import Case
from verification.faults.fault_report import all_cases, run_all_cases
from verification.faults.fault_types import FAULT_TYPES, TIMES
from verification.faults.scenarios import SCENARIOS
from verification.harness.harness import Harness
from verification.harness.record_changes import RecordChanges
from verification.mutations.catalogue import MUTATIONS
from verification.mutations.mutation import FaultInjection

# Prime to the numbers of fault types and of times: so far apart, cases that follow each other have little in common.
STRIDE = 31


def aspects(*cases: Case) -> set[tuple[str, ...]]:
    """Return which scenarios, calls and fault types cases try."""
    scenarios = {(case.scenario.name,) for case in cases}
    calls = {(case.point.function, case.point.operation, case.point.callee) for case in cases}
    return scenarios | calls | {(case.fault_type, case.times) for case in cases}


def sampled(cases: Sequence[Case]) -> list[Case]:
    """Return few cases that try all that the cases try, each time the one that tries most that is still missing."""
    mixed = [case for start in range(STRIDE) for case in cases[start::STRIDE]]
    sample: list[Case] = []
    missing = aspects(*cases)
    while missing:
        sample.append(max(mixed, key=lambda case: len(aspects(case) & missing)))
        missing -= aspects(sample[-1])
    return sample


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
    results = run_all_cases(harness_by_hand, record_changes, sampled(cases), Console(quiet=True))
    tried = [result.case for result in results]
    assert aspects(*tried) == aspects(*cases) >= set(product(FAULT_TYPES, TIMES))
    assert {case.scenario for case in tried} == set(SCENARIOS)
    assert [(str(result.case), result.violations) for result in results if result.violations] == []
