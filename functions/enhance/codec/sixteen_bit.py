"""Reads 16-bit colour, for which Pillow has no mode, with Pillow's own decoders: first the high byte of each sample,
then the low one.

Untrusted files therefore meet one reader, one set of limits and one set of errors, whatever their bit depth.
"""

import re
import sys
from typing import Any

import numpy as np
from PIL import Image, ImageFile, TiffImagePlugin

from functions.enhance.arrays import Levels
from functions.enhance.codec.exif_rotation import View
from functions.enhance.codec.pixels import pixels_of
from functions.shared.imaging.images import decoding

# Pillow's raw modes for samples of 16 bits in this byte order (N: the processor's), of which it keeps the high byte.
# Premultiplied alpha (RGBa) is left out, because Pillow divides by it in 8 bits.
SIXTEEN_BIT_RAWMODE = re.compile(r"(?P<bands>RGB|RGBA|RGBX);16(?P<order>[BLN])")
OTHER_ORDER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
# Grey with alpha has only one byte order. Read as RGBA it comes complete: two bytes each, the high one first.
SIXTEEN_BIT_GREY, GREY_AS_RGBA = "LA;16B", "RGBA"
SEPARATE_PLANES = 2


def is_sixteen_bit(image: Image.Image) -> bool:
    """Return whether an opened image, not yet loaded, has 16 bits per sample of which Pillow alone would keep 8."""
    rawmodes = [_rawmode(part) for part in _parts(image)]
    return bool(rawmodes) and all(map(_low_byte_rawmode, rawmodes)) and not _has_separate_planes(image)


def combine(image: Image.Image, second: Image.Image, view: View) -> tuple[Levels, Levels | None]:
    """Return colours and alpha of 16 bits, shape (rows, columns, channels), as `view` shows the stored pixels.

    `image` is loaded; `second` is the same file opened once more, for which is_sixteen_bit() holds. Each has one block.
    Raises CorruptImageError.
    """
    is_grey = _rawmode(_parts(second)[0]) == SIXTEEN_BIT_GREY
    second.tile = [part._replace(args=_low_byte_args(part)) for part in _parts(second)]  # type: ignore[attr-defined]
    with decoding():
        second.load()
    high, low = view(pixels_of(image)), view(pixels_of(second))
    if is_grey:
        return _combined(low[..., :1], low[..., 1:2]), _combined(low[..., 2:3], low[..., 3:])
    alpha = _combined(high[..., 3:], low[..., 3:]) if image.mode == "RGBA" else None
    return _combined(high[..., :3], low[..., :3]), alpha


def _combined(high: Levels, low: Levels) -> Levels:
    samples = high.astype(np.uint16, order="C")
    samples <<= 8
    samples |= low
    return samples


def _parts(image: Image.Image) -> list[ImageFile._Tile]:
    return list(getattr(image, "tile", ()))


def _rawmode(part: ImageFile._Tile) -> str:
    return str(part.args[0] if isinstance(part.args, tuple) else part.args)


def _low_byte_args(part: ImageFile._Tile) -> Any:
    rawmode = _low_byte_rawmode(_rawmode(part))
    return (rawmode, *part.args[1:]) if isinstance(part.args, tuple) else rawmode


def _low_byte_rawmode(rawmode: str) -> str | None:
    if rawmode == SIXTEEN_BIT_GREY:
        return GREY_AS_RGBA
    found = SIXTEEN_BIT_RAWMODE.fullmatch(rawmode)
    return f"{found['bands']};16{OTHER_ORDER[found['order']]}" if found else None


def _has_separate_planes(image: Image.Image) -> bool:
    # Pillow reads separate planes with raw modes of its own choice, high bytes only.
    tags = getattr(image, "tag_v2", {})
    return bool(tags.get(TiffImagePlugin.PLANAR_CONFIGURATION) == SEPARATE_PLANES)
