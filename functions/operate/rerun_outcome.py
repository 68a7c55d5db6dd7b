"""What came of running photos again."""

from collections import Counter
from typing import Literal

from pydantic import AwareDatetime, Field

from functions.operate.report_model import EXIT_FAILED, EXIT_GOOD, EXIT_NOT_OVER, ReportModel
from functions.operate.rerun_verdict import Act, Verdict

Outcome = Literal["would start", "started", "completed", "failed", "skipped", "running", "refused", "not started"]
FAILURES: frozenset[Outcome] = frozenset({"failed", "not started"})


class RerunOutcome(ReportModel):
    """What came of one photo. `reason` is the verdict's, and `why` says why it failed or did not start.

    `redrive_count` is that of the attempt that was started.
    """

    key: str
    act: Act
    reason: str
    outcome: Outcome
    execution_arn: str = ""
    redrive_count: int = 0
    why: str = ""
    # The record's, from before the attempt that was started: it tells whether that has begun. No report shows it.
    changed_at: AwareDatetime | None = Field(default=None, exclude=True)


class RerunReport(ReportModel):
    """All photos of a call; `named` says that each was named, not found by a filter."""

    version: Literal["1"] = "1"
    project: str
    named: bool
    photos: list[RerunOutcome]
    interrupted: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many photos had each outcome, in the order in which they come up."""
        return dict(Counter[str](photo.outcome for photo in self.photos))

    @property
    def exit_status(self) -> int:
        """1 where a photo failed, did not start, or was named and refused; 3 where one still runs; else 0."""
        outcomes = {photo.outcome for photo in self.photos}
        if outcomes & FAILURES or (self.named and "refused" in outcomes):
            return EXIT_FAILED
        return EXIT_NOT_OVER if "running" in outcomes else EXIT_GOOD


def refused_outcome(key: str, verdict: Verdict) -> RerunOutcome:
    """Return the outcome of a photo that is not run again."""
    return RerunOutcome(key=key, act=verdict.act, reason=verdict.reason, outcome="refused")
