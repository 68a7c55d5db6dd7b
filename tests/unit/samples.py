"""Valid contracts, for the units that need some."""

import itertools
import json
from typing import Any

from functions.shared.contracts import Enhanced, Image
from functions.shared.workflow import STEPS
from tests.definitions import MOCK_CONFIG

EXECUTION: dict[str, Any] = {
    "Id": "arn:aws:states:eu-central-1:111122223333:execution:darkroom:run-1",
    "Name": "run-1",
    "StartTime": "2026-01-31T11:59:59.500Z",
}
IMAGE = Image(
    image_id="holiday/beach.jpg",
    bucket="photos",
    key="holiday/beach.jpg",
    version_id="v1",
    etag="b1946ac92492d2347c6235b4d2611184",
    sequencer="00617F08299329D189",
    user_id="ada",
    uploaded_at="2026-01-31T11:59:58Z",
    bytes=5242880,
    format="JPEG",
    width=4000,
    height=3000,
)
ENHANCED = Enhanced(
    bucket="photos",
    key="enhanced/holiday/beach.jpg",
    url="https://photos.s3.eu-central-1.amazonaws.com/enhanced/holiday/beach.jpg",
    etag="0f343b0931126a20f133d67c2b018a3b",
    format="JPEG",
    content_type="image/jpeg",
    width=4000,
    height=3000,
    bytes=4200000,
    enhancement={"exposure": "+0.5 stops", "summary": "Adjusted the exposure (+0.5 stops)."},
)
FAILURE = {
    "Error": "CorruptImageError",
    "Cause": '{"errorMessage": "The JPEG is cut short.", "errorType": "CorruptImageError", "stackTrace": []}',
}


def dumped(contract: Image | Enhanced) -> dict[str, Any]:
    """Return a contract as the state machine carries it."""
    return contract.model_dump(mode="json")


def results_before(state: str) -> dict[str, Any]:
    """Return what the steps before this one have left in the state data: samples, else what the mocked steps return."""
    mocks = json.loads(MOCK_CONFIG.read_text())
    happy_path = mocks["StateMachines"]["darkroom"]["TestCases"]["HappyPath"]
    earlier = itertools.takewhile(lambda step: step.state != state, STEPS)
    mocked = {step.result: mocks["MockedResponses"][happy_path[step.state]]["0"]["Return"] for step in earlier}
    samples = {"image": dumped(IMAGE), "enhanced": dumped(ENHANCED)}
    return {result: samples.get(result, returned) for result, returned in mocked.items()}
