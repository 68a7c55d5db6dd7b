"""The error classes and the definition name each other: no route without an error, no error without its route."""

import ast
import inspect
import re
from typing import Any

import pytest

from functions.shared import errors
from functions.shared.errors import DarkroomError, ImageFailedError, SkippedUploadError, TransientServiceError
from functions.shared.workflow import FAILURE_BRANCH, LAST_TASK, STEPS
from tests.definitions import FUNCTIONS, ROOT, function_of, tasks

AWS_NAMES = re.compile(r"^(States|Lambda|Sandbox|Runtime)\.")


def leaves(base: type[DarkroomError]) -> set[str]:
    below = base.__subclasses__()
    return set().union(*map(leaves, below)) if below else {base.__name__}


def named(part: str, states: dict[str, dict[str, object]]) -> set[str]:
    found = {
        error
        for state in states.values()
        for rule in state.get(part, [])  # type: ignore[attr-defined]
        for error in rule["ErrorEquals"]
    }
    return {error for error in found if not AWS_NAMES.match(error)}


def raised_by(function: str) -> set[str]:
    """Return the error names that the docstring of errors.py says a function raises."""
    lines = (errors.__doc__ or "").splitlines()
    pattern = re.compile(r"(\w+Error)\s+(all|[a-z, ]+?)(?: \(|:)")
    found = (pattern.search(line) for line in lines)
    return {m[1] for m in found if m and (m[2] == "all" or function in m[2].split(", "))}


def test_the_tree_of_the_docstring_is_the_classes() -> None:
    classes = {n for n, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, DarkroomError)}
    assert set(re.findall(r"\b\w+Error\b", errors.__doc__ or "")) == classes


def test_the_definition_names_only_errors_that_exist_and_all_that_it_routes() -> None:
    assert named("Retry", tasks()) == leaves(TransientServiceError)
    assert named("Catch", tasks()) == leaves(SkippedUploadError)


# A message that failed is never skipped, and FailUnlessRedriven turns what its function raises into ImageFailedError.
SKIPPING = [step.state for step in (*STEPS[:-1], FAILURE_BRANCH[0])]


@pytest.mark.parametrize("step", SKIPPING)
def test_a_step_skips_on_exactly_what_its_function_may_raise(step: str) -> None:
    task = tasks()[step]
    assert named("Catch", {step: task}) == raised_by(function_of(task)) & leaves(SkippedUploadError)


def test_the_readme_has_the_retry_policy_of_the_definition() -> None:
    text = (ROOT / "statemachine" / "README.md").read_text()
    table = text.partition("## Retry policy")[2].partition("\n## ")[0]
    rows = [line.split(" | ", 1)[1] for line in table.splitlines() if re.search(r"\| \d+ \|", line)]
    assert rows == [row(retrier) for retrier in tasks()[STEPS[0].state]["Retry"]]


def row(retrier: dict[str, Any]) -> str:
    """Return a retrier as the README's table has it, after the words for what happened."""
    ceiling = retrier["MaxDelaySeconds"]
    waits = [
        f"{min(retrier['IntervalSeconds'] * retrier['BackoffRate'] ** n, ceiling):g}"
        for n in range(retrier["MaxAttempts"])
    ]
    if len(waits) > 10:
        waits = [*waits[: waits.index(f"{ceiling:g}")], f"then {ceiling:g} each"]
    errors, seconds = ", ".join(retrier["ErrorEquals"]), ", ".join(waits)
    return f"{errors} | {retrier['MaxAttempts']} | {seconds} |"


def test_only_the_last_task_may_end_the_execution() -> None:
    assert leaves(ImageFailedError) == {"ImageFailedError"}
    assert [name for name, task in tasks().items() if "Catch" not in task] == [LAST_TASK]


def raised_names(function: str) -> set[str]:
    names = set()
    for path in (ROOT / "functions" / function).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                names.add(node.exc.func.id)
    return names & {name for name in dir(errors) if name.endswith("Error")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_raises_only_what_the_tree_says(function: str) -> None:
    assert raised_names(function) <= raised_by(function)
