"""`darkroom replay`: what EventBridge could not deliver is delivered after all, once."""

import json
from typing import Any

import pytest

from darkroom.__main__ import main
from tests.photos import jpeg
from tests.waiting import eventually
from verification.harness.harness import Harness


@pytest.fixture(autouse=True)
def _as_an_operator(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", harness.aws.endpoint_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", harness.aws.region)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "operator")
    sqs, queue = harness.aws.client("sqs"), harness.deployment.dead_letter_queue_url
    while left := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in left:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def waiting(harness: Harness, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = harness.aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert attributes[names[1]] == "0", "messages are still held back"
    return int(attributes[names[0]])


def undelivered(harness: Harness, count: int) -> list[str]:
    """Upload photos whose events start nothing; return their keys."""
    with harness.aws.faults.refuse("states", "StartExecution", caller="events", error_code="AccessDeniedException"):
        keys = [harness.upload(jpeg()) for _ in range(count)]
        eventually(
            lambda: waiting(harness, harness.deployment.dead_letter_queue_url) == count, "the events in the queue"
        )
    return keys


def test_a_dry_run_lists_the_events_and_leaves_them(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    keys = undelivered(harness, 2)
    queue = harness.deployment.dead_letter_queue_url
    assert main(["replay", queue, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "2 would be replayed" in printed
    assert all(key.split("/")[0] in printed for key in keys)
    assert "AccessDenied" in printed
    assert waiting(harness, queue) == 2
    assert not any(harness.executions_for(key) for key in keys)


def test_every_event_is_replayed_once(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    keys = undelivered(harness, 12)
    queue = harness.deployment.dead_letter_queue_url
    assert main(["replay", queue]) == 0
    assert "12 replayed, 0 had been replayed before" in capsys.readouterr().out
    for key in keys:
        assert harness.run_of(key).status == "SUCCEEDED"
        assert harness.record(key)["Status"] == "COMPLETED"
    assert waiting(harness, queue) == 0
    assert main(["replay", queue]) == 0
    assert capsys.readouterr().out == "The queue is empty.\n"


def resend(harness: Harness, message: dict[str, Any]) -> None:
    target = {"TARGET_ARN": {"DataType": "String", "StringValue": harness.deployment.state_machine_arn}}
    harness.aws.client("sqs").send_message(
        QueueUrl=harness.deployment.dead_letter_queue_url, MessageBody=json.dumps(message), MessageAttributes=target
    )


def test_an_event_that_is_in_the_queue_twice_starts_one_execution(
    harness: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    key = harness.upload(jpeg())
    event = harness.run_of(key).input
    for _ in range(2):
        resend(harness, event)
    assert main(["replay", harness.deployment.dead_letter_queue_url]) == 0
    harness.run_of(key, 2)
    resend(harness, event)
    assert main(["replay", harness.deployment.dead_letter_queue_url]) == 0
    assert "0 replayed, 1 had been replayed before" in capsys.readouterr().out
    assert len(harness.executions_for(key)) == 2
    assert len(harness.messages(key)) == 1


def test_a_limit_leaves_the_rest(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    undelivered(harness, 3)
    assert main(["replay", harness.deployment.dead_letter_queue_url, "--limit", "2"]) == 0
    assert "2 replayed" in capsys.readouterr().out
    assert waiting(harness, harness.deployment.dead_letter_queue_url) == 1


def test_what_is_no_event_stays_and_is_named(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    [key] = undelivered(harness, 1)
    queue = harness.deployment.dead_letter_queue_url
    resend(harness, {"hello": "harness"})
    harness.aws.client("sqs").send_message(
        QueueUrl=queue, MessageBody=json.dumps(harness.run_of(harness.upload(jpeg())).input)
    )
    assert main(["replay", queue]) == 1
    captured = capsys.readouterr()
    assert "1 replayed" in captured.out
    assert "2 messages are no events of EventBridge" in captured.err
    assert harness.run_of(key).status == "SUCCEEDED"
    assert waiting(harness, queue) == 2


def test_a_refused_start_loses_nothing(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    [key] = undelivered(harness, 1)
    queue = harness.deployment.dead_letter_queue_url
    with harness.aws.faults.refuse("states", "StartExecution", error_code="AccessDeniedException"):
        assert main(["replay", queue]) == 1
    assert "AccessDenied" in capsys.readouterr().err
    assert waiting(harness, queue) == 1
    assert main(["replay", queue]) == 0
    assert harness.run_of(key).status == "SUCCEEDED"


def test_the_backstops_events_are_replayed_to_the_backstop(
    harness: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = harness.deployment.backstop_dead_letter_queue_url
    event = harness.run_of(harness.upload(b"no photo")).input
    with harness.aws.faults.refuse("states", "StartExecution", caller="events", error_code="AccessDeniedException"):
        run = harness.closed(harness.start(event))
        eventually(lambda: waiting(harness, queue), "the end in the backstop's queue")
    assert main(["replay", queue]) == 0
    assert "1 replayed" in capsys.readouterr().out
    assert harness.backstops(run)[0].states == ["RecordFailure", "Skipped"]


def test_a_queue_that_does_not_exist_is_named(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", f"{harness.aws.endpoint_url}/123456789012/no-such-queue"]) == 1
    assert "replay" in capsys.readouterr().err
