"""What `backfill` and `missing` show, and their exit status."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from functions.operate.backfill.backfill_verdict import Standing
from functions.operate.backfill.reprocess import Reprocess
from functions.operate.report_model import EXIT_FAILED, EXIT_GOOD, EXIT_NOT_OVER, ReportModel

MAX_NAMED = 1000
"""Of photos that a report names one by one, for each list; the counts are of all."""
Outcome = Literal["done", "failed", "skipped", "at work", "waiting"]


class Estimate(ReportModel):
    """What so many photos take; `first_quota` lets `quota_per_second` photos through, live uploads included."""

    photos: int
    bytes: int
    dollars: float
    rate: float
    hours: float
    first_quota: str
    quota_per_second: float


class NamedUpload(ReportModel):
    """An upload that is worth a name, and why."""

    key: str
    standing: Standing
    version_id: str | None = None
    bytes: int
    stored_at: AwareDatetime


class BackfillPlan(ReportModel):
    """What was planned. `taken` and `left` count by standing; `other_versions` are those of another than the record's.

    `file` is empty where no plan was written.
    """

    version: Literal["1"] = "1"
    project: str
    bucket: str
    prefix: str
    reprocess: Reprocess
    file: str
    estimate: Estimate
    taken: dict[str, int]
    left: dict[str, int]
    other_versions: list[NamedUpload]


class MissingReport(ReportModel):
    """Uploads without a record of theirs, and the command that plans their backfill."""

    version: Literal["1"] = "1"
    project: str
    bucket: str
    photos: list[NamedUpload]
    left: dict[str, int]
    plan: str

    @property
    def exit_status(self) -> int:
        """1 where an upload is missing."""
        return EXIT_FAILED if self.photos else EXIT_GOOD


class BackfillRun(ReportModel):
    """A run of the state machine; `rate` is the most photos that it starts each second now.

    `batches` counts its batches of photos: how many have been worked off, how many of them failed.
    """

    arn: str
    status: str
    started_at: AwareDatetime
    stopped_at: AwareDatetime | None = None
    rate: float
    batches_total: int = 0
    batches_done: int = 0
    batches_failed: int = 0
    report: str = ""
    error: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it still starts photos."""
        return self.status in {"RUNNING", "PENDING_REDRIVE"}


class PhotoProgress(ReportModel):
    """What became of one planned photo, and why where that needs a word."""

    key: str
    outcome: Outcome
    why: str = ""


class BackfillProgress(ReportModel):
    """What became of exactly the planned photos; `named` are those that failed, were skipped or never began."""

    version: Literal["1"] = "1"
    project: str
    run: BackfillRun | None
    counts: dict[Outcome, int] = Field(description="Photos by outcome.")
    named: list[PhotoProgress]
    interrupted: bool = False

    @property
    def is_at_work(self) -> bool:
        """Whether a photo is at work, or the run starts more."""
        return bool(self.counts.get("at work") or (self.run and self.run.is_running))

    @property
    def exit_status(self) -> int:
        """1 where a photo failed; 3 where one waits or is at work, or the run goes on; else 0."""
        if self.counts.get("failed"):
            return EXIT_FAILED
        return EXIT_NOT_OVER if self.is_at_work or self.counts.get("waiting") else EXIT_GOOD
