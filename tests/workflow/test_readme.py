"""The aws commands of README.md, docs/reference.md and docs/operate.md do what these say, typed as a person would."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.definitions import ROOT
from tests.photos import encoded, jpeg, scene
from tests.waiting import PROGRAM_LIMIT_SECONDS
from verification.harness.execution import Execution
from verification.harness.harness import Harness

README, REFERENCE, OPERATE = (
    (ROOT / "docs" / page).read_text() for page in ("../README.md", "reference.md", "operate.md")
)
BY_HAND = OPERATE.partition("\n### Without the command\n")[2].partition("\n## ")[0]
COMMANDS = set(re.findall(r"\baws [a-z0-9]+ [^`\n]+", README + REFERENCE + BY_HAND))
ATTRIBUTES = set(re.findall(r"`(\w+)`", REFERENCE.partition("\n## The record\n")[2].partition("\n## ")[0]))


def command(name: str) -> str:
    [found] = [line for line in COMMANDS if name in line]
    return str(found)


def test_every_command_is_tried_here() -> None:
    tried = ("cp beach", "cp map", "redrive-execution", "describe-execution", "start-execution")
    assert {command(name) for name in tried} == COMMANDS


def shell(harness: Harness, folder: Path, line: str, **values: str) -> None:
    """Type a command of the README into a shell, its capital letters filled in."""
    for name, value in values.items():
        line = re.sub(rf"\b{name}\b", value, line)
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": harness.aws.endpoint_url,
        "AWS_DEFAULT_REGION": harness.aws.region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    done = subprocess.run(  # noqa: S602 - the README's lines are for a shell, redirection and all
        line,
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PROGRAM_LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_upload(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "beach.jpg").write_bytes(jpeg())
    shell(harness, tmp_path, command("cp beach"), BUCKET=harness.deployment.bucket)
    assert harness.run_of("holiday/beach.jpg").status == "SUCCEEDED"
    record = harness.record("holiday/beach.jpg")
    assert record["UserId"] == "ada"
    assert record.keys() <= ATTRIBUTES
    assert harness.exists("enhanced/holiday/beach.jpg")


def test_control(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(encoded(scene(), "PNG"))
    shell(harness, tmp_path, command("cp map"), BUCKET=harness.deployment.bucket)
    assert harness.run_of("holiday/map.png").status == "SUCCEEDED"
    asked = harness.record("holiday/map.png")["Enhancement"]
    assert (asked["preset"], asked["strength_percent"]) == ("photo", 60)


@pytest.fixture
def failed(harness: Harness) -> Execution:
    with harness.faults.deny("enhance", "s3", "PutObject"):
        return harness.run_of(harness.upload(jpeg()))


def test_the_reference_describes_a_failed_record(harness: Harness, failed: Execution) -> None:
    assert harness.record(failed.input["detail"]["object"]["key"]).keys() <= ATTRIBUTES


def test_redrive(harness: Harness, tmp_path: Path, failed: Execution) -> None:
    shell(harness, tmp_path, command("redrive-execution"), ARN=failed.arn)
    assert harness.closed(failed.arn).status == "SUCCEEDED"


def test_a_new_execution_with_the_same_input(harness: Harness, tmp_path: Path, failed: Execution) -> None:
    shell(harness, tmp_path, command("describe-execution"), ARN=failed.arn)
    shell(harness, tmp_path, command("start-execution"), MACHINE_ARN=harness.deployment.state_machine_arn)
    again = harness.run_of(failed.input["detail"]["object"]["key"], 2)
    assert (again.status, again.input) == ("SUCCEEDED", failed.input)
