"""The Step Functions API where moto's falls short.

Redrives, test cases, unnamed executions, an execution's own definition, validation, versions.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from darkroom.local.events.event_bus import EventBus
from darkroom.local.seams import added, original, replaced
from darkroom.local.states import mock_cases
from darkroom.local.states.definitions import InvalidDefinition
from darkroom.local.states.local_execution import LocalExecution
from darkroom.local.states.status_events import announce, redrive_facts


class ExecutionNotRedrivable(AWSError):  # noqa: N818 - the name that AWS gives it
    """The execution is running or has succeeded."""

    TYPE = "ExecutionNotRedrivable"
    STATUS = 400


@contextmanager
def installed(bus: EventBus, mock_file: Callable[[], Path | None]) -> Iterator[None]:
    """Answer what moto does not, and make its executions ours; none goes on when it is over.

    It would call functions wherever it found some: moto's own client goes to port 5000.
    """
    started: WeakSet[LocalExecution] = WeakSet()
    with ExitStack() as seams:
        start = _start(bus, mock_file, started)
        seams.enter_context(replaced(StepFunctionsParserBackend, "start_execution", start))
        changes = (describe_execution, describe_state_machine_for_execution, stop_execution, get_execution_history)
        additions = (redrive_execution, validate_state_machine_definition, list_state_machine_versions)
        for change in changes:
            seams.enter_context(replaced(StepFunctionResponse, change.__name__, change))
        for addition in additions:
            seams.enter_context(added(StepFunctionResponse, addition.__name__, addition))
        try:
            yield
        finally:
            for execution in tuple(started):
                execution.halt()


def _start(bus: EventBus, mock_file: Callable[[], Path | None], all_started: WeakSet[LocalExecution]) -> Any:
    start_execution = original(StepFunctionsParserBackend, "start_execution")
    original(models, "Execution")
    # moto looks a name up and stores it later: two equal names at once would both start.
    one_at_a_time = threading.Lock()

    def start(
        backend: StepFunctionsParserBackend, state_machine_arn: str, name: str | None, execution_input: str, **more: Any
    ) -> LocalExecution:
        machine_arn, _, case = state_machine_arn.partition("#")
        mocked = mock_cases.load(machine_arn.rpartition(":")[2], case, mock_file()) if case else None
        make = partial(LocalExecution, on_change=partial(announce, bus), mock_test_case=mocked)
        if name:
            backend._validate_name(name)
        _check_input(execution_input)
        with one_at_a_time, replaced(models, "Execution", make):
            started: LocalExecution = start_execution(
                backend, machine_arn, name or str(uuid.uuid4()), execution_input, **more
            )
            all_started.add(started)
        return started

    return start


def _check_input(execution_input: str) -> None:
    try:
        json.loads(execution_input)
    except ValueError as invalid:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{invalid}'") from invalid


def redrive_execution(response: StepFunctionResponse) -> ActionResult:
    """Answer RedriveExecution."""
    execution: Any = response.stepfunction_backend.describe_execution(response._get_param("executionArn"))
    try:
        return ActionResult({"redriveDate": execution.redrive(response._get_param("clientToken") or str(uuid.uuid4()))})
    except ValueError as reason:
        raise ExecutionNotRedrivable(str(reason)) from reason


def stop_execution(response: StepFunctionResponse) -> ActionResult:
    """Answer StopExecution, keeping error and cause."""
    execution: Any = response.stepfunction_backend.describe_execution(response._get_param("executionArn"))
    execution.stop(None, response._get_param("error"), response._get_param("cause"))
    return ActionResult({"stopDate": execution.stop_date})


_describe_execution = StepFunctionResponse.describe_execution


def describe_execution(response: StepFunctionResponse) -> ActionResult:
    """Answer DescribeExecution with what it says of redrives and of timeouts."""
    described: Any = _describe_execution(response).result
    execution: Any = response.stepfunction_backend.describe_execution(response._get_param("executionArn"))
    facts = {"stopDate": execution.stop_date, "redriveDate": execution.redrive_date, **redrive_facts(execution)}
    return ActionResult({**described, **{name: value for name, value in facts.items() if value is not None}})


_describe_state_machine_for_execution = StepFunctionResponse.describe_state_machine_for_execution


def describe_state_machine_for_execution(response: StepFunctionResponse) -> ActionResult:
    """Answer DescribeStateMachineForExecution with the definition that the execution began with."""
    described: Any = _describe_state_machine_for_execution(response).result
    execution: Any = response.stepfunction_backend.describe_execution(response._get_param("executionArn"))
    return ActionResult({**described, "definition": execution.state_machine.definition})


def get_execution_history(response: StepFunctionResponse) -> ActionResult:
    """Answer GetExecutionHistory, in reverse order if asked to; in one page, as executions here are short."""
    history = response.stepfunction_backend.get_execution_history(response._get_param("executionArn"))
    events = history["events"]
    if response._get_param("reverseOrder"):
        events = events[::-1]
    return ActionResult({"events": events})


def list_state_machine_versions(response: StepFunctionResponse) -> ActionResult:
    """Answer ListStateMachineVersions, the newest first."""
    machine: Any = response.stepfunction_backend.describe_state_machine(response._get_param("stateMachineArn"))
    versions = sorted(machine.versions.items(), reverse=True)
    rows = [{"stateMachineVersionArn": v.arn, "creationDate": v.creation_date} for _, v in versions]
    return ActionResult({"stateMachineVersions": rows})


def validate_state_machine_definition(response: StepFunctionResponse) -> ActionResult:
    """Answer ValidateStateMachineDefinition."""
    try:
        StepFunctionsParserBackend._validate_definition(response._get_param("definition"))
    except InvalidDefinition as invalid:
        problem = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(invalid)}
        return ActionResult({"result": "FAIL", "diagnostics": [problem], "truncated": False})
    return ActionResult({"result": "OK", "diagnostics": [], "truncated": False})
