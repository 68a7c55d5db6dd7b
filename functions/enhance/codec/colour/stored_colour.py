"""The code points that a file stores, where Pillow does not tell them.

HEIF and AVIF have code points in the box nclx (ISO/IEC 14496-12, 12.1.5), PNG in the chunk cICP (W3C, Portable Network
Graphics, third edition, 11.3.2.6).
"""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from functions.enhance.codec.extras.heif_photo import described_pictures
from functions.shared.imaging.item_properties import Property

FIRST_PNG_CHUNK, MAX_PNG_CHUNKS = 8, 10_000
# The rest of a chunk cICP where RGB levels reach from black to white, as browsers require.
RGB_OF_FULL_RANGE = b"\0\1"


def code_points_of(image: Image.Image, source: BinaryIO) -> tuple[int, int] | None:
    """Return primaries and transfer characteristics; None where the file has none."""
    if nclx := image.info.get("nclx_profile"):
        return int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])
    if image.format == "PNG":
        return _cicp(source)
    if image.format not in {"AVIF", "HEIF"}:
        return None
    numbers = _colour(source, b"nclx")[:4]
    return struct.unpack(">HH", numbers) if len(numbers) == 4 else None


def profile_of_parts(source: BinaryIO) -> bytes:
    """Return the ICC profile of the pictures that a HEIF's or AVIF's photo is made of; empty if they have none."""
    return _colour(source, b"prof", b"rICC")


def _colour(source: BinaryIO, *kinds: bytes) -> bytes:
    """Return the content of a box colr of one of these kinds: the photo's, or where it has none its first part's.

    A photo that names its colours in one way does not get them from its parts in another.
    """
    named = filter(None, map(_colours_of, _without_alpha(source)))
    return next((content[4:] for content in next(named, []) if content[:4] in kinds), b"")


def _without_alpha(source: BinaryIO) -> Iterator[list[Property]]:
    """Yield the properties of the photo's pictures up to its alpha, which comes last, or is a track of its own."""
    for properties in described_pictures(source):
        names = {name for name, _ in properties}
        if b"auxC" in names:
            return
        if b"auxi" not in names:
            yield properties


def _colours_of(properties: list[Property]) -> list[bytes]:
    return [content for name, content in properties if name == b"colr"]


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
