"""Sends the corpus, or a folder of files, through the deployed pipeline, and a sound photo after each file."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import track
from rich.table import Table

from darkroom.command_errors import CommandError
from functions.shared.errors import PermanentImageError
from verification.corpus.corpus import corpus
from verification.corpus.expectations import expected
from verification.corpus.file_parts import sound
from verification.harness.deployed import running_harness

if TYPE_CHECKING:
    from rich.console import Console

    from verification.harness.harness import Harness

WAIT_SCALE = 0.01
# Each may take gigabytes for a moment.
AT_A_TIME = 2
# Nobody should wait longer for one photo; on a busy machine none takes a third of this.
MAX_SECONDS = 60
OWN_ERRORS = frozenset(error.__name__ for error in PermanentImageError.__subclasses__())
MEMORY = re.compile(r"Max Memory Used: (\d+) MB")


class HarmDoneError(CommandError):
    """A file did what no file may: the table names it."""


@dataclass(frozen=True)
class Outcome:
    """What became of a file, and whether the sound photo after it came out."""

    name: str
    size_bytes: int
    result: str
    state: str
    seconds: float
    next_is_served: bool
    expected: str = ""

    @property
    def harm(self) -> str:
        """What went wrong, in words; empty where the file was enhanced or refused by an error of ours, as it should."""
        if self.result not in {"COMPLETED", *OWN_ERRORS}:
            return f"ended as {self.result} in {self.state}"
        if self.seconds > MAX_SECONDS:
            return f"took {self.seconds:.0f} s"
        if self.expected not in {"", self.result}:
            return f"ended as {self.result}, not as {self.expected}"
        return "" if self.next_is_served else "the sound photo after it was not served"


@dataclass(frozen=True)
class CorpusRun:
    """Files on their way through a deployed pipeline; `expected` names the result that a file must have, if known."""

    harness: Harness
    expected: Callable[[str], str] = expected

    def check(self, name: str, make: Callable[[], bytes]) -> Outcome:
        """Send a file through, and a sound photo after it."""
        body, started = make(), time.monotonic()
        result, state = self._send(body, name)
        seconds = time.monotonic() - started
        after, _ = self._send(sound("JPEG"), "sound.jpg")
        return Outcome(name, len(body), result, state, seconds, after == "COMPLETED", self.expected(name))

    def peaks_megabytes(self) -> dict[str, int]:
        """Return the most memory that the functions that open files have taken."""
        return memory_peaks_megabytes(self.harness, ("validate", "enhance"))

    def _send(self, body: bytes, name: str) -> tuple[str, str]:
        """Upload a file; return its record's status, or error and step."""
        key, recorder = self.harness.upload(body, self.harness.new_key(name)), self.harness.recorder
        message = recorder.wait_for(lambda: recorder.messages.get(key), f"the message about {name}")[-1]
        failed = message.get("failed", {})
        return str(failed.get("error", message["status"])), str(failed.get("state", ""))


def memory_peaks_megabytes(harness: Harness, functions: Iterable[str]) -> dict[str, int]:
    """Return the most memory that each function has taken, as the reports in its log say."""
    return {function: max(_used(harness.log_lines(function)), default=0) for function in functions}


def _used(lines: Iterable[str]) -> Iterator[int]:
    yield from (int(found[1]) for line in lines if (found := MEMORY.search(line)))


def run_corpus(files: Mapping[str, Callable[[], bytes]], corpus_run: CorpusRun, console: Console) -> list[Outcome]:
    """Send every file, a few at a time."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        outcomes = pool.map(lambda item: corpus_run.check(*item), files.items())
        return list(track(outcomes, "Sending", len(files), console=console, transient=True))


def print_corpus_run(folder: Path | None, console: Console) -> None:
    """Try the corpus, or the files of a folder, and print what became of each. Raises HarmDoneError."""
    files = _files_of(folder) if folder else corpus()
    with running_harness(WAIT_SCALE) as harness:
        # Of somebody's own files nothing is known beforehand, whatever their names.
        known = (lambda _: "") if folder else expected
        corpus_run = CorpusRun(harness, known)
        outcomes = run_corpus(files, corpus_run, console)
        peaks = corpus_run.peaks_megabytes()
    console.print(outcome_table(outcomes), highlight=False)
    harmful = [outcome for outcome in outcomes if outcome.harm]
    most = ", ".join(f"{function} {megabytes} MB" for function, megabytes in peaks.items())
    console.print(f"{len(outcomes)} files, {len(outcomes) - len(harmful)} did no harm. Most memory: {most}.")
    if harmful or not outcomes:
        raise HarmDoneError(f"{len(harmful)} of {len(outcomes)} files did harm.")


def outcome_table(outcomes: list[Outcome]) -> Table:
    """Return a line for each file."""
    table = Table("file", "bytes", "result", "seconds", "", box=None, header_style="dim", pad_edge=False)
    for outcome in outcomes:
        result = outcome.result if outcome.result == "COMPLETED" else f"{outcome.result} in {outcome.state}"
        size, seconds = f"{outcome.size_bytes:,}", f"{outcome.seconds:.1f}"
        table.add_row(escape(outcome.name), size, result, seconds, f"[bold red]{escape(outcome.harm)}[/]")
    return table


def _files_of(folder: Path) -> dict[str, Callable[[], bytes]]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes for path in found}
