"""What an operator asks of a re-run."""

from enum import StrEnum

from functions.operate.report_model import ReportModel
from functions.shared.controls import Preset


class How(StrEnum):
    """How a photo is to be run again."""

    AUTO = "auto"
    """As the verdict finds best."""
    REDRIVE = "redrive"
    """The failed execution resumes at the step that failed, by the definition that it began with."""
    NEW = "new"
    """A new execution of the same upload, from the first step on."""


class RerunRequest(ReportModel):
    """What is asked; preset and strength stand in for those of the upload. `by` is the ARN of who asks."""

    how: How = How.AUTO
    force: bool = False
    preset: Preset | None = None
    strength: int | None = None
    reason: str = ""
    by: str = ""

    @property
    def has_settings(self) -> bool:
        """Whether other settings are asked than those of the upload."""
        return self.preset is not None or self.strength is not None
