"""Where the pictures of a photo lie: its upload and its copy, each in one state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from functions.operate.photo_record import PhotoRecord


@dataclass(frozen=True)
class StoredPicture:
    """An object that holds a picture; `state` says which content is meant."""

    bucket: str
    key: str
    version_id: str | None
    state: str

    @property
    def request(self) -> dict[str, Any]:
        """What GetObject is asked for."""
        version = {"VersionId": self.version_id} if self.version_id else {}
        return {"Bucket": self.bucket, "Key": self.key, **version}


def upload_of(record: PhotoRecord) -> StoredPicture:
    """Return the upload that a record is of."""
    return StoredPicture(record.bucket, record.key, record.version_id, record.state)


def smallest_rendition(record: PhotoRecord, edge_pixels: int) -> dict[str, Any] | None:
    """Return what the record says of its smallest rendition whose longest edge has so many pixels, if there is one."""
    large = [made for made in record.renditions.values() if max(made["width"], made["height"]) >= edge_pixels]
    return min(large, key=lambda made: made["width"], default=None)


def copy_of(record: PhotoRecord, bucket: str) -> StoredPicture | None:
    """Return the enhanced copy, None where there is none."""
    if record.status != "COMPLETED" or not record.enhanced_key:
        return None
    return StoredPicture(bucket, record.enhanced_key, None, record.state)
