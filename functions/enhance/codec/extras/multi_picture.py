"""The index of a JPEG with several pictures: the kind of each (CIPA DC-007, Multi-Picture Format)."""

import struct

MARK = b"MPF\0"
ENTRIES = 0xB002
ENTRY = struct.Struct("IIIHH")
MAX_ENTRIES = 256
# The kind in an entry's attribute (5.2.3.3.1), but for the thumbnails, whose kinds begin with 1.
KIND = 0xFFFFFF
THUMBNAIL, GAIN_MAP = 0x01, 0x050000


def is_thumbnail(kind: int) -> bool:
    """Return whether a picture is a large thumbnail, made for the screen of a camera."""
    return kind >> 16 == THUMBNAIL


def picture_kinds(index: bytes, start: int) -> dict[int, int]:
    """Return the kind of each picture but the first, by its offset in the file.

    `index` is the content of the segment APP2, and `start` where its TIFF header stands. Empty where it is broken.
    """
    try:
        order = {b"II": "<", b"MM": ">"}[index[:2]]
        (at,) = struct.unpack_from(order + "I", index, 4)
        (count,) = struct.unpack_from(order + "H", index, at)
        fields = (struct.unpack_from(order + "HHII", index, at + 2 + 12 * nth) for nth in range(count))
        size, offset = next((size, offset) for tag, _, size, offset in fields if tag == ENTRIES)
        entry = struct.Struct(order + ENTRY.format)
        found = [entry.unpack_from(index, offset + nth) for nth in range(0, min(size, MAX_ENTRIES * 16), entry.size)]
    except (KeyError, StopIteration, struct.error):
        return {}
    return {start + offset: attribute & KIND for attribute, _, offset, _, _ in found if offset}
