"""The repository's own definitions, as the tests read them."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ("validate", "enhance", "record", "notify")
STATE_MACHINE = ROOT / "statemachine" / "pipeline.asl.json"
BACKSTOP = ROOT / "statemachine" / "backstop.asl.json"
BACKSTOP_PATTERN = ROOT / "statemachine" / "backstop-pattern.json"
MOCK_CONFIG = ROOT / "tests" / "sfn_local" / "MockConfigFile.json"


def pipeline() -> dict[str, Any]:
    """Return the state machine's definition, its placeholders unfilled."""
    document: dict[str, Any] = json.loads(STATE_MACHINE.read_text())
    return document


def tasks(definition: Path = STATE_MACHINE) -> dict[str, dict[str, Any]]:
    """Return a definition's Task states by name."""
    states: dict[str, dict[str, Any]] = json.loads(definition.read_text())["States"]
    return {name: state for name, state in states.items() if state["Type"] == "Task"}


def function_of(task: dict[str, Any]) -> str:
    """Return the function that a Task state runs."""
    return str(task["Resource"]).removeprefix("${").removesuffix("_function_arn}")


def function_json(function: str) -> dict[str, Any]:
    """Return a function's function.json."""
    document: dict[str, Any] = json.loads((ROOT / "functions" / function / "function.json").read_text())
    return document


def event(name: str = "object-created", **changes: Any) -> dict[str, Any]:
    """Return an event of tests/events, its detail.object changed."""
    document: dict[str, Any] = json.loads((ROOT / "tests" / "events" / f"{name}.json").read_text())
    document["detail"]["object"].update(changes)
    return document


def printed_metrics(folder: Path) -> Iterator[str]:
    """Yield the names of the metrics that the code below a folder prints."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("single_metric", "add_metric")):
                named = next((word.value for word in node.keywords if word.arg == "name"), None)
                yield ast.literal_eval(named or node.args[0])
