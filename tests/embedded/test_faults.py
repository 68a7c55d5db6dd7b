"""The request log names every call and its caller; faults refuse calls in the words of each protocol."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from darkroom.local.faults import Call
from darkroom.local.operations import Request, operation
from tests.embedded.cloud import Cloud, zipped

CALLS: list[tuple[str, str, Callable[[Any], Any]]] = [
    ("dynamodb", "ListTables", lambda client: client.list_tables()),
    ("sqs", "ListQueues", lambda client: client.list_queues()),
    ("sns", "ListTopics", lambda client: client.list_topics()),
    ("iam", "ListRoles", lambda client: client.list_roles()),
    ("logs", "DescribeLogGroups", lambda client: client.describe_log_groups()),
    ("events", "ListRules", lambda client: client.list_rules()),
    ("lambda", "ListFunctions", lambda client: client.list_functions()),
    ("s3", "ListBuckets", lambda client: client.list_buckets()),
    ("s3", "GetObject", lambda client: client.get_object(Bucket="b", Key="a/key")),
]


@pytest.mark.parametrize(("service", "name", "call"), CALLS, ids=[f"{service}-{name}" for service, name, _ in CALLS])
def test_a_refusal_is_the_error_that_aws_would_send(
    cloud: Cloud, service: str, name: str, call: Callable[[Any], Any]
) -> None:
    with (
        cloud.aws.faults.refuse(service, name, error_code="SlowDown", status=503) as fault,
        pytest.raises(ClientError) as raised,
    ):
        call(cloud.aws.client(service))
    assert raised.value.response["Error"]["Code"] == "SlowDown"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert fault.count == 1
    refused = cloud.aws.calls[-1]
    assert (refused.caller, refused.service, refused.operation, refused.refused) == (
        "darkroom",
        service,
        name,
        "SlowDown",
    )


def test_a_refused_head_has_no_body_and_a_refused_upload_is_read(cloud: Cloud) -> None:
    s3, bucket = cloud.aws.client("s3"), cloud.bucket(notify=False)
    with cloud.aws.faults.refuse("s3", status=503, error_code="SlowDown"):
        with pytest.raises(ClientError, match="503"):
            s3.head_object(Bucket=bucket, Key="k")
        with pytest.raises(ClientError, match="SlowDown"):
            s3.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(bytes(3 << 20)))
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_fault_lasts_as_long_as_asked(cloud: Cloud) -> None:
    client = cloud.aws.client("dynamodb")
    fault = cloud.aws.faults.refuse("dynamodb", times=2)
    for _ in range(2):
        with pytest.raises(ClientError, match="ThrottlingException"):
            client.list_tables()
    client.list_tables()
    assert fault.count == 2
    fault = cloud.aws.faults.refuse("dynamodb")
    with pytest.raises(ClientError):
        client.list_tables()
    fault.lift()
    client.list_tables()


CALLER = """
import os, urllib.request

def handler(event, context):
    key = os.environ["AWS_ACCESS_KEY_ID"]
    scope = f"{key}/20260101/us-east-1/dynamodb/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
    }
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], b"{}", headers)
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code
"""


def test_a_fault_can_single_out_one_function(cloud: Cloud) -> None:
    function = cloud.function(zipped(fn=CALLER), "fn.handler")
    name = function.rpartition(":")[2]
    with cloud.aws.faults.refuse("dynamodb", "ListTables", caller=name, status=400):
        assert cloud.invoke(function) == (400, False)
        cloud.aws.client("dynamodb").list_tables()
    assert cloud.invoke(function) == (200, False)
    assert Call(name, "dynamodb", "ListTables", "/") in cloud.aws.calls


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "expected"),
    [
        ("PUT", "/b/a/key", {}, {}, "PutObject"),
        ("PUT", "/b/key", {}, {"x-amz-copy-source": "b/other"}, "CopyObject"),
        ("PUT", "/b/key", {"uploadId": "u", "partNumber": "1"}, {}, "UploadPart"),
        ("POST", "/b/key", {"uploads": ""}, {}, "CreateMultipartUpload"),
        ("POST", "/b/key", {"uploadId": "u"}, {}, "CompleteMultipartUpload"),
        ("GET", "/b/key\nwith line", {"versionId": "1"}, {"range": "bytes=0-1"}, "GetObject"),
        ("GET", "/b/key", {"tagging": ""}, {}, "GetObjectTagging"),
        ("HEAD", "/b/key", {}, {}, "HeadObject"),
        ("HEAD", "/b", {}, {}, "HeadBucket"),
        ("DELETE", "/b/key", {}, {}, "DeleteObject"),
        ("GET", "/b", {"list-type": "2"}, {}, "ListObjectsV2"),
        ("PUT", "/b", {"notification": ""}, {}, "PutBucketNotificationConfiguration"),
        ("PATCH", "/b/key", {}, {}, "PATCH"),
    ],
)
def test_s3_operations_are_named(
    method: str, path: str, query: dict[str, str], headers: dict[str, str], expected: str
) -> None:
    assert operation("s3", Request(method, path, query, headers, {})) == expected
