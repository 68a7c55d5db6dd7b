"""`make local`: the pipeline stays up for other programs until it is stopped."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.photos import jpeg
from tests.waiting import eventually

# A test run in the background ignores Ctrl-C, and so would its children; whoever types `make local` does not.
INTERRUPTIBLE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "darkroom"
runpy.run_module("darkroom", run_name="__main__")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def local(host_zips: dict[str, Path], runtime_folder: Path, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Run the command on a free port; yield the port and the file that takes what it prints."""
    port, printed = free_port(), tmp_path / "printed.txt"
    with printed.open("w") as output:
        command = [sys.executable, "-u", "-c", INTERRUPTIBLE, "local", "--port", str(port)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield port, printed
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
        finally:
            process.kill()
            process.wait()


def test_it_prints_how_to_use_it_and_each_execution_that_ends(local: tuple[int, Path]) -> None:
    port, printed = local
    usage = eventually(lambda: re.search(r"aws s3 cp \S+ s3://(\S+)/mountain\.jpg", printed.read_text()), "usage")
    endpoint = f"http://127.0.0.1:{port}"
    assert f"export AWS_ENDPOINT_URL={endpoint} " in printed.read_text()
    s3 = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local"
    )
    s3.put_object(Bucket=usage[1], Key="photo.jpg", Body=jpeg())
    s3.put_object(Bucket=usage[1], Key="diary.jpg", Body=b"Dear diary")
    eventually(lambda: re.search(r"SUCCEEDED +\d+\.\d s +photo\.jpg", printed.read_text()), "the photo's line")
    eventually(lambda: re.search(r"FAILED +\d+\.\d s +diary\.jpg .*Unsupported", printed.read_text()), "its line")
    assert s3.get_object(Bucket=usage[1], Key="enhanced/photo.jpg")["ContentType"] == "image/jpeg"


def test_a_port_in_use_is_named(host_zips: dict[str, Path], runtime_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "darkroom", "local", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
