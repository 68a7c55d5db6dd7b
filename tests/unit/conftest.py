"""AWS in this process, for the units that talk to one service."""

import functools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from functions.shared.records.ledger import Ledger
from functions.shared.records.table import Item, RecordTable

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


class Clock:
    """A clock that tests move by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@functools.cache
def session() -> boto3.Session:
    """Return the session of all tests: one of each test's own would parse the model of a service once more."""
    return boto3.Session("testing", "testing", region_name="us-east-1")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


@pytest.fixture
def s3(aws: None) -> "S3Client":
    """Return a client of an S3 with a plain and a versioned bucket."""
    client = session().client("s3")
    client.create_bucket(Bucket="plain")
    client.create_bucket(Bucket="versioned")
    client.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def table(aws: None) -> RecordTable:
    client = session().client("dynamodb")
    client.create_table(
        TableName="images",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "ImageId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "ImageId", "AttributeType": "S"}],
    )
    return RecordTable(client, "images")


@pytest.fixture
def ledger(table: RecordTable, clock: Clock) -> Ledger:
    return Ledger(table, lease_seconds=600, now=clock)


def stored(ledger: Ledger, image_id: str) -> Item:
    """Return the record as DynamoDB holds it: numbers and timestamps as text, {} where there is none."""
    response = ledger.table.client.get_item(TableName=ledger.table.name, Key={"ImageId": {"S": image_id}})
    return {name: next(iter(value.values())) for name, value in response.get("Item", {}).items()}
