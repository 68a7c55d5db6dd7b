"""What binds first: how many photos a second each quota lets through."""

from __future__ import annotations

from functions.operate.capacity import quotas
from functions.operate.capacity.billed_time import BilledTime, seconds_together
from functions.operate.capacity.measurements import PhotoUse
from functions.operate.capacity.photo_cost import KMS_CALLS_PER_ENCRYPTED_OBJECT
from functions.operate.capacity.quotas import Quota
from functions.operate.capacity.workload import Workload
from functions.operate.report_model import ReportModel

# To the key PROCESSING of AttentionIndex: one where the record appears, one where it disappears.
PROCESSING_WRITES = 2


class Limit(ReportModel):
    """A quota, what one photo takes of it, and so how many photos a second it lets through."""

    name: str
    quota: float
    per_photo: float
    photos_per_second: float
    adjustable: bool
    source: str


def limits(use: PhotoUse, times: list[BilledTime], workload: Workload) -> list[Limit]:
    """Return every quota that photos meet, the one that binds first at the head."""
    seconds = seconds_together(times)
    concurrency = Quota(
        "Lambda, concurrency",
        workload.concurrency,
        workload.concurrency,
        True,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html",
    )
    found = [
        _limit(concurrency, seconds, workload.region),
        _limit(quotas.STARTS, 1, workload.region),
        _limit(quotas.TRANSITIONS, use.transitions, workload.region),
        _limit(quotas.INDEX_WRITES, PROCESSING_WRITES, workload.region),
        _limit(quotas.TABLE_WRITES, use.dynamodb_write_units, workload.region),
        _limit(quotas.DELIVERIES, 1, workload.region),
        # All copies lie under enhanced/; uploads may lie under many prefixes.
        _limit(quotas.S3_WRITES, 1, workload.region),
        _limit(quotas.S3_READS, use.s3_reads, workload.region),
        _limit(quotas.PUBLISHES, use.messages, workload.region),
        _limit(quotas.KMS_CALLS, use.encrypted_objects * KMS_CALLS_PER_ENCRYPTED_OBJECT, workload.region),
        *([_limit(quotas.EMAILS, use.messages, workload.region)] if workload.emails else []),
    ]
    return sorted(found, key=lambda limit: limit.photos_per_second)


def _limit(quota: Quota, per_photo: float, region: str) -> Limit:
    value = quota.value(region)
    return Limit(
        name=quota.name,
        quota=value,
        per_photo=round(per_photo, 3),
        photos_per_second=round(value / per_photo, 1),
        adjustable=quota.adjustable,
        source=quota.source,
    )
