"""Which photos need a look, and why."""

import shlex
from datetime import datetime
from enum import StrEnum

from functions.operate.photo_record import PhotoRecord
from functions.operate.spans import span


class Need(StrEnum):
    """Why a photo needs a look."""

    FAILED = "failed"
    STUCK = "stuck"
    """PROCESSING for longer than a claim lasts: its execution has ended, and nobody recorded how."""
    NOT_ANNOUNCED = "not announced"
    """Enhanced and recorded, but its subscribers had no message."""
    HALF_FORGOTTEN = "half forgotten"
    """`darkroom forget` began with it and did not end."""


def need_of(record: PhotoRecord, now: datetime, lease_seconds: int) -> Need | None:
    """Return why a photo needs a look, None if it does not; a claim lasts `lease_seconds` without a write."""
    if record.is_half_forgotten:
        return Need.HALF_FORGOTTEN
    if record.status == "FAILED":
        return Need.FAILED
    if record.status == "PROCESSING":
        return Need.STUCK if record.age_seconds(now) > lease_seconds else None
    return Need.NOT_ANNOUNCED if record.notification_error else None


def explanation(record: PhotoRecord, now: datetime, lease_seconds: int) -> str:
    """Return in one sentence how a photo stands."""
    match need_of(record, now, lease_seconds):
        case Need.FAILED:
            return f"It failed in {record.step or 'an unknown step'} with {record.error}: {record.message}"
        case Need.STUCK:
            return (
                f"It has been PROCESSING for {span(record.age_seconds(now))}, longer than an execution may take: "
                "nobody recorded how its execution ended."
            )
        case Need.NOT_ANNOUNCED:
            return f"It is enhanced, but the message about it was not sent. {record.notification_error}"
        case Need.HALF_FORGOTTEN:
            again = shlex.join(["darkroom", "forget", record.key])
            return f"It was being forgotten, and that did not end: `{again}` goes on."
        case None if record.status == "PROCESSING":
            return f"It has been at work for {span(record.age_seconds(now))}."
    return str(record.enhancement.get("summary") or "It is enhanced.")
