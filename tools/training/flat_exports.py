"""Flat exports: photos as a raw converter exports them with all settings at zero. Levels are 0 to 1."""

import numpy as np
from numpy.random import Generator

from functions.enhance.analysis.colour import LUMA
from functions.enhance.arrays import Colours
from functions.enhance.srgb import to_coded, to_linear

# The corrections from eleven raw exports of MIT-Adobe FiveK to expert C's versions of them: exposure in stops, black,
# power of the midtones, S-curve and saturation. New flat exports are drawn around these.
FLAT_EXPORTS = np.array(
    [
        (0.85, 0.23, 0.57, -0.05, 1.31),
        (0.41, 0.19, 0.67, -0.02, 1.21),
        (0.47, 0.16, 0.63, 0.14, 1.16),
        (0.82, 0.25, 0.74, -0.06, 1.21),
        (1.48, 0.26, 0.71, -0.04, 1.08),
        (0.35, 0.11, 0.65, 0.00, 1.14),
        (0.33, 0.16, 0.61, 0.17, 1.05),
        (1.58, 0.12, 0.88, -0.17, 1.20),
        (0.66, 0.28, 0.45, 0.04, 1.20),
        (0.85, 0.17, 0.58, 0.01, 1.13),
        (0.16, 0.19, 0.50, -0.02, 1.36),
    ]
)
FLAT_SPREAD = np.array([0.32, 0.06, 0.1, 0.06, 0.08])


def drawn_flat(photo: Colours, rng: Generator) -> Colours:
    """Return a flat export of the photo, drawn at random around FLAT_EXPORTS."""
    needed = FLAT_EXPORTS[rng.integers(len(FLAT_EXPORTS))] + rng.normal(0, FLAT_SPREAD)
    needed[:2] = max(needed[0], -0.1), np.clip(needed[1], 0, 0.34)
    return np.clip(flattened(photo, needed), 0, 1)


def flattened(photo: Colours, needed: Colours) -> Colours:
    """Return the photo from which the steps would make this one, given what it needed: see FLAT_EXPORTS."""
    stops, black, power, contrast, saturation = needed
    pale = np.clip(saturated(photo, 1 / saturation), 0, 1)
    tones = np.linspace(0, 1, 2001)
    even = np.interp(pale, tones + contrast * (tones * tones * (3 - 2 * tones) - tones), tones)
    return to_coded(to_linear(even ** (1 / power) * (1 - black) + black) * 2.0**-stops)


def saturated(photo: Colours, gain: float) -> Colours:
    """Return the photo with its distance from the grey of equal luma multiplied by a gain."""
    grey = (photo @ LUMA)[..., None]
    return np.asarray(grey + gain * (photo - grey))
