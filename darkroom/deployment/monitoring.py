"""What tells people: alarms and the dashboard, as inputs of aws commands."""

import json
from typing import Any

from darkroom.deployment.documents import document, tag_list
from darkroom.deployment.names import Names
from darkroom.deployment.storage_resources import Documents
from darkroom.packaging.repository import function_definition

ANYTHING = {
    "machine_arn": "",
    "function_name": "",
    "slow_milliseconds": "0",
    "queue_name": "",
    "rule_name": "",
}


def alarm_documents(names: Names) -> Documents:
    """Return every alarm by its name."""
    alarms: list[dict[str, Any]] = []
    for function in names.functions:
        slow = function_definition(function).timeout_seconds * 800
        values = {"function_name": names.of(function), "slow_milliseconds": str(slow)}
        alarms += _alarms(names, "function", names.of(function), values)
    for machine in names.machines:
        alarms += _alarms(names, "machine", names.of(machine), {"machine_arn": names.machine_arn(machine)})
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


def _alarms(names: Names, kind: str, prefix: str, values: dict[str, str]) -> list[dict[str, Any]]:
    found = document(names, "alarms", **{**ANYTHING, **values})[kind]
    return [_alarm(names, f"{prefix}-{name}", alarm) for name, alarm in found.items()]


def _alarm(names: Names, name: str, alarm: dict[str, Any]) -> dict[str, Any]:
    topic = [names.arn("sns", names.of("operations"))]
    return {
        "AlarmName": name,
        "AlarmDescription": alarm["Description"],
        **{key: alarm[key] for key in ("Namespace", "MetricName", "Statistic", "ComparisonOperator")},
        "Dimensions": [{"Name": key, "Value": value} for key, value in alarm["Dimensions"].items()],
        "Threshold": float(alarm["Threshold"]),
        "Period": 300,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
        "AlarmActions": topic,
        "OKActions": topic,
        "Tags": tag_list(names),
    }
