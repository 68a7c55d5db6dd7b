"""Reading uploads: pinned, by ranges, and clear about what went wrong."""

import io
from typing import TYPE_CHECKING, Any

import pytest
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
    assert read_whole(s3, found, max_bytes=2**20) == CONTENT


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
    assert read_whole(s3, found, max_bytes=1) == b""


def test_reading_everything_is_bounded(s3: "S3Client", bucket: str) -> None:
    found = upload(s3, bucket)
    assert read_whole(s3, found, max_bytes=2**20) == CONTENT
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
