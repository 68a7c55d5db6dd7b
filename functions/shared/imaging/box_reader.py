"""Reads the boxes of an ISO base media file (ISO/IEC 14496-12, 4.2): HEIF, AVIF, MP4.

Boxes may lie about themselves: what does not fit into the box around it ends the reading.
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


@dataclass(frozen=True)
class Box:
    """A box's type, and where in the file its content lies."""

    kind: bytes
    start: int
    end: int

    def without(self, size_bytes: int) -> "Box":
        """Return the box as if its content began later."""
        return Box(self.kind, self.start + size_bytes, self.end)


def whole_file(source: BinaryIO) -> Box:
    """Return the file as a box that holds all others."""
    return Box(b"", 0, source.seek(0, io.SEEK_END))


def inner_box(source: BinaryIO, outer: Box, *path: bytes) -> Box:
    """Return the first box of a type in another, and so on along the path; raises StopIteration where there is none."""
    for kind in path:
        outer = next(box for box in boxes_in(source, outer) if box.kind == kind)
    return outer


def boxes_in(source: BinaryIO, outer: Box) -> Iterator[Box]:
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
    """Return a box's content, up to CONTENT_BYTES."""
    source.seek(box.start)
    return source.read(max(0, min(box.end - box.start, CONTENT_BYTES)))
