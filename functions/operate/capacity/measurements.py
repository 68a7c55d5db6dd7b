"""What photos were measured to use, read from measured.json, which `make measure-costs` writes.

A run of the pipeline on the embedded AWS counts everything but two things: milliseconds are processor time of the
machine that measured, and `s3_writes` holds the upload itself besides what the functions write.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from functions.operate.report_model import ReportModel

MEASURED = Path(__file__).with_name("measured.json")
FUNCTIONS_FOLDER = Path(__file__).parents[2]


class FunctionUse(ReportModel):
    """What one photo takes of one function: invocations, warm processor time, and what it waits for."""

    invocations: float
    processor_ms: float
    s3_calls: float
    s3_bytes: float
    dynamodb_calls: float
    sns_calls: float


class PhotoUse(ReportModel):
    """What one photo of a kind takes of everything that is paid for, the backstop's share included.

    `transitions` count each start of an execution as one. `bucket_events` are the writes of which S3 tells EventBridge.
    `encrypted_objects` are the calls that read or write an object's bytes.
    """

    megapixels: float
    upload_bytes: float
    copy_bytes: float
    transitions: float
    executions: float
    functions: dict[str, FunctionUse]
    s3_writes: float
    s3_reads: float
    bucket_events: float
    encrypted_objects: float
    dynamodb_write_units: float
    messages: float
    log_lines: float
    log_bytes: float


class Measurements(ReportModel):
    """Everything that was measured, and when, where and how; the photos that succeeded by rising megapixels."""

    measured_on: str
    command: str
    circumstances: str
    photos: int = Field(description="sent of each kind")
    cold_start_processor_ms: dict[str, float]
    succeeded: list[PhotoUse]
    failed: PhotoUse
    alarm_metrics: int
    own_metrics: int


@cache
def measurements() -> Measurements:
    """Return what was measured last."""
    return Measurements.model_validate_json(MEASURED.read_text(encoding="utf-8"))
