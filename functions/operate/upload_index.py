"""All photos, the newest upload first, by the index that holds the keys of each day's uploads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import MAX_KEYS, Records
from functions.shared.errors import ConfigurationError
from functions.shared.records.ownership import timestamp, upload_day
from functions.shared.records.table import RecordTable, RefusedWriteError, deserialise, serialise
from functions.shared.records.write_condition import WriteCondition

INDEX = "UploadIndex"
# What AWS answers, and what the embedded AWS does.
NO_INDEX = frozenset({"ValidationException", "ResourceNotFoundException"})


def latest_uploads(records: Records, first: datetime, last: datetime) -> Iterator[PhotoRecord]:
    """Yield the records of photos that were uploaded in a span of time, of every status, the newest upload first.

    The index is asked for a hundred keys at a time, and then the table for their records; a day without uploads costs
    one request. Records of earlier versions are not in it until index_older() has added them. Raises botocore's errors,
    and ConfigurationError where the table has no such index yet.
    """
    for day in _days(first, last):
        for keys in _keys_of(records, day, first):
            found = records.get_many(keys)
            # The index lags behind a little: a photo that came again since is of another day.
            yield from (found[key] for key in keys if key in found and _day(found[key].uploaded_at) == day)


def index_older(records: Records) -> Iterator[str]:
    """Add the records of earlier versions to the index; yield their keys. Reads the whole table, once.

    It can be interrupted and begun anew at any time; a record that changes meanwhile is not touched.
    """
    scan: dict[str, Any] = {
        "TableName": records.table,
        "FilterExpression": "attribute_not_exists(UploadDay) AND attribute_exists(UploadedAt)",
        "ProjectionExpression": "ImageId, UploadedAt",
    }
    for page in records.client.get_paginator("scan").paginate(**scan):
        for item in map(deserialise, page["Items"]):
            seen = WriteCondition(only_if={"UploadedAt": item["UploadedAt"], "UploadDay": None})
            with suppress(RefusedWriteError):
                day = {"UploadDay": upload_day(item["UploadedAt"])}
                RecordTable(records.client, records.table).update(item["ImageId"], day, seen)
                yield str(item["ImageId"])


def _keys_of(records: Records, day: str, first: datetime) -> Iterator[list[str]]:
    """Yield the keys of a day's uploads since a moment, a page at a time, the newest first."""
    query: dict[str, Any] = {
        "TableName": records.table,
        "IndexName": INDEX,
        "KeyConditionExpression": "UploadDay = :day AND UploadedAt >= :first",
        "ExpressionAttributeValues": serialise({":day": day, ":first": timestamp(first)}),
        "ScanIndexForward": False,
        "PaginationConfig": {"PageSize": MAX_KEYS},
    }
    for page in _answered(records.client.get_paginator("query").paginate(**query)):
        yield [str(deserialise(item)["ImageId"]) for item in page["Items"]]


def _answered(pages: Iterable[Any]) -> Iterator[Any]:
    """Yield the pages of the index. Raises ConfigurationError where the table lacks it."""
    try:
        yield from pages
    except ClientError as error:
        told = str(error.response["Error"].get("Message", ""))
        if error.response["Error"]["Code"] not in NO_INDEX or "index" not in told:
            raise
        raise ConfigurationError(f"{told}: deploy this version, and wait until the index is made") from error


def _days(first: datetime, last: datetime) -> Iterator[str]:
    """Yield the days, in UTC, from the last back to the first."""
    day, end = last.astimezone(UTC).date(), first.astimezone(UTC).date()
    while day >= end:
        yield day.isoformat()
        day -= timedelta(days=1)


def _day(moment: datetime | None) -> str:
    return upload_day(timestamp(moment)) if moment else ""
