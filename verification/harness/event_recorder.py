"""Who saw what: the ends of executions and the messages to subscribers, as they come out of a deployment."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from darkroom.local.deploy import Deployment
    from darkroom.local.embedded_aws import EmbeddedAws

LOOK_SECONDS = 0.05
WAIT_LIMIT_SECONDS = 240
STATUS_CHANGE = "Step Functions Execution Status Change"
Seen = TypeVar("Seen")


class NeverHappenedError(Exception):
    """Something that must happen did not; the message says what, and how long it was waited for."""


@dataclass
class EventRecorder:
    """Reads a queue of status changes and one of messages, and keeps both for whoever waits for them.

    `ends` holds, by ARN and redrive count, the detail of an execution's end; `backstops` the ARNs of the backstops
    that such an end has started; `started` and `ends_by_key` the ARNs and the ends of a key's own executions;
    `messages` the documents about a key, oldest first.
    """

    ends: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    backstops: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    ends_by_key: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    started: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    wait_limit_seconds: float = WAIT_LIMIT_SECONDS
    _news: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, look: Callable[[], Seen | None], what: str) -> Seen:
        """Return what `look` sees as soon as it sees anything; raises NeverHappenedError."""
        deadline = time.monotonic() + self.wait_limit_seconds
        with self._news:
            while not (seen := look()):
                if time.monotonic() > deadline:
                    raise NeverHappenedError(f"Waited {self.wait_limit_seconds} s in vain for {what}.")
                self._news.wait(LOOK_SECONDS)
            return seen

    def take_in(self, document: dict[str, Any]) -> None:
        """Note an event or a message."""
        with self._news:
            if document.get("detail-type") == STATUS_CHANGE:
                self._note_status(document["detail"])
            else:
                self.messages[document["image_id"]].append(document)
            self._news.notify_all()

    def _note_status(self, detail: dict[str, Any]) -> None:
        if detail["status"] != "RUNNING":
            self.ends[detail["executionArn"], detail["redriveCount"]] = detail
        cause = json.loads(detail["input"]).get("detail", {})
        if "object" in cause:
            self.started[cause["object"]["key"]].add(detail["executionArn"])
        if detail["status"] != "RUNNING" and "object" in cause:
            self.ends_by_key[cause["object"]["key"]].append(detail)
        if detail["status"] == "RUNNING" and "executionArn" in cause:
            self.backstops[cause["executionArn"], cause["redriveCount"]].append(detail["executionArn"])


@contextmanager
def recording_events(aws: EmbeddedAws, deployment: Deployment) -> Iterator[EventRecorder]:
    """Subscribe a witness to a deployment's status changes and messages, and let it read on until the end."""
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=f"{deployment.project}-witness")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    machines = [deployment.state_machine_arn, deployment.backstop_arn]
    pattern = {"detail-type": [STATUS_CHANGE], "detail": {"stateMachineArn": machines}}
    rule = f"{deployment.project}-witness"
    aws.client("events").put_rule(Name=rule, EventPattern=json.dumps(pattern))
    aws.client("events").put_targets(Rule=rule, Targets=[{"Id": "witness", "Arn": arn}])
    raw = {"RawMessageDelivery": "true"}
    aws.client("sns").subscribe(TopicArn=deployment.topic_arn, Protocol="sqs", Endpoint=arn, Attributes=raw)
    recorder, over = EventRecorder(), threading.Event()
    reader = threading.Thread(target=_read, args=(sqs, url, recorder, over), daemon=True)
    reader.start()
    try:
        yield recorder
    finally:
        over.set()
        reader.join()
        aws.client("events").remove_targets(Rule=rule, Ids=["witness"])
        aws.client("events").delete_rule(Name=rule)


def _read(sqs: Any, url: str, recorder: EventRecorder, over: threading.Event) -> None:
    while not over.is_set():
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            recorder.take_in(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if not found:
            over.wait(LOOK_SECONDS)
