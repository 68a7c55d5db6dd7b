"""Encodes the enhanced photo: chooses its format, and settings that are never visibly worse than the source's."""

import io
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from PIL import Image

from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.metadata import Metadata
from functions.enhance.codec.modes import join
from functions.enhance.codec.origin import Origin, Table, finer, tables_of
from functions.enhance.codec.picture import Picture
from functions.enhance.codec.png_writer import sixteen_bit_png
from functions.shared.imaging.formats import BY_NAME

# The limit of libjpeg (JPEG_MAX_DIMENSION).
LONGEST_JPEG_EDGE = 65500
# Below this, JPEG's blocks begin to show once tones are stretched.
LOWEST_JPEG_QUALITY = 90
WEBP_QUALITY, AVIF_QUALITY = 90, 85


@dataclass(frozen=True)
class Encoded:
    """A picture as a file, with the format by Pillow's name and the size in pixels."""

    body: bytes
    format: str
    content_type: str
    width: int
    height: int


def final_format(origin: Origin) -> str:
    """Return the output's format: the source's or JPEG, but PNG for what a JPEG cannot hold or would degrade.

    That is 16 bits, alpha, one-bit and palette images, and edges beyond 65,500 pixels.
    """
    wanted = BY_NAME[origin.format].copy_format
    unfit = origin.is_high_bit_depth or origin.has_alpha or origin.mode in {"1", "P", "PA"}
    return "PNG" if wanted == "JPEG" and (unfit or origin.longest_edge > LONGEST_JPEG_EDGE) else wanted


def encode(picture: Picture, origin: Origin, metadata: Metadata, colours: Colours) -> bytes:
    """Return the file. A JPEG quantizes no frequency more coarsely than its source or LOWEST_JPEG_QUALITY does.

    Where the colours were converted, the source's tables are for other numbers, and LOWEST_JPEG_QUALITY counts alone.
    """
    if picture.is_sixteen_bit:
        return sixteen_bit_png(picture.colours, picture.alpha, metadata.options("PNG", picture.size))
    name = final_format(origin)
    image = join(*picture.in_eight_bits())
    if origin.mode == "1" and name == "PNG" and not origin.has_alpha:
        image = image.convert("1", dither=Image.Dither.NONE)
    # The savers would copy metadata from here that has not been filtered.
    image.info = {}
    body = io.BytesIO()
    stored = origin if colours.conversion is None else replace(origin, tables=None)
    image.save(body, name, **metadata.options(name, picture.size), **_options(name, stored))
    return body.getvalue()


def _options(name: str, origin: Origin) -> dict[str, Any]:
    if name == "JPEG":
        default = _default_tables()
        tables = [finer(*pair) for pair in zip(default, origin.tables or default, strict=True)]
        return {"qtables": tables, "subsampling": origin.subsampling}
    if name == "WEBP":
        lossless = {"lossless": True, "exact": True, "method": 2}
        return lossless if origin.is_lossless else {"quality": WEBP_QUALITY, "method": 2}
    return _avif_options(origin) if name == "AVIF" else {}


def _avif_options(origin: Origin) -> dict[str, Any]:
    options = {"quality": AVIF_QUALITY, "speed": 8, "subsampling": origin.avif_subsampling}
    return {**options, "advanced": {"alpha:lossless": "1"}} if origin.has_alpha else options


@cache
def _default_tables() -> tuple[Table, Table]:
    """Return the tables that libjpeg makes of LOWEST_JPEG_QUALITY (ITU T.81, Annex K, scaled)."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, "JPEG", quality=LOWEST_JPEG_QUALITY)
    with Image.open(body) as image:
        return tables_of(image) or ([1] * 64, [1] * 64)
