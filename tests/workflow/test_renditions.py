"""Renditions through the whole pipeline: stored beside the copy, recorded, linked to, and replaced as the copy is."""

import json
from typing import Any

import pytest
import requests

from functions.enhance.store import SEQUENCER
from functions.shared.output_keys import UPLOAD, key_hash
from tests.photos import encoded, opened, scene
from tests.waiting import ANSWER_LIMIT_SECONDS
from tests.workflow.test_failure import assert_failed_alike
from verification.harness.execution import Execution
from verification.harness.harness import Harness

RENDITIONS = [
    {"name": "web", "longest_edge_pixels": 160, "format": "webp", "quality": 80},
    {"name": "thumb", "longest_edge_pixels": 32, "format": "jpeg"},
]
SIZES = {"web": (160, 120), "thumb": (32, 24)}
PATHS = {"web": "enhanced/enhanced/web/{}.webp", "thumb": "enhanced/enhanced/thumb/{}.jpg"}


def run(
    harness: Harness, body: bytes, key: str | None = None, count: int = 1, **metadata: str
) -> tuple[str, Execution]:
    with harness.settings("enhance", RENDITIONS=json.dumps(RENDITIONS)):
        key = harness.upload(body, key, **metadata)
        return key, harness.run_of(key, count)


def picture(seed: int) -> bytes:
    return encoded(scene(seed=seed, brightness=0.3 * seed), "PNG")


def test_renditions_are_stored_recorded_and_linked_to(harness: Harness) -> None:
    key, done = run(harness, picture(1))
    assert done.status == "SUCCEEDED", done.cause
    recorded: dict[str, Any] = harness.record(key)["Renditions"]
    [message] = harness.messages(key)
    assert recorded.keys() == message["photo"]["renditions"].keys() == SIZES.keys()
    for name, size in SIZES.items():
        body, answer = harness.object(PATHS[name].format(key))
        stored, sent = recorded[name], message["photo"]["renditions"][name]
        assert (opened(body).size, opened(body).format) == (size, stored["format"])
        assert answer["ContentType"] == f"image/{stored['format'].lower()}"
        assert (stored["key"], stored["width"], stored["height"]) == (PATHS[name].format(key), *size)
        assert stored["bytes"] == sent["bytes"] == len(body)
        assert stored["url"].endswith(f"/{PATHS[name].format(key)}")
        assert requests.get(sent["link"]["url"], timeout=ANSWER_LIMIT_SECONDS).content == body
        assert sent["link"]["expires_at"] == message["link"]["expires_at"]


def test_uploading_again_replaces_them_all(harness: Harness) -> None:
    key, _ = run(harness, picture(1))
    before = {name: harness.object(path.format(key))[0] for name, path in PATHS.items()}
    run(harness, picture(3), key, 2)
    for name, path in PATHS.items():
        body, _ = harness.object(path.format(key))
        assert body != before[name]
        assert harness.record(key)["Renditions"][name]["bytes"] == len(body)


def test_a_rendition_that_calls_itself_newer_stays_and_the_record_names_it(harness: Harness) -> None:
    key = harness.new_key()
    newer = {SEQUENCER: "F" * 32, UPLOAD: key_hash(key)}
    where = {"Bucket": harness.deployment.bucket, "Key": PATHS["thumb"].format(key)}
    # As the enhancing function: the bucket refuses all others there.
    enhancer = harness.aws.client_of(f"{harness.deployment.project}-enhance", "s3")
    enhancer.put_object(**where, Body=b"newer", Metadata=newer)
    _, done = run(harness, picture(1), key)
    assert done.status == "FAILED"
    assert harness.object(where["Key"])[0] == b"newer"
    record = harness.record(key)
    assert record["ErrorType"] == "CopyConflictError"
    assert record["ErrorMessage"].startswith(f"{where['Key']!r} is marked as the copy of a newer upload.")


def test_an_outage_among_the_renditions_is_waited_out(harness: Harness) -> None:
    before = harness.calls("PutObject", "enhance")
    with harness.faults.fail("enhance", "s3", "PutObject", times=2):
        key, done = run(harness, picture(2))
    assert (done.status, done.attempts["EnhanceImage"]) == ("SUCCEEDED", 3)
    assert harness.calls("PutObject", "enhance") - before == 2 + 1 + len(RENDITIONS)
    assert harness.record(key)["Renditions"].keys() == SIZES.keys()


@pytest.mark.parametrize("setting", ["{", '[{"name": "Web!", "longest_edge_pixels": 1, "format": "gif"}]'])
def test_a_bad_setting_is_refused_with_every_fault(harness: Harness, setting: str) -> None:
    with harness.settings("enhance", RENDITIONS=setting):
        key = harness.upload(picture(1))
        failed = harness.run_of(key)
    assert_failed_alike(harness, key, failed, "EnhanceImage", "ConfigurationError")
    faults = ["RENDITIONS"] if setting == "{" else ["0.name", "0.longest_edge_pixels", "0.format"]
    assert all(fault in harness.record(key)["ErrorMessage"] for fault in faults)
