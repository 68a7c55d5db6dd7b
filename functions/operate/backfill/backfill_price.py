"""What a backfill costs and how fast it may go, by the figures of docs/deploy.md."""

from __future__ import annotations

from typing import NamedTuple

# "together" of the table in docs/deploy.md, and what starting costs besides, which stands below it.
DOLLARS_PER_MILLION = 342.0
STARTING_DOLLARS_PER_MILLION = 3.0
# Of functions, for one photo: validate, enhance, record and notify, as that table has them.
FUNCTION_SECONDS = 0.5 + 4 + 2 * 0.2
# Starts of executions a second: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
FAST_REGIONS = frozenset({"us-east-1", "us-west-2", "eu-west-1"})
STARTS_PER_SECOND, STARTS_PER_SECOND_IN_FAST_REGIONS = 150.0, 300.0
# DynamoDB takes 1,000 writes a second to one key of an index, and a photo makes two to PROCESSING.
RECORDS_PER_SECOND = 500.0
SHARE_OF_BACKFILL = 0.5
"""Live uploads keep the rest."""


class Quota(NamedTuple):
    """What lets so many photos through each second."""

    name: str
    per_second: float


def price_of(photos: int, size_bytes: int) -> float:  # noqa: ARG001 - the price by size comes with `darkroom capacity`
    """Return the dollars that so many photos with so many bytes together cost, a mail for each included."""
    return photos * (DOLLARS_PER_MILLION + STARTING_DOLLARS_PER_MILLION) / 1_000_000


def first_quota(concurrency: int, region: str) -> Quota:
    """Return the quota that binds first; `concurrency` is how many functions may run at once."""
    starts = STARTS_PER_SECOND_IN_FAST_REGIONS if region in FAST_REGIONS else STARTS_PER_SECOND
    quotas = (
        Quota("Lambda, concurrent executions", concurrency / FUNCTION_SECONDS),
        Quota("Step Functions, StartExecution", starts),
        Quota("DynamoDB, writes to one key of an index", RECORDS_PER_SECOND),
    )
    return min(quotas, key=lambda quota: quota.per_second)


def usual_rate(quota: Quota) -> float:
    """Return the photos a second at which live uploads keep their half of the quota that binds first."""
    return quota.per_second * SHARE_OF_BACKFILL
