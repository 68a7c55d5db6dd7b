"""Every error that is retried, retried as often as the definition says: once less succeeds, once more fails."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from darkroom.local.embedded_aws import EmbeddedAws
from tests.definitions import MOCK_CONFIG, tasks
from tests.sfn_local.conftest import create
from tests.sfn_local.test_mock_config import ROUTES, run

RETRIERS = tasks()["EnhanceImage"]["Retry"]
# A mocked error is never one of the interpreter's own: tests/embedded lets a real state time out.
WAITS = {error: retrier for retrier in RETRIERS for error in retrier["ErrorEquals"] if error != "States.Timeout"}
TRIES = {error: retrier["MaxAttempts"] for error, retrier in WAITS.items()}


@pytest.fixture
def mock_file(embedded_aws: EmbeddedAws, tmp_path: Path) -> Iterator[Path]:
    """Return a mock file that the embedded AWS reads for the length of a test."""
    embedded_aws.mock_file = tmp_path / "MockConfigFile.json"
    yield embedded_aws.mock_file
    embedded_aws.mock_file = MOCK_CONFIG


def failing_enhance(error: str, times: int) -> dict[str, Any]:
    """Return the repository's mock file, in whose happy path EnhanceImage fails so many times first."""
    config: dict[str, Any] = json.loads(MOCK_CONFIG.read_text())
    cases, answers = config["StateMachines"]["darkroom"]["TestCases"], config["MockedResponses"]
    cases["HappyPath"] = {**cases["CorruptPhoto"], **cases["HappyPath"], "EnhanceImage": "Stubborn"}
    span = f"0-{times - 1}" if times > 1 else "0"
    answers["Stubborn"] = {
        span: {"Throw": {"Error": error, "Cause": "as told"}},
        str(times): {"Return": {"key": "enhanced/a.jpg"}},
    }
    return config


@pytest.mark.parametrize("error", TRIES)
@pytest.mark.parametrize("beyond", [0, 1], ids=["in time", "too late"])
def test_an_error_is_tried_again_so_often(
    embedded_aws: EmbeddedAws, mock_file: Path, error: str, beyond: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A throttled Lambda is waited for by the hour: at the usual scale that is a minute.
    monkeypatch.setattr(embedded_aws._clock, "_scale", 0.0001)
    mock_file.write_text(json.dumps(failing_enhance(error, TRIES[error] + beyond)))
    client = embedded_aws.client("stepfunctions")
    known = len(embedded_aws.waits)
    status, entered, _ = run(client, create(client), "HappyPath")
    assert (status, entered) == ROUTES["CorruptPhoto" if beyond else "HappyPath"]

    waits = [wait.seconds for wait in embedded_aws.waits[known:]]
    retrier = WAITS[error]
    ceilings = [
        min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** n, retrier["MaxDelaySeconds"])
        for n in range(TRIES[error])
    ]
    assert len(waits) == len(ceilings)
    assert all(0 <= wait <= ceiling for wait, ceiling in zip(waits, ceilings, strict=True))


@pytest.mark.parametrize("error", ["CorruptImageError", "ServiceRefusedError", "KeyError"])
def test_no_other_error_is_tried_again(embedded_aws: EmbeddedAws, mock_file: Path, error: str) -> None:
    mock_file.write_text(json.dumps(failing_enhance(error, 1)))
    client = embedded_aws.client("stepfunctions")
    known = len(embedded_aws.waits)
    assert run(client, create(client), "HappyPath")[:2] == ROUTES["CorruptPhoto"]
    assert len(embedded_aws.waits) == known
