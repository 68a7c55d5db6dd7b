"""What a deployment sets on a bucket reads back as set, and is obeyed where moto would misread it."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.embedded.cloud import Cloud


def policy(bucket: str, **statement: object) -> str:
    refuse = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [refuse]})


def test_a_bucket_that_refuses_plain_http_takes_objects(cloud: Cloud) -> None:
    bucket, s3 = cloud.bucket(), cloud.aws.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Condition={"Bool": {"aws:SecureTransport": "false"}}))
    s3.create_multipart_upload(Bucket=bucket, Key="a.jpg")
    s3.put_object(Bucket=bucket, Key="a.jpg", Body=b"a photo")
    assert s3.get_object(Bucket=bucket, Key="a.jpg")["Body"].read() == b"a photo"


def test_a_bucket_that_refuses_everything_still_does(cloud: Cloud) -> None:
    bucket, s3 = cloud.bucket(), cloud.aws.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))
    with pytest.raises(ClientError):
        s3.put_object(Bucket=bucket, Key="a.jpg", Body=b"a photo")


def test_a_bucket_says_that_it_notifies_eventbridge(cloud: Cloud) -> None:
    s3 = cloud.aws.client("s3")
    for notifies in (True, False):
        found = s3.get_bucket_notification_configuration(Bucket=cloud.bucket(notify=notifies))
        assert ("EventBridgeConfiguration" in found) is notifies


def test_a_bucket_names_its_queues_beside_eventbridge(cloud: Cloud) -> None:
    bucket, s3 = cloud.bucket(), cloud.aws.client("s3")
    _, queue_arn = cloud.queue()
    both = {
        "EventBridgeConfiguration": {},
        "QueueConfigurations": [{"QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"]}],
    }
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=both)
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert found["QueueConfigurations"][0]["QueueArn"] == queue_arn
    assert found["EventBridgeConfiguration"] == {}
