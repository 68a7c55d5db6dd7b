"""The commands of docs/runbook.md do something in an account where Darkroom is: here, what deploy.sh made."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.definitions import ROOT
from tests.deployment.conftest import Deployed
from tests.deployment.scripts import Scripts, succeeded
from tests.photos import jpeg
from tests.waiting import PROGRAM_LIMIT_SECONDS

BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE | re.DOTALL)
# Version 1 of the aws command takes SQS's address from no environment, so these would leave this machine.
# What replays events has a test of its own.
HERE = [block for block in BLOCKS if "aws sqs" not in block and "darkroom replay" not in block]
[RERUN] = [block for block in HERE if "darkroom rerun" in block]
[COPY] = [block for block in HERE if "copy-object" in block]
OUTAGE, BROKEN, GOOD = "runbook/outage.jpg", "runbook/diary.jpg", "runbook/beach.jpg"


@pytest.fixture(scope="module")
def troubled(scripted: Deployed) -> Deployed:
    """Return a deployment in which one photo failed by an outage, one because it is broken, and one did not."""
    harness = scripted.harness
    with harness.aws.faults.refuse(
        "s3", "PutObject", caller=f"{harness.deployment.project}-enhance", error_code="SlowDown"
    ):
        harness.run_of(harness.upload(jpeg(), OUTAGE))
    harness.run_of(harness.upload(b"no photo", BROKEN))
    harness.run_of(harness.upload(jpeg(), GOOD, **{"user-id": "ada", "preset": "photo", "strength": "60"}))
    return scripted


def typed(block: str, scripts: Scripts, troubled: Deployed, key: str = OUTAGE) -> str:
    """Type a block of the runbook into a shell, its capital letters filled in; return what it prints."""
    names = troubled.harness.deployment
    for name, value in {
        "TABLE": names.table,
        "PROJECT": names.project,
        "BUCKET": names.bucket,
        "KEY": key,
    }.items():
        block = re.sub(rf"\b{name}\b", value, block)
    environment = {**os.environ, **scripts.environment, "AWS_ACCESS_KEY_ID": "operator"}
    done = subprocess.run(  # noqa: S602 - the runbook's blocks are for a shell
        f"set -o pipefail\n{block}",
        shell=True,
        executable="/bin/bash",
        env={**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"},
        capture_output=True,
        text=True,
        timeout=PROGRAM_LIMIT_SECONDS,
        check=False,
    )
    if "darkroom status" in block or "darkroom show" in block:
        # By its status 1 it says that something needs a look.
        assert (done.returncode, done.stderr) == (1, "")
        return done.stdout.strip()
    return succeeded(done).stdout.strip()


@pytest.mark.parametrize(
    "block", [block for block in HERE if block not in (RERUN, COPY)], ids=lambda block: " ".join(block.split()[:3])
)
def test_a_command_of_the_runbook_works(block: str, scripts: Scripts, troubled: Deployed) -> None:
    assert typed(block, scripts, troubled)


def test_only_photos_that_failed_by_the_named_error_are_run_again(scripts: Scripts, troubled: Deployed) -> None:
    typed(RERUN, scripts, troubled)
    outage, broken = troubled.harness.run_of(OUTAGE), troubled.harness.run_of(BROKEN)
    assert (outage.status, outage.redrive_count) == ("SUCCEEDED", 1)
    assert (broken.status, broken.redrive_count) == ("FAILED", 0)


def test_an_upload_copied_onto_itself_keeps_its_metadata(scripts: Scripts, troubled: Deployed) -> None:
    harness = troubled.harness
    before = harness.record(GOOD)
    typed(COPY, scripts, troubled, GOOD)
    assert harness.run_of(GOOD, 2).status == "SUCCEEDED"
    after = harness.record(GOOD)
    assert after["VersionId"] != before["VersionId"]
    assert (after["UserId"], after["Enhancement"]) == ("ada", before["Enhancement"])
    assert (after["Enhancement"]["preset"], after["Enhancement"]["strength_percent"]) == ("photo", 60)


def test_most_commands_are_tried() -> None:
    assert len(HERE) >= len(BLOCKS) - 2 > 3
