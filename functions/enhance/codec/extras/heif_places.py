"""Where the data of a HEIF's or AVIF's items lie (ISO/IEC 14496-12, 8.11.3: the box iloc), and which make the photo."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from functions.enhance.codec.extras.heif_items import read_items
from functions.shared.imaging.box_reader import FULL_BOX_BYTES, content_of, inner_box, whole_file
from functions.shared.imaging.item_properties import Property, properties_of

IN_FILE, METHOD = 0, 0b1111
Extent = tuple[int, int]


def photo_data(source: BinaryIO, kind: bytes) -> Iterator[tuple[list[Property], bytes]]:
    """Yield properties and data of each item of this type that the photo is made of: itself, or the tiles of its grid.

    What cannot be followed is left out: that is for the decoder to judge.
    """
    try:
        meta = inner_box(source, whole_file(source), b"meta")
        items = read_items(source, meta)
        inside = meta.without(FULL_BOX_BYTES)
        places = _places(content_of(source, inner_box(source, inside, b"iloc")))
        parts = [item for item in items.parts_of(items.primary) if items.types.get(item) == kind and item in places]
        properties = properties_of(source, inside, parts)
    except (struct.error, StopIteration, IndexError):
        return
    # Places may overlap, and would then be more than there is.
    left_bytes = whole_file(source).end
    for item, found in zip(parts, properties, strict=True):
        left_bytes -= sum(length for _, length in places[item])
        if left_bytes < 0:
            return
        yield found, b"".join(_read(source, extent) for extent in places[item])


def _read(source: BinaryIO, extent: Extent) -> bytes:
    source.seek(extent[0])
    return source.read(extent[1])


def _places(content: bytes) -> dict[int, list[Extent]]:
    """Return offset and length of each part of each item; an item whose data lie elsewhere has none."""
    version, sizes = content[0], struct.unpack_from(">H", content, FULL_BOX_BYTES)[0]
    widths = [sizes >> shift & 0b1111 for shift in (12, 8, 4, 0)]
    reader = _Reader(content, FULL_BOX_BYTES + 2)
    number_bytes = 2 if version < 2 else 4
    places: dict[int, list[Extent]] = {}
    for _ in range(reader.number(number_bytes)):
        item, method = reader.number(number_bytes), reader.number(2) & METHOD if version else IN_FILE
        reader.number(2)
        base, extents = reader.number(widths[2]), []
        for _ in range(reader.number(2)):
            reader.number(widths[3] if version else 0)
            offset, length = reader.number(widths[0]), reader.number(widths[1])
            extents.append((base + offset, length))
        if method == IN_FILE:
            places[item] = extents
    return places


class _Reader:
    """Reads big-endian numbers one after another; raises IndexError behind the end."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content, self._at = content, at

    def number(self, size_bytes: int) -> int:
        """Return the next number of so many bytes; 0 for none."""
        found = self._content[self._at : self._at + size_bytes]
        if len(found) < size_bytes:
            raise IndexError
        self._at += size_bytes
        return int.from_bytes(found)
