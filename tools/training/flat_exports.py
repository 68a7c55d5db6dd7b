"""Flat exports: photos as a raw converter exports them with all settings at zero. Levels are 0 to 1.

The distributions are wide on purpose and were measured on no photo: each covers what converters and cameras do to a
photo before anyone edits it. A teacher model then says what each of the exports needed.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.random import Generator

from functions.enhance.analysis.colour import LUMA
from functions.enhance.arrays import Colours
from functions.enhance.edit.steps import s_curve
from functions.enhance.srgb import to_coded, to_linear

# The ends of the uniform distribution of each setting; powers and saturations are drawn by their logarithms.
# How much darker: cameras protect highlights by up to two stops, and some photos are slightly overexposed.
EXPOSURE_STOPS = (-0.3, 2.2)
# The level to which black is lifted, by flare, haze and a curve without a toe; and that to which white falls.
BLACK, WHITE = (0.0, 0.32), (0.75, 1.0)
# The power that makes the midtones right again: converters show them lighter or darker than an editor would.
POWER = (0.45, 1.15)
# The strength of the S-curve that was left out, below 0 of one too many.
CONTRAST = (-0.2, 0.3)
# The factor that makes the colours right again.
SATURATION = (0.95, 1.6)
# The standard deviation of the tint, in stops of red and of blue.
TINT_STOPS = 0.1
# How often a setting is right as it is.
RIGHT_SHARE = 0.2
# How often an export reaches white, for converters show as white what saturated the sensor: a lamp, a window, the sun.
# Its exposure is then nearly right.
REACHES_WHITE_SHARE, REACHING_STOPS = 0.3, (-0.3, 0.3)


@dataclass(frozen=True)
class Flatness:
    """What a flat export needs: the corrections in the order of the steps. The defaults need none."""

    red_stops: float = 0.0
    blue_stops: float = 0.0
    exposure_stops: float = 0.0
    black: float = 0.0
    white: float = 1.0
    power: float = 1.0
    contrast: float = 0.0
    saturation: float = 1.0

    @classmethod
    def drawn(cls, rng: Generator) -> "Flatness":
        """Draw each setting on its own; RIGHT_SHARE are right, and REACHES_WHITE_SHARE of the exports reach white."""
        drawn = cls(
            red_stops=rng.normal(0, TINT_STOPS),
            blue_stops=rng.normal(0, TINT_STOPS),
            exposure_stops=rng.uniform(*EXPOSURE_STOPS),
            black=rng.uniform(*BLACK),
            white=rng.uniform(*WHITE),
            power=float(np.exp(rng.uniform(*np.log(POWER)))),
            contrast=rng.uniform(*CONTRAST),
            saturation=float(np.exp(rng.uniform(*np.log(SATURATION)))),
        )
        wrong = cls(**{field.name: getattr(drawn, field.name) for field in fields(cls) if rng.random() >= RIGHT_SHARE})
        if rng.random() >= REACHES_WHITE_SHARE:
            return wrong
        return replace(wrong, exposure_stops=rng.uniform(*REACHING_STOPS), white=1.0)


def drawn_flat(photo: Colours, rng: Generator) -> Colours:
    """Return a flat export of the photo, drawn at random."""
    return np.clip(flattened(photo, Flatness.drawn(rng)), 0, 1)


def flattened(photo: Colours, needed: Flatness) -> Colours:
    """Return the photo from which the steps would make this one, given what it needed."""
    pale = np.clip(saturated(photo, 1 / needed.saturation), 0, 1)
    tones = np.linspace(0, 1, 2001)
    even = np.interp(pale, s_curve(tones, needed.contrast), tones)
    levels = even ** (1 / needed.power) * (needed.white - needed.black) + needed.black
    gains = 2.0 ** -np.array([needed.red_stops, 0, needed.blue_stops])
    return to_coded(to_linear(levels) * gains * 2.0**-needed.exposure_stops)


def saturated(photo: Colours, gain: float) -> Colours:
    """Return the photo with its distance from the grey of equal luma multiplied by a gain."""
    grey = (photo @ LUMA)[..., None]
    return np.asarray(grey + gain * (photo - grey))
