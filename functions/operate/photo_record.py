"""A photo's record in the words of those who look at it; docs/reference.md explains each attribute."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from functions.operate.report_model import ReportModel

Status = Literal["PROCESSING", "COMPLETED", "FAILED"]


class PhotoRecord(ReportModel):
    """One record. `changed_at` is when it last changed; `error`, `step` and `message` are empty unless it FAILED.

    `PhotoRecord.model_validate(item)` reads an item of the table, whatever version of Darkroom wrote it.
    """

    key: str = Field(alias="ImageId")
    status: Status = Field(alias="Status")
    changed_at: AwareDatetime = Field(alias="Timestamp")
    execution_arn: str = Field(alias="ExecutionArn")
    sequencer: str = Field(alias="Sequencer")
    redrive_count: int = Field(default=0, alias="RedriveCount")
    attempt: int = Field(default=1, alias="Attempt")
    error: str = Field(default="", alias="ErrorType")
    step: str = Field(default="", alias="FailedState")
    message: str = Field(default="", alias="ErrorMessage")
    notification_error: str = Field(default="", alias="NotificationError")
    user_id: str = Field(default="unknown", alias="UserId")
    bucket: str = Field(default="", alias="Bucket")
    version_id: str | None = Field(default=None, alias="VersionId")
    etag: str = Field(default="", alias="ETag")
    uploaded_at: AwareDatetime | None = Field(default=None, alias="UploadedAt")
    enhanced_key: str = Field(default="", alias="EnhancedKey")
    renditions: dict[str, Any] = Field(default={}, alias="Renditions")
    enhancement: dict[str, Any] = Field(default={}, alias="Enhancement")
    duration_ms: int | None = Field(default=None, alias="DurationMs")
    rerun: dict[str, Any] = Field(default={}, alias="Rerun")
    forgetting: dict[str, Any] = Field(default={}, alias="Forgetting")

    @property
    def is_half_forgotten(self) -> bool:
        """Whether `darkroom forget` began with it and did not end; a later attempt at the photo makes it whole."""
        return self.forgetting.get("attempt") == self.attempt

    def age_seconds(self, now: datetime) -> float:
        """Return how long ago the record last changed."""
        return max(0.0, (now - self.changed_at).total_seconds())
