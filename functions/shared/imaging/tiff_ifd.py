"""How much a TIFF's directories hold, and EXIF's, which are the same: Pillow makes a Python object of every value."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from functions.shared.imaging.tiff_directory import entries_of, following, layout_of

# As many strips as 100 megapixels in the smallest tiles have, with their sizes; Pillow makes 400 MB of that.
MAX_VALUES = 2**20
MAX_IFDS = 80
# Integers and floats by their type; a rational costs as much as ten. Bytes and texts become one object.
VALUE_COSTS = {3: 1, 4: 1, 5: 10, 6: 1, 8: 1, 9: 1, 10: 10, 11: 1, 12: 1, 13: 1, 16: 1}
# EXIF, GPS and interoperability: directories that an entry points to.
NESTED = frozenset({34665, 34853, 40965})


def holds_too_much(source: BinaryIO, *, size_bytes: float = float("inf"), nested: frozenset[int] = NESTED) -> bool:
    """Return whether the directories that Pillow may read hold more than MAX_VALUES; leaves `source` anywhere.

    What is no directory, or is cut short, counts as nothing, and so does an entry of more values than the file has
    bytes: Pillow leaves it out. `nested` are the tags whose directories it reads.
    """
    try:
        return sum(_costs(source, size_bytes, nested)) > MAX_VALUES
    except (struct.error, ValueError, OverflowError):
        return False


def _costs(source: BinaryIO, size_bytes: float, nested: frozenset[int]) -> Iterator[int]:
    layout = layout_of(source)
    waiting, seen = [layout.first], set[int]()
    while waiting and len(seen) < MAX_IFDS:
        offset = waiting.pop()
        if offset and offset not in seen:
            seen.add(offset)
            entries = entries_of(source, layout, offset)
            after = following(source, layout)
            for tag, kind, values, value in entries:
                yield VALUE_COSTS.get(kind, 0) * values * (values <= size_bytes)
                if tag in nested:
                    waiting.append(layout.offset.unpack(value[: layout.offset.size])[0])
            waiting.append(after)
