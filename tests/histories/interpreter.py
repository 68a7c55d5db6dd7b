"""The pipeline's own definition, interpreted in this process over the functions' own code."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

import functions.enhance.handler
import functions.notify.handler
import functions.record.handler
import functions.validate.handler
from functions.notify.core import Request as Announcement
from functions.record.core import Request as Entry
from functions.shared.contracts import Notified
from functions.shared.errors import DarkroomError
from tests.definitions import pipeline

DEFINITION = pipeline()
_numbers = itertools.count()
Document = dict[str, Any]


def validate(event: Document) -> Document:
    room = functions.validate.handler
    return room.validate(room.Request.model_validate(event)).model_dump(mode="json")


def enhance(event: Document) -> Document:
    room = functions.enhance.handler
    return room.enhance(room.Request.model_validate(event).image).model_dump(mode="json")


def record(event: Document) -> Document:
    request: Entry = TypeAdapter(Entry).validate_python(event)
    return functions.record.handler.answer(request).model_dump(mode="json")


def notify(event: Document) -> Document:
    request: Announcement = TypeAdapter(Announcement).validate_python(event)
    room = functions.notify.handler
    message_id = room.publish(room.compose(request))
    return Notified(message_id=message_id, redrive_count=request.execution.redrive_count).model_dump(mode="json")


FUNCTIONS: dict[str, Callable[[Document], Document]] = {
    f"${{{function.__name__}_function_arn}}": function for function in (validate, enhance, record, notify)
}


@dataclass
class Execution:
    """One execution: where it is, on which state data, and how it ended."""

    data: Document
    state: str = DEFINITION["StartAt"]
    status: str = "RUNNING"
    redrive_count: int = 0
    arn: str = field(default_factory=lambda: f"arn:aws:states:us-east-1:1:execution:pipeline:run-{next(_numbers)}")

    def run(self) -> None:
        """Go on from the present state to an end."""
        self.status = "RUNNING"
        while self.status == "RUNNING":
            self._enter(DEFINITION["States"][self.state])

    def redrive(self) -> None:
        """Go on from the state that was entered last, as Step Functions does after a Redrive."""
        self.redrive_count += 1
        self.run()

    def _enter(self, state: Document) -> None:
        if state["Type"] == "Succeed":
            self.status = "SUCCEEDED"
        elif state["Type"] == "Choice":
            resume = self.data["resume"]["state"]
            [self.state] = [choice["Next"] for choice in state["Choices"] if choice["StringEquals"] == resume]
        else:
            self._perform(state)

    def _perform(self, task: Document) -> None:
        try:
            self.data[task["ResultPath"][2:]] = FUNCTIONS[task["Resource"]](self._input(task["Parameters"]))
        except DarkroomError as error:
            self._catch(task, error)
            return
        if task.get("End"):
            self.status = "SUCCEEDED"
        else:
            self.state = task["Next"]

    def _catch(self, task: Document, error: DarkroomError) -> None:
        name = type(error).__name__
        for catcher in task.get("Catch", []):
            if {name, "States.ALL"} & set(catcher["ErrorEquals"]):
                self.data[catcher["ResultPath"][2:]] = {"Error": name, "Cause": str(error)}
                self.state = catcher["Next"]
                return
        self.status = "FAILED"

    def _input(self, parameters: Document) -> Document:
        context = {"Id": self.arn, "StartTime": "2026-01-31T12:00:00.000Z", "RedriveCount": self.redrive_count}
        values = {"$": self.data, "$$.Execution": context}
        return {
            name.removesuffix(".$"): values.get(path, self.data.get(path[2:])) if name.endswith(".$") else path
            for name, path in parameters.items()
        }
