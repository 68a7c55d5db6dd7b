"""Times this checkout's enhancement against an older one's, in turn: a busy machine slows both alike."""

import statistics
from collections.abc import Mapping
from pathlib import Path

from darkroom.packaging.repository import ROOT
from tools.benchmark.versions import revision, run_by
from verification.benchmarks_document import table

ROUNDS, MAX_RATIO = 7, 1.05
# Processor seconds of all threads, once what is loaded at first is loaded. What the older code is called with must have
# been there in it too.
SCRIPT = """
import io, sys, time
from functions.enhance.enhance_photo import enhance_photo
with open(sys.argv[1], "rb") as file:
    body = file.read()
for _ in range(2):
    start = time.process_time()
    enhance_photo(io.BytesIO(body), max_pixels=100_000_000, max_frames=1)
print(time.process_time() - start)
"""
TEXT = """
Against the enhancement of {revision}, in turn, by processor time: the median over {rounds} rounds, and what each round
was between. Goal: at most {ratio} times.

{table}
"""


def compared(photos: Mapping[str, Path], checkout: Path) -> str:
    """Return the table of each photo's time in parts of an older checkout's. Raises VersionError."""
    rows = [ratio_line(name, _ratios(photo.resolve(), checkout)) for name, photo in photos.items()]
    found = table(["photo", "time, x before", "lowest", "highest", "goal reached?"], rows)
    return TEXT.format(revision=revision(checkout), rounds=ROUNDS, ratio=MAX_RATIO, table=found)


def ratio_line(photo: str, ratios: list[float]) -> list[str]:
    """Return a photo's line of the table."""
    median = statistics.median(ratios)
    reached = "yes" if median <= MAX_RATIO else "NO"
    return [photo, *(f"{ratio:.3f}" for ratio in (median, min(ratios), max(ratios))), reached]


def _ratios(photo: Path, checkout: Path) -> list[float]:
    return [_seconds(ROOT, photo) / _seconds(checkout, photo) for _ in range(ROUNDS)]


def _seconds(checkout: Path, photo: Path) -> float:
    return float(run_by(checkout, SCRIPT, str(photo), what=photo.name))
