"""Two interpreters of the same definition and the same MockConfigFile."""

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.packaging.placeholders import render_file
from darkroom.packaging.repository import STATE_MACHINE
from tests.definitions import FUNCTIONS, MOCK_CONFIG

# Step Functions Local is no longer developed; this is its last release.
IMAGE = "amazon/aws-stepfunctions-local:2.0.1"
START_SECONDS = 60


def create(client: Any) -> str:
    """Create the state machine from the repository's definition; return its ARN."""
    arns = {
        f"{function}_function_arn": f"arn:aws:lambda:us-east-1:123456789012:function:{function}"
        for function in FUNCTIONS
    }
    definition = render_file(STATE_MACHINE, arns, use_all=True)
    role = "arn:aws:iam::123456789012:role/none"
    return str(client.create_state_machine(name="darkroom", definition=definition, roleArn=role)["stateMachineArn"])


@pytest.fixture(scope="module")
def on_moto(embedded_aws: EmbeddedAws) -> Any:
    """Return a client of the embedded AWS's Step Functions, which has the mock file at hand."""
    return embedded_aws.client("stepfunctions")


@pytest.fixture(scope="module")
def on_sfn_local() -> Iterator[Any]:
    """Return a client of Step Functions Local in a container; skips where no Docker engine answers."""
    try:
        docker("version")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("Step Functions Local needs a Docker engine, and `docker version` reaches none.")
    options = ("--publish", "127.0.0.1::8083", "--volume", f"{MOCK_CONFIG}:/mock.json:ro")
    variables = ("--env", "SFN_MOCK_CONFIG=/mock.json", "--env", "AWS_DEFAULT_REGION=us-east-1")
    container = docker("run", "--detach", "--rm", *options, *variables, IMAGE)
    try:
        yield answering(container)
    finally:
        docker("stop", "--time", "1", container)


def docker(*arguments: str) -> str:
    """Run a docker command and return what it prints; raises OSError or CalledProcessError."""
    command = ["docker", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout.strip()


def answering(container: str) -> Any:
    """Return a client of the container's API, once it answers."""
    address = docker("port", container, "8083/tcp").splitlines()[0]
    client = boto3.client(
        "stepfunctions",
        endpoint_url=f"http://{address}",
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            client.list_state_machines()
        except (BotoCoreError, ClientError):
            time.sleep(0.5)
        else:
            return client
    raise AssertionError(f"Step Functions Local did not answer within {START_SECONDS} s:\n{docker('logs', container)}")
