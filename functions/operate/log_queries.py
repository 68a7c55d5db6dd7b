"""CloudWatch Logs as operators ask it: for the lines of one execution, state by state, bounded in time and number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.operate.execution_logs import LogLine, lines_of
from functions.operate.execution_story import Visit
from functions.operate.report_model import ReportModel

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

MAX_EVENTS = 1000  # of one visit of a state, whatever execution they are of
MAX_VISITS = 20
MAX_LINES = 500
# Clocks differ, and a function's last lines follow its answer.
BEFORE, AFTER = timedelta(seconds=2), timedelta(seconds=5)


class LogExcerpt(ReportModel):
    """The lines of an execution, oldest first; `is_cut` says that there may be more than were read."""

    lines: list[LogLine]
    is_cut: bool


def log_excerpt(
    client: CloudWatchLogsClient, definition: Mapping[str, Any], arn: str, visits: Iterable[Visit], now: datetime
) -> LogExcerpt:
    """Return what the functions logged while the execution visited their states. Raises botocore's errors."""
    found: dict[LogLine, None] = {}
    is_cut = False
    called = [visit for visit in visits if visit.attempts]
    for visit in called[-MAX_VISITS:]:
        function = function_of(definition, visit.state)
        events = _events(client, function, visit, now) if function else []
        is_cut |= len(events) == MAX_EVENTS
        # Two states of one function overlap by the seconds around them.
        lines = lines_of(events, function.rpartition("-")[2], arn, visit.errors)
        found |= dict.fromkeys(lines)
    ordered = sorted(found, key=lambda line: line.at)
    return LogExcerpt(lines=ordered[-MAX_LINES:], is_cut=is_cut or len(ordered) > MAX_LINES or len(called) > MAX_VISITS)


def function_of(definition: Mapping[str, Any], state: str) -> str:
    """Return the name of the function that a state calls, empty where it calls none."""
    resource = str(definition.get("States", {}).get(state, {}).get("Resource", ""))
    return resource.partition(":function:")[2].partition(":")[0]


def _events(client: CloudWatchLogsClient, function: str, visit: Visit, now: datetime) -> list[Mapping[str, Any]]:
    end = now if visit.seconds is None else visit.entered_at + timedelta(seconds=visit.seconds)
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{function}",
        startTime=_milliseconds(visit.entered_at - BEFORE),
        endTime=_milliseconds(end + AFTER),
        PaginationConfig={"MaxItems": MAX_EVENTS},
    )
    try:
        return [event for page in pages for event in page["events"]]
    except ClientError as error:
        # A function that has never run, or whose log was deleted.
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return []


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
