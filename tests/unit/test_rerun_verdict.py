"""Whether a photo is run again, and how; and the input of a new execution."""

from typing import Any

import pytest

from functions.operate.execution_facts import ExecutionFacts
from functions.operate.photo_record import PhotoRecord
from functions.operate.rerun_event import IncompleteRecordError, execution_name, rerun_event
from functions.operate.rerun_request import How, RerunRequest
from functions.operate.rerun_verdict import Act, Verdict, refusal, verdict
from functions.shared.contracts import read_upload_event
from tests.unit.operate_samples import ARN, NOW, ago, execution, record

AUTO = RerunRequest()
FORCED = RerunRequest(force=True)
OTHER = RerunRequest(preset="photo", strength=60)
BROKEN = record(error="CorruptImageError", step="ValidateImage")
WRONG_METADATA = record(error="InvalidMetadataError", step="ValidateImage")
COMPLETED = record(status="COMPLETED")
NOT_ANNOUNCED = record(status="COMPLETED", notification_error="ServiceRefusedError: no.")
AT_WORK = record(status="PROCESSING")
FAILED = execution()
OLD = execution(stopped_at=ago(days=14, seconds=1))
SUCCEEDED = execution("SUCCEEDED")
TOO_LONG = execution(not_redrivable="Execution history event limit exceeded")


def by(how: How, **more: Any) -> RerunRequest:
    return RerunRequest(how=how, **more)


@pytest.mark.parametrize(
    ("found", "ran", "request_", "act", "reason"),
    [
        (record(), FAILED, AUTO, Act.REDRIVE, "resumes at EnhanceImage"),
        (record(), execution(stopped_at=ago(days=14)), AUTO, Act.REDRIVE, "resumes at EnhanceImage"),
        (record(), execution("ABORTED"), AUTO, Act.REDRIVE, "resumes at EnhanceImage"),
        (record(), execution("TIMED_OUT"), AUTO, Act.REDRIVE, "resumes at EnhanceImage"),
        (record(), OLD, AUTO, Act.NEW, "more than 14 days ago"),
        (record(), None, AUTO, Act.NEW, "Step Functions has forgotten its execution"),
        (record(), TOO_LONG, AUTO, Act.NEW, "Execution history event limit exceeded"),
        (record(), SUCCEEDED, AUTO, Act.NEW, "its execution succeeded"),
        (record(), FAILED, OTHER, Act.NEW, "other settings are asked"),
        (record(), FAILED, by(How.NEW), Act.NEW, "as asked"),
        (record(), FAILED, by(How.REDRIVE), Act.REDRIVE, "as asked"),
        (record(), OLD, by(How.REDRIVE), Act.REFUSED, "--how new starts a new execution"),
        (record(), FAILED, by(How.REDRIVE, strength=0), Act.REFUSED, "a redrive keeps the settings"),
        (record(), execution("RUNNING"), AUTO, Act.REFUSED, "begun 6 min ago; to end it: aws stepfunctions stop-e"),
        (record(), execution("PENDING_REDRIVE"), FORCED, Act.REFUSED, "its execution is running"),
        (BROKEN, FAILED, AUTO, Act.REFUSED, "CorruptImageError: it would fail again; upload a sound copy"),
        (BROKEN, FAILED, OTHER, Act.REFUSED, "it would fail again"),
        (BROKEN, FAILED, FORCED, Act.REDRIVE, "resumes at ValidateImage"),
        (WRONG_METADATA, FAILED, AUTO, Act.REFUSED, "InvalidMetadataError: it would fail again"),
        (WRONG_METADATA, FAILED, OTHER, Act.NEW, "other settings are asked"),
        (COMPLETED, SUCCEEDED, AUTO, Act.REFUSED, "it is COMPLETED; --force"),
        (COMPLETED, SUCCEEDED, by(How.NEW), Act.REFUSED, "it is COMPLETED; --force"),
        (COMPLETED, SUCCEEDED, by(How.REDRIVE, force=True), Act.REFUSED, "only one that failed can be redriven"),
        (NOT_ANNOUNCED, FAILED, AUTO, Act.REDRIVE, "sends the message that failed"),
        (NOT_ANNOUNCED, FAILED, by(How.REDRIVE), Act.REDRIVE, "as asked"),
        (NOT_ANNOUNCED, OLD, AUTO, Act.REFUSED, "more than 14 days ago; --force"),
        (NOT_ANNOUNCED, FAILED, by(How.NEW), Act.REFUSED, "a redrive sends it; --force"),
        (AT_WORK, execution("RUNNING"), AUTO, Act.REFUSED, "its execution is running"),
        (AT_WORK, execution("ABORTED"), AUTO, Act.REDRIVE, "resumes where it ended"),
    ],
)  # fmt: skip
def test_the_verdict_has_a_reason(
    found: PhotoRecord, ran: ExecutionFacts | None, request_: RerunRequest, act: Act, reason: str
) -> None:
    given = verdict(found, ran, request_, NOW)
    assert given.act is act
    assert reason in given.reason
    assert not given.takes_over


@pytest.mark.parametrize(
    ("found", "ran", "request_"),
    [
        (COMPLETED, SUCCEEDED, OTHER),
        (COMPLETED, SUCCEEDED, FORCED),
        (NOT_ANNOUNCED, OLD, FORCED),
        (AT_WORK, None, AUTO),
        (AT_WORK, SUCCEEDED, AUTO),
    ],
)
def test_a_record_that_would_be_refused_is_taken_over(
    found: PhotoRecord, ran: ExecutionFacts | None, request_: RerunRequest
) -> None:
    given = verdict(found, ran, request_, NOW)
    assert (given.act, given.takes_over) == (Act.NEW, True)


def test_another_definition_asks_for_a_new_execution_unless_a_redrive_is_asked_or_only_a_message_is_due() -> None:
    def acted(found: PhotoRecord, request: RerunRequest = AUTO) -> Act:
        return verdict(found, FAILED, request, NOW, definition_has_changed=True).act

    assert acted(record()) is Act.NEW
    assert acted(record(), by(How.REDRIVE)) is Act.REDRIVE
    assert acted(NOT_ANNOUNCED) is Act.REDRIVE


def test_the_record_alone_refuses_what_no_execution_can_change() -> None:
    for found in (BROKEN, COMPLETED):
        given = refusal(found, AUTO)
        assert given == verdict(found, FAILED, AUTO, NOW)
    without_record = refusal(None, FORCED)
    assert without_record
    assert without_record.act is Act.REFUSED
    assert without_record.reason.startswith("it has no record")
    assert refusal(record(), AUTO) is None
    assert refusal(AT_WORK, AUTO) is None


NEW = Verdict(act=Act.NEW, reason="as asked")


def test_a_new_execution_gets_the_event_of_the_upload_and_what_is_asked() -> None:
    asked = RerunRequest(preset="photo", strength=60, reason="asked by mail", by="arn:aws:iam::1:user/eve")
    document = rerun_event(record(), asked, NEW.model_copy(update={"takes_over": True}))
    event = read_upload_event(document)
    assert (event.key, event.detail.bucket.name, event.detail.requester) == ("beach.jpg", "photos", "ada")
    assert (event.detail.object.version_id, event.detail.object.etag) == ("v1", "abc")
    assert event.detail.object.sequencer == record().sequencer
    assert event.time == record().uploaded_at
    assert event.rerun.model_dump() == {
        "of": ARN, "force": True, "preset": "photo", "strength": 60,
        "reason": "asked by mail", "by": "arn:aws:iam::1:user/eve", "needs_record": False,
        "redrive_count": None, "follows": None, "unless_forgotten": False,
    }  # fmt: skip


def test_settings_of_an_earlier_rerun_stay_until_others_are_asked() -> None:
    found = record(rerun={"preset": "photo", "strength": 60, "by": "eve"})
    rerun = rerun_event(found, RerunRequest(strength=0), NEW)["rerun"]
    assert rerun == {"of": ARN, "force": False, "preset": "photo", "strength": 0}


def test_an_upload_without_a_version_has_none_in_its_event() -> None:
    uploaded = rerun_event(record(version_id=None), AUTO, NEW)["detail"]["object"]
    assert "version-id" not in uploaded


@pytest.mark.parametrize("lacking", [{"bucket": ""}, {"etag": ""}, {"uploaded_at": None}])
def test_a_record_that_does_not_say_which_upload_it_is_of_starts_nothing(lacking: dict[str, Any]) -> None:
    with pytest.raises(IncompleteRecordError, match=r"the record of 'beach\.jpg' lacks"):
        rerun_event(record(**lacking), AUTO, NEW)


def name_of(found: PhotoRecord, request: RerunRequest = AUTO) -> str:
    return execution_name(found, rerun_event(found, request, NEW))


def test_an_execution_has_the_same_name_until_record_or_settings_change() -> None:
    named = name_of(record())
    assert len(named) <= 80
    assert named == name_of(record(), RerunRequest(reason="again", by="eve"))
    others = {
        name_of(record("other.jpg")), name_of(record(attempt=2)), name_of(record(redrive_count=1)),
        name_of(record(execution_arn=f"{ARN}2")), name_of(record(sequencer="2")), name_of(record(), OTHER),
    }  # fmt: skip
    assert len(others - {named}) == 6


def test_an_execution_that_came_to_nothing_leaves_its_name_to_the_next_number() -> None:
    event = rerun_event(record(), AUTO, NEW)
    named = execution_name(record(), event)
    assert execution_name(record(), event, 0) == named
    assert execution_name(record(), event, 12) == f"{named}-12"
    assert len(f"{named}-12") <= 80
