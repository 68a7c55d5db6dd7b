"""The filters of a command line as functions/operate knows them."""

import argparse
from datetime import UTC, datetime, timedelta

from functions.operate.photo_filter import PhotoFilter
from functions.operate.record_queries import IN_INDEX

ALL = "ALL"
ALL_STATUSES = ("PROCESSING", "COMPLETED", "FAILED")


def filter_of(options: argparse.Namespace, statuses: tuple[str, ...] = IN_INDEX) -> PhotoFilter:
    """Return the filter that is asked; `statuses` hold where none is. An error or a step means FAILED photos alone."""
    if options.error or options.step:
        statuses = ("FAILED",)
    if options.status:
        statuses = ALL_STATUSES if options.status == ALL else (options.status,)
    return PhotoFilter(
        statuses=statuses,
        error=options.error,
        step=options.step,
        user=options.user,
        prefix=options.prefix,
        since=datetime.now(UTC) - timedelta(seconds=options.since) if options.since else None,
    )
