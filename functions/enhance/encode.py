"""How the enhanced photo is stored: its format, and settings never visibly worse than the source's."""

import io
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image, JpegImagePlugin

from functions.enhance.metadata import Metadata
from functions.enhance.modes import to_eight_bit
from functions.shared.images import output_format

# The format cannot say more, and Pillow refuses.
LONGEST_JPEG_EDGE = 65500
# Below this, JPEG's blocks begin to show once tones are stretched.
LOWEST_JPEG_QUALITY = 90
FULL_COLOUR = 0
WEBP_QUALITY, AVIF_QUALITY = 90, 85
# Sum of the Annex K luminance table (ITU T.81), whose multiples nearly all JPEG writers use.
ANNEX_K_SUM = 3688
WEBP_HEADER_BYTES = 12


@dataclass(frozen=True)
class Encoded:
    """A picture as a file, with the format by Pillow's name and the size in pixels."""

    body: bytes
    format: str
    content_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Origin:
    """What the source file tells about how it was stored; quality and subsampling are of JPEGs only."""

    format: str
    mode: str
    has_alpha: bool
    longest_edge: int
    jpeg_quality: int = 0
    subsampling: int = FULL_COLOUR
    is_lossless: bool = False


def final_format(origin: Origin) -> str:
    """Return the output's format: the source's or JPEG, but PNG for what a JPEG cannot hold or would spoil.

    That is alpha, one-bit and palette images, and edges beyond 65,500 pixels.
    """
    wanted = output_format(origin.format)
    unfit = origin.has_alpha or origin.mode in {"1", "P", "PA"} or origin.longest_edge > LONGEST_JPEG_EDGE
    return "PNG" if wanted == "JPEG" and unfit else wanted


def origin_of(image: Image.Image, source: BinaryIO) -> Origin:
    """Read how an opened image is stored; its pixels are not needed."""
    name = image.format or ""
    tables = getattr(image, "quantization", None) if name in {"JPEG", "MPO"} else None
    return Origin(
        format=name,
        mode=image.mode,
        has_alpha=image.has_transparency_data and image.mode != "I;16",
        longest_edge=max(image.size),
        jpeg_quality=_quality(tables[min(tables)]) if tables else 0,
        subsampling=max(JpegImagePlugin.get_sampling(image), FULL_COLOUR) if tables else FULL_COLOUR,
        is_lossless=name == "WEBP" and _is_lossless_webp(source),
    )


def encode(image: Image.Image, origin: Origin, metadata: Metadata) -> bytes:
    """Return the file. A JPEG takes the source's quality where that is higher than LOWEST_JPEG_QUALITY."""
    name = final_format(origin)
    if image.mode == "I;16" and name != "PNG":
        image = to_eight_bit(image)
    if origin.mode == "1" and name == "PNG" and not origin.has_alpha:
        image = image.convert("1", dither=Image.Dither.NONE)
    # Whatever the savers would carry over on their own has not been scrubbed.
    image.info = {}
    body = io.BytesIO()
    image.save(body, name, **metadata.saved_with, **_options(name, origin))
    return body.getvalue()


def _options(name: str, origin: Origin) -> dict[str, int | bool]:
    if name == "JPEG":
        return {"quality": max(LOWEST_JPEG_QUALITY, origin.jpeg_quality), "subsampling": origin.subsampling}
    if name == "WEBP":
        lossless = {"lossless": True, "exact": True, "method": 2}
        return lossless if origin.is_lossless else {"quality": WEBP_QUALITY, "method": 2}
    return {"quality": AVIF_QUALITY, "speed": 8} if name == "AVIF" else {}


def _quality(table: list[int]) -> int:
    """Return the libjpeg quality, 1 to 100, whose luminance table comes nearest to this one."""
    percent = 100 * sum(table) / ANNEX_K_SUM
    quality = (200 - percent) / 2 if percent <= 100 else 5000 / percent
    return int(np.clip(round(quality), 1, 100))


def _is_lossless_webp(source: BinaryIO) -> bool:
    """Walk the chunks of a WebP (RFC 9649) up to the first picture, whose name tells."""
    source.seek(WEBP_HEADER_BYTES)
    while len(header := source.read(8)) == 8:
        if header[:4] in {b"VP8 ", b"VP8L", b"ANMF"}:
            return header[:4] == b"VP8L"
        size = int.from_bytes(header[4:], "little")
        source.seek(size + size % 2, io.SEEK_CUR)
    return False
