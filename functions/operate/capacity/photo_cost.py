"""What one photo costs, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from functions.operate.capacity import prices
from functions.operate.capacity.billed_time import BilledTime, billed_time, cold_share
from functions.operate.capacity.measurements import Measurements, PhotoUse
from functions.operate.capacity.prices import MILLION, Price
from functions.operate.capacity.workload import Workload
from functions.operate.report_model import ReportModel

# The buckets have bucket keys, which spare 99 % of the calls
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html, 2026-11: "by up to 99 percent"). DynamoDB and
# SNS keep data keys for five minutes: some calls a minute, whatever the photos.
KMS_CALLS_PER_ENCRYPTED_OBJECT = 0.01
# Step Functions traces one execution a second and 5 % of the others
# (https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html, 2026-11).
TRACED_PER_SECOND, TRACED_SHARE = 1.0, 0.05


class CostLine(ReportModel):
    """What a photo pays for: so many units, at a price, in dollars for a million photos."""

    what: str
    per_photo: str
    price: str
    dollars_per_million: float


def lines(use: PhotoUse, workload: Workload, measured: Measurements, *, slowness: float = 1.0) -> list[CostLine]:
    """Return what a photo pays for, the most important services first."""
    mails = workload.emails * use.messages
    kms_calls = use.encrypted_objects * KMS_CALLS_PER_ENCRYPTED_OBJECT
    return [
        _counted("Step Functions", use.transitions, "transitions", prices.TRANSITION),
        *_functions(use, workload, measured, slowness),
        _counted("S3, writes", use.s3_writes, "writes", prices.S3_WRITE),
        _counted("S3, reads", use.s3_reads, "reads", prices.S3_READ),
        _counted("S3, events", use.bucket_events, "events", prices.BUCKET_EVENT),
        _counted("DynamoDB", use.dynamodb_write_units, "write units", prices.WRITE_UNIT),
        _counted("SNS", use.messages, "messages", prices.PUBLISH),
        *([_counted("SNS, e-mail", mails, "e-mails", prices.EMAIL)] if mails else []),
        _counted("KMS", kms_calls, "calls", prices.KMS_CALL),
        _line("CloudWatch, logs", use.log_bytes / 1e9, f"{use.log_bytes / 1000:.1f} kB", prices.LOG_GB),
        _counted("X-Ray", use.executions * traced_share(workload.per_second), "traces", prices.TRACE),
    ]


def together(cost_lines: list[CostLine]) -> float:
    """Return the sum, for a million photos."""
    return sum(line.dollars_per_million for line in cost_lines)


def traced_share(photos_per_second: float) -> float:
    """Return which share of photos is traced where they come evenly; where they come in bursts, it is less."""
    if photos_per_second <= TRACED_PER_SECOND:
        return 1.0
    return TRACED_SHARE + (1 - TRACED_SHARE) * TRACED_PER_SECOND / photos_per_second


def billed(use: PhotoUse, per_second: float, measured: Measurements, slowness: float = 1.0) -> list[BilledTime]:
    """Return what a photo is billed of each function that it meets, where so many come a second."""
    share = cold_share(per_second)
    return [
        billed_time(name, part, cold_ms=share * measured.cold_start_processor_ms[name], slowness=slowness)
        for name, part in use.functions.items()
        if part.invocations
    ]


def _functions(use: PhotoUse, workload: Workload, measured: Measurements, slowness: float) -> Iterator[CostLine]:
    times = billed(use, workload.per_second, measured, slowness)
    for time in times:
        text = f"{time.milliseconds:.0f} ms of {time.memory_mb:,} MB"
        yield _line(f"Lambda, {time.function}", time.gb_seconds, text, prices.GB_SECOND)
    yield _counted("Lambda, requests", sum(time.invocations for time in times), "invocations", prices.INVOCATION)


def _counted(what: str, units: float, unit: str, price: Price) -> CostLine:
    return _line(what, units, f"{units:.3g} {unit.removesuffix('s') if units == 1 else unit}", price)


def _line(what: str, units: float, text: str, price: Price) -> CostLine:
    dollars = round(price.of(units * MILLION), 2)
    return CostLine(what=what, per_photo=text, price=str(price), dollars_per_million=dollars)
