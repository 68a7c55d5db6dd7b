"""Seam: where a listing of versions begins. moto leaves out the first version behind a key that is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from moto.core.utils import unix_time_millis
from moto.s3.models import S3Backend

from darkroom.local.seams import original, replaced


@contextmanager
def installed() -> Iterator[None]:
    """Begin behind the last version whose key is not above the marker, as S3 does."""
    listed = original(S3Backend, "list_object_versions")

    def list_versions(backend: S3Backend, bucket_name: str, **asked: Any) -> Any:
        marker = asked.get("key_marker")
        if marker and not asked.get("version_id_marker"):
            asked |= _last_before(backend, bucket_name, marker)
        return listed(backend, bucket_name, **asked)

    with replaced(S3Backend, "list_object_versions", list_versions):
        yield


def _last_before(backend: S3Backend, bucket_name: str, marker: str) -> dict[str, str | None]:
    """Return the markers of the last version whose key is not above a marker; none where all are."""
    versions: Any = chain.from_iterable(found for _, found in backend.get_bucket(bucket_name).keys.iterlists())
    before = [version for version in versions if version.name <= marker]
    if not before:
        return {"key_marker": None}
    last = max(before, key=lambda version: (version.name, -unix_time_millis(version.last_modified)))
    return {"key_marker": last.name, "version_id_marker": last.version_id}
