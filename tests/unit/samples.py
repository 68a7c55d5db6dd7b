"""Valid contracts, for the units that need some."""

from typing import Any

from functions.shared.contracts import Enhanced, Image
from functions.shared.workflow import STEPS

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


# One result of each step but the last.
RESULTS: dict[str, dict[str, Any]] = {
    "image": dumped(IMAGE),
    "enhanced": dumped(ENHANCED),
    "recorded": {"image_id": "a", "status": "COMPLETED", "timestamp": "2026-01-31T12:00:00Z", "attempt": 1},
}


def results_before(state: str) -> dict[str, Any]:
    """Return what the steps before this one have left in the state data."""
    names = [step.state for step in STEPS]
    return {step.result: RESULTS[step.result] for step in STEPS[: names.index(state)]}
