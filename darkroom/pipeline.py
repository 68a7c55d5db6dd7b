"""A running pipeline as a person meets it: photos go in, then executions, records and messages can be looked at."""

from __future__ import annotations

import email
import email.policy
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from darkroom.command_errors import CommandError
from darkroom.local.deploy import Deployment, deploy, subscribe
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.local.safeguards import add_safeguards
from darkroom.packaging.zips import build, runtime
from functions.operate.execution_history import Step, steps

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

POLL_SECONDS = 0.1
WAIT_LIMIT_SECONDS = 90.0


class PipelineError(CommandError):
    """The pipeline did not do what it promises in time; the message says what was waited for."""


@dataclass(frozen=True)
class SentMessage:
    """A message as a subscriber got it; a text message has no subject."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Pipeline:
    """A deployment on the embedded AWS; `inbox` is the folder in which its subscribers' messages land."""

    aws: EmbeddedAws
    deployment: Deployment
    inbox: Path

    def upload(self, key: str, body: bytes, *, user_id: str) -> None:
        """Put a user's photo into the bucket."""
        metadata = {"user-id": user_id}
        self.aws.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body, Metadata=metadata)

    def download(self, key: str) -> bytes:
        """Return an object of the bucket."""
        body: bytes = self.aws.client("s3").get_object(Bucket=self.deployment.bucket, Key=key)["Body"].read()
        return body

    def record(self, key: str) -> dict[str, Any]:
        """Return an image's record; empty where there is none."""
        answer = self.aws.client("dynamodb").get_item(TableName=self.deployment.table, Key={"ImageId": {"S": key}})
        return {name: TypeDeserializer().deserialize(value) for name, value in answer.get("Item", {}).items()}

    def executions(self) -> list[DescribeExecutionOutputTypeDef]:
        """Return every execution, newest first."""
        client = self.aws.client("stepfunctions")
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=self.deployment.state_machine_arn)
        found = (execution for page in pages for execution in page["executions"])
        return [client.describe_execution(executionArn=execution["executionArn"]) for execution in found]

    def steps(self, execution_arn: str) -> list[Step]:
        """Return the states that an execution has visited so far."""
        pages = self.aws.client("stepfunctions").get_paginator("get_execution_history")
        return steps(event for page in pages.paginate(executionArn=execution_arn) for event in page["events"])

    def started_by(self, key: str) -> str:
        """Return the ARN of the newest execution that an upload of the key has started. Raises PipelineError."""
        deadline = time.monotonic() + WAIT_LIMIT_SECONDS
        while time.monotonic() < deadline:
            for execution in self.executions():
                if uploaded_key(execution) == key:
                    return execution["executionArn"]
            time.sleep(POLL_SECONDS)
        raise PipelineError(f"No execution started for {key} within {WAIT_LIMIT_SECONDS:.0f} s.")

    def finish(self, execution_arn: str, watch: Callable[[list[Step]], None]) -> DescribeExecutionOutputTypeDef:
        """Wait until an execution ends, showing its steps to `watch` meanwhile. Raises PipelineError."""
        client = self.aws.client("stepfunctions")
        deadline = time.monotonic() + WAIT_LIMIT_SECONDS
        while time.monotonic() < deadline:
            execution: DescribeExecutionOutputTypeDef = client.describe_execution(executionArn=execution_arn)
            watch(self.steps(execution_arn))
            if execution["status"] != "RUNNING":
                return execution
            time.sleep(POLL_SECONDS)
        visited = self.steps(execution_arn)
        where = visited[-1].state if visited else "its start"
        raise PipelineError(f"The execution is still in {where} after {WAIT_LIMIT_SECONDS:.0f} s: {execution_arn}")

    def messages(self) -> list[SentMessage]:
        """Return every message that subscribers got, oldest first."""
        files = sorted(self.inbox.rglob("*.*"), key=lambda path: path.stat().st_mtime_ns)
        return [_read_message(path) for path in files if path.suffix in {".eml", ".txt"}]


def uploaded_key(execution: DescribeExecutionOutputTypeDef) -> str | None:
    """Return the key of the object whose upload started an execution, if one did."""
    document = json.loads(execution.get("input") or "{}")
    key: str | None = document.get("detail", {}).get("object", {}).get("key")
    return key


@contextmanager
def running_pipeline(inbox: Path, *, port: int = 0, wait_scale: float = 1.0) -> Iterator[Pipeline]:
    """Build what has changed, start the embedded AWS, deploy, subscribe a mailbox and a phone; end all on leaving."""
    zips = build("host")
    with EmbeddedAws(inbox=inbox, runtime=runtime(), port=port, wait_scale=wait_scale) as aws:
        deployment = deploy(aws, zips)
        subscribe(aws, deployment, email="photographer@example.com", sms="+15555550100")
        operations = add_safeguards(aws, deployment)
        aws.client("sns").subscribe(TopicArn=operations, Protocol="email", Endpoint="operator@example.com")
        yield Pipeline(aws, deployment, inbox)


def _read_message(path: Path) -> SentMessage:
    if path.suffix == ".txt":
        header, _, text = path.read_text().partition("\n\n")
        return SentMessage(header.removeprefix("To: "), "", text)
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return SentMessage(str(message["To"]), str(message["Subject"]), str(message.get_content()))
