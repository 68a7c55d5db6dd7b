"""Uploads whose events are delivered by hand."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from functions.shared.records.sequencer import normalise_sequencer

NOT_A_PHOTO = b"This is no photo."


@dataclass(frozen=True)
class Upload:
    """One upload of a key: the event that S3 would have sent, and its photo's width in pixels, 0 where it is none."""

    event: dict[str, Any]
    width: int

    @property
    def key(self) -> str:
        """The object's key."""
        return str(self.event["detail"]["object"]["key"])

    @property
    def sequencer(self) -> str:
        """The sequencer as the record has it."""
        return normalise_sequencer(self.event["detail"]["object"]["sequencer"])


def event_of(bucket: str, at: datetime | None = None, **uploaded: Any) -> dict[str, Any]:
    """Return the event that S3 sends of an object with these properties, uploaded `at` this moment or now."""
    moment = at or datetime.now(UTC)
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "detail": {"bucket": {"name": bucket}, "object": uploaded, "requester": "123456789012"},
    }


def small_photo(width: int) -> bytes:
    """Return a small JPEG of so many pixels' width."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, 48)).convert("RGB").save(file, "JPEG")
    return file.getvalue()
