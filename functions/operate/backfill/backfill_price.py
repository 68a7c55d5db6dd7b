"""What a backfill costs and how fast it may go, by what `darkroom capacity` knows of photos of that size."""

from __future__ import annotations

from functions.operate.capacity.limits import Limit, limits
from functions.operate.capacity.measurements import measurements
from functions.operate.capacity.photo_cost import billed, lines, together
from functions.operate.capacity.prices import MILLION
from functions.operate.capacity.workload import SECONDS_A_DAY, Workload, photo_of

STARTING_DOLLARS_PER_MILLION = 3.0
"""What starting costs besides, which docs/deploy.md explains."""
SHARE_OF_BACKFILL = 0.5
"""Live uploads keep the rest."""


def price_of(photos: int, size_bytes: int) -> float:
    """Return the dollars that so many photos with so many bytes together cost, without e-mails."""
    workload = _workload(photos, size_bytes)
    measured = measurements()
    dollars = together(lines(photo_of(measured, workload.megapixels), workload, measured))
    return photos * (dollars + STARTING_DOLLARS_PER_MILLION) / MILLION


def first_limit(photos: int, size_bytes: int, concurrency: int, region: str) -> Limit:
    """Return the quota that binds first; `concurrency` is how many functions may run at once."""
    measured = measurements()
    workload = _workload(photos, size_bytes).model_copy(update={"concurrency": concurrency, "region": region})
    use = photo_of(measured, workload.megapixels)
    return limits(use, billed(use, workload.peak_per_second, measured), workload)[0]


def usual_rate(limit: Limit) -> float:
    """Return the photos a second at which live uploads keep their half of the quota that binds first."""
    return limit.photos_per_second * SHARE_OF_BACKFILL


def _workload(photos: int, size_bytes: int) -> Workload:
    """Return photos of that size, one a second: so all of them are traced, and functions stay warm."""
    measured = measurements()
    largest = measured.succeeded[-1]
    megapixels = largest.megapixels * size_bytes / max(photos, 1) / largest.upload_bytes
    smallest = measured.succeeded[0].megapixels
    return Workload(photos_per_day=SECONDS_A_DAY, peak_per_second=1, megapixels=max(megapixels, smallest))
