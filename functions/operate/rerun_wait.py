"""Waiting until photos that were run again are through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from functions.operate.calls import CALL_ERRORS
from functions.operate.execution_facts import ExecutionFacts
from functions.operate.executions import Executions
from functions.operate.photo_record import PhotoRecord
from functions.operate.polling import Polling
from functions.operate.record_queries import Records
from functions.operate.rerun_outcome import RerunOutcome

TAKEN_OVER = "a newer upload or another run took over"


@dataclass(frozen=True)
class Waiter:
    """Asks the table for all photos at once, and Step Functions only about those whose record says they are done."""

    records: Records
    executions: Executions
    polling: Polling

    def results(self, started: Iterable[RerunOutcome]) -> Iterator[RerunOutcome]:
        """Yield each photo that was started, as soon as it is over; at the time limit, the rest as running."""
        waiting = {outcome.key: outcome for outcome in started}
        yield from self.polling.ended(waiting, self._over)
        yield from (outcome.model_copy(update={"outcome": "running"}) for outcome in waiting.values())

    def _over(self, waiting: dict[str, RerunOutcome]) -> list[RerunOutcome]:
        """Return those that are over; none where AWS does not answer this time."""
        try:
            found = self.records.get_many(waiting)
            candidates = [outcome for key, outcome in waiting.items() if _may_be_over(outcome, found.get(key))]
            results = [self._result(outcome, found.get(outcome.key)) for outcome in candidates]
        except CALL_ERRORS:
            return []
        return [result for result in results if result]

    def _result(self, outcome: RerunOutcome, record: PhotoRecord | None) -> RerunOutcome | None:
        facts = self.executions.facts(outcome.execution_arn)
        if facts and facts.is_running:
            return None
        is_own = bool(record and record.execution_arn == outcome.execution_arn)
        if facts and facts.status == "SUCCEEDED" and record and is_own and record.status == "COMPLETED":
            return outcome.model_copy(update={"outcome": "completed"})
        if facts and (facts.status == "SUCCEEDED" or (record and not is_own and _is_served_since(record, facts))):
            return outcome.model_copy(update={"outcome": "skipped", "why": TAKEN_OVER})
        why = f"{record.error}: {record.message}" if record and record.error else (facts.error if facts else "")
        return outcome.model_copy(update={"outcome": "failed", "why": why})


def _is_served_since(record: PhotoRecord, facts: ExecutionFacts) -> bool:
    """Return whether another execution has written a record since one began, and not that it failed."""
    return record.status != "FAILED" and record.changed_at > facts.started_at


def _may_be_over(outcome: RerunOutcome, record: PhotoRecord | None) -> bool:
    """Return whether a record shows more than that its photo waits or is at work."""
    if record is None or record.execution_arn != outcome.execution_arn:
        # Not begun yet, or taken over: only Step Functions can tell.
        return True
    return record.status != "PROCESSING" and record.redrive_count >= outcome.redrive_count
