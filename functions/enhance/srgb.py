"""The tone curve of sRGB (IEC 61966-2-1), the space in which every photo is measured."""

import numpy as np

from functions.enhance.arrays import Colours


def to_linear(coded: Colours) -> Colours:
    """Return linear light for coded values (IEC 61966-2-1, sRGB); values above 1 continue the curve."""
    return np.where(coded <= 0.04045, coded / 12.92, ((np.maximum(coded, 0) + 0.055) / 1.055) ** 2.4)


def to_coded(linear: Colours) -> Colours:
    """Return coded values for linear light, the inverse of `to_linear`; negative light is black."""
    light = np.maximum(linear, 0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
