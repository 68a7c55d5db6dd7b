"""Finds damage in a WebP's pixels, which decode to something whatever they hold.

The decoder has read all of its data when the last pixel is there (RFC 6386, 7.3; RFC 9649, 3). Where data are left
over, or were needed that are not there, it has lost its place. libwebp notices the second. For the first, the data are
decoded once more without their last bytes: if nothing is missing then, the decoder had not come to the end.
"""

import ctypes
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO

from functions.enhance.codec.bundled_library import bundled_library
from functions.enhance.codec.webp_chunks import LOSSLESS, LOSSY, chunk, chunks_of, riff
from functions.shared.imaging.images import broken_pixels

# Encoders fill up the last word, or the last byte. A decoder that lost its place leaves more, or needs more.
PADDING_BYTES = {LOSSY: 16, LOSSLESS: 4}
# In a lossy picture, the size of the first partition, its modes, is in the first three bytes, after five bits.
SIZE_BITS, LOSSY_HEADER_BYTES = 5, 10
# struct WebPDecoderConfig (libwebp 1.6, decode.h): the size in the first two numbers, the options from 40 on.
INTERFACE_VERSION, CONFIG_BYTES, OPTIONS, OUTPUT = 0x0210, 1024, 40, 40
NO_FILTER, NO_UPSAMPLING, CROPPED, TOP, WIDTH, HEIGHT = 0, 1, 2, 4, 5, 6


def require_sound_webp(source: BinaryIO) -> None:
    """Raise CorruptImageError if a still WebP has data left over behind its last pixel."""
    kind, data = _pixel_chunk(source)
    if any(_is_decoded(kind, shorter) for shorter in _shortened(kind, data)):
        raise broken_pixels("not all of the data belong to pixels")


def _pixel_chunk(source: BinaryIO) -> tuple[bytes, bytes]:
    """Return name and content of the chunk that holds the picture; empty for an animation."""
    return next((found for found in chunks_of(source) if found[0] in {LOSSY, LOSSLESS}), (b"", b""))


def _shortened(kind: bytes, data: bytes) -> Iterator[bytes]:
    """Yield the data without the end of each part that can be told from padding."""
    padding = PADDING_BYTES.get(kind, 0)
    if _is_long(data, padding):
        yield data[:-padding]
    if kind == LOSSY and len(data) > LOSSY_HEADER_BYTES:
        tag = int.from_bytes(data[:3], "little")
        size = tag >> SIZE_BITS
        modes = data[LOSSY_HEADER_BYTES : LOSSY_HEADER_BYTES + size]
        if _is_long(modes, padding):
            changed = tag - (padding << SIZE_BITS)
            rest = data[LOSSY_HEADER_BYTES + size :]
            yield changed.to_bytes(3, "little") + data[3:LOSSY_HEADER_BYTES] + modes[:-padding] + rest


def _is_long(data: bytes, padding: int) -> bool:
    return len(data) > 2 * padding and len(set(data[-padding:])) > 1


@cache
def _library() -> Any:
    return bundled_library("PIL._webp", "WebPInitDecoderConfigInternal", "WebPGetFeaturesInternal", "WebPDecode")


def _is_decoded(kind: bytes, data: bytes) -> bool:
    """Return whether a picture can be decoded up to its last row, which alone is kept."""
    file = riff(chunk(kind, data))
    size, config = ctypes.c_size_t(len(file)), ctypes.create_string_buffer(CONFIG_BYTES)
    if not _library() or not _library().WebPInitDecoderConfigInternal(config, INTERFACE_VERSION):
        return False
    if _library().WebPGetFeaturesInternal(file, size, config, INTERFACE_VERSION):
        return False
    numbers = ctypes.cast(config, ctypes.POINTER(ctypes.c_int))
    width, height = numbers[0], numbers[1]
    for option, value in {NO_FILTER: 1, NO_UPSAMPLING: 1, CROPPED: 1, TOP: height - 1, WIDTH: width, HEIGHT: 1}.items():
        numbers[OPTIONS + option] = value
    try:
        return not _library().WebPDecode(file, size, config)
    finally:
        _library().WebPFreeDecBuffer(ctypes.byref(config, OUTPUT))
