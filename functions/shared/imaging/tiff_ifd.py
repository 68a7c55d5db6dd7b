"""How much a TIFF's directories hold, and EXIF's, which are the same: Pillow makes a Python object of every value.

TIFF 6.0, section 2; BigTIFF as libtiff has it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# As many strips as 100 megapixels in the smallest tiles have, with their sizes; Pillow makes 400 MB of that.
MAX_VALUES = 2**20
MAX_IFDS = 80
# Integers and floats by their type; a rational costs as much as ten. Bytes and texts become one object.
VALUE_COSTS = {3: 1, 4: 1, 5: 10, 6: 1, 8: 1, 9: 1, 10: 10, 11: 1, 12: 1, 13: 1, 16: 1}
# EXIF, GPS and interoperability: directories that an entry points to.
NESTED = frozenset({34665, 34853, 40965})


@dataclass(frozen=True)
class Layout:
    """How this file writes numbers: `count` of entries, one entry (tag, type, count, value), and an offset."""

    count: struct.Struct
    entry: struct.Struct
    offset: struct.Struct
    first: int

    @property
    def order(self) -> str:
        """The byte order as `struct` writes it: < or >."""
        return self.offset.format[0]


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
            for tag, kind, values, value in _entries(source, layout, offset, waiting):
                yield VALUE_COSTS.get(kind, 0) * values * (values <= size_bytes)
                if tag in nested:
                    waiting.append(layout.offset.unpack(value[: layout.offset.size])[0])


def _entries(
    source: BinaryIO, layout: Layout, offset: int, waiting: list[int]
) -> Iterator[tuple[int, int, int, bytes]]:
    source.seek(offset)
    (count,) = layout.count.unpack(source.read(layout.count.size))
    # More than an old TIFF can have would never be read to its end either.
    table = source.read(min(count, 0xFFFF) * layout.entry.size)
    whole = table[: len(table) - len(table) % layout.entry.size]
    yield from layout.entry.iter_unpack(whole)
    following = source.read(layout.offset.size)
    if len(following) == layout.offset.size:
        waiting.append(layout.offset.unpack(following)[0])


def layout_of(source: BinaryIO) -> Layout:
    """Read the header of a TIFF or of EXIF. Raises struct.error where the file ends in it."""
    source.seek(0)
    head = source.read(16)
    order = ">" if head[:2] == b"MM" else "<"
    big = head[2:4] in {b"+\0", b"\0+"}
    count, entry, offset = ("Q", "HHQ8s", "Q") if big else ("H", "HHL4s", "L")
    where = struct.Struct(order + offset)
    return Layout(
        struct.Struct(order + count), struct.Struct(order + entry), where, where.unpack_from(head, 8 if big else 4)[0]
    )
