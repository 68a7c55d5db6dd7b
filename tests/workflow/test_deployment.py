"""What is deployed beside the workflow: the dead-letter queue, the index of records that need a look, the roles."""

import json
from pathlib import Path

import pytest

from darkroom.local.deploy import deploy
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.local.resources import role_name
from darkroom.packaging.repository import policy_file
from tests.definitions import FUNCTIONS
from tests.photos import jpeg
from tests.waiting import eventually
from verification.harness.harness import Harness


def test_an_event_that_starts_nothing_waits_in_the_dead_letter_queue(
    embedded_aws: EmbeddedAws, host_zips: dict[str, Path]
) -> None:
    lame = deploy(embedded_aws, host_zips, project="lame")
    embedded_aws.client("stepfunctions").delete_state_machine(stateMachineArn=lame.state_machine_arn)
    embedded_aws.client("s3").put_object(Bucket=lame.bucket, Key="a.jpg", Body=jpeg())
    sqs = embedded_aws.client("sqs")
    [message] = eventually(
        lambda: sqs.receive_message(QueueUrl=lame.dead_letter_queue_url).get("Messages"), "the event in the queue"
    )
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "a.jpg"


def test_the_index_lists_what_needs_a_look_and_nothing_else(harness: Harness) -> None:
    failed, fine = harness.upload(b"no photo"), harness.upload(jpeg())
    harness.run_of(failed)
    harness.run_of(fine)
    pages = (
        harness.aws.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=harness.deployment.table,
            IndexName="AttentionIndex",
            KeyConditionExpression="Attention = :failed",
            ExpressionAttributeValues={":failed": {"S": "FAILED"}},
        )
    )
    listed = {item["ImageId"]["S"] for page in pages for item in page["Items"]}
    assert failed in listed
    assert fine not in listed


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_its_policy_says_and_nothing_else(harness: Harness, function: str) -> None:
    iam = harness.aws.client("iam")
    name = role_name(harness.aws, f"{harness.deployment.project}-{function}")
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    [policy_name] = iam.list_role_policies(RoleName=name)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=name, PolicyName=policy_name)["PolicyDocument"]
    written = json.loads(policy_file(function).read_text())
    assert [s["Action"] for s in policy["Statement"]] == [s["Action"] for s in written["Statement"]]
    assert "${" not in json.dumps(policy)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_permission_names_its_resource(function: str) -> None:
    statements = json.loads(policy_file(function).read_text())["Statement"]
    wide = [s["Sid"] for s in statements if "*" in (s["Resource"], s["Action"])]
    assert wide == ["SendTracesWhichHaveNoResource"]
