"""Colour arithmetic on arrays whose last axis is the channels: one (grey) or three (red, green, blue), 0 to 1."""

from functools import reduce

import numpy as np

from functions.enhance.arrays import Colours

# Rec. 709, for linear light; and Rec. 601, for coded values: the luma that JPEG and Pillow use.
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
LUMA = np.array([0.299, 0.587, 0.114])


def luma(coded: Colours) -> Colours:
    """Return the luma of coded values, without the channel axis."""
    return coded[..., 0] if coded.shape[-1] == 1 else coded @ LUMA


def brightest(colours: Colours) -> Colours:
    """Return the highest channel of each colour; numpy takes twenty times as long to reduce so short an axis."""
    return np.asarray(reduce(np.maximum, np.moveaxis(colours, -1, 0)))


def darkest(colours: Colours) -> Colours:
    """Return the lowest channel of each colour."""
    return np.asarray(reduce(np.minimum, np.moveaxis(colours, -1, 0)))


def ramp(value: float, start: float, end: float) -> float:
    """Return 0 up to `start`, 1 from `end` on, and a straight line between; `start` may lie above `end`."""
    return float(np.clip((value - start) / (end - start), 0, 1))
