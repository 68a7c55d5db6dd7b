"""A closed execution, as the console would show it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functions.operate.execution_history import Step


@dataclass(frozen=True)
class Execution:
    """What a closed execution got, gave and visited; `attempts` counts the tries of each state's latest visit."""

    arn: str
    status: str
    input: dict[str, Any]
    output: dict[str, Any]
    error: str
    cause: str
    redrive_count: int
    states: list[str]
    attempts: dict[str, int]

    @classmethod
    def of(cls, described: Mapping[str, Any], visited: Sequence[Step]) -> Execution:
        """Return it from the answer of DescribeExecution, or the detail of a status change, and its steps."""
        return cls(
            arn=described["executionArn"],
            status=described["status"],
            input=json.loads(described["input"]),
            output=json.loads(described.get("output") or "{}"),
            error=described.get("error") or "",
            cause=described.get("cause") or "",
            redrive_count=described.get("redriveCount", 0),
            states=[step.state for step in visited],
            attempts={step.state: step.attempts for step in visited},
        )
