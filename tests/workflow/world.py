"""Darkroom as deployed to the embedded AWS, seen as its users and operators see it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from darkroom.local.http.effects import hang, lost_response
from darkroom.local.http.faults import Where
from darkroom.pipeline import Pipeline
from tests.waiting import eventually

if TYPE_CHECKING:
    from darkroom.local.deploy import Deployment
    from darkroom.local.embedded_aws import EmbeddedAws
    from darkroom.local.http.faults import Fault


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
    _known_inputs: dict[str, dict[str, Any]] = field(default_factory=dict)

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

    def start(self, event: dict[str, Any], machine: str | None = None) -> str:
        """Start an execution by hand, as "New execution" in the console does; return its ARN."""
        machine = machine or self.deployment.state_machine_arn
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=machine, input=json.dumps(event), name=uuid.uuid4().hex
        )
        return str(started["executionArn"])

    def redrive(self, run: Run) -> Run:
        """Press Redrive, and wait for the end."""
        self.aws.client("stepfunctions").redrive_execution(executionArn=run.arn)
        return self.closed(run.arn)

    def stop(self, arn: str) -> Run:
        """Stop an execution, as an operator does; return it."""
        self.aws.client("stepfunctions").stop_execution(executionArn=arn)
        return self.closed(arn)

    @contextmanager
    def redefined(self, **changes: Any) -> Iterator[None]:
        """Start executions by a definition of the pipeline that is changed at its top level."""
        client, machine = self.aws.client("stepfunctions"), self.deployment.state_machine_arn
        definition = client.describe_state_machine(stateMachineArn=machine)["definition"]
        client.update_state_machine(
            stateMachineArn=machine, definition=json.dumps({**json.loads(definition), **changes})
        )
        yield
        client.update_state_machine(stateMachineArn=machine, definition=definition)

    @contextmanager
    def setting(self, function: str, **variables: str) -> Iterator[None]:
        """Let a room's function see other variables."""
        client, function = self.aws.client("lambda"), self.deployment.functions[function]
        before = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=function, Environment={"Variables": {**before, **variables}})
        yield
        client.update_function_configuration(FunctionName=function, Environment={"Variables": before})

    def backstops(self, run: Run, count: int = 1) -> list[Run]:
        """Return the backstop's executions for this end of an execution, once `count` of them have ended."""

        def look() -> list[str] | None:
            found = [arn for arn, event in self._inputs(self.deployment.backstop_arn) if is_about(event, run)]
            return found if len(found) >= count else None

        return [self.closed(arn) for arn in eventually(look, f"{count} backstops for {run.arn}")]

    def status_change(self, run: Run) -> dict[str, Any]:
        """Return the event that told EventBridge of this end of an execution."""
        return self.backstops(run)[0].input

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

    def amend(self, key: str, **attributes: str) -> None:
        """Change a record by hand."""
        self.aws.client("dynamodb").update_item(
            TableName=self.deployment.table,
            Key={"ImageId": {"S": key}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            ExpressionAttributeValues={f":{name}": {"S": value} for name, value in attributes.items()},
        )

    def log_lines(self) -> Iterator[str]:
        """Return what the functions have printed so far."""
        logs = self.aws.client("logs")
        for function in self.deployment.functions:
            group = f"/aws/lambda/{self.deployment.project}-{function}"
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            yield from (event["message"] for page in pages for event in page["events"])

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

    def calls(self, operation: str, function: str) -> int:
        """Return how often a room's function has made a call so far, refused ones included."""
        return sum(1 for call in self.aws.calls if call.operation == operation and function in (call.caller or ""))

    def executions_for(self, key: str) -> list[str]:
        """Return the ARNs of the executions that this key's events have started so far."""
        return self._started_by(key, 1) or []

    def failing(self, function: str, service: str, operation: str, times: int | None = None) -> Fault:
        """Let a call of a room's function fail as in an outage, some times or until lifted.

        Darkroom retries this code and botocore does not: only the state machine's waits count, and those are scaled.
        """
        caller = f"{self.deployment.project}-{function}"
        return self.aws.faults.refuse(
            service, operation, caller=caller, times=times, error_code="InternalError", status=400
        )

    def losing(self, function: str, service: str, operation: str) -> Fault:
        """Let a call of a room's function have its effect and then look like an outage, until lifted."""
        where = Where(service, operation, f"{self.deployment.project}-{function}")
        return self.aws.faults.add(lost_response(where))

    def hanging(self, function: str, service: str, operation: str) -> Fault:
        """Let a room's function wait for the answer to a call, until lifted."""
        where = Where(service, operation, f"{self.deployment.project}-{function}")
        return self.aws.faults.add(hang(where))

    def denied(self, function: str, service: str, operation: str) -> Fault:
        """Take away a room's permission for a call, until lifted."""
        caller = f"{self.deployment.project}-{function}"
        return self.aws.faults.refuse(service, operation, caller=caller, error_code="AccessDenied", status=403)

    @contextmanager
    def settings(self, function: str, **changes: str) -> Iterator[None]:
        """Change a function's environment as an operator would, and put it back."""
        client, name = self.aws.client("lambda"), f"{self.deployment.project}-{function}"
        variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {**variables, **changes}})
        try:
            yield
        finally:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})

    def _started_by(self, key: str, count: int) -> list[str] | None:
        events = self._inputs(self.deployment.state_machine_arn)
        found = [arn for arn, event in events if event.get("detail", {}).get("object", {}).get("key") == key]
        return found if len(found) >= count else None

    def _inputs(self, machine: str) -> list[tuple[str, dict[str, Any]]]:
        """Return ARN and input of a machine's executions, the oldest first."""
        pages = self.aws.client("stepfunctions").get_paginator("list_executions").paginate(stateMachineArn=machine)
        found = [(e["startDate"], e["executionArn"]) for page in pages for e in page["executions"]]
        return [(arn, self._input(arn)) for _, arn in sorted(found)]

    def _input(self, arn: str) -> dict[str, Any]:
        if arn not in self._known_inputs:
            described = self.aws.client("stepfunctions").describe_execution(executionArn=arn)
            self._known_inputs[arn] = json.loads(described["input"])
        return self._known_inputs[arn]

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


def is_about(event: dict[str, Any], run: Run) -> bool:
    """Tell whether a status change is about this end of an execution."""
    detail = event["detail"]
    return (detail["executionArn"], detail["redriveCount"]) == (run.arn, run.redrive_count)
