"""What became of each planned photo, told from its record, and of one without a record from the upload's tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from functions.operate.backfill.backfill_reports import (
    MAX_NAMED,
    BackfillProgress,
    BackfillRun,
    Outcome,
    PhotoProgress,
)
from functions.operate.backfill.bucket_uploads import BucketUploads
from functions.operate.backfill.plan_file import grouped
from functions.operate.backfill.planned_photo import PlannedPhoto
from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import MAX_KEYS, Records

OF_STATUS: dict[str, Outcome] = {"COMPLETED": "done", "FAILED": "failed", "PROCESSING": "at work"}
NEWER = "a newer upload of this key has taken over"
GONE = "its record is gone: it was forgotten since the plan was made"
FORGOTTEN = "it was forgotten, or deleted, since the plan was made"
OTHER_RUN = "another run of it was started since the plan was made"
NEVER_BEGAN = "it was not started, or ended before its record: apply the plan again; else `darkroom rerun --force`"


def progress_of(photo: PlannedPhoto, record: PhotoRecord | None) -> PhotoProgress:
    """Return what became of a planned photo."""
    if record is None:
        return _progress(photo, "skipped", GONE) if photo.repeats or photo.follows else _progress(photo, "waiting")
    if record.sequencer > photo.sequencer:
        return _progress(photo, "skipped", NEWER)
    if record.is_half_forgotten:
        return _progress(photo, "skipped", FORGOTTEN)
    if record.sequencer < photo.sequencer:
        # What is newer than its record waits; a record that was there, and is an older upload's now, was made anew.
        return _progress(photo, "waiting") if photo.follows == record.sequencer else _progress(photo, "skipped", GONE)
    if photo.repeats and record.execution_arn.rpartition(":")[2] != photo.name:
        is_as_planned = (record.execution_arn, record.redrive_count) == (photo.repeats, photo.redrive_count)
        return _progress(photo, "waiting") if is_as_planned else _progress(photo, "skipped", OTHER_RUN)
    return _progress(photo, OF_STATUS[record.status], f"{record.error}: {record.message}" if record.error else "")


@dataclass(frozen=True)
class PlanProgress:
    """Looks at what became of the photos of plans. Methods raise botocore's errors.

    A request tells of a hundred photos, and another one whether one that waits, and has no record, was forgotten.
    Without `uploads` that is not asked. `running` names the executions that ran before this looks at any record: a
    photo that was started only now has none yet.
    """

    records: Records
    uploads: BucketUploads | None
    running: frozenset[str] = frozenset()

    def of(self, photos: Iterable[PlannedPhoto]) -> Iterator[tuple[PlannedPhoto, PhotoProgress]]:
        """Yield what became of each planned photo."""
        for group in grouped(photos, MAX_KEYS):
            found = self.records.get_many(photo.key for photo in group)
            told = [(photo, self._of(photo, found.get(photo.key))) for photo in group]
            waiting = [photo for photo, progress in told if progress.outcome == "waiting" and photo.key not in found]
            forgotten = self.uploads.forgotten(waiting) if self.uploads else set()
            for photo, progress in told:
                yield photo, _progress(photo, "skipped", FORGOTTEN) if photo.key in forgotten else progress

    def waiting(self, photos: Iterable[PlannedPhoto]) -> Iterator[PlannedPhoto]:
        """Yield the photos of a plan that have not begun: what is left of it."""
        for photo, progress in self.of(photos):
            if progress.outcome == "waiting":
                yield photo

    def _of(self, photo: PlannedPhoto, record: PhotoRecord | None) -> PhotoProgress:
        progress = progress_of(photo, record)
        has_begun = progress.outcome == "waiting" and photo.name in self.running
        return _progress(photo, "at work") if has_begun else progress


def backfill_progress(
    told: Iterable[tuple[PlannedPhoto, PhotoProgress]], project: str, run: BackfillRun | None
) -> BackfillProgress:
    """Return what became of the photos of a plan; those are named whose outcome asks for something."""
    counts: Counter[Outcome] = Counter()
    telling: list[PhotoProgress] = []
    asks = {"failed", "skipped"} if run and run.is_running else {"failed", "skipped", "waiting"}
    for _, progress in told:
        counts[progress.outcome] += 1
        if progress.outcome in asks and len(telling) < MAX_NAMED:
            why = progress.why or (NEVER_BEGAN if progress.outcome == "waiting" else "")
            telling.append(progress.model_copy(update={"why": why}))
    return BackfillProgress(project=project, run=run, counts=dict(counts), named=telling)


def _progress(photo: PlannedPhoto, outcome: Outcome, why: str = "") -> PhotoProgress:
    return PhotoProgress(key=photo.key, outcome=outcome, why=why)
