"""`make bench-cold-start`: measures the processor seconds of functions' starts against builds without bytecode.

Each start is a process of its own, from an unpacked zip that Python may not write to, as in Lambda. It imports the
handler and answers one event on the embedded AWS, clients included. The builds take turns.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console

from darkroom.command_errors import CommandError
from darkroom.commands.display import short_path
from darkroom.packaging.repository import FUNCTIONS, function_definition
from darkroom.packaging.zips import build
from tools.benchmark.first_events import FirstEvent, first_events
from tools.benchmark.versions import revision
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section

ROUNDS = 11
GOALS = {"import": 0.4, "first answer": 0.6}
# Processor seconds, of all threads: at the handler's import, and from the start of the process to its first answer.
PROGRAM = """
import importlib, json, sys, time
from types import SimpleNamespace

started = time.process_time()
module, _, name = sys.argv[1].rpartition(".")
handler = getattr(importlib.import_module(module), name)
imported = time.process_time()
context = SimpleNamespace(
    function_name="darkroom", memory_limit_in_mb=1024, invoked_function_arn="arn:aws:lambda", aws_request_id="1"
)
handler(json.load(sys.stdin), context)
print(json.dumps({"import": imported - started, "first answer": time.process_time()}))
"""
TEXT = """`make bench-cold-start`, {circumstances}

Processor seconds of a function's start, the median of {rounds}: to import its handler, and from the start of the
process to its first answer, AWS clients included, to the event of a small photo on the embedded AWS. In brackets, the
share of it that is left now. The builds took turns. Goals: {goals} of what it was before.

{table}
"""


class OlderBuildError(CommandError):
    """The older checkout cannot be built; the message holds what its build said."""


class StartError(CommandError):
    """A function raised in place of an answer; the message holds its last line."""


@dataclass(frozen=True)
class Start:
    """The build that a process starts from, the function, and what is measured."""

    build: str
    function: str
    figure: str


def measure_cold_start(base: Path | None, console: Console) -> None:
    """Measure the starts of all builds, `base` being an older checkout to compare with, and write the document."""
    with TemporaryDirectory() as folder:
        builds = _builds(base, Path(folder))
        with first_events() as events:
            figures = _measured(builds, events, console)
    rows = [_row(builds, figures, function, figure) for function in FUNCTIONS for figure in GOALS]
    text = TEXT.format(
        circumstances=circumstances("boto3", "pydantic"),
        rounds=ROUNDS,
        goals=", ".join(f"{figure} {share}" for figure, share in GOALS.items()),
        table=table(["function", "to", *builds], rows),
    )
    write_section(DOCUMENT, "Cold starts", text)
    console.print(text, highlight=False, markup=False, soft_wrap=True)
    console.print(f"Written: {short_path(DOCUMENT)}")


def _builds(base: Path | None, folder: Path) -> dict[str, Path]:
    """Return by its name in the table a folder for each build, with each function's code under its name."""
    zips = build("host")
    builds = {"now": _unpacked(zips, folder / "now"), "without bytecode": _unpacked(zips, folder / "without")}
    for compiled in builds["without bytecode"].rglob("*.pyc"):
        compiled.unlink()
    if base:
        builds[revision(base)] = _unpacked(_older_zips(base), folder / "base")
    return dict(reversed(builds.items()))


def _unpacked(zips: Mapping[str, Path], folder: Path) -> Path:
    for function, path in zips.items():
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / function)
    return folder


def _older_zips(base: Path) -> dict[str, Path]:
    done = subprocess.run(
        [sys.executable, "-m", "darkroom", "build", "host"], cwd=base, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OlderBuildError(f"{base} cannot be built: {done.stderr.strip()}")
    return {function: base / "build" / "host" / f"{function}.zip" for function in FUNCTIONS}


def _measured(
    builds: Mapping[str, Path], events: Mapping[str, FirstEvent], console: Console
) -> dict[Start, list[float]]:
    figures: dict[Start, list[float]] = {}
    for number in range(ROUNDS):
        console.print(f"round {number + 1} of {ROUNDS}", highlight=False)
        for function in FUNCTIONS:
            for name, folder in builds.items():
                for figure, seconds in _start(folder / function, function, events[function]).items():
                    figures.setdefault(Start(name, function, figure), []).append(seconds)
    return figures


def _start(code: Path, function: str, event: FirstEvent) -> dict[str, float]:
    # -S keeps this machine's packages out, -B keeps Python from writing what it compiles.
    command = [sys.executable, "-S", "-P", "-B", "-c", PROGRAM, function_definition(function).handler]
    variables = {**event.variables, "PYTHONPATH": str(code)}
    event.prepare()
    done = subprocess.run(
        command, input=event.payload, env=variables, cwd=code, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartError(f"{function} does not answer: {done.stderr.strip().splitlines()[-1]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _row(builds: Mapping[str, Path], figures: Mapping[Start, list[float]], function: str, figure: str) -> list[str]:
    seconds = {name: median(figures[Start(name, function, figure)]) for name in builds}
    now = seconds["now"]
    others = [f"{value:.2f} ({now / value:.2f})" for name, value in seconds.items() if name != "now"]
    return [function, figure, *others, f"{now:.2f}"]
