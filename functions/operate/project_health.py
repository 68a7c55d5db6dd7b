"""What AWS itself knows of a project: alarms in ALARM, events that started nothing, executions that succeeded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime

from functions.operate.project import Clients, Project
from functions.operate.report_model import ReportModel

# What an alarm means, the command that helps, and its chapter, as deploy/documents/alarms.json has them.
CHAPTER = re.compile(r"(?P<meaning>.*?)(?: Type `[^`]*`, and see)? docs/runbook\.md#(?P<chapter>[a-z-]+)$", re.DOTALL)
DEPTH = "ApproximateNumberOfMessages"


class AlarmState(ReportModel):
    """An alarm in ALARM; `chapter` is the one of docs/runbook.md that is about it."""

    name: str
    since: AwareDatetime
    meaning: str
    chapter: str


class QueueDepth(ReportModel):
    """How many events about wait in a dead-letter queue."""

    name: str
    url: str
    messages: int


def alarms_set_off(clients: Clients, project: Project) -> list[AlarmState]:
    """Return the project's alarms that are in ALARM."""
    pages = clients("cloudwatch").get_paginator("describe_alarms")
    asked = {"AlarmNamePrefix": f"{project.name}-", "StateValue": "ALARM", "AlarmTypes": ["MetricAlarm"]}
    return [state for page in pages.paginate(**asked) for state in _alarms(project, page["MetricAlarms"])]


def dead_letters(clients: Clients, project: Project) -> list[QueueDepth]:
    """Return the depth of both dead-letter queues."""
    sqs = clients("sqs")
    urls = {name: sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in project.dead_letter_queues}
    return [QueueDepth(name=name, url=url, messages=_depth(sqs, url)) for name, url in urls.items()]


def succeeded_count(clients: Clients, project: Project, start: datetime, end: datetime) -> int | None:
    """Return how many executions succeeded in a span of time, None where CloudWatch counted none; one request.

    Those that were skipped, such as duplicates, are among them.
    """
    answer = clients("cloudwatch").get_metric_statistics(
        Namespace="AWS/States",
        MetricName="ExecutionsSucceeded",
        Dimensions=[{"Name": "StateMachineArn", "Value": project.pipeline_arn}],
        StartTime=start,
        EndTime=end,
        Period=_period_seconds((end - start).total_seconds()),
        Statistics=["Sum"],
    )
    sums = [point["Sum"] for point in answer["Datapoints"]]
    return round(sum(sums)) if sums else None


def _alarms(project: Project, found: list[Any]) -> Iterator[AlarmState]:
    for alarm in found:
        described = CHAPTER.fullmatch(alarm.get("AlarmDescription", ""))
        # Another project's name may begin with this one's: its alarms have one more word before what they watch.
        ours = described and _is_of(project, alarm["AlarmName"], described["chapter"])
        # The embedded AWS minds the prefix alone.
        if described and ours and alarm["StateValue"] == "ALARM":
            yield AlarmState(
                name=alarm["AlarmName"],
                since=alarm["StateUpdatedTimestamp"],
                meaning=described["meaning"],
                chapter=described["chapter"],
            )


def _is_of(project: Project, alarm_name: str, chapter: str) -> bool:
    watched = alarm_name.removeprefix(f"{project.name}-").removesuffix(chapter).rstrip("-")
    return watched in {"", "validate", "enhance", "record", "notify", "pipeline", "backstop", "upload"}


def _depth(sqs: Any, url: str) -> int:
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[DEPTH])["Attributes"][DEPTH])


def _period_seconds(span_seconds: float) -> int:
    """Return the shortest period in which a span has at most the 1,440 points that CloudWatch answers at once.

    Older points are kept by five minutes and by the hour.
    """
    if span_seconds <= 86_400:
        return 300
    return 3600 if span_seconds <= 1440 * 3600 else 86_400
