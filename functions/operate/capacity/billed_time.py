"""What Lambda bills of a photo: its processor time, stretched to a function's share of a processor, and its waits.

    billed ms = processor ms / min(1, memory MB / 1,769) + waits

A function has memory / 1,769 MB of a processor (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html);
more than one helps no photo, for the work is done by one thread. The processor time is that of the machine that
measured: Lambda's arm64 processors may take longer. A cold start is billed too, since August 2025. It is taken to have
a whole processor, whatever the memory: AWS states nothing, but functions of 128 MB start as fast as large ones.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from functions.operate.capacity.measurements import FUNCTIONS_FOLDER, FunctionUse

PROCESSOR_MB = 1769
# What AWS says of small objects, 100 to 200 ms, and of one connection's bytes
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html, 2026-11).
S3_WAIT_MS, S3_BYTES_PER_MS = 100.0, 85_000.0
# "Single-digit milliseconds" (https://aws.amazon.com/dynamodb/); SNS states nothing, so an assumption.
DYNAMODB_WAIT_MS, SNS_WAIT_MS = 10.0, 50.0
# How long an idle sandbox is kept. AWS states nothing; an assumption.
KEPT_WARM_SECONDS = 300.0


class BilledTime(NamedTuple):
    """What one photo is billed of one function; `invocations` may be several, or none."""

    function: str
    memory_mb: int
    invocations: float
    milliseconds: float

    @property
    def gb_seconds(self) -> float:
        """Lambda's unit."""
        return self.memory_mb / 1024 * self.milliseconds / 1000


@cache
def memory_mb(function: str) -> int:
    """Return a function's memory, as function.json says."""
    document = json.loads((FUNCTIONS_FOLDER / function / "function.json").read_text(encoding="utf-8"))
    return int(document["memory_mb"])


def billed_time(
    function: str, use: FunctionUse, *, cold_ms: float = 0.0, slowness: float = 1.0, memory: int | None = None
) -> BilledTime:
    """Return what a photo is billed of a function.

    `cold_ms` is the processor time of cold starts that falls to one invocation. `slowness` is how much longer Lambda's
    processor takes than that of the machine that measured. `memory` in MB stands in for the function's own.
    """
    memory = memory or memory_mb(function)
    working = use.processor_ms / processor_share(memory) + cold_ms * use.invocations
    return BilledTime(function, memory, use.invocations, working * slowness + waits_ms(use))


def processor_share(megabytes: int) -> float:
    """Return how much of a processor a function's one thread has."""
    return min(1.0, megabytes / PROCESSOR_MB)


def seconds_together(times: Iterable[BilledTime]) -> float:
    """Return how long a photo is in functions."""
    return sum(time.milliseconds for time in times) / 1000


def waits_ms(use: FunctionUse) -> float:
    """Return how long a photo waits for other services inside a function."""
    s3 = use.s3_calls * S3_WAIT_MS + use.s3_bytes / S3_BYTES_PER_MS
    return s3 + use.dynamodb_calls * DYNAMODB_WAIT_MS + use.sns_calls * SNS_WAIT_MS


def cold_share(photos_per_second: float) -> float:
    """Return which share of photos finds no warm sandbox: those that nothing precedes in time (Poisson arrivals)."""
    return math.exp(-photos_per_second * KEPT_WARM_SECONDS)
