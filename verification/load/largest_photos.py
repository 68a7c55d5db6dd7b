"""The largest photos that the limits let through, of every format, drawn by script.

Behind each follow zeros up to the limit of bytes, as a movie follows a phone's photo.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from darkroom.packaging.repository import function_definition
from verification.corpus.boxes import box
from verification.corpus.cmyk_profile import cmyk_profile
from verification.corpus.colour_spaces import ADOBE_RGB, PROPHOTO_RGB
from verification.corpus.file_parts import chunk, saved, srgb
from verification.corpus.table_profile import turning
from verification.corpus.tiff_kinds import CMYK, RGB, UNDEFINED, Layout
from verification.load.tiled_square import Square

LIMITS = function_definition("enhance").environment
MAX_PIXELS, MAX_BYTES = int(LIMITS["MAX_PIXELS"]), int(LIMITS["MAX_BYTES"])
LARGEST = Square(1000, 10)
# WebP and AVIF may have fewer (formats.py, memory_weight).
LARGEST_HEAVY = Square(666, 10)
# Three bytes a pixel, uncompressed: the limit of bytes binds.
LARGEST_BMP = Square(1000, 5)
PROFILE_TAG = 34675
# Much that is transparent looks like a drawing, which would be left as it is.
EDITED = {"PRESET": "photo"}
RENDITIONS = [
    {"name": f"{kind}-{edge}", "longest_edge_pixels": edge, "format": kind}
    for edge in (8192, 4096, 2048, 1024)
    for kind in ("jpeg", "webp")
]


@dataclass(frozen=True)
class Photo:
    """How to make a photo, and the enhance function's settings while it is on its way."""

    make: Callable[[], bytes]
    settings: Mapping[str, str] = field(default_factory=dict)

    def filled(self, size_bytes: int = MAX_BYTES) -> bytes:
        """Return the file with zeros behind it, up to so many bytes."""
        body = self.make()
        left = size_bytes - len(body)
        return body + (box(b"free", bytes(left - 8)) if body[4:8] == b"ftyp" else bytes(left))


def largest_photos(
    square: Square = LARGEST, heavy_square: Square = LARGEST_HEAVY, small_square: Square = LARGEST_BMP
) -> dict[str, Photo]:
    """Return the photos by name: WebP and AVIF as large as `heavy_square`, the BMP as `small_square`."""
    return _pngs(square) | _tiffs(square) | _heavy(heavy_square) | _others(square, small_square) | _jpegs(square)


def _jpegs(square: Square) -> dict[str, Photo]:
    dark = (square.tile * 0.2).astype(np.uint8)
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6

    def jpeg(tile: Any = square.tile, mode: str = "", **options: Any) -> bytes:
        return saved(square.filled_with(tile, mode), "JPEG", **{"quality": 90, **options})

    return {
        "JPEG": Photo(jpeg),
        "JPEG, 4:4:4, progressive": Photo(lambda: jpeg(subsampling=0, progressive=True)),
        "JPEG, dark": Photo(lambda: jpeg(dark)),
        "JPEG, turned": Photo(lambda: jpeg(exif=turned)),
        "JPEG, Adobe RGB": Photo(lambda: jpeg(icc_profile=ADOBE_RGB.profile)),
        "JPEG, profile of tables": Photo(lambda: jpeg(icc_profile=turning(srgb()))),
        "JPEG, CMYK, progressive": Photo(
            lambda: jpeg(square.tile_of_inks, "CMYK", progressive=True, icc_profile=cmyk_profile())
        ),
        "JPEG, preset document": Photo(jpeg, {"PRESET": "document"}),
        "JPEG, eight renditions": Photo(jpeg, {"RENDITIONS": json.dumps(RENDITIONS)}),
    }


def _pngs(square: Square) -> dict[str, Photo]:
    prophoto = chunk(b"iCCP", b"k\0\0" + zlib.compress(PROPHOTO_RGB.profile))
    return {
        "PNG": Photo(lambda: square.png(square.tile, 8)),
        "PNG, alpha": Photo(lambda: square.png(square.transparent_tile, 8), EDITED),
        "PNG, 16 bits": Photo(lambda: square.png(square.tile, 16)),
        "PNG, 16 bits, alpha": Photo(lambda: square.png(square.transparent_tile, 16), EDITED),
        "PNG, 16 bits, ProPhoto RGB": Photo(lambda: square.png(square.tile, 16, prophoto)),
    }


def _tiffs(square: Square) -> dict[str, Photo]:
    inks = Layout(CMYK, 16, more=((PROFILE_TAG, UNDEFINED, tuple(cmyk_profile())),))
    return {
        "TIFF, 16 bits": Photo(lambda: square.tiff(square.tile, Layout(RGB, 16))),
        "TIFF, 16 bits, CMYK": Photo(lambda: square.tiff(square.tile_of_inks, inks)),
    }


def _heavy(square: Square) -> dict[str, Photo]:
    def whole(name: str, *, alpha: bool = False, **options: Any) -> bytes:
        tile = square.transparent_tile if alpha else square.tile
        # Dark, for what is left as it is needs no encoder.
        dark = np.dstack([(tile[..., :3] * 0.5).astype(np.uint8), tile[..., 3:]])
        return saved(square.filled_with(dark), name, **options)

    return {
        "WebP": Photo(lambda: whole("WEBP", quality=80, method=0)),
        "WebP, lossless, alpha": Photo(lambda: whole("WEBP", alpha=True, lossless=True, quality=0, method=0), EDITED),
        "AVIF": Photo(lambda: whole("AVIF", quality=60, speed=10)),
        "AVIF, alpha": Photo(lambda: whole("AVIF", alpha=True, quality=60, speed=10), EDITED),
    }


def _others(square: Square, small_square: Square) -> dict[str, Photo]:
    palette = Image.Quantize.FASTOCTREE
    return {
        "HEIC": Photo(lambda: square.heic(8)),
        "HEIC, 10 bits": Photo(lambda: square.heic(10)),
        "GIF": Photo(lambda: saved(square.filled_with(square.tile).quantize(256, palette), "GIF")),
        "BMP": Photo(lambda: saved(small_square.filled_with(small_square.tile), "BMP")),
    }
