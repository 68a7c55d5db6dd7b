"""Which photos are meant: the filters that listing and re-running share."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import IN_INDEX, Records
from functions.operate.report_model import ReportModel
from functions.operate.upload_index import latest_uploads

# An upload of S3's new day is found even where this clock has not reached it.
CLOCKS_DIFFER_BY = timedelta(hours=1)


class PhotoFilter(ReportModel):
    """Filters that have to hold together; an empty one lets all pass.

    `since` is of the last change; where photos of every status are meant, of the upload, and then it has to be given.
    """

    statuses: tuple[str, ...] = IN_INDEX
    error: str = ""
    step: str = ""
    user: str = ""
    prefix: str = ""
    since: datetime | None = None

    def passes(self, record: PhotoRecord) -> bool:
        """Return whether a record is meant, its status and time apart, which the query has asked for."""
        return (
            (not self.error or record.error == self.error)
            and (not self.step or record.step == self.step)
            and (not self.user or record.user_id == self.user)
            and record.key.startswith(self.prefix)
        )

    @property
    def is_of_all_uploads(self) -> bool:
        """Whether photos are meant that need no attention: those are found by the day of their upload."""
        return not set(self.statuses) <= set(IN_INDEX)

    def find(self, records: Records) -> Iterator[PhotoRecord]:
        """Yield the records that are meant: the latest upload first, or the latest change of each status.

        Raises ValueError where all uploads are meant, and not since when.
        """
        if self.is_of_all_uploads:
            if self.since is None:
                raise ValueError("all uploads are looked for since a time")
            uploads = latest_uploads(records, self.since, datetime.now(UTC) + CLOCKS_DIFFER_BY)
            yield from self.among(record for record in uploads if record.status in self.statuses)
            return
        for status in self.statuses:
            yield from self.among(records.needing_attention(status, self.since))

    def among(self, records: Iterable[PhotoRecord]) -> Iterator[PhotoRecord]:
        """Yield those of the records that pass."""
        return filter(self.passes, records)
