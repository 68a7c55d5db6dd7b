"""How many bits each sample of a file has: Pillow tells it of some kinds, and decodes most to 8."""

from typing import BinaryIO

from PIL import Image, TiffImagePlugin

from functions.enhance.codec.extras.heif_depth import heif_depth
from functions.enhance.codec.header_corrections import png_depth


def bit_depth_of(image: Image.Image, source: BinaryIO) -> int:
    """Return the bits per sample of an opened image's file, the most of several; of a palette, those of an index."""
    if image.format == "PNG":
        return png_depth(source)
    if image.format == "TIFF":
        return _of_tiff(image)
    if image.format in {"AVIF", "HEIF"}:
        return heif_depth(source) or int(image.info.get("bit_depth", 8))
    return 8


def _of_tiff(image: Image.Image) -> int:
    depths = image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))  # type: ignore[attr-defined]
    return max((depth for depth in depths if isinstance(depth, int)), default=8)
