"""Darkroom as deployed to the embedded AWS, seen as its users and operators see it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from darkroom.pipeline import Pipeline
from tests.waiting import eventually

if TYPE_CHECKING:
    from darkroom.local.aws import EmbeddedAws
    from darkroom.local.deploy import Deployment
    from darkroom.local.faults import Fault


@dataclass(frozen=True)
class Run:
    """A closed execution: what the console would show of it."""

    arn: str
    status: str
    input: dict[str, Any]
    output: dict[str, Any]
    error: str
    cause: str
    redrive_count: int
    states: list[str]
    attempts: dict[str, int]
    """How often each state was tried in its latest visit."""


@dataclass
class World:
    """One deployment, and everything that a test does to it."""

    aws: EmbeddedAws
    deployment: Deployment
    messages_queue_url: str
    received: list[dict[str, Any]] = field(default_factory=list)
    _keys: dict[str, str | None] = field(default_factory=dict)

    @property
    def pipeline(self) -> Pipeline:
        """The same deployment as the demo looks at it."""
        return Pipeline(self.aws, self.deployment, self.aws.inbox)

    def new_key(self, name: str = "photo.jpg") -> str:
        """Return a key that no other test uses."""
        return f"{uuid.uuid4().hex[:12]}/{name}"

    def upload(self, body: bytes, key: str | None = None, **metadata: str) -> str:
        """Put an object as a user would; return its key."""
        key = key or self.new_key()
        self.aws.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body, Metadata=metadata)
        return key

    def start(self, event: dict[str, Any]) -> str:
        """Start an execution by hand, as "New execution" in the console does; return its ARN."""
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=self.deployment.state_machine_arn, input=json.dumps(event), name=uuid.uuid4().hex
        )
        return str(started["executionArn"])

    def redrive(self, run: Run) -> Run:
        """Press Redrive, and wait for the end."""
        self.aws.client("stepfunctions").redrive_execution(executionArn=run.arn)
        return self.closed(run.arn)

    def closed(self, arn: str) -> Run:
        """Return the execution once it has ended."""

        def look() -> dict[str, Any] | None:
            described: dict[str, Any] = self.aws.client("stepfunctions").describe_execution(executionArn=arn)
            return described if described["status"] != "RUNNING" else None

        return self._run(eventually(look, f"the end of {arn}"))

    def run_of(self, key: str, count: int = 1) -> Run:
        """Return the newest of `count` executions that uploads of this key have started, once it has ended."""
        arns = eventually(lambda: self._started_by(key, count), f"{count} executions for {key}")
        return [self.closed(arn) for arn in arns][-1]

    def until_entered(self, key: str, state: str) -> None:
        """Wait until the first execution for a key has entered a state."""
        [arn] = eventually(lambda: self._started_by(key, 1), f"an execution for {key}")
        eventually(lambda: state in (step.state for step in self.pipeline.steps(arn)), f"{key} to enter {state}")

    def record(self, key: str) -> dict[str, Any]:
        """Return the key's record in plain values, {} where there is none."""
        return self.pipeline.record(key)

    def object(self, key: str) -> tuple[bytes, dict[str, Any]]:
        """Return an object's bytes and the answer that came with them."""
        answer: dict[str, Any] = self.aws.client("s3").get_object(Bucket=self.deployment.bucket, Key=key)
        return answer["Body"].read(), answer

    def exists(self, key: str) -> bool:
        """Tell whether an object of this very key exists."""
        listed = self.aws.client("s3").list_objects_v2(Bucket=self.deployment.bucket, Prefix=key)
        return any(found["Key"] == key for found in listed.get("Contents", []))

    def messages(self, key: str) -> list[dict[str, Any]]:
        """Return the documents about this key that subscribed programs have got so far, in order."""
        client = self.aws.client("sqs")
        while found := client.receive_message(QueueUrl=self.messages_queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self.received.append(json.loads(message["Body"]))
                client.delete_message(QueueUrl=self.messages_queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [document for document in self.received if document["image_id"] == key]

    def calls(self, operation: str, room: str) -> int:
        """Return how often a room's function has made a call so far, refused ones included."""
        return sum(1 for call in self.aws.calls if call.operation == operation and room in (call.caller or ""))

    def executions_for(self, key: str) -> list[str]:
        """Return the ARNs of the executions that this key's events have started so far."""
        return self._started_by(key, 1) or []

    def failing(self, room: str, service: str, operation: str, times: int | None = None) -> Fault:
        """Let a call of a room's function fail as in an outage, some times or until lifted.

        Darkroom retries this code and botocore does not: only the state machine's waits count, and those are scaled.
        """
        caller = f"{self.deployment.project}-{room}"
        return self.aws.faults.refuse(
            service, operation, caller=caller, times=times, error_code="InternalError", status=400
        )

    def denied(self, room: str, service: str, operation: str) -> Fault:
        """Take away a room's permission for a call, until lifted."""
        caller = f"{self.deployment.project}-{room}"
        return self.aws.faults.refuse(service, operation, caller=caller, error_code="AccessDenied", status=403)

    @contextmanager
    def settings(self, room: str, **changes: str) -> Iterator[None]:
        """Change a function's environment as an operator would, and put it back."""
        client, name = self.aws.client("lambda"), f"{self.deployment.project}-{room}"
        variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {**variables, **changes}})
        try:
            yield
        finally:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})

    def _started_by(self, key: str, count: int) -> list[str] | None:
        pages = self.aws.client("stepfunctions").get_paginator("list_executions")
        machine = self.deployment.state_machine_arn
        executions = (execution for page in pages.paginate(stateMachineArn=machine) for execution in page["executions"])
        found = [(e["startDate"], e["executionArn"]) for e in executions if self._input_key(e["executionArn"]) == key]
        return [arn for _, arn in sorted(found)] if len(found) >= count else None

    def _input_key(self, arn: str) -> str | None:
        if arn not in self._keys:
            described = self.aws.client("stepfunctions").describe_execution(executionArn=arn)
            self._keys[arn] = json.loads(described["input"]).get("detail", {}).get("object", {}).get("key")
        return self._keys[arn]

    def _run(self, described: dict[str, Any]) -> Run:
        visited = self.pipeline.steps(described["executionArn"])
        return Run(
            arn=described["executionArn"],
            status=described["status"],
            input=json.loads(described["input"]),
            output=json.loads(described.get("output") or "{}"),
            error=described.get("error", ""),
            cause=described.get("cause", ""),
            redrive_count=described.get("redriveCount", 0),
            states=[step.state for step in visited],
            attempts={step.state: step.attempts for step in visited},
        )
