"""How the enhanced photo is stored: its format, and settings never visibly worse than the source's."""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

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
WEBP_HEADER_BYTES = 12

Table = list[int]


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
    """What the source file tells about how it was stored; quantization tables and subsampling are of JPEGs only.

    `tables` are the luminance's and the chrominance's: by how much each of the 64 frequencies was rounded.
    """

    format: str
    mode: str
    has_alpha: bool
    longest_edge: int
    tables: tuple[Table, Table] | None = None
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
    is_jpeg = name in {"JPEG", "MPO"}
    return Origin(
        format=name,
        mode=image.mode,
        has_alpha=image.has_transparency_data and image.mode != "I;16",
        longest_edge=max(image.size),
        tables=_tables(image) if is_jpeg else None,
        subsampling=max(JpegImagePlugin.get_sampling(image), FULL_COLOUR) if is_jpeg else FULL_COLOUR,
        is_lossless=name == "WEBP" and _is_lossless_webp(source),
    )


def encode(image: Image.Image, origin: Origin, metadata: Metadata) -> bytes:
    """Return the file. A JPEG rounds no frequency more than its source did, nor more than LOWEST_JPEG_QUALITY does."""
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


def _options(name: str, origin: Origin) -> dict[str, Any]:
    if name == "JPEG":
        usual = _usual_tables()
        tables = [_finer(*pair) for pair in zip(usual, origin.tables or usual, strict=True)]
        return {"qtables": tables, "subsampling": origin.subsampling}
    if name == "WEBP":
        lossless = {"lossless": True, "exact": True, "method": 2}
        return lossless if origin.is_lossless else {"quality": WEBP_QUALITY, "method": 2}
    return {"quality": AVIF_QUALITY, "speed": 8} if name == "AVIF" else {}


def _tables(image: Any) -> tuple[Table, Table] | None:
    """Return a JPEG's tables for luminance and chrominance, the finest where there is a choice; None if it has none."""
    tables, components = image.quantization, image.layer
    if not tables:
        return None
    used = [tables.get(component[3], next(iter(tables.values()))) for component in components]
    return used[0], _finer(*used[1:] or used)


def _finer(*tables: Table) -> Table:
    return [min(steps) for steps in zip(*tables, strict=True)]


@cache
def _usual_tables() -> tuple[Table, Table]:
    """Return the tables that libjpeg makes of LOWEST_JPEG_QUALITY (ITU T.81, Annex K, scaled)."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, "JPEG", quality=LOWEST_JPEG_QUALITY)
    with Image.open(body) as image:
        return _tables(image) or ([1] * 64, [1] * 64)


def _is_lossless_webp(source: BinaryIO) -> bool:
    """Walk the chunks of a WebP (RFC 9649) up to the first picture, whose name tells."""
    source.seek(WEBP_HEADER_BYTES)
    while len(header := source.read(8)) == 8:
        if header[:4] in {b"VP8 ", b"VP8L", b"ANMF"}:
            return header[:4] == b"VP8L"
        size = int.from_bytes(header[4:], "little")
        source.seek(size + size % 2, io.SEEK_CUR)
    return False
