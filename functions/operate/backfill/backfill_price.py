"""What a backfill costs and how fast it may go, by what `darkroom capacity` knows of photos of that size."""

from __future__ import annotations

from functions.operate.backfill.plan_file import BATCH_PHOTOS
from functions.operate.backfill.start_pace import StartPace
from functions.operate.capacity import prices
from functions.operate.capacity.limits import Limit, limits
from functions.operate.capacity.measurements import measurements
from functions.operate.capacity.photo_cost import billed, lines, together
from functions.operate.capacity.prices import MILLION
from functions.operate.capacity.workload import SECONDS_A_DAY, Workload, photo_of

# An Express execution is billed by its time and 64 MB; one starts a batch, and waits after each photo.
# A start takes about a tenth of a second besides, and a batch ends a little after its last photo.
EXPRESS_GB, START_SECONDS = 64 / 1024, 0.1
# Tags are asked for when a photo without a record is planned, when it is applied and before its claim; its record is
# read when it is planned, applied and shown, a read unit each.
TAGS_READ, RECORDS_READ = 3, 3
# What an upload costs of which a backfill has none: it lies there already, and nobody hears of it.
UPLOADS_OWN_WRITES, UPLOADS_OWN_EVENTS = 1, 1
SHARE_OF_BACKFILL = 0.5
"""Live uploads keep the rest."""


def price_of(photos: int, size_bytes: int, pace: StartPace) -> float:
    """Return the dollars that so many photos with so many bytes together cost at a pace, without e-mails."""
    workload = _workload(photos, size_bytes)
    measured = measurements()
    dollars = together(lines(photo_of(measured, workload.megapixels), workload, measured))
    own = prices.S3_WRITE.of(UPLOADS_OWN_WRITES * MILLION) + prices.BUCKET_EVENT.of(UPLOADS_OWN_EVENTS * MILLION)
    return photos * (dollars - own + starting_dollars_per_million(pace)) / MILLION


def starting_dollars_per_million(pace: StartPace) -> float:
    """Return what starting a million photos costs besides."""
    batches = MILLION / BATCH_PHOTOS
    waited = MILLION * (pace.pause_seconds + START_SECONDS) * EXPRESS_GB
    return (
        prices.EXPRESS_GB_SECOND.of(waited)
        + prices.EXPRESS_REQUEST.of(batches)
        # Of the Map, one for each batch that it starts.
        + prices.TRANSITION.of(batches)
        + prices.S3_READ.of(TAGS_READ * MILLION)
        + prices.READ_UNIT.of(RECORDS_READ * MILLION)
    )


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
