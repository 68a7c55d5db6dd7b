"""What a re-run that is waited for came to, by its execution and by the record as it then is."""

from typing import Any, cast

import pytest

from functions.operate.execution_facts import ExecutionFacts
from functions.operate.photo_record import PhotoRecord
from functions.operate.polling import Polling
from functions.operate.rerun_outcome import RerunOutcome
from functions.operate.rerun_verdict import Act
from functions.operate.rerun_wait import TAKEN_OVER, Waiter
from tests.unit.operate_samples import ARN, ago, execution, record

STARTED = RerunOutcome(key="beach.jpg", act=Act.REDRIVE, reason="", outcome="started", execution_arn=ARN)
ANOTHER = f"{ARN}-other"
OUTAGE = "TransientServiceError: S3 did not answer."


class Answers:
    """Answers as table and Step Functions would, with one record and one execution."""

    def __init__(self, found: PhotoRecord | None, facts: ExecutionFacts | None) -> None:
        self.found, self.known = found, facts

    def get_many(self, _keys: Any) -> dict[str, PhotoRecord]:
        return {self.found.key: self.found} if self.found else {}

    def facts(self, _arn: str) -> ExecutionFacts | None:
        return self.known


@pytest.mark.parametrize(
    ("found", "facts", "outcome", "why"),
    [
        (record(status="COMPLETED"), execution("SUCCEEDED"), "completed", ""),
        (record(), execution("FAILED"), "failed", OUTAGE),
        (record(status="PROCESSING"), execution("RUNNING"), "running", ""),
        # Another operator's re-run has the photo: this one's execution fails, with nothing left to do.
        (record(status="PROCESSING", execution_arn=ANOTHER), execution("FAILED"), "skipped", TAKEN_OVER),
        (record(status="COMPLETED", execution_arn=ANOTHER), execution("FAILED"), "skipped", TAKEN_OVER),
        (record(status="COMPLETED", execution_arn=ANOTHER), execution("SUCCEEDED"), "skipped", TAKEN_OVER),
        # It was stopped before its claim, and the photo is as it was.
        (
            record(status="COMPLETED", execution_arn=ANOTHER, changed_at=ago(hours=1)),
            execution("ABORTED"),
            "failed",
            "",
        ),
        (record(execution_arn=ANOTHER), execution("ABORTED"), "failed", OUTAGE),
        (record(status="PROCESSING", execution_arn=ANOTHER), execution("RUNNING"), "running", ""),
    ],
)
def test_a_rerun_is_judged_by_its_execution_and_by_who_has_the_record(
    found: PhotoRecord, facts: ExecutionFacts, outcome: str, why: str
) -> None:
    answers = cast("Any", Answers(found, facts))
    waiter = Waiter(answers, answers, Polling(clock=lambda: 0.0, sleep=lambda _: None, limit_seconds=0))
    [result] = waiter.results([STARTED])
    assert (result.outcome, result.why) == (outcome, why)
