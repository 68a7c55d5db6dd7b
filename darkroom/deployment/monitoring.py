"""What tells people: alarms, the dashboard and saved queries of logs, as inputs of aws commands."""

import json
from typing import Any

from darkroom.deployment.documents import document, tag_list
from darkroom.deployment.names import Names
from darkroom.deployment.storage_resources import Documents
from darkroom.packaging.repository import function_definition

# Alarms of earlier versions that this one does not make; an upgrade deletes them. A broken photo set this one off.
FORMER_ALARMS = ("pipeline-executions-failed",)
ANYTHING = {
    "machine_arn": "",
    "function": "",
    "function_name": "",
    "slow_milliseconds": "0",
    "queue_name": "",
    "rule_name": "",
}


def alarm_documents(names: Names) -> Documents:
    """Return every alarm by its name."""
    alarms = _alarms(names, "project", names.settings.project_name, {})
    for function in names.functions:
        slow = function_definition(function).timeout_seconds * 800
        values = {"function": function, "function_name": names.of(function), "slow_milliseconds": str(slow)}
        alarms += _alarms(names, "function", names.of(function), values)
    for machine in names.machines:
        values = {"machine_arn": names.machine_arn(machine)}
        # Those of every machine, and those of this one alone. A backfill is stopped by who has started it.
        stopped = [] if machine in names.started_by_events else [names.of(f"{machine}-executions-aborted")]
        found = _alarms(names, "machine", names.of(machine), values)
        alarms += [alarm for alarm in found if alarm["AlarmName"] not in stopped]
        alarms += _alarms(names, machine, names.of(machine), values)
    for rule in names.rules:
        values = {"rule_name": names.of(rule), "queue_name": names.of(f"{rule}-undelivered")}
        alarms += _alarms(names, "rule", names.of(rule), values)
    return {f"alarms/{alarm['AlarmName']}": alarm for alarm in alarms}


def dashboard_documents(names: Names) -> Documents:
    """Return the dashboard: the overview, and a widget for each function."""
    upload = {"upload_rule_name": names.of("upload"), "upload_queue_name": names.of("upload-undelivered")}
    widgets = document(names, "dashboard", **upload, function_name="")["overview"]
    for function in names.functions:
        widgets.append(document(names, "dashboard", **upload, function_name=names.of(function))["function"])
    return {"dashboard/body": {"DashboardBody": json.dumps({"widgets": widgets})}}


def query_documents(names: Names) -> Documents:
    """Return every saved query of Logs Insights by its name, in the project's folder."""
    return {
        f"queries/{name}": {"name": f"{names.settings.project_name}/{name}", **query}
        for name, query in document(names, "queries").items()
    }


def _alarms(names: Names, group: str, prefix: str, values: dict[str, str]) -> list[dict[str, Any]]:
    found = document(names, "alarms", **{**ANYTHING, **values}).get(group, {})
    return [_alarm(names, f"{prefix}-{name}", alarm) for name, alarm in found.items()]


def _alarm(names: Names, name: str, alarm: dict[str, Any]) -> dict[str, Any]:
    topic = [names.arn("sns", names.of("operations"))]
    return {
        "AlarmName": name,
        "AlarmDescription": alarm["Description"],
        **(_computed(alarm) if "Expression" in alarm else _measured(alarm)),
        "ComparisonOperator": alarm["ComparisonOperator"],
        "Threshold": float(alarm["Threshold"]),
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
        "AlarmActions": topic,
        "OKActions": topic,
        "Tags": tag_list(names),
    }


def _measured(alarm: dict[str, Any]) -> dict[str, Any]:
    """Return the part of an alarm on one metric."""
    return {**_metric(alarm), "Statistic": alarm["Statistic"], "Period": alarm["Period"]}


def _computed(alarm: dict[str, Any]) -> dict[str, Any]:
    """Return the part of an alarm on an expression of metrics."""
    result = {"Id": "result", "Expression": alarm["Expression"], "Label": "result", "ReturnData": True}
    metrics = [
        {
            "Id": name,
            "MetricStat": {"Metric": _metric(metric), "Period": alarm["Period"], "Stat": metric["Statistic"]},
            "ReturnData": False,
        }
        for name, metric in alarm["Metrics"].items()
    ]
    return {"Metrics": [result, *metrics]}


def _metric(metric: dict[str, Any]) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in metric["Dimensions"].items()]
    return {"Namespace": metric["Namespace"], "MetricName": metric["MetricName"], "Dimensions": dimensions}
