"""The commands of docs/runbook.md do something in an account where Darkroom is: here, what deploy.sh made."""

import os
import re
import subprocess

import pytest

from tests.definitions import ROOT
from tests.deployment.conftest import Deployed
from tests.deployment.scripts import Scripts, succeeded
from tests.photos import jpeg

BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE | re.DOTALL)
# Version 1 of the aws command takes SQS's address from no environment, so these would leave this machine.
# What replays events has a test of its own.
HERE = [block for block in BLOCKS if "aws sqs" not in block and "darkroom replay" not in block]


@pytest.fixture(scope="module")
def troubled(scripted: Deployed) -> Deployed:
    """Return a deployment in which one photo failed and one did not."""
    world = scripted.world
    world.run_of(world.upload(b"no photo", "runbook/diary.jpg"))
    world.run_of(world.upload(jpeg(), "runbook/beach.jpg"))
    return scripted


@pytest.mark.parametrize("block", HERE, ids=lambda block: " ".join(block.split()[:3]))
def test_a_command_of_the_runbook_works(block: str, scripts: Scripts, troubled: Deployed) -> None:
    names = troubled.world.deployment
    for name, value in {
        "MACHINE_ARN": names.state_machine_arn,
        "TABLE": names.table,
        "PROJECT": names.project,
        "BUCKET": names.bucket,
        "KEY": "runbook/beach.jpg",
        "USER": "ada",
    }.items():
        block = re.sub(rf"\b{name}\b", value, block)
    done = subprocess.run(  # noqa: S602 - the runbook's blocks are for a shell
        f"set -o pipefail\n{block}",
        shell=True,
        executable="/bin/bash",
        env={**os.environ, **scripts.environment, "AWS_ACCESS_KEY_ID": "operator"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert succeeded(done).stdout.strip()


def test_most_commands_are_tried() -> None:
    assert len(HERE) >= len(BLOCKS) - 2 > 3
