"""Makes the message about an execution's end from what the state machine knows."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.notify.message import Failed, Link, Message, Photo, Rendition
from functions.shared.contracts import Contract, Enhanced, Execution, FailedRun, Image
from functions.shared.failures import error_message, failed_step


class AnnounceSuccess(Contract):
    """Input of NotifyResult."""

    action: Literal["announce-success"]
    image: Image
    enhanced: Enhanced
    execution: Execution


class AnnounceFailure(Contract):
    """Input of NotifyFailure."""

    action: Literal["announce-failure"]
    state: FailedRun
    execution: Execution


Linker = Callable[[str], Link]
Request = Annotated[AnnounceSuccess | AnnounceFailure, Field(discriminator="action")]


def success_message(request: AnnounceSuccess, *, link: Linker) -> Message:
    """Return the message of a photo that was enhanced and recorded; `link` makes the link to an object's key."""
    return Message(
        status="COMPLETED",
        image_id=request.image.image_id,
        user_id=request.image.user_id,
        execution_arn=request.execution.id,
        photo=_photo(request.enhanced, link),
        link=link(request.enhanced.key),
    )


def failure_message(request: AnnounceFailure) -> Message:
    """Return the message of a run that failed; it relies on nothing from the recorder, which may be what failed."""
    state = request.state
    return Message(
        status="FAILED",
        image_id=state.key,
        user_id=_user_id(state),
        execution_arn=request.execution.id,
        photo=_photo(state.enhanced, _no_link) if state.enhanced and _is_completed(state) else None,
        failed=Failed(state=failed_step(state), error=state.failure.error, message=error_message(state.failure)),
    )


def uploaded_at(request: Request) -> datetime | None:
    """Return the time of the upload's event; None where an operator asked for this attempt, however much later."""
    if request.execution.is_asked_for:
        return None
    if isinstance(request, AnnounceSuccess):
        return request.image.uploaded_at
    # The backstop knows no input, but the event.
    return None if request.state.rerun.as_recorded else request.state.time


def _user_id(state: FailedRun) -> str:
    # The record knows the user even where validation failed, for the claim comes first.
    if state.failure_recorded:
        return state.failure_recorded.user_id
    return state.image.user_id if state.image else state.detail.requester


def _is_completed(state: FailedRun) -> bool:
    # RecordResult may have written and then died: then only the recorder of the failure knows.
    return bool(state.recorded or (state.failure_recorded and state.failure_recorded.status == "COMPLETED"))


def _no_link(_key: str) -> None:
    """A failure's message has none: it may be read long after a link would have ended."""


def _photo(enhanced: Enhanced, link: Callable[[str], Link | None]) -> Photo:
    return Photo(
        bucket=enhanced.bucket,
        key=enhanced.key,
        format=enhanced.format,
        width=enhanced.width,
        height=enhanced.height,
        bytes=enhanced.bytes,
        done=str(enhanced.enhancement.get("summary", "")),
        missed=enhanced.missed,
        renditions={
            name: Rendition(link=link(made.key), **made.model_dump(exclude={"url"}))
            for name, made in enhanced.renditions.items()
        },
    )
