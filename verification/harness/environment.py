"""A deployment on which photos are sent through by hand, each under a mark that its calls bear."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PIL import Image

from darkroom.pipeline import Pipeline
from functions.shared.records.sequencer import normalise_sequencer
from verification.harness.event_recorder import EventRecorder, NeverHappenedError, recording_events

if TYPE_CHECKING:
    from darkroom.local.deploy import Deployment
    from darkroom.local.embedded_aws import EmbeddedAws

BROKEN = b"This is no photo."
# A function that hears nothing must run out of time soon, and a busy machine must not.
TIMEOUT_SECONDS = 12
MAX_REDRIVES = 3


@dataclass(frozen=True)
class Upload:
    """One upload of a key: the event that S3 would have sent, and its photo's width in pixels, 0 where it is none."""

    event: dict[str, Any]
    width: int

    @property
    def key(self) -> str:
        """The object's key."""
        return str(self.event["detail"]["object"]["key"])

    @property
    def sequencer(self) -> str:
        """The sequencer as the record has it."""
        return normalise_sequencer(self.event["detail"]["object"]["sequencer"])


@dataclass(frozen=True)
class Environment:
    """A deployment whose rule of uploads is switched off: executions start when they are told to."""

    aws: EmbeddedAws
    deployment: Deployment
    recorder: EventRecorder
    _sequencers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def pipeline(self) -> Pipeline:
        """The same deployment as a person looks at it."""
        return Pipeline(self.aws, self.deployment, self.aws.inbox)

    def upload(self, key: str, width: int) -> Upload:
        """Put a photo of so many pixels' width, or what is none where that is 0, under a key."""
        body, bucket = photo(width) if width else BROKEN, self.deployment.bucket
        put = self.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body, Metadata={"user-id": "ada"})
        uploaded = {
            "key": key,
            "size": len(body),
            "etag": put["ETag"].strip('"'),
            "version-id": put["VersionId"],
            "sequencer": f"{next(self._sequencers):018X}",
        }
        event = {
            "source": "aws.s3",
            "detail-type": "Object Created",
            "time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "detail": {"bucket": {"name": bucket}, "object": uploaded, "requester": "123456789012"},
        }
        return Upload(event, width)

    def start(self, upload: Upload, name: str) -> str:
        """Start an execution for an upload; return its ARN."""
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=self.deployment.state_machine_arn, name=name, input=json.dumps(upload.event)
        )
        return str(started["executionArn"])

    def end(self, arn: str, redrive_count: int = 0) -> dict[str, Any]:
        """Return how an attempt at an execution ended, as its status change tells."""
        attempt = (arn, redrive_count)
        return self.recorder.wait_for(lambda: self.recorder.ends.get(attempt), f"the end of {arn}")

    def settle_backstop(self, arn: str, redrive_count: int = 0) -> int:
        """Wait until an attempt's backstop has succeeded; one that was refused is redriven, as an operator does.

        Return how often.
        """
        attempt = (arn, redrive_count)
        [backstop] = self.recorder.wait_for(lambda: self.recorder.backstops.get(attempt), f"the backstop of {arn}")
        redrives = 0
        while self.end(backstop, redrives)["status"] != "SUCCEEDED":
            if redrives == MAX_REDRIVES:
                raise NeverHappenedError(
                    f"The backstop of {arn} did not succeed, redriven {redrives} times: {backstop}"
                )
            redrives += 1
            self.redrive(backstop)
        return redrives

    def redrive(self, arn: str) -> None:
        """Press Redrive."""
        self.aws.client("stepfunctions").redrive_execution(executionArn=arn)

    def clients(self, caller: str) -> Callable[[str], Any]:
        """Return what makes the clients of somebody who is not the stage itself."""
        return lambda service: self.aws.client_of(caller, service)

    def send_to_dlq(self, upload: Upload, queue: str) -> None:
        """Let the event of an upload lie in a dead-letter queue of its own."""
        url = self.aws.client("sqs").create_queue(QueueName=queue)["QueueUrl"]
        target = {"TARGET_ARN": {"DataType": "String", "StringValue": self.deployment.state_machine_arn}}
        self.aws.client("sqs").send_message(
            QueueUrl=url, MessageBody=json.dumps(upload.event), MessageAttributes=target
        )

    def queue_url(self, queue: str) -> str:
        """Return the address of a queue."""
        return str(self.aws.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"])

    def is_empty(self, queue: str) -> bool:
        """Tell whether no message is left in a queue."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.aws.client("sqs").get_queue_attributes(QueueUrl=self.queue_url(queue), AttributeNames=names)
        return all(count == "0" for count in found["Attributes"].values())


@contextmanager
def prepared_environment(aws: EmbeddedAws, deployment: Deployment) -> Iterator[Environment]:
    """Switch the deployment's rule of uploads off, shorten its functions' time, and subscribe a witness."""
    aws.client("events").disable_rule(Name=deployment.rule_name)
    for function in deployment.functions.values():
        aws.client("lambda").update_function_configuration(FunctionName=function, Timeout=TIMEOUT_SECONDS)
    with recording_events(aws, deployment) as recorder:
        yield Environment(aws, deployment, recorder)


def photo(width: int) -> bytes:
    """Return a small JPEG of so many pixels' width."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, 48)).convert("RGB").save(file, "JPEG")
    return file.getvalue()
