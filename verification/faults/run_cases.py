"""Runs cases, some at a time, each until it has come to rest; then redrives every photo that failed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.faults.cases import Case, fault_of, new_mark
from verification.faults.fault_run import FaultRun
from verification.faults.observation import observed
from verification.harness.event_recorder import NeverHappenedError
from verification.harness.record_changes import RecordChanges
from verification.invariants import violations
from verification.observed import Tolerances

if TYPE_CHECKING:
    from verification.harness.harness import Harness

# Many wait for a timeout most of the time.
AT_A_TIME = 8
_alone = threading.Lock()


@dataclass(frozen=True)
class CaseResult:
    """What became of a case: a sentence for each invariant that did not hold."""

    case: Case
    violations: tuple[str, ...]


def run_cases(harness: Harness, chosen: Iterable[Case], changes: RecordChanges | None = None) -> Iterator[CaseResult]:
    """Yield the result of each case, as they come to rest; the record's changes are checked where they are recorded."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        running = [pool.submit(run_case, harness, case, changes) for case in sorted(chosen, key=_slowest_first)]
        for done in as_completed(running):
            yield done.result()


def _slowest_first(case: Case) -> int:
    """Sort what waits for timeouts to the front, so that the last case is not one of them."""
    return 0 if case.fault_type == "hangs" else 1 if case.times == "always" else 2


def run_case(harness: Harness, case: Case, changes: RecordChanges | None = None) -> CaseResult:
    """Prepare, act under the fault, lift it, come to rest; then redrive what failed."""
    with _alone if case.scenario.is_alone else nullcontext():
        return _run_case(harness, case, changes)


def _run_case(harness: Harness, case: Case, changes: RecordChanges | None) -> CaseResult:
    run = FaultRun(harness, new_mark(), changes=changes)
    case.scenario.prepare(run)
    run.earlier_record = harness.record(run.key)
    fault = run.fault = fault_of(case, run)
    found: list[str] = []
    try:
        with harness.aws.faults.add(fault):
            case.scenario.act(run)
            status = str(run.finish()["status"])
        found += _at_rest(run, case.tolerances, is_due=not case.scenario.is_duplicate)
        if status != "SUCCEEDED" and run.uploads[-1].width and not case.scenario.is_duplicate:
            found += _redriven(run)
    except NeverHappenedError as never:
        found.append(str(never))
    harness.aws.faults.forget_lifted()
    if not fault.count:
        found.append("its fault met no call")
    return CaseResult(case, tuple(found))


def _at_rest(run: FaultRun, tolerances: Tolerances, *, is_due: bool = True) -> list[str]:
    earlier = run.earlier_messages
    run.settle()
    return list(violations(observed(run, earlier, tolerances, is_due=is_due)))


def _redriven(run: FaultRun) -> list[str]:
    """Redrive a photo that failed: with the fault gone, it must come through."""
    run.redrive_count += 1
    run.backstop_redrives = 0
    run.harness.redrive(run.arn)
    return [f"redriven: {sentence}" for sentence in _at_rest(run, Tolerances())]
