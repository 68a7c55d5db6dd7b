"""Mocked executions: the MockConfigFile of Step Functions Local, for `…:stateMachine:NAME#TestCase`.

moto has the interpreter for such cases but no reader of the file.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.mocking.mock_config import (
    MockedResponse,
    MockedResponseReturn,
    MockedResponseThrow,
    MockTestCase,
    StateMockedResponses,
)

from darkroom.local.seams import original, replaced

# The variable that gives Step Functions Local the path of the file.
VARIABLE = "SFN_MOCK_CONFIG"


class MockConfigError(ValueError):
    """The mock file lacks what an execution asks for; the message names file, state machine and case."""


@contextmanager
def installed() -> Iterator[None]:
    """Let a mocked task return what the file says, as Step Functions Local does for a Lambda ARN."""
    invoke = original(lambda_eval_utils, "_mocked_invoke_lambda_function")

    def mocked(env: Environment) -> dict[str, Any]:
        # The file holds the function's result; moto takes it for the answer of the Invoke call around it.
        return {"StatusCode": 200, "Payload": invoke(env)}

    with replaced(lambda_eval_utils, "_mocked_invoke_lambda_function", mocked):
        yield


def load(state_machine: str, case: str, file: Path | None = None) -> MockTestCase:
    """Return a test case of the mock file (by default the one that SFN_MOCK_CONFIG names).

    Raises:
        MockConfigError: there is no file, or it lacks the state machine, the case or one of its responses.
    """
    path = file or Path(os.environ.get(VARIABLE, ""))
    if not path.is_file():
        raise MockConfigError(f"{state_machine}#{case} needs a mock file: set {VARIABLE} to its path")
    try:
        return _case(json.loads(path.read_text()), state_machine, case)
    except KeyError as missing:
        raise MockConfigError(f"{path} lacks {missing} for {state_machine}#{case}") from missing


def _case(config: dict[str, Any], state_machine: str, case: str) -> MockTestCase:
    states = config["StateMachines"][state_machine]["TestCases"][case]
    responses = [
        StateMockedResponses(state, name, [_response(*part) for part in config["MockedResponses"][name].items()])
        for state, name in states.items()
    ]
    return MockTestCase(state_machine, case, responses)


def _response(attempts: str, answer: dict[str, Any]) -> MockedResponse:
    """Turn `"1-2": {"Throw": …}`, an answer for some attempts, into moto's form."""
    first, _, last = attempts.partition("-")
    start, end = int(first), int(last or first)
    if "Return" in answer:
        return MockedResponseReturn(start, end, answer["Return"])
    return MockedResponseThrow(start, end, answer["Throw"]["Error"], answer["Throw"]["Cause"])
