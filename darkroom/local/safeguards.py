"""What a deployment in an account has besides what photos need: encryption, backups, logs, alarms.

From the documents that deploy.sh sends, so that `darkroom doctor` finds here what it would find there. Tests that need
no more than photos do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from darkroom.deployment.compute_resources import log_documents, machine_documents, rule_documents
from darkroom.deployment.monitoring import alarm_documents
from darkroom.deployment.names import Names
from darkroom.deployment.settings import Settings
from darkroom.deployment.storage_resources import (
    Documents,
    bucket_documents,
    key_documents,
    table_documents,
    topic_documents,
)
from darkroom.local.resources import ROLE_POLICY

if TYPE_CHECKING:
    from darkroom.local.deploy import Deployment
    from darkroom.local.embedded_aws import EmbeddedAws


def add_safeguards(aws: EmbeddedAws, deployment: Deployment) -> str:
    """Make and set what is missing; returns the ARN of the operations topic."""
    settings = Settings(aws.region, deployment.project, deployment.bucket, force_destroy_bucket=True)
    key = aws.client("kms").describe_key(KeyId=f"alias/{deployment.project}")["KeyMetadata"]["Arn"]
    names = Names(settings, aws.account_id, key)
    _keep_safe(aws, names, deployment)
    for function in names.functions:
        _make_log_group(aws, log_documents(names, function, f"/aws/lambda/{names.of(function)}"), function)
    for machine in names.machines:
        _watch_machine(aws, names, machine)
    for rule in names.rules:
        _close_rule(aws, names, rule)
    for alarm in alarm_documents(names).values():
        aws.client("cloudwatch").put_metric_alarm(**alarm)
    return _close_topics(aws, names)


def _keep_safe(aws: EmbeddedAws, names: Names, deployment: Deployment) -> None:
    kms, s3, dynamodb = (aws.client(service) for service in ("kms", "s3", "dynamodb"))
    policy = key_documents(names)["key/policy"]["Policy"]
    kms.put_key_policy(KeyId=names.key_arn, PolicyName="default", Policy=policy)
    kms.enable_key_rotation(KeyId=names.key_arn)
    for name, document in bucket_documents(names, deployment.bucket, sends_events=True).items():
        aspect = name.rpartition("/")[2]
        if aspect != "create":
            getattr(s3, f"put_{aspect.replace('-', '_')}")(Bucket=deployment.bucket, **document)
    dynamodb.update_continuous_backups(TableName=deployment.table, **table_documents(names)["table/backups"])


def _watch_machine(aws: EmbeddedAws, names: Names, machine: str) -> None:
    documents = machine_documents(names, machine)
    _make_log_group(aws, documents, machine)
    _set_role(aws, documents, machine)
    arn = names.machine_arn(machine)
    aws.client("stepfunctions").update_state_machine(stateMachineArn=arn, **documents[f"machines/{machine}/body"])


def _close_rule(aws: EmbeddedAws, names: Names, rule: str) -> None:
    documents, sqs = rule_documents(names, rule), aws.client("sqs")
    _set_role(aws, documents, f"{rule}-rule")
    url = sqs.get_queue_url(QueueName=names.of(f"{rule}-undelivered"))["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, **documents[f"queues/{rule}/attributes"])


def _close_topics(aws: EmbeddedAws, names: Names) -> str:
    """Make the operations topic, and set both topics' key and policy; returns the ARN of that of operations."""
    documents, sns = topic_documents(names), aws.client("sns")
    sns.create_topic(**documents["topics/operations/create"])
    arns = {topic: names.arn("sns", names.of(topic)) for topic in ("results", "operations")}
    for topic, arn in arns.items():
        for attribute, value in documents[f"topics/{topic}/attributes"]["Attributes"].items():
            sns.set_topic_attributes(TopicArn=arn, AttributeName=attribute, AttributeValue=value)
    return arns["operations"]


def _set_role(aws: EmbeddedAws, documents: Documents, role: str) -> None:
    iam, name = aws.client("iam"), documents[f"roles/{role}/create"]["RoleName"]
    iam.update_assume_role_policy(RoleName=name, **documents[f"roles/{role}/trust"])
    iam.put_role_policy(RoleName=name, PolicyName=ROLE_POLICY, **documents[f"roles/{role}/policy"])


def _make_log_group(aws: EmbeddedAws, documents: dict[str, Any], name: str) -> None:
    logs, create = aws.client("logs"), documents[f"logs/{name}/create"]
    logs.create_log_group(**create)
    logs.put_retention_policy(logGroupName=create["logGroupName"], **documents[f"logs/{name}/retention"])
