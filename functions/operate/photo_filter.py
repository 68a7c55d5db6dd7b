"""Which photos are meant: the filters that listing and re-running share."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from functions.operate.photo_record import PhotoRecord
from functions.operate.record_queries import IN_INDEX, Records
from functions.operate.report_model import ReportModel


class PhotoFilter(ReportModel):
    """Filters that have to hold together; an empty one lets all pass. `since` is of the last change."""

    statuses: tuple[str, ...] = IN_INDEX
    error: str = ""
    step: str = ""
    user: str = ""
    prefix: str = ""
    since: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether any filter is given, or all photos that need attention are meant."""
        return self != PhotoFilter()

    def passes(self, record: PhotoRecord) -> bool:
        """Return whether a record is meant, its status and time apart, which the query has asked for."""
        return (
            (not self.error or record.error == self.error)
            and (not self.step or record.step == self.step)
            and (not self.user or record.user_id == self.user)
            and record.key.startswith(self.prefix)
        )

    def find(self, records: Records) -> Iterator[PhotoRecord]:
        """Yield the records that are meant, the latest change of each status first."""
        for status in self.statuses:
            yield from self.among(records.needing_attention(status, self.since))

    def among(self, records: Iterable[PhotoRecord]) -> Iterator[PhotoRecord]:
        """Yield those of the records that pass."""
        return filter(self.passes, records)
