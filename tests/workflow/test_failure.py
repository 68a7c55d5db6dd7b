"""The failure branch: the execution, the record and the message name the same error and the same step."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PIL import Image

from darkroom.local.http.faults import Fault
from functions.shared import workflow
from tests.definitions import tasks
from tests.photos import encoded, jpeg, scene
from verification.harness.execution import Execution
from verification.harness.harness import Harness

FAILURE_BRANCH = [step.state for step in workflow.FAILURE_BRANCH]
RETRIES = tasks()["EnhanceImage"]["Retry"][0]["MaxAttempts"]


def many_frames() -> bytes:
    return encoded(scene(), "GIF", save_all=True, append_images=[scene(seed=seed) for seed in (2, 3)])


# Made when sent: every process of a test run imports this.
BROKEN: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (bytes, "ValidateImage", "CorruptImageError"),
    "a text file called .jpg": (lambda: b"Dear diary, " * 100, "ValidateImage", "UnsupportedImageError"),
    "a header cut short": (lambda: jpeg()[:80], "ValidateImage", "CorruptImageError"),
    "pixels cut short": (lambda: jpeg(width=1600, height=1200)[:-30_000], "EnhanceImage", "CorruptImageError"),
    "too many pixels": (
        lambda: encoded(Image.new("1", (12_000, 9_000)), "PNG"),
        "ValidateImage",
        "ImageTooLargeError",
    ),
    "too many frames": (many_frames, "ValidateImage", "ImageTooLargeError"),
}


def assert_failed_alike(harness: Harness, key: str, run: Execution, state: str, error: str) -> None:
    """The execution, the record and the message name the same step and the same error."""
    assert run.status == "FAILED"
    assert run.error == "ImageFailedError"
    assert f"{state} failed with {error}" in json.loads(run.cause)["errorMessage"]
    assert run.states[-3:] == FAILURE_BRANCH

    record = harness.record(key)
    assert (record["Status"], record["Attention"]) == ("FAILED", "FAILED")
    assert (record["FailedState"], record["ErrorType"]) == (state, error)
    assert record["ErrorMessage"] in json.loads(run.cause)["errorMessage"]

    message = harness.messages(key)[-1]
    assert message["status"] == "FAILED"
    assert (message["failed"]["state"], message["failed"]["error"]) == (state, error)
    assert message["failed"]["message"] == record["ErrorMessage"]
    assert message["execution_arn"] == run.arn


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_upload_fails_at_once_and_says_why(harness: Harness, name: str) -> None:
    make, state, error = BROKEN[name]
    body = make()
    key = harness.upload(body, **{"user-id": "ada"})
    run = harness.run_of(key)
    assert_failed_alike(harness, key, run, state, error)
    assert run.attempts[state] == 1
    assert harness.record(key)["UserId"] == harness.messages(key)[0]["user_id"] == "ada"
    assert not harness.exists(f"enhanced/{key}")
    assert harness.object(key)[0] == body


def test_a_photo_that_is_gone_before_it_is_read(harness: Harness) -> None:
    key = harness.new_key()
    template = harness.run_of(harness.upload(jpeg())).input
    template["detail"]["object"] |= {"key": key, "version-id": "gone"}
    run = harness.closed(harness.start(template))
    assert_failed_alike(harness, key, run, "ValidateImage", "ImageNotFoundError")


CALLS = {
    "ValidateImage": ("validate", "dynamodb", "PutItem"),
    "EnhanceImage": ("enhance", "s3", "PutObject"),
    "RecordResult": ("record", "dynamodb", "UpdateItem"),
    "NotifyResult": ("notify", "sns", "Publish"),
}


@contextmanager
def outage(harness: Harness, step: str, key: str, times: int | None = None) -> Iterator[Fault]:
    """The service that a step needs fails, for the step's function and one photo alone."""
    function, service, operation = CALLS[step]
    with harness.faults.about(key).fail(function, service, operation, times) as fault:
        yield fault


@pytest.mark.parametrize("step", CALLS)
def test_a_short_outage_is_waited_out(harness: Harness, step: str) -> None:
    key = harness.new_key()
    with outage(harness, step, key, times=RETRIES - 2):
        run = harness.run_of(harness.upload(jpeg(), key))
    assert run.status == "SUCCEEDED", run.cause
    assert run.attempts[step] == RETRIES - 1
    assert harness.record(key)["Status"] == "COMPLETED"
    assert len(harness.messages(key)) == 1


@pytest.mark.parametrize("step", CALLS)
def test_a_long_outage_fails_and_a_redrive_resumes_at_the_step(harness: Harness, step: str) -> None:
    key = harness.new_key()
    with outage(harness, step, key) as fault:
        harness.upload(jpeg(), key)
        if step == "RecordResult":
            # The recorder serves both states: it must be back for the failure to be recorded.
            harness.until_entered(key, "RecordFailure")
            fault.lift()
        run = harness.run_of(key)
        assert run.attempts[step] == RETRIES + 1
        assert_outage_is_reported(harness, key, run, step)

    # What it reports comes before the redrive's message.
    harness.backstops(run)
    again = harness.redriven(run)
    assert again.status == "SUCCEEDED", again.cause
    assert again.redrive_count == 1
    names = [found.state for found in workflow.STEPS]
    assert again.states[len(run.states) :] == ["FailUnlessRedriven", "ResumeFailedStep", *names[names.index(step) :]]
    record = harness.record(key)
    assert (record["Status"], record["Attempt"]) == ("COMPLETED", 2)
    assert record.keys().isdisjoint({"ErrorType", "ErrorMessage", "FailedState", "NotificationError", "Attention"})
    assert [message["status"] for message in harness.messages(key)][-1] == "COMPLETED"
    assert [message["status"] for message in harness.messages(key)].count("COMPLETED") == 1


def assert_outage_is_reported(harness: Harness, key: str, run: Execution, step: str) -> None:
    if step != "NotifyResult":
        assert_failed_alike(harness, key, run, step, "TransientServiceError")
        return
    assert (run.status, run.error) == ("FAILED", "ImageFailedError")
    record = harness.record(key)
    assert record["Status"] == "COMPLETED"
    assert record["NotificationError"].startswith("TransientServiceError")
    assert harness.messages(key) == []


def test_with_the_recorder_down_the_failure_is_still_told(harness: Harness) -> None:
    key = harness.new_key()
    with outage(harness, "RecordResult", key):
        run = harness.run_of(harness.upload(b"no photo", key, **{"user-id": "ada"}))
    assert run.status == "FAILED"
    assert run.states[-3:] == FAILURE_BRANCH
    assert harness.messages(key)[-1]["failed"]["error"] == "UnsupportedImageError"


def test_with_the_notifier_down_a_failed_upload_still_ends_failed(harness: Harness) -> None:
    key = harness.new_key()
    with outage(harness, "NotifyResult", key):
        run = harness.run_of(harness.upload(b"no photo", key))
        assert (run.status, run.error) == ("FAILED", "ImageFailedError")
        assert harness.record(key)["ErrorType"] == "UnsupportedImageError"
        assert harness.messages(key) == []


def test_a_missing_permission_is_not_retried_and_says_which(harness: Harness) -> None:
    with harness.faults.deny("enhance", "s3", "PutObject"):
        key = harness.upload(jpeg())
        run = harness.run_of(key)
    assert_failed_alike(harness, key, run, "EnhanceImage", "ServiceRefusedError")
    assert run.attempts["EnhanceImage"] == 1
    assert "AccessDenied" in harness.record(key)["ErrorMessage"]


def test_lambda_out_of_capacity_is_waited_out(harness: Harness) -> None:
    with harness.aws.faults.refuse(
        service="lambda", operation="Invoke", times=1, error_code="TooManyRequestsException", status=429
    ):
        key = harness.upload(jpeg())
        run = harness.run_of(key)
    assert run.status == "SUCCEEDED", run.cause


def test_a_second_failure_after_a_redrive_fails_again_and_can_be_redriven_again(harness: Harness) -> None:
    with harness.faults.deny("enhance", "s3", "PutObject"):
        key = harness.upload(jpeg())
        first = harness.run_of(key)
        second = harness.redriven(first)
    assert (second.status, second.redrive_count) == ("FAILED", 1)
    assert_failed_alike(harness, key, second, "EnhanceImage", "ServiceRefusedError")
    third = harness.redriven(second)
    assert (third.status, third.redrive_count) == ("SUCCEEDED", 2)
    assert harness.record(key)["Attempt"] == 3
