"""The cases: every call of every function in every scenario, with every fault, once and always."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from darkroom.local.effects import deadly, refused, silent, unheard
from darkroom.local.faults import Call, Fault, Where
from darkroom.local.refusals import Refusal
from darkroom.matrix.scenarios import STATES, Play, Scenario

if TYPE_CHECKING:
    from darkroom.local.sandboxes import Sandboxes
    from darkroom.matrix.stage import Stage

Make = Callable[["Sandboxes", Where, int | None], Fault]

DENIED = Refusal("AccessDeniedException", 403)
# botocore itself tries again on this one.
THROTTLED = Refusal("ThrottlingException", 400)
KINDS: dict[str, Make] = {
    "fails before": lambda _, where, times: refused(where, times),
    "fails after": lambda _, where, times: unheard(where, times),
    "denied": lambda _, where, times: refused(where, times, DENIED),
    "throttled": lambda _, where, times: refused(where, times, THROTTLED),
    "hangs": lambda _, where, times: silent(where, times),
    "killed before": lambda boxes, where, times: deadly(boxes, where, times, after_effect=False),
    "killed after": lambda boxes, where, times: deadly(boxes, where, times, after_effect=True),
}
# What Lambda itself answers Step Functions, in place of the function.
LAMBDA_FAILED, LAMBDA_FULL = Refusal("ServiceException", 500), Refusal("TooManyRequestsException", 429)
KINDS_OF_INVOCATIONS: dict[str, Make] = {
    "fails before": lambda _, where, times: refused(where, times, LAMBDA_FAILED),
    "fails after": lambda _, where, times: unheard(where, times, LAMBDA_FAILED),
    "denied": lambda _, where, times: refused(where, times, DENIED),
    "throttled": lambda _, where, times: refused(where, times, LAMBDA_FULL),
}
AFTER_EFFECT = frozenset({"fails after", "killed after"})
TIMES = {"once": 1, "always": None}


@dataclass(frozen=True, order=True)
class Point:
    """The nth call of an operation by a room's function, or by Step Functions of a function; the first is number 0."""

    room: str
    service: str
    operation: str
    number: int
    callee: str = ""

    @property
    def kinds(self) -> dict[str, Make]:
        """The faults that this call can meet."""
        return KINDS_OF_INVOCATIONS if self.room == STATES else KINDS


@dataclass(frozen=True)
class Case:
    """One fault at one call of one scenario."""

    scenario: Scenario
    point: Point
    kind: str
    times: str

    @property
    def may_repeat_messages(self) -> bool:
        """Whether the fault strikes between the publication of a message and the word of it."""
        # A fault of invocations that lasts meets the notifier's too.
        publishes = self.point.operation == "Publish" or self.point.callee == "notify"
        lasting = self.point.room == STATES and self.times == "always"
        return self.kind in AFTER_EFFECT and (publishes or lasting)

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
        if room in rooms and (call.caller != room or (room == STATES and callee)):
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
