"""How a photo was stored, read from its file, so that the copy is stored no worse, and not larger than it must be."""

import io
from dataclasses import dataclass, replace
from typing import BinaryIO

from PIL import Image

from functions.enhance.codec.bit_depth import bit_depth_of
from functions.enhance.codec.chroma import FULL, Chroma, chroma_of
from functions.enhance.codec.colour.stored_colour import code_points_of
from functions.enhance.codec.jpeg_tables import Tables, tables_of, transposed
from functions.enhance.codec.lossy_quality import avif_quality, webp_quality
from functions.enhance.codec.sixteen_bit import is_sixteen_bit
from functions.shared.imaging.formats import JPEGS

WEBP_HEADER_BYTES, FRAME_HEADER_BYTES, FRAME_BYTES = 12, 16, 256


@dataclass(frozen=True)
class Origin:
    """How the source file was stored."""

    format: str
    mode: str
    has_alpha: bool
    longest_edge: int
    # Of a JPEG, and whether it is progressive.
    tables: Tables | None = None
    is_progressive: bool = False
    chroma: Chroma = FULL
    # Of a WebP or AVIF: the encoder's quality, None where the file is lossless or of another format.
    quality: int | None = None
    # Code points of ISO/IEC 23091-2 of HEIC, AVIF and PNG: primaries and transfer characteristics, where it has them.
    code_points: tuple[int, int] | None = None
    # Bits of each sample in the file, or of each index of a palette: 1 to 64.
    bit_depth: int = 8
    # Whether it has 16 bits per sample of which Pillow alone would keep 8.
    is_sixteen_bit: bool = False

    @property
    def is_high_bit_depth(self) -> bool:
        """Whether the copy keeps more than 8 bits per sample."""
        return self.is_sixteen_bit or self.mode.startswith(("I", "F"))

    @property
    def turned(self) -> "Origin":
        """How a picture is stored that shows this one turned by a quarter: across has become down."""
        tables = self.tables and (transposed(self.tables[0]), transposed(self.tables[1]))
        return replace(self, tables=tables, chroma=self.chroma[::-1])


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
        is_progressive=is_jpeg and bool(image.info.get("progressive")),
        chroma=chroma_of(image, source),
        quality=_quality(name, source),
        code_points=code_points_of(image, source),
        bit_depth=bit_depth_of(image, source),
        is_sixteen_bit=is_sixteen_bit(image),
    )


def _quality(name: str, source: BinaryIO) -> int | None:
    if name == "AVIF":
        return avif_quality(source)
    frame = _lossy_webp_frame(source) if name == "WEBP" else None
    return None if frame is None else webp_quality(frame)


def _lossy_webp_frame(source: BinaryIO) -> bytes | None:
    """Walk the chunks of a WebP (RFC 9649) to the first picture; return its first bytes, None if it is lossless."""
    source.seek(WEBP_HEADER_BYTES)
    while len(header := source.read(8)) == 8:
        if header[:4] in {b"VP8 ", b"VP8L"}:
            return source.read(FRAME_BYTES) if header[:4] == b"VP8 " else None
        size = int.from_bytes(header[4:], "little")
        # The picture of an animation lies inside the chunk of its frame.
        source.seek(FRAME_HEADER_BYTES if header[:4] == b"ANMF" else size + size % 2, io.SEEK_CUR)
    return b""
