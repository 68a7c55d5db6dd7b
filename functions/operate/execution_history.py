"""What an execution's history says: which steps ran, how often each was tried, how long it took, how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from functions.shared.contracts import Failure
from functions.shared.failures import error_message

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

# Where each kind of failure keeps its error's name.
FAILURE_DETAILS = {
    "LambdaFunctionFailed": "lambdaFunctionFailedEventDetails",
    "LambdaFunctionTimedOut": "lambdaFunctionTimedOutEventDetails",
    "LambdaFunctionScheduleFailed": "lambdaFunctionScheduleFailedEventDetails",
    "LambdaFunctionStartFailed": "lambdaFunctionStartFailedEventDetails",
    "TaskFailed": "taskFailedEventDetails",
    "TaskTimedOut": "taskTimedOutEventDetails",
}
TERMINAL_EVENTS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"}


Outcome = Literal["done", "failed", "at work"]


@dataclass
class Step:
    """One visit of a state. `redriven` marks the first one after a Redrive."""

    state: str
    entered: datetime
    redriven: bool = False
    attempts: int = 0
    left: datetime | None = None
    succeeded: bool = False
    errors: list[str] = field(default_factory=list)
    message: str = ""
    """What the last of the errors said, without its stack trace."""
    input: str = ""
    output: str = ""
    """Input and output of the state, as JSON; empty where Step Functions keeps none."""

    @property
    def seconds(self) -> float | None:
        """How long the visit took, waits between attempts included; None while it lasts."""
        return (self.left - self.entered).total_seconds() if self.left else None

    @property
    def outcome(self) -> Outcome:
        """How the visit ended, if it did; a state that calls nothing, such as a Choice, has no attempts."""
        if self.left is None:
            return "at work"
        return "done" if self.succeeded or not self.attempts else "failed"

    @property
    def result(self) -> str:
        """How the visit ended, in words."""
        if self.outcome == "failed":
            return self.errors[-1] if self.errors else "stopped"
        return f"{self.outcome}, after {self.errors[-1]}" if self.errors else self.outcome


def steps(events: Iterable[HistoryEventTypeDef]) -> list[Step]:
    """Return the visits of states in the order of a history, oldest event first."""
    found: list[Step] = []
    redriven = False
    for event in events:
        kind, moment = event["type"], event["timestamp"]
        if kind == "ExecutionRedriven":
            redriven = True
        elif kind.endswith("StateEntered"):
            entered = event["stateEnteredEventDetails"]
            found.append(Step(entered["name"], moment, redriven, input=entered.get("input", "")))
            redriven = False
        elif found:
            if redriven:
                # AWS goes on inside the state that failed, without entering it anew.
                found.append(Step(found[-1].state, moment, redriven=True))
                redriven = False
            _take_in(found[-1], event)
    return found


def _take_in(step: Step, event: HistoryEventTypeDef) -> None:
    kind = event["type"]
    if kind in {"LambdaFunctionScheduled", "TaskScheduled"}:
        step.attempts += 1
    elif kind in {"LambdaFunctionSucceeded", "TaskSucceeded"}:
        step.succeeded = True
    elif kind in FAILURE_DETAILS:
        details: dict[str, str] = dict(event).get(FAILURE_DETAILS[kind], {})  # type: ignore[assignment]
        failure = Failure(error=details.get("error", kind), cause=details.get("cause", ""))
        step.errors.append(failure.error)
        step.message = error_message(failure)
    elif kind.endswith("StateExited") or (kind in TERMINAL_EVENTS and step.left is None):
        step.left = event["timestamp"]
        step.output = event.get("stateExitedEventDetails", {}).get("output", "")
