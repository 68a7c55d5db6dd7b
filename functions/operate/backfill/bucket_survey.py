"""The survey of a bucket: each upload held against its record, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from functions.operate.backfill.backfill_reports import MAX_NAMED, NamedUpload
from functions.operate.backfill.backfill_verdict import OF_OTHER_VERSION, TAKEN, Standing, standing_of
from functions.operate.backfill.bucket_uploads import BucketUploads, StoredUpload
from functions.operate.backfill.planned_photo import PlannedPhoto, planned_photo
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.photo_record import PhotoRecord
from functions.operate.project import Project
from functions.operate.record_queries import Records

Standings = Iterator[tuple[StoredUpload, PhotoRecord | None, Standing]]


@dataclass
class Survey:
    """Looks at the uploads of a project once; what it has counted is complete when `photos()` is through.

    An upload is left to its own event until `settled_after`. Methods raise botocore's errors.
    """

    uploads: BucketUploads
    records: Records
    project: Project
    reprocess: Reprocess
    settled_after: timedelta
    since: timedelta | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    taken: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    other_versions: list[NamedUpload] = field(default_factory=list)
    bytes_taken: int = 0

    def photos(self, prefix: str) -> Iterator[PlannedPhoto]:
        """Yield the photos that are taken, counting all."""
        for upload, record, standing in self.taken_uploads(prefix):
            yield planned_photo(
                upload, record, standing, bucket=self.uploads.bucket, account_id=self.project.account_id
            )

    def taken_uploads(self, prefix: str) -> Standings:
        """Yield the uploads that are taken, counting all."""
        for page in self.uploads.pages(prefix):
            for upload, record, standing in self._standings(page):
                if standing in OF_OTHER_VERSION and len(self.other_versions) < MAX_NAMED:
                    self.other_versions.append(named(upload, standing))
                if standing not in TAKEN[self.reprocess]:
                    self.left[standing] += 1
                    continue
                self.taken[standing] += 1
                self.bytes_taken += upload.size_bytes
                yield upload, record, standing

    def _standings(self, page: list[StoredUpload]) -> Standings:
        now = self.now()
        listed = [upload for upload in page if not upload.is_folder_marker and self._is_asked(upload, now)]
        records = self.records.get_many(upload.key for upload in listed)
        found = [(upload, records.get(upload.key)) for upload in listed]
        standings = [self._standing(upload, record, now) for upload, record in found]
        # Asked only where nothing else tells: a request for each.
        doubtful = [
            upload for upload, standing in zip(listed, standings, strict=True) if standing is Standing.NO_RECORD
        ]
        forgotten = self.uploads.forgotten(doubtful)
        for (upload, record), standing in zip(found, standings, strict=True):
            yield upload, record, Standing.FORGOTTEN if upload.key in forgotten else standing

    def _standing(self, upload: StoredUpload, record: PhotoRecord | None, now: datetime) -> Standing:
        lease_seconds = self.project.lease_seconds
        return standing_of(upload, record, now, lease_seconds=lease_seconds, settled_after=self.settled_after)

    def _is_asked(self, upload: StoredUpload, now: datetime) -> bool:
        return self.since is None or now - upload.stored_at <= self.since


def named(upload: StoredUpload, standing: Standing) -> NamedUpload:
    """Return an upload as reports name it."""
    return NamedUpload(
        key=upload.key,
        standing=standing,
        version_id=upload.version_id,
        bytes=upload.size_bytes,
        stored_at=upload.stored_at,
    )
