"""The ledger: the rules by which an image's record is written. ownership.py says whose a record is.

Every write is pinned to what was seen. A refused write brings back the record as it is now, and the decision is
made again on that, so nothing slips in between look and write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.shared.errors import DarkroomError, DuplicateUploadError, SupersededUploadError, TransientServiceError
from functions.shared.records.ownership import (
    COMPLETED,
    FAILED,
    PROCESSING,
    Claimant,
    Ownership,
    TerminalState,
    attempt_of,
    is_as_planned,
    is_finalized,
    is_redriven,
    is_unwritten,
    ownership_of,
    timestamp,
)
from functions.shared.records.sequencer import normalise_sequencer
from functions.shared.records.table import Item, RecordTable, RefusedWriteError
from functions.shared.records.write_condition import WriteCondition

FAILURE_ATTRIBUTES = ("ErrorType", "ErrorMessage", "FailedState", "NotificationError")
BACKSTOP_ATTRIBUTES = ("Backstop", "BackstopRedriveCount")
# An execution serves one upload, so the sequencer is pinned with it; a lease that ran out is renewed by redrives alone.
# What is being forgotten is pinned for those who then leave it alone.
PINNED_ATTRIBUTES = ("ExecutionArn", "Status", "RedriveCount", "Concluded", "Forgetting")
MAX_TRIES = 5

Decision = Callable[[Item], Item]


@dataclass(frozen=True)
class Ledger:
    """The rules over a table of records.

    Every method returns the record as it then is, and raises DuplicateUploadError or SupersededUploadError where
    another execution or upload owns it, TransientServiceError or ServiceRefusedError where DynamoDB does not serve.
    """

    table: RecordTable
    lease_seconds: int
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def claim(self, claimant: Claimant) -> Item:
        """Make the record PROCESSING and this execution's."""

        def decide(item: Item) -> Item:
            resumed = self._require_ownership(item, claimant) is Ownership.RESUMABLE
            if not resumed and item["Status"] == COMPLETED:
                raise DuplicateUploadError(f"{claimant.image_id!r}: this execution has completed it already.")
            return self._record(claimant, PROCESSING, claimant.attributes, item)

        return self._write(claimant, self._record(claimant, PROCESSING, claimant.attributes), decide)

    def complete(self, claimant: Claimant, results: Mapping[str, Any]) -> Item:
        """Make the record COMPLETED, if this execution still owns it."""
        changes = {**results, "Status": COMPLETED}
        try:
            return self._update_owned(claimant, changes, drop=["Attention"])
        except RefusedWriteError as refused:
            raise self._lost(claimant, refused.item) from refused

    def confirm(self, claimant: Claimant) -> Item:
        """Record that a redrive has succeeded. Where it resumed at the notifier, it has written nothing itself."""
        try:
            return self._update_owned(claimant, {})
        except RefusedWriteError as refused:
            raise self._lost(claimant, refused.item) from refused

    def fail(self, claimant: Claimant, failure: Mapping[str, str]) -> Item:
        """Make the record FAILED, or, where it is COMPLETED already, note the failure as its NotificationError.

        An upload whose claim never reached the table gets its record here. A force is ignored, for a failure takes
        nothing over from another execution.
        """
        claimant = replace(claimant, force=False)

        def decide(item: Item) -> Item:
            resumed = self._require_ownership(item, claimant) is Ownership.RESUMABLE
            beside = None if resumed else self._failure_beside(item, claimant, failure)
            return beside or self._record(claimant, FAILED, failure, item)

        changes = {**failure, "Status": FAILED, "Attention": FAILED}
        try:
            return self._update_owned(claimant, changes, unless_status=COMPLETED)
        except RefusedWriteError:
            fresh = self._record(claimant, FAILED, {**claimant.attributes, **failure})
            return self._write(claimant, fresh, decide)

    def finalize(self, claimant: Claimant, failure: Mapping[str, str], terminal_state: TerminalState) -> Item:
        """Record for an execution that has ended what it could not record itself, as fail() would have done.

        The backstop's own ARN stays in the record: of several backstops of one end, one goes on. DuplicateUploadError
        where record and subscribers have the failure already, or where another execution owns the record and had not
        lost it when this one was started; even then the record keeps that this execution has ended.
        """
        signature = {"Backstop": terminal_state.backstop_arn, "BackstopRedriveCount": claimant.redrive_count}
        over = {claimant.execution_arn: claimant.redrive_count}

        def decide(item: Item) -> Item:
            finalized = {"Concluded": {**item.get("Concluded", {}), **over}}
            try:
                if item["ExecutionArn"] == claimant.execution_arn:
                    _refuse_to_repeat(item, claimant, signature, notified=terminal_state.notified)
                    beside = self._failure_beside(item, claimant, failure)
                    changes = beside or self._record(claimant, FAILED, failure, item)
                else:
                    changes = self._takeover(item, claimant, failure)
            except DuplicateUploadError:
                # Its function may still run, and the record become free for it.
                if not is_finalized(item, claimant):
                    self.table.update(item["ImageId"], finalized, _only_if_unchanged(item))
                raise
            return {**changes, **signature, **finalized}

        described = {**claimant.attributes, **failure, **signature, "Concluded": over}
        return self._write(claimant, self._record(claimant, FAILED, described), decide)

    def reopen(self, claimant: Claimant) -> Item:
        """Make the record PROCESSING again for a redriven execution; one that it COMPLETED already stays COMPLETED."""

        def decide(item: Item) -> Item:
            if self._require_ownership(item, claimant) is Ownership.OWNED and item["Status"] == COMPLETED:
                return self._mark(claimant, item)
            return self._record(claimant, PROCESSING, {}, item)

        return self._write(claimant, self._record(claimant, PROCESSING, claimant.attributes), decide)

    def _takeover(self, item: Item, claimant: Claimant, failure: Mapping[str, str]) -> Item:
        """Return the record of an execution that was started to take over from another, and ended before its claim."""
        self._require_ownership(item, replace(claimant, force=False))
        if timestamp(claimant.started_at) <= item["Timestamp"]:
            raise DuplicateUploadError(f"{claimant.image_id!r}: {item['ExecutionArn']} has written its record since.")
        return self._record(claimant, FAILED, failure, item)

    def _failure_beside(self, item: Item, claimant: Claimant, failure: Mapping[str, str]) -> Item | None:
        """Return the note that a completed record gets of a failure; None for any other record."""
        if item["Status"] != COMPLETED:
            return None
        error = f"{failure['ErrorType']}: {failure['ErrorMessage']}"
        return {"NotificationError": error, **self._mark(claimant, item)}

    def _record(self, claimant: Claimant, status: str, more: Mapping[str, Any], seen: Item | None = None) -> Item:
        return {
            **more,
            "ImageId": claimant.image_id,
            "Sequencer": normalise_sequencer(claimant.sequencer),
            "ExecutionArn": claimant.execution_arn,
            "Status": status,
            "Attention": status,
            **self._mark(claimant, seen),
        }

    def _mark(self, claimant: Claimant, seen: Item | None = None) -> Item:
        """Return what every write leaves: when it was, after how many redrives, and which attempt that makes."""
        return {**self._moment(claimant), "Attempt": attempt_of(seen, claimant)}

    def _moment(self, claimant: Claimant) -> Item:
        return {"Timestamp": timestamp(self.now()), "RedriveCount": claimant.redrive_count}

    def _require_ownership(self, item: Item, claimant: Claimant) -> Ownership:
        lease_start = self.now() - timedelta(seconds=self.lease_seconds)
        where = ownership_of(item, claimant, lease_start=lease_start)
        if where is Ownership.SUPERSEDED:
            raise SupersededUploadError(f"{claimant.image_id!r}: a newer upload of this key has taken over.")
        if where is Ownership.OWNED_BY_OTHER:
            raise DuplicateUploadError(
                f"{claimant.image_id!r}: this upload is {item['Status']} already, by {item['ExecutionArn']}."
            )
        return where

    def _lost(self, claimant: Claimant, item: Item) -> DarkroomError:
        """Return why a record that was this execution's could not be updated; raises where it is another's."""
        if self._require_ownership(item, claimant) is Ownership.OWNED:
            return _contended(claimant)
        return SupersededUploadError(
            f"{claimant.image_id!r}: its record is gone or no longer this execution's; nothing was written."
        )

    def _update_owned(
        self, claimant: Claimant, changes: Item, *, unless_status: str | None = None, drop: Iterable[str] = ()
    ) -> Item:
        """Update the record of this execution, in one write where this attempt has written it before.

        The first write of a redrive is refused once, to learn which number the attempt gets.
        """
        condition = WriteCondition(
            only_if={"ExecutionArn": claimant.execution_arn, "RedriveCount": claimant.redrive_count},
            unless_status=unless_status,
            unless_finalized=claimant.redrive_count,
        )
        drop = (*FAILURE_ATTRIBUTES, *BACKSTOP_ATTRIBUTES, *drop)
        try:
            return self.table.update(claimant.image_id, {**changes, **self._moment(claimant)}, condition, drop=drop)
        except RefusedWriteError as refused:
            seen = refused.item
            if not is_unwritten(seen, claimant):
                raise
        pinned = replace(condition, only_if={**condition.only_if, "RedriveCount": seen.get("RedriveCount")})
        return self.table.update(claimant.image_id, {**changes, **self._mark(claimant, seen)}, pinned, drop=drop)

    def _write(self, claimant: Claimant, fresh: Item, decide: Decision) -> Item:
        """Put the fresh record; where another is in the way, let `decide` say how to change that one."""
        for _ in range(MAX_TRIES):
            try:
                self._put(claimant, fresh)
            except RefusedWriteError as refused:
                item = refused.item
            else:
                return fresh
            try:
                return self._update_unchanged(item, claimant, decide(item))
            except RefusedWriteError:
                continue
        raise _contended(claimant)

    def _put(self, claimant: Claimant, fresh: Item) -> None:
        """Put the fresh record where there is none, or an older upload's. Raises RefusedWriteError with any other.

        What a plan has seen a record of takes no other: raises SupersededUploadError where it is no longer so.
        """
        if not claimant.planned_on:
            self.table.put_unless_newer(fresh)
            return
        seen = self._as_planned(claimant)
        if seen["Sequencer"] >= fresh["Sequencer"]:
            raise RefusedWriteError(seen)
        self.table.put(fresh, WriteCondition(only_if={name: seen.get(name) for name in ("Sequencer", "Forgetting")}))

    def _as_planned(self, claimant: Claimant) -> Item:
        """Return the record that the claimant's plan saw, by a write that changes nothing, or the claimant's own."""
        sequencer = {"Sequencer": claimant.planned_on["Sequencer"]}
        try:
            seen = self.table.update(claimant.image_id, sequencer, WriteCondition(only_if=sequencer))
        except RefusedWriteError as refused:
            seen = refused.item
        if not is_as_planned(seen, claimant):
            raise SupersededUploadError(
                f"{claimant.image_id!r}: its record is gone, or was written by others, since this run was planned."
            )
        return seen

    def _update_unchanged(self, item: Item, claimant: Claimant, changes: Item) -> Item:
        changes = {name: changes[name] for name in changes.keys() - {"ImageId", "Rerun"}}
        drop: tuple[str, ...] = (*FAILURE_ATTRIBUTES, *BACKSTOP_ATTRIBUTES)
        # What was asked of an execution is in its record since its first write; a redrive's reason may have joined it.
        if item["ExecutionArn"] != claimant.execution_arn:
            changes |= {name: claimant.attributes[name] for name in {"Rerun"} & claimant.attributes.keys()}
            drop += ("Rerun",)
        return self.table.update(item["ImageId"], changes, _only_if_unchanged(item), drop=drop)


def _contended(claimant: Claimant) -> TransientServiceError:
    return TransientServiceError(f"{claimant.image_id!r}: its record kept changing under the write; try again.")


def _only_if_unchanged(item: Item) -> WriteCondition:
    """Return the condition that what a decision about a record rests on is as it was seen."""
    return WriteCondition(only_if={name: item.get(name) for name in PINNED_ATTRIBUTES})


def _refuse_to_repeat(item: Item, claimant: Claimant, signature: Mapping[str, Any], *, notified: bool) -> None:
    """Raise DuplicateUploadError where the execution or another backstop has reported this end, or a redrive came."""
    if is_redriven(item, claimant):
        raise DuplicateUploadError(f"{item['ImageId']!r}: a redrive has followed, and reports its own end.")
    if all(item.get(name) == value for name, value in signature.items()):
        return  # this backstop again: its answer was lost, or its notifier failed and was redriven
    known = item.get("BackstopRedriveCount", -1) >= signature["BackstopRedriveCount"]
    if known or (notified and (item["Status"] == FAILED or "NotificationError" in item)):
        raise DuplicateUploadError(f"{item['ImageId']!r}: how this execution ended is in the record already.")
