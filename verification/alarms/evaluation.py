"""Whether an alarm goes off over datapoints: each window that CloudWatch slides over their minutes is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from verification.alarms.datapoints import Datapoint, Series
from verification.alarms.metric_math import READINGS, Value

STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {"Sum": sum, "Maximum": max}


class AmbiguousAlarmError(Exception):
    """Whether an alarm goes off depends on what AWS does not document."""


def gone_off(alarms: Iterable[Mapping[str, Any]], datapoints: Sequence[Datapoint]) -> set[str]:
    """Return the names of the alarms that go off; `alarms` as PutMetricAlarm takes and DescribeAlarms gives them."""
    return {alarm["AlarmName"] for alarm in alarms if goes_off(alarm, datapoints)}


def goes_off(alarm: Mapping[str, Any], datapoints: Sequence[Datapoint]) -> bool:
    """Tell whether an alarm goes off at some time. Raises AmbiguousAlarmError."""
    if (alarm["ComparisonOperator"], alarm["EvaluationPeriods"]) != ("GreaterThanThreshold", 1):
        raise NotImplementedError(f"{alarm['AlarmName']} is evaluated in a way that is not known here.")
    queries = alarm.get("Metrics") or [{"Id": "result", "MetricStat": _only_metric(alarm)}]
    watched = {
        query["Id"]: (query["MetricStat"], _series(query["MetricStat"]["Metric"]))
        for query in queries
        if query.get("MetricStat")
    }
    seen = {series for _, series in watched.values()}
    ends = {point.minute for point in datapoints if point.series in seen}
    expression = next((query["Expression"] for query in queries if query.get("Expression")), "result")
    return any(
        _breaches(
            alarm,
            expression,
            {name: _statistic(stat, series, datapoints, end) for name, (stat, series) in watched.items()},
        )
        for end in ends
    )


def _breaches(alarm: Mapping[str, Any], expression: str, metrics: Mapping[str, Value]) -> bool:
    values = [reading.value(expression, metrics) for reading in READINGS]
    # Missing data does not breach.
    [breaches, *others] = [value is not None and value > float(alarm["Threshold"]) for value in values]
    if others != [breaches]:
        raise AmbiguousAlarmError(f"{alarm['AlarmName']}: {expression} of {metrics} may be any of {values}.")
    return breaches


def _only_metric(alarm: Mapping[str, Any]) -> dict[str, Any]:
    metric = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions")}
    return {"Metric": metric, "Period": alarm["Period"], "Stat": alarm["Statistic"]}


def _series(metric: Mapping[str, Any]) -> Series:
    dimensions = frozenset((item["Name"], item["Value"]) for item in metric["Dimensions"])
    return Series(metric["Namespace"], metric["MetricName"], dimensions)


def _statistic(
    metric_stat: Mapping[str, Any], series: Series, datapoints: Sequence[Datapoint], end_minute: int
) -> Value:
    start_minute = end_minute - metric_stat["Period"] // 60
    values = [
        point.value for point in datapoints if point.series == series and start_minute < point.minute <= end_minute
    ]
    return STATISTICS[metric_stat["Stat"]](values) if values else None
