"""What Step Functions says about one execution, as far as a re-run depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime

from functions.operate.report_model import ReportModel

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

ExecutionStatus = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]


class ExecutionFacts(ReportModel):
    """One execution. `not_redrivable` is AWS's reason, empty if it can be redriven or AWS does not say."""

    arn: str
    status: ExecutionStatus
    started_at: AwareDatetime
    stopped_at: AwareDatetime | None = None
    redrive_count: int = 0
    not_redrivable: str = ""
    error: str = ""
    cause: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it is at work, or about to be."""
        return self.status in {"RUNNING", "PENDING_REDRIVE"}


def execution_facts(described: DescribeExecutionOutputTypeDef) -> ExecutionFacts:
    """Return the facts in an answer of DescribeExecution."""
    refused = described.get("redriveStatus") == "NOT_REDRIVABLE"
    return ExecutionFacts(
        arn=described["executionArn"],
        status=described["status"],
        started_at=described["startDate"],
        stopped_at=described.get("stopDate"),
        redrive_count=described.get("redriveCount", 0),
        not_redrivable=(described.get("redriveStatusReason") or "AWS does not say why") if refused else "",
        error=described.get("error", ""),
        cause=described.get("cause", ""),
    )
