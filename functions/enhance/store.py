"""Storing an enhanced copy so that an older photo never replaces a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.shared.aws import translated
from functions.shared.errors import CopyConflictError, TransientServiceError
from functions.shared.output_keys import UPLOAD
from functions.shared.records.sequencer import normalise_sequencer
from functions.shared.user_metadata import written_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SEQUENCER = "sequencer"
NOTHING_THERE = {"IfNoneMatch": "*"}
MAX_TRIES = 5
# 409: two writes met; 404: the object that the write was to replace has gone meanwhile.
LOST_RACE = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "NoSuchKey", "404"})


class OccupiedKeyError(Exception):
    """The copy of another upload, one with another key, lies under this key."""


@dataclass(frozen=True)
class Copy:
    """A picture to be stored. `upload` stands for the upload's key, because sequencers order uploads of one key only.

    `upload` and the sequencer go into the object's metadata, so both are ASCII. `headers` are further parameters of
    PutObject: what the copy keeps of the upload's headers.
    """

    bucket: str
    key: str
    body: bytes
    content_type: str
    upload: str
    sequencer: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def metadata(self) -> dict[str, str]:
        """Whose copy it is, and of which of the uploads."""
        return {UPLOAD: self.upload, SEQUENCER: normalise_sequencer(self.sequencer)}


def store(client: S3Client, copy: Copy) -> str:
    """Write the copy; return the new ETag without quotes.

    Every write is conditional on what was seen just before: nothing, or a copy of the same or an older upload of that
    key. Raises CopyConflictError where what is there says that it is a newer upload's copy, OccupiedKeyError where it
    says that it is another key's, TransientServiceError where others keep getting in between or S3 does not serve,
    ServiceRefusedError where it refuses.
    """
    condition: dict[str, str] = NOTHING_THERE
    for _ in range(MAX_TRIES):
        with translated("s3:PutObject"):
            try:
                response = client.put_object(
                    Bucket=copy.bucket,
                    Key=copy.key,
                    Body=copy.body,
                    ContentType=copy.content_type,
                    Metadata=copy.metadata,
                    **copy.headers,  # type: ignore[arg-type]
                    **condition,  # type: ignore[arg-type]
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in LOST_RACE:
                    raise
                condition = _condition(client, copy)
            else:
                return response["ETag"].strip('"')
    raise TransientServiceError(f"{copy.key!r}: other writes kept getting in between; try again.")


def _condition(client: S3Client, copy: Copy) -> dict[str, str]:
    """Return the condition under which the copy may replace what is there now."""
    with translated("s3:GetObject"):
        try:
            found = client.head_object(Bucket=copy.bucket, Key=copy.key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
                raise
            return NOTHING_THERE
    metadata = written_metadata(found["Metadata"])
    if metadata.get(UPLOAD, copy.upload) != copy.upload:
        raise OccupiedKeyError(copy.key)
    # What carries no sequencer was put there by hand, and counts as the oldest.
    if normalise_sequencer(metadata.get(SEQUENCER, "")) > copy.metadata[SEQUENCER]:
        # Anybody may have written that metadata. Only the ledger knows whether there was such an upload.
        raise CopyConflictError(
            f"{copy.key!r} is marked as the copy of a newer upload. If there was none, move or delete that object, "
            "then redrive this execution."
        )
    return {"IfMatch": found["ETag"]}
