"""Checks of what keeps things: buckets, the table, the key, topics and log groups."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from functions.operate.doctor.findings import Fault
from functions.operate.doctor.plan import Check, Plan, Said, faults_where_it_differs, if_there
from functions.operate.project import Clients

# By the aspect of a bucket: what S3 calls the question, and under which key the answer stands in deploy.sh's input.
BUCKET_QUESTIONS = {
    "bucket-policy": ("get_bucket_policy", None),
    "public-access-block": ("get_public_access_block", None),
    "bucket-ownership-controls": ("get_bucket_ownership_controls", None),
    "bucket-versioning": ("get_bucket_versioning", "VersioningConfiguration"),
    "bucket-encryption": ("get_bucket_encryption", None),
    "bucket-lifecycle-configuration": ("get_bucket_lifecycle_configuration", "LifecycleConfiguration"),
}
EVENTS_OFF = "sends no events to EventBridge, so uploads start nothing"
ENABLE_KEY = "`aws kms enable-key --key-id {}`, or `cancel-key-deletion` before it"


def read_events(clients: Clients, plan: Plan, bucket: str) -> Any:  # noqa: ARG001 - every reader is called alike
    """Return what a bucket tells of its objects, and whom."""
    return if_there(lambda: clients("s3").get_bucket_notification_configuration(Bucket=bucket))


def judge_events(plan: Plan, bucket: str, facts: Any) -> Iterator[Said]:  # noqa: ARG001 - as every judge
    """Find a bucket that does not tell EventBridge, or is gone."""
    if facts is None or "EventBridgeConfiguration" not in facts:
        yield Fault(subject=f"bucket {bucket}", finding=EVENTS_OFF if facts else "is not there")


def read_bucket(aspect: str, clients: Clients, plan: Plan, bucket: str) -> Any:  # noqa: ARG001
    """Return one aspect of a bucket in the shape of deploy.sh's input, None where it is not set."""
    question, wrap = BUCKET_QUESTIONS[aspect]
    answer = if_there(lambda: getattr(clients("s3"), question)(Bucket=bucket))
    return {wrap: answer} if wrap and answer is not None else answer


def judge_bucket(aspect: str, plan: Plan, bucket: str, facts: Any) -> Iterator[Said]:
    """Find an aspect of a bucket that is not as it should be."""
    wanted = plan.documents[f"buckets/{bucket}/{aspect}"]
    yield from faults_where_it_differs(f"the {_words(aspect)} of {bucket}", wanted, facts)


def read_table(clients: Clients, plan: Plan, table: str) -> Any:  # noqa: ARG001
    """Return a table, its backups and what it lets expire; None where there is none."""
    client = clients("dynamodb")
    found = if_there(lambda: client.describe_table(TableName=table))
    if found is None:
        return None
    return {
        **found["Table"],
        **client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"],
        **client.describe_time_to_live(TableName=table)["TimeToLiveDescription"],
    }


def judge_table(plan: Plan, table: str, facts: Any) -> Iterator[Said]:
    """Find a table without its index, its encryption or its backups, and one whose records expire."""
    yield from faults_where_it_differs(f"table {table}", plan.documents["table/state"], facts)


def read_key(clients: Clients, plan: Plan, key: str) -> Any:  # noqa: ARG001
    """Return a key's state and policy."""
    client = clients("kms")
    return {
        "KeyState": client.describe_key(KeyId=key)["KeyMetadata"]["KeyState"],
        "Policy": client.get_key_policy(KeyId=key, PolicyName="default")["Policy"],
    }


def judge_key(plan: Plan, key: str, facts: Any) -> Iterator[Said]:
    """Find a key that is not enabled, or whose policy does not admit alarms, rules and logs."""
    subject = f"key {key.rpartition('/')[2]}"
    if facts["KeyState"] != "Enabled":
        finding = f"is {facts['KeyState']}, so nothing that it encrypts can be read or written"
        yield Fault(subject=subject, finding=finding, remedy=ENABLE_KEY.format(key))
    yield from faults_where_it_differs(f"the policy of {subject}", plan.documents["key/statements"], facts)


def read_topic(clients: Clients, plan: Plan, topic: str) -> Any:
    """Return a topic's attributes."""
    arn = plan.arn("sns", plan.of(topic))
    return if_there(lambda: clients("sns").get_topic_attributes(TopicArn=arn))


def judge_topic(plan: Plan, topic: str, facts: Any) -> Iterator[Said]:
    """Find a topic that is not encrypted, or does not admit alarms."""
    yield from faults_where_it_differs(f"topic {plan.of(topic)}", plan.documents[f"topics/{topic}/attributes"], facts)


def read_log_group(clients: Clients, plan: Plan, name: str) -> Any:
    """Return a log group."""
    group = plan.documents[f"logs/{name}/create"]["logGroupName"]
    found = clients("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return next((each for each in found if each["logGroupName"] == group), None)


def judge_log_group(plan: Plan, name: str, facts: Any) -> Iterator[Said]:
    """Find a log group that is not encrypted, or keeps its lines for ever."""
    wanted = plan.documents[f"logs/{name}/create"]
    yield from faults_where_it_differs(f"log group {wanted['logGroupName']}", wanted, facts)


def _words(aspect: str) -> str:
    return aspect.removeprefix("bucket-").replace("-configuration", "").replace("-", " ")


def _of_buckets(name: str, about: str, aspect: str) -> Check:
    return Check(name, about, lambda plan: plan.buckets, partial(read_bucket, aspect), partial(judge_bucket, aspect))


STORAGE_CHECKS = (
    Check("events", "uploads reach EventBridge", lambda plan: [plan.upload_bucket], read_events, judge_events),
    _of_buckets("bucket-policy", "TLS only, and copies by the enhancer alone", "bucket-policy"),
    _of_buckets("public-access", "no bucket can be made public", "public-access-block"),
    _of_buckets("ownership", "no object has an access list of its own", "bucket-ownership-controls"),
    _of_buckets("versioning", "buckets keep earlier versions", "bucket-versioning"),
    _of_buckets("lifecycle", "old versions and broken uploads are deleted", "bucket-lifecycle-configuration"),
    _of_buckets("encryption", "buckets encrypt with the key", "bucket-encryption"),
    Check("key", "the key is enabled and admits the services", lambda plan: [plan.key_arn], read_key, judge_key),
    Check(
        "table", "index, encryption, backups; no record expires", lambda p: [p.of("images")], read_table, judge_table
    ),
    Check("topics", "encrypted, and open to alarms", lambda plan: plan.named("topics"), read_topic, judge_topic),
    Check("logs", "log groups are encrypted and expire", lambda p: p.named("logs"), read_log_group, judge_log_group),
)
