"""The four tables, as far as a guard needs them; each says what turned red, in words, or nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from darkroom.packaging.repository import ROOT
from verification.corpus.corpus import corpus
from verification.corpus.corpus_run import CorpusRun, run_corpus
from verification.corpus.file_parts import picture, saved
from verification.faults.run_cases import run_cases
from verification.harness.event_recorder import NeverHappenedError
from verification.harness.uploads import NOT_A_PHOTO
from verification.load.upload_load import Load, unaccounted
from verification.mutations.mutation import Hostile, Matrix, SmallLoad

if TYPE_CHECKING:
    from verification.faults.cases import Case
    from verification.harness.harness import Harness
    from verification.mutations.live_code import Site

# What the histories run on; the rest of the repository they do not need.
QUIETLY = ("-q", "-x", "-p", "no:cacheprovider")
NEEDED = ("functions", "statemachine", "tests", "darkroom", "verification")
LOAD = range(24, 52)
FAILED = re.compile(r"^E +(.*)$", re.MULTILINE)
NAMED = re.compile(r"^FAILED verification/histories/\S+::(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Tables:
    """A stage for the matrix, a deployment that serves uploads for hostile files and load, and what exchanges both."""

    site: Site
    harness: Harness
    cases: Mapping[str, Case]
    corpus_run: CorpusRun

    def red(self, table: Matrix | Hostile | SmallLoad, files: Mapping[str, str]) -> str:
        """Return what turns red with other texts of some files."""
        with self.site.changed(files):
            try:
                return self._red(table)
            except NeverHappenedError as never:
                return str(never)

    def _red(self, table: Matrix | Hostile | SmallLoad) -> str:
        if isinstance(table, Matrix):
            results = run_cases(self.harness, [self.cases[name] for name in table.cases])
            return "; ".join(sentence for result in results for sentence in result.violations)
        if isinstance(table, Hostile):
            every = corpus()
            outcomes = run_corpus({name: every[name] for name in table.files}, self.corpus_run, Console(quiet=True))
            return "; ".join(f"{outcome.name} {outcome.harm}" for outcome in outcomes if outcome.harm)
        return small_load(self.corpus_run)


def small_load(corpus_run: CorpusRun) -> str:
    """Send some photos, one broken file and one event twice; return in words what does not add up."""
    load = Load(corpus_run.harness, prefix=uuid.uuid4().hex)
    photo = saved(picture(), "JPEG")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load.send, LOAD, (NOT_A_PHOTO if number == 25 else photo for number in LOAD)))
    return unaccounted(load, uploads=len(LOAD), twice=1)


@dataclass(frozen=True)
class Tree:
    """A copy of what the histories run on, in an empty folder, to be thrown away."""

    folder: Path

    def __post_init__(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
        for name in NEEDED:
            shutil.copytree(ROOT / name, self.folder / name, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", self.folder)

    def red(self, count: int, files: Mapping[str, str]) -> str:
        """Return what turns red in so many histories with other texts of some files."""
        self._write(files)
        try:
            return _histories(self.folder, count)
        finally:
            self._write({file: (ROOT / file).read_text() for file in files})

    def _write(self, files: Mapping[str, str]) -> None:
        for file, text in files.items():
            (self.folder / file).write_text(text)


def _histories(tree: Path, count: int) -> str:
    """Return how the histories of a tree fail: the stories, and if they do not, so many random ones."""
    told = _failure(tree, "test_regressions.py")
    return told or _failure(
        tree, "test_stateful.py", "--hypothesis-profile=unshrunk", "--hypothesis-seed=1", count=count
    )


def _failure(tree: Path, tests: str, *options: str, count: int = 0) -> str:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            f"verification/histories/{tests}",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            *options,
        ],
        cwd=tree,
        env={**os.environ, "HISTORIES": str(count), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.returncode:
        return ""
    found, named = FAILED.search(done.stdout), NAMED.search(done.stdout)
    return f"{named[1]}: {found[1]}" if found and named else done.stdout[-300:]
