"""How the enhanced photo is stored: its format, and settings never visibly worse than the source's."""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image

from functions.enhance.codec.deep_png import deep_png
from functions.enhance.codec.metadata import Metadata
from functions.enhance.codec.modes import join
from functions.enhance.codec.origin import Origin, Table, finer, tables_of
from functions.enhance.codec.picture import Picture
from functions.shared.imaging.formats import BY_NAME

# The format cannot say more, and Pillow refuses.
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
    """Return the output's format: the source's or JPEG, but PNG for what a JPEG cannot hold or would spoil.

    That is 16 bits, alpha, one-bit and palette images, and edges beyond 65,500 pixels.
    """
    wanted = BY_NAME[origin.format].copy_format
    unfit = origin.is_deep or origin.has_alpha or origin.mode in {"1", "P", "PA"}
    return "PNG" if wanted == "JPEG" and (unfit or origin.longest_edge > LONGEST_JPEG_EDGE) else wanted


def encode(picture: Picture, origin: Origin, metadata: Metadata) -> bytes:
    """Return the file. A JPEG rounds no frequency more than its source did, nor more than LOWEST_JPEG_QUALITY does."""
    if picture.is_deep:
        return deep_png(picture.colours, picture.alpha, metadata.saved_with)
    name = final_format(origin)
    image = join(*picture.in_eight_bits())
    if origin.mode == "1" and name == "PNG" and not origin.has_alpha:
        image = image.convert("1", dither=Image.Dither.NONE)
    # Whatever the savers would carry over on their own has not been scrubbed.
    image.info = {}
    body = io.BytesIO()
    image.save(body, name, **metadata.saved_with, **_options(name, origin))
    return body.getvalue()


def _options(name: str, origin: Origin) -> dict[str, Any]:
    if name == "JPEG":
        usual = _usual_tables()
        tables = [finer(*pair) for pair in zip(usual, origin.tables or usual, strict=True)]
        return {"qtables": tables, "subsampling": origin.subsampling}
    if name == "WEBP":
        lossless = {"lossless": True, "exact": True, "method": 2}
        return lossless if origin.is_lossless else {"quality": WEBP_QUALITY, "method": 2}
    return _avif_options(origin) if name == "AVIF" else {}


def _avif_options(origin: Origin) -> dict[str, Any]:
    options = {"quality": AVIF_QUALITY, "speed": 8, "subsampling": origin.avif_subsampling}
    return {**options, "advanced": {"alpha:lossless": "1"}} if origin.has_alpha else options


@cache
def _usual_tables() -> tuple[Table, Table]:
    """Return the tables that libjpeg makes of LOWEST_JPEG_QUALITY (ITU T.81, Annex K, scaled)."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, "JPEG", quality=LOWEST_JPEG_QUALITY)
    with Image.open(body) as image:
        return tables_of(image) or ([1] * 64, [1] * 64)
