"""The cases: every call of every function in every scenario, with every fault, once and always."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from darkroom.packaging.repository import FUNCTIONS
from verification.faults.backfilling import BACKFILLER
from verification.faults.fault_run import FaultRun
from verification.faults.fault_types import (
    AFTER_EFFECT,
    NO_OUTAGE,
    OF_COMMANDS,
    OF_FUNCTIONS,
    OF_INVOCATIONS,
    OF_QUERIES,
    TIMES,
    Make,
)
from verification.faults.scenarios import OPERATOR, SCENARIOS, STATES, Scenario
from verification.observed import ANY_NUMBER, Tolerances

if TYPE_CHECKING:
    from darkroom.local.http.faults import Call, Fault
    from verification.harness.harness import Harness

NAME = re.compile(
    r"(?P<scenario>.+): (?P<function>\w+) (?P<service>\w+):(?P<operation>\w+) #(?P<number>\d+)"
    rf"(?: (?P<callee>{'|'.join(FUNCTIONS)}))? (?P<fault_type>.+) (?P<times>{'|'.join(TIMES)})"
)
FAULT_TYPES_OF = {STATES: OF_INVOCATIONS, OPERATOR: OF_COMMANDS, BACKFILLER: OF_COMMANDS}


@dataclass(frozen=True, order=True)
class Point:
    """The nth call of an operation by a function, by Step Functions of a function, or by an operator's command.

    The first is number 0.
    """

    function: str
    service: str
    operation: str
    number: int
    callee: str = ""

    @property
    def fault_types(self) -> dict[str, Make]:
        """The faults that this call can meet."""
        if self.operation == "ReceiveMessage":
            return OF_QUERIES
        # Of its calls, only an invocation has a callee.
        is_start = self.function == STATES and not self.callee
        return OF_COMMANDS if is_start else FAULT_TYPES_OF.get(self.function, OF_FUNCTIONS)


@dataclass(frozen=True)
class Case:
    """One fault at one call of one scenario."""

    scenario: Scenario
    point: Point
    fault_type: str
    times: str

    @property
    def tolerances(self) -> Tolerances:
        """What this fault excuses."""
        lasting, invoked = self.times == "always", self.point.function == STATES
        # A fault of invocations that lasts meets every function.
        met = {self.point.function, self.point.callee, *(("record", "notify") if lasting and invoked else ())}
        return Tolerances(
            repeated_messages=ANY_NUMBER if self.fault_type in AFTER_EFFECT and "notify" in met else 0,
            failure=lasting or self.fault_type in NO_OUTAGE,
            other_error=self._meets_the_closing_state,
            refused_backstop=self.fault_type in NO_OUTAGE,
        )

    @property
    def _meets_the_closing_state(self) -> bool:
        """Whether FailUnlessRedriven itself meets the fault, and so may end the execution with another error."""
        if self.point.function == STATES:
            return self.times == "always" or self.point.number == self.scenario.closing_call
        return self.point.function == "record" and self.scenario.reopens

    def __str__(self) -> str:
        point = self.point
        call = f"{point.function} {point.service}:{point.operation} #{point.number + 1} {point.callee}".rstrip()
        return f"{self.scenario.name}: {call} {self.fault_type} {self.times}"


def case_named(name: str) -> Case:
    """Return the case that bears a name, without looking whether such a call is made; raises ValueError."""
    found = NAME.fullmatch(name)
    scenarios = {scenario.name: scenario for scenario in SCENARIOS}
    if found is None or found["scenario"] not in scenarios:
        raise ValueError(f"No case is named {name!r}.")
    number = int(found["number"]) - 1
    point = Point(found["function"], found["service"], found["operation"], number, found["callee"] or "")
    return Case(scenarios[found["scenario"]], point, found["fault_type"], found["times"])


def new_mark() -> str:
    """Return text that no other case's calls bear, fit for keys and names of executions."""
    return uuid.uuid4().hex[:20]


def fault_of(case: Case, run: FaultRun) -> Fault:
    """Return the case's fault, not yet in force."""
    point = case.point
    where = run.where(point.service, point.operation, point.function)
    make = point.fault_types[case.fault_type]
    return make(run.harness.aws.sandboxes, replace(where, spared=point.number), TIMES[case.times])


def points(harness: Harness, scenario: Scenario) -> list[Point]:
    """Run a scenario without a fault, and nothing else meanwhile; return the calls that its functions make."""
    run = FaultRun(harness, new_mark())
    scenario.prepare(run)
    before = len(harness.aws.calls)
    scenario.act(run)
    run.settle()
    return sorted(_points(harness.aws.calls[before:], harness.deployment.project, scenario))


def _points(calls: Iterable[Call], project: str, scenario: Scenario) -> Iterator[Point]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for call in calls:
        function = call.caller.removeprefix(f"{project}-")
        callee = re.search(rf":{project}-(\w+)/invocations$", call.path)
        if function in scenario.functions and (function != STATES or callee or scenario.is_alone):
            what = (function, call.service, call.operation)
            yield Point(*what, number=seen[what], callee=callee[1] if callee else "")
            seen[what] += 1


def cases(harness: Harness, scenario: Scenario) -> list[Case]:
    """Return every case of a scenario."""
    return [
        Case(scenario, point, fault_type, times)
        for point in points(harness, scenario)
        for fault_type in point.fault_types
        for times in TIMES
    ]
