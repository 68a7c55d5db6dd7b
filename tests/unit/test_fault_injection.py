"""The fault matrix sees every broken promise: each is broken here once."""

import dataclasses
import json
from typing import Any

import pytest

from functions.enhance.keys import key_hash
from verification.faults.cases import Case, Point
from verification.faults.fault_report import result_table
from verification.faults.run_cases import Verdict
from verification.faults.scenarios import SCENARIOS
from verification.harness.record_changes import undone
from verification.invariants import Aftermath, Tolerances, violations

KEY, SEQUENCER = "a.jpg", "0" * 31 + "A"
COPY = {"enhanced/a.jpg": ({"sequencer": SEQUENCER, "upload": key_hash(KEY)}, 64)}
RECORD = {"Status": "COMPLETED", "Sequencer": SEQUENCER, "EnhancedKey": "enhanced/a.jpg", "Width": 64}
SUCCEEDED = {"status": "SUCCEEDED", "output": "{}", "error": None, "cause": None}
TOLD = {"status": "COMPLETED"}
COMPLETED = Aftermath(KEY, SEQUENCER, 64, ["v1"], SUCCEEDED, RECORD, [TOLD], COPY, ["v1"])

ERROR = {"Status": "FAILED", "Attention": "FAILED", "Sequencer": SEQUENCER, "ErrorType": "CorruptImageError"}
ENDED = {"status": "FAILED", "error": "ImageFailedError", "cause": "ValidateImage failed with CorruptImageError: .."}
TOLD_FAILURE = {"status": "FAILED", "failed": {"error": "CorruptImageError"}}
FAILED = Aftermath(KEY, SEQUENCER, 0, ["v1"], ENDED, ERROR, [TOLD_FAILURE], {}, ["v1"])
DUPLICATE = {**SUCCEEDED, "output": json.dumps({"skipped": {"Error": "DuplicateUploadError"}})}
SKIPPED = dataclasses.replace(COMPLETED, end=DUPLICATE, messages=[], is_due=False, earlier_record=RECORD)
NOTED = {**RECORD, "NotificationError": "CorruptImageError: .."}


def broken(after: Aftermath, **changes: Any) -> str:
    return "; ".join(violations(dataclasses.replace(after, **changes)))


ANY_FAILURE = Tolerances(failure=True)
UNTOLD = dataclasses.replace(FAILED, record=NOTED, copies=COPY, width=64, tolerances=ANY_FAILURE)


@pytest.mark.parametrize("after", [COMPLETED, FAILED, UNTOLD, SKIPPED])
def test_kept_promises_are_no_news(after: Aftermath) -> None:
    assert broken(after) == ""


@pytest.mark.parametrize(
    ("after", "changes", "sentence"),
    [
        (COMPLETED, {"record": {}}, "the record is left missing"),
        (FAILED, {"record": {**ERROR, "Status": "PROCESSING"}}, "the record is left PROCESSING"),
        (FAILED, {"record": {**ERROR, "Attention": None}}, "a FAILED record has Attention None"),
        (COMPLETED, {"record": {**RECORD, "Attention": "FAILED"}}, "a COMPLETED record has Attention FAILED"),
        (COMPLETED, {"record": {**RECORD, "Sequencer": "0"}}, "the record is of another upload"),
        (COMPLETED, {"record": NOTED}, "the execution SUCCEEDED, the record says COMPLETED"),
        (COMPLETED, {"record": ERROR}, "the execution SUCCEEDED, the record says FAILED"),
        (COMPLETED, {"messages": []}, "the execution SUCCEEDED, the last message says (None, None)"),
        (COMPLETED, {"end": {**SUCCEEDED, "output": json.dumps({"skipped": {"Error": "X"}})}}, "left quietly: X"),
        (FAILED, {"record": RECORD}, "the record says COMPLETED and no error"),
        (FAILED, {"messages": []}, "the record says CorruptImageError, the last message (None, None)"),
        (FAILED, {"end": {**ENDED, "cause": "something else"}}, "the execution something else"),
        (COMPLETED, {"messages": [TOLD, TOLD]}, "2 messages say COMPLETED"),
        (COMPLETED, {"originals": ["v1", "v2"]}, "the original was touched"),
        (COMPLETED, {"copies": {}}, "the record's copy enhanced/a.jpg does not exist"),
        (COMPLETED, {"copies": {"enhanced/a.jpg": ({"sequencer": "0"}, 64)}}, "the copy is of another upload"),
        (COMPLETED, {"width": 96}, "the copy is 64 pixels wide, the record says 64, the photo is 96"),
        (FAILED, {"end": {**ENDED, "error": "States.Timeout"}}, "ended as States.Timeout, not as ImageFailedError"),
        (FAILED, {"width": 64}, "the trouble passed, and the execution FAILED"),
        (FAILED, {"record": {**ERROR, "Backstop": "arn"}}, "the trouble passed, and the backstop had to speak"),
        (COMPLETED, {"backstop_redrives": 1}, "the backstop gave up on an outage"),
        (COMPLETED, {"surplus_executions": 1}, "1 executions more than events"),
        (SKIPPED, {"end": SUCCEEDED}, "what was done already was done again"),
        (SKIPPED, {"messages": [TOLD]}, "1 messages tell of nothing new"),
        (SKIPPED, {"record": ERROR}, "the record was touched"),
        (SKIPPED, {"end": ENDED}, "the trouble passed, and the execution FAILED"),
    ],
)
def test_a_broken_promise_is_named(after: Aftermath, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in broken(after, **changes)


def test_a_message_may_come_twice_where_the_word_of_it_was_lost() -> None:
    assert broken(COMPLETED, messages=[TOLD, TOLD], tolerances=Tolerances(repeated_messages=True)) == ""
    publish = Point("notify", "sns", "Publish", 0)
    invoke = Point("states", "lambda", "Invoke", 3, "notify")
    for point, kind, may in ((publish, "fails after", True), (publish, "hangs", False), (invoke, "fails after", True)):
        assert Case(SCENARIOS[0], point, kind, "once").tolerances.repeated_messages is may


@pytest.mark.parametrize(
    ("history", "sentences"),
    [
        ([("A", "PROCESSING"), ("A", "COMPLETED"), ("A", "COMPLETED"), ("B", "PROCESSING"), ("B", "FAILED")], []),
        ([("A", "COMPLETED"), ("A", "FAILED")], ["COMPLETED turned FAILED"]),
        ([("B", "FAILED"), ("A", "COMPLETED")], ["the record went back to an older upload"]),
    ],
)
def test_a_record_never_goes_back(history: list[tuple[str, str]], sentences: list[str]) -> None:
    assert list(undone(history)) == sentences


def test_the_table_counts_what_survived() -> None:
    point = Point("notify", "sns", "Publish", 0)
    verdicts = [Verdict(Case(SCENARIOS[0], point, "hangs", times), KEY, ()) for times in ("once", "always")]
    table = result_table([verdicts[0], verdicts[1].with_more(["lost"])])
    assert [next(iter(column.cells)) for column in table.columns][-1] == "[bold red]1/2[/]"
