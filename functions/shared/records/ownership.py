"""Who claims a record, and how the record stands to the claim. It belongs to one upload, and one execution at a time.

How a record stands to an execution that wants it, and what follows:

FREE        there is none, or it is of an older upload    a fresh record replaces it
OURS        this execution holds it                       goes on, but COMPLETED never turns back
RESUMABLE   same upload, and FAILED, or its lease ran     this execution takes it over
            out, or the operator forces it
HELD        same upload, completed or at work elsewhere,  refused: DuplicateUploadError
            or the backstop knows of this execution's
            end, or a redrive of it is at work: a
            straggler writes no more, whoever holds it
NEWER       a newer upload of the key                     refused: SupersededUploadError
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from functions.shared.contracts import Execution, UploadEvent
from functions.shared.records.table import Item

PROCESSING, COMPLETED, FAILED = "PROCESSING", "COMPLETED", "FAILED"


def normalise_sequencer(sequencer: str) -> str:
    """Return the sequencer as 32 upper-case hex digits, so that strings of any length and case compare as numbers."""
    return sequencer.upper().rjust(32, "0")


def timestamp(moment: datetime) -> str:
    """Return an aware datetime as ISO 8601 UTC with milliseconds, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Claimant:
    """One execution at work on one upload. `attributes` describe the upload, in the record's own names."""

    image_id: str
    sequencer: str
    execution_arn: str
    started_at: datetime
    force: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    redrive_count: int = 0


def claimant_of(event: UploadEvent, execution: Execution, *, user_id: str) -> Claimant:
    """Return the claimant that an upload's event and an execution make."""
    uploaded = event.detail.object
    attributes = {
        "Bucket": event.detail.bucket.name,
        "UserId": user_id,
        "UploadedAt": timestamp(event.time),
        "ETag": uploaded.etag,
        **({"VersionId": uploaded.version_id} if uploaded.version_id else {}),
    }
    force, redrive_count = event.rerun.force, execution.redrive_count
    return Claimant(event.key, uploaded.sequencer, execution.id, execution.start_time, force, attributes, redrive_count)


@dataclass(frozen=True)
class TerminalState:
    """What the backstop knows of an execution's end, itself, and whether the subscribers know of it."""

    backstop_arn: str
    is_told: bool


class Ownership(Enum):
    """How a record stands to a claimant; see the module's docstring."""

    FREE = auto()
    OWNED = auto()
    RESUMABLE = auto()
    OWNED_BY_OTHER = auto()
    SUPERSEDED = auto()


def ownership_of(item: Item, claimant: Claimant, *, lease_start: datetime) -> Ownership:
    """Judge a record (empty where there is none); a claim made before `lease_start` has run out. Pure."""
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
    """Tell whether the backstop has met the end of the claimant's attempt, whether or not there was more to say."""
    return bool(item.get("Concluded", {}).get(claimant.execution_arn, -1) >= claimant.redrive_count)


def is_redriven(item: Item, claimant: Claimant) -> bool:
    """Tell whether a later attempt at the claimant's execution has written its record."""
    return bool(item.get("RedriveCount", 0) > claimant.redrive_count)
