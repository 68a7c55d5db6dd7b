"""What the backstop makes of Step Functions' answers about an execution that has ended."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from functions.record.ended_execution import EndedExecution, ended_execution
from functions.shared.errors import DuplicateUploadError, ServiceRefusedError, TransientServiceError
from tests.definitions import event
from tests.unit.samples import EXECUTION, FAILURE, IMAGE, dumped

ARN = EXECUTION["Id"]
MOMENT = datetime(2026, 1, 31, 12, tzinfo=UTC)
Event = dict[str, Any]


def described(status: str = "ABORTED", redrive_count: int = 0, **more: Any) -> dict[str, Any]:
    facts = {"executionArn": ARN, "stateMachineArn": "arn", "name": "run-1", "startDate": MOMENT, "status": status}
    return {**facts, "redriveCount": redrive_count, "input": json.dumps(event()), **more}


def entered(state: str, **results: Any) -> Event:
    return {
        "type": "TaskStateEntered",
        "stateEnteredEventDetails": {"name": state, "input": json.dumps(event() | results)},
    }


def redriven(times: int) -> Event:
    return {"type": "ExecutionRedriven", "executionRedrivenEventDetails": {"redriveCount": times}}


def history(*events: str | Event) -> list[Event]:
    """Return events, named by their types where there is nothing more to say, as a history of the API has them."""
    full = [{"type": each} if isinstance(each, str) else each for each in events]
    return [{"timestamp": MOMENT, "id": number, **each} for number, each in enumerate(full, 1)]


def look(answer: dict[str, Any], *pages: list[Event], redrive_count: int = 0) -> EndedExecution:
    """Ask a Step Functions that gives these answers; each page's events come oldest first."""
    client = boto3.client("stepfunctions", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        stub.add_response("describe_execution", answer, {"executionArn": ARN})
        for number, page in enumerate(pages):
            asked = {"executionArn": ARN, "reverseOrder": True, "maxResults": 100}
            asked |= {"nextToken": f"page {number}"} if number else {}
            more = {"nextToken": f"page {number + 1}"} if number + 1 < len(pages) else {}
            stub.add_response("get_execution_history", {"events": page[::-1], **more}, asked)
        found = ended_execution(client, ARN, redrive_count)
        stub.assert_no_pending_responses()
    return found


def test_an_abort_in_a_step_names_the_step_and_keeps_what_was_done() -> None:
    found = look(
        described(), history("ExecutionStarted", entered("EnhanceImage", image=dumped(IMAGE)), "ExecutionAborted")
    )
    assert found.state["failure"] == {
        "Error": "ExecutionAborted",
        "Cause": "The execution ended ABORTED while EnhanceImage was at work.",
    }
    assert found.state["image"] == dumped(IMAGE)
    assert not found.is_told


def test_whoever_stopped_it_is_quoted() -> None:
    answer = described(error="Operator", cause="Wrong photos")
    found = look(answer, history(entered("EnhanceImage"), "ExecutionAborted"))
    assert found.state["failure"] == {"Error": "Operator", "Cause": "Wrong photos"}


def test_before_the_first_step_the_input_is_all_there_is() -> None:
    found = look(described("TIMED_OUT"), history("ExecutionStarted", "ExecutionTimedOut"))
    assert found.state["detail"] == event()["detail"]
    assert found.state["failure"] == {
        "Error": "States.Timeout",
        "Cause": "The execution ended TIMED_OUT before its first step.",
    }


@pytest.mark.parametrize("state", ["RecordFailure", "NotifyFailure", "FailUnlessRedriven"])
def test_in_the_failure_branch_the_first_failure_is_the_reason(state: str) -> None:
    found = look(
        described("FAILED", error="Runtime.ExitError"), history(entered(state, failure=FAILURE), "ExecutionFailed")
    )
    assert found.state["failure"] == FAILURE


def test_after_a_redrive_the_failure_of_before_is_no_reason_any_more() -> None:
    page = history(redriven(1), entered("EnhanceImage", failure=FAILURE), "ExecutionAborted")
    assert look(described(redrive_count=1), page, redrive_count=1).state["failure"]["Error"] == "ExecutionAborted"


@pytest.mark.parametrize(
    ("events", "is_told"),
    [
        ([entered("NotifyFailure", failure=FAILURE), "LambdaFunctionSucceeded", "ExecutionAborted"], True),
        ([entered("NotifyFailure", failure=FAILURE), "LambdaFunctionFailed", "ExecutionAborted"], False),
        ([entered("NotifyResult"), "LambdaFunctionSucceeded", "ExecutionAborted"], True),
        ([entered("RecordResult"), "LambdaFunctionSucceeded", "ExecutionAborted"], False),
        ([entered("FailUnlessRedriven", failure=FAILURE), "ExecutionFailed"], False),
        ([entered("FailUnlessRedriven", failure_notified={"redrive_count": 1}), "ExecutionFailed"], True),
        ([entered("FailUnlessRedriven", failure_notified={"redrive_count": 0}), "ExecutionFailed"], False),
    ],
)
def test_whom_the_attempt_told(events: list[str | Event], is_told: bool) -> None:
    assert look(described("FAILED", 1), history(redriven(1), *events), redrive_count=1).is_told is is_told


def test_a_long_history_is_read_back_to_the_last_state() -> None:
    pages = [
        history("LambdaFunctionFailed", "ExecutionAborted"),
        history(entered("EnhanceImage"), "LambdaFunctionFailed"),
    ]
    assert "EnhanceImage" in look(described(), *pages).state["failure"]["Cause"]


def test_a_redrive_since_then_leaves_nothing_to_say() -> None:
    with pytest.raises(DuplicateUploadError, match="redriven"):
        look(described("RUNNING", 1))


@pytest.mark.parametrize(("status", "known"), [("RUNNING", 1), ("FAILED", 0)])
def test_answers_that_lag_behind_the_event_are_asked_for_again(status: str, known: int) -> None:
    with pytest.raises(TransientServiceError):
        look(described(status, known), redrive_count=1)


def test_a_history_that_lags_behind_is_asked_for_again() -> None:
    with pytest.raises(TransientServiceError):
        look(described(), history(entered("EnhanceImage")))


@pytest.mark.parametrize("end", [["ExecutionFailed"], []])
def test_a_redrive_between_the_two_looks_leaves_nothing_to_say(end: list[str]) -> None:
    page = history(entered("NotifyFailure"), "ExecutionFailed", redriven(1), entered("NotifyFailure"), *end)
    with pytest.raises(DuplicateUploadError, match="redriven"):
        look(described("FAILED"), page)


def test_a_history_that_does_not_know_of_the_redrive_is_asked_for_again() -> None:
    with pytest.raises(TransientServiceError):
        look(described("FAILED", 1), history(entered("NotifyFailure"), "ExecutionFailed"), redrive_count=1)


def test_a_redrive_that_was_stopped_at_once_ended_in_the_state_of_before() -> None:
    pages = [history(redriven(1), "ExecutionAborted"), history(entered("EnhanceImage"), "ExecutionAborted")]
    assert "EnhanceImage" in look(described(redrive_count=1), *pages, redrive_count=1).state["failure"]["Cause"]


def test_an_execution_that_nobody_knows_is_named() -> None:
    client = boto3.client("stepfunctions", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist", f"Execution Does Not Exist: '{ARN}'")
        with pytest.raises(ServiceRefusedError, match="run-1"):
            ended_execution(client, ARN, 0)
