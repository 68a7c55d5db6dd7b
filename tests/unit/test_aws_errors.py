"""AWS's errors as Darkroom's."""

import socket
import ssl
from collections.abc import Iterator
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING

import boto3
import botocore.session
import pytest
import urllib3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.parsers import ResponseParserError

from functions.shared import aws
from functions.shared.aws import translated
from functions.shared.errors import ServiceRefusedError, TransientServiceError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

URL = "https://photos.s3.amazonaws.com/a.jpg?X-Amz-Signature=abc"


def client_error(code: str, status: int = 400, message: str = "Said so.") -> ClientError:
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetObject")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "error",
    [
        client_error("ThrottlingException"),
        client_error("ProvisionedThroughputExceededException"),
        client_error("RequestLimitExceeded"),
        client_error("SlowDown", 503),
        client_error("KMSThrottlingException"),
        client_error("TooManyRequestsException", 429),
        client_error("RequestTimeout"),
        client_error("InternalServerError", 500),
        client_error("503", 503),
        client_error("SomethingNew", 502),
        EndpointConnectionError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
        ResponseStreamingError(error="reset"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        FlexibleChecksumError(error_msg="wrong"),
        ssl.SSLError(1, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
        ConnectionResetError(104, "Connection reset by peer"),
        TimeoutError("timed out"),
        socket.gaierror(-3, "Temporary failure in name resolution"),
        RemoteDisconnected("Remote end closed connection without response"),
        urllib3.exceptions.ReadTimeoutError(None, URL, "timed out"),  # type: ignore[arg-type]
        urllib3.exceptions.DecodeError("not gzip"),
        ResponseParserError("Unable to parse response (no element found)"),
    ],
    ids=lambda error: f"{type(error).__name__} {str(error)[:40]}",
)
def test_an_error_that_may_pass_is_transient(error: Exception) -> None:
    with pytest.raises(TransientServiceError, match=r"^s3:GetObject") as caught, translated("s3:GetObject"):
        raise error
    assert caught.value.__cause__ is error


def test_a_lack_of_memory_while_a_body_is_sent_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def urlopen(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("urllib3.connectionpool.HTTPConnectionPool.urlopen", urlopen)
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="secret")
    with pytest.raises(HTTPClientError):
        s3.put_object(Bucket="photos", Key="a.jpg", Body=b"a photo")
    with pytest.raises(MemoryError), translated("s3:PutObject"):
        s3.put_object(Bucket="photos", Key="a.jpg", Body=b"a photo")


@pytest.mark.parametrize("error", [KeyError("Body"), TypeError("bytes"), AttributeError("x"), MemoryError()], ids=repr)
def test_a_defect_of_ours_beside_a_call_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), translated("s3:GetObject"):
        raise error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (client_error("AccessDenied", 403), "Allow s3:GetObject.*policy.json"),
        (client_error("403", 403), "Allow s3:GetObject"),
        (client_error("AuthorizationErrorException", 403), "Allow s3:GetObject"),
        (client_error("NoSuchBucket", 404), "exists"),
        (client_error("ResourceNotFoundException"), "exists"),
        (client_error("NotFoundException", 404), "exists"),
        (client_error("KMSAccessDeniedException"), "encryption key"),
        (client_error("ExpiredToken"), "credentials"),
        (client_error("InvalidObjectState", 403), "restore"),
        (client_error("ValidationException"), "ValidationException"),
        (NoCredentialsError(), "NoCredentialsError"),
        (ParamValidationError(report="Missing"), "Missing"),
    ],
)
def test_an_error_that_stays_is_refused(error: ClientError | BotoCoreError, words: str) -> None:
    with pytest.raises(ServiceRefusedError, match=words), translated("s3:GetObject"):
        raise error


@pytest.mark.parametrize(
    "code", ["ConditionalCheckFailedException", "PreconditionFailed", "412", "ConditionalRequestConflict", "NoSuchKey"]
)
def test_answers_pass_as_they_are(code: str) -> None:
    error = client_error(code, 412)
    with pytest.raises(ClientError) as caught, translated("s3:PutObject"):
        raise error
    assert caught.value is error


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated("s3:PutObject"):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "error",
    [EndpointConnectionError(endpoint_url=URL), client_error("InvalidParameter", message=f"No ada@example.org, {URL}")],
)
def test_messages_name_no_person_and_no_link(error: Exception) -> None:
    with pytest.raises((TransientServiceError, ServiceRefusedError)) as caught, translated("sns:Publish"):
        raise error
    assert "ada@" not in str(caught.value)
    assert "Signature" not in str(caught.value)
    assert "<link>" in str(caught.value)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator["S3Client"]:
    """Return a client that is made here and gone afterwards, with its credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(aws, "_session", botocore.session.get_session)
    aws._client.cache_clear()
    yield aws.client("s3")
    aws._client.cache_clear()


def test_clients_are_made_once(s3: "S3Client") -> None:
    assert aws.client("s3") is s3


def test_links_are_signed_with_version_4(s3: "S3Client") -> None:
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link
