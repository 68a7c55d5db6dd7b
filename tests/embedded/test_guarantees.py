"""What Darkroom's guarantees rest on works over HTTP: conditional writes, versions, the sparse index, signed links."""

import time
import urllib.request
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.comparisons import FuncAttrExists
from moto.s3.models import S3Backend

from tests.embedded.bare_aws import BareAws


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


@pytest.fixture
def table(bare: BareAws) -> str:
    name = f"table-{uuid.uuid4().hex[:8]}"
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("ImageId", "Attention", "Timestamp")]
    keys = [("Attention", "HASH"), ("Timestamp", "RANGE")]
    index = {
        "IndexName": "AttentionIndex",
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        "Projection": {"ProjectionType": "ALL"},
    }
    bare.aws.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=attributes,
        KeySchema=[{"AttributeName": "ImageId", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[index],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def test_a_conditional_update_happens_or_tells_why_not(bare: BareAws, table: str) -> None:
    client = bare.aws.client("dynamodb")

    def claim(sequencer: str) -> Any:
        return client.update_item(
            TableName=table,
            Key={"ImageId": {"S": "photo"}},
            UpdateExpression="SET Sequencer = :new",
            ConditionExpression="attribute_not_exists(ImageId) OR Sequencer < :new",
            ExpressionAttributeValues={":new": {"S": sequencer}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    claim("02")
    claim("03")
    with pytest.raises(ClientError) as refused:
        claim("01")
    assert code(refused) == "ConditionalCheckFailedException"
    answer: Any = refused.value.response
    assert answer["Item"]["Sequencer"] == {"S": "03"}


def test_an_index_holds_only_items_with_its_key(bare: BareAws, table: str) -> None:
    client = bare.aws.client("dynamodb")
    for number, attention in enumerate(["FAILED", None, "FAILED"]):
        item = {"ImageId": {"S": str(number)}, "Timestamp": {"S": f"2026-01-0{number + 1}"}}
        client.put_item(TableName=table, Item=item | ({"Attention": {"S": attention}} if attention else {}))
    query = {
        "TableName": table,
        "IndexName": "AttentionIndex",
        "KeyConditionExpression": "Attention = :a",
        "ExpressionAttributeValues": {":a": {"S": "FAILED"}},
    }
    assert [item["ImageId"]["S"] for item in client.query(**query)["Items"]] == ["0", "2"]
    client.update_item(TableName=table, Key={"ImageId": {"S": "0"}}, UpdateExpression="REMOVE Attention")
    assert [item["ImageId"]["S"] for item in client.query(**query)["Items"]] == ["2"]


def test_a_conditional_put_happens_or_is_refused(bare: BareAws) -> None:
    s3, bucket = bare.aws.client("s3"), bare.bucket(versioned=True)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")
    for condition in ({"IfNoneMatch": "*"}, {"IfMatch": '"0123"'}):
        with pytest.raises(ClientError) as refused:
            s3.put_object(Bucket=bucket, Key="k", Body=b"2", **condition)
        assert code(refused) == "PreconditionFailed"
    s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=first["ETag"])
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"


def test_versions_are_kept_and_read_by_range(bare: BareAws) -> None:
    s3, bucket = bare.aws.client("s3"), bare.bucket(versioned=True)
    old = s3.put_object(Bucket=bucket, Key="k", Body=b"first one")
    s3.put_object(Bucket=bucket, Key="k", Body=b"second one")
    part = s3.get_object(Bucket=bucket, Key="k", VersionId=old["VersionId"], Range="bytes=0-4")
    assert (part["Body"].read(), part["ContentRange"]) == (b"first", "bytes 0-4/9")
    with pytest.raises(ClientError) as gone:
        s3.get_object(Bucket=bucket, Key="k", VersionId=str(uuid.uuid4()))
    assert code(gone) == "NoSuchVersion"
    with pytest.raises(ClientError) as changed:
        s3.get_object(Bucket=bucket, Key="k", IfMatch=old["ETag"])
    assert code(changed) == "PreconditionFailed"


def test_a_signed_link_opens_without_credentials(bare: BareAws) -> None:
    s3, bucket, key = bare.aws.client("s3"), bare.bucket(), "enhanced/ü +photo.jpg"
    s3.put_object(Bucket=bucket, Key=key, Body=b"photo", ContentType="image/jpeg")
    link = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=60)
    assert link.startswith(f"{bare.aws.endpoint_url}/{bucket}/")
    with urllib.request.urlopen(link) as answer:  # noqa: S310
        assert (answer.read(), answer.headers["Content-Type"]) == (b"photo", "image/jpeg")
    call = next(call for call in reversed(bare.aws.calls) if call.operation == "GetObject")
    assert (call.caller, call.service) == ("darkroom", "s3")


def test_of_conditional_writes_at_once_one_wins(bare: BareAws, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Time between moto's check and its write, for the others to come in between.
    monkeypatch.setattr(FuncAttrExists, "expr", slowly(FuncAttrExists.expr))
    monkeypatch.setattr(S3Backend, "put_object", slowly(S3Backend.put_object))
    s3, bucket, dynamodb = bare.aws.client("s3"), bare.bucket(notify=False), bare.aws.client("dynamodb")

    def claim(number: int) -> bool:
        update = {
            "UpdateExpression": "SET Holder = :me",
            "ConditionExpression": "attribute_not_exists(ImageId)",
            "ExpressionAttributeValues": {":me": {"N": str(number)}},
        }
        return happens(dynamodb.update_item, TableName=table, Key={"ImageId": {"S": "photo"}}, **update)

    def put(_: int) -> bool:
        return happens(s3.put_object, Bucket=bucket, Key="photo", Body=b"1", IfNoneMatch="*")

    with ThreadPoolExecutor(5) as pool:
        for write in (claim, put):
            assert sum(pool.map(write, range(5))) == 1


def slowly(step: Callable[..., Any]) -> Callable[..., Any]:
    def slow_step(*args: Any, **more: Any) -> Any:
        time.sleep(0.05)
        result = step(*args, **more)
        time.sleep(0.05)
        return result

    return slow_step


def happens(write: Callable[..., Any], **details: Any) -> bool:
    try:
        write(**details)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ConditionalCheckFailedException", "PreconditionFailed"):
            raise
        return False
    return True
