"""Every invariant sees what violates it: each is violated here once."""

import dataclasses
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from functions.shared.output_keys import key_hash
from verification.faults.cases import Case, Point
from verification.faults.fault_report import result_table
from verification.faults.fault_types import FAULT_TYPES
from verification.faults.run_cases import CaseResult
from verification.faults.scenarios import SCENARIOS
from verification.invariants import violations
from verification.observed import Observed, Tolerances
from verification.record_history import LEASE

KEY, SEQUENCER = "a.jpg", "0" * 31 + "A"
COPY = {"enhanced/a.jpg": ({"sequencer": SEQUENCER, "upload": key_hash(KEY)}, 64)}
RECORD = {"Status": "COMPLETED", "Sequencer": SEQUENCER, "EnhancedKey": "enhanced/a.jpg", "Width": 64}
SUCCEEDED = {"status": "SUCCEEDED", "output": "{}", "error": None, "cause": None}
SUCCESS_MESSAGE = {"status": "COMPLETED"}
COMPLETED = Observed(KEY, SEQUENCER, 64, SUCCEEDED, RECORD, [SUCCESS_MESSAGE], COPY, ["v1"], ["v1"])

ERROR = {"Status": "FAILED", "Attention": "FAILED", "Sequencer": SEQUENCER, "ErrorType": "CorruptImageError"}
ENDED = {"status": "FAILED", "error": "ImageFailedError", "cause": "ValidateImage failed with CorruptImageError: .."}
FAILURE_MESSAGE = {"status": "FAILED", "failed": {"error": "CorruptImageError"}}
SKIP_MESSAGE = {"status": "FAILED", "failed": {"error": "DuplicateUploadError"}}
CLAIM = {
    "Status": "PROCESSING",
    "Sequencer": "A",
    "ExecutionArn": "arn:1",
    "RedriveCount": 0,
    "Attempt": 1,
    "Timestamp": "2026-01-31T12:00:00Z",
}
REDRIVEN = {**CLAIM, "RedriveCount": 1, "Attempt": 2}
DONE, LOST = {**CLAIM, "Status": "COMPLETED"}, {**CLAIM, "Status": "FAILED"}
LATER = (datetime(2026, 1, 31, 12, tzinfo=UTC) + LEASE + timedelta(seconds=1)).isoformat()
FAILED = Observed(KEY, SEQUENCER, 0, ENDED, ERROR, [FAILURE_MESSAGE], {}, ["v1"], ["v1"])
DUPLICATE = {**SUCCEEDED, "output": json.dumps({"skipped": {"Error": "DuplicateUploadError"}})}
SKIPPED = dataclasses.replace(COMPLETED, end=DUPLICATE, messages=[], is_due=False, earlier_record=RECORD)
NOTED = {**RECORD, "NotificationError": "CorruptImageError: .."}


def found(observed: Observed, **changes: Any) -> str:
    return "; ".join(violations(dataclasses.replace(observed, **changes)))


ANY_FAILURE = Tolerances(failure=True)
EVES = {"by": "eve"}
ASKED = dataclasses.replace(
    COMPLETED, record={**RECORD, "ExecutionArn": "arn:1", "Rerun": EVES}, end={**SUCCEEDED, "executionArn": "arn:1"}
)
UNANNOUNCED = dataclasses.replace(FAILED, record=NOTED, copies=COPY, width=64, tolerances=ANY_FAILURE)


@pytest.mark.parametrize("observed", [COMPLETED, FAILED, UNANNOUNCED, SKIPPED])
def test_where_all_holds_nothing_is_found(observed: Observed) -> None:
    assert found(observed) == ""


@pytest.mark.parametrize(
    ("observed", "changes", "sentence"),
    [
        (COMPLETED, {"record": {}}, "the record is left missing"),
        (FAILED, {"record": {**ERROR, "Status": "PROCESSING"}}, "the record is left PROCESSING"),
        (FAILED, {"record": {**ERROR, "Attention": None}}, "a FAILED record has Attention None"),
        (COMPLETED, {"record": {**RECORD, "Attention": "FAILED"}}, "a COMPLETED record has Attention FAILED"),
        (COMPLETED, {"record": {**RECORD, "Sequencer": "0"}}, "the record is of another upload"),
        (COMPLETED, {"record": NOTED}, "the execution SUCCEEDED, the record says COMPLETED"),
        (COMPLETED, {"record": ERROR}, "the execution SUCCEEDED, the record says FAILED"),
        (COMPLETED, {"messages": []}, "the execution SUCCEEDED, the last message says (None, None)"),
        (
            COMPLETED,
            {"end": {**SUCCEEDED, "output": json.dumps({"skipped": {"Error": "X"}})}},
            "the execution was skipped: X",
        ),
        (FAILED, {"record": RECORD}, "the record says COMPLETED and no error"),
        (FAILED, {"messages": []}, "the record says CorruptImageError, the last message (None, None)"),
        (FAILED, {"end": {**ENDED, "cause": "something else"}}, "the execution something else"),
        (COMPLETED, {"messages": [SUCCESS_MESSAGE, SUCCESS_MESSAGE]}, "2 messages say COMPLETED"),
        (COMPLETED, {"originals": ["v1", "v2"]}, "the original was touched"),
        (COMPLETED, {"copies": {}}, "the record's copy enhanced/a.jpg does not exist"),
        (COMPLETED, {"copies": {"enhanced/a.jpg": ({"sequencer": "0"}, 64)}}, "the copy is of another upload"),
        (COMPLETED, {"width": 96}, "the copy is 64 pixels wide, the record says 64, the photo is 96"),
        (FAILED, {"end": {**ENDED, "error": "States.Timeout"}}, "ended as States.Timeout, not as ImageFailedError"),
        (FAILED, {"width": 64}, "the trouble passed, and the execution FAILED"),
        (FAILED, {"record": {**ERROR, "Backstop": "arn"}}, "the trouble passed, and the backstop had to record it"),
        (COMPLETED, {"backstop_redrives": 1}, "the backstop gave up on an outage"),
        (COMPLETED, {"executions": 1}, "1 executions more than events"),
        (COMPLETED, {"executions_due": 1}, "1 events have no execution"),
        (COMPLETED, {"redrives": 2, "redrives_due": 1}, "redriven 2 times, 1 were asked for"),
        (ASKED, {"requests": [None]}, "the record says that {'by': 'eve'} was asked, of its execution was [None]"),
        (ASKED, {"requests": [EVES], "record_changes": [DONE]}, "the record says that None was asked"),
        (
            COMPLETED,
            {"messages": [{**SUCCESS_MESSAGE, "photo": {"width": 96}}]},
            "a message tells of a photo 96 pixels",
        ),
        (FAILED, {"messages": [SKIP_MESSAGE]}, "a message says that DuplicateUploadError is a failure"),
        (FAILED, {"record_changes": [CLAIM]}, "a message says FAILED, and the record never did"),
        (SKIPPED, {"end": SUCCEEDED}, "what was done already was done again"),
        (SKIPPED, {"messages": [SUCCESS_MESSAGE]}, "1 messages tell of nothing new"),
        (SKIPPED, {"record": ERROR}, "the record was touched"),
        (SKIPPED, {"end": ENDED}, "the trouble passed, and the execution FAILED"),
    ],
)
def test_what_violates_an_invariant_is_named(observed: Observed, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in found(observed, **changes)


def test_a_message_may_repeat_where_the_response_to_it_was_lost() -> None:
    assert (
        found(COMPLETED, messages=[SUCCESS_MESSAGE, SUCCESS_MESSAGE], tolerances=Tolerances(repeated_messages=1)) == ""
    )
    publish = Point("notify", "sns", "Publish", 0)
    invoke = Point("states", "lambda", "Invoke", 3, "notify")
    for point, fault_type, may in (
        (publish, "fails after", True),
        (publish, "hangs", False),
        (invoke, "fails after", True),
    ):
        assert bool(Case(SCENARIOS[0], point, fault_type, "once").tolerances.repeated_messages) is may


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ([CLAIM, DONE, DONE, {**CLAIM, "Sequencer": "B"}, {**LOST, "Sequencer": "B"}], []),
        ([DONE, LOST], ["COMPLETED turned FAILED"]),
        ([DONE, CLAIM], ["COMPLETED turned PROCESSING"]),
        ([{**LOST, "Sequencer": "B"}, DONE], ["the record went back to an older upload"]),
        ([CLAIM, {**CLAIM, "ExecutionArn": "arn:2"}], ["a claim was taken over before its lease ran out"]),
        ([CLAIM, {**CLAIM, "ExecutionArn": "arn:2", "Timestamp": LATER}], []),
        ([REDRIVEN, CLAIM], ["an attempt wrote after a redrive of it had"]),
        ([CLAIM, {**REDRIVEN, "Attempt": 1}], ["the record counts 1 attempts after 1 redrives"]),
        ([{**LOST, "ExecutionArn": "arn:2"}, {**REDRIVEN, "Attempt": 3}], []),
    ],
)
def test_a_change_of_the_record_that_must_not_be_is_named(changes: list[dict[str, Any]], sentences: list[str]) -> None:
    assert list(violations(dataclasses.replace(COMPLETED, record_changes=changes))) == sentences


def test_a_claim_that_was_forced_may_reopen_what_is_completed() -> None:
    assert found(COMPLETED, record_changes=[DONE, CLAIM, DONE], forced={"A"}) == ""


def test_the_table_counts_what_was_tried_and_what_failed() -> None:
    table = result_table(results_of("hangs", [False, True]))
    assert [next(iter(column.cells)) for column in table.columns][-1] == "[bold red]2 -1[/]"


def test_the_table_cuts_no_number_off_in_80_columns() -> None:
    results = [result for fault_type in FAULT_TYPES for result in results_of(fault_type, [False] * 44)]
    shown = io.StringIO()
    Console(file=shown, width=80).print(result_table(results))
    *_, row = (line for line in shown.getvalue().splitlines() if "44" in line)
    assert row.split().count("44") == len(FAULT_TYPES)
    assert row.rstrip().endswith(str(44 * len(FAULT_TYPES)))


def results_of(fault_type: str, violated: list[bool]) -> list[CaseResult]:
    case = Case(SCENARIOS[0], Point("notify", "sns", "Publish", 0), fault_type, "once")
    return [CaseResult(case, ("lost",) if each else ()) for each in violated]
