"""One directory of a TIFF, as its header lays it out: TIFF 6.0, section 2; BigTIFF as libtiff has it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# What decides how to read the pixels, each with few values; TIFF 6.0, its supplement (330), and DNG (50706).
NEW_SUBFILE_TYPE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC = 254, 256, 257, 258, 259, 262
FILL_ORDER, SAMPLES, PLANAR, SUB_DIRECTORIES, EXTRA_SAMPLES, SAMPLE_FORMAT = 266, 277, 284, 330, 338, 339
DNG_VERSION = 50706
WANTED = frozenset({
    NEW_SUBFILE_TYPE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, SAMPLES, PLANAR, SUB_DIRECTORIES,
    EXTRA_SAMPLES, SAMPLE_FORMAT, DNG_VERSION,
})  # fmt: skip
# Bytes, shorts, longs, offsets of directories, and their like in BigTIFF.
NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
WANTED_VALUES = 64
# As many as an old TIFF can have; more would never be read to the end either.
MAX_ENTRIES = 0xFFFF


@dataclass(frozen=True)
class Layout:
    """How this file writes numbers: `count` of entries, one entry (tag, type, count, value), and an offset."""

    order: str
    is_big: bool
    count: struct.Struct
    entry: struct.Struct
    offset: struct.Struct
    first: int

    @property
    def first_at(self) -> int:
        """Where in the header the offset of the first directory stands."""
        return 8 if self.is_big else 4


@dataclass(frozen=True)
class Directory:
    """The wanted tags of one directory, its offset, and that of the next one, 0 if it is the last."""

    offset: int
    tags: dict[int, tuple[int, ...]]
    following: int

    def value(self, tag: int, default: int) -> int:
        """Return the first value of a tag."""
        return self.tags.get(tag, (default,))[0]


def layout_of(source: BinaryIO) -> Layout:
    """Read a TIFF's header. Raises struct.error where it is cut short."""
    source.seek(0)
    head = source.read(16)
    order = ">" if head[:2] == b"MM" else "<"
    big = head[2:4] in {b"+\0", b"\0+"}
    count, entry, offset = ("Q", "HHQ8s", "Q") if big else ("H", "HHL4s", "L")
    where = struct.Struct(order + offset)
    first = where.unpack_from(head, 8 if big else 4)[0]
    return Layout(order, big, struct.Struct(order + count), struct.Struct(order + entry), where, first)


def entries_of(source: BinaryIO, layout: Layout, offset: int) -> list[tuple[int, int, int, bytes]]:
    """Return a directory's entries (tag, type, count, value or where it is); `source` then stands behind them."""
    source.seek(offset)
    (count,) = layout.count.unpack(source.read(layout.count.size))
    table = source.read(min(count, MAX_ENTRIES) * layout.entry.size)
    return list(layout.entry.iter_unpack(table[: len(table) - len(table) % layout.entry.size]))


def following(source: BinaryIO, layout: Layout) -> int:
    """Return the offset of the next directory, with `source` behind the entries of one; 0 if there is none."""
    data = source.read(layout.offset.size)
    return int(layout.offset.unpack(data)[0]) if len(data) == layout.offset.size else 0


def read_directory(source: BinaryIO, layout: Layout, offset: int) -> Directory:
    """Return a directory's wanted tags. Raises struct.error, ValueError or OverflowError where there is none."""
    entries = entries_of(source, layout, offset)
    after = following(source, layout)
    return Directory(offset, dict(_values(source, layout, entries)), after)


def _values(
    source: BinaryIO, layout: Layout, entries: list[tuple[int, int, int, bytes]]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    for tag, kind, count, value in entries:
        if tag not in WANTED or kind not in NUMBERS or not count:
            continue
        numbers = struct.Struct(f"{layout.order}{min(count, WANTED_VALUES)}{NUMBERS[kind]}")
        data = value
        if count * struct.calcsize(NUMBERS[kind]) > len(value):
            source.seek(layout.offset.unpack(value)[0])
            data = source.read(numbers.size)
        if len(data) >= numbers.size:
            yield tag, numbers.unpack_from(data)
