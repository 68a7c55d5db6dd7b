"""One photo, or one execution, as a whole: how it stands, what happened, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from functions.operate.attention import Need, explanation, need_of
from functions.operate.execution_facts import ExecutionFacts
from functions.operate.execution_logs import LogLine
from functions.operate.execution_story import Visit, story
from functions.operate.executions import Executions
from functions.operate.photo_record import PhotoRecord
from functions.operate.project import Project
from functions.operate.record_queries import Records
from functions.operate.report_model import EXIT_FAILED, EXIT_GOOD, EXIT_NOT_OVER, ReportModel
from functions.shared.execution_arn import console_url
from functions.shared.remedies import RerunHelps, remedy_of


class UnknownPhotoError(Exception):
    """There is neither a record nor an execution of what was named; the message says what to try."""


class PhotoStory(ReportModel):
    """A photo's record and the execution that is shown: its own, or the one that was named.

    `standing` is one sentence; `advice` says what to do about a failure. `input` and `logs` are there on demand, and
    `logs_are_cut` says that the functions may have logged more. `execution` is None where Step Functions has forgotten
    it, as it does after 90 days.
    """

    version: Literal["1"] = "1"
    project: str
    key: str
    record: PhotoRecord | None
    need: Need | None
    standing: str
    advice: str
    rerun_helps: RerunHelps | None
    execution: ExecutionFacts | None
    console_url: str
    visits: list[Visit]
    input: dict[str, Any] | None = None
    logs: list[LogLine] | None = None
    logs_are_cut: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return not (self.execution and self.execution.is_running)

    @property
    def exit_status(self) -> int:
        """0 for a photo that is done, 1 for one that needs a look, 3 for one that is at work or has no record."""
        if not self.is_over or self.record is None:
            return EXIT_NOT_OVER
        if self.need:
            return EXIT_FAILED
        return EXIT_GOOD if self.record.status == "COMPLETED" else EXIT_NOT_OVER


@dataclass(frozen=True)
class Sources:
    """What a story is read from."""

    project: Project
    records: Records
    executions: Executions


def photo_story(key: str, sources: Sources, now: datetime) -> PhotoStory:
    """Return the story of a photo by its key. Raises UnknownPhotoError, and botocore's errors."""
    record = sources.records.get(key)
    if record is None or not record.execution_arn:
        raise UnknownPhotoError(
            f"there is no record of {key!r}: compare the key with `aws s3 ls`; an upload of the last minute may "
            "still come, and an event that was not delivered waits in the dead-letter queue (`darkroom status`)"
        )
    return _story(key, record, record.execution_arn, sources, now)


def execution_photo_story(arn: str, sources: Sources, now: datetime) -> PhotoStory:
    """Return the story of an execution by its ARN. Raises UnknownPhotoError, and botocore's errors."""
    key = _key_of(sources.executions, arn)
    record = sources.records.get(key) if key else None
    return _story(key, record, arn, sources, now)


def _story(key: str, record: PhotoRecord | None, arn: str, sources: Sources, now: datetime) -> PhotoStory:
    executions, lease_seconds = sources.executions, sources.project.lease_seconds
    execution = executions.facts(arn)
    remedy = remedy_of(record.error) if record and record.status == "FAILED" else None
    return PhotoStory(
        project=sources.project.name,
        key=key,
        record=record,
        need=need_of(record, now, lease_seconds) if record else None,
        standing=explanation(record, now, lease_seconds) if record else "It has no record.",
        advice=remedy.advice if remedy else "",
        rerun_helps=remedy.rerun_helps if remedy else None,
        execution=execution,
        console_url=console_url(arn),
        visits=story(executions.steps(arn)) if execution else [],
    )


def _key_of(executions: Executions, arn: str) -> str:
    facts = executions.facts(arn)
    if facts is None:
        raise UnknownPhotoError(f"Step Functions knows no execution {arn}: it keeps them for 90 days")
    return uploaded_key(executions.input(arn))


def uploaded_key(event: dict[str, Any]) -> str:
    """Return the key of the upload that an execution's input is about, empty where it is about none."""
    detail = event.get("detail")
    found = detail.get("object") if isinstance(detail, dict) else None
    return str(found.get("key", "")) if isinstance(found, dict) else ""
