"""What mutations showed to be untested of records: equal times, late answers, and the types that come back."""

import json
from typing import Any

import pytest

from functions.shared.contracts import Execution, read_upload_event
from functions.shared.errors import DuplicateUploadError, ServiceRefusedError, TransientServiceError
from functions.shared.records.ledger import Ledger
from functions.shared.records.ownership import Ownership, claimant_of, ownership_of
from functions.shared.records.table import RecordTable, RefusedWriteError
from functions.shared.records.write_condition import WriteCondition
from tests.definitions import event
from tests.unit.conftest import Clock
from tests.unit.samples import EXECUTION
from tests.unit.test_backstop import described, entered, history, look, redriven
from tests.unit.test_ledger import FAILURE, claimant, finalize, stored
from tests.unit.test_ledger import redriven as redriven_claimant


def test_the_end_of_an_earlier_attempt_does_not_hide_that_of_a_later_one(ledger: Ledger) -> None:
    ledger.claim(claimant("run-2"))
    for late in (redriven_claimant(), claimant()):
        with pytest.raises(DuplicateUploadError):
            finalize(ledger, late)
    assert stored(ledger)["Concluded"] == {"run-1": {"N": "1"}}


def test_what_was_written_at_the_very_start_of_an_execution_is_not_taken_over(ledger: Ledger, clock: Clock) -> None:
    ledger.fail(claimant("run-2"), FAILURE)
    with pytest.raises(DuplicateUploadError):
        finalize(ledger, claimant(started=clock()))


def test_a_lease_lasts_its_last_moment(ledger: Ledger, clock: Clock) -> None:
    ledger.claim(claimant())
    clock.advance(ledger.lease_seconds)
    with pytest.raises(DuplicateUploadError):
        ledger.claim(claimant("run-2"))


def test_an_end_that_was_announced_and_not_recorded_is_recorded(ledger: Ledger) -> None:
    ledger.claim(claimant())
    assert finalize(ledger, claimant(), notified=True)["Status"] == "FAILED"


def test_a_note_beside_completion_that_was_announced_is_not_written_again(ledger: Ledger) -> None:
    ledger.claim(claimant())
    ledger.complete(claimant(), {})
    ledger.fail(claimant(), FAILURE)
    with pytest.raises(DuplicateUploadError):
        finalize(ledger, claimant(), notified=True)


def test_a_record_of_an_older_upload_is_free(clock: Clock) -> None:
    older = {"Sequencer": "0".rjust(32, "0"), "ExecutionArn": "run-0", "Status": "COMPLETED", "Timestamp": ""}
    assert ownership_of(older, claimant(), lease_start=clock()) is Ownership.FREE


def test_an_upload_without_versions_has_none_in_its_record() -> None:
    uploaded = read_upload_event(event("object-created-unversioned"))
    attributes = claimant_of(uploaded, Execution.model_validate(EXECUTION), user_id="ada").attributes
    assert "VersionId" not in attributes
    assert attributes["ETag"] == uploaded.detail.object.etag


def test_an_attribute_that_was_absent_and_now_is_null_refuses_a_write(table: RecordTable) -> None:
    table.put_unless_newer({"ImageId": "a.jpg", "Sequencer": "0A", "Concluded": None})
    with pytest.raises(RefusedWriteError):
        table.update("a.jpg", {"Status": "FAILED"}, WriteCondition(only_if={"Concluded": None}))


def test_only_a_refused_condition_is_a_refused_write(table: RecordTable) -> None:
    with pytest.raises(ServiceRefusedError):
        RecordTable(table.client, "no-such-table").put_unless_newer({"ImageId": "a.jpg", "Sequencer": "0A"})


@pytest.mark.parametrize("value", [{"passes": 2}, {"gains": [0.5, 2]}])
def test_numbers_come_back_as_they_were_written(table: RecordTable, value: dict[str, Any]) -> None:
    table.put_unless_newer({"ImageId": "a.jpg", "Sequencer": "0A"})
    updated = table.update("a.jpg", {"Enhancement": value}, WriteCondition(only_if={"Sequencer": "0A"}))
    assert json.dumps(updated["Enhancement"]) == json.dumps(value)


def test_an_attempt_that_entered_no_state_is_the_last_one_all_the_same() -> None:
    page = history(
        entered("EnhanceImage"), "ExecutionFailed", redriven(1), "ExecutionAborted", redriven(2), "ExecutionAborted"
    )
    found = look(described(redrive_count=2), page, redrive_count=2)
    assert found.execution.redrive_count == 2


def test_an_empty_history_is_asked_for_again() -> None:
    with pytest.raises(TransientServiceError):
        look(described(), history())


def test_a_claim_notes_what_is_asked_of_a_rerun() -> None:
    def noted(**rerun: Any) -> Any:
        uploaded = read_upload_event({**event(), **({"rerun": rerun} if rerun else {})})
        return claimant_of(uploaded, Execution.model_validate(EXECUTION), user_id="ada").attributes

    assert "Rerun" not in noted()
    assert noted(of="arn:one", strength=60, reason="why", by="eve")["Rerun"] == {
        "of": "arn:one", "force": False, "strength": 60, "reason": "why", "by": "eve",
    }  # fmt: skip
