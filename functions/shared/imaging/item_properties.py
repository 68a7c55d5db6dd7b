"""The properties of the primary picture of a HEIF or AVIF (ISO/IEC 23008-12, 6.5 and 9.3), read from its boxes.

Pillow's reader of AVIF tells neither the clean aperture nor the code points of the colours.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from functions.shared.imaging.box_reader import FULL_BOX_BYTES, Box, boxes_in, content_of, inner_box, whole_file

Property = tuple[bytes, bytes]


def primary_properties(source: BinaryIO) -> list[Property]:
    """Return type and content of the primary picture's properties, in the order in which they are to be applied.

    Empty where there are none, or where the boxes cannot be followed. Leaves `source` anywhere.
    """
    try:
        meta = inner_box(source, whole_file(source), b"meta").without(FULL_BOX_BYTES)
        item = item_number(content_of(source, inner_box(source, meta, b"pitm")))
        return properties_of(source, meta, [item])[0]
    except (struct.error, StopIteration, IndexError):
        return []


def properties_of(source: BinaryIO, meta: Box, items: Sequence[int]) -> list[list[Property]]:
    """Return the properties of each of these items, given the box meta behind its version.

    Raises struct.error, StopIteration or IndexError where the boxes cannot be followed.
    """
    parts = inner_box(source, meta, b"iprp")
    properties = [(box.kind, content_of(source, box)) for box in boxes_in(source, inner_box(source, parts, b"ipco"))]
    tables = [_associated(content_of(source, box), items) for box in boxes_in(source, parts) if box.kind == b"ipma"]
    indices = [[index for table in tables for index in table.get(item, ())] for item in items]
    return [[properties[index - 1] for index in some if 0 < index <= len(properties)] for some in indices]


def item_number(content: bytes) -> int:
    """Return the number of the primary picture, given the content of the box pitm; raises struct.error, IndexError."""
    return int(struct.unpack_from(">H" if content[0] == 0 else ">I", content, FULL_BOX_BYTES)[0])


def _associated(table: bytes, items: Iterable[int]) -> dict[int, list[int]]:
    """Return the indices, from 1 on, of each item's properties, read up to the last of these items.

    Raises struct.error or IndexError where the table is cut short before.
    """
    missing, found = set(items), dict[int, list[int]]()
    if not missing:
        return found
    number = struct.Struct(">H" if table[0] == 0 else ">I")
    index = struct.Struct(">H" if table[3] & 1 else ">B")
    # The highest bit says whether the property is essential.
    mask = (1 << 8 * index.size - 1) - 1
    (entries,) = struct.unpack_from(">I", table, FULL_BOX_BYTES)
    at = FULL_BOX_BYTES + 4
    for _ in range(entries):
        (item,), count = number.unpack_from(table, at), table[at + number.size]
        at += number.size + 1
        if item in missing:
            found[item] = [index.unpack_from(table, at + index.size * nth)[0] & mask for nth in range(count)]
            missing.discard(item)
            if not missing:
                break
        at += index.size * count
    return found
