"""Who owns a record: it belongs to one upload, and to one execution at a time.

What an execution that wants a record may find, and what follows:

FREE            no record, or one of an older upload         a fresh record replaces it
OWNED           the record is this execution's               goes on, but COMPLETED never turns back
RESUMABLE       same upload, and FAILED, or its lease ran    takeover: the record becomes this execution's
                out, or the operator forces it
OWNED_BY_OTHER  same upload, completed or at work elsewhere  refused: DuplicateUploadError
                Also, whoever owns it, where the backstop
                has finalized this attempt or a redrive of
                it is at work: this is a stale invocation
SUPERSEDED      a newer upload of the key                    refused: SupersededUploadError
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from functions.shared.contracts import Execution, UploadEvent
from functions.shared.records.sequencer import normalise_sequencer
from functions.shared.records.table import Item

PROCESSING, COMPLETED, FAILED = "PROCESSING", "COMPLETED", "FAILED"


def timestamp(moment: datetime) -> str:
    """Return an aware datetime as ISO 8601 UTC with milliseconds, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Claimant:
    """One execution at work on one upload. `attributes` describe the upload, in the record's own names.

    `planned_on` is what the plan of a backfill saw of the record, in the record's own names: unless the record is this
    execution's already, nothing is written where it is no longer so. Empty where no plan has seen a record.
    """

    image_id: str
    sequencer: str
    execution_arn: str
    started_at: datetime
    force: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    redrive_count: int = 0
    planned_on: Mapping[str, Any] = field(default_factory=dict)


def upload_day(uploaded_at: str) -> str:
    """Return the day of a record's UploadedAt, by which UploadIndex lists; a day takes all that the pipeline can."""
    return uploaded_at[: len("2026-01-31")]


def claimant_of(event: UploadEvent, execution: Execution, *, user_id: str) -> Claimant:
    """Return the claimant that an upload's event and an execution make."""
    uploaded, uploaded_at = event.detail.object, timestamp(event.time)
    request = event.rerun.as_recorded
    attributes = {
        "Bucket": event.detail.bucket.name,
        "UserId": user_id,
        "UploadedAt": uploaded_at,
        "UploadDay": upload_day(uploaded_at),
        "ETag": uploaded.etag,
        **({"VersionId": uploaded.version_id} if uploaded.version_id else {}),
        **({"Rerun": request} if request else {}),
    }
    return Claimant(
        image_id=event.key,
        sequencer=uploaded.sequencer,
        execution_arn=execution.id,
        started_at=execution.start_time,
        force=event.rerun.force,
        attributes=attributes,
        redrive_count=execution.redrive_count,
        planned_on=planned_on(event),
    )


def planned_on(event: UploadEvent) -> dict[str, Any]:
    """Return what the plan of a backfill saw of the record, in the record's own names; empty if it saw none."""
    asked = event.rerun
    if asked.follows:
        return {"Sequencer": normalise_sequencer(asked.follows)}
    if not asked.needs_record:
        return {}
    redrives = {} if asked.redrive_count is None else {"RedriveCount": asked.redrive_count}
    return {"Sequencer": normalise_sequencer(event.detail.object.sequencer), "ExecutionArn": asked.of, **redrives}


@dataclass(frozen=True)
class TerminalState:
    """How an execution ended for the backstop: which backstop it is, and whether subscribers were notified."""

    backstop_arn: str
    notified: bool


class Ownership(Enum):
    """Whose a record is, as a claimant sees it; see the module's docstring."""

    FREE = auto()
    OWNED = auto()
    RESUMABLE = auto()
    OWNED_BY_OTHER = auto()
    SUPERSEDED = auto()


def ownership_of(item: Item, claimant: Claimant, *, lease_start: datetime) -> Ownership:
    """Return whose a record is (empty where there is none); a claim made before `lease_start` has run out. Pure."""
    sequencer = normalise_sequencer(claimant.sequencer)
    if not item or item["Sequencer"] < sequencer:
        return Ownership.FREE
    if item["Sequencer"] > sequencer:
        return Ownership.SUPERSEDED
    if is_finalized(item, claimant):
        return Ownership.OWNED_BY_OTHER
    if item["ExecutionArn"] == claimant.execution_arn:
        return Ownership.OWNED_BY_OTHER if is_redriven(item, claimant) else Ownership.OWNED
    ran_out = item["Status"] == PROCESSING and item["Timestamp"] < timestamp(lease_start)
    return Ownership.RESUMABLE if item["Status"] == FAILED or ran_out or claimant.force else Ownership.OWNED_BY_OTHER


def is_finalized(item: Item, claimant: Claimant) -> bool:
    """Return whether the backstop has seen that the claimant's attempt ended, whether or not it had to record it."""
    return bool(item.get("Concluded", {}).get(claimant.execution_arn, -1) >= claimant.redrive_count)


def is_redriven(item: Item, claimant: Claimant) -> bool:
    """Return whether a later attempt at the claimant's execution has written its record."""
    return bool(item.get("RedriveCount", 0) > claimant.redrive_count)


def is_unwritten(item: Item, claimant: Claimant) -> bool:
    """Return whether the record is the claimant's execution's, and last written by an earlier attempt of it."""
    return item.get("ExecutionArn") == claimant.execution_arn and item.get("RedriveCount", -1) < claimant.redrive_count


def is_as_planned(item: Item, claimant: Claimant) -> bool:
    """Return whether a record is the claimant's already, or as the plan of its backfill saw it.

    One that `darkroom forget` has begun with is not: what is left of the photo goes next.
    """
    if item.get("ExecutionArn") == claimant.execution_arn:
        return True
    is_half_forgotten = "Forgetting" in item and item["Forgetting"]["attempt"] == item["Attempt"]
    # What an old version of Darkroom wrote has no count.
    return {"RedriveCount": 0, **item}.items() >= claimant.planned_on.items() and not is_half_forgotten


def attempt_of(item: Item | None, claimant: Claimant) -> int:
    """Return which attempt at its upload a claimant makes, given the record as it was seen (None: none of it).

    Each execution that takes over counts one, and so does each redrive, however the execution had ended and whether
    or not every one of its attempts has written.
    """
    if not item:
        return 1 + claimant.redrive_count
    if item["ExecutionArn"] == claimant.execution_arn:
        return int(item["Attempt"] + claimant.redrive_count - item.get("RedriveCount", 0))
    return int(item["Attempt"] + 1)
