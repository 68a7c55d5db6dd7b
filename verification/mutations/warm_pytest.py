"""Runs tests in processes that are forked from one with the libraries imported: pytest begins in less than a second."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from darkroom.command_errors import CommandError

# What takes long to import, and does not depend on the sources.
LIBRARIES = [
    "pytest",
    "_pytest.faulthandler",
    "_pytest.junitxml",
    "_pytest.pastebin",
    "xdist.remote",
    "hypothesis.stateful",
    "boto3",
    "botocore.auth",
    "moto.server",
    "moto.dynamodb.models",
    "moto.s3.models",
    "moto.stepfunctions.parser.models",
    "pydantic",
    "aws_lambda_powertools",
    "PIL.Image",
    "rich.table",
]
# So many random histories.
VARIABLES = {"HISTORIES": "60"}
OURS = frozenset({"darkroom", "functions", "tests", "verification"})
OPTIONS = (
    *("-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=1"),
    # Plugins that are imported already are not rewritten; their assertions are not the question.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
NO_SUCH_TEST = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)


class NoTestsError(Exception):
    """The named tests are not there, so they show nothing."""


class NoReportError(CommandError):
    """The process of the tests ended without a test that failed, so they show nothing."""


@dataclass(frozen=True)
class Failure:
    """The first test that failed, or the first case or file, and how."""

    killer: str
    reason: str


def first_failure(
    folder: Path, arguments: Sequence[str], timeout_seconds: float | None = None, *, write_bytecode: bool = False
) -> Failure | None:
    """Run tests of a source tree in a process of their own, to the first that fails. Raises NoTestsError."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(str(folder), tuple(arguments), write_bytecode, sender), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(timeout_seconds):
            return Failure("", f"no end within {timeout_seconds:.0f} s")
        code, killer, reason = receiver.recv()
    except EOFError as error:
        process.join()
        raise NoReportError(f"The process of {' '.join(arguments)} ended with {process.exitcode}.") from error
    finally:
        process.kill()
        process.join()
    if code in NO_SUCH_TEST and not killer:
        raise NoTestsError(f"No tests in {' '.join(arguments)}.")
    if code and not killer:
        raise NoReportError(f"{' '.join(arguments)}: pytest ended with {code}, and no test failed.")
    return Failure(killer, reason) if code else None


def _run(folder: str, arguments: Sequence[str], write_bytecode: bool, sender: Connection) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    os.chdir(folder)
    sys.path.insert(0, folder)
    os.environ.update(VARIABLES)
    sys.dont_write_bytecode = not write_bytecode
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    first = _FirstFailure()
    code = pytest.main([*OPTIONS, *arguments], plugins=[first])
    # No object of ours: its class is another one here, where our modules were imported once more.
    sender.send((int(code), first.test, first.reason))


class _FirstFailure:
    """A plugin of pytest that keeps the first report of a failure."""

    test = reason = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._keep(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._keep(report)

    def _keep(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and not self.test:
            crash = getattr(report.longrepr, "reprcrash", None)
            lines = crash.message.splitlines() if crash else report.longreprtext.strip().splitlines()[-1:]
            self.test, self.reason = report.nodeid, lines[0] if lines else ""
