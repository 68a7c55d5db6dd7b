"""The aws commands of README.md and docs/reference.md do what these say, as a person would type them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.definitions import ROOT
from tests.photos import encoded, jpeg, scene
from tests.workflow.world import Run, World

README, REFERENCE = ((ROOT / page).read_text() for page in ("README.md", "docs/reference.md"))
COMMANDS = set(re.findall(r"\baws [a-z0-9]+ [^`\n]+", README + REFERENCE))
ATTRIBUTES = set(re.findall(r"`(\w+)`", REFERENCE.partition("\n## The record\n")[2].partition("\n## ")[0]))


def command(name: str) -> str:
    [found] = [line for line in COMMANDS if name in line]
    return str(found)


def test_every_command_is_tried_here() -> None:
    tried = ("cp beach", "cp map", "redrive-execution", "describe-execution", "start-execution")
    assert {command(name) for name in tried} == COMMANDS


def shell(world: World, folder: Path, line: str, **values: str) -> None:
    """Type a command of the README into a shell, its capital letters filled in."""
    for name, value in values.items():
        line = re.sub(rf"\b{name}\b", value, line)
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": world.aws.endpoint_url,
        "AWS_DEFAULT_REGION": world.aws.region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    done = subprocess.run(  # noqa: S602 - the README's lines are for a shell, redirection and all
        line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_upload(world: World, tmp_path: Path) -> None:
    (tmp_path / "beach.jpg").write_bytes(jpeg())
    shell(world, tmp_path, command("cp beach"), BUCKET=world.deployment.bucket)
    assert world.run_of("holiday/beach.jpg").status == "SUCCEEDED"
    record = world.record("holiday/beach.jpg")
    assert record["UserId"] == "ada"
    assert record.keys() <= ATTRIBUTES
    assert world.exists("enhanced/holiday/beach.jpg")


def test_control(world: World, tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(encoded(scene(), "PNG"))
    shell(world, tmp_path, command("cp map"), BUCKET=world.deployment.bucket)
    assert world.run_of("holiday/map.png").status == "SUCCEEDED"
    asked = world.record("holiday/map.png")["Enhancement"]
    assert (asked["preset"], asked["strength_percent"]) == ("photo", 60)


@pytest.fixture
def failed(world: World) -> Run:
    with world.denied("enhance", "s3", "PutObject"):
        return world.run_of(world.upload(jpeg()))


def test_the_reference_describes_a_failed_record(world: World, failed: Run) -> None:
    assert world.record(failed.input["detail"]["object"]["key"]).keys() <= ATTRIBUTES


def test_redrive(world: World, tmp_path: Path, failed: Run) -> None:
    shell(world, tmp_path, command("redrive-execution"), ARN=failed.arn)
    assert world.closed(failed.arn).status == "SUCCEEDED"


def test_a_new_execution_with_the_same_input(world: World, tmp_path: Path, failed: Run) -> None:
    shell(world, tmp_path, command("describe-execution"), ARN=failed.arn)
    shell(world, tmp_path, command("start-execution"), MACHINE_ARN=world.deployment.state_machine_arn)
    again = world.run_of(failed.input["detail"]["object"]["key"], 2)
    assert (again.status, again.input) == ("SUCCEEDED", failed.input)
