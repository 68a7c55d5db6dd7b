"""The history of an execution is read as steps, in the words of AWS and of the embedded AWS alike."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.operate.execution_history import Step, steps
from functions.operate.execution_story import story

START = datetime(2026, 1, 31, tzinfo=UTC)


def history(*events: tuple[str, dict[str, Any]]) -> list[Any]:
    """Return history events, one second apart."""
    return [
        {"id": number, "type": kind, "timestamp": START + timedelta(seconds=number), **details}
        for number, (kind, details) in enumerate(events)
    ]


def entered(state: str) -> tuple[str, dict[str, Any]]:
    return "TaskStateEntered", {"stateEnteredEventDetails": {"name": state}}


def failed(error: str) -> tuple[str, dict[str, Any]]:
    return "LambdaFunctionFailed", {"lambdaFunctionFailedEventDetails": {"error": error, "cause": ".."}}


def bare(kind: str) -> tuple[str, dict[str, Any]]:
    return kind, {}


SCHEDULED, SUCCEEDED, EXITED = bare("LambdaFunctionScheduled"), bare("LambdaFunctionSucceeded"), bare("TaskStateExited")
REDRIVEN, EXECUTION_FAILED = bare("ExecutionRedriven"), bare("ExecutionFailed")


def seen(found: list[Step]) -> list[tuple[str, int, float | None, str, bool]]:
    return [(step.state, step.attempts, step.seconds, step.result, step.redriven) for step in found]


def test_a_retried_step_counts_its_attempts_and_names_what_it_overcame() -> None:
    events = history(entered("A"), SCHEDULED, failed("TransientServiceError"), SCHEDULED, SUCCEEDED, EXITED)
    assert seen(steps(events)) == [("A", 2, 5.0, "done, after TransientServiceError", False)]


def test_a_caught_error_and_the_one_that_ends_the_execution_are_the_results() -> None:
    events = history(
        entered("A"), SCHEDULED, failed("CorruptImageError"), EXITED,
        entered("B"), SCHEDULED, failed("ImageFailedError"), EXECUTION_FAILED,
    )  # fmt: skip
    assert seen(steps(events)) == [
        ("A", 1, 3.0, "CorruptImageError", False),
        ("B", 1, 3.0, "ImageFailedError", False),
    ]


def test_a_step_that_lasts_has_no_duration() -> None:
    assert seen(steps(history(entered("A"), SCHEDULED))) == [("A", 1, None, "at work", False)]


def test_a_state_without_work_of_its_own_is_done() -> None:
    choice = ("ChoiceStateEntered", {"stateEnteredEventDetails": {"name": "C"}})
    assert seen(steps(history(choice, ("ChoiceStateExited", {})))) == [("C", 0, 1.0, "done", False)]


def test_a_step_that_waits_for_its_next_attempt_is_at_work() -> None:
    assert seen(steps(history(entered("A"), SCHEDULED, failed("TransientServiceError")))) == [
        ("A", 1, None, "at work, after TransientServiceError", False)
    ]


def test_a_step_whose_execution_was_stopped_is_not_at_work() -> None:
    [step] = steps(history(entered("A"), SCHEDULED, bare("ExecutionAborted")))
    assert (step.outcome, step.result, step.seconds) == ("failed", "stopped", 2.0)


def test_a_story_has_what_a_step_met_and_said() -> None:
    cause = json.dumps({"errorMessage": "S3 did not answer.", "stackTrace": ["secret"]})
    details = {"lambdaFunctionFailedEventDetails": {"error": "TransientServiceError", "cause": cause}}
    [visit] = story(steps(history(entered("A"), SCHEDULED, ("LambdaFunctionFailed", details), SCHEDULED, SUCCEEDED)))
    assert (visit.errors, visit.message, visit.outcome) == (["TransientServiceError"], "S3 did not answer.", "at work")
    assert (visit.attempts, visit.seconds, visit.entered_at) == (2, None, START)


def test_a_redrive_continues_inside_the_failed_state_or_enters_it_anew() -> None:
    before = (entered("A"), SCHEDULED, failed("ImageFailedError"), EXECUTION_FAILED, REDRIVEN)
    after = (SCHEDULED, SUCCEEDED, EXITED)
    on_aws = seen(steps(history(*before, *after)))
    embedded = seen(steps(history(*before, entered("A"), *after)))
    assert [step[0:2] + step[3:] for step in on_aws] == [
        ("A", 1, "ImageFailedError", False),
        ("A", 1, "done", True),
    ]
    assert [step[0:2] + step[3:] for step in embedded] == [step[0:2] + step[3:] for step in on_aws]
