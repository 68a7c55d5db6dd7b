"""The resources of the pipeline, each made by one function from the files that Terraform and deploy.sh read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom.packaging.placeholders import render_file, render_mapping
from darkroom.packaging.repository import BUCKET_POLICY, function_definition, policy_file
from darkroom.packaging.table_indexes import table_keys
from darkroom.packaging.web_origins import cors_rule

if TYPE_CHECKING:
    from darkroom.local.embedded_aws import EmbeddedAws

# The policy of each role, by the name that both ways of deploying give it.
ROLE_POLICY = "least-privilege"


def artifacts_bucket(aws: EmbeddedAws, project: str) -> str:
    """Return the name of the bucket that holds the zips and the plans of backfills, as both ways to deploy name it."""
    return f"{project}-artifacts-{aws.account_id}-{aws.region}"


def make_artifacts_bucket(aws: EmbeddedAws, name: str, zips: Mapping[str, Path]) -> None:
    """Make that bucket, and put the zips there."""
    _make_bucket(aws, name)
    for function, archive in zips.items():
        aws.client("s3").put_object(Bucket=name, Key=f"{function}.zip", Body=archive.read_bytes())


def make_photo_bucket(aws: EmbeddedAws, name: str, enhance_role_arn: str) -> None:
    """Make the versioned bucket for photos, which notifies EventBridge; that role alone may write copies."""
    _make_bucket(aws, name)
    s3 = aws.client("s3")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    arns = {"own_arn": f"arn:aws:s3:::{name}", "enhance_role_arn": enhance_role_arn}
    s3.put_bucket_policy(Bucket=name, Policy=render_file(BUCKET_POLICY, arns, use_all=True))
    allow_pages(aws, name)
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})


def allow_pages(aws: EmbeddedAws, bucket: str, *web_origins: str) -> None:
    """Let the operators' page use a bucket with presigned requests, and pages of further origins."""
    aws.client("s3").put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [cors_rule(web_origins)]})


def _make_bucket(aws: EmbeddedAws, name: str) -> None:
    # us-east-1 is the one Region that may not be named as a bucket's location.
    place = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    aws.client("s3").create_bucket(Bucket=name, **place)


def make_key(aws: EmbeddedAws, project: str) -> str:
    """Make the key that the project's alias names; returns its ARN."""
    arn = str(aws.client("kms").create_key()["KeyMetadata"]["Arn"])
    aws.client("kms").create_alias(AliasName=f"alias/{project}", TargetKeyId=arn)
    return arn


def make_table(aws: EmbeddedAws, name: str, key_arn: str) -> str:
    """Make the table of records with its indexes; returns its ARN."""
    table = aws.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        **table_keys(),
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key_arn},
    )
    return str(table["TableDescription"]["TableArn"])


def make_function(aws: EmbeddedAws, function: str, values: Mapping[str, str]) -> str:
    """Make a function with its role from function.json and policy.json; returns its ARN."""
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
        TracingConfig={"Mode": "Active"},
        Role=_make_role(aws, role_name(aws, name), "lambda.amazonaws.com", render_file(policy_file(function), values)),
        Code={"S3Bucket": values["artifacts_bucket"], "S3Key": f"{function}.zip"},
    )
    return str(created["FunctionArn"])


def make_state_machine(
    aws: EmbeddedAws, name: str, definition: Path, values: Mapping[str, str], permissions: str
) -> str:
    """Make a state machine whose role has these permissions, a policy's text; returns its ARN."""
    machine = aws.client("stepfunctions").create_state_machine(
        name=name,
        type="STANDARD",
        definition=render_file(definition, values, use_all=True),
        roleArn=_make_role(aws, role_name(aws, name), "states.amazonaws.com", permissions),
    )
    return str(machine["stateMachineArn"])


def make_rule(aws: EmbeddedAws, name: str, pattern: str, state_machine_arn: str) -> str:
    """Start an execution for each event; returns the URL of the queue that keeps the events that cannot start one."""
    events = aws.client("events")
    rule_arn = events.put_rule(Name=name, EventPattern=pattern)["RuleArn"]
    queue_url, queue_arn = _make_dead_letter_queue(aws, f"{name}-undelivered", rule_arn)
    start = allow("states:StartExecution", state_machine_arn)
    target = {
        "Id": name,
        "Arn": state_machine_arn,
        "RoleArn": _make_role(aws, f"{role_name(aws, name)}-rule", "events.amazonaws.com", start),
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


def role_name(aws: EmbeddedAws, of: str) -> str:
    """Return the name of a thing's role: it names the Region, because roles have none, as both ways to deploy do."""
    project, _, part = of.rpartition("-")
    return f"{project}-{aws.region}-{part}"


def _make_role(aws: EmbeddedAws, name: str, service: str, policy: str) -> str:
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    iam.put_role_policy(RoleName=name, PolicyName=ROLE_POLICY, PolicyDocument=policy)
    return str(role["Role"]["Arn"])


def allow(action: str, *resources: str) -> str:
    """Return a policy that allows one action on some resources."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action, "Resource": list(resources)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
