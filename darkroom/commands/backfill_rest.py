"""What of a plan has begun, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.command_errors import UsageError
from functions.operate.backfill.backfill_progress import PlanProgress, backfill_progress
from functions.operate.backfill.bucket_uploads import BucketUploads
from functions.operate.backfill.plan_file import file_writer
from functions.operate.project import upload_bucket

if TYPE_CHECKING:
    from darkroom.commands.access import Access
    from functions.operate.backfill.backfill_reports import BackfillProgress, BackfillRun
    from functions.operate.backfill.planned_photo import PlannedPhoto


@dataclass
class Rest:
    """What of a plan has not begun, counted as it is written to a file."""

    path: Path
    photos: int = field(default=0, init=False)
    bytes: int = field(default=0, init=False)

    def write(self, left: Iterator[PlannedPhoto], bucket: str) -> None:
        """Write what is left of a plan. Raises UsageError where it is for another bucket than the deployment's."""
        file_writer(self.path)(self._counted(left, bucket))

    def _counted(self, left: Iterator[PlannedPhoto], bucket: str) -> Iterator[PlannedPhoto]:
        for photo in left:
            if photo.bucket != bucket:
                raise UsageError(f"the plan is for the bucket {photo.bucket}, and this deployment's is {bucket}")
            self.photos += 1
            self.bytes += photo.bytes
            yield photo


def waiting(access: Access, planned: Iterator[PlannedPhoto], bucket: str) -> Iterator[PlannedPhoto]:
    """Yield the photos of a plan that have not begun, and were not forgotten since."""
    return _looked(access, bucket).waiting(planned)


def progress_of_plan(access: Access, planned: Iterator[PlannedPhoto], run: BackfillRun | None) -> BackfillProgress:
    """Return what became of a plan's photos.

    Once no run goes on, what waits is looked at closely: it may have begun a moment ago, or been forgotten.
    """
    looked = PlanProgress(access.records, None)
    if not (run and run.is_running):
        looked = _looked(access, upload_bucket(access.client, access.project))
    return backfill_progress(looked.of(planned), access.project.name, run)


def _looked(access: Access, bucket: str) -> PlanProgress:
    uploads = BucketUploads(access.client("s3"), bucket)
    return PlanProgress(access.records, uploads, access.executions.running())
