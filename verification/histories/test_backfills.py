"""Backfills beside everything else: a redrive, a re-run, a newer upload or `forget` since their plan wins, always."""

from collections.abc import Callable, Iterator

import pytest

from functions.operate.backfill.planned_photo import PlannedPhoto
from functions.operate.backfill.reprocess import Reprocess
from verification.histories.in_process_aws import PLAIN, VERSIONED, InProcessAws, in_process_aws
from verification.histories.interpreter import Execution
from verification.histories.test_regressions import asked, begun, ended, failed_while_at_work
from verification.histories.test_stateful import Histories

Scenario = Callable[[Histories, int], None]
# Of the calls of what happens between plan and start: none yet, in its midst, and all.
CALLS = (0, 1, 2, 4, 7, 14)


def lost(h: Histories, width: int = 40) -> str:
    """Upload a photo whose event is lost; return its key."""
    h.upload("a.jpg", width)
    h.undelivered.clear()
    return h.log.uploads[-1].key


def uploaded_long_ago(h: Histories) -> None:
    """Upload a photo whose event is older than whatever is uploaded next: S3 tells times by the second."""
    h.upload("a.jpg", 40)
    h.log.uploads[-1].event["time"] = "2026-01-01T12:00:00Z"


def to_start(h: Histories, reprocess: Reprocess) -> PlannedPhoto:
    """Plan a backfill of the one photo there is, and apply it; return what it is about to start."""
    [photo] = h.backfiller.left(h.backfiller.plan(reprocess))
    return photo


def started(h: Histories, photo: PlannedPhoto) -> Execution:
    """Start a photo of a plan, twice, and let it come to its end; return its execution."""
    before = len(h.log.executions)
    for _ in range(2):
        h.backfiller.start(photo)
        h.runs[-1].turn.finish()
    [(_, execution)] = h.log.executions[before:]
    return execution


def did_nothing(h: Histories, execution: Execution) -> bool:
    """Return whether an execution ended in Skipped, and the photo's record, if there is one, names another."""
    record = h.aws.record(h.log.uploads[-1].key)
    return "skipped" in execution.data and record.get("ExecutionArn") != execution.arn


def a_redrive_since_the_plan(h: Histories, calls: int) -> None:
    first = failed_while_at_work(h)
    photo = to_start(h, Reprocess.FAILED)
    h._redrive(first.execution)
    again = h.runs[-1]
    h._advance(again, calls)
    has_written = h.aws.record(h.log.uploads[0].key)["RedriveCount"] == 1
    execution = started(h, photo)
    assert did_nothing(h, execution) is has_written
    again.turn.finish()


def a_redrive_since_the_plan_of_everything(h: Histories, calls: int) -> None:
    """The photo is COMPLETED by the redrive, and the plan may have it made anew whatever it was."""
    first = failed_while_at_work(h)
    photo = to_start(h, Reprocess.ALL)
    h._redrive(first.execution)
    h.runs[-1].turn.finish()
    assert did_nothing(h, started(h, photo))


def a_rerun_since_the_plan(h: Histories, calls: int) -> None:
    failed_while_at_work(h)
    photo = to_start(h, Reprocess.FAILED)
    asked(h, how="new")
    h._advance(h.runs[-1], calls)
    another, owner = h.runs[-1], h.aws.record(h.log.uploads[0].key)["ExecutionArn"]
    execution = started(h, photo)
    assert did_nothing(h, execution) is (owner == another.execution.arn)
    another.turn.finish()


def a_completed_photo_is_run_again_since_the_plan(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    photo = to_start(h, Reprocess.ALL)
    asked(h, force=True)
    h.runs[-1].turn.finish()
    assert did_nothing(h, started(h, photo))


def a_completed_photo_is_made_anew(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    plan = h.backfiller.plan(Reprocess.ALL)
    h.plans.append(plan)
    execution = started(h, plan[0])
    assert h.aws.record(h.log.uploads[0].key)["ExecutionArn"] == execution.arn
    assert h.backfiller.progress(plan).counts == {"done": 1}
    assert h.backfiller.left(plan) == []


def an_upload_meets_the_backfill_of_its_key(h: Histories, calls: int) -> None:
    lost(h)
    photo = to_start(h, Reprocess.MISSING)
    h.backfiller.start(photo)
    h._advance(h.runs[-1], calls)
    h.upload("a.jpg", 48)
    begun(h, len(h.log.uploads) - 1, calls)


def the_event_of_a_backfilled_upload_comes_after_all(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.backfiller.start(to_start(h, Reprocess.MISSING))
    h._advance(h.runs[-1], calls)


def an_upload_whose_event_was_lost_is_newer_than_its_record(h: Histories, calls: int) -> None:
    uploaded_long_ago(h)
    ended(h, 0)
    lost(h, 48)
    [photo] = plan = h.backfiller.plan(Reprocess.MISSING)
    h.backfiller.start(photo)
    h._advance(h.runs[-1], calls)
    h._finish()
    assert h.backfiller.progress(plan).counts == {"done": 1}
    assert h.aws.record(photo.key)["Width"] == 48


def two_plans_of_a_key_without_a_record(h: Histories, calls: int) -> None:
    """Both say the lowest sequencer; the events come after all."""
    h.upload("a.jpg", 40)
    [first] = h.backfiller.plan(Reprocess.MISSING)
    h.upload("a.jpg", 56)
    [second] = h.backfiller.plan(Reprocess.MISSING)
    h.backfiller.start(first)
    h._advance(h.runs[-1], calls)
    h.backfiller.start(second)


SCENARIOS: tuple[Scenario, ...] = (
    a_redrive_since_the_plan,
    a_redrive_since_the_plan_of_everything,
    a_rerun_since_the_plan,
    a_completed_photo_is_run_again_since_the_plan,
    a_completed_photo_is_made_anew,
    an_upload_meets_the_backfill_of_its_key,
    the_event_of_a_backfilled_upload_comes_after_all,
    an_upload_whose_event_was_lost_is_newer_than_its_record,
    two_plans_of_a_key_without_a_record,
)


def a_photo_without_a_record_is_forgotten(h: Histories, calls: int) -> None:
    """Its execution may have begun by then: it looks at the tag in its second call, and claims in its third."""
    key = lost(h)
    plan = h.backfiller.plan(Reprocess.MISSING)
    h.backfiller.start(plan[0])
    h._advance(h.runs[-1], min(calls, 1))
    assert h.backfiller.forget(key).outcome == "nothing there"
    h._finish()
    assert "skipped" in h.log.executions[-1][1].data
    assert h.backfiller.progress(plan).counts == {"skipped": 1}
    assert h.backfiller.left(plan) == []


def a_forgotten_photo_s_execution_is_stopped_before_it_looks(h: Histories, calls: int) -> None:
    """The backstop knows of the photo by the execution alone."""
    key = lost(h)
    h.backfiller.start(to_start(h, Reprocess.MISSING))
    h._advance(h.runs[-1], min(calls, 1))
    h.log.executions[-1][1].end("ABORTED")
    assert h.backfiller.forget(key).outcome == "nothing there"
    h._finish()


def a_photo_that_a_backfill_made_is_forgotten(h: Histories, calls: int) -> None:
    key = lost(h)
    plan = h.backfiller.plan(Reprocess.MISSING)
    started(h, plan[0])
    assert h.backfiller.forget(key).outcome == "forgotten"
    assert h.backfiller.progress(plan).counts == {"skipped": 1}
    assert h.backfiller.left(plan) == []


def a_photo_with_a_record_is_forgotten(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    [photo] = plan = h.backfiller.plan(Reprocess.ALL)
    h.backfiller.start(photo)
    assert h.backfiller.forget(photo.key).outcome == "forgotten"
    h._finish()
    assert h.backfiller.progress(plan).counts == {"skipped": 1}


def a_photo_whose_newer_upload_was_lost_is_forgotten(h: Histories, calls: int) -> None:
    uploaded_long_ago(h)
    ended(h, 0)
    key = lost(h, 48)
    [photo] = h.backfiller.plan(Reprocess.MISSING)
    h.backfiller.start(photo)
    assert h.backfiller.forget(key).outcome == "forgotten"
    h._finish()
    assert h.backfiller.plan(Reprocess.ALL) == []


FORGOTTEN: tuple[Scenario, ...] = (
    a_photo_without_a_record_is_forgotten,
    a_forgotten_photo_s_execution_is_stopped_before_it_looks,
    a_photo_that_a_backfill_made_is_forgotten,
    a_photo_with_a_record_is_forgotten,
    a_photo_whose_newer_upload_was_lost_is_forgotten,
)


@pytest.fixture(scope="module")
def aws() -> Iterator[InProcessAws]:
    with in_process_aws() as running:
        yield running


def new(aws: InProcessAws, number: int) -> Histories:
    Histories.aws = aws
    history = Histories()
    history.begin(PLAIN if number % 2 else VERSIONED, newest_first=number % 3 == 0)
    return history


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_what_came_since_the_plan_wins_at_every_moment(aws: InProcessAws, scenario: Scenario) -> None:
    for number, calls in enumerate(CALLS):
        history = new(aws, number)
        scenario(history, calls)
        history.teardown()


@pytest.mark.parametrize("scenario", FORGOTTEN, ids=lambda scenario: scenario.__name__)
def test_what_was_forgotten_stays_forgotten_at_every_moment(aws: InProcessAws, scenario: Scenario) -> None:
    for calls in range(4):
        history = new(aws, calls)
        scenario(history, calls)
        assert [aws.record(upload.key) for upload in history.log.uploads if aws.record(upload.key)] == []
        aws.messages(), aws.record_changes()
