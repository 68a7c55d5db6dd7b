"""Photos a page at a time: each page reads a bounded number of records and days, and says where the next begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from functions.operate.photo_filter import CLOCKS_DIFFER_BY, PhotoFilter
from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import Changed, Records
from functions.operate.report_model import ReportModel
from functions.operate.upload_index import Place, uploaded_days, uploads_from, utc_day
from functions.shared.records.ownership import timestamp

# Of one page: records that were read and days that were asked for, whether photos passed the filter or not.
MAX_RECORDS, MAX_DAYS = 500, 50
# In a large deployment, an older photo is found if at most so many days lie between its upload and the next.
MAX_EMPTY_DAYS = 400
# So many keys of the index are about as much as one answer holds, 1 MB.
DAYS_BEFORE_ASKING, MAX_UPLOADS_AT_ONCE = 3, 5000


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
    start = cursor or Cursor()
    if wanted.is_of_all_uploads:
        today = Place(day=utc_day(now + CLOCKS_DIFFER_BY))
        return _uploads_page(records, wanted, limit, start, start.uploads or today)
    return _attention_page(records, wanted, limit, start.attention)


@dataclass
class OlderDays:
    """Chooses the days to look at: one after the other, or, once some had no upload, those that are known to have any.

    Which do is asked at most once, and known where the index is small: no gap costs anything there.
    """

    records: Records
    empty_days: int = 0
    _is_asked: bool = False
    _known: frozenset[date] | None = None

    def __call__(self, day: date, has_uploads: bool) -> date | None:
        """Return the next day, None where there is none, or too many had no upload."""
        self.empty_days = 0 if has_uploads else self.empty_days + 1
        if self.empty_days >= DAYS_BEFORE_ASKING and not self._is_asked:
            self._is_asked, self._known = True, uploaded_days(self.records, MAX_UPLOADS_AT_ONCE)
        if self._known is not None:
            return max((known for known in self._known if known < day), default=None)
        return day - timedelta(days=1) if self.empty_days <= MAX_EMPTY_DAYS else None


def _uploads_page(records: Records, wanted: PhotoFilter, limit: int, start: Cursor, place: Place) -> PhotoPage:
    older_days = OlderDays(records, start.empty_days)
    photos, days = list[PhotoRecord](), 0
    for read, (reached, record) in enumerate(uploads_from(records, place, older_days, at_once=limit), start=1):
        days += reached.day != place.day
        place = reached
        if record and record.status in wanted.statuses and wanted.passes(record):
            photos.append(record)
        if len(photos) == limit or read == MAX_RECORDS or days == MAX_DAYS:
            cursor = Cursor(uploads=place, empty_days=older_days.empty_days)
            return PhotoPage(photos=photos, cursor=cursor, looked_back_to=place.day)
    return PhotoPage(photos=photos, cursor=None, looked_back_to=place.day)


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
