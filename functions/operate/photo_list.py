"""Photos on one line each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from functions.operate.attention import Need, need_of
from functions.operate.photo_record import PhotoRecord, Status
from functions.operate.report_model import ReportModel
from functions.shared.remedies import RerunHelps, remedy_of


class ListedPhoto(ReportModel):
    """A photo; `rerun_helps` is None where it did not fail."""

    key: str
    status: Status
    error: str
    step: str
    message: str
    user_id: str
    changed_at: AwareDatetime
    need: Need | None
    rerun_helps: RerunHelps | None


class ListReport(ReportModel):
    """The photos that were asked for; `more` says that the limit left some out."""

    version: Literal["1"] = "1"
    project: str
    photos: list[ListedPhoto]
    more: bool


def listed(records: Iterable[PhotoRecord], now: datetime, lease_seconds: int) -> list[ListedPhoto]:
    """Return records as they are listed."""
    return [
        ListedPhoto(
            key=record.key,
            status=record.status,
            error=record.error,
            step=record.step,
            message=record.message,
            user_id=record.user_id,
            changed_at=record.changed_at,
            need=need_of(record, now, lease_seconds),
            rerun_helps=remedy_of(record.error).rerun_helps if record.status == "FAILED" else None,
        )
        for record in records
    ]
