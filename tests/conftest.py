"""What every kind of test may ask for: the built zips and the client that runs them."""

from pathlib import Path

import pytest

from darkroom.build import build, runtime


@pytest.fixture(scope="session")
def host_zips() -> dict[str, Path]:
    """Return each room's zip, built for this machine."""
    return build("host")


@pytest.fixture(scope="session")
def runtime_folder() -> Path:
    """Return the folder with awslambdaric in it."""
    return runtime()
