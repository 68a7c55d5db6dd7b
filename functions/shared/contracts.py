"""What travels between the states: the upload's event in, one result per step, each a valid input of the next."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from functions.shared.controls import MAX_STRENGTH, Preset
from functions.shared.errors import NotAnUploadError

OUTPUT_PREFIX = "enhanced/"
SEQUENCER = r"^[0-9A-Fa-f]{1,32}$"
# Of what is added to an event, what the record does not keep: it is of no interest once the record is claimed.
OF_PLANS = {"needs_record", "redrive_count", "follows", "unless_forgotten"}
Strength = Annotated[int, Field(ge=0, le=MAX_STRENGTH)]


class Contract(BaseModel):
    """Base of every contract: immutable, and indifferent to what later versions add."""

    model_config = ConfigDict(
        frozen=True,
        populate_by_name=True,
        extra="ignore",
        # What does not fit is described without its values, for the description goes into the log.
        hide_input_in_errors=True,
        # Each function reads a few of the contracts: none builds the validators of the others when it starts.
        defer_build=True,
    )


class EventObject(Contract):
    """`detail.object` of an S3 event. The key is raw here, never URL-encoded; the size is in bytes, None if unknown."""

    key: str = Field(min_length=1)
    size: int | None = None
    etag: str
    sequencer: str = Field(pattern=SEQUENCER)
    version_id: str | None = Field(default=None, alias="version-id")

    @field_validator("size", mode="wrap")
    @classmethod
    def _size_if_known(cls, value: Any, read: ValidatorFunctionWrapHandler) -> Any:
        # S3's own answer says the size too: an upload is not passed over because the event says it strangely.
        try:
            return read(value)
        except ValidationError:
            return None


class EventBucket(Contract):
    """`detail.bucket` of an S3 event."""

    name: str


class EventDetail(Contract):
    """`detail` of an S3 event; `requester` is an account or a service, never a person."""

    bucket: EventBucket
    object: EventObject
    requester: str = "unknown"


class Rerun(Contract):
    """What the operator's command adds to an event: which execution it repeats, and whether even a completed one.

    Preset and strength stand in for those of the upload's metadata, and are checked with them: any text may be typed
    into the console.

    The rest is what the plan of a backfill saw, whose executions may start days later; where it is no longer so, they
    do nothing. `needs_record`: the record of this very upload, which `of` wrote last, after `redrive_count` redrives.
    `follows`: the record of the older upload with this sequencer. `unless_forgotten`: no record, and no tag that says
    that the photo was forgotten.
    """

    of: str | None = None
    force: bool = False
    needs_record: bool = False
    redrive_count: int | None = None
    follows: str | None = Field(default=None, pattern=SEQUENCER)
    unless_forgotten: bool = False
    preset: str | None = None
    strength: int | str | None = None
    reason: str | None = None
    by: str | None = None

    @property
    def settings(self) -> dict[str, str]:
        """Preset and strength as far as they are given, as the upload's metadata has them."""
        given = {"preset": self.preset, "strength": self.strength}
        return {name: str(value) for name, value in given.items() if value is not None}

    @property
    def as_recorded(self) -> dict[str, Any]:
        """What the record keeps of it; empty where nobody asked for a re-run."""
        asked = self.model_dump(exclude_none=True, exclude=OF_PLANS)
        return asked if asked != {"force": False} else {}


class UploadEvent(Contract):
    """The EventBridge event "Object Created" as S3 sends it."""

    source: Literal["aws.s3"]
    detail_type: Literal["Object Created"] = Field(alias="detail-type")
    time: AwareDatetime
    detail: EventDetail
    rerun: Rerun = Rerun()

    @property
    def key(self) -> str:
        """The object's key, which is the image's id."""
        return self.detail.object.key


def read_upload_event(document: Any) -> UploadEvent:
    """Return the event; raises NotAnUploadError for anything that is no upload of a photo to be enhanced."""
    try:
        event = UploadEvent.model_validate(document)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise NotAnUploadError(f'The input is no S3 "Object Created" event: {faults}.') from error
    if event.key.startswith(OUTPUT_PREFIX):
        raise NotAnUploadError(f"{event.key!r} lies under {OUTPUT_PREFIX}, where Darkroom writes its own results.")
    refuse_folder_marker(event.key, event.detail.object.size)
    return event


def refuse_folder_marker(key: str, size_bytes: int | None) -> None:
    """Raise NotAnUploadError for a folder marker: an object that is empty and whose key ends in a slash."""
    if key.endswith("/") and size_bytes == 0:
        raise NotAnUploadError(f"{key!r} is a folder marker, not a photo.")


class Execution(Contract):
    """`$$.Execution` of the state machine's context; some interpreters leave RedriveCount out.

    The input may be anything: whoever may start an execution types it.
    """

    id: str = Field(alias="Id")
    name: str = Field(default="", alias="Name")
    start_time: AwareDatetime = Field(alias="StartTime")
    redrive_count: int = Field(default=0, alias="RedriveCount")
    input: Any = Field(default=None, alias="Input", exclude=True)

    @property
    def is_asked_for(self) -> bool:
        """Whether an operator started or redrove it: an upload's event has no `rerun`."""
        return self.redrive_count > 0 or (isinstance(self.input, dict) and "rerun" in self.input)


class Image(Contract):
    """Result of ValidateImage: a photo that is new, safe to open, and claimed by this execution. Sizes in pixels.

    Preset and strength are what the upload asks for; None leaves them to the settings of EnhanceImage.
    """

    image_id: str
    bucket: str
    key: str
    version_id: str | None
    etag: str
    sequencer: str
    user_id: str
    uploaded_at: AwareDatetime
    bytes: int
    format: str
    width: int
    height: int
    preset: Preset | None = None
    strength: Strength | None = None


class RenditionCopy(Contract):
    """A rendition as it lies in the enhanced copy's bucket; the size is in pixels."""

    key: str
    url: str
    format: str
    width: int
    height: int
    bytes: int


class Enhanced(Contract):
    """Result of EnhanceImage: where the enhanced copy and its renditions, by name, lie, and what was done.

    `dropped` says in sentences what of the original the copy could not keep, `missed` those of them that a person would
    miss.
    """

    bucket: str
    key: str
    url: str
    etag: str
    format: str
    content_type: str
    width: int
    height: int
    bytes: int
    enhancement: dict[str, Any]
    renditions: dict[str, RenditionCopy] = {}
    dropped: list[str] = []
    missed: list[str] = []


class Recorded(Contract):
    """Result of RecordResult: the record as it now stands."""

    image_id: str
    status: str
    timestamp: datetime
    attempt: int


class Notified(Contract):
    """Result of NotifyResult and NotifyFailure."""

    message_id: str
    redrive_count: int = 0


class Failure(Contract):
    """What a Catch leaves at `$.failure`: the error's name, and as cause the text that Lambda or the service gave."""

    error: str = Field(alias="Error")
    cause: str = Field(default="", alias="Cause")


class FailureRecorded(Contract):
    """Result of RecordFailure: what the record, the message and the execution say alike."""

    image_id: str
    status: str
    user_id: str
    attempt: int
    failed_state: str
    error_type: str
    error_message: str
    redrive_count: int


class Resume(Contract):
    """Result of FailUnlessRedriven: the step to resume at, and the redrive that this resume used up."""

    state: str
    redrive_count: int


class FailedRun(UploadEvent):
    """The whole state data in the failure branch: the event, and what the steps and the branch itself left on it.

    A step's result is missing where that step did not succeed.
    """

    image: Image | None = None
    enhanced: Enhanced | None = None
    recorded: Recorded | None = None
    notified: Notified | None = None
    failure: Failure
    failure_recorded: FailureRecorded | None = None
    failure_notified: Notified | None = None
    resume: Resume | None = None


class StatusChangeDetail(Contract):
    """`detail` of a status change: which attempt at which execution. Step Functions is asked for the rest."""

    execution_arn: str = Field(alias="executionArn")
    status: str
    redrive_count: int = Field(default=0, alias="redriveCount")


class StatusChange(Contract):
    """The EventBridge event "Step Functions Execution Status Change" that starts the backstop."""

    detail: StatusChangeDetail


class Finalized(Contract):
    """Result of the backstop's RecordFailure, and input of its NotifyFailure, unless subscribers were notified."""

    # The backstop's definition reads this name, also one that started under an earlier version of Darkroom.
    is_told: bool
    state: dict[str, Any]
    execution: Execution
