"""The code points and the bit depth that a file stores, where Pillow does not tell them.

HEIF and AVIF have code points in the box nclx (ISO/IEC 14496-12, 12.1.5), PNG in the chunk cICP (W3C, Portable Network
Graphics, third edition, 11.3.2.6).
"""

import io
import struct
from typing import BinaryIO

from PIL import Image

from functions.shared.imaging.item_properties import primary_properties

FIRST_PNG_CHUNK, MAX_PNG_CHUNKS = 8, 10_000
# The rest of a chunk cICP where RGB levels reach from black to white, as browsers require.
RGB_OF_FULL_RANGE = b"\0\1"
# The third byte of av1C (AV1-ISOBMFF, 2.3.3).
HIGH_DEPTH, TWELVE_BITS = 0b1000000, 0b100000


def code_points_of(image: Image.Image, source: BinaryIO) -> tuple[int, int] | None:
    """Return primaries and transfer characteristics; None where the file has none."""
    if nclx := image.info.get("nclx_profile"):
        return int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])
    if image.format == "PNG":
        return _cicp(source)
    if image.format != "AVIF":
        return None
    contents = (content for kind, content in primary_properties(source) if kind == b"colr" and content[:4] == b"nclx")
    numbers = next(contents, b"")[4:8]
    return struct.unpack(">HH", numbers) if len(numbers) == 4 else None


def bit_depth_of(image: Image.Image, source: BinaryIO) -> int:
    """Return the bits per sample of a HEIC or AVIF; 8 for any other format."""
    if image.format != "AVIF":
        return int(image.info.get("bit_depth", 8))
    configurations = [content for kind, content in primary_properties(source) if kind == b"av1C" and len(content) > 2]
    if not configurations or not configurations[0][2] & HIGH_DEPTH:
        return 8
    return 12 if configurations[0][2] & TWELVE_BITS else 10


def _cicp(source: BinaryIO) -> tuple[int, int] | None:
    source.seek(FIRST_PNG_CHUNK)
    for _ in range(MAX_PNG_CHUNKS):
        head = source.read(8)
        if len(head) < 8 or head[4:] == b"IDAT":
            return None
        size = int.from_bytes(head[:4])
        if head[4:] == b"cICP":
            content = source.read(4)
            return (content[0], content[1]) if content[2:] == RGB_OF_FULL_RANGE else None
        source.seek(size + 4, io.SEEK_CUR)
    return None
