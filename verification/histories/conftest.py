"""How many histories the stateful tests try, and the table of what they tried."""

import os

import pytest
from hypothesis import Phase, settings

from verification.histories.counts import COUNTS, EFFORTS

pytest.register_assert_rewrite("verification.histories.checks")
# For whoever wants to know whether there is a failure, and not the shortest way to it.
settings.register_profile("unshrunk", phases=[Phase.generate])


@pytest.fixture(scope="session")
def examples() -> int:
    """Return how many histories to try: few by default, as many as HISTORIES says for `make histories`."""
    return int(os.environ.get("HISTORIES", "40"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, in the process that tried them."""
    if COUNTS:
        terminalreporter.section("histories")
        for effort in EFFORTS:
            terminalreporter.write_line(f"{COUNTS[effort]:9,}  {effort}")
