"""Bombs: small files that say, or unfold to, far more than they hold."""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from verification.corpus.file_parts import LONG, MEGABYTE, Make, bmp, chunk, grey_tiff, jpeg_sized, png, saved, sound


@functools.cache
def zeros() -> bytes:
    """60 megabytes of nothing, deflated: when a file wants them, for every process of a test run imports this."""
    return zlib.compress(bytes(60 * MEGABYTE), 9)


def _bombs() -> Iterator[tuple[str, Make]]:
    yield "png-of-a-gigapixel", lambda: png(32_000, 32_000, rows=b"")
    yield "png-just-over-the-limit", lambda: png(10_001, 10_000, rows=b"")
    yield "png-of-2-to-the-31", lambda: png(2**31 - 1, 2**31 - 1, rows=b"")
    yield "png-text-bomb", lambda: png(64, 48, chunk(b"zTXt", b"k\0\0" + zeros()))
    yield "png-international-text-bomb", lambda: png(64, 48, chunk(b"iTXt", b"k\0\1\0\0\0" + zeros()))
    yield "png-profile-bomb", lambda: png(64, 48, chunk(b"iCCP", b"k\0\0" + zeros()))
    yield "png-many-text-bombs", lambda: png(64, 48, *[chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(900_000)))] * 400)
    yield "png-pixels-beyond-its-size", lambda: png(64, 48, rows=bytes(80 * MEGABYTE))
    yield "gif-canvas-bomb", lambda: b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + sound("GIF")[10:]
    yield "webp-canvas-bomb", lambda: webp_canvas(2**24, 2**24)
    yield "bmp-of-a-gigapixel", lambda: bmp(32_000, 32_000)
    yield "jpeg-of-65500-squared", lambda: jpeg_sized(65_500, 65_500)
    yield "tiff-of-4-gigapixels", lambda: grey_tiff(65_535, 65_535, (273, LONG, 1, 8), (279, LONG, 1, 9))
    yield "tiff-deflate-bomb", tiff_deflate_bomb


def tiff_deflate_bomb() -> bytes:
    """A strip of a few kilobytes that unfolds to 99 megapixels."""
    return saved(Image.new("L", (9_900, 10_000)), "TIFF", compression="tiff_adobe_deflate")


def webp_canvas(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is as large as the format can say."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + size + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    return b"RIFF" + struct.pack("<I", len(body)) + body


BOMBS = dict(_bombs())
