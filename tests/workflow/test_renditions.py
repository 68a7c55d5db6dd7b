"""Renditions through the whole pipeline: stored beside the copy, recorded, linked to, and replaced as the copy is."""

import json
from typing import Any

import pytest
import requests

from functions.enhance.keys import key_hash
from functions.enhance.store import SEQUENCER, UPLOAD
from tests.photos import encoded, opened, scene
from tests.workflow.test_failure import assert_failed_alike
from tests.workflow.world import Run, World

RENDITIONS = [
    {"name": "web", "longest_edge_pixels": 160, "format": "webp", "quality": 80},
    {"name": "thumb", "longest_edge_pixels": 32, "format": "jpeg"},
]
SIZES = {"web": (160, 120), "thumb": (32, 24)}
PATHS = {"web": "enhanced/enhanced/web/{}.webp", "thumb": "enhanced/enhanced/thumb/{}.jpg"}


def run(world: World, body: bytes, key: str | None = None, count: int = 1, **metadata: str) -> tuple[str, Run]:
    with world.settings("enhance", RENDITIONS=json.dumps(RENDITIONS)):
        key = world.upload(body, key, **metadata)
        return key, world.run_of(key, count)


def picture(seed: int) -> bytes:
    return encoded(scene(seed=seed, brightness=0.3 * seed), "PNG")


def test_renditions_are_stored_recorded_and_linked_to(world: World) -> None:
    key, done = run(world, picture(1))
    assert done.status == "SUCCEEDED", done.cause
    recorded: dict[str, Any] = world.record(key)["Renditions"]
    [message] = world.messages(key)
    assert recorded.keys() == message["photo"]["renditions"].keys() == SIZES.keys()
    for name, size in SIZES.items():
        body, answer = world.object(PATHS[name].format(key))
        told, sent = recorded[name], message["photo"]["renditions"][name]
        assert (opened(body).size, opened(body).format) == (size, told["format"])
        assert answer["ContentType"] == f"image/{told['format'].lower()}"
        assert (told["key"], told["width"], told["height"]) == (PATHS[name].format(key), *size)
        assert told["bytes"] == sent["bytes"] == len(body)
        assert told["url"].endswith(f"/{PATHS[name].format(key)}")
        assert requests.get(sent["link"]["url"], timeout=10).content == body
        assert sent["link"]["expires_at"] == message["link"]["expires_at"]


def test_uploading_again_replaces_them_all(world: World) -> None:
    key, _ = run(world, picture(1))
    before = {name: world.object(path.format(key))[0] for name, path in PATHS.items()}
    run(world, picture(3), key, 2)
    for name, path in PATHS.items():
        body, _ = world.object(path.format(key))
        assert body != before[name]
        assert world.record(key)["Renditions"][name]["bytes"] == len(body)


def test_a_rendition_of_a_newer_upload_stays_and_the_older_one_leaves_quietly(world: World) -> None:
    key = world.new_key()
    newer = {SEQUENCER: "F" * 32, UPLOAD: key_hash(key)}
    where = {"Bucket": world.deployment.bucket, "Key": PATHS["thumb"].format(key)}
    # As the enhancing function: the bucket refuses whoever else writes there.
    world.aws.client_of(f"{world.deployment.project}-enhance", "s3").put_object(**where, Body=b"newer", Metadata=newer)
    _, done = run(world, picture(1), key)
    assert (done.status, done.states[-1]) == ("SUCCEEDED", "Skipped")
    assert world.object(where["Key"])[0] == b"newer"
    assert world.messages(key) == []


def test_an_outage_among_the_renditions_is_waited_out(world: World) -> None:
    before = world.calls("PutObject", "enhance")
    with world.failing("enhance", "s3", "PutObject", times=2):
        key, done = run(world, picture(2))
    assert (done.status, done.attempts["EnhanceImage"]) == ("SUCCEEDED", 3)
    assert world.calls("PutObject", "enhance") - before == 2 + 1 + len(RENDITIONS)
    assert world.record(key)["Renditions"].keys() == SIZES.keys()


@pytest.mark.parametrize("setting", ["{", '[{"name": "Web!", "longest_edge_pixels": 1, "format": "gif"}]'])
def test_a_bad_setting_is_refused_with_every_fault(world: World, setting: str) -> None:
    with world.settings("enhance", RENDITIONS=setting):
        key = world.upload(picture(1))
        failed = world.run_of(key)
    assert_failed_alike(world, key, failed, "EnhanceImage", "ConfigurationError")
    faults = ["RENDITIONS"] if setting == "{" else ["0.name", "0.longest_edge_pixels", "0.format"]
    assert all(fault in world.record(key)["ErrorMessage"] for fault in faults)
