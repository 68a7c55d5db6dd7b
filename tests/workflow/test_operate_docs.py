"""docs/operate.md: each command that it shows is typed, and prints what it says."""

import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from darkroom.__main__ import main
from darkroom.commands import list as list_
from darkroom.commands import rerun, show, status
from tests.definitions import ROOT, STATE_MACHINE
from tests.photos import jpeg
from tests.workflow.operated import PROJECT, broken, outage
from tools.pictures.__main__ import PICTURES
from tools.pictures.redriven_execution import drawing
from verification.harness.harness import Harness

PAGE = ROOT / "docs" / "operate.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
# Typed by tests/workflow/test_operate_probe.py, which sends a probe anyway.
PROBE = "--probe"
# What is another at each run: times, and the names of executions and requests.
CHANGING = (
    (re.compile(r"\d+(\.\d+)? s\b"), "1 s"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "c80e8021-a70a-42c7-a470-796e1186f753"),
    (re.compile(r"darkroom-probe/[0-9a-f]{8}/"), "darkroom-probe/1a2b3c4d/"),
    (re.compile(r"\d{1,3}(,\d{3})* bytes"), "1,000 bytes"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "2026-01-31 12:00:00"),
    (re.compile(r"https?://\S+X-Amz-\S+"), "https://link"),
    (re.compile(r" +$", re.MULTILINE), ""),
)


def settled(text: str) -> str:
    for pattern, replacement in CHANGING:
        text = pattern.sub(replacement, text)
    return re.sub(r" {2,}", "  ", text)


@pytest.mark.usefixtures("operator", "clean_table")
def test_the_page_shows_what_the_commands_print_and_the_examples_of_help_work(
    operated: Harness, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", operated.aws.endpoint_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", operated.aws.region)
    monkeypatch.setenv("DARKROOM_PROJECT", PROJECT)
    outage(operated, ["holiday/beach.jpg"])
    broken(operated, ["holiday/notes.jpg"])
    count_succeeded(operated, 1204)
    folder_of_photos(tmp_path / "summer")
    monkeypatch.chdir(tmp_path)
    page = [block for block in BLOCK.findall(PAGE.read_text()) if PROBE not in block]
    printed = [typed(block, capsys) for block in page]
    assert [settled(text) for text in printed] == [settled(block) for block in page]
    # In the same deployment, for it takes its time to fail.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("darkroom.commands.status_screen.sleep", interrupted)
    [arn] = operated.executions_for("holiday/beach.jpg")
    # It failed in an outage and was redriven: what the picture of the README shows.
    drawn = drawing(json.loads(STATE_MACHINE.read_text()), operated.pipeline.steps(arn))
    assert drawn == (PICTURES / "redriven-execution.svg").read_text(), "run `make pictures`"
    for example in examples():
        assert main(shlex.split(example.replace(show.EXECUTION, arn))[1:]) in {0, 1, 130}
        assert capsys.readouterr().err == "", example
    assert (tmp_path / "beach.html").exists()


def examples() -> list[str]:
    """Return the examples that the help of the operators' commands shows, without what follows a pipe."""
    shown = [line for command in (status, list_, show, rerun) for line in command.EXAMPLES.splitlines()]
    return [line.strip().partition(" | ")[0] for line in shown]


def interrupted(_: float) -> None:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


def folder_of_photos(folder: Path) -> None:
    """Make the folder of the page: a photo, and one that is cut short."""
    folder.mkdir()
    (folder / "sea.jpg").write_bytes(jpeg())
    (folder / "torn.jpg").write_bytes(jpeg()[:100])


def count_succeeded(harness: Harness, count: int) -> None:
    """Let CloudWatch have counted executions that succeeded."""
    counted = {
        "MetricName": "ExecutionsSucceeded",
        "Dimensions": [{"Name": "StateMachineArn", "Value": harness.deployment.state_machine_arn}],
        "Value": count,
        "Timestamp": datetime.now(UTC) - timedelta(minutes=20),
    }
    harness.aws.client("cloudwatch").put_metric_data(Namespace="AWS/States", MetricData=[counted])


def typed(block: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Type the commands of a block; return it with what they print."""
    shown = ""
    for command in re.findall(r"^\$ darkroom .*", block, re.MULTILINE):
        main(shlex.split(command)[2:])
        shown += f"{command}\n{capsys.readouterr().out}"
    return shown.replace(PROJECT, "darkroom")


def test_the_page_types_the_commands() -> None:
    typed = set(re.findall(r"^\$ darkroom (\w+)", PAGE.read_text(), re.MULTILINE))
    assert typed == {"status", "list", "show", "rerun", "upload", "forget", "doctor"}
