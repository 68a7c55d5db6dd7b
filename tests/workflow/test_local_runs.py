"""`make local`: a run has an inbox of its own, its commands can be pasted, and its lines say what was skipped."""

import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from darkroom.packaging.repository import BUILD
from tests.waiting import eventually
from tests.workflow.test_local import INTERRUPTIBLE, free_port


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return the folder of a run on a free port, with a message of an earlier run in its inbox."""
    folder = BUILD / "local" / str(free_port())
    (folder / "inbox").mkdir(parents=True)
    (folder / "inbox" / "0999.eml").touch()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def printed(folder: Path, host_zips: dict[str, Path], runtime_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """Return the file that takes what the command prints while it runs."""
    printed = tmp_path / "printed.txt"
    command = [sys.executable, "-u", "-c", INTERRUPTIBLE, "local", "--port", folder.name]
    with printed.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield printed
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
        finally:
            process.kill()
            process.wait()


def client(service: str, port: str) -> Any:
    make: Any = boto3.client
    keys = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "local")
    return make(service, endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys)


def test_a_pasted_command_uploads_the_sample_and_a_second_execution_is_skipped(folder: Path, printed: Path) -> None:
    line = eventually(lambda: re.search(r"^ *(aws s3 cp .+ s3://.+)$", printed.read_text(), re.MULTILINE), "usage")
    *_, sample, target = shlex.split(line[1])
    bucket, key = target.removeprefix("s3://").split("/")
    client("s3", folder.name).put_object(Bucket=bucket, Key=key, Body=Path(sample).read_bytes())
    done = eventually(
        lambda: re.search(r"^\d\d:\d\d:\d\d +SUCCEEDED +\d+\.\d s +mountain\.jpg +(\S+)$", printed.read_text(), re.M),
        "the photo's line",
    )
    states = client("stepfunctions", folder.name)
    machine = re.search(r"--state-machine-arn (\S+)", printed.read_text())
    assert machine
    [first] = states.list_executions(stateMachineArn=machine[1])["executions"]
    assert first["name"] == done[1]
    event = states.describe_execution(executionArn=first["executionArn"])["input"]
    states.start_execution(stateMachineArn=machine[1], name="again", input=event)
    skipped = r"^\d\d:\d\d:\d\d +SKIPPED +\d+\.\d s +mountain\.jpg +again +DuplicateUploadError: \S.+$"
    eventually(lambda: re.search(skipped, printed.read_text(), re.M), "the line of what was skipped")
    messages = {path.name for path in (folder / "inbox").iterdir()}
    assert {"0001.eml", "0002.txt"} <= messages
    assert "0999.eml" not in messages
