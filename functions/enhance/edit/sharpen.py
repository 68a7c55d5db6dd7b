"""Sharpening: adds fine detail of the luma to all channels alike, so that edges get no colour fringes."""

from functools import cache

import cv2
import numpy as np

from functions.enhance.arrays import Levels
from functions.enhance.edit.buffers import Buffers

# The Gaussian's radius, in rows; beyond 5 x 5 pixels sharpening becomes local contrast.
RADIUS_ROWS, SIGMA = 2, 1.0
# Of 255 levels: fainter differences are noise, and stronger ones are edges that would grow halos.
FAINTEST_DETAIL, STRONGEST_DETAIL = 2, 14


def sharpen(levels: Levels, amount: float, buffers: Buffers) -> None:
    """Add `amount` (0 to 1) of the detail of grey or RGB levels to them, in place."""
    guide = grey(levels, buffers)
    blurred, detail = (buffers.array(name, guide.shape, guide.dtype) for name in ("blurred", "detail"))
    size = 2 * RADIUS_ROWS + 1
    cv2.GaussianBlur(guide, (size, size), SIGMA, dst=blurred, borderType=cv2.BORDER_REPLICATE)
    gain = _gain(amount, levels.dtype.name)
    for change, more, less in ((cv2.add, guide, blurred), (cv2.subtract, blurred, guide)):
        cv2.LUT(cv2.subtract(more, less, dst=detail), gain, dst=detail)
        change(levels, in_all_channels(detail, levels, buffers), dst=levels)


def grey(levels: Levels, buffers: Buffers) -> Levels:
    """Return the luma of grey or RGB levels, in a plane of its own."""
    plane = buffers.array("grey", levels.shape[:2], levels.dtype)
    if levels.shape[-1] == 1:
        plane[:] = levels[..., 0]
    else:
        cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY, dst=plane)
    return plane


def in_all_channels(plane: Levels, levels: Levels, buffers: Buffers) -> Levels:
    """Return a grey plane in the shape of the levels; a fourth channel is padding."""
    if levels.shape[-1] == 1:
        return plane.reshape(levels.shape)
    wide = buffers.array("wide", levels.shape, levels.dtype)
    cv2.cvtColor(plane, cv2.COLOR_GRAY2RGB, dst=wide, dstCn=levels.shape[-1])
    return wide


@cache
def _gain(amount: float, depth: str) -> Levels:
    """Return the lookup table from a high-pass difference to what it adds: noise adds nothing, strong edges little."""
    top = np.iinfo(depth).max
    scale = top // 255
    difference = np.arange(top + 1, dtype=np.int64)
    tamed = np.clip(difference - FAINTEST_DETAIL * scale, 0, (STRONGEST_DETAIL - FAINTEST_DETAIL) * scale)
    return np.asarray(np.rint(amount * tamed).astype(depth)[None])
