"""Checks of what works: roles, functions, state machines, rules and their dead-letter queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from functions.operate.doctor.findings import Fault
from functions.operate.doctor.granted import excess, lacking
from functions.operate.doctor.plan import Check, Plan, Said, faults_where_it_differs, if_there
from functions.operate.project import Clients

THROTTLED = "may run no copy of itself (its reserved concurrency is 0), so every call is turned away"
MAX_NAMED = 3


def read_role(clients: Clients, plan: Plan, role: str) -> Any:
    """Return who may assume a role, and its own policies; None where there is none."""
    client, name = clients("iam"), plan.documents[f"roles/{role}/create"]["RoleName"]
    found = if_there(lambda: client.get_role(RoleName=name))
    if found is None:
        return None
    names = client.list_role_policies(RoleName=name)["PolicyNames"]
    policies = [client.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in names]
    return {"trust": {"PolicyDocument": found["Role"]["AssumeRolePolicyDocument"]}, "policies": policies}


def judge_role(plan: Plan, role: str, facts: Any) -> Iterator[Said]:
    """Find what a role may not do and should, what it may beyond that, and one that its service cannot assume."""
    subject = f"role {plan.documents[f'roles/{role}/create']['RoleName']}"
    if facts is None:
        yield Fault(subject=subject, finding="is not there")
        return
    yield from faults_where_it_differs(
        f"the trust policy of {subject}", plan.documents[f"roles/{role}/trust"], facts["trust"]
    )
    wanted = json.loads(plan.documents[f"roles/{role}/policy"]["PolicyDocument"])
    for finding, grants in (
        ("may not", list(lacking(wanted, facts["policies"]))),
        ("may without need for it", list(excess(wanted, facts["policies"]))),
    ):
        if grants:
            more = f", and {len(grants) - MAX_NAMED} more" if len(grants) > MAX_NAMED else ""
            yield Fault(subject=subject, finding=f"{finding} {', '.join(grants[:MAX_NAMED])}{more}")


def read_function(clients: Clients, plan: Plan, function: str) -> Any:
    """Return a function's configuration and its reserved concurrency; None where there is none."""
    client, name = clients("lambda"), plan.of(function)
    found = if_there(lambda: client.get_function_configuration(FunctionName=name))
    if found is None:
        return None
    return {**found, "Reserved": client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")}


def judge_function(plan: Plan, function: str, facts: Any) -> Iterator[Said]:
    """Find a function that cannot run, runs something else, or is told something else."""
    subject = f"function {plan.of(function)}"
    yield from faults_where_it_differs(subject, plan.documents[f"functions/{function}/configuration"], facts)
    if facts and facts["Reserved"] is not None and int(facts["Reserved"]) == 0:
        remedy = f"`aws lambda delete-function-concurrency --function-name {plan.of(function)}`"
        yield Fault(subject=subject, finding=THROTTLED, remedy=remedy)


def read_machine(clients: Clients, plan: Plan, machine: str) -> Any:
    """Return a state machine with its definition, None where there is none."""
    arn = plan.arn("states", f"stateMachine:{plan.of(machine)}")
    return if_there(lambda: clients("stepfunctions").describe_state_machine(stateMachineArn=arn))


def judge_machine(plan: Plan, machine: str, facts: Any) -> Iterator[Said]:
    """Find a state machine of another version, or one that does not log or trace."""
    yield from faults_where_it_differs(
        f"state machine {plan.of(machine)}", plan.documents[f"machines/{machine}/body"], facts
    )


def read_rule(clients: Clients, plan: Plan, rule: str) -> Any:
    """Return a rule with its targets, None where there is none."""
    client, name = clients("events"), plan.of(rule)
    found = if_there(lambda: client.describe_rule(Name=name))
    return None if found is None else {**found, "Targets": client.list_targets_by_rule(Rule=name)["Targets"]}


def judge_rule(plan: Plan, rule: str, facts: Any) -> Iterator[Said]:
    """Find a rule that is switched off, or does not start its state machine."""
    name = plan.of(rule)
    if facts and facts["State"] != "ENABLED":
        finding = f"is {facts['State']}, so nothing is started by it"
        yield Fault(subject=f"rule {name}", finding=finding, remedy=f"`aws events enable-rule --name {name}`")
    wanted = {**plan.documents[f"rules/{rule}/body"], **plan.documents[f"rules/{rule}/targets"]}
    yield from faults_where_it_differs(f"rule {name}", wanted, facts)


def read_queue(clients: Clients, plan: Plan, rule: str) -> Any:
    """Return a dead-letter queue's attributes and URL, None where there is none."""
    client = clients("sqs")
    found = if_there(lambda: client.get_queue_url(QueueName=plan.of(f"{rule}-undelivered")))
    if found is None:
        return None
    url = found["QueueUrl"]
    return {"Attributes": client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"], "Url": url}


def judge_queue(plan: Plan, rule: str, facts: Any) -> Iterator[Said]:
    """Find a dead-letter queue that its rule cannot write to, and one in which events wait."""
    subject = f"queue {plan.of(f'{rule}-undelivered')}"
    yield from faults_where_it_differs(subject, plan.documents[f"queues/{rule}/attributes"], facts)
    waiting = int(facts["Attributes"].get("ApproximateNumberOfMessages", 0)) if facts else 0
    if waiting:
        finding = f"holds {waiting} that started nothing"
        yield Fault(subject=subject, finding=finding, remedy=f"`darkroom replay {facts['Url']}`")


WORKFLOW_CHECKS = (
    Check("rules", "enabled, and start their state machines", lambda p: p.named("rules"), read_rule, judge_rule),
    Check("dead-letter-queues", "open to their rules, and empty", lambda p: p.named("queues"), read_queue, judge_queue),
    Check(
        "state-machines", "of this version, logged, traced", lambda p: p.named("machines"), read_machine, judge_machine
    ),
    Check(
        "functions",
        "able to run, and told what they need",
        lambda p: p.named("functions"),
        read_function,
        judge_function,
    ),
    Check("permissions", "each role may do what it must", lambda p: p.named("roles"), read_role, judge_role),
)
