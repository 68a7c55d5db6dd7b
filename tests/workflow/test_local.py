"""`make local`: the pipeline stays up for other programs until it is stopped.

A run has an inbox of its own, its commands can be pasted, and its lines say how each execution ended.
"""

import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3

from darkroom.packaging.repository import BUILD
from tests.photos import jpeg
from tests.waiting import PROGRAM_LIMIT_SECONDS, eventually

# A test run in the background ignores Ctrl-C, and so would its children; whoever types `make local` does not.
INTERRUPTIBLE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "darkroom"
runpy.run_module("darkroom", run_name="__main__")
"""


def free_port() -> int:
    """Return a free port whose next one is free too: there the page is served.

    It lies below those that systems give out by themselves, which another process may get at any moment.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, socket.socket() as beside, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            beside.bind(("127.0.0.1", port + 1))
            return port


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return the folder of a run on a free port, with a message of an earlier run in its inbox."""
    folder = BUILD / "local" / str(free_port())
    (folder / "inbox").mkdir(parents=True)
    (folder / "inbox" / "0999.eml").touch()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def printed(
    folder: Path, host_zips: dict[str, Path], runtime_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Return the file that takes what the command prints while it runs."""
    printed = tmp_path_factory.mktemp("local") / "printed.txt"
    with printed.open("w") as output:
        command = [sys.executable, "-u", "-c", INTERRUPTIBLE, "local", "--port", folder.name]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            eventually(lambda: "The page is at" in printed.read_text() or process.poll() is not None, "the start")
            assert process.poll() is None, printed.read_text()
            yield printed
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=PROGRAM_LIMIT_SECONDS) == 130
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


def test_it_prints_how_to_use_it_and_each_execution_that_ends(folder: Path, printed: Path) -> None:
    usage = eventually(lambda: re.search(r"aws s3 cp \S+ s3://(\S+)/mountain\.jpg", printed.read_text()), "usage")
    assert f"export AWS_ENDPOINT_URL=http://127.0.0.1:{folder.name} " in printed.read_text()
    s3 = client("s3", folder.name)
    s3.put_object(Bucket=usage[1], Key="photo.jpg", Body=jpeg())
    s3.put_object(Bucket=usage[1], Key="diary.jpg", Body=b"Dear diary")
    eventually(lambda: re.search(r"SUCCEEDED +\d+\.\d s +photo\.jpg", printed.read_text()), "the photo's line")
    eventually(lambda: re.search(r"FAILED +\d+\.\d s +diary\.jpg .*Unsupported", printed.read_text()), "its line")
    assert s3.get_object(Bucket=usage[1], Key="enhanced/photo.jpg")["ContentType"] == "image/jpeg"


def test_it_serves_the_page_beside_it_and_the_bucket_takes_uploads_from_there(folder: Path, printed: Path) -> None:
    address = r"^The page is at ((http://127\.0\.0\.1:(\d+))/\?token=\S+)$"
    found = eventually(lambda: re.search(address, printed.read_text(), re.MULTILINE), "the page's address")
    url, origin, port = found.groups()
    assert int(port) == int(folder.name) + 1
    opening = urllib3.request("GET", url, redirect=False)
    cookie = {"Cookie": opening.headers["set-cookie"].partition(";")[0]}
    deployment = urllib3.request("GET", f"{origin}/api/deployment", headers=cookie).json()
    assert (deployment["project"], deployment["has_messages"]) == ("darkroom", True)
    [bucket_origin] = deployment["bucket_origins"]
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    allowed = urllib3.request("OPTIONS", f"{bucket_origin}/{deployment['upload_bucket']}", headers=asked)
    assert allowed.headers["access-control-allow-origin"] == origin


def test_a_port_in_use_is_named(host_zips: dict[str, Path], runtime_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "darkroom", "local", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_LIMIT_SECONDS, check=False)
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
