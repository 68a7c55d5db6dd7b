"""Deploys the pipeline to the embedded AWS from the same files that Terraform and the AWS CLI path read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom.packaging.placeholders import render_file, render_mapping
from darkroom.packaging.repository import (
    BACKSTOP,
    BACKSTOP_PATTERN,
    BUCKET_POLICY,
    FUNCTIONS,
    STATE_MACHINE,
    UPLOAD_PATTERN,
    function_definition,
    policy_file,
)

if TYPE_CHECKING:
    from darkroom.local.embedded_aws import EmbeddedAws


@dataclass(frozen=True)
class Deployment:
    """The names of what was deployed; `functions` maps each room to its function's ARN.

    Each dead-letter queue holds what its rule could not deliver: uploads, and ends of executions.
    """

    project: str
    bucket: str
    table: str
    topic_arn: str
    state_machine_arn: str
    backstop_arn: str
    rule_name: str
    backstop_rule_name: str
    dead_letter_queue_url: str
    backstop_dead_letter_queue_url: str
    functions: Mapping[str, str]


def deploy(aws: EmbeddedAws, zips: Mapping[str, Path], project: str = "darkroom") -> Deployment:
    """Make every resource of the pipeline, named after the project; `zips` maps each room to its built zip.

    Raises botocore's ClientError where something of that name exists, and TemplateError for a wrong placeholder.
    """
    bucket, table = f"{project}-photos", f"{project}-images"
    _make_photo_bucket(aws, bucket, f"arn:aws:iam::{aws.account_id}:role/{project}-enhance")
    # By way of S3: a zip of tens of megabytes inside a request costs seconds of Base64.
    _make_code_bucket(aws, f"{project}-code", zips)
    table_arn = _make_table(aws, table)
    topic_arn = aws.client("sns").create_topic(Name=f"{project}-results")["TopicArn"]
    values = {
        "project_name": project,
        "region": aws.region,
        "account_id": aws.account_id,
        **{f"{kind}_name": bucket for kind in ("bucket", "enhanced_bucket")},
        **{f"{kind}_arn": f"arn:aws:s3:::{bucket}" for kind in ("bucket", "enhanced_bucket")},
        "table_name": table,
        "table_arn": table_arn,
        "topic_arn": topic_arn,
        # The policies name a key; here it stays unused, for moto's services encrypt nothing.
        "key_arn": aws.client("kms").create_key()["KeyMetadata"]["Arn"],
    }
    functions = {function: _make_function(aws, function, values) for function in FUNCTIONS}
    pipeline_arn = _make_state_machine(aws, f"{project}-pipeline", STATE_MACHINE, functions)
    served = {function: functions[function] for function in ("record", "notify")}
    backstop_arn = _make_state_machine(aws, f"{project}-backstop", BACKSTOP, served)
    ended = render_file(BACKSTOP_PATTERN, {"state_machine_arn": pipeline_arn}, use_all=True)
    uploaded = render_file(UPLOAD_PATTERN, {"bucket_name": bucket}, use_all=True)
    return Deployment(
        project=project,
        bucket=bucket,
        table=table,
        topic_arn=topic_arn,
        state_machine_arn=pipeline_arn,
        backstop_arn=backstop_arn,
        rule_name=f"{project}-upload",
        backstop_rule_name=f"{project}-backstop",
        # The backstop first: no upload may run without one behind it.
        backstop_dead_letter_queue_url=_make_rule(aws, f"{project}-backstop", ended, backstop_arn),
        dead_letter_queue_url=_make_rule(aws, f"{project}-upload", uploaded, pipeline_arn),
        functions=functions,
    )


def subscribe(aws: EmbeddedAws, deployment: Deployment, **endpoints: str) -> None:
    """Subscribe endpoints to the topic, named by protocol: `subscribe(aws, deployment, email="a@example.com")`."""
    for protocol, endpoint in endpoints.items():
        aws.client("sns").subscribe(TopicArn=deployment.topic_arn, Protocol=protocol, Endpoint=endpoint)


def _make_code_bucket(aws: EmbeddedAws, name: str, zips: Mapping[str, Path]) -> None:
    _make_bucket(aws, name)
    for function, archive in zips.items():
        aws.client("s3").put_object(Bucket=name, Key=f"{function}.zip", Body=archive.read_bytes())


def _make_photo_bucket(aws: EmbeddedAws, name: str, enhance_role_arn: str) -> None:
    _make_bucket(aws, name)
    s3 = aws.client("s3")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    arns = {"own_arn": f"arn:aws:s3:::{name}", "enhance_role_arn": enhance_role_arn}
    s3.put_bucket_policy(Bucket=name, Policy=render_file(BUCKET_POLICY, arns, use_all=True))
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})


def _make_bucket(aws: EmbeddedAws, name: str) -> None:
    # us-east-1 is the one Region that a bucket must not be told to be in.
    place = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    aws.client("s3").create_bucket(Bucket=name, **place)


def _make_table(aws: EmbeddedAws, name: str) -> str:
    table = aws.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("ImageId", "Attention", "Timestamp")
        ],
        KeySchema=[{"AttributeName": "ImageId", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "AttentionIndex",
                "KeySchema": [
                    {"AttributeName": "Attention", "KeyType": "HASH"},
                    {"AttributeName": "Timestamp", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return str(table["TableDescription"]["TableArn"])


def _make_function(aws: EmbeddedAws, function: str, values: Mapping[str, str]) -> str:
    definition = function_definition(function)
    name = f"{values['project_name']}-{function}"
    environment = render_mapping(definition.environment, values, source=f"{function}/function.json")
    created = aws.client("lambda").create_function(
        FunctionName=name,
        Description=definition.description,
        Runtime=definition.runtime,
        Architectures=[definition.architecture],
        Handler=definition.handler,
        MemorySize=definition.memory_mb,
        Timeout=definition.timeout_seconds,
        Environment={"Variables": environment},
        Role=_make_role(aws, name, "lambda.amazonaws.com", render_file(policy_file(function), values)),
        Code={"S3Bucket": f"{values['project_name']}-code", "S3Key": f"{function}.zip"},
    )
    return str(created["FunctionArn"])


def _make_state_machine(aws: EmbeddedAws, name: str, definition: Path, functions: Mapping[str, str]) -> str:
    arns = {f"{function}_function_arn": arn for function, arn in functions.items()}
    invoke = _allow("lambda:InvokeFunction", *functions.values())
    machine = aws.client("stepfunctions").create_state_machine(
        name=name,
        type="STANDARD",
        definition=render_file(definition, arns, use_all=True),
        roleArn=_make_role(aws, name, "states.amazonaws.com", invoke),
    )
    return str(machine["stateMachineArn"])


def _make_rule(aws: EmbeddedAws, name: str, pattern: str, state_machine_arn: str) -> str:
    """Start an execution for each event; returns the URL of the queue that keeps the events that cannot start one."""
    events = aws.client("events")
    rule_arn = events.put_rule(Name=name, EventPattern=pattern)["RuleArn"]
    queue_url, queue_arn = _make_dead_letter_queue(aws, f"{name}-undelivered", rule_arn)
    start = _allow("states:StartExecution", state_machine_arn)
    target = {
        "Id": name,
        "Arn": state_machine_arn,
        "RoleArn": _make_role(aws, f"{name}-rule", "events.amazonaws.com", start),
        "DeadLetterConfig": {"Arn": queue_arn},
        "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
    }
    events.put_targets(Rule=name, Targets=[target])
    return queue_url


def _make_dead_letter_queue(aws: EmbeddedAws, name: str, rule_arn: str) -> tuple[str, str]:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:{aws.region}:{aws.account_id}:{name}"
    send = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [send]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def _make_role(aws: EmbeddedAws, name: str, service: str, policy: str) -> str:
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    iam.put_role_policy(RoleName=name, PolicyName="least-privilege", PolicyDocument=policy)
    return str(role["Role"]["Arn"])


def _allow(action: str, *resources: str) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action, "Resource": list(resources)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
