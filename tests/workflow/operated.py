"""A deployment for the tests of the operator's commands, and what happens to its photos."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.local.http.effects import hang
from darkroom.local.http.faults import Fault, Where
from tests.photos import jpeg
from tests.waiting import eventually
from verification.harness.harness import Harness
from verification.harness.uploads import NOT_A_PHOTO

PROJECT = "operated"
Command = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    def outcomes(self) -> dict[str, str]:
        return {photo["key"]: photo["outcome"] for photo in self.document["photos"]}


def flags(aws: EmbeddedAws) -> tuple[str, ...]:
    """Return the flags that lead a command to the deployment."""
    return ("--project", PROJECT, "--region", aws.region, "--endpoint-url", aws.endpoint_url)


def at_terminal(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Let somebody sit at a terminal, who types this."""
    terminal = io.StringIO(typed)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)


def new_keys(harness: Harness, count: int) -> list[str]:
    return [harness.new_key() for _ in range(count)]


def failed_by(fault: Fault, harness: Harness, keys: list[str]) -> list[str]:
    """Upload photos while a fault is in force; return their keys when all have failed."""
    with fault:
        for key in keys:
            harness.upload(jpeg(), key, **{"user-id": "ada"})
        require_failed(harness, keys)
    return keys


def outage(harness: Harness, keys: list[str]) -> list[str]:
    return failed_by(harness.faults.fail("enhance", "s3", "GetObject"), harness, keys)


def denied(harness: Harness, count: int) -> list[str]:
    """As in an outage, but quicker: a permission that is missing is not waited for."""
    fault = harness.faults.deny("enhance", "s3", "GetObject")
    return failed_by(fault, harness, new_keys(harness, count))


def broken(harness: Harness, keys: list[str]) -> list[str]:
    for key in keys:
        harness.upload(NOT_A_PHOTO, key)
    require_failed(harness, keys)
    return keys


def require_failed(harness: Harness, keys: list[str]) -> None:
    """Wait until the executions of uploads have failed, and their backstops are through."""
    for key in keys:
        execution = harness.run_of(key)
        assert execution.status == "FAILED"
        # It may write late, even into the next test's table.
        harness.backstops(execution)


@contextmanager
def held_backfill(harness: Harness, spared: int = 0) -> Iterator[Callable[[], None]]:
    """Let a backfill wait for the answer to a start, after some that are answered; yield what waits until it does."""
    where = Where("states", "StartExecution", "states", spared=spared)
    with harness.aws.faults.add(hang(where)) as fault:

        def wait() -> None:
            eventually(lambda: fault.count, "the backfill to wait")

        yield wait


def empty_queue(sqs: Any, url: str) -> list[str]:
    """Take all messages out of a queue, and return what they hold; to purge is allowed once a minute."""
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]
