"""A photo's record in the words of those who look at it; docs/reference.md explains each attribute."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from functions.operate.report_model import ReportModel

Status = Literal["PROCESSING", "COMPLETED", "FAILED"]


class PhotoRecord(ReportModel):
    """One record. `changed_at` is when it last changed; `error`, `step` and `message` are empty unless it FAILED.

    `PhotoRecord.model_validate(item)` reads an item of the table, whatever version of Darkroom wrote it. Format, width
    and height in pixels, and bytes are the copy's.
    """

    key: str = Field(validation_alias="ImageId")
    status: Status = Field(validation_alias="Status")
    changed_at: AwareDatetime = Field(validation_alias="Timestamp")
    execution_arn: str = Field(validation_alias="ExecutionArn")
    sequencer: str = Field(validation_alias="Sequencer")
    redrive_count: int = Field(default=0, validation_alias="RedriveCount")
    attempt: int = Field(default=1, validation_alias="Attempt")
    error: str = Field(default="", validation_alias="ErrorType")
    step: str = Field(default="", validation_alias="FailedState")
    message: str = Field(default="", validation_alias="ErrorMessage")
    notification_error: str = Field(default="", validation_alias="NotificationError")
    user_id: str = Field(default="unknown", validation_alias="UserId")
    bucket: str = Field(default="", validation_alias="Bucket")
    version_id: str | None = Field(default=None, validation_alias="VersionId")
    etag: str = Field(default="", validation_alias="ETag")
    uploaded_at: AwareDatetime | None = Field(default=None, validation_alias="UploadedAt")
    enhanced_key: str = Field(default="", validation_alias="EnhancedKey")
    renditions: dict[str, Any] = Field(default={}, validation_alias="Renditions")
    format: str = Field(default="", validation_alias="Format")
    width: int | None = Field(default=None, validation_alias="Width")
    height: int | None = Field(default=None, validation_alias="Height")
    bytes: int | None = Field(default=None, validation_alias="Bytes")
    enhancement: dict[str, Any] = Field(default={}, validation_alias="Enhancement")
    dropped: list[str] = Field(default=[], validation_alias="Dropped")
    duration_ms: int | None = Field(default=None, validation_alias="DurationMs")
    rerun: dict[str, Any] = Field(default={}, validation_alias="Rerun")
    forgetting: dict[str, Any] = Field(default={}, validation_alias="Forgetting")

    @property
    def is_half_forgotten(self) -> bool:
        """Whether `darkroom forget` began with it and did not end; a later attempt at the photo makes it whole."""
        return self.forgetting.get("attempt") == self.attempt

    @property
    def state(self) -> str:
        """What changes whenever the upload or its copy is another: fit to name a version of a picture.

        The status is part of it, because there is a copy to show only once it is COMPLETED.
        """
        return f"{self.sequencer}-{self.attempt}-{self.redrive_count}-{self.status}"

    def age_seconds(self, now: datetime) -> float:
        """Return how long ago the record last changed."""
        return max(0.0, (now - self.changed_at).total_seconds())
