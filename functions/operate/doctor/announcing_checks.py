"""Checks of what tells people: subscriptions and alarms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from functions.operate.doctor.findings import Fault
from functions.operate.doctor.plan import Check, Plan, Said, faults_where_it_differs, if_there
from functions.operate.masking import masked
from functions.operate.project import Clients

STUCK = timedelta(days=1)
NOBODY = {
    "operations": "has no confirmed subscription, so alarms reach nobody",
    "results": "has no confirmed subscription any more, so nobody hears of photos",
}
SUBSCRIBE = "`aws sns subscribe --topic-arn {} --protocol email --notification-endpoint ADDRESS`, then confirm"
PENDING = "waits for its confirmation, so it gets nothing"
CONFIRM = "have it confirmed by the link in AWS's message, or subscribe it again"


def read_subscriptions(clients: Clients, plan: Plan, topic: str) -> Any:
    """Return who is subscribed to a topic, None where there is no such topic."""
    pages = clients("sns").get_paginator("list_subscriptions_by_topic")
    asked = pages.paginate(TopicArn=plan.arn("sns", plan.of(topic)))
    return if_there(lambda: [subscription for page in asked for subscription in page["Subscriptions"]])


def judge_subscriptions(plan: Plan, topic: str, facts: Any) -> Iterator[Said]:
    """Find subscriptions that are pending or lost, and a topic that nobody hears."""
    confirmed = 0
    for subscription in facts or []:
        who = f"{subscription['Protocol']} {masked(subscription['Endpoint'])}"
        match subscription["SubscriptionArn"]:
            case "PendingConfirmation":
                yield Fault(subject=f"{who} on {plan.of(topic)}", finding=PENDING, remedy=CONFIRM)
            case "Deleted":
                yield Fault(subject=f"{who} on {plan.of(topic)}", finding="has been unsubscribed", remedy=CONFIRM)
            case _:
                confirmed += 1
                yield f"{plan.of(topic)}: {who}, confirmed"
    # Whether results have subscribers is for the deployment to choose; that alarms have some is not.
    if not confirmed and (topic == "operations" or facts):
        arn = plan.arn("sns", plan.of(topic))
        yield Fault(subject=f"topic {plan.of(topic)}", finding=NOBODY[topic], remedy=SUBSCRIBE.format(arn))
    elif not confirmed:
        yield f"{plan.of(topic)}: nobody is subscribed"


def read_alarms(clients: Clients, plan: Plan, project: str) -> Any:  # noqa: ARG001 - every reader is called alike
    """Return all alarms of a project by their names."""
    pages = clients("cloudwatch").get_paginator("describe_alarms")
    asked = pages.paginate(AlarmNamePrefix=f"{project}-", AlarmTypes=["MetricAlarm"])
    return {alarm["AlarmName"]: alarm for page in asked for alarm in page["MetricAlarms"]}


def judge_alarms(plan: Plan, project: str, facts: Any) -> Iterator[Said]:  # noqa: ARG001
    """Find alarms that are missing, watch something else, reach nobody, or have been stuck for a day."""
    for name in plan.named("alarms"):
        found = facts.get(name)
        wanted = {**plan.documents[f"alarms/{name}"], "ActionsEnabled": True}
        yield from faults_where_it_differs(f"alarm {name}", wanted, found)
        if found and found["StateValue"] != "OK" and found["StateUpdatedTimestamp"] < plan.at - STUCK:
            since = f"{found['StateUpdatedTimestamp']:%Y-%m-%d %H:%M} UTC"
            remedy = "see what `darkroom status` and docs/runbook.md say of it"
            yield Fault(subject=f"alarm {name}", finding=f"is {found['StateValue']} since {since}", remedy=remedy)


ANNOUNCING_CHECKS = (
    Check(
        "subscriptions",
        "confirmed, and alarms reach somebody",
        lambda p: p.named("topics"),
        read_subscriptions,
        judge_subscriptions,
    ),
    Check("alarms", "all there, with actions, none stuck", lambda plan: [plan.project.name], read_alarms, judge_alarms),
)
