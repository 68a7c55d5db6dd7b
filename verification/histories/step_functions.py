"""What Step Functions answers about the executions of the stateful tests; its answers may lag behind."""

import json
from typing import Any

from verification.histories.interleaving import pause
from verification.histories.interpreter import Execution, Facts


class StepFunctions:
    """DescribeExecution and GetExecutionHistory. So many answers of each, `lag`, are those of an earlier moment."""

    def __init__(self) -> None:
        self.executions: dict[str, Execution] = {}
        self.lag = {"describe": 0, "history": 0}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        pause()
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
