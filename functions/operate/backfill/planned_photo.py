"""One photo of a plan: the name of its execution, and the event that it begins with.

| the upload            | sequencer            | its claim holds                                                       |
|-----------------------|----------------------|-----------------------------------------------------------------------|
| has no record         | the lowest there is  | while no upload of the key has been recorded, and it is not forgotten |
| newer than its record | the record's, plus 1 | while that record is there: S3's own sequencer is as high             |
| has a record          | the record's         | while nothing has written that record but the attempt that it is of   |

So whatever S3 itself says of an upload of the key wins, and so does a redrive or another run since the plan. A record
that is COMPLETED, or PROCESSING for longer than a claim lasts, is taken by force.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from functions.operate.backfill.backfill_verdict import Standing
from functions.operate.backfill.bucket_uploads import StoredUpload
from functions.operate.photo_record import PhotoRecord
from functions.operate.report_model import ReportModel
from functions.operate.rerun_event import rerun_event
from functions.operate.rerun_request import RerunRequest
from functions.operate.rerun_verdict import Act, Verdict
from functions.shared.records.sequencer import normalise_sequencer

LOWEST_SEQUENCER = "0"
# A record that FAILED is free for any execution of its upload.
TAKEN_BY_FORCE = frozenset({Standing.COMPLETED, Standing.STUCK})


class PlannedPhoto(ReportModel):
    """A photo as the plan file holds it. `backfill.asl.json` passes `input` to the execution called `name`."""

    name: str
    bytes: int
    input: dict[str, Any]

    @property
    def key(self) -> str:
        """The upload's key."""
        return str(self.input["detail"]["object"]["key"])

    @property
    def bucket(self) -> str:
        """The upload's bucket."""
        return str(self.input["detail"]["bucket"]["name"])

    @property
    def sequencer(self) -> str:
        """The event's sequencer, as records have it."""
        return normalise_sequencer(self.input["detail"]["object"]["sequencer"])

    @property
    def version_id(self) -> str | None:
        """The upload's version, None where the bucket keeps none."""
        version: str | None = self.input["detail"]["object"].get("version-id")
        return version

    @property
    def repeats(self) -> str:
        """The ARN of the execution that is repeated, empty for an upload that has no record."""
        return str(self._rerun.get("of", ""))

    @property
    def redrive_count(self) -> int:
        """How often the execution that is repeated had been redriven when the plan was made."""
        return int(self._rerun.get("redrive_count", 0))

    @property
    def follows(self) -> str:
        """The sequencer of the older upload's record, empty for an upload that is not newer than its record."""
        return normalise_sequencer(self._rerun["follows"]) if "follows" in self._rerun else ""

    @property
    def _rerun(self) -> dict[str, Any]:
        asked: dict[str, Any] = self.input.get("rerun", {})
        return asked


def planned_photo(
    upload: StoredUpload, record: PhotoRecord | None, standing: Standing, *, bucket: str, account_id: str
) -> PlannedPhoto:
    """Return an upload that is taken. Raises IncompleteRecordError where its record lacks what its event needs.

    The name follows from key, version and what the record says: a plan that is made or applied again names it alike
    until it has been run.
    """
    if record is None or standing is Standing.NEWER:
        sequencer = following(record.sequencer) if record else LOWEST_SEQUENCER
        saw = {"follows": record.sequencer} if record else {"unless_forgotten": True}
        event = {**_upload_event(upload, sequencer, bucket, account_id), "rerun": saw}
        identity: list[Any] = [upload.key, upload.version_id, upload.etag, upload.stored_at.isoformat(), sequencer]
    else:
        event = _repeated(record, takes_over=standing in TAKEN_BY_FORCE)
        identity = [record.key, record.version_id, record.etag, record.sequencer, record.attempt, record.redrive_count]
    digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()
    return PlannedPhoto(name=f"backfill-{digest[:40]}", bytes=upload.size_bytes, input=event)


def following(sequencer: str) -> str:
    """Return the sequencer right after one, which no upload but the very next one can have."""
    return normalise_sequencer(f"{int(sequencer, 16) + 1:X}")


def _upload_event(upload: StoredUpload, sequencer: str, bucket: str, account_id: str) -> dict[str, Any]:
    """Return the event of an upload as S3 would have sent it, but for the sequencer, which nobody can know."""
    version = {"version-id": upload.version_id} if upload.version_id else {}
    stored = {"key": upload.key, "size": upload.size_bytes, "etag": upload.etag, "sequencer": sequencer, **version}
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": upload.stored_at.isoformat(),
        "detail": {"bucket": {"name": bucket}, "object": stored, "requester": account_id},
    }


def _repeated(record: PhotoRecord, *, takes_over: bool) -> dict[str, Any]:
    """Return the event of the record's own upload, which takes the record over while it is as it is now."""
    event = rerun_event(record, RerunRequest(), Verdict(act=Act.NEW, reason="backfill", takes_over=takes_over))
    return {**event, "rerun": {**event["rerun"], "needs_record": True, "redrive_count": record.redrive_count}}
