"""The definitions of pipeline and backstop, interpreted in this process over the functions' own code."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import TypeAdapter

import functions.enhance.handler
import functions.notify.handler
import functions.record.handler
import functions.validate.handler
from darkroom.packaging.repository import BACKSTOP, STATE_MACHINE
from functions.notify.compose import Request as Announcement
from functions.record.record_outcome import Request as Entry
from functions.shared.contracts import Notified
from functions.shared.errors import DarkroomError
from verification.histories.virtual_clock import CLOCK

PIPELINE, BACKSTOP_DEFINITION = (json.loads(path.read_text()) for path in (STATE_MACHINE, BACKSTOP))
MAX_TRIES = 20
ARN_PREFIX = "arn:aws:states:us-east-1:1:execution:pipeline:"
_numbers = itertools.count()
Document = dict[str, Any]


def validate(event: Document) -> Document:
    function = functions.validate.handler
    return function.validate(function.Request.model_validate(event)).model_dump(mode="json")


def enhance(event: Document) -> Document:
    function = functions.enhance.handler
    return function.enhance(function.Request.model_validate(event).image).model_dump(mode="json")


def record(event: Document) -> Document:
    function = functions.record.handler
    request: Entry = TypeAdapter(Entry).validate_python(event)
    result = function.answer(request)
    function.tag(request, result)
    return result.model_dump(mode="json")


def notify(event: Document) -> Document:
    request: Announcement = TypeAdapter(Announcement).validate_python(event)
    function = functions.notify.handler
    message_id = function.publish(function.compose(request))
    return Notified(message_id=message_id, redrive_count=request.execution.redrive_count).model_dump(mode="json")


FUNCTIONS: dict[str, Callable[[Document], Document]] = {
    f"${{{function.__name__}_function_arn}}": function for function in (validate, enhance, record, notify)
}


class Facts(NamedTuple):
    """What DescribeExecution answers at some time."""

    status: str
    redrive_count: int
    error: str | None = None
    cause: str | None = None


class End(NamedTuple):
    """One end of an execution, which a status change announces, and the state that it was in."""

    arn: str
    redrive_count: int
    status: str
    state: str

    @property
    def event(self) -> Any:
        """The event that Step Functions publishes."""
        detail = {"executionArn": self.arn, "redriveCount": self.redrive_count, "status": self.status}
        return {
            "source": "aws.states",
            "detail-type": "Step Functions Execution Status Change",
            "detail": {**detail, "stateMachineArn": "pipeline"},
        }

    @property
    def while_notifying(self) -> bool:
        """Whether it ended in the midst of a notifier's work, which may have published, or not."""
        return self.status != "SUCCEEDED" and self.state.startswith("Notify")


def _new_arn() -> str:
    return f"{ARN_PREFIX}run-{next(_numbers)}"


@dataclass
class Execution:
    """One execution: where it is, on which state data, and how it ended.

    A function that is at work while its execution is stopped goes on to its end, and its result is lost.
    """

    data: Document
    definition: Document = field(default_factory=lambda: PIPELINE)
    arn: str = field(default_factory=_new_arn)
    status: str = "RUNNING"
    redrive_count: int = 0
    events: list[Document] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=lambda: [Facts("RUNNING", 0)])
    ends: list[End] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state: str = self.definition["StartAt"]
        self.input = json.dumps(self.data)
        self.start_time = CLOCK.moment

    def run(self, attempt: int) -> None:
        """Go on from the present state to the end of an attempt; there is nothing to do once another has begun."""
        while self._goes_on(attempt):
            self._enter(attempt, self.definition["States"][self.state])

    def redrive(self) -> None:
        """Begin a new attempt from the state that was entered last; run() goes on with it."""
        self.redrive_count += 1
        self.status = "RUNNING"
        details = {"redriveCount": self.redrive_count}
        self.events.append({"type": "ExecutionRedriven", "executionRedrivenEventDetails": details})
        self.facts.append(Facts("RUNNING", self.redrive_count))

    def end(self, status: str, error: str | None = None, cause: str | None = None) -> None:
        """End the present attempt: by itself, stopped or out of time."""
        self.status = status
        self.events.append({"type": f"Execution{status.title().replace('_', '')}"})
        self.facts.append(Facts(status, self.redrive_count, error, cause))
        self.ends.append(End(self.arn, self.redrive_count, status, self.state))

    def _goes_on(self, attempt: int) -> bool:
        return self.status == "RUNNING" and self.redrive_count == attempt

    def _enter(self, attempt: int, state: Document) -> None:
        self.events.append({"stateEnteredEventDetails": {"name": self.state, "input": json.dumps(self.data)}})
        self.events[-1]["type"] = f"{state['Type']}StateEntered"
        if state["Type"] == "Succeed":
            self.end("SUCCEEDED")
        elif state["Type"] == "Wait":
            self.state = state["Next"]
        elif state["Type"] == "Choice":
            self.state = self._chosen(state)
        else:
            self._perform(attempt, state)

    def _chosen(self, state: Document) -> str:
        for choice in state["Choices"]:
            wanted = choice.get("StringEquals", choice.get("BooleanEquals"))
            if self._at(choice["Variable"]) == wanted:
                return str(choice["Next"])
        return str(state["Default"])

    def _perform(self, attempt: int, task: Document) -> None:
        try:
            result = self._result(task)
        except DarkroomError as error:
            if self._goes_on(attempt):
                self._catch(task, type(error).__name__, str(error))
            return
        if not self._goes_on(attempt):
            return
        self.events.append({"type": "LambdaFunctionSucceeded"})
        self.data[task["ResultPath"][2:]] = result
        if task.get("End"):
            self.end("SUCCEEDED")
        else:
            self.state = task["Next"]

    def _result(self, task: Document) -> Document:
        function, payload = FUNCTIONS[task["Resource"]], self._input(task["Parameters"])
        for _ in range(MAX_TRIES):
            try:
                return function(payload)
            except DarkroomError as error:
                if not any(type(error).__name__ in retrier["ErrorEquals"] for retrier in task.get("Retry", [])):
                    raise
        raise AssertionError(f"{self.state} was tried {MAX_TRIES} times")

    def _catch(self, task: Document, error: str, cause: str) -> None:
        for catcher in task.get("Catch", []):
            if {error, "States.ALL"} & set(catcher["ErrorEquals"]):
                self.data[catcher["ResultPath"][2:]] = {"Error": error, "Cause": cause}
                self.state = catcher["Next"]
                return
        self.end("FAILED", error, cause)

    def _input(self, parameters: Document) -> Document:
        return {
            name.removesuffix(".$"): self._at(path) if name.endswith(".$") else path
            for name, path in parameters.items()
        }

    def _at(self, path: str) -> Any:
        if path == "$$.Execution":
            return {"Id": self.arn, "StartTime": self.start_time.isoformat(), "RedriveCount": self.redrive_count}
        value: Any = self.data
        for name in path.split(".")[1:]:
            value = value[name]
        return value
