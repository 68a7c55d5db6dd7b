"""`darkroom replay` says in one sentence why it cannot ask AWS, and what is in the queue that it cannot read."""

import json
import re
from collections.abc import Callable

import pytest

from darkroom.__main__ import main
from tests.workflow.test_replay import resend, waiting
from verification.harness.harness import Harness

NAMES = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/darkroom-upload-undelivered"
Replay = Callable[..., tuple[int, str, str]]


@pytest.fixture
def replay(harness: Harness, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Replay:
    """Return a function that calls the command as an operator with these variables; it returns status and output."""

    def call(queue: str, *arguments: str, **variables: str) -> tuple[int, str, str]:
        defaults = dict.fromkeys(NAMES, "operator") | {"AWS_REGION": "", "AWS_PROFILE": ""}
        defaults |= {"AWS_DEFAULT_REGION": harness.aws.region, "AWS_ENDPOINT_URL": harness.aws.endpoint_url}
        # Nothing of this machine's: no profile, no instance metadata.
        defaults |= {"AWS_CONFIG_FILE": "/no/config", "AWS_SHARED_CREDENTIALS_FILE": "/no/credentials"}
        for name, value in (defaults | {"AWS_EC2_METADATA_DISABLED": "true"} | variables).items():
            monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
        status = main(["replay", queue, *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


@pytest.fixture
def queue(harness: Harness) -> str:
    """Return the URL of the uploads' dead-letter queue, emptied."""
    sqs, url = harness.aws.client("sqs"), harness.deployment.dead_letter_queue_url
    while left := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in left:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return url


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"AWS_DEFAULT_REGION": ""}, "no Region is set: set AWS_DEFAULT_REGION"),
        ({"AWS_DEFAULT_REGION": "no region"}, "'no region' is no Region: correct AWS_DEFAULT_REGION"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no AWS credentials were found: log in"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, "the AWS credentials lack AWS_SECRET_ACCESS_KEY: set it too"),
        ({"AWS_PROFILE": "holiday"}, "there is no profile 'holiday': correct AWS_PROFILE"),
        ({"AWS_ENDPOINT_URL": "localhost"}, "Invalid endpoint: localhost: correct AWS_ENDPOINT_URL"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "http://127.0.0.1:9/ does not answer: check the connection"),
    ],
)
def test_what_keeps_it_from_asking_aws_is_one_sentence(
    replay: Replay, variables: dict[str, str], sentence: str
) -> None:
    status, out, err = replay(QUEUE, **variables)
    assert (status, out) == (1, "")
    assert err.startswith(f"darkroom replay: {sentence}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ExpiredToken", "the AWS credentials have expired: log in"),
        ("InvalidClientTokenId", "AWS does not know these credentials: log in"),
        ("AccessDenied", "these credentials may not call ReceiveMessage (AccessDenied: The embedded AWS"),
        ("KmsDisabled", "AWS refused ReceiveMessage with KmsDisabled: The embedded AWS refuses this call"),
    ],
)
def test_what_aws_refuses_is_one_sentence(
    harness: Harness, replay: Replay, queue: str, code: str, sentence: str
) -> None:
    with harness.aws.faults.refuse("sqs", "ReceiveMessage", caller="operator", error_code=code):
        status, out, err = replay(queue)
    assert (status, out) == (1, "")
    assert err.startswith(f"darkroom replay: {sentence}")
    assert err.count("\n") == 1


def test_a_queue_that_does_not_exist_is_said_to_be_missing(harness: Harness, replay: Replay) -> None:
    status, _, err = replay(f"{harness.aws.endpoint_url}/123456789012/no-such-queue")
    assert status == 1
    assert err.startswith("darkroom replay: there is no such queue in this account and Region: copy its URL")
    assert err.count("\n") == 1


def test_what_is_no_url_is_wrong_usage(replay: Replay, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        replay("darkroom-upload-undelivered")
    assert "'darkroom-upload-undelivered' is not a queue's URL; copy it" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("--dry-run",), ("--limit", "3")])
def test_an_empty_queue_is_said_to_be_empty(replay: Replay, queue: str, arguments: tuple[str, ...]) -> None:
    assert replay(queue, *arguments) == (0, "The queue is empty.\n", "")


def send(harness: Harness, body: str) -> str:
    sent = harness.aws.client("sqs").send_message(QueueUrl=harness.deployment.dead_letter_queue_url, MessageBody=body)
    return str(sent["MessageId"])


def test_an_unreadable_message_is_named_and_can_be_discarded(harness: Harness, replay: Replay, queue: str) -> None:
    unreadable, other = send(harness, "hello"), send(harness, "[]")
    status, out, err = replay(queue)
    assert status == 1
    for message in (unreadable, other):
        assert f"Message {message} cannot be replayed: it is not an event of S3 or Step Functions.\n" in out
    assert err.startswith("darkroom replay: 2 messages are no events of EventBridge and not replayed, see above; ")
    assert replay(queue, "--discard", other) == (0, f"Deleted message {other}.\n", "")
    assert waiting(harness, queue) == 1
    _, out, err = replay(queue, "--dry-run")
    assert re.findall(r"Message (\S+) cannot", out) == [unreadable]
    assert err.startswith("darkroom replay: 1 message is no event of EventBridge")
    status, _, err = replay(queue, "--discard", other)
    assert (status, waiting(harness, queue)) == (1, 1)
    assert f"message {other} is not in the queue" in err


def test_an_event_is_not_discarded_even_where_it_names_no_machine(harness: Harness, replay: Replay, queue: str) -> None:
    event = {"id": "1", "detail": {"object": {"key": "beach.jpg"}}}
    message = send(harness, json.dumps(event))
    status, _, err = replay(queue, "--discard", message)
    assert (status, waiting(harness, queue)) == (1, 1)
    assert f"message {message} is the event of beach.jpg: replay it, with --machine if need be" in err
    _, out, _ = replay(queue)
    assert f"Message {message} cannot be replayed: it names no state machine (TARGET_ARN is ''); give --machine" in out
    resend(harness, event)
    assert replay(queue, "--discard", message, "--limit", "1")[0] == 2
    assert waiting(harness, queue) == 2
