"""Tags on uploads that failed for good, so that lifecycle rules and people can find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from functions.shared.aws import GONE, translated
from functions.shared.errors import CorruptImageError, ImageTooLargeError, UnsupportedImageError
from functions.shared.upload_tags import ERROR_TAG, MAX_TAGS, STATUS_TAG

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import TagTypeDef

    from functions.shared.contracts import UploadEvent

FAILED = "failed"
# What lies in the file itself; every other failure may pass, and a file that is gone cannot be tagged.
FOR_GOOD = frozenset(error.__name__ for error in (UnsupportedImageError, CorruptImageError, ImageTooLargeError))

Tags = dict[str, str]


class Version(NamedTuple):
    """One version of an object; `version_id` is None where the bucket keeps none."""

    bucket: str
    key: str
    version_id: str | None


def version_of(event: UploadEvent) -> Version:
    """Return the version that an event is about."""
    return Version(event.detail.bucket.name, event.key, event.detail.object.version_id)


def quarantine(client: S3Client, version: Version, error_type: str) -> bool:
    """Tag an upload whose failure lies in the file itself; return whether it was tagged.

    Only where the bucket keeps versions: elsewhere the tag might hit a newer upload, which a lifecycle rule would then
    take away. Raises TransientServiceError or ServiceRefusedError.
    """
    marks = {STATUS_TAG: FAILED, ERROR_TAG: error_type}
    return error_type in FOR_GOOD and _change(client, version, lambda tags: {**tags, **marks})


def release(client: S3Client, version: Version) -> bool:
    """Take the tags off an upload that has come through after all; raises as quarantine() does."""
    return _change(client, version, lambda tags: {name: tags[name] for name in tags.keys() - {STATUS_TAG, ERROR_TAG}})


def _change(client: S3Client, version: Version, change: Callable[[Tags], Tags]) -> bool:
    """Put changed tags where they differ and fit; return whether they were put. An object that is gone has none."""
    if not version.version_id:
        return False
    where: Any = {"Bucket": version.bucket, "Key": version.key, "VersionId": version.version_id}
    with translated("s3:PutObjectTagging"):
        try:
            before = {tag["Key"]: tag["Value"] for tag in client.get_object_tagging(**where)["TagSet"]}
            after = change(before)
            if after == before or len(after) > MAX_TAGS:
                return False
            _put(client, where, after)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
            return False
    return True


def _put(client: S3Client, where: dict[str, Any], tags: Tags) -> None:
    if tags:
        listed: list[TagTypeDef] = [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
        client.put_object_tagging(**where, Tagging={"TagSet": listed})
    else:
        client.delete_object_tagging(**where)
