"""What docs/benchmarks.md says of memory: the largest photos, and what is left in reserve."""

from __future__ import annotations

from textwrap import wrap

from darkroom.packaging.repository import FUNCTIONS, function_definition
from functions.operate.capacity.billed_time import processor_share
from verification.benchmarks_document import table
from verification.load.largest_photos import LARGEST_HEAVY, MAX_BYTES, MAX_PIXELS, largest_photos
from verification.load.memory_use import MemoryMeasurements, PhotoMemory

# Of the memory, for what a measured photo does not show: other content, and what a warm process still holds.
RESERVE = 0.15
# New accounts may give a function no more.
MOST_MEMORY_MB = 3008
# How much longer Lambda's processor may take than the one that measured.
SLOWER = 1.5
OPENING = ("validate", "enhance")
TEXT = """`make measure-memory`, {circumstances}

The largest photos that the limits let through, drawn by script: {pixels:.0f} megapixels ({heavy:.0f} for WebP and AVIF,
fewer for BMP), in files of {size:.0f} million bytes. Each goes through the deployed pipeline on the embedded AWS, into
new processes. Memory is the peak of a function's process (Linux's VmHWM), imports included. Processor time is that of
its one invocation, start included. In brackets, the share of the function's memory and, at its share of a processor, of
its timeout.

{photos}

The most that any photo takes. At least {reserve:.0%} of the memory is a reserve, and none has more than {most} MB,
which new accounts may be held to.

{functions}
{left}"""


def memory_text(measurements: MemoryMeasurements) -> str:
    """Return the section."""
    rows = [[name, photo.status, *_opening(photo)] for name, photo in measurements.photos.items()]
    header = ["photo", "ends", *(f"{name}, {unit}" for name in OPENING for unit in ("MB", "processor s"))]
    totals = ["function", "memory, MB", "most taken, MB", "timeout, s", "most taken, s", "at 1.5 times as slow, s"]
    return TEXT.format(
        circumstances=measurements.circumstances,
        pixels=MAX_PIXELS / 1e6,
        heavy=LARGEST_HEAVY.pixels / 1e6,
        size=MAX_BYTES / 1e6,
        photos=table(header, rows),
        reserve=RESERVE,
        most=f"{MOST_MEMORY_MB:,}",
        functions=table(totals, [_function(name, measurements) for name in FUNCTIONS]),
        left=_left(measurements),
    )


def _left(measurements: MemoryMeasurements) -> str:
    """Say which photos nobody has measured yet."""
    names = [name for name in largest_photos() if name not in measurements.photos]
    return "\n" + "\n".join(wrap(f"Not measured yet: {'; '.join(names)}.", 120)) + "\n" if names else ""


def longest_seconds(function: str, measurements: MemoryMeasurements) -> float:
    """Return how long the longest photo takes a function at its share of a processor, waits aside."""
    share = processor_share(function_definition(function).memory_mb)
    return measurements.processor_seconds(function) / share


def _opening(photo: PhotoMemory) -> list[str]:
    cells: list[str] = []
    for name in OPENING:
        use, function = photo.functions.get(name), function_definition(name)
        if use is None:
            return [*cells, "", ""]
        seconds = use.processor_seconds / processor_share(function.memory_mb)
        cells.append(f"{use.peak_mb:,} ({use.peak_mb / function.memory_mb:.0%})")
        cells.append(f"{use.processor_seconds:.1f} ({seconds / function.timeout_seconds:.0%})")
    return cells


def _function(name: str, measurements: MemoryMeasurements) -> list[str]:
    function, peak = function_definition(name), measurements.peak_mb(name)
    seconds = longest_seconds(name, measurements)
    memory = [f"{function.memory_mb:,}", f"{peak:,} ({peak / function.memory_mb:.0%})"]
    return [name, *memory, f"{function.timeout_seconds}", f"{seconds:.0f}", f"{seconds * SLOWER:.0f}"]
