"""The properties of the primary picture of a HEIF or AVIF (ISO/IEC 23008-12, 6.5 and 9.3), read from its boxes.

Pillow's reader of AVIF tells neither the clean aperture nor the code points of the colours. Boxes may lie about
themselves: what does not fit into the box around it ends the reading.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# On one level. A grid of 100 megapixels has fewer than a thousand pictures, and as many properties.
MAX_BOXES = 4096
# As much of a box is read: all of any property but a profile, and the associations of ten thousand pictures.
CONTENT_BYTES = 65536
# Version and flags, with which many boxes begin.
FULL_BOX_BYTES = 4

Property = tuple[bytes, bytes]


@dataclass(frozen=True)
class Box:
    """A box's type, and where in the file its content lies."""

    kind: bytes
    start: int
    end: int


def primary_properties(source: BinaryIO) -> list[Property]:
    """Return type and content of the primary picture's properties, in the order in which they are to be applied.

    Empty where there are none, or where the boxes cannot be followed. Leaves `source` anywhere.
    """
    try:
        whole = Box(b"", 0, source.seek(0, io.SEEK_END))
        meta = inner(source, whole, b"meta")
        meta = Box(meta.kind, meta.start + FULL_BOX_BYTES, meta.end)
        item = item_number(content_of(source, inner(source, meta, b"pitm")))
        parts = inner(source, meta, b"iprp")
        properties = list(boxes(source, inner(source, parts, b"ipco")))
        tables = [content_of(source, box) for box in boxes(source, parts) if box.kind == b"ipma"]
        indices = [index for table in tables for index in _associated(table, item)]
        found = [properties[index - 1] for index in indices if 0 < index <= len(properties)]
        return [(box.kind, content_of(source, box)) for box in found]
    except (struct.error, StopIteration, IndexError):
        return []


def inner(source: BinaryIO, outer: Box, kind: bytes) -> Box:
    """Return the first box of a type in another; raises StopIteration where there is none."""
    return next(box for box in boxes(source, outer) if box.kind == kind)


def boxes(source: BinaryIO, outer: Box) -> Iterator[Box]:
    """Yield the boxes in another, up to the first that does not fit."""
    at = outer.start
    for _ in range(MAX_BOXES):
        source.seek(at)
        head = source.read(16)
        if at + 8 > outer.end or len(head) < 8:
            return
        size, kind = struct.unpack_from(">I4s", head)
        start = 8
        if size == 1:
            (size,), start = struct.unpack_from(">Q", head, 8), 16
        elif size == 0:
            size = outer.end - at
        if not start <= size <= outer.end - at:
            return
        yield Box(kind, at + start, at + size)
        at += size


def content_of(source: BinaryIO, box: Box) -> bytes:
    """Return a box's content, CONTENT_BYTES of it at most."""
    source.seek(box.start)
    return source.read(min(box.end - box.start, CONTENT_BYTES))


def item_number(content: bytes) -> int:
    """Return the number of the primary picture, given the content of the box pitm; raises struct.error."""
    return int(struct.unpack_from(">H" if content[0] == 0 else ">I", content, FULL_BOX_BYTES)[0])


def _associated(table: bytes, item: int) -> list[int]:
    """Return the indices, from 1 on, of an item's properties; raises struct.error where the table is cut short."""
    number = struct.Struct(">H" if table[0] == 0 else ">I")
    index = struct.Struct(">H" if table[3] & 1 else ">B")
    # The highest bit says whether the property is essential.
    mask = (1 << 8 * index.size - 1) - 1
    (entries,) = struct.unpack_from(">I", table, FULL_BOX_BYTES)
    at = FULL_BOX_BYTES + 4
    for _ in range(entries):
        (found,), count = number.unpack_from(table, at), table[at + number.size]
        at += number.size + 1
        if found == item:
            return [index.unpack_from(table, at + index.size * nth)[0] & mask for nth in range(count)]
        at += index.size * count
    return []
