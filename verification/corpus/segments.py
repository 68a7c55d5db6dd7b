"""JPEG segments, PNG chunks, GIF blocks and BMP headers that are odd, wrong, too many or too few."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from verification.corpus.file_parts import (
    MEGABYTE,
    PNG_SIGNATURE,
    Make,
    bmp,
    chunk,
    picture,
    png,
    saved,
    segment,
    sound,
    with_segments,
)

GREY_ROWS = bytes(65 * 48)


def without(data: bytes, start: bytes, length: int) -> bytes:
    """Return a file without some bytes from a mark on."""
    at = data.index(start)
    return data[:at] + data[at + length :]


def patched(data: bytes, start: bytes, offset: int, new: bytes) -> bytes:
    """Return a file with other bytes so far behind a mark."""
    at = data.index(start) + offset
    return data[:at] + new + data[at + len(new) :]


def png_of(colour: int, *chunks: bytes, depth: int = 8, rows: bytes = GREY_ROWS) -> bytes:
    """Return a PNG of 64 by 48 pixels."""
    return png(64, 48, *chunks, depth=depth, colour=colour, rows=rows)


def _jpegs() -> Iterator[tuple[str, Make]]:
    yield "jpeg-of-40-maker-segments", lambda: with_segments(sound("JPEG"), *[segment(0xEB, bytes(60_000))] * 40)
    yield "jpeg-and-10-megabytes-behind-it", lambda: sound("JPEG") + bytes(10 * MEGABYTE)
    yield "jpeg-segment-of-no-length", lambda: with_segments(sound("JPEG"), b"\xff\xe1\0\0")
    yield "jpeg-segment-of-length-one", lambda: with_segments(sound("JPEG"), b"\xff\xe1\0\1")
    yield "jpeg-without-tables", lambda: without(sound("JPEG"), b"\xff\xdb", 69)
    yield "jpeg-of-no-components", lambda: patched(sound("JPEG"), b"\xff\xc0", 9, b"\0")
    yield "jpeg-of-255-components", lambda: patched(sound("JPEG"), b"\xff\xc0", 9, b"\xff")
    yield "jpeg-of-12-bits", lambda: patched(sound("JPEG"), b"\xff\xc0", 4, b"\x0c")
    yield (
        "jpeg-with-two-frames",
        lambda: with_segments(sound("JPEG"), segment(0xC0, bytes([8, 0, 9, 0, 9, 1, 1, 17, 0]))),
    )
    yield "jpeg-without-its-end", lambda: sound("JPEG")[:-2]
    yield "jpeg-sampled-oddly", lambda: patched(sound("JPEG"), b"\xff\xc0", 11, b"\x44")


def _pngs() -> Iterator[tuple[str, Make]]:
    yield "png-palette-without-colours", lambda: png_of(3)
    yield "png-palette-too-short", lambda: png_of(3, chunk(b"PLTE", b"abc"), rows=(b"\0" + b"\xff" * 64) * 48)
    yield "png-transparency-too-long", lambda: png_of(0, chunk(b"tRNS", bytes(900)))
    yield "png-of-two-headers", lambda: png_of(0, chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 0, 0, 0, 0)))
    yield "png-without-pixels", lambda: PNG_SIGNATURE + png_of(0)[8:33] + chunk(b"IEND", b"")
    yield "png-of-an-empty-chunk", lambda: png_of(0, chunk(b"IDAT", b""))
    yield "png-without-its-end", lambda: png_of(0)[:-12]
    yield "png-of-depth-3", lambda: png_of(0, depth=3)
    yield "png-of-colour-5", lambda: png_of(5)
    yield "png-gamma-of-nought", lambda: png_of(0, chunk(b"gAMA", bytes(4)))
    yield "png-chromaticities-cut-short", lambda: png_of(0, chunk(b"cHRM", bytes(7)))
    yield "png-density-beyond-reason", lambda: png_of(0, chunk(b"pHYs", b"\xff" * 8 + b"\1"))
    yield "png-density-cut-short", lambda: png_of(0, chunk(b"pHYs", b"\0\0"))
    yield "png-text-without-a-keyword", lambda: png_of(0, chunk(b"tEXt", b"\0" * 9), chunk(b"zTXt", b""))
    yield "png-profile-cut-short", lambda: png_of(0, chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(99))[:-6]))
    yield "png-profile-by-another-method", lambda: png_of(0, chunk(b"iCCP", b"k\0\7" + zlib.compress(bytes(99))))
    yield "png-animation-control-cut-short", lambda: png_of(0, chunk(b"acTL", b"\0"))
    yield "png-of-unknown-filters", lambda: png_of(0, rows=(b"\x09" + bytes(64)) * 48)
    yield "png-rows-cut-short", lambda: png_of(0, rows=bytes(65 * 20))


def _others() -> Iterator[tuple[str, Make]]:
    yield "gif-frame-beyond-its-canvas", lambda: patched(sound("GIF"), b"\0,", 2, struct.pack("<HHHH", 90, 60, 96, 64))
    yield "gif-frame-of-no-size", lambda: patched(sound("GIF"), b"\0,", 2, bytes(8))
    yield "gif-without-colours", lambda: sound("GIF")[:10] + b"\0\0\0" + sound("GIF")[13:]
    yield "gif-code-of-12-bits", lambda: sound("GIF")[:-1].replace(b"\0\x08", b"\0\x0c", 1) + b";"
    yield "gif-of-no-frame", lambda: sound("GIF")[:13] + bytes(768) + b";"
    yield "bmp-of-depth-3", lambda: patched(bmp(64, 48), b"BM", 28, b"\3\0") + bytes(9_999)
    yield "bmp-pixels-beyond-the-file", lambda: patched(bmp(64, 48), b"BM", 10, b"\xff\xff\xff\x7f") + bytes(9_999)
    yield "bmp-of-2-to-the-31-colours", lambda: patched(sound("BMP"), b"BM", 46, b"\0\0\0\x80")
    yield "bmp-run-length-bomb", lambda: patched(bmp(9_999, 9_999), b"BM", 28, b"\x08\0\1") + b"\xff\1" * 999
    yield "icon", lambda: saved(picture(64, 64), "ICO")
    yield "targa", lambda: saved(picture(), "TGA")


SEGMENTS = {**dict(_jpegs()), **dict(_pngs()), **dict(_others())}
