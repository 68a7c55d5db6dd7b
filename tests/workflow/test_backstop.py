"""The backstop records and announces, once, the end of an execution that could not do so itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from darkroom.local.http.faults import Fault
from tests.photos import jpeg
from tests.waiting import eventually
from verification.harness.execution import Execution
from verification.harness.harness import Harness

# The first call of each step that can be held up once the claim has been made.
AT_WORK = {
    "ValidateImage": ("validate", "s3", "GetObject"),
    "EnhanceImage": ("enhance", "s3", "PutObject"),
}
NOTIFIER = ("notify", "sns", "Publish")


@contextmanager
def held_up(harness: Harness, state: str) -> Iterator[str]:
    """An upload whose execution waits in a state; yields the execution's ARN."""
    with harness.faults.hang(*AT_WORK.get(state, NOTIFIER)) as fault:
        key = harness.upload(jpeg(), **{"user-id": "ada"})
        [arn] = eventually(lambda: harness.executions_for(key), "the execution")
        eventually(lambda: fault.count, f"{state} to hang")
        yield arn


def abandoned(harness: Harness, run: Execution) -> tuple[str, dict[str, Any]]:
    """Return the key of an execution and its record, once its backstop is through."""
    [backstop] = harness.backstops(run)
    assert backstop.status == "SUCCEEDED", backstop.cause
    key = run.input["detail"]["object"]["key"]
    return key, harness.record(key)


@pytest.mark.parametrize("state", AT_WORK)
def test_a_stopped_execution_is_recorded_and_announced_once(harness: Harness, state: str) -> None:
    with held_up(harness, state) as arn:
        run = harness.stop(arn)
    key, record = abandoned(harness, run)
    assert run.status == "ABORTED"
    assert (record["Status"], record["Attention"], record["UserId"]) == ("FAILED", "FAILED", "ada")
    assert (record["FailedState"], record["ErrorType"]) == (state, "ExecutionAborted")
    assert state in record["ErrorMessage"]
    [message] = harness.messages(key)
    assert message["failed"] == {"state": state, "error": "ExecutionAborted", "message": record["ErrorMessage"]}
    assert (message["execution_arn"], message["user_id"]) == (arn, "ada")


def test_a_stopped_execution_resumes_when_it_is_redriven(harness: Harness) -> None:
    with held_up(harness, "EnhanceImage") as arn:
        run = harness.stop(arn)
    key, _ = abandoned(harness, run)
    again = harness.redriven(run)
    assert again.status == "SUCCEEDED", again.cause
    record = harness.record(key)
    assert record["Status"] == "COMPLETED"
    assert record.keys().isdisjoint({"ErrorType", "ErrorMessage", "FailedState", "Backstop", "Attention"})
    assert [message["status"] for message in harness.messages(key)] == ["FAILED", "COMPLETED"]


@pytest.mark.parametrize("state", [*AT_WORK, "NotifyResult"])
def test_a_redrive_of_a_stopped_execution_counts_as_one_of_a_failed_execution_does(
    harness: Harness, state: str
) -> None:
    with held_up(harness, state) as arn:
        run = harness.stop(arn)
    key, record = abandoned(harness, run)
    assert record["Attempt"] == 1
    again = harness.redriven(run)
    if state == "NotifyResult":
        [confirmation] = harness.backstops(again)
        assert confirmation.states == ["RecordFailure", "Skipped"]
    record = harness.record(key)
    assert (record["Status"], record["Attempt"], record["RedriveCount"]) == ("COMPLETED", 2, 1)
    assert record.keys().isdisjoint({"NotificationError", "ErrorType", "Attention", "Backstop"})


def test_an_execution_that_times_out_is_recorded_and_announced(harness: Harness) -> None:
    with harness.redefined(TimeoutSeconds=1), held_up(harness, "EnhanceImage") as arn:
        run = harness.closed(arn)
    key, record = abandoned(harness, run)
    assert run.status == "TIMED_OUT"
    assert (record["Status"], record["FailedState"], record["ErrorType"]) == (
        "FAILED",
        "EnhanceImage",
        "States.Timeout",
    )
    assert [message["failed"]["error"] for message in harness.messages(key)] == ["States.Timeout"]


def test_a_failure_that_the_execution_announced_is_not_announced_again(harness: Harness) -> None:
    key = harness.upload(b"no photo")
    run = harness.run_of(key)
    before = harness.record(key)
    [backstop] = harness.backstops(run)
    assert backstop.states == ["RecordFailure", "Skipped"]
    assert backstop.output["skipped"]["Error"] == "DuplicateUploadError"
    assert without({"Concluded"}, harness.record(key)) == without({"Concluded"}, before)
    assert harness.record(key)["Concluded"].keys() == {run.arn}
    assert len(harness.messages(key)) == 1


def test_a_failure_that_was_announced_but_not_recorded_is_only_recorded(harness: Harness) -> None:
    with harness.faults.fail("record", "dynamodb", "UpdateItem"), harness.faults.fail("record", "dynamodb", "PutItem"):
        key = harness.upload(b"no photo", **{"user-id": "ada"})
        run = harness.run_of(key)
        assert harness.record(key)["Status"] == "PROCESSING"
    [backstop] = harness.backstops(run)
    assert backstop.states == ["RecordFailure", "IsTold", "Skipped"]
    record = harness.record(key)
    assert (record["Status"], record["ErrorType"], record["UserId"]) == ("FAILED", "UnsupportedImageError", "ada")
    [message] = harness.messages(key)
    assert message["failed"]["message"] == record["ErrorMessage"]


def test_a_failure_that_was_not_announced_is_announced_when_the_notifier_works_again(harness: Harness) -> None:
    key = harness.new_key()
    with harness.faults.about(key).fail("notify", "sns", "Publish") as fault:
        run = harness.run_of(harness.upload(b"no photo", key))
        before = harness.record(key)
        eventually(lambda: fault.count >= 9, "the pipeline's seven tries in vain, and two of the backstop's")
    assert harness.backstops(run)[0].states[2:5] == ["NotifyFailure", "WaitForNotifier", "RecordFailure"]
    [message] = harness.messages(key)
    assert message["failed"]["error"] == "UnsupportedImageError"
    signed = {"Backstop", "BackstopRedriveCount", "Concluded", "Timestamp"}
    assert without(signed, harness.record(key)) == without(signed, before)


def without(names: set[str], record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def test_a_photo_whose_success_could_not_be_announced_stays_completed(harness: Harness) -> None:
    with harness.faults.fail("notify", "sns", "Publish"):
        key = harness.upload(jpeg())
        run = harness.run_of(key)
    key, record = abandoned(harness, run)
    assert record["Status"] == "COMPLETED"
    assert record["NotificationError"].startswith("TransientServiceError")
    [message] = harness.messages(key)
    assert message["failed"]["state"] == "NotifyResult"
    assert message["photo"]["key"] == record["EnhancedKey"]


def test_a_status_change_that_is_delivered_twice_is_announced_once(harness: Harness) -> None:
    with held_up(harness, "EnhanceImage") as arn:
        run = harness.stop(arn)
    key, record = abandoned(harness, run)
    second = harness.start_backstop(run)
    assert harness.closed(second).states == ["RecordFailure", "Skipped"]
    assert harness.record(key) == record
    assert len(harness.messages(key)) == 1


def test_a_status_change_that_is_delivered_after_a_redrive_changes_nothing(harness: Harness) -> None:
    with held_up(harness, "EnhanceImage") as arn:
        run = harness.stop(arn)
    key, _ = abandoned(harness, run)
    event = harness.backstops(run)[0].input
    with harness.faults.hang("enhance", "s3", "PutObject") as fault:
        harness.redrive(arn)
        eventually(lambda: fault.count, "the redrive to hang")
        before = harness.record(key)
        late = harness.closed(harness.start(event, machine_arn=harness.deployment.backstop_arn))
        assert late.output["skipped"]["Error"] == "DuplicateUploadError"
        assert harness.record(key) == before
    assert harness.closed(arn).status == "SUCCEEDED"
    assert [message["status"] for message in harness.messages(key)] == ["FAILED", "COMPLETED"]


def test_a_status_change_that_is_delivered_after_a_newer_upload_changes_nothing(harness: Harness) -> None:
    with held_up(harness, "EnhanceImage") as arn:
        run = harness.stop(arn)
    key, _ = abandoned(harness, run)
    harness.upload(jpeg(seed=2), key)
    harness.run_of(key, 2)
    before = harness.record(key)
    late = harness.closed(harness.start_backstop(run))
    assert late.output["skipped"]["Error"] == "SupersededUploadError"
    assert harness.record(key) == before
    assert [message["status"] for message in harness.messages(key)] == ["FAILED", "COMPLETED"]


@pytest.mark.parametrize("lost", [False, True], ids=["refused", "response lost"])
def test_the_backstop_retries_longer_than_the_pipeline(harness: Harness, lost: bool) -> None:
    with held_up(harness, "EnhanceImage") as arn, recorder_fault(harness, lost=lost) as fault:
        run = harness.stop(arn)
        eventually(lambda: fault.count >= 8, "more tries than the pipeline has")
    key, record = abandoned(harness, run)
    assert record["Status"] == "FAILED"
    assert len(harness.messages(key)) == 1


def recorder_fault(harness: Harness, *, lost: bool) -> Fault:
    trouble = harness.faults.lose_response if lost else harness.faults.fail
    return trouble("record", "dynamodb", "UpdateItem")


def test_a_stale_invocation_of_a_stopped_execution_writes_nothing(harness: Harness) -> None:
    with harness.faults.hang("validate", "dynamodb", "PutItem") as fault:
        key = harness.upload(jpeg())
        eventually(lambda: fault.count, "the claim to hang")
        # Its start is told after it, which a function may overtake.
        [execution] = eventually(lambda: harness.executions_for(key), "its execution")
        run = harness.stop(execution)
        _, record = abandoned(harness, run)
    eventually(
        lambda: [line for line in harness.log_lines() if key in line and "DuplicateUpload" in line], "its refusal"
    )
    assert harness.record(key) == record
    assert (record["Status"], record["FailedState"]) == ("FAILED", "ValidateImage")
    again = harness.redriven(run)
    assert again.status == "SUCCEEDED", again.cause
    assert harness.record(key)["Status"] == "COMPLETED"


def test_a_claim_whose_lease_ran_out_is_taken_over(harness: Harness) -> None:
    key = harness.upload(jpeg())
    event = harness.run_of(key).input
    harness.amend(key, Status="PROCESSING", ExecutionArn="arn:of:an:execution:that:never:ended")
    assert harness.closed(harness.start(event)).output["skipped"]["Error"] == "DuplicateUploadError"
    harness.amend(key, Timestamp="2020-01-01T00:00:00.000Z")
    takeover = harness.closed(harness.start(event))
    assert takeover.states[-1] == "NotifyResult"
    record = harness.record(key)
    assert (record["Status"], record["ExecutionArn"], record["Attempt"]) == ("COMPLETED", takeover.arn, 2)
