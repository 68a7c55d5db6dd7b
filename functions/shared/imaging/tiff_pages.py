"""Which directory of a TIFF is the photo, and how Pillow is led to it: the first may be a thumbnail."""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from functions.shared.errors import UnsupportedImageError
from functions.shared.imaging.signatures import REMEDY, camera_raw
from functions.shared.imaging.tiff_directory import (
    COMPRESSION,
    DNG_VERSION,
    LENGTH,
    NEW_SUBFILE_TYPE,
    PHOTOMETRIC,
    SUB_DIRECTORIES,
    WIDTH,
    Directory,
    Layout,
    layout_of,
    read_directory,
)

REDUCED, MASK = 0b1, 0b100
MAX_DIRECTORIES = 64
# The mosaic of a sensor and linear raw light (DNG), and the compressions of Sony, Nikon and Pentax.
RAW_PHOTOMETRICS, RAW_COMPRESSIONS = frozenset({32803, 34892}), frozenset({32767, 34713, 65535})
BIG_ENDIAN_BIGTIFF = b"MM\0+"


class WithFirstDirectory:
    """A TIFF whose header names another directory as the first; all else is the file's."""

    def __init__(self, source: BinaryIO, layout: Layout, offset: int) -> None:
        self._source = source
        source.seek(0)
        self._head = source.read(layout.first_at) + layout.offset.pack(offset)

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""
        at = self._source.tell()
        data = self._source.read(size)
        changed = self._head[at : at + len(data)]
        return changed + data[len(changed) :]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def lead_to_photo(source: BinaryIO) -> tuple[BinaryIO, Directory | None]:
    """Return the TIFF so that its photo comes first, and the photo's directory; None where it cannot be read.

    The photo is the first directory, unless that says of itself that it is a reduced picture or a mask: then it is
    the largest of those that are neither. Raises UnsupportedImageError for a camera's raw file and big-endian BigTIFF.
    """
    source.seek(0)
    if source.read(4) == BIG_ENDIAN_BIGTIFF:
        raise UnsupportedImageError(f"A big-endian BigTIFF is not supported. Save it little-endian. {REMEDY}")
    try:
        layout = layout_of(source)
        first = read_directory(source, layout, layout.first)
        found = _photo(source, layout, first)
    except (struct.error, ValueError, OverflowError):
        return source, None
    if found is first:
        return source, first
    return cast("BinaryIO", WithFirstDirectory(source, layout, found.offset)), found


def is_reduced(subfile_type: Any) -> bool:
    """Return whether a directory with this NewSubfileType is a thumbnail or a mask, not a page."""
    return bool(subfile_type & (REDUCED | MASK))


def _photo(source: BinaryIO, layout: Layout, first: Directory) -> Directory:
    inner = list(_inner(source, layout, first))
    if DNG_VERSION in first.tags or any(map(_is_raw, (first, *inner))):
        raise camera_raw()
    if not is_reduced(first.value(NEW_SUBFILE_TYPE, 0)):
        return first
    others = [*inner, *_later(source, layout, first)]
    if any(map(_is_raw, others)):
        raise camera_raw()
    # A picture that says it is reduced is the photo all the same where there is no other.
    whole = [directory for directory in others if not is_reduced(directory.value(NEW_SUBFILE_TYPE, 0))]
    return max(whole, key=_pixels, default=first)


def _is_raw(directory: Directory) -> bool:
    return directory.value(PHOTOMETRIC, 0) in RAW_PHOTOMETRICS or directory.value(COMPRESSION, 0) in RAW_COMPRESSIONS


def _pixels(directory: Directory) -> int:
    return directory.value(WIDTH, 0) * directory.value(LENGTH, 0)


def _inner(source: BinaryIO, layout: Layout, outer: Directory) -> Iterator[Directory]:
    for offset in outer.tags.get(SUB_DIRECTORIES, ()):
        if directory := _readable(source, layout, offset):
            yield directory


def _later(source: BinaryIO, layout: Layout, first: Directory) -> Iterator[Directory]:
    """Follow the chain of directories, which may be endless, and look into each."""
    seen, offset = {first.offset}, first.following
    while offset and offset not in seen and len(seen) < MAX_DIRECTORIES:
        seen.add(offset)
        directory = _readable(source, layout, offset)
        if not directory:
            break
        yield directory
        yield from _inner(source, layout, directory)
        offset = directory.following


def _readable(source: BinaryIO, layout: Layout, offset: int) -> Directory | None:
    try:
        return read_directory(source, layout, offset)
    except (struct.error, ValueError, OverflowError):
        return None
