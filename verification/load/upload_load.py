"""`make bench-load`: many photos at once through the embedded AWS; it fails unless the invariants hold for each."""

from __future__ import annotations

import os
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil
from rich.progress import track

from darkroom.command_errors import CommandError
from darkroom.commands.display import short_path
from darkroom.packaging.repository import FUNCTIONS, function_definition
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section
from verification.corpus.corpus_run import memory_peaks_megabytes
from verification.corpus.file_parts import picture, saved
from verification.harness.deployed import running_harness
from verification.harness.uploads import NOT_A_PHOTO
from verification.invariants import violations
from verification.load.sent_upload import SentUpload

if TYPE_CHECKING:
    from rich.console import Console

    from verification.harness.harness import Harness

IN_FLIGHT = 8
# Width and height in pixels, and how many of a hundred photos are so large.
SIZES = {(640, 480): 40, (1600, 1200): 35, (3000, 2000): 20, (6000, 4000): 5}
TEXT = """`make bench-load`, {circumstances}

{count} uploads (JPEGs of {sizes} megapixels; one in a hundred is no photo), and one
event in a hundred once more, through the deployed pipeline on the embedded AWS, {in_flight} at a time, at most four
processes per function.

{accounts}

{throughput:.2f} executions a second. From an upload to the end of its execution: {p50:.1f} s in the median, 95 % within
{p95:.1f} s, 99 % within {p99:.1f} s. In {wall:.0f} s on {cores} cores, the functions took {functions:.0f} s of
processor time, the embedded AWS {embedded:.0f} s, other programs of the machine {others:.0f} s: {bottleneck}.
The embedded AWS's memory grew by {growth:.2f} MB per execution, {stored:.2f} MB of which are the photo and its copy,
which it keeps in memory.

{memory}
"""


class LostPhotoError(CommandError):
    """Some uploads are not accounted for; the message says how many."""


@dataclass
class Load:
    """One run: what was sent and how it ended. `latencies` in seconds, from the upload to the execution's end."""

    harness: Harness
    prefix: str = "load"
    sent: list[SentUpload] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, number: int, body: bytes) -> None:
        """Upload a photo, wait for its end, and deliver every hundredth event once more."""
        started = time.monotonic()
        upload = SentUpload.send(self.harness, f"{self.prefix}/{number:06}.jpg", body)
        seconds = time.monotonic() - started
        if number % 100 == 50:
            upload.deliver_again(f"duplicate-{self.prefix}-{number}")
        with self._lock:
            self.sent.append(upload)
            self.latencies.append(seconds)
            self.outcomes.update(upload.outcomes)


def measure_load(count: int, console: Console) -> None:
    """Send the photos, print the account and write it into the document. Raises LostPhotoError."""
    with running_harness(wait_scale=0.01) as harness:
        load = Load(harness)
        text = _run(load, count, console)
        missing = unaccounted(load, uploads=count, twice=duplicates(count))
    write_section(DOCUMENT, "Load", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"Written: {short_path(DOCUMENT)}")
    if missing:
        raise LostPhotoError(f"Not accounted for: {missing}.")


def unaccounted(load: Load, *, uploads: int, twice: int) -> str:
    """Return in words what does not add up; empty where the invariants hold for every upload and event."""
    due, ended = uploads + twice, sum(load.outcomes.values())
    wrong = [] if ended == due else [f"{due - ended} of {due} events have no execution that ended"]
    if load.outcomes["skipped"] != twice:
        wrong.append(f"{load.outcomes['skipped']} were skipped, {twice} events came twice")
    # Of other keys than the uploads', too: the copies', say.
    started = sum(len(arns) for (_, key), arns in load.harness.recorder.started.items() if f"{load.prefix}/" in key)
    if started > due:
        wrong.append(f"{started - due} executions started that nobody asked for")
    broken: dict[str, list[str]] = {}
    for upload in load.sent:
        for sentence in (found for observed in upload.observed() for found in violations(observed)):
            broken.setdefault(sentence, []).append(upload.key)
    wrong += [f"{sentence} (of {len(keys)} uploads, such as {keys[0]})" for sentence, keys in broken.items()]
    return "; ".join(wrong)


def duplicates(count: int) -> int:
    """Return how many events come twice."""
    return sum(number % 100 == 50 for number in range(count))


def sizes(count: int) -> Iterator[tuple[int, int] | None]:
    """Yield the uploads' sizes, None of what is no photo, in an order that is the same each time."""
    chosen = random.Random(1).choices(list(SIZES), list(SIZES.values()), k=count)  # noqa: S311 - no secret
    yield from (None if number % 100 == 25 else size for number, size in enumerate(chosen))


def bodies(count: int) -> Iterator[bytes]:
    """Yield the uploads."""
    photos = {size: saved(picture(*size), "JPEG", quality=85) for size in SIZES}
    yield from (photos[size] if size else NOT_A_PHOTO for size in sizes(count))


def _run(load: Load, count: int, console: Console) -> str:
    own = psutil.Process()
    started, before, memory_before = time.monotonic(), sum(own.cpu_times()[:2]), own.memory_info().rss
    busy_before = busy_seconds()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        done = pool.map(load.send, range(count), bodies(count))
        list(track(done, "Sending", count, console=console, transient=True))
    wall, embedded = time.monotonic() - started, sum(own.cpu_times()[:2]) - before
    functions = sum(sum(child.cpu_times()[:2]) for child in own.children(recursive=True))
    others = max(0.0, busy_seconds() - busy_before - functions - embedded)
    growth = (own.memory_info().rss - memory_before) / 1e6 / len(load.latencies)
    cuts = statistics.quantiles(load.latencies, n=100, method="inclusive")
    return TEXT.format(
        circumstances=circumstances("moto", "pillow", "numpy"),
        count=count,
        sizes=", ".join(f"{width * height / 1e6:g}" for width, height in SIZES),
        in_flight=IN_FLIGHT,
        accounts=table(["outcome", "executions"], [[name, str(n)] for name, n in sorted(load.outcomes.items())]),
        throughput=sum(load.outcomes.values()) / wall,
        p50=cuts[49],
        p95=cuts[94],
        p99=cuts[98],
        functions=functions,
        embedded=embedded,
        others=others,
        wall=wall,
        cores=os.cpu_count(),
        bottleneck=bottleneck(functions, embedded, others, wall * (os.cpu_count() or 1)),
        growth=growth,
        stored=_stored_bytes(load) / 1e6 / len(load.latencies),
        memory=_memory_table(load),
    )


def bottleneck(functions: float, embedded: float, others: float, available: float) -> str:
    """Say what held things up most, from seconds of processor time taken and available."""
    seconds = {
        "the functions' own work held it up": functions,
        "the embedded AWS held it up": embedded,
        "other programs held it up": others,
        "the processors had nothing to do, so waiting held it up": available - functions - embedded - others,
    }
    return max(seconds, key=lambda words: seconds[words])


def busy_seconds() -> float:
    """Return the processor time that all programs of the machine have taken."""
    times = psutil.cpu_times()
    busy = sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)
    # The kernel counts in hundredths; what is left of idle time beyond them is rounding.
    return round(float(busy), 2)


def _stored_bytes(load: Load) -> int:
    pages = (
        load.harness.aws.client("s3")
        .get_paginator("list_object_versions")
        .paginate(Bucket=load.harness.deployment.bucket)
    )
    return sum(version["Size"] for page in pages for version in page.get("Versions", []))


def _memory_table(load: Load) -> str:
    peaks = memory_peaks_megabytes(load.harness, FUNCTIONS)
    rows = [[function, str(peaks[function]), str(function_definition(function).memory_mb)] for function in FUNCTIONS]
    return table(["function", "peak memory, MB", "limit, MB"], rows)
