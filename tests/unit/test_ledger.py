"""The ledger's rules, on a real conditional-write engine."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest

from functions.shared.contracts import read_upload_event
from functions.shared.errors import (
    DuplicateUploadError,
    SkippedUploadError,
    SupersededUploadError,
    TransientServiceError,
)
from functions.shared.records.ledger import Ledger
from functions.shared.records.ownership import Claimant, TerminalState, planned_on
from functions.shared.records.sequencer import normalise_sequencer
from functions.shared.records.table import Item, RecordTable, RefusedWriteError
from functions.shared.records.write_condition import WriteCondition
from tests.definitions import event
from tests.unit.conftest import Clock
from tests.unit.conftest import stored as record

FAILURE = {"ErrorType": "CorruptImageError", "ErrorMessage": "cut short", "FailedState": "EnhanceImage"}
UPLOAD = {"Bucket": "photos", "UserId": "ada"}
OWN = normalise_sequencer(event()["detail"]["object"]["sequencer"])
Write = Callable[[Ledger, Claimant], Item]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# All that an execution's own functions may write.
WRITES: tuple[Write, ...] = (
    Ledger.claim,
    Ledger.reopen,
    partial(Ledger.complete, results={}),
    partial(Ledger.fail, failure={}),
)


def claimant(
    execution: str = "run-1", sequencer: str = "0A", *, force: bool = False, started: datetime = LONG_AGO
) -> Claimant:
    return Claimant("a.jpg", sequencer, execution, started, force, UPLOAD)


def planned(sequencer: str = "0A", *, saw: str = "0A", **more: Any) -> Claimant:
    """Return an execution whose plan saw the record of "run-1", before any redrive, or of an older upload."""
    seen = {"ExecutionArn": "run-1", "RedriveCount": 0} if saw == sequencer else {}
    own = claimant("planned", sequencer, force=more.pop("force", True))
    return replace(own, planned_on={"Sequencer": normalise_sequencer(saw), **seen}, **more)


def redriven_claim(ledger: Ledger) -> None:
    """Let "run-1" fail, and its redrive begin."""
    ledger.claim(claimant())
    ledger.fail(claimant(), FAILURE)
    ledger.reopen(replace(claimant(), redrive_count=1))


def redriven_failure(ledger: Ledger) -> None:
    redriven_claim(ledger)
    ledger.fail(replace(claimant(), redrive_count=1), FAILURE)


def another_run(ledger: Ledger) -> None:
    ledger.claim(claimant())
    ledger.fail(claimant(), FAILURE)
    ledger.claim(claimant("run-2"))


def another_run_that_failed(ledger: Ledger) -> None:
    another_run(ledger)
    ledger.fail(claimant("run-2"), FAILURE)


def another_run_that_completed(ledger: Ledger) -> None:
    another_run(ledger)
    ledger.complete(claimant("run-2"), {})


def newer_upload(ledger: Ledger) -> None:
    ledger.claim(claimant(sequencer="0B"))


def older_upload(ledger: Ledger) -> None:
    ledger.claim(claimant(sequencer="09"))


def nothing(_: Ledger) -> None:
    pass


def forgetting(ledger: Ledger) -> None:
    """Let "run-1" fail, and `darkroom forget` begin with its photo."""
    ledger.claim(claimant())
    ledger.fail(claimant(), FAILURE)
    mark_forgetting(ledger)


def mark_forgetting(ledger: Ledger) -> None:
    mark = {"at": "2026-01-31T12:00:00.000Z", "attempt": stored(ledger)["Attempt"]}
    ledger.table.update("a.jpg", {"Forgetting": {**mark, "attempt": int(mark["attempt"])}}, WriteCondition({}))


SINCE_THE_PLAN = [
    nothing, newer_upload, older_upload, redriven_claim, redriven_failure, another_run, another_run_that_failed,
    another_run_that_completed, forgetting,
]  # fmt: skip


def records(ledger: Ledger) -> list[Any]:
    found: list[Any] = ledger.table.client.scan(TableName=ledger.table.name)["Items"]
    return found


def stored(ledger: Ledger) -> Item:
    return record(ledger, "a.jpg")


class TestSequencers:
    @pytest.mark.parametrize(
        ("older", "newer"), [("9", "10"), ("ff", "100"), ("0062E99A88DC407460", "0062e99a88dc407461"), ("a", "B")]
    )
    def test_compare_as_numbers_whatever_their_length_and_case(self, older: str, newer: str) -> None:
        assert normalise_sequencer(older) < normalise_sequencer(newer)


class TestClaim:
    def test_starts_a_record(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        expected = {"Status": "PROCESSING", "Attention": "PROCESSING", "UserId": "ada", "Attempt": "1"}
        assert stored(ledger).items() >= expected.items()

    def test_again_by_the_same_execution_counts_no_attempt(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        assert ledger.claim(claimant())["Attempt"] == 1

    def test_of_a_newer_upload_replaces_everything(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {"EnhancedKey": "enhanced/a.jpg"})
        ledger.claim(claimant("run-2", "0B"))
        assert stored(ledger)["ExecutionArn"] == "run-2"
        assert "EnhancedKey" not in stored(ledger)

    def test_of_an_older_upload_is_superseded(self, ledger: Ledger) -> None:
        ledger.claim(claimant("run-2", "0B"))
        with pytest.raises(SupersededUploadError):
            ledger.claim(claimant())
        assert stored(ledger)["ExecutionArn"] == "run-2"

    @pytest.mark.parametrize("completed", [True, False])
    def test_of_the_same_upload_is_a_duplicate(self, ledger: Ledger, completed: bool) -> None:
        ledger.claim(claimant())
        if completed:
            ledger.complete(claimant(), {})
        before = stored(ledger)
        with pytest.raises(DuplicateUploadError):
            ledger.claim(claimant("run-2"))
        assert stored(ledger) == before

    def test_takes_over_what_failed(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        assert ledger.claim(claimant("run-2"))["Attempt"] == 2
        assert stored(ledger).keys().isdisjoint(FAILURE)

    def test_takes_over_when_the_lease_ran_out(self, ledger: Ledger, clock: Clock) -> None:
        ledger.claim(claimant())
        clock.advance(599)
        with pytest.raises(DuplicateUploadError):
            ledger.claim(claimant("run-2"))
        clock.advance(2)
        assert ledger.claim(claimant("run-2"))["ExecutionArn"] == "run-2"

    def test_never_takes_over_what_is_completed_however_long_ago(self, ledger: Ledger, clock: Clock) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {})
        clock.advance(1_000_000)
        with pytest.raises(DuplicateUploadError):
            ledger.claim(claimant("run-2"))

    def test_as_planned_takes_over_the_record_that_the_plan_saw(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {"EnhancedKey": "enhanced/a.jpg"})
        claimed = ledger.claim(planned())
        assert (claimed["ExecutionArn"], claimed["Attempt"], claimed["Status"]) == ("planned", 2, "PROCESSING")
        assert stored(ledger)["EnhancedKey"] == "enhanced/a.jpg"

    def test_as_planned_takes_over_one_of_before_redrives_were_counted(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        ledger.table.update("a.jpg", {"Status": "FAILED"}, WriteCondition({}), drop=["RedriveCount"])
        assert ledger.claim(planned(force=False))["ExecutionArn"] == "planned"

    def test_as_planned_takes_over_one_that_was_made_whole_since_it_was_half_forgotten(self, ledger: Ledger) -> None:
        forgetting(ledger)
        redriven = replace(claimant(), redrive_count=1)
        ledger.reopen(redriven)
        ledger.fail(redriven, FAILURE)
        own = planned(force=False)
        own = replace(own, planned_on={**own.planned_on, "RedriveCount": 1})
        assert ledger.claim(own)["ExecutionArn"] == "planned"

    def test_as_planned_goes_on_with_what_has_become_its_own(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        for count in (0, 1):
            own = planned(force=False, redrive_count=count)
            assert ledger.claim(own)["Attempt"] == 2 + count
            ledger.fail(own, FAILURE)
        reopened = ledger.reopen(planned(force=False, redrive_count=2))
        assert (reopened["ExecutionArn"], reopened["Status"]) == ("planned", "PROCESSING")

    @pytest.mark.parametrize("since", SINCE_THE_PLAN)
    def test_as_planned_writes_nothing_where_the_record_is_another_by_now(
        self, ledger: Ledger, since: Callable[[Ledger], None]
    ) -> None:
        since(ledger)
        before = records(ledger)
        # Where another execution holds the record, RecordResult says that this upload is served already.
        refusal = SupersededUploadError if since in {nothing, newer_upload, older_upload} else SkippedUploadError
        for force, write in product([False, True], [*WRITES, finalize]):
            with pytest.raises(refusal):
                write(ledger, planned(force=force))
            assert records(ledger) == before

    def test_as_planned_leaves_alone_what_was_marked_between_its_look_and_its_write(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        update, calls = RecordTable.update, iter([mark_forgetting])

        def updating(table: RecordTable, *arguments: Any, **more: Any) -> Item:
            seen = update(table, *arguments, **more)
            for mark in calls:
                mark(ledger)
            return seen

        monkeypatch.setattr(RecordTable, "update", updating)
        with pytest.raises(SupersededUploadError):
            ledger.claim(planned())
        assert stored(ledger)["ExecutionArn"] == "run-1"

    def test_of_a_planned_newer_upload_replaces_the_older_one_that_the_plan_saw(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {"EnhancedKey": "enhanced/a.jpg"})
        newer = planned("0B", saw="0A")
        for _ in range(2):
            claimed = ledger.claim(newer)
            assert (claimed["ExecutionArn"], claimed["Attempt"], claimed["Status"]) == ("planned", 1, "PROCESSING")
            assert "EnhancedKey" not in stored(ledger)

    @pytest.mark.parametrize("since", [nothing, older_upload, newer_upload, forgetting])
    def test_of_a_planned_newer_upload_needs_the_older_one(
        self, ledger: Ledger, since: Callable[[Ledger], None]
    ) -> None:
        since(ledger)
        before = records(ledger)
        for write in (*WRITES, finalize):
            with pytest.raises(SkippedUploadError):
                write(ledger, planned("0B", saw="0A", force=False))
            assert records(ledger) == before

    def test_takes_over_by_force_but_never_a_newer_upload(self, ledger: Ledger) -> None:
        ledger.claim(claimant(sequencer="0B"))
        ledger.complete(claimant(sequencer="0B"), {})
        assert ledger.claim(claimant("run-2", "0B", force=True))["Attempt"] == 2
        with pytest.raises(SupersededUploadError):
            ledger.claim(claimant("run-3", "0A", force=True))

    def test_after_completion_by_the_same_execution_is_refused(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {})
        with pytest.raises(DuplicateUploadError):
            ledger.claim(claimant())


@pytest.mark.parametrize(
    ("rerun", "expected"),
    [
        ({}, {}),
        ({"of": "run-1", "force": True, "redrive_count": 1}, {}),
        ({"unless_forgotten": True}, {}),
        ({"needs_record": True, "of": "run-1"}, {"Sequencer": OWN, "ExecutionArn": "run-1"}),
        (
            {"needs_record": True, "of": "run-1", "redrive_count": 0},
            {"Sequencer": OWN, "ExecutionArn": "run-1", "RedriveCount": 0},
        ),
        ({"follows": "9"}, {"Sequencer": normalise_sequencer("9")}),
    ],
)
def test_a_claimant_knows_what_its_plan_saw(rerun: dict[str, Any], expected: dict[str, Any]) -> None:
    assert planned_on(read_upload_event({**event(), "rerun": rerun})) == expected


class TestComplete:
    def test_leaves_attention_and_the_failure_behind(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        ledger.reopen(claimant())
        ledger.complete(claimant(), {"Width": 40, "Enhancement": {"gain": 1.25, "steps": ["tone"]}})
        item = stored(ledger)
        assert item["Status"] == "COMPLETED"
        assert item.keys().isdisjoint({*FAILURE, "Attention"})
        assert item["Enhancement"]["gain"] == {"N": "1.25"}

    def test_without_a_reopening_leaves_the_failure_behind_too(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        ledger.complete(claimant(), {})
        assert stored(ledger).keys().isdisjoint({*FAILURE, "Attention"})

    def test_twice_is_once(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        assert [ledger.complete(claimant(), {})["Attempt"] for _ in range(2)] == [1, 1]

    @pytest.mark.parametrize(("taken_by", "error"), [("0B", SupersededUploadError), ("0A", DuplicateUploadError)])
    def test_of_a_record_that_another_has_taken_over_is_refused(
        self, ledger: Ledger, clock: Clock, taken_by: str, error: type[Exception]
    ) -> None:
        ledger.claim(claimant())
        clock.advance(1000)
        ledger.claim(claimant("run-2", taken_by))
        before = stored(ledger)
        with pytest.raises(error):
            ledger.complete(claimant(), {"Width": 40})
        assert stored(ledger) == before

    def test_of_a_deleted_record_writes_nothing(self, ledger: Ledger) -> None:
        with pytest.raises(SupersededUploadError):
            ledger.complete(claimant(), {})
        assert stored(ledger) == {}


class TestFail:
    def test_keeps_the_upload_and_names_the_failure(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(Claimant("a.jpg", "0A", "run-1", LONG_AGO, attributes={"UserId": "someone else"}), FAILURE)
        assert stored(ledger).items() >= {**FAILURE, "Status": "FAILED", "Attention": "FAILED", "UserId": "ada"}.items()

    def test_makes_a_record_where_no_claim_arrived(self, ledger: Ledger) -> None:
        ledger.fail(claimant(), FAILURE)
        assert stored(ledger).items() >= {**FAILURE, **UPLOAD, "Status": "FAILED"}.items()

    def test_never_undoes_completion(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {})
        ledger.fail(claimant(), FAILURE)
        item = stored(ledger)
        assert item["Status"] == "COMPLETED"
        assert item["NotificationError"] == "CorruptImageError: cut short"
        assert "Attention" not in item

    def test_never_undoes_completion_by_another_even_by_force(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {})
        with pytest.raises(DuplicateUploadError):
            ledger.fail(claimant("run-2", force=True), FAILURE)
        assert stored(ledger)["Status"] == "COMPLETED"

    def test_of_an_older_upload_changes_nothing(self, ledger: Ledger) -> None:
        ledger.claim(claimant("run-2", "0B"))
        before = stored(ledger)
        with pytest.raises(SupersededUploadError):
            ledger.fail(claimant(), FAILURE)
        assert stored(ledger) == before

    def test_takes_over_an_earlier_failure_of_the_same_upload(self, ledger: Ledger, clock: Clock) -> None:
        ledger.fail(claimant(), FAILURE)
        clock.advance(1)
        ledger.fail(claimant("run-2", started=clock()), {**FAILURE, "ErrorType": "TransientServiceError"})
        assert stored(ledger).items() >= {"ExecutionArn": "run-2", "ErrorType": "TransientServiceError"}.items()


class TestReopen:
    def test_counts_an_attempt_and_clears_the_failure(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        assert ledger.reopen(redriven())["Attempt"] == 2
        assert stored(ledger)["Status"] == "PROCESSING"
        assert stored(ledger).keys().isdisjoint(FAILURE)

    def test_leaves_completion_alone_and_clears_the_notification_error(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {})
        ledger.fail(claimant(), FAILURE)
        ledger.reopen(claimant())
        assert stored(ledger)["Status"] == "COMPLETED"
        assert "NotificationError" not in stored(ledger)

    def test_is_refused_when_another_execution_has_done_the_work(self, ledger: Ledger) -> None:
        ledger.fail(claimant(), FAILURE)
        ledger.claim(claimant("run-2"))
        ledger.complete(claimant("run-2"), {})
        with pytest.raises(DuplicateUploadError):
            ledger.reopen(claimant())


class TestAttempt:
    """A redrive is one attempt more, whatever it writes first, and however the attempt before had ended."""

    @pytest.mark.parametrize("write", WRITES, ids=["claim", "reopen", "complete", "fail"])
    @pytest.mark.parametrize("end", ["failed", "stopped", "finalized"])
    def test_counts_a_redrive_once(self, ledger: Ledger, write: Write, end: str) -> None:
        ledger.claim(claimant())
        if end == "failed":
            ledger.fail(claimant(), FAILURE)
        elif end == "finalized":
            finalize(ledger, claimant())
        assert [write(ledger, redriven())["Attempt"] for _ in range(2)] == [2, 2]
        assert (stored(ledger)["Attempt"], stored(ledger)["RedriveCount"]) == ("2", "1")

    def test_counts_a_redrive_that_ended_before_it_wrote(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        assert ledger.complete(redriven(2), {})["Attempt"] == 3

    def test_counts_a_redrive_that_the_backstop_finalized(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        finalize(ledger, claimant())
        assert finalize(ledger, redriven(), "backstop-2")["Attempt"] == 2
        assert ledger.claim(redriven(2))["Attempt"] == 3

    def test_counts_the_redrives_before_the_first_write(self, ledger: Ledger) -> None:
        assert ledger.claim(redriven(1))["Attempt"] == 2

    def test_of_a_record_from_before_redrives_were_counted(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        table = ledger.table
        table.client.update_item(
            TableName=table.name, Key={"ImageId": {"S": "a.jpg"}}, UpdateExpression="REMOVE RedriveCount"
        )
        assert ledger.complete(claimant(), {})["Attempt"] == 1

    def test_write_that_meets_another_is_transient(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        ledger.claim(claimant())
        item = claimed = ledger.claim(redriven())
        refused = [RefusedWriteError({**claimed, "RedriveCount": 0}), RefusedWriteError(item)]

        def update(*_: Any, **__: Any) -> Item:
            raise refused.pop(0)

        monkeypatch.setattr(RecordTable, "update", update)
        with pytest.raises(TransientServiceError):
            ledger.complete(redriven(), {})


class TestConfirm:
    def test_takes_off_the_error_of_an_attempt_that_was_stopped_while_it_notified(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {})
        finalize(ledger, claimant())
        assert "NotificationError" in stored(ledger)
        assert ledger.confirm(redriven())["Attempt"] == 2
        assert stored(ledger).items() >= {"Status": "COMPLETED", "RedriveCount": "1"}.items()
        assert stored(ledger).keys().isdisjoint({"NotificationError", "Attention", "Backstop"})

    def test_changes_nothing_of_another_execution(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.fail(claimant(), FAILURE)
        ledger.claim(claimant("run-2"))
        before = stored(ledger)
        with pytest.raises(DuplicateUploadError):
            ledger.confirm(redriven())
        assert stored(ledger) == before

    def test_makes_no_record(self, ledger: Ledger) -> None:
        with pytest.raises(SupersededUploadError):
            ledger.confirm(redriven())
        assert not stored(ledger)


BACKSTOP = "backstop-1"


def finalize(ledger: Ledger, run: Claimant, backstop: str = BACKSTOP, *, notified: bool = False) -> Item:
    return ledger.finalize(run, FAILURE, TerminalState(backstop, notified))


def redriven(times: int = 1) -> Claimant:
    return Claimant("a.jpg", "0A", "run-1", LONG_AGO, redrive_count=times, attributes=UPLOAD)


def without_ends(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "Concluded"}


ASKED = {"of": "run-0", "force": False, "preset": "photo", "by": "eve"}
NOTED = {**ASKED, "of": "run-1", "reason": "S3 is back", "by": "ada"}
# Every write by which an execution takes over a failed record of another.
TAKEOVERS: dict[str, Write] = {
    "claim": Ledger.claim,
    "reopen": Ledger.reopen,
    "fail": partial(Ledger.fail, failure={**FAILURE, "ErrorType": "TransientServiceError"}),
    "finalize": finalize,
}


def asked_for(execution: str, rerun: Item, *, redrive_count: int = 0) -> Claimant:
    attributes = {**UPLOAD, **({"Rerun": rerun} if rerun else {})}
    later = datetime.now(UTC) + timedelta(days=1)
    return Claimant("a.jpg", "0A", execution, later, attributes=attributes, redrive_count=redrive_count)


class TestRerun:
    @pytest.mark.parametrize("rerun", [{}, {**ASKED, "of": "run-1", "by": "bob"}], ids=["upload", "rerun"])
    @pytest.mark.parametrize("takeover", TAKEOVERS)
    def test_of_a_record_is_that_of_the_execution_that_takes_over(
        self, ledger: Ledger, takeover: str, rerun: Item
    ) -> None:
        ledger.claim(asked_for("run-1", ASKED))
        ledger.fail(asked_for("run-1", ASKED), FAILURE)
        TAKEOVERS[takeover](ledger, asked_for("run-2", rerun))
        found = ledger.table.update("a.jpg", {"Seen": True}, WriteCondition({"ExecutionArn": "run-2"}))
        assert found.get("Rerun", {}) == rerun

    @pytest.mark.parametrize("write", WRITES)
    def test_note_of_a_redrive_outlasts_what_the_redrive_writes(self, ledger: Ledger, write: Write) -> None:
        ledger.claim(asked_for("run-1", ASKED))
        ledger.fail(asked_for("run-1", ASKED), FAILURE)
        ledger.table.update("a.jpg", {"Rerun": NOTED}, WriteCondition({"ExecutionArn": "run-1"}))
        assert write(ledger, asked_for("run-1", ASKED, redrive_count=1))["Rerun"] == NOTED


class TestFinalize:
    def test_makes_what_is_processing_failed(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        assert finalize(ledger, claimant())["Attempt"] == 1
        assert stored(ledger).items() >= {**FAILURE, "Status": "FAILED", "Attention": "FAILED", "UserId": "ada"}.items()

    def test_makes_a_record_where_no_claim_arrived_or_an_older_upload_was(self, ledger: Ledger) -> None:
        finalize(ledger, claimant())
        finalize(ledger, claimant("run-2", "0B"))
        assert stored(ledger).items() >= {**FAILURE, **UPLOAD, "Status": "FAILED", "ExecutionArn": "run-2"}.items()

    def test_never_undoes_completion(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(claimant(), {})
        finalize(ledger, claimant())
        assert (
            stored(ledger).items()
            >= {"Status": "COMPLETED", "NotificationError": "CorruptImageError: cut short"}.items()
        )

    def test_does_not_report_a_reported_end_again(self, ledger: Ledger) -> None:
        ledger.fail(claimant(), FAILURE)
        before = stored(ledger)
        with pytest.raises(DuplicateUploadError):
            finalize(ledger, claimant(), notified=True)
        assert without_ends(stored(ledger)) == before

    def test_goes_on_to_the_message_where_only_that_is_missing(self, ledger: Ledger) -> None:
        ledger.fail(claimant(), FAILURE)
        assert finalize(ledger, claimant())["Status"] == "FAILED"

    def test_of_two_backstops_one_goes_on_even_when_it_asks_again(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        for _ in range(2):
            finalize(ledger, claimant())
        with pytest.raises(DuplicateUploadError):
            finalize(ledger, claimant(), "backstop-2")

    def test_goes_on_for_the_next_end_of_the_same_execution(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        finalize(ledger, claimant())
        assert finalize(ledger, redriven(), "backstop-2")["BackstopRedriveCount"] == 1

    @pytest.mark.parametrize("force", [False, True])
    @pytest.mark.parametrize("status", ["PROCESSING", "FAILED", "COMPLETED"])
    def test_changes_nothing_that_another_execution_owns(self, ledger: Ledger, status: str, force: bool) -> None:
        ledger.claim(claimant("run-2"))
        if status != "PROCESSING":
            end = {"FAILED": ledger.fail, "COMPLETED": ledger.complete}[status]
            end(claimant("run-2"), FAILURE)
        before = stored(ledger)
        with pytest.raises(DuplicateUploadError):
            finalize(ledger, claimant(force=force))
        assert without_ends(stored(ledger)) == before

    def test_takes_over_a_failure_from_before_the_execution_was_started(self, ledger: Ledger, clock: Clock) -> None:
        ledger.fail(claimant("run-2"), FAILURE)
        clock.advance(1)
        assert finalize(ledger, claimant(started=clock()))["Attempt"] == 2
        assert stored(ledger)["ExecutionArn"] == "run-1"

    def test_changes_nothing_of_a_newer_upload(self, ledger: Ledger) -> None:
        ledger.claim(claimant("run-2", "0B"))
        with pytest.raises(SupersededUploadError):
            finalize(ledger, claimant())

    def test_a_stale_invocation_of_a_finalized_attempt_writes_nothing(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        finalize(ledger, claimant())
        before = stored(ledger)
        for write in WRITES:
            with pytest.raises(DuplicateUploadError):
                write(ledger, claimant())
        assert stored(ledger) == before

    @pytest.mark.parametrize("resume", [Ledger.claim, Ledger.reopen, partial(Ledger.fail, failure=FAILURE)])
    def test_a_stale_invocation_of_a_redriven_attempt_writes_nothing(self, ledger: Ledger, resume: Write) -> None:
        ledger.claim(claimant())
        resume(ledger, redriven())
        before = stored(ledger)
        for write in (*WRITES, finalize):
            with pytest.raises(DuplicateUploadError):
                write(ledger, claimant())
        assert without_ends(stored(ledger)) == before

    @pytest.mark.parametrize("force", [False, True])
    @pytest.mark.parametrize("status", ["FAILED", "COMPLETED"])
    def test_a_stale_invocation_takes_nothing_back_after_a_takeover(
        self, ledger: Ledger, status: str, force: bool
    ) -> None:
        ledger.claim(claimant())
        finalize(ledger, claimant())
        ledger.claim(claimant("run-2"))
        end = {"FAILED": ledger.fail, "COMPLETED": ledger.complete}[status]
        end(claimant("run-2"), FAILURE)
        before = stored(ledger)
        for write in (ledger.claim, ledger.reopen, lambda run: ledger.fail(run, FAILURE)):
            with pytest.raises(DuplicateUploadError):
                write(claimant(force=force))
        assert stored(ledger) == before

    def test_a_stale_invocation_writes_nothing_where_the_backstop_had_nothing_to_report(self, ledger: Ledger) -> None:
        ledger.claim(claimant("run-2"))
        with pytest.raises(DuplicateUploadError):
            finalize(ledger, claimant())
        ledger.fail(claimant("run-2"), FAILURE)
        with pytest.raises(DuplicateUploadError):
            ledger.claim(claimant())
        assert ledger.claim(redriven())["ExecutionArn"] == "run-1"

    def test_remembers_every_end(self, ledger: Ledger) -> None:
        ledger.claim(claimant("run-3"))
        for run in ("run-1", "run-2", "run-1"):
            with pytest.raises(DuplicateUploadError):
                finalize(ledger, claimant(run))
        assert stored(ledger)["Concluded"].keys() == {"run-1", "run-2"}

    def test_a_stale_invocation_changes_nothing_that_its_redrive_completed(self, ledger: Ledger) -> None:
        ledger.claim(claimant())
        ledger.complete(redriven(), {})
        before = stored(ledger)
        for write in (ledger.reopen, lambda run: ledger.fail(run, FAILURE), lambda run: finalize(ledger, run)):
            with pytest.raises(DuplicateUploadError):
                write(claimant())
        assert without_ends(stored(ledger)) == before

    @pytest.mark.parametrize("write", [Ledger.claim, Ledger.reopen, partial(Ledger.complete, results={})])
    def test_a_redrive_goes_on_from_a_finalized_attempt(self, ledger: Ledger, write: Write) -> None:
        ledger.claim(claimant())
        finalize(ledger, claimant())
        write(ledger, redriven())
        assert stored(ledger).keys().isdisjoint({*FAILURE, "Backstop", "BackstopRedriveCount"})


class RacingTable(RecordTable):
    """A table on which another execution writes just before an update."""

    rivals: Any

    def update(self, *arguments: Any, **conditions: Any) -> Item:
        rival = next(self.rivals, None)
        if rival:
            rival()
        return super().update(*arguments, **conditions)


def racing(ledger: Ledger, *rivals: Any) -> Ledger:
    table = RacingTable(ledger.table.client, ledger.table.name)
    object.__setattr__(table, "rivals", iter(rivals))
    return Ledger(table, ledger.lease_seconds, ledger.now)


class TestRaces:
    def test_two_takeovers_of_one_failure_have_one_winner(self, ledger: Ledger) -> None:
        ledger.fail(claimant(), FAILURE)
        slow = racing(ledger, lambda: ledger.claim(claimant("run-2")))
        with pytest.raises(DuplicateUploadError):
            slow.claim(claimant("run-3"))
        assert stored(ledger)["ExecutionArn"] == "run-2"

    def test_a_newer_upload_that_comes_between_look_and_write_wins(self, ledger: Ledger) -> None:
        ledger.fail(claimant(), FAILURE)
        slow = racing(ledger, lambda: ledger.claim(claimant("run-9", "0F")))
        with pytest.raises(SupersededUploadError):
            slow.claim(claimant("run-3"))
        assert stored(ledger)["ExecutionArn"] == "run-9"

    def test_a_record_that_keeps_changing_is_transient(self, ledger: Ledger) -> None:
        ledger.fail(claimant(), FAILURE)
        changes = [partial(ledger.fail, redriven(count), FAILURE) for count in range(1, 20)]
        with pytest.raises(TransientServiceError):
            racing(ledger, *changes).claim(claimant("run-2"))


def test_a_refused_write_brings_back_the_item(table: RecordTable) -> None:
    item = {"ImageId": "a.jpg", "Sequencer": "0B", "Enhancement": {"gain": 0.5, "passes": 2, "steps": ["tone"]}}
    table.put_unless_newer(item)
    with pytest.raises(RefusedWriteError) as refused:
        table.put_unless_newer({**item, "Sequencer": "0A"})
    assert refused.value.item == item
