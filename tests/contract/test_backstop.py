"""The backstop's definition and pattern: everything that can end the pipeline badly starts it, and nothing stops it."""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

from darkroom.packaging.placeholders import render_file
from functions.shared.errors import SkippedUploadError
from tests.contract.test_errors import leaves, named
from tests.contract.test_state_machine import targets
from tests.definitions import BACKSTOP, BACKSTOP_PATTERN, function_json, function_of, tasks

DEFINITION: dict[str, Any] = json.loads(BACKSTOP.read_text())
STATES: dict[str, Any] = DEFINITION["States"]
TASKS = tasks(BACKSTOP)
RETRIED_BY_THE_PIPELINE = {
    error for task in tasks().values() for retrier in task["Retry"] for error in retrier["ErrorEquals"]
}
MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:pipeline"
HISTORY_LIMIT = 25_000
EVENTS_PER_ROUND = 16


def test_every_target_exists_and_every_state_is_reached() -> None:
    reached = {DEFINITION["StartAt"], *(target for state in STATES.values() for target in targets(state))}
    reached |= {state["Default"] for state in STATES.values() if "Default" in state}
    assert reached == set(STATES)


def test_it_skips_on_every_error_that_means_nothing_is_left_to_report() -> None:
    assert named("Catch", {"RecordFailure": TASKS["RecordFailure"]}) == leaves(SkippedUploadError)


def test_it_waits_out_whatever_the_pipeline_retries() -> None:
    [retried] = [{error for r in TASKS["RecordFailure"]["Retry"] for error in r["ErrorEquals"]}]
    [caught] = TASKS["NotifyFailure"]["Catch"]
    assert retried == set(caught["ErrorEquals"]) == RETRIED_BY_THE_PIPELINE
    assert caught["Next"] == "WaitForNotifier"


def test_the_notifier_is_retried_only_after_another_look_at_the_execution() -> None:
    assert "Retry" not in TASKS["NotifyFailure"]
    assert STATES["WaitForNotifier"]["Next"] == "RecordFailure"


def test_the_recorder_is_retried_for_more_than_a_day() -> None:
    for retrier in TASKS["RecordFailure"]["Retry"][:2]:
        # A random share of each wait: half of it on average.
        assert retrier["MaxAttempts"] * retrier["MaxDelaySeconds"] / 2 > 86_400


def test_its_rounds_fit_into_a_history() -> None:
    rounds = DEFINITION["TimeoutSeconds"] / STATES["WaitForNotifier"]["Seconds"]
    assert rounds * EVENTS_PER_ROUND < HISTORY_LIMIT


@pytest.mark.parametrize("name", TASKS)
def test_a_task_outlasts_its_function(name: str) -> None:
    assert TASKS[name]["TimeoutSeconds"] > function_json(function_of(TASKS[name]))["timeout_seconds"]


@pytest.mark.parametrize(
    ("status", "redrive_count", "machine", "starts"),
    [
        ("FAILED", 0, MACHINE, True),
        ("TIMED_OUT", 0, MACHINE, True),
        ("ABORTED", 0, MACHINE, True),
        ("ABORTED", 1, MACHINE, True),
        ("SUCCEEDED", 0, MACHINE, False),
        ("SUCCEEDED", 1, MACHINE, True),
        ("SUCCEEDED", 1, f"{MACHINE}-other", False),
        ("RUNNING", 1, MACHINE, False),
        ("FAILED", 0, f"{MACHINE}-other", False),
    ],
)
def test_which_events_start_it(status: str, redrive_count: int, machine: str, starts: bool) -> None:
    pattern = EventPattern.load(render_file(BACKSTOP_PATTERN, {"state_machine_arn": MACHINE}, use_all=True))
    event: Any = {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"stateMachineArn": machine, "status": status, "redriveCount": redrive_count},
    }
    assert pattern.matches_event(event) is starts
