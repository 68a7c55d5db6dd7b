"""Where the data of the pictures in a HEIF or AVIF begin (ISO/IEC 14496-12, 8.11.3), read from its boxes."""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from functions.shared.imaging.item_properties import FULL_BOX_BYTES, Box, content_of, inner, item_number

# How many pictures are looked at, and how many of their bytes.
MAX_ITEMS, HEAD_BYTES = 256, 4096
IN_FILE = 0


def item_heads(source: BinaryIO) -> list[bytes]:
    """Return the first bytes of each item's data, the primary picture's first; leaves `source` anywhere.

    Empty where there are none, or where the boxes cannot be followed.
    """
    try:
        whole = Box(b"", 0, source.seek(0, io.SEEK_END))
        meta = inner(source, whole, b"meta")
        meta = Box(meta.kind, meta.start + FULL_BOX_BYTES, meta.end)
        primary = item_number(content_of(source, inner(source, meta, b"pitm")))
        places = list(_places(content_of(source, inner(source, meta, b"iloc"))))
    except (struct.error, StopIteration, IndexError):
        return []
    places.sort(key=lambda place: place[0] != primary)
    return [_read(source, offset) for _, offset in places if offset < whole.end]


def _places(table: bytes) -> Iterator[tuple[int, int]]:
    """Yield each item's number and where in the file its data begin; raises struct.error, IndexError."""
    cursor = _Cursor(table)
    version, _ = cursor.number(1), cursor.number(3)
    sizes = cursor.number(2)
    offset_bytes, length_bytes, base_bytes, index_bytes = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    number_bytes = 4 if version == 2 else 2
    for _ in range(min(cursor.number(number_bytes), MAX_ITEMS)):
        number = cursor.number(number_bytes)
        method = cursor.number(2) & 15 if version else IN_FILE
        cursor.number(2)
        base, extents = cursor.number(base_bytes), cursor.number(2)
        starts = []
        for _ in range(extents):
            cursor.number(index_bytes if version else 0)
            starts.append(base + cursor.number(offset_bytes))
            cursor.number(length_bytes)
        if starts and method == IN_FILE:
            yield number, starts[0]


class _Cursor:
    """Reads whole numbers of some bytes, one after the other; raises struct.error at the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self, size: int) -> int:
        self.at += size
        if self.at > len(self.data):
            raise struct.error("The box is cut short.")
        return int.from_bytes(self.data[self.at - size : self.at])


def _read(source: BinaryIO, offset: int) -> bytes:
    source.seek(offset)
    return source.read(HEAD_BYTES)
