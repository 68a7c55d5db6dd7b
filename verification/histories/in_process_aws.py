"""AWS in this process for the stateful property tests, whose functions' clients take turns at their calls."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import moto.s3.models
import pytest
from boto3.dynamodb.types import TypeDeserializer
from moto import mock_aws
from moto.core.model_instances import reset_model_data
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends

import functions.enhance.handler
import functions.notify.handler
import functions.record.handler
import functions.shared.aws
import functions.shared.records.ledger
import functions.validate.handler
from darkroom.packaging.repository import FUNCTIONS, function_definition
from verification.histories.interleaving import take_turns
from verification.histories.step_functions import StepFunctions
from verification.histories.virtual_clock import CLOCK

REGION = "us-east-1"
VERSIONED, PLAIN, COPIES, TABLE = "versioned", "plain", "copies", "images"
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


class InProcessAws:
    """What the stateful tests ask of AWS, outside of any turn.

    It reads moto's own state: the serialisation of an answer costs more than all else in a history.
    """

    def __init__(self) -> None:
        self.s3, self.dynamodb = boto3.client("s3", REGION), boto3.client("dynamodb", REGION)
        for bucket in (VERSIONED, PLAIN, COPIES):
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
        self.dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "ImageId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "ImageId", "AttributeType": "S"}],
        )
        self.step_functions = StepFunctions()
        self.topic_arn = boto3.client("sns", REGION).create_topic(Name="results")["TopicArn"]
        self._record_changes: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def forget(self) -> None:
        """Let go of what earlier histories left, for moto looks through all of it, and keeps all that it ever made.

        Step Functions is begun anew: no answer may still lag that belongs to another history.
        """
        for stored in vars(moto.s3.models.FakeKey)["instances_tracked"]:
            stored.dispose()
        for bucket in s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.values():
            bucket.keys.clear()
        dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(TABLE).items.clear()
        reset_model_data()
        self.step_functions = StepFunctions()

    def close(self) -> None:
        """Delete what the next one makes anew; of buckets there is no need."""
        self.dynamodb.delete_table(TableName=TABLE)

    def client(self, service: Any) -> Any:
        """Return what the record function gets as its client."""
        return self.step_functions if service == "stepfunctions" else functions.shared.aws.client(service)

    def record(self, key: str) -> dict[str, Any]:
        """Return a record, {} where there is none."""
        item = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_item(TABLE, {"ImageId": {"S": key}})
        attributes = item.to_json()["Attributes"] if item else {}
        return {name: TypeDeserializer().deserialize(value) for name, value in attributes.items()}

    def record_changes(self) -> dict[str, list[dict[str, Any]]]:
        """Return every state that records have been in since the last call, by key."""
        found, self._record_changes = self._record_changes, defaultdict(list)
        return found

    def watch(self, client: Any) -> None:
        """Note the state of the record after each write by a client of DynamoDB."""
        client.meta.events.register("before-parameter-build.dynamodb", _note_key)
        client.meta.events.register("after-call.dynamodb", self._note_change)

    def _note_change(self, http_response: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        # Operators read, also where there is no record yet.
        if http_response.status_code == 200 and model.name != "GetItem":
            self._record_changes[context["image_id"]].append(self.record(context["image_id"]))

    def copy(self, key: str) -> tuple[dict[str, str], bytes]:
        """Return the user metadata and the bytes of a copy, ({}, b"") where there is none."""
        found = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_object(COPIES, key)
        if not found:
            return {}, b""
        prefix = "x-amz-meta-"
        metadata = {
            name.lower().removeprefix(prefix): value
            for name, value in found.metadata.items()
            if name.lower().startswith(prefix)
        }
        return metadata, found.value

    def tags(self, bucket: str, key: str, version_id: str | None) -> dict[str, str]:
        """Return the tags of an upload; none where it is gone."""
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        found = backend.get_object(bucket, key, version_id)
        return dict(backend.tagger.get_tag_dict_for_resource(found.arn)) if found else {}

    def messages(self) -> dict[str, list[dict[str, Any]]]:
        """Return the messages that have been published since the last call, by execution."""
        published = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[self.topic_arn].sent_notifications
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _, message, *_ in published:
            document = json.loads(json.loads(message)["default"])
            found[document["execution_arn"]].append(document)
        published.clear()
        return found


def _note_key(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["image_id"] = {**params, **params.get("Item", {}), **params.get("Key", {})}["ImageId"]["S"]


@contextmanager
def in_process_aws() -> Iterator[InProcessAws]:
    """Start an AWS in this process, and point the functions to it; their clients take turns."""
    with pytest.MonkeyPatch.context() as patch, _beside_an_embedded_aws():
        aws = InProcessAws()
        values = {"${table_name}": TABLE, "${topic_arn}": aws.topic_arn, "${enhanced_bucket_name}": COPIES}
        for function in FUNCTIONS:
            for name, value in function_definition(function).environment.items():
                patch.setenv(name, values.get(value, value))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("RENDITIONS", json.dumps([THUMB]))
        patch.setattr(functions.shared.records.ledger, "datetime", CLOCK)
        # Plans hold the age of an object against its record's: by another clock, a history could not be repeated.
        patch.setattr(moto.s3.models, "utcnow", CLOCK.utcnow)
        patch.setattr(functions.record.handler, "client", aws.client)
        _forget()
        for service in ("s3", "dynamodb", "sns"):
            take_turns(functions.shared.aws._client(service))
        aws.watch(functions.shared.aws._client("dynamodb"))
        yield aws
        aws.close()
    _forget()


@contextmanager
def _beside_an_embedded_aws() -> Iterator[None]:
    """Let botocore's calls reach moto, and leave alone what an embedded AWS of this process keeps there."""
    mock = mock_aws()
    mock.start(reset=False)
    try:
        yield
    finally:
        mock.stop(remove_data=False)


def _forget() -> None:
    for cache in CACHES:
        cache.cache_clear()
