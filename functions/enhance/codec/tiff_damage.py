"""Finds damage in a TIFF's Deflate strips by their checksums, which libtiff does not read: it stops at the last row."""

import zlib
from typing import Any

from PIL import Image, TiffImagePlugin

from functions.shared.imaging.images import broken_pixels

DEFLATE = frozenset({8, 32946})
OFFSETS = ((TiffImagePlugin.STRIPOFFSETS, TiffImagePlugin.STRIPBYTECOUNTS), (TiffImagePlugin.TILEOFFSETS, 325))
PIECE_BYTES = 2**20
# Tiles reach beyond the picture. What unfolds to more than this is not looked at further, for it may be made to.
LARGEST_SAMPLE_BYTES, SLACK_BYTES = 8, 2**24


def require_sound_strips(image: Image.Image) -> None:
    """Raise CorruptImageError if a strip or tile of an opened Deflate TIFF does not fit its checksum."""
    tags: Any = image.tag_v2  # type: ignore[attr-defined]
    if tags.get(TiffImagePlugin.COMPRESSION) not in DEFLATE or tags.get(TiffImagePlugin.FILLORDER, 1) != 1:
        return
    file = image.fp  # type: ignore[attr-defined]
    budget_bytes = image.width * image.height * tags.get(TiffImagePlugin.SAMPLESPERPIXEL, 1) * LARGEST_SAMPLE_BYTES
    budget_bytes += SLACK_BYTES
    for offsets, sizes in OFFSETS:
        for offset, size in zip(tags.get(offsets, ()), tags.get(sizes, ()), strict=False):
            file.seek(offset)
            budget_bytes -= _unfold(file.read(size), budget_bytes)
            if budget_bytes <= 0:
                return


def _unfold(data: bytes, most_bytes: int) -> int:
    """Unfold a strip piece by piece and return its length. Raises CorruptImageError."""
    unfolding, length = zlib.decompressobj(), 0
    try:
        while data and not unfolding.eof and length < most_bytes:
            length += len(unfolding.decompress(data, PIECE_BYTES))
            data = unfolding.unconsumed_tail
    except zlib.error as error:
        raise broken_pixels(error) from error
    # Something for each strip, however small: there may be a million.
    return max(length, 1)
