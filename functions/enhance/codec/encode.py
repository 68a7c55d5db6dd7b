"""Encodes the enhanced photo: chooses its format, and settings that are never visibly worse than the source's."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from PIL import Image, ImageFile

from functions.enhance.codec.as_coded import with_metadata
from functions.enhance.codec.chroma import AVIF_OPTIONS, JPEG_OPTIONS, written_chroma
from functions.enhance.codec.colour.colours import Colours
from functions.enhance.codec.jpeg_tables import Tables, coarser, divided, finer, standard_tables
from functions.enhance.codec.lossy_quality import AVIF_QUALITY, AVIF_SPEED
from functions.enhance.codec.metadata import Metadata
from functions.enhance.codec.modes import join
from functions.enhance.codec.origin import Origin
from functions.enhance.codec.picture import Picture
from functions.enhance.codec.png_writer import sixteen_bit_png
from functions.enhance.codec.unchanged import png_options
from functions.shared.imaging.formats import BY_NAME

# The limit of libjpeg (JPEG_MAX_DIMENSION).
LONGEST_JPEG_EDGE = 65500
# JPEG's blocks begin to show once tones are stretched. No step is coarser than at this quality, unless it is finer by
# this factor, and by that of the stretch, than the source's was: what is lost then is no more than from a finer source.
LOWEST_JPEG_QUALITY, FINER = 90, 2
# A third more than noise takes with all steps 1 and full colour: progressive JPEGs have Huffman tables of their own.
MOST_BYTES_PER_PIXEL = 4


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


def encode(
    picture: Picture, origin: Origin, metadata: Metadata, colours: Colours, *, stretch: float | None = inf
) -> bytes:
    """Return the file. A JPEG quantizes no frequency more coarsely than its source does.

    An edited one does so more finely, by how much its tones were stretched, up to LOWEST_JPEG_QUALITY. `stretch` is
    None for a picture that is left as it is. Where the colours were converted, for which the source's tables were not
    made, that quality counts alone.
    """
    if picture.is_sixteen_bit:
        return sixteen_bit_png(picture.colours, picture.alpha, metadata.options("PNG", picture.size))
    name = final_format(origin)
    if picture.coded is not None:
        return with_metadata(picture, picture.coded, metadata.options(name, picture.size))
    stored = picture.stored if name == "PNG" else None
    image = stored or _joined(picture, origin, name)
    if colours.conversion is not None:
        origin = replace(origin, tables=None)
    own = png_options(stored, origin.bit_depth) if stored else _options(name, origin, stretch)
    # The savers would copy metadata from here that has not been filtered.
    image.info = {}
    return _saved(image, name, {**metadata.options(name, picture.size), **own})


def _joined(picture: Picture, origin: Origin, name: str) -> Image.Image:
    image = join(*picture.in_eight_bits())
    if origin.mode == "1" and name == "PNG" and not origin.has_alpha:
        return image.convert("1", dither=Image.Dither.NONE)
    return image


def _saved(image: Image.Image, name: str, options: dict[str, Any]) -> bytes:
    body = io.BytesIO()
    with _room_for_all(image) if options.get("progressive") else nullcontext():
        image.save(body, name, **options)
    return body.getvalue()


@contextmanager
def _room_for_all(image: Image.Image) -> Iterator[None]:
    """Let Pillow reserve as much as any progressive JPEG takes: two bytes per pixel, its own guess, are less than
    noise needs. What is not written to takes no physical memory.
    """
    before = ImageFile.MAXBLOCK
    ImageFile.MAXBLOCK = max(before, MOST_BYTES_PER_PIXEL * image.width * image.height)
    try:
        yield
    finally:
        ImageFile.MAXBLOCK = before


def _options(name: str, origin: Origin, stretch: float | None) -> dict[str, Any]:
    if name == "JPEG":
        chroma = JPEG_OPTIONS[written_chroma(origin.chroma)]
        return {"qtables": _tables(origin, stretch), "subsampling": chroma, "progressive": origin.is_progressive}
    if name == "WEBP":
        lossless = {"lossless": True, "exact": True}
        return {**(lossless if origin.quality is None else {"quality": origin.quality}), "method": 2}
    return _avif_options(origin) if name == "AVIF" else {}


def _tables(origin: Origin, stretch: float | None) -> Tables:
    default = standard_tables(LOWEST_JPEG_QUALITY)
    stored = origin.tables or default
    # Those of ink colours were made for other numbers.
    is_alike = origin.mode in {"L", "RGB"}
    if stretch is None and is_alike:
        return stored
    factor = FINER * stretch if stretch and is_alike else inf
    wanted = [coarser(table, divided(source, factor)) for table, source in zip(default, stored, strict=True)]
    return finer(wanted[0], stored[0]), finer(wanted[1], stored[1])


def _avif_options(origin: Origin) -> dict[str, Any]:
    quality = AVIF_QUALITY if origin.quality is None else origin.quality
    chroma = AVIF_OPTIONS[written_chroma(origin.chroma)]
    options = {"quality": quality, "speed": AVIF_SPEED, "subsampling": chroma}
    return {**options, "advanced": {"alpha:lossless": "1"}} if origin.has_alpha else options
