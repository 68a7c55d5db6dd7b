"""How much a TIFF's directories hold, and EXIF's, which are the same: Pillow makes a Python object of every value."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from functions.shared.imaging.tiff_directory import Layout, entries_of, following, layout_of

# As many strips as 100 megapixels in the smallest tiles have, with their sizes; Pillow makes 400 MB of that.
MAX_VALUES = 2**20
MAX_IFDS = 80
# Integers and floats by their type; a rational costs as much as ten. Bytes and texts become one object.
VALUE_COSTS = {3: 1, 4: 1, 5: 10, 6: 1, 8: 1, 9: 1, 10: 10, 11: 1, 12: 1, 13: 1, 16: 1}
# EXIF, GPS and interoperability: directories that an entry points to.
NESTED = frozenset({34665, 34853, 40965})


def holds_too_much(source: BinaryIO) -> bool:
    """Return whether the directories that Pillow may read hold more than MAX_VALUES; leaves `source` anywhere.

    What is no directory, or is cut short, counts as nothing: Pillow reports that.
    """
    try:
        return sum(_costs(source)) > MAX_VALUES
    except (struct.error, ValueError, OverflowError):
        return False


def _costs(source: BinaryIO) -> Iterator[int]:
    layout = layout_of(source)
    waiting, seen = [layout.first], set[int]()
    while waiting and len(seen) < MAX_IFDS:
        offset = waiting.pop()
        if offset and offset not in seen:
            seen.add(offset)
            yield from _directory(source, layout, offset, waiting)


def _directory(source: BinaryIO, layout: Layout, offset: int, waiting: list[int]) -> Iterator[int]:
    for tag, kind, values, value in entries_of(source, layout, offset):
        yield VALUE_COSTS.get(kind, 0) * values
        if tag in NESTED:
            waiting.append(layout.offset.unpack(value[: layout.offset.size])[0])
    if after := following(source, layout):
        waiting.append(after)
