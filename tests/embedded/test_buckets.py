"""What a deployment sets on a bucket reads back as set, and is obeyed where moto would misread it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from darkroom.packaging.placeholders import render_file
from darkroom.packaging.repository import BUCKET_POLICY
from tests.embedded.bare_aws import BareAws


def policy(bucket: str, **statement: object) -> str:
    refuse = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [refuse]})


def test_a_bucket_that_refuses_plain_http_takes_objects(bare: BareAws) -> None:
    bucket, s3 = bare.bucket(), bare.aws.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Condition={"Bool": {"aws:SecureTransport": "false"}}))
    s3.create_multipart_upload(Bucket=bucket, Key="a.jpg")
    s3.put_object(Bucket=bucket, Key="a.jpg", Body=b"a photo")
    assert s3.get_object(Bucket=bucket, Key="a.jpg")["Body"].read() == b"a photo"


def test_a_bucket_that_refuses_everything_still_does(bare: BareAws) -> None:
    bucket, s3 = bare.bucket(), bare.aws.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))
    with pytest.raises(ClientError):
        s3.put_object(Bucket=bucket, Key="a.jpg", Body=b"a photo")


@pytest.fixture
def enhancer(bare: BareAws) -> str:
    """Return the name of a function whose role alone may write copies."""
    return bare.function().rpartition(":")[2]


@pytest.fixture
def guarded(bare: BareAws) -> str:
    """Return a versioned bucket with the policy that every deployment sets."""
    bucket = bare.bucket(versioned=True)
    arns = {"own_arn": f"arn:aws:s3:::{bucket}", "enhance_role_arn": bare.role_arn}
    bare.aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=render_file(BUCKET_POLICY, arns))
    return bucket


@pytest.mark.parametrize("key", ["enhanced/a.jpg", "enhanced/enhanced/web/a.jpg.webp"])
def test_the_enhancers_role_alone_may_write_copies(bare: BareAws, guarded: str, enhancer: str, key: str) -> None:
    s3 = bare.aws.client("s3")
    writes: list[Callable[[], Any]] = [
        lambda: s3.put_object(Bucket=guarded, Key=key, Body=b"foreign"),
        lambda: s3.create_multipart_upload(Bucket=guarded, Key=key),
        lambda: s3.copy_object(Bucket=guarded, Key=key, CopySource={"Bucket": guarded, "Key": "a.jpg"}),
    ]
    s3.put_object(Bucket=guarded, Key="a.jpg", Body=b"an upload")
    for write in writes:
        with pytest.raises(ClientError) as refused:
            write()
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    bare.aws.client_of(enhancer, "s3").put_object(Bucket=guarded, Key=key, Body=b"a copy")
    assert s3.get_object(Bucket=guarded, Key=key)["Body"].read() == b"a copy"
    s3.put_object_tagging(Bucket=guarded, Key=key, Tagging={"TagSet": [{"Key": "seen", "Value": "yes"}]})


def test_whoever_may_delete_may_delete_copies(bare: BareAws, guarded: str, enhancer: str) -> None:
    s3 = bare.aws.client("s3")
    bare.aws.client_of(enhancer, "s3").put_object(Bucket=guarded, Key="enhanced/a.jpg", Body=b"a copy")
    s3.delete_object(Bucket=guarded, Key="enhanced/a.jpg")
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=guarded, Key="enhanced/a.jpg")


def test_a_bucket_says_that_it_notifies_eventbridge(bare: BareAws) -> None:
    s3 = bare.aws.client("s3")
    for notifies in (True, False):
        found = s3.get_bucket_notification_configuration(Bucket=bare.bucket(notify=notifies))
        assert ("EventBridgeConfiguration" in found) is notifies


def test_a_bucket_names_its_queues_beside_eventbridge(bare: BareAws) -> None:
    bucket, s3 = bare.bucket(), bare.aws.client("s3")
    _, queue_arn = bare.queue()
    both = {
        "EventBridgeConfiguration": {},
        "QueueConfigurations": [{"QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"]}],
    }
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=both)
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert found["QueueConfigurations"][0]["QueueArn"] == queue_arn
    assert found["EventBridgeConfiguration"] == {}


def test_a_listing_of_versions_begins_right_behind_a_key_that_is_not_there(bare: BareAws) -> None:
    bucket, s3 = bare.bucket(), bare.aws.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "c", "c", "e"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"a photo")

    def behind(marker: str) -> list[str]:
        found = s3.list_object_versions(Bucket=bucket, KeyMarker=marker)
        return [version["Key"] for version in found.get("Versions", [])]

    assert [behind(marker) for marker in ("A", "b", "c", "d", "e")] == [
        ["a", "c", "c", "e"],
        ["c", "c", "e"],
        ["e"],
        ["e"],
        [],
    ]
