"""Temporary queues that are subscribed to the topics, so that a probe hears what subscribers hear."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from darkroom.probe.site import Site, read_json
from darkroom.probe.waiting import seen

LONG_POLL_SECONDS = 1
# Nothing that a probe heard lasts, even where the queue could not be deleted.
KEPT_SECONDS = "900"


@dataclass
class Listener:
    """A queue that hears a topic; `heard` holds its messages so far."""

    client: Any
    url: str
    limit_seconds: float
    heard: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, fits: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Wait for a message. Raises NeverSeenError."""
        return seen(lambda: self._first(fits), what, self.limit_seconds)

    def has_heard(self, fits: Callable[[dict[str, Any]], bool]) -> bool:
        """Tell whether a message has come by now."""
        return self._first(fits) is not None

    def _first(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        answer = self.client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=LONG_POLL_SECONDS
        )
        for message in answer.get("Messages", []):
            self.heard.append(read_json(message["Body"]))
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return next((document for document in self.heard if fits(document)), None)


def listen(site: Site, name: str, topic: str, filter_policy: dict[str, Any] | None = None) -> Listener:
    """Make a queue that only this topic may send to, and subscribe it."""
    queue = f"{site.queue_prefix}{site.mark}-{name}"
    arn = site.plan.arn("sqs", queue)
    attributes = {"MessageRetentionPeriod": KEPT_SECONDS, "Policy": _policy(arn, site.topic(topic))}
    url = site.client("sqs").create_queue(QueueName=queue, Attributes=attributes)["QueueUrl"]
    wanted = {"RawMessageDelivery": "true"} | ({"FilterPolicy": json.dumps(filter_policy)} if filter_policy else {})
    site.client("sns").subscribe(TopicArn=site.topic(topic), Protocol="sqs", Endpoint=arn, Attributes=wanted)
    return Listener(site.client("sqs"), url, site.limit_seconds)


def _policy(queue_arn: str, topic_arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
