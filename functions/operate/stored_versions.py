"""What S3 keeps under a key: all versions, and the delete markers; listed, looked at and deleted one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pydantic import AwareDatetime

from functions.operate.report_model import ReportModel
from functions.shared.upload_tags import NO_VERSION

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion"})


class StoredVersion(ReportModel):
    """One version of an object, or a delete marker, which has no ETag."""

    key: str
    version_id: str
    stored_at: AwareDatetime
    is_newest: bool
    etag: str = ""

    @property
    def is_marker(self) -> bool:
        """Whether it is a delete marker, which has no content."""
        return not self.etag


@dataclass(frozen=True)
class Versions:
    """The versions in one bucket, whether it keeps several or one of each object. Methods raise botocore's errors."""

    client: S3Client
    bucket: str

    def of(self, key: str) -> list[StoredVersion]:
        """Return all versions and delete markers under exactly this key, the oldest first."""
        found: list[StoredVersion] = []
        for page in self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=key):
            entries: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            found += [_version(entry) for entry in entries if entry["Key"] == key]
            # Keys come in order: others that begin so follow it.
            if any(entry["Key"] != key for entry in entries):
                break
        return sorted(found, key=lambda version: (version.is_newest, version.stored_at))

    def folders(self, prefix: str) -> Iterator[str]:
        """Yield the folders directly below a prefix."""
        for page in self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, Delimiter="/"
        ):
            yield from (found["Prefix"] for found in page.get("CommonPrefixes", []))

    def head(self, version: StoredVersion) -> Mapping[str, Any]:
        """Return what S3 says of a version, nothing of one that is gone."""
        try:
            return self.client.head_object(**self._state(version))
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
            return {}

    def delete(self, version: StoredVersion) -> None:
        """Delete a version for good; one that is gone counts as deleted."""
        # A new object may have come under the key: it has another ETag.
        seen: Any = {"IfMatch": f'"{version.etag}"'} if version.version_id == NO_VERSION and version.etag else {}
        try:
            self.client.delete_object(**self._where(version), **seen)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise

    def tags(self, version: StoredVersion) -> dict[str, str]:
        """Return the tags of a version."""
        answer = self.client.get_object_tagging(**self._state(version))
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

    def tag(self, version: StoredVersion, tags: Mapping[str, str]) -> None:
        """Put these tags in place of those that a version has."""
        listed: Any = [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
        self.client.put_object_tagging(**self._state(version), Tagging={"TagSet": listed})

    def _state(self, version: StoredVersion) -> dict[str, Any]:
        where = self._where(version)
        # Where there are no versions, the permissions for an object's state of now are enough.
        if version.version_id == NO_VERSION and version.is_newest:
            del where["VersionId"]
        return where

    def _where(self, version: StoredVersion) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": version.key, "VersionId": version.version_id}


def _version(entry: Any) -> StoredVersion:
    return StoredVersion(
        key=entry["Key"],
        version_id=entry["VersionId"],
        stored_at=entry["LastModified"],
        is_newest=entry["IsLatest"],
        etag=entry.get("ETag", "").strip('"'),
    )
