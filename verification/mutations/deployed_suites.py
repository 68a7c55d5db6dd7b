"""The suites that run against a deployment: fault injection, malicious files and a small load."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.packaging.zips import build, runtime
from verification.corpus.corpus import corpus
from verification.corpus.corpus_run import CorpusRun, run_corpus
from verification.corpus.file_parts import picture, saved, sound
from verification.faults.cases import case_named
from verification.faults.run_cases import run_cases
from verification.harness.deployed import deployed_harness, start_by_hand
from verification.harness.event_recorder import NeverHappenedError, recording_events
from verification.harness.uploads import NOT_A_PHOTO
from verification.load.upload_load import Load, unaccounted
from verification.mutations.live_code import LiveCode
from verification.mutations.mutation import FaultInjection, MaliciousFiles, SmallLoad, Suite
from verification.mutations.source_tree import BrokenSuiteError
from verification.mutations.warm_pytest import Failure

if TYPE_CHECKING:
    from verification.harness.harness import Harness

WAIT_SCALE = 0.002
# A function that has lost a limit may not return.
WAIT_LIMIT_SECONDS = 40
LOAD = range(24, 52)


@dataclass(frozen=True)
class DeployedSuites:
    """What runs against a deployment, and what exchanges its code."""

    live_code: LiveCode
    harness: Harness
    corpus_run: CorpusRun

    def require_passing(self, suites: Iterable[Suite]) -> None:
        """Run everything that some suites name without any mutation, once; raises BrokenSuiteError."""
        every = dict.fromkeys(suites)
        cases = dict.fromkeys(case for suite in every if isinstance(suite, FaultInjection) for case in suite.cases)
        files = dict.fromkeys(file for suite in every if isinstance(suite, MaliciousFiles) for file in suite.files)
        whole: list[Suite] = [FaultInjection(tuple(cases)), MaliciousFiles(tuple(files))]
        for suite in (*whole, *(suite for suite in every if isinstance(suite, SmallLoad))):
            if failure := self.failure(suite, {}):
                raise BrokenSuiteError(f"{failure.killer} fails without a mutation: {failure.reason}")

    def failure(self, suite: Suite, files: Mapping[str, str]) -> Failure | None:
        """Return how a suite fails with other texts of some files; None where it passes."""
        with self.live_code.changed(files):
            try:
                return next(self._failures(suite), None)
            except NeverHappenedError as never:
                return Failure("", str(never))

    def _failures(self, suite: Suite) -> Iterator[Failure]:
        if isinstance(suite, FaultInjection):
            for result in run_cases(self.harness, map(case_named, suite.cases)):
                if result.violations:
                    yield Failure(str(result.case), "; ".join(result.violations))
        elif isinstance(suite, MaliciousFiles):
            every = corpus()
            for outcome in run_corpus(
                {name: every[name] for name in suite.files}, self.corpus_run, Console(quiet=True)
            ):
                if outcome.harm:
                    yield Failure(outcome.name, outcome.harm)
        elif isinstance(suite, SmallLoad):
            if unsound := small_load(self.corpus_run):
                yield Failure("a small load", unsound)
        else:
            raise TypeError(f"{suite} runs in a source tree.")


def small_load(corpus_run: CorpusRun) -> str:
    """Send some photos, one broken file and one event twice; return in words what does not add up."""
    load = Load(corpus_run.harness, prefix=uuid.uuid4().hex)
    photo = saved(picture(), "JPEG")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load.send, LOAD, (NOT_A_PHOTO if number == 25 else photo for number in LOAD)))
    return unaccounted(load, uploads=len(LOAD), twice=1)


@contextmanager
def deployed_suites(folder: Path) -> Iterator[DeployedSuites]:
    """Deploy twice: for fault injection, where executions start by hand, and for uploads; the code is in `folder`."""
    zips = build("host")
    own_runtime = folder / "runtime" / "python"
    shutil.copytree(runtime(), own_runtime)
    with ExitStack() as stack:
        aws = stack.enter_context(EmbeddedAws(folder / "inbox", own_runtime, wait_scale=WAIT_SCALE))
        recorder = stack.enter_context(recording_events(aws))
        recorder.wait_limit_seconds = WAIT_LIMIT_SECONDS
        harness = start_by_hand(deployed_harness(aws, zips, recorder))
        serving = deployed_harness(aws, zips, recorder, project="serving")
        live_code = LiveCode(aws, (harness.deployment, serving.deployment), own_runtime.parent / "unpacked")
        corpus_run = CorpusRun(serving)
        # The code is unpacked when it is first called.
        corpus_run.check("sound", lambda: sound("JPEG"))
        yield DeployedSuites(live_code, harness, corpus_run)
