"""Running photos again, one after the other: look, decide, act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from functions.operate.calls import CALL_ERRORS
from functions.operate.execution_facts import ExecutionFacts
from functions.operate.executions import Executions
from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import ChangedRecordError, Records
from functions.operate.rerun_event import IncompleteRecordError, execution_name, rerun_event
from functions.operate.rerun_outcome import RerunOutcome, refused_outcome
from functions.operate.rerun_request import How, RerunRequest
from functions.operate.rerun_verdict import Act, Verdict, refusal, verdict

MAX_FAILURES_IN_A_ROW = 5


@dataclass(frozen=True)
class Rerunner:
    """Runs photos of one project again, as asked. `explain` says in a sentence why a call failed."""

    records: Records
    executions: Executions
    request: RerunRequest
    explain: Callable[[Exception], str]
    dry_run: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def run_all(self, keys: Iterable[str], pace: Callable[[], None]) -> Iterator[RerunOutcome]:
        """Yield what came of each photo, `pace` called before each; one that fails stops none of the others.

        After MAX_FAILURES_IN_A_ROW calls that failed one after the other, the rest is not begun: whatever it is, it
        lies not in the photos.
        """
        failures = 0
        for key in dict.fromkeys(keys):
            if failures >= MAX_FAILURES_IN_A_ROW:
                why = f"not tried, after {failures} failures in a row"
                yield RerunOutcome(key=key, act=Act.REFUSED, reason="", outcome="not started", why=why)
                continue
            pace()
            outcome = self.run(key)
            failures = failures + 1 if outcome.outcome == "not started" else 0
            yield outcome

    def run(self, key: str) -> RerunOutcome:
        """Run one photo again, unless the verdict refuses; return what came of it."""
        given = Verdict(act=Act.REFUSED, reason="")
        try:
            record = self.records.get(key)
            given, facts = self._decide(record)
            if given.act is Act.REFUSED or record is None:
                return refused_outcome(key, given)
            return self._act(record, facts, given)
        except (*CALL_ERRORS, ChangedRecordError, IncompleteRecordError) as error:
            why = self.explain(error)
            return RerunOutcome(key=key, act=given.act, reason=given.reason, outcome="not started", why=why)

    def _decide(self, record: PhotoRecord | None) -> tuple[Verdict, ExecutionFacts | None]:
        by_record = refusal(record, self.request)
        if by_record or record is None:
            return by_record or Verdict(act=Act.REFUSED, reason=""), None
        facts = self.executions.facts(record.execution_arn)
        given = verdict(record, facts, self.request, self.now())
        # Asked only where the answer matters.
        if given.act is Act.REDRIVE and self.request.how is How.AUTO and facts:
            changed = self.executions.definition_has_changed(facts.arn)
            given = verdict(record, facts, self.request, self.now(), definition_has_changed=changed)
        return given, facts

    def _act(self, record: PhotoRecord, facts: ExecutionFacts | None, given: Verdict) -> RerunOutcome:
        planned = RerunOutcome(key=record.key, act=given.act, reason=given.reason, outcome="would start")
        if self.dry_run:
            return planned
        if given.act is Act.REDRIVE and facts:
            done = self._redrive(record, facts)
        else:
            done = self._start(record, rerun_event(record, self.request, given))
        return planned.model_copy(update={**done, "changed_at": record.changed_at})

    def _start(self, record: PhotoRecord, event: dict[str, Any]) -> dict[str, object]:
        """Start a new execution, once however many ask for it.

        One that ended without success and left the record as it was, such as one that was stopped before its claim,
        keeps its name for 90 days; the next number is tried in its place.
        """
        for number in count():
            arn, earlier = self.executions.start(execution_name(record, event, number), event)
            if not earlier or earlier.is_running or earlier.status == "SUCCEEDED":
                break
            self.records.require_unchanged(record)
        why = "it had been started before" if earlier else ""
        return {"outcome": "started", "execution_arn": arn, "why": why}

    def _redrive(self, record: PhotoRecord, facts: ExecutionFacts) -> dict[str, object]:
        if self.request.reason:
            asked = {"of": facts.arn, "reason": self.request.reason, "by": self.request.by}
            self.records.note_rerun(record, {**record.rerun, **asked})
        self.executions.redrive(facts)
        return {"outcome": "started", "execution_arn": facts.arn, "redrive_count": facts.redrive_count + 1}
