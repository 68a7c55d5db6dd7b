"""Records what an embedded AWS sends out: status changes of executions, and messages to subscribers."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from darkroom.local.embedded_aws import EmbeddedAws

# What is looked at may change without an event, such as how often a fault was met.
LOOK_SECONDS = 0.05
LONG_POLL_SECONDS = 20
WAIT_LIMIT_SECONDS = 240
STATUS_CHANGE = "Step Functions Execution Status Change"
MARKER = "marker"
NAME = "event-recorder"
Seen = TypeVar("Seen")


class NeverHappenedError(Exception):
    """Something that must happen did not; the message says what, and how long it was waited for."""


@dataclass
class EventRecorder:
    """Reads one queue of status changes and messages, and keeps both for whoever waits for them.

    `ends` holds the detail of an execution's end by ARN and redrive count; `started` the ARNs of a key's executions by
    the state machine's ARN and the key, oldest first; `backstops` the ARNs of the executions that an end has started;
    `messages` the documents about a key, oldest first.
    """

    aws: EmbeddedAws
    queue_url: str
    ends: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    started: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    backstops: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    wait_limit_seconds: float = WAIT_LIMIT_SECONDS
    _markers: set[str] = field(default_factory=set)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, look: Callable[[], Seen | None], what: str) -> Seen:
        """Return what `look` sees as soon as it sees anything; raises NeverHappenedError."""
        deadline = time.monotonic() + self.wait_limit_seconds
        with self._changed:
            while not (seen := look()):
                if time.monotonic() > deadline:
                    raise NeverHappenedError(f"Waited {self.wait_limit_seconds} s in vain for {what}.")
                self._changed.wait(LOOK_SECONDS)
            return seen

    def end(self, arn: str, redrive_count: int) -> dict[str, Any]:
        """Wait for the end of an attempt at an execution; return the detail of its status change."""
        return self.wait_for(lambda: self.ends.get((arn, redrive_count)), f"the end of {arn}")

    def catch_up(self) -> None:
        """Wait until everything is recorded that is in the queue now."""
        marker = self.send_marker()
        self.wait_for(lambda: marker in self._markers, "a marker in the recorder's queue")

    def send_marker(self) -> str:
        """Put a marker into the queue, which wakes the reader; return it."""
        marker = uuid.uuid4().hex
        self.aws.client("sqs").send_message(QueueUrl=self.queue_url, MessageBody=json.dumps({MARKER: marker}))
        return marker

    def subscribe(self, topic_arn: str) -> None:
        """Record the messages of a topic from now on."""
        raw = {"RawMessageDelivery": "true"}
        arn = _queue_arn(self.aws, self.queue_url)
        self.aws.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, Attributes=raw)

    def take_in(self, document: dict[str, Any]) -> None:
        """Note a status change, a message or a marker."""
        with self._changed:
            if document.get("detail-type") == STATUS_CHANGE:
                self._note_status(document["detail"])
            elif MARKER in document:
                self._markers.add(document[MARKER])
            else:
                self.messages[document["image_id"]].append(document)
            self._changed.notify_all()

    def _note_status(self, detail: dict[str, Any]) -> None:
        arn = detail["executionArn"]
        if detail["status"] != "RUNNING":
            self.ends[arn, detail["redriveCount"]] = detail
            return
        cause = _cause(detail)
        if "object" in cause:
            _add(self.started[detail["stateMachineArn"], cause["object"]["key"]], arn)
        elif "executionArn" in cause:
            _add(self.backstops[cause["executionArn"], cause["redriveCount"]], arn)


@contextmanager
def recording_events(aws: EmbeddedAws) -> Iterator[EventRecorder]:
    """Record the status changes of all executions, and the messages of the topics that are subscribed to."""
    queue_url = aws.client("sqs").create_queue(QueueName=NAME)["QueueUrl"]
    aws.client("events").put_rule(Name=NAME, EventPattern=json.dumps({"detail-type": [STATUS_CHANGE]}))
    aws.client("events").put_targets(Rule=NAME, Targets=[{"Id": NAME, "Arn": _queue_arn(aws, queue_url)}])
    recorder, over = EventRecorder(aws, queue_url), threading.Event()
    reader = threading.Thread(target=_read, args=(recorder, over), daemon=True)
    reader.start()
    try:
        yield recorder
    finally:
        over.set()
        recorder.send_marker()
        reader.join()
        aws.client("events").remove_targets(Rule=NAME, Ids=[NAME])
        aws.client("events").delete_rule(Name=NAME)


def _read(recorder: EventRecorder, over: threading.Event) -> None:
    sqs, url = recorder.aws.client("sqs"), recorder.queue_url
    while not over.is_set():
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=LONG_POLL_SECONDS)
        found = answer.get("Messages", [])
        if found:
            handles = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(found)]
            sqs.delete_message_batch(QueueUrl=url, Entries=handles)
        for message in found:
            recorder.take_in(json.loads(message["Body"]))


def _queue_arn(aws: EmbeddedAws, url: str) -> str:
    attributes = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return str(attributes["QueueArn"])


def _cause(detail: dict[str, Any]) -> dict[str, Any]:
    """Return the detail of the event that started an execution, {} where no event did."""
    event = json.loads(detail["input"])
    cause = event.get("detail") if isinstance(event, dict) else None
    return cause if isinstance(cause, dict) else {}


def _add(arns: list[str], arn: str) -> None:
    # A redrive is announced as RUNNING once more.
    if arn not in arns:
        arns.append(arn)
