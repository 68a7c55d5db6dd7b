"""Crispness: fine detail of the brightness, added alike to all channels so that colours gain no fringes."""

from functools import cache

import cv2
import numpy as np

from functions.enhance.pixels import Levels

# The Gaussian's reach, in rows; beyond 5 x 5 pixels sharpening becomes local contrast.
RADIUS_ROWS, SIGMA = 2, 1.0
# Of 255 levels: fainter differences are noise, and stronger ones are edges that would grow halos.
FAINTEST_DETAIL, STRONGEST_DETAIL = 2, 14


def sharpen(levels: Levels, amount: float) -> Levels:
    """Add `amount` (0 to 1) of the detail of grey or RGB levels to them, in place where they are grey or RGBX."""
    guide = levels[..., 0] if levels.shape[-1] == 1 else cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY)
    size = 2 * RADIUS_ROWS + 1
    blurred = cv2.GaussianBlur(guide, (size, size), SIGMA, borderType=cv2.BORDER_REPLICATE)
    gain = _gain(amount, levels.dtype.name)
    for change, more, less in ((cv2.add, guide, blurred), (cv2.subtract, blurred, guide)):
        detail = cv2.LUT(cv2.subtract(more, less), gain)
        change(levels, in_all_channels(detail, levels.shape), dst=levels)
    return levels


def in_all_channels(plane: Levels, shape: tuple[int, ...]) -> Levels:
    """Return a grey plane as levels of that shape; a filler, the fourth channel, may hold anything."""
    return plane.reshape(shape) if shape[-1] == 1 else cv2.cvtColor(plane, cv2.COLOR_GRAY2RGB, dstCn=shape[-1])


@cache
def _gain(amount: float, depth: str) -> Levels:
    """Return what a difference from the surroundings adds: noise and strong edges are tamed."""
    top = np.iinfo(depth).max
    scale = top // 255
    difference = np.arange(top + 1, dtype=np.int64)
    tamed = np.clip(difference - FAINTEST_DETAIL * scale, 0, (STRONGEST_DETAIL - FAINTEST_DETAIL) * scale)
    return np.asarray(np.rint(amount * tamed).astype(depth)[None])
