"""Short stories of two or three actors, each told with every number of AWS calls before the turn of events.

Chance finds these races too, in thousands of histories; here each is met at once, so that a guard that is gone is seen.
"""

import copy
from collections.abc import Callable, Iterator

import pytest

from verification.histories.in_process_aws import PLAIN, VERSIONED, Cloud, running_cloud
from verification.histories.interpreter import Execution
from verification.histories.test_stateful import Histories, Run
from verification.histories.virtual_clock import CLOCK, LEASE_SECONDS

Story = Callable[[Histories, int], None]
# A photo takes eight calls, from the head of the upload to the message.
CALLS = range(10)


def begun(h: Histories, which: int, calls: int, *, force: bool = False) -> Run:
    """Start an execution for an upload, and let it make so many calls."""
    h.run_anew(which, force, calls)
    return h.runs[-1]


def ended(h: Histories, which: int, *, force: bool = False) -> Run:
    """Start an execution for an upload, and let it come to its end."""
    run = begun(h, which, 0, force=force)
    run.turn.finish()
    return run


def stopped(h: Histories, run: Run) -> None:
    """Stop an execution, its function at work."""
    if run.execution.status == "RUNNING":
        run.execution.end("ABORTED")


def concluded(h: Histories, run: Run, calls: int | None = None) -> Run:
    """Let the backstop hear of an execution's last end, if it was a bad one, and make so many calls, or all."""
    if run.execution.ends[-1].status == "SUCCEEDED":
        return run
    h._tell(run.execution.ends[-1])
    backstop = h.runs[-1]
    if calls is None:
        backstop.turn.finish()
    else:
        h._advance(backstop, calls)
    return backstop


def redriven(h: Histories, run: Run) -> Run:
    """Press Redrive, and let the new attempt come to its end."""
    h._redrive(run.execution)
    h.runs[-1].turn.finish()
    return h.runs[-1]


def stopped_later(h: Histories, calls: int) -> None:
    """Deliver the first upload's event once more, stop that execution, and let the backstop hear of it."""
    CLOCK.move(1)
    run = begun(h, 0, calls)
    stopped(h, run)
    concluded(h, run)
    run.turn.finish()


def straggler(h: Histories, width: int, calls: int, *, force: bool = False) -> Run:
    """Stop the execution of a new upload, its function at work, and let the backstop hear of it."""
    h.upload("a.jpg", width)
    run = begun(h, 0, calls, force=force)
    stopped(h, run)
    concluded(h, run)
    return run


def a_straggler(h: Histories, calls: int) -> None:
    straggler(h, 40, calls).turn.finish()


def a_straggler_of_a_photo_that_was_redriven(h: Histories, calls: int) -> None:
    run = straggler(h, 40, calls)
    if run.execution.status == "ABORTED":
        redriven(h, run)
    run.turn.finish()


def a_straggler_of_no_photo_that_was_redriven(h: Histories, calls: int) -> None:
    run = straggler(h, 0, calls)
    if run.execution.status == "ABORTED":
        concluded(h, redriven(h, run))
    run.turn.finish()


def a_straggler_beside_its_redrive(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 9 - calls)
    stopped(h, run)
    if run.execution.status == "ABORTED":
        h._redrive(run.execution)
        h._advance(h.runs[-1], calls)
    run.turn.finish()


def a_straggler_that_finds_what_another_failed_at(h: Histories, calls: int) -> None:
    run = straggler(h, 0, calls)
    ended(h, 0)
    run.turn.finish()


def a_forced_straggler_that_finds_what_another_completed(h: Histories, calls: int) -> None:
    run = straggler(h, 40, calls, force=True)
    ended(h, 0)
    run.turn.finish()


def a_straggler_of_which_its_backstop_had_nothing_to_say(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    first, run = begun(h, 0, 2), begun(h, 0, 0)
    first.turn.finish()
    h._advance(run, calls % 5)
    stopped(h, run)
    concluded(h, run, None if calls < 5 else 3)
    run.turn.finish()


def a_function_that_is_run_twice(h: Histories, calls: int) -> None:
    """Lambda promises at least once."""
    h.upload("a.jpg", 40)
    # The later one finds nothing yet, or what the earlier one has claimed, and makes its own claim of that.
    run = begun(h, 0, 3 * (calls // 5))
    twin = Execution(copy.deepcopy(run.execution.data), arn=run.execution.arn)
    h.runs.append(Run.of(twin))
    h._advance(h.runs[-1], calls % 5)
    twin.end("ABORTED")
    run.turn.finish()
    h.runs[-1].turn.finish()


def a_forced_execution_that_cannot_claim(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    CLOCK.move(calls)
    denied = begun(h, 0, 0, force=True).execution
    denied.data["failure"] = {"Error": "ServiceRefusedError", "Cause": "No."}
    denied.state = "RecordFailure"
    h.runs[-1] = Run.of(denied)


def a_redrive_that_writes_between_the_backstops_look_and_its_write(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 2)
    stopped(h, run)
    run.turn.finish()
    backstop = concluded(h, run, calls % 5)
    h._redrive(run.execution)
    h._advance(h.runs[-1], 1 + calls // 5 * 3)
    backstop.turn.finish()


def two_events_of_one_upload(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls)
    second = begun(h, 0, 9 - calls)
    first.turn.finish()
    second.turn.finish()


def two_events_of_what_is_no_photo(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    first, second = begun(h, 0, calls), begun(h, 0, 2)
    second.turn.finish()
    first.turn.finish()


def two_uploads(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 48)
    older, newer = begun(h, 0, calls), begun(h, 1, 9 - calls)
    newer.turn.finish()
    older.turn.finish()


def an_older_upload_that_failed_and_is_redriven(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    h.upload("a.jpg", 48)
    older, newer = ended(h, 0), begun(h, 1, calls)
    h._redrive(older.execution)
    h._finish()
    newer.turn.finish()


def a_photo_replaced_while_it_is_read(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    h.upload("a.jpg", 56)
    run.turn.finish()


def a_photo_read_when_it_is_replaced_already(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 56)
    begun(h, 0, calls).turn.finish()


def a_photo_deleted_while_it_is_read(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    h.delete(0)
    run.turn.finish()


def a_broken_file_replaced_before_it_is_marked(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = begun(h, 0, calls)
    h.upload("a.jpg", 48)
    run.turn.finish()


def two_keys_whose_copies_have_one_name(h: Histories, calls: int) -> None:
    h.upload("a", 40)
    h.upload("a.jpg", 48)
    first, second = begun(h, 0, calls), begun(h, 1, 9 - calls)
    second.turn.finish()
    first.turn.finish()


def three_uploads_that_meet_at_the_copy(h: Histories, calls: int) -> None:
    for width in (40, 48, 56):
        h.upload("a.jpg", width)
    oldest, middle = begun(h, 0, 9), begun(h, 1, calls)
    newest = begun(h, 2, 9)
    for run in (newest, middle, oldest):
        run.turn.finish()


def a_forced_execution_beside_another(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls)
    ended(h, 0, force=True)
    first.turn.finish()


def a_forced_execution_that_fails_beside_another(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    forced = begun(h, 0, calls, force=True)
    h.delete(0)
    ended(h, 0, force=True)
    forced.turn.finish()


def a_forced_execution_that_is_overtaken_by_a_forced_one(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls, force=True)
    second = begun(h, 0, 9 - calls, force=True)
    h.delete(0)
    second.turn.finish()
    first.turn.finish()


def a_forced_execution_that_fails_when_another_has_completed(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls, force=True)
    ended(h, 0, force=True)
    h.delete(0)
    first.turn.finish()


def an_event_long_after(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    CLOCK.move(20_000)
    begun(h, 0, calls).turn.finish()


def an_event_not_so_long_after(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    CLOCK.move(600)
    ended(h, 0)
    run.turn.finish()


def an_end_that_nobody_hears_of(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    begun(h, 0, min(calls, 5))
    h.outlast_the_lease()
    if h._losable():
        h.lose(0)
        ended(h, 0)


def a_lease_that_is_renewed_while_another_takes_over(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 4)
    h.outlast_the_lease()
    heir = begun(h, 0, min(calls, 4))
    h._redrive(run.execution)
    h._advance(h.runs[-1], calls)
    heir.turn.finish()
    h._finish()


def an_end_told_while_a_newer_upload_is_claimed(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 48)
    older = begun(h, 0, 4)
    stopped(h, older)
    backstop = concluded(h, older, calls)
    newer = begun(h, 1, 4)
    backstop.turn.finish()
    newer.turn.finish()


def a_claim_that_is_renewed_while_another_takes_over(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 3)
    run.execution.end("TIMED_OUT")
    run.turn.finish()
    h.lose(0)
    CLOCK.move(LEASE_SECONDS + 1)
    heir = begun(h, 0, calls)
    h._redrive(run.execution)
    h._advance(h.runs[-1], 5)
    heir.turn.finish()


def a_history_that_lags(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    h.cloud.step_functions.lag = {"describe": 0, "history": 1 + calls % 5}
    concluded(h, run)


def an_end_told_twice(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    stopped(h, run)
    first = concluded(h, run, 3)
    second = concluded(h, run, calls)
    first.turn.finish()
    second.turn.finish()


def an_end_told_once_more_later(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = begun(h, 0, calls)
    stopped(h, run)
    run.turn.finish()
    CLOCK.move(1)
    concluded(h, run)
    CLOCK.move(1)
    concluded(h, run)


def an_end_told_after_a_redrive(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    stopped(h, run)
    run.turn.finish()
    if run.execution.status == "ABORTED":
        end = run.execution.ends[-1]
        redriven(h, run)
        h._tell(end)
        h.runs[-1].turn.finish()


def an_end_told_after_a_redrive_that_is_stopped_too(h: Histories, calls: int) -> None:
    h.hears_of_every_end = True
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    h._redrive(run.execution)
    again = h.runs[-1]
    h._advance(again, calls)
    stopped(h, again)
    again.turn.finish()
    CLOCK.move(1)
    concluded(h, again)


def a_redrive_that_ends_while_the_backstop_looks(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    backstop = concluded(h, run, calls % 4)
    redriven(h, run)
    backstop.turn.finish()


def answers_that_lag(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    stopped(h, run)
    run.turn.finish()
    if run.execution.status == "ABORTED":
        h.tell(0, 0, 1 + calls % 3)
        h.runs[-1].turn.finish()


def a_redrives_answers_that_lag(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    concluded(h, run)
    h._redrive(run.execution)
    again = h.runs[-1]
    h._advance(again, calls)
    again.execution.end("TIMED_OUT") if again.execution.status == "RUNNING" else None
    again.turn.finish()
    h.cloud.step_functions.lag = {"describe": 2, "history": 0}
    concluded(h, again)


def a_redrives_history_that_lags(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    concluded(h, run)
    known = len(run.execution.events)
    redriven(h, run)
    unknown = len(run.execution.events) - known
    h.cloud.step_functions.lag = {"describe": 0, "history": unknown if calls % 2 else 1}
    concluded(h, run)


def an_heir_that_is_stopped_before_its_claim(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    ended(h, 0)
    stopped_later(h, calls)


def an_heir_of_what_nobody_heard_the_end_of(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    begun(h, 0, 4)
    h.outlast_the_lease()
    h.lose(0)
    heir = begun(h, 0, calls)
    stopped(h, heir)
    heir.turn.finish()
    concluded(h, heir)
    assert h.cloud.record(h.past.uploads[0].key)["Status"] != "PROCESSING"


def an_heir_that_is_overtaken(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    ended(h, 0)
    CLOCK.move(1)
    heir = begun(h, 0, min(calls, 2))
    stopped(h, heir)
    h.upload("a.jpg", 0)
    ended(h, 1)
    concluded(h, heir)


def an_heir_that_comes_when_a_newer_upload_is_done(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 48)
    ended(h, 1)
    stopped_later(h, calls)


def an_heir_beside_another(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    heir = begun(h, 0, min(calls, 2))
    stopped(h, heir)
    CLOCK.move(1)
    other = begun(h, 0, 9 if calls % 2 else 4)
    concluded(h, heir)
    other.turn.finish()


def an_heir_that_was_started_before_the_failure(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    heir = begun(h, 0, min(calls, 2))
    CLOCK.move(1)
    ended(h, 0)
    stopped(h, heir)
    concluded(h, heir)


def an_heir_that_finds_nothing_to_take_over_and_fails_late(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.delete(0)
    first = ended(h, 0)
    heir = begun(h, 0, min(calls, 2), force=True)
    CLOCK.move(1)
    redriven(h, first)
    stopped(h, heir)
    concluded(h, heir)
    heir.turn.finish()


def a_redrive_while_another_takes_over(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 4)
    stopped(h, run)
    run.turn.finish()
    concluded(h, run)
    heir = begun(h, 0, 3)
    h._redrive(run.execution)
    h._advance(h.runs[-1], calls)
    heir.turn.finish()
    h._finish()


STORIES: tuple[Story, ...] = (
    a_straggler,
    a_straggler_of_a_photo_that_was_redriven,
    a_straggler_of_no_photo_that_was_redriven,
    a_straggler_beside_its_redrive,
    a_straggler_that_finds_what_another_failed_at,
    a_forced_straggler_that_finds_what_another_completed,
    a_straggler_of_which_its_backstop_had_nothing_to_say,
    a_function_that_is_run_twice,
    a_forced_execution_that_cannot_claim,
    a_redrive_that_writes_between_the_backstops_look_and_its_write,
    two_events_of_one_upload,
    two_events_of_what_is_no_photo,
    two_uploads,
    an_older_upload_that_failed_and_is_redriven,
    a_photo_replaced_while_it_is_read,
    a_photo_read_when_it_is_replaced_already,
    a_photo_deleted_while_it_is_read,
    a_broken_file_replaced_before_it_is_marked,
    two_keys_whose_copies_have_one_name,
    three_uploads_that_meet_at_the_copy,
    a_forced_execution_beside_another,
    a_forced_execution_that_fails_beside_another,
    a_forced_execution_that_is_overtaken_by_a_forced_one,
    a_forced_execution_that_fails_when_another_has_completed,
    an_event_long_after,
    an_event_not_so_long_after,
    an_end_that_nobody_hears_of,
    a_lease_that_is_renewed_while_another_takes_over,
    an_end_told_while_a_newer_upload_is_claimed,
    a_claim_that_is_renewed_while_another_takes_over,
    a_history_that_lags,
    an_end_told_twice,
    an_end_told_once_more_later,
    an_end_told_after_a_redrive,
    an_end_told_after_a_redrive_that_is_stopped_too,
    a_redrive_that_ends_while_the_backstop_looks,
    answers_that_lag,
    a_redrives_answers_that_lag,
    a_redrives_history_that_lags,
    an_heir_that_is_stopped_before_its_claim,
    an_heir_of_what_nobody_heard_the_end_of,
    an_heir_that_is_overtaken,
    an_heir_that_comes_when_a_newer_upload_is_done,
    an_heir_beside_another,
    an_heir_that_was_started_before_the_failure,
    an_heir_that_finds_nothing_to_take_over_and_fails_late,
    a_redrive_while_another_takes_over,
)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud() as running:
        yield running


@pytest.mark.parametrize("bucket", [VERSIONED, PLAIN])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_whatever_the_moment_the_newest_upload_wins(cloud: Cloud, story: Story, bucket: str) -> None:
    Histories.cloud = cloud
    for calls in CALLS:
        history = Histories()
        history.begin(bucket, newest_first=calls % 2 == 0)
        story(history, calls)
        history.teardown()
