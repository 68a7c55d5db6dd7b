"""The lists of docs/deploy.md: who uploads, downloads, replays and deploys needs what it says, and nothing more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.definitions import ROOT
from tests.deployment.conftest import SCRIPTS_KEY, Deployed
from tests.deployment.scripts import Scripts, succeeded
from tests.permissions import needed
from tests.photos import jpeg
from tests.unit.test_deployment_permissions import DEPLOYER, PEOPLE
from tests.waiting import PROGRAM_LIMIT_SECONDS, eventually

MULTIPART_BYTES = 9 * 1024 * 1024


def run_as(name: str, scripts: Scripts, *command: str) -> None:
    environment = {**os.environ, **scripts.environment, "AWS_ACCESS_KEY_ID": name, "PYTHONPATH": str(ROOT)}
    succeeded(
        subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=PROGRAM_LIMIT_SECONDS, check=False
        ),
    )


def actions_of(name: str, deployed: Deployed) -> set[str]:
    """Return what the calls of one caller need."""
    return needed(call for call in deployed.harness.aws.calls if call.caller == name)


def test_whoever_uploads_and_downloads(scripts: Scripts, scripted: Deployed, tmp_path: Path) -> None:
    small, large = tmp_path / "small.jpg", tmp_path / "large.jpg"
    small.write_bytes(jpeg())
    large.write_bytes(jpeg().ljust(MULTIPART_BYTES, b"\0"))
    for photo in (small, large):
        run_as(
            "uploader",
            scripts,
            "aws",
            "s3",
            "cp",
            str(photo),
            f"s3://{scripted.harness.deployment.bucket}/{photo.name}",
        )
    scripted.harness.run_of("small.jpg")
    copy = f"s3://{scripted.harness.deployment.bucket}/enhanced/small.jpg"
    run_as("downloader", scripts, "aws", "s3", "cp", copy, str(tmp_path / "copy.jpg"))
    assert any(call.operation == "UploadPart" for call in scripted.harness.aws.calls if call.caller == "uploader")
    assert actions_of("uploader", scripted) == PEOPLE["uploads"]
    assert actions_of("downloader", scripted) == PEOPLE["downloads"]


def test_whoever_replays(scripts: Scripts, scripted: Deployed) -> None:
    harness = scripted.harness
    with harness.aws.faults.refuse("states", "StartExecution", caller="events", error_code="AccessDeniedException"):
        key = harness.upload(jpeg())
        queue = harness.aws.client("sqs")
        eventually(lambda: _waiting(queue, harness.deployment.dead_letter_queue_url), "the event in the queue")
    # One that is no event, so that something is put back.
    queue.send_message(QueueUrl=harness.deployment.dead_letter_queue_url, MessageBody="no event")
    with pytest.raises(AssertionError, match="1 message is no event"):
        replay(scripts, harness.deployment.dead_letter_queue_url)
    assert harness.run_of(key).status == "SUCCEEDED"
    assert actions_of("replayer", scripted) == PEOPLE["replays"]
    queue.purge_queue(QueueUrl=harness.deployment.dead_letter_queue_url)


def _waiting(queue: object, url: str) -> bool:
    attributes = queue.get_queue_attributes(  # type: ignore[attr-defined] # whatever boto3 makes
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) > 0


def replay(scripts: Scripts, url: str) -> None:
    run_as("replayer", scripts, sys.executable, "-m", "darkroom", "replay", url)


def test_the_deployers_list_has_all_that_deploy_sh_called(scripted: Deployed) -> None:
    called = {action for action in actions_of(SCRIPTS_KEY, scripted) if not action.startswith("sts:")}
    assert len(called) > 50
    assert called <= DEPLOYER, json.dumps(sorted(called - DEPLOYER))
