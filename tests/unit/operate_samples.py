"""Records and executions as the tests of functions/operate make them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.operate.execution_facts import ExecutionFacts
from functions.operate.photo_record import PhotoRecord

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ARN = "arn:aws:states:eu-central-1:123456789012:execution:darkroom-pipeline:one"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def record(key: str = "beach.jpg", status: str = "FAILED", **changes: Any) -> PhotoRecord:
    """Return a record; a FAILED one was struck by an outage unless the changes say otherwise."""
    failure = {"error": "TransientServiceError", "step": "EnhanceImage", "message": "S3 did not answer."}
    values: dict[str, Any] = {
        "key": key,
        "status": status,
        "changed_at": ago(minutes=5),
        "execution_arn": ARN,
        "sequencer": "0055AED6DCD90281E5",
        "bucket": "photos",
        "version_id": "v1",
        "etag": "abc",
        "uploaded_at": ago(minutes=6),
        "user_id": "ada",
        **(failure if status == "FAILED" else {}),
        **changes,
    }
    return PhotoRecord.model_validate(values)


def execution(status: str = "FAILED", **changes: Any) -> ExecutionFacts:
    stopped = {} if status == "RUNNING" else {"stopped_at": ago(minutes=5)}
    return ExecutionFacts.model_validate(
        {"arn": ARN, "status": status, "started_at": ago(minutes=6), **stopped, **changes}
    )
