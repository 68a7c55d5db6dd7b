"""All photos, the newest upload first, by the index that holds the keys of each day's uploads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import MAX_KEYS, Records
from functions.operate.report_model import ReportModel
from functions.shared.errors import ConfigurationError
from functions.shared.records.ownership import timestamp, upload_day
from functions.shared.records.table import RecordTable, RefusedWriteError, deserialise, serialise
from functions.shared.records.write_condition import WriteCondition

INDEX = "UploadIndex"
# What AWS answers, and what the embedded AWS does.
NO_INDEX = frozenset({"ValidationException", "ResourceNotFoundException"})


class Place(ReportModel):
    """How far a reading of the uploads has come: to a day in UTC, and in it behind an upload, if one is named."""

    day: date
    uploaded_at: str = ""
    key: str = ""


OlderDay = Callable[[date, bool], date | None]
"""Returns which day to look at after one, given whether that had an upload; None for the end."""


def latest_uploads(records: Records, first: datetime, last: datetime) -> Iterator[PhotoRecord]:
    """Yield the records of photos that were uploaded in a span of time, of every status, the newest upload first.

    The index is asked for a hundred keys at a time, and then the table for their records; a day without uploads costs
    one request. Records of earlier versions are not in it until index_older() has added them. Raises botocore's errors,
    and ConfigurationError where the table has no such index yet.
    """
    end = utc_day(first)

    def day_before(day: date, _has_uploads: bool) -> date | None:
        return day - timedelta(days=1) if day > end else None

    yield from (record for _, record in uploads_from(records, Place(day=utc_day(last)), day_before, first) if record)


def uploads_from(
    records: Records, place: Place, older_day: OlderDay, first: datetime | None = None, at_once: int = MAX_KEYS
) -> Iterator[tuple[Place, PhotoRecord | None]]:
    """Yield the uploads from a place back to a moment, each with the place behind it, from which to go on later.

    None stands for an upload whose record is gone or of another day by now, and for the end of a day.
    """
    while True:
        has_uploads = False
        for items in _items_of(records, place, first, at_once):
            has_uploads = has_uploads or bool(items)
            found = records.get_many(item["ImageId"] for item in items)
            for item in items:
                record = found.get(item["ImageId"])
                # The index lags behind a little: a photo that came again since is of another day.
                is_of_day = record and _day(record.uploaded_at) == item["UploadDay"]
                yield _behind(item), record if is_of_day else None
        day = older_day(place.day, has_uploads)
        if day is None:
            return
        place = Place(day=day)
        yield place, None


def uploaded_days(records: Records, max_uploads: int) -> frozenset[date] | None:
    """Return every day that has uploads, by one request; None where the index holds more than is read at once."""
    asked: dict[str, Any] = {"TableName": records.table, "IndexName": INDEX, "Limit": max_uploads}
    [page] = _answered([records.client.scan(**asked, ProjectionExpression="UploadDay")])
    days = frozenset(date.fromisoformat(deserialise(item)["UploadDay"]) for item in page["Items"])
    return None if "LastEvaluatedKey" in page else days


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


def _items_of(records: Records, place: Place, first: datetime | None, at_once: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the index's items of a day's uploads, a page at a time, the newest first."""
    day = place.day.isoformat()
    since, values = (" AND UploadedAt >= :first", {":first": timestamp(first)}) if first else ("", {})
    begun = {"UploadDay": day, "UploadedAt": place.uploaded_at, "ImageId": place.key}
    query: dict[str, Any] = {
        "TableName": records.table,
        "IndexName": INDEX,
        "KeyConditionExpression": f"UploadDay = :day{since}",
        "ExpressionAttributeValues": serialise({":day": day, **values}),
        "ScanIndexForward": False,
        "PaginationConfig": {"PageSize": at_once},
        **({"ExclusiveStartKey": serialise(begun)} if place.key else {}),
    }
    for page in _answered(records.client.get_paginator("query").paginate(**query)):
        yield [deserialise(item) for item in page["Items"]]


def _behind(item: dict[str, Any]) -> Place:
    return Place(day=date.fromisoformat(item["UploadDay"]), uploaded_at=item["UploadedAt"], key=item["ImageId"])


def _answered(pages: Iterable[Any]) -> Iterator[Any]:
    """Yield the pages of the index. Raises ConfigurationError where the table lacks it."""
    try:
        yield from pages
    except ClientError as error:
        told = str(error.response["Error"].get("Message", ""))
        if error.response["Error"]["Code"] not in NO_INDEX or "index" not in told:
            raise
        raise ConfigurationError(f"{told}: deploy this version, and wait until the index is made") from error


def utc_day(moment: datetime) -> date:
    """Return the day of a moment in UTC."""
    return moment.astimezone(UTC).date()


def _day(moment: datetime | None) -> str:
    return upload_day(timestamp(moment)) if moment else ""
