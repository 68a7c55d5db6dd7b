"""At which quality an encoder quantizes a lossy WebP or AVIF as finely as the file does."""

import io
from bisect import bisect_left
from functools import cache
from typing import BinaryIO

from PIL import Image

from functions.enhance.codec.av1_quantizer import quantizer_index
from functions.enhance.codec.extras.heif_places import photo_data
from functions.enhance.codec.vp8_quantizer import TOP, quantizer_of

MAX_QUALITY = 100
# The same numbers that Darkroom took for all files before it read them; for those whose headers say nothing.
WEBP_QUALITY, AVIF_QUALITY = 90, 85
AVIF_SPEED = 8
# The headers are at the beginning.
HEAD_BYTES = 4096


def webp_quality(frame: bytes) -> int:
    """Return libwebp's quality, 0 to 100, given the first bytes of a lossy frame.

    The inverse of libwebp's QualityToCompression (src/enc/quant_enc.c): from the cube of what is kept, in two straight
    lines that meet at quality 75.
    """
    quantizer = quantizer_of(frame)
    if quantizer is None:
        return WEBP_QUALITY
    linear = (1 - quantizer / TOP) ** 3
    return round(MAX_QUALITY * (1.5 * linear if linear < 0.5 else (1 + linear) / 2))


def avif_quality(source: BinaryIO) -> int:
    """Return the lowest quality, 0 to 100, at which Pillow's encoder quantizes no more coarsely than an AVIF is."""
    wanted = _index_of(source)
    if wanted is None:
        return AVIF_QUALITY
    return bisect_left(range(MAX_QUALITY), -wanted, key=lambda quality: -_index_at(quality))


@cache
def _index_at(quality: int) -> int:
    """Return the quantizer index of this encoder's pictures: asking it takes 8 ms, and versions differ."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, "AVIF", quality=quality, speed=AVIF_SPEED)
    return _index_of(body) or 0


def _index_of(source: BinaryIO) -> int | None:
    """Return the quantizer index of the first part of an AVIF's photo whose headers tell it."""
    indices = (quantizer_index(data[:HEAD_BYTES]) for _, data in photo_data(source, b"av01"))
    return next((index for index in indices if index is not None), None)
