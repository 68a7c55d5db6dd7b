"""Regression scenarios of two or three executions, each with every number of AWS calls before the decisive event.

Chance finds these races too, in thousands of histories; here each is met at once, so that a missing condition is found.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from functions.operate.rerun_request import RerunRequest
from verification.histories.in_process_aws import PLAIN, VERSIONED, InProcessAws, in_process_aws
from verification.histories.interpreter import Execution
from verification.histories.operator_reruns import Operator
from verification.histories.test_stateful import Command, Histories, Run
from verification.histories.virtual_clock import CLOCK, LEASE_SECONDS

Scenario = Callable[[Histories, int], None]
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


def finalized(h: Histories, run: Run, calls: int | None = None) -> Run:
    """Deliver an execution's last end to the backstop, if its rule matches; let that make so many calls, or all."""
    if run.execution.ends[-1] not in h._ends():
        return run
    h._deliver_end(run.execution.ends[-1])
    backstop = h.runs[-1]
    if calls is None:
        backstop.turn.finish()
    else:
        h._advance(backstop, calls)
    return backstop


def redriven(h: Histories, run: Run) -> Run:
    """Press Redrive, and let the new attempt come to its end; what succeeded cannot be redriven."""
    if run.execution.status == "SUCCEEDED":
        return run
    h._redrive(run.execution)
    h.runs[-1].turn.finish()
    return h.runs[-1]


def stopped_later(h: Histories, calls: int) -> None:
    """Deliver the first upload's event once more, stop that execution, and deliver its end to the backstop."""
    CLOCK.move(1)
    run = begun(h, 0, calls)
    stopped(h, run)
    finalized(h, run)
    run.turn.finish()


def stale_invocation(h: Histories, width: int, calls: int, *, force: bool = False) -> Run:
    """Stop the execution of a new upload, its function at work, and deliver its end to the backstop."""
    h.upload("a.jpg", width)
    run = begun(h, 0, calls, force=force)
    stopped(h, run)
    finalized(h, run)
    return run


def a_redrive_of_what_was_stopped_while_it_notified(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    stopped(h, run)
    finalized(h, run)
    run.turn.finish()
    if run.execution.status == "ABORTED":
        finalized(h, redriven(h, run))


def a_takeover_while_a_redrive_writes_first(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 5)
    stopped(h, run)
    finalized(h, run)
    run.turn.finish()
    h._redrive(run.execution)
    again = h.runs[-1]
    h._advance(again, calls)
    CLOCK.move(1)
    ended(h, 0)
    again.turn.finish()


def a_stale_invocation_of_a_stopped_execution(h: Histories, calls: int) -> None:
    stale_invocation(h, 40, calls).turn.finish()


def a_stale_invocation_of_a_photo_that_was_redriven(h: Histories, calls: int) -> None:
    run = stale_invocation(h, 40, calls)
    if run.execution.status == "ABORTED":
        redriven(h, run)
    run.turn.finish()


def a_stale_invocation_of_a_broken_file_that_was_redriven(h: Histories, calls: int) -> None:
    run = stale_invocation(h, 0, calls)
    if run.execution.status == "ABORTED":
        finalized(h, redriven(h, run))
    run.turn.finish()


def a_stale_invocation_runs_beside_its_redrive(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 9 - calls)
    stopped(h, run)
    if run.execution.status == "ABORTED":
        h._redrive(run.execution)
        h._advance(h.runs[-1], calls)
    run.turn.finish()


def a_stale_invocation_finds_that_another_execution_failed(h: Histories, calls: int) -> None:
    run = stale_invocation(h, 0, calls)
    ended(h, 0)
    run.turn.finish()


def a_forced_stale_invocation_finds_that_another_execution_completed(h: Histories, calls: int) -> None:
    run = stale_invocation(h, 40, calls, force=True)
    ended(h, 0)
    run.turn.finish()


def a_stale_invocation_whose_backstop_wrote_nothing(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    first, run = begun(h, 0, 2), begun(h, 0, 0)
    first.turn.finish()
    h._advance(run, calls % 5)
    stopped(h, run)
    finalized(h, run, None if calls < 5 else 3)
    run.turn.finish()


def a_function_is_invoked_twice(h: Histories, calls: int) -> None:
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


def a_forced_execution_cannot_claim(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    CLOCK.move(calls)
    denied = begun(h, 0, 0, force=True).execution
    denied.data["failure"] = {"Error": "ServiceRefusedError", "Cause": "No."}
    denied.state = "RecordFailure"
    h.runs[-1] = Run.of(denied)


def a_redrive_writes_between_the_backstops_read_and_its_write(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 2)
    stopped(h, run)
    run.turn.finish()
    backstop = finalized(h, run, calls % 5)
    h._redrive(run.execution)
    h._advance(h.runs[-1], 1 + calls // 5 * 3)
    backstop.turn.finish()


def one_upload_is_delivered_twice(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls)
    second = begun(h, 0, 9 - calls)
    first.turn.finish()
    second.turn.finish()


def a_broken_file_is_delivered_twice(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    first, second = begun(h, 0, calls), begun(h, 0, 2)
    second.turn.finish()
    first.turn.finish()


def two_uploads_at_once(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 48)
    older, newer = begun(h, 0, calls), begun(h, 1, 9 - calls)
    newer.turn.finish()
    older.turn.finish()


def an_older_upload_failed_and_is_redriven(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    h.upload("a.jpg", 48)
    older, newer = ended(h, 0), begun(h, 1, calls)
    h._redrive(older.execution)
    h._finish()
    newer.turn.finish()


def a_photo_is_replaced_while_it_is_read(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    h.upload("a.jpg", 56)
    run.turn.finish()


def a_photo_is_replaced_before_it_is_read(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 56)
    begun(h, 0, calls).turn.finish()


def a_photo_is_deleted_while_it_is_read(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    h.delete(0)
    run.turn.finish()


def a_broken_file_is_replaced_before_it_is_tagged(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = begun(h, 0, calls)
    h.upload("a.jpg", 48)
    run.turn.finish()


def two_keys_have_copies_of_one_name(h: Histories, calls: int) -> None:
    h.upload("a", 40)
    h.upload("a.jpg", 48)
    first, second = begun(h, 0, calls), begun(h, 1, 9 - calls)
    second.turn.finish()
    first.turn.finish()


def three_uploads_write_their_copies_at_once(h: Histories, calls: int) -> None:
    for width in (40, 48, 56):
        h.upload("a.jpg", width)
    oldest, middle = begun(h, 0, 9), begun(h, 1, calls)
    newest = begun(h, 2, 9)
    for run in (newest, middle, oldest):
        run.turn.finish()


def a_forced_execution_runs_beside_another(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls)
    ended(h, 0, force=True)
    first.turn.finish()


def a_forced_execution_fails_beside_another(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    forced = begun(h, 0, calls, force=True)
    h.delete(0)
    ended(h, 0, force=True)
    forced.turn.finish()


def a_forced_execution_is_overtaken_by_a_forced_one(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls, force=True)
    second = begun(h, 0, 9 - calls, force=True)
    h.delete(0)
    second.turn.finish()
    first.turn.finish()


def a_forced_execution_fails_when_another_has_completed(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    first = begun(h, 0, calls, force=True)
    ended(h, 0, force=True)
    h.delete(0)
    first.turn.finish()


def an_event_is_delivered_after_the_lease_of_its_upload(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    CLOCK.move(20_000)
    begun(h, 0, calls).turn.finish()


def an_event_is_delivered_within_the_lease_of_its_upload(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    CLOCK.move(600)
    ended(h, 0)
    run.turn.finish()


def the_status_change_of_an_end_is_lost(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    begun(h, 0, min(calls, 5))
    h.outlast_the_lease()
    if h._losable():
        h.lose(0)
        ended(h, 0)


def a_lease_is_renewed_during_a_takeover(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 4)
    h.outlast_the_lease()
    takeover = begun(h, 0, min(calls, 4))
    h._redrive(run.execution)
    h._advance(h.runs[-1], calls)
    takeover.turn.finish()
    h._finish()


def an_end_is_delivered_while_a_newer_upload_is_claimed(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 48)
    older = begun(h, 0, 4)
    stopped(h, older)
    backstop = finalized(h, older, calls)
    newer = begun(h, 1, 4)
    backstop.turn.finish()
    newer.turn.finish()


def a_claim_is_renewed_during_a_takeover(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 3)
    run.execution.end("TIMED_OUT")
    run.turn.finish()
    h.lose(0)
    CLOCK.move(LEASE_SECONDS + 1)
    takeover = begun(h, 0, calls)
    h._redrive(run.execution)
    h._advance(h.runs[-1], 5)
    takeover.turn.finish()


def the_execution_history_lags(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    h.aws.step_functions.lag = {"describe": 0, "history": 1 + calls % 5}
    finalized(h, run)


def an_end_is_delivered_twice_at_once(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    stopped(h, run)
    first = finalized(h, run, 3)
    second = finalized(h, run, calls)
    first.turn.finish()
    second.turn.finish()


def an_end_is_delivered_again_later(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = begun(h, 0, calls)
    stopped(h, run)
    run.turn.finish()
    CLOCK.move(1)
    finalized(h, run)
    CLOCK.move(1)
    finalized(h, run)


def an_end_is_delivered_after_a_redrive(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    stopped(h, run)
    run.turn.finish()
    if run.execution.status == "ABORTED":
        end = run.execution.ends[-1]
        redriven(h, run)
        h._deliver_end(end)
        h.runs[-1].turn.finish()


def a_redrive_is_stopped_whose_first_end_is_not_delivered_yet(h: Histories, calls: int) -> None:
    h.every_end_is_announced = True
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    h._redrive(run.execution)
    again = h.runs[-1]
    h._advance(again, calls)
    stopped(h, again)
    again.turn.finish()
    CLOCK.move(1)
    finalized(h, again)


def a_redrive_ends_while_the_backstop_reads(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    backstop = finalized(h, run, calls % 4)
    redriven(h, run)
    backstop.turn.finish()


def step_functions_answers_lag(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, calls)
    stopped(h, run)
    run.turn.finish()
    if run.execution.status == "ABORTED":
        h.deliver_end(0, 0, 1 + calls % 3)
        h.runs[-1].turn.finish()


def step_functions_answers_about_a_redrive_lag(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    finalized(h, run)
    h._redrive(run.execution)
    again = h.runs[-1]
    h._advance(again, calls)
    again.execution.end("TIMED_OUT") if again.execution.status == "RUNNING" else None
    again.turn.finish()
    h.aws.step_functions.lag = {"describe": 2, "history": 0}
    finalized(h, again)


def the_execution_history_of_a_redrive_lags(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    run = ended(h, 0)
    finalized(h, run)
    known = len(run.execution.events)
    redriven(h, run)
    unknown = len(run.execution.events) - known
    h.aws.step_functions.lag = {"describe": 0, "history": unknown if calls % 2 else 1}
    finalized(h, run)


def a_takeover_is_stopped_before_its_claim(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    ended(h, 0)
    stopped_later(h, calls)


def a_takeover_after_a_lost_end_is_stopped(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    begun(h, 0, 4)
    h.outlast_the_lease()
    h.lose(0)
    takeover = begun(h, 0, calls)
    stopped(h, takeover)
    takeover.turn.finish()
    finalized(h, takeover)
    assert h.aws.record(h.log.uploads[0].key)["Status"] != "PROCESSING"


def a_takeover_is_overtaken_by_a_newer_upload(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    ended(h, 0)
    CLOCK.move(1)
    takeover = begun(h, 0, min(calls, 2))
    stopped(h, takeover)
    h.upload("a.jpg", 0)
    ended(h, 1)
    finalized(h, takeover)


def a_takeover_comes_after_a_newer_upload(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.upload("a.jpg", 48)
    ended(h, 1)
    stopped_later(h, calls)


def two_takeovers_at_once(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    takeover = begun(h, 0, min(calls, 2))
    stopped(h, takeover)
    CLOCK.move(1)
    other = begun(h, 0, 9 if calls % 2 else 4)
    finalized(h, takeover)
    other.turn.finish()


def a_takeover_started_before_the_failure(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 0)
    takeover = begun(h, 0, min(calls, 2))
    CLOCK.move(1)
    ended(h, 0)
    stopped(h, takeover)
    finalized(h, takeover)


def a_takeover_finds_nothing_to_take_over_and_fails_late(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    h.delete(0)
    first = ended(h, 0)
    takeover = begun(h, 0, min(calls, 2), force=True)
    CLOCK.move(1)
    redriven(h, first)
    stopped(h, takeover)
    finalized(h, takeover)
    takeover.turn.finish()


def a_redrive_during_a_takeover(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    run = begun(h, 0, 4)
    stopped(h, run)
    run.turn.finish()
    finalized(h, run)
    takeover = begun(h, 0, 3)
    h._redrive(run.execution)
    h._advance(h.runs[-1], calls)
    takeover.turn.finish()
    h._finish()


def asked(h: Histories, **request: Any) -> Operator:
    """Let an operator look at the first upload's photo, decide, and act on it; return the operator."""
    command = begun_by_operator(h, **request)
    command.turn.finish()
    return command.operator


def begun_by_operator(h: Histories, calls: int = 0, **request: Any) -> Command:
    """Let an operator's re-run of the first upload's photo make so many calls."""
    h.rerun(0, RerunRequest(**request), calls)
    return h.commands[-1]


def failed_while_at_work(h: Histories) -> Run:
    """Let a photo fail: its execution is stopped while it enhances, and the backstop records it."""
    h.upload("a.jpg", 40)
    run = begun(h, 0, 5)
    stopped(h, run)
    run.turn.finish()
    finalized(h, run)
    CLOCK.move(1)
    return run


def two_operators_at_once(h: Histories, calls: int, **request: Any) -> int:
    """Let two operators ask the same at once; return how many attempts they began between them."""
    before = attempts(h)
    first = begun_by_operator(h, calls, **request, by="ada")
    asked(h, **request, by="bob")
    first.turn.finish()
    return attempts(h) - before


def attempts(h: Histories) -> int:
    """Return how many attempts have begun, at any execution of the pipeline."""
    return sum(1 + execution.redrive_count for _, execution in h.log.executions)


def two_operators_redrive_a_photo_at_once(h: Histories, calls: int) -> None:
    failed_while_at_work(h)
    assert two_operators_at_once(h, calls, reason="S3 is back" if calls % 2 else "") == 1


def two_operators_start_a_photo_anew_at_once(h: Histories, calls: int) -> None:
    failed_while_at_work(h)
    assert two_operators_at_once(h, calls, preset="none", reason="asked by mail") == 1


def two_operators_make_a_completed_photo_anew_at_once(h: Histories, calls: int) -> None:
    h.upload("a.jpg", 40)
    ended(h, 0)
    assert two_operators_at_once(h, calls, force=True) == 1


def one_operator_redrives_while_another_starts_anew(h: Histories, calls: int) -> None:
    failed_while_at_work(h)
    first = begun_by_operator(h, calls, reason="S3 is back")
    second = begun_by_operator(h, 9 - calls, preset="none")
    second.turn.finish()
    first.turn.finish()


def a_rerun_is_interrupted_and_said_again(h: Histories, calls: int) -> None:
    failed_while_at_work(h)
    before = attempts(h)
    first = begun_by_operator(h, calls, how="new" if calls % 2 else "auto", reason="S3 is back")
    first.turn.kill()
    asked(h, how="new" if calls % 2 else "auto")
    assert attempts(h) - before == 1


def a_rerun_that_came_to_nothing_is_said_again(h: Histories, calls: int) -> None:
    """The new execution is stopped before its claim, so the COMPLETED record stays; its name is taken."""
    h.upload("a.jpg", 40)
    ended(h, 0)
    CLOCK.move(1)
    asked(h, force=True)
    for _ in range(calls % 3):
        h.log.executions[-1][1].end("ABORTED")
        before = attempts(h)
        asked(h, force=True)
        assert attempts(h) - before == 1
    h._finish()
    assert [execution.status for _, execution in h.log.executions][-1] == "SUCCEEDED"


def a_photo_is_run_by_hand_after_a_rerun(h: Histories, calls: int) -> None:
    failed_while_at_work(h)
    asked(h, preset="none", by="ada")
    run = h.runs[-1]
    h._advance(run, calls)
    stopped(h, run)
    run.turn.finish()
    finalized(h, run)
    h.deliver(0, 9)


def the_reason_of_a_redrive_outlasts_its_claim(h: Histories, calls: int) -> None:
    """An execution that a re-run began is stopped while it claims, and is redriven with another reason."""
    h.upload("a.jpg", 0)
    ended(h, 0)
    CLOCK.move(1)
    asked(h, how="new", force=True, reason="once more", by="ada")
    run = h.runs[-1]
    h._advance(run, 2 + calls % 3)
    stopped(h, run)
    run.turn.finish()
    finalized(h, run)
    asked(h, how="redrive", force=True, reason="the limit is raised", by="bob")
    h._finish()
    assert h.aws.record(h.log.uploads[0].key)["Rerun"]["reason"] == "the limit is raised"


def a_rerun_meets_a_newer_upload(h: Histories, calls: int) -> None:
    failed_while_at_work(h)
    command = begun_by_operator(h, calls, how="new" if calls % 2 else "auto", reason="S3 is back")
    h.upload("a.jpg", 48)
    newer = begun(h, 1, calls)
    command.turn.finish()
    h._finish()
    newer.turn.finish()


SCENARIOS: tuple[Scenario, ...] = (
    a_redrive_of_what_was_stopped_while_it_notified,
    a_takeover_while_a_redrive_writes_first,
    a_stale_invocation_of_a_stopped_execution,
    a_stale_invocation_of_a_photo_that_was_redriven,
    a_stale_invocation_of_a_broken_file_that_was_redriven,
    a_stale_invocation_runs_beside_its_redrive,
    a_stale_invocation_finds_that_another_execution_failed,
    a_forced_stale_invocation_finds_that_another_execution_completed,
    a_stale_invocation_whose_backstop_wrote_nothing,
    a_function_is_invoked_twice,
    a_forced_execution_cannot_claim,
    a_redrive_writes_between_the_backstops_read_and_its_write,
    one_upload_is_delivered_twice,
    a_broken_file_is_delivered_twice,
    two_uploads_at_once,
    an_older_upload_failed_and_is_redriven,
    a_photo_is_replaced_while_it_is_read,
    a_photo_is_replaced_before_it_is_read,
    a_photo_is_deleted_while_it_is_read,
    a_broken_file_is_replaced_before_it_is_tagged,
    two_keys_have_copies_of_one_name,
    three_uploads_write_their_copies_at_once,
    a_forced_execution_runs_beside_another,
    a_forced_execution_fails_beside_another,
    a_forced_execution_is_overtaken_by_a_forced_one,
    a_forced_execution_fails_when_another_has_completed,
    an_event_is_delivered_after_the_lease_of_its_upload,
    an_event_is_delivered_within_the_lease_of_its_upload,
    the_status_change_of_an_end_is_lost,
    a_lease_is_renewed_during_a_takeover,
    an_end_is_delivered_while_a_newer_upload_is_claimed,
    a_claim_is_renewed_during_a_takeover,
    the_execution_history_lags,
    an_end_is_delivered_twice_at_once,
    an_end_is_delivered_again_later,
    an_end_is_delivered_after_a_redrive,
    a_redrive_is_stopped_whose_first_end_is_not_delivered_yet,
    a_redrive_ends_while_the_backstop_reads,
    step_functions_answers_lag,
    step_functions_answers_about_a_redrive_lag,
    the_execution_history_of_a_redrive_lags,
    a_takeover_is_stopped_before_its_claim,
    a_takeover_after_a_lost_end_is_stopped,
    a_takeover_is_overtaken_by_a_newer_upload,
    a_takeover_comes_after_a_newer_upload,
    two_takeovers_at_once,
    a_takeover_started_before_the_failure,
    a_takeover_finds_nothing_to_take_over_and_fails_late,
    a_redrive_during_a_takeover,
)
# A command makes six calls at most. The record is the same whether its bucket keeps versions or not.
OPERATORS_CALLS = range(7)
OPERATORS_SCENARIOS: tuple[Scenario, ...] = (
    two_operators_redrive_a_photo_at_once,
    two_operators_start_a_photo_anew_at_once,
    two_operators_make_a_completed_photo_anew_at_once,
    one_operator_redrives_while_another_starts_anew,
    a_rerun_is_interrupted_and_said_again,
    a_rerun_that_came_to_nothing_is_said_again,
    a_photo_is_run_by_hand_after_a_rerun,
    the_reason_of_a_redrive_outlasts_its_claim,
    a_rerun_meets_a_newer_upload,
)


@pytest.fixture(scope="module")
def aws() -> Iterator[InProcessAws]:
    with in_process_aws() as running:
        yield running


# Every moment in one of the buckets, and by `make histories` in the other one too.
@pytest.mark.parametrize(
    ("bucket", "moments"),
    [
        pytest.param(VERSIONED, CALLS[::2], id="versioned"),
        pytest.param(PLAIN, CALLS[1::2], id="plain"),
        pytest.param(VERSIONED, CALLS[1::2], id="versioned, the other moments", marks=pytest.mark.exhaustive),
        pytest.param(PLAIN, CALLS[::2], id="plain, the other moments", marks=pytest.mark.exhaustive),
    ],
)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_the_newest_upload_wins_at_every_moment(
    aws: InProcessAws, scenario: Scenario, bucket: str, moments: Sequence[int]
) -> None:
    Histories.aws = aws
    for calls in moments:
        history = Histories()
        history.begin(bucket, newest_first=calls % 4 < 2)
        scenario(history, calls)
        history.teardown()


@pytest.mark.parametrize("scenario", OPERATORS_SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_operators_start_each_photo_once_at_every_moment(aws: InProcessAws, scenario: Scenario) -> None:
    Histories.aws = aws
    for calls in OPERATORS_CALLS:
        history = Histories()
        history.begin(PLAIN if calls % 2 else VERSIONED, newest_first=calls % 3 == 0)
        scenario(history, calls)
        history.teardown()
