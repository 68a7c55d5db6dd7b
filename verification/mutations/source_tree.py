"""A copy of the sources, in which tests run with a mutation in place."""

from __future__ import annotations

import compileall
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from py_compile import PycInvalidationMode

from darkroom.command_errors import CommandError
from darkroom.packaging.repository import ROOT
from verification.mutations.mutation import Mutation, mutated_files
from verification.mutations.warm_pytest import Failure, first_failure

# What histories and unit tests run on; the rest of the repository they do not need.
NEEDED = ("functions", "statemachine", "tests", "darkroom", "verification")
# With a mutation, a loop may have no end: tests may take so many times as long as without one, but some minutes.
TIMEOUT_FACTOR, SHORTEST_TIMEOUT_SECONDS = 10, 120
HISTORIES = "verification/histories/"

Tests = tuple[str, ...]


class BrokenSuiteError(CommandError):
    """A suite fails without any mutation, so it would kill every one."""


@dataclass(frozen=True)
class SourceTree:
    """A copy of what histories and unit tests run on, in an empty folder, to be thrown away."""

    folder: Path
    _timeouts_seconds: dict[Tests, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
        for name in NEEDED:
            shutil.copytree(ROOT / name, self.folder / name, ignore=ignored)
        for name in ("pyproject.toml", "uv.lock"):
            shutil.copy(ROOT / name, self.folder)
        # By its hash, a source that is changed is never taken for the one that was compiled.
        by_hash = PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(self.folder / "functions", quiet=1, invalidation_mode=by_hash)

    def require_passing(self, tests: Tests) -> None:
        """Run tests without any mutation, once; raises BrokenSuiteError."""
        if tests not in self._timeouts_seconds:
            started = time.monotonic()
            if failure := first_failure(self.folder, _arguments(tests), write_bytecode=True):
                message = f"{' '.join(tests)} fails without a mutation: {failure.killer} {failure.reason}"
                raise BrokenSuiteError(message)
            seconds = TIMEOUT_FACTOR * (time.monotonic() - started)
            self._timeouts_seconds[tests] = max(seconds, SHORTEST_TIMEOUT_SECONDS)

    def failure(self, tests: Tests, mutation: Mutation) -> Failure | None:
        """Return how tests fail with a mutation in place; None where they pass."""
        mutated = mutated_files(mutation, self.folder)
        originals = {file: (self.folder / file).read_text() for file in mutated}
        self._write(mutated)
        try:
            return first_failure(self.folder, _arguments(tests), self._timeouts_seconds.get(tests))
        finally:
            self._write(originals)

    def _write(self, files: Mapping[str, str]) -> None:
        for file, text in files.items():
            (self.folder / file).write_text(text)


def _arguments(tests: Tests) -> Tests:
    """Return pytest's arguments: whether histories fail is the question, and not the shortest that does."""
    is_history = any(test.startswith(HISTORIES) for test in tests)
    return (*tests, "--hypothesis-profile=unshrunk") if is_history else tests
