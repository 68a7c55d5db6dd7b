"""One embedded AWS for all tests of this package."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from darkroom.local.aws import EmbeddedAws
from tests.embedded.cloud import Cloud


@pytest.fixture(scope="package")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where e-mail and SMS arrive."""
    return tmp_path_factory.mktemp("inbox")


@pytest.fixture(scope="package")
def cloud(inbox: Path, runtime_folder: Path) -> Iterator[Cloud]:
    """Return a running embedded AWS, on which a second of backoff takes 10 ms."""
    with EmbeddedAws(inbox, runtime_folder, wait_scale=0.01) as aws:
        role = aws.client("iam").create_role(RoleName="anything", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        yield Cloud(aws, role)


@pytest.fixture(scope="package")
def actor(cloud: Cloud) -> str:
    """Return the ARN of a function that does what its event says."""
    return cloud.function(Environment={"Variables": {"VERSION": "1"}})


@pytest.fixture(autouse=True)
def _no_trouble(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "cloud" in request.fixturenames:
        request.getfixturevalue("cloud").aws.faults.lift_all()
