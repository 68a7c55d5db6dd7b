"""The properties of the primary picture of a HEIF or AVIF (ISO/IEC 23008-12, 6.5 and 9.3), read from its boxes.

Pillow's reader of AVIF tells neither the clean aperture nor the code points of the colours. The boxes may lie about
themselves: what does not fit into the box around it ends the reading, and counts are bounded.
"""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from functions.shared.imaging.pillow_guard import MAX_HEADER_BYTES

# Boxes on one level, properties, and associations: a grid of 100 megapixels has fewer than a thousand of any.
MAX_BOXES, MAX_ASSOCIATIONS = 4096, 65536
FULL_BOX_BYTES = 4
ERRORS = (struct.error, StopIteration, EOFError)

Property = tuple[bytes, bytes]


def primary_properties(source: BinaryIO) -> list[Property]:
    """Return type and content of the primary picture's properties, in the order in which they are to be applied.

    Empty where there are none, or where the boxes cannot be followed. Leaves `source` anywhere.
    """
    try:
        meta = _content_of(source, b"meta")[FULL_BOX_BYTES:]
        parts = dict(_boxes(meta))
        containers = list(_boxes(parts[b"iprp"]))
        properties = list(_boxes(next(content for kind, content in containers if kind == b"ipco")))
        tables = (content for kind, content in containers if kind == b"ipma")
        indices = [index for table in tables for index in _associated(table, _primary(parts[b"pitm"]))]
        return [properties[index - 1] for index in indices if 0 < index <= len(properties)]
    except (*ERRORS, KeyError):
        return []


def _content_of(source: BinaryIO, wanted: bytes) -> bytes:
    """Return the content of a box at the top; raises EOFError where there is none, or it is too large."""
    end = source.seek(0, io.SEEK_END)
    at = 0
    for _ in range(MAX_BOXES):
        source.seek(at)
        kind, start, size = _header(source.read(16), end - at)
        if kind == wanted and size - start <= MAX_HEADER_BYTES:
            source.seek(at + start)
            return source.read(size - start)
        at += size
    raise EOFError


def _boxes(data: bytes) -> Iterator[Property]:
    """Yield type and content of the boxes in `data`, up to the first that does not fit."""
    at = 0
    for _ in range(MAX_BOXES):
        if at + 8 > len(data):
            return
        kind, start, size = _header(data[at : at + 16], len(data) - at)
        yield kind, data[at + start : at + size]
        at += size


def _header(head: bytes, room: int) -> tuple[bytes, int, int]:
    """Return a box's type, where its content starts and its size; raises EOFError where it does not fit."""
    size, kind = struct.unpack_from(">I4s", head)
    start = 8
    if size == 1:
        (size,), start = struct.unpack_from(">Q", head, 8), 16
    elif size == 0:
        size = room
    if not start <= size <= room:
        raise EOFError
    return kind, start, size


def _primary(box: bytes) -> int:
    """Return the number of the primary item."""
    return int(struct.unpack_from(">H" if box[0] == 0 else ">I", box, FULL_BOX_BYTES)[0])


def _associated(box: bytes, item: int) -> list[int]:
    """Return the indices, from 1 on, of an item's properties."""
    id_layout = struct.Struct(">H" if box[0] == 0 else ">I")
    index_layout = struct.Struct(">H" if box[3] & 1 else ">B")
    # The highest bit says whether the property is essential.
    mask = (1 << 8 * index_layout.size - 1) - 1
    (entries,) = struct.unpack_from(">I", box, FULL_BOX_BYTES)
    at = FULL_BOX_BYTES + 4
    for _ in range(min(entries, MAX_ASSOCIATIONS)):
        (number,), count = id_layout.unpack_from(box, at), box[at + id_layout.size]
        at += id_layout.size + 1
        if number == item:
            return [index_layout.unpack_from(box, at + index_layout.size * k)[0] & mask for k in range(count)]
        at += index_layout.size * count
    return []
