"""Odd files that are sound: each must come out enhanced."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

import numpy as np
from PIL import Image, ImageCms

from verification.corpus.file_parts import Make, chunk, picture, png, saved, sound
from verification.corpus.tiff_kinds import (
    BLACK_IS_ZERO,
    PREMULTIPLIED,
    RGB,
    WHITE_IS_ZERO,
    Layout,
    Samples,
    tiff_of,
)


def _odd_but_legal() -> Iterator[tuple[str, Make]]:
    for depth in (1, 2, 4, 8, 16):
        yield f"png-grey-{depth}-bit", partial(grey_png, depth)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        yield f"png-mode-{mode.replace(';', '-').lower()}", partial(saved_as, mode, "PNG")
    for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "LAB", "YCbCr", "I;16", "I", "F"):
        yield f"tiff-mode-{mode.replace(';', '-').lower()}", partial(saved_as, mode, "TIFF")
    for compression in ("tiff_lzw", "packbits", "jpeg", "tiff_adobe_deflate"):
        yield f"tiff-{compression.replace('_', '-')}", partial(saved, picture(), "TIFF", compression=compression)
    yield "tiff-group4", lambda: saved(picture().convert("1"), "TIFF", compression="group4")
    yield "jpeg-progressive", lambda: saved(picture(), "JPEG", progressive=True)
    yield "jpeg-with-restarts", lambda: saved(picture(), "JPEG", restart_marker_rows=1)
    yield "jpeg-cmyk", lambda: saved(picture().convert("CMYK"), "JPEG")
    yield "jpeg-padded-with-fill-bytes", lambda: sound("JPEG")[:2] + b"\xff" * 40 + sound("JPEG")[2:]
    yield "png-in-many-small-parts", png_in_parts
    yield "png-with-unknown-chunks", lambda: png(64, 48, chunk(b"dARk", bytes(5_000)))
    yield "png-transparent-colour", lambda: png(64, 48, chunk(b"tRNS", b"\0\0"))
    yield "gif-interlaced", lambda: saved(picture().quantize(), "GIF", interlace=1)
    yield "webp-lossless-with-alpha", lambda: saved(picture().convert("RGBA"), "WEBP", lossless=True)
    for name, layout in TIFF_LAYOUTS.items():
        yield f"tiff-{name}", partial(tiff_of, ramp(layout), layout)
    yield "bmp-whose-alpha-was-never-set", bmp_without_alpha
    yield "bmp-palette", lambda: saved(picture().quantize(16), "BMP")


TIFF_LAYOUTS = {
    "planes-of-16-bits": Layout(bits=16, planar=True),
    "white-is-zero-16-bits": Layout(WHITE_IS_ZERO, 16, order=">"),
    "grey-12-bits": Layout(BLACK_IS_ZERO, 12),
    "grey-32-bits": Layout(BLACK_IS_ZERO, 32),
    "premultiplied-grey": Layout(BLACK_IS_ZERO, extra=(PREMULTIPLIED,)),
}


def ramp(layout: Layout) -> Samples:
    """Return samples of a layout that grow from left to right."""
    bands = (3 if layout.photometric == RGB else 1) + len(layout.extra)
    levels = np.broadcast_to(np.linspace(0, 2**layout.bits - 1, 64)[None, :, None], (48, 64, bands))
    return levels.astype({8: np.uint8, 12: np.uint16, 16: np.uint16, 32: np.uint32}[layout.bits])


def bmp_without_alpha() -> bytes:
    """A BMP of 32 bits that names a mask of alpha and has 0 in it, as screen grabs write it."""
    blue_first = np.asarray(picture())[..., ::-1]
    pixels = np.dstack([blue_first, np.zeros(blue_first.shape[:2], np.uint8)])[::-1].tobytes()
    sizes = struct.pack("<LllHHLLllLL", 108, 96, 64, 1, 32, 3, len(pixels), 2835, 2835, 0, 0)
    header = sizes + struct.pack("<4L", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    return b"BM" + struct.pack("<LHHL", 122 + len(pixels), 0, 0, 122) + header + pixels


def grey_png(depth: int) -> bytes:
    """A grey PNG with so many bits per pixel."""
    row_bytes = (64 * depth + 7) // 8
    rows = b"".join(b"\0" + bytes((number * 3 + n) % 256 for n in range(row_bytes)) for number in range(48))
    return png(64, 48, depth=depth, rows=rows)


def saved_as(mode: str, name: str, shown: Image.Image | None = None) -> bytes:
    """A picture in a mode that few files have."""
    shown = shown or picture()
    if mode == "LAB":
        srgb_space, lab_space = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        converted = ImageCms.profileToProfile(shown, srgb_space, lab_space, outputMode="LAB")
        return saved(converted or shown, name)
    if mode == "I;16":
        return saved(Image.fromarray(np.asarray(shown.convert("L")).astype(np.uint16) * 257), name)
    return saved(shown.convert("L").convert(mode) if mode in {"I", "F"} else shown.convert(mode), name)


def png_in_parts() -> bytes:
    """A PNG whose pixels come in chunks of one byte."""
    whole = sound("PNG")
    at = whole.index(b"IDAT")
    (length,) = struct.unpack(">I", whole[at - 4 : at])
    pixels = whole[at + 4 : at + 4 + length]
    crumbs = b"".join(chunk(b"IDAT", pixels[n : n + 1]) for n in range(length))
    return whole[: at - 4] + crumbs + chunk(b"IEND", b"")


LEGAL = dict(_odd_but_legal())
