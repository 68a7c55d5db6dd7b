"""At which quality an encoder quantizes a lossy WebP or AVIF as finely as the file does."""

import io
from bisect import bisect_left
from functools import cache
from typing import BinaryIO

from PIL import Image

from functions.enhance.codec.av1_quantizer import quantizer_index
from functions.enhance.codec.vp8_quantizer import TOP, quantizer_of
from functions.shared.imaging.item_data import item_heads

MAX_QUALITY = 100
# The same numbers that Darkroom took for all files before it read them; for those whose headers say nothing.
WEBP_QUALITY, AVIF_QUALITY = 90, 85
AVIF_SPEED = 8


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
    found = (index for head in item_heads(source) if (index := quantizer_index(head)) is not None)
    wanted = next(found, None)
    if wanted is None:
        return AVIF_QUALITY
    return bisect_left(range(MAX_QUALITY), -wanted, key=lambda quality: -_index_at(quality))


@cache
def _index_at(quality: int) -> int:
    """Return the quantizer index of this encoder's pictures: asking it takes 8 ms, and versions differ."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, "AVIF", quality=quality, speed=AVIF_SPEED)
    return quantizer_index(item_heads(body)[0]) or 0
