"""`make bench-load`: many photos at once through the embedded AWS; every one is accounted for, or the command fails."""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from rich.progress import track

from darkroom.command_errors import CommandError
from darkroom.commands.display import short_path
from darkroom.local.deploy import Deployment, deploy
from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.packaging.repository import FUNCTIONS, function_definition
from darkroom.packaging.zips import build, runtime
from verification.benchmarks_document import DOCUMENT, circumstances, table, write_section
from verification.corpus.corpus_run import memory_peaks_megabytes
from verification.corpus.file_parts import picture, saved
from verification.harness.event_recorder import EventRecorder, recording_events

if TYPE_CHECKING:
    from rich.console import Console

IN_FLIGHT = 8
BROKEN = b"This is no photo."
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

    aws: EmbeddedAws
    deployment: Deployment
    recorder: EventRecorder
    prefix: str = "load"
    latencies: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, number: int, body: bytes) -> None:
        """Upload a photo, wait for its end, and deliver every hundredth event once more."""
        key, started = f"{self.prefix}/{number:06}.jpg", time.monotonic()
        self.aws.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body)
        end = self.recorder.wait_for(lambda: self._end_of(key, duplicate=False), f"the end of {key}")
        self._note(end, time.monotonic() - started)
        if number % 100 == 50:
            self.aws.client("stepfunctions").start_execution(
                stateMachineArn=self.deployment.state_machine_arn,
                name=f"duplicate-{self.prefix}-{number}",
                input=end["input"],
            )
            self._note(self.recorder.wait_for(lambda: self._end_of(key, duplicate=True), f"the duplicate of {key}"))

    def _end_of(self, key: str, *, duplicate: bool) -> dict[str, Any] | None:
        of_key = self.recorder.ends_by_key.get(key, [])
        return next((end for end in of_key if end["name"].startswith("duplicate-") is duplicate), None)

    def _note(self, end: dict[str, Any], seconds: float | None = None) -> None:
        skipped = end["status"] == "SUCCEEDED" and "skipped" in json.loads(end["output"])
        with self._lock:
            self.outcomes["skipped" if skipped else end["status"].lower()] += 1
            self.latencies += [] if seconds is None else [seconds]


def measure_load(count: int, console: Console) -> None:
    """Send the photos, print the account and write it into the document. Raises LostPhotoError."""
    with ExitStack() as stack:
        inbox = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        zips = build("host")
        aws = stack.enter_context(EmbeddedAws(inbox, runtime(), wait_scale=0.01))
        deployment = deploy(aws, zips)
        load = Load(aws, deployment, stack.enter_context(recording_events(aws, deployment)))
        text = _run(load, count, console)
        missing = unaccounted(load, uploads=count, twice=duplicates(count))
    write_section(DOCUMENT, "Load", text)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"Written: {short_path(DOCUMENT)}")
    if missing:
        raise LostPhotoError(f"Not accounted for: {missing}.")


def unaccounted(load: Load, *, uploads: int, twice: int) -> str:
    """Return in words what does not add up; empty where every upload and event has its end and its record."""
    sent = uploads + twice
    ended = sum(load.outcomes.values())
    pages = load.aws.client("dynamodb").get_paginator("scan").paginate(TableName=load.deployment.table)
    items = (item for page in pages for item in page["Items"])
    records = Counter(item["Status"]["S"] for item in items if item["ImageId"]["S"].startswith(f"{load.prefix}/"))
    wrong = [] if ended == sent else [f"{sent - ended} of {sent} events have no execution that ended"]
    # Of other keys than the uploads': the copies', say.
    seen = sum(len(ends) for key, ends in load.recorder.ends_by_key.items() if f"{load.prefix}/" in key)
    if seen > ended:
        wrong.append(f"{seen - ended} executions ended that nobody asked for")
    for outcome, status in (("succeeded", "COMPLETED"), ("failed", "FAILED")):
        if load.outcomes[outcome] != records[status]:
            wrong.append(f"{load.outcomes[outcome]} executions {outcome}, {records[status]} records are {status}")
    if load.outcomes["skipped"] != twice:
        wrong.append(f"{load.outcomes['skipped']} were skipped, {twice} events came twice")
    return "; ".join(wrong)


def duplicates(count: int) -> int:
    """Return how many events come twice."""
    return sum(number % 100 == 50 for number in range(count))


def bodies(count: int) -> Iterator[bytes]:
    """Yield the uploads, in an order that is the same each time."""
    photos = {size: saved(picture(*size), "JPEG", quality=85) for size in SIZES}
    sizes = random.Random(1).choices(list(SIZES), list(SIZES.values()), k=count)  # noqa: S311 - no secret
    yield from (BROKEN if number % 100 == 25 else photos[size] for number, size in enumerate(sizes))


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
    pages = load.aws.client("s3").get_paginator("list_object_versions").paginate(Bucket=load.deployment.bucket)
    return sum(version["Size"] for page in pages for version in page.get("Versions", []))


def _memory_table(load: Load) -> str:
    peaks = memory_peaks_megabytes(load.aws, load.deployment, FUNCTIONS)
    rows = [[function, str(peaks[function]), str(function_definition(function).memory_mb)] for function in FUNCTIONS]
    return table(["function", "peak memory, MB", "limit, MB"], rows)
