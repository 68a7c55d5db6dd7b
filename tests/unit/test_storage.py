"""Reading uploads: pinned, by ranges, and clear about what went wrong."""

import http.client
import io
import ssl
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3
from botocore.awsrequest import AWSResponse
from botocore.response import StreamingBody
from botocore.stub import Stubber

from functions.shared.errors import (
    ImageNotFoundError,
    ImageTooLargeError,
    ServiceRefusedError,
    SupersededUploadError,
    TransientServiceError,
)
from functions.shared.ranges import FIRST_BLOCK_BYTES, RangeReader
from functions.shared.storage import RangedObject, UploadedObject, head, read_whole
from functions.validate.inspect_photo import Limits, inspect_photo

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CONTENT = bytes(range(256)) * 4096


def upload(s3: "S3Client", bucket: str, body: bytes = CONTENT) -> UploadedObject:
    """Upload as a.jpg and return its head."""
    response = s3.put_object(
        Bucket=bucket, Key="a.jpg", Body=body, ContentType="image/jpeg", Metadata={"user-id": "ada"}
    )
    return head(s3, bucket, "a.jpg", response.get("VersionId"), response["ETag"].strip('"'))


@pytest.fixture(params=["plain", "versioned"])
def bucket(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_head_returns_the_facts(s3: "S3Client", bucket: str) -> None:
    found = upload(s3, bucket)
    assert (found.bucket, found.key, found.size_bytes, found.content_type) == (bucket, "a.jpg", 2**20, "image/jpeg")
    assert found.user_metadata == {"user-id": "ada"}
    assert bool(found.version_id) == (bucket == "versioned")
    assert '"' not in found.etag
    assert found.last_modified.tzinfo


def test_an_object_that_is_gone(s3: "S3Client", bucket: str) -> None:
    found = upload(s3, bucket)
    version = {"VersionId": found.version_id} if found.version_id else {}
    s3.delete_object(Bucket=bucket, Key="a.jpg", **version)  # type: ignore[arg-type]
    with pytest.raises(ImageNotFoundError, match=rf"'a.jpg'.*'{bucket}'.*again"):
        head(s3, bucket, "a.jpg", found.version_id, found.etag)
    with pytest.raises(ImageNotFoundError):
        read_whole(s3, found, max_bytes=2**20)
    with pytest.raises(ImageNotFoundError):
        RangedObject(s3, found).read(1)


def test_a_version_outlives_its_deletion_and_its_successor(s3: "S3Client") -> None:
    found = upload(s3, "versioned")
    upload(s3, "versioned", b"newer")
    s3.delete_object(Bucket="versioned", Key="a.jpg")
    assert head(s3, "versioned", "a.jpg", found.version_id, found.etag) == found
    assert RangedObject(s3, found).read() == CONTENT
    assert read_whole(s3, found, max_bytes=2**20).body == CONTENT


def test_a_delete_marker_is_no_photo(s3: "S3Client") -> None:
    found = upload(s3, "versioned")
    marker = s3.delete_object(Bucket="versioned", Key="a.jpg")["VersionId"]
    with pytest.raises(ImageNotFoundError):
        head(s3, "versioned", "a.jpg", marker, found.etag)


def test_a_replaced_object_is_superseded_and_never_mixed(s3: "S3Client") -> None:
    found = upload(s3, "plain")
    reader = RangedObject(s3, found)
    assert reader.read(10) == CONTENT[:10]
    upload(s3, "plain", CONTENT[::-1])
    with pytest.raises(SupersededUploadError, match="newer upload"):
        reader.read()
    with pytest.raises(SupersededUploadError):
        head(s3, "plain", "a.jpg", None, found.etag)
    with pytest.raises(SupersededUploadError):
        read_whole(s3, found, max_bytes=2**20)


def test_ranges_give_the_file(s3: "S3Client", bucket: str) -> None:
    reader, plain = RangedObject(s3, upload(s3, bucket)), io.BytesIO(CONTENT)
    for offset, whence, size in [(0, 0, 16), (-5, 2, 100), (1000, 0, 200_000), (-50, 1, 60), (2**20, 0, 1), (7, 0, -1)]:
        assert reader.seek(offset, whence) == plain.seek(offset, whence)
        assert reader.read(size) == plain.read(size)


def test_a_header_costs_one_block(s3: "S3Client", bucket: str) -> None:
    reader = RangedObject(s3, upload(s3, bucket))
    for _ in range(100):
        reader.read(600)
    assert reader.bytes_fetched == FIRST_BLOCK_BYTES


def test_an_empty_object_is_read_without_a_range(s3: "S3Client", bucket: str) -> None:
    found = upload(s3, bucket, b"")
    assert found.size_bytes == 0
    assert RangedObject(s3, found).read(10) == b""
    assert read_whole(s3, found, max_bytes=1).body == b""


def test_reading_everything_is_bounded(s3: "S3Client", bucket: str) -> None:
    found = upload(s3, bucket)
    assert read_whole(s3, found, max_bytes=2**20).body == CONTENT
    with pytest.raises(ImageTooLargeError, match=r"1048576 bytes.*1048575.*MAX_BYTES"):
        read_whole(s3, found, max_bytes=2**20 - 1)


def test_a_bucket_that_is_missing(s3: "S3Client") -> None:
    found = upload(s3, "plain")
    s3.delete_object(Bucket="plain", Key="a.jpg")
    s3.delete_bucket(Bucket="plain")
    with pytest.raises(ServiceRefusedError, match="NoSuchBucket"):
        read_whole(s3, found, max_bytes=2**20)


@pytest.mark.parametrize("declared_bytes", [5, 10])
def test_a_connection_that_is_cut_is_transient(s3: "S3Client", declared_bytes: int) -> None:
    found = upload(s3, "plain", b"0123456789")
    answer: dict[str, Any] = {
        "Body": StreamingBody(io.BytesIO(b"01234"), declared_bytes),
        "ContentLength": declared_bytes,
    }
    with Stubber(s3) as stub:
        stub.add_response("get_object", answer)
        with pytest.raises(TransientServiceError):
            RangedObject(s3, found).read(10)


TEN_BYTES = UploadedObject("plain", "a.jpg", None, "e", 10, {}, None, datetime.now(UTC))


@pytest.fixture
def lone() -> "S3Client":
    """Return a client with no service behind it."""
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="secret")


class Breaking(io.RawIOBase):
    """The raw stream of an answer that breaks off with any error, or whose connection cannot even be closed."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def read(self, _amt: int | None = -1, /) -> bytes:
        raise self.error

    def close(self) -> None:
        if not self.closed:
            super().close()
            raise self.error


class UnheardOfError(Exception):
    """An error of no known class."""


BROKEN_OFF = [
    ssl.SSLError(1, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
    ssl.SSLEOFError(8, "EOF occurred in violation of protocol"),
    ConnectionResetError(104, "Connection reset by peer"),
    TimeoutError("The read operation timed out"),
    OSError("cannot read from timed out object"),
    http.client.IncompleteRead(b"01234", 5),
    urllib3.exceptions.SSLError("bad record mac"),
    urllib3.exceptions.DecodeError("not gzip"),
    urllib3.exceptions.ProtocolError("Connection broken"),
    urllib3.exceptions.ReadTimeoutError(None, "https://photos/", "timed out"),  # type: ignore[arg-type]
    zlib.error("incorrect header check"),
    AttributeError("'NoneType' object has no attribute 'read'"),
    ValueError("I/O operation on closed file."),
    EOFError(),
    UnheardOfError("https://photos.s3.amazonaws.com/a.jpg?X-Amz-Signature=5e1f"),
]


def answer_of(stub: Stubber, error: BaseException, declared_bytes: int = 10) -> None:
    """Let the next GetObject be answered with a body that breaks off."""
    body = StreamingBody(Breaking(error), declared_bytes)  # type: ignore[arg-type]
    stub.add_response("get_object", {"Body": body, "ContentLength": declared_bytes})


@pytest.mark.parametrize("error", BROKEN_OFF, ids=lambda error: type(error).__qualname__)
def test_a_body_that_breaks_off_is_transient_whatever_it_raises(lone: "S3Client", error: Exception) -> None:
    s3, found = lone, TEN_BYTES
    with Stubber(s3) as stub:
        for _ in range(3):
            answer_of(stub, error)
        with pytest.raises(TransientServiceError, match=r"s3:GetObject: 'a.jpg' broke off while it was read") as caught:
            read_whole(s3, found, max_bytes=10)
        assert "X-Amz-Signature" not in str(caught.value)
        with pytest.raises(TransientServiceError):
            RangedObject(s3, found).read(10)
        # Pillow takes an OSError for a broken file.
        with pytest.raises(TransientServiceError):
            inspect_photo(RangedObject(s3, found), size_bytes=10, limits=Limits(10**6, 10**6, 1))


@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt(), SystemExit()], ids=repr)
def test_what_is_no_fault_of_the_connection_stays(lone: "S3Client", error: BaseException) -> None:
    with Stubber(lone) as stub:
        answer_of(stub, error)
        with pytest.raises(type(error)):
            read_whole(lone, TEN_BYTES, max_bytes=10)


def test_a_file_is_too_large_even_if_its_connection_cannot_be_closed(lone: "S3Client") -> None:
    with Stubber(lone) as stub:
        answer_of(stub, ssl.SSLError(1, "shutdown while in init"))
        with pytest.raises(ImageTooLargeError):
            read_whole(lone, TEN_BYTES, max_bytes=9)


def test_an_error_whose_own_body_breaks_off_is_transient(lone: "S3Client") -> None:
    """botocore reads the body of an error outside of what it guards."""

    class Raw(Breaking):
        def stream(self) -> Iterator[bytes]:
            raise self.error

    def answer(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 503, {}, Raw(urllib3.exceptions.ReadTimeoutError(None, "/", "slow")))  # type: ignore[arg-type]

    lone.meta.events.register("before-send.s3.GetObject", answer)  # type: ignore[arg-type]
    with pytest.raises(TransientServiceError, match="s3:GetObject: ReadTimeoutError"):
        read_whole(lone, TEN_BYTES, max_bytes=10)


def test_metadata_is_as_its_user_wrote_it(s3: "S3Client", bucket: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="a.jpg", Metadata={"user-id": "=?UTF-8?Q?Zo=C3=AB?=", "x": "=?a?="})
    found = head(s3, bucket, "a.jpg", put.get("VersionId"), put["ETag"].strip('"'))
    assert found.user_metadata == {"user-id": "Zoë", "x": "=?a?="}


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("InternalError", 500)])
def test_a_service_that_is_down_is_transient(s3: "S3Client", code: str, status: int) -> None:
    found = upload(s3, "plain")
    with Stubber(s3) as stub:
        for operation in ("head_object", "get_object", "get_object"):
            stub.add_client_error(operation, code, http_status_code=status)
        with pytest.raises(TransientServiceError):
            head(s3, "plain", "a.jpg", None, found.etag)
        with pytest.raises(TransientServiceError):
            RangedObject(s3, found).read(1)
        with pytest.raises(TransientServiceError):
            read_whole(s3, found, max_bytes=2**20)


class Fetches:
    """Fetches from memory and keeps the ranges that were asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.ranges: list[tuple[int, int]] = []

    def __call__(self, start: int, length: int) -> bytes:
        self.ranges.append((start, length))
        return self.content[start : start + length]


def test_reading_on_doubles_the_blocks() -> None:
    fetches = Fetches(bytes(2_000_000))
    reader = io.BufferedReader(RangeReader(fetches, 2_000_000))
    while reader.read(5000):
        pass
    lengths = [length for _, length in fetches.ranges]
    assert lengths[:4] == [FIRST_BLOCK_BYTES * 2**n for n in range(4)]
    assert sum(lengths) == 2_000_000


def test_reading_to_the_end_is_one_fetch_and_going_back_is_none() -> None:
    fetches = Fetches(CONTENT)
    reader = io.BufferedReader(RangeReader(fetches, len(CONTENT)))
    reader.seek(30)
    assert reader.read() == CONTENT[30:]
    reader.seek(100)
    assert reader.read(300) == CONTENT[100:400]
    assert fetches.ranges == [(30, len(CONTENT) - 30)]


def test_nothing_lies_before_the_start_or_beyond_the_end() -> None:
    reader = RangeReader(Fetches(b"abc"), 3)
    with pytest.raises(ValueError, match="before the start"):
        reader.seek(-1)
    reader.seek(99)
    assert (reader.read(5), reader.readall(), reader.bytes_fetched) == (b"", b"", 0)
