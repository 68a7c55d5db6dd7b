"""A picture that stays as it is, as the bytes in which its file codes it: nothing is lost by coding it once more.

Decoders smooth colours that are stored coarsely, and an encoder would average what they made: at edges between colours
as of icons, that alone is seen. Only the metadata around the pixels is written anew.
"""

import io
from typing import Any, BinaryIO

from PIL import Image

from functions.enhance.codec.jpeg_scans import KEPT, START, read_scans, segments_of
from functions.enhance.codec.picture import Picture
from functions.enhance.codec.unchanged import TURNS
from functions.enhance.codec.webp_chunks import webp_file, webp_pixels
from functions.shared.imaging.formats import JPEGS

# JFIF, which a copy says it is, means YCbCr by it, whatever an encoder's own mark says (JFIF 1.02).
YCBCR, YCBCR_COMPONENTS, GREY = 1, [1, 2, 3], "L"


def as_coded(image: Image.Image, turn: int, source: BinaryIO) -> bytes | None:
    """Return the coded pixels of an opened, upright JPEG or WebP; None for others, and where its bytes say too little.

    `source` is its file. Of a JPEG, they are a whole file; of a WebP, chunks.
    """
    if turn in TURNS:
        return None
    if image.format == "WEBP":
        return webp_pixels(source, has_alpha=image.has_transparency_data)
    return _scans(source) if image.format in JPEGS and _is_jfif(image) else None


def with_metadata(picture: Picture, coded: bytes, options: dict[str, Any]) -> bytes:
    """Return the file of a picture's coded pixels, with the metadata that options of Pillow's savers give to it."""
    if not coded.startswith(START):
        return webp_file(coded, picture.size, has_alpha=picture.alpha is not None, options=options)
    small = io.BytesIO()
    Image.new(picture.mode, (1, 1)).save(small, "JPEG", **options)
    data = small.getvalue()
    head = [data[part.start : part.stop] for part in segments_of(data) if part.marker not in KEPT]
    return b"".join([START, *head, coded[len(START) :]])


def _scans(source: BinaryIO) -> bytes | None:
    source.seek(0)
    scans = read_scans(source.read())
    # What fills the place of a missing end marker is no pixel's.
    return scans.jpeg if scans.has_end and scans.is_usual else None


def _is_jfif(image: Any) -> bool:
    """Return whether a JPEG's colours are what JFIF says, so that a copy may say so."""
    components = [component[0] for component in image.layer]
    is_marked = "jfif" in image.info or image.info.get("adobe_transform") == YCBCR
    is_usual = components == YCBCR_COMPONENTS and "adobe_transform" not in image.info
    return image.mode == GREY or (image.mode == "RGB" and (is_marked or is_usual))
