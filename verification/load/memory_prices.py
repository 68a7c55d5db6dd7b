"""What more or less memory would cost: a function's share of a processor goes with its memory, and its price too."""

from __future__ import annotations

from functions.operate.capacity import prices
from functions.operate.capacity.billed_time import BilledTime, billed_time, memory_mb
from functions.operate.capacity.measurements import measurements
from functions.operate.capacity.workload import photo_of
from verification.benchmarks_document import table

SIZES_MB = (128, 256, 512, 1024, 1769, 3008)
# Of the photo of docs/deploy.md.
MEGAPIXELS = 24.0


def memory_price_table() -> str:
    """Return what a million photos would cost of each function, its own memory in bold."""
    functions = photo_of(measurements(), MEGAPIXELS).functions
    rows = [
        [name, *(_price(billed_time(name, use, memory=size)) for size in SIZES_MB)] for name, use in functions.items()
    ]
    return table(["function", *(f"{size:,} MB" for size in SIZES_MB)], rows)


def _price(time: BilledTime) -> str:
    text = f"{prices.GB_SECOND.of(time.gb_seconds * prices.MILLION):.2f} ({time.milliseconds:.0f} ms)"
    return f"**{text}**" if time.memory_mb == memory_mb(time.function) else text
