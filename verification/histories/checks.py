"""Checks the invariants at the end of a history, for each execution, and what only these tests observe."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from functions.shared import workflow
from functions.shared.contracts import Rerun
from functions.shared.output_keys import key_hash, rendition_keys
from functions.shared.records.sequencer import normalise_sequencer
from verification.histories.in_process_aws import VERSIONED, InProcessAws
from verification.histories.interpreter import Execution
from verification.invariants import violations
from verification.observed import Observed, Tolerances

ERRORS = {"ABORTED": "ExecutionAborted", "TIMED_OUT": "States.Timeout"}
FAILURE_BRANCH = tuple(step.state for step in workflow.FAILURE_BRANCH)


@dataclass
class Upload:
    """One upload, as wide as its photo is, 0 where it is none; `gone` once no request can read it any more."""

    bucket: str
    key: str
    event: dict[str, Any]
    width: int
    gone: bool = False
    forced: int = 0

    @property
    def sequencer(self) -> str:
        """The sequencer as the record has it."""
        return normalise_sequencer(self.event["detail"]["object"]["sequencer"])


@dataclass
class Log:
    """Everything that happened in a history: `messages` by execution, every state of each record by key.

    `notes` holds what operators noted in records of redrives, by execution.
    """

    aws: InProcessAws
    uploads: list[Upload] = field(default_factory=list)
    executions: list[tuple[Upload, Execution]] = field(default_factory=list)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    record_changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def requests_of(self, execution: Execution) -> list[dict[str, Any] | None]:
        """Return all that operators asked of an execution, None where an upload began it."""
        asked = Rerun.model_validate(json.loads(execution.input).get("rerun", {})).as_recorded
        return [asked or None, *self.notes.get(execution.arn, [])]

    def executions_of(self, upload: Upload) -> list[Execution]:
        """Return the executions that served an upload."""
        return [execution for served, execution in self.executions if served is upload]

    @property
    def newest(self) -> list[Upload]:
        """The newest upload of each key."""
        return list({upload.key: upload for upload in self.uploads}.values())


def check(log: Log) -> None:
    """Raise AssertionError where an invariant does not hold."""
    for upload, execution in log.executions:
        assert list(violations(observed(log, upload, execution))) == []
    for upload in log.newest:
        check_record(log, upload, log.aws.record(upload.key))
    for upload in log.uploads:
        check_tags(log, upload)


def observed(log: Log, upload: Upload, execution: Execution) -> Observed:
    """Return what an execution has left behind; of the record, where it names this execution as its owner."""
    record = log.aws.record(upload.key)
    is_owner = upload in log.newest and record["ExecutionArn"] == execution.arn
    interrupted = sum(end.while_notifying for end in execution.ends)
    return Observed(
        key=upload.key,
        sequencer=upload.sequencer,
        width=upload.width,
        end=last_end(execution),
        record=record if is_owner else None,
        messages=log.messages.get(execution.arn, []),
        copies=copies(log.aws, record) if is_owner else None,
        record_changes=log.record_changes[upload.key],
        ended=sum(end.status != "SUCCEEDED" for end in execution.ends),
        requests=log.requests_of(execution),
        forced={each.sequencer for each in log.uploads if each.forced},
        # Somebody stops executions and deletes photos: that does not pass by itself.
        tolerances=Tolerances(repeated_messages=interrupted, late_messages=interrupted > 0, failure=True),
    )


def last_end(execution: Execution) -> dict[str, Any]:
    """Return the last end of an execution as its status change announces it."""
    end, facts = execution.ends[-1], execution.facts[-1]
    output = json.dumps(execution.data) if end.status == "SUCCEEDED" else None
    ended = {"executionArn": end.arn, "redriveCount": end.redrive_count, "status": end.status}
    return {**ended, "output": output, "error": facts.error, "cause": facts.cause}


def copies(aws: InProcessAws, record: dict[str, Any]) -> dict[str, tuple[dict[str, str], int]]:
    """Return the user metadata and the width of the copy that a record names, by its key."""
    if record["Status"] != "COMPLETED":
        return {}
    metadata, body = aws.copy(record["EnhancedKey"])
    return {record["EnhancedKey"]: (metadata, size(body)[0])} if metadata else {}


def size(body: bytes) -> tuple[int, int]:
    """Return width and height of an image in pixels."""
    with Image.open(io.BytesIO(body)) as image:
        image.load()
        return image.size


def check_record(log: Log, upload: Upload, record: dict[str, Any]) -> None:
    """A photo is COMPLETED in the end, unless it is gone, and what is none FAILED; one of its executions owns it."""
    allowed = {"COMPLETED", "FAILED"} if upload.gone else {"COMPLETED"}
    assert record["Status"] in (allowed if upload.width else {"FAILED"})
    [owner] = [execution for execution in log.executions_of(upload) if execution.arn == record["ExecutionArn"]]
    if "Backstop" in record:
        check_signed(owner, record)
    if record["Status"] == "COMPLETED":
        check_renditions(log.aws, upload, record)
        check_successes(log, upload)


def check_signed(owner: Execution, record: dict[str, Any]) -> None:
    """What the backstop signs is an end that the execution could not record itself, and this end's own error."""
    if record["BackstopRedriveCount"] < owner.redrive_count:
        return  # somebody pressed Redrive between the backstop's look and its write
    end = owner.ends[-1]
    assert end.status in ERRORS
    if record["Status"] == "FAILED" and end.state not in FAILURE_BRANCH:
        assert record["ErrorType"] == ERRORS[end.status]


def check_renditions(aws: InProcessAws, upload: Upload, record: dict[str, Any]) -> None:
    """The small copy is of this upload, too."""
    metadata, body = aws.copy(rendition_keys(upload.key, "thumb", "PNG")[0])
    assert metadata == {"sequencer": upload.sequencer, "upload": key_hash(upload.key)}
    assert size(body)[1] == record["Renditions"]["thumb"]["height"]


def check_successes(log: Log, upload: Upload) -> None:
    """Of success the subscribers hear once, unless somebody asked for more."""
    assert 1 <= sum(successes(log, upload)) <= 1 + upload.forced + sum(interruptions(log, upload))


def successes(log: Log, upload: Upload) -> Iterator[int]:
    """Yield how many messages of success each execution of an upload has sent."""
    for execution in log.executions_of(upload):
        yield sum(message["status"] == "COMPLETED" for message in log.messages.get(execution.arn, []))


def interruptions(log: Log, upload: Upload) -> Iterator[int]:
    """Yield how often each execution of an upload has ended while it notified."""
    for execution in log.executions_of(upload):
        yield sum(end.while_notifying for end in execution.ends)


def check_tags(log: Log, upload: Upload) -> None:
    """Only what failed for good is tagged so, in the very version that failed."""
    version = upload.event["detail"]["object"].get("version-id")
    tagged = "darkroom-status" in log.aws.tags(upload.bucket, upload.key, version)
    assert not tagged or (upload.bucket == VERSIONED and not upload.width)
