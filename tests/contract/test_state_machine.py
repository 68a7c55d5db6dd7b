"""The definition holds together: targets, routes, retries and timeouts; and workflow.py names its states."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventPattern

from darkroom.packaging.placeholders import render_file
from darkroom.packaging.repository import UPLOAD_PATTERN
from functions.shared.contracts import FailedRun
from functions.shared.workflow import ANNOUNCERS, FAILURE_BRANCH, LAST_TASK, RESUME, SKIPPED, STEPS
from tests.definitions import FUNCTIONS, STATE_MACHINE, event, function_json, function_of, pipeline, tasks
from tests.lint_asl import MACHINES, problems

STATES: dict[str, Any] = pipeline()["States"]


def targets(state: dict[str, Any]) -> Iterator[str]:
    for part in (state, *state.get("Catch", []), *state.get("Choices", [])):
        if "Next" in part:
            yield part["Next"]


def reachable(start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(targets(STATES[name]))
    return seen


def test_every_target_exists_and_every_state_is_reachable() -> None:
    assert reachable(pipeline()["StartAt"]) == set(STATES)


def test_the_happy_path_is_the_four_steps_and_nothing_else() -> None:
    path = [pipeline()["StartAt"]]
    while "Next" in STATES[path[-1]]:
        path.append(STATES[path[-1]]["Next"])
    assert path == [step.state for step in STEPS]
    assert STATES[path[-1]]["End"] is True


def test_the_failure_branch_runs_in_its_order_and_ends_at_the_resume() -> None:
    following = [STATES[step.state]["Next"] for step in FAILURE_BRANCH]
    assert following == [*(step.state for step in FAILURE_BRANCH[1:]), RESUME]


def test_workflow_names_every_state_and_no_other() -> None:
    named = [step.state for step in (*STEPS, *FAILURE_BRANCH)]
    assert named == list(tasks())
    assert {*named, RESUME, SKIPPED} == set(STATES)


def test_each_task_writes_its_own_result_path_which_a_failed_run_can_hold() -> None:
    results = [step.result for step in (*STEPS, *FAILURE_BRANCH)]
    assert [task["ResultPath"] for task in tasks().values()] == [f"$.{result}" for result in results]
    assert len(set(results)) == len(results)
    assert set(results) <= FailedRun.model_fields.keys()


def test_the_announcers_are_the_tasks_of_the_notify_function() -> None:
    assert set(ANNOUNCERS) == {name for name, task in tasks().items() if function_of(task) == "notify"}


def test_a_redriven_execution_can_resume_at_every_step() -> None:
    choices = STATES[RESUME]["Choices"]
    resumed = {choice["StringEquals"]: choice["Next"] for choice in choices}
    assert resumed == {step.state: step.state for step in STEPS}


@pytest.mark.parametrize("name", tasks())
def test_a_task_outlasts_its_function(name: str) -> None:
    task = tasks()[name]
    assert task["TimeoutSeconds"] > function_json(function_of(task))["timeout_seconds"]


def worst_case_seconds(task: dict[str, Any]) -> float:
    waits: list[float] = [
        min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** attempt, retrier["MaxDelaySeconds"])
        for retrier in task["Retry"]
        for attempt in range(retrier["MaxAttempts"])
    ]
    return sum(waits) + float(task["TimeoutSeconds"])


def test_the_execution_outlasts_the_retries_of_all_its_tasks() -> None:
    assert sum(worst_case_seconds(task) for task in tasks().values()) < pipeline()["TimeoutSeconds"]


def test_a_claim_outlasts_the_execution() -> None:
    for function in ("validate", "record"):
        assert int(function_json(function)["environment"]["LEASE_SECONDS"]) > pipeline()["TimeoutSeconds"]


def test_all_tasks_have_the_same_retries() -> None:
    first, *others = (task["Retry"] for task in tasks().values())
    assert all(other == first for other in others)


@pytest.mark.parametrize("name", tasks())
def test_every_retry_backs_off_with_full_jitter_and_a_ceiling(name: str) -> None:
    for retrier in tasks()[name]["Retry"]:
        assert retrier["JitterStrategy"] == "FULL"
        assert retrier["MaxDelaySeconds"] > retrier["IntervalSeconds"]
        assert "States.ALL" not in retrier["ErrorEquals"]


def test_every_task_but_the_last_catches_everything() -> None:
    for name, task in tasks().items():
        caught = [error for catcher in task.get("Catch", []) for error in catcher["ErrorEquals"]]
        assert caught[-2:] == ([] if name == LAST_TASK else ["States.DataLimitExceeded", "States.ALL"])


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_the_linter_that_aws_keeps_finds_no_error(path: Path) -> None:
    assert problems(path) == []


def test_the_linter_finds_an_error(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.asl.json"
    wrong.write_text(STATE_MACHINE.read_text().replace('"Type": "Succeed"', '"Type": "Suceed"'))
    assert problems(wrong)


def test_every_function_has_its_step() -> None:
    assert {function_of(STATES[step.state]) for step in STEPS} == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("key", "starts"),
    [
        ("a.jpg", True),
        ("a.jpg/", True),
        ("/", True),
        ("/a.jpg", True),
        ("/enhanced/a.jpg", True),
        ("a/../b.jpg", True),
        ("Enhanced/a.jpg", True),
        ("enhanced", True),
        ("enhanced/a.jpg", False),
        ("enhanced/enhanced/web/a.jpg.webp", False),
    ],
)
def test_every_upload_starts_it_and_no_copy_does(key: str, starts: bool) -> None:
    """What the pattern lets pass by has no record at all: the function tells a folder marker from a photo."""
    document: Any = event(key=key, size=0)
    values = {"bucket_name": document["detail"]["bucket"]["name"]}
    pattern = EventPattern.load(render_file(UPLOAD_PATTERN, values, use_all=True))
    assert pattern.matches_event(document) is starts
