"""What Step Functions knows of an execution that has ended: its input, how far it came, whether it sent its message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.shared.aws import translated
from functions.shared.contracts import Execution
from functions.shared.errors import DuplicateUploadError, TransientServiceError
from functions.shared.workflow import ANNOUNCERS, FAILURE_BRANCH

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from mypy_boto3_stepfunctions.client import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef, HistoryEventTypeDef

# Only in these states is `$.failure` of this attempt; elsewhere a redrive may have left it over from an earlier one.
IN_FAILURE_BRANCH = frozenset(step.state for step in FAILURE_BRANCH)
TERMINAL_EVENTS = frozenset({"ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})
SUCCEEDED = frozenset({"SUCCEEDED"})
# The error's name where Step Functions or whoever stopped the execution gave none.
ERRORS = {"TIMED_OUT": "States.Timeout", "ABORTED": "ExecutionAborted", "FAILED": "ExecutionFailed"}


@dataclass(frozen=True)
class EndedExecution:
    """How an execution ended. `state` is the state data at the state that was entered last, with `$.failure` in it."""

    execution: Execution
    state: dict[str, Any]
    notified: bool
    """Whether the subscribers have had this attempt's message."""


def ended_execution(client: SFNClient, arn: str, redrive_count: int) -> EndedExecution:
    """Return how an attempt at an execution ended; `redrive_count` says which attempt.

    Raises DuplicateUploadError where a redrive has followed, TransientServiceError where Step Functions does not know
    of the end yet (its answers lag behind its events), ServiceRefusedError where it knows of no such execution.
    """
    with translated("states:DescribeExecution"):
        described = client.describe_execution(executionArn=arn)
    _require_ended(described, redrive_count)
    tail = _since_last_entry(client, arn, redrive_count)
    entered = tail[0].get("stateEnteredEventDetails") if tail else None
    name, text = (entered["name"], entered.get("input")) if entered else ("", described.get("input"))
    state = json.loads(text or "{}")
    failed = state.get("failure") if name in IN_FAILURE_BRANCH else None
    return EndedExecution(
        execution=Execution(id=arn, start_time=described["startDate"], redrive_count=redrive_count),
        state={**state, "failure": failed or _failure(described, name)},
        notified=_is_notified(name, state, tail, redrive_count),
    )


def succeeded_execution(client: SFNClient, arn: str, redrive_count: int) -> EndedExecution:
    """Return an attempt that SUCCEEDED, with the state data of its end. Raises as ended_execution() does."""
    with translated("states:DescribeExecution"):
        described = client.describe_execution(executionArn=arn)
    _require_ended(described, redrive_count, SUCCEEDED)
    state = json.loads(described["output"])
    execution = Execution(id=arn, start_time=described["startDate"], redrive_count=redrive_count)
    return EndedExecution(execution, state, notified="notified" in state)


def _require_ended(
    described: DescribeExecutionOutputTypeDef, redrive_count: int, statuses: Container[str] = ERRORS
) -> None:
    known = described.get("redriveCount", 0)
    if known > redrive_count:
        raise _redriven(described["executionArn"])
    if known < redrive_count or described["status"] not in statuses:
        raise TransientServiceError(f"states:DescribeExecution does not know of the end of {described['name']} yet.")


def _since_last_entry(client: SFNClient, arn: str, redrive_count: int) -> list[HistoryEventTypeDef]:
    """Return the events from the last entry into a state on, oldest first; none where no state was entered."""
    tail: list[HistoryEventTypeDef] = []
    attempt, is_entered = 0, False
    for event in _newest_first(client, arn):
        if not is_entered:
            tail.insert(0, event)
            is_entered = "stateEnteredEventDetails" in event
        if "executionRedrivenEventDetails" in event:
            # What lies further back belongs to an earlier attempt, but for the state that was entered last.
            attempt = attempt or event["executionRedrivenEventDetails"].get("redriveCount", 0)
        if is_entered and attempt:
            break
    # A redrive may have come, and ended too, since DescribeExecution answered: this history would not be the end's.
    if attempt > redrive_count:
        raise _redriven(arn)
    if attempt < redrive_count or not tail or tail[-1]["type"] not in TERMINAL_EVENTS:
        raise TransientServiceError("states:GetExecutionHistory does not know of the execution's end yet.")
    return tail if is_entered else []


def _newest_first(client: SFNClient, arn: str) -> Iterator[HistoryEventTypeDef]:
    token: dict[str, Any] = {}
    while True:
        with translated("states:GetExecutionHistory"):
            page = client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=100, **token)
        yield from page["events"]
        if "nextToken" not in page:
            return
        token = {"nextToken": page["nextToken"]}


def _redriven(arn: str) -> DuplicateUploadError:
    return DuplicateUploadError(f"{arn} was redriven after it ended so; the redrive reports its own end.")


def _failure(described: DescribeExecutionOutputTypeDef, state: str) -> dict[str, str]:
    """Return error and cause as a Catch would have left them, had there been one for how this execution ended."""
    error = described.get("error") or ERRORS.get(described["status"], described["status"])
    where = f"while {state} ran" if state else "before its first step"
    return {"Error": error, "Cause": described.get("cause") or f"The execution ended {described['status']} {where}."}


def _is_notified(name: str, state: dict[str, Any], tail: list[HistoryEventTypeDef], redrive_count: int) -> bool:
    if name in ANNOUNCERS:
        return any(event["type"] == "LambdaFunctionSucceeded" for event in tail)
    notified = state.get("failure_notified") if name in IN_FAILURE_BRANCH else None
    return notified is not None and int(notified.get("redrive_count", 0)) == redrive_count
