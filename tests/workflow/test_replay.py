"""`darkroom replay`: what EventBridge could not deliver is delivered after all, once."""

import json
from typing import Any

import pytest

from darkroom.__main__ import main
from tests.photos import jpeg
from tests.waiting import eventually
from tests.workflow.world import World


@pytest.fixture(autouse=True)
def _as_an_operator(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", world.aws.endpoint_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", world.aws.region)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "operator")
    sqs, queue = world.aws.client("sqs"), world.deployment.dead_letter_queue_url
    while left := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in left:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def waiting(world: World, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = world.aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert attributes[names[1]] == "0", "messages are still held back"
    return int(attributes[names[0]])


def undelivered(world: World, count: int) -> list[str]:
    """Upload photos whose events start nothing; return their keys."""
    with world.aws.faults.refuse("states", "StartExecution", caller="events", error_code="AccessDeniedException"):
        keys = [world.upload(jpeg()) for _ in range(count)]
        eventually(lambda: waiting(world, world.deployment.dead_letter_queue_url) == count, "the events in the queue")
    return keys


def test_a_dry_run_lists_the_events_and_leaves_them(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    keys = undelivered(world, 2)
    queue = world.deployment.dead_letter_queue_url
    assert main(["replay", queue, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "2 would be replayed" in printed
    assert all(key.split("/")[0] in printed for key in keys)
    assert "AccessDenied" in printed
    assert waiting(world, queue) == 2
    assert not any(world.executions_for(key) for key in keys)


def test_every_event_is_replayed_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    keys = undelivered(world, 12)
    queue = world.deployment.dead_letter_queue_url
    assert main(["replay", queue]) == 0
    assert "12 replayed, 0 had been replayed before" in capsys.readouterr().out
    for key in keys:
        assert world.run_of(key).status == "SUCCEEDED"
        assert world.record(key)["Status"] == "COMPLETED"
    assert waiting(world, queue) == 0
    assert main(["replay", queue]) == 0
    assert "0 replayed" in capsys.readouterr().out


def resend(world: World, message: dict[str, Any]) -> None:
    target = {"TARGET_ARN": {"DataType": "String", "StringValue": world.deployment.state_machine_arn}}
    world.aws.client("sqs").send_message(
        QueueUrl=world.deployment.dead_letter_queue_url, MessageBody=json.dumps(message), MessageAttributes=target
    )


def test_an_event_that_is_in_the_queue_twice_starts_one_execution(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    key = world.upload(jpeg())
    event = world.run_of(key).input
    for _ in range(2):
        resend(world, event)
    assert main(["replay", world.deployment.dead_letter_queue_url]) == 0
    world.run_of(key, 2)
    resend(world, event)
    assert main(["replay", world.deployment.dead_letter_queue_url]) == 0
    assert "0 replayed, 1 had been replayed before" in capsys.readouterr().out
    assert len(world.executions_for(key)) == 2
    assert len(world.messages(key)) == 1


def test_a_limit_leaves_the_rest(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    undelivered(world, 3)
    assert main(["replay", world.deployment.dead_letter_queue_url, "--limit", "2"]) == 0
    assert "2 replayed" in capsys.readouterr().out
    assert waiting(world, world.deployment.dead_letter_queue_url) == 1


def test_what_is_no_event_stays_and_is_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    [key] = undelivered(world, 1)
    queue = world.deployment.dead_letter_queue_url
    resend(world, {"hello": "world"})
    world.aws.client("sqs").send_message(
        QueueUrl=queue, MessageBody=json.dumps(world.run_of(world.upload(jpeg())).input)
    )
    assert main(["replay", queue]) == 1
    captured = capsys.readouterr()
    assert "1 replayed" in captured.out
    assert "2 messages are no events of EventBridge" in captured.err
    assert world.run_of(key).status == "SUCCEEDED"
    assert waiting(world, queue) == 2


def test_a_refused_start_loses_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    [key] = undelivered(world, 1)
    queue = world.deployment.dead_letter_queue_url
    with world.aws.faults.refuse("states", "StartExecution", error_code="AccessDeniedException"):
        assert main(["replay", queue]) == 1
    assert "AccessDenied" in capsys.readouterr().err
    assert waiting(world, queue) == 1
    assert main(["replay", queue]) == 0
    assert world.run_of(key).status == "SUCCEEDED"


def test_the_backstops_events_are_replayed_to_the_backstop(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    queue = world.deployment.backstop_dead_letter_queue_url
    event = world.run_of(world.upload(b"no photo")).input
    with world.aws.faults.refuse("states", "StartExecution", caller="events", error_code="AccessDeniedException"):
        run = world.closed(world.start(event))
        eventually(lambda: waiting(world, queue), "the end in the backstop's queue")
    assert main(["replay", queue]) == 0
    assert "1 replayed" in capsys.readouterr().out
    assert world.backstops(run)[0].states == ["RecordFailure", "Skipped"]


def test_a_queue_that_does_not_exist_is_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", f"{world.aws.endpoint_url}/123456789012/no-such-queue"]) == 1
    assert "replay" in capsys.readouterr().err
