"""Times this checkout's enhancement against an older one's, in turn: a busy machine slows both alike."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from darkroom.packaging.repository import ROOT
from tools.benchmark.versions import VersionError, revision
from verification.benchmarks_document import table

ROUNDS, MAX_RATIO = 7, 1.05
# Processor seconds of all threads. What the older code is called with must have been there in it too.
SCRIPT = """
import io, sys, time
from functions.enhance.enhance_photo import enhance_photo
for line in sys.stdin:
    with open(line.rstrip("\\n"), "rb") as file:
        body = file.read()
    start = time.process_time()
    enhance_photo(io.BytesIO(body), max_pixels=100_000_000, max_frames=1)
    print(time.process_time() - start, flush=True)
"""
TEXT = """
Against the enhancement of {revision}, in turn, by processor time: the median over {rounds} rounds, and what each round
was between. Goal: at most {ratio} times.

{table}
"""


def compared(photos: Mapping[str, Path], checkout: Path) -> str:
    """Return the table of each photo's time in parts of an older checkout's. Raises VersionError."""
    with _timer(ROOT) as now, _timer(checkout) as before:
        rows = [ratio_line(name, _ratios(photo.resolve(), now, before)) for name, photo in photos.items()]
    found = table(["photo", "time, x before", "lowest", "highest", "goal reached?"], rows)
    return TEXT.format(revision=revision(checkout), rounds=ROUNDS, ratio=MAX_RATIO, table=found)


def ratio_line(photo: str, ratios: list[float]) -> list[str]:
    """Return a photo's line of the table."""
    median = statistics.median(ratios)
    reached = "yes" if median <= MAX_RATIO else "NO"
    return [photo, *(f"{ratio:.3f}" for ratio in (median, min(ratios), max(ratios))), reached]


def _ratios(photo: Path, now: subprocess.Popen[str], before: subprocess.Popen[str]) -> list[float]:
    """Return the ratio of each round; the first one warms both up."""
    pairs = [(_seconds(now, photo), _seconds(before, photo)) for _ in range(ROUNDS + 1)]
    return [own / other for own, other in pairs[1:]]


@contextmanager
def _timer(checkout: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-P", "-c", SCRIPT]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, text=True) as process:
        yield process


def _seconds(timer: subprocess.Popen[str], photo: Path) -> float:
    _stream(timer.stdin).write(f"{photo}\n")
    _stream(timer.stdin).flush()
    said = _stream(timer.stdout).readline()
    if not said:
        errors = _stream(timer.stderr).read().strip().splitlines()[-1:]
        raise VersionError(f"a checkout cannot enhance {photo.name}: {' '.join(errors)}")
    return float(said)


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream  # noqa: S101 - it was opened as a pipe
    return stream
