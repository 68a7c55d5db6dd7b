"""What CloudWatch would hold of a deployment: the functions' own metrics, and those of Lambda and Step Functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from darkroom.local.lambda_.lambda_service import Invoked
    from verification.harness.observer import Observer

EXECUTION_METRICS = {"FAILED": "ExecutionsFailed", "TIMED_OUT": "ExecutionsTimedOut", "ABORTED": "ExecutionsAborted"}


@dataclass(frozen=True)
class Series:
    """What identifies a metric: the same name with other dimensions is another metric."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Datapoint:
    """One value of a metric; `at_seconds` since the epoch."""

    series: Series
    at_seconds: float
    value: float

    @property
    def minute(self) -> int:
        """The minute that CloudWatch adds it to."""
        return int(self.at_seconds // 60)


def measured(harness: Observer, since_seconds: float) -> list[Datapoint]:
    """Return what a deployment has measured since then."""
    lines = harness.log_lines(since_milliseconds=int(since_seconds * 1000))
    found = [*embedded(lines), *of_lambda(harness.aws.invocations), *of_executions(harness.recorder.ends)]
    return [datapoint for datapoint in found if datapoint.at_seconds >= since_seconds]


def embedded(lines: Iterable[str]) -> Iterator[Datapoint]:
    """Yield the metrics in log lines, by the specification of CloudWatch's embedded metric format."""
    for line in lines:
        if '"_aws"' not in line:
            continue
        document: dict[str, Any] = json.loads(line)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            yield from _directed(document, directive)


def _directed(document: Mapping[str, Any], directive: Mapping[str, Any]) -> Iterator[Datapoint]:
    at_seconds = document["_aws"]["Timestamp"] / 1000
    for names in directive["Dimensions"]:
        dimensions = frozenset((name, document[name]) for name in names)
        for metric in directive["Metrics"]:
            series = Series(directive["Namespace"], metric["Name"], dimensions)
            yield from (Datapoint(series, at_seconds, value) for value in document[metric["Name"]])


def of_lambda(invocations: Iterable[Invoked]) -> Iterator[Datapoint]:
    """Yield Errors and Duration of each invocation, at the time at which it began."""
    for invoked in invocations:
        dimensions = frozenset({("FunctionName", invoked.function)})
        values = {"Errors": float(invoked.failed), "Duration": invoked.duration_ms}
        for name, value in values.items():
            yield Datapoint(Series("AWS/Lambda", name, dimensions), invoked.at_seconds, value)


def of_executions(ends: Mapping[tuple[str, int], Mapping[str, Any]]) -> Iterator[Datapoint]:
    """Yield what Step Functions counts of executions that ended otherwise than well."""
    for detail in list(ends.values()):
        if name := EXECUTION_METRICS.get(detail["status"]):
            dimensions = frozenset({("StateMachineArn", detail["stateMachineArn"])})
            yield Datapoint(Series("AWS/States", name, dimensions), detail["stopDate"] / 1000, 1)
