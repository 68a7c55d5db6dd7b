"""Where the copies of an upload lie: by its record, and by the rule for keys, whatever the record says.

An upload that came again in another format left a copy under another key, and one whose record is gone has copies all
the same. So every key is looked at that the rule may have given, with the renditions of former settings. What lies
there belongs to the upload if its metadata says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from functions.operate.photo_record import PhotoRecord
from functions.operate.stored_versions import StoredVersion, Versions
from functions.shared.contracts import OUTPUT_PREFIX
from functions.shared.imaging.formats import COPY_SUFFIXES, RENDITION_FORMATS
from functions.shared.output_keys import RENDITION_PREFIX, UPLOAD, key_hash, output_keys, rendition_keys
from functions.shared.user_metadata import written_metadata


def copies_of(key: str, record: PhotoRecord | None, stored: Versions) -> list[StoredVersion]:
    """Return all versions of the upload's copies and renditions. Raises botocore's errors."""
    named = _named(record) if record else set[str]()
    keys = sorted(named | set(_possible_keys(key, stored)))
    return [version for copy in keys for version in _own(copy, key, stored, is_named=copy in named)]


def _named(record: PhotoRecord) -> set[str]:
    renditions = (str(made["key"]) for made in record.renditions.values())
    # The record is read as it is: nothing outside enhanced/ is a copy, whatever it says.
    return {key for key in (record.enhanced_key, *renditions) if key.startswith(OUTPUT_PREFIX)}


def _possible_keys(key: str, stored: Versions) -> Iterator[str]:
    for extension in (None, *COPY_SUFFIXES):
        yield from output_keys(key, extension)
    for folder in stored.folders(RENDITION_PREFIX):
        name = folder.removeprefix(RENDITION_PREFIX).rstrip("/")
        for rendition_format in RENDITION_FORMATS:
            yield from rendition_keys(key, name, rendition_format)


def _own(copy: str, upload: str, stored: Versions, *, is_named: bool) -> list[StoredVersion]:
    """Return the versions under a copy's key that are the upload's, and the delete markers if all versions are."""
    found = stored.of(copy)
    own = [version for version in found if version.is_marker or _is_own(version, upload, stored, is_named=is_named)]
    content = [version for version in own if not version.is_marker]
    return own if len(own) == len(found) and content else content


def _is_own(version: StoredVersion, upload: str, stored: Versions, *, is_named: bool) -> bool:
    metadata = written_metadata(stored.head(version).get("Metadata", {}))
    # Copies of early versions of Darkroom do not say whose they are; the record does.
    return metadata.get(UPLOAD, key_hash(upload) if is_named else "") == key_hash(upload)
