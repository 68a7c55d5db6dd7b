"""The suites, as far as a mutation needs them; each says in words what fails, or nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from darkroom.command_errors import CommandError
from darkroom.packaging.repository import ROOT
from verification.corpus.corpus import corpus
from verification.corpus.corpus_run import CorpusRun, run_corpus
from verification.corpus.file_parts import picture, saved
from verification.faults.run_cases import run_cases
from verification.harness.event_recorder import NeverHappenedError
from verification.harness.uploads import NOT_A_PHOTO
from verification.load.upload_load import Load, unaccounted
from verification.mutations.mutation import FaultInjection, Histories, MaliciousFiles, SmallLoad, Suite, UnitTests

if TYPE_CHECKING:
    from verification.faults.cases import Case
    from verification.harness.harness import Harness
    from verification.mutations.live_code import LiveCode

# What histories and unit tests run on; the rest of the repository they do not need.
NEEDED = ("functions", "statemachine", "tests", "darkroom", "verification")
SCENARIOS, RANDOM = (f"verification/histories/test_{name}.py" for name in ("regressions", "stateful"))
# With a mutation, a loop may have no end: a suite may take so many times as long as without one, but some minutes.
TIMEOUT_FACTOR, SHORTEST_TIMEOUT_SECONDS = 10, 300
LOAD = range(24, 52)
FAILED = re.compile(r"^E +(.*)$", re.MULTILINE)
NAMED = re.compile(r"^(?:FAILED|ERROR) \S+?/(\w+\.py\S*)", re.MULTILINE)
NO_TESTS = 5


@dataclass(frozen=True)
class DeployedSuites:
    """What runs against a deployment: fault injection, malicious files and load, and what exchanges the code."""

    live_code: LiveCode
    harness: Harness
    cases: Mapping[str, Case]
    corpus_run: CorpusRun

    def failure(self, suite: Suite, files: Mapping[str, str]) -> str:
        """Return how a suite fails with other texts of some files; "" where it passes."""
        with self.live_code.changed(files):
            try:
                return self._failure(suite)
            except NeverHappenedError as never:
                return str(never)

    def _failure(self, suite: Suite) -> str:
        if isinstance(suite, FaultInjection):
            results = run_cases(self.harness, [self.cases[name] for name in suite.cases])
            return "; ".join(sentence for result in results for sentence in result.violations)
        if isinstance(suite, MaliciousFiles):
            every = corpus()
            outcomes = run_corpus({name: every[name] for name in suite.files}, self.corpus_run, Console(quiet=True))
            return "; ".join(f"{outcome.name} {outcome.harm}" for outcome in outcomes if outcome.harm)
        if isinstance(suite, SmallLoad):
            return small_load(self.corpus_run)
        raise TypeError(f"{suite} runs in a source tree.")


def small_load(corpus_run: CorpusRun) -> str:
    """Send some photos, one broken file and one event twice; return in words what does not add up."""
    load = Load(corpus_run.harness, prefix=uuid.uuid4().hex)
    photo = saved(picture(), "JPEG")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load.send, LOAD, (NOT_A_PHOTO if number == 25 else photo for number in LOAD)))
    return unaccounted(load, uploads=len(LOAD), twice=1)


class BrokenSuiteError(CommandError):
    """A suite fails without any mutation, so it would kill every one."""


@dataclass(frozen=True)
class SourceTree:
    """A copy of what histories and unit tests run on, in an empty folder, to be thrown away."""

    folder: Path
    _timeouts_seconds: dict[Suite, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
        for name in NEEDED:
            shutil.copytree(ROOT / name, self.folder / name, ignore=ignored)
        for name in ("pyproject.toml", "uv.lock"):
            shutil.copy(ROOT / name, self.folder)

    def require_passing(self, suite: Suite) -> None:
        """Run a suite without any mutation, once; raises BrokenSuiteError."""
        if suite not in self._timeouts_seconds:
            started = time.monotonic()
            if failure := self._failure(suite):
                raise BrokenSuiteError(f"{suite} fails without a mutation: {failure}")
            seconds = TIMEOUT_FACTOR * (time.monotonic() - started)
            self._timeouts_seconds[suite] = max(seconds, SHORTEST_TIMEOUT_SECONDS)

    def failure(self, suite: Suite, files: Mapping[str, str]) -> str:
        """Return how a suite fails with other texts of some files; "" where it passes."""
        originals = {file: (self.folder / file).read_text() for file in files}
        self._write(files)
        try:
            return self._failure(suite, self._timeouts_seconds.get(suite))
        except subprocess.TimeoutExpired as expired:
            return f"no end within {expired.timeout:.0f} s"
        finally:
            self._write(originals)

    def _write(self, files: Mapping[str, str]) -> None:
        for file, text in files.items():
            (self.folder / file).write_text(text)

    def _failure(self, suite: Suite, timeout_seconds: float | None = None) -> str:
        if isinstance(suite, Histories):
            random = (RANDOM, "--hypothesis-profile=unshrunk", "--hypothesis-seed=1")
            regressions = self._pytest([SCENARIOS], timeout_seconds)
            return regressions or self._pytest(random, timeout_seconds, HISTORIES=str(suite.count))
        if isinstance(suite, UnitTests):
            return self._pytest(suite.paths, timeout_seconds)
        raise TypeError(f"{suite} runs against a deployment.")

    def _pytest(self, arguments: Sequence[str], timeout_seconds: float | None, **variables: str) -> str:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *arguments]
        variables = {**os.environ, **variables, "PYTHONDONTWRITEBYTECODE": "1"}
        options: Any = {"cwd": self.folder, "env": variables, "capture_output": True, "text": True}
        done = subprocess.run(command, check=False, timeout=timeout_seconds, **options)
        # A suite that is not there would otherwise kill every mutation.
        if done.returncode == NO_TESTS or "file or directory not found" in done.stderr:
            raise FileNotFoundError(f"No tests in {' '.join(arguments)}.")
        return _reason(done.stdout + done.stderr) if done.returncode else ""


def _reason(output: str) -> str:
    failed, named = FAILED.search(output), NAMED.search(output)
    return f"{named[1]}: {failed[1]}" if failed and named else output[-300:]
