"""Colours of sixteen bits, for which Pillow has no mode, read by its own decoders all the same: the high byte of each
sample first, then the low one.

So strangers' files meet one reader, one set of limits and one answer to what is broken, whatever their depth.
"""

import re
import sys
from typing import Any

import numpy as np
from PIL import Image, ImageFile, TiffImagePlugin

from functions.enhance.codec.exif_rotation import View
from functions.enhance.codec.pixels import Levels, pixels_of
from functions.shared.imaging.images import decoding

# In Pillow's words: samples of 16 bits whose bytes come in this order (N: the processor's), the high ones are kept.
# Not for colours multiplied by their alpha (RGBa), which Pillow divides by it in 8 bits.
DEEP_RAWMODE = re.compile(r"(?P<bands>RGB|RGBA|RGBX);16(?P<order>[BLN])")
OTHER_ORDER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
# For grey with alpha there is but one order. Taken for four colours it comes whole: two bytes each, the high one first.
DEEP_GREY, WHOLE_GREY = "LA;16B", "RGBA"
SEPARATE_PLANES = 2


def is_sixteen_bit(image: Image.Image) -> bool:
    """Return whether an opened image, its pixels not yet read, has 16 bits per sample of which Pillow would keep 8."""
    rawmodes = [_rawmode(part) for part in _parts(image)]
    return bool(rawmodes) and all(map(_rawmode_of_rest, rawmodes)) and not _has_separate_planes(image)


def combine(image: Image.Image, again: Image.Image, view: View) -> tuple[Levels, Levels | None]:
    """Return colours and alpha of 16 bits, shape (rows, columns, channels), as `view` shows the stored ones.

    `image` is loaded, `again` the same file opened once more, for which is_halved() holds; both in one block each.
    Raises CorruptImageError.
    """
    is_grey = _rawmode(_parts(again)[0]) == DEEP_GREY
    again.tile = [part._replace(args=_args_for_rest(part)) for part in _parts(again)]  # type: ignore[attr-defined]
    with decoding():
        again.load()
    high, low = view(pixels_of(image)), view(pixels_of(again))
    if is_grey:
        return _joined(low[..., :1], low[..., 1:2]), _joined(low[..., 2:3], low[..., 3:])
    alpha = _joined(high[..., 3:], low[..., 3:]) if image.mode == "RGBA" else None
    return _joined(high[..., :3], low[..., :3]), alpha


def _joined(high: Levels, low: Levels) -> Levels:
    samples = high.astype(np.uint16, order="C")
    samples <<= 8
    samples |= low
    return samples


def _parts(image: Image.Image) -> list[ImageFile._Tile]:
    return list(getattr(image, "tile", ()))


def _rawmode(part: ImageFile._Tile) -> str:
    return str(part.args[0] if isinstance(part.args, tuple) else part.args)


def _args_for_rest(part: ImageFile._Tile) -> Any:
    rawmode = _rawmode_of_rest(_rawmode(part))
    return (rawmode, *part.args[1:]) if isinstance(part.args, tuple) else rawmode


def _rawmode_of_rest(rawmode: str) -> str | None:
    if rawmode == DEEP_GREY:
        return WHOLE_GREY
    found = DEEP_RAWMODE.fullmatch(rawmode)
    return f"{found['bands']};16{OTHER_ORDER[found['order']]}" if found else None


def _has_separate_planes(image: Image.Image) -> bool:
    # Pillow reads those by rawmodes of its own choice, high bytes only.
    tags = getattr(image, "tag_v2", {})
    return bool(tags.get(TiffImagePlugin.PLANAR_CONFIGURATION) == SEPARATE_PLANES)
