"""How a photo was stored, read from its file, so that the copy is stored no worse."""

import io
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image, JpegImagePlugin

from functions.enhance.codec.colour.stored_colour import bit_depth_of, code_points_of
from functions.enhance.codec.sixteen_bit import is_sixteen_bit
from functions.shared.imaging.formats import JPEGS

FULL_COLOUR = 0
WEBP_HEADER_BYTES = 12
# The box av1C comes before the pixels; the third byte after its name holds the subsampling (AV1-ISOBMFF 2.3.3).
AVIF_HEADER_BYTES = 65536
MONOCHROME, HALF_ACROSS, HALF_DOWN = 0b10000, 0b1000, 0b100
FULL_COLOUR_AVIF, HALF_ACROSS_AVIF, HALF_COLOUR_AVIF = "4:4:4", "4:2:2", "4:2:0"

# A JPEG's quantization table of 64 frequencies.
Table = list[int]


@dataclass(frozen=True)
class Origin:
    """How the source file was stored; tables (luminance, chrominance) and subsampling are a JPEG's.

    `subsampling` is 0 for 4:4:4, 1 for 4:2:2, 2 for 4:2:0.
    """

    format: str
    mode: str
    has_alpha: bool
    longest_edge: int
    tables: tuple[Table, Table] | None = None
    subsampling: int = FULL_COLOUR
    is_lossless: bool = False
    avif_subsampling: str = HALF_COLOUR_AVIF
    # Code points of ISO/IEC 23091-2 of HEIC, AVIF and PNG: primaries and transfer characteristics, where it has them.
    code_points: tuple[int, int] | None = None
    # Of a HEIC or AVIF, which Pillow decodes to 8 bits per sample.
    bit_depth: int = 8
    # Whether it has 16 bits per sample of which Pillow alone would keep 8.
    is_sixteen_bit: bool = False

    @property
    def is_high_bit_depth(self) -> bool:
        """Whether the copy keeps more than 8 bits per sample."""
        return self.is_sixteen_bit or self.mode.startswith(("I", "F"))


def origin_of(image: Image.Image, source: BinaryIO) -> Origin:
    """Read how an opened image is stored; its pixels need not be loaded."""
    name = image.format or ""
    is_jpeg = name in JPEGS
    return Origin(
        format=name,
        mode=image.mode,
        has_alpha=image.has_transparency_data,
        longest_edge=max(image.size),
        tables=tables_of(image) if is_jpeg else None,
        subsampling=max(JpegImagePlugin.get_sampling(image), FULL_COLOUR) if is_jpeg else FULL_COLOUR,
        is_lossless=name == "WEBP" and _is_lossless_webp(source),
        avif_subsampling=_avif_subsampling(source) if name == "AVIF" else HALF_COLOUR_AVIF,
        code_points=code_points_of(image, source),
        bit_depth=bit_depth_of(image, source),
        is_sixteen_bit=is_sixteen_bit(image),
    )


def tables_of(image: Any) -> tuple[Table, Table] | None:
    """Return an opened JPEG's tables for luminance and chrominance, the finest of several; None if it has none."""
    tables, components = image.quantization, image.layer
    if not tables:
        return None
    used = [tables.get(component[3], next(iter(tables.values()))) for component in components]
    return used[0], finer(*used[1:] or used)


def finer(*tables: Table) -> Table:
    """Return the table that quantizes no frequency more coarsely than any of these does."""
    return [min(steps) for steps in zip(*tables, strict=True)]


def _is_lossless_webp(source: BinaryIO) -> bool:
    """Walk the chunks of a WebP (RFC 9649) up to the first picture, whose name says whether it is lossless."""
    source.seek(WEBP_HEADER_BYTES)
    while len(header := source.read(8)) == 8:
        if header[:4] in {b"VP8 ", b"VP8L", b"ANMF"}:
            return header[:4] == b"VP8L"
        size = int.from_bytes(header[4:], "little")
        source.seek(size + size % 2, io.SEEK_CUR)
    return False


def _avif_subsampling(source: BinaryIO) -> str:
    """Return an AVIF's chroma subsampling: the finest of its pictures with colour, for it may be a grid of several."""
    source.seek(0)
    boxes = source.read(AVIF_HEADER_BYTES).split(b"av1C")[1:]
    kinds = {box[2] & (HALF_ACROSS | HALF_DOWN) for box in boxes if len(box) > 2 and not box[2] & MONOCHROME}
    finest = min(kinds, default=HALF_ACROSS | HALF_DOWN)
    return {0: FULL_COLOUR_AVIF, HALF_ACROSS: HALF_ACROSS_AVIF}.get(finest, HALF_COLOUR_AVIF)
