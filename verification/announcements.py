"""Invariants of messages: what subscribers were told is what the execution did and the record says."""

from __future__ import annotations

from collections.abc import Iterator

from functions.shared.errors import SkippedUploadError
from verification.observed import Document, Observed

SKIPS = frozenset(error.__name__ for error in SkippedUploadError.__subclasses__())


def success_is_recorded_and_announced(observed: Observed) -> Iterator[str]:
    """An execution that SUCCEEDED has a COMPLETED record and a message of success."""
    record = observed.record
    if record is None or not observed.is_due or observed.end["status"] != "SUCCEEDED":
        return
    if skipped := observed.skipped:
        yield f"the execution was skipped: {skipped}"
    if record.get("Status") != "COMPLETED" or "NotificationError" in record:
        yield f"the execution SUCCEEDED, the record says {record.get('Status')}"
    if not _announces(observed, "COMPLETED"):
        yield f"the execution SUCCEEDED, the last message says {_announced(observed)}"


def failure_is_recorded_and_announced(observed: Observed) -> Iterator[str]:
    """Execution, record and last message name the same error."""
    if observed.record is None or not observed.is_due or observed.end["status"] == "SUCCEEDED":
        return
    recorded = _recorded_error(observed.record)
    if not recorded:
        yield f"the execution {observed.end['status']}, the record says {observed.record.get('Status')} and no error"
    elif not _announces(observed, "FAILED", recorded):
        yield f"the record says {recorded}, the last message {_announced(observed)}"
    if observed.end["error"] == "ImageFailedError":
        if recorded.partition(":")[0] not in observed.end["cause"]:
            yield f"the record says {recorded}, the execution {observed.end['cause'][:200]}"
    elif observed.end["status"] == "FAILED" and not observed.tolerances.other_error:
        yield f"the execution ended as {observed.end['error']}, not as ImageFailedError"


def each_end_is_announced_once(observed: Observed) -> Iterator[str]:
    """No message comes twice, unless the word of it was lost or somebody asked for more."""
    for status, limit in (("COMPLETED", 1), ("FAILED", observed.ended)):
        count = sum(message["status"] == status for message in observed.messages)
        if count > limit + observed.tolerances.repeated_messages:
            yield f"{count} messages say {status}"


def messages_are_of_this_upload(observed: Observed) -> Iterator[str]:
    """A message of success tells of this very photo, and none tells of a skip as a failure."""
    for message in observed.messages:
        width = message.get("photo", {}).get("width", observed.width)
        if message["status"] == "COMPLETED" and width != observed.width:
            yield f"a message tells of a photo {width} pixels wide, it is {observed.width}"
        if message.get("failed", {}).get("error") in SKIPS:
            yield f"a message says that {message['failed']['error']} is a failure"


def an_announced_failure_was_recorded(observed: Observed) -> Iterator[str]:
    """A message says that an execution failed only where the record once said so."""
    own = [change for change in observed.record_changes if change["ExecutionArn"] == observed.end.get("executionArn")]
    announced = any(message["status"] == "FAILED" for message in observed.messages)
    if observed.is_due and observed.record_changes and announced and not any(map(_recorded_error, own)):
        yield "a message says FAILED, and the record never did"


def _announced(observed: Observed) -> tuple[str | None, str | None]:
    """Return status and error of the last message."""
    return _said(observed.messages[-1] if observed.messages else {})


def _announces(observed: Observed, status: str, recorded_error: str = "None") -> bool:
    """Tell whether the last message says this, or any where a stale invocation may have published the last."""
    said = map(_said, observed.messages if observed.tolerances.late_messages else observed.messages[-1:])
    return any(each == status and recorded_error.startswith(str(error)) for each, error in said)


def _said(message: Document) -> tuple[str | None, str | None]:
    return message.get("status"), message.get("failed", {}).get("error")


def _recorded_error(record: Document) -> str:
    return str(record.get("NotificationError" if record.get("Status") == "COMPLETED" else "ErrorType", ""))
