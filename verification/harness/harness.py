"""The deployed pipeline as every test and proof uses it: what users and operators do to it, and what they see."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from darkroom.local.callers import OPERATOR
from functions.shared.contracts import OUTPUT_PREFIX
from verification.harness.call_faults import CallFaults
from verification.harness.event_recorder import NeverHappenedError
from verification.harness.observer import Observer
from verification.harness.uploads import NOT_A_PHOTO, Upload, event_of, small_photo

if TYPE_CHECKING:
    from verification.harness.execution import Execution

MAX_REDRIVES = 3


@dataclass(frozen=True)
class Harness(Observer):
    """One deployment, and everything that a test does to it."""

    _sequencers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def faults(self) -> CallFaults:
        """Faults at the calls of this deployment's functions."""
        return CallFaults(self.aws, self.deployment.project)

    def new_key(self, name: str = "photo.jpg") -> str:
        """Return a key that no other test uses."""
        return f"{uuid.uuid4().hex[:12]}/{name}"

    def upload(self, body: bytes, key: str | None = None, **metadata: str) -> str:
        """Put an object as a user would; return its key."""
        key = key or self.new_key()
        self.aws.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body, Metadata=metadata)
        return key

    def upload_by_hand(self, key: str, width: int) -> Upload:
        """Put a photo of so many pixels' width, or none where that is 0; its event is for the test to deliver.

        What is no photo is a text, and under a key that ends in a slash empty: a folder marker.
        """
        no_photo = b"" if key.endswith("/") else NOT_A_PHOTO
        body, bucket = small_photo(width) if width else no_photo, self.deployment.bucket
        # The bucket's policy lets nobody but the enhance function write under enhanced/.
        caller = f"{self.deployment.project}-enhance" if key.startswith(OUTPUT_PREFIX) else OPERATOR
        client = self.aws.client_of(caller, "s3")
        put = client.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"user-id": "ada"})
        stored = {"etag": put["ETag"].strip('"'), "version-id": put["VersionId"]}
        sequencer = f"{next(self._sequencers):018X}"
        return Upload(event_of(bucket, key=key, size=len(body), sequencer=sequencer, **stored), width)

    def start(self, event: dict[str, Any], name: str | None = None, *, machine_arn: str | None = None) -> str:
        """Start an execution by hand, as "New execution" in the console does; return its ARN."""
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=machine_arn or self.deployment.state_machine_arn,
            name=name or uuid.uuid4().hex,
            input=json.dumps(event),
        )
        return str(started["executionArn"])

    def start_backstop(self, execution: Execution) -> str:
        """Deliver the event of an execution's end to the backstop once more; return the new execution's ARN."""
        event = self.backstops(execution)[0].input
        return self.start(event, machine_arn=self.deployment.backstop_arn)

    def redrive(self, arn: str) -> None:
        """Press Redrive."""
        self.aws.client("stepfunctions").redrive_execution(executionArn=arn)

    def redriven(self, execution: Execution) -> Execution:
        """Press Redrive, and return the execution when the new attempt has ended."""
        self.redrive(execution.arn)
        return self.closed(execution.arn)

    def stop(self, arn: str) -> Execution:
        """Stop an execution, as an operator does; return it."""
        self.aws.client("stepfunctions").stop_execution(executionArn=arn)
        return self.closed(arn)

    def settle_backstop(self, arn: str, redrive_count: int = 0) -> int:
        """Wait until an attempt's backstop has succeeded; one that failed is redriven, as an operator does.

        Return how often.
        """
        attempt = (arn, redrive_count)
        [backstop] = self.recorder.wait_for(lambda: self.recorder.backstops.get(attempt), f"the backstop of {arn}")
        redrives = 0
        while self.end(backstop, redrives)["status"] != "SUCCEEDED":
            if redrives == MAX_REDRIVES:
                raise NeverHappenedError(f"The backstop of {arn} failed, redriven {redrives} times: {backstop}")
            redrives += 1
            self.redrive(backstop)
        return redrives

    @contextmanager
    def redefined(self, **changes: Any) -> Iterator[None]:
        """Start executions by a definition of the pipeline that is changed at its top level."""
        client, machine = self.aws.client("stepfunctions"), self.deployment.state_machine_arn
        definition = client.describe_state_machine(stateMachineArn=machine)["definition"]
        changed = json.dumps({**json.loads(definition), **changes})
        client.update_state_machine(stateMachineArn=machine, definition=changed)
        try:
            yield
        finally:
            client.update_state_machine(stateMachineArn=machine, definition=definition)

    @contextmanager
    def settings(self, function: str, **changes: str) -> Iterator[None]:
        """Change a function's environment as an operator would, and put it back."""
        client, name = self.aws.client("lambda"), self.deployment.functions[function]
        variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {**variables, **changes}})
        try:
            yield
        finally:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})

    def amend(self, key: str, **attributes: str) -> None:
        """Change a record by hand."""
        self.aws.client("dynamodb").update_item(
            TableName=self.deployment.table,
            Key={"ImageId": {"S": key}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            ExpressionAttributeValues={f":{name}": {"S": value} for name, value in attributes.items()},
        )
