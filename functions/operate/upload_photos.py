"""Putting photos into the bucket that starts the pipeline: look whether one is there, send it, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from functions.operate.calls import CALL_ERRORS
from functions.operate.same_content import PART_BYTES, has_content
from functions.operate.upload_outcome import Outcome, UploadOutcome
from functions.shared.aws import UNWRAPPED_ERRORS
from functions.shared.printable import as_utf8
from functions.shared.user_metadata import sendable, written_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

MAX_AT_ONCE = 8
MAX_FAILURES_IN_A_ROW = 5
# One connection for each photo: MAX_AT_ONCE then bounds them all. Large ones go in parts, and again only the part that
# broke off.
TRANSFER = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False)
GONE = frozenset({"404", "NoSuchKey"})
NO_VERSION = "null"  # the id where versioning is suspended; the event has none then


@dataclass(frozen=True)
class NewPhoto:
    """A file that is to be uploaded, its key, and its MIME type."""

    file: Path
    key: str
    content_type: str

    def outcome(self, what: Outcome, why: str = "") -> UploadOutcome:
        """Return an outcome of this photo."""
        return file_outcome(self.file, self.key, what, why)


def file_outcome(file: Path, key: str, what: Outcome, why: str = "") -> UploadOutcome:
    """Return the outcome of a file; of a name in an old encoding, what no UTF-8 can hold is replaced."""
    return UploadOutcome(file=as_utf8(str(file)), key=as_utf8(key), outcome=what, why=as_utf8(why))


def head(client: S3Client, bucket: str, key: str) -> HeadObjectOutputTypeDef | None:
    """Return what S3 says of an object and its checksums, None where there is none. Raises botocore's errors."""
    try:
        return client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        return None


def is_same_state(found: HeadObjectOutputTypeDef, upload: UploadOutcome) -> bool:
    """Return whether an object is still what was uploaded."""
    return _state(found) == (upload.etag, upload.version_id)


@dataclass(frozen=True)
class Uploader:
    """Uploads photos to one bucket. `metadata` is what is asked of each, in the names that the pipeline reads.

    `explain` says in a sentence why a call failed. With `force` a photo is uploaded that is there already.
    """

    client: S3Client
    bucket: str
    explain: Callable[[Exception], str]
    metadata: Mapping[str, str] = field(default_factory=dict)
    force: bool = False

    def upload_all(self, photos: Iterable[NewPhoto | UploadOutcome]) -> Iterator[UploadOutcome]:
        """Yield what came of each photo as they are done, MAX_AT_ONCE at a time; what has its outcome passes.

        A photo that fails stops none of the others, but for MAX_FAILURES_IN_A_ROW in a row: whatever it is, it lies not
        in the photos. When it is interrupted, those that are at work are finished.
        """
        running: set[Future[UploadOutcome]] = set()
        failures = 0
        with ThreadPoolExecutor(MAX_AT_ONCE, "upload") as pool:
            for photo in photos:
                if isinstance(photo, UploadOutcome):
                    yield photo
                    continue
                if failures >= MAX_FAILURES_IN_A_ROW:
                    yield photo.outcome("not uploaded", f"not tried, after {failures} failures in a row")
                    continue
                running.add(pool.submit(self.upload, photo))
                if len(running) >= MAX_AT_ONCE:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    outcomes = [future.result() for future in done]
                    failures = _failures_after(failures, outcomes)
                    yield from outcomes
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)

    def upload(self, photo: NewPhoto) -> UploadOutcome:
        """Upload one photo, unless it is there already; return what came of it."""
        try:
            there = None if self.force else head(self.client, self.bucket, photo.key)
            if there and self._is_the_same(there, photo):
                return _stored(photo.outcome("there already"), there)
            self._send(photo)
            return _stored(photo.outcome("uploaded"), head(self.client, self.bucket, photo.key))
        except (*CALL_ERRORS, *UNWRAPPED_ERRORS) as error:
            return photo.outcome("not uploaded", self.explain(error))

    def _is_the_same(self, there: HeadObjectOutputTypeDef, photo: NewPhoto) -> bool:
        """Return whether an object has the photo's content, and asks for at least what is asked now."""
        return self.metadata.items() <= written_metadata(there["Metadata"]).items() and has_content(there, photo.file)

    def _send(self, photo: NewPhoto) -> None:
        asked = {
            "ContentType": photo.content_type,
            "Metadata": {name: sendable(value) for name, value in self.metadata.items()},
            "ChecksumAlgorithm": "SHA256",
        }
        with photo.file.open("rb") as source:
            self.client.upload_fileobj(source, self.bucket, photo.key, ExtraArgs=asked, Config=TRANSFER)


def _failures_after(failures: int, outcomes: Iterable[UploadOutcome]) -> int:
    for outcome in outcomes:
        failures = failures + 1 if outcome.outcome == "not uploaded" else 0
    return failures


def _stored(outcome: UploadOutcome, found: HeadObjectOutputTypeDef | None) -> UploadOutcome:
    if found is None:  # deleted meanwhile
        return outcome
    etag, version_id = _state(found)
    stored = {"etag": etag, "version_id": version_id, "stored_at": found["LastModified"]}
    return outcome.model_copy(update=stored)


def _state(found: HeadObjectOutputTypeDef) -> tuple[str, str | None]:
    version_id = found.get("VersionId", NO_VERSION)
    return found["ETag"].strip('"'), None if version_id == NO_VERSION else version_id
