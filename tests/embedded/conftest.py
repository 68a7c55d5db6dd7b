"""The embedded AWS that all tests share, and what the tests of this package ask of it."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from darkroom.local.embedded_aws import EmbeddedAws
from tests.embedded.bare_aws import BareAws


@pytest.fixture(scope="session")
def bare(embedded_aws: EmbeddedAws) -> BareAws:
    """Return the embedded AWS with short ways to ask for the usual."""
    role = embedded_aws.client("iam").create_role(RoleName=uuid.uuid4().hex, AssumeRolePolicyDocument="{}")["Role"]
    return BareAws(embedded_aws, role["Arn"])


@pytest.fixture
def inbox(embedded_aws: EmbeddedAws) -> Path:
    """Return the folder where e-mail and SMS arrive."""
    return embedded_aws.inbox


@pytest.fixture(scope="session")
def actor(bare: BareAws) -> str:
    """Return the ARN of a function that does what its event says."""
    return bare.function(Environment={"Variables": {"VERSION": "1"}})


@pytest.fixture(autouse=True)
def _no_trouble(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "bare" in request.fixturenames:
        request.getfixturevalue("bare").aws.faults.lift_all()
