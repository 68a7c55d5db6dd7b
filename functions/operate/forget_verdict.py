"""Whether a photo may be forgotten now: not while anything is at work that would bring a part of it back."""

from datetime import datetime, timedelta

from functions.operate.execution_facts import ExecutionFacts
from functions.operate.photo_record import PhotoRecord
from functions.operate.polling import EVENTS_COME_WITHIN
from functions.operate.spans import span
from functions.operate.stored_versions import StoredVersion
from functions.shared.contracts import OUTPUT_PREFIX

# A function that was at work when its execution was ended from outside works on until its own time limit.
FUNCTIONS_WORK_ON_FOR = timedelta(minutes=15)


def refusal_of_key(key: str) -> str:
    """Return why nothing of a key can be forgotten, whatever lies there; empty if it can."""
    if not key.startswith(OUTPUT_PREFIX):
        return ""
    return f"it lies under {OUTPUT_PREFIX}, where the copies are: name the key of the upload"


def refusal_of_record(record: PhotoRecord, execution: ExecutionFacts | None, now: datetime) -> str:
    """Return why a record's photo may not be forgotten now, empty if it may; `execution` is the record's."""
    if execution and execution.is_running:
        return "its execution is running: wait until it is over (`darkroom show --follow`)"
    if record.status == "PROCESSING":
        return "it is PROCESSING: wait until it is over, or run it again if it is stuck (`darkroom rerun`)"
    if execution is None or execution.status not in {"ABORTED", "TIMED_OUT"} or execution.stopped_at is None:
        return ""
    left = FUNCTIONS_WORK_ON_FOR - (now - execution.stopped_at)
    if left <= timedelta(0):
        return ""
    return f"its execution was {execution.status} and may still be at work: try again in {span(left.total_seconds())}"


def refusal_of_upload(record: PhotoRecord | None, originals: list[StoredVersion], now: datetime) -> str:
    """Return why the upload that lies there now may not be deleted yet: its event may still be under way."""
    newest = originals[-1] if originals else None
    if newest is None or newest.is_marker or (record and record.version_id == newest.version_id):
        return ""
    if record and not record.version_id and record.etag == newest.etag:
        return ""
    left = EVENTS_COME_WITHIN - (now - newest.stored_at)
    if left <= timedelta(0):
        return ""
    return f"an upload of it came a moment ago and has no record yet: try again in {span(left.total_seconds())}"
