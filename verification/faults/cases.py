"""The cases: every call of every function in every scenario, with every fault, once and always."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verification.faults.kinds import (
    AFTER_EFFECT,
    NO_OUTAGE,
    OF_COMMANDS,
    OF_FUNCTIONS,
    OF_INVOCATIONS,
    OF_QUERIES,
    TIMES,
    Make,
)
from verification.faults.play import Play
from verification.faults.scenarios import OPERATOR, STATES, Scenario
from verification.invariants import Leeway

if TYPE_CHECKING:
    from darkroom.local.http.faults import Call, Fault
    from verification.harness.bench import Stage

KINDS_OF = {STATES: OF_INVOCATIONS, OPERATOR: OF_COMMANDS}


@dataclass(frozen=True, order=True)
class Point:
    """The nth call of an operation by a room's function, by Step Functions of a function, or by an operator's command.

    The first is number 0.
    """

    room: str
    service: str
    operation: str
    number: int
    callee: str = ""

    @property
    def kinds(self) -> dict[str, Make]:
        """The faults that this call can meet."""
        return OF_QUERIES if self.operation == "ReceiveMessage" else KINDS_OF.get(self.room, OF_FUNCTIONS)


@dataclass(frozen=True)
class Case:
    """One fault at one call of one scenario."""

    scenario: Scenario
    point: Point
    kind: str
    times: str

    @property
    def leeway(self) -> Leeway:
        """What this fault excuses."""
        lasting, invoked = self.times == "always", self.point.room == STATES
        # A fault of invocations that lasts meets every function.
        met = {self.point.room, self.point.callee, *(("record", "notify") if lasting and invoked else ())}
        return Leeway(
            repeated_messages=self.kind in AFTER_EFFECT and "notify" in met,
            failure=lasting or self.kind in NO_OUTAGE,
            other_error=self._meets_the_closing_state,
            refused_backstop=self.kind in NO_OUTAGE,
        )

    @property
    def _meets_the_closing_state(self) -> bool:
        """Whether FailUnlessRedriven itself meets the fault, and so may end the execution with another error."""
        if self.point.room == STATES:
            return self.times == "always" or self.point.number == self.scenario.closing_call
        return self.point.room == "record" and self.scenario.reopens

    def __str__(self) -> str:
        point = self.point
        call = f"{point.room} {point.service}:{point.operation} #{point.number + 1} {point.callee}".rstrip()
        return f"{self.scenario.name}: {call} {self.kind} {self.times}"


def new_mark() -> str:
    """Return text that no other case's calls bear, fit for keys and names of executions."""
    return uuid.uuid4().hex[:20]


def fault_of(case: Case, play: Play) -> Fault:
    """Return the case's fault, not yet in force."""
    point = case.point
    where = play.where(point.service, point.operation, point.room)
    make = point.kinds[case.kind]
    return make(play.stage.aws.sandboxes, replace(where, spared=point.number), TIMES[case.times])


def points(stage: Stage, scenario: Scenario) -> list[Point]:
    """Play a scenario without a fault, and nothing else meanwhile; return the calls that its functions make."""
    play = Play(stage, new_mark())
    scenario.prepare(play)
    before = len(stage.aws.calls)
    scenario.act(play)
    play.settle()
    return sorted(_points(stage.aws.calls[before:], stage.deployment.project, scenario.rooms))


def _points(calls: Iterable[Call], project: str, rooms: tuple[str, ...]) -> Iterator[Point]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for call in calls:
        room = call.caller.removeprefix(f"{project}-")
        callee = re.search(rf":{project}-(\w+)/invocations$", call.path)
        if room in rooms and (room != STATES or callee):
            what = (room, call.service, call.operation)
            yield Point(*what, number=seen[what], callee=callee[1] if callee else "")
            seen[what] += 1


def cases(stage: Stage, scenario: Scenario) -> list[Case]:
    """Return every case of a scenario."""
    return [
        Case(scenario, point, kind, times)
        for point in points(stage, scenario)
        for kind in point.kinds
        for times in TIMES
    ]
