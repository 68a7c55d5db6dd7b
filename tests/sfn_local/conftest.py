"""Two interpreters of the same definition and the same MockConfigFile."""

import time
from collections.abc import Iterator
from typing import Any

import boto3
import docker
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from docker.errors import DockerException

from darkroom.local.aws import EmbeddedAws
from darkroom.repository import STATE_MACHINE
from darkroom.templates import render_file
from tests.definitions import MOCK_CONFIG

# Step Functions Local is no longer developed; this is its last release.
IMAGE = "amazon/aws-stepfunctions-local:2.0.1"
START_SECONDS = 60


def create(client: Any) -> str:
    """Create the state machine from the repository's definition; return its ARN."""
    names = {f"{room}_function_arn" for room in ("validate", "enhance", "record", "notify")}
    arns = {name: f"arn:aws:lambda:us-east-1:123456789012:function:{name.split('_')[0]}" for name in names}
    role = "arn:aws:iam::123456789012:role/none"
    definition = render_file(STATE_MACHINE, arns, use_all=True)
    return str(client.create_state_machine(name="darkroom", definition=definition, roleArn=role)["stateMachineArn"])


@pytest.fixture(scope="module")
def on_moto(embedded_aws: EmbeddedAws) -> Any:
    """A client of the embedded AWS's Step Functions, which reads the mock file that SFN_MOCK_CONFIG names."""
    return embedded_aws.client("stepfunctions")


@pytest.fixture(scope="module")
def on_sfn_local() -> Iterator[Any]:
    """A client of Step Functions Local in a container; skips where no Docker engine answers."""
    try:
        engine = docker.from_env()
        engine.ping()
    except DockerException as error:
        pytest.skip(f"Step Functions Local needs a Docker engine, and none answers: {error}")
    container = engine.containers.run(
        IMAGE,
        detach=True,
        remove=True,
        ports={"8083/tcp": ("127.0.0.1", 0)},
        environment={"SFN_MOCK_CONFIG": "/mock.json", "AWS_DEFAULT_REGION": "us-east-1"},
        volumes={str(MOCK_CONFIG): {"bind": "/mock.json", "mode": "ro"}},
    )
    try:
        yield answering(container)
    finally:
        container.stop(timeout=1)


def answering(container: Any) -> Any:
    """Return a client of the container's API, once it answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        container.reload()
        bound = container.ports.get("8083/tcp")
        if bound:
            client = boto3.client(
                "stepfunctions",
                endpoint_url=f"http://127.0.0.1:{bound[0]['HostPort']}",
                region_name="us-east-1",
                aws_access_key_id="local",
                aws_secret_access_key="local",
            )
            try:
                client.list_state_machines()
            except (BotoCoreError, ClientError):
                pass
            else:
                return client
        time.sleep(0.5)
    raise AssertionError(f"Step Functions Local did not answer within {START_SECONDS} s:\n{container.logs().decode()}")
