"""What more or less memory would cost: a function's share of a processor goes with its memory, and its price too."""

from __future__ import annotations

from functions.operate.capacity import prices
from functions.operate.capacity.billed_time import BilledTime, billed_time, memory_mb
from functions.operate.capacity.measurements import measurements
from functions.operate.capacity.workload import photo_of
from verification.benchmarks_document import table
from verification.load.memory_table import RESERVE
from verification.load.memory_use import memory_measurements

SIZES_MB = (128, 256, 512, 1024, 1769, 3008)
# Of the photo of docs/deploy.md.
MEGAPIXELS = 24.0


def memory_price_table() -> str:
    """Return what a million photos would cost of each function, its own memory in bold, too little left out."""
    use, measured = photo_of(measurements(), MEGAPIXELS), memory_measurements()
    rows = []
    for name, part in use.functions.items():
        least = measured.peak_mb(name) / (1 - RESERVE)
        times = [billed_time(name, part, memory=size) if size >= least else None for size in SIZES_MB]
        rows.append([name, f"{least:,.0f}", *(_memory_price(name, time) for time in times)])
    header = ["function", "needs, MB", *(f"{size:,} MB" for size in SIZES_MB)]
    return table(header, rows)


def _memory_price(function: str, time: BilledTime | None) -> str:
    if time is None:
        return ""
    text = f"{prices.GB_SECOND.of(time.gb_seconds * prices.MILLION):.2f} ({time.milliseconds:.0f} ms)"
    return f"**{text}**" if time.memory_mb == memory_mb(function) else text
