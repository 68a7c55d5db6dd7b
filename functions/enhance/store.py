"""Storing an enhanced copy so that an older photo never replaces a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.shared.aws import translated
from functions.shared.errors import SupersededUploadError, TransientServiceError
from functions.shared.records.ownership import normalise_sequencer

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SEQUENCER, UPLOAD = "sequencer", "upload"
NOTHING_THERE = {"IfNoneMatch": "*"}
MAX_TRIES = 5
# 409: two writes met; 404: the object that the write was to replace has gone meanwhile.
LOST_RACE = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "NoSuchKey", "404"})


class OccupiedKeyError(Exception):
    """The copy of another upload, one with another key, lies under this key."""


def store(  # noqa: PLR0913, PLR0917 - what one PUT takes
    client: S3Client,
    bucket: str,
    key: str,
    body: bytes,
    content_type: str,
    metadata: Mapping[str, str],
    sequencer: str,
) -> str:
    """Write the copy with the sequencer in its (ASCII) metadata; return the new ETag without quotes.

    `metadata` says under UPLOAD whose copy it is, because sequencers order the uploads of one key only. Every write
    is conditional on what was seen just before: nothing, or a copy of the same or an older upload of that key.

    Raises SupersededUploadError where a newer upload's copy is there, OccupiedKeyError where another key's is,
    TransientServiceError where others keep getting in between or S3 does not serve, ServiceRefusedError where it
    refuses.
    """
    ours = normalise_sequencer(sequencer)
    condition: dict[str, str] = NOTHING_THERE
    for _ in range(MAX_TRIES):
        with translated("s3:PutObject"):
            try:
                response = client.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    Metadata={**metadata, SEQUENCER: ours},
                    **condition,  # type: ignore[arg-type]
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in LOST_RACE:
                    raise
                condition = _condition(client, bucket, key, metadata.get(UPLOAD), ours)
            else:
                return response["ETag"].strip('"')
    raise TransientServiceError(f"{key!r}: other writes kept getting in between; try again.")


def _condition(client: S3Client, bucket: str, key: str, upload: str | None, ours: str) -> dict[str, str]:
    """Return the condition under which our copy may replace what is there now."""
    with translated("s3:GetObject"):
        try:
            found = client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
                raise
            return NOTHING_THERE
    if found["Metadata"].get(UPLOAD, upload) != upload:
        raise OccupiedKeyError(key)
    # What carries no sequencer was put there by hand, and counts as the oldest.
    if normalise_sequencer(found["Metadata"].get(SEQUENCER, "")) > ours:
        raise SupersededUploadError(f"{key!r} is already the copy of a newer upload.")
    return {"IfMatch": found["ETag"]}
