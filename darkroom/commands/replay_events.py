"""`darkroom replay`: the events in a dead-letter queue start their executions after all, each once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape
from rich.table import Table

from darkroom.command_errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_stepfunctions.client import SFNClient
    from rich.console import Console

# Long enough for a batch; a replay that breaks off leaves its messages to the next one after this.
HELD_SECONDS = 120
LONG_POLL_SECONDS = 2
MACHINE_ARN = re.compile(r"arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[\w-]+")


class ReplayError(CommandError):
    """An event could not be replayed; it is still in the queue, and the message says why."""


@dataclass(frozen=True)
class Undelivered:
    """A message of the queue: an event, the state machine that it was for, and why it did not get there."""

    receipt: str
    body: str
    machine_arn: str
    subject: str
    why: str

    @property
    def name(self) -> str:
        """The execution's name, the same at every replay: Step Functions starts no second one of that name."""
        identity = json.loads(self.body).get("id") or hashlib.sha256(self.body.encode()).hexdigest()
        return f"replay-{re.sub(r'[^0-9A-Za-z_-]', '-', str(identity))[:72]}"


def clients(service: str) -> Any:
    """Return a patient client of a service; credentials, Region and endpoint are those of the `aws` command."""
    make: Any = boto3.client
    return make(service, config=Config(retries={"mode": "standard", "max_attempts": 8}))


def replay(  # noqa: PLR0913 - one keyword per option of the command
    queue_url: str,
    console: Console,
    client: Callable[[str], Any] = clients,
    *,
    machine_arn: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
) -> None:
    """Start an execution for each event in the queue, at most `limit`, and take it out; in a dry run only list them.

    Raises ReplayError where AWS refuses, or a message is no event: that one stays in the queue.
    """
    queue = Queue(client("sqs"), queue_url, machine_arn)
    try:
        with queue:
            found = list(queue.receive(limit))
            console.print(_table(found), highlight=False)
            counts = {"would be replayed": len(found)} if dry_run else _start_all(queue, found, client("stepfunctions"))
    except (ClientError, BotoCoreError) as error:
        raise ReplayError(f"{error} What was not replayed is still in the queue.") from error
    console.print(", ".join(f"{count} {what}" for what, count in counts.items()), highlight=False)
    if queue.unreadable:
        raise ReplayError(f"{len(queue.unreadable)} messages are no events of EventBridge, and stay: {queue.complaint}")


class Queue:
    """A dead-letter queue of EventBridge; what is received and not deleted is put back on leaving."""

    def __init__(self, client: SQSClient, url: str, machine_arn: str | None) -> None:
        self._client = client
        self._url = url
        self._machine_arn = machine_arn
        self._held: set[str] = set()
        self.unreadable: list[str] = []
        self.complaint = ""

    def receive(self, limit: int | None) -> Iterator[Undelivered]:
        """Yield the events that are there, each once, and hold them back from others meanwhile."""
        count = 0
        while limit is None or count < limit:
            batch = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10 if limit is None else min(10, limit - count),
                VisibilityTimeout=HELD_SECONDS,
                WaitTimeSeconds=LONG_POLL_SECONDS,
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            for message in batch:
                self._held.add(message["ReceiptHandle"])
                event = self._read(message)
                if event:
                    count += 1
                    yield event
            if not batch:
                return

    def delete(self, event: Undelivered) -> None:
        """Take an event out for good."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=event.receipt)
        self._held.discard(event.receipt)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for receipt in self._held:
            self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=0)

    def _read(self, message: Mapping[str, Any]) -> Undelivered | None:
        notes = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
        target = self._machine_arn or notes.get("TARGET_ARN", "")
        try:
            _require_machine(target)
            subject = _subject(json.loads(message["Body"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.unreadable.append(message["MessageId"])
            self.complaint = f"{message['MessageId']}: {error}"
            return None
        why = notes.get("ERROR_MESSAGE") or notes.get("ERROR_CODE", "unknown")
        return Undelivered(message["ReceiptHandle"], message["Body"], target, subject, why)


def _require_machine(arn: str) -> None:
    if not MACHINE_ARN.fullmatch(arn):
        raise ValueError(f"the message names no state machine (TARGET_ARN {arn!r}); give --machine")


def _subject(event: Mapping[str, Any]) -> str:
    """Return what an event is about: the object's key, or the execution's name."""
    detail = event["detail"]
    return str(detail["object"]["key"] if "object" in detail else detail["executionArn"].rpartition(":")[2])


def _start_all(queue: Queue, events: list[Undelivered], client: SFNClient) -> dict[str, int]:
    counts = {"replayed": 0, "had been replayed before": 0}
    for event in events:
        counts["replayed" if _start(client, event) else "had been replayed before"] += 1
        # Only now: an event is in the queue or has its execution, at every moment.
        queue.delete(event)
    return counts


def _start(client: SFNClient, event: Undelivered) -> bool:
    """Start the event's execution; return False where it was started by an earlier replay."""
    try:
        client.start_execution(stateMachineArn=event.machine_arn, name=event.name, input=event.body)
    except client.exceptions.ExecutionAlreadyExists:
        return False
    return True


def _table(events: list[Undelivered]) -> Table:
    table = Table("event of", "for", "was not delivered because", box=None, header_style="dim", pad_edge=False)
    for event in events:
        table.add_row(escape(event.subject), event.machine_arn.rpartition(":")[2], escape(event.why))
    return table
