"""What Step Functions answers about the executions of the stateful tests; its answers may lag behind."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from verification.histories.interleaving import pause
from verification.histories.interpreter import Execution, Facts

MACHINE_ARN = "arn:aws:states:us-east-1:1:stateMachine:pipeline"


class StepFunctions:
    """What the backstop and operators ask. So many answers of each, `lag`, are those of an earlier moment.

    `on_start` and `on_redrive` begin an attempt when an operator asks for it.
    """

    def __init__(self) -> None:
        self.executions: dict[str, Execution] = {}
        self.lag = {"describe": 0, "history": 0}
        self.on_start: Callable[[str, dict[str, Any]], None]
        self.on_redrive: Callable[[Execution], None]
        self._tokens: set[str] = set()

    def start_execution(self, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:  # noqa: A002, N803
        pause()
        arn = f"{stateMachineArn.replace(':stateMachine:', ':execution:')}:{name}"
        known = self.executions.get(arn)
        if known is None:
            self.on_start(arn, json.loads(input))
        elif known.status != "RUNNING" or json.loads(known.input) != json.loads(input):
            raise _refused("ExecutionAlreadyExists", "StartExecution")
        return {"executionArn": arn}

    def redrive_execution(self, executionArn: str, clientToken: str) -> dict[str, Any]:  # noqa: N803
        """Begin another attempt, once for each token."""
        pause()
        execution = self.executions[executionArn]
        if clientToken not in self._tokens:
            if execution.status in {"RUNNING", "SUCCEEDED"}:
                raise _refused("ExecutionNotRedrivable", "RedriveExecution")
            self._tokens.add(clientToken)
            self.on_redrive(execution)
        return {}

    def describe_state_machine(self, **_: Any) -> dict[str, Any]:
        # No pause: the answer is a cached property, which Python 3.11 lets only one thread of all compute.
        return {"definition": "the pipeline's"}

    def describe_state_machine_for_execution(self, **_: Any) -> dict[str, Any]:
        pause()
        return {"definition": "the pipeline's"}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        pause()
        if executionArn not in self.executions:
            raise _refused("ExecutionDoesNotExist", "DescribeExecution")
        execution = self.executions[executionArn]
        facts = self._known(execution)
        return {
            "executionArn": executionArn,
            "name": executionArn.rpartition(":")[2],
            "status": facts.status,
            "redriveCount": facts.redrive_count,
            "startDate": execution.start_time,
            "input": execution.input,
            **({"output": json.dumps(execution.data)} if facts.status == "SUCCEEDED" else {}),
            **({"error": facts.error, "cause": facts.cause} if facts.error else {}),
        }

    def get_execution_history(self, executionArn: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        pause()
        events = self.executions[executionArn].events
        return {"events": events[: len(events) - self._lags("history")][::-1]}

    def _known(self, execution: Execution) -> Facts:
        return execution.facts[-1 - min(self._lags("describe"), len(execution.facts) - 1)]

    def _lags(self, answer: str) -> int:
        lag = self.lag[answer]
        self.lag[answer] = max(0, lag - 1)
        return lag


def _refused(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "as AWS would"}}, operation)
