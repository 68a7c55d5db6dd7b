"""Odd files that are sound: each must come out enhanced."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

import numpy as np
from PIL import Image, ImageCms

from verification.corpus.file_parts import Make, chunk, picture, png, saved, sound


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
    yield "bmp-palette", lambda: saved(picture().quantize(16), "BMP")


def grey_png(depth: int) -> bytes:
    """A grey PNG with so many bits per pixel."""
    row_bytes = (64 * depth + 7) // 8
    rows = b"".join(b"\0" + bytes((number * 3 + n) % 256 for n in range(row_bytes)) for number in range(48))
    return png(64, 48, depth=depth, rows=rows)


def saved_as(mode: str, name: str) -> bytes:
    """The picture in a mode that few files have."""
    if mode == "LAB":
        srgb_space, lab_space = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        converted = ImageCms.profileToProfile(picture(), srgb_space, lab_space, outputMode="LAB")
        return saved(converted or picture(), name)
    if mode == "I;16":
        return saved(Image.fromarray(np.asarray(picture().convert("L")).astype(np.uint16) * 257), name)
    return saved(picture().convert("L").convert(mode) if mode in {"I", "F"} else picture().convert(mode), name)


def png_in_parts() -> bytes:
    """A PNG whose pixels come in chunks of one byte."""
    whole = sound("PNG")
    at = whole.index(b"IDAT")
    (length,) = struct.unpack(">I", whole[at - 4 : at])
    pixels = whole[at + 4 : at + 4 + length]
    crumbs = b"".join(chunk(b"IDAT", pixels[n : n + 1]) for n in range(length))
    return whole[: at - 4] + crumbs + chunk(b"IEND", b"")


LEGAL = dict(_odd_but_legal())
