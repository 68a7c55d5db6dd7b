"""Seam: moto's interpreter can run the MockConfigFile of Step Functions Local, but moto left out how to load one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from moto.stepfunctions.parser import provider
from moto.stepfunctions.parser.mocking.mock_config import (
    MockedResponse,
    MockedResponseReturn,
    MockedResponseThrow,
    MockTestCase,
    StateMockedResponses,
)


@contextmanager
def mock_config(path: Path) -> Iterator[None]:
    """While open, an execution started on `<state machine ARN>#<test case>` takes its answers from the file."""
    document = json.loads(path.read_text())

    def load(state_machine_name: str, test_case_name: str) -> MockTestCase:
        cases = document["StateMachines"][state_machine_name]["TestCases"]
        answers = document["MockedResponses"]
        states = [
            StateMockedResponses(state, name, [_response(*entry) for entry in answers[name].items()])
            for state, name in cases[test_case_name].items()
        ]
        return MockTestCase(state_machine_name, test_case_name, states)

    with patch.object(provider, "load_mock_test_case_for", load):
        yield


def _response(attempts: str, answer: dict[str, Any]) -> MockedResponse:
    """Return moto's form of one entry, such as "0-2": {"Throw": {"Error": .., "Cause": ..}}."""
    first, _, last = attempts.partition("-")
    span = int(first), int(last or first)
    if "Throw" in answer:
        return MockedResponseThrow(*span, answer["Throw"]["Error"], answer["Throw"]["Cause"])
    return MockedResponseReturn(*span, answer["Return"])
