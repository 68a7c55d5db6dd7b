"""The request log names every call and its caller; faults refuse calls in the words of each protocol."""

import io
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from darkroom.local.http.effects import hang, kill, lost_response, refused
from darkroom.local.http.faults import Call, Fault, Where
from darkroom.local.http.operations import Request, operation
from tests.embedded.bare_aws import BareAws, zipped

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
    bare: BareAws, service: str, name: str, call: Callable[[Any], Any]
) -> None:
    with (
        bare.aws.faults.refuse(service, name, error_code="SlowDown", status=503) as fault,
        pytest.raises(ClientError) as raised,
    ):
        call(bare.aws.client(service))
    assert raised.value.response["Error"]["Code"] == "SlowDown"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert fault.count == 1
    # The last of this operation: in the background the event recorder asks its queue all the time.
    refused = [call for call in bare.aws.calls if call.operation == name][-1]
    assert (refused.caller, refused.service, refused.operation, refused.refused) == (
        "darkroom",
        service,
        name,
        "SlowDown",
    )


def test_a_refused_head_has_no_body_and_a_refused_upload_is_read(bare: BareAws) -> None:
    s3, bucket = bare.aws.client("s3"), bare.bucket(notify=False)
    with bare.aws.faults.refuse("s3", status=503, error_code="SlowDown"):
        with pytest.raises(ClientError, match="503"):
            s3.head_object(Bucket=bucket, Key="k")
        with pytest.raises(ClientError, match="SlowDown"):
            s3.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(bytes(3 << 20)))
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_fault_lasts_as_long_as_asked(bare: BareAws) -> None:
    client = bare.aws.client("dynamodb")
    fault = bare.aws.faults.refuse("dynamodb", times=2)
    for _ in range(2):
        with pytest.raises(ClientError, match="ThrottlingException"):
            client.list_tables()
    client.list_tables()
    assert fault.count == 2
    fault = bare.aws.faults.refuse("dynamodb")
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


def test_a_fault_can_single_out_one_function(bare: BareAws) -> None:
    function = bare.function(zipped(fn=CALLER), "fn.handler")
    name = function.rpartition(":")[2]
    with bare.aws.faults.refuse("dynamodb", "ListTables", caller=name, status=400):
        assert bare.invoke(function) == (400, False)
        bare.aws.client("dynamodb").list_tables()
    assert bare.invoke(function) == (200, False)
    assert Call(name, "dynamodb", "ListTables", "/") in bare.aws.calls


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


ASKER = """
import os, boto3

def handler(event, context):
    client = boto3.client("sns", config=boto3.session.Config(retries={"total_max_attempts": 1}, read_timeout=30))
    return client.create_topic(Name=event["topic"])["TopicArn"] + str(os.getpid())
"""


@pytest.fixture(scope="module")
def asker(bare: BareAws, host_zips: dict[str, Path]) -> str:
    """Return a function that creates the topic of its event, with the boto3 of a real zip."""
    packed = io.BytesIO(host_zips["notify"].read_bytes())
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("asker.py", ASKER)
    return bare.function(packed.getvalue(), "asker.handler", Timeout=3)


def topics(bare: BareAws) -> set[str]:
    return {topic["TopicArn"].rpartition(":")[2] for topic in bare.aws.client("sns").list_topics()["Topics"]}


def asked(bare: BareAws, asker: str, make: Callable[[Where], Fault]) -> tuple[Any, str, Fault]:
    """Ask for a topic while the first such call meets a fault; return the answer, the topic and the fault."""
    topic = f"topic-{uuid.uuid4().hex}"
    where = Where("sns", "CreateTopic", asker.rpartition(":")[2], mark=topic)
    with bare.aws.faults.add(make(where)) as fault:
        answer, failed = bare.invoke(asker, {"topic": topic})
    assert failed
    assert fault.count == 1
    return answer, topic, fault


def test_a_lost_response_is_an_error_after_the_effect(bare: BareAws, asker: str) -> None:
    answer, topic, _ = asked(bare, asker, lambda where: lost_response(where, 1))
    assert "InternalError" in answer["errorMessage"]
    assert topic in topics(bare)


def test_a_hang_lasts_until_the_function_is_out_of_time(bare: BareAws, asker: str) -> None:
    answer, topic, _ = asked(bare, asker, lambda where: hang(where, 1))
    assert answer["errorType"] == "Sandbox.Timedout"
    assert topic not in topics(bare)


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_process_is_killed_at_its_call(bare: BareAws, asker: str, after_effect: bool) -> None:
    sandboxes = bare.aws.sandboxes
    answer, topic, _ = asked(bare, asker, lambda where: kill(sandboxes, where, 1, after_effect=after_effect))
    assert answer["errorType"] == "Runtime.ExitError"
    assert (topic in topics(bare)) is after_effect
    answer, failed = bare.invoke(asker, {"topic": topic})
    assert not failed


def test_a_fault_spares_the_first_calls_and_what_does_not_bear_its_mark(bare: BareAws) -> None:
    client = bare.aws.client("sqs")
    with bare.aws.faults.add(refused(Where("sqs", "CreateQueue", mark="marked", spared=1))) as fault:
        for name in ("other-1", "marked-1", "other-2"):
            client.create_queue(QueueName=name)
        with pytest.raises(ClientError):
            client.create_queue(QueueName="marked-2")
    assert fault.count == 1
