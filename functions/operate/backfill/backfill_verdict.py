"""Whether an upload goes into a backfill, and why, from what lies in the bucket and what its record says.

| the upload                                        | missing | failed | all  |
|---------------------------------------------------|---------|--------|------|
| has no record                                     | goes    | goes   | goes |
| is newer than its record: its event was lost      | goes    | goes   | goes |
| FAILED, or its execution ended unrecorded         | stays   | goes   | goes |
| COMPLETED                                         | stays   | stays  | goes |
| FAILED by its own fault: it would fail again      | stays   | stays  | stays |
| is at work, or came a moment ago                  | stays   | stays  | stays |
| was forgotten                                     | stays   | stays  | stays |
| is older than its record's upload                 | stays   | stays  | stays |
| has a record that does not say of which upload    | stays   | stays  | stays |
"""

from datetime import datetime, timedelta
from enum import StrEnum

from functions.operate.attention import Need, need_of
from functions.operate.backfill.bucket_uploads import StoredUpload
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.photo_record import PhotoRecord
from functions.operate.rerun_event import is_complete
from functions.shared.remedies import RerunHelps, remedy_of

# S3 tells an object's time by the second, and its event's time may be rounded otherwise.
ROUNDING = timedelta(seconds=1)


class Standing(StrEnum):
    """How an upload stands to its record, in words for people."""

    NO_RECORD = "has no record"
    NEWER = "is newer than its record"
    FAILED = "failed"
    STUCK = "its execution ended unrecorded"
    COMPLETED = "completed"
    WOULD_FAIL = "would fail again"
    AT_WORK = "is at work"
    YOUNG = "came a moment ago"
    FORGOTTEN = "was forgotten"
    OLDER = "is older than its record"
    INCOMPLETE = "has a record that does not say of which upload it is"


TAKEN = {
    Reprocess.MISSING: frozenset({Standing.NO_RECORD, Standing.NEWER}),
    Reprocess.FAILED: frozenset({Standing.NO_RECORD, Standing.NEWER, Standing.FAILED, Standing.STUCK}),
    Reprocess.ALL: frozenset({Standing.NO_RECORD, Standing.NEWER, Standing.FAILED, Standing.STUCK, Standing.COMPLETED}),
}
# Made anew from what their record says.
OF_RECORD = frozenset({Standing.FAILED, Standing.STUCK, Standing.COMPLETED})
# Of another version than the record's: these are named one by one.
OF_OTHER_VERSION = frozenset({Standing.NEWER, Standing.OLDER})


def standing_of(
    upload: StoredUpload, record: PhotoRecord | None, now: datetime, *, lease_seconds: int, settled_after: timedelta
) -> Standing:
    """Return how an upload stands; one without a record is for the caller to look up whether it was forgotten.

    An upload is left to its own event until `settled_after`.
    """
    is_young = now - upload.stored_at < settled_after
    if record is None:
        return Standing.YOUNG if is_young else Standing.NO_RECORD
    if record.is_half_forgotten:
        return Standing.FORGOTTEN
    if not is_of_record(upload, record):
        if not is_newer(upload, record):
            return Standing.OLDER
        return Standing.YOUNG if is_young else Standing.NEWER
    found = _recorded(record, now, lease_seconds)
    return Standing.INCOMPLETE if found in OF_RECORD and not is_complete(record) else found


def is_of_record(upload: StoredUpload, record: PhotoRecord) -> bool:
    """Return whether an upload is the one that its record is of, or has the same content where no versions are kept."""
    if upload.version_id or record.version_id:
        return upload.version_id == record.version_id
    return upload.etag == record.etag


def is_newer(upload: StoredUpload, record: PhotoRecord) -> bool:
    """Return whether an upload certainly came after that of its record.

    Where a version was deleted, an older one lies there again: it must not take the newer one's place in the table.
    """
    return record.uploaded_at is not None and upload.stored_at > record.uploaded_at + ROUNDING


def _recorded(record: PhotoRecord, now: datetime, lease_seconds: int) -> Standing:
    if record.status == "COMPLETED":
        return Standing.COMPLETED
    if record.status == "PROCESSING":
        return Standing.STUCK if need_of(record, now, lease_seconds) is Need.STUCK else Standing.AT_WORK
    helps = remedy_of(record.error).rerun_helps is not RerunHelps.NO
    return Standing.FAILED if helps else Standing.WOULD_FAIL
