"""The uploads that lie in a bucket now, each in its newest version; what Darkroom writes itself is not among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError
from pydantic import AwareDatetime

from functions.operate.report_model import ReportModel
from functions.operate.stored_versions import GONE
from functions.shared.contracts import OUTPUT_PREFIX
from functions.shared.upload_tags import NO_VERSION, is_forgotten

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# The last key that can begin so: listing goes on behind it.
BEHIND_OUTPUTS = f"{OUTPUT_PREFIX}\U0010ffff"
# A request for each upload without a record; botocore's clients keep ten connections.
MAX_AT_ONCE = 10


class AnyUpload(Protocol):
    """An upload as it lies in the bucket, or as a plan holds it."""

    @property
    def key(self) -> str:
        """Its key."""

    @property
    def version_id(self) -> str | None:
        """Its version, None where the bucket keeps none."""


class StoredUpload(ReportModel):
    """An upload as it lies in the bucket; `version_id` is None where the bucket keeps no versions."""

    key: str
    etag: str
    version_id: str | None = None
    size_bytes: int
    stored_at: AwareDatetime

    @property
    def is_folder_marker(self) -> bool:
        """Whether it is what consoles make for a folder; the pipeline passes over it too."""
        return self.key.endswith("/") and self.size_bytes == 0


@dataclass(frozen=True)
class BucketUploads:
    """The uploads of one bucket. Methods raise botocore's errors."""

    client: S3Client
    bucket: str

    def pages(self, prefix: str) -> Iterator[list[StoredUpload]]:
        """Yield the uploads whose keys begin so, up to a thousand at a time, in the order of their keys.

        Copies are left out without being listed: behind the first one, the listing goes on after the last one.
        """
        after: dict[str, Any] = {}
        while True:
            page: Any = self.client.list_object_versions(Bucket=self.bucket, Prefix=prefix, **after)
            entries = page.get("Versions", [])
            uploads = [entry for entry in entries if not entry["Key"].startswith(OUTPUT_PREFIX)]
            yield [_upload(entry) for entry in uploads if entry["IsLatest"]]
            if not page.get("IsTruncated"):
                return
            after = _next(page)

    def forgotten(self, uploads: Iterable[AnyUpload]) -> set[str]:
        """Return the keys of the uploads that were forgotten and kept, and of those that are gone by now.

        A request for each.
        """
        listed = list(uploads)
        with ThreadPoolExecutor(MAX_AT_ONCE, "tags") as pool:
            return {
                upload.key for upload, left in zip(listed, pool.map(self._is_forgotten, listed), strict=True) if left
            }

    def _is_forgotten(self, upload: AnyUpload) -> bool:
        try:
            return is_forgotten(self.client, self.bucket, upload.key, upload.version_id)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
            return True


def _next(page: Any) -> dict[str, str]:
    if page["NextKeyMarker"].startswith(OUTPUT_PREFIX):
        return {"KeyMarker": BEHIND_OUTPUTS}
    return {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}


def _upload(entry: Any) -> StoredUpload:
    return StoredUpload(
        key=entry["Key"],
        etag=entry["ETag"].strip('"'),
        version_id=None if entry["VersionId"] == NO_VERSION else entry["VersionId"],
        size_bytes=entry["Size"],
        stored_at=entry["LastModified"],
    )
