"""What can be seen of a deployed pipeline: executions, records, objects, messages, calls and logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verification.harness.execution import Execution

if TYPE_CHECKING:
    from darkroom.local.deploy import Deployment
    from darkroom.local.embedded_aws import EmbeddedAws
    from darkroom.pipeline import Pipeline
    from verification.harness.event_recorder import EventRecorder


@dataclass(frozen=True)
class Observer:
    """A deployed pipeline, and the recorder of what its AWS sends out."""

    pipeline: Pipeline
    recorder: EventRecorder

    @property
    def aws(self) -> EmbeddedAws:
        """The embedded AWS that it is deployed to."""
        return self.pipeline.aws

    @property
    def deployment(self) -> Deployment:
        """The names of what was deployed."""
        return self.pipeline.deployment

    def end(self, arn: str, redrive_count: int = 0) -> dict[str, Any]:
        """Wait for the end of an attempt at an execution; return the detail of its status change."""
        return self.recorder.end(arn, redrive_count)

    def closed(self, arn: str) -> Execution:
        """Return an execution once its present attempt has ended."""
        described = self.aws.client("stepfunctions").describe_execution(executionArn=arn)
        if described["status"] == "RUNNING":
            described = self.end(arn, described["redriveCount"])
        return Execution.of(described, self.pipeline.steps(arn))

    def run_of(self, key: str, count: int = 1) -> Execution:
        """Return the newest of `count` executions that uploads of a key have started, once it has ended."""

        def look() -> list[str] | None:
            found = self.executions_for(key)
            return found if len(found) >= count else None

        return self.closed(self.recorder.wait_for(look, f"{count} executions for {key}")[-1])

    def executions_for(self, key: str) -> list[str]:
        """Return the ARNs of the executions that a key's events have started so far, the oldest first."""
        return list(self.recorder.started.get((self.deployment.state_machine_arn, key), []))

    def backstops(self, execution: Execution) -> list[Execution]:
        """Return the backstop's executions for an end of an execution, once they have ended."""
        attempt = (execution.arn, execution.redrive_count)
        found = self.recorder.wait_for(lambda: self.recorder.backstops.get(attempt), f"the backstop of {execution.arn}")
        return [self.closed(arn) for arn in list(found)]

    def until_entered(self, key: str, state: str) -> None:
        """Wait until the first execution for a key has entered a state."""
        [arn] = self.recorder.wait_for(lambda: self.executions_for(key), f"an execution for {key}")
        self.recorder.wait_for(
            lambda: state in (step.state for step in self.pipeline.steps(arn)), f"{key} to enter {state}"
        )

    def record(self, key: str) -> dict[str, Any]:
        """Return a key's record in plain values, {} where there is none."""
        return self.pipeline.record(key)

    def messages(self, key: str) -> list[dict[str, Any]]:
        """Return the documents about a key that subscribed programs have got so far, in order."""
        self.recorder.catch_up()
        return list(self.recorder.messages.get(key, []))

    def object(self, key: str) -> tuple[bytes, dict[str, Any]]:
        """Return an object's bytes and the answer that came with them."""
        answer: dict[str, Any] = self.aws.client("s3").get_object(Bucket=self.deployment.bucket, Key=key)
        return answer["Body"].read(), answer

    def exists(self, key: str) -> bool:
        """Tell whether an object of this very key exists."""
        listed = self.aws.client("s3").list_objects_v2(Bucket=self.deployment.bucket, Prefix=key)
        return any(found["Key"] == key for found in listed.get("Contents", []))

    def calls(self, operation: str, function: str) -> int:
        """Return how often a function has made a call so far, refused ones included."""
        return sum(1 for call in self.aws.calls if call.operation == operation and function in (call.caller or ""))

    def log_lines(self, *functions: str, since_milliseconds: int = 0) -> Iterator[str]:
        """Return what all functions, or the named ones, have printed so far."""
        logs = self.aws.client("logs")
        for function in functions or self.deployment.functions:
            group = f"/aws/lambda/{self.deployment.project}-{function}"
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since_milliseconds)
            yield from (event["message"] for page in pages for event in page["events"])
