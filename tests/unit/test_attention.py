"""Which photos need a look, and how failures are grouped."""

import pytest

from functions.operate.attention import Need, explanation, need_of
from functions.operate.failure_groups import failure_groups
from functions.operate.photo_record import PhotoRecord
from functions.operate.spans import read_span, span
from functions.shared.remedies import RerunHelps
from tests.unit.operate_samples import ARN, NOW, ago, record

LEASE_SECONDS = 90_000


@pytest.mark.parametrize(
    ("found", "need", "words"),
    [
        (record(), Need.FAILED, "It failed in EnhanceImage with TransientServiceError: S3 did not answer."),
        (record(status="PROCESSING"), None, "It has been at work for 5 min."),
        (
            record(status="PROCESSING", changed_at=ago(seconds=LEASE_SECONDS + 1)),
            Need.STUCK,
            "It has been PROCESSING for 25 h, longer than an execution may take",
        ),
        (record(status="PROCESSING", changed_at=ago(seconds=LEASE_SECONDS)), None, "It has been at work for 25 h."),
        (record(status="COMPLETED"), None, "It is enhanced."),
        (record(status="COMPLETED", enhancement={"summary": "Lifted it."}), None, "Lifted it."),
        (
            record(status="COMPLETED", notification_error="ServiceRefusedError: no."),
            Need.NOT_ANNOUNCED,
            "the message about it was not sent. ServiceRefusedError: no.",
        ),
    ],
)
def test_a_photo_needs_a_look_for_a_reason_that_is_said(found: PhotoRecord, need: Need | None, words: str) -> None:
    assert need_of(found, NOW, LEASE_SECONDS) is need
    assert words in explanation(found, NOW, LEASE_SECONDS)


def test_an_item_of_the_table_is_read_as_a_record() -> None:
    item = {
        "ImageId": "a.jpg", "Status": "FAILED", "Timestamp": "2026-01-31T11:00:00.000Z", "ExecutionArn": ARN,
        "Sequencer": "1", "ErrorType": "CorruptImageError", "FailedState": "ValidateImage", "OfALaterVersion": 1,
    }  # fmt: skip
    found = PhotoRecord.model_validate(item)
    assert (found.key, found.error, found.step, found.attempt) == ("a.jpg", "CorruptImageError", "ValidateImage", 1)
    assert found.age_seconds(NOW) == 3600


def test_failures_with_the_same_error_in_the_same_step_are_one_group_and_the_largest_is_first() -> None:
    broken = [record(f"{n}.jpg", error="CorruptImageError", step="ValidateImage") for n in range(2)]
    outage = [record(f"o{n}.jpg", changed_at=ago(minutes=n)) for n in range(4)]
    elsewhere = [record("e.jpg", step="NotifyResult")]
    done = [record("d.jpg", status="COMPLETED")]
    groups = failure_groups([*broken, *outage, *elsewhere, *done])
    assert [(group.error, group.step, group.count) for group in groups] == [
        ("TransientServiceError", "EnhanceImage", 4),
        ("CorruptImageError", "ValidateImage", 2),
        ("TransientServiceError", "NotifyResult", 1),
    ]
    assert groups[0].examples == ["o0.jpg", "o1.jpg", "o2.jpg"]
    assert (groups[0].newest, groups[0].oldest) == (NOW, ago(minutes=3))
    assert groups[0].advice == "wait until the outage is over, then run it again"
    assert [group.rerun_helps for group in groups] == [RerunHelps.YES, RerunHelps.NO, RerunHelps.YES]


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [("90s", 90, "90 s"), ("15m", 900, "15 min"), ("24h", 86_400, "24 h"), ("7d", 604_800, "7 days")],
)
def test_spans_are_read_and_shown(text: str, seconds: int, shown: str) -> None:
    assert read_span(text) == seconds
    assert span(seconds) == shown


@pytest.mark.parametrize("text", ["", "24", "h", "0h", "-1h", "1.5h", "24 hours", "1w", "9999999d"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="give a number and a unit: 90s, 15m, 24h or 7d"):
        read_span(text)
