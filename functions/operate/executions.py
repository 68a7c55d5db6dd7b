"""Step Functions as operators ask it: about one execution at a time; only those that run are listed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.operate.execution_facts import ExecutionFacts, execution_facts
from functions.operate.execution_history import Step, steps
from functions.shared.execution_arn import arn_of_execution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient


@dataclass(frozen=True)
class Executions:
    """The executions of one state machine. Methods raise botocore's errors."""

    client: SFNClient
    machine_arn: str

    def facts(self, arn: str) -> ExecutionFacts | None:
        """Return what is known of an execution, None where Step Functions has forgotten it."""
        try:
            return execution_facts(self.client.describe_execution(executionArn=arn))
        except ClientError as error:
            if _code(error) != "ExecutionDoesNotExist":
                raise
            return None

    def running(self) -> frozenset[str]:
        """Return the names of the executions that run; a request for each thousand."""
        paginator = self.client.get_paginator("list_executions")
        pages = paginator.paginate(stateMachineArn=self.machine_arn, statusFilter="RUNNING")
        return frozenset(execution["name"] for page in pages for execution in page["executions"])

    def input(self, arn: str) -> dict[str, Any]:
        """Return what an execution was started with."""
        if arn not in self._inputs:
            self._inputs[arn] = json.loads(self.client.describe_execution(executionArn=arn).get("input") or "{}")
        return self._inputs[arn]

    def output(self, arn: str) -> Any:
        """Return what an execution that succeeded ended with, None for any other."""
        output = self.client.describe_execution(executionArn=arn).get("output")
        return json.loads(output) if output else None

    def steps(self, arn: str) -> list[Step]:
        """Return the states that an execution has visited, in order."""
        pages = self.client.get_paginator("get_execution_history").paginate(executionArn=arn)
        return steps(event for page in pages for event in page["events"])

    def definition(self, arn: str) -> dict[str, Any]:
        """Return the definition that an execution began with."""
        document: dict[str, Any] = json.loads(self._definition_of(arn))
        return document

    def definition_has_changed(self, arn: str) -> bool:
        """Return whether the state machine has another definition now than an execution began with."""
        return self._definition_of(arn) != self._definition_now

    def redrive(self, facts: ExecutionFacts) -> None:
        """Resume an execution that failed; a call that is repeated for the same failure is one redrive."""
        attempt = f"{facts.arn} {facts.redrive_count}"
        token = hashlib.sha256(attempt.encode()).hexdigest()
        self.client.redrive_execution(executionArn=facts.arn, clientToken=token)

    def start(self, name: str, event: dict[str, Any]) -> tuple[str, ExecutionFacts | None]:
        """Start an execution; return its ARN, and of one that had that name already, what is known of it."""
        arn = arn_of_execution(self.machine_arn, name)
        try:
            self.client.start_execution(stateMachineArn=self.machine_arn, name=name, input=json.dumps(event))
        except ClientError as error:
            if _code(error) != "ExecutionAlreadyExists":
                raise
            return arn, self.facts(arn)
        return arn, None

    def _definition_of(self, arn: str) -> str:
        if arn not in self._definitions:
            found = self.client.describe_state_machine_for_execution(executionArn=arn)
            self._definitions[arn] = found["definition"]
        return self._definitions[arn]

    @cached_property
    def _inputs(self) -> dict[str, dict[str, Any]]:
        """Asked once: an execution keeps its input and its definition, through all redrives."""
        return {}

    @cached_property
    def _definitions(self) -> dict[str, str]:
        return {}

    @cached_property
    def _definition_now(self) -> str:
        return self.client.describe_state_machine(stateMachineArn=self.machine_arn)["definition"]


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
