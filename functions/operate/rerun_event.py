"""The input of a new execution of a photo: the event of its upload as S3 sent it, made from the record."""

import hashlib
import json
from typing import Any

from functions.operate.photo_record import PhotoRecord
from functions.operate.rerun_request import RerunRequest
from functions.operate.rerun_verdict import Verdict


class IncompleteRecordError(Exception):
    """A record does not say which upload it is of; the message names what is missing."""


def rerun_event(record: PhotoRecord, request: RerunRequest, verdict: Verdict) -> dict[str, Any]:
    """Return the event of the record's upload, with what is asked of this run. Raises IncompleteRecordError.

    The requester is the record's user: so the user stays where the upload's metadata names none.
    """
    if not (is_complete(record) and record.uploaded_at):
        raise IncompleteRecordError(f"the record of {record.key!r} lacks its bucket, ETag or time: upload it again")
    version = {"version-id": record.version_id} if record.version_id else {}
    uploaded = {"key": record.key, "etag": record.etag, "sequencer": record.sequencer, **version}
    asked = {
        "of": record.execution_arn,
        "force": verdict.takes_over,
        **_settings(record, request),
        **({"reason": request.reason} if request.reason else {}),
        **({"by": request.by} if request.by else {}),
    }
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": record.uploaded_at.isoformat(),
        "detail": {"bucket": {"name": record.bucket}, "object": uploaded, "requester": record.user_id},
        "rerun": asked,
    }


def is_complete(record: PhotoRecord) -> bool:
    """Return whether a record says which upload it is of."""
    return bool(record.bucket and record.etag and record.uploaded_at)


def execution_name(record: PhotoRecord, event: dict[str, Any], number: int = 0) -> str:
    """Return the name of the new execution: the same as long as record and settings stay, so that it starts once.

    Who asks, and why, makes no second execution. `number` counts those of that name which came to nothing.
    """
    settings = {name: value for name, value in event["rerun"].items() if name not in {"by", "reason"}}
    identity = [record.key, record.sequencer, record.attempt, record.redrive_count, settings]
    name = f"rerun-{hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:40]}"
    return f"{name}-{number}" if number else name


def _settings(record: PhotoRecord, request: RerunRequest) -> dict[str, Any]:
    """Return the settings of this run: those asked now, else those of the re-run that the record is of."""
    earlier = {name: record.rerun[name] for name in ("preset", "strength") if name in record.rerun}
    asked = {"preset": request.preset, "strength": request.strength}
    return earlier | {name: value for name, value in asked.items() if value is not None}
