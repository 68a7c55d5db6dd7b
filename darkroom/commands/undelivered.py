"""A dead-letter queue of EventBridge: what is in it, read as events, held back meanwhile, and put back or deleted."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

# Long enough for a batch; a replay that breaks off leaves its messages to the next one after this.
HELD_SECONDS = 120
LONG_POLL_SECONDS = 2
MACHINE_ARN = re.compile(r"arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[\w-]+")


@dataclass(frozen=True)
class Undelivered:
    """A message of the queue: an event, the state machine that it was for, and why it did not get there."""

    receipt: str
    message_id: str
    body: str
    machine_arn: str
    subject: str
    why: str

    @property
    def name(self) -> str:
        """The execution's name, the same at every replay: Step Functions starts no second one of that name."""
        identity = json.loads(self.body).get("id") or hashlib.sha256(self.body.encode()).hexdigest()
        return f"replay-{re.sub(r'[^0-9A-Za-z_-]', '-', str(identity))[:72]}"


@dataclass(frozen=True)
class Unreadable:
    """A message of the queue that is no event of EventBridge, or names no state machine."""

    receipt: str
    message_id: str
    why: str


class Queue:
    """A dead-letter queue; what is received and not deleted is put back on leaving.

    `machine_arn` takes the place of the state machine that a message names; without `needs_machine` it may name none.
    """

    def __init__(
        self, client: SQSClient, url: str, machine_arn: str | None = None, *, needs_machine: bool = True
    ) -> None:
        self._client = client
        self._url = url
        self._machine_arn = machine_arn
        self._needs_machine = needs_machine
        self._held: set[str] = set()

    def receive(self, limit: int | None = None) -> Iterator[Undelivered | Unreadable]:
        """Yield the messages that are there, each once, until `limit` events are found; hold them back from others."""
        count = 0
        while limit is None or count < limit:
            batch = self._receive_batch(10 if limit is None else min(10, limit - count))
            for message in batch:
                self._held.add(message["ReceiptHandle"])
                read = self._read(message)
                count += isinstance(read, Undelivered)
                yield read
            if not batch:
                return

    def delete(self, message: Undelivered | Unreadable) -> None:
        """Take a message out for good."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
        self._held.discard(message.receipt)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for receipt in self._held:
            self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=0)

    def _receive_batch(self, most: int) -> list[Any]:
        answer: Any = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=most,
            VisibilityTimeout=HELD_SECONDS,
            WaitTimeSeconds=LONG_POLL_SECONDS,
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def _read(self, message: Mapping[str, Any]) -> Undelivered | Unreadable:
        notes = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
        target = self._machine_arn or notes.get("TARGET_ARN", "")
        try:
            subject = _subject(message["Body"])
            if self._needs_machine:
                _require_machine(target)
        except ValueError as error:
            return Unreadable(message["ReceiptHandle"], message["MessageId"], str(error))
        why = notes.get("ERROR_MESSAGE") or notes.get("ERROR_CODE", "unknown")
        return Undelivered(message["ReceiptHandle"], message["MessageId"], message["Body"], target, subject, why)


def _require_machine(arn: str) -> None:
    if not MACHINE_ARN.fullmatch(arn):
        raise ValueError(f"it names no state machine (TARGET_ARN is {arn!r}); give --machine")


def _subject(body: str) -> str:
    """Return what an event is about: the object's key, or the execution's name. Raises ValueError."""
    try:
        detail = json.loads(body)["detail"]
        return str(detail["object"]["key"] if "object" in detail else detail["executionArn"].rpartition(":")[2])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("it is not an event of S3 or Step Functions") from error
