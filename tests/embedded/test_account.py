"""Seams of the account: an alarm that changes its state tells its topics, and Lambda says how much may run at once."""

import json
import uuid

import pytest

from darkroom.local.embedded_aws import EmbeddedAws


@pytest.fixture
def heard(embedded_aws: EmbeddedAws) -> tuple[str, str]:
    """Return the ARN of a topic, and the URL of a queue that hears it."""
    name = uuid.uuid4().hex
    topic = embedded_aws.client("sns").create_topic(Name=name)["TopicArn"]
    url = embedded_aws.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:{embedded_aws.region}:{embedded_aws.account_id}:{name}"
    raw = {"RawMessageDelivery": "true"}
    embedded_aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
    return topic, url


@pytest.mark.parametrize("silenced", [False, True])
def test_an_alarm_tells_its_topic_when_its_state_becomes_another(
    embedded_aws: EmbeddedAws, heard: tuple[str, str], silenced: bool
) -> None:
    topic, url = heard
    cloudwatch, name = embedded_aws.client("cloudwatch"), f"alarm-{uuid.uuid4().hex}"
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription="Too many.",
        Namespace="AWS/SQS",
        MetricName="NumberOfMessagesSent",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
        ActionsEnabled=not silenced,
    )
    for state in ("ALARM", "ALARM", "OK"):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="to see it")
    messages = embedded_aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    told = [json.loads(message["Body"]) for message in messages]
    assert [(each["AlarmName"], each["OldStateValue"], each["NewStateValue"]) for each in told] == (
        [] if silenced else [(name, "OK", "ALARM")]
    )
    cloudwatch.delete_alarms(AlarmNames=[name])


def test_lambda_says_how_many_functions_may_run_at_once(embedded_aws: EmbeddedAws) -> None:
    limit = embedded_aws.client("lambda").get_account_settings()["AccountLimit"]
    assert limit["ConcurrentExecutions"] == limit["UnreservedConcurrentExecutions"] == 1000


def test_saved_queries_are_kept_changed_by_id_and_deleted(embedded_aws: EmbeddedAws) -> None:
    logs, name = embedded_aws.client("logs"), f"{uuid.uuid4().hex}/failures"
    made = [logs.put_query_definition(name=name, queryString=text)["queryDefinitionId"] for text in ("a", "b")]
    logs.put_query_definition(queryDefinitionId=made[0], name=name, queryString="c", logGroupNames=["g"])
    found = logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"]
    assert [query["queryString"] for query in found] == ["c", "b"], "one name may have several"
    assert found[0]["logGroupNames"] == ["g"]
    assert logs.delete_query_definition(queryDefinitionId=made[1])["success"]
    assert len(logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"]) == 1
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_query_definition(queryDefinitionId=made[1])
