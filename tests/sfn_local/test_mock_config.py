"""Every case of the MockConfigFile takes the same route in both interpreters."""

import json
import uuid
from typing import Any

import pytest

from functions.shared.workflow import FAILURE_BRANCH, SKIPPED, STEPS
from tests.definitions import MOCK_CONFIG, event
from tests.sfn_local.conftest import create
from tests.waiting import eventually

HAPPY_PATH = [step.state for step in STEPS]
FAILURE = [step.state for step in FAILURE_BRANCH]


def up_to(state: str) -> list[str]:
    """Return the happy path up to a state, which is the last one."""
    return HAPPY_PATH[: HAPPY_PATH.index(state) + 1]


ROUTES: dict[str, tuple[str, list[str]]] = {
    "HappyPath": ("SUCCEEDED", HAPPY_PATH),
    "ThrottledThenFine": ("SUCCEEDED", HAPPY_PATH),
    "DiedOnceThenFine": ("SUCCEEDED", HAPPY_PATH),
    "Duplicate": ("SUCCEEDED", [*up_to("ValidateImage"), SKIPPED]),
    "OvertakenAtTheEnd": ("SUCCEEDED", [*up_to("RecordResult"), SKIPPED]),
    "CorruptPhoto": ("FAILED", [*up_to("EnhanceImage"), *FAILURE]),
    "RecorderAndNotifierDown": ("FAILED", [*up_to("ValidateImage"), *FAILURE]),
}


def run(client: Any, machine_arn: str, case: str) -> tuple[str, list[str], str | None]:
    started = client.start_execution(
        stateMachineArn=f"{machine_arn}#{case}", name=f"{case}-{uuid.uuid4().hex[:8]}", input=json.dumps(event())
    )
    arn = started["executionArn"]

    def look() -> Any:
        described = client.describe_execution(executionArn=arn)
        return described if described["status"] != "RUNNING" else None

    status = eventually(look, f"the end of {case}")["status"]
    history = client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    entered = [e["stateEnteredEventDetails"]["name"] for e in history if e["type"].endswith("StateEntered")]
    error = history[-1].get("executionFailedEventDetails", {}).get("error")
    return status, entered, error


@pytest.fixture(scope="module", params=["on_moto", "on_sfn_local"])
def interpreter(request: pytest.FixtureRequest) -> tuple[Any, str]:
    client = request.getfixturevalue(request.param)
    return client, create(client)


@pytest.mark.parametrize("case", ROUTES)
def test_a_case_takes_its_route(interpreter: tuple[Any, str], case: str) -> None:
    status, entered, error = run(*interpreter, case)
    assert (status, entered) == ROUTES[case]
    assert error == ("ImageFailedError" if status == "FAILED" else None)


def test_every_case_of_the_file_has_its_route() -> None:
    assert ROUTES.keys() == json.loads(MOCK_CONFIG.read_text())["StateMachines"]["darkroom"]["TestCases"].keys()
