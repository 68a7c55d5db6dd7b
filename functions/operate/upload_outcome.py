"""What came of uploading files, and of the photos that they became."""

from collections import Counter
from typing import Literal

from pydantic import AwareDatetime

from functions.operate.report_model import EXIT_FAILED, EXIT_GOOD, EXIT_NOT_OVER, ReportModel

Outcome = Literal["uploaded", "there already", "no photo", "refused", "not uploaded"]
Result = Literal["", "completed", "failed", "skipped", "waiting"]
ARRIVED: frozenset[Outcome] = frozenset({"uploaded", "there already"})


class UploadOutcome(ReportModel):
    """What came of one file; `why` says why it was not uploaded, or how the photo ended.

    *No photo* is a file of a folder that neither its name nor its content calls one; *refused* is one that the pipeline
    would refuse. `result` is empty unless it was waited for. `stored_at` is S3's own time, and `link` opens the
    enhanced copy.
    """

    file: str
    key: str
    outcome: Outcome
    why: str = ""
    version_id: str | None = None
    etag: str = ""
    stored_at: AwareDatetime | None = None
    result: Result = ""
    enhanced_key: str = ""
    link: str = ""


class UploadReport(ReportModel):
    """All files of a call. `link_seconds` is how long a link works at most."""

    version: Literal["1"] = "1"
    project: str
    bucket: str
    photos: list[UploadOutcome]
    link_seconds: int
    interrupted: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many files had each outcome, and how many photos each result, in the order in which they come up."""
        return dict(Counter[str](text for photo in self.photos for text in (photo.outcome, photo.result) if text))

    @property
    def exit_status(self) -> int:
        """1 where a file was refused or not uploaded, or its photo failed; 3 where one is waited for; else 0."""
        if any(photo.outcome in {"refused", "not uploaded"} or photo.result == "failed" for photo in self.photos):
            return EXIT_FAILED
        return EXIT_NOT_OVER if any(photo.result == "waiting" for photo in self.photos) else EXIT_GOOD
