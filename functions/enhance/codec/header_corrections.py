"""Corrects an opened image where Pillow takes something else from the header of a file than it says."""

import struct
from typing import Any, BinaryIO

from PIL import Image

from functions.enhance.codec.colour.stored_colour import profile_of_parts

# Offsets in the file: of the BITMAPV5HEADER's alpha mask, colour space, and its profile's place and size.
BMP_HEADER, BMP_MASK, BMP_COLOUR_SPACE, BMP_PROFILE = 14, 66, 70, 126
V3_HEADER_BYTES, V5_HEADER_BYTES = 56, 124
EMBEDDED = b"DEBM"
# The top bit of 16, next to five of each colour: Pillow's raw modes without it and with it.
ONE_BIT_ALPHA, OPAQUE_15, ALPHA_15 = 0x8000, "BGR;15", "BGRA;15"
PNG_DEPTH_AT, SIXTEEN_BITS = 24, 16


def correct_header(image: Image.Image, source: BinaryIO) -> None:
    """Correct an opened image whose pixels are not loaded: what is alpha, what is transparent, and its profile."""
    if image.format == "BMP":
        source.seek(0)
        data = source.read()
        _add_profile(image, data)
        _correct_alpha(image, data)
    elif image.format == "PNG" and image.mode in {"1", "L"} and "transparency" in image.info:
        _scale_transparency(image, source)
    elif image.format in {"AVIF", "HEIF"} and not image.info.get("icc_profile") and (found := profile_of_parts(source)):
        image.info["icc_profile"] = found


def _add_profile(image: Image.Image, data: bytes) -> None:
    if _header_bytes(data) >= V5_HEADER_BYTES and data[BMP_COLOUR_SPACE : BMP_COLOUR_SPACE + 4] == EMBEDDED:
        start, size = struct.unpack_from("<2I", data, BMP_PROFILE)
        image.info["icc_profile"] = data[BMP_HEADER + start : BMP_HEADER + start + size]


def _correct_alpha(image: Any, data: bytes) -> None:
    """Let Pillow read alpha of one bit, and leave out alpha that is 0 in all pixels: it was never set.

    Windows, GIMP and browsers show such pictures opaque, which screen grabs and Photoshop write.
    """
    (tile,) = image.tile
    rawmode, *rest = tile.args
    if rawmode == OPAQUE_15 and _alpha_mask(data) == ONE_BIT_ALPHA and _has_top_bit(data[tile.offset :]):
        rawmode, image._mode = ALPHA_15, "RGBA"
    elif image.mode == "RGBA" and not data[tile.offset + rawmode.index("A") :: 4].strip(b"\0"):
        rawmode, image._mode = rawmode.replace("A", "X"), "RGB"
    image.tile = [tile._replace(args=(rawmode, *rest))]


def _has_top_bit(pixels: bytes) -> bool:
    return any(byte & 0x80 for byte in set(pixels[1::2]))


def _header_bytes(data: bytes) -> int:
    return int.from_bytes(data[BMP_HEADER : BMP_HEADER + 4], "little")


def _alpha_mask(data: bytes) -> int:
    return int.from_bytes(data[BMP_MASK : BMP_MASK + 4], "little") if _header_bytes(data) >= V3_HEADER_BYTES else 0


def png_depth(source: BinaryIO) -> int:
    """Return how many bits each sample of a PNG has, or each index of its palette."""
    source.seek(PNG_DEPTH_AT)
    return source.read(1)[0]


def _scale_transparency(image: Image.Image, source: BinaryIO) -> None:
    """Put the transparent grey, which has the file's own depth, on the scale of the pixels (PNG 11.3.2.1)."""
    depth = png_depth(source)
    if depth < SIXTEEN_BITS:
        top = 2**depth - 1
        image.info["transparency"] = (image.info["transparency"] & top) * 255 // top
