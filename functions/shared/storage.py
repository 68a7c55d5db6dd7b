"""Reading an upload from S3: the very object that the event names, and no more of it than needed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.shared.aws import GONE, translated
from functions.shared.errors import (
    DarkroomError,
    ImageNotFoundError,
    ImageTooLargeError,
    SupersededUploadError,
    TransientServiceError,
)
from functions.shared.ranges import RangeReader
from functions.shared.user_metadata import written_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

REPLACED = frozenset({"412", "PreconditionFailed", "416", "InvalidRange"})

# What browsers and caches heed, by the names of S3's parameters.
HEEDED_HEADERS = ("CacheControl", "ContentDisposition", "ContentLanguage")


@dataclass(frozen=True)
class PinnedObject:
    """One state of an object in S3, which all requests name, so that two states never mix. The ETag has no quotes."""

    bucket: str
    key: str
    version_id: str | None
    etag: str

    @property
    def request(self) -> dict[str, Any]:
        """The request parameters that admit this state alone; where there are no versions, the ETag has to do."""
        state = {"VersionId": self.version_id} if self.version_id else {"IfMatch": f'"{self.etag}"'}
        return {"Bucket": self.bucket, "Key": self.key, **state}


@dataclass(frozen=True)
class UploadedObject(PinnedObject):
    """A pinned object and what S3 says about it; the metadata is as its user wrote it."""

    size_bytes: int
    user_metadata: Mapping[str, str]
    content_type: str | None
    last_modified: datetime


@dataclass(frozen=True)
class Content:
    """An object's bytes, and those of HEEDED_HEADERS that it has."""

    body: bytes
    headers: Mapping[str, str]


def head(client: S3Client, bucket: str, key: str, version_id: str | None, etag: str) -> UploadedObject:
    """Return the object's facts without its content.

    Raises ImageNotFoundError where the object, or that version of it, is gone; SupersededUploadError where the bucket
    keeps no versions and the ETag is another now: the newer upload has an event of its own. Raises
    TransientServiceError or ServiceRefusedError where S3 does not serve.
    """
    pinned = PinnedObject(bucket, key, version_id, etag)
    with translated("s3:GetObject"), _answers(pinned):
        response = client.head_object(**pinned.request)
    return UploadedObject(
        bucket=bucket,
        key=key,
        version_id=version_id,
        etag=response["ETag"].strip('"'),
        size_bytes=response["ContentLength"],
        user_metadata=written_metadata(response["Metadata"]),
        content_type=response.get("ContentType"),
        last_modified=response["LastModified"],
    )


def read_whole(client: S3Client, pinned: PinnedObject, *, max_bytes: int) -> Content:
    """Return the object's content and headers.

    Raises as head() does, and ImageTooLargeError before reading over max_bytes.
    """
    with translated("s3:GetObject"), _answers(pinned):
        response = client.get_object(**pinned.request)
        size_bytes = response["ContentLength"]
        if size_bytes > max_bytes:
            with suppress(Exception):  # whatever becomes of the connection, the file is too large
                response["Body"].close()
            raise ImageTooLargeError(
                f"{pinned.key!r} has {size_bytes} bytes, the limit is {max_bytes}. "
                "Upload a smaller file, or raise MAX_BYTES."
            )
        headers = {name: str(value) for name, value in response.items() if name in HEEDED_HEADERS}
        return Content(_body(response, size_bytes, pinned), headers)


class RangedObject(io.BufferedReader):
    """A seekable binary file over an object in S3, which fetches only what is read; its reads raise as head() does."""

    def __init__(self, client: S3Client, uploaded: UploadedObject) -> None:
        self._client = client
        self._pinned = uploaded
        self._ranges = RangeReader(self._fetch, uploaded.size_bytes)
        super().__init__(self._ranges)

    @property
    def bytes_fetched(self) -> int:
        """How much has come over the network so far."""
        return self._ranges.bytes_fetched

    def _fetch(self, start: int, length: int) -> bytes:
        with translated("s3:GetObject"), _answers(self._pinned):
            response = self._client.get_object(**self._pinned.request, Range=f"bytes={start}-{start + length - 1}")
            return _body(response, length, self._pinned)


def _body(response: GetObjectOutputTypeDef, expected_bytes: int, pinned: PinnedObject) -> bytes:
    try:
        data = response["Body"].read()
    except (DarkroomError, MemoryError):
        raise
    except Exception as error:
        # botocore wraps two of urllib3's errors, and what ssl, http.client or a proxy's library raise passes it by.
        # Under an OSError, Pillow would call the photo broken.
        raise TransientServiceError(
            f"s3:GetObject: {pinned.key!r} broke off while it was read: {type(error).__name__}: {error}"
        ) from error
    if len(data) != expected_bytes:
        raise TransientServiceError(f"{pinned.key!r}: S3 sent {len(data)} bytes of {expected_bytes}; try again.")
    return data


@contextmanager
def _answers(pinned: PinnedObject) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in REPLACED:
            raise SupersededUploadError(f"{pinned.key!r}: a newer upload has replaced the object.") from error
        if code in GONE:
            version = f", version {pinned.version_id}," if pinned.version_id else ""
            raise ImageNotFoundError(
                f"{pinned.key!r}{version} is no longer in bucket {pinned.bucket!r}. Upload it again."
            ) from error
        raise
