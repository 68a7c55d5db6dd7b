"""Checks of what limits a deployment: the account's concurrency, and what was turned away on the last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from functions.operate.doctor.findings import Fault
from functions.operate.doctor.plan import Check, Plan, Said
from functions.operate.project import Clients

DAY = timedelta(days=1)
NEAR = 0.8
"""Of a quota, from which on the next burst may meet it."""
RAISE = "ask for a higher quota (Service Quotas, Lambda, Concurrent executions) before more photos come"
# Four steps for each photo, of which one runs at a time; below this not even a small burst goes through.
LEAST_CONCURRENCY = 50


class Metric(NamedTuple):
    """What CloudWatch is asked for."""

    namespace: str
    name: str
    dimensions: dict[str, str]


def read_concurrency(clients: Clients, plan: Plan, account: str) -> Any:  # noqa: ARG001 - every reader is called alike
    """Return how many functions may run at once in the account and Region, and how many did on the last day."""
    limit = clients("lambda").get_account_settings()["AccountLimit"]
    used = _points(clients, plan, Metric("AWS/Lambda", "ConcurrentExecutions", {}), "Maximum")
    return {"limit": limit["ConcurrentExecutions"], "used": max(used, default=None)}


def judge_concurrency(plan: Plan, account: str, facts: Any) -> Iterator[Said]:  # noqa: ARG001
    """Find a concurrency that is small, or nearly used up."""
    limit, used = facts["limit"], facts["used"]
    subject = f"account {account}"
    if limit < LEAST_CONCURRENCY:
        finding = f"may run {limit} functions at once, as new accounts do"
        yield Fault(subject=subject, finding=finding, remedy=RAISE)
    elif used is not None and used >= NEAR * limit:
        yield Fault(subject=subject, finding=f"ran {used:.0f} of {limit} functions at once", remedy=RAISE)
    else:
        most = "CloudWatch has counted none" if used is None else f"{used:.0f} at most on the last day"
        yield f"{limit:,} functions may run at once; {most}"


def read_turned_away(clients: Clients, plan: Plan, thing: str) -> Any:
    """Return how often AWS turned a deployment's calls away on the last day."""
    namespace, name, dimension = TURNED_AWAY[thing][:3]
    return sum(_points(clients, plan, Metric(namespace, name, {dimension: _value(plan, thing)}), "Sum"))


def judge_turned_away(plan: Plan, thing: str, facts: Any) -> Iterator[Said]:
    """Find what was turned away."""
    if facts:
        finding, remedy = TURNED_AWAY[thing][3:]
        yield Fault(subject=plan.of(thing), finding=f"{finding.format(round(facts))} on the last day", remedy=remedy)


LATER = "raise the quota if it goes on; what was turned away is tried again"
LOST = "look at the subscriptions above; messages that could not be delivered are not sent again"
# By thing: namespace, metric, dimension, what was found, what to do.
TURNED_AWAY = {
    "pipeline": ("AWS/States", "ExecutionThrottled", "StateMachineArn", "was throttled {} times", LATER),
    **dict.fromkeys(
        ("validate", "enhance", "record", "notify"),
        ("AWS/Lambda", "Throttles", "FunctionName", "was throttled {} times", LATER),
    ),
    **dict.fromkeys(
        ("results", "operations"),
        ("AWS/SNS", "NumberOfNotificationsFailed", "TopicName", "could not deliver {} messages", LOST),
    ),
}


def _value(plan: Plan, thing: str) -> str:
    return plan.arn("states", f"stateMachine:{plan.of(thing)}") if thing == "pipeline" else plan.of(thing)


def _points(clients: Clients, plan: Plan, metric: Metric, statistic: str) -> list[float]:
    answer = clients("cloudwatch").get_metric_statistics(
        Namespace=metric.namespace,
        MetricName=metric.name,
        Dimensions=[{"Name": name, "Value": value} for name, value in metric.dimensions.items()],
        StartTime=plan.at - DAY,
        EndTime=plan.at,
        Period=3600,
        Statistics=[statistic],
    )
    return [point[statistic] for point in answer["Datapoints"]]


QUOTA_CHECKS = (
    Check(
        "concurrency", "Lambda has room for more", lambda p: [p.project.account_id], read_concurrency, judge_concurrency
    ),
    Check(
        "turned-away",
        "nothing was throttled or undelivered on the last day",
        lambda _: TURNED_AWAY,
        read_turned_away,
        judge_turned_away,
    ),
)
