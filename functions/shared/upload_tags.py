"""The tags that Darkroom gives to uploads; lifecycle rules and people find them by these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.shared.aws import GONE, translated
from functions.shared.errors import SupersededUploadError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

    from functions.shared.contracts import UploadEvent

STATUS_TAG, ERROR_TAG = "darkroom-status", "darkroom-error"
FORGOTTEN = "forgotten"
MAX_TAGS = 10  # S3's limit for an object
NO_VERSION = "null"
"""The id of the one state of an object that S3 keeps where it keeps no versions."""


def is_forgotten(client: S3Client, bucket: str, key: str, version_id: str | None) -> bool:
    """Return whether a version of an upload, None where none are kept, is tagged as forgotten.

    Raises botocore's errors.
    """
    # That version is named as well: so one permission is enough.
    answer = client.get_object_tagging(Bucket=bucket, Key=key, VersionId=version_id or NO_VERSION)
    return {"Key": STATUS_TAG, "Value": FORGOTTEN} in answer["TagSet"]


def refuse_forgotten(client: S3Client, event: UploadEvent) -> None:
    """Raise SupersededUploadError for an upload that was forgotten since the plan of a backfill saw no record of it.

    Whoever uploads a photo again is heard, whatever was forgotten: so nothing else is refused. One that is gone passes,
    for reading it says so. Raises TransientServiceError or ServiceRefusedError where S3 does not serve.
    """
    if not event.rerun.unless_forgotten:
        return
    uploaded = event.detail.object
    with translated("s3:GetObjectTagging"):
        try:
            forgotten = is_forgotten(client, event.detail.bucket.name, event.key, uploaded.version_id)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
            return
    if forgotten:
        raise SupersededUploadError(f"{event.key!r} was forgotten since this run was planned.")
