"""Deploys the pipeline to the embedded AWS from the same files that Terraform and the AWS CLI path read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.local.resources import (
    allow,
    artifacts_bucket,
    make_artifacts_bucket,
    make_function,
    make_key,
    make_photo_bucket,
    make_rule,
    make_state_machine,
    make_table,
    role_name,
)
from darkroom.packaging.placeholders import render_file
from darkroom.packaging.repository import (
    BACKFILL,
    BACKFILL_POLICY,
    BACKSTOP,
    BACKSTOP_PATTERN,
    FUNCTIONS,
    STATE_MACHINE,
    UPLOAD_PATTERN,
)

if TYPE_CHECKING:
    from darkroom.local.embedded_aws import EmbeddedAws


@dataclass(frozen=True)
class Deployment:
    """The names of what was deployed; `functions` maps each function's name to its ARN.

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
    """Make every resource of the pipeline, named after the project; `zips` maps each function to its built zip.

    Raises botocore's ClientError where something of that name exists, and TemplateError for a wrong placeholder.
    """
    bucket, table = f"{project}-photos", f"{project}-images"
    enhance_role = role_name(aws, f"{project}-enhance")
    make_photo_bucket(aws, bucket, f"arn:aws:iam::{aws.account_id}:role/{enhance_role}")
    # The policies name a key; moto's services encrypt nothing with it.
    key_arn = make_key(aws, project)
    # By way of S3: a zip of tens of megabytes inside a request costs seconds of Base64.
    artifacts = artifacts_bucket(aws, project)
    make_artifacts_bucket(aws, artifacts, zips)
    table_arn = make_table(aws, table, key_arn)
    topic_arn = aws.client("sns").create_topic(Name=f"{project}-results")["TopicArn"]
    values = {
        "project_name": project,
        "region": aws.region,
        "account_id": aws.account_id,
        **{f"{kind}_name": bucket for kind in ("bucket", "enhanced_bucket")},
        **{f"{kind}_arn": f"arn:aws:s3:::{bucket}" for kind in ("bucket", "enhanced_bucket")},
        "artifacts_bucket": artifacts,
        "table_name": table,
        "table_arn": table_arn,
        "topic_arn": topic_arn,
        "key_arn": key_arn,
    }
    functions = {function: make_function(aws, function, values) for function in FUNCTIONS}
    pipeline_arn = _calling_machine(aws, f"{project}-pipeline", STATE_MACHINE, functions)
    served = {function: functions[function] for function in ("record", "notify")}
    backstop_arn = _calling_machine(aws, f"{project}-backstop", BACKSTOP, served)
    _backfill_machine(aws, {**values, "pipeline_machine_arn": pipeline_arn})
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
        backstop_dead_letter_queue_url=make_rule(aws, f"{project}-backstop", ended, backstop_arn),
        dead_letter_queue_url=make_rule(aws, f"{project}-upload", uploaded, pipeline_arn),
        functions=functions,
    )


def _calling_machine(aws: EmbeddedAws, name: str, definition: Path, functions: Mapping[str, str]) -> str:
    arns = {f"{function}_function_arn": arn for function, arn in functions.items()}
    return make_state_machine(aws, name, definition, arns, allow("lambda:InvokeFunction", *functions.values()))


def _backfill_machine(aws: EmbeddedAws, values: Mapping[str, str]) -> None:
    name = f"{values['project_name']}-backfill"
    own_arn = values["pipeline_machine_arn"].replace(f"{values['project_name']}-pipeline", name)
    permissions = render_file(BACKFILL_POLICY, {**values, "backfill_machine_arn": own_arn})
    used = {placeholder: values[placeholder] for placeholder in ("artifacts_bucket", "pipeline_machine_arn")}
    make_state_machine(aws, name, BACKFILL, used, permissions)


def subscribe(aws: EmbeddedAws, deployment: Deployment, **endpoints: str) -> None:
    """Subscribe endpoints to the topic, named by protocol: `subscribe(aws, deployment, email="a@example.com")`."""
    for protocol, endpoint in endpoints.items():
        aws.client("sns").subscribe(TopicArn=deployment.topic_arn, Protocol=protocol, Endpoint=endpoint)
