"""AWS in this process for the histories, with the functions' own clients taking turns in it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError
from moto import mock_aws

import functions.enhance.handler
import functions.notify.handler
import functions.record.handler
import functions.shared.aws
import functions.shared.records.ledger
import functions.validate.handler
from tests.definitions import FUNCTIONS, function_json
from verification.histories.interleaving import take_turns
from verification.histories.step_functions import StepFunctions
from verification.histories.virtual_clock import CLOCK

VERSIONED, PLAIN = "versioned", "plain"
THUMB = {"name": "thumb", "longest_edge_pixels": 20, "format": "png"}
CACHES: Any = (
    functions.shared.aws._client,
    functions.validate.handler.settings,
    functions.validate.handler.ledger,
    functions.enhance.handler.settings,
    functions.record.handler.settings,
    functions.record.handler.ledger,
    functions.notify.handler.settings,
)


class Cloud:
    """What the histories ask of AWS, outside of any turn."""

    def __init__(self) -> None:
        region = "us-east-1"
        self.s3, self.dynamodb = boto3.client("s3", region), boto3.client("dynamodb", region)
        self.sns, self.sqs = boto3.client("sns", region), boto3.client("sqs", region)
        for bucket in (VERSIONED, PLAIN, "copies"):
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
        self.dynamodb.create_table(
            TableName="images",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "ImageId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "ImageId", "AttributeType": "S"}],
        )
        self.step_functions = StepFunctions()
        self._states: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.topic_arn = self.sns.create_topic(Name="results")["TopicArn"]
        self.queue_url = self.sqs.create_queue(QueueName="subscriber")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])
        self.sns.subscribe(
            TopicArn=self.topic_arn,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )

    def client(self, service: Any) -> Any:
        """Return what the record function gets as its client."""
        return self.step_functions if service == "stepfunctions" else functions.shared.aws.client(service)

    def record(self, key: str) -> dict[str, Any]:
        """Return a record, {} where there is none."""
        return _plain(self.dynamodb.get_item(TableName="images", Key={"ImageId": {"S": key}}).get("Item", {}))

    def states(self) -> dict[str, list[dict[str, Any]]]:
        """Return every state that records have been in since the last call, by key."""
        found, self._states = self._states, defaultdict(list)
        return found

    def watch(self, client: Any) -> None:
        """Note the state of the record after each write by a client of DynamoDB."""
        client.meta.events.register("before-parameter-build.dynamodb", _note_key)
        client.meta.events.register("after-call.dynamodb", self._note_state)

    def _note_state(self, http_response: Any, context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code == 200:
            self._states[context["image_id"]].append(self.record(context["image_id"]))

    def tags(self, bucket: str, key: str, version_id: str | None) -> dict[str, str]:
        """Return the tags of an upload; none where it is gone."""
        where: Any = {"Bucket": bucket, "Key": key, **({"VersionId": version_id} if version_id else {})}
        try:
            found = self.s3.get_object_tagging(**where)["TagSet"]
        except ClientError:
            return {}
        return {tag["Key"]: tag["Value"] for tag in found}

    def messages(self) -> dict[str, list[dict[str, Any]]]:
        """Return the messages that subscribers have been sent since the last call, by execution."""
        told: dict[str, list[dict[str, Any]]] = defaultdict(list)
        while found := self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                document = json.loads(message["Body"])
                told[document["execution_arn"]].append(document)
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return told


def _note_key(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["image_id"] = {**params, **params.get("Item", {}), **params.get("Key", {})}["ImageId"]["S"]


def _plain(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeDeserializer().deserialize(value) for name, value in attributes.items()}


@contextmanager
def running_cloud() -> Iterator[Cloud]:
    """Start an AWS in this process, and point the functions to it; their clients take turns."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        cloud = Cloud()
        values = {"${table_name}": "images", "${topic_arn}": cloud.topic_arn, "${enhanced_bucket_name}": "copies"}
        for function in FUNCTIONS:
            for name, value in function_json(function)["environment"].items():
                patch.setenv(name, values.get(value, value))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("RENDITIONS", json.dumps([THUMB]))
        patch.setattr(functions.shared.records.ledger, "datetime", CLOCK)
        patch.setattr(functions.record.handler, "client", cloud.client)
        _forget()
        for service in ("s3", "dynamodb", "sns"):
            take_turns(functions.shared.aws._client(service))
        cloud.watch(functions.shared.aws._client("dynamodb"))
        yield cloud
    _forget()


def _forget() -> None:
    for cache in CACHES:
        cache.cache_clear()
