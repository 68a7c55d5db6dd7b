"""Three ways to close or reopen an image's record, each over the ledger alone; a fourth is in backstop.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.shared.contracts import (
    Contract,
    Enhanced,
    Execution,
    FailedRun,
    FailureRecorded,
    Image,
    Recorded,
    Resume,
    StatusChange,
)
from functions.shared.errors import ImageFailedError, SkippedUploadError
from functions.shared.failures import error_message, failed_step
from functions.shared.records.ledger import Ledger
from functions.shared.records.ownership import Claimant, claimant_of
from functions.shared.records.table import Item


class Complete(Contract):
    """Input of RecordResult."""

    action: Literal["complete"]
    image: Image
    enhanced: Enhanced
    execution: Execution


class Fail(Contract):
    """Input of RecordFailure."""

    action: Literal["fail"]
    state: FailedRun
    execution: Execution


class FailUnlessRedriven(Contract):
    """Input of FailUnlessRedriven."""

    action: Literal["fail-unless-redriven"]
    state: FailedRun
    execution: Execution


class Finalize(Contract):
    """Input of the backstop's RecordFailure: the event about an execution that ended, and the backstop's own."""

    action: Literal["conclude"]
    event: StatusChange
    backstop: Execution


Request = Annotated[Complete | Fail | FailUnlessRedriven | Finalize, Field(discriminator="action")]


def complete(request: Complete, ledger: Ledger) -> Recorded:
    """Make the record COMPLETED; raises SkippedUploadErrors when this execution no longer owns it."""
    image, enhanced = request.image, request.enhanced
    execution = request.execution
    claimant = Claimant(
        image.image_id, image.sequencer, execution.id, execution.start_time, redrive_count=execution.redrive_count
    )
    results = {
        "EnhancedImageURL": enhanced.url,
        "EnhancedKey": enhanced.key,
        "Format": enhanced.format,
        "Width": enhanced.width,
        "Height": enhanced.height,
        "Bytes": enhanced.bytes,
        "Enhancement": enhanced.enhancement,
        # Empty too: a rerun must not leave those of an earlier run.
        "Renditions": {name: rendition.model_dump() for name, rendition in enhanced.renditions.items()},
        "Dropped": enhanced.dropped,
        "DurationMs": _milliseconds_since(execution.start_time, ledger.now()),
    }
    item = ledger.complete(claimant, results)
    return Recorded(
        image_id=item["ImageId"], status=item["Status"], timestamp=item["Timestamp"], attempt=item["Attempt"]
    )


def fail(request: Fail, ledger: Ledger) -> FailureRecorded:
    """Make the record FAILED; raises SkippedUploadErrors when another upload or execution owns it."""
    failure = failure_of(request.state)
    item = ledger.fail(run_claimant(request.state, request.execution), failure)
    return failure_recorded(item, failure, request.execution)


def failure_of(state: FailedRun) -> dict[str, str]:
    """Return which step failed and why, in the record's own names."""
    return {
        "FailedState": failed_step(state),
        "ErrorType": state.failure.error,
        "ErrorMessage": error_message(state.failure),
    }


def failure_recorded(item: Item, failure: Mapping[str, str], execution: Execution) -> FailureRecorded:
    """Return what the notifier needs to know of a failure that is in the record."""
    return FailureRecorded(
        image_id=item["ImageId"],
        status=item["Status"],
        user_id=item["UserId"],
        attempt=item["Attempt"],
        failed_state=failure["FailedState"],
        error_type=failure["ErrorType"],
        error_message=failure["ErrorMessage"],
        redrive_count=execution.redrive_count,
    )


def fail_unless_redriven(request: FailUnlessRedriven, ledger: Ledger) -> Resume:
    """Reopen the record and name the step to resume at, if the execution was redriven since it failed.

    Raises ImageFailedError otherwise, and when another execution has taken over the record since: then nothing is left
    to do.
    """
    state, execution = request.state, request.execution
    step = failed_step(state)
    if execution.redrive_count <= _last_redrive_seen(state):
        raise ImageFailedError(f"{step} failed with {state.failure.error}: {error_message(state.failure)}")
    try:
        ledger.reopen(run_claimant(state, execution))
    except SkippedUploadError as error:
        raise ImageFailedError(f"{step} was not resumed, nothing is left to do: {error}") from error
    return Resume(state=step, redrive_count=execution.redrive_count)


def _last_redrive_seen(state: FailedRun) -> int:
    # Any of the three may be missing when its writer was down; a resume must never count the same redrive twice.
    seen = (state.failure_recorded, state.failure_notified, state.resume)
    return max((result.redrive_count for result in seen if result), default=0)


def run_claimant(state: FailedRun, execution: Execution) -> Claimant:
    """Return the failed run's claim to its record."""
    user_id = state.image.user_id if state.image else state.detail.requester
    return claimant_of(state, execution, user_id=user_id)


def _milliseconds_since(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)
