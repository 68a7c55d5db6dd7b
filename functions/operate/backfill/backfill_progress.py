"""What became of each planned photo, told from its record alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from functions.operate.backfill.backfill_reports import (
    MAX_NAMED,
    BackfillProgress,
    BackfillRun,
    Outcome,
    PhotoProgress,
)
from functions.operate.backfill.plan_file import grouped
from functions.operate.backfill.planned_photo import PlannedPhoto
from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import MAX_KEYS, Records

OF_STATUS: dict[str, Outcome] = {"COMPLETED": "done", "FAILED": "failed", "PROCESSING": "at work"}
NEWER = "a newer upload of this key has taken over"
GONE = "its record is gone: it was forgotten since the plan was made"
OTHER_RUN = "another run of it was started since the plan was made"
NEVER_BEGAN = "it was not started, or its execution ended without a record: apply the plan again, or upload it"


def progress_of(photo: PlannedPhoto, record: PhotoRecord | None) -> PhotoProgress:
    """Return what became of a planned photo."""
    if record is None:
        return _progress(photo, "skipped", GONE) if photo.repeats else _progress(photo, "waiting")
    if record.sequencer > photo.sequencer:
        return _progress(photo, "skipped", NEWER)
    if record.sequencer < photo.sequencer:
        # An upload newer than its record waits; a record that was there and is an older upload's now was made anew.
        return _progress(photo, "skipped", GONE) if photo.repeats else _progress(photo, "waiting")
    if photo.repeats and record.execution_arn == photo.repeats:
        return _progress(photo, "waiting")
    if photo.repeats and record.execution_arn.rpartition(":")[2] != photo.name:
        return _progress(photo, "skipped", OTHER_RUN)
    return _progress(photo, OF_STATUS[record.status], f"{record.error}: {record.message}" if record.error else "")


def progress_of_all(photos: Iterable[PlannedPhoto], records: Records) -> Iterator[tuple[PlannedPhoto, PhotoProgress]]:
    """Yield what became of each planned photo, with a request for each hundred. Raises botocore's errors."""
    for group in grouped(photos, MAX_KEYS):
        found = records.get_many(photo.key for photo in group)
        yield from ((photo, progress_of(photo, found.get(photo.key))) for photo in group)


def waiting(photos: Iterable[PlannedPhoto], records: Records) -> Iterator[PlannedPhoto]:
    """Yield the photos of a plan that have not begun: what is left of it. Raises botocore's errors."""
    for photo, progress in progress_of_all(photos, records):
        if progress.outcome == "waiting":
            yield photo


def backfill_progress(
    photos: Iterable[PlannedPhoto], records: Records, project: str, run: BackfillRun | None
) -> BackfillProgress:
    """Return what became of the photos of a plan; those are named whose outcome asks for something."""
    counts: Counter[Outcome] = Counter()
    telling: list[PhotoProgress] = []
    asks = {"failed", "skipped"} if run and run.is_running else {"failed", "skipped", "waiting"}
    for _, progress in progress_of_all(photos, records):
        counts[progress.outcome] += 1
        if progress.outcome in asks and len(telling) < MAX_NAMED:
            why = progress.why or (NEVER_BEGAN if progress.outcome == "waiting" else "")
            telling.append(progress.model_copy(update={"why": why}))
    return BackfillProgress(project=project, run=run, counts=dict(counts), named=telling)


def _progress(photo: PlannedPhoto, outcome: Outcome, why: str = "") -> PhotoProgress:
    return PhotoProgress(key=photo.key, outcome=outcome, why=why)
