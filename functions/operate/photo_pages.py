"""Photos a page at a time: each page reads a bounded number of records and days, and says where the next begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from functions.operate.photo_filter import CLOCKS_DIFFER_BY, PhotoFilter
from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import Changed, Records
from functions.operate.report_model import ReportModel
from functions.operate.upload_index import Place, uploads_from
from functions.shared.records.ownership import timestamp

# Of one page: records that were read and days that were asked for, whether photos passed the filter or not.
MAX_RECORDS, MAX_DAYS = 500, 50
# An older photo is found where no longer time than this lies between its upload and the next.
MAX_EMPTY_DAYS = 400


class Cursor(ReportModel):
    """Where a page begins: in the uploads, or among the photos of one status of the index of what needs attention."""

    uploads: Place | None = None
    empty_days: int = 0
    attention: Changed | None = None


class PhotoPage(ReportModel):
    """A page. No cursor means that nothing is left; `looked_back_to` is the day up to which uploads were looked for."""

    photos: list[PhotoRecord]
    cursor: Cursor | None
    looked_back_to: date | None


def photo_page(records: Records, wanted: PhotoFilter, limit: int, cursor: Cursor | None, now: datetime) -> PhotoPage:
    """Return the next photos: the newest upload first, or, where all meant need attention, the latest change first.

    Raises botocore's errors, and ConfigurationError where the table lacks the index.
    """
    if wanted.is_of_all_uploads:
        start = cursor if cursor and cursor.uploads else Cursor(uploads=_today(now))
        return _uploads_page(records, wanted, limit, start)
    return _attention_page(records, wanted, limit, cursor.attention if cursor else None)


def _today(now: datetime) -> Place:
    return Place(day=(now + CLOCKS_DIFFER_BY).astimezone(UTC).date())


def _uploads_page(records: Records, wanted: PhotoFilter, limit: int, start: Cursor) -> PhotoPage:
    place = start.uploads or _today(datetime.now(UTC))
    photos, read, days, empty_days = list[PhotoRecord](), 0, 0, start.empty_days
    first = datetime.combine(place.day - timedelta(days=MAX_DAYS), datetime.min.time(), UTC)
    for reached, record in uploads_from(records, place, first, at_once=limit):
        is_same_day = reached.day == place.day
        empty_days = 0 if reached.key else empty_days + 1
        read, days, place = read + 1, days + (not is_same_day), reached
        if record and record.status in wanted.statuses and wanted.passes(record):
            photos.append(record)
        if len(photos) == limit or read == MAX_RECORDS or days == MAX_DAYS or empty_days > MAX_EMPTY_DAYS:
            break
    is_over = empty_days > MAX_EMPTY_DAYS
    cursor = None if is_over else Cursor(uploads=place, empty_days=empty_days)
    return PhotoPage(photos=photos, cursor=cursor, looked_back_to=place.day)


def _attention_page(records: Records, wanted: PhotoFilter, limit: int, behind: Changed | None) -> PhotoPage:
    [status] = wanted.statuses
    photos, reached = list[PhotoRecord](), behind
    for read, record in enumerate(records.needing_attention(status, wanted.since, behind), start=1):
        if wanted.passes(record):
            photos.append(record)
        reached = Changed(changed_at=timestamp(record.changed_at), key=record.key)
        if len(photos) == limit or read == MAX_RECORDS:
            return PhotoPage(photos=photos, cursor=Cursor(attention=reached), looked_back_to=None)
    return PhotoPage(photos=photos, cursor=None, looked_back_to=None)
