"""Forgetting photos: look at all there is of one, say it, and delete it so that it can be said again at any point.

The order of one photo: the record is marked as half forgotten; the copies go, then the original goes or is tagged;
last the record, on the condition that it is still the one that was seen. So whoever is interrupted finds the record,
which says so. A new upload, or an execution that took the record over meanwhile, keeps its record. Only versions are
deleted that were there at the look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.operate.calls import CALL_ERRORS
from functions.operate.copies import copies_of
from functions.operate.executions import Executions
from functions.operate.forget_outcome import ForgetOutcome, ForgetPlan, outcome_of
from functions.operate.forget_verdict import refusal_of_key, refusal_of_record, refusal_of_upload
from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import Records
from functions.operate.stored_versions import StoredVersion, Versions
from functions.shared.records.table import RefusedWriteError
from functions.shared.upload_tags import FORGOTTEN, MAX_TAGS, STATUS_TAG

TAKEN_OVER = "a new upload or another run of it came meanwhile, and stays: say it again if that is to go, too"


@dataclass(frozen=True)
class Forgetter:
    """Forgets photos of one project; `takes_originals` says whether the uploads themselves go, too.

    `explain` says in a sentence why a call failed.
    """

    records: Records
    executions: Executions
    uploads: Versions
    copies: Versions
    explain: Callable[[Exception], str]
    takes_originals: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def plan(self, key: str) -> ForgetPlan:
        """Return what there is of a photo, and whether it may go. Changes nothing; raises botocore's errors."""
        refusal = refusal_of_key(key)
        if refusal:
            return self._planned(key, None, refusal=refusal)
        record = self.records.get(key)
        execution = self.executions.facts(record.execution_arn) if record else None
        refusal = refusal_of_record(record, execution, self.now()) if record else ""
        if refusal:
            return self._planned(key, record, refusal=refusal)
        found = self._planned(key, record, copies=copies_of(key, record, self.copies), originals=self.uploads.of(key))
        return found.model_copy(update={"refusal": self._obstacle(found)})

    def forget(self, plan: ForgetPlan) -> ForgetOutcome:
        """Delete what was planned; return what came of it. A photo is half forgotten where a call failed midway."""
        if plan.refusal:
            return outcome_of(plan, "refused", plan.refusal)
        if plan.is_empty:
            return self._left(plan)
        try:
            if plan.record:
                self.records.mark_forgetting(plan.record, self.now())
        except RefusedWriteError:
            return outcome_of(plan, "not forgotten", TAKEN_OVER)
        except CALL_ERRORS as error:
            return outcome_of(plan, "not forgotten", self.explain(error))
        try:
            return self._delete(plan)
        except CALL_ERRORS as error:
            why = f"{self.explain(error)}; say it again when that is mended"
            return outcome_of(plan, "half forgotten", why)

    def _planned(self, key: str, record: PhotoRecord | None, **found: Any) -> ForgetPlan:
        empty: dict[str, Any] = {"copies": [], "originals": []}
        return ForgetPlan(key=key, record=record, takes_originals=self.takes_originals, **{**empty, **found})

    def _obstacle(self, plan: ForgetPlan) -> str:
        """Return why what was found may not go, empty if it may."""
        if plan.takes_originals:
            young = refusal_of_upload(plan.record, plan.originals, self.now())
            # One whose record was deleted before is as good as recorded.
            young = "" if young and self._was_forgotten(plan.originals[-1]) else young
            return young or self._lock(self.uploads, plan.originals) or self._lock(self.copies, plan.copies)
        if any(len({**self.uploads.tags(kept), STATUS_TAG: ""}) > MAX_TAGS for kept in plan.kept):
            return f"its original has {MAX_TAGS} tags, and needs one more to be left out later: take one off"
        return self._lock(self.copies, plan.copies)

    def _was_forgotten(self, version: StoredVersion) -> bool:
        return self.uploads.tags(version).get(STATUS_TAG) == FORGOTTEN

    def _lock(self, stored: Versions, versions: list[StoredVersion]) -> str:
        for version in versions:
            found = {} if version.is_marker else stored.head(version)
            if found.get("ObjectLockLegalHoldStatus") == "ON":
                return f"version {version.version_id} of {version.key} is under legal hold"
            until = found.get("ObjectLockRetainUntilDate")
            if until and until > self.now():
                return f"version {version.version_id} of {version.key} is locked until {until:%Y-%m-%d}"
        return ""

    def _delete(self, plan: ForgetPlan) -> ForgetOutcome:
        for copy in plan.copies:
            self.copies.delete(copy)
        for original in plan.originals if plan.takes_originals else []:
            self.uploads.delete(original)
        self._tag_kept(plan)
        if plan.record is None:
            return outcome_of(plan, "forgotten")
        try:
            self.records.delete(plan.record)
        except RefusedWriteError:
            return outcome_of(plan, "half forgotten", TAKEN_OVER)
        return self._after(plan, plan.record)

    def _after(self, plan: ForgetPlan, record: PhotoRecord) -> ForgetOutcome:
        """Look once more: an execution that was redriven at that very moment goes on without a record."""
        execution = self.executions.facts(record.execution_arn)
        if execution and (execution.is_running or execution.redrive_count > record.redrive_count):
            why = "its execution was redriven meanwhile: say it again when that is over"
            return outcome_of(plan, "half forgotten", why)
        return outcome_of(plan, "forgotten")

    def _left(self, plan: ForgetPlan) -> ForgetOutcome:
        """Tag an original of which nothing else is left, and look once more: a backfill may have begun with it."""
        try:
            self._tag_kept(plan)
            has_begun = self.records.get(plan.key) is not None
        except CALL_ERRORS as error:
            return outcome_of(plan, "not forgotten", self.explain(error))
        return outcome_of(plan, "half forgotten", TAKEN_OVER) if has_begun else outcome_of(plan, "nothing there")

    def _tag_kept(self, plan: ForgetPlan) -> None:
        for kept in plan.kept:
            found = self.uploads.tags(kept)
            wanted = {**found, STATUS_TAG: FORGOTTEN}
            if wanted != found:
                self.uploads.tag(kept, wanted)
