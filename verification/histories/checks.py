"""What must hold at the end of a history, of the newest upload of a key and of all that went before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from functions.enhance.keys import key_hash, rendition_keys
from functions.shared.errors import SkippedUploadError
from functions.shared.records.sequencer import normalise_sequencer
from tests.photos import opened
from verification.histories.in_process_aws import VERSIONED, Cloud
from verification.histories.interpreter import Execution
from verification.histories.virtual_clock import LEASE_SECONDS

ERRORS = {"ABORTED": "ExecutionAborted", "TIMED_OUT": "States.Timeout"}
FAILURE_BRANCH = ("RecordFailure", "NotifyFailure", "FailUnlessRedriven")
LEASE = timedelta(seconds=LEASE_SECONDS)
QUIET = frozenset(error.__name__ for error in SkippedUploadError.__subclasses__())


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
class Past:
    """Everything that happened in a history; `told` holds the messages by execution, `states` those of each record."""

    cloud: Cloud
    uploads: list[Upload] = field(default_factory=list)
    runs: list[tuple[Upload, Execution]] = field(default_factory=list)
    told: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    states: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def executions(self, upload: Upload) -> list[Execution]:
        """Return the executions that served an upload."""
        return [execution for served, execution in self.runs if served is upload]

    @property
    def newest(self) -> list[Upload]:
        """The newest upload of each key."""
        return list({upload.key: upload for upload in self.uploads}.values())


def check(past: Past) -> None:
    """Raise AssertionError where a promise is broken."""
    for upload in past.newest:
        record = past.cloud.record(upload.key)
        check_record(past, upload, record)
        if record["Status"] == "COMPLETED":
            check_copies(past.cloud, upload, record)
        check_news(past, upload, record)
        assert list(undone(past, upload.key)) == []
    for upload, execution in past.runs:
        # To be overtaken is no failure, and goes no way that failures go.
        assert execution.data.get("failure", {}).get("Error") not in QUIET
        check_messages(upload, execution, past.told.get(execution.arn, []), past.states[upload.key])
    for upload in past.uploads:
        check_tags(past, upload)


def check_record(past: Past, upload: Upload, record: dict[str, Any]) -> None:
    assert record["Sequencer"] == upload.sequencer
    ends = {"COMPLETED", "FAILED"} if upload.gone else {"COMPLETED"}
    assert record["Status"] in (ends if upload.width else {"FAILED"})
    assert record.get("Attention") == (None if record["Status"] == "COMPLETED" else "FAILED")
    [owner] = [execution for execution in past.executions(upload) if execution.arn == record["ExecutionArn"]]
    if "Backstop" in record:
        check_signed(owner, record)


def check_signed(owner: Execution, record: dict[str, Any]) -> None:
    """What the backstop signs is an end that the execution could not tell, and this end's own error."""
    if record["BackstopRedriveCount"] < owner.redrive_count:
        return  # somebody pressed Redrive between the backstop's look and its write
    end = owner.ends[-1]
    assert end.status in ERRORS
    if record["Status"] == "FAILED" and end.state not in FAILURE_BRANCH:
        assert record["ErrorType"] == ERRORS[end.status]


def check_copies(cloud: Cloud, upload: Upload, record: dict[str, Any]) -> None:
    owner = {"sequencer": upload.sequencer, "upload": key_hash(upload.key)}
    copy = cloud.s3.get_object(Bucket="copies", Key=record["EnhancedKey"])
    assert copy["Metadata"] == owner
    assert opened(copy["Body"].read()).width == record["Width"] == upload.width
    small = cloud.s3.get_object(Bucket="copies", Key=rendition_keys(upload.key, "thumb", "PNG")[0])
    assert small["Metadata"] == owner
    assert opened(small["Body"].read()).height == record["Renditions"]["thumb"]["height"]


def check_news(past: Past, newest: Upload, record: dict[str, Any]) -> None:
    """The subscribers know what the record says; of success they hear once, unless somebody asked for more."""
    executions = past.executions(newest)
    messages = [message for execution in executions for message in past.told.get(execution.arn, [])]
    successes = sum(message["status"] == "COMPLETED" for message in messages)
    if record["Status"] == "COMPLETED":
        interrupted = sum(end.while_telling for execution in executions for end in execution.ends)
        assert 1 <= successes <= 1 + newest.forced + interrupted
    else:
        last = past.told[record["ExecutionArn"]][-1]
        assert (last["status"], last["failed"]["error"]) == ("FAILED", record["ErrorType"])


def check_messages(upload: Upload, execution: Execution, told: list[Any], states: list[dict[str, Any]]) -> None:
    """An execution tells only of its own upload, only what the record once said, and each end once."""
    failures = [message["failed"] for message in told if message["status"] == "FAILED"]
    assert all(message["photo"]["width"] == upload.width for message in told if message["status"] == "COMPLETED")
    assert not {failure["error"] for failure in failures} & QUIET
    own = [state for state in states if state["ExecutionArn"] == execution.arn]
    assert not failures or any(state["Status"] == "FAILED" or "NotificationError" in state for state in own)
    bad_ends = [end for end in execution.ends if end.status != "SUCCEEDED"]
    assert len(failures) <= len(bad_ends) + sum(end.while_telling for end in bad_ends)


def check_tags(past: Past, upload: Upload) -> None:
    """Only what failed for good is marked so, in the very version that failed."""
    version = upload.event["detail"]["object"].get("version-id")
    marked = "darkroom-status" in past.cloud.tags(upload.bucket, upload.key, version)
    assert not marked or (upload.bucket == VERSIONED and not upload.width)


def undone(past: Past, key: str) -> Iterator[str]:
    """Yield what a record went back on, unless somebody uploads anew, or forces another claim."""
    forced = {upload.sequencer for upload in past.uploads if upload.forced}
    for before, after in pairwise(past.states[key]):
        if after["Sequencer"] < before["Sequencer"]:
            yield "the record went back to an older upload"
        if after["Sequencer"] == before["Sequencer"]:
            yield from _broken_words(before, after, is_forced=before["Sequencer"] in forced)


def _broken_words(before: dict[str, Any], after: dict[str, Any], *, is_forced: bool) -> Iterator[str]:
    """COMPLETED stays COMPLETED, and what is at work belongs to who claimed it, as long as its lease runs."""
    if before["Status"] == "COMPLETED" and after["Status"] not in {"COMPLETED", "PROCESSING" if is_forced else ""}:
        yield f"COMPLETED turned {after['Status']}"
    held = datetime.fromisoformat(after["Timestamp"]) - datetime.fromisoformat(before["Timestamp"]) <= LEASE
    if before["Status"] == "PROCESSING" and held and not is_forced and after["ExecutionArn"] != before["ExecutionArn"]:
        yield "a claim was taken over before its time"
    if after["ExecutionArn"] == before["ExecutionArn"] and after["RedriveCount"] < before["RedriveCount"]:
        yield "an attempt wrote after a redrive of it had"
