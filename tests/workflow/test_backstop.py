"""The backstop: whatever an execution could not record or tell of its own end is recorded and told, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from darkroom.local.http.faults import Fault
from tests.photos import jpeg
from tests.waiting import eventually
from tests.workflow.world import Run, World

# The first call of each step that can be held up once the claim has been made.
AT_WORK = {
    "ValidateImage": ("validate", "s3", "GetObject"),
    "EnhanceImage": ("enhance", "s3", "PutObject"),
}


@contextmanager
def held_up(world: World, state: str) -> Iterator[str]:
    """An upload whose execution waits in a state; yields the execution's ARN."""
    with world.hanging(*AT_WORK[state]) as fault:
        key = world.upload(jpeg(), **{"user-id": "ada"})
        [arn] = eventually(lambda: world.executions_for(key), "the execution")
        eventually(lambda: fault.count, f"{state} to hang")
        yield arn


def abandoned(world: World, run: Run) -> tuple[str, dict[str, Any]]:
    """Return the key of an execution and its record, once its backstop is through."""
    [backstop] = world.backstops(run)
    assert backstop.status == "SUCCEEDED", backstop.cause
    key = run.input["detail"]["object"]["key"]
    return key, world.record(key)


@pytest.mark.parametrize("state", AT_WORK)
def test_an_execution_that_somebody_stops_is_recorded_and_told_once(world: World, state: str) -> None:
    with held_up(world, state) as arn:
        run = world.stop(arn)
    key, record = abandoned(world, run)
    assert run.status == "ABORTED"
    assert (record["Status"], record["Attention"], record["UserId"]) == ("FAILED", "FAILED", "ada")
    assert (record["FailedState"], record["ErrorType"]) == (state, "ExecutionAborted")
    assert state in record["ErrorMessage"]
    [message] = world.messages(key)
    assert message["failed"] == {"state": state, "error": "ExecutionAborted", "message": record["ErrorMessage"]}
    assert (message["execution_arn"], message["user_id"]) == (arn, "ada")


def test_a_stopped_execution_goes_on_when_it_is_redriven(world: World) -> None:
    with held_up(world, "EnhanceImage") as arn:
        run = world.stop(arn)
    key, _ = abandoned(world, run)
    again = world.redrive(run)
    assert again.status == "SUCCEEDED", again.cause
    record = world.record(key)
    assert record["Status"] == "COMPLETED"
    assert record.keys().isdisjoint({"ErrorType", "ErrorMessage", "FailedState", "Backstop", "Attention"})
    assert [message["status"] for message in world.messages(key)] == ["FAILED", "COMPLETED"]


def test_an_execution_that_runs_out_of_time_is_recorded_and_told(world: World) -> None:
    with world.redefined(TimeoutSeconds=1), held_up(world, "EnhanceImage") as arn:
        run = world.closed(arn)
    key, record = abandoned(world, run)
    assert run.status == "TIMED_OUT"
    assert (record["Status"], record["FailedState"], record["ErrorType"]) == (
        "FAILED",
        "EnhanceImage",
        "States.Timeout",
    )
    assert [message["failed"]["error"] for message in world.messages(key)] == ["States.Timeout"]


def test_what_the_execution_has_said_itself_is_not_said_again(world: World) -> None:
    key = world.upload(b"no photo")
    run = world.run_of(key)
    before = world.record(key)
    [backstop] = world.backstops(run)
    assert backstop.states == ["RecordFailure", "Skipped"]
    assert backstop.output["skipped"]["Error"] == "DuplicateUploadError"
    assert without({"Concluded"}, world.record(key)) == without({"Concluded"}, before)
    assert world.record(key)["Concluded"].keys() == {run.arn}
    assert len(world.messages(key)) == 1


def test_what_a_dead_recorder_left_out_is_recorded_and_not_told_again(world: World) -> None:
    with world.failing("record", "dynamodb", "UpdateItem"), world.failing("record", "dynamodb", "PutItem"):
        key = world.upload(b"no photo", **{"user-id": "ada"})
        run = world.run_of(key)
        assert world.record(key)["Status"] == "PROCESSING"
    [backstop] = world.backstops(run)
    assert backstop.states == ["RecordFailure", "IsTold", "Skipped"]
    record = world.record(key)
    assert (record["Status"], record["ErrorType"], record["UserId"]) == ("FAILED", "UnsupportedImageError", "ada")
    [message] = world.messages(key)
    assert message["failed"]["message"] == record["ErrorMessage"]


def test_what_a_dead_notifier_left_out_is_told_once_it_is_back(world: World) -> None:
    with world.failing("notify", "sns", "Publish") as fault:
        key = world.upload(b"no photo")
        run = world.run_of(key)
        before = world.record(key)
        eventually(lambda: fault.count >= 9, "the pipeline's seven tries in vain, and two of the backstop's")
    assert world.backstops(run)[0].states[2:5] == ["NotifyFailure", "WaitForNotifier", "RecordFailure"]
    [message] = world.messages(key)
    assert message["failed"]["error"] == "UnsupportedImageError"
    signed = {"Backstop", "BackstopRedriveCount", "Concluded", "Timestamp"}
    assert without(signed, world.record(key)) == without(signed, before)


def without(names: set[str], record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def test_a_photo_whose_success_could_not_be_told_stays_completed(world: World) -> None:
    with world.failing("notify", "sns", "Publish"):
        key = world.upload(jpeg())
        run = world.run_of(key)
    key, record = abandoned(world, run)
    assert record["Status"] == "COMPLETED"
    assert record["NotificationError"].startswith("TransientServiceError")
    [message] = world.messages(key)
    assert message["failed"]["state"] == "NotifyResult"
    assert message["photo"]["key"] == record["EnhancedKey"]


def test_an_event_that_comes_twice_says_it_once(world: World) -> None:
    with held_up(world, "EnhanceImage") as arn:
        run = world.stop(arn)
    key, record = abandoned(world, run)
    second = world.start(world.status_change(run), world.deployment.backstop_arn)
    assert world.closed(second).states == ["RecordFailure", "Skipped"]
    assert world.record(key) == record
    assert len(world.messages(key)) == 1


def test_an_event_that_comes_after_a_redrive_changes_nothing(world: World) -> None:
    with held_up(world, "EnhanceImage") as arn:
        run = world.stop(arn)
    key, _ = abandoned(world, run)
    event = world.status_change(run)
    with world.hanging("enhance", "s3", "PutObject") as fault:
        world.aws.client("stepfunctions").redrive_execution(executionArn=arn)
        eventually(lambda: fault.count, "the redrive to hang")
        before = world.record(key)
        late = world.closed(world.start(event, world.deployment.backstop_arn))
        assert late.output["skipped"]["Error"] == "DuplicateUploadError"
        assert world.record(key) == before
    assert world.closed(arn).status == "SUCCEEDED"
    assert [message["status"] for message in world.messages(key)] == ["FAILED", "COMPLETED"]


def test_an_event_that_comes_after_a_newer_upload_changes_nothing(world: World) -> None:
    with held_up(world, "EnhanceImage") as arn:
        run = world.stop(arn)
    key, _ = abandoned(world, run)
    world.upload(jpeg(seed=2), key)
    world.run_of(key, 2)
    before = world.record(key)
    late = world.closed(world.start(world.status_change(run), world.deployment.backstop_arn))
    assert late.output["skipped"]["Error"] == "SupersededUploadError"
    assert world.record(key) == before
    assert [message["status"] for message in world.messages(key)] == ["FAILED", "COMPLETED"]


@pytest.mark.parametrize("lost", [False, True], ids=["refused", "answer lost"])
def test_the_backstop_has_patience_of_its_own(world: World, lost: bool) -> None:
    with held_up(world, "EnhanceImage") as arn, recorder_trouble(world, lost=lost) as fault:
        run = world.stop(arn)
        eventually(lambda: fault.count >= 8, "more tries than the pipeline has")
    key, record = abandoned(world, run)
    assert record["Status"] == "FAILED"
    assert len(world.messages(key)) == 1


def recorder_trouble(world: World, *, lost: bool) -> Fault:
    trouble = world.losing if lost else world.failing
    return trouble("record", "dynamodb", "UpdateItem")


def test_a_straggler_of_a_stopped_execution_writes_no_more(world: World) -> None:
    with world.hanging("validate", "dynamodb", "PutItem") as fault:
        key = world.upload(jpeg())
        eventually(lambda: fault.count, "the claim to hang")
        run = world.stop(world.executions_for(key)[0])
        _, record = abandoned(world, run)
    eventually(lambda: [line for line in world.log_lines() if key in line and "DuplicateUpload" in line], "its refusal")
    assert world.record(key) == record
    assert (record["Status"], record["FailedState"]) == ("FAILED", "ValidateImage")
    again = world.redrive(run)
    assert again.status == "SUCCEEDED", again.cause
    assert world.record(key)["Status"] == "COMPLETED"


def test_a_claim_whose_lease_ran_out_is_taken_over(world: World) -> None:
    key = world.upload(jpeg())
    event = world.run_of(key).input
    world.amend(key, Status="PROCESSING", ExecutionArn="arn:of:an:execution:that:never:ended")
    assert world.closed(world.start(event)).output["skipped"]["Error"] == "DuplicateUploadError"
    world.amend(key, Timestamp="2020-01-01T00:00:00.000Z")
    heir = world.closed(world.start(event))
    assert heir.states[-1] == "NotifyResult"
    record = world.record(key)
    assert (record["Status"], record["ExecutionArn"], record["Attempt"]) == ("COMPLETED", heir.arn, 2)
