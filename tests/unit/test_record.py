"""The recorder's three actions, over a real ledger."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from functions.record.record_outcome import (
    Complete,
    Fail,
    FailUnlessRedriven,
    Request,
    complete,
    fail,
    fail_unless_redriven,
)
from functions.shared.contracts import RenditionCopy, read_upload_event
from functions.shared.errors import ImageFailedError
from functions.shared.records.ledger import Ledger
from functions.shared.records.ownership import Claimant, claimant_of
from tests.definitions import event
from tests.unit.conftest import Clock
from tests.unit.conftest import stored as record
from tests.unit.samples import ENHANCED, EXECUTION, FAILURE, IMAGE, dumped, results_before


def request(action: str, redrive_count: int = 0, **state: Any) -> Any:
    body = {"state": {**event(), "failure": FAILURE, **state}}
    if action == "complete":
        body = {"image": dumped(IMAGE), "enhanced": dumped(ENHANCED)}
    execution = {**EXECUTION, "RedriveCount": redrive_count}
    adapter: TypeAdapter[Any] = TypeAdapter(Request)
    return adapter.validate_python({"action": action, "execution": execution, **body})


@pytest.fixture
def claimed(ledger: Ledger) -> Ledger:
    execution = request("complete").execution
    ledger.claim(claimant_of(read_upload_event(event()), execution, user_id="ada"))
    return ledger


def stored(ledger: Ledger) -> dict[str, Any]:
    return record(ledger, "holiday/beach.jpg")


def test_the_action_selects_the_request() -> None:
    assert isinstance(request("complete"), Complete)
    assert isinstance(request("fail"), Fail)
    assert isinstance(request("fail-unless-redriven"), FailUnlessRedriven)


def test_complete_writes_the_whole_record(claimed: Ledger, clock: Clock) -> None:
    clock.advance(1.5)
    recorded = complete(request("complete"), claimed)
    assert recorded.status == "COMPLETED"
    expected = {
        "Bucket": "photos",
        "UserId": "ada",
        "Timestamp": "2026-01-31T12:00:01.500Z",
        "UploadedAt": "2026-01-31T11:59:58.000Z",
        "Sequencer": "000000000000000000617F08299329D189"[-32:],
        "VersionId": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
        "ETag": "b1946ac92492d2347c6235b4d2611184",
        "ExecutionArn": EXECUTION["Id"],
        "EnhancedKey": "enhanced/holiday/beach.jpg",
        "EnhancedImageURL": ENHANCED.url,
        "Format": "JPEG",
        "Width": "4000",
        "Height": "3000",
        "Bytes": "4200000",
        "DurationMs": "2000",
        "Renditions": {},
        "Dropped": [],
    }
    assert stored(claimed).items() >= expected.items()


def test_complete_writes_where_the_renditions_lie_and_a_rerun_without_any_empties_them(claimed: Ledger) -> None:
    thumb = {"key": "k", "url": "u", "format": "WEBP", "width": 320, "height": 240, "bytes": 9}
    asked = request("complete")
    enhanced = asked.enhanced.model_copy(update={"renditions": {"thumb": RenditionCopy.model_validate(thumb)}})
    complete(asked.model_copy(update={"enhanced": enhanced}), claimed)
    written = stored(claimed)["Renditions"]["thumb"]["M"]
    assert {name: next(iter(value.values())) for name, value in written.items()} == {
        name: str(value) for name, value in thumb.items()
    }
    complete(asked, claimed)
    assert stored(claimed)["Renditions"] == {}


def test_complete_writes_what_could_not_be_kept_and_a_rerun_that_keeps_all_empties_it(claimed: Ledger) -> None:
    asked = request("complete")
    enhanced = asked.enhanced.model_copy(update={"dropped": ["One thing.", "Another."]})
    complete(asked.model_copy(update={"enhanced": enhanced}), claimed)
    assert stored(claimed)["Dropped"] == [{"S": "One thing."}, {"S": "Another."}]
    complete(asked, claimed)
    assert stored(claimed)["Dropped"] == []


def test_fail_names_step_error_and_reason_and_the_user_of_the_claim(claimed: Ledger) -> None:
    recorded = fail(request("fail"), claimed)
    assert (recorded.failed_state, recorded.error_type) == ("ValidateImage", "CorruptImageError")
    assert recorded.user_id == "ada"
    expected = {
        "Status": "FAILED",
        "FailedState": "ValidateImage",
        "ErrorType": "CorruptImageError",
        "ErrorMessage": "The JPEG is cut short.",
    }
    assert stored(claimed).items() >= expected.items()


def test_fail_without_a_claim_names_the_requester(ledger: Ledger) -> None:
    assert fail(request("fail"), ledger).user_id == "123456789012"


def recorded_failure(redrive_count: int) -> dict[str, Any]:
    return {
        "image_id": "holiday/beach.jpg",
        "status": "FAILED",
        "user_id": "ada",
        "attempt": 1,
        "failed_state": "EnhanceImage",
        "error_type": "CorruptImageError",
        "error_message": "The JPEG is cut short.",
        "redrive_count": redrive_count,
    }


def test_the_execution_ends_with_step_error_and_reason(claimed: Ledger) -> None:
    with pytest.raises(ImageFailedError, match=r"EnhanceImage failed with CorruptImageError: The JPEG is cut short\."):
        fail_unless_redriven(request("fail-unless-redriven", **results_before("EnhanceImage")), claimed)


def test_a_redriven_execution_reopens_the_record_and_resumes(claimed: Ledger) -> None:
    fail(request("fail", **results_before("EnhanceImage")), claimed)
    state = {**results_before("EnhanceImage"), "failure_recorded": recorded_failure(0)}
    resume = fail_unless_redriven(request("fail-unless-redriven", 1, **state), claimed)
    assert (resume.state, resume.redrive_count) == ("EnhanceImage", 1)
    assert stored(claimed)["Status"] == "PROCESSING"
    assert stored(claimed)["UserId"] == "ada"


@pytest.mark.parametrize(
    "seen",
    [
        {"failure_recorded": recorded_failure(1)},
        {"failure_notified": {"message_id": "m", "redrive_count": 1}},
        {"resume": {"state": "EnhanceImage", "redrive_count": 1}},
    ],
    ids=["recorder", "notifier", "resume"],
)
def test_a_redrive_is_used_up_by_one_resume(claimed: Ledger, seen: dict[str, Any]) -> None:
    with pytest.raises(ImageFailedError):
        fail_unless_redriven(request("fail-unless-redriven", 1, **seen), claimed)


def test_a_redrive_after_a_takeover_is_not_resumed(claimed: Ledger) -> None:
    fail(request("fail"), claimed)
    other = Claimant("holiday/beach.jpg", IMAGE.sequencer, "run-2", datetime(2026, 1, 31, tzinfo=UTC))
    claimed.claim(other)
    claimed.complete(other, {})
    with pytest.raises(ImageFailedError, match=r"nothing is left to do.*run-2"):
        fail_unless_redriven(request("fail-unless-redriven", 1), claimed)
    assert stored(claimed)["Status"] == "COMPLETED"
