"""One case at work: uploads of a key, and the execution that is to serve the newest of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from darkroom.local.http.faults import Fault, Where
from darkroom.packaging.repository import FUNCTIONS
from verification.faults.backfilling import BACKFILLER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.harness.harness import Harness
    from verification.harness.record_changes import RecordChanges
    from verification.harness.uploads import Upload


@dataclass
class FaultRun:
    """One case at work. `starts` counts the executions that are due, `backstop_redrives` those of its backstops.

    `notes` is what operators noted in the record of the execution's redrives.
    """

    harness: Harness
    mark: str
    uploads: list[Upload] = field(default_factory=list)
    arn: str = ""
    redrive_count: int = 0
    starts: int = 0
    backstop_redrives: int = 0
    earlier_messages: int = 0
    earlier_record: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None
    changes: RecordChanges | None = None
    forced: set[str] = field(default_factory=set)
    notes: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The key of all its uploads."""
        return self.uploads[-1].key if self.uploads else f"{self.mark}.jpg"

    def upload(self, width: int, key: str = "{mark}.jpg") -> None:
        """Put a photo, or what is none."""
        self.uploads.append(self.harness.upload_by_hand(key.format(mark=self.mark), width))

    def start(self) -> None:
        """Start an execution for the newest upload; its name bears the mark, as its backstop's calls then do."""
        self.arn = self.harness.start(self.uploads[-1].event, f"{self.mark}-{self.starts}")
        self.redrive_count = 0
        self.starts += 1

    def finish(self) -> dict[str, Any]:
        """Return how the execution ended."""
        return self.harness.end(self.arn, self.redrive_count)

    def settle(self) -> None:
        """Wait for the end of the execution and of its backstop, where it has one; messages so far are earlier ones."""
        if self.finish()["status"] != "SUCCEEDED" or self.redrive_count:
            self.backstop_redrives += self.harness.settle_backstop(self.arn, self.redrive_count)
        self.earlier_messages = len(self.harness.recorder.messages[self.key])

    def where(self, service: str, operation: str, function: str) -> Where:
        """Return this case's calls of an operation by a function, or by whoever else is named."""
        caller = f"{self.harness.deployment.project}-{function}" if function in FUNCTIONS else function
        # Of backfills, which are made one at a time, not every call names the photo.
        is_alone = caller == BACKFILLER or (caller, service) == ("states", "s3")
        return Where(service, operation, caller, None if is_alone else self.mark)

    def backstop_is_through(self) -> bool:
        """Tell whether the backstop has ended, or has met the fault as often as it should, or three times."""
        if self.fault and self.fault.count >= (self.fault.times or 3):
            return True
        recorder = self.harness.recorder
        return any((arn, 0) in recorder.ends for arn in recorder.backstops.get((self.arn, self.redrive_count), []))

    def send_to_dlq(self) -> None:
        """Put the event of the newest upload into a dead-letter queue of this run's own."""
        sqs = self.harness.aws.client("sqs")
        url = sqs.create_queue(QueueName=self.mark)["QueueUrl"]
        target = {"DataType": "String", "StringValue": self.harness.deployment.state_machine_arn}
        body = json.dumps(self.uploads[-1].event)
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes={"TARGET_ARN": target})

    @property
    def dlq_url(self) -> str:
        """The address of this run's dead-letter queue."""
        return str(self.harness.aws.client("sqs").get_queue_url(QueueName=self.mark)["QueueUrl"])

    def dlq_is_empty(self) -> bool:
        """Tell whether no message is left in the dead-letter queue."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.harness.aws.client("sqs").get_queue_attributes(QueueUrl=self.dlq_url, AttributeNames=names)
        return all(count == "0" for count in found["Attributes"].values())
