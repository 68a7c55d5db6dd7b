"""What the backstop makes of Step Functions' answers about an execution that has ended."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from functions.record.ended_execution import EndedExecution, ended_execution, succeeded_execution
from functions.shared.errors import DuplicateUploadError, ServiceRefusedError, TransientServiceError
from functions.shared.workflow import FAILURE_BRANCH
from tests.definitions import event
from tests.unit.conftest import session
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
    client = session().client("stepfunctions")
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


def success(answer: dict[str, Any], redrive_count: int = 1) -> EndedExecution:
    """Ask a Step Functions that gives this answer about a redrive that succeeded."""
    client = session().client("stepfunctions")
    with Stubber(client) as stub:
        stub.add_response("describe_execution", answer, {"executionArn": ARN})
        return succeeded_execution(client, ARN, redrive_count)


@pytest.mark.parametrize(("result", "notified"), [("notified", True), ("skipped", False)])
def test_a_success_says_whether_the_subscribers_were_notified(result: str, notified: bool) -> None:
    found = success(described("SUCCEEDED", 1, output=json.dumps(event() | {result: {}})))
    assert (found.notified, found.execution.redrive_count) == (notified, 1)
    assert found.state["detail"] == event()["detail"]


@pytest.mark.parametrize(("status", "redrive_count"), [("SUCCEEDED", 0), ("RUNNING", 1), ("FAILED", 1)])
def test_a_success_that_step_functions_does_not_know_of_yet_is_transient(status: str, redrive_count: int) -> None:
    with pytest.raises(TransientServiceError):
        success(described(status, redrive_count, output=json.dumps(event())))


def test_an_abort_in_a_step_names_the_step_and_keeps_what_was_done() -> None:
    found = look(
        described(), history("ExecutionStarted", entered("EnhanceImage", image=dumped(IMAGE)), "ExecutionAborted")
    )
    assert found.state["failure"] == {
        "Error": "ExecutionAborted",
        "Cause": "The execution ended ABORTED while EnhanceImage ran.",
    }
    assert found.state["image"] == dumped(IMAGE)
    assert not found.notified


def test_the_error_and_cause_of_whoever_stopped_it_are_kept() -> None:
    answer = described(error="Operator", cause="Wrong photos")
    found = look(answer, history(entered("EnhanceImage"), "ExecutionAborted"))
    assert found.state["failure"] == {"Error": "Operator", "Cause": "Wrong photos"}


def test_an_end_before_the_first_step_leaves_the_input_alone() -> None:
    found = look(described("TIMED_OUT"), history("ExecutionStarted", "ExecutionTimedOut"))
    assert found.state["detail"] == event()["detail"]
    assert found.state["failure"] == {
        "Error": "States.Timeout",
        "Cause": "The execution ended TIMED_OUT before its first step.",
    }


@pytest.mark.parametrize("state", [step.state for step in FAILURE_BRANCH])
def test_in_the_failure_branch_the_failure_that_led_there_is_kept(state: str) -> None:
    found = look(
        described("FAILED", error="Runtime.ExitError"), history(entered(state, failure=FAILURE), "ExecutionFailed")
    )
    assert found.state["failure"] == FAILURE


def test_after_a_redrive_the_earlier_failure_is_ignored() -> None:
    page = history(redriven(1), entered("EnhanceImage", failure=FAILURE), "ExecutionAborted")
    assert look(described(redrive_count=1), page, redrive_count=1).state["failure"]["Error"] == "ExecutionAborted"


@pytest.mark.parametrize(
    ("events", "notified"),
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
def test_whether_the_attempt_has_notified_the_subscribers(events: list[str | Event], notified: bool) -> None:
    assert look(described("FAILED", 1), history(redriven(1), *events), redrive_count=1).notified is notified


def test_a_long_history_is_read_back_to_the_last_state() -> None:
    pages = [
        history("LambdaFunctionFailed", "ExecutionAborted"),
        history(entered("EnhanceImage"), "LambdaFunctionFailed"),
    ]
    assert "EnhanceImage" in look(described(), *pages).state["failure"]["Cause"]


def test_a_redrive_since_the_event_makes_it_a_duplicate() -> None:
    with pytest.raises(DuplicateUploadError, match="redriven"):
        look(described("RUNNING", 1))


@pytest.mark.parametrize(("status", "known"), [("RUNNING", 1), ("FAILED", 0)])
def test_an_answer_older_than_the_event_is_transient(status: str, known: int) -> None:
    with pytest.raises(TransientServiceError):
        look(described(status, known), redrive_count=1)


def test_a_history_without_the_end_is_transient() -> None:
    with pytest.raises(TransientServiceError):
        look(described(), history(entered("EnhanceImage")))


@pytest.mark.parametrize("end", [["ExecutionFailed"], []])
def test_a_redrive_between_the_two_calls_makes_it_a_duplicate(end: list[str]) -> None:
    page = history(entered("NotifyFailure"), "ExecutionFailed", redriven(1), entered("NotifyFailure"), *end)
    with pytest.raises(DuplicateUploadError, match="redriven"):
        look(described("FAILED"), page)


def test_a_history_without_the_redrive_is_transient() -> None:
    with pytest.raises(TransientServiceError):
        look(described("FAILED", 1), history(entered("NotifyFailure"), "ExecutionFailed"), redrive_count=1)


def test_a_redrive_that_was_stopped_at_once_ended_in_the_state_before_it() -> None:
    pages = [history(redriven(1), "ExecutionAborted"), history(entered("EnhanceImage"), "ExecutionAborted")]
    assert "EnhanceImage" in look(described(redrive_count=1), *pages, redrive_count=1).state["failure"]["Cause"]


def test_an_unknown_execution_is_refused_by_name() -> None:
    client = session().client("stepfunctions")
    with Stubber(client) as stub:
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist", f"Execution Does Not Exist: '{ARN}'")
        with pytest.raises(ServiceRefusedError, match="run-1"):
            ended_execution(client, ARN, 0)
