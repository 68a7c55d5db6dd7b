"""Waiting until photos that were uploaded are through the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from functions.operate.calls import CALL_ERRORS
from functions.operate.photo_record import PhotoRecord
from functions.operate.polling import EVENTS_COME_WITHIN, Polling
from functions.operate.record_queries import Records
from functions.operate.upload_outcome import Result, UploadOutcome
from functions.operate.upload_photos import head, is_same_state

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# S3 tells an object's time by the second, and its event's time may be rounded otherwise.
ROUNDING = timedelta(seconds=1)
NO_EVENT = "no record came of it: see `darkroom status`, or upload it with --force"


@dataclass(frozen=True)
class UploadWaiter:
    """Asks the table for all photos at once, and S3 only about those whose record is of another upload."""

    records: Records
    client: S3Client
    bucket: str
    polling: Polling
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def results(self, uploads: Iterable[UploadOutcome]) -> Iterator[UploadOutcome]:
        """Yield each upload as soon as its photo is done; at the time limit, the rest as waited for."""
        waiting = {upload.key: upload for upload in uploads}
        yield from self.polling.ended(waiting, self._over)
        yield from (upload.model_copy(update={"result": "waiting"}) for upload in waiting.values())

    def _over(self, waiting: dict[str, UploadOutcome]) -> list[UploadOutcome]:
        """Return those that are over; none where AWS does not answer this time."""
        try:
            found = self.records.get_many(waiting)
            results = [self._result(upload, found.get(key)) for key, upload in waiting.items()]
        except CALL_ERRORS:
            return []
        return [result for result in results if result]

    def _result(self, upload: UploadOutcome, record: PhotoRecord | None) -> UploadOutcome | None:
        if record and is_of(record, upload):
            if record.status == "PROCESSING":
                return None
            return _ended(upload, "completed" if record.status == "COMPLETED" else "failed", record)
        if record and self._is_replaced(upload):
            return _ended(upload, "skipped", None, "a newer upload of this key has taken over")
        if upload.outcome == "there already" and upload.stored_at and self._is_overdue(upload.stored_at):
            return _ended(upload, "waiting", None, NO_EVENT)
        return None

    def _is_replaced(self, upload: UploadOutcome) -> bool:
        there = head(self.client, self.bucket, upload.key)
        return there is None or not is_same_state(there, upload)

    def _is_overdue(self, stored_at: datetime) -> bool:
        return self.now() - stored_at > EVENTS_COME_WITHIN


def is_of(record: PhotoRecord, upload: UploadOutcome) -> bool:
    """Return whether a record is that of an upload, not of another one of the same key."""
    if upload.version_id:
        return record.version_id == upload.version_id
    if record.etag != upload.etag or record.uploaded_at is None or upload.stored_at is None:
        return False
    # Without versions, the same content may have been uploaded before.
    return record.uploaded_at >= upload.stored_at - ROUNDING


def _ended(upload: UploadOutcome, result: Result, record: PhotoRecord | None, why: str = "") -> UploadOutcome:
    if record and result == "failed":
        why = f"{record.error}: {record.message}"
    copy = record.enhanced_key if record and result == "completed" else ""
    return upload.model_copy(update={"result": result, "why": why, "enhanced_key": copy})
